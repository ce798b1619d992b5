"""A problem about a program of arrays as it is put to one student: its arrays, the record of the run, what is asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from ...arrays.graph import ArrayGraph
from ...arrays.sizes import bracketed, count, shape_text, sizes_text
from ...arrays.table import INPUT
from ...errors import GradcliError, InputError, Source
from ...language.array_writing import expression, formula
from ...language.lexer import as_name
from ...language.names import clip_name, listed
from ...record.array_gradient import ArrayGradient, evaluate_arrays
from ...record.array_point import ArrayPoint, Given, texts_of
from ...record.array_values import STANDARD_INPUT, ArrayData, array_value
from ...record.precision import Precision
from ...record.request import Request
from ...record.values import used_by_nothing
from ...text import did_you_mean
from ..claims.array_formulas import ArraySamples
from ..claims.array_items import ArrayItem, item_name, readings, worksheet
from ..claims.items import LOCAL, NO_RATE, STEP, UPSTREAM, VALUE
from ..diagnosis.dull_arrays import arrays_may_be_dull
from ..marking.array_key import true_numbers
from ..marking.plain_numbers import require_plain_numbers
from .array_variants import arrays_of, given_of
from .homework_file import Problem
from .problem_errors import ProblemErrors
from .problem_instance import LONGEST
from .toml_reading import TomlTable
from .variants import LATEST, SECOND, Variant, canonical

MOST_ASKED = 400  # entries of an array that is asked for unless it is named
KINDS = {"all": (VALUE, UPSTREAM, STEP), "values": (VALUE,), "local": (), "upstream": (UPSTREAM,),
         "gradient": (UPSTREAM, STEP), "new": (STEP,)}  # fmt: skip


class ArrayInstance(NamedTuple):
    """A problem with its arrays: `given` are those of the inputs, `weights` those of the items asked.

    `left_out` names what is too large to be asked for.
    """

    problem: Problem
    given: dict[str, Given]
    record: ArrayGradient
    weights: dict[ArrayItem, float]
    left_out: list[str]

    @property
    def points(self) -> float:
        """What the items earn together."""
        points = self.problem.points
        return sum(self.weights.values()) if points is None else points

    def answer(self, item: ArrayItem) -> str:
        """Return the right answer as text."""
        return shape_text(item.shape) if item.of_shape else bracketed(self.answers(item), item.shape)

    def answers(self, item: ArrayItem) -> list[str]:
        """Return the right answer as the texts of its entries; "-" for an entry without one."""
        record = self.record
        run = ArraySamples(record, 0, ()).own if item.kind == LOCAL else None
        flat = true_numbers(record, item, run)
        return ["-" if x is None else record.system.brief(x) for x in flat]

    def question(self, item: ArrayItem) -> str:
        """Return what is asked, in words, with the shape."""
        record, labels = self.record, self.record.labels
        name = item_name(record, item)
        if item.of_shape:
            return f"shape of {name.removeprefix('shape(').removesuffix(')')}"
        shape = f" ({sizes_text(item.shape)})" if item.places is None else ""
        if item.kind == VALUE:
            whole = f"{labels[item.node]} = {self._statement(item.node)}"
            return f"value of {name} of {whole}" if item.subscript else f"value of {whole}{shape}"
        if item.kind == LOCAL:
            return f"Jacobian {name}{shape}"
        if item.kind == STEP:
            return self._step(item) + shape
        of = record.output if item.kind == UPSTREAM else item.position
        return f"gradient of {labels[of]} with respect to {labels[item.node]}{item.subscript}{shape}"

    def _step(self, item: ArrayItem) -> str:
        """Return how the value of an input after a step is computed."""
        update, labels = self.problem.update, self.record.labels
        assert update is not None
        own, direction = labels[item.node], "ascent" if update.ascent else "descent"
        rate, sign = update.rate.text.strip(), "+" if update.ascent else "-"
        formula = f"{own} {sign} {rate}*d{labels[self.record.output]}/d{own}"
        return f"new value of {own}{item.subscript} after a step of {direction} with the rate {rate}: {formula}"

    def _statement(self, i: int) -> str:
        """Return what a node computes, in names of the program and of what else is asked."""
        graph = self.record.graph
        asked = {item.node for item in self.weights if item.kind == VALUE}
        known = {*graph.named.values(), *graph.inputs.values(), *asked}
        text = formula(graph, i, [k in known for k in range(len(graph.nodes))], limit=LONGEST)
        return expression(graph, i) if text.endswith("...") else text


def told(value: Given) -> str:
    """Return the value of an input as it is told."""
    if isinstance(value, Source):
        return value.text.strip()
    return bracketed([x if isinstance(x, str) else repr(x) for x in value.entries], value.shape)


class ParsedArrays(ProblemErrors):
    """A problem about arrays, parsed once, that is put to one student after another.

    Raises `InputError` for a program, binding or item that cannot be used.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._given = {name: self._value(name, source) for name, source in problem.bindings.items()}
        self._first = {name: given_of(name, texts[0]) for name, texts in problem.choices.items()}
        self._graph = self._parsed()
        self._check_names(self._graph)
        self._free = [name for name in (*problem.shapes, *problem.choices) if name in self._graph.inputs]
        if self._free and problem.seed is None:
            raise self.error("shapes", "numbers of a student's own need a seed", "add vary = 2026, or any other number")
        self._same = None if self._free else self._instance(self._given)

    @property
    def is_same(self) -> bool:
        """Whether everybody has the same numbers."""
        return self._same is not None

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions of drawing by which a student may have got numbers, the likeliest first."""
        if self._same is not None:
            return (LATEST,)
        if self.problem.vary_version:
            return (max(self.problem.vary_version, SECOND),)  # arrays were never drawn by the first
        return (LATEST, SECOND) if arrays_may_be_dull(self._graph) else (SECOND,)

    def for_student(self, student: str, version: int | None = None) -> ArrayInstance:
        """Return the problem with the student's numbers. Raises `InputError` where none can be found."""
        if self._same is not None:
            return self._same
        problem = self.problem
        assert problem.seed is not None
        variant = Variant(problem.seed, canonical(student), problem.id, version or self.versions[0])
        try:
            given = arrays_of(self._graph, self._given, problem.shapes, problem.choices, variant)
        except GradcliError as error:
            raise self.placed(error) from None
        return self._instance(given)

    def _value(self, name: str, source: Source) -> Given:
        """Return the value of an input: an array, a number, or what stands in a file beside the homework."""
        try:
            data = array_value(self._beside(source))
        except GradcliError as error:
            raise self._at(error, name) from None
        return source if data is None else data

    def _beside(self, source: Source) -> Source:
        """Return a value that names a file so that it is looked for beside the homework file."""
        text, table = source.text.strip(), self.problem.table
        if STANDARD_INPUT.match(text):
            raise InputError("a homework file cannot read standard input", kind="homework", hint="name a file")
        if not text.startswith("@") or table is None:
            return source
        folder = os.path.dirname(table.source.name)
        return Source(source.name, f"@{os.path.join(folder, text[1:].strip())}")

    def _at(self, error: GradcliError, name: str) -> GradcliError:
        """Return an error about the value of an input as one of the homework file, whatever it came from."""
        table = self.problem.table
        if table is None:
            return error
        key = next(key for key in table.mapping("at") if as_name(key) == name)
        return table.error("at", f"{clip_name(name)}: {error.message}", error.hint, key, kind=error.kind)

    def _parsed(self) -> ArrayGraph:
        problem, point = self.problem, ArrayPoint({**self._given, **self._first})
        try:
            return point.parsed(problem.source, problem.shapes)
        except GradcliError as error:
            if error.kind == "unbound":
                hint = 'give them values under at, or shapes = { W = "3x2" } and vary = SEED'
                if problem.table is None:
                    raise error.but(
                        hint=f"{error.hint}; a homework file may say shapes of which numbers are drawn"
                    ) from None
                raise self.error("program", error.message, hint) from None
            raise self.placed(error) from None

    def _check_names(self, graph: ArrayGraph) -> None:
        """Raise where something is said of what is no input of the program."""
        problem, inputs = self.problem, list(graph.inputs)
        known = listed("input", inputs)
        for key, names in (("at", {**problem.bindings, **problem.choices}), ("shapes", problem.shapes)):
            for name in names:
                if name not in graph.inputs and name not in graph.sized:
                    near = did_you_mean(name, inputs)
                    what = used_by_nothing(name)
                    raise self.error(key, what, f"{near} {known}" if near else known, name, names=True)
        for k, name in enumerate(problem.fixed):
            if name not in graph.inputs:
                raise self.error("fixed", f"{clip_name(name)} is not an input", did_you_mean(name, inputs) or known, k)

    def _instance(self, given: Mapping[str, Given]) -> ArrayInstance:
        request = Request(Precision.of(values=texts_of(given)), may_be_unused=given, step=self.problem.update)
        try:
            record = evaluate_arrays(self.problem.source, given, request, of_arrays=True)
            require_plain_numbers(record, texts_of(given))  # type: ignore[arg-type]  # which looks at the system alone
        except GradcliError as error:
            raise self.placed(error) from None
        weights, left_out = self._weights(record)
        return ArrayInstance(self.problem, dict(given), record, weights, left_out)

    def _weights(self, record: ArrayGradient) -> tuple[dict[ArrayItem, float], list[str]]:
        """Return what is asked and how much each item counts, and the names of what is too large to be asked for."""
        problem, left_out = self.problem, []
        if problem.items == "new" and problem.update is None:
            raise self.error("items", "new values need a rate", NO_RATE)
        if isinstance(problem.items, str):
            items = [item for item in worksheet(record, problem.fixed) if item.kind in KINDS[problem.items]]
            if problem.items == "gradient":
                items = [item for item in items if record.graph.nodes[item.node].operation is INPUT]
            left_out = [item_name(record, item) for item in items if count(item.shape) > MOST_ASKED]
            items = [item for item in items if count(item.shape) <= MOST_ASKED]
        else:
            items = [self.named(record, name, problem.table, "items", k) for k, name in enumerate(problem.items)]
        weights = dict.fromkeys(items, 1.0)
        self.with_own_weights(
            weights, lambda name: self.named(record, name, problem.table, "weights", name, names=True)
        )
        return weights, left_out

    def named(
        self, record: ArrayGradient, name: str, table: TomlTable | None, key: str, *below: str | int,
        names: bool = False,
    ) -> ArrayItem:  # fmt: skip
        """Return the item that a key of the homework file names. Raises `InputError` there for what is none."""
        try:
            return readings(record, name)[0]
        except GradcliError as error:
            assert table is not None  # the command line names no items
            raise table.error(key, error.message, error.hint, *below, names=names) from None


def differs(own: Given, stated: str) -> bool:
    """Whether a sheet states other numbers than the student has."""
    other: Given | None = None
    with suppress(GradcliError):
        other = given_of("", stated)
    if isinstance(own, Source) or not isinstance(other, ArrayData) or own.shape != other.shape:
        return not (isinstance(own, Source) and isinstance(other, Source) and _same(own.text, other.text))
    return not all(_same(str(a), str(b)) for a, b in zip(own.entries, other.entries, strict=True))


def _same(a: str, b: str) -> bool:
    try:
        return float(a) == float(b)
    except ValueError:
        return a.strip() == b.strip()
