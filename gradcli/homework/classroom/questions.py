"""What a homework asks, by anything that a form or a student may call it: `p1.df/dx`, `P1: df/dx`, `1) df/dx`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..claims.headings import folded

_PROBLEM_WORD = (
    r"(?:problem|question|exercise|ex|task|part|aufgabe|frage|teil|probl\u00e8me|exercice|question|ejercicio|problema|"
    r"pregunta|\u95ee\u9898|\u9898\u76ee|\u9898|q)"
)
_LAST_DIGITS = re.compile(r"\d+\Z")
_GAP = re.compile(r"[\s.:,;)\]_/|\u2013\u2014-]+")
_PREFIX = re.compile(r"\A\d{3,}:\s*")  # of a question that Canvas exports
_GRID = re.compile(r"(?P<title>.*?)\s*\[(?P<row>[^\[\]]+)\]", re.S)
_BESIDE = ("score", "feedback", "points", "punkte", "kommentar", "commentaires", "puntos", "comentarios", "comment",
           "comments", "note", "notes", "remark", "remarks", "time", "total")  # fmt: skip
_LIKE_AN_ITEM = re.compile(r"\b[d\u2202][^\W\d]\w*\s*/\s*[d\u2202][^\W\d]\w*|\blocal\s*\(.*\)|\w+\.grad\b")
_WORDS = ("a", "e", "i", "o", "u", "y", "I", "A")  # that sentences have as well as programs


class Questions:
    """The items of the problems of a homework, in the order of the homework.

    `accepts` tells, for every problem, whether a text names an item of it; `asked` has questions as sheets ask them,
    each with its problem and its item. `titles` and `shown` have the title and some items of a problem. `timed` says
    that it matters when answers were handed in.
    """

    def __init__(
        self, accepts: Mapping[str, Callable[[str], bool]], asked: Iterable[tuple[str, str, str]] = (),
        titles: Mapping[str, str] | None = None, shown: Mapping[str, Sequence[str]] | None = None, *,
        timed: bool = False,
    ) -> None:  # fmt: skip
        self.timed = timed
        self._accepts = accepts
        self._asked: dict[tuple[str, str], str] = {}
        for question, id, item in asked:
            self._asked.setdefault((id, folded(question)), item)
        self._titles = _told_apart(titles or {})
        self._shown = shown or {}
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
        if (titled := self._titled(text)) is not None and not titled[1]:
            return titled[0]
        found = self._problem.fullmatch(text.rstrip(" .:)"))
        return None if found is None else self._numbered(found["id"])

    def _numbered(self, text: str) -> str | None:
        """Return the problem of an id in any letters, or of a number: that of its id, or its place if it has none."""
        if (known := self._by_id.get(text.casefold())) is not None:
            return known
        if not text.isdecimal():
            return None
        ends = [id for id in self._ids if (digits := _LAST_DIGITS.search(id)) and int(digits[0]) == int(text)]
        if ends:
            return ends[0] if len(ends) == 1 else None
        there = self._ids[int(text) - 1] if 0 < int(text) <= len(self._ids) else None
        return None if there is None or _LAST_DIGITS.search(there) else there

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
        text = _PREFIX.sub("", " ".join(heading.replace("\u00a0", " ").split()))
        if grid := _GRID.fullmatch(text):
            if folded(grid["row"]) in _BESIDE:
                return None
            text = f"{grid['title']} {grid['row']}"
        if (named := self._named(text)) is not None and (item := self._asks(*named)) is not None:
            return named[0], item
        found = [(id, item) for id in self._ids if (item := self._asks(id, text)) is not None]
        return found[0] if len(found) == 1 else None

    def _asks(self, problem: str, text: str) -> str | None:
        """Return the item of a problem that a text asks for, in the words of a sheet or by its name."""
        if (asked := self._asked.get((problem, folded(text)))) is not None:
            return asked
        item = self.item(problem, text)
        return item if self._accepts[problem](item) else None

    def _titled(self, text: str) -> tuple[str, str] | None:
        """Return the problem whose title a text begins with, the longest such, and what follows."""
        for title, id in self._titles.items():
            found = re.match(re.escape(title).replace(r"\ ", r"\s+"), text, re.I)
            if found is None:
                continue
            gap = _GAP.match(text, found.end())
            if gap or found.end() == len(text):
                return id, text[gap.end() :] if gap else ""
        return None

    def _named(self, text: str) -> tuple[str, str] | None:
        """Return the problem that a text begins with, by its title, its id or its number, and what follows."""
        if (titled := self._titled(text)) is not None:
            return titled if titled[1] else None
        start = self._problem.match(text)
        if start is None or (problem := self._numbered(start["id"])) is None:
            return None
        gap = _GAP.match(text, start.end())
        if gap is None or gap.end() == len(text):
            return None
        rest = text[gap.end() :]
        titled = self._titled(rest)  # Problem 1: A layer: dL/dW
        return (problem, titled[1] if titled is not None and titled[0] == problem and titled[1] else rest)

    def is_meant(self, heading: str) -> bool:
        """Whether a heading that asks for nothing known looks as if it should.

        It does if it names a problem, has a problem's title or a derivative in it, or an item of some problem.
        """
        text = " ".join(heading.split())
        words = folded(text).split()
        if not words or words[0] in _BESIDE or words[-1] in _BESIDE:
            return False
        if _LIKE_AN_ITEM.search(text) or any(folded(title) in folded(text) for title in self._titles):
            return True
        named = self._named(text)
        if named is not None and named[1][0].isalpha():
            return True
        return any(
            self.askers(word) for part in text.split() if (word := part.strip(".,:;?!()[]")) not in ("", *_WORDS)
        )

    def askers(self, item: str) -> list[str]:
        """Return the problems that have an item of that name."""
        return [id for id in self._ids if self._accepts[id](item)]

    def why_not(self, heading: str) -> str:
        """Return why a heading that looks like an item is none, and how headings are written."""
        askers = [id for id in self._ids if self._asks(id, " ".join(heading.split())) is not None]
        why = f"{' and '.join(askers[:3])} ask it" if len(askers) > 1 else "no problem asks it"
        shown = self.examples(1)
        return f"{why}; headings are written {shown[0]}" if shown else why

    def examples(self, most: int) -> list[str]:
        """Return headings that are read, of different problems first: `p1: df/dx`."""
        depth = max(map(len, self._shown.values()), default=0)
        found = [f"{id}: {items[k]}" for k in range(depth) for id, items in self._shown.items() if k < len(items)]
        return found[:most]


def _told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Return the problems by their titles, the longest first, without those that several problems have."""
    plain = {id: " ".join(title.split()) for id, title in titles.items()}
    counts = Counter(map(str.casefold, plain.values()))
    return {
        title: id
        for id, title in sorted(plain.items(), key=lambda entry: -len(entry[1]))
        if title and counts[title.casefold()] == 1
    }


def _ways(text: str) -> Iterator[str]:
    """Yield what may be the item in a text: all of it, what is before an explanation, the same in small letters."""
    text = text.strip()
    shorter = [
        re.split(cut, text, maxsplit=1)[0] for cut in (r"\s*[=?]", r"\s+\(", r"\s*:", r"\s*[,;\u2013\u2014]", r"\s+-\s")
    ]
    bare = text.rstrip(" .:=?"), text.strip("`'\"$ ")
    yield from filter(None, dict.fromkeys([text, *shorter, *bare, text[:1].lower() + text[1:], text.lower()]))
