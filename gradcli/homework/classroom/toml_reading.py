"""A TOML table whose keys are read one by one: what is wrong with one is an error that names it and shows its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ...errors import GradcliError, InputError, Source
from ...text import did_you_mean, visible
from .toml_places import Path, Places

_PART = (
    r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)"""  # of a key: bare, or quoted as a text of one line is
)
_KEYS = re.compile(
    "|".join(
        [
            r"#[^\n]*+",
            r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?',
            r"'''(?:[^']|'(?!''))*+(?:''')?",
            rf"({_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+)",
        ]
    ),
    re.DOTALL,
)
MAX_PARTS = 16  # of a dotted key: its reader takes the square of their number in memory
DATES = "a date is written 2026-12-01 (year-month-day), and a time 2026-12-01 18:00:00"
_VALUE = re.compile(r"\s*(?P<key>[\w-]+)\s*=\s*(?P<value>.*)")
_LIKE_A_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}:\d\d")
_COMMA = re.compile(r"-?\d+,\d+")
_PLACE = re.compile(r"\s*\(at line (\d+), column (\d+)\)$|\s*\(at end of document\)$")


class TomlTable:
    """A table of the file. `path` is how messages call it; `place` leads there, by keys and the numbers of rows."""

    def __init__(self, source: Source, data: dict[str, Any], path: str, place: Path = ()) -> None:
        self.source = source
        self.path = path
        self.place = place
        self._data = data

    def error(self, key: str, message: str, hint: str | None = None, *below: str | int, kind: str = "homework",
              within: tuple[int, int] | None = None, names: bool = False) -> InputError:  # fmt: skip
        """Return the error for the value of a key, or for what is `below` it: a name, or the number of a row from 0.

        It shows the value: the characters `within` it, if it is a text. With `names` it shows the name in its place.
        """
        where = f"{self.path}.{key}" if self.path else key
        span = self._span((*self.place, key, *below), within, names)
        return InputError(f"{visible(where)}: {message}", source=self.source, span=span, kind=kind, hint=hint)

    def about(self, error: GradcliError, key: str, *below: str | int) -> InputError:
        """Return an error about a text that stands in the file as the error of the file, at the same characters."""
        name = f"{visible(str(below[0]))}: " if below and isinstance(below[0], str) else ""
        return self.error(key, f"{name}{error.message}", error.hint, *below, kind=error.kind, within=error.span or None)

    def only(self, keys: Iterable[str], elsewhere: Mapping[str, str] = MappingProxyType({})) -> None:
        """Raise for a key that is none of these; `elsewhere` has keys of other tables, and where they stand."""
        known = sorted(keys)
        for key in self._data:
            if key in known:
                continue
            near = did_you_mean(key, [*known, *elsewhere])
            alike = (x for x in elsewhere if near is not None and near == did_you_mean(key, [x]))
            meant = key if key in elsewhere else next(alike, None)
            if meant is not None and (near is None or near != did_you_mean(key, known)):
                own = f"did you mean {key}s? " if f"{key}s" in known else ""
                near = f"{own}{meant} stands {elsewhere[meant]}"
            raise self.error(key, "there is no such key", near or f"known are {', '.join(known)}", names=True)

    def value(self, key: str, default: Any) -> Any:
        """Return what a key holds."""
        return self._data.get(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """Return the text of a key. Raises `InputError` for another type, an empty text or a missing key."""
        found = self.value(key, default)
        if found is None:
            raise self.error(key, "this key is missing")
        if not isinstance(found, str) or isinstance(found, Written) or not found.strip():
            raise self.error(key, "a text is expected")
        return found

    def flag(self, key: str, default: bool) -> bool:
        """Return the truth value of a key. Raises `InputError` at the key for another type."""
        found = self.value(key, default)
        if not isinstance(found, bool):
            raise self.error(key, "true or false is expected")
        return found

    def number(self, key: str, default: float | None, least: float, most: float, *, whole: bool = False) -> Any:
        """Return the number of a key, between two bounds; the default where it is not there."""
        found = self.value(key, None)
        return default if found is None else self.number_of(key, "", found, least, most, whole=whole)

    def number_of(self, key: str, name: str, found: Any, least: float, most: float, *, whole: bool = False) -> float:
        """Return a number that stands under a key, or under a name in the table of a key.

        Raises `InputError` at the key for another type, or a number outside the limits.
        """
        fits = isinstance(found, int if whole else (int, Written)) and not isinstance(found, bool)
        if not fits or not least <= float(found) <= most:
            kind = "a whole number" if whole else "a number"
            about = f"{visible(name)}: " if name else ""
            raise self.error(
                key, f"{about}{kind} from {least:g} to {most:g} is expected", None, *((name,) if name else ())
            )
        return float(found)

    def numeral(self, key: str, name: str, found: Any, *below: str | int) -> str:
        """Return a number as it was written, or a text with an expression; `below` leads to it from the key.

        Raises `InputError` there for another type.
        """
        if found is None:
            raise self.error(key, "this key is missing")
        if isinstance(found, bool) or not isinstance(found, (int, str, Written)) or not str(found).strip():
            raise self.error(key, f'{visible(name)}: a number is expected, or a text such as "1/3"', None, *below)
        return str(found)

    def mapping(self, key: str) -> dict[str, Any]:
        """Return the table of a key as it is; empty where it is not there. Raises `InputError` for another type."""
        found = self.value(key, {})
        if not isinstance(found, dict):
            raise self.error(key, "a table is expected, such as { x = 2 }")
        return found

    def table(self, key: str) -> TomlTable | None:
        """Return the table of a key, or None where it is not there."""
        if key not in self._data:
            return None
        return TomlTable(self.source, self.mapping(key), self._below(key), (*self.place, key))

    def tables(self, key: str) -> list[TomlTable]:
        """Return the tables of a key that stands several times, as [[key]], in the order of the file.

        Raises `InputError` where it is written in another way.
        """
        found = self.value(key, [])
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            name = ".".join([*(part for part in self.place if isinstance(part, str)), key])
            raise self.error(key, f"write it as [[{name}]]")
        names = [row.get("id") if isinstance(row.get("id"), str) else str(k) for k, row in enumerate(found, 1)]
        return [
            TomlTable(self.source, row, self._below(f"{key} {name}"), (*self.place, key, k))
            for k, (row, name) in enumerate(zip(found, names, strict=True))
        ]

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _span(self, path: Path, within: tuple[int, int] | None, names: bool) -> tuple[int, int] | None:
        """Return where the value at a path stands, or else the nearest table that it is missing in."""
        places = Places(self.source.text)
        if within is not None and (found := places.characters(path)):
            last = len(found) - 1
            return found[min(within[0], last)], found[min(within[1], last)]
        for spans in (places.keys, places.values) if names else (places.values, places.keys):
            if path in spans:
                return spans[path]
        for k in range(len(path) - 1, 0, -1):
            for spans in (places.keys, places.values):
                if path[:k] in spans:
                    return spans[path[:k]]
        return None


class Written(str):
    """A number with a point or an exponent, as it was written."""


def read_toml(source: Source) -> TomlTable:
    """Return the root table of a file; numbers with a point keep their text. Raises `InputError` for anything else."""
    _check_keys(source)
    try:
        data = tomllib.loads(source.text, parse_float=Written)
    except tomllib.TOMLDecodeError as problem:
        message = str(problem)
        span = None
        if found := _PLACE.search(message):
            message = message[: found.start()]
            if found[1]:
                start = _offset(_lines(source.text), int(found[1])) + int(found[2]) - 1
                span = (start, start + 1)
            else:
                span = (len(source.text), len(source.text))
        hint = None if span is None else _hint(source.text, span[0])
        raise InputError(f"not TOML: {message}", source=source, span=span, kind="homework", hint=hint) from None
    except RecursionError:
        raise InputError("not TOML: nested too deeply", source=source, kind="homework") from None
    return TomlTable(source, data, "")


def _hint(text: str, at: int) -> str | None:
    """Return how the value is written that stands on the line of a place, None where that is not clear."""
    start = text.rfind("\n", 0, at) + 1
    found = _VALUE.match(text[start:].partition("\n")[0])
    if found is None:
        return None
    key, value = found["key"], found["value"].partition("#")[0].strip()
    if key == "due" or _LIKE_A_DATE.match(value):
        return DATES
    if value.lower() in ("true", "false", "yes", "no"):
        return f"write {key} = {'true' if value.lower() in ('true', 'yes') else 'false'}"
    if _COMMA.fullmatch(value):
        return f"write {key} = {value.replace(',', '.')}, with a point"
    if value and (value[0].isalpha() or value[0] in "\u201c\u201d\u201e\u2018\u2019"):
        return f'a text stands between straight quotes: {key} = "..."'
    return None


def _check_keys(source: Source) -> None:
    """Raise for a dotted key of more parts than any has that means something here."""
    for found in _KEYS.finditer(source.text):
        key = found[1]
        if key and len(re.findall(_PART, key)) > MAX_PARTS:
            what = f"a key of more than {MAX_PARTS} parts"
            raise InputError(what, source=source, span=found.span(), kind="homework")


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")]


def _offset(lines: Iterable[str], number: int) -> int:
    """Return where a line begins, counted from 1."""
    return sum(len(line) for k, line in enumerate(lines, 1) if k < number)
