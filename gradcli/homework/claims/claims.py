"""Claims: what a student wrote for an item, read by the grammar of the language and never executed.

A claim is a number or a constant expression (`-0.73`, `1/3`, `pi/4`), a formula in the names of the program (`2*q*z`),
also one of the chain rule (`df/dq*1`), or a word that says there is no such number (`undefined`).
"""

from __future__ import annotations

import math
import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast

from ...calculus.graph import Graph
from ...calculus.sweeps import forward
from ...errors import GradcliError, InputError, MathError, Source
from ...language.names import clip_name
from ...language.syntax import check_numeral, parse
from ...numbers.systems import FLOAT
from ...record.values import NUMERAL
from ...text import did_you_mean
from .chain import derivatives_in, with_definitions
from .decimals import FLOAT_RTOL, constant, numeral
from .items import Item
from .no_numbers import infinite, says_nothing
from .tolerance import Interval, Tolerance, decimal_of

MAX_LENGTH = 2_000
FINITE = "a claim is a finite number, a formula, or undefined"
MANY_FIGURES = 17  # of a number that is not written as a numeral
FEW_DIGITS = 3  # an integer of fewer digits is exact


class Claim(NamedTuple):
    """What a student hands in for one item: its name and the answer, as they were written.

    `fault` says why the answer cannot be read, where that is known already. With `comma` the sheet is known to have
    decimal commas.
    """

    name: str
    text: str
    fault: str = ""
    comma: bool = False


class Number(NamedTuple):
    """A claimed number. `unit` is what one more in its last written digit means, `figures` how many figures count.

    An expression such as 1/3 has the unit 0. `integer` says that it was written without a decimal point. `text` is
    that of a numeral, `graph` that of an expression.
    """

    value: float
    unit: float = 0.0
    figures: int = MANY_FIGURES
    integer: bool = False
    text: str = ""
    graph: Graph | None = None

    @property
    def resolution(self) -> float:
        """Half a unit of the last place; 0 for an expression, and for an integer that is no rounded number."""
        return 0.0 if self.integer and abs(self.value) < 10 ** (FEW_DIGITS - 1) else self.unit / 2

    @property
    def span(self) -> Interval:
        """The number exactly as it was written, or how well it is known."""
        found = numeral(self.text) if self.text else None if self.graph is None else constant(self.graph)
        if found is not None:
            return Interval(found)
        middle = decimal_of(self.value)
        return Interval(middle, abs(middle) * FLOAT_RTOL)

    def is_near(self, t: float, tolerance: Tolerance, exactly: Callable[[], Interval] | None = None) -> bool:
        """Whether it counts as another number, as decimals; `exactly` returns that number where floats cannot tell."""
        sure = tolerance.surely_near(self.value, t)
        if sure is not None:
            return sure
        return tolerance.spans_near(self.span, exactly() if exactly else Interval(decimal_of(t)))


G = TypeVar("G", bound="HasInputs")
Part = TypeVar("Part")


class HasInputs(Protocol):
    """A graph of numbers or of arrays: what a formula needs of it."""

    @property
    def inputs(self) -> dict[str, int]:
        """The nodes of its inputs, by name."""


class AnyFormula(NamedTuple, Generic[G, Part]):
    """A claimed formula: its graph, whose inputs are names of the program; `rounded` if it has a decimal numeral.

    Derivatives that it names, such as df/dq, are inputs of the graph too, called as they are written; `derivatives` has
    the items that they stand for.
    """

    graph: G
    rounded: bool
    derivatives: dict[str, Part]

    @property
    def names(self) -> list[str]:
        """The names of the program that the formula uses."""
        return [name for name in self.graph.inputs if name not in self.derivatives]


class Formula(AnyFormula[Graph, Item]):
    """A claimed formula of numbers."""

    __slots__ = ()


class Absent(NamedTuple):
    """The claim that there is no such number.

    It may be said to be infinite, with the sign `infinite`, ± for either, or to be one number on each side: `sides`.
    """

    infinite: str = ""
    sides: tuple[Number, Number] | None = None


Written = Number | Formula | Absent


Derivatives = Callable[[str], Item | None]


def read_claim(
    text: str, names: Mapping[str, int], definitions: str = "", derivative: Derivatives = lambda name: None
) -> Written:
    """Return what a claim says; `names` are those of the program, `definitions` its functions as text.

    `derivative` returns what a part such as df/dq or local(q,x) stands for, None where it stands for nothing.
    Raises `GradcliError` with the reason why the claim says nothing.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise InputError(f"a claim has at most {MAX_LENGTH:,} characters", kind="claim")
    plain = text if text.isascii() else re.sub("[\u2212\u2010-\u2013]", "-", text)
    if NUMERAL.fullmatch(plain):
        return plain_number(plain)
    if text not in names and (absent := absent_in(text)):
        return absent
    return _expression(text, names, definitions, derivative)


def absent_in(text: str) -> Absent | None:
    """Return the claim that there is no such number, as it is put into words; None for any other."""
    if says_nothing(text):
        return Absent()
    sign = infinite(text)
    return Absent(sign) if sign else None


def plain_number(text: str) -> Number:
    """Return what a numeral says. Raises `InputError` for one beyond the range of binary64."""
    check_numeral(text)
    mantissa, _, exponent = text.lower().lstrip("+-").partition("e")
    whole, point, decimals = mantissa.partition(".")
    digits = (whole + decimals).lstrip("0")
    place = int(exponent or "0") - len(decimals)
    integer = not point and not exponent
    if integer and len(digits) > FEW_DIGITS and digits.endswith("0"):  # 1230 is likely rounded, 100 is not
        digits = digits.rstrip("0")
        place += len(whole.lstrip("0")) - len(digits)
    unit = 10.0**place if place < 308 else 0.0
    return Number(float(text), unit, len(digits), integer, text)


class NoSuchName(InputError):
    """A formula has a name that the program does not have."""


def _expression(text: str, names: Mapping[str, int], definitions: str, derivative: Derivatives) -> Written:
    if ";" in text or "\n" in text:
        raise InputError("a claim is one expression", kind="claim")
    derivatives = derivatives_in(text, names, derivative)
    source = Source("claim", with_definitions(text, definitions, derivatives))
    known = ChainMap[str, Any](derivatives, cast("dict[str, Any]", names))  # no copy of all names for every claim
    graph = parse(source, known, compounds=derivatives)
    if graph.named:
        raise InputError("a claim is one expression without =", kind="claim")
    for name in graph.inputs:
        if name not in names and name not in derivatives:
            from ...language.foreign_names import glued

            call = glued(name, names)
            hint = f"write {call}" if call else did_you_mean(name, list(names))
            if infinite(name):
                hint = FINITE
            raise NoSuchName(f"the program has no {clip_name(name)}", kind="claim", hint=hint)
    if graph.inputs:
        rounded = any("." in node.text for node in graph.nodes if not node.arguments)
        return Formula(graph, rounded, {name: derivatives[name] for name in graph.inputs if name in derivatives})
    values, faults = forward(FLOAT, graph, {})
    if graph.output in faults or not math.isfinite(values[graph.output]):
        overflow = graph.output not in faults or faults[graph.output].kind == "overflow"
        raise MathError("this overflows" if overflow else "this has no value", kind="claim")
    return Number(values[graph.output], graph=graph)


def one_line_reason(error: GradcliError) -> str:
    """Return why a claim cannot be read, in one line."""
    return f"{error.message}; {error.hint}" if error.hint else error.message
