"""Numbers of a student's own: friendly ones, drawn by a documented hash, away from kinks and telltale coincidences.

The numbers depend on the program, the numbers that are fixed, the seed, the student's name and the problem's, and on
nothing else: marking derives them again. Draw k of input `x` is the SHA-256 of the lines `gradcli.vary/2`, seed,
student, problem, k and `x`, its first eight bytes as a big-endian integer modulo the size of the pool of numbers.
Version 1 (`gradcli.vary/1`) drew whole numbers for few inputs too, so that students shared them. Version 3 passes over
draws of version 2 that teach little: a saturated tanh, no relu that is 0. What the others drew can still be derived.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from hashlib import sha256
from math import isfinite
from operator import itemgetter
from typing import Any, NamedTuple

from ...calculus.faults import FAILURES
from ...calculus.graph import Graph
from ...calculus.linearization import Linearization, linearize
from ...calculus.sweeps import Forward
from ...calculus.upstream import upstream
from ...errors import GradcliError, InputError, Source
from ...numbers.ieee import IEEE
from ...numbers.systems import Undecided
from ...record.values import number
from ..diagnosis.dull_numbers import TURNING, may_be_dull, places

GUARDED = ("=", "+", "-", "@")  # what a spreadsheet takes for the beginning of a formula
VERSION = "gradcli.vary/{}"
FIRST, SECOND, LATEST = 1, 2, 3

WHOLE = ("2", "3", "4", "5", "6", "-2", "-3", "-4", "-5", "-6")
HALVES = ("0.5", "1.5", "2.5", "3.5", "-0.5", "-1.5", "-2.5", "-3.5")
TENTHS = ("0.2", "0.3", "0.4", "0.6", "0.7", "0.8", "1.2", "1.4", "-0.2", "-0.3", "-0.4", "-0.6", "-0.7", "-0.8")
POOLS = (WHOLE, WHOLE + HALVES, HALVES + TENTHS)
MOST_BROAD = 5  # inputs: so many whole numbers and halves tell a thousand students apart by themselves

MOST_LEFT_OUT = 12  # given numbers that are left out to see whether they are in the way
DRAWS = 60  # from each pool, by each standard
Pool = tuple[tuple[str, ...], tuple[Any, ...]]  # numbers that are drawn from, as texts and as they are read
LOOSE, HUMAN, STRICT = 0, 1, 2  # how good a point is: where a 0 or 1 is given, no point is a strict one


class Standard(NamedTuple):
    """What a point has to be: how good, whether no function is saturated, whether some relu is 0 and some is not.

    By an `own` standard slopes count only where what is drawn moves the number: those of given ones may be flat.
    """

    level: int
    teaching: bool = False
    mixed: bool = False
    own: bool = False


LATER = (Standard(STRICT), Standard(HUMAN), Standard(LOOSE))
STANDARDS = {
    FIRST: (LATER[0], LATER[2]),
    SECOND: LATER,
    LATEST: (
        Standard(HUMAN, True, True),
        Standard(STRICT, True),
        Standard(HUMAN, True),
        Standard(HUMAN, True, own=True),
        *LATER,
    ),
}
ENOUGH_POINTS = {FIRST: 6, SECOND: 2, LATEST: 2}  # good points, of which the one with the fewest coincidences is taken
DOMAIN_MARGIN = 0.05  # a good point is at least this far inside every domain
SAME_DECIMALS = 9  # numbers that agree in so many decimals coincide
SMALLEST, FLATTEST, LARGEST = 1e-2, 1e-3, 1e4  # values, gradients and either that a person can work with
NEAR_ONE = 1e-2  # a value nearer to 1 than this hides mistakes as 1 does


class Variant(NamedTuple):
    """Whose numbers they are: the homework's seed, the student and the problem; and by which version they are drawn."""

    seed: str
    student: str
    problem: str
    version: int = FIRST

    def draw(self, name: str, k: int, size: int) -> int:
        """Return draw `k` for an input: a whole number from 0 and below `size`, by the hash that the file describes."""
        return self.drawing()(name, k, size)

    def drawing(self) -> Callable[[str, int, int], int]:
        """Return `draw`, for many draws: what they all begin with is hashed once."""
        text = "\n".join(
            (VERSION.format(min(self.version, SECOND)), self.seed, canonical(self.student), self.problem, "")
        )
        begun = sha256(text.encode("utf-8", "surrogateescape")).copy

        def draw(name: str, k: int, size: int) -> int:
            whole = begun()
            whole.update(b"%d\n%b" % (k, _bytes_of(name)))
            return int.from_bytes(whole.digest()[:8], "big") % size

        return draw


