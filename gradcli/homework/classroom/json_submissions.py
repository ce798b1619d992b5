"""Claims in JSON: an object a line, objects one after the other on any number of lines, or an array of them.

An object is a claim, one student's `claims` by their items, or a row of a form: a student, and answers by
their headings.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TextIO

from ...errors import InputError
from ...text import visible
from ..claims.answer_tables import TableRow, claim_in
from ..claims.headings import NAMING, people_columns
from .entries import Blank, Entry, Row, Trouble, checked_entry
from .form_tables import Form, split
from .people import People, Strangers
from .questions import Questions
from .variants import canonical

MOST_FORMS = 256  # headings of objects that are remembered
MOST_CHARACTERS = 64_000_000  # of an array or of objects on several lines, which are held in memory
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)  # numbers stay as students wrote them
_ARRAY = re.compile(r"\s*\[\s*(?:[{\]]|\Z)")
_INSIDE = re.compile(r"[^\s,\[\]]")  # what is not between two objects


def is_json(first: str) -> bool:
    """Whether a file with such a first line is JSON, and no table."""
    return first.lstrip().startswith("{") or _ARRAY.match(first) is not None


def json_rows(
    first: str, file: TextIO, name: str, student: str, people: People | Strangers, questions: Questions | None
) -> Iterator[Row]:
    """Yield the claims of a file: one claim an object, one student's `claims` by their items, or rows of a form."""
    forms = _Forms(name, student, people, questions)
    yield from _rows(first, file, name, student, forms)
    yield from forms.orders()


def _rows(first: str, file: TextIO, name: str, student: str, forms: _Forms) -> Iterator[Row]:
    if first.lstrip().startswith("{") and _decoded(first) is not None:
        yield from _lines(chain([first], file), name, forms)
        return
    text = first + file.read(MOST_CHARACTERS)
    if len(text) >= MOST_CHARACTERS:
        what = f"an array of more than {MOST_CHARACTERS:,} characters: write an object a line"
        yield Trouble(name, student, what, unreadable=True)
        return
    objects, fault = _objects(text)
    if fault and text.lstrip().startswith("{"):
        yield from _lines(io.StringIO(text), name, forms)
        return
    for line, found in objects:
        yield from _row(found, line, f"{name}:{line}", forms)
    if fault:
        yield Trouble(f"{name}:{fault}", student, "this is not JSON, nor is what follows read", unreadable=True)


def _objects(text: str) -> tuple[list[tuple[int, Any]], int]:
    """Return what stands in a text of JSON, with the lines, and the line of what is not JSON, 0 for none."""
    found: list[tuple[int, Any]] = []
    line, at = 1, 0
    while True:
        inside = _INSIDE.search(text, at)
        if inside is None:
            return found, 0
        start = inside.start()
        line += text.count("\n", at, start)
        try:
            row, at = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            return found, line
        found.append((line, row))
        line += text.count("\n", start, at)


def _decoded(line: str) -> Any:
    """Return the value that a line of JSON is, None where it is none."""
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None


def _lines(lines: Iterable[str], name: str, forms: _Forms) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            place, row = f"{name}:{number}", _decoded(line)
            if row is None:
                yield Trouble(place, "", "not a JSON object")
            else:
                yield from _row(row, number, place, forms)


class _Forms:
    """The rows of a form among the objects of a file. The headings may be others in each."""

    def __init__(self, name: str, student: str, people: People | Strangers, questions: Questions | None) -> None:
        self.name = name
        self.student = student
        self.people = people
        self.questions = questions
        self._forms: dict[tuple[str, ...], Form] = {}
        self._told: set[Row] = set()

    def read(self, row: dict[str, Any], line: int, place: str) -> Iterator[Row]:
        """Yield the claims of an object, and what is said of its headings unless it was said before."""
        if not people_columns(list(row), NAMING).columns:
            row = {"student": self.student, **row}
        headings = tuple(row)
        texts = [array_claim(found) for found in row.values()]
        cells = [text or "" for text in texts]
        form = self._forms.get(headings)
        try:
            if form is None:
                form = Form(list(headings), self.name, self.people, self.questions, "")
                told = [said for said in form.told() if said not in self._told]
                self._told.update(told)
                yield from told
                form.leave_out_counter(cells)
                if len(self._forms) < MOST_FORMS:
                    self._forms[headings] = form
        except InputError as error:
            whose = self.people.whose(form.naming.cells(cells)).student if form else ""
            yield Trouble(place, whose, error.message)
            return
        yield from form.row(TableRow(line, cells), place)
        for k, *_ in form.wide:
            if texts[k] is None and row[headings[k]] is not None:
                whose = self.people.whose(form.naming.cells(cells)).student
                yield Trouble(place, whose, f"the claim for {visible(headings[k])[:60]} is no number or text")

    def orders(self) -> Iterator[Row]:
        """Yield whether the day comes before the month in times, as far as they tell that."""
        for form in self._forms.values():
            yield from form.times.order()


def _row(row: Any, line: int, place: str, forms: _Forms) -> Iterator[Row]:
    if isinstance(row, dict) and not {"item", "claim", "claims"} & row.keys() and row.keys() - {"student", "problem"}:
        yield from forms.read(row, line, place)
        return
    student, people = forms.student, forms.people
    if not isinstance(row, dict) or not isinstance(row.get("student", student), str):
        yield Trouble(place, "", "an object with student, problem, item and claim is expected")
        return
    named = [canonical(row.get("student", student))]
    whose, fault = people.whose(named)
    if not whose or fault:
        yield Trouble(place, whose, fault or "the row names no student", among=people.among(named))
        return
    problem, claims = row.get("problem", ""), row.get("claims", {})
    if not isinstance(claims, dict) or not isinstance(problem, str):
        yield Trouble(place, whose, "an object with student, problem, item and claim is expected")
        return
    for item, claim in claims.items() or [(row.get("item"), row.get("claim"))]:
        yield from _claim(whose, problem, item, claim, place)


def array_claim(found: Any) -> str | None:
    """Return the text of an array that is written as JSON; None for lists of other things than numbers."""
    if not isinstance(found, list):
        return found if isinstance(found, str) else None
    parts = [array_claim(part) for part in found]
    return None if None in parts else f"[{', '.join(part for part in parts if part is not None)}]"


def _claim(student: str, problem: str, item: Any, claim: Any, place: str) -> Iterator[Row]:
    if claim is None or claim == "":
        yield Blank(student)
        return
    if not isinstance(item, str) or not item.strip():
        yield Trouble(place, student, "the row names no item")
        return
    written = array_claim(claim)
    if written is None:
        yield Trouble(place, student, f"the claim for {visible(item)[:60]} is no number or text")
        return
    where, what = (problem, item) if problem else split(item)
    text = claim_in(written)
    yield checked_entry(Entry(student, where, what.strip(), text, place)) if text else Blank(student)
