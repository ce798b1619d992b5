"""What the names of a program of arrays mean, and what its statements leave behind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ..arrays.graph import MAX_ARRAY_NODES, ArrayBuilder, ArrayGraph
from ..arrays.sizes import Misfit, Shape, Sizes
from ..calculus.operations import CONSTANTS, OPERATIONS
from ..calculus.spellings import function
from ..errors import InputError, LimitError
from .array_calls import Family
from .array_instructions import MAX_WORK
from .array_running import ArrayFunction, Part, Running, Span, Unknown, Value
from .scope import EXPAND, LEAF, Instruction, Statement, check_numeral, instruction, is_numeral, taken


class Step(NamedTuple):
    """A statement: the name it gives, "" for none, and the parts of its instructions for its value and its place.

    `place` is None unless it gives an element of a recurrence. `span` is that of the value.
    """

    name: str
    name_span: Span
    place: Part | None
    value: Part
    span: Span


class Loop(NamedTuple):
    """What counts the steps of a recurrence, and the parts of the instructions for its bounds."""

    name: str
    name_span: Span
    low: Part
    high: Part
    span: Span


class Recurrence(NamedTuple):
    """Statements that are repeated for every step of a loop."""

    steps: list[Step]
    loop: Loop


class ArrayScope(Running):
    """The names of a program of arrays, and the builder of its graph."""

    def __init__(
        self,
        text: str,
        shapes: Mapping[str, Shape],
        unless_assigned: Collection[str],
        sizes: Sizes,
        statics: Mapping[str, Fraction],
        work: int = MAX_WORK,
    ) -> None:
        super().__init__(ArrayBuilder(sizes, statics), text, work)
        self.shapes = shapes
        self.bound = shapes.keys() - {*unless_assigned}
        self.assigned: dict[str, Value] = {}
        self.functions: dict[str, ArrayFunction] = {}
        self.families: dict[str, Family] = {}
        self.defining: tuple[str, list[str]] | None = None
        self.statements: list[tuple[Any, list[Instruction], list[str]]] = []  # as they were read, for repairs
        self.missing: dict[str, Span] = {}
        self._head: tuple[Span, list[tuple[str, Span]]] = ((0, 0), [])
        self._begun = 0

    # ---- operands

    def has_meaning(self, name: str) -> bool:
        """Whether a name that is no parameter is bound or assigned."""
        return name in self.assigned or name in self.shapes or (
            self.defining is not None and name in self.defining[1]
        )  # fmt: skip

    def leaf(self, text: str, span: Span) -> Value:
        """Return what a name or numeral stands for that is read for the first time. Raises `InputError`, `Unknown`."""
        if is_numeral(text):
            check_numeral(text, span)
            found: Value = self.builder.number(text, span)
        elif text in self.assigned:
            found = self.assigned[text]
        else:
            found = self._unassigned(text, span)
        self.known[text] = found
        return found

    def _unassigned(self, name: str, span: Span) -> int:
        if name == "π":
            return self.builder.constant("pi", span)
        if name in self.shapes:
            return self.builder.input(name, self.shapes[name], span)
        if name in CONSTANTS:
            return self.builder.constant(name, span)
        from .array_errors import is_called

        if is_called(name, self.functions):
            error = InputError(f"{name} is a function", kind="name", span=span, hint=f"write {name}(...)")
            raise error.but(is_foreign=True)
        self.missing.setdefault(name, span)
        raise Unknown

    # ---- the user's functions

    def define(self, name: str, span: Span, parameters: Sequence[tuple[str, Span]]) -> None:
        """Begin the definition of a function."""
        self.defining = (name, [parameter for parameter, _ in parameters])
        self._head = (span, list(parameters))

    def defined_by(self, instructions: list[Instruction], operands: list[str]) -> ArrayFunction:
        """End the definition, and return the function with these instructions."""
        assert self.defining is not None
        span, parameters = self._head
        name = self.defining[0]
        names, places = [parameter for parameter, _ in parameters], [place for _, place in parameters]
        found = self.functions[name] = ArrayFunction(name, names, places, instructions, operands, span)
        self.defining = None
        return found

    def called(self, own: ArrayFunction) -> Statement:
        """Return what a program means that ends with a definition: the function of its own parameters."""
        instructions = [instruction(LEAF, None, k, span) for k, span in enumerate(own.places)]
        operands = own.parameters
        count = len(operands)
        instructions.append(instruction(EXPAND, own, count, own.span))
        hidden = {*self.assigned, *self.known, *self.bound}
        name = "" if own.name in hidden else own.name
        step = Step(name, own.span, None, (0, count + 1), own.span)
        return next(self.complete(step, instructions, operands))

    # ---- statements

    def complete(
        self, found: Step | Recurrence, instructions: list[Instruction], operands: list[str]
    ) -> Iterator[Statement]:
        """Yield what a statement leaves behind: names with their nodes, or a node alone.

        After a name without a shape nothing is inferred any more, only such names are looked for.
        """
        self.statements.append((found, instructions, operands))
        self._begun = len(self.builder.nodes)
        steps = [found] if isinstance(found, Step) else found.steps
        unread = [step.name for step in steps if step.place is not None and step.name not in self.known]
        if not self.missing:
            try:
                if isinstance(found, Recurrence):
                    self._repeat(found, instructions, operands)
                elif found.place is not None:
                    self._begin_families(steps)
                    self._set(found, instructions, operands)
                else:
                    node = self.whole(self.run(instructions, operands, found.value))
                    if found.name:
                        node = self._assign(found.name, node, found.name_span)
                    yield Statement(found.name, found.name_span, found.span, node)
                    return
            except Unknown:
                pass
        for name in unread:  # what a recurrence reads of itself is no use of it
            self.known.pop(name, None)
        if self.missing:
            own = {s.name for s in steps} | ({found.loop.name} if isinstance(found, Recurrence) else set())
            self._look(instructions, operands, own)
            for s in steps:
                self.assigned.setdefault(s.name, 0)
        for s in steps:
            if s.place is not None or self.missing:
                yield Statement(s.name, s.name_span, s.span, -1)

    def _look(self, instructions: Sequence[Instruction], operands: Sequence[str], own: Collection[str]) -> None:
        """Note the names of a statement that have no shape, also in the functions that it calls."""
        pending: list[tuple[Sequence[Instruction], Sequence[str], Collection[str]]] = [(instructions, operands, own)]
        seen: set[str] = set()
        while pending:
            instructions, operands, own = pending.pop()
            for kind, what, count, _, start, _, end in instructions:
                if kind == EXPAND and what.name not in seen:
                    seen.add(what.name)
                    pending.append((what.instructions, what.operands, what.parameters))
                elif kind == LEAF:
                    name = operands[count]
                    if not (is_numeral(name) or name in own or name == "π" or name in CONSTANTS
                            or name in self.assigned or name in self.shapes or function(name)):  # fmt: skip
                        self.missing.setdefault(name, (start, end))

    def _assign(self, name: str, node: int, span: Span) -> int:
        """Give a node a name and return the node that bears it. Raises `InputError` where the name has a meaning."""
        if name in self.assigned or name in self.known or name in self.bound or name == "π":
            before = self.known.get(name, -1)
            by_itself = isinstance(before, int) and before >= self._begun
            raise taken(name, span, is_assigned=name in self.assigned, is_bound=name in self.bound,
                        by_itself=by_itself, is_read=name in self.known)  # fmt: skip
        self.assigned[name] = node = self.builder.name(node, name)
        return node

    # ---- recurrences

    def _begin_families(self, steps: Sequence[Step]) -> None:
        """Make ready the recurrences of some statements. Raises `InputError` where a name has a meaning already."""
        for step in steps:
            if step.place is None or step.name in self.families:
                continue
            name = step.name
            if name in self.assigned or name in self.known or name in self.bound or name == "π":
                raise taken(name, step.name_span, is_assigned=name in self.assigned, is_bound=name in self.bound)
            self.assigned[name] = self.families[name] = Family(name, step.name_span)

    def _repeat(self, found: Recurrence, instructions: list[Instruction], operands: list[str]) -> None:
        """Unroll a recurrence: run its statements for each step in turn."""
        from .array_errors import check_bounds

        low, high = (self._bound(part, instructions, operands, found.loop.span)
                     for part in (found.loop.low, found.loop.high))  # fmt: skip
        check_bounds(low, high, found.loop.span)
        if high - low + len(self.builder.nodes) > MAX_ARRAY_NODES:  # every step makes one at least
            raise LimitError(f"the program has more than {MAX_ARRAY_NODES:,} arrays", span=found.loop.span,
                             hint="take fewer steps")  # fmt: skip
        self._begin_families(found.steps)
        variable = found.loop.name
        hidden = self.known.get(variable)
        try:
            for k in range(low, high + 1):
                self.known[variable] = self.builder.number(str(k), found.loop.span)
                if k < 0:  # numerals have no sign
                    number = self.builder.number(str(-k), found.loop.span)
                    self.known[variable] = self.builder.entrywise(OPERATIONS["neg"], [number], found.loop.span)
                self._where = f"{variable} = {k}"
                self._step(found.steps, k, instructions, operands)
        finally:
            self._where = ""
            self.known.pop(variable, None)
            if hidden is not None:
                self.known[variable] = hidden

    def _step(self, steps: Sequence[Step], k: int, instructions: list[Instruction], operands: list[str]) -> None:
        """Run the statements of one step. Names without a place belong to the step and are forgotten after it."""
        local = []
        for step in steps:
            if step.place is not None:
                self._set(step, instructions, operands)
                continue
            node = self.whole(self.run(instructions, operands, step.value))
            if step.name in self.assigned or step.name in self.bound or step.name == "π":
                is_bound = step.name in self.bound
                raise taken(step.name, step.name_span, is_assigned=step.name in self.assigned, is_bound=is_bound)
            self.assigned[step.name] = self.known[step.name] = self.builder.name(node, f"{step.name}[{k}]")
            local.append(step.name)
        for name in local:
            del self.assigned[name], self.known[name]

    def _bound(self, part: Part, instructions: list[Instruction], operands: list[str], span: Span) -> int:
        return self.whole_number(self.whole(self.run(instructions, operands, part)), "a bound of for", span)

    def _set(self, step: Step, instructions: list[Instruction], operands: list[str]) -> None:
        """Compute an element of a recurrence and put it in its place."""
        assert step.place is not None
        family = self.families[step.name]
        place = self.whole(self.run(instructions, operands, step.place))
        k = self.whole_number(place, f"the place in {step.name}[...]", step.name_span)
        family.check_free(k, step.name_span)
        node = self.whole(self.run(instructions, operands, step.value))
        try:
            family.put(self.builder, k, node, step.span)
        except Misfit as misfit:
            from .array_errors import ShapeError

            error = ShapeError(misfit.what, span=step.span, hint=misfit.hint)
            error.site = (instructions, operands, step.value[1] - 1)
            raise error from None

    # ---- the whole program

    def finished(self, statements: Sequence[Statement], of: str | None, wrt: Collection[str]) -> ArrayGraph:
        """Return the graph of the whole program. Its output is the last statement, whatever `of` names.

        Plain numbers and arrays of them that the program gives to names in `wrt` become inputs with these as their
        defaults; if nothing is an input, all such do. Raises `InputError` for names without a shape, and for a
        statement without a name that nothing uses, unless `of` names another output.
        """
        if self.missing:
            from .array_errors import unbound

            raise unbound(self.missing, [*self.shapes, *self.assigned], self.known)
        for family in self.families.values():
            if not family.elements:  # an element that is left out is missed where it is read
                family.complete()
        last = statements[-1]
        output = self.whole(self.families[last.name]) if last.node < 0 else last.node
        if of in self.families:
            self.whole(self.families[of])
        idle = [s for s in statements[:-1] if s.name not in self.known and (not s.name or s.name != last.name)]
        if of is None and (nameless := next((s for s in idle if not s.name), None)):
            raise InputError("nothing uses the value of this statement", kind="unused", span=nameless.span,
                             hint="the last statement is the output; give this one a name")  # fmt: skip
        from .array_parts import frozen

        unused = list(dict.fromkeys(s.name for s in idle if s.name)) if of is None else []
        roots = [s.node for s in statements if s.node >= 0]
        return frozen(self.builder, output, roots, unused, wrt, self.sized)
