"""Wrong pullbacks of products of matrices and vectors: the same two arrays put together wrongly.

The right one is `A.T @ G` or `G @ B.T`, where G is what arrives and A or B the other operand. A rule receives an edge
and yields nothing where the mistake cannot be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import NamedTuple

from ...arrays.entries import Array
from ...arrays.rows import PRODUCTS
from ...arrays.table import INPUT
from .array_names import reshaped_text
from .array_worlds import Edge, Wrong, scaled


def broadcast_shape(*shapes: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the shape to which arrays grow together by the rule of NumPy, where both may grow; None for none."""
    rank = max(map(len, shapes))
    found: list[int] = []
    for k in range(rank):
        sizes = {shape[k - rank] for shape in shapes if len(shape) >= rank - k} - {1}
        if len(sizes) > 1:
            return None
        found.append(sizes.pop() if sizes else 1)
    return tuple(found)


def times(a: Array, b: Array) -> Array | None:
    """Return a product entry by entry by the rule of NumPy, None where the shapes do not fit."""
    shape = broadcast_shape(a.shape, b.shape)
    return None if shape is None else a.A.grow(a, shape) * a.A.grow(b, shape)


def is_product(edge: Edge) -> bool:
    """Whether an edge is an operand of a product of matrices or vectors."""
    return edge.node.operation.sums == PRODUCTS


def other(edge: Edge) -> Array:
    """Return the other operand of a product."""
    return edge.xs[1 - edge.k]


def turned(x: Array) -> list[Array]:
    """Return an array, and the transpose of a matrix."""
    return [x, x.A.transpose(x)] if len(x.shape) == 2 else [x]


class Written(NamedTuple):
    """How the pullback of a product is written: the names of G and of the other operand, and the right text."""

    g: str
    b: str
    right: str

    def instead(self, wrong: str) -> str:
        """Return that something was written in its place."""
        return f"{wrong} in the place of {self.right}"


def written(edge: Edge, b: str = "", g: str = "") -> Written:
    """Return how the pullback along an edge is written, also with other names in it."""
    b = b or f"$v{edge.node.arguments[1 - edge.k]}"
    g = g or f"$g{edge.i}"
    ranks = len(edge.x.shape), len(other(edge).shape)
    turned_b = f"{b}.T" if ranks[1] == 2 else b
    if edge.name == "outer":
        right = f"{g} @ {b}" if edge.k == 0 else f"{g}.T @ {b}"
    elif ranks == (1, 1):
        right = f"{g} * {b}"
    elif ranks == (2, 1):
        right = f"outer({g}, {b})" if edge.k == 0 else f"outer({b}, {g})"
    elif ranks == (1, 2):
        right = f"{turned_b} @ {g}" if edge.k == 1 else f"{b} @ {g}"
    else:
        right = f"{turned_b} @ {g}" if edge.k == 1 else f"{g} @ {turned_b}"
    return Written(g, b, right)


# ---- the same two arrays, put together wrongly


def transposed(edge: Edge) -> Iterator[Wrong]:
    """What flows back, transposed."""
    if is_product(edge) and len(edge.x.shape) == 2 and not _is_outer(edge):
        yield Wrong("", edge.A.transpose(edge.flow()))
    elif edge.name == "transpose":
        yield Wrong("not undone", edge.g, "the transpose not undone on the way back")


def _is_outer(edge: Edge) -> bool:
    """Whether what flows back is an outer product."""
    return len(edge.g.shape) == 1 and len(other(edge).shape) == 1


def are_matrices(edge: Edge) -> bool:
    """Whether an edge is an operand of a product of two matrices."""
    return is_product(edge) and len(edge.g.shape) == 2 and len(other(edge).shape) == 2


def outer_order(edge: Edge) -> Iterator[Wrong]:
    """The outer product in the other order, or a dot product in its place."""
    if is_product(edge) and _is_outer(edge):
        yield Wrong("in the wrong order", edge.A.transpose(edge.flow()))
        if edge.g.shape == other(edge).shape:
            yield Wrong("as a dot product", edge.A.sum(edge.g * other(edge)))


