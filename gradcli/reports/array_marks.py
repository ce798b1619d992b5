"""The marks of `gradcli check` for a program of arrays: one line per array for a person, or JSON."""

from __future__ import annotations

from typing import Any

from ..arrays.sizes import bracketed, nested, shape_text, sizes_text
from ..files.array_data import index_of, index_text
from ..homework.claims.array_items import ArrayItem, item_name, readings
from ..homework.marking.array_marks import ArrayMark, ArrayMarked
from ..homework.marking.judging import CORRECT, UNGRADED, WRONG
from ..numbers.systems import FLOAT
from ..record.array_gradient import ArrayGradient
from ..text import cells, clip, visible
from . import Style
from .json_text import json_list, json_object, json_of
from .marks import CLAIM_CELLS, MarkLayout, Row, details_of, in_items, laid_out, rate_of, row_of
from .signs import Signs

MOST_SHOWN = 64  # entries of an array that is revealed
MOST_PLACES = 1_000  # wrong entries of one array that JSON names


INDENT = 7  # of details
MOST_CLAIMED = 4  # wrong entries that are repeated
CLAIM_CHARACTERS = 60  # characters of a claim that is repeated
AGAIN = "from the same mistake as {name}"
UNKNOWN = "no known mistake gives {numbers}"


def render(record: ArrayGradient, marked: ArrayMarked, reveal: str, style: Style) -> str:
    """Return the marks, the score and the rule, one array per line; stacked where lines would not fit."""
    rows = [_row(record, m, reveal, style.signs) for m in marked.marks]
    told: dict[str, str] = {}
    first_wrong_first = sorted(range(len(rows)), key=lambda k: not marked.marks[k].first_wrong)
    found = {k: _details(marked.marks[k], told, rows[k][0]) for k in first_wrong_first}
    details = [[*_claimed(m, _in_items(record, m, style.signs)), *found[k]] for k, m in enumerate(marked.marks)]
    score = f"score {round(marked.earned, 2):g} of {marked.possible:g}; {marked.rule}"
    if any(m.right is not None and len(m.right) > 1 and not all(m.right) and any(m.right) for m in marked.marks):
        score += "; indices start at 0"
    return laid_out(marked.marks, rows, details, score, style, MarkLayout(INDENT, "  "))


def _details(m: ArrayMark, told: dict[str, str], name: str) -> list[str]:
    """Return the mistakes that a wrong claim is consistent with, or that there is none."""
    if m.unexplained and not m.shape_kind:
        return [UNKNOWN.format(numbers="this number" if m.shape == () else "these numbers")]
    return details_of(m, told, name, AGAIN)


def _in_items(record: ArrayGradient, m: ArrayMark, signs: Signs) -> str:
    return in_items(m, record.graph.by_label, lambda text: item_name(record, readings(record, text)[0]), signs)


def _claimed(m: ArrayMark, text: str = "") -> list[str]:
    """Return what was claimed where an array is wrong: its wrong entries, the first few, or all that is not shown.

    `text` is how that is written where the reader lacks its signs.
    """
    if m.status != WRONG or m.item is None or m.item.of_shape or not m.shape:
        return []
    values, right = m.values, m.right
    if m.shape_kind or values is None or right is None or len(right) != len(values) or not any(right):
        return (
            []
            if _is_short(text or m.claim.text)
            else [f"claimed {text or visible(clip(m.claim.text, CLAIM_CHARACTERS))}"]
        )
    wrong = [k for k, ok in enumerate(right) if not ok]
    entries = [f"{_place(k, m.shape)} = {FLOAT.brief(values[k])}" for k in wrong[:MOST_CLAIMED]]
    return [f"claimed {', '.join(entries)}{', ...' if wrong[MOST_CLAIMED:] else ''}"]


def _is_short(text: str) -> bool:
    """Whether the text of an array that is claimed is shown: where it is not, its sizes are."""
    text = text.strip()
    return cells(text) <= CLAIM_CELLS and text.isprintable() and not text.startswith("@")


def _place(k: int, shape: tuple[int, ...]) -> str:
    return index_text(k, shape) if len(shape) > 1 else f"entry {k}"


