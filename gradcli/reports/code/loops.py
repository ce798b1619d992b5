"""Steps of a recurrence that repeat, as a loop: lines that differ in their index alone are written once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from .names import Names

LEAST = 3  # steps that make a loop
LONGEST = 12  # lines of a step

Index = tuple[str, int]


class Row(NamedTuple):
    """A line: a name, whether it is added to, what it is, and a remark; `depth` is 1 within a loop.

    What it is stands in pieces: every name and every number is one of its own. `place` is the index of the entries that
    are changed, in brackets. A row without pieces opens a loop.
    """

    name: str
    adds: bool
    pieces: Sequence[str]
    remark: str = ""
    depth: int = 0
    place: Sequence[str] = ()

    @property
    def is_new(self) -> bool:
        """Whether the name is first known here."""
        return not self.adds and not self.place


class Loop(NamedTuple):
    """Steps that are alike: where they begin, how many lines one has, how many they are, how the index moves."""

    start: int
    period: int
    steps: int
    first: int
    shift: int


class Looped:
    """Lines with loops. `rows` are the lines; `spelt` returns a name as it is known behind them.

    `indexed` has the names of elements of a recurrence: (h, 3) for h_3. In a loop such an element is kept as h[k].
    `numbered` has what names without their number would be: v for v12.
    """

    def __init__(
        self, rows: Sequence[Row], indexed: Mapping[str, Index], numbered: Mapping[str, str], names: Names
    ) -> None:
        self.before, self.indexed, self.numbered, self.names = rows, indexed, numbered, names
        self.loops: list[Loop] = []
        end = 0
        for at, _ in enumerate(rows):
            if at >= end and (loop := self._loop(at)) is not None:
                self.loops.append(loop)
                end = at + loop.period * loop.steps
        moving = dict.fromkeys(base for loop in self.loops for base in self._moving(loop))
        self.kept = {base: names.take(base) for base in moving}
        self.k = names.take("k") if self.loops else ""
        self.local: dict[str, str] = {}  # of a step, under the name that all steps give it
        self.rows = list(self._rows()) if self.loops else list(rows)

    def _moving(self, loop: Loop) -> list[str]:
        """Return the recurrences whose index moves in a loop, in order."""
        here, there = (self._tokens(loop.start + k * loop.period, loop.period) for k in (0, 1))
        return list(dict.fromkeys(self.indexed[a][0] for a, b in zip(here, there, strict=True)
                                  if a != b and a in self.indexed))  # fmt: skip

    def _tokens(self, start: int, count: int) -> list[str]:
        rows = self.before[start : start + count]
        return [piece for row in rows for piece in (row.name, *row.place, *row.pieces)]

    # ---- finding

    def _loop(self, at: int) -> Loop | None:
        """Return the longest loop that begins at a line; None where there is none."""
        loops = (self._with_period(at, period) for period in range(LONGEST + 1))  # of no lines there is none
        return max(filter(None, loops), key=lambda loop: loop.steps * loop.period, default=None)

    def _with_period(self, at: int, period: int) -> Loop | None:
        own = [row.name for row in self.before[at : at + period] if row.name in self.indexed]
        after = [row.name for row in self.before[at + period : at + 2 * period] if row.name in self.indexed]
        if not own or not after or self.indexed[own[0]][0] != self.indexed[after[0]][0]:
            return None
        shift = self.indexed[after[0]][1] - self.indexed[own[0]][1]
        if shift not in (1, -1):
            return None
        steps = 1
        while self._alike(at, at + steps * period, period, shift * steps):
            steps += 1
        loop = Loop(at, period, steps, self.indexed[own[0]][1], shift)
        return loop if steps >= LEAST and not self._is_used_outside(loop) else None

    def _alike(self, a: int, b: int, period: int, moved: int) -> bool:
        """Whether two steps do the same, the index moved."""
        here, there = self.before[a : a + period], self.before[b : b + period]
        if len(there) < period or [row.adds for row in here] != [row.adds for row in there]:
            return False
        same = {row.name: other.name for row, other in zip(here, there, strict=True)}
        first, second = self._tokens(a, period), self._tokens(b, period)
        if len(first) != len(second):
            return False
        for x, y in zip(first, second, strict=True):
            if {x, y} & self.indexed.keys():
                (base, k), (other, j) = (self.indexed.get(token, (token, 0)) for token in (x, y))
                if base != other or j - k not in (moved, 0):
                    return False
            elif x != y and same.get(x) != y and not (x.isdecimal() and y.isdecimal() and int(y) - int(x) == moved):
                return False
        return True

    def _is_used_outside(self, loop: Loop) -> bool:
        """Whether what a step alone knows is used elsewhere; only that of the last step is still known."""
        for k in range(loop.steps - 1):
            start, behind = (loop.start + (k + n) * loop.period for n in (0, 1))
            rest = {*self._tokens(0, start), *self._tokens(behind, len(self.before))}
            if self._own(start, loop.period) & rest:
                return True
        return False

    def _own(self, start: int, count: int) -> set[str]:
        """Return the names that are first known in some lines, but for elements of recurrences."""
        return {row.name for row in self.before[start : start + count] if row.is_new} - self.indexed.keys()

    # ---- writing

    def spelt(self, token: str) -> str:
        """Return a piece as lines with loops have it."""
        if (base := self._base(token)) in self.kept:
            return f"{self.kept[base]}[{self.indexed[token][1]}]"
        return self.local.get(token, token)

    def _base(self, token: str) -> str:
        """Return the recurrence that an element is of; nothing for another name."""
        return self.indexed[token][0] if token in self.indexed else ""

    def _rows(self) -> Iterator[Row]:
        loops = {loop.start: loop for loop in self.loops}
        begun: set[str] = set()
        at = 0
        while at < len(self.before):
            loop = loops.get(at)
            step = self.before[at : at + (1 if loop is None else loop.period)]
            for base in dict.fromkeys(self._base(row.name) for row in step):
                if base in self.kept and base not in begun:
                    begun.add(base)
                    yield Row(self.kept[base], False, ["{}"])
            if loop is None:
                (row,) = step
                place, pieces = (tuple(self.spelt(token) for token in part) for part in (row.place, row.pieces))
                yield row._replace(name=self.spelt(row.name), pieces=pieces, place=place)
                at += 1
            else:
                yield from self._loop_rows(loop)
                at += loop.period * loop.steps

    def _loop_rows(self, loop: Loop) -> Iterator[Row]:
        """Yield a loop: its head, and the lines of one step."""
        k = self.k
        end = loop.first + loop.shift * loop.steps
        bounds = f"{loop.first}, {end}" + (", -1" if loop.shift < 0 else "")
        yield Row(f"for {k} in range({bounds}):", False, [])
        last = loop.start + (loop.steps - 1) * loop.period
        own = self._own(loop.start, loop.period)
        for name in (row.name for row in self.before[loop.start : loop.start + loop.period] if row.name in own):
            plain = self.numbered.get(name)
            self.local[name] = self.names.take(plain) if plain else name
        for j in range(loop.period):
            row, following = self.before[loop.start + j], self.before[loop.start + loop.period + j]
            name = self._moved(row.name, following.name, loop, k)
            place, pieces = (
                [self._moved(x, y, loop, k) for x, y in zip(a, b, strict=True)]
                for a, b in ((row.place, following.place), (row.pieces, following.pieces))
            )
            yield Row(name, row.adds, pieces, row.remark, 1, place)
        for j in range(loop.period):  # what follows knows the last step
            name = self.before[loop.start + j].name
            if name in own:
                self.local[self.before[last + j].name] = self.local[name]

    def _moved(self, token: str, following: str, loop: Loop, k: str) -> str:
        """Return a part of a step with the index of the loop in it."""
        if token == following or token in self.local:
            return self.spelt(token)
        number = self.indexed[token][1] if token in self.indexed else int(token)
        away = number - loop.first
        text = k if not away else f"{k} {'+' if away > 0 else '-'} {abs(away)}"
        return f"{self.kept[self.indexed[token][0]]}[{text}]" if token in self.indexed else text
