"""Formulas in LaTeX, as the language writes them: for hints and claims. A reading may be rash: it is tried then."""

from __future__ import annotations

import re

from .implied_products import NAME
from .lexer import LOOK_ALIKES
from .operands import ROUNDS
from .other_names import GREEK

_LATEX_WORDS = {
    "cdot": "*", "times": "*", "div": "/", "quad": " ", "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "ne": "!=",
    "neq": "!=", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "lvert": "|", "rvert": "|", "vert": "|",
    **dict.fromkeys(("left", "right", "big", "Big", "operatorname", "mathrm", "text", "mathbf", "boxed",
                     "displaystyle"), ""),
    **{name: letter for letter, name in GREEK.items() if letter not in LOOK_ALIKES}, "varepsilon": "ε", "varphi": "φ",
}  # fmt: skip

_DIFFERENTIALS = re.compile(rf"\\[dt]?frac\s*\{{\s*([d∂]{NAME})\s*\}}\s*\{{\s*([d∂]{NAME})\s*\}}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_BESIDE = ("", *"+-=,;*({)}<>&")  # signs that do not reach into a fraction beside them
# An exponent in braces with a factor behind it: it ends where its braces do.
_EXPONENT = re.compile(
    r"(?<!\\)(?<!\\[a-z])(?<!\\[a-z]{2})(?<!\\[a-z]{3})(?<!\\[a-z]{4})(?<!\\[a-z]{5})\^\s*\{([^{}]*)\}"
    r"(?=\s*(?:[A-Za-z0-9(]|\\(?:[dt]?frac|sqrt|exp|ln|log|sinh?|cosh?|tanh?|sigma|left)\b))"
)


def of_latex(text: str) -> str:
    """Return LaTeX as the language writes it."""
    if not re.search(r"\\|\$.*\$|[\^_]\{", text):
        return text
    text = re.sub(r"\\[,;:! ]|\$|\\\(|\\\)|\\\[|\\\]", " ", text).replace(r"\%", "%")
    text = re.sub(r"(?<=[A-Za-z])(?=\\(?:sqrt|log)(?![A-Za-z]))", " ", text)
    text = _DIFFERENTIALS.sub(_fraction, re.sub(r"\\partial\s*", "∂", text))
    for _ in range(ROUNDS):
        before = text
        text = _FRACTION.sub(_fraction, text)
        text = re.sub(r"\\[dt]?frac\s*([0-9])\s*([0-9])", r"(\1/\2)", text)
        text = re.sub(r"\\sqrt\s*\[3\]\s*\{([^{}]*)\}", r"cbrt(\1)", text)
        text = re.sub(r"\\sqrt\s*\[(\w+)\]\s*\{([^{}]*)\}", r"(\2)^(1/\1)", text)
        text = re.sub(r"\\sqrt\s*\{([^{}]*)\}", r"sqrt(\1)", text)
        text = re.sub(
            rf"\\log\s*_\s*(?:\{{([0-9]+)\}}|([0-9]+))\s*(?:\{{([^{{}}]*)\}}|\(([^()]*)\)|({NAME}))",
            r"log(\3\4\5, \1\2)",
            text,
        )
        text = _EXPONENT.sub(r"^(\1)*", text)
        text = re.sub(r"\^\s*\{([^{}]*)\}", r"^(\1)", text)
        text = re.sub(r"_\s*\{(\w*)\}(?=\w)", r"_\1 ", text)
        text = re.sub(r"_\s*\{(\w*)\}", r"_\1", text)
        if text == before:
            break
    text = re.sub(r"\\([A-Za-z]+)", _word, text)
    text = text.replace("{", "(").replace("}", ")")
    return re.sub(r"(?<![\w)])\(([\w.]+)\)", r"\1", re.sub(r"\^\(([\w.]+)\)", r"^\1", text)).strip()


def _word(found: re.Match[str]) -> str:
    """Return a command of LaTeX, apart from what stands before it where both are letters: another command too."""
    word = _LATEX_WORDS.get(found[1], found[1])
    is_glued = re.search(r"\w\Z", found.string[: found.start()]) and word[:1].isalpha()
    return f" {word}" if is_glued else word


def _fraction(found: re.Match[str]) -> str:
    """Return a fraction of LaTeX, in parentheses where what stands beside it could change what it divides."""
    before, after = found.string[: found.start()].rstrip()[-1:], found.string[found.end() :].lstrip()[:1]
    quotient = f"{found[1]}/{found[2]}" if found.re is _DIFFERENTIALS else f"({found[1]})/({found[2]})"
    return quotient if before in _BESIDE and after in _BESIDE else f"({quotient})"
