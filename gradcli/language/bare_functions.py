"""Functions without parentheses, as in sin 2x and sin^2 x, with them: what belongs to their argument."""

from __future__ import annotations

import re
from collections.abc import Collection

from .implied_products import NAME, NUMBER, PHRASES, closing, is_function
from .operands import BETWEEN, CALLED, ROUNDS, atom_before

_WORDS = "|".join(filter(str.isalpha, BETWEEN.keys() | PHRASES))
PI = {"π", "pi"}
_FACTOR = rf"(?!(?:{_WORDS})\b(?!\()){NAME}"
_FACTORS = re.compile(rf"(?:{NUMBER})?(?:[ \t]*(?:π|pi\b)(?:/{NUMBER})?)?(?:[ \t]*{_FACTOR})?")
_POWER = re.compile(rf"[²³]|[ \t]*(?:\^|\*\*)[ \t]*(?:-?{NUMBER}|{NAME}|(?=\())")
# What may stand below a function too: y in sin x y, 2 in sin x/2; not e in sin x e^x.
_MORE = re.compile(rf"/{NUMBER}|[ \t]*(?:{NUMBER}|(?P<name>{_FACTOR}))(?![\w(.²³]|[ \t]*(?:\^|\*\*))")


def parted(text: str, own: Collection[str]) -> str:
    """Return sin2πx as sin 2πx."""

    def apart(match: re.Match[str]) -> str:
        whole, name, number = match[0], match[1], match[2]
        is_one = whole in own or (number and is_function(whole))
        return f"{name} {number}" if is_function(name) and not is_one else whole

    return re.sub(r"\b([A-Za-z]+)([0-9.]*)(?=π)", apart, text)


def applied(text: str, *, far: bool = False) -> str:
    """Return functions without parentheses, raised or not, as calls; with `far`, y too is below sin in sin x y."""
    return _bare_functions(_raised_functions(text, far), far)


def _raised_functions(text: str, far: bool) -> str:
    """Return sin^2(x) as sin(x)^2, and sin^-1(x) as asin(x)."""
    text = re.sub(rf"\b({NAME})-1(?=\()", lambda m: f"a{m[1]}" if is_function(f"a{m[1]}") else m[0], text)
    found = re.compile(rf"\b({NAME})\s*(?:(\^|\*\*)\s*\(?(-?[0-9]+)\)?|([²³]))\s*(?=[(\w])")
    for _ in range(ROUNDS):
        match = next((m for m in found.finditer(text) if is_function(m[1])), None)
        if match is None:
            break
        end, inner = _operand(text, match.end(), far)
        power = f"{match[2]}{match[3]}" if match[2] else match[4]
        is_inverse = match[3] == "-1" and is_function(f"a{match[1]}")
        called = f"a{match[1]}({inner})" if is_inverse else f"{match[1]}({inner}){power}"
        text = f"{text[: match.start()]}{called}{text[end:]}"
    return text


def _operand(text: str, start: int, far: bool) -> tuple[int, str]:
    """Return where the operand of a function ends that begins at a place, and the operand: 2πx^2 in sin 2πx^2 y."""
    if text[start] == "(":
        end = closing(text, start)
        return end, text[start + 1 : end - 1]
    match = _FACTORS.match(text, start)
    end = match.end() if match else start
    word = re.search(rf"{NAME}\Z", text[start:end])
    if text[end : end + 1] == "(" and (word is None or word[0] in PI or is_function(word[0])):
        end = closing(text, end)
    if raised := _POWER.match(text, end):
        end = closing(text, raised.end()) if raised[0][-1] in "^*" else raised.end()
    while far and (more := _MORE.match(text, end)) and not is_function(more["name"] or ""):
        end = more.end()
    return end, text[start:end].strip()


def _bare_functions(text: str, far: bool) -> str:
    """Return functions whose argument follows after a blank with their parentheses: ln abs x is ln(abs(x))."""
    bare = re.compile(rf"\b({NAME})[ \t]+(?=[\w.])")
    for _ in range(ROUNDS):
        found = [m for m in bare.finditer(text) if (is_function(m[1]) or re.fullmatch("log_[0-9]+", m[1]))
                 and not (m[1] in CALLED and atom_before(text[: m.start()]) is not None)]  # fmt: skip
        if not found:
            break
        last = found[-1]
        end, inner = _operand(text, last.end(), far)
        if not inner:
            break
        text = f"{text[: last.start()]}{last[1]}({inner}){text[end:]}"
    return text
