"""Lines that are nearly something that the prompt knows: each is told with what to type in its place."""

from __future__ import annotations

import re

from ...calculus.graph import Graph
from ...errors import InputError
from ...language.syntax import clip_name
from ...record import bindings as binding
from .lines import QUOTIENT, Said, is_constant

_SETTING = ("let", "set", "put")
# `let x 4`, `x := 4`, `x is 4`, `x -> 4`: a number for a name, without the one = of it. `x -4` is a difference.
_ASSIGNED = re.compile(
    r"(?:(?:let|set|put)\s+)?([^\W\d]\w*)\s*(?::=|==|->|→|<-|:|\bis\b|\bto\b|\s(?=[\w.]))\s*([^\s=<>].*?)\s*"
)
_RENAMED = re.compile(r"([^\W\d]\w*)\s*=\s*([^\W\d]\w*)")
# What other programs are told to do, before an expression: `derivative of x^2`, `d/dx x^2`.
_ORDERED = re.compile(
    r"(?:[d∂]/[d∂]\w+|grad|gradient|deriv|derive|derivative|differentiate|evaluate|compute)\s+(?:of\s+)?([\w(].*)"
)
_CLAIM = re.compile(r"(.+?)\s*=(?!=)\s*(.+)")


def refuse_slip(graph: Graph | None, meant: Said) -> None:
    """Raise `InputError` for a line that is meant for a number or a claim, where it would be read as a program."""
    text, values = meant.program or "", meant.values
    if values and binding.NAME.fullmatch(text):
        _refuse_word(graph, text, values)
    if ordered := _ORDERED.fullmatch(text):
        raise InputError("an expression stands alone: its gradient is what is shown", kind="syntax",
                         hint=ordered[1][:60])  # fmt: skip
    if graph is None or values:
        return
    renamed = _RENAMED.fullmatch(text)
    if renamed and renamed[1] in graph.inputs:
        name, other = map(clip_name, renamed.groups())
        raise InputError(f"{other} is no number for {name}", kind="binding",
                         hint=f"for example {name}=3; a program of {other} alone is ({other})")  # fmt: skip
    found = _ASSIGNED.fullmatch(text)
    if found and found[1] in graph.inputs and is_constant(found[2]):
        raise InputError(f"{text[:60]} gives no number: its = is missing", kind="syntax",
                         hint=f"{clip_name(found[1])}={found[2][:40]}")  # fmt: skip
    claim = _CLAIM.fullmatch(text)
    if claim and QUOTIENT.fullmatch(claim[1]):
        raise InputError(f"{text[:60]} is a claim: derivatives are computed, not set", kind="syntax",
                         hint=f"check {claim[1]}={claim[2][:40]}")  # fmt: skip


def _refuse_word(graph: Graph | None, word: str, values: dict[str, str]) -> None:
    """Raise where a word stands before numbers of the program: `set w=3`."""
    if graph is not None and (word in graph.by_label or not set(values) <= set(graph.inputs)):
        return
    if graph is None and word not in _SETTING:
        return
    alone = " ".join(f"{name}={value}" for name, value in values.items())
    raise InputError(f"{clip_name(word)} is no command", kind="name", hint=f"{clip_name(alone)} alone changes a number")
