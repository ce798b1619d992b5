"""The chain rule in a claim: derivatives such as df/dq, dq, local(q,x) and ∂q/∂x, which get names to parse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ...errors import InputError
from ...language.syntax import clip_name
from .items import Item

_NAME = r"[^\W\d]\w*"
_PART = re.compile(
    rf"(?<![\w.])(?:(?P<quotient>[d∂](?P<above>{_NAME})\s*/\s*[d∂](?P<below>{_NAME}))"
    rf"|local\s*\(\s*(?P<user>{_NAME})[^()]*\)|[d∂](?P<short>{_NAME})|(?P<node>{_NAME})\.grad)"
)
_NODES = ("above", "below", "user", "short", "node")
_POWER = re.compile(r"\s*(?:\*\*|[\^²³])")


def with_names(
    text: str, names: Mapping[str, int], derivative: Callable[[str], Item | None]
) -> tuple[str, dict[str, Item]]:
    """Return a formula with a name in place of every derivative, and what the names stand for.

    Names of the program win. Raises `InputError` for a quotient that can be read in two ways, such as 1/dq/dx.
    """
    found: dict[str, Item] = {}
    pieces: list[str] = []
    at = 0
    while part := _PART.search(text, at):
        whole = part[0]
        item = None
        known = all(part[group] in names for group in _NODES if part[group])
        if known and whole not in names and not (part["quotient"] and re.split(r"\s*/", whole)[0] in names):
            item = derivative(whole)
        if item is None:
            end = part.start() + max(1, len(re.match(r"\w*", whole)[0]))  # type: ignore[index]
            pieces.append(text[at:end])
            at = end
            continue
        if part["quotient"]:
            _refuse_ambiguous(text, part.start(), part.end(), whole)
        name = _fresh(whole, names, text)
        while found.get(name, item) != item:
            name += "_"
        found[name] = item
        pieces += [text[at : part.start()], name]
        at = part.end()
    return "".join([*pieces, text[at:]]), found


def _refuse_ambiguous(text: str, start: int, end: int, whole: str) -> None:
    """Raise where a quotient may be two divisions, or its power that of its lower part."""
    before = text[:start].rstrip()
    if before.endswith(("/", "÷", "^", "**")) or _POWER.match(text, end):
        hint = f"put the derivative in parentheses: ({clip_name(whole)})"
        raise InputError(f"{clip_name(whole)} can be read in two ways here", kind="claim", hint=hint)


def _fresh(whole: str, names: Mapping[str, int], text: str) -> str:
    """Return a name for a derivative that nothing else has, and that says in a message what it is."""
    name = re.sub(r"\W+", "_", whole.replace("∂", "d")).strip("_")
    while name in names or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        name += "_"
    return name
