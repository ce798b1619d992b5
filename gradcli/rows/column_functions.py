"""The functions that code for columns calls: whole columns of NumPy, with the very numbers that single rows give.

NumPy computes what IEEE 754 rounds correctly (+ - * /, sqrt, comparisons). Its functions differ from those of `math` in
their last digits. Those of Arrow are the C library's, as those of `math` are: where a sample shows that, they are used,
and else `math` is applied to each number. Sums are correctly rounded by arithmetic on whole columns.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from ..numbers.refusing import refusing
from .column_sums import total
from .compiled import single
from .tracing import CALLED

# What `math` computes as well, only that it raises where the result is beyond binary64: then each number is looked at.
DIRECT = {"exp": math.exp, "expm1": math.expm1, "cosh": math.cosh, "sinh": math.sinh}
ARROW = {name: name for name in (
    "exp", "expm1", "log1p", "log2", "log10", "sin", "cos", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
    "acosh", "atanh",
)} | {"log": "ln"}  # fmt: skip


def column_functions(*, ieee: bool) -> dict[str, Any]:
    """Return the functions that code for columns calls, by their names in it."""
    import numpy as np

    singles = single(ieee=ieee)
    found = {name: whole(name, singles[name]) for name in CALLED}
    found |= {"sigmoid": _sigmoid(found["exp"]), "softplus": _softplus(found["exp"], found["log1p"])}
    found |= {"sqrt": np.sqrt, "copysign": np.copysign, "where": np.where}
    # Integers have no -0: adding 0 takes it away.
    found |= {"floor": lambda x: np.floor(x) + 0.0, "ceil": lambda x: np.ceil(x) + 0.0}
    found |= {"round": lambda x: np.rint(x) + 0.0}
    one_by_one = each(lambda *x: singles["total"](x))
    return {**found, "total": lambda terms: total(terms, one_by_one)}


def each(function: Callable[..., float], direct: Callable[..., float] | None = None) -> Callable[..., Any]:
    """Return a function of numbers as one of columns: not a number where it has no value.

    `direct` computes the same numbers faster, where it does not raise.
    """
    import numpy as np

    refused = refusing(function)
    fast = direct or function

    def tolerant(*x: float) -> float:
        try:
            return refused(*x)
        except ArithmeticError:  # also `NoValue`
            return math.nan

    def applied(*columns: Any) -> Any:
        arrays = columns if len(columns) == 1 and np.ndim(columns[0]) else np.broadcast_arrays(*columns)
        lists = [np.ravel(array).tolist() for array in arrays]
        try:
            return np.array(list(map(fast, *lists)), float)
        except (ValueError, ArithmeticError):  # of one of many numbers, or a slip, which is raised once more
            return np.array(list(map(tolerant, *lists)), float)

    return applied


def whole(name: str, function: Callable[..., float]) -> Callable[..., Any]:
    """Return a function by its name in the code as one of columns; `function` is that of single numbers."""
    chosen: list[Callable[..., Any]] = []

    def applied(*columns: Any) -> Any:
        if not chosen:  # few are ever called
            chosen.append(_chosen(name, function))
        return chosen[0](*columns)

    return applied


def _chosen(name: str, function: Callable[..., float]) -> Callable[..., Any]:
    import numpy as np

    one_by_one = each(function, DIRECT.get(name))
    if not _is_of_the_library(name):
        return one_by_one
    from .kernels import kernel, number_column

    def applied(x: Any) -> Any:
        if not np.ndim(x):
            return one_by_one(x)
        found = kernel(ARROW[name], number_column(x)).to_numpy()
        if found.dot(found) < math.inf:  # a glance: the square of a number may be too large
            return found
        odd = ~(abs(found) < math.inf)
        if odd.any():
            found = found.copy()
            found[odd] = one_by_one(x[odd])
        return found

    return applied


@functools.lru_cache
def _is_of_the_library(name: str) -> bool:
    """Whether Arrow computes a function as `math` does, to the last bit of 4,000 numbers of all sizes."""
    import numpy as np

    try:
        from .kernels import has_kernel, kernel, number_column
    except ImportError:
        return False
    if name not in ARROW or not has_kernel(ARROW[name]):
        return False
    steps = np.arange(1, 1001) / 1001.0
    sample = np.concatenate([steps, -steps, 1 + 20 * steps, 10.0 ** (600 * steps - 300)])
    found = kernel(ARROW[name], number_column(sample)).to_numpy()
    settled = np.isfinite(found)  # all else is computed by `math` in any case
    return bool(np.all(found[settled] == each(getattr(math, name))(sample[settled])))


def _sigmoid(exp: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def sigmoid(x: Any) -> Any:
        import numpy as np

        small = exp(-abs(x))
        return np.where(x < 0, small / (1 + small), 1 / (1 + small))

    return sigmoid


def _softplus(exp: Callable[[Any], Any], log1p: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def softplus(x: Any) -> Any:
        import numpy as np

        rest = log1p(exp(-abs(x)))
        return np.where(x > 0, x + rest, rest)

    return softplus
