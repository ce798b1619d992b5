"""What every mistake of the catalogue would make of a sheet, wherever it can be made: worked out once, on demand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations

from ...language.writing import spoken
from ...record.gradient import Gradient
from ..claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, item_name
from .carrying import Begun, Carrying
from .program_shape import Place
from .replaced_numbers import Number, ReworkedProgram, SheetNumbers, Working
from .wanted import Wanted, Window, wanted_at
from .ways import PredictionId, Way, catalogue_of, ways, with_slopes
from .wrong_rules import Mistake

RAREST = 3
ROUNDING = 1e-10  # relative: what differs by less is the same number


class Prediction:
    """A mistake made at a place, and the sheet that follows.

    `made` holds the numbers that are wrong because of the mistake itself, `sheet` all numbers that differ from the
    right ones, also those that are worked out from wrong ones. `nodes` says where it was made; nowhere in particular
    if it is a way of reading the whole sheet. `key` is the same at every point.
    """

    __slots__ = ("_sheet", "_work_out", "begun", "key", "made", "mistake", "nodes", "tag")

    def __init__(
        self, mistake: Mistake, tag: str, nodes: tuple[int, ...], made: dict[Item, Number],
        sheet: dict[Item, Number] | Callable[[Prediction], dict[Item, Number]], key: PredictionId,
    ) -> None:  # fmt: skip
        self.mistake = mistake
        self.tag = tag
        self.nodes = nodes
        self.made = made
        self.key = key
        self.begun: Begun | None = None  # the values that follow from a wrong one, as far as they were asked for
        self._sheet: dict[Item, Number] | None = None if callable(sheet) else sheet
        self._work_out = sheet if callable(sheet) else None

    @property
    def is_worked_out(self) -> bool:
        """Whether the sheet has been worked out."""
        return self._sheet is not None

    @property
    def sheet(self) -> dict[Item, Number]:
        """All numbers that differ from the right ones, worked out when they are first asked for."""
        if self._sheet is None:
            assert self._work_out is not None
            self._sheet = self._work_out(self)
        return self._sheet


class Predictions:
    """The predictions for a program at a point, made when first asked for; rare mistakes may be left out."""

    def __init__(self, program: ReworkedProgram, rarest: int = RAREST) -> None:
        self.program = program
        self._steps = {item.node: item for item in program.items if item.kind == STEP}
        self._catalogue = catalogue_of(program.shape, rarest)
        self.mistakes = self._catalogue.mistakes
        self.places = program.shape.places  # every place where a mistake can be made
        self._at: dict[Place, list[Prediction]] = {}
        self._asked_once: set[Place] = set()
        self._candidates: dict[PredictionId, list[Prediction]] = {}  # of places that were asked about once
        self._spread: dict[str, list[Prediction]] = {}
        self._carrying = Carrying(program)

    def at(self, place: Place) -> list[Prediction]:
        """Return what mistakes at one place would make of the sheet."""
        found = self._at.get(place)
        if found is None:
            found = self._at[place] = []
            for way in self.ways(self.program.right, place):
                if made := self._different(way.made.items()):
                    found.append(self._made_at(place, way, made))
        return found

    def may_explain(self, place: Place, windows: Sequence[Window]) -> Iterator[Prediction]:
        """Yield what mistakes at one place would make of the sheet, without most that explain no wrong claim.

        Nothing is kept of a place that is asked about for the first time: students with numbers of their own ask once.
        """
        wanted = wanted_at(self._carrying, place, windows)
        if place in self._asked_once:
            for prediction in self.at(place):
                if wanted is None or wanted.allows(prediction.made):
                    yield prediction
            return
        self._asked_once.add(place)
        for way in self.ways(self.program.right, place, wanted):
            if made := self._different(way.made.items()):
                prediction = self._made_at(place, way, made)
                self._candidates.setdefault(way.key, []).append(prediction)
                yield prediction

    def of_key(self, place: Place, key: PredictionId) -> list[Prediction]:
        """Return what a mistake at one place would make of the sheet, in all ways of one key."""
        if place in self._at:
            return [prediction for prediction in self._at[place] if prediction.key == key]
        known = self._candidates.get(key, [])
        found = []
        for way in ways([self._catalogue.known[key[0]]], self.program.right, place):
            if way.key == key and (made := self._different(way.made.items())):
                candidate = next((one for one in known if one.made == made), None)
                found.append(candidate or self._made_at(place, way, made))
        return found

    def ways(self, numbers: SheetNumbers, place: Place, wanted: Wanted | None = None) -> Iterator[Way]:
        """Yield what can be made of a place by mistakes, from the numbers at hand, if it is wanted."""
        return ways(self._catalogue.at(numbers, place), numbers, place, wanted)

    def _made_at(self, place: Place, way: Way, made: dict[Item, Number]) -> Prediction:
        return Prediction(way.mistake, way.tag, (place[1],), made, self._carried, way.key)

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
        return self._catalogue.places_of(self.program.right, mistake)

    @cached_property
    def given(self) -> list[Place]:
        """The numbers that are given, which may be misread."""
        return [(VALUE, i) for i in self.program.graph.inputs.values() if i in self.program.asked]

    def single(self) -> Iterator[Prediction]:
        """Yield the predictions of every mistake at one place."""
        for place in self.places:
            yield from self.at(place)

    # ---- how a mistake carries on

    def _different(self, numbers: Iterable[tuple[Item, Number]]) -> dict[Item, Number]:
        """Return those of the numbers of a sheet that are not the right ones."""
        right, found = self.program.right, {}
        for item, n in numbers:
            if n is None or n == (t := right.of(item)) or not math.isfinite(n):
                continue
            if t is None or not abs(n - t) <= ROUNDING * max(abs(n), abs(t)):
                found[item] = n
        return found

    def _carried(self, prediction: Prediction) -> dict[Item, Number]:
        """Return all wrong numbers of the sheet on which some are wrong by themselves."""
        if prediction.mistake.kind == STEP:
            return prediction.made
        sheet = self._carried_back(prediction)
        return sheet | self._steps_from(sheet) if self._steps else sheet

    def _steps_from(self, sheet: dict[Item, Number]) -> dict[Item, Number]:
        """Return the wrong new values that follow from the wrong gradients of a sheet, or from a misread old value."""
        right, found = self.program.right, list[tuple[Item, Number]]()
        for node, item in self._steps.items():
            old = sheet.get(Item(VALUE, node), right.values[node])
            g = sheet.get(Item(UPSTREAM, node), right.upstream[node])
            if old is not None and g is not None:
                found.append((item, old - self.program.rate * g))
        return self._different(found)

    def _carried_back(self, prediction: Prediction) -> dict[Item, Number]:
        kind, made = prediction.mistake.kind, prediction.made
        try:
            if kind == VALUE:
                begun = self._begun(prediction)
                slopes = {(begun.node, item.position): n for item, n in made.items() if item.kind == LOCAL}
                return {**made, **self._different(self._carrying.from_value(begun, slopes))}
            changed = self._carrying.from_gradients(kind, made)
            if changed is None:
                numbers = self._with(made)
                changed = {item: numbers.of(item) for item in self.program.items if item.kind == UPSTREAM}
        except ArithmeticError:  # the wrong number cannot be worked with
            return dict(made)
        return {**made, **self._different(changed.items())}

    def _begun(self, prediction: Prediction) -> Begun:
        """Return the values that follow from a wrong one."""
        if prediction.begun is None:
            (node,) = {item.node for item in prediction.made}
            number = prediction.made.get(Item(VALUE, node), self.program.right.values[node])
            prediction.begun = self._carrying.begun(node, number)
        return prediction.begun

    def may_be(self, prediction: Prediction, item: Item, low: float, high: float) -> bool:
        """Whether a number of the sheet of a mistake at one place may lie between two; the sheet has the last word."""
        if item in prediction.made:
            return bool(low <= prediction.made[item] <= high)
        kind = prediction.mistake.kind
        if kind == STEP:
            return False
        if kind == VALUE:
            number = self._follows_from(self._begun(prediction), item)
        elif item.kind == UPSTREAM:
            number = self._carrying.gradient(kind, prediction.made, item)
        else:
            return item.kind == STEP
        return number is not None and (low <= number <= high or number != number)

    def _follows_from(self, begun: Begun, item: Item) -> Number:
        """Return a value or local gradient that follows from a wrong value, not a number where it takes the sheet."""
        if item.kind == VALUE:
            return begun.values[item.node]
        return self._carrying.local_gradient(begun, item) if item.kind == LOCAL else math.nan

    def value(self, prediction: Prediction, node: int) -> Number:
        """Return a value that follows from a wrong one, None where there is none."""
        number = self._begun(prediction).values[node]
        return number if _is_finite(number) else None

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
        sheet = self._different((item, numbers.of(item)) for item in self.program.items)
        if mistake.kind == STEP:
            sheet = self._different(made.items())
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
                if mistake.slopes is not None:  # without slopes, as behind a division by 0, it was not made here
                    found = next((way.made for way in with_slopes(mistake, working, [chosen])), {})
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
        sheets = {tag: self._different(numbers.items()) for tag, numbers in found.items()}
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
            if made := self._different(exchanged.items()):
                tag = f"{graph.labels[b]}, and the reverse"
                found.append(Prediction(mistake, tag, (a, b), made, made, (mistake.id, tag, tuple(exchanged))))
        return found


def _is_finite(x: Number) -> bool:
    return x is not None and math.isfinite(x)


def equal(x: Number, y: Number) -> bool:
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
        found += [i for i in ends if graph.nodes[i].arguments and not graph.is_called[i]]
    parts = [f"{record.labels[i]} = {spoken(graph, i)}" for i in found if i != record.output]
    return f" ({', '.join(parts)})" if parts else ""
