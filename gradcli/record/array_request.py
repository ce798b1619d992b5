"""Which entries a text asks for: `dL/dW[1,0]`, `dW[1,0]` or `z[1]`."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..arrays.opening import entry_names
from ..arrays.sizes import described
from ..errors import InputError
from ..language.names import clip_name
from ..text import did_you_mean
from .array_gradient import ArrayGradient

MOST_ENTRIES = 16  # that one text names
_DERIVATIVE = re.compile(r"d(?P<output>[^/\[\]]+)/d(?P<name>.+)")  # as a user writes it


class EntryRequest(NamedTuple):
    """An entry that is asked for: its node and its place; its value, or the derivative with respect to it."""

    node: int
    place: int
    is_derivative: bool


def asked_entries(record: ArrayGradient, text: str) -> list[EntryRequest]:
    """Return the entries that a text names. Raises `InputError` for a text that names none, or more than 16."""
    text = text.strip()
    known, output = record.graph.by_label, record.labels[record.output]
    name, is_derivative, above = text, False, output
    if found := _DERIVATIVE.fullmatch(text):
        name, is_derivative, above = found["name"].strip(), True, found["output"].strip()
    elif _whole(text) not in known and text[:1] == "d" and _whole(text[1:]) in known:
        name, is_derivative = text[1:], True
    whole = name if name in known else _whole(name)
    node = known.get(whole)
    if node is None:
        first, i = next(iter(known.items()))
        own = entry_names(first, record.shape(i))[0]
        hint = did_you_mean(whole, list(known)) or f"an entry is d{output}/d{own}, or one such as {own}"
        raise InputError(f"nothing in the program is called {clip_name(whole)}", kind="name", hint=hint)
    if above not in (output, *_names(record)):
        raise InputError(
            f"{clip_name(text)} is no derivative of {output}, which is differentiated", kind="name",
            hint=f"write d{output}/d{name}",
        )  # fmt: skip
    shape = record.shape(node)
    if name == whole and shape:
        first = entry_names(text, shape)[0]
        raise InputError(
            f"{clip_name(whole)} {described(shape)}: name an entry", kind="name", hint=f"--entry {first!r}"
        )
    places = [0] if name == whole else record.task.window(name, whole, node, "--entry").entries
    if len(places) > MOST_ENTRIES:
        raise InputError(f"{clip_name(name)} names {len(places):,} entries, more than {MOST_ENTRIES}", kind="name")
    if is_derivative and record.upstream[node] is None:
        raise InputError(f"{output} is not differentiated with respect to {clip_name(whole)}", kind="name",
                         hint="it holds labels or indices, or --wrt leaves it out")  # fmt: skip
    return [EntryRequest(node, place, is_derivative) for place in places]


def _whole(name: str) -> str:
    return name.partition("[")[0].strip()


def _names(record: ArrayGradient) -> list[str]:
    """Return all names of the output."""
    return [name for name, i in record.graph.named.items() if i == record.output]
