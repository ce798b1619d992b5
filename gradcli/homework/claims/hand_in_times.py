"""When something was handed in: the times that forms and learning platforms write, in the languages of courses.

Google Forms, Microsoft Forms, Moodle and Canvas write 2026-11-20 09:14, 20.11.2026 09:14, 11/20/2026 9:14 AM, and
Friday, 20 November 2026, 9:14 AM. In 03/04/2026 either part may be the month; other times of the file may tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from .headings import folded

# What the column is called that says when an answer was handed in.
ENGLISH = ("timestamp", "completion time", "last modified time", "completed", "completed on", "submitted",
           "submitted at", "submitted on", "submission time", "submission date", "handed in")  # fmt: skip
DAY_FIRST = (
    "zeitstempel", "fertigstellungszeit", "zeitpunkt der letzten anderung", "beendet", "beendet am", "abgeschlossen",
    "abgegeben", "abgegeben am", "abgabezeit", "eingereicht", "eingereicht am",
    "horodateur", "heure de fin", "heure de la derniere modification", "termine", "remis", "remis le", "soumis",
    "marca temporal", "hora de finalizacion", "hora de la ultima modificacion", "finalizado", "completado", "entregado",
    "\u65f6\u95f4\u6233\u8bb0", "\u65f6\u95f4\u6233", "\u5b8c\u6210\u65f6\u95f4",
    "\u4e0a\u6b21\u4fee\u6539\u65f6\u95f4", "\u63d0\u4ea4\u65f6\u95f4", "\u5b8c\u6210",
)  # fmt: skip
_MONTHS = (
    ("january", "januar", "janvier", "enero", "jan", "janv", "ene", "janner"),
    ("february", "februar", "fevrier", "febrero", "feb", "fevr", "febr"),
    ("march", "marz", "mars", "marzo", "mar", "mrz"),
    ("april", "avril", "abril", "apr", "avr", "abr"),
    ("may", "mai", "mayo"),
    ("june", "juni", "juin", "junio", "jun"),
    ("july", "juli", "juillet", "julio", "jul", "juil"),
    ("august", "aout", "agosto", "aug", "ago"),
    ("september", "septembre", "septiembre", "sep", "sept"),
    ("october", "oktober", "octobre", "octubre", "oct", "okt"),
    ("november", "novembre", "noviembre", "nov"),
    ("december", "dezember", "decembre", "diciembre", "dec", "dez", "dic"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/.\u5e74]\s?(\d{1,2})\s?[-/.\u6708]\s?(\d{1,2})\u65e5?(?:T(?=\d))?")
_NUMBERS = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]+(?:de\s+)?([^\W\d_]{3,})\.?,?[\s-]+(?:de\s+)?(\d{4})")
_NAME_DAY = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?[:.h]\s?(\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?(?!\d)\s?([ap])?", re.I)
_NOON = re.compile("\u4e0b\u5348|\u4e0a\u5348")
_ZONE = re.compile(
    r"(?:(?<![^\W\d_])(?:UTC|GMT|Z)\b)?\s?([+\u2212-]\d{1,2})(?::?(\d{2}))?\s*\Z|\b(?:UTC|GMT)\b|(?<![^\W\d_])Z\s*\Z"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_FIRST = datetime(1899, 12, 30)  # day 0 of spreadsheets
_CENTURY = 2000


class Moment(NamedTuple):
    """When something was handed in: a day, and the time of that day if it is told."""

    day: date
    at: time | None = None

    @property
    def text(self) -> str:
        """The moment as it is stored and shown: 2026-11-20 09:14."""
        if self.at is None:
            return self.day.isoformat()
        shown = self.at.isoformat("seconds") if self.at.second else self.at.isoformat("minutes")
        return f"{self.day.isoformat()} {shown}"


def moments_in(text: str) -> list[Moment]:
    """Return what a text may say, no moment where it says none; of two, the month comes first in the first one."""
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if _SERIAL.fullmatch(text):
        found = _FIRST + timedelta(seconds=round(float(text) * 86_400))
        return [Moment(found.date(), found.time() if "." in text else None)]
    if iso := _YEAR_FIRST.search(text):
        days, span = [(int(iso[1]), int(iso[2]), int(iso[3]))], iso.span()
    elif (named := _named(text)) is not None:
        days, span = named
    elif numbers := _NUMBERS.search(text):
        first, second, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
        year += _CENTURY if len(numbers[4]) == 2 else 0
        days = [(year, second, first)] if numbers[2] == "." else [(year, first, second), (year, second, first)]
        span = numbers.span()
    else:
        return []
    known = [day for ymd in dict.fromkeys(days) if (day := _day(*ymd)) is not None]
    rest = f"{text[: span[0]]} {text[span[1] :]}"
    clock = _CLOCK.search(rest)
    at = None if clock is None else _time(clock, rest)
    return [Moment(day, at) for day in known]


def order_in(moments: Sequence[Moment], text: str) -> bool | None:
    """Return whether a file writes the day before the month, as far as a time with two numbers tells; else None."""
    found = _NUMBERS.search(text)
    if len(moments) != 1 or found is None or found[2] == "." or _YEAR_FIRST.search(text):
        return None
    first, second = int(found[1]), int(found[3])
    return None if first == second else first > 12


def is_hand_in(heading: str) -> bool:
    """Whether a heading is that of a time of handing in."""
    return folded(heading) in (*ENGLISH, *DAY_FIRST)


def has_day_first(heading: str) -> bool:
    """Whether the language of a heading writes the day before the month."""
    return folded(heading) in DAY_FIRST


def _named(text: str) -> tuple[list[tuple[int, int, int]], tuple[int, int]] | None:
    """Return the date with a month's name that a text has, as year, month and day, and where it stands."""
    for pattern, day, month in ((_DAY_NAME, 1, 2), (_NAME_DAY, 2, 1)):
        for found in pattern.finditer(text):
            if number := _MONTH.get(folded(found[month])):
                return [(int(found[3]), number, int(found[day]))], found.span()
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(clock: re.Match[str], rest: str) -> time | None:
    """Return the time of day, with its zone where one is told by its distance from UTC."""
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    half = (clock[4] or "").lower()
    if noon := _NOON.search(rest):
        half = "p" if noon[0] == "\u4e0b\u5348" else "a"
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    zone = _ZONE.search(rest, clock.start())
    try:
        return time(hour, minute, second, tzinfo=None if zone is None else _offset(zone))
    except ValueError:
        return None


def _offset(zone: re.Match[str]) -> timezone:
    hours = int((zone[1] or "0").replace("\u2212", "-"))
    minutes = int(zone[2] or 0)
    return timezone(timedelta(hours=hours, minutes=-minutes if hours < 0 else minutes))


def stored(moments: Sequence[Moment]) -> str:
    """Return moments as a text that `read_stored` reads back."""
    return "|".join(moment.text for moment in moments)


def read_stored(text: str) -> list[Moment]:
    """Return the moments of a stored text."""
    found = []
    for part in text.split("|") if text else ():
        day, _, at = part.partition(" ")
        found.append(Moment(date.fromisoformat(day), time.fromisoformat(at) if at else None))
    return found
