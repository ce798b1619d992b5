"""Values as people write them elsewhere: 3±5%, 2.50(5), 3+/-0.1, [1, 2]. Each is refused with what was meant."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from ..calculus.operations import CONSTANTS
from ..calculus.spellings import function
from ..errors import InputError, Source
from ..text import clip
from .bindings import looks_like_array

_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
_LAST_DIGITS = re.compile(rf"(?P<value>{_NUMBER})\((?P<digits>[0-9]+)\)(?P<power>[eE][-+]?[0-9]+)?")
_NUMERAL = r"[-+]?+(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+"  # never goes back: a row may be long
_ROW = re.compile(rf"{_NUMERAL}(?:(?:\s*+,\s*+|\s++){_NUMERAL})++")
_SIGN = re.compile(r"\s*(?:\+\s*/\s*[-−]|\\pm|\+[-−]|±)\s*")  # noqa: RUF001
_PERCENT = re.compile(rf"({_NUMBER})\s*(?:%|percent)")
MINUS = "-\u2212"
_BARE_ROW = re.compile(r"[({]|[)}]|(?<=[\w.)}])\s+(?=[-+−][\w.(\\])")  # noqa: RUF001
_FILE = re.compile(r"[\w~./\\ -]*\w\.(?:csv|tsv|json|npy|npz|safetensors)(?::.*)?")
# Not what makes another number of it: 10k, 3i, 30deg.
_UNIT = re.compile(
    rf"(?P<value>{_NUMBER}(?:[eE][-+]?[0-9]+)?)\s*\*?\s*(?P<unit>(?![kKij]\Z|deg)[^\W\d_]+(?:\s*[*/^]\s*[^\W_]+|[²³])*)"
)
_SHAPE = re.compile(r"(?:[A-Z]|[1-9]\d{0,5})(?:x(?:[A-Z]|[1-9]\d{0,5}))+", re.ASCII)  # such as 2x3 or NxD
_LIST = re.compile(r"[\[{(].*,.*[\]})]", re.DOTALL)


def refused(source: Source, text: str) -> InputError | None:
    """Return the error for a value that is written as elsewhere, with what to write; None for another one."""
    found = _LAST_DIGITS.fullmatch(text)
    if found:
        value, power = found["value"], found["power"] or ""
        decimals = len(value.partition(".")[2])
        radius = f"{Decimal(found['digits']).scaleb(-decimals):f}"
        return _error("the uncertainty of the last digits is written behind ±", source,
                      f"write {_word(source, f'{value}{power}±{radius}{power}')}")  # fmt: skip
    parts = _SIGN.split(text)
    if len(parts) == 2 and "±" not in text and all(parts):
        return _error("an uncertainty is written behind ±, or +-", source, f"write {_word(source, '±'.join(parts))}")
    if _SHAPE.fullmatch(text):
        product = f"write {text.replace('x', '*')} for a product; " if text[0].isdigit() and text[-1].isdigit() else ""
        return _error("this is a shape, and no value", source, f"{product}shapes in place of values are for --shapes")
    if _LIST.fullmatch(text):
        return _listed(source, [number.strip() for number in text[1:-1].split(",")], brackets=text[0] == "[")
    if _FILE.fullmatch(text):
        return _error("this is the name of a file", source, f"write {_word(source, f'@{clip(text, 60)}')}")
    if (
        (unit := _UNIT.fullmatch(text))
        and unit["unit"] != source.name
        and not any(map(_is_known, re.findall(r"[^\W\d_]+", unit["unit"])))
    ):
        return _error("a value is a number without a unit", source, f"write {_word(source, unit['value'])}")
    if _ROW.fullmatch(text):
        return _row(source, re.split(r"\s*,\s*|\s+", text))
    return None


def _is_known(word: str) -> bool:
    """Whether a word is a constant or a function."""
    return word == "π" or word in CONSTANTS or function(word) is not None


def _listed(source: Source, numbers: list[str], *, brackets: bool = True) -> InputError:
    """Return the error for a list of numbers."""
    what = "this is a list, and a value is one number"
    if not all(re.fullmatch(rf"{_NUMBER}(?:[eE][-+]?[0-9]+)?", number) for number in numbers):
        return _error(what, source, "a value is a number or an expression of numbers such as 1/3 or pi/4")
    if len(numbers) == 1:
        return _error(what, source, f"write {_word(source, numbers[0])}")
    name = source.name if source.name.isidentifier() else "x"
    shown = " ".join(f"{name}{k}={number}" for k, number in enumerate(numbers[:4], 1))
    vector = "" if brackets else f"; a vector is [{clip(', '.join(numbers), 40)}]"
    return _error(what, source, f"give each number a name of its own: {clip(shown, 60)}{vector}")


def _row(source: Source, numbers: list[str]) -> InputError | None:
    """Return the error for numbers beside each other, which are a vector in brackets; None for 1 000 and the like."""
    groups = [number.lstrip("+-") for number in numbers]
    by_comma = "," in source.text
    if all(len(group) == 3 and group.isdigit() for group in groups[1:]) and len(groups[0]) < 4:
        return None
    vector = clip(f"[{', '.join(numbers)}]", 60)
    if len(numbers) > 2:
        return _error("these are several numbers, and a value is one", source, f"write {vector} for a vector")
    if not by_comma:
        whole = f", or {''.join(numbers)} for one number" if numbers[1].isdigit() and numbers[0][-1:].isdigit() else ""
        return _error("these are two numbers, and a value is one", source, f"write {vector} for a vector{whole}")
    if "." in source.text:
        return None
    at = source.text.index(",")
    hint = f"numbers are written with a point: {numbers[0]}.{numbers[1]}; a vector is {vector}"
    what = "a comma outside a function's arguments"
    return InputError(what, source=source, span=(at, at + 1), kind="binding", hint=hint)


def refuse_rows(source: Source, text: str) -> None:
    """Raise `InputError` for a value that is an array, or a row of one without brackets such as `1 -1`."""
    if text.startswith("@"):
        raise _error("this names an array, and a value is one number", source, "write the number itself")
    found = None
    if looks_like_array(text):
        from ..files.array_text import read_array

        found = read_array(source)
    if found is not None and found.data.shape:
        shape, entries = found.data
        if len(shape) == 1:
            raise _listed(source, [str(entry) for entry in entries])
        what = f"this is an array of {'x'.join(map(str, shape))} numbers, and a value is one number"
        raise _error(what, source, "write the number itself")
    depth, parts, at = 0, [], 0
    for gap in _BARE_ROW.finditer(text):
        depth += (gap[0] in ("(", "{")) - (gap[0] in (")", "}"))
        if depth <= 0 and not gap[0].strip():
            parts.append(text[at : gap.start()])
            at = gap.end()
    if parts:
        vector = clip(f"[{', '.join([*parts, text[at:]])}]", 40)
        whole = _word(source, "".join(text.split()))
        hint = f"write {_word(source, vector, quoted=True)} for a vector, {whole} for a number"
        raise _error("this may be several numbers or one number", source, hint)


def refused_uncertainty(source: Source, middle: str, radius: str) -> InputError:
    """Return the error for a value with an uncertainty of which a part is missing, negative, a percentage or two."""
    if not middle:
        return _error("the value is missing before ±", source, f"for example {_word(source, f'2.5±{radius or 0.1}')}")
    if not radius:
        return _error("the uncertainty is missing behind ±", source, f"for example {_word(source, f'{middle}±0.1')}")
    if percent := _PERCENT.fullmatch(radius):
        share = f"{percent[1]}% of the value"
        try:
            size = abs(Decimal(middle) * Decimal(percent[1]) / 100).normalize()
        except InvalidOperation:  # the value is an expression
            return _error("an uncertainty is no percentage", source, f"write {share} as a number")
        return _error("an uncertainty is a number, not a percentage", source,
                      f"{share} is {_word(source, f'{middle}±{size:f}')}")  # fmt: skip
    if radius[0] in MINUS:
        return negative(source, middle, radius[1:].strip())
    first = _SIGN.split(radius)[0]
    return _error("a value has one uncertainty", source, f"write {_word(source, f'{middle}±{first}')}")


def negative(source: Source, middle: str, size: str | None = None) -> InputError:
    """Return the error for an uncertainty below 0, with its size where that can be told."""
    hint = f"write {_word(source, f'{middle}±{size}')}" if size else "write how far the value may be off, either way"
    return _error("an uncertainty is not negative", source, hint)


def _word(source: Source, value: str, *, quoted: bool = False) -> str:
    """Return a value as it is typed behind its name; one that is part of another text, alone."""
    if not source.name.isidentifier() or source.place is not None:
        return value
    return f"{source.name}='{value}'" if quoted else f"{source.name}={value}"


def _error(what: str, source: Source, hint: str) -> InputError:
    return InputError(what, source=source, span=(0, len(source.text)), kind="binding", hint=hint)
