"""What looks along axes: products, extremes, norms, softmax, running sums, sorting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from ..calculus.operations import ABS, HYPOT, LOGADDEXP, MAX, MIN, MUL, NEG
from ..calculus.table_parts import Operation
from . import places as at
from .array import Array, Number
from .axes import Axis, chosen_axes, one_axis, reduced
from .entrywise import Entrywise


class Reducing(Entrywise):
    """The functions of rules that look along axes."""

    def max(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the largest entries."""
        return self.reduce(x, axis, keep, lambda terms: self._of_several(MAX, terms))

    def min(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the smallest entries."""
        return self.reduce(x, axis, keep, lambda terms: self._of_several(MIN, terms))

    def _of_several(self, operation: Operation, terms: Sequence[Number]) -> Number:
        return terms[0] if len(terms) == 1 else self.apply(operation, *terms)

    def prod(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the product."""
        return self.reduce(x, axis, keep, self.product)

    def product(self, terms: Sequence[Number]) -> Number:
        """Return the product of some numbers."""
        found = terms[0]
        for x in terms[1:]:
            found = self.apply(MUL, found, x)
        return found

    def others(self, x: Array, axis: Axis = None) -> Array:
        """Return for every entry the product of the others, without a division: from the left times from the right."""

        def rule(terms: list[Number]) -> list[Number]:
            before, after = [self._one], [self._one]
            for left, right in zip(terms[:-1], terms[:0:-1], strict=True):
                before.append(self.apply(MUL, before[-1], left))
                after.append(self.apply(MUL, after[-1], right))
            return [self.apply(MUL, a, b) for a, b in zip(before, after[::-1], strict=True)]

        return self.rewrite(x, axis, rule)

    def norm(self, x: Array, axis: Axis = None, keep: Any = False) -> Array:
        """Return the square root of the sum of squares."""
        return self.reduce(x, axis, keep, lambda terms: self.apply(HYPOT, *terms) if len(terms) > 1
                           else self.apply(ABS, terms[0]))  # fmt: skip

    def unit(self, x: Array, v: Array, axis: Axis = None) -> Array:
        """Return x over its norm v, and 0 where the norm is."""
        S, found = self.S, list(x.entries)
        for group, size in zip(at.groups(x.shape, chosen_axes(x.shape, axis)), v.entries, strict=True):

            def rule(terms: list[Number], size: Number = size) -> list[Number]:
                if size is None:
                    return [None] * len(terms)
                if S.equal(size, S.zero):
                    self.kinks.append((HYPOT, 0))
                    return [self._zero] * len(terms)
                return [term / size for term in terms]

            terms = [x.entries[k] for k in group]
            for k, share in zip(group, self.together(HYPOT, group[0], rule, terms), strict=True):
                found[k] = share
        return self.make(x.shape, found)

    def ties(self, x: Array, v: Array, axis: Axis = None) -> Array:
        """Return equal shares of 1 for the entries of x that are its extreme v along the axes, 0 for the others."""
        S = self.S
        found = list(x.entries)
        groups = at.groups(x.shape, chosen_axes(x.shape, axis))
        for entry, (group, extreme) in enumerate(zip(groups, v.entries, strict=True)):

            def rule(terms: list[Number], extreme: Number = extreme, entry: int = entry) -> list[Number]:
                if extreme is None:
                    return [None] * len(terms)
                tied = [S.equal(x, extreme) for x in terms]
                many = sum(tied)
                if not many:  # of plain binary64: one of the terms is no number, and so is the extreme
                    return [extreme] * len(terms)
                if many > 1:
                    self.kinks.append((MAX, entry))
                share = self._one if many == 1 else self._one / many
                return [share if is_tied else self._zero for is_tied in tied]

            for k, share in zip(group, self.together(MAX, entry, rule, [x.entries[k] for k in group]), strict=True):
                found[k] = share
        return self.make(x.shape, found)

    def cumsum(self, x: Array, axis: int = -1, reverse: bool = False) -> Array:
        """Return the sum of all entries so far along an axis, from the end with `reverse`."""

        def rule(terms: list[Number]) -> list[Number]:
            return list(accumulate(terms, lambda so_far, x: self.add_up([so_far, x])))

        def backwards(terms: list[Number]) -> list[Number]:
            return rule(terms[::-1])[::-1]

        return self.rewrite(x, axis, backwards if reverse else rule)

    # ---- softmax and its kin

    def logsumexp(self, x: Array, axis: int = -1, keep: Any = False) -> Array:
        """Return log of the sum of exp along an axis."""
        return self.reduce(x, axis, keep, lambda terms: self._of_several(LOGADDEXP, terms))

    def softmax(self, x: Array, axis: int = -1) -> Array:
        """Return exp(x) over the sum of exp(x) along an axis."""
        return self.rewrite(x, axis, self.shares, LOGADDEXP)

    def shares(self, terms: Sequence[Number]) -> Sequence[Number]:
        """Return exp of each number over the sum of all exp."""
        return self.S.softmax(None, terms) if len(terms) > 1 else [self._one]

    def log_softmax(self, x: Array, axis: int = -1) -> Array:
        """Return x - logsumexp(x) along an axis."""
        return self.rewrite(x, axis, self.log_shares, LOGADDEXP)

    def log_shares(self, terms: Sequence[Number]) -> Sequence[Number]:
        """Return the log of each share: of the largest -log(1 + the sum of exp(x - largest)), which does not cancel."""
        S = self.S
        if len(terms) == 1:
            return [self._zero]
        largest = S.argmax(terms)
        top = terms[largest]
        own = -S.log1p(S.sum([S.exp(x - top) for k, x in enumerate(terms) if k != largest]))
        return [own if k == largest else x - top + own for k, x in enumerate(terms)]

    def cross_entropy(self, z: Array, y: Array, axis: int = -1) -> Array:
        """Return -log(softmax(z)) at the label of each vector along an axis."""
        axis = one_axis(z.shape, axis)
        found: list[Number] = []
        for group, label in zip(at.groups(z.shape, [axis]), self.labels(y), strict=True):
            logs = self.together(LOGADDEXP, len(found), self.log_shares, [z.entries[k] for k in group])
            found.append(self.apply(NEG, logs[label]))
        shape: Any = reduced(z.shape, [axis])
        return self.make(shape, found)

    def residual(self, z: Array, y: Array, axis: int = -1) -> Array:
        """Return softmax(z) - onehot(y), at the label as minus the sum of the others, which does not cancel."""
        axis = one_axis(z.shape, axis)
        found = list(z.entries)
        for group, label in zip(at.groups(z.shape, [axis]), self.labels(y), strict=True):

            def rule(terms: list[Number], label: int = label) -> list[Number]:
                shares = list(self.shares(terms))
                shares[label] = self._zero
                shares[label] = -self.S.sum(shares)
                return shares

            for k, share in zip(
                group, self.together(LOGADDEXP, group[0], rule, [z.entries[k] for k in group]), strict=True
            ):
                found[k] = share
        return self.make(z.shape, found)

    # ---- sorting

    def sort(self, x: Array, axis: int = -1) -> Array:
        """Return the entries along an axis from the smallest to the largest."""
        return self.rewrite(x, axis, self.order_of, MAX)

    def order_of(self, terms: Sequence[Number]) -> Sequence[Number]:
        """Return some numbers from the smallest to the largest."""
        return [terms[k] for k in self.order(terms)]

    def order(self, terms: Sequence[Number]) -> list[int]:
        """Return the positions of some numbers from the smallest to the largest; tied ones keep their order."""
        from functools import cmp_to_key

        S = self.S
        about = [S.approximate(x) for x in terms]
        order = sorted(range(len(terms)), key=about.__getitem__)
        if all(S.surely_less(terms[a], terms[b]) for a, b in pairwise(order)):
            return order

        def compared(a: int, b: int) -> int:
            x, y = terms[a], terms[b]
            return 0 if x is y or S.equal(x, y) else -1 if S.less(x, y) else 1

        return sorted(range(len(terms)), key=cmp_to_key(compared))

    def unsort(self, g: Array, x: Array, v: Array, axis: int = -1) -> Array:
        """Return the entries of g in the places where those of sort(x) stand in x; tied places share equally."""
        S, found = self.S, list(g.entries)
        for group in at.groups(x.shape, [one_axis(x.shape, axis)]):
            ups = [g.entries[k] for k in group]

            def rule(terms: list[Number], ups: list[Number] = ups, group: Sequence[int] = group) -> list[Number]:
                order = self.order(terms)
                shares: list[Number] = [None] * len(terms)
                start = 0
                while start < len(order):
                    end = start + 1
                    while end < len(order) and S.equal(terms[order[start]], terms[order[end]]):
                        end += 1
                    share = self.add_up(ups[start:end])
                    if end - start > 1:
                        share = None if share is None else share / (end - start)
                        self.kinks.append((MAX, group[order[start]]))
                    for k in order[start:end]:
                        shares[k] = share
                    start = end
                return shares

            for k, share in zip(group, self.together(MAX, group[0], rule, [x.entries[k] for k in group]), strict=True):
                found[k] = share
        return self.make(g.shape, found)
