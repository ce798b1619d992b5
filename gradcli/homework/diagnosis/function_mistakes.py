"""Rows of the catalogue about operations: another one was computed, or none, or its slope was taken by another's rule.

A value by the wrong operation comes in two rows, since some go on with the derivatives of what they computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...calculus.operations import OPERATIONS
from ...calculus.sweeps import local_gradient
from ..claims.items import LOCAL, VALUE
from .replaced_numbers import Number, S, Working
from .wrong_rules import Wrong, WrongRule, by_name, first_negated, local, local_either, local_of, row, value

# What is computed instead, with the words for it.
OTHER_OPERATIONS = {
    "add": {"mul": "multiplying instead of adding", "sub": "subtracting instead of adding"},
    "mul": {"add": "adding instead of multiplying", "div": "dividing instead of multiplying"},
    "div": {"mul": "multiplying instead of dividing"},
}
OTHER_FUNCTIONS = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "tan": "cot", "asin": "acos", "acos": "asin",
}  # fmt: skip
OTHER_CHOICES = {"max": "min", "min": "max"}
ACTIVATIONS = {"sigmoid": "tanh", "tanh": "sigmoid"}
INVERSES = {"exp": "log", "log": "exp", "sin": "asin", "cos": "acos", "tan": "atan", "asin": "sin", "acos": "cos",
            "atan": "tan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}  # fmt: skip
BY_WORDS = {words: name for others in OTHER_OPERATIONS.values() for name, words in others.items()}


def _computed(working: Working, name: str) -> Number:
    """Return what another operation makes of the arguments, None outside its domain."""
    other = OPERATIONS[name]
    if other.domain is not None and not other.domain.holds(S, *working.args):
        return None
    return other.value(S, *working.args)


def other_operation(working: Working) -> Iterator[Wrong]:
    """The value by another operator, with what was done as the tag."""
    for name, words in OTHER_OPERATIONS[working.operation.name].items():
        yield words, _computed(working, name)


def another(others: Mapping[str, str]) -> WrongRule:
    """The value by another function, with its name as the tag."""

    def wrong(working: Working) -> Iterator[Wrong]:
        name = others[working.operation.name]
        yield name, _computed(working, name)

    return wrong


def slopes_of_other(working: Working, tag: str) -> Mapping[int, Number]:
    """The slopes of the operation of a tag."""
    other, args = OPERATIONS[BY_WORDS.get(tag, tag)], working.args
    v = other.value(S, *args)
    found = {k: local_gradient(S, other, k, v, args) for k in range(len(args))}
    return {k: S.zero if slope is None else slope for k, (slope, failure) in found.items() if not failure}


def left_out(working: Working) -> Iterator[Wrong]:
    """The argument as the value of a function, with the function's name as the tag."""
    (x,) = working.args
    yield working.operation.name, x


def slope_of_argument(working: Working, tag: str) -> Mapping[int, Number]:
    """The slope of a function that was left out."""
    return {0: S.one}


def slopes_upside_down(working: Working, tag: str) -> Mapping[int, Number]:
    """The slopes of a quotient upside down."""
    x, y = working.args
    return {0: -y / (x * x), 1: 1 / x}


def second_derivative(working: Working) -> Iterator[Wrong]:
    """The second derivative of a power, sine, cosine or logarithm."""
    name, x = working.operation.name, working.args[0]
    if name == "pow" and working.item.position == 0:
        n = working.args[1]
        yield "", n * (n - 1) * S.pow(x, n - 2)
    elif name != "pow":
        yield "", -1 / (x * x) if name == "log" else -working.v


