"""The chain rule in a claim: derivatives such as df/dq, dq, local(q,x) and ∂q/∂x, which are read as names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from ...errors import InputError
from ...language.names import clip_name
from ...language.syntax import definitions

MAX_DEFINITIONS = 20_000  # characters of functions, which every formula that calls one is read with
Part = TypeVar("Part")
_NAME = r"[^\W\d]\w*"
_PART = re.compile(
    rf"(?<![\w.])(?:(?P<quotient>[d∂](?P<above>{_NAME})\s*/\s*[d∂](?P<below>{_NAME}))"
    rf"|local\s*\(\s*(?P<user>{_NAME})[^()]*\)|[d∂](?P<short>{_NAME})|(?P<node>{_NAME})\.grad)"
)
_NODES = ("above", "below", "user", "short", "node")
_POWER = re.compile(r"\s*(?:\*\*|[\^²³])")


def derivatives_in(text: str, names: Collection[str], derivative: Callable[[str], Part | None]) -> dict[str, Part]:
    """Return what the derivatives in a formula stand for, by how they are written; `derivative` says it of a text.

    Names of the program win. Raises `InputError` for a quotient that can be read in two ways, such as 1/dq/dx.
    """
    found: dict[str, Part] = {}
    for part, item in _derivatives(text, names, derivative):
        if part["quotient"]:
            _refuse_ambiguous(text, part.start(), part.end(), part[0])
        found[part[0]] = item
    return found


def respelt(text: str, names: Collection[str], spell: Callable[[str], str]) -> str:
    """Return a formula with its derivatives in another spelling."""
    found, at = "", 0
    for part, spelling in _derivatives(text, names, spell):
        found += text[at : part.start()] + spelling
        at = part.end()
    return found + text[at:]


def _derivatives(
    text: str, names: Collection[str], derivative: Callable[[str], Part | None]
) -> Iterator[tuple[re.Match[str], Part]]:
    """Yield the derivatives in a formula with what they stand for, left to right."""
    at = 0
    while part := _PART.search(text, at):
        whole = part[0]
        item = None
        known = all(part[group] in names for group in _NODES if part[group])
        if known and whole not in names and not (part["quotient"] and re.split(r"\s*/", whole)[0] in names):
            item = derivative(whole)
        if item is None:
            at = part.start() + max(1, len(re.match(r"\w*", whole)[0]))  # type: ignore[index]
            continue
        yield part, item
        at = part.end()


def callable_definitions(program: str) -> str:
    """Return the functions that a program defines, which a formula may call; "" where they are too long."""
    found = definitions(program)
    return found if len(found) <= MAX_DEFINITIONS else ""


def with_definitions(text: str, definitions: str, derivatives: Collection[str]) -> str:
    """Return a formula behind the functions of its program, in which da/db stays the quotient that it is there."""
    for whole in derivatives:
        definitions = definitions.replace(whole, whole.replace("/", "/  "))
    return f"{definitions}\n{text}" if definitions else text


def _refuse_ambiguous(text: str, start: int, end: int, whole: str) -> None:
    """Raise where a quotient may be two divisions, or its power that of its lower part."""
    before = text[:start].rstrip()
    if before.endswith(("/", "÷", "^", "**")) or _POWER.match(text, end):
        hint = f"put the derivative in parentheses: ({clip_name(whole)})"
        raise InputError(f"{clip_name(whole)} can be read in two ways here", kind="claim", hint=hint)
