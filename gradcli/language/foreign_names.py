"""The table of foreign names: what people type that means something elsewhere, and what to write instead.

It is asked before a nearest word is looked for, so that no hint names a function that computes something else. What
stands here is written in the language, with `{0}`, `{1}` for the arguments, or `{sum}`, `{product}`, `{list}` for all
of them; where a name means several things, all are offered.
"""

# ruff: noqa: RUF001 - letters of other scripts on purpose

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..calculus.operations import CONSTANTS
from ..calculus.spellings import function
from ..errors import ShellHint
from .european_names import is_word, template_of
from .implied_products import closing

_STEP = "where({0} > 0, 1, 0)"
_SQUARE = "{0}**2"
_CUBE = "{0}**3"
_HARD = "min(max({0}, {1}), {2})"
_CHOICE = "where({0}, {1}, {2})"
_NORMAL = "(1 + erf({0}/sqrt(2)))/2"
_DEGREES = "{0}*pi/180"
_DIFFERENCE = "({0} - {1})**2"
_ROOT = "{0}**(1/{1})"
_CHOOSE = "gamma({0} + 1)/(gamma({1} + 1)*gamma({0} - {1} + 1))"
_LOSS = "-({1}*log({0}) + (1 - {1})*log(1 - {0}))"
_WHOLE = "sign({0})*floor(abs({0}))"

