"""Symbols as numbers: the rules of the table, run on the nodes of a second graph, yield formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from ..numbers.systems import FLOAT, System
from .building import NOWHERE, Builder
from .folding import decimal, is_binary, is_exact, is_power_of_two, nearly_folded, numeral
from .graph import Node
from .operations import (
    ADD,
    COMPARISONS,
    CONSTANT,
    DIV,
    FUNCTIONS,
    INPUT,
    MUL,
    NEG,
    NUMBER,
    OPERATIONS,
    POW,
    SUB,
    WHERE,
)
from .table_parts import Operation

ABS, SIGN, MAX = OPERATIONS["abs"], OPERATIONS["sign"], OPERATIONS["max"]
MIRRORED = str.maketrans("<>", "><")
FACTORS = 16  # the sign of a longer product is not looked for, or every factor would cost as much as those before it


class Symbol:
    """A node of the second graph, with the arithmetic of numbers; 0, 1 and signs are simplified away."""

    __slots__ = ("node", "system")

    def __init__(self, system: Symbols, node: int) -> None:
        self.system = system
        self.node = node

    def __add__(self, other: Any) -> Symbol:
        return self.system.add(self, self.system.symbol(other))

    def __radd__(self, other: Any) -> Symbol:
        return self.system.add(self.system.symbol(other), self)

    def __sub__(self, other: Any) -> Symbol:
        return self.system.sub(self, self.system.symbol(other))

    def __rsub__(self, other: Any) -> Symbol:
        return self.system.sub(self.system.symbol(other), self)

    def __mul__(self, other: Any) -> Symbol:
        return self.system.mul(self, self.system.symbol(other))

    def __rmul__(self, other: Any) -> Symbol:
        return self.system.mul(self.system.symbol(other), self)

    def __truediv__(self, other: Any) -> Symbol:
        return self.system.div(self, self.system.symbol(other))

    def __rtruediv__(self, other: Any) -> Symbol:
        return self.system.div(self.system.symbol(other), self)

    def __neg__(self) -> Symbol:
        return self.system.neg(self)

    def __repr__(self) -> str:
        return f"<symbol {self.node}: {self.system.builder.nodes.operations[self.node].name}>"


class Condition:
    """A comparison of two symbols: what `less` and `equal` return in place of an answer. Only `where` may take it."""

    __slots__ = ("comparison", "left", "right")

    def __init__(self, comparison: Operation, left: Any, right: Any) -> None:
        self.comparison, self.left, self.right = comparison, left, right

    def __bool__(self) -> NoReturn:
        """Raise `TypeError`: a rule that branches would silently take one side."""
        raise TypeError("a symbolic condition has no truth value: choose with S.where")


class Symbols(System):
    """The number system whose numbers are nodes. Equal sub-expressions are one node.

    If it is `careful`, 0 times what may be undefined is not 0.
    """

    name = "symbol"
    decides = False

    def __init__(self, *, careful: bool = False) -> None:
        self.builder = Builder(share=True)
        self.careful = careful
        self.zero, self.one, self.two, self.ten = (self.number(text) for text in ("0", "1", "2", "10"))

    def number(self, text: str) -> Symbol:
        """Return the numeral as a node."""
        return Symbol(self, self.builder.leaf(NUMBER, text, NOWHERE))

    def variable(self, name: str) -> Symbol:
        """Return the input of that name."""
        return Symbol(self, self.builder.leaf(INPUT, name, NOWHERE))

    def constant(self, name: str) -> Symbol:
        """Return pi, e or tau as a node."""
        return Symbol(self, self.builder.leaf(CONSTANT, name, NOWHERE))

    def pi(self) -> Symbol:
        """Return pi as a node."""
        return self.constant("pi")

    def symbol(self, x: Any) -> Symbol:
        """Return x as a symbol; None, where nothing flows, is 0."""
        if isinstance(x, Symbol):
            return x
        if x is None:
            return self.zero
        return self.number(str(x)) if x >= 0 else -self.number(str(-x))

    def apply(self, operation: Operation, *arguments: Any) -> Symbol:
        """Return the operation applied to symbols."""
        nodes = tuple(self.symbol(a).node for a in arguments)
        return Symbol(self, self.builder.apply(operation, nodes, NOWHERE))

    # ---- decisions become conditions

    def less(self, x: Any, y: Any) -> Any:
        """Return the condition x < y."""
        return self._comparison("<", x, y)

    def equal(self, x: Any, y: Any) -> Any:
        """Return the condition x = y."""
        if self._operation(x).is_condition:
            node = self.builder.nodes[x.node]  # a condition is 1: that is the condition itself
            return Condition(node.operation, *(Symbol(self, a) for a in node.arguments))
        return Condition(COMPARISONS["=="], x, y)

    def _operation(self, x: Any) -> Operation:
        return self.builder.nodes[self.symbol(x).node].operation

    def where(self, condition: Any, a: Any, b: Any) -> Symbol:
        """Return a where the condition holds, else b: as a node, or a itself where both are the same node."""
        a, b = self.symbol(a), self.symbol(b)
        if a.node == b.node:
            return a
        return self.apply(WHERE, self.apply(condition.comparison, condition.left, condition.right), a, b)

    def tie_weights(self, v: Any, args: Sequence[Any]) -> list[Any]:
        """Return the local gradients of max and min for a reader: 1 for the last that wins; a point tells of ties."""
        operation = self._operation(v)
        if len(args) == 1:  # in the rule book
            return [self.where(self.equal(args[0], v), self.one, self.zero)]
        sign, weak = (">", ">=") if operation is MAX else ("<", "<=")
        if len(args) == 2:  # one condition for both
            ahead = self._comparison(sign, *args)
            return [self.where(ahead, self.one, self.zero), self.where(ahead, self.zero, self.one)]
        found = []
        for k, x in enumerate(args):
            wins = self.one
            for comparison, others in ((weak, args[:k]), (sign, args[k + 1 :])):
                if others:
                    rival = others[0] if len(others) == 1 else self.apply(operation, *others)
                    wins = self.where(self._comparison(comparison, x, rival), wins, self.zero)
            found.append(wins)
        return found

    def _comparison(self, sign: str, x: Any, y: Any) -> Condition:
        """Return a condition, a numeral on its right."""
        if self.numeral(x) is None:
            return Condition(COMPARISONS[sign], x, y)
        return Condition(COMPARISONS[sign.translate(MIRRORED)], y, x)

    def surely(self, condition: Condition) -> bool:
        """Whether a condition is seen to hold, because it compares numerals."""
        m, n = self.numeral(condition.left), self.numeral(condition.right)
        return m is not None and n is not None and condition.comparison.value(FLOAT, m, n) == 1

    def softmax(self, v: Any, args: Sequence[Any]) -> list[Any]:
        """Return the local gradients of logaddexp as formulas, one per argument."""
        return [self.exp(x - v) for x in args]

    # ---- arithmetic, lightly simplified

    def numeral(self, x: Any) -> Any:
        """Return the int or Fraction that x is written as, or None."""
        nodes, at = self.builder.nodes, self.symbol(x).node  # columns: whole nodes would cost as much as all the rest
        negative = nodes.operations[at] is NEG
        if negative:
            (at,) = nodes.arguments[at]
        if nodes.operations[at] is not NUMBER:
            return None
        value = numeral(nodes.texts[at])
        return -value if negative and value is not None else value

    def parts(self, x: Symbol, operation: Operation) -> tuple[Symbol, ...] | None:
        """Return the arguments of x if it is that operation, else None."""
        nodes = self.builder.nodes
        if nodes.operations[x.node] is not operation:
            return None
        return tuple(Symbol(self, a) for a in nodes.arguments[x.node])

    def folded(self, x: Symbol, y: Symbol, operation: Operation) -> Symbol | None:
        """Return the sum, difference or product of two numerals as a numeral, or None if binary64 would round it."""
        m, n = self.numeral(x), self.numeral(y)
        if m is None or n is None:
            return None
        value = operation.value(self, m, n)
        doubled = operation is MUL and (is_power_of_two(m) or is_power_of_two(n))
        return self._written(value) if doubled or (is_exact(value) and is_binary(m) and is_binary(n)) else None

    def _written(self, value: Any) -> Symbol | None:
        text = decimal(abs(value))
        if text is None:
            return None
        return -self.number(text) if value < 0 else self.number(text)

    def without_sign(self, x: Symbol) -> Symbol | None:
        """Return -x if x starts with a minus sign, else None. The sign of a product stands on its first factor."""
        first, chain = self._first_factor(x)
        minus = self.parts(first, NEG)
        return None if minus is None else self._rebuilt(minus[0], chain)

    def neg(self, x: Symbol) -> Symbol:
        """Return -x, the sign on the first factor of a product."""
        if self.numeral(x) == 0:
            return x
        if (branch := self.parts(x, WHERE)) and 0 in map(self.numeral, branch[1:]):
            return self.apply(WHERE, branch[0], self.neg(branch[1]), self.neg(branch[2]))
        first, chain = self._first_factor(x)
        minus = self.parts(first, NEG)
        return self._rebuilt(self.apply(NEG, first) if minus is None else minus[0], chain)

    def _first_factor(self, x: Symbol) -> tuple[Symbol, list[Node]]:
        """Return the leftmost factor of a product or quotient, and the nodes on the way to it."""
        chain: list[Node] = []
        node, at = self.builder.nodes[x.node], x.node
        while (node.operation is MUL or node.operation is DIV) and len(chain) < FACTORS:
            chain.append(node)
            at = node.arguments[0]
            node = self.builder.nodes[at]
        return Symbol(self, at), chain

    def _rebuilt(self, first: Symbol, chain: list[Node]) -> Symbol:
        for node in reversed(chain):
            second = Symbol(self, node.arguments[1])
            if node.operation is MUL and self.numeral(first) == 1:
                first = second
            else:
                first = self.apply(node.operation, first, second)
        return first

    def add(self, x: Symbol, y: Symbol) -> Symbol:
        """Return x + y; equal terms as 2*x, branches of one condition added branch by branch."""
        if (both := self.folded(x, y, ADD)) is not None:
            return both
        if self.numeral(x) == 0:
            return y
        if self.numeral(y) == 0:
            return x
        if (positive := self.without_sign(y)) is not None:
            return self.sub(x, positive)
        if x.node == y.node:
            return self.mul(self.two, x)
        here, there = self.parts(x, WHERE), self.parts(y, WHERE)
        if here and there and here[0].node == there[0].node:
            a, b = self.add(here[1], there[1]), self.add(here[2], there[2])
            return a if a.node == b.node else self.apply(WHERE, here[0], a, b)
        return self.apply(ADD, x, y)

    def sub(self, x: Symbol, y: Symbol) -> Symbol:
        """Return x - y; 0 for equal terms, unless the system is careful and x may be undefined."""
        if (both := self.folded(x, y, SUB)) is not None:
            return both
        if self.numeral(y) == 0:
            return x
        if self.numeral(x) == 0:
            return self.neg(y)
        if x.node == y.node and self._may_vanish(x):
            return self.zero
        if (positive := self.without_sign(y)) is not None:
            return self.add(x, positive)
        return self.apply(SUB, x, y)

    def mul(self, x: Symbol, y: Symbol) -> Symbol:
        """Return x*y, the sign in front, equal factors as a square."""
        if (both := self.folded(x, y, MUL)) is not None:
            return both
        m, n = self.numeral(x), self.numeral(y)
        if n == 1 or (m == 0 and self._may_vanish(y)):
            return x
        if m == 1 or (n == 0 and self._may_vanish(x)):
            return y
        if (positive := self.without_sign(y)) is not None:
            return self.neg(self.mul(x, positive))
        for here, other, swapped in ((x, y, False), (y, x, True)):
            # What a branch guards stays guarded: where(c, a, 0)*b is where(c, a*b, 0).
            if (branch := self.parts(here, WHERE)) and self._guards(branch):
                guard = [self.numeral(b) for b in branch[1:]]
                product = [b if n == 0 else self.mul(*((other, b) if swapped else (b, other)))
                           for b, n in zip(branch[1:], guard, strict=True)]  # fmt: skip
                return self.apply(WHERE, branch[0], *product)
        for here, other in ((x, y), (y, x)):
            if (quotient := self.parts(here, DIV)) and self.numeral(quotient[0]) in (1, -1):
                ratio = self.div(other, quotient[1])
                return ratio if self.numeral(quotient[0]) == 1 else self.neg(ratio)
        for here, other in ((x, y), (y, x)):
            if (signed := self.parts(here, SIGN)) and signed[0].node == other.node:
                return self.apply(ABS, other)
        if n is not None:
            x, y, m = y, x, n
        if m is None and (inner := self.parts(y, MUL)) and self.numeral(inner[0]) is not None:
            return self.mul(inner[0], self.mul(x, inner[1]))
        if m is not None:
            first, chain = self._first_factor(y)
            if chain and (both := self.folded(x, first, MUL)) is not None:
                return self._rebuilt(both, chain)
        if (power := self._joined(x, y)) is not None:
            return power
        if (inner := self.parts(y, MUL)) and (power := self._joined(x, inner[0])) is not None:
            return self.mul(power, inner[1])
        return self.apply(MUL, x, y)

    def _may_vanish(self, x: Symbol) -> bool:
        """Whether 0*x may be written as 0."""
        return not self.careful or self.builder.nodes.operations[x.node].is_leaf

    def _guards(self, branch: Sequence[Symbol]) -> bool:
        """Whether one of the branches of a `where`, or of a `where` among them, is 0."""
        inner = [b for x in branch[1:] if (parts := self.parts(x, WHERE)) for b in parts[1:]]
        return any(self.numeral(b) == 0 for b in [*branch[1:], *inner])

    def _power(self, x: Symbol) -> tuple[Symbol, int] | None:
        """Return the base and the whole exponent > 0 that x is a power with, or None."""
        if (power := self.parts(x, POW)) is None:
            return x, 1
        n = self.numeral(power[1])
        return (power[0], int(n)) if n is not None and n > 0 and n == int(n) else None

    def _joined(self, x: Symbol, y: Symbol) -> Symbol | None:
        """Return the product of two powers of one base as a power, or None."""
        left, right = self._power(x), self._power(y)
        if left is None or right is None or left[0].node != right[0].node:
            return None
        return self.pow(left[0], self.number(str(left[1] + right[1])))

    def div(self, x: Symbol, y: Symbol) -> Symbol:
        """Return x/y, the sign in front, a divisor taken twice as its square."""
        if self.numeral(y) == 1 or (self.numeral(x) == 0 and not self.careful):
            return x
        if (positive := self.without_sign(y)) is not None:
            return self.neg(self.div(x, positive))
        if (quotient := self.parts(x, DIV)) and quotient[1].node == y.node:
            return self.apply(DIV, quotient[0], self.pow(y, self.two))
        return self.apply(DIV, x, y)

    def pow(self, x: Any, y: Any) -> Symbol:
        """Return x**y; 1 for y = 0, x for y = 1."""
        n = self.numeral(y)
        if n is None and (difference := self.parts(y, SUB)):  # x**2.3 gives x**1.3: what binary64 rounds is harmless
            m, less = (self.numeral(part) for part in difference)
            if m is not None and less is not None and (n := nearly_folded(m, less)) is not None:
                y = self._written(n) or y
        if n == 0:
            return self.one
        return self.symbol(x) if n == 1 else self.apply(POW, x, y)

    def inverse_square(self, x: Any) -> Symbol:
        """Return 1/x**2."""
        return self.div(self.one, self.pow(x, self.two))

    def sum(self, terms: Sequence[Any]) -> Symbol:
        """Return the sum of the terms, one after the other."""
        found = self.zero
        for term in terms:
            found = self.add(found, self.symbol(term))
        return found

    def dot(self, xs: Sequence[Any], ys: Sequence[Any]) -> Symbol:
        """Return the sum of the products of two vectors, one after the other."""
        return self.sum([self.mul(self.symbol(x), self.symbol(y)) for x, y in zip(xs, ys, strict=True)])


def _function(row: Operation) -> Any:
    def call(self: Symbols, *arguments: Any) -> Symbol:
        return self.apply(row, *arguments)

    return call


for _row in (row for row in FUNCTIONS if row.name not in vars(Symbols)):  # these take their arguments in lists
    setattr(Symbols, _row.name, _function(_row))
