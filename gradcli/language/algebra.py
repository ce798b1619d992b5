"""The algebra of formulas: powers of one base are merged, like terms are merged, and nothing undefined is dropped.

0 times what may be undefined is not 0: the difference of 1/x and 1/x is 0/x. It is dropped where another part of the
same sum or product is undefined at the same points, as x/x + log(x) is 1 + log(x).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..calculus.folding import is_exact, quotient
from ..calculus.operations import ADD, SUB
from .powers import NOT_NEGATIVE, NOT_ZERO, Asked, Power, Powers, Product, Writer, asked_by

FEW_FACTORS = 8  # factors of a product that is compared with others though it stands for itself
FEW_TERMS = 8  # the same of a sum
THERE = 4  # said of a node that is computed in any case


class Algebra(Writer):
    """Sums and products in their normal form. With `spread`, short sums are merged into the sums that use them."""

    def __init__(self, *, decimals: bool, spread: bool = False) -> None:
        super().__init__(decimals=decimals)
        self.spread = spread
        self._expansions: dict[int, Product] = {}  # of bases that are products
        self._terms: dict[int, list[Product]] = {}  # of bases that are sums

    def base(self, node: int, product: Product | None = None) -> Product:
        """Return a node as a base that stands for itself; `product` is what it is equal to, for comparisons."""
        if product is not None and len(product.factors) <= FEW_FACTORS and product.coefficient:
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
        return found if len(found.factors) <= FEW_FACTORS * FEW_FACTORS else product

    def sum_of(self, terms: Iterable[Product]) -> Product:
        """Return the sum of products as one: like terms merged, a sum of several as a base."""
        found = self._merged(self._spread(terms) if self.spread else terms)
        if any(not t.coefficient or any(asked for _, asked in t.factors.values()) for t in found):
            found = self._merged(self._relaxed(found)) or [Product(0, {})]
        if len(found) == 1:
            return found[0]
        if all(term.coefficient < 0 for term in found):
            return Product(-1, {self._sum([term.scaled(-1) for term in found]): (1, 0)})
        return self.base(self._sum(found))

    def _spread(self, terms: Iterable[Product]) -> Iterable[Product]:
        """Yield the terms, a number times a short sum term by term."""
        for term in terms:
            (base, power), *others = term.factors.items() or [(-1, (0, 0))]
            parts = None if others or power != (1, 0) else self._terms.get(base)
            if parts is None:
                yield term
            else:
                yield from (part.scaled(term.coefficient) for part in parts)

    def _merged(self, terms: Iterable[Product]) -> list[Product]:
        """Return the terms without like ones."""
        places: dict[Powers, tuple[int, Any]] = {}
        found: list[Product] = []
        zeros: set[Powers] = set()
        for term in terms:
            if not term.coefficient:
                if term.key not in zeros:
                    zeros.add(term.key)
                    found.append(term)
                continue
            expanded = self._expanded(term)
            unit = quotient(expanded.coefficient, term.coefficient)
            key = expanded.key
            place, first = places.get(key, (-1, unit))
            like = found[place] if place >= 0 else None
            total = None if like is None else quotient(like.coefficient * first + term.coefficient * unit, first)
            if like is not None and is_exact(total):
                found[place] = Product(total, like.factors)
            else:
                places[key] = len(found), unit
                found.append(term)
        return found

    def _relaxed(self, terms: Sequence[Product]) -> list[Product]:
        """Return the terms, asking nothing that the others ask as well; what is 0 then is left out."""
        counts: dict[tuple[int, int], int] = {}
        for term in terms:
            self._count(term, counts, 1)
        found = []
        for term in terms:
            if not term.coefficient or any(asked for _, asked in term.factors.values()):
                self._count(term, counts, -1)
                factors = {}
                for base, (exponent, asked) in term.factors.items():
                    others = sum(flag for flag in (NOT_ZERO, NOT_NEGATIVE, THERE) if counts.get((base, flag)))
                    power = self._less_asked(base, exponent, asked, others, vanishing=not term.coefficient)
                    if power is not None:
                        factors[base] = power
                term = Product(term.coefficient, factors) if term.coefficient else self.nothing(factors)
                self._count(term, counts, 1)
            if term.coefficient or term.factors:
                found.append(term)
        return found

    def _less_asked(self, base: int, exponent: Any, asked: int, others: int, *, vanishing: bool) -> Power | None:
        """Return a power without what is asked by others anyway; None if nothing is left of it."""
        there = self.total(base) or others & THERE
        if vanishing and there and not asked_by(exponent, asked) & self.demands(base) & ~others:
            return None
        asked &= ~others
        return None if exponent == 0 and not asked and there else (exponent, asked | (0 if exponent else NOT_ZERO))

    def _count(self, term: Product, counts: dict[tuple[int, int], int], by: int) -> None:
        """Count what a term is certain of."""
        for base, (exponent, asked) in term.factors.items():
            parts: Asked = {base: asked_by(exponent, asked) | THERE}
            for part, flags in (*parts.items(), *self.sure(base).items()):
                for flag in (NOT_ZERO, NOT_NEGATIVE, THERE):
                    if flags & flag:
                        counts[part, flag] = counts.get((part, flag), 0) + by

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
        if len(terms) <= FEW_TERMS:
            self._terms[result] = terms
        return result


class Factors:
    """A product in the making."""

    def __init__(self, writer: Algebra) -> None:
        self.writer = writer
        self.coefficient: Any = 1
        self.factors: dict[int, Power] = {}

    def take(self, product: Product, n: int, below: int = 0) -> None:
        """Multiply by a power of a product, n whole and not 0; `below` is what is asked of it besides."""
        c, below = product.coefficient, below | asked_by(n)
        if c != 1:
            self._number(c, n, below)
        for base, (exponent, flags) in product.factors.items():
            self.merge(base, exponent * n, asked_by(exponent, flags) | below)

    def _number(self, c: Any, n: int, below: int) -> None:
        """Multiply by a power of a number, which stays a base of its own where binary64 would round."""
        if c == 0 and below:
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
        if any(asked for _, asked in self.factors.values()):
            self._relax()
        return Product(self.coefficient, self.factors)

    def _relax(self) -> None:
        """Ask nothing of a base that another one asks as well: log(x)*x/x is log(x)."""
        for base, (exponent, asked) in list(self.factors.items()):
            if asked:
                sure = 0
                for other in self.factors:
                    sure |= self.writer.sure(other).get(base, 0)
                if not asked & ~sure:
                    del self.factors[base]
                    if exponent:
                        self.factors[base] = exponent, 0
