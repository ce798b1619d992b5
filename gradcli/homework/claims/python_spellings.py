"""Answers that come from Python: np.exp(x), np.dot(W, x), and the numbers that it shows, tensor(0.5, grad_fn=...)."""

from __future__ import annotations

import re

from ...errors import Source
from ...language.implied_products import closing, parts_of

_LIBRARY = r"(?<![\w.])(?:np|numpy|math|torch|jnp|tf)\.(?:linalg\.)?"
_MODULES = re.compile(rf"{_LIBRARY}(?=[a-z_]+[0-9]*\()")
_PRODUCTS = re.compile(rf"{_LIBRARY}(?:dot|matmul|mm|mv)\(")


def without_modules(text: str) -> str:
    """Return a text without the modules before its functions, as in np.exp(x)."""
    return _MODULES.sub("", text)


def with_operator(text: str) -> str:
    """Return a text with @ for the functions that multiply two matrices."""
    while call := _PRODUCTS.search(text):
        end = closing(text, call.end() - 1)
        operands = parts_of(text[call.end() : end - 1])
        if len(operands) != 2:
            break
        text = f"{text[: call.start()]}(({operands[0].strip()})@({operands[1].strip()})){text[end:]}"
    return text


def pasted_number(text: str) -> str:
    """Return the number in what Python shows of one, such as np.float64(0.5) and tensor(0.5, ...); "" where it is none.

    Raises `InputError` where more follows than belongs to the number.
    """
    from ...files.pasted_arrays import SCALAR, WRAPPER, unwrapped

    if not (WRAPPER.match(text) or SCALAR.fullmatch(text)):
        return ""
    inside, found = unwrapped(Source("claim", text))
    return "" if found == "array" else inside.strip()
