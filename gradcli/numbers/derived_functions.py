"""The functions that follow from comparison, arithmetic and a few others, in any number system.

Each is written in the form that neither overflows nor cancels. A system that can do better has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Function = Callable[..., Any]


class DerivedFunctions:
    """What systems share: they bring the functions and numbers that are declared here."""

    zero: Any
    one: Any
    two: Any
    pi: Function
    exp: Function
    log1p: Function
    sqrt: Function
    erfc: Function
    floor: Function
    less: Function
    equal: Function
    argmax: Function

    def abs(self, x: Any) -> Any:
        """Return the absolute value."""
        return -x if self.less(x, self.zero) else x

    def sign(self, x: Any) -> Any:
        """Return -1, 0 or 1."""
        return -self.one if self.less(x, self.zero) else self.one if self.less(self.zero, x) else self.zero

    def tie_weights(self, v: Any, args: Sequence[Any]) -> list[Any]:
        """Return the local gradients of max and min, one entry per argument.

        The arguments that attain v have equal shares, as those of PyTorch's `amax` have; the others have None.
        """
        attained = [self.equal(x, v) for x in args]
        part = self.one / sum(attained)
        return [part if here else None for here in attained]

    def logaddexp(self, *args: Any) -> Any:
        """Return log of the sum of exp, factored by the largest argument, so that nothing overflows.

        (Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions, 2021.)
        """
        k = self.argmax(args)
        rest = [x for j, x in enumerate(args) if j != k]
        return args[k] + self.log1p(self.sum([self.exp(x - args[k]) for x in rest]))

    def softmax(self, v: Any, args: Sequence[Any]) -> list[Any]:
        """Return the local gradients of logaddexp, one entry per argument: exp(x) over the sum of them all."""
        largest = args[self.argmax(args)]
        weights = [self.exp(x - largest) for x in args]
        total = self.sum(weights)
        return [weight / total for weight in weights]

    def sigmoid(self, x: Any) -> Any:
        """Return 1/(1 + exp(-x)), by the form that does not overflow."""
        if self.less(x, self.zero):
            small = self.exp(x)
            return small / (1 + small)
        return 1 / (1 + self.exp(-x))

    def softplus(self, x: Any) -> Any:
        """Return log(1 + exp(x)), by the form that does not overflow."""
        if self.less(self.zero, x):
            return x + self.log1p(self.exp(-x))
        return self.log1p(self.exp(x))

    def normal_cdf(self, x: Any) -> Any:
        """Return the distribution function of the standard normal distribution (Abramowitz and Stegun 26.2.29)."""
        return self.erfc(-x / self.sqrt(self.two)) / 2

    def normal_pdf(self, x: Any) -> Any:
        """Return the density of the standard normal distribution (Abramowitz and Stegun 26.2.1)."""
        return self.exp(-(x * x) / 2) / self.sqrt(2 * self.pi())

    def inverse_square(self, x: Any) -> Any:
        """Return 1/x**2 in the order that does not overflow."""
        inverse = 1 / x
        return inverse * inverse

    def inverse_one_plus_square(self, x: Any) -> Any:
        """Return 1/(1 + x**2)."""
        return 1 / (1 + x * x)

    def floor_divide(self, x: Any, y: Any) -> Any:
        """Return floor(x/y)."""
        return self.floor(x / y)

    def mod(self, x: Any, y: Any) -> Any:
        """Return x - y*floor(x/y)."""
        return x - y * self.floor_divide(x, y)

    def sum(self, terms: Sequence[Any]) -> Any:
        """Return the sum of the terms."""
        return sum(terms, self.zero)

    def dot(self, xs: Sequence[Any], ys: Sequence[Any]) -> Any:
        """Return the sum of the products of two vectors."""
        return self.sum([x * y for x, y in zip(xs, ys, strict=True)])
