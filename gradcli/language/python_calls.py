"""Calls of Python, NumPy and PyTorch, and what they are in the language: one row per name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..calculus.spellings import function
from .python_text import ATOM, PRODUCT, SIGN, SUM, Piece

# Modules that stand in front of names, under the names that people give them.
MODULES = frozenset(
    ("np", "numpy", "jnp", "jax", "math", "cmath", "torch", "F", "functional", "nn", "special", "linalg", "scipy", "sp",
     "autograd", "anp", "mx", "tf", "keras", "fft")
)  # fmt: skip


class Row(NamedTuple):
    """A call: the template of what it is, and the names of its arguments, with the defaults of those with one.

    In a template {x} is an argument as it stands between commas, {x.} one that something is attached to, {x*} one that
    is multiplied, and {axis} what goes with `axis=` and `keep=`.
    """

    template: str
    arguments: str = "x"
    precedence: int = ATOM


_REDUCED = "x axis? keep?"
# What methods and functions are called by all libraries alike.
CALLS: Mapping[str, Row] = {
    **{name: Row(f"{name}({{x}}{{axis}})", _REDUCED) for name in ("sum", "mean", "max", "min", "prod", "softmax",
                                                                  "log_softmax", "logsumexp", "cumsum", "sort")},
    "amax": Row("max({x}{axis})", _REDUCED), "amin": Row("min({x}{axis})", _REDUCED),
    "average": Row("mean({x}{axis})", _REDUCED), "var": Row("var({x}{axis})", _REDUCED),
    "std": Row("sqrt(var({x}{axis}))", _REDUCED), "norm": Row("norm({x}{axis})", "x p? axis? keep?"),
    "dot": Row("{a*}@{b+}", "a b", PRODUCT), "matmul": Row("{a*}@{b+}", "a b", PRODUCT),
    "mm": Row("{a*}@{b+}", "a b", PRODUCT), "mv": Row("{a*}@{b+}", "a b", PRODUCT),
    "bmm": Row("{a*}@{b+}", "a b", PRODUCT), "vdot": Row("{a*}@{b+}", "a b", PRODUCT),
    "inner": Row("{a*}@{b+}", "a b", PRODUCT), "outer": Row("outer({a}, {b})", "a b"),
    "multiply": Row("{a*}*{b+}", "a b", PRODUCT), "mul": Row("{a*}*{b+}", "a b", PRODUCT),
    "divide": Row("{a*}/{b+}", "a b", PRODUCT), "div": Row("{a*}/{b+}", "a b", PRODUCT),
    "true_divide": Row("{a*}/{b+}", "a b", PRODUCT), "add": Row("{a} + {b*}", "a b", SUM),
    "subtract": Row("{a} - {b*}", "a b", SUM), "sub": Row("{a} - {b*}", "a b", SUM),
    "negative": Row("-{x*}", "x", SIGN), "neg": Row("-{x*}", "x", SIGN),
    "power": Row("{a.}**{b.}", "a b", 5), "pow": Row("{a.}**{b.}", "a b", 5),
    "float_power": Row("{a.}**{b.}", "a b", 5),
    "square": Row("{x.}**2", "x", 5), "reciprocal": Row("1/{x+}", "x", PRODUCT),
    "rsqrt": Row("1/sqrt({x})", "x", PRODUCT),
    "maximum": Row("max({a}, {b})", "a b"), "minimum": Row("min({a}, {b})", "a b"),
    "fmax": Row("max({a}, {b})", "a b"), "fmin": Row("min({a}, {b})", "a b"),
    "clip": Row("clip({x}, {low}, {high})", "x low high"), "absolute": Row("abs({x})"),
    "transpose": Row("{x.}.T"), "t": Row("{x.}.T"), "inv": Row("inv({x})"), "det": Row("det({x})"),
    "inverse": Row("inv({x})"), "solve": Row("solve({a}, {b})", "a b"), "trace": Row("trace({x})"),
    "diag": Row("diag({x})"), "logdet": Row("logdet({x})"), "eye": Row("eye({n})", "n"),
    "flatten": Row("flatten({x})"), "flatten_rows": Row("reshape({x}, size({x}, 0), -1)"),
    "ravel": Row("flatten({x})"), "one_hot": Row("onehot({y}, {n})", "y n"),
    "where": Row("where({c}, {a}, {b})", "c a b"),
    "hypot": Row("hypot({a}, {b})", "a b"), "logaddexp": Row("logaddexp({a}, {b})", "a b"),
    "arctan2": Row("atan2({a}, {b})", "a b"), "atan2": Row("atan2({a}, {b})", "a b"),
    "mod": Row("mod({a}, {b})", "a b"),
    "fmod": Row("{a} - {b*}*sign({a*}/{b+})*floor(abs({a*}/{b+}))", "a b", SUM),  # of the sign of a
    "remainder": Row("mod({a}, {b})", "a b"), "math.log/2": Row("log({x}, {base})", "x base"),
    "math.remainder/2": Row("{a} - {b*}*round({a*}/{b+})", "a b", SUM), "sigmoid": Row("sigmoid({x})"),
    "leaky_relu/2": Row("where({x} > 0, {x}, {negative_slope*}*{x+})", "x negative_slope"),
    "elu/2": Row("where({x} > 0, {x}, {alpha*}*(exp({x}) - 1))", "x alpha"),
    "softplus/2": Row("softplus({beta*}*{x+})/{beta+}", "x beta", PRODUCT),
    "logsigmoid": Row("-softplus(-{x*})", "x", SIGN),
    "linear": Row("{x*}@{w.}.T + {b}", "x w b", SUM), "linear/2": Row("{x*}@{w.}.T", "x w", PRODUCT),
    "cross_entropy": Row("mean(cross_entropy({z}, {y}))", "z y"),
    "nll_loss": Row("-mean(pick({z}, {y}))", "z y", SIGN), "mse_loss": Row("mean(({a} - {b*})**2)", "a b"),
    "l1_loss": Row("mean(abs({a} - {b*}))", "a b"),
    "binary_cross_entropy": Row("-mean({y*}*log({p}) + (1 - {y*})*log(1 - {p*}))", "p y", SIGN),
    "binary_cross_entropy_with_logits": Row("mean(softplus({z}) - {z*}*{y+})", "z y"),
}  # fmt: skip
# Modules of PyTorch without numbers of their own, made first and called later: the functions that they are.
LAYERS: Mapping[str, str] = {
    "CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss", "MSELoss": "mse_loss", "L1Loss": "l1_loss",
    "BCELoss": "binary_cross_entropy", "BCEWithLogitsLoss": "binary_cross_entropy_with_logits", "ReLU": "relu",
    "Sigmoid": "sigmoid", "Tanh": "tanh", "Softmax": "softmax", "LogSoftmax": "log_softmax", "GELU": "gelu",
    "SiLU": "silu", "ELU": "elu", "LeakyReLU": "leaky_relu", "Softplus": "softplus", "Flatten": "flatten_rows",
}  # fmt: skip
PAIRS = ("max", "min", "sort")  # along an axis PyTorch gives their values, and where these stand
# Calls that give back what they are given.
UNCHANGED = frozenset(
    ("array", "asarray", "tensor", "as_tensor", "float", "double", "float64", "float32", "item", "detach", "clone",
     "copy", "contiguous", "astype", "to", "cpu", "numpy", "Value", "Variable", "Parameter", "Tensor", "FloatTensor",
     "DoubleTensor", "LongTensor", "long", "int", "requires_grad_", "tolist", "ascontiguousarray",
     "stop_gradient")
)  # fmt: skip
DRAWN = ("randn", "rand", "random", "normal", "uniform", "randint", "standard_normal")  # at random


def elementwise(name: str) -> str | None:
    """Return the function of the language of that name that takes one number, None where there is none."""
    row = function(name)
    return row.name if row is not None and row.arity == 1 else None


def filled(row: Row, values: Mapping[str, Piece], axis: str) -> Piece:
    """Return a call as its row writes it, with the values of its parameters; `axis` stands for {axis}."""

    def part(found: re.Match[str]) -> str:
        word = found[1]
        if word == "axis":
            return axis
        tight = {".": 8, "*": PRODUCT, "+": PRODUCT + 1}.get(word[-1])
        piece = values[word.rstrip(".*+")]
        return piece.text if tight is None else piece.within(tight)

    return Piece(re.sub(r"\{(\w+[.*+]?)\}", part, row.template), row.precedence)
