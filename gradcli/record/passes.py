"""Both passes at a point in one number system: columns, kinks with their one-sided derivatives, and what failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from ..calculus.faults import Fault
from ..calculus.graph import Graph, Node
from ..calculus.linearization import linearize
from ..calculus.notes import NOTHING, UNDETERMINED, KinkError, Note, is_number, slope
from ..calculus.operations import CONSTANTS, INPUT, NUMBER, OPERATIONS
from ..calculus.sides import EXTRA_WORK, MAX_VISITS, Looking, Sides, Watch
from ..errors import InputError, LimitError, MathError
from ..language.names import clip_name
from ..language.writing import EXPRESSION_CHARACTERS, formula, in_numbers, spoken
from ..numbers.decimals import roughly
from ..numbers.systems import FLOAT, Undecided
from .request import Request, Task

LONG, FIGURES = 40, 12  # characters of a number in an error; digits of a longer one


def program_notes(graph: Graph, output: int, *, differentiated: bool) -> list[Note]:
    """Return the notes on a program's names and statements, which hold at every point."""
    inputs, named = graph.inputs, graph.named
    places = [(name, graph.by_label.get(name, output)) for name in graph.unused]
    found = [Note("unused", i, clip_name(name)) for name, i in places if i != output]
    if graph.assumed and differentiated:
        names = [name for name in graph.defaults if name in inputs]
        found.append(Note("inputs", output, graph.labels[output], detail={"names": names}))
    for computed, own in ((False, inputs), (True, named)):
        for i, name in sorted((own[name], name) for name in CONSTANTS if name in own):
            found.append(Note("constant", i, name, detail={"computed": computed}))
    return found


