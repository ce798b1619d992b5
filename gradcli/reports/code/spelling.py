"""How languages write formulas: a function without an entry is called as its row of the table is."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...calculus.operations import CONSTANT, NEG, POW, WHERE
from ...calculus.table_parts import Operation
from ...language.writing import ATOM, Notation, pieces, precedence
from .helpers import helpers

# What is spelled with a function that may be too large for binary64, which is an error in Python.
OVERFLOWING = ("exp", "expm1", "exp2", "sinh", "cosh", "gelu", "elu", "silu")
CHOICE = 1  # how tightly a choice binds: as loosely as a comparison
CONDITION, THEN, OTHERWISE = range(3)  # the arguments of a choice


class Spelling(NamedTuple):
    """What a language calls things.

    `prefix` is what its functions begin with, but for those that are `built_in`; `module` has to be imported for them.
    `called` has those with another name, `signs` the operators. `choice` is what stands between the parts of a choice,
    which are in `order`. `reserved` are names that no variable can have.
    """

    name: str
    prefix: str
    module: str
    built_in: frozenset[str]
    called: Mapping[str, str]
    constants: Mapping[str, str]
    signs: Mapping[str, str]
    order: tuple[int, int, int]
    choice: tuple[str, str]
    reserved: frozenset[str]
    negates_powers: bool  # whether -x**2 can be written without parentheses

    def function(self, operation: Operation) -> str:
        """Return what a function of the table is called."""
        if operation.name in self.built_in or operation.name in helpers(self.name):
            return operation.name
        return f"{self.prefix}{self.called.get(operation.name, operation.name)}"

    def needs(self, operation: Operation) -> str:
        """Return what has to be there where an operation is written: one of the helpers, a module, or "" for nothing.

        A numeral needs nothing, and neither does what is written with signs.
        """
        if operation is CONSTANT:
            return self.module
        if operation.is_leaf or operation.symbol or operation is WHERE or operation.name in self.built_in:
            return ""
        return operation.name if operation.name in helpers(self.name) else self.module

    def notation(self) -> Notation:
        """Return how formulas are put together."""
        return Notation(self._pieces, lambda row: CHOICE if row is WHERE else precedence(row), self._leaf)

    def _leaf(self, operation: Operation, text: str, label: str) -> str:
        if operation is CONSTANT:
            return self.constants[text]
        return numeral(text)

    def _pieces(self, operation: Operation, precedences: Sequence[int]) -> list[str | int]:
        if operation is WHERE:
            first, second, third = (self._part(k, precedences[k]) for k in self.order)
            return [*first, self.choice[0], *second, self.choice[1], *third]
        if operation is NEG and precedences[0] == POW.precedence and not self.negates_powers:
            return ["-(", 0, ")"]
        if operation.symbol:
            is_close = operation is POW and min(precedences) == ATOM and self.negates_powers
            sign = self.signs.get(operation.symbol, operation.symbol)
            return pieces(operation, precedences, sign if is_close else f" {sign} ")
        out: list[str | int] = [f"{self.function(operation)}("]
        for position in range(len(precedences)):
            out += [", ", position] if position else [position]
        return [*out, ")"]

    def _part(self, position: int, binding: int) -> list[str | int]:
        """Return a part of a choice: another choice stands in parentheses but at the end."""
        is_inner = position == THEN and binding == CHOICE
        return ["(", position, ")"] if is_inner else [position]


def numeral(text: str) -> str:
    """Return a numeral as every language reads it: without zeros in front, which would make it octal. Names stay."""
    return re.sub(r"^0+(?=\d)", "", text)


PYTHON_WORDS = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins)])
PYTHON = Spelling(
    "python", "math.", "math", frozenset(["abs", "max", "min", "round"]), {"real_power": "pow"},
    {"pi": "math.pi", "e": "math.e", "tau": "math.tau"},
    {}, (THEN, CONDITION, OTHERWISE), (" if ", " else "), PYTHON_WORDS, True,
)  # fmt: skip
JAVASCRIPT_WORDS = frozenset(" ".join([
    "abstract arguments await boolean break byte case catch char class const continue debugger default delete do",
    "double else enum eval export extends false final finally float for function goto if implements import in",
    "instanceof int interface let long native new null package private protected public return short static super",
    "switch synchronized this throw throws transient true try typeof undefined var void volatile while with yield",
    "Array Boolean Date Error Infinity JSON Map Math NaN Number Object Promise RegExp Set String Symbol console",
    "document exports global globalThis isFinite isNaN module parseFloat parseInt process require self window",
]).split())  # fmt: skip
JAVASCRIPT = Spelling(
    "javascript", "Math.", "", frozenset(), {"real_power": "pow"},
    {"pi": "Math.PI", "e": "Math.E", "tau": "(2 * Math.PI)"},
    {"==": "===", "!=": "!=="}, (CONDITION, THEN, OTHERWISE), (" ? ", " : "),
    JAVASCRIPT_WORDS, False,
)  # fmt: skip