FUNCTION_VALUES = (
    row("wrong-operation", "another operation in a value", "{tag}", VALUE, "add mul div", other_operation, 2,
        several="the wrong operation"),
    row("wrong-operation-both", "another operation in value and derivatives", "{tag}, in the derivatives too", VALUE,
        "add mul div", other_operation, 3, slopes=slopes_of_other, several="the wrong operation"),
    row("swapped-quotient-both", "quotient upside down, its derivatives too",
        "the quotient upside down, in the derivatives too", VALUE, "div", value(lambda S, x, y: y / x), 3,
        slopes=slopes_upside_down),
    row("function-left-out-value", "function left out of a value", "{tag} left out", VALUE, "smooth", left_out,
        several="the function"),
    row("function-left-out", "function left out of value and derivative", "{tag} left out, of the derivative too",
        VALUE, "smooth", left_out, slopes=slope_of_argument, several="the function"),
    row("max-min", "the other argument of max or min, in the derivatives too",
        "taking the other argument, in the derivatives too", VALUE, "max min", another(OTHER_CHOICES),
        slopes=slopes_of_other),
    row("function-mixed-up-value", "another function in a value", "taking {tag} instead", VALUE,
        " ".join(OTHER_FUNCTIONS), another(OTHER_FUNCTIONS), several="another function"),
    row("function-mixed-up", "another function in value and derivative", "taking {tag} instead, in the derivative too",
        VALUE, " ".join({**OTHER_FUNCTIONS, **ACTIVATIONS}), another({**OTHER_FUNCTIONS, **ACTIVATIONS}), 3,
        slopes=slopes_of_other, several="another function"),
    row("inverse-function-value", "inverse function in a value", "taking the inverse function, {tag}", VALUE,
        " ".join(INVERSES), another(INVERSES), 3, several="every time"),
    row("root-as-square", "square for a root", "the power instead of the root", VALUE, "sqrt cbrt",
        by_name(sqrt=lambda S, v, x: x * x, cbrt=lambda S, v, x: x * x * x), 3),
    row("power-exchanged", "base and exponent exchanged", "base and exponent exchanged", VALUE, "pow",
        value(lambda S, x, n: S.pow(n, x) if n > 0 else None), 3),
    row("gate-closed-value", "open gate taken as closed in a value", "an open gate taken as closed", VALUE, "relu",
        value(lambda S, x: S.zero if x > 0 else None), 3),
)  # fmt: skip

