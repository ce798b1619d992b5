"""Words behind a program that belong to an option: `--grad x y`, `circuit` for `--to circuit`, `--x -2` for x=-2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from ..errors import ARGUMENT, GradcliError
from .option_parsing import choices_of, declared_options

_LETTER = re.compile(r"--([^\W\d]\w*)")


def placed(error: GradcliError, words: Sequence[str]) -> list[str] | None:
    """Return the words of a command with one that is no NAME=VALUE where it belongs; None where nobody knows."""
    if error.kind != "binding" or error.source is None or error.source.name != ARGUMENT:
        return None
    word = error.source.text
    if word not in words:
        return None
    from .names import COMMANDS
    from .tree import root

    command = root.get_command(click.Context(root), words[0]) if words[0] in COMMANDS else root
    declared = declared_options(command, click.Context(command)) if command is not None else {}
    k = words.index(word)
    before, after = [*words[:k]], [*words[k + 1 :]]
    if word.startswith("{"):
        found = _of_json(word)
        return None if found is None else [*before, *found, *after]
    if _LETTER.fullmatch(word):
        return _of_letters(words, declared)
    if option := choices_of(declared).get(word):
        return [*before, option, word, *after]
    if f"--{word}" in declared and declared[f"--{word}"].is_flag:
        return [*before, f"--{word}", *after]
    return _of_names(words, k, declared) or _of_point(words, k, declared)


def _of_json(word: str) -> list[str] | None:
    """Return the bindings of an object of JSON."""
    from ..record.bindings import from_file

    try:
        return [f"{name}={value.text}" for name, value in from_file(ARGUMENT, word).items()]
    except GradcliError:
        return None


def _of_letters(words: Sequence[str], declared: dict[str, Any]) -> list[str] | None:
    """Return words with `--x -2` as x=-2, for every name that is no option."""
    found: list[str] = []
    rest = iter(words)
    for word in rest:
        name = _LETTER.fullmatch(word)
        if name is None or word in declared:
            found.append(word)
        elif "=" not in (value := next(rest, "=")):
            found.append(f"{name[1]}={value}")
        else:
            return None
    return found


def _of_names(words: Sequence[str], k: int, declared: dict[str, Any]) -> list[str] | None:
    """Return words with all names behind an option as its one value: `--grad x y` is `--grad x,y`."""
    start = k
    while start and re.fullmatch(r"[^\W\d]\w*,?", words[start]):
        start -= 1
    option = declared.get(words[start])
    if option is None or option.metavar != "NAME,..." or start + 1 == k + 1:
        return None
    end = next((j for j in range(k, len(words)) if not re.fullmatch(r"[^\W\d]\w*,?", words[j])), len(words))
    names = [name.rstrip(",") for name in words[start + 1 : end]]
    others = [*words[:start], *words[end:]]
    if not all(any(re.search(rf"\b{name}\b", other) for other in others) for name in names):
        return None
    return [*words[: start + 1], ",".join(names), *words[end:]]


def _of_point(words: Sequence[str], k: int, declared: dict[str, Any]) -> list[str] | None:
    """Return words with the one name that has a value before a number: `--at 1` is `--at x=1`."""
    option = declared.get(words[k - 1]) if k else None
    names = {found[1] for word in words if (found := re.match(r"([^\W\d]\w*)=(?!=)", word))}
    if option is None or option.metavar != "NAME=VALUE" or len(names) != 1:
        return None
    return [*words[:k], f"{names.pop()}={words[k]}", *words[k + 1 :]]
