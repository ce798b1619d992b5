"""Words behind a program that are no NAME=VALUE: values without names, a second program, names with subscripts."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..calculus.graph import Graph
from ..errors import ARGUMENT, GradcliError, InputError, Source
from ..language.lexer import as_name
from ..language.mending import LOWERED
from ..language.syntax import parse
from ..text import clip

# What is claimed of a program and not given to it: df/dx, x.grad, local(q,x).
CLAIMED = re.compile(r"[d∂]\w+\s*/\s*[d∂]\w+|\w+\.grad|local\([^()]*\)")
WRITTEN = "bindings are written NAME=VALUE"


def no_binding(words: Sequence[str], word: str, program: Source | None) -> InputError:
    """Return the error for a word without =; the program tells the names of values that have none."""
    source = Source(ARGUMENT, word)
    if program is not None:
        if program.name != "program" and _parsed(word) is not None and not _is_value(word):
            return InputError(f"there are two programs: {clip(program.name, 40)} and {clip(word, 40)}", kind="option",
                              hint="leave out --file, or the other program")  # fmt: skip
        if named := _named(words, program):
            return named
        if re.search(rf"(?:^|[;\n{{])\s*{re.escape(word)}\s*=", program.text):
            what, hint = (
                f"{clip(word, 40)} is no binding, but a name of the program",
                f"to choose the output write --of {clip(word, 40)}",
            )
            return InputError(what, source=source, kind="binding", hint=hint)
    return InputError(f"{word[:60]} is not NAME=VALUE", source=source, kind="binding", hint=quoted(program))


def quoted(program: Source | None) -> str:
    """Return the hint for words that are none: a program that a shell has cut at its blanks is to be quoted."""
    is_whole = program is not None and (program.name != "program" or re.search(r"[\s();<>&|]", program.text))
    return WRITTEN if is_whole else f"quote the program if it has blanks or *; {WRITTEN}"


def no_claim(word: str, names: Collection[str], inputs: Collection[str], examples: Sequence[str]) -> InputError | None:
    """Return the error for a name without a claim or value, or one without a name, among the words of `check`.

    `names` are those of the program, its `inputs` among them; `examples` is what may be claimed or given. None is
    returned where the word is neither.
    """
    if word in inputs:
        what, hint = "has no value behind it", f"write {clip(word, 40)}=..., with its value"
    elif CLAIMED.fullmatch(word) or word in names or (word[:1] in ("d", "∂") and word[1:] in names):
        what, hint = "has no claim behind it", f"write {clip(word, 40)}=..., with your answer"
    elif word.startswith("[") or _is_value(word):
        what = "has no name before it"
        hint = f"write {' or '.join(clip(f'{item}={word}', 60) for item in examples)}"
        hint += ", whichever it is" if examples[1:] else ""
    else:
        return None
    return InputError(f"{clip(word, 60)} {what}", source=Source(ARGUMENT, word), kind="binding", hint=hint)


def cut_array(words: Sequence[str]) -> InputError | None:
    """Return the error for an array that the shell has cut at its blanks, with what to quote; None where none is."""
    for k, word in enumerate(words):
        name, _, value = word.partition("=")
        depth = value.count("[") - value.count("]")
        if depth <= 0 or as_name(name) is None:
            continue
        for last in range(k + 1, len(words)):
            depth += words[last].count("[") - words[last].count("]")
            if "=" in words[last]:
                break
            if depth <= 0:
                whole = " ".join(words[k : last + 1])
                what = f"an array is one word, and {clip(word, 40)} to {clip(words[last], 40)} are {last - k + 1}"
                new = [*words[:k], whole, *words[last + 1 :]]
                return InputError(what, source=Source(ARGUMENT, word), kind="binding",
                                  hint=f"write {clip(f'{name}={chr(39)}{whole[len(name) + 1 :]}{chr(39)}', 100)}",
                                  instead=([*words], new))  # fmt: skip
    return None


def _named(words: Sequence[str], program: Source) -> InputError | None:
    """Return the error for values without names, with the names that they may be meant for, in order."""
    given = {word.partition("=")[0] for word in words if "=" in word}
    values = [word for word in words if "=" not in word]
    try:
        inputs = list(parse(program, given).inputs)
    except GradcliError:
        return None
    free = [name for name in inputs if name not in given]
    if not all(map(_is_value, values)) or not free or len(values) > len(free):
        return None
    names = iter(free)
    new = [word if "=" in word else f"{next(names)}={word}" for word in words]
    shown = f"{', '.join(values[:-1])} and {values[-1]} have no names" if values[1:] else f"{values[0]} has no name"
    return InputError(clip(shown, 80), kind="binding", hint=f"write {clip(' '.join(new), 100)}", instead=(words, new))


def _is_value(word: str) -> bool:
    graph = _parsed(word)
    return graph is not None and not graph.inputs and not graph.named


def _parsed(word: str) -> Graph | None:
    try:
        return parse(Source("value", word))
    except GradcliError:
        return None


def no_name(words: Sequence[str], name: str, source: Source, program: Source | None) -> InputError:
    """Return the error for what stands before = and is no name: subscripts are written as digits."""
    if CLAIMED.fullmatch(name):
        command = ["check", program.text] if program is not None and program.name == "program" else None
        return InputError(f"{clip(source.text, 60)} is a claim, not a value", source=source, kind="binding",
                          hint="gradcli check marks claims",
                          instead=None if command is None else (command[1:], command))  # fmt: skip
    if program is not None and re.fullmatch(r"\s*[^\W\d]\w*\s*\([\w\s,]*\)\s*", name):
        what, whole = "a function is defined in the program", f"{source.text}; {program.text}"
        is_one = program.name == "program" and _parsed(whole) is not None
        new = [whole, *(word for word in words if word != source.text)]
        return InputError(what, source=source, span=(0, len(name)), kind="binding",
                          hint=f"write {clip(whole, 100)}" if is_one else None,
                          instead=([program.text, *words], new) if is_one else None)  # fmt: skip
    lowered = name.translate(LOWERED)
    span = (0, len(name) or 1)
    what = "a name is expected before ="
    if as_name(lowered) is None:
        return InputError(what, source=source, span=span, kind="binding")
    old, new = [*words], [word.translate(LOWERED) for word in words]
    if program is not None and program.name == "program":
        old, new = [program.text, *old], [program.text.translate(LOWERED), *new]
    return InputError(what, source=source, span=span, kind="binding", hint=f"write {lowered}{source.text[len(name):]}",
                      instead=(old, new))  # fmt: skip
