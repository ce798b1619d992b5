"""Products of matrices as MATLAB and papers write them: x'*A*x, xᵀ A x, W x + b. Never what is computed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .implied_products import NAME, NUMBER

_SIGN = re.compile(r"ᵀ|\^\s*(?:\\?top\b|\{\s*(?:T|\\top)\s*\}|T\b)")
_QUOTED = re.compile(r"(?<=[\w)\]])'(?!')")
_SINGLE = re.compile(
    rf"(?P<left>{NAME}|{NUMBER}|[)\]])(?P<before>\s*)\*(?!\*)(?P<after>\s*)(?=(?P<right>{NAME}|{NUMBER})?)"
)


def products_of_matrices(text: str, shapes: Mapping[str, Sequence[Any]]) -> str:
    """Return a text with the products of matrices that it seems to mean written as such: x@A@x, W@x + b.

    Arrays side by side are multiplied, and beside a transpose * is the product of matrices. `shapes` are those of the
    names with values: a vector is its own transpose, behind another one it makes `outer`.
    """
    if "T" not in shapes and not re.search(r"\bT\s*=", text):
        text = _SIGN.sub("'", text)

    def beside(match: re.Match[str]) -> str:
        axes = len(shapes.get(match[1], ())), len(shapes.get(match[3], ()))
        return f"{match[1]}{match[2]}{'@' if min(axes) > 0 and max(axes) > 1 else match[4]}"

    text = re.sub(rf"\b({NAME})('?)(?=\s+({NAME}))(\s+)", beside, text)
    if not _QUOTED.search(text):
        return text

    def is_vector(name: str) -> bool:
        return len(shapes.get(name, (0, 0))) == 1

    def outer(match: re.Match[str]) -> str:
        both = is_vector(match[1]) and is_vector(match[2])
        return f"outer({match[1]}, {match[2]})" if both else match[0]

    def product(match: re.Match[str]) -> str:
        sides = match["left"], match["right"] or ""
        is_scaled = any(side[:1].isdigit() or shapes.get(side, (0,)) == () for side in sides)
        return f"{match['left']}{match['before']}{'*' if is_scaled else '@'}{match['after']}"

    text = re.sub(rf"\b({NAME})(?:\s*[*@]\s*|\s+)({NAME})'", outer, text)
    text = re.sub(r"'\s*(?=[\w(])", "'*", text)
    text = re.sub(rf"\b({NAME})'", lambda m: m[1] if is_vector(m[1]) else f"{m[1]}.T", text)
    return _SINGLE.sub(product, _QUOTED.sub(".T", text))