FOREIGN_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "lg": ("log10({0})", "log2({0})"), "lb": ("log2({0})",), "ld": ("log2({0})",), "ln1p": ("log1p({0})",),
    "log_2": ("log2({0})",), "log_10": ("log10({0})",), "exp10": ("10**{0}",), "logn": ("log({0}, {1})",),
    "square": (_SQUARE,), "sqr": (_SQUARE,), "sq": (_SQUARE,), "cube": (_CUBE,), "power": ("{0}**{1}",),
    "root": (_ROOT,), "nthroot": (_ROOT,), "surd": (_ROOT,), "rsqrt": ("1/sqrt({0})",), "cuberoot": ("cbrt({0})",),
    "reciprocal": ("1/{0}",), "recip": ("1/{0}",), "inv": ("1/{0}",), "inverse": ("1/{0}",), "negative": ("-{0}",),
    "neg": ("-{0}",), "add": ("{sum}",), "plus": ("{sum}",), "sub": ("{0} - {1}",), "subtract": ("{0} - {1}",),
    "minus": ("{0} - {1}",), "mul": ("{product}",), "multiply": ("{product}",), "times": ("{product}",),
    "div": ("{0}/{1}",), "divide": ("{0}/{1}",), "prod": ("{product}",), "product": ("{product}",),
    "mean": ("({sum})/{count}",), "avg": ("({sum})/{count}",), "average": ("({sum})/{count}",),
    "norm": ("hypot({list})",), "logsumexp": ("logaddexp({list})",),
    "softmax": ("exp({0})/(exp({0}) + exp({1}))",), "mse": (_DIFFERENCE,), "mse_loss": (_DIFFERENCE,),
    "se": (_DIFFERENCE,), "squared_error": (_DIFFERENCE,), "mae": ("abs({0} - {1})",), "l1_loss": ("abs({0} - {1})",),
    "bce": (_LOSS,), "binary_cross_entropy": (_LOSS,), "cross_entropy": (_LOSS,),
    "huber": ("where(abs({0}) < 1, {0}**2/2, abs({0}) - 1/2)",),
    "logit": ("log({0}/(1 - {0}))",), "logistic": ("sigmoid({0})",), "σ": ("sigmoid({0})",), "sigm": ("sigmoid({0})",),
    "sig": ("sigmoid({0})",), "print": ("{0}",), "disp": ("{0}",), "display": ("{0}",), "echo": ("{0}",),
    "sigma": ("sigmoid({0})",), "sgm": ("sigmoid({0})",), "Σ": ("{sum}",), "Π": ("{product}",), "ramp": ("relu({0})",),
    "sinpi": ("sin(pi*{0})",), "cospi": ("cos(pi*{0})",), "tanpi": ("tan(pi*{0})",), "asind": ("asin({0})*180/pi",),
    "acosd": ("acos({0})*180/pi",), "atand": ("atan({0})*180/pi",), "sine": ("sin({0})",), "cosine": ("cos({0})",),
    "cosin": ("cos({0})",), "tangent": ("tan({0})",), "arccotan": ("acot({0})",), "arccotangent": ("acot({0})",),
    "atn": ("atan({0})",),
    "tgh": ("tanh({0})",), "arcsh": ("asinh({0})",), "arcch": ("acosh({0})",), "arcth": ("atanh({0})",),
    "vers": ("1 - cos({0})",), "exsec": ("1/cos({0}) - 1",), "gd": ("2*atan(tanh({0}/2))",),
    "log1m": ("log1p(-{0})",), "log1pexp": ("softplus({0})",), "xlogy": ("{0}*log({1})",), "celu": ("elu({0})",),
    "prelu": ("max({0}, 0) + {1}*min({0}, 0)",), "relu2": ("max({0}, 0)**2",), "glu": ("{0}*sigmoid({1})",),
    "softmin": ("exp(-{0})/(exp(-{0}) + exp(-{1}))",), "log_softmax": ("{0} - logaddexp({0}, {1})",),
    "logsoftmax": ("{0} - logaddexp({0}, {1})",), "hsigmoid": ("min(max({0}/6 + 1/2, 0), 1)",),
    "trigamma": ("polygamma(1, {0})",),
    "erfcx": ("exp({0}**2)*erfc({0})",), "betaln": ("lgamma({0}) + lgamma({1}) - lgamma({0} + {1})",),
    "rint": ("round({0})",), "nint": ("round({0})",), "square_root": ("sqrt({0})",), "cube_root": ("cbrt({0})",),
    "hardtanh": ("max(-1, min({0}, 1))",), "relu6": ("min(max({0}, 0), 6)",),
    "hardsigmoid": ("min(max({0}/6 + 1/2, 0), 1)",), "hardswish": ("{0}*min(max({0} + 3, 0), 6)/6",),
    "softsign": ("{0}/(1 + abs({0}))",), "tanhshrink": ("{0} - tanh({0})",), "mish": ("{0}*tanh(softplus({0}))",),
    "logsigmoid": ("-softplus(-{0})",), "log_sigmoid": ("-softplus(-{0})",), "leakyrelu": ("leaky_relu({0})",),
    "lrelu": ("leaky_relu({0})",),
    "selu": ("1.0507009873554805*where({0} > 0, {0}, 1.6732632423543772*expm1({0}))",),
    "clip": (_HARD,), "clamp": (_HARD,), "heaviside": (_STEP,), "step": (_STEP,), "H": (_STEP,), "unitstep": (_STEP,),
    "if": (_CHOICE,), "iif": (_CHOICE,), "ifelse": (_CHOICE,), "cond": (_CHOICE,), "piecewise": (_CHOICE,),
    "select": (_CHOICE,),
    "sinc": ("sin({0})/{0}", "sin(pi*{0})/(pi*{0})"), "versin": ("1 - cos({0})",), "haversin": ("(1 - cos({0}))/2",),
    "hav": ("(1 - cos({0}))/2",), "sh": ("sinh({0})",), "ch": ("cosh({0})",), "th": ("tanh({0})",),
    "cth": ("coth({0})",), "arsh": ("asinh({0})",), "arch": ("acosh({0})",), "arth": ("atanh({0})",),
    "sind": ("sin({0}*pi/180)",), "cosd": ("cos({0}*pi/180)",), "tand": ("tan({0}*pi/180)",),
    "rad": (_DEGREES,), "radians": (_DEGREES,), "deg2rad": (_DEGREES,), "deg": ("{0}*180/pi",),
    "degrees": ("{0}*180/pi",), "rad2deg": ("{0}*180/pi",),
    "fact": ("gamma({0} + 1)",), "factorial": ("gamma({0} + 1)",), "Γ": ("gamma({0})",), "psi": ("digamma({0})",),
    "ψ": ("digamma({0})",), "beta": ("gamma({0})*gamma({1})/gamma({0} + {1})",), "binomial": (_CHOOSE,),
    "binom": (_CHOOSE,), "comb": (_CHOOSE,), "choose": (_CHOOSE,), "nCr": (_CHOOSE,),
    "Phi": (_NORMAL,), "Φ": (_NORMAL,), "normcdf": (_NORMAL,), "norm_cdf": (_NORMAL,), "ndtr": (_NORMAL,),
    "normpdf": ("exp(-{0}**2/2)/sqrt(2*pi)",), "probit": ("sqrt(2)*erfinv(2*{0} - 1)",),
    "ndtri": ("sqrt(2)*erfinv(2*{0} - 1)",), "erfcinv": ("erfinv(1 - {0})",),
    "trunc": (_WHOLE,), "fix": (_WHOLE,), "int": (_WHOLE,), "frac": ("{0} - floor({0})",),
    "fmod": ("{0} - {1}*sign({0}/{1})*floor(abs({0}/{1}))",), "rem": ("{0} - {1}*sign({0}/{1})*floor(abs({0}/{1}))",),
    "remainder": ("mod({0}, {1})",), "modulo": ("mod({0}, {1})",), "exponential": ("exp({0})",),
    "logarithm": ("log({0})",), "squareroot": ("sqrt({0})",), "absolute": ("abs({0})",), "modulus": ("abs({0})",),
}  # fmt: skip

