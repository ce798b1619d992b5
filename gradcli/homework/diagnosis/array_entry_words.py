"""How mistakes of the catalogue for numbers are told of arrays: with the function and the names of the program.

{f} is the function, {x} its argument, {v} its value, {g} the gradient that arrives, {y} the other argument.
"""

from __future__ import annotations

from .array_worlds import Edge

# The id of a mistake: the words at one place, and those where it is made at several.
ENTRY_WORDS: dict[str, tuple[str, str]] = {
    "gate-closed": ("0 in the place of the slope of {f}, also where {x} > 0", "0 in the place of the slope of relu"),
    "gate-ignored": ("the slope of {f} left out: {g} passed on also where {x} < 0",
                     "the slope of relu left out: gradients passed on also where it is 0"),
    "gate-value-slope": ("{v} in the place of the slope of {f}", "the value of relu in the place of its slope"),
    "inner-left-out": ("the slope of {f} left out: {g} passed on as it is",
                       "the slope of the activation left out: gradients passed on as they are"),
    "not-differentiated": ("{v} in the place of the slope of {f}", "a function in the place of its derivative"),
    "own-operand": ("{x}, the factor itself, in the place of the other factor {y}",
                    "the factor itself in the place of the other factor"),
    "sigmoid-at-input": ("{x}*(1 - {x}) in the place of {v}*(1 - {v}), the slope of sigmoid",
                         "z*(1 - z) with the input z in the place of the value of sigmoid"),
    "sigmoid-twice": ("the slope of sigmoid taken at {v} and not at {x}",
                      "the slope of sigmoid taken at its value and not at its input"),
    "sigmoid-one-factor": ("one factor of {v}*(1 - {v}) alone, for the slope of sigmoid",
                           "one factor of a*(1 - a) alone, for the slope of sigmoid"),
    "sigmoid-as-tanh": ("1 - {v}**2, the slope of tanh, in the place of the slope of sigmoid",
                        "1 - a**2, the slope of tanh, in the place of the slope of sigmoid"),
    "tanh-not-squared": ("1 - {v} in the place of 1 - {v}**2, the slope of tanh",
                         "1 - a in the place of 1 - a**2, the slope of tanh"),
    "tanh-at-input": ("1 - {x}**2 in the place of 1 - {v}**2, the slope of tanh",
                      "1 - z**2 with the input z in the place of the value of tanh"),
    "tanh-as-sigmoid": ("{v}*(1 - {v}), the slope of sigmoid, in the place of the slope of tanh",
                        "a*(1 - a), the slope of sigmoid, in the place of the slope of tanh"),
    "log-argument": ("{x} in the place of 1/{x}, the slope of {f}", "the argument of a logarithm for 1 over it"),
    "log-itself": ("{v}, or 1 over it, in the place of 1/{x}, the slope of {f}",
                   "the logarithm, or 1 over it, in the place of its slope"),
    "upside-down": ("1 over the slope of {f}", "1 over the slope"),
}  # fmt: skip

# Where the operation is one of two arguments: a product, a quotient, a power.
OF_ONE = {
    "not-differentiated": "{v} itself in the place of its derivative by {x}",
    "upside-down": "1 over the derivative of {v} by {x}",
    "inner-left-out": "the derivative of {v} by {x} left out",
}

# Of values, which have one place.
VALUE_WORDS = {
    "gate-value": "negative entries of {x} kept, which {f} makes 0",
    "sigmoid-tanh-value": "sigmoid for tanh, or tanh for sigmoid",
    "exp-sign": "{f} of -{x}",
}


def entry_words(id: str, edge: Edge) -> str:
    """Return the words of a mistake at an edge, with places of names; "" where the catalogue has the words."""
    words = ENTRY_WORDS.get(id)
    if words is None:
        return ""
    if len(edge.xs) > 1 and id in OF_ONE:
        return OF_ONE[id].format(x=f"$v{edge.a}", v=f"$v{edge.i}")
    other = edge.node.arguments[1 - edge.k] if len(edge.xs) == 2 else edge.a
    return words[0].format(f=edge.name, x=f"$v{edge.a}", v=f"$v{edge.i}", g=f"$g{edge.i}", y=f"$v{other}")
