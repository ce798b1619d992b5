"""What every mistake of the catalogue would make of a sheet, wherever it can be made: worked out once, on demand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from ...language.writing import spoken
from ...record.gradient import Gradient
from ..claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, item_name
from .carrying import Carrying
from .mistakes import MISTAKES
from .replaced_numbers import Number, ReworkedProgram, SheetNumbers, Working
from .wrong_rules import Mistake, Wrong

RAREST = 3
ROUNDING = 1e-10  # relative: what differs by less is the same number
Place = tuple[str, int]  # a kind of item and a node
PredictionId = tuple[str, str, tuple[Item, ...]]  # a mistake, in which way, where


class Prediction(NamedTuple):
    """A mistake made at a place, and the sheet that follows.

    `made` holds the numbers that are wrong because of the mistake itself, `sheet` all numbers that differ from the
    right ones, also those that are worked out from wrong ones. `nodes` says where it was made; nowhere in particular
    if it is a way of reading the whole sheet. `key` is the same at every point.
    """

    mistake: Mistake
    tag: str
    nodes: tuple[int, ...]
    made: dict[Item, Number]
    sheet: dict[Item, Number]
    key: PredictionId


class Way(NamedTuple):
    """One way of making a mistake at a place: its tag, and what is written down there."""

    mistake: Mistake
    tag: str
    made: dict[Item, Number]

    @property
    def key(self) -> PredictionId:
        """What tells it from others."""
        return (self.mistake.id, self.tag, tuple(self.made))


def ways(mistakes: Iterable[Mistake], numbers: SheetNumbers, place: Place) -> Iterator[Way]:
    """Yield all that can be made of a place by mistakes, from the numbers at hand."""
    kind, node = place
    positions = numbers.program.positions[node] if kind == LOCAL else [-1]
    workings = [Working(numbers, Item(kind, node, position)) for position in positions]
    for mistake in mistakes:
        if mistake.kind != kind or not mistake.applies(workings[0]):
            continue
        results = [(working.item, mistake.results(working)) for working in workings]
        if mistake.slopes is not None:
            yield from _with_slopes(mistake, workings[0], results[0][1])
            continue
        if not mistake.together:
            for item, found in results:
                for tag, number in found:
                    yield Way(mistake, tag, {item: number})
        joint = {item: found[-1][1] for item, found in results if found}
        if (len(joint) > 1 and not mistake.slip) or (mistake.together and joint):
            yield Way(mistake, "", joint)


def _with_slopes(mistake: Mistake, working: Working, results: Iterable[Wrong]) -> Iterator[Way]:
    """Yield what is made of a value, together with the local gradients that go with it."""
    node = working.item.node
    for tag, number in results:
        assert mistake.slopes is not None
        slopes = mistake.slopes(working, tag)
        positions = [k for k in working.program.positions[node] if slopes.get(k) is not None]
        yield Way(mistake, tag, {working.item: number, **{Item(LOCAL, node, k): slopes[k] for k in positions}})


class Predictions:
    """The predictions for a program at a point, made when first asked for; rare mistakes may be left out."""

    def __init__(self, program: ReworkedProgram, rarest: int = RAREST) -> None:
        self.program = program
        self._steps = {item.node: item for item in program.items if item.kind == STEP}
        self._known = {**MISTAKES, **_step_mistakes()} if self._steps else MISTAKES
        self.mistakes = [mistake for mistake in self._known.values() if mistake.common <= rarest]
        self._at: dict[Place, list[Prediction]] = {}
        self._spread: dict[str, list[Prediction]] = {}
        self._places_of: dict[str, list[Place]] = {}
        self._about: dict[tuple[str, str], list[Mistake]] = {}
        self._carrying = Carrying(program)

    @cached_property
    def places(self) -> list[Place]:
        """Every place where a mistake can be made."""
        return list(dict.fromkeys((kind, node) for kind, node, _ in self.program.items))

    def about(self, place: Place) -> list[Mistake]:
        """Return the mistakes that may be made at a place, by its kind and operation."""
        operation = self.program.nodes[place[1]].operation
        key = (place[0], operation.name)
        found = self._about.get(key)
        if found is None:
            found = self._about[key] = [m for m in self.mistakes if m.kind == place[0] and m.is_about(operation)]
        return found

    def at(self, place: Place) -> list[Prediction]:
        """Return what mistakes at one place would make of the sheet."""
        found = self._at.get(place)
        if found is None:
            found = self._at[place] = []
            for way in ways(self.about(place), self.program.right, place):
                if made := self._different(way.made):
                    sheet = self._carried(place[0], made)
                    found.append(Prediction(way.mistake, way.tag, (place[1],), made, sheet, way.key))
        return found

    def spread(self, mistake: Mistake) -> list[Prediction]:
        """Return what a mistake at every place of its kind would make of the sheet, or a way of reading it."""
        found = self._spread.get(mistake.id)
        if found is None:
            found = []
            if mistake.spread == "pairs":
                found = self._pairs(mistake)
            elif mistake.spread == "all":
                found = self._readings(mistake) if mistake.slip else self._everywhere(mistake)
            self._spread[mistake.id] = found
        return found

    def places_of(self, mistake: Mistake) -> list[Place]:
        """Return where a mistake can be made, by its kind and by the operation."""
        found = self._places_of.get(mistake.id)
        if found is None:
            right, positions = self.program.right, self.program.positions
            found = self._places_of[mistake.id] = [
                (kind, node) for kind, node in self.places
                if kind == mistake.kind
                and mistake.applies(Working(right, Item(kind, node, (positions[node] or [-1])[0])))
            ]  # fmt: skip
        return found

    @cached_property
    def given(self) -> list[Place]:
        """The numbers that are given, which may be misread."""
        return [(VALUE, i) for i in self.program.graph.inputs.values() if i in self.program.asked]

    def made_again(self, key: PredictionId, place: Place) -> Prediction | None:
        """Return what the mistake of a key would make of the sheet, without any others; None where it makes nothing."""
        id, tag, _items = key
        for way in ways([self._known[id]], self.program.right, place):
            if way.key == key and (made := self._different(way.made)):
                return Prediction(way.mistake, tag, (place[1],), made, self._carried(place[0], made), key)
        return None

    def single(self) -> Iterator[Prediction]:
        """Yield the predictions of every mistake at one place."""
        for place in self.places:
            yield from self.at(place)

    # ---- how a mistake carries on

    def _different(self, numbers: dict[Item, Number]) -> dict[Item, Number]:
        """Return those of the numbers that are not the right ones."""
        right = self.program.right
        return {item: n for item, n in numbers.items() if _is_finite(n) and not same(n, right.of(item))}

    def _compared(self, numbers: Iterable[tuple[Item, Number]]) -> dict[Item, Number]:
        """Return those of the numbers of a sheet that are not the right ones."""
        right, found = self.program.right, {}
        for item, n in numbers:
            if n is None or n == (t := right.of(item)) or not math.isfinite(n):
                continue
            if t is None or not abs(n - t) <= ROUNDING * max(abs(n), abs(t)):
                found[item] = n
        return found

    def _carried(self, kind: str, made: dict[Item, Number]) -> dict[Item, Number]:
        """Return all wrong numbers of the sheet on which some are wrong by themselves."""
        if kind == STEP:
            return made
        sheet = self._carried_back(kind, made)
        return sheet | self._steps_from(sheet) if self._steps else sheet

    def _steps_from(self, sheet: dict[Item, Number]) -> dict[Item, Number]:
        """Return the wrong new values that follow from the wrong gradients of a sheet, or from a misread old value."""
        right, found = self.program.right, list[tuple[Item, Number]]()
        for node, item in self._steps.items():
            old = sheet.get(Item(VALUE, node), right.values[node])
            g = sheet.get(Item(UPSTREAM, node), right.upstream[node])
            if old is not None and g is not None:
                found.append((item, old - self.program.rate * g))
        return self._compared(found)

    def _carried_back(self, kind: str, made: dict[Item, Number]) -> dict[Item, Number]:
        try:
            if kind == VALUE:
                (node,) = {item.node for item in made}
                slopes = {(node, item.position): n for item, n in made.items() if item.kind == LOCAL}
                value = made.get(Item(VALUE, node), self.program.right.values[node])
                return {**made, **self._compared(self._carrying.from_value(node, value, slopes))}
            changed = self._carrying.from_gradients(kind, made)
            if changed is None:
                numbers = self._with(made)
                changed = {item: numbers.of(item) for item in self.program.items if item.kind == UPSTREAM}
        except ArithmeticError:  # the wrong number cannot be worked with
            return dict(made)
        return {**made, **self._compared(changed.items())}

    def _everywhere(self, mistake: Mistake) -> list[Prediction]:
        """Return the sheets on which the mistake is made at every place of its kind, and at every one of an operation.

        The places are where it can be made at all; there are several on each sheet.
        """
        places = [(kind, node) for kind, node in self.places if kind == mistake.kind]
        if mistake.kind == UPSTREAM:
            places.sort(key=lambda place: -place[1])
            return self._at_all(mistake, places, "everywhere", None)
        nodes, places = self.program.nodes, self.places_of(mistake)
        found: list[Prediction] = []
        names = dict.fromkeys(nodes[node].operation.name for _, node in places)
        for name in ("", *(names if len(names) > 1 else ())):
            own = [place for place in places if not name or nodes[place[1]].operation.name == name]
            for tag in self._tags(mistake, own[:1]):
                found += self._at_all(mistake, own, f"everywhere {name} {tag}", tag)
        return found

    def _tags(self, mistake: Mistake, places: list[Place]) -> dict[str, None]:
        """Return the ways in which a mistake can be made at some places."""
        right, positions = self.program.right, self.program.positions
        items = [Item(kind, i, k) for kind, i in places for k in (positions[i] if kind == LOCAL else [-1])]
        return dict.fromkeys(tag for item in items for tag, _ in mistake.results(Working(right, item)))

    def _at_all(self, mistake: Mistake, places: list[Place], name: str, tag: str | None) -> list[Prediction]:
        """Return the sheet on which the mistake is made at all of some places, if it changes something at several.

        It is made in the way of a tag where it can, else as thoroughly as it can be.
        """
        numbers = self.program.right
        made: dict[Item, Number] = {}
        tags: set[str] = set()
        if len(places) < 2:
            return []
        try:
            for kind, node in places:
                here, own = self._thoroughly(mistake, numbers, (kind, node), tag)
                if not here:
                    continue
                made |= here
                tags.add(own)
                if kind != LOCAL:
                    numbers = self._with(made)
            if mistake.kind == LOCAL:
                numbers = self._with(made)
        except ArithmeticError:
            return []
        sheet = self._compared((item, numbers.of(item)) for item in self.program.items)
        if mistake.kind == STEP:
            sheet = self._different(made)
        seen = {item: n for item, n in made.items() if item in sheet}
        nodes = tuple(sorted({item.node for item in seen}))
        if len(nodes) < 2:
            return []
        told = tags.pop() if len(tags) == 1 else mistake.several
        return [Prediction(mistake, told, nodes, seen, sheet, (mistake.id, name, tuple(made)))]

    def _with(self, made: dict[Item, Number]) -> SheetNumbers:
        """Return the numbers that follow from some that were made wrong."""
        values = {item.node: n for item, n in made.items() if item.kind == VALUE}
        local_gradients = {(item.node, item.position): n for item, n in made.items() if item.kind == LOCAL}
        upstream = {item.node: n for item, n in made.items() if item.kind == UPSTREAM}
        if values:
            return self.program.work(values, local_gradients, upstream)
        return self.program.again(self.program.right, local_gradients, upstream)

    def _thoroughly(
        self, mistake: Mistake, numbers: SheetNumbers, place: Place, wanted: str | None
    ) -> tuple[dict[Item, Number], str]:
        """Return what the mistake makes of a place, in the wanted way or as thoroughly as it can, and its tag."""
        kind, node = place
        found, tag = {}, ""
        for position in self.program.positions[node] if kind == LOCAL else [-1]:
            working = Working(numbers, Item(kind, node, position))
            if mistake.applies(working) and (results := mistake.results(working)):
                chosen = next((result for result in results if result[0] == wanted), results[-1])
                tag, found[working.item] = chosen
                if mistake.slopes is not None:
                    found |= next(_with_slopes(mistake, working, [chosen])).made
        return found, tag

    def _readings(self, mistake: Mistake) -> list[Prediction]:
        """Return the sheets of which every gradient but the output's is misread in the same way."""
        program = self.program
        found: dict[str, dict[Item, Number]] = {}
        for item in program.items:
            if item.kind == mistake.kind and item.node != program.output:
                working = Working(program.right, item)
                for tag, number in mistake.results(working) if mistake.applies(working) else ():
                    found.setdefault(tag, {})[item] = number
        sheets = {tag: self._different(numbers) for tag, numbers in found.items()}
        return [
            Prediction(mistake, tag, (), sheet, sheet, (mistake.id, tag, tuple(sheet)))
            for tag, sheet in sheets.items()
            if len(sheet) > 1
        ]

    def _pairs(self, mistake: Mistake) -> list[Prediction]:
        """Return the sheets on which the gradients of two variables are exchanged."""
        right, graph = self.program.right, self.program.graph
        inputs = [i for i in graph.inputs.values() if i in self.program.asked and _is_finite(right.upstream[i])]
        found = []
        for a, b in combinations(inputs, 2):
            exchanged = {Item(UPSTREAM, a): right.upstream[b], Item(UPSTREAM, b): right.upstream[a]}
            if made := self._different(exchanged):
                tag = f"{graph.labels[b]}, and the reverse"
                found.append(Prediction(mistake, tag, (a, b), made, made, (mistake.id, tag, tuple(exchanged))))
        return found


