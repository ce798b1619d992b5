"""Operands that always have a value: where a branch does not count, a safe number stands in place of the own one.

Code on arrays computes all branches for all entries. log(x) of an entry that takes another branch is log(1) then, and
neither the value nor the slope is ever nan, which 0 times nan would carry on to the entries that do count.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from ...arrays.graph import ArrayNode
from ...arrays.table import ARRAY_OPERATIONS
from ...calculus.operations import ABS, COMPARISONS, HYPOT, NEG, OPERATIONS, POW
from ...calculus.shared_rules import ABOVE_ZERO, FROM_ZERO, NOT_ZERO, Bounded
from ...calculus.symbolic import Condition, Symbol, Symbols
from ...calculus.table_parts import Operation
from ...language.array_arithmetic import ArraySymbol
from ...numbers.systems import FLOAT
from .array_symbols import CodeArraySymbols
from .vocabulary import OVERFLOWING_ARRAYS


class Risk(NamedTuple):
    """The argument of an operation that may have no value, and a number which always has one."""

    position: int
    safe: str


@cache
def risk(row: Operation) -> Risk | None:
    """Return what may go wrong with an operation of the first table, None for nothing."""
    if row is HYPOT:  # at 0 its slopes are 0 by convention, and to PyTorch none
        return Risk(0, "1")
    is_infinite = any(partial.undefined_where for partial in row.partials)
    if row.domain is None and not is_infinite and row.name not in OVERFLOWING_ARRAYS:
        return None
    position = 0 if row is POW else len(row.parameters) - 1
    if len(row.parameters) > 1:
        return Risk(position, "1")
    return Risk(position, next(text for text in ("1", "0", "2", "0.5") if _has_slope(row, float(text))))


def _has_slope(row: Operation, x: float) -> bool:
    if row.domain is not None and not row.domain.holds(FLOAT, x):
        return False
    undefined = row.partials[0].undefined_where
    return undefined is None or undefined(FLOAT, row.value(FLOAT, x), x) is None


def operand_at_risk(node: ArrayNode) -> int:
    """Return the position of the argument that may be outside the domain."""
    row = node.operation.operation
    found = risk(row) if row is not None else None
    return found.position if found is not None else 0


def may_be_infinite(node: ArrayNode, A: CodeArraySymbols, xs: Sequence[ArraySymbol]) -> bool:
    """Whether a slope of a node is infinite at a point where it has a value, as that of sqrt at 0."""
    row = node.operation.operation
    if row is POW:
        n = A.numeral(xs[1])
        return n is None or 0 < n < 1
    return node.operation.name == "norm" or (
        row is not None and any(partial.undefined_where for partial in row.partials)
    )


def closes(node: ArrayNode) -> bool:
    """Whether what arrives at some entries of a node flows on to none; that of a choice flows to its branch."""
    row = node.operation.operation
    if row is None:
        return node.operation.closes
    return row.kink is not None and not row.kink.zero_by_convention and row is not ABS


def is_at_risk(node: ArrayNode, A: CodeArraySymbols, xs: Sequence[ArraySymbol]) -> bool:
    """Whether a node may have no value, no finite slope, or one too large for binary64."""
    row = node.operation.operation
    if row is None:
        return bool(node.operation.needs)
    found = risk(row)
    if found is None:
        return False
    number = A.numeral(xs[found.position])
    if number is not None:
        return number == 0 if len(row.parameters) > 1 else not _has_slope(row, float(number))
    n = A.numeral(xs[1]) if row is POW else None
    return n is None or n != int(n) or n < 0


def within_branch(A: CodeArraySymbols, node: ArrayNode, xs: Sequence[ArraySymbol], counts: ArraySymbol) -> ArraySymbol:
    """Return the operand at risk where a branch counts, else a safe number or matrix."""
    row = node.operation.operation
    if row is None:
        return A.choice(counts, xs[0], A.eye(xs[0].shape[0]), xs[0].shape)
    found = risk(row)
    assert found is not None
    x = xs[found.position]
    return A.choice(counts, x, A.number(found.safe), x.shape)


def within_domain(A: CodeArraySymbols, node: ArrayNode, xs: Sequence[ArraySymbol]) -> ArraySymbol | None:
    """Return the operand at risk where the operation has a value, else a safe number or matrix.

    None where no condition says that.
    """
    row = node.operation.operation
    if row is None:
        regular = A.entrywise(COMPARISONS["!="], [A.call(ARRAY_OPERATIONS["det"], xs[0]), A.number("0")])
        return within_branch(A, node, xs, regular)
    found = risk(row)
    if found is None or row.domain is None:
        return None
    domain = row.domain
    if row is POW:
        n = A.numeral(xs[1])
        if n is None or (n == int(n) and n >= 0):
            return None
        domain = NOT_ZERO if n == int(n) else ABOVE_ZERO if n < 0 else FROM_ZERO
    if not isinstance(domain, Bounded):
        return None
    x = xs[found.position]
    S = Symbols()
    own, value = S.variable("x"), S.number(found.safe)
    bounded = S.apply(OPERATIONS[domain.of], own) if domain.of else own
    for case in reversed(domain.cases):
        inner = own
        for sign, bound in reversed(case):
            inner = S.where(Condition(COMPARISONS[sign], bounded, _bound(S, own, bound)), inner, value)
        value = inner
    return ArraySymbol(A, A.transcribed(S, value, {"x": x}).node, x.shape)


def _bound(S: Symbols, x: Symbol, bound: int | str) -> Symbol:
    """Return what an argument is compared with."""
    if isinstance(bound, str):
        return S.apply(OPERATIONS[bound], x)
    return S.apply(NEG, S.number(str(-bound))) if bound < 0 else S.number(str(bound))