def _row(record: ArrayGradient, m: ArrayMark, reveal: str, signs: Signs) -> Row:
    """Return the name of a claim, what was claimed, or the shape of a long array, and the verdict in words."""
    claim = _in_items(record, m, signs)
    if m.shape and not (m.item is not None and m.item.of_shape) and not _is_short(claim or m.claim.text):
        claim = sizes_text(m.shape)
    shown = ""
    if m.item is not None and m.item.of_shape:
        shown = shape_text(m.item.shape) if m.shape != m.item.shape and _is_shown(m, reveal) else ""
    elif _revealed(m, reveal):
        shown = _array_text(record, m)
    return row_of(m, "" if m.item is None else item_name(record, m.item), claim, shown, signs)


def _array_text(record: ArrayGradient, m: ArrayMark) -> str:
    """Return the true array on one line."""
    assert m.item is not None
    flat = ["-" if x is None else record.system.brief(x) for x in m.truth]
    return bracketed(flat, m.item.shape)


def _is_shown(m: ArrayMark, reveal: str) -> bool:
    return reveal == "all" or (reveal == "correct" and m.status == CORRECT)


def _revealed(m: ArrayMark, reveal: str) -> bool:
    return _is_shown(m, reveal) and m.item is not None and 0 < len(m.truth) <= MOST_SHOWN and m.values != m.truth


# ---- JSON


def as_json(record: ArrayGradient, marked: ArrayMarked, reveal: str) -> str:
    """Return the marks as one JSON object, one claim per line (schema gradcli.check/2)."""
    plain = record.system.plain
    point: dict[str, Any] = {}
    for name, i in record.graph.inputs.items():
        flat = record.values[i]
        assert flat is not None
        point[name] = nested([plain(x) for x in flat], record.shape(i))
    head = {
        "schema": "gradcli.check/2",
        "program": record.program,
        "output": record.labels[record.output],
        "point": point,
        **rate_of(record.taken, plain),
        "rule": marked.rule,
        "score": {"earned": marked.earned, "possible": marked.possible},
        "accepted": all(m.credit == 1 for m in marked.marks),
    }
    fields = {key: json_of(value) for key, value in head.items()}
    fields["marks"] = json_list(json_of(_mark_fields(record, marked, m, reveal)) for m in marked.marks)
    return json_object(fields)


def _mark_fields(record: ArrayGradient, marked: ArrayMarked, m: ArrayMark, reveal: str) -> dict[str, Any]:
    shape = () if m.item is None else m.item.shape
    kind = None if m.item is None else "shape" if m.item.of_shape else m.item.kind
    return {
        "item": _name(record, m.item),
        "kind": kind,
        "name": m.claim.name,
        "claim": m.claim.text,
        "shape": None if m.shape is None else list(m.shape),
        "value": None if m.values is None else nested(m.values, shape),
        "status": m.status,
        "accepted": None if m.status == UNGRADED else m.credit == 1,
        "credit": m.credit,
        "why": m.why,
        "read_as": m.read_as or None,
        "first_wrong": m.first_wrong,
        "entries": _entries(m),
        "shape_is": m.shape_kind or None,
        "expected": _expected(record, m) if _is_shown(m, reveal) else None,
        "diagnoses": [
            {
                "mistake": d.mistake,
                "message": d.message,
                "site": [record.labels[i] for i in d.site],
                "explains": [_name(record, other.item) for other in marked.marks if d in other.diagnoses],
            }
            for d in m.diagnoses
        ],
    }


def _expected(record: ArrayGradient, m: ArrayMark) -> Any:
    """Return the true array, nested, or the sizes of a shape; None where there is none."""
    if m.item is None:
        return None
    if m.item.of_shape:
        return list(m.item.shape)
    return nested([None if x is None else record.system.plain(x) for x in m.truth], m.item.shape) if m.truth else None


def _entries(m: ArrayMark) -> dict[str, Any] | None:
    """Return how many entries are right, and the indices of the wrong ones; None where entries were not compared."""
    if m.right is None or m.item is None:
        return None
    wrong = [list(index_of(k, m.item.shape)) for k, ok in enumerate(m.right) if not ok]
    return {"right": sum(m.right), "of": len(m.right), "wrong": wrong[:MOST_PLACES]}


def _name(record: ArrayGradient, item: ArrayItem | None) -> str | None:
    return None if item is None else item_name(record, item)
