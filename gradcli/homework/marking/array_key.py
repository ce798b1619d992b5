"""The key of a program of arrays at a point: every true number, and how claims about it are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...arrays.entries import Array
from ...arrays.sizes import Shape, count
from ...errors import GradcliError
from ...record.array_gradient import ArrayGradient, evaluate_arrays
from ...record.array_point import Given, texts_of
from ...record.array_values import ArrayData
from ...record.precision import Precision
from ...record.request import Request
from ..claims.array_claims import ArrayFormula, ArrayWritten, read_array_claim, read_shape
from ..claims.array_formulas import ArraySamples
from ..claims.array_items import ArrayItem, item_name, readings
from ..claims.array_repairs import ArrayReading, read_array_kindly
from ..claims.array_runs import ArrayRun
from ..claims.chain import callable_definitions
from ..claims.claims import one_line_reason
from ..claims.decimals import DIGITS, computed_again
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE
from ..claims.sides import SidesOfItem, side_of
from ..claims.tolerance import Interval, Tolerance
from .array_rounding import reach_of_rounding
from .array_terms import terms_of_upstream, terms_of_value
from .new_values import sides_of_step
from .plain_numbers import require_plain_numbers

if TYPE_CHECKING:
    from ..diagnosis.array_suspects import ArraySuspects


class ArrayKey:
    """A program of arrays at a point, ready to mark claims with.

    `given` are the values of the inputs as they were written; `fixed` names the inputs that are data, and stay as they
    are when formulas are compared.
    """

    def __init__(
        self, record: ArrayGradient, given: Mapping[str, Given], fixed: Collection[str], random_seed: int
    ) -> None:
        require_plain_numbers(record, texts_of(given))  # type: ignore[arg-type]  # which looks at the system alone
        self.record = record
        self.given = dict(given)
        self.samples = ArraySamples(record, random_seed, fixed)
        self._records: dict[int, ArrayGradient] = {record.output: record}
        self._again: dict[int, ArrayGradient | None] = {}
        self._terms: dict[tuple[str, int, int], Array | None] = {}
        self._suspects: dict[Tolerance, ArraySuspects] = {}
        self._reach: dict[tuple[int, float | None], dict[tuple[str, int], list[float]]] = {}

    @property
    def run(self) -> ArrayRun:
        """The program at the point, in plain binary64."""
        return self.samples.own

    @cached_property
    def _definitions(self) -> str:
        return callable_definitions(self.record.program)

    @cached_property
    def _shapes(self) -> dict[str, Shape]:
        graph = self.record.graph
        return {name: graph.nodes[i].shape for name, i in graph.by_label.items()}

    def readings(self, name: str) -> tuple[ArrayItem, ...] | str:
        """Return the items that a name may mean, the likeliest first, or the reason why there is none."""
        try:
            return readings(self.record, name)
        except GradcliError as error:
            return one_line_reason(error)

    def read(self, text: str, item: ArrayItem, *, files: bool = True, comma: bool = False) -> ArrayReading | str:
        """Return what a claim about an item says, or the reason why it cannot be read."""
        graph = self.record.graph

        def read(part: str) -> ArrayWritten:
            if item.of_shape:
                return read_shape(part)
            own = self._definitions if "(" in part else ""
            return read_array_claim(part, self._shapes, own, self._derivative, files=files)

        try:
            return read_array_kindly(text, item, read, graph.by_label, comma=comma)
        except GradcliError as error:
            return one_line_reason(error)

    def _derivative(self, name: str) -> ArrayItem | None:
        """Return what a part of a formula such as dL/dz names, None where it names nothing."""
        found = self.readings(name)
        return None if isinstance(found, str) else found[0]

    def truth(self, item: ArrayItem) -> list[Any]:
        """Return the true numbers of an item, flat; None for entries that have none."""
        return true_numbers(self._record_of(item), item, self.run)

    def _record_of(self, item: ArrayItem) -> ArrayGradient:
        """Return the record in which an item is a value or an upstream gradient."""
        of = item.position if item.kind == DERIVATIVE else self.record.output
        found = self._records.get(of)
        if found is None:
            request = self.record.task.request._replace(of=self.record.labels[of], nodes="all")
            found = self._records[of] = evaluate_arrays(self.record.source, self.given, request)
        return found

    def before_step(self, item: ArrayItem) -> list[float]:
        """Return the entries of an input before the step that a new value is about, flat."""
        return item.taken(self.run.values[item.node].entries)

    def sides(self, item: ArrayItem) -> dict[int, SidesOfItem]:
        """Return what happens on either side of the point, by the place of an entry that has no derivative."""
        record = self._record_of(item)
        if item.kind == STEP:
            old, slopes = self.before_step(item), self.sides(item._replace(kind=UPSTREAM))
            return {place: sides_of_step(sides, old[place], self.run.rate) for place, sides in slopes.items()}
        if item.kind not in (UPSTREAM, DERIVATIVE) or record.opened is None or record.opening is None:
            return {}
        entries = item.taken(record.opening.entries[item.node])
        notes = {note.node: note for note in record.opened.notes if note.kind == "one-sided"}
        return {
            place: SidesOfItem(side_of(notes[k].left), side_of(notes[k].right))
            for place, k in enumerate(entries)
            if k in notes
        }

    def span(self, item: ArrayItem, place: int, x: float) -> Interval:
        """Return the true number of an entry, for the inputs as the decimals that were written."""
        again = self._exact(item)
        found: Any = None if again is None or item.kind == LOCAL else true_numbers(again, item, self.run)[place]
        return computed_again(x, 0.0 if found is None else self.scale(item, place), again, found)

    def _exact(self, item: ArrayItem) -> ArrayGradient | None:
        """Return the record over fractions, or where these have no answer to forty digits; None for none."""
        of = item.position if item.kind == DERIVATIVE else self.record.output
        if of not in self._again:
            self._again[of] = None
            for precision in (Precision("exact"), Precision("digits", DIGITS)):
                request = Request(precision, of=self.record.labels[of], derivatives_required=False,
                                  may_be_unused=self.given)  # fmt: skip
                try:
                    self._again[of] = evaluate_arrays(self.record.source, _decimals(self.given), request)
                    break
                except GradcliError:  # a function that fractions do not have, or no answer for these decimals
                    continue
        return self._again[of]

    def scale(self, item: ArrayItem, place: int) -> float:
        """Return the sum of the sizes of the terms that an entry is a sum of; 0 where it is no sum."""
        if item.whole not in self._terms:
            run = self.run
            found: Array | None = None
            if item.kind == VALUE:
                found = terms_of_value(run.A, self.record.graph.nodes[item.node], run.values)
            elif item.kind == UPSTREAM:
                found = terms_of_upstream(run.A, self.record.graph, run.values, run.upstream(self.record.output),
                                          item.node)  # fmt: skip
            self._terms[item.whole] = found
        terms = self._terms[item.whole]
        if terms is None:
            return 0.0
        x = item.taken(terms.entries)[place]
        return float(x) if x is not None else 0.0

    def tolerance(self, item: ArrayItem, usual: Tolerance) -> Tolerance:
        """Return how far from a true number of an item still counts as it."""
        return usual.beside(None, lambda: self.run.sizes.of(item))

    def reach_of_rounding(self, figures: int, unit: float | None = None) -> dict[tuple[str, int], list[float]]:
        """Return how far entries may be off by rounding on the way, to so many figures or a unit, worked out once."""
        way = (figures, unit)
        if way not in self._reach:
            found = reach_of_rounding(self.run, self.record.output, figures, unit)
            if unit:  # a sheet of few figures may look like one of decimals: either is allowed
                other = self.reach_of_rounding(figures)
                found = {key: list(map(max, reach, other[key])) if key in other else reach
                         for key, reach in found.items()}  # fmt: skip
            self._reach[way] = found
        return self._reach[way]

    def suspects(self, tolerance: Tolerance) -> ArraySuspects:
        """Return the diagnosis for this program, made on the first occasion."""
        from ..diagnosis.array_suspects import ArraySuspects

        if tolerance not in self._suspects:
            self._suspects[tolerance] = ArraySuspects(self.run, tolerance)
        return self._suspects[tolerance]

    def circular(self, item: ArrayItem, formula: ArrayFormula) -> str | None:
        """Return what in a formula stands for the item itself or is computed from it, or None."""
        graph = self.record.graph
        if item.kind == VALUE:
            found = [name for name in formula.names if graph.follows(graph.by_label[name], item.node)]
            found += [item_name(self.record, other) for other in formula.derivatives.values()
                      if graph.follows(self._differentiated(other), item.node)]  # fmt: skip
            return found[0] if found else None
        for other in formula.derivatives.values() if item.kind != STEP else ():
            same = other.kind != LOCAL and self._differentiated(other) == self._differentiated(item)
            if item.kind == LOCAL:
                a = graph.nodes[item.node].arguments[item.position]
                if other.whole == item.whole or (same and other.node == a):
                    return item_name(self.record, item)
            elif same and graph.follows(item.node, other.node):
                return item_name(self.record, other)
        return None

    def _differentiated(self, item: ArrayItem) -> int:
        """Return the node that a derivative is one of."""
        if item.kind == LOCAL:
            return item.node
        return item.position if item.kind == DERIVATIVE else self.record.output


def _decimals(given: Mapping[str, Given]) -> dict[str, Given]:
    """Return values with the shortest decimals in the place of binary64 numbers: a student was told 0.2."""
    found: dict[str, Given] = {}
    for name, value in given.items():
        if isinstance(value, ArrayData):
            entries = [repr(x) if isinstance(x, float) else x for x in value.entries]
            found[name] = ArrayData(value.shape, entries)
        else:
            found[name] = value
    return found


def true_numbers(record: ArrayGradient, item: ArrayItem, run: ArrayRun | None) -> list[Any]:
    """Return the numbers of an item in a record, flat; a Jacobian along one edge from a run."""
    if item.kind == LOCAL:
        found = None if run is None else run.of(item)
        assert found is not None  # a record has no Jacobians
        return list(found.entries)
    if item.kind == STEP:
        flat = None if record.taken is None else record.taken.new.get(record.labels[item.node])
    else:
        flat = record.values[item.node] if item.kind == VALUE else record.upstream[item.node]
    if flat is None:
        flat = [None] * count(record.shape(item.node))
    return item.taken(flat)
