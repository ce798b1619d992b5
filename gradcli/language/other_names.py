"""Names of the program as others spell them: θ for theta, x1 for x_1."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..calculus.operations import CONSTANTS
from .implied_products import NAME, is_function

GREEK = dict(
    zip(
        "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03ba\u03bb\u03bc\u03bd\u03be\u03c1\u03c3\u03c4\u03c6\u03c7\u03c8\u03c9",
        ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi",
         "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
        strict=True,
    )
)  # fmt: skip
_SHORT = {"lam": "lambda", "eps": "epsilon"}


def _spelled(name: str) -> str:
    """Return a name in one spelling for all that are meant to be the same."""
    plain = "".join(GREEK.get(c, c) for c in name.replace("_", ""))
    return _SHORT.get(plain, plain)


def with_own_names(text: str, names: Collection[str]) -> str:
    """Return a text with the names of the program in place of other spellings of them, where one name is meant."""

    def own(found: re.Match[str]) -> str:
        word = found[0]
        if word in names or word in CONSTANTS or is_function(word):
            return word
        spelled = _spelled(word)
        if spelled == word and word not in GREEK.values() and not re.search("[0-9]", word):
            return word  # as nearly all words around an answer
        meant = [name for name in names if _spelled(name) == spelled]
        return meant[0] if len(meant) == 1 else word

    return re.sub(rf"\\?{NAME}", own, text)  # a command of LaTeX is no name
