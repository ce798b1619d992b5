"""The run of the instructions of a program of arrays, which infers shapes as it goes.

Functions of the user's keep the instructions of their body, which are run anew, with the shapes of the arguments, where
they are called; calls are kept on a list, so that nothing here recurses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..arrays.graph import ArrayBuilder
from ..arrays.sizes import Misfit
from ..calculus.operations import OPERATIONS
from ..errors import LimitError
from .array_calls import Calls, Family, Ragged
from .array_instructions import ARRAY, INDEX, LITERAL, MAX_WORK, PRODUCT, SIZES, STACKED, operand_spans
from .scope import APPLY, BINARY, CHOOSE, COMPARE, EACH, EXPAND, LEAF, NUMERAL, Instruction, choice

SUM = OPERATIONS["sum"]
Span = tuple[int, int]
Part = tuple[int, int]  # of the instructions of a statement: from the first one to before the second
Value = int | Family


class ArrayFunction(NamedTuple):
    """A function of the user's: its parameters and their spans, the instructions of its body, where its name is."""

    name: str
    parameters: list[str]
    places: list[Span]
    instructions: list[Instruction]
    operands: list[str]
    span: Span


class Frame:
    """A list of instructions on its way: of a statement, or of a function with what its parameters hid."""

    __slots__ = ("at", "called", "end", "hidden", "instructions", "operands", "span")

    def __init__(
        self, instructions: Sequence[Instruction], operands: Sequence[str], part: Part, called: str, span: Span | None
    ) -> None:
        self.instructions, self.operands = instructions, operands
        self.at, self.end = part
        self.called, self.span = called, span
        self.hidden: list[tuple[str, Value | None]] = []


class Unknown(Exception):
    """Raised for a name without a shape: what hangs on it is not inferred."""


class Running(Calls, ABC):
    """Runs instructions over a stack of nodes and recurrences. What names stand for is kept in `known`."""

    def __init__(self, builder: ArrayBuilder, text: str, work: int) -> None:
        super().__init__(builder)
        self.text = text
        self.work = work  # how many instructions may still be run
        self.known: dict[str, Value] = {}  # what all names and numerals that were read stand for
        self._where = ""  # the step of a recurrence, for errors

    @abstractmethod
    def leaf(self, text: str, span: Span) -> Value:
        """Return what a name or numeral stands for that is read for the first time. Raises `InputError`, `Unknown`."""

    def run(self, instructions: Sequence[Instruction], operands: Sequence[str], part: Part) -> Value:
        """Return what some instructions leave on top of the stack.

        Raises `InputError` of kind "shape" where shapes do not fit, and `Unknown` for a name without one.
        """
        frames = [Frame(instructions, operands, part, "", None)]
        stack: list[Value] = []
        self._spend(part[1] - part[0])
        try:
            while frames:
                frame = frames[-1]
                if frame.at == frame.end:
                    self._leave(frames.pop())
                    continue
                one = frame.instructions[frame.at]
                frame.at += 1
                kind, what, count, _, start, _, end = one
                span = frame.span or (start, end)
                if kind == LEAF:
                    found = self.known.get(frame.operands[count])
                    stack.append(self.leaf(frame.operands[count], (start, end)) if found is None else found)
                elif kind == EXPAND:
                    frames.append(self._entered(what, stack, count, span))
                else:
                    self._one(kind, what, count, span, stack)
        except Misfit as misfit:
            from .array_errors import misfit_error

            site = (frames[-1].instructions, frames[-1].operands, frames[-1].at - 1)
            calls = [frame.called for frame in frames if frame.called]
            raise misfit_error(misfit, self.text, site, calls, self._where) from None
        except Ragged as found:
            from .array_errors import ragged

            place = operand_spans(frames[-1].instructions, frames[-1].at - 1)[found.row]
            raise ragged(found.row, found.shape, found.first, place) from None
        finally:
            while frames:
                self._leave(frames.pop())
        return stack[-1]

    def _one(self, kind: int, what: Any, count: int, span: Span, stack: list[Value]) -> None:
        """Run one instruction that is neither an operand nor a call of the user's functions."""
        if kind == NUMERAL:
            stack.append(self.builder.number(what, span))
            return
        if kind == COMPARE:
            sides = [self.whole(x) for x in stack[-count : len(stack) - count + 2]]
            stack[-count : len(stack) - count + 2] = [self.builder.entrywise(what, sides, span)]
            return
        if kind == EACH:
            stack[-count:] = [self.builder.entrywise(what, [self.whole(x)], span) for x in stack[-count:]]
            return
        arguments = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        if kind == INDEX:
            stack.append(self.indexed(what, arguments, span))
        elif kind == SIZES:
            stack.append(self.size(arguments, span))
        elif kind == LITERAL:
            stack.append(self.builder.literal(what[0], what[1], span))
        else:
            nodes = [x if isinstance(x, int) else self.whole(x) for x in arguments]
            if kind in (BINARY, APPLY):
                if what is SUM:
                    self.check_sum(nodes)
                stack.append(self.entrywise(what, nodes, span))
            elif kind == ARRAY:
                stack.append(self.builder.apply(what, nodes, span))
            elif kind == STACKED:
                stack.append(self.stacked(nodes, span))
            elif kind == PRODUCT:
                stack.append(self.product(what, nodes, span))
            elif kind == CHOOSE:
                stack.append(choice(self.builder.entrywise, what, nodes, span))
            else:
                stack.append(self.call(what, nodes, span))

    def _spend(self, count: int) -> None:
        self.work -= count + 1
        if self.work < 0:
            raise LimitError(f"reading the program takes more than {MAX_WORK:,} steps", hint="take fewer steps")

    def _entered(self, own: ArrayFunction, stack: list[Value], count: int, span: Span) -> Frame:
        """Return the frame of a call, whose parameters hide what their names meant."""
        frame = Frame(own.instructions, own.operands, (0, len(own.instructions)), own.name, span)
        self._spend(frame.end)
        for name, value in zip(own.parameters, stack[len(stack) - count :], strict=True):
            frame.hidden.append((name, self.known.get(name)))
            self.known[name] = value
        del stack[len(stack) - count :]
        return frame

    def _leave(self, frame: Frame) -> None:
        for name, value in reversed(frame.hidden):
            if value is None:
                self.known.pop(name, None)
            else:
                self.known[name] = value
