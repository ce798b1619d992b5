"""A problem as it is put to one student: the numbers, the record of the run, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from ...calculus.graph import Graph
from ...errors import GradcliError, InputError, Source
from ...language.as_written import as_written
from ...language.lexer import as_name
from ...language.names import clip_name, listed
from ...language.syntax import parse
from ...language.writing import expression, formula
from ...numbers.systems import FLOAT
from ...record.gradient import Gradient, evaluate
from ...record.precision import Precision
from ...record.request import Request
from ...record.values import used_by_nothing
from ...text import did_you_mean
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE, Item, item_name, item_of, truth, worksheet
from ..claims.labels import inputs_named
from ..marking.concept_weights import concept_weights, edges_to
from ..marking.follow_through import Edge
from ..marking.plain_numbers import require_plain_numbers
from .homework_file import PARTS, Problem
from .problem_errors import ProblemErrors
from .toml_reading import TomlTable
from .variants import LATEST, Variant, canonical, numbers_of, versions_of

LONGEST = 200  # characters of what a question says that a node computes
KINDS = {"all": (VALUE, LOCAL, UPSTREAM, STEP), "values": (VALUE,), "local": (LOCAL,), "upstream": (UPSTREAM,),
         "gradient": (UPSTREAM, STEP), "new": (STEP,)}  # fmt: skip


class ProblemInstance(NamedTuple):
    """A problem with its numbers: `given` are those of the inputs, `weights` those of the items asked.

    `points` is what they earn together.
    """

    problem: Problem
    given: dict[str, Source]
    record: Gradient
    weights: dict[Item, float]
    points: float

    def answer(self, item: Item) -> str:
        """Return the right answer as text, to twelve digits."""
        return FLOAT.brief(truth(self.record, item))

    def question(self, item: Item) -> str:
        """Return what is asked, in words: a statement as it was written, and what unnamed nodes are.

        An unnamed node needs no explanation where the sheet asks for its value, with what it computes.
        """
        record = self.record
        labels, graph = record.labels, record.graph
        name = labels[item.node]
        if item.kind == VALUE:
            return f"value of {self._equation(self.statement(item.node), item.node)}{self._explained(item)}"
        if item.kind == UPSTREAM:
            return f"gradient of {labels[record.output]} with respect to {name}{self._explained(item)}"
        if item.kind == DERIVATIVE:
            return f"derivative of {labels[item.position]} with respect to {name}{self._explained(item)}"
        if item.kind == STEP:
            return f"new value of {name} after a step of {self._step()}: {self.step_formula(item)}"
        arguments = graph.nodes[item.node].arguments
        a = arguments[item.position]
        place = f" (argument {item.position + 1})" if arguments.count(a) > 1 else ""
        whole = self._equation(expression(graph, item.node), item.node)
        return f"local gradient of {whole} with respect to {labels[a]}{place}{self._explained(item)}"

    def _step(self) -> str:
        update = self.problem.update
        assert update is not None
        return f"{'ascent' if update.ascent else 'descent'} with the rate {update.rate.text.strip()}"

    def step_formula(self, item: Item) -> str:
        """Return how the new value of an input is computed."""
        update, labels = self.problem.update, self.record.labels
        assert update is not None
        name, sign = labels[item.node], "+" if update.ascent else "-"
        return f"{name} {sign} {update.rate.text.strip()}*d{labels[self.record.output]}/d{name}"

    def statement(self, i: int) -> str:
        """Return what a node computes: named ones as they were written where that is short, others in one step."""
        graph = self.record.graph
        if not graph.nodes[i].arguments or not self.is_written_out(i):
            return expression(graph, i)
        called = graph.is_called
        own = ""
        if called[i] or i == self.record.output:  # what is inside a function is written with its arguments
            own = as_written(graph, i, self.record.program, [k for k, on in enumerate(called) if on])
        return own or formula(graph, i, called, limit=LONGEST)

    def is_written_out(self, i: int) -> bool:
        """Whether the value of a node is asked with all that it computes from named ones, and not with its last step.

        What nobody has named is written out where the sheet does not ask for the nodes before it.
        """
        graph = self.record.graph
        stated = graph.is_called[i] or i == self.record.output or not self._asked(graph.nodes[i].arguments)
        return stated and not formula(graph, i, graph.is_called, limit=LONGEST).endswith("...")

    def explained(self, item: Item) -> list[int]:
        """Return the unnamed nodes that a question speaks of and the sheet does not ask for the values of."""
        graph, output = self.record.graph, self.record.output
        spoken = [item.position] if item.kind == DERIVATIVE else []
        if item.kind == LOCAL or (item.kind == VALUE and not self.is_written_out(item.node)):
            spoken += graph.nodes[item.node].arguments
        if item.kind in (UPSTREAM, DERIVATIVE):
            spoken.append(item.node)
        return [
            i
            for i in dict.fromkeys(spoken)
            if graph.nodes[i].arguments and not graph.is_called[i] and i != output and not self._asked([i])
        ]

    def unnamed(self) -> list[str]:
        """Return what every unnamed node is that is spoken of and not asked for, as equations, oldest first."""
        graph, record = self.record.graph, self.record
        spoken: set[int] = set()
        for item in self.weights:
            spoken.add(item.node)
            if item.kind == LOCAL or (item.kind == VALUE and not self.is_written_out(item.node)):
                spoken.update(graph.nodes[item.node].arguments)
            elif item.kind == DERIVATIVE:
                spoken.add(item.position)
        own = [
            i
            for i in sorted(spoken)
            if graph.nodes[i].arguments
            and not graph.is_called[i]
            and i != record.output
            and Item(VALUE, i) not in self.weights
        ]
        stop = [called or i in spoken for i, called in enumerate(graph.is_called)]
        return [self._equation(formula(graph, i, stop, limit=LONGEST), i) for i in own]

    def _asked(self, nodes: Sequence[int]) -> bool:
        """Whether the sheet asks for the values of all unnamed operations among some nodes."""
        graph = self.record.graph
        unnamed = [i for i in nodes if graph.nodes[i].arguments and not graph.is_called[i]]
        return all(Item(VALUE, i) in self.weights for i in unnamed)

    def _equation(self, text: str, i: int) -> str:
        name = self.record.labels[i]
        return name if text == name else f"{name} = {text}"

    def _explained(self, item: Item) -> str:
        """Return what the unnamed nodes of a question are, to stand behind it."""
        graph = self.record.graph
        parts = [self._equation(formula(graph, i, graph.is_called, limit=LONGEST), i) for i in self.explained(item)]
        return f" ({', '.join(parts)})" if parts else ""


class ParsedProblem(ProblemErrors):
    """A problem, parsed once, that is put to one student after another.

    Raises `InputError` for a program, binding or item that cannot be used.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._graph = self._parsed()
        self._check_point(self._graph)
        self._check_fixed(self._graph)
        self._same: ProblemInstance | None = None
        self._edges: dict[int, list[Edge]] | None = None  # which is the graph's, whatever the numbers
        self._last: ProblemInstance | None = None  # of the last student, whose numbers other draws may have too
        self._names: dict[Item, str] = {}
        if problem.seed is None or not self._free(self._graph):
            self._same = self._instance(problem.bindings)

    @property
    def is_same(self) -> bool:
        """Whether everybody has the same numbers."""
        return self._same is not None

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions of drawing by which a student may have got numbers, the likeliest first."""
        problem = self.problem
        if problem.vary_version or self._same is not None:
            return (problem.vary_version or LATEST,)
        return versions_of(self._graph, problem.bindings, problem.choices)

    def for_student(self, student: str, version: int | None = None) -> ProblemInstance:
        """Return the problem with the student's numbers. Raises `InputError` where none can be found."""
        if self._same is not None:
            return self._same
        problem = self.problem
        assert problem.seed is not None
        variant = Variant(problem.seed, canonical(student), problem.id, version or self.versions[0])
        try:
            numbers = numbers_of(self._graph, problem.bindings, variant, problem.choices)
        except GradcliError as error:
            raise self.placed(error) from None
        if self._last is None or self._last.given != numbers:
            self._last = self._instance(numbers)
        return self._last

    def names_of(self, instance: ProblemInstance) -> dict[Item, str]:
        """Return how every item asked is written, which hangs on no numbers."""
        known = self._names
        for item in instance.weights:
            if item not in known:
                known[item] = item_name(instance.record, item)
        return {item: known[item] for item in instance.weights}

    def _parsed(self) -> Graph:
        problem = self.problem
        bound = {**problem.bindings, **dict.fromkeys(problem.choices, Source("", ""))}
        try:
            return parse(problem.source, bound)
        except GradcliError as error:
            unbound = None
            with suppress(GradcliError):
                unbound = parse(problem.source)
            if unbound is not None:
                self._check_point(unbound, computed=True)
            raise self.placed(error) from None

    def _check_point(self, graph: Graph, *, computed: bool = False) -> None:
        """Raise where a number is given for what is no input; with `computed` only for what the program computes."""
        table = self.problem.table
        for key in () if table is None else table.mapping("at"):
            name = as_name(key) or ""
            own = name in graph.named or name in graph.defaults
            if not own and (computed or name in graph.inputs):
                continue
            inputs = [known for known in graph.inputs if known not in graph.defaults]
            known = listed("input", inputs)
            near = None if own else did_you_mean(name, inputs)
            what = f"the program computes {clip_name(name)}" if own else used_by_nothing(name)
            raise self.error("at", what, f"{near} {known}" if near else known, key, names=True)

    def _check_fixed(self, graph: Graph) -> None:
        """Raise where a name that is said to be data is no input."""
        for k, name in enumerate(self.problem.fixed):
            try:
                inputs_named(graph.inputs, name)
            except InputError as error:
                raise self.error("fixed", error.message, error.hint, k) from None

    def _free(self, graph: Graph) -> list[str]:
        return [name for name in graph.inputs if name not in self.problem.bindings]

    def _instance(self, given: Mapping[str, Source]) -> ProblemInstance:
        table = self.problem.table
        request = Request(Precision.of(values=given.values()), step=self.problem.update)
        try:
            record = evaluate(self.problem.source, given, request, self._graph)
            require_plain_numbers(record, given.values())
        except GradcliError as error:
            missing = [name for name in self._free(self._graph) if name not in given]
            if table is None or not missing:
                raise self.placed(error) from None
            numbers = ", ".join(f"{clip_name(name)} = ..." for name in missing[:5]) + (", ..." if missing[5:] else "")
            hint = f"add at = {{ {numbers} }}, or vary = SEED"
            raise self.error("at" if table.mapping("at") else "program", error.message, hint) from None
        weights = self._weights(record)
        points = self.problem.points
        if points is None:
            points = float(len(weights)) if self.problem.by_concept else sum(weights.values())
        return ProblemInstance(self.problem, dict(given), record, weights, points)

    def _asked(self, record: Gradient) -> list[Item]:
        """Return what is asked, in working order or the order of the homework."""
        problem = self.problem
        if isinstance(problem.items, str):
            assert problem.items in PARTS
            items = [item for item in worksheet(record, problem.fixed) if item.kind in KINDS[problem.items]]
            if problem.items == "gradient":
                inputs = set(record.graph.inputs.values())
                items = [item for item in items if item.node in inputs]
            elif problem.items == "new" and problem.update is None:
                raise self.error("items", "new values need a rate", "add step = 0.5")
        else:
            items = [self.named(record, name, problem.table, "items", k) for k, name in enumerate(problem.items)]
            items = [item for item in dict.fromkeys(items) if truth(record, item) is not None]
        return items

    def _weights(self, record: Gradient) -> dict[Item, float]:
        """Return what is asked, and how much each item counts."""
        problem, items = self.problem, self._asked(record)
        if problem.by_concept:
            if self._edges is None:
                self._edges = edges_to(record)
            weights = concept_weights(record, items, self._edges)
        else:
            weights = dict.fromkeys(items, 1.0)
        return self.with_own_weights(
            weights, lambda name: self.named(record, name, problem.table, "weights", name, names=True)
        )

    def named(
        self, record: Gradient, name: str, table: TomlTable | None, key: str, *below: str | int, names: bool = False
    ) -> Item:
        """Return the item that a key of the homework file names, in the table of the problem or in one of its own.

        Raises `InputError` at the key for what is no item of the program.
        """
        try:
            return item_of(record, name)
        except InputError as error:
            assert table is not None  # the command line names no items
            raise table.error(key, error.message, error.hint, *below, names=names) from None


def item_names(instance: ProblemInstance) -> dict[Item, str]:
    """Return how every item asked is written."""
    return {item: item_name(instance.record, item) for item in instance.weights}
