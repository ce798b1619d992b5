"""The Jacobian of a program: the derivatives of every entry of some outputs with respect to every entry of inputs.

One reverse pass per entry of the outputs, or one forward pass per entry of the inputs, whichever are fewer. Where there
is a question (a kink, a fault, a number that is not decided) the scalar records of the entries answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from ..arrays.duals import tangents
from ..arrays.entries import Array, EntryFault
from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.kernels import array_system
from ..arrays.opening import Opening, opened_size
from ..arrays.sizes import count
from ..arrays.sweeps import ArrayForward, forward, jumps, reverse
from ..arrays.table import ARRAY_OPERATIONS
from ..calculus.graph import Graph
from ..calculus.notes import Note
from ..calculus.second_look import refusal
from ..errors import InputError, LimitError, Source
from ..numbers.systems import Undecided, Unsupported
from .array_gradient import ArrayGradient
from .array_outputs import ArrayJacobian, Output, Row
from .array_passes import BITS, systems
from .array_ranges import Ranges, may_look_again
from .array_task import MAX_PRODUCTS, MOST_OPENED, ArrayTask
from .enclosing import enclosures
from .gradient import Gradient, evaluate
from .opened_notes import OpenedNotes
from .precision import Precision
from .request import ONE, Request, choose_inputs
from .values import Values

MOST_ENTRIES = 10_000
MOST_LOOKED_AT = 3_000_000  # scalar nodes of the records of all entries, at a kink


def array_jacobian(record: ArrayGradient, names: Sequence[str]) -> ArrayJacobian:
    """Return the Jacobian of the outputs of these names, or of the output of a record; its notes are the record's too.

    Raises `InputError` beside --upstream and for a program without inputs, `LimitError` for more than 10,000 entries,
    and what `evaluate` raises for an entry without an answer.
    """
    task = record.task
    if task.request.upstream.text != ONE.text:
        raise InputError("--jacobian has every derivative: leave out --upstream", kind="option")
    if not task.columns:
        raise InputError("the program has no input with a derivative", kind="name")
    outputs = [_output(task, name) for name in names or [record.labels[record.output]]]
    _check_size(task, outputs)
    found = _climbed(task, outputs)
    known = {note.message for note in record.notes}
    record.notes += [note for note in found.notes if note.message not in known]
    return found


def _output(task: ArrayTask, name: str) -> Output:
    """Return the output of a name, which may choose entries: z[0], H[:, 1]."""
    graph = task.graph
    if name == graph.labels[task.output] or name in graph.by_label or "[" not in name:
        node = task.output if name == graph.labels[task.output] else task.node(name)
        shape: Any = graph.nodes[node].shape
        return Output(name, node, range(count(shape)), shape)
    head = name.partition("[")[0].strip()
    node = task.node(head)
    window = task.window(name, head, node)
    return Output(name, node, window.entries, window.shape)


def _check_size(task: ArrayTask, outputs: Sequence[Output]) -> None:
    """Raise `LimitError` for too many entries, or passes that take too long."""
    inputs = _entries_of(task)
    rows = sum(len(output.places) for output in outputs)
    if inputs * rows > MOST_ENTRIES:
        raise LimitError(
            f"the Jacobian has {inputs * rows:,} entries, more than {MOST_ENTRIES:,}",
            hint="name fewer inputs in --wrt, or entries of the output: --of 'z[0]'",
        )
    if min(inputs, rows) * task.graph.products > MAX_PRODUCTS:
        raise LimitError(
            f"the passes of the Jacobian take {min(inputs, rows) * task.graph.products:,} multiplications, more than "
            f"{MAX_PRODUCTS:,}", hint="take fewer rows of the data, or smaller layers",
        )  # fmt: skip


def _entries_of(task: ArrayTask) -> int:
    """Return how many entries everything has that is differentiated with respect to."""
    return sum(count(task.graph.nodes[i].shape) for i in task.columns.values())


def _climbed(task: ArrayTask, outputs: Sequence[Output]) -> ArrayJacobian:
    """Return the Jacobian of the first number system that settles it; of scalar records where there are questions."""
    found = None
    if task.request.precision.name != "uncertain":
        found = first_settled(task.request.precision, lambda S: _Passes(S, task, outputs).jacobian())
    return _opened(task, outputs) if found is None else found


class Questions(Exception):
    """Raised where the passes over arrays meet a kink or a fault."""


class Settled(Protocol):
    """What is settled; it may say that more bits are worth a try, for the sake of a 0 that may be none."""

    has_doubtful_zero: bool


Found = TypeVar("Found", bound=Settled)


def first_settled(precision: Precision, run: Callable[[Any], Found]) -> Found | None:
    """Return what `run` yields in the first number system that settles it; None where it has questions, or none does.

    Raises `InputError` for a function that the system asked for does not have.
    """
    best: Found | None = None
    for S in systems(precision):
        try:
            with S.at_work():
                found = run(S)
            if best is None or not found.has_doubtful_zero:
                best = found
            if not best.has_doubtful_zero:
                break
        except Undecided:
            continue
        except Unsupported as function:
            raise refusal(function, None) from None
        except Questions:
            break
    return best


def look(kinks: Sequence[Any], faults: Sequence[EntryFault]) -> None:
    """Raise `Undecided` for a fault that may go with more bits, and `Questions` for any other, and for a kink."""
    if any(isinstance(fault.doubt, Undecided) for fault in faults):
        raise Undecided
    if faults or kinks:
        raise Questions


class _Passes:
    """The passes over arrays in one number system. They raise `Undecided`, and `Questions` for what scalars answer."""

    def __init__(self, S: Any, task: ArrayTask, outputs: Sequence[Output]) -> None:
        self.S = S
        self.A = array_system(S)
        self.task = task
        self.outputs = outputs
        self.point = task.point.arrays(self.A, task.graph.inputs)
        self.active = task.graph.active(list(task.columns.values()))
        self.run: ArrayForward = forward(self.A, task.graph, self.point)

    def jacobian(self) -> ArrayJacobian:
        """Return the Jacobian."""
        look([], self.run.faults)
        for output in self.outputs:
            look(*jumps(self.A, self.task.graph, self.run.values, self.task.columns.values(), output.node))
        found = ArrayJacobian(self.task, self.outputs)
        self.ranges = Ranges(self.S, self.task.graph)
        columns, rows = _entries_of(self.task), sum(len(output.places) for output in self.outputs)
        if columns < rows and self.task.columns.keys() <= self.task.graph.inputs.keys():
            for output in self.outputs:  # what a forward pass does not see
                size = count(self.task.graph.nodes[output.node].shape)
                self._reverse(output, [self.S.from_number(k + 1) for k in range(size)])
            found.by, found.passes, found.rows = "forward", columns, self._columns()
        else:
            found.by, found.passes = "reverse", rows
            found.rows = [self._rows(output) for output in self.outputs]
        found.notes = self.ranges.notes
        found.has_doubtful_zero = self.ranges.has_doubtful_zero and may_look_again(
            self.task.graph, BITS[-1], found.passes
        )
        return found

    def _rows(self, output: Output) -> list[Row]:
        """Return the rows of an output, by one reverse pass each."""
        size = count(self.task.graph.nodes[output.node].shape)
        rows = []
        for place in output.places:
            upstream = self._reverse(output, self._unit(size, place))
            rows.append({name: self.A.settled(g) for name, g in upstream.items()})
            for name, g in upstream.items():
                self._see(output, [place] * len(g.entries), name, range(len(g.entries)), rows[-1][name], g.entries)
        return rows

    def _see(
        self, output: Output, of: Iterable[int], name: str, wrt: Iterable[int], found: Iterable[Any], raw: Iterable[Any]
    ) -> None:
        """Look at derivatives of entries of an output with respect to entries of an input, if they were asked for."""
        if self.task.request.precision.name not in ("certain", "ieee"):
            return
        node, window = self.task.columns[name], self.task.windows.get(name)
        for place, k, x, ball in zip(of, wrt, found, raw, strict=True):
            if window is None or k in window.entries:
                self.ranges.see((node, k), x, ball, (output.node, place))

    def _unit(self, size: int, k: int) -> list[Any]:
        found = [self.S.zero] * size
        found[k] = self.S.one
        return found

    def _reverse(self, output: Output, weights: list[Any]) -> dict[str, Array]:
        """Return what flows back to every input from the entries of an output with these weights."""
        graph, A = self.task.graph, self.A
        shape: Any = graph.nodes[output.node].shape
        back = reverse(A, graph, self.run.values, self.active, output.node, A.make(shape, weights))
        look(back.kinks, back.faults)
        columns = self.task.columns.items()
        return {name: back.upstream[i] or A.full(0, self.run.values[i].shape) for name, i in columns}

    def _columns(self) -> list[list[Row]]:
        """Return the rows of all outputs, by one forward pass per entry of the inputs."""
        A, names = self.A, list(self.task.columns)
        rows: list[list[Row]] = [[{name: [] for name in names} for _ in output.places] for output in self.outputs]
        for name in names:
            array = self.point[name]
            for k in range(len(array.entries)):
                steps = A.make(array.shape, self._unit(len(array.entries), k))
                found = tangents(A, self.task.graph, self.point, {name: steps})
                for part, output in zip(rows, self.outputs, strict=True):
                    raw = found[output.node]
                    column = settled_tangents(A, raw)
                    for row, place in zip(part, output.places, strict=True):
                        row[name].append(column[place])
                    places = output.places
                    chosen = [column[place] for place in places], [raw.entries[place].tangent for place in places]
                    self._see(output, places, name, [k] * len(places), *chosen)
        return rows


def settled_tangents(A: Any, array: Array) -> list[Any]:
    """Return the tangents of an array of dual numbers, settled. Raises `Undecided`, also where one is missing."""
    if None in array.entries:
        raise Undecided
    found: list[Any] = A.settled(A.make(array.shape, [x.tangent for x in array.entries]))
    return found


def _opened(task: ArrayTask, outputs: Sequence[Output]) -> ArrayJacobian:
    """Return the Jacobian from the scalar record of every entry of the outputs. Raises what `opened_rows` raises."""
    found = ArrayJacobian(task, outputs)
    found.by, found.passes = "scalars", sum(len(output.places) for output in outputs)
    found.rows, found.notes = opened_rows(task, outputs, task.columns)
    return found


def opened_rows(
    task: ArrayTask,
    outputs: Sequence[Output],
    columns: Mapping[str, int],
    *,
    rounded: bool = True,
    visit: Callable[[Gradient], None] | None = None,
) -> tuple[list[list[Row]], list[Note]]:
    """Return the rows of some outputs with respect to nodes by name, from scalar records, and the notes of these.

    `visit` is called with each record. Numbers that are not `rounded` are balls, where the precision has balls; the
    nodes must be inputs. Raises `LimitError` for too many scalar nodes, and what `evaluate` raises.
    """
    many = sum(len(output.places) for output in outputs)
    if not task.is_small or many * opened_size(task.graph) > MOST_LOOKED_AT:
        limit = f"{MOST_OPENED:,}" if not task.is_small else f"{MOST_LOOKED_AT:,} for all entries"
        raise LimitError(f"derivatives at a kink, or at uncertain values, need the scalar nodes of the program, more "
                         f"than {limit}", hint="choose entries of the output: --of 'z[0]'")  # fmt: skip
    opening = Opening(_summed(task.graph, task.output), task.labels)
    labels = opening.graph.labels
    entries = {name: [labels[k] for k in opening.entries[i]] for name, i in columns.items()}
    names = list(dict.fromkeys(own for row in entries.values() for own in row))
    plain = opening.graph.inputs.keys() >= set(names)
    values = task.point.opened(task.graph)
    asked = task.request._replace(
        nodes="none", may_be_unused=values, gates=False, share=False, wrt=names if plain else None,
        grad=None if plain else names, derivatives_required=task.request.requires_derivatives,
    )  # fmt: skip
    rows: list[list[Row]] = []
    notes: list[Note] = []
    write: Callable[[Any], str] = str
    for output in outputs:
        rows.append([])
        for place in output.places:
            request = asked._replace(of=labels[opening.entries[output.node][place]])
            record = evaluate(task.source, values, request, opening.graph)
            if visit is not None:
                visit(record)
            whole = None if rounded else _enclosed(task.source, Values(values), request, opening.graph)
            gradient = record.gradient if whole is None else whole
            rows[-1].append({name: [gradient[entry] for entry in row] for name, row in entries.items()})
            notes += record.notes
            write = record.system.brief
    return rows, OpenedNotes(task.graph, opening, write).told(notes)


def _enclosed(source: Source, values: Values, request: Request, graph: Graph) -> dict[str, Any] | None:
    """Return the gradient of an entry in balls, by input; None for a precision without balls."""
    precision = request.precision
    if precision.name in ("exact", "ieee"):
        return None
    found = enclosures(source, values, request, graph, (), BITS[1] + int(3.33 * precision.digits))
    return dict(zip(choose_inputs(graph, request.wrt), found[1:], strict=True))


def _summed(graph: ArrayGraph, output: int) -> ArrayGraph:
    """Return the program with a number as its output: the sum of an array. What it was called keeps its name."""
    total = ArrayNode(ARRAY_OPERATIONS["sum"], (output,), {}, (), "", (0, 0))
    named = {**graph.named, graph.labels[output]: output}
    return ArrayGraph([*graph.nodes, total], len(graph.nodes), named, graph.sizes)
