"""What is asked of a record of arrays beside the gradient: second derivatives, and `--verify`."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from ..arrays.duals import tangents
from ..arrays.entries import Array
from ..arrays.kernels import array_system
from ..arrays.opening import entry_names
from ..arrays.sizes import nested
from ..arrays.sweeps import forward
from ..errors import LimitError
from .array_gradient import ArrayGradient, Nested
from .higher_derivatives import hessian
from .precision import FUNCTION_WORK
from .verification import ALL_DIGITS, FORWARD_RTOL, Check, approximated, differing

MOST_ENTRIES = 200  # that are verified one by one
DIRECTIONS = 3  # random ones, in which all inputs move at once
MAX_WORK = 4_000_000  # multiplications of all passes of a verification: some seconds in so many bits
SEED = 1
BITS, STEP = 1_024, -300  # differences are taken with so many bits, at a step of 2**-300 of the larger of x and 1
HESSIAN_ENTRIES = 1_000
RULE = f"accepted: forward mode and central differences within {FORWARD_RTOL:g} of the larger plus their own error"


def array_hessian(record: ArrayGradient) -> dict[str, dict[str, Nested]]:
    """Return the second derivatives, for two inputs an array of the axes of the first and then of the second.

    Notes on entries without a second derivative are added to the record. Raises `LimitError` for more than 1,000
    entries of the inputs, and for a program that is too large to be opened.
    """
    names = {
        name: entry_names(name, record.shape(i)) for name, i in record.places.items() if name in record.graph.inputs
    }
    if sum(map(len, names.values())) > HESSIAN_ENTRIES:
        raise LimitError(
            f"a Hessian of more than {HESSIAN_ENTRIES:,} entries a side", hint="name fewer inputs in --wrt"
        )
    scalar, _ = record.open()
    before = len(scalar.notes)
    rows = hessian(scalar)
    record.notes += [note._replace(node=record.output) for note in scalar.notes[before:]]
    found: dict[str, dict[str, Nested]] = {}
    for a, firsts in names.items():
        found[a] = {}
        for b, seconds in names.items():
            flat = [rows[x][y] for x in firsts for y in seconds]
            shape = (*record.shape(record.places[a]), *record.shape(record.places[b]))
            found[a][b] = nested(flat, shape)
    return found


def verify_arrays(record: ArrayGradient) -> list[Check]:
    """Return checks of the gradient: of entries, by a fixed rule at most 200 of them, and of random directions.

    Forward mode runs the values over dual numbers, and never the backward rules; differences are taken in balls.
    """
    from ..numbers.balls import Balls

    inputs = {name: i for name, i in record.places.items() if name in record.graph.inputs}
    S = Balls(BITS)
    with S.at_work():
        A = array_system(S)
        point = record.task.point.arrays(A, record.graph.inputs)
        start = record.task.adjoint(A)
        look = _Looking(record, A, point, start)
        room = max(1, min(MOST_ENTRIES, MAX_WORK // (3 * look.work)))
        checks = [look.entry(name, k) for name, k in chosen(inputs, record, room)]
        return checks + [look.direction(n, list(inputs)) for n in range(min(DIRECTIONS, room)) if inputs]


def chosen(inputs: Mapping[str, int], record: ArrayGradient, most: int) -> Iterator[tuple[str, int]]:
    """Yield entries of the inputs, all of them or so many at equal distances, the first of each input among them."""
    share = max(1, most // max(1, len(inputs)))
    for name, i in inputs.items():
        size = math.prod(record.shape(i))
        few = min(size, share)
        for k in range(few):
            yield name, k * size // few


def _work(record: ArrayGradient) -> int:
    """Return about how many multiplications a pass takes; a function takes many."""
    found = record.graph.products
    for i, node in enumerate(record.graph.nodes):
        row = node.operation.operation
        found += math.prod(record.shape(i)) * (FUNCTION_WORK if row is not None and row.is_function else 1)
    return found


class _Looking:
    """Looks at the value beside the point, and at its tangents."""

    def __init__(self, record: ArrayGradient, A: Any, point: Mapping[str, Array], start: Array) -> None:
        self.record = record
        self.A = A
        self.point = point
        self.start = start
        self.work = _work(record)
        self.digits = record.digits or ALL_DIGITS
        notes = record.notes if record.opened is None else record.opened.notes  # the record tells three of a kind
        self.skipped = {note.of: note.message for note in notes if note.kind in ("one-sided", "settled")}
        self.at_kink = any(note.kind in ("kink", "one-sided", "settled") for note in notes)

    def entry(self, name: str, k: int) -> Check:
        """Return the check of one entry of the gradient."""
        array = self.point[name]
        own = entry_names(name, array.shape)[k]
        slope = (self.record.upstream[self.record.places[name]] or [])[k]
        if own in self.skipped or slope is None:
            why = self.skipped.get(own, "there is no derivative")
            return Check(own, slope, None, None, None, None, "skipped", why)
        zeros = [self.A.S.zero] * len(array.entries)
        zeros[k] = self.A.S.one
        return self._judged(own, slope, approximated(slope, self.digits), 0.0, {name: zeros})

    def direction(self, n: int, names: Sequence[str]) -> Check:
        """Return the check of the derivative along a random direction of all inputs."""
        draw, S = random.Random(SEED + n), self.A.S
        moves = {name: [S.number(repr(draw.choice((-1.0, 1.0)) * draw.random())) for _ in self.point[name].entries]
                 for name in names}  # fmt: skip
        if self.at_kink:
            why = "some entries are at a kink"
            return Check(f"direction {n + 1}", None, None, None, None, None, "skipped", why)
        terms, errors = [], []
        for name, row in moves.items():
            for x, slope in zip(row, self.record.upstream[self.record.places[name]] or [], strict=True):
                if slope is None:
                    return Check(f"direction {n + 1}", None, None, None, None, None, "skipped", "no derivative")
                about, error = approximated(slope, self.digits)
                terms.append(S.approximate(x) * about)
                errors.append(abs(S.approximate(x)) * error)
        total = math.fsum(terms), math.fsum(errors)
        return self._judged(f"direction {n + 1}", total[0], total, math.fsum(map(abs, terms)), moves)

    def _judged(
        self, name: str, slope: Any, reverse: tuple[float, float], terms: float, moves: Mapping[str, Sequence[Any]]
    ) -> Check:
        """Return a check of a derivative, whose float and largest error are `reverse`.

        `terms` is the sum of the sizes of what it was added up from.
        """
        S, graph, output = self.A.S, self.record.graph, self.record.output
        still = {own: [S.zero] * len(array.entries) for own, array in self.point.items()}
        directions = {own: self.A.make(array.shape, list(moves.get(own, still[own])))
                      for own, array in self.point.items()}  # fmt: skip
        tangent = self._weighed([x.tangent for x in tangents(self.A, graph, self.point, directions)[output].entries])
        t = S.approximate(tangent)
        step = S.from_number(math.ldexp(1.0, STEP))
        above, below = (self._value(directions, h) for h in (step, -step))
        difference, error = None, None
        if above is not None and below is not None:
            ahead, behind = (above - self._middle) / step, (self._middle - below) / step
            difference = S.approximate((ahead + behind) / 2)
            error = float(abs(ahead - behind).upper())
        most = FORWARD_RTOL * max(abs(reverse[0]), abs(t), terms) + reverse[1]
        why = differing(
            forward=abs(t - reverse[0]) <= most + float(tangent.rad()),
            differences=difference is None or abs(difference - reverse[0]) <= most + (error or 0.0),
        )
        verdict = "disagrees" if why else "agrees"
        return Check(name, slope, t, difference, math.ldexp(1.0, STEP), error, verdict, why)

    @cached_property
    def _middle(self) -> Any:
        """The value at the point."""
        return self._weighed(forward(self.A, self.record.graph, self.point).values[self.record.output].entries)

    def _value(self, directions: Mapping[str, Array], step: Any) -> Any:
        """Return the value a step along a direction, None where there is none."""
        moved = {}
        for name, array in self.point.items():
            steps = zip(array.entries, directions[name].entries, strict=True)
            moved[name] = self.A.make(array.shape, [x + d * step for x, d in steps])
        entries = forward(self.A, self.record.graph, moved).values[self.record.output].entries
        return None if None in entries else self._weighed(entries)

    def _weighed(self, entries: Sequence[Any]) -> Any:
        """Return the sum of the entries of the output, each times what the reverse pass starts with."""
        return self.A.S.sum([x * start for x, start in zip(entries, self.start.entries, strict=True)])