# Words that stand between two operands, and after one.
FOREIGN_OPERATORS = {
    "mod": "mod({0}, {1})", "modulo": "mod({0}, {1})", "div": "floor({0}/{1})", "times": "{0}*{1}", "plus": "{0} + {1}",
    "minus": "{0} - {1}", "over": "{0}/{1}", "%": "mod({0}, {1})", "//": "floor({0}/{1})",
}  # fmt: skip
BEHIND = {"squared": "{0}**2", "cubed": "{0}**3", "deg": "({0}*pi/180)", "degrees": "({0}*pi/180)"}

# Names that are no functions.
NOTHING_SUCH = {
    **dict.fromkeys(("inf", "infinity", "Infinity", "oo", "nan", "NaN"), "a value is a finite number"),
    **dict.fromkeys(("True", "true"), "write 1"),
    **dict.fromkeys(("False", "false"), "write 0"),
}
# Functions of elsewhere that the language has nothing for: a name that only looks like one computes something else.
WITHOUT_COUNTERPART = frozenset(
    ("erfi", "gammainc", "zeta", "Ei", "expi", "li", "Si", "Ci", "lambertw", "cosc", "cis",
     "arg", "re", "im", "Re", "Im", "real", "imag", "conj", "phase", "argmax", "argmin", "hardmax", "median", "med",
     "std", "hardshrink", "softshrink", "threshold", "log1mexp", "geglu", "swiglu", "rect", "kron",
     "delta", "dirac", "random", "rand", "dropout", "vec", "batchnorm", "layernorm", "batch_norm", "layer_norm",
     "conv", "conv1d", "conv2d", "maxpool", "max_pool2d", "attention", "pinv", "eig", "svd", "rank", "fft", "arange",
     "linspace", "triu", "tril", "cov", "corr", "kl_div", "vjp", "jvp")
)  # fmt: skip
# What is more often a variable without a value than a function without parentheses.
OFTEN_VARIABLES = frozenset(
    ("sigma", "beta", "psi", "phi", "chi", "xi", "Phi", "mean", "average", "step", "norm", "power", "rad", "deg")
)
OPERATORS_OF_CALCULUS = frozenset(("diff", "derivative", "deriv", "D", "grad", "gradient", "d", "Diff", "Derivative"))
OPTIONS = {
    "hessian": "the option --hessian shows the second derivatives of a program",
    "jacobian": "the option --jacobian shows the derivatives of every output of a program",
}
NO_SUCH_CALCULUS = frozenset(("integrate", "integral", "Integrate", "lim", "limit", "solve", "simplify", "expand"))
NO_INTEGRALS = "gradcli computes values and derivatives only"
MODULES = (
    "np|numpy|math|Math|cmath|torch|tf|jnp|jax|sp|sympy|scipy|special|nn|functional|F|K|keras|mp|mpmath|autograd|linalg"
)
IMAGINARY = frozenset("ijI")
UNKNOWNS = frozenset("xyztuvwabpqrsθ")  # what a glued letter most likely is

_GLUED = re.compile(r"(?:[0-9]+\.?[0-9]*)?[^\W\d](?:_?[0-9]+)?")


def written(template: str, arguments: Sequence[str]) -> str | None:
    """Return a template with arguments in place, in parentheses where needed; None if it takes another number."""
    if "{" not in template:
        return template
    simple = [a if is_atom(a) else f"({a})" for a in arguments]
    wanted = [int(k) for k in re.findall(r"\{(\d)\}", template)]
    if not arguments or (wanted and max(wanted) + 1 != len(arguments)):
        return None
    # An argument that stands alone between parentheses and commas needs none of its own.
    out = re.sub(
        r"(?<=[(,] )\{(\d)\}(?=[,)])|(?<=\()\{(\d)\}(?=[,)])", lambda m: arguments[int(m[1] or m[2])], template
    )
    words = {"{sum}": " + ".join(simple), "{product}": "*".join(simple), "{list}": ", ".join(arguments),
             "{count}": str(len(arguments))}  # fmt: skip
    for word, text in words.items():
        out = out.replace(word, text)
    return re.sub(r"\{(\d)\}", lambda m: simple[int(m[1])], out)


def is_atom(text: str) -> bool:
    """Whether a text is a number, a name, a call or in parentheses as a whole."""
    opened = re.match(r"[\w.]*\(", text)
    return re.fullmatch(r"(?:[^\W²³]|\.)+", text) is not None or (opened and closing(text, opened.end() - 1)) == len(
        text
    )


