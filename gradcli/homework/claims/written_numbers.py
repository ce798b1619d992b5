"""Numbers as people and spreadsheets write them, and the numerals that they mean.

A number is read only where there is one way to read it. `1,234` is 1.234 to some and 1234 to others: it is refused
unless the sheet tells which by its other numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple
from unicodedata import category, digit

from ...errors import InputError
from ...record.values import NUMERAL
from ...text import visible

# What a repair is called where the repairs of a class are counted.
COMMA = "a decimal comma"
GROUPS = "digits in groups"
SIGN = "another sign for one"
POWER = "a power of ten"
PERCENT = "a percentage"
AROUND = "signs around the number"

_MINUS = "\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d"
_BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NOTHING = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(_MINUS, "-"),
        **dict.fromkeys(_BLANKS, " "),
        **dict.fromkeys(_NOTHING, None),
        **{chr(0xFF01 + k): chr(0x21 + k) for k in range(94) if chr(0xFF01 + k) not in _MINUS},
        **dict.fromkeys("\u00d7\u00b7\u22c5\u2219\u2217\u2715\u2716\u2022", "*"),
        "\u066b": ".",
        "\u2044": "/",
        "\u2215": "/",
        "\u3002": ".",
    }
)  # of a claim, before it is read
_FRACTIONS = {
    "\u00bd": "1/2", "\u2153": "1/3", "\u2154": "2/3", "\u00bc": "1/4", "\u00be": "3/4", "\u2155": "1/5",
    "\u2156": "2/5", "\u2157": "3/5", "\u2158": "4/5", "\u2159": "1/6", "\u215a": "5/6", "\u2150": "1/7",
    "\u215b": "1/8", "\u215c": "3/8", "\u215d": "5/8", "\u215e": "7/8", "\u2151": "1/9", "\u2152": "1/10",
}  # fmt: skip
_FRACTION = re.compile(rf"([0-9]+)?\s?([{''.join(_FRACTIONS)}])")
_RAISED = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b", "0123456789+-")
_EXPONENT = r"(?:[eE][-+]?[0-9]+)?"
_PART = r"[0-9]+(?:[.,' ][0-9]+)*[.,]?|[.,][0-9]+"
# A number, then what may be a power of ten: 1.5 x 10^-3, 1,5*10**(-3), 2.5·10⁻³ as translated.
_SCIENTIFIC = re.compile(
    rf"(?P<number>[-+]?\s?(?:{_PART}))\s*(?P<times>[*xX])\s*10\s*(?:\^|\*\*)\s*(?P<open>\()?(?P<power>[-+]?\s?[0-9]+)"
    r"(?(open)\))",
    re.ASCII,
)
_SPACED = re.compile(rf"([-+]?\s?(?:{_PART}))\s*([eE])\s*([-+]?)\s*([0-9]{{1,3}})", re.ASCII)  # 1.5 E-4
_RAISED_DIGIT = "[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]"
# A power, but for those that the language has: x², x³.
_RAISED_POWER = re.compile(
    rf"(?<=[\w)])(?:(?<=10)|(?![\u00b2\u00b3](?!{_RAISED_DIGIT})))([\u207a\u207b]?{_RAISED_DIGIT}+)"
)
WRITTEN = re.compile(rf"(?P<sign>[-+]?)\s?(?P<body>{_PART})(?P<exponent>{_EXPONENT})", re.ASCII)
_AROUND = re.compile(r"(?:=>|->|[~=:\s\u2248\u2243\u2245\u2192])+")
_PAIRS = {"$": "$", '"': '"', "'": "'", "`": "`", "\u201e": "\u201c", "\u201c": "\u201d", "\u00ab": "\u00bb",
          "\u2018": "\u2019", "[": "]"}  # fmt: skip
_DATES = re.compile(
    r"(?:(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-3]?[0-9]([./-])[0-3]?[0-9]\1(?:19|20)[0-9]{2})(?:[ T].*)?"
    r"|[0-3]?[0-9][.]?[ -](?:jan|feb|m[a\u00e4]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z\u00e4]*[.]?"
    r"|[0-3]?[0-9][.](?:jan|feb|m[a\u00e4]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z\u00e4]*[.]?"
    r"|(?:jan|feb|m[a\u00e4]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z\u00e4]*[.]?[ -][0-9]{1,2}",
    re.I,
)
_BROKEN = re.compile(r"#(?:REF|VALUE|NAME|NUM|DIV/0|N/A|NULL|WERT|BEZUG|ZAHL|NV)[!?]?|#{2,}", re.I)
_DOUBTFUL = re.compile(r"[-+]?\s?[1-9][0-9]{0,2},[0-9]{3}", re.ASCII)
_SURE_COMMA = re.compile(
    r"[-+]?\s?(?:[0-9]*,(?:[0-9]{1,2}|[0-9]{4,})|0[0-9]*,[0-9]+|[0-9.]*\.[0-9]{3},[0-9]+)", re.ASCII
)
_THOUSANDS = re.compile(r"(?<![0-9,.])[1-9][0-9]{0,2},[0-9]{3}(?![0-9,.])", re.ASCII)
_POINT = re.compile(r"[-+]?\s?[0-9]*\.[0-9]+", re.ASCII)
_COMMA_INSIDE = re.compile(r"[0-9],[0-9]", re.ASCII)
_POINT_INSIDE = re.compile(r"[0-9]\.[0-9]", re.ASCII)
SHOWN = 40  # characters of a claim that a reason shows


class TwoReadings(InputError):
    """A claim that cannot be told apart from another one, so that no repair is tried."""


class Numeral(NamedTuple):
    """A numeral of the language, and which repairs made it of what was written: the names of them, none where none."""

    text: str
    repairs: tuple[str, ...] = ()


def shown(claim: str) -> str:
    """Return a claim as the reason shows it why it cannot be read."""
    return visible(claim)[:SHOWN]


def plain_signs(text: str) -> str:
    """Return a text with the signs that the language has for minus, times, digits, blanks and powers."""
    text = text.translate(_SIGNS)
    if not text.isascii():
        text = _RAISED_POWER.sub(lambda found: f"^{found[1].translate(_RAISED)}", text)
        text = "".join(str(digit(c)) if category(c) == "Nd" else c for c in text)
    return text.strip()


def without_dash(claim: str) -> str:
    """Return a claim; "" for a dash alone, as people and Moodle write for what they leave out."""
    return claim if plain_signs(claim).strip("- ") else ""


def numeral_of(text: str, *, comma: bool = False, names: Iterable[str] = ()) -> Numeral | None:
    """Return the numeral that a text is but for how it is written; None where it is none.

    With `comma`, one comma is the decimal one wherever it may be. An x among `names` is no sign for times.
    Raises `TwoReadings` for a number that can be read in two ways, for a date, and for an error of a spreadsheet.
    """
    text, around = without_signs_around(text)
    refuse_spoilt(text)
    if (spaced := _SPACED.fullmatch(text)) and spaced[2] not in names and " " in text.lstrip("+- "):
        text, around = f"{spaced[1]}e{spaced[3]}{spaced[4]}", (*around, POWER)
    power = _SCIENTIFIC.fullmatch(text)
    if power and power["times"] in names:
        power = None
    percent = {"%": -2, "\u2030": -3}.get(text[-1:], 0)
    found = _plain(power["number"] if power else text[:-1].rstrip() if percent else text, comma)
    if found is None:
        return None
    numeral, repairs = found
    if power:
        times = (POWER,) if power["times"] in "xX" else ()
        return Numeral(f"{numeral}e{int(power['power'].replace(' ', ''))}", (*around, *repairs, *times))
    if percent:
        mantissa, e, exponent = numeral.lower().partition("e")
        shifted = f"{mantissa}e{int(exponent) + percent}" if e else f"{Decimal(mantissa).scaleb(percent):f}"
        return Numeral(shifted, (*around, PERCENT, *repairs))
    return Numeral(numeral, (*around, *repairs))


def refuse_spoilt(text: str) -> None:
    """Raise `TwoReadings` for what a spreadsheet made of a claim, a date or an error, and for an uncertainty."""
    if "±" in text:
        raise TwoReadings("a claim is a number without an uncertainty", kind="claim", hint="leave out ± and the rest")
    if _DATES.fullmatch(text):
        what = f"{shown(text)} is a date, as spreadsheets make them of 3/4"
        raise TwoReadings(what, kind="claim", hint="write 0.75 or =3/4, or format the cell as text first")
    if _BROKEN.fullmatch(text):
        raise TwoReadings(f"{shown(text)}: the spreadsheet could not compute this cell", kind="claim")


def with_fractions(text: str) -> str:
    """Return a text with ½ written as (1/2), and 1½ as (1+1/2)."""
    return _FRACTION.sub(lambda m: f"({m[1]}+{_FRACTIONS[m[2]]})" if m[1] else f"({_FRACTIONS[m[2]]})", text)


def is_sure_comma(text: str) -> bool:
    """Whether a number is written with a comma that can only be the decimal one."""
    return _SURE_COMMA.fullmatch(text.strip()) is not None


def is_decimal(text: str) -> bool:
    """Whether a number is written with a decimal point."""
    return _POINT.fullmatch(text.strip()) is not None


def has_comma_inside(text: str) -> bool:
    """Whether a text has a comma between two digits: the decimal one, or what separates two numbers."""
    return _COMMA_INSIDE.search(text) is not None


def decimal_commas(text: str) -> list[int]:
    """Return the places of commas before a digit that separate no arguments of a call: those may be decimal."""
    found: list[int] = []
    calls: list[bool] = []
    for k, c in enumerate(text):
        if c == "(":
            calls.append(re.match(r"\w", text[k - 1 : k]) is not None)
        elif c == ")" and calls:
            calls.pop()
        elif c == "," and not any(calls) and text[k + 1 : k + 2].isdigit():
            found.append(k)
    return found


def has_point(text: str) -> bool:
    """Whether a number in a text is written with a decimal point."""
    return _POINT_INSIDE.search(text) is not None


def is_doubtful(text: str) -> bool:
    """Whether a text has a comma of which it cannot be told whether it is the decimal one."""
    return _THOUSANDS.search(text) is not None


def doubtful(text: str) -> TwoReadings:
    """Return the error for a number whose comma may be read in two ways."""
    decimal, whole = text.replace(",", "."), text.replace(",", "")
    return TwoReadings(
        f"{shown(text)} can be {shown(decimal)} or {shown(whole)}", kind="claim",
        hint="write the number without its comma",
    )  # fmt: skip


def without_signs_around(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without what stands around a number: blanks, = or ~ before it, quotes, a full stop behind it."""
    start = text = text.strip()
    while True:
        before = text
        if lead := _AROUND.match(text):
            text = text[lead.end() :]
        if text[:2] == "**" and text[-2:] == "**":
            text = text[2:-2].strip()
        if text[:1] in _PAIRS and text[-1] == _PAIRS[text[0]] and text.count(text[0]) <= 2:
            if text[0] == "[" and re.search("[,;]", text):
                break
            text = text[1:-1].strip()
        if text[-1:] in (";", ",", "\u2026") or (text[-1:] == "." and not NUMERAL.fullmatch(text)):
            text = text[:-1].rstrip()
        if text == before:
            break
    return text, (AROUND,) if text != start else ()


