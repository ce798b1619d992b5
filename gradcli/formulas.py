"""Derivatives as formulas: the record of `gradcli diff`, and the Hessian at a point."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

from .certainty import Mode
from .errors import InputError, LimitError, MathError, Source
from .gradient import Gradient, choose_inputs, choose_output, evaluate
from .graph import Graph
from .symbolic import derivatives
from .syntax import parse
from .writing import program_of

MAX_FORMULAS = 10_000


class Derivative(NamedTuple):
    """One derivative: the inputs it is taken with respect to, its name, its node, and its value at a point."""

    wrt: tuple[str, ...]
    name: str
    node: int
    value: Any = None


class Formulas(NamedTuple):
    """All derivatives of one order, as nodes of one graph."""

    source: Source
    output: str
    order: int
    graph: Graph
    derivatives: list[Derivative]
    system: Any

    def text(self) -> str:
        """Return the derivatives as a program: named and shared intermediates, then a statement each.

        A single derivative is the program's output; of several, `--of` chooses one.
        """
        return program_of(self.graph, [(d.name, d.node) for d in self.derivatives])


def differentiate_formula(
    source: Source,
    wrt: Collection[str] | None = None,
    *,
    order: int = 1,
    of: str | None = None,
    bindings: Mapping[str, Source] | None = None,
    digits: int | None = None,
) -> Formulas:
    """Return all derivatives of an order with respect to some inputs, with their values where bindings are given.

    Raises `LimitError` for more than 10,000 formulas.
    """
    if order < 1:
        raise InputError("--order takes a number from 1", kind="option")
    given = bindings or {}
    graph = parse(source, given, of=of)
    output = choose_output(graph, of)
    names = choose_inputs(graph, wrt)
    if not names:
        raise InputError("the program has no input", kind="name", source=source)
    label = graph.labels[output]
    nodes: dict[tuple[str, ...], int] = {(): output}
    for k in range(1, order + 1):
        wanted = list(combinations_with_replacement(names, k))
        if len(wanted) > MAX_FORMULAS:
            raise LimitError(f"{len(wanted):,} formulas are more than {MAX_FORMULAS:,}", hint="name fewer inputs")
        before = list(nodes)
        graph, found = derivatives(graph, [nodes[key] for key in before], names)
        table = {key: dict(zip(names, row, strict=True)) for key, row in zip(before, found, strict=True)}
        nodes = {key: table[key[:-1]][key[-1]] for key in wanted}
    taken = {*graph.named, *graph.inputs}
    results = []
    for key, node in nodes.items():
        name = _name(label, key)
        while name in taken:
            name += "_"
        results.append(Derivative(key, name, node))
    system = None
    if given:
        results, system = _valued(source, graph, results, given, digits)
    return Formulas(source, label, order, graph, results, system)


def _name(label: str, wrt: tuple[str, ...]) -> str:
    head = f"d{len(wrt)}{label}" if len(wrt) > 1 else f"d{label}"
    return "_".join([head, *(f"d{name}" for name in wrt)])


def _valued(
    source: Source, graph: Graph, derivatives: list[Derivative], given: Mapping[str, Source], digits: int | None
) -> tuple[list[Derivative], Any]:
    """Return derivatives with their certain values at a point, and the system that writes these down."""
    mode = Mode.of(exact=False, digits=digits, ieee=False, bindings=given.values())
    values: dict[int, Any] = {}
    system: Any = None
    for derivative in derivatives:
        node = derivative.node
        if node in values:
            continue
        try:
            record = evaluate(mode, source, graph.restricted(node), given, wrt=[], nodes="none", spare=given)
        except MathError as error:
            error.message = f"{derivative.name} has no value: {error.message}"
            raise
        values[node], system = record.value, record.system
    return [d._replace(value=values[d.node]) for d in derivatives], system


def hessian(record: Gradient, bindings: Mapping[str, Source], mode: Mode) -> dict[str, dict[str, Any]]:
    """Return the second derivatives of the output at the point of a record, row by row.

    The reverse sweep runs over symbols first, and then, over what that gave, once more over numbers for every row.
    """
    names = record.wrt
    if len(names) ** 2 > MAX_FORMULAS:
        raise LimitError(f"a Hessian of {len(names):,} inputs is too large", hint="name fewer with --wrt")
    if not names:
        return {}
    second, found = derivatives(record.graph, [record.output], names)
    rows = {}
    for name, node in zip(names, found[0], strict=True):
        graph = second.restricted(node)
        present = [other for other in names if other in graph.inputs]
        row = evaluate(mode, record.source, graph, bindings, wrt=present, spare=bindings, nodes="none")
        rows[name] = {other: row.gradient.get(other, row.system_zero) for other in names}
    return rows
