"""The language of arrays as functions of Python: over NumPy, over autograd, or over arrays of exact dual numbers.

Written from the manual alone, without a look at the rows of the second table.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any


def with_dual(method: Callable[[Dual, Dual], Any]) -> Callable[[Dual, Any], Any]:
    """Return a method that takes any number; NumPy spreads it over an array."""

    def taken(self: Dual, other: Any) -> Any:
        return NotImplemented if getattr(other, "shape", ()) else method(self, dual(other))

    return taken


class Dual:
    """A fraction and its derivative in one direction: forward mode in exact numbers."""

    def __init__(self, x: Fraction, d: Fraction) -> None:
        self.x, self.d = x, d

    def __neg__(self) -> Dual:
        return Dual(-self.x, -self.d)

    def __abs__(self) -> Dual:
        return self if self.x > 0 else -self

    def __pow__(self, n: int) -> Dual:
        return Dual(self.x**n, n * self.x ** (n - 1) * self.d if n else Fraction(0))

    __add__ = __radd__ = with_dual(lambda a, b: Dual(a.x + b.x, a.d + b.d))
    __sub__ = with_dual(lambda a, b: Dual(a.x - b.x, a.d - b.d))
    __rsub__ = with_dual(lambda a, b: b - a)
    __mul__ = __rmul__ = with_dual(lambda a, b: Dual(a.x * b.x, a.x * b.d + a.d * b.x))
    __truediv__ = with_dual(lambda a, b: Dual(a.x / b.x, (a.d * b.x - a.x * b.d) / b.x**2))
    __rtruediv__ = with_dual(lambda a, b: b / a)
    __lt__ = with_dual(lambda a, b: a.x < b.x)
    __gt__ = with_dual(lambda a, b: a.x > b.x)
    __le__ = with_dual(lambda a, b: a.x <= b.x)
    __ge__ = with_dual(lambda a, b: a.x >= b.x)


def dual(x: Any) -> Dual:
    if hasattr(x, "item"):  # a number of NumPy
        x = x.item()
    return x if isinstance(x, Dual) else Dual(Fraction(x), Fraction(0))


def language(np: Any) -> dict[str, Any]:
    """Return the functions of the language over a module that is NumPy or like it."""

    def reduction(f: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, axis=None, keep=0: f(x, axis=axis, keepdims=bool(keep))

    def entries(x: Any, axis: Any) -> int:
        axes = range(x.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
        return math.prod(x.shape[a] for a in axes)

    def mean(x: Any, axis: Any = None, keep: int = 0) -> Any:
        return np.sum(x, axis=axis, keepdims=bool(keep)) / entries(x, axis)

    def var(x: Any, axis: Any = None, keep: int = 0) -> Any:
        return mean((x - mean(x, axis, 1)) ** 2, axis, keep)

    def extreme(whole: Callable[..., Any], entry: Callable[..., Any]) -> Callable[..., Any]:
        def f(x: Any, *others: Any, axis: Any = None, keep: int = 0) -> Any:
            for y in others:
                x = entry(x, y)
            return x if others else whole(x, axis=axis, keepdims=bool(keep))

        return f

    largest = extreme(np.max, np.maximum)

    def logsumexp(x: Any, axis: int = -1, keep: int = 0) -> Any:
        top = largest(x, axis=axis, keep=1)
        found = top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True))
        return found if keep else np.sum(found, axis=axis)

    def log_softmax(x: Any, axis: int = -1) -> Any:
        return x - logsumexp(x, axis, 1)

    def pick(x: Any, y: Any) -> Any:
        return x[y] if x.ndim == 1 else x[np.arange(len(y)), y]

    def cross_entropy(z: Any, y: Any) -> Any:
        logs = log_softmax(z)
        kind = getattr(getattr(y, "dtype", None), "kind", "i" if isinstance(y, int) else "f")
        return -pick(logs, y) if kind == "i" else -np.sum(y * logs, axis=-1)

    def det(a: Any) -> Any:
        n = a.shape[0]
        total = 0
        for order in itertools.permutations(range(n)):
            swaps = sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
            term = a[0, order[0]]
            for i in range(1, n):
                term = term * a[i, order[i]]
            total = total + term * (-1) ** swaps
        return total

    def inv(a: Any) -> Any:
        n = a.shape[0]
        if n == 1:
            return 1 / a
        others = [np.array([k for k in range(n) if k != i]) for i in range(n)]
        minors = [[det(a[others[j]][:, others[i]]) * (-1) ** (i + j) for j in range(n)] for i in range(n)]
        return np.stack([np.stack(row) for row in minors]) / det(a)

    def sort(x: Any, axis: int = -1) -> Any:
        if x.ndim == 1:
            return np.sort(x)
        turned = np.swapaxes(x, axis, -1)
        rows = np.reshape(turned, (-1, turned.shape[-1]))
        return np.swapaxes(np.reshape(np.stack([np.sort(row) for row in rows]), turned.shape), axis, -1)

    def pad(x: Any, n: int) -> Any:
        for axis in (-1, -2):
            shape = list(x.shape)
            shape[axis] = n
            x = np.concatenate([np.zeros(shape), x, np.zeros(shape)], axis=axis)
        return x

    def windows(x: Any, k: int, stride: int = 1) -> Any:
        last = [range(0, size - k + 1, stride) for size in x.shape[-2:]]
        rows = [np.reshape(x[..., i : i + k, j : j + k], (*x.shape[:-2], k * k)) for i in last[0] for j in last[1]]
        return np.stack(rows, axis=-2)

    def diag(x: Any) -> Any:
        return x[:, None] * np.eye(len(x), dtype=int) if x.ndim == 1 else x[np.arange(len(x)), np.arange(len(x))]

    def logistic(x: Any) -> Any:
        return (np.tanh(x / 2) + 1) / 2

    return {
        **{name: getattr(np, name) for name in ("tanh", "sin", "cos", "exp", "log", "sqrt", "where")},
        "abs": np.abs, "atan": np.arctan, "sigmoid": logistic, "softplus": lambda x: np.log(1 + np.exp(x)),
        "relu": lambda x: np.maximum(x, 0), "clip": lambda x, a, b: np.minimum(np.maximum(x, a), b),
        "sum": reduction(np.sum), "prod": reduction(np.prod), "mean": mean, "var": var, "max": largest,
        "min": extreme(np.min, np.minimum), "norm": lambda x, axis=None, keep=0: np.sqrt(
            np.sum(x * x, axis=axis, keepdims=bool(keep))),
        "logsumexp": logsumexp, "log_softmax": log_softmax, "softmax": lambda x, axis=-1: np.exp(log_softmax(x, axis)),
        "cross_entropy": cross_entropy, "pick": pick, "cumsum": lambda x, axis=-1: np.cumsum(x, axis=axis),
        "sort": sort, "dot": lambda a, b: np.sum(a * b), "outer": lambda a, b: a[:, None] * b,
        "onehot": lambda y, n: np.eye(n, dtype=int)[y], "concat": lambda *xs, axis=0: np.concatenate(xs, axis=axis),
        "stack": lambda *xs: np.stack(xs), "reshape": lambda x, *sizes: np.reshape(x, sizes),
        "flatten": lambda x: np.reshape(x, (-1,)), "permute": lambda x, *axes: np.transpose(x, axes),
        "trace": lambda x: np.sum(diag(x)), "diag": diag, "det": det, "inv": inv, "solve": lambda a, b: inv(a) @ b,
        "logdet": lambda a: np.log(np.abs(det(a))), "pad": pad, "windows": windows,
        "eye": lambda n: np.eye(n, dtype=int), "ones": lambda *sizes: np.ones(sizes, dtype=int),
        "zeros": lambda *sizes: np.zeros(sizes, dtype=int), "size": lambda x, axis=None: np.size(x, axis),
        "array": np.array,
    }  # fmt: skip
