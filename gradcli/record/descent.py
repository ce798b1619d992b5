"""Steps of descent one after the other: at every point the value, the gradient, and the step to the next point.

Every point is computed from the numbers of the one before as they are shown in full: the nearest binary64; fractions
with `--exact`; decimals of so many digits with `--digits`. So every line is certain for the numbers of the line before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GradcliError, InputError, MathError, Source
from ..language.names import clip_name
from ..numbers.systems import FLOAT
from .array_summary import approximate, summarised
from .descent_points import Points
from .gradient import Gradient
from .request import Request
from .update_rules import Taken, Update
from .values import Values

if TYPE_CHECKING:
    from ..calculus.graph import Graph
    from .array_gradient import ArrayGradient

SMALL_ENTRIES = 8  # entries of an array that a line keeps in any case
DIGITS_OF_FLOATS = 17
ROUNDING_OF_VALUE = 1e-11  # relatively: a value that grows by less may have been rounded


class DescentLine(NamedTuple):
    """One point: the number of steps before it, the value there, the norm of the gradient, and what was computed from.

    `parameters` and `gradient` have flat lists of entries by name, the last axis fastest; they are None for arrays of a
    line that was made slim. `state` has the states that the step to this point left, by parameter and then by name.
    `norms` are those of the parameters, and of the states as (parameter, state); binary64, as `norm` is.
    """

    step: int
    value: Any
    norm: float
    parameters: dict[str, list[Any] | None]
    gradient: dict[str, list[Any] | None]
    state: dict[str, dict[str, list[Any] | None]]
    norms: dict[Any, float]

    def slim(self) -> DescentLine:
        """Return the line without the entries of large arrays."""
        return self._replace(
            parameters={name: _slim(flat) for name, flat in self.parameters.items()},
            gradient={name: _slim(flat) for name, flat in self.gradient.items()},
            state={name: {own: _slim(flat) for own, flat in row.items()} for name, row in self.state.items()},
        )


class Length(NamedTuple):
    """How far a descent goes: so many steps, or to a gradient whose norm is at most `until`.

    `steps_of` is the number of the step whose derivation is asked for.
    """

    steps: int
    until: float | None = None
    steps_of: int | None = None


class Descent:
    """A descent that `lines` runs: its program, its rule, and what is known of it when it has run.

    `shapes` are those of the parameters, `record` is that of the last point, `derived` that of the point before the
    step that was asked for with `steps_of`, and `remarks` are notes in words. `ended` is empty where
    all steps were taken.
    """

    def __init__(self, points: Points, request: Request, update: Update, length: Length) -> None:
        self.source = points.source
        self.update = update
        self.length = length
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.record: Gradient | ArrayGradient | None = None
        self.derived: Gradient | ArrayGradient | None = None
        self.remarks: list[str] = []
        self.ended = ""
        self.precision = request.precision.name
        self._told: set[tuple[str, int]] = set()
        self._grown: list[tuple[int, Any, Any]] = []
        self._ends: tuple[Any, Any] = (None, None)
        self._request = request._replace(nodes="none", derivatives_required=True)
        self._points = points

    @property
    def output(self) -> str:
        """The name of the output."""
        assert self.record is not None  # there is one after the first line
        return self.record.labels[self.record.output]

    @property
    def sees_all(self) -> bool:
        """Whether all points are of one and the same function, as they are not with batches of data."""
        return self._points.sees_all

    def entries(self) -> list[str]:
        """Return the names of the numbers that steps change: an array has its entries."""
        from ..arrays.opening import entry_names

        return [own for name, shape in self.shapes.items() for own in entry_names(name, shape)]

    def opened(self, most: int) -> tuple[Graph, dict[str, float]]:
        """Return the program as one of numbers, and the values in binary64 of the inputs that no step changes.

        Raises `LimitError` for a program of more than about `most` nodes.
        """
        graph, given = self._points.opened(self.record, most)
        changed = {name: Source(name, "0") for name in self.entries()}
        point = Values({**given, **changed}).point(FLOAT, graph, [*given, *changed])
        return graph, {name: float(x) for name, x in point.items() if name not in changed}

    def lines(self) -> Iterator[DescentLine]:
        """Yield the start and then the point after every step, until the gradient is small or all steps are taken.

        Raises `MathError` that names the step at which there is no answer, and whatever `evaluate` raises.
        """
        update = self.update
        state: dict[str, dict[str, list[Any]]] = {}
        try:
            for k in range(self.length.steps + 1):
                line, taken, failure = self._line(k, update, state)
                self._note_growth(line)
                yield line
                if self.length.until is not None and line.norm <= self.length.until:
                    many = f"{k:,} step{'' if k == 1 else 's'}"
                    self.ended = f"the norm of the gradient is at most {self.length.until:g} after {many}"
                    return
                if failure is not None:
                    raise _at_step(failure, k + 1)
                if taken is not None:
                    for name, new in taken.new.items():
                        self._move(name, new, k + 1)
                    state = taken.state
                    update = update.following(self._points.states(taken, self.shapes))
        finally:
            self._tell_growth()
        if self.length.until is not None:
            self.ended = f"the norm of the gradient is still above {self.length.until:g} after all steps"

    def _line(
        self, k: int, update: Update, state: dict[str, dict[str, list[Any]]]
    ) -> tuple[DescentLine, Taken | None, GradcliError | None]:
        """Return the point after k steps, and the step from it, or why there is none; no step after the last point."""
        request = self._request._replace(step=update if k < self.length.steps else None)
        record, failure = self._record(k, request)
        if k + 1 == self.length.steps_of and failure is None:
            self.derived = self._points.record(k, request._replace(nodes="all"))
        self.record = record
        self._note(k, record)
        gradient: dict[str, list[Any] | None] = {}
        parameters: dict[str, list[Any] | None] = {}
        for name in record.places:
            flat, self.shapes[name] = self._points.derivative(record, name)
            gradient[name], parameters[name] = flat, self._points.value(record, name)
        value = record.value
        if isinstance(value, list):
            raise InputError("the output is an array, and a descent is that of one number", kind="shape")
        slopes = [x for flat in gradient.values() for x in flat or ()]
        if not slopes:
            raise InputError("there is nothing to change: the program has no inputs", kind="name")
        norm = _norm(slopes, record.digits)
        if not math.isfinite(approximate(value)) or not math.isfinite(norm):
            what = f"{clip_name(self.output)} or its gradient is beyond the largest binary64"
            raise _at_step(MathError(what, kind="overflow", hint=self.update.advice if k else None), k)
        left: dict[str, Any] = dict(state)
        line = DescentLine(k, value, norm, parameters, gradient, left, _norms(parameters, left, record.digits))
        return line, record.taken, failure

    def _record(self, k: int, request: Request) -> tuple[Any, GradcliError | None]:
        """Return the record of the point after k steps; where only the step from it fails, without that, and why."""
        try:
            return self._points.record(k, request), None
        except GradcliError as error:
            if request.step is None:
                raise _at_step(error, k) from None
            failure = error
        try:
            return self._points.record(k, request._replace(step=None)), failure
        except GradcliError as error:
            raise _at_step(error, k) from None

    def _move(self, name: str, new: list[Any], k: int) -> None:
        try:
            self._points.move(name, new, self.shapes[name])
        except MathError as error:
            raise _at_step(error.but(hint=self.update.advice), k) from None

    def _note(self, k: int, record: Gradient | ArrayGradient) -> None:
        """Take over what a record says of its numbers, the first time that it says so."""
        for note in record.notes:
            if (key := (note.kind, note.node)) not in self._told and note.kind != "precision":
                self._told.add(key)
                self.remarks.append(f"step {k}: {note.message}" if k else note.message)

    def _note_growth(self, line: DescentLine) -> None:
        """Take note of a value that goes the wrong way."""
        first, before = self._ends
        if before is not None:
            old, new = approximate(before), approximate(line.value)
            wrong = old - new if self.update.ascent else new - old
            if self._points.sees_all and wrong > ROUNDING_OF_VALUE * max(abs(old), abs(new)):
                self._grown.append((line.step, before, line.value))
        self._ends = (line.value if first is None else first, line.value)

    def _tell_growth(self) -> None:
        """Say that the value went the wrong way, and what to try where that did not end well."""
        if not self._grown or self.record is None:
            return
        k, before, after = self._grown[0]
        output, system = self.output, self.record.system
        verb = "falls" if self.update.ascent else "grows"
        times = "" if len(self._grown) == 1 else f", and at {len(self._grown) - 1:,} more"
        first, last = map(approximate, self._ends)
        worse = last < first if self.update.ascent else last > first
        advice = f"; {self.update.advice}" if worse else ""
        self.remarks.append(
            f"{output} {verb} at step {k}, from {system.brief(before)} to {system.brief(after)}{times}{advice}"
        )


def _norms(
    parameters: Mapping[str, list[Any] | None], state: Mapping[str, Mapping[str, list[Any]]], digits: int
) -> dict[Any, float]:
    """Return the norms of parameters and their states; those of numbers are their sizes."""
    found: dict[Any, float] = {}
    for name, flat in parameters.items():
        if flat is not None:
            found[name] = _norm(flat, digits)
            found.update({(name, own): _norm(x, digits) for own, x in state.get(name, {}).items()})
    return found


def _norm(flat: Sequence[Any], digits: int) -> float:
    """Return the norm of numbers; of texts with so many certain digits one with a digit less, where that is few."""
    found = summarised(flat, (len(flat),)).norm
    return float(f"{found:.{max(digits - 1, 1)}g}") if 0 < digits < DIGITS_OF_FLOATS else found


def _slim(flat: list[Any] | None) -> list[Any] | None:
    return flat if flat is None or len(flat) <= SMALL_ENTRIES else None


def _at_step(error: GradcliError, k: int) -> GradcliError:
    """Return an error that says after how many steps it came."""
    return error.but(message=f"at step {k}: {error.message}") if k else error
