"""Array nodes -> text in the language, with only the parentheses that are needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.inside import ASSEMBLE, ENTRY
from ..arrays.rows import ArrayOperation
from ..arrays.scatters import Scatter
from ..arrays.sizes import count, literal_text
from ..arrays.table import INDEX, LITERAL, MATMUL, TRANSPOSE
from ..calculus.operations import MUL, WHERE
from .writing import ATOM, pieces, precedence

POSTFIX = 8  # .T and [...] bind more tightly than any operator


def array_precedence(operation: ArrayOperation) -> int:
    """Return how tightly the text of an array operation binds."""
    if operation.operation is not None:
        return precedence(operation.operation)
    return MUL.precedence if operation is MATMUL else POSTFIX if operation in (TRANSPOSE, INDEX) else ATOM


def array_pieces(node: ArrayNode, precedences: Sequence[int]) -> list[str | int]:
    """Return the text of an array operation, left to right: strings, and the positions of arguments as integers."""
    operation = node.operation
    if operation.operation is not None:
        return pieces(operation.operation, precedences)
    if operation is MATMUL:
        return ["@" if part == "*" else part for part in pieces(MUL, precedences)]
    if operation is TRANSPOSE:
        return [*_postfixed(0, precedences), ".T"]
    if operation is ASSEMBLE:
        return bracketed_pieces(node.fixed["shape"])
    if operation is ENTRY:
        return [0, f"[{','.join(map(str, node.fixed['places']))}]"]
    if operation is INDEX:
        return _indexed(0, precedences, node.fixed["places"])
    if isinstance(operation, Scatter):
        inner = ArrayNode(operation.taken, (), node.fixed, node.shape, "", node.span)
        taken = [part + 1 if isinstance(part, int) else part for part in array_pieces(inner, precedences[1:])]
        return ["scatter(", 0, ", ", *taken, ")"]
    out: list[str | int] = [operation.name, "("]
    for position in range(len(precedences)):
        out += [", ", position] if position else [position]
    for name, text in _fixed_parts(operation, node.fixed):
        out += [", "] * (len(out) > 2) + [name, "="] * bool(name) + [text]
    return [*out, ")"]


def bracketed_pieces(shape: Sequence[Any]) -> list[str | int]:
    """Return the pieces of an array of entries, row by row."""
    found: list[list[str | int]] = [[position] for position in range(count(shape))]
    for size in reversed(shape):
        rows = [found[k : k + size] for k in range(0, len(found), size)]
        found = [
            ["[", *[part for j, one in enumerate(row) for part in ([", "] if j else []) + one], "]"] for row in rows
        ]
    return found[0]


def _postfixed(position: int, precedences: Sequence[int]) -> list[str | int]:
    return ["(", position, ")"] if precedences[position] < POSTFIX else [position]


def _indexed(position: int, precedences: Sequence[int], places: Sequence[Any]) -> list[str | int]:
    out = [*_postfixed(position, precedences), "["]
    for k, place in enumerate(places):
        if k:
            out.append(", ")
        if isinstance(place, tuple) and place[0] == "array":
            out.append(position + place[1])
        elif isinstance(place, tuple):
            _, start, stop, step = ("" if bound is None else str(bound) for bound in place)
            out.append(f"{start}:{stop}:{step}" if step else f"{start}:{stop}")
        else:
            out.append(str(place))
    return [*out, "]"]


def fixed_texts(operation: ArrayOperation, fixed: Any) -> list[str]:
    """Return what a call fixes beside its arrays: what has no name first, and nothing that goes by itself."""
    return [f"{name}={text}" if name else text for name, text in _fixed_parts(operation, fixed)]


def _fixed_parts(operation: ArrayOperation, fixed: Any) -> list[tuple[str, str]]:
    """Return the names and texts of what a call fixes; no name where it stands by its place."""
    out: list[tuple[str, str]] = []
    for k, (name, default) in enumerate(operation.fixed.items()):
        if name not in fixed:
            continue
        found = fixed[name]
        if operation.positional < 0:
            out += [("", str(size)) for size in found]
        elif k < operation.positional:
            out.append(("", _fixed_text(found)))
        elif found != default:
            out.append((name, _fixed_text(found)))
    return out


def _fixed_text(found: Any) -> str:
    if isinstance(found, bool):
        return str(int(found))
    if isinstance(found, tuple) and len(found) == 1:
        return str(found[0])
    return f"({', '.join(map(str, found))})" if isinstance(found, tuple) else str(found)


def expression(graph: ArrayGraph, i: int) -> str:
    """Return what node `i` computes, in the labels of its arguments; a leaf as it was written.

    The condition of a `where` has no label: it is written out.
    """
    node = graph.nodes[i]
    if node.operation.is_leaf:
        return literal_text(node.fixed["texts"], node.shape) if node.operation is LITERAL else node.text
    out = []
    for part in array_pieces(node, [ATOM] * len(node.arguments)):
        if isinstance(part, str):
            out.append(part)
        else:
            a = node.arguments[part]
            out.append(expression(graph, a) if is_condition(graph.nodes[a]) and node.operation.operation is WHERE
                       else graph.labels[a])  # fmt: skip
    return "".join(out)


def is_condition(node: ArrayNode) -> bool:
    """Whether a node is a comparison, which stands in `where` only."""
    return node.operation.operation is not None and node.operation.operation.is_condition


def formula(
    graph: ArrayGraph,
    root: int,
    stop: Sequence[bool] | None = None,
    labels: Sequence[str] | None = None,
    limit: int = 0,
) -> str:
    """Return node `root` written out down to the leaves, and to the nodes marked in `stop`, which appear by name.

    With a `limit` what is longer ends with three dots there.
    """
    labels = labels or graph.labels
    out: list[str] = []
    stack: list[str | int] = [root]
    length = 0
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            length += len(item)
            if limit and length > limit:
                break
            continue
        node = graph.nodes[item]
        named = stop is not None and stop[item] and item != root
        if named or node.operation.is_leaf:
            stack.append(labels[item])
            continue
        tight = [
            ATOM if stop is not None and stop[a] else array_precedence(graph.nodes[a].operation) for a in node.arguments
        ]
        stack += [part if isinstance(part, str) else node.arguments[part]
                  for part in reversed(array_pieces(node, tight))]  # fmt: skip
    text = "".join(out)
    return f"{text[: limit - 3]}..." if limit and length > limit else text