FUNCTION_SLOPES = (
    row("argument-itself", "argument for the derivative", "the argument itself instead of the derivative", LOCAL,
        "smooth add sub hypot", local_of(lambda S, v, args, k: args[k]), 3),
    row("extra-minus", "minus sign too many in a derivative", "a minus sign too many", LOCAL, "sub div",
        first_negated),
    row("sum-as-product", "sum differentiated as a product", "the other term, as if it were a product", LOCAL,
        "add sub", local(lambda S, v, x, y: y, lambda S, v, x, y: x), 3),
    row("quotient-as-product", "quotient differentiated as a product", "the other number, as if it were a product",
        LOCAL, "div", local(lambda S, v, x, y: y, lambda S, v, x, y: x), 3),
    row("quotient-squared", "denominator squared for the numerator", "the denominator squared, without need", LOCAL,
        "div", local(lambda S, v, x, y: 1 / (y * y), None), 3),
    row("quotient-as-numerator", "derivative for the numerator in place of the denominator's",
        "1 over the denominator, as for the numerator", LOCAL, "div", local(None, lambda S, v, x, y: 1 / y), 3),
    row("exponent-alone", "exponent alone", "the exponent alone", LOCAL, "pow", local(lambda S, v, x, n: n, None), 3),
    row("power-lowered-first", "lowered exponent brought down", "the exponent lowered before it was brought down",
        LOCAL, "pow", local(lambda S, v, x, n: (n - 1) * S.pow(x, n - 1), None), 3),
    row("power-as-exponential", "power by the rule for exponentials", "the rule for exponentials used on a power",
        LOCAL, "pow", local(lambda S, v, x, n: v * S.log(x) if x > 0 else None, None), 3),
    row("differentiated-twice", "differentiated twice", "the second derivative", LOCAL, "pow sin cos log",
        second_derivative, 3),
    row("value-squared", "square of the value for the slope", "the square of the value instead of the derivative",
        LOCAL, "tanh sigmoid tan coth", local_either(lambda S, v, x: v * v, lambda S, v, x: -v * v)),
    row("sign-inside", "wrong sign inside a derivative", "a wrong sign inside the derivative", LOCAL,
        "tanh sigmoid asin acos atan asinh acosh atanh softplus",
        by_name(tanh=lambda S, v, x: 1 + v * v, sigmoid=lambda S, v, x: v * (1 + v),
                asin=lambda S, v, x: 1 / S.sqrt(1 + x * x), acos=lambda S, v, x: -1 / S.sqrt(1 + x * x),
                atan=lambda S, v, x: 1 / (1 - x * x),
                asinh=lambda S, v, x: 1 / S.sqrt(1 - x * x) if abs(x) < 1 else None,
                acosh=lambda S, v, x: 1 / S.sqrt(1 + x * x), atanh=lambda S, v, x: 1 / (1 + x * x),
                softplus=lambda S, v, x: S.sigmoid(-x))),
    row("difference-squared", "all of 1 - value squared", "the square of 1 minus the value", LOCAL, "tanh sigmoid",
        local(lambda S, v, x: (1 - v) * (1 - v))),
    row("cosh-not-squared", "cosh not squared", "1/cosh instead of 1/cosh**2", LOCAL, "tanh",
        local(lambda S, v, x: 1 / S.cosh(x))),
    row("root-forgotten", "root of the derivative forgotten", "the root in the derivative forgotten", LOCAL,
        "asin acos asinh acosh",
        by_name(asin=lambda S, v, x: 1 / (1 - x * x), acos=lambda S, v, x: -1 / (1 - x * x),
                asinh=lambda S, v, x: 1 / (1 + x * x), acosh=lambda S, v, x: 1 / (x * x - 1))),
    row("arc-not-squared", "square in the derivative forgotten", "the argument not squared", LOCAL,
        "asin acos atan atanh",
        by_name(asin=lambda S, v, x: 1 / S.sqrt(1 - x), acos=lambda S, v, x: -1 / S.sqrt(1 - x),
                atan=lambda S, v, x: 1 / (1 + x), atanh=lambda S, v, x: 1 / (1 - x)), 3),
    row("root-factor-alone", "factor of the root's slope alone", "the factor of the root's derivative alone", LOCAL,
        "sqrt cbrt", by_name(sqrt=lambda S, v, x: S.one / 2, cbrt=lambda S, v, x: S.one / 3), 3),
    row("root-slope-as-square", "slope of a power for a root", "the rule for the power instead of the root", LOCAL,
        "sqrt cbrt", by_name(sqrt=lambda S, v, x: 2 * x, cbrt=lambda S, v, x: 3 * x * x), 3),
    row("log-of-base", "logarithm of the base in the numerator", "the logarithm of the base in the numerator", LOCAL,
        "log2 log10 exp2", by_name(log2=lambda S, v, x: S.log(S.two) / x, log10=lambda S, v, x: S.log(S.ten) / x,
                                   exp2=lambda S, v, x: v / S.log(S.two))),
    row("max-winner", "nothing to the winner of max or min", "passing no gradient to the winning argument", LOCAL,
        "max min", local_of(lambda S, v, args, k: S.zero if args[k] == v else None)),
    row("gate-product-rule", "half of the product rule", "one term of the product rule left out", LOCAL, "silu gelu",
        by_name(silu=lambda S, v, x: S.sigmoid(x), gelu=lambda S, v, x: S.normal_cdf(x))),
    row("erf-constant", "constant of erf left out", "the factor 2/sqrt(pi) left out", LOCAL, "erf erfc",
        by_name(erf=lambda S, v, x: S.exp(-x * x), erfc=lambda S, v, x: -S.exp(-x * x))),
)  # fmt: skip
