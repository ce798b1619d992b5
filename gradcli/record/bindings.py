"""Bindings: NAME=VALUE words and files of them, read by the grammar of the language and evaluated in a system."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ..calculus.graph import Graph
from ..calculus.operations import CONSTANTS, NUMBER, function
from ..calculus.sweeps import forward
from ..errors import InputError, LimitError, MathError, Source, Within
from ..language.lexer import as_name
from ..language.syntax import check_numeral, clip_name, parse
from ..numbers.systems import FLOAT, Undecided, Unsupported
from ..text import clip, did_you_mean, visible
from .precision import Ladder, Mode

NAME = re.compile(r"[^\W\d]\w*")
PLAIN = re.compile(r"[^\s,;=:]+")  # a value that holds nothing which separates words
NUMERAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


def split(words: Iterable[str], program: Source | None = None) -> dict[str, Source]:
    """Return the bindings that command-line words make: the text of each value, named for messages by its name.

    The program, where it is known, serves to say what was meant by words that are none.
    """
    found: dict[str, Source] = {}
    words = list(words)
    for word in words:
        name, equals, value = word.partition("=")
        source = Source("argument", word)
        name = name.strip()
        bound = as_name(name)
        if bound is None or not PLAIN.fullmatch(value):
            _refuse_mistyped(words, word)
        if not equals:
            from .word_slips import no_binding

            raise no_binding(words, word, program)
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
            hint = f"leave out {clip(f'{name}={found[bound].text}', 40)} or {clip(word, 40)}"
            raise InputError(
                f"{clip_name(name)} is bound twice", source=source, span=(0, len(name)), kind="binding", hint=hint
            )
        found[bound] = Source(bound, value)
    return found


def _refuse_mistyped(words: list[str], word: str) -> None:
    """Raise `InputError` where blanks, commas or colons stand where they should not, and what was meant is known."""
    from .retyping import is_irregular, retyped

    if is_irregular(word) and (mistyped := retyped(words)):
        raise mistyped


def _doubled(words: list[str], word: str, start: int) -> InputError:
    """Return the error for a word with ==, the second of which stands at a place."""
    from .retyping import retyped

    mistyped = retyped(words)
    return InputError(
        "a binding has one =", source=Source("argument", word), span=(start, start + 1), kind="binding",
        hint=mistyped.hint if mistyped else None, instead=mistyped.instead if mistyped else None,
    )  # fmt: skip


def from_file(name: str, text: str) -> dict[str, Source]:
    """Return the bindings that a JSON object makes: numbers, or texts with an expression."""
    import json

    source = Source(name, text)
    try:
        # Numbers stay text, so that every number system reads the digits that were written.
        data = json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_number, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as problem:
        span = (problem.pos, problem.pos + 1)
        what = f"not JSON: {problem.msg[:1].lower()}{problem.msg[1:]}"
        raise InputError(what, source=source, span=span, kind="binding", hint=f"write {POINT}") from None
    except RecursionError:
        raise InputError("not an object of numbers", source=source, span=(0, 1), kind="binding", hint=POINT) from None
    if not isinstance(data, _Pairs):
        hint = f"write {POINT}"
        if isinstance(data, list) and any(isinstance(row, _Pairs) for row in data):
            hint = "this is an array of points: gradcli rows PROGRAM --from json takes one"
        start = len(text) - len(text.lstrip())
        what = "an object of numbers is expected"
        raise InputError(what, source=source, span=(start, start + 1), kind="binding", hint=hint)
    found: dict[str, Source] = {}
    for k, (key, value) in enumerate(data):
        name_of = as_name(key)
        if name_of is None:
            what, hint = f"{visible(key)[:60] or 'this'} is not a name", "a name of the program is expected"
            raise InputError(what, source=source, span=_spans(text)[k][0], kind="binding", hint=hint)
        if name_of in found:
            what, hint = f"{clip_name(key)} is bound twice", "leave one of them out"
            raise InputError(what, source=source, span=_spans(text)[k][0], kind="binding", hint=hint)
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
    if span is None or source.text[start] != '"' or "\\" in source.text[start:end]:
        return source, (start, end)
    return source, (start + 1 + span[0], start + 1 + span[1])


def _spans(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return where every key and every value of an object of JSON stands."""
    import json

    decoder, blank = json.JSONDecoder(), re.compile(r"[ \t\r\n]*")

    def past_blank(at: int) -> int:
        return blank.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too

    found = []
    at = past_blank(past_blank(0) + 1)
    while text[at] != "}":
        key = (at, decoder.raw_decode(text, at)[1])
        start = past_blank(past_blank(key[1]) + 1)
        end = decoder.raw_decode(text, start)[1]
        found.append((key, (start, end)))
        at = past_blank(end)
        if text[at] == ",":
            at = past_blank(at + 1)
    return found


