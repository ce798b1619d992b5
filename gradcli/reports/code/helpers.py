"""Functions that a language lacks, as code to be put before the program that calls them.

Each is called as its row of the table is, and computes it so that nothing overflows or cancels on the way. They stand
in files of their language, one after the other with two empty lines between, in the order of the table below.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

# Language -> function -> what has to be there for it: other functions, also those that its remark speaks of, and
# modules.
NEEDS = {
    "python": {
        "sign": "", "mod": "", "share": "", "sigmoid": "math", "softplus": "math", "logaddexp": "math", "sech": "math",
        "csch": "math", "erfinv": "math", "digamma": "math", "polygamma": "math",
    },
    "javascript": {
        "exp2": "", "round": "", "mod": "", "share": "", "sigmoid": "", "softplus": "", "logaddexp": "", "sech": "",
        "csch": "", "erf": "erfc", "erfc": "erf", "erfinv": "erf erfc", "gamma": "lgamma", "lgamma": "gamma",
        "digamma": "gamma", "polygamma": "gamma",
    },
    "numpy": {
        "sigmoid": "np", "softplus": "np", "share": "np", "sech": "np", "csch": "np", "erf": "np math",
        "erfc": "np math", "gamma": "np math", "lgamma": "np math", "erfinv": "np math", "digamma": "np math gamma",
        "polygamma": "np math", "softmax": "np", "logsumexp": "np", "log_softmax": "logsumexp",
        "cross_entropy": "np pick log_softmax softmax", "pick": "np", "onehot": "np", "ties": "np", "others": "np",
        "cofactor": "np", "unsort": "np", "scatter": "np", "places_of": "np", "windows": "places_of",
        "unwindows": "scatter places_of", "pad": "np", "cumsum_from_end": "np",
    },
    "torch": {
        "cbrt": "torch", "softplus": "torch", "share": "", "sech": "torch", "csch": "torch", "gamma": "torch",
        "polygamma": "torch math", "prod": "", "cross_entropy": "torch pick", "pick": "torch", "onehot": "torch",
        "ties": "", "cofactor": "torch", "scatter": "torch", "windows": "", "unwindows": "torch windows",
        "pad": "torch", "others": "torch", "unsort": "torch", "cumsum_from_end": "torch",
    },
}  # fmt: skip


@cache
def helpers(language: str) -> dict[str, str]:
    """Return the text of every function that is written for a language, by its name."""
    text = Path(__file__).with_name(f"{language}.txt").read_text(encoding="utf-8")
    return dict(zip(NEEDS[language], text.strip("\n").split("\n\n\n"), strict=True))


def with_their_own(language: str, needed: Iterable[str]) -> tuple[list[str], set[str]]:
    """Return the texts of what is needed and of what that needs, in the order of the file, and the modules."""
    known = NEEDS[language]
    found: set[str] = set()
    pending = list(needed)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += known.get(name, "").split()
    return [text for name, text in helpers(language).items() if name in found], found - known.keys()