class Passes:
    """Both passes of a task in the number system `S`: its raw numbers, one entry per node, oldest first, and the notes.

    Raises `MathError` where there is no answer, and `Undecided` where the system cannot tell.
    """

    def __init__(self, S: Any, task: Task) -> None:
        graph, output = task.graph, task.output
        at_kink = task.request.at_kink
        point = task.point(S)
        self.S = S
        self.task = task
        self.graph = graph
        self._closely = False  # whether errors show a number as the nearest binary64 is written
        self._beside = False  # and say on which side of it the number lies
        self.output = output
        self.output_adjoint = task.output_adjoint(S)
        self.wrt = task.places
        self.kept = task.listing.kept
        self.ids = range(len(graph.nodes))
        self.notes: list[Note] = []
        self.active = graph.active(set(self.wrt.values()))
        self.linearization = linearize(S, graph, point, self.active)
        self.values, faults = self.linearization.values, self.linearization.value_faults
        if output in faults and (faults[output].node != output or faults[output].kind != "overflow"):
            faults[output].raise_doubt()
            raise self.failure(faults[output])
        self.upstream, self.contributions, self.faults = self.linearization.vjp(output, self.output_adjoint)
        self._note_program()
        self.differing: set[int] = set()  # the nodes whose two sides differ
        if self.linearization.spread:
            self._meet_spread_kinks(at_kink)
        if self.linearization.kinks or self.linearization.slope_faults:
            self._look_beside(at_kink)
        undecided = [
            *faults.items(),
            *self.faults.items(),
            *((i, f) for (i, _), f in self.linearization.slope_faults.items()),
        ]
        self.doubts = {i for i, fault in undecided if isinstance(fault.doubt, Undecided)}
        self._judge_inputs(task.request)

    def show(self, x: Any) -> str:
        """Return a number as a message shows it."""
        shown: str = self.S.formatter.brief(self.S.round_out(x))
        return shown

    def add(self, note: Note) -> None:
        """Add a note, put in words."""
        self.notes.append(note.worded(self.S.formatter.brief))

    # ---- kinks

    def _meet_spread_kinks(self, at_kink: str) -> None:
        """Note the kinks that lie within the uncertainty of the values, and that the answer depends on."""
        watch = Watch(self.linearization, self.output, self.linearization.spread)
        for i in self.linearization.spread:
            if watch.live[i] and self.graph.nodes.operations[i].kink is not None:
                note = self._kink(i, spread=True)
                if at_kink == "error":
                    raise KinkError(note, self.S.formatter.brief, span=self.graph.nodes[i].span)
                self.add(note)

    def _look_beside(self, at_kink: str) -> None:
        """Look at the sides of every node with a kink, a step or a missing slope between it and the output."""
        watch = Watch(self.linearization, self.output)
        if not watch.triggers:
            return
        room = self.task.request.sides_work
        looking = Looking(watch, self.task.point, self.output_adjoint, room or MAX_VISITS)
        inputs = list(self.wrt.values())
        found = {i: looking.at(i) for i in inputs if watch.concerns(i)}
        looking.work = looking.beside.visits + min(EXTRA_WORK, room or EXTRA_WORK)
        for nodes in self._others(watch):
            for i in nodes:
                if (sides := looking.at(i)) is None:
                    break
                found[i] = sides
        looking.close()
        told = [self._told(i, found[i], at_kink if i in inputs else "convention") for i in sorted(found)]
        notes = [note for note in told if note is not None]
        kinks = set(self.linearization.kinks)
        met = watch.triggers if any(note.kind == "one-sided" for note in notes) else watch.felt
        for i in met:
            if i in kinks:
                self.add(self._kink(i))
        if None in found.values():
            self.add(Note("kink", self.output, self.graph.labels[self.output], detail={"limit": True}))
        for note in notes:
            self.add(note)

    def _others(self, watch: Watch) -> list[list[int]]:
        """Return the computed nodes that a trigger concerns, with a name and without, the least work first."""
        nodes, named = self.graph.nodes, set(self.graph.named.values())
        latest = range(self.output - 1, -1, -1)
        found = [i for i in latest if watch.concerned[i] and self.active[i] and nodes.arguments[i] and i in self.kept]
        return [[i for i in found if i in named], [i for i in found if i not in named]]

    def _told(self, i: int, sides: Sides | None, at_kink: str) -> Note | None:
        """Take over what both sides agree on; return the note on it, or raise it as an error."""
        if sides is None:
            if at_kink == "error":
                raise LimitError(f"{slope(self.graph.labels[self.output], [self.words(i)])} would have to be "
                                 "looked at beside the point, in more nodes than the limit allows")  # fmt: skip
            return self._note("one-sided", i, left=UNDETERMINED, right=UNDETERMINED)
        answer = sides.answer
        if answer is not None:
            if self.upstream[i] is not None and self.S.agree(answer, self.upstream[i]):
                return None
            self.upstream[i] = answer
            self.faults.pop(i, None)
            return self._note("settled", i, left=sides.left, right=sides.right)
        note = self._note("one-sided", i, left=sides.left, right=sides.right)
        if sides.is_infinite:
            self.upstream[i] = None
            self.faults.setdefault(i, Fault(i, "steep"))
        elif (sides.left, sides.right) != (UNDETERMINED, UNDETERMINED):
            self.differing.add(i)
        if at_kink == "error":
            if sides.is_infinite:
                raise self.failure(self.faults[i])
            raise KinkError(note, self.S.formatter.brief, span=self.graph.nodes[i].span)
        return note

    def _note(self, kind: str, i: int, *, left: Any = None, right: Any = None, detail: Any = NOTHING) -> Note:
        """Return a note on the derivative of the output with respect to a node, its numbers settled."""
        labels = self.graph.labels
        left, right = (self.S.round_out(x) if is_number(x) else x for x in (left, right))
        if not self.graph.is_called[i] and i not in self.wrt.values():
            detail = {**detail, "called": self.words(i)}
        return Note(kind, i, labels[i], labels[self.output], (labels[i],), left, right, detail)

    def _kink(self, i: int, *, spread: bool = False) -> Note:
        """Return the note on the kink of a node, which may lie within an uncertainty."""
        detail = {"operation": self.graph.nodes[i].operation, "arguments": self._arguments(i), "spread": spread}
        return Note("kink", i, self.graph.labels[i], detail=detail)

    def _arguments(self, i: int) -> list[str]:
        """Return what a node's arguments are called in a message."""
        return [self.words(a) for a in self.graph.nodes[i].arguments]

    # ---- notes

    def _note_program(self) -> None:
        """Add the notes on the program's names and statements."""
        for note in program_notes(self.graph, self.output, differentiated=bool(self.wrt)):
            self.add(note)

    def _judge_inputs(self, request: Request) -> None:
        """Raise if an input asked for by name has no derivative, or if none has one and one must; note the others."""
        if not self.faults:
            return
        nodes = self.wrt
        failed = {name: self.faults[i] for name, i in nodes.items() if self.upstream[i] is None}
        differing = [name for name in failed if nodes[name] in self.differing]
        none = len(failed) == len(nodes) and not differing and not request.may_lack_all
        if failed and (request.requires_derivatives or none):
            for fault in failed.values():
                fault.raise_doubt()
            raise self.failure(next(iter(failed.values())))
        told = {note.node for note in self.notes if note.kind == "one-sided"}
        for name, fault in failed.items():
            if nodes[name] in told:
                continue
            self.add(self._note("undefined", nodes[name], detail={"why": self.failure(fault).message}))

    def failure(self, fault: Fault) -> MathError:
        """Return the error for a fault: what is not defined where, in the words of the program, not in node names."""
        graph, node = self.graph, self.graph.nodes[fault.node]
        shown = formula(graph, fault.node, self.graph.is_called, limit=EXPRESSION_CHARACTERS)
        at = " and ".join(self._equations(node.arguments))
        at = f" at {at}" if at else ""
        hint = None
        if fault.kind == "domain":
            from string import Formatter

            domain = node.operation.domain
            assert domain is not None
            told = zip(node.operation.parameters, node.arguments, strict=False)
            spoken_of = {field for _, field, _, _ in Formatter().parse(domain.text)}
            blamed = [a for parameter, a in told if parameter in spoken_of]
            self._closely = self._misleads(node)
            self._beside = self._closely and self._misleads(node)
            reasons = [", ".join(self._equations(blamed)), self._needs(node)]
            self._closely = self._beside = False
            message = f"{shown} is undefined: {', and '.join(filter(None, reasons))}"
            if _is_third_power(graph, fault.node):
                hint = f"for the real cube root write cbrt({self.words(node.arguments[0])})"
        elif fault.kind == "overflow":
            message = f"{shown} is beyond the largest binary64, and the answer depends on it"
        elif fault.kind == "steep":
            message = f"{slope(graph.labels[self.output], [self.words(fault.node)])} is infinite here"
            return MathError(message, span=node.span, kind="infinite")
        elif fault.kind == "infinite":
            message = f"the slope of {shown} is infinite{at}"
        elif fault.kind == "undefined":
            message = f"{shown} has no derivative with respect to {self.words(node.arguments[fault.position])}{at}"
        elif isinstance(fault.doubt, MathError | LimitError | InputError):
            message = f"{shown}: {fault.doubt.message}"
        elif fault.doubt is not None:
            message = f"the slope of {shown} is undecided" if fault.position >= 0 else f"{shown} is undecided"
        else:
            message = f"the derivative with respect to {shown} is undecided: it over- or underflows"
        return MathError(message, span=node.span, kind=fault.kind, hint=hint)

    @cached_property
    def _is_plain(self) -> list[bool]:
        """Which nodes are written with numerals and operators alone, without any word."""
        found: list[bool] = []
        for operation, arguments, known in zip(
            self.graph.nodes.operations, self.graph.nodes.arguments, self.graph.is_called, strict=True
        ):
            plain = operation is NUMBER or bool(operation.symbol and all(found[a] for a in arguments))
            found.append(plain and not known)
        return found

    def _needs(self, node: Node) -> str:
        """Return what an operation needs that has no value here, in the words for its arguments if there are such."""
        operation = node.operation
        broken = operation.domain.broken if operation.domain is not None else None
        if broken is not None:
            try:
                return str(broken(self.S, *(self.values[a] for a in node.arguments)))
            except Undecided:
                pass
        return operation.needs([*map(self.words, node.arguments)])

    def words(self, i: int) -> str:
        """Return what a node is called in an error: its name, or else the expression it stands for, if need be cut."""
        return spoken(self.graph, i)

    def _equations(self, nodes: Sequence[int]) -> list[str]:
        """Return what each node is equal to, such as x*y = 2*(-1) = -2, but for what has no value or no names."""
        found = []
        for a in dict.fromkeys(nodes):
            value = self.values[a]
            words = self.words(a)
            if value is None or self._is_plain[a]:
                continue
            parts = [words, self._about(value)]
            if self.graph.nodes[a].arguments and not self.graph.is_called[a] and len(words) < EXPRESSION_CHARACTERS:
                parts.insert(1, self._in_numbers(a))
            found.append(" = ".join(dict.fromkeys(parts)))
        return found

    def _in_numbers(self, i: int) -> str:
        """Return the expression of a node with numbers in place of names."""
        labels = cast("Sequence[str]", _Numbers(self))
        return in_numbers(self.graph, i, self.graph.is_called, labels, EXPRESSION_CHARACTERS)

    def _misleads(self, node: Node) -> bool:
        """Whether the arguments of a node, as they are shown, would lie in its domain: 1.0000000000000002 as 1."""
        assert node.operation.domain is not None
        try:
            shown = [float(self._about(self.values[a])) for a in node.arguments]
        except ValueError:  # a fraction, which is shown as it is
            return False
        return all(map(FLOAT.within, shown)) and bool(node.operation.domain.holds(FLOAT, *shown))

    def _about(self, x: Any) -> str:
        """Return a number for an error, which must not fail for want of its last digits."""
        if self._closely:
            near = self.S.approximate(x)
            told = self._beside and near.is_integer() and x != near
            side = "" if not told else "just above " if x > near else "just below "
            return side + FLOAT.text(near)
        try:
            shown = self.show(x)
        except Undecided:
            return f"about {self.S.approximate(x):.3g}"
        if len(shown) <= LONG and shown.lstrip("-") != "inf":
            return shown
        return roughly(x, FIGURES) or shown  # a ball beyond binary64 is no infinity; a fraction may have 300 digits


class _Numbers:
    """The numbers of nodes as a formula has them in place of names."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes

    def __getitem__(self, i: int) -> str:
        node, value = self._passes.graph.nodes[i], self._passes.values[i]
        if not node.arguments and node.operation is not INPUT and not self._passes.graph.is_called[i]:
            return node.text
        return "?" if value is None else self._passes._about(value)


def _is_third_power(graph: Graph, i: int) -> bool:
    """Whether a node is a power whose exponent is written as 1/3, or as the number nearest to it."""
    node = graph.nodes[i]
    if node.operation is not OPERATIONS["pow"]:
        return False
    exponent = graph.nodes[node.arguments[1]]
    parts = [exponent, *(graph.nodes[a] for a in exponent.arguments)]
    if exponent.operation is OPERATIONS["div"] and all(part.operation is NUMBER for part in parts[1:]):
        return float(parts[1].text) * 3 == float(parts[2].text)
    return exponent.operation is NUMBER and re.fullmatch(r"0?\.3{6,}", exponent.text) is not None
