"""What a homework asks, by anything that a form or a student may call it: `p1.df/dx`, `P1: df/dx`, `1) df/dx`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ..claims.headings import folded

_PROBLEM_WORD = (
    r"(?:problem|question|exercise|ex|task|part|aufgabe|frage|teil|probl\u00e8me|exercice|question|ejercicio|problema|"
    r"pregunta|\u95ee\u9898|\u9898\u76ee|\u9898|q)"
)
_GAP = re.compile(r"[\s.:,;)\]_/|\u2013\u2014-]+")
_PREFIX = re.compile(r"\d{3,}:\s*")  # of a question that Canvas exports
_GRID = re.compile(r"(?P<title>.*?)\s*\[(?P<row>[^\[\]]+)\]", re.S)
_BESIDE = ("score", "feedback", "points", "punkte", "kommentar", "commentaires", "puntos", "comentarios", "comment",
           "comments", "note", "notes", "remark", "remarks", "time", "total")  # fmt: skip
_LIKE_AN_ITEM = re.compile(r"[d\u2202][^\W\d]\w*\s*/\s*[d\u2202][^\W\d]\w*|local\s*\(.*\)|\w+\.grad")


class Questions:
    """The items of the problems of a homework, in the order of the homework.

    `accepts` tells, for every problem, whether a text names an item of it; `asked` maps questions as sheets ask them to
    the problem and the item.
    """

    def __init__(
        self, accepts: Mapping[str, Callable[[str], bool]], asked: Mapping[str, tuple[str, str]] | None = None
    ) -> None:
        self._accepts = accepts
        self._asked = {folded(question): place for question, place in (asked or {}).items()}
        self._ids = list(accepts)
        self._by_id = {id.casefold(): id for id in reversed(self._ids)}
        names = "|".join(re.escape(id) for id in sorted(self._ids, key=len, reverse=True))
        self._problem = re.compile(rf"(?:{_PROBLEM_WORD}\s*)?(?P<id>{names}|\d{{1,3}})", re.I)
        self._places: dict[str, tuple[str, str] | None] = {}
        self._items: dict[tuple[str, str], str] = {}

    def problem(self, text: str) -> str | None:
        """Return the problem that a text names, None where it names none: p1, P1, 1, Problem 1."""
        text = text.strip()
        if text in self._accepts:
            return text
        found = self._problem.fullmatch(text.rstrip(" .:)"))
        return None if found is None else self._numbered(found["id"])

    def _numbered(self, text: str) -> str | None:
        """Return the problem of an id in any letters, or of a number: that of its id, or else its place."""
        if (known := self._by_id.get(text.casefold())) is not None:
            return known
        if not text.isdecimal():
            return None
        ends = [id for id in self._ids if (digits := re.search(r"\d+\Z", id)) and int(digits[0]) == int(text)]
        if ends or any(re.search(r"\d", id) for id in self._ids):
            return ends[0] if len(ends) == 1 else None
        return self._ids[int(text) - 1] if 0 < int(text) <= len(self._ids) else None

    def item(self, problem: str, text: str) -> str:
        """Return the item of a problem that a text names, in its own letters, or the text if it names none."""
        found = self._items.get((problem, text))
        if found is None:
            accepts = self._accepts[problem]
            found = next((way for way in _ways(text) if accepts(way)), text)
            self._items[problem, text] = found
        return found

    def meant(self, problem: str, item: str) -> tuple[str, str]:
        """Return the problem and the item that a row of a sheet names, each as the homework calls it if it is known.

        Where no problem is named, the item may do so: p1.q.
        """
        if not problem and (place := self.place(item)) is not None:
            return place
        id = self.problem(problem) if problem else self._ids[0] if len(self._ids) == 1 else None
        return (problem, item) if id is None else (id, self.item(id, item))

    def place(self, heading: str) -> tuple[str, str] | None:
        """Return the problem and the item that a heading asks for, None where it is the heading of no answer."""
        if heading not in self._places:
            self._places[heading] = self._place(heading)
        return self._places[heading]

    def _place(self, heading: str) -> tuple[str, str] | None:
        text = " ".join(heading.replace("\u00a0", " ").split())
        text = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
        if grid := _GRID.fullmatch(text):
            if folded(grid["row"]) in _BESIDE:
                return None
            text = f"{grid['title']} {grid['row']}"
        if (asked := self._asked.get(folded(text))) is not None:
            return asked
        if (named := self._named(text)) is not None:
            problem, rest = named
            if (asked := self._asked.get(folded(rest))) is not None and asked[0] == problem:
                return asked
            item = self.item(problem, rest)
            if self._accepts[problem](item):
                return problem, item
        found = [(id, item) for id in self._ids if self._accepts[id](item := self.item(id, text))]
        return found[0] if len(found) == 1 else None

    def _named(self, text: str) -> tuple[str, str] | None:
        """Return the problem that a text begins with, and what follows."""
        start = self._problem.match(text)
        if start is None or (problem := self._numbered(start["id"])) is None:
            return None
        gap = _GAP.match(text, start.end())
        return None if gap is None or gap.end() == len(text) else (problem, text[gap.end() :])

    def is_meant(self, heading: str) -> bool:
        """Whether a heading that asks for nothing known looks as if it should: it names a problem, or a derivative."""
        text = heading.strip()
        if _LIKE_AN_ITEM.fullmatch(text):
            return True
        named = self._named(text)
        return named is not None and named[1][0].isalpha() and folded(named[1]).split()[0] not in _BESIDE


def _ways(text: str) -> Iterator[str]:
    """Yield what may be the item in a text: all of it, what is before an explanation, the same in small letters."""
    text = text.strip()
    yield text
    shorter = [
        re.split(cut, text, maxsplit=1)[0] for cut in (r"\s*[=?]", r"\s+\(", r"\s*:", r"\s*[,;\u2013\u2014]", r"\s+-\s")
    ]
    for part in dict.fromkeys([*shorter, text.rstrip(" .:=?"), text.strip("`'\"$ ")]):
        if part and part != text:
            yield part
    for part in dict.fromkeys((text[:1].lower() + text[1:], text.lower())):
        if part != text:
            yield part
