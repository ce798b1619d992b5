"""How certain an answer has to be, which number systems are tried for it, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Protocol, TypeVar

from ..calculus.graph import Graph
from ..calculus.notes import Note
from ..calculus.operations import OPERATIONS
from ..errors import InputError, MathError, ShellHint, Source
from ..language.writing import spoken
from ..numbers.systems import Unbounded, Undecided

BOUNDED_NODES = 10_000  # beyond, balls cost less than bounds in Python
FIRST_BITS = 128
LARGE_BITS = 512  # the first try for a large graph: a deep one loses hundreds of bits, and bits cost less than tries
DEEP_BITS = 2_048  # for a network of many layers
LAYER_BITS = 5  # what a layer of a network loses at most, as a rule: its sums grow forwards, and backwards again
MAX_BITS = 16_384
MAX_WORK = 2_000_000_000  # bits times multiplications: some seconds
SPARE_WORK = 20_000_000  # spent on numbers that the answer does not need
FUNCTION_WORK = 20
WITHOUT_SLOPES = frozenset((OPERATIONS["digamma"], OPERATIONS["polygamma"]))  # to floats that know their error
DEEP_NODES = 100
DEEP_LAYERS = 3  # of smooth functions: beyond, bounds hardly ever settle a network
MAX_DIGITS = 4_000
MOST_LOST = 10**12  # bits: beyond, how many were lost is itself too large a number to be written down
PLAIN_HINT = ShellHint("--ieee computes with plain binary64, right or wrong")


class Precision(NamedTuple):
    """What the numbers are to be: `certain` floats, `exact` fractions, so many `digits`, `ieee`, or `uncertain`."""

    name: str
    digits: int = 0

    @classmethod
    def of(
        cls, *, exact: bool = False, digits: int | None = None, ieee: bool = False, values: Iterable[Source] = ()
    ) -> Precision:
        """Return the precision that the options ask for; a binding such as 2.50+-0.005 makes it `uncertain`.

        Raises `InputError` for options that exclude each other, and for too many digits.
        """
        if exact + ieee + (digits is not None) > 1:
            raise InputError("only one of --exact, --digits and --ieee can be asked for", kind="option")
        uncertain = any("+-" in source.text or "±" in source.text for source in values)
        if uncertain and (exact or ieee):
            raise InputError("a value with +- needs the default mode or --digits", kind="option")
        if digits is not None and not 1 <= digits <= MAX_DIGITS:
            raise InputError(f"--digits takes a number from 1 to {MAX_DIGITS:,}", kind="option")
        if uncertain:
            return cls("uncertain", digits or 12)
        return cls("digits", digits) if digits else cls("exact" if exact else "ieee" if ieee else "certain")


class Recorded(Protocol):
    """What a run yields: it says which nodes have numbers that stayed undecided, and are not needed.

    `has_doubtful_zero` says that a 0 may stand for a number that is not 0, which a note would tell.
    """

    doubts: set[int]
    has_doubtful_zero: bool
    notes: list[Note]

    @property
    def labels(self) -> tuple[str, ...]:
        """The name of every node."""


Result = TypeVar("Result", bound=Recorded)


def climb(precision: Precision, graph: Graph, run: Callable[[Any], Result]) -> Result:
    """Return what `run` yields in the first number system that settles it.

    Each is more precise than the one before, as in Ziv's method (ACM Transactions on Mathematical Software 17, 1991).
    Where something is undecided that the answer does not need, more precision is tried while that is cheap, and then
    the best result is returned with a note. Raises `MathError` where no system settles the answer.
    """
    best: Result | None = None
    ladder = Ladder(precision, graph)
    for S in ladder:
        if best is not None and S.name == "balls" and S.bits * ladder.size > SPARE_WORK:
            break
        try:
            with S.at_work():
                found = run(S)
        except Undecided as doubt:
            ladder.failed(doubt)
            continue
        if best is None or _open_questions(found) < _open_questions(best):
            best = found
        if not _open_questions(best):
            return best
    if best is None:
        raise ladder.refusal()
    told = {note.node for note in best.notes if note.kind == "undefined"}
    if untold := sorted(best.doubts - told):
        detail = {"others": len(untold) - 1, "called": spoken(graph, untold[0])}
        note = Note("undecided", untold[0], best.labels[untold[0]], detail=detail)
        best.notes.append(note.worded(str))
    return best


def _open_questions(found: Recorded) -> int:
    return len(found.doubts) + found.has_doubtful_zero


class Ladder:
    """The number systems that are tried for an answer, cheapest first, up to and including the limit of precision."""

    def __init__(self, precision: Precision, graph: Graph) -> None:
        self.precision = precision
        self.graph = graph
        self.size = 0  # not counted until balls are needed
        self.bits = 0  # the most that were tried
        self.doubt = Undecided()

    def failed(self, doubt: Undecided) -> None:
        """Take note of what the last system could not settle."""
        self.doubt = doubt

    def __iter__(self) -> Iterator[Any]:
        precision = self.precision
        if precision.name == "exact":
            from ..numbers.fractions import Exact

            yield Exact()
            return
        if precision.name == "ieee":
            from ..numbers.ieee import IEEE

            yield IEEE
            return
        if precision.name == "certain" and bounds_first(self.graph):
            from ..numbers.enclosures import Bounds

            yield Bounds()
        from ..numbers.balls import Balls, DecimalBalls

        self.size = size(self.graph)
        # A value with its uncertainty is run once: what cancels on the way must not add to it.
        few = len(self.graph.nodes) <= BOUNDED_NODES and precision.name != "uncertain"
        first = FIRST_BITS if few else min(max(LARGE_BITS, LAYER_BITS * layers(self.graph) + 64), DEEP_BITS)
        if precision.digits:
            first = max(first, 64 + int(precision.digits * 3.33))
        if precision.name == "uncertain":
            from ..numbers.spans import Spans

            yield Spans(first, precision.digits)
            return
        most = max(first, min(MAX_BITS, MAX_WORK // self.size))
        while self.bits < most:
            # What the numbers lost in the last try, they will lose again.
            self.bits = min(max(2 * self.bits, (self.doubt.lost or 0) + first), most)
            last = self.bits == most
            yield (
                Balls(self.bits)
                if precision.name == "certain"
                else DecimalBalls(self.bits, precision.digits, last=last)
            )

    def refusal(self) -> MathError:
        """Return the error for an answer that no system settled, with the true reason."""
        if self.precision.name == "uncertain":
            return self._error(
                "undecided within the uncertainty of the values", "give smaller uncertainties, or other values"
            )
        return self._error(f"undecided with {self.bits:,} bits: {reason(self.doubt)}", PLAIN_HINT)

    def _error(self, message: str, hint: str) -> MathError:
        where = self.doubt.node
        span = None if where is None else self.graph.nodes[where].span
        return MathError(message, kind="undecided", hint=hint, span=span)


def reason(doubt: Undecided) -> str:
    """Return why something was not decided, in words."""
    if doubt.lost is not None:
        many = f"{max(doubt.lost, 0):,}" if doubt.lost < MOST_LOST else f"more than {MOST_LOST:,}"
        return f"precision ran out: the numbers lose {many} bits on the way"
    if isinstance(doubt, Unbounded):
        return "a number is too large to be decided"
    return "a comparison, a domain or a digit hangs on two numbers that may be equal"


def size(graph: Graph) -> int:
    """Return the work of a sweep over a graph in balls, in multiplications: a function takes many."""
    operations = graph.nodes.operations
    return len(operations) + FUNCTION_WORK * sum(operations.count(row) for row in set(operations) if row.is_function)


def bounds_first(graph: Graph) -> bool:
    """Whether floats that know their error are worth a try: not in large graphs, nor in networks of many layers.

    Nor where they never know a slope, be it one that nothing flows along: so rows, which ask for no such slope, have
    their numbers from where the main job has them.
    """
    nodes = graph.nodes
    if not WITHOUT_SLOPES.isdisjoint(nodes.operations):
        return False
    if len(nodes) < DEEP_NODES:
        return True
    if len(nodes) > BOUNDED_NODES:
        return False
    return layers(graph) < DEEP_LAYERS


def layers(graph: Graph) -> int:
    """Return how many smooth functions lie one behind the other on the way to the output, at most."""
    nodes = graph.nodes
    curved = {row: row.is_function and row.unconditional_partials is not None for row in set(nodes.operations)}
    found: list[int] = []
    append = found.append
    for row, arguments in zip(nodes.operations, nodes.arguments, strict=True):
        if not arguments:
            append(0)
            continue
        if len(arguments) == 2:
            a, b = arguments
            below = found[a] if found[a] > found[b] else found[b]
        else:
            below = max([found[a] for a in arguments])
        append(below + curved[row])
    return found[graph.output]