def elementwise(edge: Edge) -> Iterator[Wrong]:
    """A product entry by entry in the place of one of matrices, as it is or added up along an axis."""
    if not is_product(edge) or not edge.g.shape:
        return
    w = written(edge)
    for k, factor in enumerate(turned(other(edge))):
        found = times(edge.g, factor)
        if found is None:
            continue
        what = f"{w.b}{'.T' if k else ''} * {w.g}"
        yield Wrong(".T" if k else "", found, w.instead(what))
        for axis in range(2) if are_matrices(edge) else ():
            words = w.instead(f"sum({what}, axis={axis})")
            yield Wrong(f"{'.T' if k else ''} summed over axis {axis}", edge.A.sum(found, axis=axis), words)


def by_luck(edge: Edge) -> Iterator[Wrong]:
    """Every other product of the same two arrays, transposed or not, that has the shape."""
    if not are_matrices(edge):
        return
    A, w = edge.A, written(edge)
    names = ((w.g, "G", edge.g), (w.b, "B", other(edge)))
    turned_round = A.transpose(edge.flow()).entries  # which has a row of its own
    for (p, short, left), (q, shorter, right) in (names, names[::-1]):
        for i, x in enumerate(turned(left)):
            for j, y in enumerate(turned(right)):
                if x.shape[1] != y.shape[0] or (x.shape[0], y.shape[1]) != edge.x.shape:
                    continue
                found = A.matmul(x, y)
                if not all(map(isclose, found.entries, turned_round)):
                    marks = [".T" if turns else "" for turns in (i, j)]
                    words = w.instead(f"{p}{marks[0]} @ {q}{marks[1]}")
                    yield Wrong(f"{short}{marks[0]}@{shorter}{marks[1]}", found, words)


def by_luck_of_vectors(edge: Edge) -> Iterator[Wrong]:
    """A matrix times a vector without the transpose, where the shape fits all the same."""
    if edge.name != "matmul" or len(edge.g.shape) != 1 or len(other(edge).shape) != 2:
        return
    matrix, w = other(edge), written(edge)
    if matrix.shape[0] == matrix.shape[1]:
        wrong = f"{w.b} @ {w.g}" if edge.k == 1 else f"{w.g} @ {w.b}"
        yield Wrong("", matrix @ edge.g if edge.k == 1 else edge.g @ matrix, w.instead(wrong))


def reshaped(edge: Edge) -> Iterator[Wrong]:
    """A reshape in the place of a transpose: of the other operand, of what arrives, or of the whole product."""
    if not are_matrices(edge):
        return
    A, b, w = edge.A, other(edge), written(edge)
    turns_round = b.shape[::-1]
    if b.shape != turns_round:  # the reshape of a square matrix is the matrix itself
        other_way = A.reshape(b, turns_round)
        name = f"{w.b}.reshape({reshaped_text(turns_round)})"
        words = f"{name} @ {w.g}" if edge.k == 1 else f"{w.g} @ {name}"
        yield Wrong("operand", A.matmul(other_way, edge.g) if edge.k == 1 else A.matmul(edge.g, other_way),
                    w.instead(words))  # fmt: skip
    if edge.x.shape != edge.x.shape[::-1]:
        whole = A.transpose(edge.flow())
        words = f"a reshape of the transpose in the place of {w.right}"
        yield Wrong("product", A.reshape(whole, edge.x.shape), words)
    if edge.g.shape != edge.g.shape[::-1]:
        g = A.reshape(edge.g, edge.g.shape[::-1])
        yield Wrong("upstream", A.matmul(g, b) if edge.k == 1 else A.matmul(b, g),
                    f"{w.g} reshaped and not transposed")  # fmt: skip


# ---- the sum over samples, done wrongly


