"""The backward rules of arrays as text: what flows to an argument, in the names of the program."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ..arrays.graph import ArrayGraph
from ..arrays.rows import ArrayOperation, no_pullback
from ..arrays.sizes import Shape
from ..arrays.table import CONSTANT, LITERAL, NUMBER
from ..calculus.building import NOWHERE
from .array_arithmetic import ArraySymbol
from .array_symbols import ArraySymbols
from .array_writing import formula, is_condition

Argument = tuple[Any, ...]  # what an argument looks like to a rule: ("leaf", which name, shape), ("number", text), ...
TEMPLATES = 4096


class Template(NamedTuple):
    """A rule as a program whose inputs are named {0}, {1}, ... {v} and {g}, and its text, a format string of these."""

    graph: ArrayGraph
    text: str


def upstream_name(graph: ArrayGraph, i: int, output: str) -> str:
    """Return what the upstream gradient of a node is called: dL/dv1."""
    return f"d{output}/d{graph.labels[i]}"


def rule_text(
    graph: ArrayGraph, i: int, position: int, output: str, *, starts_at_one: bool = True, tied: bool = True
) -> str:
    """Return what flows back from node `i` to the argument at a position, in the language: dL/dh*(1 - h**2).

    `output` is the label of what is differentiated. The upstream gradient of a node is written dL/dh; that of a number
    that is the output itself is left out if it is 1, as `starts_at_one` says. The text is empty where nothing flows, to
    a label, an index or a condition, and where there is no rule. Without `tied` it is the shorter rule of max and min
    at points where no arguments tie.
    """
    found = _written_rule(graph, i, position, output, starts_at_one=starts_at_one, tied=tied)
    if found is None:
        return ""
    rule, names = found
    return rule.text.format(*names.values(), v=graph.labels[i], g=upstream_name(graph, i, output))


def rule_graph(
    graph: ArrayGraph, i: int, position: int, output: str, *, starts_at_one: bool = True, tied: bool = True
) -> ArrayGraph | None:
    """Return the program of the text that `rule_text` returns, whose inputs have the names of the text: v1, dL/dv1.

    None stands for an empty text.
    """
    found = _written_rule(graph, i, position, output, starts_at_one=starts_at_one, tied=tied)
    if found is None:
        return None
    rule, names = found
    own = {**names, "{v}": graph.labels[i], "{g}": upstream_name(graph, i, output)}
    nodes = [node._replace(text=own.get(node.text, node.text)) for node in rule.graph.nodes]
    return ArrayGraph(nodes, rule.graph.output, {}, rule.graph.sizes)


def _written_rule(
    graph: ArrayGraph, i: int, position: int, output: str, *, starts_at_one: bool, tied: bool
) -> tuple[Template, dict[str, str]] | None:
    """Return a rule, and the names of the arguments that it is to be written with; None where nothing flows."""
    node = graph.nodes[i]
    if node.operation.pullback(position) in (None, no_pullback):
        return None
    leaves: dict[int, int] = {}
    arguments = tuple(_described(graph, a, leaves) for a in node.arguments)
    is_output = starts_at_one and graph.labels[i] == output and node.shape == ()
    fixed = tuple(sorted(node.fixed.items()))
    rule = _template(node.operation, position, arguments, node.shape, fixed, is_output, tied)
    return rule, {f"{{{k}}}": graph.labels[a] for a, k in leaves.items()}


def _described(graph: ArrayGraph, a: int, leaves: dict[int, int]) -> Argument:
    """Return what a rule sees of an argument: arguments of the same description have the same text."""
    node = graph.nodes[a]
    if node.operation in (NUMBER, CONSTANT) and graph.labels[a] == node.text:
        return (node.operation, node.text)
    if node.operation is LITERAL and a not in graph.named.values():
        return (LITERAL, node.fixed["texts"], node.shape)
    if is_condition(node):
        return (node.operation, tuple(_described(graph, side, leaves) for side in node.arguments))
    return ("leaf", leaves.setdefault(a, len(leaves)), node.shape)


@lru_cache(maxsize=TEMPLATES)
def _template(
    operation: ArrayOperation,
    position: int,
    arguments: tuple[Argument, ...],
    shape: Shape,
    fixed: tuple[tuple[str, Hashable], ...],
    is_output: bool,
    tied: bool,
) -> Template:
    """Return a rule whose names are {0}, {1}, ... for the arguments, {v} for the node, {g} for what arrives."""
    A = ArraySymbols(tied=tied)
    found = rule_node(A, operation, position, [_symbol(A, a) for a in arguments], shape, dict(fixed), is_output)
    graph = A.builder.freeze(found.node)
    return Template(graph, formula(graph, found.node))


def rule_node(
    A: ArraySymbols,
    operation: ArrayOperation,
    position: int,
    xs: list[ArraySymbol],
    shape: Shape,
    fixed: Mapping[str, Any],
    is_output: bool,
) -> ArraySymbol:
    """Return the node of a rule in the second program, whose inputs {v} and {g} are the node and what arrives."""
    g = A.number("1") if is_output else A.variable("{g}", shape)
    v = A.variable("{v}", shape)
    if operation.operation is None:
        itself = A.builder.apply(operation, [x.node for x in xs], NOWHERE, fixed)
        A.itself = ArraySymbol(A, itself, shape)
    flow = operation.flow(A, position, g, v, xs, fixed)
    return A.full_size(ArraySymbol(A, flow.node, xs[position].shape))


def _symbol(A: ArraySymbols, argument: Argument) -> ArraySymbol:
    kind, *rest = argument
    if kind is NUMBER:
        return A.number(rest[0])
    if kind is CONSTANT:
        return ArraySymbol(A, A.builder.constant(rest[0], NOWHERE), ())
    if kind is LITERAL:
        texts, shape = rest
        return ArraySymbol(A, A.builder.literal(texts, shape, NOWHERE), shape)
    if kind == "leaf":
        which, shape = rest
        return A.variable(f"{{{which}}}", shape)
    return A.entrywise(kind.operation, [_symbol(A, side) for side in rest[0]])
