"""An example of every operation of the table: a program without inputs, and its value as worked out by hand.

It is shown by `gradcli rules`, and each is run by a test. A value that ends in `...` is cut after twelve decimals.
"""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, str]] = {
    "add": ("2 + 3", "5"),
    "sub": ("2 - 3", "-1"),
    "mul": ("2 * 3", "6"),
    "div": ("7 / 4", "1.75"),
    "neg": ("-(2 - 5)", "3"),
    "pow": ("2**(-3)", "0.125"),
    "sin": ("sin(pi/6)", "0.5"),
    "cos": ("cos(2*pi/3)", "-0.5"),
    "tan": ("tan(3*pi/4)", "-1"),
    "asin": ("asin(1/2)", "0.523598775598..."),  # pi/6
    "acos": ("acos(-1/2)", "2.094395102393..."),  # 2*pi/3
    "atan": ("atan(-1)", "-0.785398163397..."),  # -pi/4
    "atan2": ("atan2(1, -1)", "2.356194490192..."),  # 3*pi/4: the point (-1, 1)
    "sinh": ("sinh(log(2))", "0.75"),  # (2 - 1/2)/2
    "cosh": ("cosh(log(2))", "1.25"),  # (2 + 1/2)/2
    "tanh": ("tanh(log(2))", "0.6"),  # 0.75/1.25
    "asinh": ("asinh(3/4)", "0.693147180559..."),  # log(2)
    "acosh": ("acosh(5/4)", "0.693147180559..."),
    "atanh": ("atanh(3/5)", "0.693147180559..."),
    "exp": ("exp(2*log(3))", "9"),
    "expm1": ("expm1(log(3))", "2"),
    "exp2": ("exp2(-2)", "0.25"),
    "log": ("log(e**3)", "3"),
    "log1p": ("log1p(e - 1)", "1"),
    "log2": ("log2(1/8)", "-3"),
    "log10": ("log10(1000)", "3"),
    "sqrt": ("sqrt(49/4)", "3.5"),
    "cbrt": ("cbrt(-27)", "-3"),
    "abs": ("abs(-3)", "3"),
    "sign": ("sign(-3)", "-1"),
    "floor": ("floor(-1.5)", "-2"),
    "ceil": ("ceil(-1.5)", "-1"),
    "round": ("round(2.5)", "2"),
    "max": ("max(1, 4, 2)", "4"),
    "min": ("min(3, 1, 2)", "1"),
    "hypot": ("hypot(3, 4)", "5"),
    "sum": ("sum(1/2, 1/3, 1/6)", "1"),
    "dot": ("dot(1, 2, 3, 4)", "14"),  # 1*2 + 3*4
    "logaddexp": ("logaddexp(log(2), log(3))", "1.609437912434..."),  # log(5)
    "sigmoid": ("sigmoid(log(3))", "0.75"),  # 1/(1 + 1/3)
    "softplus": ("softplus(log(3))", "1.386294361119..."),  # log(4)
    "relu": ("relu(-3)", "0"),
    "leaky_relu": ("leaky_relu(-3)", "-0.03"),
    "elu": ("elu(-log(2))", "-0.5"),
    "gelu": ("gelu(1)", "0.841344746068..."),  # from a table of the normal distribution
    "silu": ("silu(log(3))", "0.823959216501..."),  # 0.75*log(3)
    "erf": ("erf(1)", "0.842700792949..."),
    "erfc": ("erfc(1)", "0.157299207050..."),
    "erfinv": ("erfinv(1/2)", "0.476936276204..."),
    "gamma": ("gamma(5)", "24"),  # 4!
    "lgamma": ("lgamma(5)", "3.178053830347..."),  # log(24)
    "digamma": ("digamma(1)", "-0.577215664901..."),  # less Euler's constant
    "polygamma": ("polygamma(1, 1)", "1.644934066848..."),  # pi**2/6
    "mod": ("mod(-7, 3)", "2"),
    "sec": ("sec(pi/3)", "2"),
    "csc": ("csc(pi/6)", "2"),
    "cot": ("cot(3*pi/4)", "-1"),
    "sech": ("sech(log(2))", "0.8"),
    "csch": ("csch(log(3))", "0.75"),
    "coth": ("coth(log(3))", "1.25"),
    "asec": ("asec(2)", "1.047197551196..."),  # pi/3
    "acsc": ("acsc(2)", "0.523598775598..."),  # pi/6
    "acot": ("acot(-1)", "2.356194490192..."),  # 3*pi/4
    "asech": ("asech(4/5)", "0.693147180559..."),  # log(2)
    "acsch": ("acsch(3/4)", "1.098612288668..."),  # log(3)
    "acoth": ("acoth(5/4)", "1.098612288668..."),
    "lt": ("where(2 < 2, 10, 20)", "20"),
    "le": ("where(2 <= 2, 10, 20)", "10"),
    "gt": ("where(2 > 2, 10, 20)", "20"),
    "ge": ("where(2 >= 2, 10, 20)", "10"),
    "eq": ("where(2 == 2, 10, 20)", "10"),
    "ne": ("where(2 != 2, 10, 20)", "20"),
    "where": ("where(3 > 2, 10, 1/0)", "10"),
}