def canonical(student: str) -> str:
    """Return a student's name as it is compared: composed characters (Unicode's form NFC), no blanks around it."""
    return unicodedata.normalize("NFC", student.strip())


def named(cell: str) -> str:
    """Return the student whom a cell of a CSV names, without the apostrophe that keeps it from being a formula."""
    return canonical(cell[1:] if (cell := cell.strip())[:1] == "'" and cell[1:2] in GUARDED else cell)


def numbers_of(
    graph: Graph, fixed: Mapping[str, Source], variant: Variant, choices: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Source]:
    """Return a number for every input: those that are fixed, one of the `choices`, or a friendly one.

    Raises `InputError` where no draw is away from kinks and inside all domains.
    """
    own = choices or {}
    if all(name in fixed for name in graph.inputs):
        return dict(fixed)
    found = _drawn(graph, fixed, variant, own)
    if found is None:
        raise InputError(
            "no easy numbers keep this program away from kinks and from the edges of its domain", kind="vary",
            hint=_way_out(graph, fixed, variant, own),
        )  # fmt: skip
    return {**fixed, **found}


def _way_out(graph: Graph, fixed: Mapping[str, Source], variant: Variant, choices: Mapping[str, Sequence[str]]) -> str:
    """Return what can be done where no numbers are found: which given ones leave none, if it is one of them."""

    def helps(*names: str) -> bool:
        left = {name: source for name, source in fixed.items() if name not in names}
        return _drawn(graph, left, variant, {n: own for n, own in choices.items() if n not in names}) is not None

    given = [name for name in graph.inputs if name in fixed or name in choices]
    if not (given and helps(*given)):
        return "give some of the inputs a number, or choices of your own"
    found = list(filter(helps, given[:MOST_LEFT_OUT])) or given
    names = [name for name in found if name in fixed] or found
    sign = " and " if found is given and found[1:] else " or "
    what = "another number" if names[0] in fixed else "other choices"
    return f"give {sign.join(names)} {what}, or every input a number"


