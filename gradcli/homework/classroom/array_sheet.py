"""A worksheet of a program of arrays: what is asked, as rows that every way of writing it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...arrays.sizes import shape_text
from ...errors import Source
from ...language.array_writing import expression
from ...record.array_gradient import ArrayGradient, nested
from ...record.array_point import Given
from ..claims.array_items import ArrayItem, item_name, worksheet
from ..claims.items import VALUE

MOST_ASKED = 400  # entries of an array that is asked for


class ArrayQuestion(NamedTuple):
    """A question: the item as it is written, what is asked in words, the shape, and the answer as nested texts."""

    item: str
    question: str
    shape: tuple[int, ...]
    answer: Any
    about: ArrayItem


class ArraySheet(NamedTuple):
    """A worksheet of one program of arrays. `left_out` names what is too large to be asked for."""

    title: str
    student: str | None
    problem: str
    program: str
    given: dict[str, str]
    rows: list[ArrayQuestion]
    left_out: list[str]


def array_sheet(
    title: str, student: str | None, problem: str, record: ArrayGradient, given: Mapping[str, Given]
) -> ArraySheet:
    """Return the worksheet of a program of arrays at a point."""
    rows: list[ArrayQuestion] = []
    left_out: list[str] = []
    for item in worksheet(record):
        name = item_name(record, item)
        flat = record.values[item.node] if item.kind == VALUE else record.upstream[item.node]
        if flat is None or None in flat:
            continue
        if len(flat) > MOST_ASKED:
            left_out.append(name)
            continue
        answer = nested([record.system.brief(x) for x in flat], item.shape)
        rows.append(ArrayQuestion(name, _question(record, item), item.shape, answer, item))
    return ArraySheet(title, student, problem, record.program, _texts(given), rows, left_out)


def _question(record: ArrayGradient, item: ArrayItem) -> str:
    """Return what is asked, in words, with the shape."""
    labels = record.labels
    name = labels[item.node]
    shape = f" ({_shape_words(item.shape)})"
    if item.kind == VALUE:
        return f"value of {name} = {expression(record.graph, item.node)}{shape}"
    return f"gradient of {labels[record.output]} with respect to {name}{shape}"


def _shape_words(shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"{shape[0]} {'entry' if shape[0] == 1 else 'entries'}"
    return shape_text(shape)


def _texts(given: Mapping[str, Given]) -> dict[str, str]:
    """Return the values of the inputs as they are told."""
    found: dict[str, str] = {}
    for name, value in given.items():
        if isinstance(value, Source):
            found[name] = value.text.strip()
        else:
            entries = [x if isinstance(x, str) else repr(x) for x in value.entries]
            found[name] = array_text(nested(entries, value.shape))
    return found


def array_text(answer: Any) -> str:
    """Return nested texts as an array of the language: [[1, 2], [3, 4]]."""
    if isinstance(answer, str):
        return answer
    return f"[{', '.join(map(array_text, answer))}]"
