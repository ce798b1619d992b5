"""Who is meant by what a sheet or form says of its person: by id, address or name, in either order, in any letters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...text import visible
from ..claims.headings import folded
from .variants import canonical, named

_SHOWN = 60
_UMLAUTS = str.maketrans({"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00e5": "aa", "\u00f8": "oe",
                          "\u00c4": "Ae", "\u00d6": "Oe", "\u00dc": "Ue", "\u00c5": "Aa", "\u00d8": "Oe"})  # fmt: skip
# What Moodle and Canvas add to the names of what was handed in.
_MOODLE = re.compile(r"(?P<name>.+?)_\d+_assignsubmission_.*", re.S)
_CANVAS = re.compile(r"(?P<name>[^\W_]+)(?:_late)?_(?P<id>\d+)_\d+(?:_.*)?", re.I | re.S)


class Person(NamedTuple):
    """A student of a roster. `key` is what the roster calls the student, and what numbers of a student's own hang on.

    `late` are the days by which the work was late, None where the roster has no such column; `extension` are those that
    are allowed; `override` replaces the points. `shown` is the name where people write it in another order.
    """

    key: str
    name: str = ""
    email: str = ""
    ids: tuple[str, ...] = ()
    exempt: bool = False
    extension: float = 0.0
    late: float | None = None
    override: float | None = None
    shown: str = ""

    @property
    def called(self) -> str:
        """The name as people write it, "" where the roster has none."""
        return self.shown or self.name

    @property
    def also(self) -> list[str]:
        """What else the roster calls the student."""
        return [text for text in dict.fromkeys((self.name, self.email, *self.ids)) if text and text != self.key]


class Whose(NamedTuple):
    """Whose a row is: the key of a student, or what the row says where that is nobody's; and why it is refused."""

    student: str
    fault: str = ""