def point(S: Any, graph: Graph, bindings: Mapping[str, Source], spare: Iterable[str] = ()) -> dict[str, Any]:
    """Return the number of every input; `spare` names bindings that may go unused.

    Raises `InputError` that lists all inputs without a value, or the first binding that nothing uses.
    """
    if graph.defaults:
        bindings = {**{name: Source(name, text) for name, text in graph.defaults.items()}, **bindings}
    if bindings.keys() != graph.inputs.keys():
        unneeded = set(spare)
        missing = [name for name in graph.inputs if name not in bindings]
        unneeded |= graph.defaults.keys()
        unused = [name for name in bindings if name not in graph.inputs and name not in unneeded]
    else:
        missing = unused = []
    if missing:
        raise _unbound(graph, missing, unused)
    if unused:
        name = unused[0]
        raise InputError(f"nothing in the program uses {clip_name(name)}", source=bindings[name], kind="binding",
                         hint=_unused_hint(name, list(graph.inputs)))  # fmt: skip
    sources = [bindings[name] for name in graph.inputs]
    plain = _plain_numerals([source.text for source in sources]) if S.reader is FLOAT else None
    numbers = map(S.lift, plain) if plain is not None else (number(S, source) for source in sources)
    found = dict(zip(graph.inputs, numbers, strict=True))
    if S.reader is not FLOAT and S.name == "balls":
        _note_fractions(S, graph, bindings)
    return found


def _unused_hint(name: str, inputs: list[str]) -> str:
    """Return what to do about a value for a name that is no input."""
    if name == "π":
        return "π is a constant: give a variable another name"
    near = did_you_mean(name, inputs)
    some = ", ".join(map(clip_name, inputs[:8])) + (", ..." if inputs[8:] else "")
    return near or (f"leave it out; the inputs are {some}" if inputs else "leave it out; the program has no inputs")


def _note_fractions(S: Any, graph: Graph, bindings: Mapping[str, Source]) -> None:
    """Tell a system of balls which fractions the inputs are that are fractions."""
    from ..numbers.fractions import Exact

    exact = Exact()
    for name in graph.inputs:
        source = bindings[name]
        text = source.text.strip()
        if not plus_minus(text):
            numeral = NUMERAL.fullmatch(text)
            known = exact.number(text) if numeral else _fraction(exact, source, _constant(source, text))
            if known is not None:
                S.fractions[name] = known


def _plain_numerals(texts: Sequence[str]) -> list[float] | None:
    """Return numerals as floats, all at once, or None where one is something else or needs a closer look."""
    if not all(map(NUMERAL.fullmatch, texts)):
        return None
    found = list(map(float, texts))
    return found if all(map(math.isfinite, found)) and 0.0 not in found else None


def _unbound(graph: Graph, missing: list[str], unused: list[str]) -> InputError:
    shown = [clip_name(name) for name in missing[:10]]
    if len(missing) > len(shown):
        listed = f"{', '.join(shown)} and {len(missing) - len(shown):,} more have no value"
    elif len(shown) > 1:
        listed = f"{', '.join(shown[:-1])} and {shown[-1]} have no value"
    else:
        listed = f"{shown[0]} has no value"
    hint = "write " + " ".join(f"{clip_name(name)}=..." for name in missing[:5])
    from ..language.foreign_names import OFTEN_VARIABLES, name_hint

    bound = [*graph.inputs.keys() - {*missing}, *unused]
    idle = list(graph.unused)
    for name in missing[:10]:
        constants = () if name in OFTEN_VARIABLES else CONSTANTS
        near = did_you_mean(name, idle) or name_hint(name, bound) or did_you_mean(name, [*unused, *constants])
        if near:
            hint = near
    if function(missing[0]):
        hint = f"{missing[0]} is also a function: write {missing[0]}(...), or bind it"
    node = graph.nodes[graph.inputs[missing[0]]]
    return InputError(listed, span=node.span, kind="unbound", hint=hint)


def number(S: Any, source: Source) -> Any:
    """Return the number of a constant expression such as `-2.5`, `1/3` or `pi/4`.

    Where numbers are floats an expression is rounded once, to the binary64 nearest to its true value.

    Raises `InputError` where it is none, `MathError` where it is outside a domain.
    """
    text = source.text.strip()
    if NUMERAL.fullmatch(text):
        return S.lift(_numeral(S.reader, source, text))
    if parts := plus_minus(text):
        _check_parts(source, *parts)
        middle, radius = (number(S, Source(source.name, part)) for part in parts)
        try:
            found = S.ball(middle, radius)
        except Unsupported:
            raise InputError(
                "a value with +- cannot be used here", source=source, kind="binding", hint="leave the uncertainty out"
            ) from None
        if S.surely_less(radius, S.zero):
            from .value_forms import negative

            raise negative(source, parts[0])
        return found
    graph = _constant(source, text)
    if S.reader is not FLOAT:
        return S.lift(_computed(S.reader, source, graph))
    nearest = _nearest(source, graph)
    S.resume()
    return S.lift(nearest)


def check_value(source: Source) -> None:
    """Raise `InputError` where a text is no value: no expression of numbers, with an uncertainty or without."""
    text = source.text.strip()
    parts = plus_minus(text)
    if parts:
        _check_parts(source, *parts)
    for part in parts or (text,):
        if NUMERAL.fullmatch(part):
            check_numeral(part.removeprefix("-"), source=source)
        else:
            _constant(source if part == text else Source(source.name, part), part)


