"""Numbers of a student's own: friendly ones, drawn by a documented hash, away from kinks and telltale coincidences.

The numbers depend on the program, the numbers that are fixed, the seed, the student's name and the problem's, and on
nothing else: marking derives them again. Draw k of input `x` is the SHA-256 of the lines `gradcli.vary/2`, seed,
student, problem, k and `x`, its first eight bytes as a big-endian integer modulo the size of the pool of numbers.
Version 1 drew whole numbers for few inputs too, so that students shared them; what it drew can still be derived.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from ...calculus.graph import Graph
from ...calculus.linearization import linearize
from ...errors import GradcliError, InputError, Source
from ...numbers.ieee import IEEE
from ...numbers.systems import Undecided
from ...record.values import number

GUARDED = ("=", "+", "-", "@")  # what a spreadsheet takes for the beginning of a formula
VERSION = "gradcli.vary/{}"
FIRST, LATEST = 1, 2

WHOLE = ("2", "3", "4", "5", "6", "-2", "-3", "-4", "-5", "-6")
HALVES = ("0.5", "1.5", "2.5", "3.5", "-0.5", "-1.5", "-2.5", "-3.5")
TENTHS = ("0.2", "0.3", "0.4", "0.6", "0.7", "0.8", "1.2", "1.4", "-0.2", "-0.3", "-0.4", "-0.6", "-0.7", "-0.8")
POOLS = (WHOLE, WHOLE + HALVES, HALVES + TENTHS)
MOST_BROAD = 5  # inputs: so many whole numbers and halves tell a thousand students apart by themselves

DRAWS = 60  # from each pool, by each standard
ENOUGH = {FIRST: 6, LATEST: 2}  # good points, of which the one with the fewest coincidences is taken
EDGE = 0.05  # a good point is at least this far inside every domain
DIGITS = 9  # numbers that agree in so many decimals coincide
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
        return _drawn(self.stem, name, k, size)

    @property
    def stem(self) -> bytes:
        """What all draws have in common, as bytes."""
        text = "\n".join((VERSION.format(self.version), self.seed, canonical(self.student), self.problem, ""))
        return text.encode("utf-8", "surrogateescape")


def _drawn(stem: bytes, name: str, k: int, size: int) -> int:
    digest = sha256(stem + f"{k}\n{name}".encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") % size


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
    free = [name for name in graph.inputs if name not in fixed]
    if not free:
        return dict(fixed)
    ground, stem = _ground(graph), variant.stem
    pools = _pools(sum(name not in own for name in free)) if variant.version > FIRST else POOLS
    base = {name: number(IEEE, source) for name, source in fixed.items() if name in graph.inputs}
    for strict in (True, False):
        best: tuple[int, dict[str, str]] | None = None
        found = 0
        for k in range(DRAWS * len(pools)):
            drawn = {}
            for name in free:
                pool = own.get(name) or pools[k // DRAWS]
                drawn[name] = pool[_drawn(stem, name, k, len(pool))]
            flaws = _flaws(ground, {**base, **{name: _read(text) for name, text in drawn.items()}}, strict=strict)
            if flaws is None:
                continue
            found += 1
            if best is None or flaws < best[0]:
                best = flaws, drawn
            if found == ENOUGH[variant.version] or flaws == 0:
                break
        if best is not None:
            return {**fixed, **{name: Source(name, text) for name, text in best[1].items()}}
    hint = "give some of the inputs a number, or choices of your own"
    raise InputError(
        "no easy numbers keep this program away from kinks and from the edges of its domain", kind="vary", hint=hint
    )


@cache
def _pools(inputs: int) -> tuple[Sequence[str], ...]:
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


def is_drawn_anew(graph: Graph, fixed: Mapping[str, Source], choices: Mapping[str, Sequence[str]]) -> bool:
    """Whether the latest version draws other numbers than the first did."""
    return 0 < sum(name not in fixed and name not in choices for name in graph.inputs) <= MOST_BROAD


@cache
def _read(text: str) -> Any:
    return number(IEEE, Source("a number", text))


class _Ground(NamedTuple):
    """What of a graph is the same at every point: which nodes are differentiated, shown, have a kink or a domain."""

    graph: Graph
    active: Sequence[int]
    shown: list[int]
    kinked: list[int]
    bounded: list[int]


@lru_cache(16)
def _ground(graph: Graph) -> _Ground:
    active = graph.active(set(graph.inputs.values()))
    inputs = set(graph.inputs.values())
    nodes = list(enumerate(graph.nodes))
    shown = [i for i, node in nodes if active[i] and (node.arguments or i in inputs)]
    kinked = [i for i, node in nodes if active[i] and node.operation.kink is not None]
    return _Ground(graph, active, shown, kinked, [i for i, node in nodes if node.operation.domain is not None])


def _flaws(ground: _Ground, point: Mapping[str, Any], *, strict: bool) -> int | None:
    """Return how many coincidences a point has, or None where it cannot be set: a kink, a fault, no number.

    A `strict` point is also well inside all domains, no value of it is 0, 1 or -1, and its numbers are of a human size.
    """
    shown = ground.shown
    try:
        linearization = linearize(IEEE, ground.graph, point, ground.active)
        values = linearization.values
        if linearization.value_faults or not all(IEEE.within(values[i]) for i in shown):
            return None
        sizes = [round(abs(values[i]), DIGITS) for i in shown]
        special = sum(not size or abs(size - 1) < NEAR_ONE for size in sizes)
        if strict and (special or not all(SMALLEST <= abs(values[i]) <= LARGEST for i in shown)):
            return None
        if _at_kink(ground, values) or (strict and _near_edge(ground, values)):
            return None
        upstream, _, broken = linearization.vjp(ground.graph.output, IEEE.one)
    except (GradcliError, Undecided):
        return None
    if broken or linearization.slope_faults or not all(IEEE.within(upstream[i]) for i in shown):
        return None
    if strict and not all(not upstream[i] or FLATTEST <= abs(upstream[i]) <= LARGEST for i in shown):
        return None
    slopes = [round(abs(upstream[i]), DIGITS) for i in shown]
    echoes = sum(a == b for a, b in zip(sizes, slopes, strict=True))
    return len(sizes) - len(set(sizes)) + echoes + special + 2 * sum(slope == 0 for slope in slopes)


def _at_kink(ground: _Ground, values: Sequence[Any]) -> bool:
    """Whether an operation is at a kink, or so near that only rounding keeps it away."""
    nodes = ground.graph.nodes
    for i in ground.kinked:
        kink = nodes.operations[i].kink
        assert kink is not None
        exactly = [values[a] for a in nodes.arguments[i]]
        if kink.at(IEEE, *exactly) or kink.at(IEEE, *(round(x, DIGITS) for x in exactly)):
            return True
    return False


def _near_edge(ground: _Ground, values: Sequence[Any]) -> bool:
    """Whether a small step of an argument that is no numeral leaves an operation's domain."""
    nodes = ground.graph.nodes
    for i in ground.bounded:
        domain = nodes.operations[i].domain
        assert domain is not None
        operands = [values[a] for a in nodes.arguments[i]]
        for k, a in enumerate(nodes.arguments[i]):
            for step in (-EDGE, EDGE) if ground.active[a] else ():
                moved = [*operands[:k], operands[k] + step, *operands[k + 1 :]]
                if not domain.holds(IEEE, *moved):
                    return True
    return False