def _templates(name: str) -> Sequence[str]:
    if base := re.fullmatch(r"log_?([2-9]|[1-9][0-9]+)", name):
        return (f"log({{0}}, {base[1]})",)
    if found := FOREIGN_FUNCTIONS.get(name) or FOREIGN_FUNCTIONS.get(name.lower()):
        return found
    own = None if function(name.lower()) or name in WITHOUT_COUNTERPART else template_of(name)
    return () if own is None else (own,)


def instead_of_word(word: str) -> str | None:
    """Return how a word between two operands, or behind one, is written; None for any other word."""
    if word in BEHIND:
        return BEHIND[word].format("(...)")
    return FOREIGN_OPERATORS[word].format("a", "b") if word in FOREIGN_OPERATORS else None


def instead_of(name: str) -> list[str]:
    """Return what to write for a call of a foreign function; nothing for one that is not in the table."""
    templates = _templates(name)
    stand_ins = ("x > 0", "a", "b") if _CHOICE in templates else ("x", "y", "z")
    found = []
    for template in templates:
        wanted = max(map(int, re.findall(r"\{(\d)\}", template)), default=1) + 1
        shown = template.format(*stand_ins) if template == _CHOICE else written(template, stand_ins[:wanted])
        found.append(shown or template)
    return found


def rewritten(name: str, arguments: Sequence[str]) -> str | None:
    """Return a call of a foreign function as what it stands for, None where that is not one thing."""
    templates = _templates(name)
    if len(templates) != 1 or "{" not in templates[0]:
        return None
    of_many = any(word in templates[0] for word in ("{sum}", "{product}", "{list}"))
    if of_many and len(arguments) == 1 and arguments[0].isidentifier():  # elsewhere it would be a list of numbers
        return None
    return written(templates[0], arguments)


def call_hint(name: str) -> str | None:
    """Return the hint for the call of a function that does not exist here; None for a name not known from elsewhere."""
    if name in OPERATORS_OF_CALCULUS:
        return ShellHint(
            'the command diff derives: gradcli diff "x**2"; or add --grad NAME', "type x**2, then diff derives it"
        )
    if name in OPTIONS:
        return OPTIONS[name]
    if name in NO_SUCH_CALCULUS:
        return NO_INTEGRALS
    ways = instead_of(name)
    if not ways and name in WITHOUT_COUNTERPART:
        return ShellHint(
            *(f"{gradcli}help language lists the functions that there are" for gradcli in ("gradcli ", ""))
        )
    return f"write {' or '.join(ways)}" if ways else None


def name_hint(name: str, bound: Collection[str]) -> str | None:
    """Return the hint for a name without a value; None for a name not known from elsewhere.

    `bound` are the names that have a value.
    """
    if name in NOTHING_SUCH:
        return NOTHING_SUCH[name]
    if name in IMAGINARY:
        return f"numbers are real, there is no imaginary unit; for a variable write {name}=..."
    call = glued(name, bound)
    if call is not None:
        inner = call[call.rindex("(") + 1 : call.index(")")]
        sure = inner in bound or inner[-1:] in UNKNOWNS
        return f"write {call}" if sure else f"write {call}; for a variable {name}=..."
    factors = product_of(name, bound)
    if factors is not None:
        return f"for a product write {factors}; for a variable {name}=..."
    if name in OPERATORS_OF_CALCULUS - {"d", "D"}:
        return call_hint(name)
    if name not in OFTEN_VARIABLES and not is_word(name) and (instead := instead_of(name)):
        return f"write {' or '.join(instead)}; for a variable {name}=..." if len(name) > 2 else None
    return None


def glued(name: str, bound: Collection[str]) -> str | None:
    """Return a name such as sinx or ln2x as the call that it looks like, or None."""
    for cut in range(len(name) - 1, 1, -1):
        head, rest = name[:cut], name[cut:]
        row = function(head)
        if row is not None and row.arity == 1 and (rest in bound or _GLUED.fullmatch(rest)):
            digits = re.match(r"[0-9]+\.?[0-9]*", rest)
            inner = f"{digits[0]}*{rest[digits.end() :]}" if digits and digits.end() < len(rest) else rest
            return f"{head}({inner})"
    return None


def product_of(name: str, bound: Collection[str]) -> str | None:
    """Return a name that is made of names with values as their product, such as x*y for xy, or None."""
    known = {*bound, *CONSTANTS}
    if len(name) > 12:
        return None
    factors: list[str] = []
    while name:
        part = next((name[:k] for k in range(len(name), 0, -1) if name[:k] in known), None)
        if part is None:
            return None
        factors.append(part)
        name = name[len(part) :]
    return "*".join(factors) if len(factors) > 1 and not {*bound}.isdisjoint(factors) else None
