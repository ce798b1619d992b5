"""Graph -> text in the language, with only the parentheses that are needed."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from ..calculus.gate import Gate
from ..calculus.graph import Graph
from ..calculus.operations import OPERATIONS
from ..calculus.table_parts import Operation
from ..numbers.decimals import Uncertain
from ..text import clip

ATOM, LOOSE = 9, 0
NAME_CELLS = 40  # cells of a name in a message
EXPRESSION_CHARACTERS = 48  # characters of an expression there
REPEATED = 8  # characters that a text may grow by for a statement that it does without
NEG, POW = OPERATIONS["neg"], OPERATIONS["pow"]


def precedence(operation: Operation) -> int:
    """Return how tightly the text of an operation binds."""
    return operation.precedence or ATOM


def pieces(operation: Operation, precedences: Sequence[int], sign: str = "") -> list[str | int]:
    """Return the text of an operation, left to right: strings, and the positions of arguments as integers.

    `precedences` says how tightly each argument binds, as `precedence` does; what binds too loosely gets parentheses.
    `sign` is written between two arguments in place of the usual one.
    """
    own = operation.precedence
    if isinstance(operation, Gate):
        return [operation.text]
    if not own:
        out: list[str | int] = [operation.name, "("]
        for position in range(len(precedences)):
            out += [", ", position] if position else [position]
        return [*out, ")"]
    if operation is NEG:
        return ["-", *_grouped(0, precedences[0] < own)]
    if operation is POW:
        return [*_grouped(0, precedences[0] <= own), sign or "**", *_grouped(1, precedences[1] < NEG.precedence)]
    sign = sign or (f" {operation.symbol} " if own < 3 else operation.symbol)
    return [*_grouped(0, precedences[0] < own), sign, *_grouped(1, precedences[1] <= own)]


def _grouped(position: int, parentheses: bool) -> list[str | int]:
    return ["(", position, ")"] if parentheses else [position]


def expression(graph: Graph, i: int) -> str:
    """Return what node `i` computes, in the labels of its arguments; a leaf as it was written."""
    nodes, labels = graph.nodes, graph.labels
    operation, arguments = nodes.operations[i], nodes.arguments[i]
    if operation.is_leaf:
        return nodes.texts[i]
    if isinstance(operation, Gate):
        return operation.text
    return on_names(operation, [labels[a] for a in arguments])


def on_names(operation: Operation, names: Sequence[str]) -> str:
    """Return the text of an operation on names."""
    return _of_names(operation, len(names)).format(*names)


@cache
def _of_names(operation: Operation, count: int) -> str:
    """Return the text of an operation on so many names, as a format string."""
    return "".join(part if isinstance(part, str) else f"{{{part}}}" for part in pieces(operation, [ATOM] * count))


class Notation(NamedTuple):
    """How formulas are spelt: an operation in pieces, how tightly that binds, and a leaf by its node and name.

    `leaf_precedence` says of a node that appears by name how tightly that binds. What begins with a minus stands in
    `parentheses` directly behind one of the `signs`.
    """

    pieces: Callable[[Operation, Sequence[int]], list[str | int]]
    precedence: Callable[[Operation], int]
    leaf: Callable[[Operation, str, str], str]
    leaf_precedence: Callable[[int], int] = lambda i: ATOM
    signs: Container[str] = ()
    parentheses: tuple[str, str] = ("(", ")")


_SYMBOLS = [row.symbol for row in OPERATIONS.values() if row.symbol]
_SIGNS = frozenset([*_SYMBOLS, *(f" {symbol} " for symbol in _SYMBOLS)])
LANGUAGE = Notation(pieces, precedence, lambda operation, text, label: label)


def formula(
    graph: Graph,
    root: int,
    stop: Sequence[bool] | None = None,
    labels: Sequence[str] | None = None,
    notation: Notation = LANGUAGE,
    limit: int = 0,
) -> str:
    """Return node `root` written out down to the leaves, and to the nodes marked in `stop`, which appear by name.

    With a `limit` what is longer ends with three dots there.
    """
    if limit and stop is graph.is_called and labels is None and notation is LANGUAGE:
        return _cut(_opening(graph, root, limit), limit)
    labels = labels or graph.labels
    operations = graph.nodes.operations

    def is_name(a: int) -> bool:
        return operations[a].is_leaf or (stop is not None and stop[a] and a != root)

    def binding(a: int) -> int:
        return notation.leaf_precedence(a) if is_name(a) else notation.precedence(operations[a])

    out: list[str] = []
    stack: list[str | tuple[int, bool]] = [(root, False)]
    length = 0
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            length += len(item)
            if limit and length > limit:
                break
            continue
        i, is_behind = item
        node = graph.nodes[i]
        if is_behind and binding(i) == NEG.precedence:
            before, after = notation.parentheses
            stack += [after, (i, False), before]
        elif is_name(i):
            stack.append(notation.leaf(node.operation, node.text, labels[i]))
        else:
            parts = notation.pieces(node.operation, [binding(a) for a in node.arguments])
            behind = [is_behind, *(part in notation.signs for part in parts)]
            stack += [part if isinstance(part, str) else (node.arguments[part], behind[k])
                      for k, part in reversed(list(enumerate(parts)))]  # fmt: skip
    return _cut("".join(out), limit)


def in_numbers(graph: Graph, root: int, stop: Sequence[bool], numbers: Sequence[str], limit: int) -> str:
    """Return node `root` with numbers in place of names; one entry of `numbers` a node, as it is written.

    One below 0 stands in parentheses behind a sign, and an uncertain one beside any.
    """

    def binding(i: int) -> int:
        text = numbers[i]
        return LOOSE if isinstance(text, Uncertain) else NEG.precedence if text.startswith("-") else ATOM

    return formula(graph, root, stop, numbers, LANGUAGE._replace(leaf_precedence=binding, signs=_SIGNS), limit)


def _cut(text: str, limit: int) -> str:
    return f"{text[: limit - 3]}..." if limit and len(text) > limit else text


@lru_cache(8)
def _openings(graph: Graph, limit: int) -> dict[int, str]:
    """Return where the beginnings of formulas are kept: each is made of those of its parts, however deep they lie."""
    return {}


def _opening(graph: Graph, root: int, limit: int) -> str:
    """Return a node written out down to the names of the user, or the first of its characters beyond a limit."""
    found, waiting = _openings(graph, limit), [root]
    operations, arguments_of = graph.nodes.operations, graph.nodes.arguments
    labels, called = graph.labels, graph.is_called
    while waiting:
        i = waiting[-1]
        if i in found:
            waiting.pop()
            continue
        if operations[i].is_leaf:
            found[i] = labels[i][: limit + 1]
            continue
        arguments, text = arguments_of[i], ""
        tight = [ATOM if called[a] else precedence(operations[a]) for a in arguments]
        for part in pieces(operations[i], tight):
            if isinstance(part, str):
                text += part
            elif called[a := arguments[part]]:
                text += labels[a]
            elif a in found:
                text += found[a]
            else:
                waiting.append(a)
                break
            if len(text) > limit:
                break
        if waiting[-1] == i:
            found[i] = text[: limit + 1]
    return found[root]


def spoken(graph: Graph, i: int) -> str:
    """Return what a message calls a node: its name, or else the expression it stands for, if need be cut.

    A reader knows what was written, and no node by its number.
    """
    if graph.is_called[i] or graph.nodes.operations[i].is_leaf:
        return clip(graph.labels[i], NAME_CELLS)
    return formula(graph, i, graph.is_called, limit=EXPRESSION_CHARACTERS)


class Statements(NamedTuple):
    """How a graph is written down: the nodes that get a statement, which those are, and what every node is called."""

    nodes: list[int]
    stated: list[bool]
    labels: Sequence[str]


def statements(graph: Graph, ends: Sequence[int], *, number: bool) -> Statements:
    """Return the statements for every name and every node used twice that the nodes `ends` depend on.

    With `number`, unnamed statements are numbered from 1; otherwise they keep the labels of the graph.
    """
    uses = [0] * len(graph.nodes)
    for i in ends:
        uses[i] += 1
    for i in reversed(range(len(graph.nodes))):
        if uses[i]:
            for a in graph.nodes[i].arguments:
                uses[a] += 1
    named = set(graph.named.values())
    stated = [
        (i in named or (uses[i] > 1 and not node.operation.is_leaf and not node.operation.is_condition)) and uses[i] > 0
        for i, node in enumerate(graph.nodes)
    ]
    if number:
        _repeat_short_ones(graph, stated, uses, named)
    labels = list(graph.labels)
    if number:
        fresh = (i for i, alone in enumerate(stated) if alone and i not in named)
        for count, i in enumerate(fresh, 1):
            labels[i] = f"{graph.letter}{count}"
    nodes = [i for i, alone in enumerate(stated) if alone and graph.nodes[i].text != labels[i]]
    return Statements(nodes, stated, labels)


def _repeat_short_ones(graph: Graph, stated: list[bool], uses: Sequence[int], named: Container[int]) -> None:
    """Take the statements away from nodes that are as well written out wherever they are used."""
    lengths: list[int] = []
    for i, node in enumerate(graph.nodes):
        if node.operation.is_leaf:
            lengths.append(len(node.text))
            continue
        around = len(node.operation.symbol) + 1 if node.operation.symbol else len(node.operation.name) + 2
        length = around + sum(lengths[a] for a in node.arguments)
        if stated[i] and i not in named:
            stated[i] = length * uses[i] > length + REPEATED + 3 * uses[i]
        lengths.append(3 if stated[i] else length)


def program(graph: Graph) -> str:
    """Return a program that parses to an equal graph: one line for each name and each node used twice."""
    nodes, stated, labels = statements(graph, [graph.output], number=False)
    lines = [_statement(graph, i, stated, labels) for i in nodes if i != graph.output]
    last = formula(graph, graph.output, stated)
    if stated[graph.output] and labels[graph.output] != last:
        last = _statement(graph, graph.output, stated, labels)
    return "\n".join([*lines, last])


def program_of(graph: Graph, outputs: Sequence[tuple[str, int]]) -> str:
    """Return a program that ends with a statement for each of the outputs, given by name and node."""
    nodes, stated, labels = statements(graph, [i for _, i in outputs], number=True)
    lines = [_statement(graph, i, stated, labels) for i in nodes]
    ends = [f"{name} = {labels[i] if stated[i] else formula(graph, i, stated, labels)}" for name, i in outputs]
    return "\n".join(lines + ends)


def _statement(graph: Graph, i: int, stated: Sequence[bool], labels: Sequence[str]) -> str:
    return f"{labels[i]} = {graph.nodes[i].text or formula(graph, i, stated, labels)}"