def outer_of_sums(edge: Edge) -> Iterator[Wrong]:
    """The outer product of two sums (or means) in the place of the sum of outer products."""
    if not _adds_samples(edge):
        return
    A, n, w = edge.A, _samples(edge), written(edge)
    sides = (other(edge), edge.g) if edge.k == 1 else (edge.g, other(edge))
    names = (w.b, w.g) if edge.k == 1 else (w.g, w.b)
    axis = 0 if edge.k == 1 else 1
    found = A.outer(*[A.sum(side, axis=axis) for side in sides])
    for tag, over, (p, q) in (
        ("sums", 1, ("sum", "sum")),
        ("mean", n, ("mean", "sum")),
        ("means", n * n, ("mean", "mean")),
    ):
        words = f"outer({p}({names[0]}, axis={axis}), {q}({names[1]}, axis={axis}))"
        yield Wrong(tag, found / over, w.instead(words))


def _adds_rows(edge: Edge) -> bool:
    """Whether an edge leads to a vector of parameters by `X.T @ g`, where each row of X has one number g."""
    if edge.name != "matmul" or edge.k == 0 or len(edge.g.shape) != 1 or len(other(edge).shape) != 2:
        return False
    return edge.world.graph.nodes[edge.a].operation is INPUT and len(edge.g.entries) > 1


def one_row_of_vectors(edge: Edge) -> Iterator[Wrong]:
    """One sample of `X.T @ g`."""
    if not _adds_rows(edge):
        return
    A, b, w = edge.A, other(edge), written(edge)
    size, n = b.shape[1], len(edge.g.entries)
    for tag, k, short in (("first", 0, "0"), ("last", n - 1, "-1")):
        row = A.make((size,), b.entries[k * size : (k + 1) * size])
        yield Wrong(tag, scaled(row, edge.g.entries[k]), w.instead(f"{w.b}[{short}] * {w.g}[{short}]"))


def product_of_sums(edge: Edge) -> Iterator[Wrong]:
    """The product of two sums in the place of `X.T @ g`."""
    if not _adds_rows(edge):
        return
    A, b, w, n = edge.A, other(edge), written(edge), len(edge.g.entries)
    sums = A.sum(b, axis=0) * A.sum(edge.g)
    for tag, over, (p, q) in (("sums", 1, ("sum", "sum")), ("mean", n, ("mean", "sum"))):
        yield Wrong(tag, sums / over, w.instead(f"{p}({w.b}, axis=0) * {q}({w.g})"))


def _adds_samples(edge: Edge) -> bool:
    """Whether an edge leads to a parameter whose pullback adds up outer products, one for each sample.

    Samples are rows, unless a bias is added to columns; of two inputs the other one holds them.
    """
    nodes = edge.world.graph.nodes
    if not are_matrices(edge) or nodes[edge.a].operation is not INPUT:
        return False
    if nodes[edge.node.arguments[1 - edge.k]].operation is not INPUT:
        return True
    beside = [nodes[a].shape for j, _ in edge.world.users[edge.i] for a in nodes[j].arguments]
    columns = edge.v.shape != (edge.v.shape[0], 1) in beside
    return columns == (edge.k == 0)


def _samples(edge: Edge) -> int:
    """Return how many outer products the pullback of a product of matrices adds up."""
    return edge.g.shape[0] if edge.k == 1 else edge.g.shape[1]


def one_sample(edge: Edge) -> Iterator[Wrong]:
    """The outer product of one sample in the place of the sum over all of them."""
    if not _adds_samples(edge) or (n := _samples(edge)) < 2:
        return
    A, w = edge.A, written(edge)
    sides = (other(edge), edge.g) if edge.k == 1 else (A.transpose(edge.g), A.transpose(other(edge)))
    names = (w.b, w.g) if edge.k == 1 else (w.g, w.b)
    for tag, k, short in (("first", 0, "0"), ("last", n - 1, "-1")):
        rows = [A.make((x.shape[1],), x.entries[k * x.shape[1] : (k + 1) * x.shape[1]]) for x in sides]
        place = f"[{short}]" if edge.k == 1 else f"[:,{short}]"
        yield Wrong(tag, A.outer(*rows), w.instead(f"outer({names[0]}{place}, {names[1]}{place})"))
