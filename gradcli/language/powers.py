"""Products of powers, and how they become nodes of a graph.

A product is a coefficient and, for each base, an exponent. A base keeps what its powers ask of it whatever its exponent
becomes, so that x**2/x stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..calculus.building import NOWHERE, Builder
from ..calculus.folding import SHORT_CHARACTERS, decimal, exact, is_power_of_two, numeral, quotient
from ..calculus.graph import Nodes
from ..calculus.operations import (
    ADD,
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
from ..calculus.shared_rules import ABOVE_ZERO
from ..calculus.table_parts import Operation

KEEP_SIGN = (ADD, MUL, DIV, POW)  # of positive numbers these are positive
NOT_ZERO, NOT_NEGATIVE = 1, 2  # what a power asks of its base, whatever its exponent has become
_OWN = {DIV: NOT_ZERO, OPERATIONS["sqrt"]: NOT_NEGATIVE} | {
    row: NOT_ZERO | NOT_NEGATIVE for row in FUNCTIONS if row.domain is ABOVE_ZERO
}
FEW_NODES = 8  # nodes that a condition is remembered of
Power = tuple[Any, int]  # an exponent, int or Fraction, and what is asked of the base
Powers = tuple[tuple[int, Power], ...]  # nodes and what they are raised to: what like terms have in common
Asked = dict[int, int]  # what is asked of some nodes


class Product:
    """A coefficient, int or Fraction, times powers of nodes of the new graph, in the order of their appearance."""

    __slots__ = ("coefficient", "factors", "node")

    def __init__(self, coefficient: Any, factors: dict[int, Power], node: int | None = None) -> None:
        self.coefficient = coefficient
        self.factors = factors
        self.node = node

    @property
    def key(self) -> Powers:
        """What like terms have in common."""
        return tuple(sorted(self.factors.items())) if len(self.factors) > 1 else tuple(self.factors.items())

    def scaled(self, c: Any) -> Product:
        """Return the product times a number."""
        return self if c == 1 else Product(self.coefficient * c, self.factors)


def asked_by(exponent: Any, flags: int = 0) -> int:
    """Return what a power asks of its base."""
    return flags | (NOT_NEGATIVE if exponent.denominator != 1 else 0) | (NOT_ZERO if exponent < 0 else 0)


class Writer:
    """The new graph: products and sums become nodes in it, equal ones the same node."""

    def __init__(self, *, decimals: bool) -> None:
        self.builder = Builder(share=True)
        self.decimals = decimals
        self._total: dict[int, bool] = {}
        self._sure: dict[int, Asked] = {}
        self._named: set[int] = set()
        self._positive: set[int] = set()
        self.products: dict[int, Product] = {}  # that nodes were written for

    @property
    def nodes(self) -> Nodes:
        """The nodes so far."""
        return self.builder.nodes

    def total(self, i: int) -> bool:
        """Whether a node has a value for all inputs. Its arguments were asked about before."""
        found = self._total.get(i)
        if found is None:
            operation, arguments = self.nodes.operations[i], self.nodes.arguments[i]
            found = all(self.total(a) for a in arguments)
            if operation is POW:
                found = found and self._is_whole(arguments[1])
            elif operation is DIV:
                found = found and self.demands(arguments[1]) == 0
            else:
                found = found and operation.domain is None
            self._total[i] = found
            if not found:
                self._sure[i] = self._conditions(operation, arguments)
        return found

    def sure(self, i: int) -> Asked:
        """Return what is certain of some nodes where node `i` has a value."""
        return self._sure.get(i, {})

    def _conditions(self, operation: Operation, arguments: tuple[int, ...]) -> Asked:
        found: Asked = {}
        for a in arguments[:1] if operation is WHERE else arguments:
            for base, asked in self.sure(a).items():
                if len(found) < FEW_NODES or base in found:
                    found[base] = found.get(base, 0) | asked
        own = _OWN.get(operation, 0)
        if operation is POW and self._is_fraction(arguments[1]):
            own = NOT_NEGATIVE
        if own:
            base = arguments[1] if operation is DIV else arguments[0]
            for part in self._parts(base) if own == NOT_ZERO else [base]:
                found[part] = found.get(part, 0) | own
        return found

    def _parts(self, i: int) -> list[int]:
        """Return nodes that are not 0 where a product is not."""
        found: list[int] = []
        stack = [i]
        while stack and len(found) < FEW_NODES:
            i = stack.pop()
            found.append(i)
            if self.nodes.operations[i] is MUL:
                stack += self.nodes.arguments[i]
            elif self.nodes.operations[i] is POW:
                stack.append(self.nodes.arguments[i][0])
        return found

    def _is_whole(self, i: int) -> bool:
        n = exact(self.nodes.texts[i]) if self.nodes.operations[i] is NUMBER else None
        return n is not None and n.denominator == 1

    def _is_fraction(self, i: int) -> bool:
        """Whether a node is written as a number that is not whole."""
        if self.nodes.operations[i] is NUMBER:
            return not self._is_whole(i)
        parts = self.nodes.arguments[i] if self.nodes.operations[i] is DIV else ()
        return len(parts) == 2 and all(map(self._is_whole, parts))  # numbers of this kind are in lowest terms

    def demands(self, base: int) -> int:
        """Return what powers of a base may ask of it: nothing where it is positive anyway."""
        if base in self._positive:
            return 0
        return NOT_ZERO if self.nodes.operations[base] is NUMBER else NOT_ZERO | NOT_NEGATIVE

    def apply(self, operation: Operation, *arguments: int) -> int:
        """Return an operation as a node; arguments are asked first whether they are total, so that nothing recurses."""
        i = self.builder.apply(operation, arguments, NOWHERE)
        if operation.is_positive or (operation in KEEP_SIGN and self._positive.issuperset(arguments)):
            self._positive.add(i)
        self.total(i)
        return i

    def leaf(self, operation: Operation, text: str) -> int:
        """Return an input, numeral or constant."""
        i = self.builder.leaf(operation, text, NOWHERE)
        self._total[i] = True
        if operation is CONSTANT or (operation is NUMBER and text.lower().partition("e")[0].strip("0.")):
            self._positive.add(i)
        return i

    # ---- numbers

    def number(self, value: Any) -> int:
        """Return a number as a node: a numeral or a fraction of two."""
        if value < 0:
            return self.apply(NEG, self.number(-value))
        text = self._short(value)
        if text is not None:
            return self.leaf(NUMBER, text)
        return self.apply(DIV, self.leaf(NUMBER, str(value.numerator)), self.leaf(NUMBER, str(value.denominator)))

    def _short(self, value: Any) -> str | None:
        """Return a number >= 0 as one numeral if it is written so."""
        if value.denominator == 1:
            return str(int(value))
        text = decimal(value) if self.decimals else None
        return (
            text if text is not None and len(text) <= SHORT_CHARACTERS and is_power_of_two(value.denominator) else None
        )

    # ---- products

    def raised(self, base: int, exponent: Any) -> int:
        """Return a power; a whole exponent is > 0."""
        return base if exponent == 1 else self.apply(POW, base, self.number(exponent))

    def _powers(self, base: int, exponent: Any, asked: int) -> tuple[list[int], list[int]]:
        """Return the nodes that a power is written with, above and below the line."""
        above: list[int] = []
        below: list[int] = []
        whole = exponent.denominator == 1
        if asked & NOT_NEGATIVE and whole:  # x**0.5*x**0.5 is not x
            root, exponent = self.raised(base, quotient(1, 2)), 2 * exponent
        else:
            root = base
        if exponent < 0:
            below.append(self.raised(root, -exponent))
        elif asked & NOT_ZERO and (whole or exponent > 0):
            above.append(self.raised(root, exponent + 1))
            below.append(root)
        elif exponent:
            above.append(self.raised(root, exponent))
        return above, below

    def node(self, product: Product) -> int:
        """Return a product as a node: numbers first, one line of division, the sign in front."""
        if product.node is None:
            product.node = self._node(product)
            self.products.setdefault(product.node, product)
        return product.node

    def _node(self, product: Product) -> int:
        above: list[int] = []
        below: list[int] = []
        c = product.coefficient
        negative, c = c < 0, abs(c)
        factors: Iterable[tuple[int, Power]] = product.factors.items()
        if negative and (turned := self._turned(product)) is not None:
            negative, factors = False, turned.items()
        if c not in (0, 1) and is_power_of_two(c):  # 2 times 0.1 is 0.2
            for base, power in product.factors.items():
                merged = self._doubled(base, c) if power == (1, 0) else None
                if merged is not None:
                    c, above = 1, [merged]
                    factors = [(b, p) for b, p in factors if b != base]
                    break
        for base, (exponent, asked) in self._ordered(list(factors)):
            up, down = self._powers(base, exponent, asked)
            above += up
            below += down
        if c != 1 and (whole := self._short(c)) is not None:
            above.insert(0, self.leaf(NUMBER, whole))
        elif c != 1:
            p, q = c.numerator, c.denominator
            if p != 1:
                above.insert(0, self.leaf(NUMBER, str(p)))
            below.insert(0, self.leaf(NUMBER, str(q)))
        first = above[0] if above else self.leaf(NUMBER, "1")
        result = self.apply(NEG, first) if negative else first
        for i in above[1:]:
            result = self.apply(MUL, result, i)
        if below:
            divisor = below[0]
            for i in below[1:]:
                divisor = self.apply(MUL, divisor, i)
            result = self.apply(DIV, result, divisor)
        return result

    def _ordered(self, factors: list[tuple[int, Power]]) -> list[tuple[int, Power]]:
        """Return factors with the names in the order of the program, and functions last."""
        operations = self.nodes.operations
        if len(factors) > 1:
            factors.sort(key=lambda factor: operations[factor[0]].is_function)
            places = [k for k, (base, _) in enumerate(factors) if operations[base] is INPUT]
            for k, factor in zip(places, sorted(factors[k] for k in places), strict=True):
                factors[k] = factor
        return factors

    def _turned(self, product: Product) -> dict[int, Power] | None:
        """Return the factors of minus a product, if one of them is the difference of two leaves."""
        for base, power in product.factors.items():
            if power == (1, 0) and self.nodes.operations[base] is SUB:
                a, b = self.nodes.arguments[base]
                if self.nodes.operations[a].is_leaf and self.nodes.operations[b].is_leaf and base not in self._named:
                    other = self.apply(SUB, b, a)
                    if other in product.factors:
                        return None
                    return {other if b == base else b: p for b, p in product.factors.items()}
        return None

    def name(self, i: int, name: str) -> None:
        """Give a node a name of the user's."""
        self.builder.named.setdefault(name, i)
        self._named.add(i)

    def _doubled(self, base: int, c: Any) -> int | None:
        """Return a numeral that is not computed with, times a power of two; None for another base."""
        if self.nodes.operations[base] is not NUMBER:
            return None
        value = numeral(self.nodes.texts[base])
        text = None if value is None else decimal(value * c)
        return None if text is None or len(text) > SHORT_CHARACTERS else self.leaf(NUMBER, text)