def _plain(text: str, comma: bool) -> tuple[str, tuple[str, ...]] | None:
    """Return the numeral of a number with commas, points, blanks and apostrophes in it, and the repairs."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        return None
    sign, body, exponent = found["sign"], found["body"], found["exponent"]
    whole = f"{sign}{body}{exponent}"
    if NUMERAL.fullmatch(whole):
        return whole, ()
    if {c for c in body if not c.isdigit()} == {","} and body.count(",") == 1:
        if not comma and _DOUBTFUL.fullmatch(text):
            raise doubtful(whole)
        digits, repair = body.replace(",", "."), COMMA
    else:
        digits, repair = _ungrouped(body), GROUPS
    return (f"{sign}{digits}{exponent}", (repair,)) if digits else None


# Which sign may stand between groups of three digits, and which before the decimals then.
_GROUPED = (
    re.compile(r"[1-9][0-9]{0,2}(?P<sep>,)[0-9]{3}(?:,[0-9]{3})*\.[0-9]*"),
    re.compile(r"[1-9][0-9]{0,2}(?P<sep>,)[0-9]{3}(?:,[0-9]{3})+"),
    re.compile(r"[1-9][0-9]{0,2}(?P<sep>\.)[0-9]{3}(?:\.[0-9]{3})*,[0-9]*"),
    re.compile(r"[1-9][0-9]{0,2}(?P<sep>\.)[0-9]{3}(?:\.[0-9]{3})+"),
    re.compile(r"[1-9][0-9]{0,2}(?P<sep>[' ])[0-9]{3}(?:(?P=sep)[0-9]{3})*(?:[.,][0-9]*)?"),
)


def _ungrouped(body: str) -> str:
    """Return the digits of a number that is written in groups of three, with a decimal point; "" where it is not."""
    for pattern in _GROUPED:
        if found := pattern.fullmatch(body):
            return body.replace(found["sep"], "").replace(",", ".")
    return ""