class Strangers:
    """A class without a roster: people are who they say they are."""

    def whose(self, cells: Sequence[str]) -> Whose:
        """Return whose a row is by the first thing that it says of its person."""
        return Whose(next((who for cell in cells if (who := named(cell))), ""))

    def known(self, cells: Sequence[str]) -> str:
        """Return "": nobody is certainly a student."""
        return ""

    def among(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return (): no row is refused."""
        return ()


class People:
    """The students of a roster, to be found by anything that is known of them."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = {person.key: person for person in people}
        self._by_number: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._by_address: dict[str, set[str]] = defaultdict(set)
        self._known: dict[tuple[str, ...], Whose] = {}
        self._doubted: dict[tuple[str, ...], tuple[str, ...]] = {}
        for person in self.people.values():
            for id in person.ids if re.search(r"[\s,]", person.key) else (*person.ids, person.key):
                self._by_number[_number(id)].add(person.key)
            if person.email:
                self._by_address[person.email.casefold()].add(person.key)
            for name in (person.name, person.key):
                if "@" not in name:
                    for way in _ways(name):
                        self._by_name[way].add(person.key)

    def whose(self, cells: Sequence[str]) -> Whose:
        """Return whose a row is that says this of its person, the best first.

        It is refused where what it says is true of several students, or of different ones.
        """
        known = tuple(cells)
        found = self._known.get(known)
        if found is None:
            found = self._known[known] = self._whose(_names(cells))
        return found

    def among(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return the keys of all students whose a row may be, where `whose` refuses it; else none."""
        return self._doubted.get(tuple(_names(cells)), ()) if self.whose(cells).fault else ()

    def known(self, cells: Sequence[str]) -> str:
        """Return the first student of the roster that one of some texts names by itself, "" if none does."""
        whose = [self.whose([cell]) for cell in cells]
        return next((who.student for who in whose if who.student in self.people and not who.fault), "")

    def _whose(self, cells: list[str]) -> Whose:
        left: set[str] | None = None
        for cell in cells:
            found = self._found(cell)
            if not found:
                continue
            if left is not None and not left & found:  # the key of one student may be the name of another
                found = self._called(cell) or found
            if left is not None and not left & found:
                both = f"{visible(cells[0])[:_SHOWN]} and {visible(cell)[:_SHOWN]}"
                self._doubted[tuple(cells)] = tuple(sorted(left | found))
                return Whose(cells[0], f"{both} are different students on the roster")
            left = found if left is None else left & found
        if left is None:
            left = next((found for cell in cells if len(found := self._partly(cell)) > 1), None)
        if left is None:
            return Whose(next((cell for cell in cells if not cell.isdecimal()), cells[0] if cells else ""))
        if len(left) > 1:
            several = ", ".join(visible(key)[:_SHOWN] for key in sorted(left)[:3])
            fault = f"{visible(cells[0])[:_SHOWN]} may be any of {len(left)} students on the roster: {several}"
            self._doubted[tuple(cells)] = tuple(sorted(left))
            return Whose(cells[0], fault)
        return Whose(next(iter(left)))

    def _found(self, cell: str) -> set[str]:
        """Return the students of whom something is true, by what is surest: the key, a number or address, a name."""
        if cell in self.people:
            return {cell}
        for text in (cell, _unmixed(cell)):
            plain = text.casefold().strip()
            if found := self._by_number.get(_number(text)) or self._by_address.get(plain):
                return found
            if found := self._called(text):
                return found if "@" not in plain else self._addressed(plain, found)
        if downloaded := _MOODLE.fullmatch(cell):
            return self._found(downloaded["name"])
        if downloaded := _CANVAS.fullmatch(cell):
            return self._by_number.get(_number(downloaded["id"])) or self._found(downloaded["name"])
        return set()

    def _called(self, text: str) -> set[str]:
        """Return the students with a name."""
        return {key for way in _ways(_without_address(text)) for key in self._by_name.get(way, ())}

    def _partly(self, text: str) -> set[str]:
        """Return the students whose names have all the words of a text, and others."""
        words = {*folded(_without_address(text)).split()}
        return {key for key, person in self.people.items() if words and words < {*folded(person.name or key).split()}}

    def _addressed(self, address: str, keys: set[str]) -> set[str]:
        """Return the students that may have an address that their names are in: those with no other."""
        local = address.partition("@")[0]
        emails = {key: self.people[key].email.casefold() for key in keys}
        return {key for key, email in emails.items() if not email or email.partition("@")[0] == local}


def _names(cells: Sequence[str]) -> list[str]:
    return [who for cell in cells if (who := named(cell))]


def _number(id: str) -> str:
    """Return an id as it is compared: a spreadsheet takes the zeros away that a number begins with."""
    id = id.strip().casefold()
    return id.lstrip("0") or "0" if id.isdecimal() else id


def _ways(name: str) -> set[str]:
    """Return how a name may be written: its words in any order, glued together, with or without its umlauts' dots."""
    found = set()
    for text in {name, name.translate(_UMLAUTS)}:
        words = folded(text).split()
        if words:
            found |= {" ".join(sorted(words)), "".join(words)}
            if "," in text:
                last, _, first = text.partition(",")
                found |= {"".join(folded(part).replace(" ", "") for part in (first, last))}
            else:
                found.add("".join([words[-1], *words[:-1]]))
    return found


def _without_address(text: str) -> str:
    """Return what may be a name in an address: `jose.garcia` of jose.garcia@school.example."""
    local, at, _ = text.partition("@")
    return re.sub(r"[._+-]+|\d+$", " ", local) if at else text


def _unmixed(text: str) -> str:
    """Return a text of UTF-8 that was read as Windows text as it was: José, not JosÃ©."""
    if text.isascii():
        return text
    for encoding in ("cp1252", "latin-1"):
        try:
            return canonical(text.encode(encoding).decode("utf-8"))
        except UnicodeError:
            continue
    return text
