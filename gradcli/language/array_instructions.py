"""The instructions of programs of arrays, beside those of `scope`: their kinds, and what they take from the stack."""

from __future__ import annotations

from collections.abc import Sequence

from .scope import COMPARE, EACH, LEAF, Instruction

# The kinds of instructions beside those of `scope`.
PRODUCT = 8  # take two nodes and push their product by the sign ·
ARRAY = 9  # take `count` nodes and push the operation `what` of the second table
CALL = 10  # take `count` nodes and push the call `what`, the last ones as what it fixes
INDEX = 11  # take an array and then its places, and push what the places `what` choose
LITERAL = 12  # push the array of numerals `what`
STACKED = 13  # take `count` nodes and push the array that they are the entries of
SIZES = 14  # take an array, and an axis or none, and push how many entries there are

MAX_WORK = 4_000_000  # instructions that reading a program may run
ONE = "one"  # a place that is an operand
NEW_AXIS = "new"  # a place without an operand: an axis of size 1
Span = tuple[int, int]


def operand_spans(instructions: Sequence[Instruction], at: int) -> list[Span]:
    """Return the places of the operands that an instruction takes from the stack."""
    return [(instructions[k][4], instructions[k][6]) for k in operand_instructions(instructions, at)]


def operand_instructions(instructions: Sequence[Instruction], at: int) -> list[int]:
    """Return the instructions that leave the operands of one of them on the stack, first to last."""
    return operand_lists(instructions[: at + 1])[at]


def operand_lists(instructions: Sequence[Instruction]) -> list[list[int]]:
    """Return, for each instruction, those that leave its operands on the stack, first to last."""
    stack: list[int] = []
    found: list[list[int]] = []
    for k, (kind, _, count, *_) in enumerate(instructions):
        taken = 0 if kind == LEAF else 2 if kind == COMPARE else count
        first = len(stack) - (count if kind == COMPARE else taken)
        found.append(stack[first : first + taken])
        if kind != EACH:
            stack[first : first + taken] = [k]
    return found