def _drawn(
    graph: Graph, fixed: Mapping[str, Source], variant: Variant, own: Mapping[str, Sequence[str]]
) -> dict[str, Source] | None:
    """Return a number for every input that has none, None where no draw is found."""
    free = [name for name in graph.inputs if name not in fixed]
    base = {name: number(IEEE, source) for name, source in fixed.items() if name in graph.inputs}
    inspection = _inspection(graph, frozenset(free))
    moved = inspection.moved_by(tuple(name for name in free if name not in own))
    draw = variant.drawing()
    pools = _read_pools(sum(name not in own for name in free) if variant.version > FIRST else MOST_BROAD + 1)
    for standard in STANDARDS[variant.version][0 if inspection.relus[1:] or variant.version < LATEST else 1 :]:
        best: tuple[int, dict[str, str]] | None = None
        found = 0
        for k in range(DRAWS * len(pools)):
            point = _Point(base, own, pools[k // DRAWS], draw, k)
            flaws = inspection.flaws(point, standard, moved)
            if flaws is None:
                continue
            found += 1
            if best is None or flaws < best[0]:
                best = flaws, {name: point.texts[name] for name in free}
            if found == ENOUGH_POINTS[variant.version] or flaws == 0:
                break
        if best is not None:
            return {name: Source(name, text) for name, text in best[1].items()}
    return None


@cache
def _read_pools(inputs: int) -> tuple[Pool, ...]:
    """Return the pools for so many inputs, as texts and as they are read."""
    return tuple((texts, tuple(number(IEEE, Source("", text)) for text in texts)) for texts in pools_for(inputs))


def pools_for(inputs: int) -> tuple[tuple[str, ...], ...]:
    """Return the pools for so many inputs: of fewer inputs each needs more numbers for a class without a pair alike."""
    if inputs > MOST_BROAD:
        return POOLS
    if inputs == MOST_BROAD:
        return POOLS[1:]
    small = _steps(2, 30, 1), _steps(20, 150, 2)  # where large numbers saturate
    return (_steps(2, 99, 1) if inputs > 2 else _steps(20, 999, 2)), *small


def _steps(first: int, last: int, decimals: int) -> tuple[str, ...]:
    """Return the numbers k/10 or k/100 from a first to a last k and their negatives, but for 1."""
    texts = [
        f"{k / 10**decimals:.{decimals}f}".rstrip("0").rstrip(".") for k in range(first, last + 1) if k != 10**decimals
    ]
    return tuple(sign + text for text in texts for sign in ("", "-"))


def versions_of(graph: Graph, fixed: Mapping[str, Source], choices: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
    """Return the versions that draw different numbers for a program, the latest first.

    The second draws other numbers than the first where few inputs are free, the third where functions may be saturated
    or there are several of relu.
    """
    anew = 0 < sum(name not in fixed and name not in choices for name in graph.inputs) <= MOST_BROAD
    return (*[LATEST] * may_be_dull(graph), *[SECOND] * anew, FIRST)


@lru_cache(4_096)
def _read(name: str, text: str) -> Any:
    return number(IEEE, Source(name, text))


@lru_cache(4_096)
def _bytes_of(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


class _Point(dict[str, Any]):
    """Draw `k` of the inputs that are not fixed, each drawn when it is first asked for: few are of most draws."""

    __slots__ = ("_draw", "_k", "_own", "_pool", "texts")

    def __init__(
        self, base: Mapping[str, Any], own: Mapping[str, Sequence[str]], pool: Pool,
        draw: Callable[[str, int, int], int], k: int,
    ) -> None:  # fmt: skip
        super().__init__(base)
        self.texts: dict[str, str] = {}
        self._own, self._pool, self._draw, self._k = own, pool, draw, k

    def __missing__(self, name: str) -> Any:
        if own := self._own.get(name):
            text = self.texts[name] = own[self._draw(name, self._k, len(own))]
            found = self[name] = _read(name, text)
            return found
        texts, numbers = self._pool
        at = self._draw(name, self._k, len(texts))
        self.texts[name] = texts[at]
        found = self[name] = numbers[at]
        return found


class _Inspection:
    """A program, ready to be looked at with many numbers: most of them are refused by their values alone.

    Where only some inputs are `drawn`, what the others saturate is left out: no draw helps.
    """

    def __init__(self, graph: Graph, drawn: frozenset[str] | None = None) -> None:
        self.graph = graph
        self.active = active = graph.active(set(graph.inputs.values()))
        nodes = list(enumerate(graph.nodes))
        inputs = set(graph.inputs.values())
        self.shown = [i for i, node in nodes if active[i] and (node.arguments or i in inputs)]
        self._fixed: list[Any] | None = None
        self.drawn = on = active if drawn is None else graph.active({graph.inputs[name] for name in drawn})
        self._moved: dict[tuple[str, ...], bytearray] = {}
        self.limits = [(a, limit) for _, a, limit in places(graph) if on[a]]  # beyond which functions are saturated
        self.relus = [node.arguments[0] for i, node in nodes if active[i] and node.operation.name in TURNING]
        self._doubtful = False  # whether a number that no input changes has a fault
        self._steps: list[tuple[int, Any, Any, Any, list[tuple[int, str]]]] = []
        waiting = {i: name for name, i in graph.inputs.items()}
        for i, (operation, arguments, _, _) in nodes:
            if active[i] and arguments:  # with the inputs that nothing before it has asked for
                asked = [(a, waiting.pop(a)) for a in dict.fromkeys(arguments) if a in waiting]
                function = None if operation.domain is not None else operation.python_operator
                function = function or partial(operation.value, IEEE)  # as the forward sweep has it
                few = len(arguments) < 2
                operands_of = itemgetter(slice(arguments[0], arguments[0] + 1)) if few else itemgetter(*arguments)
                self._steps.append((i, function, operation.domain, operands_of, asked))
        self.turning = [(node.operation.kink, node.arguments) for i, node in nodes if active[i] and node.operation.kink]
        self.bounded = [
            (node.operation.domain, node.arguments) for _, node in nodes if node.operation.domain is not None
        ]

    def moved_by(self, names: tuple[str, ...]) -> bytearray:
        """Return whether a node depends on some of the inputs, one entry per node."""
        if names not in self._moved:
            self._moved[names] = self.graph.active({self.graph.inputs[name] for name in names})
        return self._moved[names]

    def flaws(self, point: Mapping[str, Any], standard: Standard, moved: bytearray) -> int | None:
        """Return how many coincidences a point has, or None where it cannot be set: a kink, a fault, no number.

        A strict point is also well inside all domains, no value of it is 0, 1 or -1, and its numbers are of a human
        size. Of a human point that is asked only of the numbers that the draw has `moved`, and a product with a given 0
        is 0. A mixed point has a relu that is 0, and most gradients are not 0.
        """
        graph, strict, human = self.graph, standard.level == STRICT, standard.level >= HUMAN
        known = self._human(point) if strict else []
        if known is None:
            return None
        if known and standard.teaching and self._is_saturated(known):
            return None
        try:
            linearization = self._linearized(point, known)
            values = linearization.values
            if linearization.value_faults or not all(isfinite(values[i]) for i in self.shown):
                return None
            if standard.teaching and self._is_saturated(values):
                return None
            if standard.mixed and len({values[a] > 0 for a in self.relus}) < 2:
                return None
            sizes = [abs(values[i]) for i in self.shown]
            if strict and not all(SMALLEST <= size <= LARGEST for size in sizes):
                return None
            if standard.level == HUMAN and not all(_is_easy(abs(values[i])) for i in self.shown if moved[i]):
                return None
            rounded = [round(size, SAME_DECIMALS) for size in sizes]
            special = sum(not size or abs(size - 1) < NEAR_ONE for size in rounded)
            if (strict and special) or self._at_kink(values) or (human and self._near_edge(values)):
                return None
            flowing = upstream(linearization, graph.output, IEEE.one)
        except (GradcliError, Undecided):
            return None
        slopes = [flowing[i] for i in self.shown]
        if linearization.slope_faults or not all(map(isfinite, slopes)):
            return None
        asked = [flowing[i] for i in self.shown if self.drawn[i]] if standard.own else slopes
        if human and not all(not slope or FLATTEST <= abs(slope) <= LARGEST for slope in asked):
            return None
        steep = [round(abs(slope), SAME_DECIMALS) for slope in slopes]
        if standard.mixed and 2 * steep.count(0) > len(steep):
            return None
        echoes = sum(a == b for a, b in zip(rounded, steep, strict=True))
        return len(rounded) - len(set(rounded)) + echoes + special + 2 * sum(slope == 0 for slope in steep)

    def _is_saturated(self, values: Sequence[Any]) -> bool:
        return any(abs(values[a]) > limit for a, limit in self.limits)

    def _linearized(self, point: Mapping[str, Any], known: list[Any]) -> Linearization:
        """Return the linearization at a point of which all values are known, or none."""
        if known:
            return Linearization(IEEE, self.graph, Forward(known, {}), self.active)
        return linearize(IEEE, self.graph, point, self.active)

    def _human(self, point: Mapping[str, Any]) -> list[Any] | None:
        """Return all values, if they are of a human size; none of them where that takes a closer look, None if not.

        Nothing is refused here that `flaws` would not refuse with all of its care.
        """
        values = list(self._constants(point))
        try:
            for i, function, domain, operands_of, asked in self._steps:
                for a, name in asked:
                    values[a] = point[name]
                operands = operands_of(values)
                if domain is not None and not domain.holds(IEEE, *operands):
                    return None
                values[i] = value = function(*operands)
                size = abs(value)  # active nodes are all shown
                if not SMALLEST <= size <= LARGEST:
                    return None
                if abs(round(size, SAME_DECIMALS) - 1) < NEAR_ONE:
                    return None
        except (*FAILURES, GradcliError):
            return []
        return [] if None in values or self._doubtful else values

    def _constants(self, point: Mapping[str, Any]) -> list[Any]:
        """Return the values of the nodes that no input changes, None for the others."""
        if self._fixed is None:
            found = linearize(IEEE, self.graph, point, self.active)
            self._fixed = [None if on else value for value, on in zip(found.values, self.active, strict=True)]
            self._doubtful = any(not self.active[i] for i in found.value_faults)
        return self._fixed

    def _at_kink(self, values: Sequence[Any]) -> bool:
        """Whether an operation is at a kink, or so near that only rounding keeps it away."""
        for kink, arguments in self.turning:
            exactly = [values[a] for a in arguments]
            if kink.at(IEEE, *exactly) or kink.at(IEEE, *[round(x, SAME_DECIMALS) for x in exactly]):
                return True
        return False

    def _near_edge(self, values: Sequence[Any]) -> bool:
        """Whether a small step of an argument that is no numeral leaves an operation's domain."""
        for domain, arguments in self.bounded:
            operands = [values[a] for a in arguments]
            for k, a in enumerate(arguments):
                for step in (-DOMAIN_MARGIN, DOMAIN_MARGIN) if self.active[a] else ():
                    if not domain.holds(IEEE, *operands[:k], operands[k] + step, *operands[k + 1 :]):
                        return True
        return False


def _is_easy(size: float) -> bool:
    """Whether a number is 0, or of a human size and not nearly 1."""
    return not size or (SMALLEST <= size <= LARGEST and abs(size - 1) >= NEAR_ONE)


@lru_cache(16)
def _inspection(graph: Graph, drawn: frozenset[str]) -> _Inspection:
    return _Inspection(graph, drawn)
