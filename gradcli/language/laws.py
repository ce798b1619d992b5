"""The rules of differentiation that derivations name: what each says, and an example that is run where it is shown."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..calculus.operations import OPERATIONS


class Law(NamedTuple):
    """One rule: its name, what it says by sentences, other words for it, and a program at a point that needs it.

    Sentences are templates: `{q/u}` stands for the local gradient of q with respect to u, in the signs of the reader.
    `phrase` is what a derivation calls it, where that is not the name. `teaches` completes "the local gradient is ...".
    """

    name: str
    says: tuple[str, ...]
    program: str
    point: dict[str, str]
    words: str = ""
    phrase: str = ""
    teaches: str = ""

    @property
    def called(self) -> str:
        """What a derivation writes behind a line that uses the rule."""
        return self.phrase or self.name

    @property
    def operations(self) -> list[str]:
        """The operations whose local gradients it explains, by their names in the table."""
        rows = [row for row in OPERATIONS.values() if not row.is_leaf]
        return [row.name for row in rows if self.called in (*row.laws, *row.lone_laws)]


LAWS = (
    Law(
        "single-variable chain rule",
        ("Where x reaches f through q alone: df/dx = df/dq · {q/x}.",
         "The upstream gradient times the local gradient."),
        "q = x + y; f = q*z", {"x": "-2", "y": "5", "z": "-4"}, "edge path upstream times",
    ),
    Law(
        "multivariable chain rule",
        ("Where x reaches f through several q: df/dx is the sum of df/dq · {q/x} over all of them.",
         "Every use of x is a branch and brings its share; at a fork the shares add up."),
        "x = a + b; y = b*c; f = x*y", {"a": "2", "b": "3", "c": "-4"},
        "one-of-several branches fork total sum-over-paths",
    ),
    Law(
        "sum rule",
        ("q = u + v: {q/u} = 1 and {q/v} = 1.",
         "In one variable (u + v)' = u' + v'. A sum hands its upstream gradient on to each summand unchanged."),
        "q = x + y; f = q*z", {"x": "-2", "y": "5", "z": "-4"}, "addition plus add",
        teaches="1 for each summand, as a sum hands on what arrives",
    ),
    Law(
        "difference rule",
        ("q = u - v: {q/u} = 1 and {q/v} = -1.", "In one variable (u - v)' = u' - v'."),
        "q = y - t; f = q**2", {"y": "3", "t": "5"}, "subtraction minus",
        teaches="1 for what stands first, -1 for what is subtracted",
    ),
    Law(
        "product rule",
        ("q = u*v: {q/u} = v and {q/v} = u.",
         "In one variable (u*v)' = u'*v + u*v'. The local gradient of each factor is the other factor."),
        "q = w*x; f = q + b", {"w": "2", "x": "-1", "b": "0.5"}, "multiplication times factor",
        teaches="the other factor",
    ),
    Law(
        "constant factor rule",
        ("q = c*u, where c depends on no input: {q/u} = c. So for -u, where c is -1, and for u/c, where it is 1/c.",
         "In one variable (c*u)' = c*u'."),
        "f = 3*x - y/4", {"x": "2", "y": "8"}, "multiple scaling negation",
        teaches="the constant factor, with its sign",
    ),
    Law(
        "quotient rule",
        ("q = u/v: {q/u} = 1/v and {q/v} = -u/v**2.", "In one variable (u/v)' = (u'*v - u*v')/v**2."),
        "f = x/y", {"x": "3", "y": "2"}, "division ratio",
    ),
    Law(
        "reciprocal rule",
        ("q = c/u, where c depends on no input: {q/u} = -c/u**2.", "In one variable (1/u)' = -u'/u**2."),
        "f = 1/x", {"x": "2"}, "inverse division",
    ),
    Law(
        "power rule",
        ("q = u**n: {q/u} = n*u**(n - 1).", "In one variable (u**n)' = n*u**(n - 1)*u'."),
        "f = x**3", {"x": "2"}, "exponent square monomial",
        teaches="the exponent times the power lowered by one",
    ),
    Law(
        "exponential rule",
        ("q = a**u: {q/u} = a**u*log(a), for a > 0.", "In one variable (a**u)' = a**u*log(a)*u'."),
        "f = 2**x", {"x": "3"}, "exponent base",
        teaches="the power itself times the logarithm of its base",
    ),
    Law(
        "conditions",
        ("A comparison is 1 or 0 and changes in steps: its local gradients are 0.",),
        "where(x > 0, x**2, 0)", {"x": "3"}, "comparison step", "a condition is a step: slope 0",
    ),
    Law(
        "branch of a condition",
        ("q = where(c, u, v): {q/u} = 1 and {q/v} = 0 where c holds, the other way round where it does not.",
         "An error in the branch that is not taken is no error."),
        "where(x > 0, x**2, -x)", {"x": "3"}, "where taken if else", "only the branch taken counts",
    ),
    Law(
        "convention at a kink",
        ("A kink is a point with a value and without a derivative. The local gradient there is the usual one: 0 for "
         "abs, sign, floor, ceil, round and relu, an equal share of 1 for each argument of max or min that ties. "
         "Both one-sided derivatives are computed beside it and told in a note.",),
        "abs(x)", {"x": "0"}, "kinks conventions one-sided subgradient tie", "by the convention at the kink",
    ),
    Law(
        "both sides of a kink",
        ("Where the one-sided derivatives of f agree although an operation within it has a kink, what they agree on "
         "is the derivative, and it takes the place of what the convention gives.",),
        "relu(x) - relu(-x)", {"x": "0"}, "kinks agree settled one-sided", "both one-sided derivatives",
    ),
    Law(
        "start of the reverse pass",
        ("df/df = 1: the upstream gradient of the output, or what --upstream says.",),
        "f = x*y", {"x": "3", "y": "4"}, "seed upstream begin", "the reverse pass starts here",
    ),
)  # fmt: skip

IDLE = {"a", "an", "the", "of", "at", "rule", "rules", "law", "laws", "in", "by"}


def laws_named(text: str) -> list[Law]:
    """Return the rule of exactly that name, in a list that is empty where there is none."""
    whole = " ".join(text.lower().split())
    return [law for law in LAWS if whole in (law.name, law.called)]


def laws_called(text: str) -> list[Law]:
    """Return the rules that some words mean: the one of that name, or those whose name or other words begin so.

    The word `rule` alone means all of them. The list is empty where none is meant.
    """
    whole, exact = " ".join(text.lower().split()), laws_named(text)
    if exact or not whole:
        return exact
    wanted = [word for word in re.findall(r"[a-z]+", whole) if word not in IDLE]
    found = []
    for law in LAWS:
        for known in (law.name, f"{law.name} {law.called} {law.words}"):
            words = re.findall(r"[a-z]+", known.lower())
            if all(any(word.startswith(start) for word in words) for start in wanted):
                found.append((known != law.name, law))
                break
    by_name = [law for other, law in found if not other]
    return by_name or [law for _, law in found]
