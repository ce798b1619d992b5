"""A closer look at what balls leave undecided: numbers that know which fraction they are, and how they were computed.

Two numbers are equal where both are the same fraction, or the same operation of equal numbers: that needs no digits.
The table's rules run over such numbers as over any others, and `max`, `min`, `abs` and `where` hand on the very number
that they chose. Only the nodes that a question depends on are looked at, and only when it is asked.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from typing import Any

from ..errors import LimitError
from .fractions import Exact
from .functions import FUNCTIONS
from .systems import System, Undecided, Unsupported

EXACT_BITS = 4_000  # of a fraction; larger ones are given up
EXACT_WORK = 5_000_000  # bits of all fractions together
FRACTIONS = Exact()


class Known:
    """A number: its ball, the fraction that it is if that is known, and the key that equal computations share."""

    __slots__ = ("S", "ball", "exact", "key")

    def __init__(self, S: Closer, ball: Any, exact: Fraction | None, key: int) -> None:
        self.S = S
        self.ball = ball
        self.exact = exact
        self.key = key

    def __add__(self, other: Any) -> Known:
        return self.S.add(self, self.S.known(other))

    def __radd__(self, other: Any) -> Known:
        return self.S.add(self.S.known(other), self)

    def __sub__(self, other: Any) -> Known:
        return self.S.add(self, -self.S.known(other))

    def __rsub__(self, other: Any) -> Known:
        return self.S.add(self.S.known(other), -self)

    def __mul__(self, other: Any) -> Known:
        return self.S.multiply(self, self.S.known(other))

    def __rmul__(self, other: Any) -> Known:
        return self.S.multiply(self.S.known(other), self)

    def __truediv__(self, other: Any) -> Known:
        return self.S.divide(self, self.S.known(other))

    def __rtruediv__(self, other: Any) -> Known:
        return self.S.divide(self.S.known(other), self)

    def __neg__(self) -> Known:
        return self.S.negate(self)


class Closer(System):
    """The number system of `Known`, over the balls of a forward sweep, which it sharpens where it knows fractions."""

    name = "closer"

    def __init__(self, S: Any, graph: Any, values: list[Any]) -> None:
        self.S = S
        self.graph = graph
        self.values = values
        self._nodes: dict[int, Known | None] = {}
        self._keys: dict[Hashable, int] = {}
        self._negated: dict[int, Known] = {}
        self._room = EXACT_WORK
        self.zero, self.one, self.two, self.ten = (self.fraction(Fraction(x)) for x in (0, 1, 2, 10))

    # ---- nodes

    def operands(self, i: int) -> list[Known | None]:
        """Return the arguments of a node; None for one that does not exist."""
        return [self.result(a) for a in self.graph.nodes.arguments[i]]

    def result(self, i: int) -> Known | None:
        """Return the number of a node; None if it does not exist."""
        pending = [i]
        while pending:
            at = pending[-1]
            unseen = [a for a in self.graph.nodes.arguments[at] if a not in self._nodes]
            pending += unseen
            if not unseen:
                if at not in self._nodes:
                    self._nodes[at] = None if self.values[at] is None else self._computed(at)
                pending.pop()
        return self._nodes[i]

    def _computed(self, i: int) -> Known:
        """Return the number of a node whose arguments are known."""
        operation, arguments, text, _ = self.graph.nodes[i]
        ball = self.values[i]
        if not arguments:
            exact = self.S.fraction(text) if operation.name == "number" else None
            if operation.name == "input":
                exact = self.S.fraction_of(text, ball)
            if exact is not None:
                return self.fraction(exact)
            return Known(self, ball, None, self._key(operation.name, text))
        try:
            found = operation.value(self, *(self._nodes[a] for a in arguments))
        except (Undecided, Unsupported, LimitError):
            return Known(self, ball, None, self._key("node", i))
        if found.exact is None:
            return Known(self, ball, None, found.key)
        self.values[i] = found.ball
        return found

    def _key(self, *computation: Hashable) -> int:
        return self._keys.setdefault(computation, len(self._keys))

    # ---- numbers

    def known(self, x: Any) -> Known:
        """Return a number of a rule, or one of its small integers, as a number of this system."""
        return x if x.__class__ is Known else self.fraction(Fraction(x))

    def fraction(self, exact: Fraction) -> Known:
        """Return the number that a fraction is."""
        return Known(self, self.S.rational(exact), exact, self._key(exact))

    def _exactly(self, function: Callable[..., Any], *args: Known) -> Known | None:
        """Return the result of a function of fractions, or None where that is none, or too long."""
        if self._room < 0 or any(x.exact is None for x in args):
            return None
        try:
            found = function(*(x.exact for x in args))
        except (Unsupported, LimitError, ArithmeticError):
            return None
        bits = max(found.numerator.bit_length(), found.denominator.bit_length())
        self._room -= bits + 64
        return self.fraction(found) if bits <= EXACT_BITS else None

    def add(self, x: Known, y: Known) -> Known:
        """Return x + y; 0 for a number and its opposite."""
        found = self._exactly(operator.add, x, y)
        if found is not None:
            return found
        if x.exact == 0 or y.exact == 0:
            return y if x.exact == 0 else x
        if y.key in self._negated and self._negated[y.key].key == x.key:
            return self.zero
        return Known(self, x.ball + y.ball, None, self._key("add", *sorted((x.key, y.key))))

    def negate(self, x: Known) -> Known:
        """Return -x."""
        if x.exact is not None:
            return self.fraction(-x.exact)
        if x.key not in self._negated:
            opposite = self._negated[x.key] = Known(self, -x.ball, None, self._key("neg", x.key))
            self._negated[opposite.key] = x
        return self._negated[x.key]

    def multiply(self, x: Known, y: Known) -> Known:
        """Return x*y."""
        found = self._exactly(operator.mul, x, y)
        if found is not None:
            return found
        for a, b in ((x, y), (y, x)):
            if a.exact in (0, 1, -1):
                return b if a.exact == 1 else -b if a.exact else self.zero
        return Known(self, x.ball * y.ball, None, self._key("mul", *sorted((x.key, y.key))))

    def divide(self, x: Known, y: Known) -> Known:
        """Return x/y, for a y that is not 0."""
        found = self._exactly(operator.truediv, x, y)
        if found is not None:
            return found
        if y.exact == 1 or x.exact == 0:
            return x
        return self.one if x.key == y.key else Known(self, x.ball / y.ball, None, self._key("div", x.key, y.key))

    def pow(self, x: Known, y: Known) -> Known:
        """Return x**y."""
        if y.exact in (1, 2):
            return x if y.exact == 1 else self._squared(x)
        found = self._exactly(FRACTIONS.pow, x, y)
        return found or Known(self, self.S.pow(x.ball, y.ball), None, self._key("pow", x.key, y.key))

    def _squared(self, x: Known) -> Known:
        product = x * x
        return product if product.exact is not None else Known(self, self.S.pow(x.ball, self.S.two), None, product.key)

    def sum(self, terms: Sequence[Known]) -> Known:
        """Return the sum of the terms."""
        return sum(terms, self.zero)

    # ---- decisions

    def less(self, x: Known, y: Known) -> bool:
        """Whether x < y; raises `Undecided` where nothing tells."""
        if x.key == y.key:
            return False
        if x.exact is not None and y.exact is not None:
            return x.exact < y.exact
        return bool(self.S.less(x.ball, y.ball))

    def equal(self, x: Known, y: Known) -> bool:
        """Whether x = y; raises `Undecided` where nothing tells."""
        if x.key == y.key:
            return True
        if x.exact is not None and y.exact is not None:
            return False
        return bool(self.S.equal(x.ball, y.ball))

    def surely_less(self, x: Known, y: Known) -> bool:
        """Whether x < y for certain."""
        try:
            return self.less(x, y)
        except Undecided:
            return False

    def argmax(self, args: Sequence[Known]) -> int:
        """Return the position of an argument close to the largest."""
        return int(self.S.argmax([x.ball for x in args]))

    # ---- functions

    def max(self, *args: Known) -> Known:
        """Return the largest argument, the very one if that is decided."""
        try:
            return super().max(*args)
        except Undecided:
            return self.function("max", *args)

    def min(self, *args: Known) -> Known:
        """Return the smallest argument, the very one if that is decided."""
        try:
            return super().min(*args)
        except Undecided:
            return self.function("min", *args)

    def abs(self, x: Known) -> Known:
        """Return the absolute value."""
        try:
            return super().abs(x)
        except Undecided:
            return self.function("abs", x)

    def sigmoid(self, x: Known) -> Known:
        """Return 1/(1 + exp(-x))."""
        return self.function("sigmoid", x)

    def softplus(self, x: Known) -> Known:
        """Return log(1 + exp(x))."""
        return self.function("softplus", x)

    def function(self, name: str, *args: Known) -> Known:
        """Return a function of balls, exactly where it is one of fractions."""
        found = self._exactly(getattr(FRACTIONS, name), *args)
        if found is not None:
            return found
        ball = getattr(self.S, name)(*(x.ball for x in args))
        return Known(self, ball, None, self._key(name, *(x.key for x in args)))

    def __getattr__(self, name: str) -> Any:
        # Only reached for functions of the contract that have no method here.
        if name not in FUNCTIONS:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return lambda *args: self.function(name, *args)
