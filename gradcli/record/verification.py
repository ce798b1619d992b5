"""--verify: the reverse sweep against the forward sweep and against central differences of the value."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, NamedTuple

from ..calculus.finite_differences import SMALL_SCALE, Difference, central
from ..calculus.linearization import linearize
from ..calculus.one_moved import OneMoved, Paths
from ..numbers.decimals import Uncertain
from ..numbers.systems import FLOAT
from .gradient import Gradient

DIFFERENCE_RTOL = 1e-6  # of the larger: how far differences may be from the reverse sweep
DIFFERENCE_ERRORS = 10  # times their own estimated error, which is allowed on top
FORWARD_RTOL = 1e-9  # of the larger: how far the forward sweep may be
CLOSE_BITS = 4096
CLOSE_STEP = -1000
LEAST_STEP = 2.0**-60  # of the smallest number of the point: kinks lie that near to each other
MAX_WORK = 20_000_000  # node visits of all differences
VISITS = 20  # of a node, for one input
ALL_DIGITS = 17  # of a binary64

RULE = (
    f"accepted: forward mode within {FORWARD_RTOL:g} of the larger, or of the terms it sums; "
    f"differences within {DIFFERENCE_RTOL:g} of the larger plus {DIFFERENCE_ERRORS} times their own estimated error"
)


class Check(NamedTuple):
    """One input: its derivative three ways, the step and the error of the differences, and the verdict.

    `verdict` is `agrees`, `disagrees` or `skipped`, with the reason in `why`.
    """

    name: str
    reverse: Any
    forward: float | None
    difference: float | None
    step: float | None
    error: float | None
    verdict: str
    why: str = ""


def verify(record: Gradient) -> list[Check]:
    """Return a check for every input of the gradient, in the order of the gradient.

    Forward mode runs in the number system of the record, differences in plain binary64, and in balls of 4,096 bits
    where those disagree; `RULE` says what counts as agreement. Inputs at a kink, and those beyond 20,000,000 node
    visits, are skipped.
    """
    with record.evaluation.system.at_work():
        return _checks(record)


def _checks(record: Gradient) -> list[Check]:
    graph, output = record.graph, record.output
    S, point, start = record.evaluation.system, record.evaluation.point, record.evaluation.output_adjoint
    at = {name: S.approximate(x) for name, x in point.items()}
    output_adjoint = S.approximate(start)
    kinks = {note.node: note.message for note in record.notes if note.kind in ("one-sided", "settled")}
    linearization = linearize(S, graph, point, record.active)
    paths = Paths(graph, output)
    floats, balls = OneMoved(FLOAT, paths, at), _InBalls(record, paths)
    checks: list[Check] = []
    room, verified = MAX_WORK // VISITS, len(record.gradient)
    for k, (name, slope) in enumerate(record.gradient.items()):
        i = record.places[name]
        path = paths.of(i) if k < verified else []
        why = kinks.get(i, "")
        if name not in point:
            why = "only inputs are verified, and this is computed"
        elif slope is None:
            why = "there is no derivative"
        elif k >= verified or len(path) >= room:
            verified = min(k, verified)
            why = f"only the first {verified:,} inputs of a program of this size are verified"
        if why:
            checks.append(Check(name, slope, None, None, None, None, "skipped", why))
            continue
        room -= len(path) + 1
        t = S.approximate(paths.tangent(S, linearization.partials, i, path) * start)

        def value(x: float, i: int = i, path: list[int] = path) -> float | None:
            found = floats.value(i, path, x)
            return None if found is None else found * output_adjoint

        check = _judged(name, slope, t, central(value, at[name]), record, i)
        if check.verdict == "disagrees":  # floats may be too coarse, or step over a kink: a closer look
            finer = balls.difference(name, i, path)
            check = check if finer is None else _judged(name, slope, t, finer, record, i)
        checks.append(check)
    return checks


class _InBalls:
    """Derivatives by differences in balls, at a step of 2**-1000 or less."""

    def __init__(self, record: Gradient, paths: Paths) -> None:
        self._record = record
        self._paths = paths

    @cached_property
    def _fine(self) -> Any:
        from ..numbers.balls import Balls

        return Balls(CLOSE_BITS)

    @cached_property
    def _point(self) -> dict[str, Any]:
        return {name: self._number(x) for name, x in self._record.evaluation.point.items()}

    @cached_property
    def _moved(self) -> OneMoved:
        return OneMoved(self._fine, self._paths, self._point)

    @cached_property
    def _least(self) -> Any:
        return min((abs(y) for y in self._point.values() if y != 0), default=self._fine.one)

    def _number(self, x: Any) -> Any:
        system = self._record.evaluation.system
        if system.name == "exact":
            return self._fine.from_number(x.numerator) / x.denominator
        return x.mid() if system.name == "balls" else self._fine.from_number(system.approximate(x))

    def difference(self, name: str, i: int, path: list[int]) -> Difference | None:
        """Return the derivative by an input, which is node `i`; None if the differences tell nothing."""
        with self._fine.at_work():
            fine, x, output_adjoint = (
                self._fine,
                self._point[name],
                self._number(self._record.evaluation.output_adjoint),
            )
            step = fine.from_number(math.ldexp(min(max(abs(fine.approximate(x)), SMALL_SCALE), 1.0), CLOSE_STEP))
            least = self._least * fine.from_number(LEAST_STEP)
            step = least if least < step else step

            def slope(h: Any) -> Any:
                above, below = (self._moved.value(i, path, moved) for moved in (x + h, x - h))
                return None if above is None or below is None else (above - below) / (2 * h) * output_adjoint

            near, wide = slope(step), slope(4 * step)
            if near is None or wide is None or not (near.is_finite() and wide.is_finite()):
                return None
            error = abs(near - wide).upper() + near.rad()
            return Difference(fine.approximate(near), fine.approximate(step) or math.ulp(0.0), float(error.upper()))


def approximated(x: Any, digits: int = ALL_DIGITS) -> tuple[float, float]:
    """Return a number of the record as a float, and its largest error, which is 0 for all but texts."""
    if not isinstance(x, str):
        try:
            return float(x), 0.0
        except OverflowError:
            return math.inf if x > 0 else -math.inf, 0.0
    if isinstance(x, Uncertain):
        return float(x.middle), float(x.radius)
    return float(x), abs(float(x)) * 10.0 ** (1 - digits)


def _judged(name: str, reverse: Any, t: float, found: Any, record: Gradient, i: int) -> Check:
    """Return the check of one input by the rule that `RULE` states, with room for what the record has rounded off."""
    slope, off = approximated(reverse, record.digits or ALL_DIGITS)
    terms = sum(abs(approximated(c)[0]) for c in record.contributions_to(i))
    agrees = t == slope or abs(t - slope) <= FORWARD_RTOL * max(abs(t), abs(slope), terms) + off
    if found is None:
        why, verdict = differing(forward=agrees, differences=True), "agrees" if agrees else "disagrees"
        return Check(name, reverse, t, None, None, None, verdict, why or "no differences here")
    room = DIFFERENCE_RTOL * max(abs(found.estimate), abs(slope)) + DIFFERENCE_ERRORS * found.error + off
    close = abs(found.estimate - slope) <= room
    why = differing(forward=agrees, differences=close)
    return Check(name, reverse, t, found.estimate, found.step, found.error, "disagrees" if why else "agrees", why)


def differing(*, forward: bool, differences: bool) -> str:
    """Return which of two derivatives differ from that of the reverse sweep; nothing where both are the same."""
    if forward:
        return "" if differences else "central differences differ"
    return "forward mode differs" if differences else "forward mode and central differences differ"
