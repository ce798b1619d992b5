"""A TOML table whose keys are read one by one: what is wrong with one is an error that names it and shows its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from ...errors import InputError, Source
from ...text import did_you_mean, visible

_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
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
_PLACE = re.compile(r"\s*\(at line (\d+), column (\d+)\)$|\s*\(at end of document\)$")


class Table:
    """A table of the file. `path` is how messages call it; `place` is its header and which of several it is."""

    def __init__(
        self, source: Source, data: dict[str, Any], path: str, place: tuple[tuple[str, int], ...] = ()
    ) -> None:
        self.source = source
        self.path = path
        self.place = place
        self._data = data
        self._read: set[str] = set()

    def error(self, key: str, message: str, hint: str | None = None) -> InputError:
        """Return the error for a key, with its line where the file has it on one of its own."""
        where = f"{self.path}.{key}" if self.path else key
        return InputError(
            f"{visible(where)}: {message}", source=self.source, span=self._span(key), kind="homework", hint=hint
        )

    def value(self, key: str, default: Any) -> Any:
        """Return what a key holds."""
        self._read.add(key)
        return self._data.get(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """Return the text of a key, which must not be empty."""
        found = self.value(key, default)
        if found is None:
            raise self.error(key, "this key is missing")
        if not isinstance(found, str) or isinstance(found, Written) or not found.strip():
            raise self.error(key, "a text is expected")
        return found

    def flag(self, key: str, default: bool) -> bool:
        """Return the truth of a key."""
        found = self.value(key, default)
        if not isinstance(found, bool):
            raise self.error(key, "true or false is expected")
        return found

    def number(self, key: str, default: float | None, least: float, most: float, *, whole: bool = False) -> Any:
        """Return the number of a key, between two bounds; the default where it is not there."""
        found = self.value(key, None)
        return default if found is None else self.number_of(key, "", found, least, most, whole=whole)

    def number_of(self, key: str, name: str, found: Any, least: float, most: float, *, whole: bool = False) -> float:
        """Return a number that stands under a key, or under a name in the table of a key."""
        fits = isinstance(found, int if whole else (int, Written)) and not isinstance(found, bool)
        number = float(found) if fits else -1.0
        if not fits or not least <= number <= most:
            kind = "a whole number" if whole else "a number"
            about = f"{visible(name)}: " if name else ""
            raise self.error(key, f"{about}{kind} from {least:g} to {most:g} is expected")
        return number

    def numeral(self, key: str, name: str, found: Any) -> str:
        """Return a number as it was written, or a text with an expression."""
        if found is None:
            raise self.error(key, "this key is missing")
        if isinstance(found, bool) or not isinstance(found, (int, str, Written)) or not str(found).strip():
            raise self.error(key, f'{visible(name)}: a number is expected, or a text such as "1/3"')
        return str(found)

    def mapping(self, key: str) -> dict[str, Any]:
        """Return the table of a key as it is; empty where it is not there."""
        found = self.value(key, {})
        if not isinstance(found, dict):
            raise self.error(key, "a table is expected, such as { x = 2 }")
        return found

    def table(self, key: str) -> Table | None:
        """Return the table of a key, or None where it is not there."""
        if key not in self._data:
            return None
        return Table(self.source, self.mapping(key), self._below(key), (*self.place, (key, 0)))

    def tables(self, key: str) -> list[Table]:
        """Return the tables of a key that stands several times, as [[key]]."""
        found = self.value(key, [])
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise self.error(key, f"write it as [[{key}]]")
        names = [row.get("id") if isinstance(row.get("id"), str) else str(k) for k, row in enumerate(found, 1)]
        return [
            Table(self.source, row, self._below(f"{key} {name}"), (*self.place, (key, k)))
            for k, (row, name) in enumerate(zip(found, names, strict=True))
        ]

    def done(self) -> None:
        """Raise for a key that nothing has read."""
        for key in self._data:
            if key not in self._read:
                hint = did_you_mean(key, sorted(self._read)) or f"known are {', '.join(sorted(self._read))}"
                raise self.error(key, "there is no such key", hint)

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _span(self, key: str) -> tuple[int, int] | None:
        """Return where the key is written, or else its table's header; None where it is inside something inline."""
        header: tuple[int, int] | None = None
        at = 0
        here: tuple[tuple[str, int], ...] = ()
        counts: dict[tuple[tuple[str, int], ...], int] = {}
        for line in _lines(self.source.text):
            stripped = line.rstrip()
            span = (at + len(line) - len(line.lstrip()), at + len(stripped))
            at += len(line)
            if found := _HEADER.fullmatch(stripped):
                here = _entered(found[1], "[[" in line, counts)
                if here == self.place:
                    header = span
            elif here == self.place and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
                return span
            if here == (*self.place, (key, 0)):
                return span
        return header


class Written(str):
    """A number with a point or an exponent, as it was written."""


def _entered(name: str, several: bool, counts: dict[tuple[tuple[str, int], ...], int]) -> tuple[tuple[str, int], ...]:
    """Return the table that a header opens: every part of its name, and which of several it is."""
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    place: tuple[tuple[str, int], ...] = ()
    for k, part in enumerate(parts):
        seen = (*place, (part, -1))
        if several and k == len(parts) - 1:
            counts[seen] = counts.get(seen, -1) + 1
        place = (*place, (part, counts.get(seen, 0)))
    return place


def read_toml(source: Source) -> Table:
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
        raise InputError(f"not TOML: {message}", source=source, span=span, kind="homework") from None
    except RecursionError:
        raise InputError("not TOML: nested too deeply", source=source, kind="homework") from None
    return Table(source, data, "")


def _check_keys(source: Source) -> None:
    """Raise for a dotted key of more parts than any has that means something here."""
    for found in _KEYS.finditer(source.text):
        key = found[1]
        if key and key.count(".") >= MAX_PARTS and len(re.findall(_PART, key)) > MAX_PARTS:
            what = f"a key of more than {MAX_PARTS} parts"
            raise InputError(what, source=source, span=found.span(), kind="homework")


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")]


def _offset(lines: Iterable[str], number: int) -> int:
    """Return where a line begins, counted from 1."""
    return sum(len(line) for k, line in enumerate(lines, 1) if k < number)
