"""Bindings: the texts of values in NAME=VALUE words and in files of JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from ..errors import ARGUMENT, InputError, Source
from ..language.lexer import as_name
from ..language.names import clip_name
from ..text import clip, visible

NAME = re.compile(r"[^\W\d]\w*")
PLAIN = re.compile(r"[^\s,;=:]+")  # a value that holds nothing which separates words
WRAPPERS = ("array", "Array", "asarray", "tensor", "Tensor", "matrix", "Matrix", "constant", "Parameter")


def looks_like_array(text: str) -> bool:
    """Whether a value is meant as an array, by its beginning or by what separates rows: [1, 2], @w.csv, 1 2; 3 4."""
    if _begins_as_array(text) or "\\\\" in text or "&" in text:
        return True
    return ";" in text and "=" not in text and ";" in text.rstrip("; \t\r\n")


def _begins_as_array(text: str) -> bool:
    head = text.lstrip()
    if head.startswith(("[", "@", "\\begin", "<tf.", "Parameter containing")):
        return True
    word, opening, _ = head[:60].partition("(")
    return bool(opening) and word.rstrip().rpartition(".")[2] in WRAPPERS


def _is_whole_array(text: str) -> bool:
    """Whether a value is meant as an array up to its end, so that nothing in it begins another binding."""
    return _begins_as_array(text) and (text.lstrip()[:1] == "@" or text.rstrip("; \t\r\n")[-1:] in ("]", ")", ">", "}"))


def is_cut(words: Sequence[str]) -> bool:
    """Whether blanks have cut a NAME=VALUE of some words at its sign."""
    return any(word == ":" or word.startswith("=") or (word.endswith("=") and word[:1] != "-") for word in words)


def split(
    words: Iterable[str], program: Source | None = None, unnamed: Callable[[str], InputError | None] = lambda word: None
) -> dict[str, Source]:
    """Return the bindings that command-line words make: the text of each value, named for messages by its name.

    The program, where it is known, serves to say what was meant by words that are none; `unnamed` may know the error
    for one without =. Raises `InputError` for these, and for a name that is given twice.
    """
    found: dict[str, Source] = {}
    words = list(words)
    for word in words:
        name, equals, value = word.partition("=")
        source = Source(ARGUMENT, word)
        name = name.strip()
        bound = as_name(name)
        if bound is None or not (PLAIN.fullmatch(value) or _is_whole_array(value)):
            _refuse_mistyped(words, word)
        if not equals:
            from .word_slips import no_binding

            raise unnamed(word) or no_binding(words, word, program)
        if name.startswith("-") and as_name(name.lstrip("-")):
            plain = name.lstrip("-")
            near = f"did you mean {plain}=-{value}?" if not value.startswith("-") else None
            if name.startswith("--"):
                near = f"did you mean {plain}={value}?"
            raise InputError("a name does not start with -", source=source, span=(0, 1), kind="binding", hint=near)
        if bound is None:
            from .word_slips import no_name

            raise no_name(words, name, source, program)
        if value.startswith("="):
            raise _doubled(words, word, len(word) - len(value))
        if bound in found:
            other = clip(f"{name}={found[bound].text}", 40)
            hint = "leave out one of the two" if other == clip(word, 40) else f"leave out {other} or {clip(word, 40)}"
            raise InputError(
                f"{clip_name(name)} is bound twice", source=source, span=(0, len(name)), kind="binding", hint=hint
            )
        found[bound] = Source(bound, value)
    return found


def _refuse_mistyped(words: list[str], word: str) -> None:
    """Raise `InputError` where blanks, commas or colons stand where they should not, and what was meant is known."""
    from .retyping import is_irregular, retyped

    if any("[" in other for other in words):
        from .word_slips import cut_array

        if cut := cut_array(words):
            raise cut
    if is_irregular(word) and (mistyped := retyped(words)):
        raise mistyped


def _doubled(words: list[str], word: str, start: int) -> InputError:
    """Return the error for a word with ==, the second of which stands at a place."""
    from .retyping import retyped

    mistyped = retyped(words)
    return InputError(
        "a binding has one =", source=Source(ARGUMENT, word), span=(start, start + 1), kind="binding",
        hint=mistyped.hint if mistyped else None, instead=mistyped.instead if mistyped else None,
    )  # fmt: skip


def from_file(name: str, text: str) -> dict[str, Source]:
    """Return the bindings that a JSON object makes: numbers, texts with an expression, or lists, which are arrays.

    The text of a list is what stands in the file. Raises `InputError`, with the place in the text, for any other JSON.
    """
    import json

    source, hint = Source(name, text), f"write {POINT}"
    if not text.strip():
        raise InputError("there are no values in it", source=Source(name, ""), kind="binding", hint=hint)
    try:
        # Numbers stay text, so that every number system reads the digits that were written.
        data = json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_number, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as problem:
        span = (problem.pos, problem.pos + 1)
        what = f"not JSON: {problem.msg[:1].lower()}{problem.msg[1:]}"
        raise InputError(what, source=source, span=span, kind="binding", hint=hint) from None
    except RecursionError:
        raise InputError("not an object of numbers", source=source, span=(0, 1), kind="binding", hint=hint) from None
    if not isinstance(data, _Pairs):
        if isinstance(data, list) and any(isinstance(row, _Pairs) for row in data):
            hint = "this is an array of points: gradcli rows PROGRAM --from json takes one"
        start = len(text) - len(text.lstrip())
        what = "an object of numbers is expected"
        raise InputError(what, source=source, span=(start, start + 1), kind="binding", hint=hint)
    found: dict[str, Source] = {}
    has_list = any(isinstance(value, list) and not isinstance(value, _Pairs) for _, value in data)
    spans = _spans(text) if has_list else []
    for k, (key, value) in enumerate(data):
        name_of = as_name(key)
        if name_of is None:
            what, hint = f"{visible(key)[:60] or 'this'} is not a name", "a name of the program is expected"
            raise InputError(what, source=source, span=_spans(text)[k][0], kind="binding", hint=hint)
        if name_of in found:
            what, hint = f"{clip_name(key)} is bound twice", "leave one of them out"
            raise InputError(what, source=source, span=_spans(text)[k][0], kind="binding", hint=hint)
        if isinstance(value, list) and not isinstance(value, _Pairs):
            start, end = spans[k][1]
            found[name_of] = Source(f"{name}: {key}", text[start:end], partial(_within, source, k))
            continue
        if not isinstance(value, str):
            what, hint = f"{clip_name(key)} is not a number", 'a number is expected, or a text such as "1/3"'
            raise InputError(what, source=source, span=_spans(text)[k][1], kind="binding", hint=hint)
        found[name_of] = Source(f"{name}: {key}", value, partial(_within, source, k))
    return found


POINT = '{"x": 1.5, "y": -2}'


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON, with keys that stand there twice."""


def _no_number(word: str) -> None:
    """Return nothing for a word such as NaN, which is no number."""


def _within(source: Source, k: int, span: tuple[int, int] | None) -> tuple[Source, tuple[int, int]]:
    """Return a file of JSON and where a value of its object stands there, or a span of the value's text."""
    start, end = _spans(source.text)[k][1]
    if span is not None and source.text[start] == "[":
        return source, (start + span[0], start + span[1])
    if span is None or source.text[start] != '"' or "\\" in source.text[start:end]:
        return source, (start, end)
    return source, (start + 1 + span[0], start + 1 + span[1])


def _spans(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return where every key and every value of an object of JSON stands."""
    from ..files.json_objects import object_spans

    return object_spans(text)
