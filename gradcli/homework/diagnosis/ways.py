"""The ways of making mistakes at a place of a program, and which rows of the catalogue apply where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..claims.items import LOCAL, Item
from .mistakes import MISTAKES
from .program_shape import Place, ProgramShape
from .replaced_numbers import Number, SheetNumbers, Working
from .wanted import Wanted
from .wrong_rules import Mistake, Wrong

PredictionId = tuple[str, str, tuple[Item, ...]]  # a mistake, in which way, where


class Way(NamedTuple):
    """One way of making a mistake at a place: its tag, and what is written down there."""

    mistake: Mistake
    tag: str
    made: dict[Item, Number]

    @property
    def key(self) -> PredictionId:
        """What tells it from others."""
        return (self.mistake.id, self.tag, tuple(self.made))


def ways(
    mistakes: Iterable[Mistake], numbers: SheetNumbers, place: Place, wanted: Wanted | None = None
) -> Iterator[Way]:
    """Yield all that can be made of a place, from the numbers at hand, by mistakes that apply there, if wanted."""
    kind, node = place
    positions = numbers.program.positions[node] if kind == LOCAL else [-1]
    workings = [Working(numbers, Item(kind, node, position)) for position in positions]
    for mistake in mistakes:
        results = [(working.item, mistake.results(working)) for working in workings]
        if mistake.slopes is not None:
            item, found = results[0]
            if wanted is not None:
                found = [result for result in found if wanted.has(item, result[1])]
            yield from with_slopes(mistake, workings[0], found)
            continue
        if not mistake.together:
            for item, found in results:
                for tag, number in found:
                    if wanted is None or wanted.has(item, number):
                        yield Way(mistake, tag, {item: number})
        joint = {item: found[-1][1] for item, found in results if found}
        together = bool(joint) if mistake.together else len(joint) > 1 and not mistake.slip
        if together and (wanted is None or wanted.allows(joint)):
            tags = dict.fromkeys(found[-1][0] for _, found in results if found)
            yield Way(mistake, " and ".join(filter(None, tags)), joint)


def with_slopes(mistake: Mistake, working: Working, results: Iterable[Wrong]) -> Iterator[Way]:
    """Yield what is made of a value, together with the local gradients that go with it."""
    node = working.item.node
    for tag, number in results:
        assert mistake.slopes is not None
        try:
            slopes = mistake.slopes(working, tag)
        except ArithmeticError:  # a wrong rule has no domain to be checked first
            continue
        positions = [k for k in working.program.positions[node] if slopes.get(k) is not None]
        yield Way(mistake, tag, {working.item: number, **{Item(LOCAL, node, k): slopes[k] for k in positions}})


class Catalogue:
    """The mistakes that are not too rare, and where they can be made, in programs of one shape."""

    def __init__(self, shape: ProgramShape, rarest: int) -> None:
        self._shape = shape
        self.known = {**MISTAKES, **_step_mistakes()} if shape.stepping else MISTAKES
        self.mistakes = [mistake for mistake in self.known.values() if mistake.common <= rarest]
        self._at: dict[Place, list[Mistake]] = {}
        self._places_of: dict[str, list[Place]] = {}

    def at(self, numbers: SheetNumbers, place: Place) -> list[Mistake]:
        """Return the mistakes that apply at a place, which hangs on no number."""
        found = self._at.get(place)
        if found is None:
            working = self._working(numbers, place)
            found = self._at[place] = [mistake for mistake in self.mistakes if mistake.applies(working)]
        return found

    def places_of(self, numbers: SheetNumbers, mistake: Mistake) -> list[Place]:
        """Return where a mistake can be made, by its kind and by the operation."""
        found = self._places_of.get(mistake.id)
        if found is None:
            found = self._places_of[mistake.id] = [
                place
                for place in self._shape.places
                if place[0] == mistake.kind and mistake.applies(self._working(numbers, place))
            ]
        return found

    def _working(self, numbers: SheetNumbers, place: Place) -> Working:
        kind, node = place
        positions = self._shape.positions[node] if kind == LOCAL else []
        return Working(numbers, Item(kind, node, positions[0] if positions else -1))


@lru_cache(32)
def catalogue_of(shape: ProgramShape, rarest: int) -> Catalogue:
    """Return the mistakes for programs of one shape, those that are not too rare."""
    return Catalogue(shape, rarest)


def _step_mistakes() -> dict[str, Mistake]:
    from .wrong_steps import STEP_MISTAKES

    return STEP_MISTAKES
