"""Products of matrices as MATLAB and papers write them: x'*A*x, xᵀ A x, W x + b. Never what is computed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .implied_products import NAME, NUMBER, any_of
from .operands import within

_SIGN = re.compile(r"ᵀ|\^\s*(?:\\?top\b|\{\s*(?:T|\\top)\s*\}|T\b)")
_QUOTED = re.compile(r"(?<=[\w)\]])'(?!')")
_SINGLE = re.compile(
    rf"(?P<left>{NAME}|{NUMBER}|[)\]])(?P<before>\s*)\*(?!\*)(?P<after>\s*)(?=(?P<right>{NAME}|{NUMBER})?)"
)


def without_turned_vectors(text: str, shapes: Mapping[str, Sequence[Any]]) -> str:
    """Return a text without the transposes of vectors: behind another one it makes `outer`, else it is its own.

    `shapes` are those of the names with values, also of derivatives such as dL/dz.
    """
    name = _names(shapes)
    vectors = {one for one, shape in shapes.items() if len(shape) == 1}
    operand = rf"(?:{name}(?:\([^()]*\)|\[[^\[\]]*\])*|\((?:[^()]|\([^()]*\))*\))"
    turned = r"(?:\.T\b|ᵀ)" if "T" in shapes else r"(?:\.T\b|ᵀ|\^\s*T\b)"

    def outer(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        fits = right in vectors and (left in vectors or left not in shapes)
        return f"outer({within(left)}, {right})" if fits else match[0]

    def alone(match: re.Match[str]) -> str:
        is_numpy = ".T" in match[0] and "*" in (match[2] or "")  # which multiplies entry by entry
        return match[1] + ("@" if match[2] is not None else "") if match[1] in vectors and not is_numpy else match[0]

    text = re.sub(rf"(?<!\*\*)(?<![\w.^])({operand})(?:\s*@\s*|\s+)({name}){turned}", outer, text)
    return re.sub(rf"({name}){turned}(\s*\*(?!\*)\s*|\s*(?=[\w(]))?", alone, text)


def _names(shapes: Mapping[str, Sequence[Any]]) -> str:
    """Return a regular expression for a name, or one of those with shapes that are more than a word."""
    compounds = any_of(name for name in shapes if not name.isidentifier())
    return rf"(?:{compounds}|\b{NAME})" if compounds else rf"\b{NAME}"


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

    name = _names(shapes)
    text = re.sub(rf"({name})('?)(?=\s+({name}))(\s+)", beside, text)
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

    text = re.sub(rf"({name})(?:\s*[*@]\s*|\s+)({name})'", outer, text)
    text = re.sub(r"'\s*(?=[\w(])", "'*", text)
    text = re.sub(rf"({name})'", lambda m: m[1] if is_vector(m[1]) else f"{m[1]}.T", text)
    return _SINGLE.sub(product, _QUOTED.sub(".T", text))
