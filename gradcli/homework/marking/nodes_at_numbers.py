"""One node at numbers that need not belong together: its value, its local gradients, its kinks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...calculus.sweeps import local_gradient
from ...calculus.table_parts import Operation
from ...numbers.refusing import REFUSING
from ...numbers.systems import nearest


def value_of(operation: Operation, operands: Sequence[Any]) -> float | None:
    """Return the value of an operation at some floats, or None where it has none or is beyond binary64."""
    if None in operands:
        return None
    try:
        if operation.domain is not None and not operation.domain.holds(REFUSING, *operands):
            return None
        value = float(operation.value(REFUSING, *operands))
    except ArithmeticError:
        return None
    return value if math.isfinite(value) else None


def slope(operation: Operation, k: int, v: float | None, operands: Sequence[Any]) -> float | None:
    """Return a local gradient at a value and arguments that may have been rounded apart, or None where it has none."""
    if v is None or None in operands:
        return None
    try:
        found, failure = local_gradient(REFUSING, operation, k, v, operands)
    except ArithmeticError:
        return None
    if failure:
        return None
    return 0.0 if found is None else float(found) if math.isfinite(found) else None


def is_at_kink(operation: Operation, operands: Sequence[Any]) -> bool:
    """Whether arguments are a point where an operation has a kink, as far as floats can tell."""
    if operation.kink is None or not all(x is not None and math.isfinite(x) for x in operands):
        return False
    try:
        return bool(operation.kink.at(REFUSING, *operands))
    except ArithmeticError:  # twice the number is beyond binary64
        return False


def span_at_kink(operation: Operation, k: int, v: float | None, operands: Sequence[Any]) -> tuple[float, float] | None:
    """Return the one-sided local gradients at a kink, smaller first, or None away from one and where one is missing."""
    left, right = sides_at_kink(operation, k, v, operands) or (None, None)
    if left is None or right is None or isinstance(left, str) or isinstance(right, str):
        return None
    return min(left, right), max(left, right)


def sides_at_kink(
    operation: Operation, k: int, v: float | None, operands: Sequence[Any]
) -> tuple[float | str, float | str] | None:
    """Return the local gradients before and after a kink, numbers or words for a side; None away from a kink."""
    if operation.kink is None or v is None or operation.is_condition or not is_at_kink(operation, operands):
        return None
    return sides_of_edge(operation, k, operands)


def sides_of_edge(operation: Operation, k: int, operands: Sequence[Any]) -> tuple[float | str, float | str]:
    """Return the local gradients on both sides of some numbers, as argument `k` moves: numbers or words."""
    from ...calculus.beside import local_sides

    left, right = (nearest(s.slope) if s.is_finite else s.slope for s in local_sides(operation, k, operands))
    return left, right
