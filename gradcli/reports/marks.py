"""The marks of `gradcli check`: one line per claim for a person, or JSON (schema gradcli.check/1)."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GradcliError
from ..homework.claims.chain import respelt
from ..homework.claims.items import Item, item_name, item_of
from ..homework.marking.marks import CORRECT, FOLLOW_THROUGH, IMPRECISE, INVALID, MISSING, UNGRADED, WRONG, Mark, Marked
from ..numbers.systems import FLOAT
from ..record.gradient import Gradient
from ..record.update_rules import Taken
from ..record.values import NUMERAL
from ..text import cells, clip, visible
from . import Style
from .json_text import json_list, json_object, json_of
from .signs import Signs

if TYPE_CHECKING:
    from ..homework.marking.array_marks import ArrayMark

LONG_CLAIM = 60
CLAIM_CELLS = 24
RULE = "rule: "

# Status -> its sign, the sign in ASCII, its colour, and how it is called.
LOOKS = {
    CORRECT: ("✓", "+", "32", "correct"),
    IMPRECISE: ("≈", "~", "33", "imprecise"),
    FOLLOW_THROUGH: ("~", "~", "33", "follow-through"),
    WRONG: ("✗", "x", "31", "wrong"),
    MISSING: ("-", "-", "33", "missing"),
    INVALID: ("?", "?", "31", "invalid"),
    UNGRADED: ("·", ".", "33", "ungraded"),
}


Row = tuple[str, str, str]  # the name of a claim, what was claimed, and the verdict in words


class MarkLayout(NamedTuple):
    """How marks of numbers and of arrays are laid out differently.

    `indent` is that of details behind the column of names, `between` stands between a name and its claim in a stack.
    """

    indent: int
    between: str


def render(record: Gradient, marked: Marked, reveal: str, style: Style) -> str:
    """Return the marks, the score and the rule, one claim per line; stacked where lines would not fit."""
    rows = [_row(record, m, reveal, style.signs) for m in marked.marks]
    told: dict[str, str] = {}
    details = [
        _with_rule(m, told, details_of(m, told, name)) for m, (name, _, _) in zip(marked.marks, rows, strict=True)
    ]  # fmt: skip
    score = f"score {marked.earned:g} of {marked.possible:g}; {marked.rule}"
    names = max((cells(name) for name, _, _ in rows), default=0)
    return laid_out(marked.marks, rows, details, score, style, MarkLayout(names + 5, " = "))


def laid_out(
    marks: Sequence[Any],
    rows: Sequence[Row],
    details: Sequence[list[str]],
    score: str,
    style: Style,
    layout: MarkLayout,
) -> str:
    """Return marks as lines: a line for each with its details below, or stacked, then the score."""
    details = [[style.signs.plain(text) for text in texts] for texts in details]
    names = max((cells(name) for name, _, _ in rows), default=0)
    claims = max((cells(claim) for _, claim, _ in rows if cells(claim) <= CLAIM_CELLS), default=0)
    wide = [f"{padded(name, names)}  {padded(claim, claims)}  {verdict}" for name, claim, verdict in rows]
    longest = max([cells(line) + 3 for line in wide] + [0])
    apart = [cells(t) + layout.indent for d in details for t in d if not t.startswith(RULE)]
    longest = max([longest, *apart])
    lines: list[str] = []
    for m, (name, claim, verdict), line, detail in zip(marks, rows, wide, details, strict=True):
        sign = LOOKS[m.status][1 if style.ascii else 0]
        if style.width is None or longest <= style.width:
            lines.append(colored(f" {sign} {line}", m.status, style))
            lines += [" " * layout.indent + part for text in detail for part in _parts(text, layout.indent, style)]
        else:
            lines.append(colored(f"{sign} {name}" + (f"{layout.between}{claim}" if claim else ""), m.status, style))
            lines += [part for text in (verdict, *detail) for part in paragraph(text, "  ", style.width)]
    lines += [score] if style.width is None else paragraph(score, "", style.width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _row(record: Gradient, m: Mark, reveal: str, signs: Signs) -> Row:
    """Return the name of a claim, what was claimed, and the verdict in words."""
    shown = record.system.brief(m.truth) if _revealed(m, reveal) else ""
    claim = in_items(m, record.graph.by_label, lambda text: item_name(record, item_of(record, text)), signs)
    return row_of(m, "" if m.item is None else item_name(record, m.item), claim, shown, signs)


def in_items(m: Mark | ArrayMark, names: Collection[str], called: Callable[[str], str], signs: Signs) -> str:
    """Return the text of a claim with its quotients of ∂ called as items, where the reader lacks that sign; else "".

    As d, ∂ would be the derivative along all paths. `called` raises `GradcliError` for what is no item.
    """
    text = visible(m.claim.text.strip())

    def spell(derivative: str) -> str:
        if "/" in derivative and not signs.has(derivative):
            with suppress(GradcliError):
                return called(derivative)
        return signs.plain(derivative)

    return "" if signs.has(text) else clip(respelt(text, names, spell), LONG_CLAIM)


def row_of(m: Mark | ArrayMark, item: str, claim: str, revealed: str, signs: Signs) -> Row:
    """Return the row of a mark: `item` is how its item is written, "" for none, `revealed` the correct value.

    `claim` is what stands for the text of the claim, "" for that text.
    """
    text = visible(m.claim.text.strip())
    if not claim:
        claim = text if m.status != INVALID and NUMERAL.fullmatch(text) else clip(text, LONG_CLAIM)
    verdict = LOOKS[m.status][3]
    if m.first_wrong:
        verdict += " (the first wrong step)"
    if m.why:
        verdict += f": {visible(m.why)}"
    if m.read_as:
        verdict += f"; read as {visible(m.read_as)}"
    if revealed:
        verdict += f"; the correct value is {revealed}"
    name = visible(m.claim.name.strip())
    if item and not signs.has(name):
        name = item
    return signs.plain(clip(name, LONG_CLAIM)), signs.plain(claim), signs.plain(verdict)


def _revealed(m: Mark, reveal: str) -> bool:
    shown = reveal == "all" or (reveal == "correct" and m.status == CORRECT)
    return shown and m.truth is not None and m.value != m.truth


def details_of(m: Any, told: dict[str, str], name: str, again: str = "") -> list[str]:
    """Return the mistakes that a wrong claim is consistent with, each told once a sheet, where `told` says of which.

    Where all of them were told before, that is said by `again`, with the name of that claim.
    """
    fresh = [d for d in m.diagnoses if d.message not in told]
    if m.diagnoses and not fresh and again:
        return [again.format(name=told[m.diagnoses[0].message])]
    told.update((d.message, name) for d in fresh)
    first = [d.message for d in fresh[:1]]
    return first + [f"or {d.at_its_place if d.hedge == fresh[0].hedge else d.message}" for d in fresh[1:]]


def _with_rule(m: Mark, told: dict[str, str], details: list[str]) -> list[str]:
    """Return details with the rule of a wrong step, told once a sheet."""
    rule = f"{RULE}{m.rule}"
    if not m.rule or rule in told:
        return details
    told[rule] = ""
    return [*details, rule]


def _parts(text: str, indent: int, style: Style) -> list[str]:
    """Return a detail as lines: a rule is paragraph where the terminal ends."""
    return [text] if style.width is None or not text.startswith(RULE) else paragraph(text, "", style.width - indent)


def padded(text: str, width: int) -> str:
    """Return text with blanks behind it, so that it has a width in cells."""
    return text + " " * (width - cells(text))


def paragraph(text: str, indent: str, width: int, more: str = "") -> list[str]:
    """Return text as lines that fit in a width, each indented, those after the first `more`."""
    return textwrap.wrap(
        text, max(width, 20), initial_indent=indent, subsequent_indent=indent + more, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def colored(line: str, status: str, style: Style) -> str:
    """Return a line in the colour of a status, where there are colours."""
    return f"\x1b[{LOOKS[status][2]}m{line.rstrip()}\x1b[0m" if style.color else line


# ---- JSON


def as_json(record: Gradient, marked: Marked, reveal: str) -> str:
    """Return the marks as one JSON object, one claim per line."""
    plain = record.system.plain
    head = {
        "schema": "gradcli.check/1",
        "program": record.program,
        "output": record.labels[record.output],
        "point": {} if marked.unbound else {n: plain(record.values[i]) for n, i in record.graph.inputs.items()},
        **rate_of(record.taken, record.system.plain),
        "rule": marked.rule,
        "score": {"earned": marked.earned, "possible": marked.possible},
        "accepted": all(m.credit == 1 for m in marked.marks),
    }
    fields = {key: json_of(value) for key, value in head.items()}
    fields["marks"] = json_list(json_of(_mark_fields(record, m, reveal)) for m in marked.marks)
    return json_object(fields)


def rate_of(taken: Taken | None, plain: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the rate of the step that items new(w) are about, less than 0 uphill; nothing where there is no step."""
    if taken is None:
        return {}
    rate = taken.update.numbers(FLOAT)["rate"]
    return {"rate": plain(-rate if taken.update.ascent else rate)}


def _mark_fields(record: Gradient, m: Mark, reveal: str) -> dict[str, Any]:
    shown = m.truth is not None and (reveal == "all" or (reveal == "correct" and m.status == CORRECT))
    return {
        "item": _name(record, m.item),
        "kind": None if m.item is None else m.item.kind,
        "name": m.claim.name,
        "claim": m.claim.text,
        "read_as": m.read_as or None,
        "value": m.value,
        "status": m.status,
        "accepted": None if m.status == UNGRADED else m.credit == 1,
        "credit": m.credit,
        "why": m.why,
        "first_wrong": m.first_wrong,
        "expected": record.system.plain(m.truth) if shown else None,
        "diagnoses": [
            {
                "mistake": d.mistake,
                "message": d.message,
                "site": [record.labels[i] for i in d.site],
                "explains": [_name(record, item) for item in d.explains],
                "also": list(d.also),
                "rule": d.rule,
            }
            for d in m.diagnoses
        ],
        "rule": m.rule,
    }


def _name(record: Gradient, item: Item | None) -> str | None:
    return None if item is None else item_name(record, item)
