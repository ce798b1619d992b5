"""Both passes over arrays in one number system, settled for the record, and the ladder of systems that are tried."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..arrays.entries import Array
from ..arrays.graph import ArrayGraph
from ..arrays.inside import ASSEMBLE
from ..arrays.kernels import array_system
from ..arrays.opening import Opening, entry_names
from ..arrays.sizes import count
from ..arrays.sweeps import forward, jumps, reverse
from ..calculus.notes import UNDETERMINED, Note
from ..calculus.operations import MAX, MIN
from ..calculus.second_look import refusal
from ..errors import LimitError, MathError
from ..language.array_writing import expression
from ..language.names import clip_name
from ..numbers.systems import Unbounded, Undecided, Unsupported
from .array_ranges import Ranges, may_look_again
from .array_task import ArrayTask
from .array_traps import trap_notes
from .opened_notes import MOST_TOLD, OpenedNotes
from .passes import program_notes
from .precision import PLAIN_HINT, Precision, reason

if TYPE_CHECKING:
    from .gradient import Gradient
    from .update_rules import Taken, Update

BITS = (128, 1_280, 5_120)  # the second try is enough for a sum that is 0 to be told from noise


class ArrayPasses:
    """Both passes of a task in the number system `S`, and its numbers settled: flat lists, one entry per node.

    `questions` says that there is a kink, a fault or a number that was not decided; `is_broken`, that a number which
    the answer needs is missing. Raises `Undecided` where the system cannot tell.
    """

    def __init__(self, S: Any, task: ArrayTask, *, tolerant: bool = False, hasty: bool = False) -> None:
        self.S = S
        self.task = task
        self._tolerant = tolerant  # whether what the answer needs may stay undecided: another record has it
        graph = task.graph
        A = self.A = array_system(S)
        A.tolerant = tolerant
        point = task.point.arrays(A, graph.inputs)
        self.adjoint = task.adjoint(A)
        run = forward(A, graph, point)
        if hasty and any(isinstance(fault.doubt, Unbounded) for fault in run.faults):
            raise Undecided  # at once: there is a system with more bits
        self.values = run.values
        self.active = graph.active(list(task.places.values()))
        kinks, doubts = jumps(A, graph, run.values, task.places.values(), task.output)
        back = reverse(A, graph, run.values, self.active, task.output, self.adjoint)
        self.upstream = back.upstream
        self._put_together()
        self.contributions = back.contributions
        self.faults = [*run.faults, *doubts, *back.faults]
        self.kinks = [*kinks, *back.kinks]
        self.notes: list[Note] = program_notes(graph, task.output, differentiated=bool(task.places))  # type: ignore[arg-type]
        self.notes = [note.worded(S.formatter.brief) for note in self.notes]
        self.notes += trap_notes(graph, task.source.text, run.values, S)
        self._settle()
        self.has_doubtful_zero = False
        if task.request.precision.name in ("certain", "ieee"):
            self._note_range()
        self.taken: Taken | None = None
        if task.request.step is not None and not tolerant:
            self._take(task.request.step)

    def _put_together(self) -> None:
        """Give arrays whose numbers are shown in their place what arrives at these: some pass the array by."""
        graph = self.task.graph
        for i, node in enumerate(graph.nodes):
            if node.operation is ASSEMBLE and self.active[i]:
                whole = self.upstream[i] or self.A.full(0, self.values[i].shape)
                entries = list(whole.entries)
                for k, name in enumerate(entry_names(graph.labels[i], whole.shape)):
                    own = self.upstream[node.arguments[k]]
                    if graph.labels[node.arguments[k]] == name and own is not None:
                        entries[k] = own.entries[0]
                self.upstream[i] = self.A.make(whole.shape, entries)

    @property
    def listed(self) -> Collection[int]:
        """The nodes whose numbers the record keeps."""
        nodes, graph = self.task.request.nodes, self.task.graph
        needed = {self.task.output, *self.task.places.values()}
        if nodes == "none":
            return needed
        if nodes == "named":
            return {*needed, *graph.named.values(), *graph.inputs.values()}
        return range(len(graph.nodes))

    def _settle(self) -> None:
        """Settle what the record keeps. Raises `Undecided` for what the answer needs."""
        S, size = self.S, len(self.values)
        needed = {self.task.output, *self.task.places.values()}
        self.undecided = False
        self.settled_values: list[list[Any] | None] = [None] * size
        self.settled_upstream: list[list[Any] | None] = [None] * size
        self.settled_contributions: list[tuple[list[Any] | None, ...] | None] = [None] * size
        self.settled_adjoint = [S.round_out(x) for x in self.adjoint.entries]
        for i in self.listed:
            self.settled_values[i] = self._column(self.values[i], needed=i == self.task.output)
            g = self.upstream[i]
            if g is None and self.active[i]:
                g = self.A.full(0, self.values[i].shape)
            if g is not None:
                self.settled_upstream[i] = self._column(g, needed=i in needed)
            row = self.contributions[i]
            if any(flow is not None for flow in row):
                self.settled_contributions[i] = tuple(
                    None if flow is None else self._column(flow, needed=False) for flow in row
                )

    def _take(self, update: Update) -> None:
        """Take the step of the inputs that are differentiated, unless an entry has no derivative."""
        from .steps_taken import taken_by_arrays

        places = {name: i for name, i in self.task.places.items() if name in self.task.graph.inputs}
        slopes = {i: self.upstream[i] for i in places.values()}
        if not any(g is not None and None in g.entries for g in slopes.values()):
            inputs = [(name, self.values[i], slopes[i]) for name, i in places.items()]
            self.taken = taken_by_arrays(self.A, update, inputs)

    def _column(self, array: Array, *, needed: bool) -> list[Any]:
        try:
            return self.A.settled(array)
        except Undecided:
            if needed and not self._tolerant:
                raise
        self.undecided = True
        found = []
        for x in array.entries:
            try:
                found.append(None if x is None else self.S.round_out(x))
            except Undecided:
                found.append(None)
        return found

    @cached_property
    def questions(self) -> bool:
        """Whether something is to be asked of the scalar nodes."""
        return bool(self.faults or self.kinks or self.undecided)

    @property
    def is_broken(self) -> bool:
        """Whether a number that the answer needs is missing."""
        task = self.task
        columns = [self.settled_values[task.output], *(self.settled_upstream[i] for i in task.places.values())]
        return any(column is None or None in column for column in columns)

    def _note_range(self) -> None:
        """Note what a binary64 cannot hold: the value of the output, and derivatives with respect to inputs."""
        task, end = self.task, self.task.output
        ranges = Ranges(self.S, task.graph)
        for k, x in enumerate(self.settled_values[end] or ()):
            ranges.see((end, k), x, self.values[end].entries[k])
        for name, i in task.places.items():
            numbers, raw, window = self.settled_upstream[i], self.upstream[i], task.windows.get(name)
            if numbers is not None and raw is not None:
                for k in range(len(numbers)) if window is None else window.entries:
                    ranges.see((i, k), numbers[k], raw.entries[k], (end, None))
        self.notes += ranges.notes
        self.has_doubtful_zero = ranges.has_doubtful_zero and may_look_again(task.graph, BITS[-1])

    @property
    def lacks_bits(self) -> bool:
        """Whether a number that the answer needs is missing, and may exist in a system with more bits."""
        return self.is_broken and any(isinstance(fault.doubt, Undecided) for fault in self.faults)

    @property
    def singular(self) -> MathError | None:
        """The error for a matrix without an inverse that the answer needs, or None."""
        if not self.is_broken:
            return None
        nodes = self.task.graph.nodes
        for fault in self.faults:
            node = nodes[fault.node]
            if node.operation.needs and fault.kind == "domain":
                return singular_error(self.task.graph, fault.node)
        return None

    def failure(self) -> Exception:
        """Return the error for a missing number, of a program that is too large to be opened."""
        graph, fault = self.task.graph, self.faults[0]
        node = graph.nodes[fault.node]
        shape: Any = node.shape
        names = entry_names(graph.labels[fault.node], shape)
        name = names[fault.entry % len(names)]
        if isinstance(fault.doubt, Undecided):
            what = f"{clip_name(name)} is undecided with {getattr(self.S, 'bits', 53):,} bits: {reason(fault.doubt)}"
            return MathError(what, span=node.span, kind="undecided", hint=PLAIN_HINT)
        if isinstance(fault.doubt, Unsupported):
            return refusal(fault.doubt, graph.nodes[fault.node].span)
        if fault.doubt is not None:
            return fault.doubt
        needs = fault.operation.needs(fault.operation.parameters) if fault.operation.domain else ""
        if fault.kind == "domain":
            return MathError(f"{clip_name(name)} is undefined: {needs}", span=node.span, kind="domain")
        what = "has an infinite slope" if fault.kind == "infinite" else "has no derivative"
        return MathError(f"{clip_name(name)} {what}", span=node.span, kind=fault.kind)

    def note_unopened(self) -> None:
        """Note kinks of a program that is too large to look at their sides. Raises `LimitError` if kinks are errors."""
        graph, output = self.task.graph, self.task.graph.labels[self.task.output]
        if self.task.request.at_kink == "error":
            raise LimitError("the sides of a kink would have to be looked at, in more nodes than the limit allows",
                             span=graph.nodes[self.kinks[0][0]].span if self.kinks else None)  # fmt: skip
        by_node: dict[int, list[str]] = {}
        for i, _, entry in self.kinks:
            shape: Any = graph.nodes[i].shape
            by_node.setdefault(i, []).append(entry_names(graph.labels[i], shape)[entry % count(shape)])
        for i, names in by_node.items():
            more = f" and {len(names) - MOST_TOLD:,} more" if len(names) > MOST_TOLD else ""
            what = f"{', '.join(names[:MOST_TOLD])}{more}: {graph.nodes[i].operation.name}"
            message = (f"{what} has no derivative there; "
                       "the convention is used, and the sides are not looked at in a program of this size")  # fmt: skip
            self.notes.append(Note("kink", i, graph.labels[i], output, detail={"message": message}, message=message))

    @property
    def tied(self) -> frozenset[int]:
        """The nodes where arguments of max or min tie, and something flows back."""
        return frozenset(i for i, operation, _ in self.kinks if operation in (MAX, MIN))

    # ---- what the scalar nodes say

    def take_over(self, record: Gradient, opening: Opening) -> None:
        """Take over the numbers of the scalar record, and its notes: at most three of a kind for one array."""
        graph, places = self.task.graph, set(self.task.places.values())
        notes = OpenedNotes(graph, opening, self.S.formatter.brief)
        shares = any(node.operation.shares_ties for node in graph.nodes)
        looked_at = {note.node for note in record.notes if note.kind == "settled"}
        for i in self.listed:
            entries = opening.entries[i]
            self.settled_values[i] = [record.values[k] for k in entries]
            if i in places or (self.active[i] and all(notes.owner(k) == i for k in entries)):
                own = self.settled_upstream[i] or [None] * len(entries)
                self.settled_upstream[i] = [
                    # Scalar nodes share no ties, and nothing arrives at one that is the same for all inputs.
                    own[j] if own[j] is not None and ((shares and k not in looked_at) or not record.active[k])
                    else record.upstream[k]
                    for j, k in enumerate(entries)
                ]  # fmt: skip
        if record.taken is not None:
            from .steps_taken import gathered

            self.taken = gathered(record.taken, record.taken.update, self.task.point.shapes)
        limited = any("limit" in note.detail for note in record.notes)  # the others were not looked at
        told = [note for note in record.notes if not (limited and note.left == note.right == UNDETERMINED)]
        self.notes += notes.told(told)


def climb_arrays(task: ArrayTask) -> ArrayPasses | None:
    """Return the passes in the first number system that settles what is asked; None where none does."""
    found = None
    rungs = list(systems(task.request.precision))
    for S in rungs:
        try:
            with S.at_work():
                passes = ArrayPasses(S, task, hasty=S is not rungs[-1])
        except Undecided:
            continue
        except Unsupported as function:
            raise refusal(function, None) from None
        if found is None or found.lacks_bits or not passes.has_doubtful_zero:
            found = passes
        if not (found.lacks_bits or found.has_doubtful_zero):
            return found
    return found


def systems(precision: Precision) -> Iterator[Any]:
    """Yield the number systems that are tried for arrays, cheapest first."""
    if precision.name == "exact":
        from ..numbers.fractions import Exact

        yield Exact()
    elif precision.name == "ieee":
        from ..numbers.ieee import IEEE

        yield IEEE
    else:
        from ..numbers.balls import Balls, DecimalBalls

        more = int(precision.digits * 3.33)
        for bits in BITS:
            last = bits == BITS[-1]
            yield Balls(bits) if precision.name == "certain" else DecimalBalls(bits + more, precision.digits, last=last)


def singular_error(graph: ArrayGraph, i: int) -> MathError:
    """Return the error for a node whose matrix has no inverse."""
    node = graph.nodes[i]
    shown, matrix = (expression(graph, k) for k in (i, node.arguments[0]))
    message = f"{shown} is undefined: det({matrix}) = 0, and {node.operation.name} needs {node.operation.needs}"
    return MathError(message, span=node.span, kind="domain")
