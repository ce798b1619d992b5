"""Calls that libraries and the language mean in different ways: each as its own library means it, or refused."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .python_calls import Row, filled
from .python_loops import Loops
from .python_text import NUMBER, PRODUCT, Piece, binary, call

PRODUCTS = ("dot", "matmul", "mm", "mv", "bmm")
ENTRYWISE = ("multiply", "mul", "divide", "div", "true_divide", "add", "subtract", "sub", "maximum", "minimum", "power",
             "pow", "fmax", "fmin", "mod", "remainder")  # fmt: skip
ALONG = ("softmax", "log_softmax", "cumsum", "sort")  # what keeps its axes
OF_ONE = ("negative", "neg", "square", "reciprocal", "absolute", "logsigmoid", "leaky_relu", "elu", "softplus")
LOSSES = ("cross_entropy", "nll_loss", "mse_loss", "l1_loss", "binary_cross_entropy",
          "binary_cross_entropy_with_logits", "det", "trace", "logdet")  # fmt: skip
LABELLED = ("cross_entropy", "nll_loss", "one_hot")


class Differences(Loops):
    """Writes calls that have a row, and knows how many axes their results have."""

    def meant(self, row: Row, name: str, node: ast.Call, values: Mapping[str, Piece], axis: str) -> Piece:
        """Return a call as its library means it. Raises `InputError` where that is not what its row says."""
        first, last = next(iter(values.values())), [*values.values()][-1]
        if name in ("dot", "inner", "vdot") and (found := self._product(name, node, first, last)) is not None:
            return found
        if name in ("transpose", "t"):
            return self.transposed(first)
        if name == "cumsum" and not axis and first.rank != 1 and not self.is_of_torch(node.func):
            return call("cumsum", call("flatten", first))._replace(rank=1)  # NumPy runs over all entries
        self._check_axis(name, node, first, axis)
        found = filled(row, values, axis)
        rank = self._rank(row, name, values, axis)
        kind = NUMBER if rank == 0 and not self.libraries.is_torch else ""
        shares = first.shares if name in ("flatten", "ravel", "diag") else frozenset()
        return found._replace(rank=rank, kind=kind, shares=shares)

    def _product(self, name: str, node: ast.Call, a: Piece, b: Piece) -> Piece | None:
        """Return np.dot, inner or vdot where it is another product than a@b; None where it is that."""
        if 0 in (a.rank, b.rank):
            return binary(a, "*", b, PRODUCT)
        if name == "vdot":
            return None if a.rank == b.rank == 1 else call("sum", binary(a, "*", b, PRODUCT))._replace(rank=0)
        if name == "inner":
            if a.rank == b.rank == 2:
                return binary(a, "@", self.transposed(b), PRODUCT)
            return None if a.rank == b.rank == 1 else call("dot", a, b)._replace(rank=0)  # of vectors alone
        if (a.rank != 1 and (b.rank or 0) > 2) or (b.rank is None and self.is_deep):
            hint = "a@b multiplies the matrices of two such arrays, one pair after the other"
            raise self.places.refusal("dot of arrays with three axes is not read: it is not a@b", node, hint)
        return None

    def _check_axis(self, name: str, node: ast.Call, array: Piece, axis: str) -> None:
        """Raise for calls whose axis, where none is told, is not the one of the language."""
        is_deep = self.is_deep if array.rank is None else array.rank > 2
        of_torch = self.is_of_torch(node.func)
        if name in ("softmax", "log_softmax") and not axis:
            if self.libraries.library_of(node.func) == "scipy" and array.rank != 1:
                raise self.places.refusal(f"SciPy's {name} without an axis is one over all entries", node,
                                          f"write {name}(..., axis=-1) for one over each row")  # fmt: skip
            if of_torch and is_deep:
                raise self.places.refusal(f"{name} of three axes needs dim=", node, f"for example {name}(..., dim=-1)")
        if name in ("cross_entropy", "nll_loss") and is_deep and of_torch:
            raise self.places.refusal(f"{name} of arrays with three axes is not read", node)

    def _rank(self, row: Row, name: str, values: Mapping[str, Piece], axis: str) -> int | None:
        """Return how many axes the result of a call has; None where that is not known."""
        first, last = next(iter(values.values())), [*values.values()][-1]
        if name in PRODUCTS:
            return binary(first, "@", last, PRODUCT).rank
        if name in ENTRYWISE:
            return binary(first, "*", last, PRODUCT).rank
        if name in LOSSES:
            return 0
        if name in ("flatten", "ravel"):
            return 1
        if name in OF_ONE or name in ALONG or "keep=1" in axis:
            return first.rank
        if not row.arguments.endswith("axis? keep?"):
            return None
        if not axis or first.rank is None:
            return 0 if not axis else None
        return first.rank - 1 - axis.partition("(")[2].count(",")