def _step_mistakes() -> dict[str, Mistake]:
    from .wrong_steps import STEP_MISTAKES

    return STEP_MISTAKES


def _is_finite(x: Number) -> bool:
    return x is not None and math.isfinite(x)


def same(x: Number, y: Number) -> bool:
    """Whether two numbers are the same up to rounding; one that is missing or beyond binary64 is like itself alone."""
    if x is None or y is None or not (math.isfinite(x) and math.isfinite(y)):
        return bool(x == y)
    return bool(abs(x - y) <= ROUNDING * max(abs(x), abs(y)))


def mistake_in_words(
    record: Gradient, mistake: Mistake, tag: str, nodes: Sequence[int], made: Sequence[Item]
) -> tuple[str, str]:
    """Return a mistake and its place, such as `a lost minus sign` and `at local(f,y)`, to follow `consistent with`."""
    graph = record.graph
    node = graph.by_label.get(tag)
    what = mistake.in_words(tag if node is None else spoken(graph, node))
    if not nodes:
        return what, "in every gradient"
    if mistake.kind == STEP and len(made) > 1:
        return what, "in every new value"
    if len(made) == 1 or mistake.spread == "pairs":
        return what, f"at {item_name(record, made[0])}{_unnamed(record, made[:1])}"
    names = [spoken(graph, i) for i in nodes]
    if len(names) == 1:
        return what, f"at {names[0]}"
    return what, f"at {', '.join(names[:-1])} and {names[-1]}"


def _unnamed(record: Gradient, items: Sequence[Item]) -> str:
    """Return what the nodes of an item are that the program has no names for, to stand after the item."""
    graph = record.graph
    found = []
    for item in items:
        ends = [item.node] if item.kind != LOCAL else [item.node, graph.nodes[item.node].arguments[item.position]]
        found += [i for i in ends if graph.nodes[i].arguments and i not in graph.named.values()]
    parts = [f"{record.labels[i]} = {spoken(graph, i)}" for i in found if i != record.output]
    return f" ({', '.join(parts)})" if parts else ""
