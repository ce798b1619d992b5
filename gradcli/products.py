"""Products and sums in a normal form, and how they become nodes of a graph.

A product is a coefficient and, for each base, an exponent. Nothing that may be undefined is dropped: a base keeps what
its powers ask of it, so that x**2/x stays what it is, and the difference of 1/x and 1/x is 0/x.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .coefficients import SHORT, decimal, exact, is_exact, is_power_of_two, numeral, quotient
from .graph import Builder, Nodes
from .operations import CONSTANT, NUMBER, OPERATIONS
from .rules import Operation

ADD, SUB, MUL, DIV, NEG, POW = (OPERATIONS[name] for name in ("add", "sub", "mul", "div", "neg", "pow"))
POSITIVE = tuple(OPERATIONS[name] for name in ("exp", "exp2", "cosh", "sigmoid", "softplus"))
NOWHERE = (0, 0)
NOT_ZERO, NOT_NEGATIVE = 1, 2  # what a power asks of its base, whatever its exponent has become
FEW = 8  # factors of a product that is compared with others though it stands for itself

Power = tuple[Any, int]  # an exponent, int or Fraction, and what is asked of the base
Key = tuple[tuple[int, Power], ...]


class Product:
    """A coefficient, int or Fraction, times powers of nodes of the new graph, in the order of their appearance."""

    __slots__ = ("coefficient", "factors", "node")

    def __init__(self, coefficient: Any, factors: dict[int, Power], node: int | None = None) -> None:
        self.coefficient = coefficient
        self.factors = factors
        self.node = node

    @property
    def key(self) -> Key:
        """What like terms have in common."""
        return tuple(sorted(self.factors.items())) if len(self.factors) > 1 else tuple(self.factors.items())

    def scaled(self, c: Any) -> Product:
        """Return the product times a number."""
        return self if c == 1 else Product(self.coefficient * c, self.factors)


ONE = Product(1, {})


def asked_by(exponent: Any, flags: int = 0) -> int:
    """Return what a power asks of its base."""
    return flags | (NOT_NEGATIVE if exponent.denominator != 1 else 0) | (NOT_ZERO if exponent < 0 else 0)


class Writer:
    """The new graph: products and sums become nodes in it, equal ones the same node."""

    def __init__(self, *, decimals: bool) -> None:
        self.builder = Builder(share=True)
        self.decimals = decimals
        self._total: dict[int, bool] = {}
        self._expansions: dict[int, Product] = {}  # of bases that are products

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
        return found

    def _is_whole(self, i: int) -> bool:
        n = exact(self.nodes.texts[i]) if self.nodes.operations[i] is NUMBER else None
        return n is not None and n.denominator == 1

    def demands(self, base: int) -> int:
        """Return what powers of a base may ask of it: nothing where it is positive anyway."""
        operation = self.nodes.operations[base]
        if operation is NUMBER:
            return NOT_ZERO if not self.nodes.texts[base].strip("0.") else 0
        return 0 if operation is CONSTANT or operation in POSITIVE else NOT_ZERO | NOT_NEGATIVE

    def apply(self, operation: Operation, *arguments: int) -> int:
        """Return an operation as a node; arguments are asked first whether they are total, so that nothing recurses."""
        i = self.builder.apply(operation, arguments, NOWHERE)
        self.total(i)
        return i

    def leaf(self, operation: Operation, text: str) -> int:
        """Return an input, numeral or constant."""
        i = self.builder.leaf(operation, text, NOWHERE)
        self._total[i] = True
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
        return text if text is not None and len(text) <= SHORT and is_power_of_two(value.denominator) else None

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
            above.append(self.raised(root, exponent + 1 if whole else exponent))
            below.append(root if whole else base)
        elif exponent:
            above.append(self.raised(root, exponent))
        return above, below

    def node(self, product: Product) -> int:
        """Return a product as a node: numbers first, one line of division, the sign in front."""
        if product.node is None:
            product.node = self._node(product)
        return product.node

    def _node(self, product: Product) -> int:
        above: list[int] = []
        below: list[int] = []
        c = product.coefficient
        negative, c = c < 0, abs(c)
        factors: Iterable[tuple[int, Power]] = product.factors.items()
        if c not in (0, 1) and is_power_of_two(c):  # 2 times 0.1 is 0.2
            for base, (exponent, _) in product.factors.items():
                merged = self._doubled(base, c) if exponent == 1 else None
                if merged is not None:
                    c, above = 1, [merged]
                    factors = [(b, power) for b, power in factors if b != base]
                    break
        for base, (exponent, asked) in factors:
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

    def _doubled(self, base: int, c: Any) -> int | None:
        """Return a numeral that is not computed with, times a power of two; None for another base."""
        if self.nodes.operations[base] is not NUMBER:
            return None
        value = numeral(self.nodes.texts[base])
        text = None if value is None else decimal(value * c)
        return None if text is None or len(text) > SHORT else self.leaf(NUMBER, text)

    # ---- sums

    def base(self, node: int, product: Product | None = None) -> Product:
        """Return a node as a base that stands for itself; `product` is what it is equal to, for comparisons."""
        if product is not None and len(product.factors) <= FEW and product.coefficient:
            self._expansions[node] = self._expanded(product)
        return Product(1, {node: (1, 0)}, node)

    def _expanded(self, product: Product) -> Product:
        """Return a product without bases that are products themselves, if that leaves it short."""
        if not any(base in self._expansions for base in product.factors):
            return product
        result = Factors(self)
        result.take(Product(product.coefficient, {}), 1)
        for base, (exponent, asked) in product.factors.items():
            inner = self._expansions.get(base)
            if inner is not None and exponent.denominator == 1 and exponent and not asked:
                result.take(inner, int(exponent))
            else:
                result.merge(base, exponent, asked)
        found = result.product()
        return found if len(found.factors) <= FEW * FEW else product

    def sum_of(self, terms: Iterable[Product]) -> Product:
        """Return the sum of products as one: like terms merged, a sum of several as a base."""
        places: dict[Key, tuple[int, Any]] = {}
        found: list[Product] = []
        for term in terms:
            expanded = self._expanded(term)
            unit = quotient(expanded.coefficient, term.coefficient) if term.coefficient else 1
            key = expanded.key
            place, first = places.get(key, (-1, unit))
            like = found[place] if place >= 0 else None
            total = None if like is None else quotient(like.coefficient * first + term.coefficient * unit, first)
            if like is not None and is_exact(total):
                found[place] = Product(total, like.factors)
            else:
                places[key] = len(found), unit
                found.append(term)
        if any(not term.coefficient for term in found):
            found = self._without_zeros(found)
        if len(found) == 1:
            return found[0]
        if all(term.coefficient < 0 for term in found):
            return Product(-1, {self._sum([term.scaled(-1) for term in found]): (1, 0)})
        return self.base(self._sum(found))

    def _without_zeros(self, terms: Sequence[Product]) -> list[Product]:
        """Return the terms but those that are 0, unless one of these may be undefined where the others are not."""
        kept = [term for term in terms if term.coefficient]
        asked: dict[int, int] = {}
        for term in kept:
            for base, (exponent, flags) in term.factors.items():
                asked[base] = asked.get(base, 0) | asked_by(exponent, flags)
        for term in terms:
            if not term.coefficient:
                rest = {b: (e, f) for b, (e, f) in term.factors.items()
                        if not (b in asked and asked_by(e, f) & ~asked[b] == 0)}  # fmt: skip
                if (reduced := self.nothing(rest)).factors:
                    kept.append(reduced)
                    for base, (exponent, flags) in reduced.factors.items():
                        asked[base] = asked.get(base, 0) | asked_by(exponent, flags)
        return kept or [Product(0, {})]

    def nothing(self, factors: dict[int, Power]) -> Product:
        """Return 0 times some factors: 0 times those that may be undefined."""
        kept = {}
        for base, (exponent, flags) in factors.items():
            asked = asked_by(exponent, flags) & self.demands(base)
            if asked & NOT_NEGATIVE:
                kept[base] = (exponent, flags)
            elif asked:
                kept[base] = (-1, 0)
            elif not self.total(base):
                kept[base] = (1, 0)
        return Product(0, kept)

    def _sum(self, terms: list[Product]) -> int:
        """Return a sum as a node; it starts with a term without a sign, if there is one."""
        start = next((k for k, term in enumerate(terms) if term.coefficient >= 0), 0)
        result = self.node(terms[start])
        for k, term in enumerate(terms):
            if k != start:
                minus = term.coefficient < 0
                result = self.apply(SUB if minus else ADD, result, self.node(term.scaled(-1) if minus else term))
        return result


class Factors:
    """A product in the making."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.coefficient: Any = 1
        self.factors: dict[int, Power] = {}

    def take(self, product: Product, n: int) -> None:
        """Multiply by a power of a product, n whole and not 0."""
        c = product.coefficient
        if c != 1:
            self._number(c, n)
        for base, (exponent, flags) in product.factors.items():
            asked = asked_by(exponent, flags) | (NOT_ZERO if n < 0 else 0)
            self.merge(base, exponent * n, asked)

    def _number(self, c: Any, n: int) -> None:
        """Multiply by a power of a number, which stays a base of its own where binary64 would round."""
        if c == 0 and n < 0:
            self.merge(self.writer.number(c), n, NOT_ZERO)
            return
        p, q = c.numerator, c.denominator
        if max(abs(p), q).bit_length() * abs(n) < 1000:
            power = c**n if n > 0 else quotient(q**-n, p**-n)
            if is_exact(total := self.coefficient * power):
                self.coefficient = total
                return
        if c < 0 and n % 2:
            self.coefficient = -self.coefficient
        for part, exponent in ((abs(p), n), (q, -n)):
            if part != 1:
                self.merge(self.writer.number(part), exponent, 0)

    def merge(self, base: int, exponent: Any, asked: int) -> None:
        """Multiply by a power of a base; what is `asked` of it by powers that were merged stays asked."""
        before = self.factors.get(base)
        if before is not None:
            asked |= asked_by(*before) | asked_by(exponent)
            exponent += before[0]
        asked &= self.writer.demands(base) & ~asked_by(exponent)
        if exponent == 0 and not asked:
            if self.writer.total(base):
                self.factors.pop(base, None)
                return
            asked = NOT_ZERO
        self.factors[base] = exponent, asked

    def product(self) -> Product:
        """Return the product; 0 times something is 0 times what may be undefined in it."""
        if not self.coefficient:
            return self.writer.nothing(self.factors)
        return Product(self.coefficient, self.factors)
