"""The rules of the table as formulas of code: careful where numbers are rounded, and with equal shares at a tie."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from ...calculus.operations import DIV, MAX, MUL, NEG, OPERATIONS, POW
from ...calculus.symbolic import Symbol, Symbols
from ...calculus.table_parts import Operation, no_rule, nothing
from .helpers import helpers

# What rules need beside the functions of the table.
REAL_POWER = Operation("real_power", "x y", no_rule, summary="a power whose exponent need not be a whole number")
SHARE = Operation("share", "x ...", no_rule, summary="1 over how many of the numbers are equal to the first")


ARRAY_LANGUAGES = ("numpy", "torch")  # in which a power that does not exist is not a number


class CodeSymbols(Symbols):
    """The number system whose numbers are formulas of a language."""

    def __init__(self, language: str) -> None:
        super().__init__(careful=True)
        self.language = language
        self.helpers = helpers(language)
        self.extreme = ">"  # how an argument that is chosen compares with the others

    def value(self, operation: Operation, arguments: Sequence[Symbol]) -> Symbol:
        """Return what an operation computes: a call of it, or its rule where the language has no such function."""
        if operation is POW:
            return self.pow(*arguments)
        if operation is NEG and (twice := self.parts(arguments[0], NEG)):
            return twice[0]  # --2 would be a decrement
        if operation.symbol or operation.name in self.helpers:
            return self.apply(operation, *arguments)
        found: Symbol = operation.value(self, *arguments)
        return found

    def flow(
        self, operation: Operation, position: int, g: Symbol, v: Symbol, arguments: Sequence[Symbol]
    ) -> Symbol | None:
        """Return what flows to an argument: the upstream gradient g times the local gradient; None for a step."""
        slope = self.slope(operation, position, v, arguments)
        return None if slope is None else self._times(g, slope)

    def slope(
        self, operation: Operation, position: int, v: Symbol, arguments: Sequence[Symbol], *, as_taught: bool = False
    ) -> Symbol | None:
        """Return the local gradient of an argument, None for a step; `as_taught` chooses the form of courses."""
        if operation.jacobian_row is not None:
            self.extreme = ">" if operation is MAX else "<"
            by_convention = operation.kink is not None and operation.kink.zero_by_convention
            if by_convention and self.language in ARRAY_LANGUAGES:  # no entry is divided by 0, which warns
                v, by_convention = self.where(self.equal(v, self.zero), self.one, v), False
            found = self.symbol(operation.jacobian_row(self, v, arguments)[position])
            return self.where(self.equal(v, self.zero), self.zero, found) if by_convention else found
        partial = operation.partials[position]
        if partial.rule is nothing:
            return None
        rule = (operation.written if as_taught else None) or partial.rule
        if partial.inactive_where is None:
            return self.symbol(rule(self, v, *arguments))
        condition = partial.inactive_where(self, v, *arguments)
        if self.numeral(condition.left) is not None:
            return None if self.surely(condition) else self.symbol(rule(self, v, *arguments))
        if self.language in ARRAY_LANGUAGES:  # which compute both branches: 0 has no logarithm, nor power -1, but 1 has
            base, exponent = arguments
            safe = self.where(condition, self.one, condition.left)
            if condition.left == base:
                return self.symbol(rule(self, v, safe, exponent))
            return self.mul(exponent, self.pow(base, safe - 1))
        return self.where(condition, self.zero, self.symbol(rule(self, v, *arguments)))

    def _times(self, g: Symbol, local: Symbol) -> Symbol:
        """Return a product in the order in which it is written by hand: dy * 2 * x."""
        factors = self.parts(local, MUL)
        if factors and self.numeral(factors[0]) is not None and not self.parts(factors[0], NEG):
            return self.apply(MUL, self.apply(MUL, g, factors[0]), factors[1])
        return self.mul(g, local)

    def pow(self, x: Any, y: Any) -> Symbol:
        """Return x**y. Where y may be a fraction, no language is to answer with a complex number."""
        n = self.numeral(y)
        if (n is not None and n == int(n)) or self.language in ARRAY_LANGUAGES:
            return super().pow(x, y)
        return self.apply(REAL_POWER, x, y)

    def tie_weights(self, v: Any, args: Sequence[Any]) -> list[Any]:
        """Return the local gradients of max and min: tied arguments share equally."""
        if len(args) == 2:
            tied = self.where(self.equal(*args), self.one / 2, self.zero)
            return [self.where(self._comparison(self.extreme, x, y), self.one, tied) for x, y in (args, args[::-1])]
        return [
            self.where(self.equal(x, v), self.apply(SHARE, x, *args[:k], *args[k + 1 :]), self.zero)
            for k, x in enumerate(args)
        ]

    def inverse_square(self, x: Any) -> Symbol:
        """Return 1/x**2, of a function that has a reciprocal by that one."""
        reciprocal = _reciprocals().get(self._operation(x))
        if reciprocal is None or reciprocal.name not in self.helpers:
            return super().inverse_square(x)
        return self.pow(self.apply(reciprocal, *(self.parts(x, self._operation(x)) or ())), self.two)


@cache
def _reciprocals() -> dict[Operation, Operation]:
    """Return the rows that are 1 over another row, by that other one: sech by cosh."""
    found = {}
    for row in OPERATIONS.values():
        if row.is_function and row.arity == 1:
            S = Symbols()
            quotient = S.parts(row.value(S, S.variable("x")), DIV)
            if quotient is not None and S.numeral(quotient[0]) == 1:
                found[S.builder.nodes.operations[quotient[1].node]] = row
    return found