def plus_minus(text: str) -> tuple[str, str] | None:
    """Return the two parts of a value with an uncertainty, such as 2.50+-0.005 or 2.50±0.005, or None."""
    middle, sign, radius = text.partition("±") if "±" in text else text.partition("+-")
    return (middle.strip(), radius.strip()) if sign else None


def _check_parts(source: Source, middle: str, radius: str) -> None:
    """Raise `InputError` unless a value and its uncertainty are there, and the latter looks like a number above 0."""
    if not middle or not radius or radius[0] in "-\u2212" or "%" in radius or plus_minus(radius):
        from .value_forms import refused_uncertainty

        raise refused_uncertainty(source, middle, radius)


def source_of(name: str, value: Any) -> Source:
    """Return the text of a value given from Python: a number, or a text as on the command line."""
    if isinstance(value, Source):
        return value
    if isinstance(value, float):
        return Source(name, repr(value))
    from numbers import Rational

    if isinstance(value, (str, Rational)) and value is not True and value is not False:
        return Source(name, str(value))
    raise InputError(f"{clip_name(name)} is not a number but {type(value).__name__}", kind="binding")


def _numeral(S: Any, source: Source, text: str) -> Any:
    """Return the number of a numeral, which may have a sign."""
    negative = text[0] == "-"
    size = text[1:] if text[0] in "+-" else text
    check_numeral(size, source=source)
    return -S.number(size) if negative else S.number(size)


def _constant(source: Source, text: str) -> Graph:
    """Return the graph of an expression of numbers."""
    if not text:
        raise InputError("the value is missing", source=source, kind="binding", hint="write NAME=VALUE")
    try:
        graph = parse(source)
    except InputError:
        from .value_forms import refused

        if better := refused(source, text):
            raise better from None
        raise
    if graph.inputs or graph.named:
        name, i = next(iter({**graph.named, **graph.inputs}.items()))
        hint = "a value is a number or an expression of numbers such as 1/3 or pi/4"
        if name.lower() in ("nan", "inf", "infinity"):
            hint = "a value is a finite number"
        raise InputError(
            f"{clip_name(name)} is not a number", source=source, span=graph.nodes[i].span, kind="binding", hint=hint
        )
    return graph


def _computed(S: Any, source: Source, graph: Graph) -> Any:
    """Return the number that an expression denotes in a number system."""
    with Within(source):
        values, faults = forward(S, graph, {})
        if graph.output not in faults:
            return values[graph.output]
        fault = faults[graph.output]
        fault.raise_doubt()
    node = graph.nodes[fault.node]
    what = "this overflows" if fault.kind == "overflow" else "this has no value"
    if fault.kind == "domain":
        from ..language.writing import spoken

        names = [spoken(graph, a) for a in node.arguments]
        by_zero = node.operation.name == "div"
        what = "this is a division by zero" if by_zero else f"{what}: {node.operation.needs(names)}"
    raise MathError(what, source=source, span=node.span, kind=fault.kind)


def _nearest(source: Source, graph: Graph) -> float:
    """Return the binary64 nearest to the number that an expression denotes."""
    if _rounds_once(graph):
        return float(_computed(FLOAT, source, graph))
    from ..numbers.fractions import Dyadic

    exact = _fraction(Dyadic(), source, graph)
    try:
        nearest = _settled(source, graph) if exact is None else float(exact)
    except OverflowError:
        nearest = math.inf
    if not math.isfinite(nearest):
        raise MathError("this overflows", source=source, span=graph.nodes[graph.output].span, kind="overflow")
    return nearest


def _rounds_once(graph: Graph) -> bool:
    """Whether binary64 gives the nearest number: one of + - * / of numerals, or a constant times a power of 2."""
    rounding = [node for node in graph.nodes if node.arguments and node.operation.name != "neg"]
    if not rounding:
        return True
    if len(rounding) > 1 or not rounding[0].operation.rounds_once:
        return False
    leaves = [node for node in graph.nodes if not node.arguments]
    if all(node.operation is NUMBER for node in leaves):
        return True
    scales = [float(node.text) for node in leaves if node.operation is NUMBER]
    scaled = rounding[0].operation.name == "mul" or graph.nodes[rounding[0].arguments[1]].operation is NUMBER
    powers = [abs(math.frexp(x)[0]) == 0.5 for x in scales]
    return powers == [True] and scaled and rounding[0].operation.name in ("mul", "div")


def _fraction(S: Any, source: Source, graph: Graph) -> Any:
    """Return the fraction that an expression denotes in a system of fractions; None if it has none there.

    Raises `MathError` where the expression is outside a domain.
    """
    try:
        return _computed(S, source, graph)
    except (InputError, LimitError):
        return None


def _settled(source: Source, graph: Graph) -> float:
    """Return the binary64 nearest to an expression that is no fraction."""
    ladder = Ladder(Mode("certain"), graph)
    for S in ladder:
        if S.name == "balls":
            try:
                return float(S.settle(_computed(S, source, graph)))
            except Undecided as doubt:
                ladder.failed(doubt)
    with Within(source):
        raise ladder.refusal()
