"""The functions that code for columns calls: whole columns of NumPy, with the very numbers that single rows give.

NumPy computes what IEEE 754 rounds correctly (+ - * /, sqrt, comparisons). Its functions differ from those of `math` in
their last digits. Those of Arrow are the C library's, as those of `math` are: where a sample shows that, they are used,
and else `math` is applied to each number. Sums are correctly rounded by arithmetic on whole columns.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

from ..numbers.error_arithmetic import UNIT
from ..numbers.refusing import refusing
from .compiled import single
from .tracing import CALLED

# What `math` computes as well, only that it raises where the result is beyond binary64: then each number is looked at.
DIRECT = {"exp": math.exp, "expm1": math.expm1, "cosh": math.cosh, "sinh": math.sinh}
ARROW = {name: name for name in (
    "exp", "expm1", "log1p", "log2", "log10", "sin", "cos", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
    "acosh", "atanh",
)} | {"log": "ln"}  # fmt: skip
SAFE_SUM = 1e-280  # of what rounding took from a sum: its own rounding error underflows below


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


def total(terms: Sequence[Any], one_by_one: Callable[..., Any]) -> Any:
    """Return the correctly rounded sums of columns, row by row; `one_by_one` sums the rows that are left over.

    The rounding errors of the additions are exact (Knuth's TwoSum), and so is s + their sum up to a rest that is
    bounded (Ogita, Rump and Oishi, Accurate sum and dot product, 2005). The sum is settled where that rest moves
    nothing.
    """
    import numpy as np

    shape = np.broadcast_shapes(*map(np.shape, terms))
    if not shape:
        return total([np.reshape(x, 1) for x in terms], one_by_one)[0]
    s = np.array(np.broadcast_to(terms[0], shape), float)
    more, part, error, other = (np.empty(shape) for _ in range(4))
    lost, much = np.zeros(shape), np.zeros(shape)
    for x in terms[1:]:
        _two_sum(s, x, more, part, error, other)
        lost += error
        much += np.absolute(error, out=error)
        s, more = more, s
    found = more
    rest = _two_sum(s, lost, found, part, error, other)
    doubt = np.multiply(much, 2 * len(terms) * UNIT, out=other)
    settled = np.add(np.add(rest, doubt, out=part), found, out=part) == found
    settled &= np.add(np.subtract(rest, doubt, out=part), found, out=part) == found
    settled &= found != 0.0
    settled &= (much > SAFE_SUM) | (much == 0.0)
    if not settled.all():
        rows = np.flatnonzero(~settled)
        columns = [np.broadcast_to(x, shape)[rows] for x in terms]
        inexact = ~(_exact(columns, much[rows]) & (found[rows] != 0.0))
        if inexact.any():
            found[rows[inexact]] = one_by_one(*(column[inexact] for column in columns))
    return found


def _two_sum(a: Any, b: Any, found: Any, part: Any, error: Any, other: Any) -> Any:
    """Return what rounding takes from a + b, in `error`, and put the sum into `found`; the others are for work."""
    import numpy as np

    np.add(a, b, out=found)
    np.subtract(found, a, out=part)
    np.subtract(b, part, out=other)
    np.subtract(found, part, out=part)
    np.subtract(a, part, out=error)
    return np.add(error, other, out=error)


def _exact(columns: Sequence[Any], much: Any) -> Any:
    """Return where the rounding errors of a sum, `much` in all, were themselves added without one.

    They are multiples of the last place of the smallest term, and so are all sums of them. A sum that lies half way
    between two floats, which no bound of an error can settle, is settled so.
    """
    import numpy as np

    least = np.full(len(much), math.inf)
    for x in columns:
        size = abs(x)
        np.minimum(least, np.where(size == 0.0, math.inf, size), out=least)
    return much < np.spacing(least) * 2.0**52
