"""Rows that multiply matrices: products, inverses, determinants.

The pullbacks are those of Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .axes import equal_shapes, square, square_to_number
from .rows import PRODUCTS, ArrayOperation, no_pullback
from .sizes import Misfit, Shape, Sizes, axis_name, count, described, shape_text, verb

REGULAR = "a matrix whose determinant is not 0"


def product_shape(sizes: Sizes, a: Shape, b: Shape) -> Shape:
    """The shape rule of `@`: the last axis of the left operand meets the last but one of the right one."""
    if not a or not b:
        number = 0 if not a else 1
        raise Misfit(f"{{{number}}} is a number: @ needs vectors or matrices", "* multiplies by a number")
    if (len(a) > 2 or len(b) > 2) and len(a) != len(b):
        raise Misfit(f"{{0}} {described(a)}, {{1}} {described(b)}: @ needs as many axes on both sides beyond two")
    meeting = len(b) - 2 if len(b) > 1 else 0
    if not sizes.same(a[-1], b[meeting]):
        raise Misfit(
            f"{{0}} {described(a)}, {{1}} {described(b)}",
            f"{axis_name(a, len(a) - 1)} of {{0}} ({a[-1]}) {verb(a)} {axis_name(b, meeting)} of {{1}} ({b[meeting]})",
            [(0, len(a) - 1, a[-1]), (1, meeting, b[meeting])],
        )
    if len(a) > 2 and not all(sizes.same(x, y) for x, y in zip(a[:-2], b[:-2], strict=True)):
        raise Misfit(f"{{0}} {described(a)}, {{1}} {described(b)}: the axes before the last two are not equal")
    return (*a[:-1], *([b[-1]] if len(b) > 1 else []))


def left_pullback(A: Any, g: Any, v: Any, a: Any, b: Any) -> Any:
    """G @ b.T, and of a vector b the outer product."""
    if len(b.shape) == 1:
        return g * b if len(a.shape) == 1 else A.outer(g, b)
    return b @ g if len(a.shape) == 1 else g @ A.transpose(b)


def right_pullback(A: Any, g: Any, v: Any, a: Any, b: Any) -> Any:
    """a.T @ g, and of a vector a the outer product."""
    if len(a.shape) == 1:
        return g * a if len(b.shape) == 1 else A.outer(a, g)
    return A.transpose(a) @ g


def dot_shape(sizes: Sizes, a: Shape, b: Shape) -> Shape:
    """The shape rule of `dot`: two vectors of one size make a number."""
    if len(a) != 1 or len(b) != 1:
        raise Misfit(f"{{0}} {described(a)}, {{1}} {described(b)}: dot takes two vectors", "@ is the matrix product")
    equal_shapes(sizes, a, b)
    return ()


def outer_shape(sizes: Sizes, a: Shape, b: Shape) -> Shape:
    """The shape rule of `outer`: two vectors make a matrix."""
    if len(a) != 1 or len(b) != 1:
        raise Misfit(f"{{0}} {described(a)}, {{1}} {described(b)}: outer takes two vectors")
    return (a[0], b[0])


def inverse_shape(sizes: Sizes, a: Shape) -> Shape:
    """The shape rule of `inv`."""
    size = square(sizes, a)
    return (size, size)


def solution_shape(sizes: Sizes, a: Shape, b: Shape) -> Shape:
    """The shape rule of `solve`: the right side has one column or several."""
    size = square(sizes, a)
    if len(b) not in (1, 2) or not sizes.same(size, b[0]):
        raise Misfit(f"{{0}} is {shape_text(a)}, {{1}} {described(b)}: the right side needs {size} rows")
    return b


def solve_left(A: Any, g: Any, v: Any, a: Any, b: Any) -> Any:
    """-w v.T with w = a.T**-1 g."""
    back = A.solve(A.transpose(a), g)
    return -(A.outer(back, v) if len(b.shape) == 1 else back @ A.transpose(v))


def product_work(shape: Sequence[int], a: Sequence[int], b: Sequence[int]) -> int:
    """The multiplications of a product of matrices."""
    return count(shape) * a[-1]


def determinant_work(shape: Sequence[Any], a: Sequence[Any], b: Sequence[Any] = (1, 1)) -> Any:
    """The multiplications of a determinant without divisions: of a singular matrix there is no faster one."""
    n = a[0]  # a size of letters has no powers
    return n * n * n * n + n * n * b[-1]


MATMUL = ArrayOperation(
    "matmul", "a b", product_shape, lambda A, a, b: A.matmul(a, b), (left_pullback, right_pullback),
    symbol="@", law="product rule of @", work=product_work, sums=PRODUCTS, summary="the matrix product",
    samples=[(((2, 3), (3, 4)), {}), (((3,), (3,)), {}), (((2, 3), (3,)), {}), (((3,), (3, 2)), {}),
             (((2, 2, 3), (2, 3, 2)), {}), (((1, 3), (3, 1)), {})],
)  # fmt: skip

CONTRACTIONS = (
    MATMUL,
    ArrayOperation(
        "dot", "a b", dot_shape, lambda A, a, b: A.matmul(a, b),
        (lambda A, g, v, a, b: g * b, lambda A, g, v, a, b: g * a),
        law="product rule of dot", work=product_work, sums=PRODUCTS, summary="the sum of the products of two vectors",
        samples=[(((3,), (3,)), {})],
    ),
    ArrayOperation(
        "outer", "a b", outer_shape, lambda A, a, b: A.outer(a, b),
        (lambda A, g, v, a, b: g @ b, lambda A, g, v, a, b: a @ g),
        law="product rule of outer", costs=lambda result, x: result, sums=PRODUCTS,
        summary="every entry of a times every entry of b",
        samples=[(((3,), (2,)), {}), (((1,), (4,)), {})],
    ),
    ArrayOperation(
        "det", "a", square_to_number, lambda A, a: A.det(a), (lambda A, g, v, a: g * A.cofactor(a),),
        law="Jacobi's formula", work=determinant_work,
        summary="the determinant; its derivative is the matrix of cofactors",
        samples=[(((3, 3),), {}), (((1, 1),), {}), (((2, 2),), {})],
    ),
    ArrayOperation(
        "cofactor", "a", inverse_shape, lambda A, a: A.cofactor(a), (no_pullback,),
        work=determinant_work, summary="the signed determinants of what is left without row i and column j",
        samples=[(((3, 3),), {})],
    ),
    ArrayOperation(
        "logdet", "a", square_to_number, lambda A, a: A.logdet(a),
        (lambda A, g, v, a: g * A.transpose(A.inv(a)),),
        law="Jacobi's formula", needs=REGULAR, work=determinant_work, summary="log(abs(det(a)))",
        samples=[(((3, 3),), {}), (((1, 1),), {})],
    ),
    ArrayOperation(
        "inv", "a", inverse_shape, lambda A, a: A.inv(a),
        (lambda A, g, v, a: -(A.transpose(v) @ g @ A.transpose(v)),),
        law="derivative of the inverse", work=determinant_work, needs=REGULAR, summary="the inverse matrix",
        samples=[(((3, 3),), {}), (((1, 1),), {})],
    ),
    ArrayOperation(
        "solve", "a b", solution_shape, lambda A, a, b: A.solve(a, b),
        (solve_left, lambda A, g, v, a, b: A.solve(A.transpose(a), g)),
        law="derivative of a solution", work=determinant_work, needs=REGULAR, summary="the x with a@x = b",
        samples=[(((3, 3), (3,)), {}), (((2, 2), (2, 3)), {})],
    ),
)  # fmt: skip
