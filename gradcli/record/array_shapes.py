"""The shapes of a program of arrays, without any number: every node, and what flows back through it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.sizes import Letters, Shape, Size, shape_text
from ..arrays.table import ARRAY_OPERATIONS, INPUT, LEAVES, MATMUL, TRANSPOSE
from ..errors import InputError, LimitError, Source
from ..files.array_data import MAX_AXES
from ..language.array_errors import ShapeError, UnknownCount
from ..language.array_rules import rule_graph, rule_text
from ..language.array_scope import parse_arrays
from ..language.array_writing import expression
from ..language.names import UnboundError, clip_name
from .array_point import ArrayPoint
from .array_task import choose_places, chosen_output, with_entry
from .array_values import array_value
from .request import Request
from .values import check_value

OUTER = ARRAY_OPERATIONS["outer"]
NUMBER_WORDS = ("number", "()")  # the shape of a number, in words
_SIZE = r"(?:[0-9]{1,9}|[^\W\dx_][^\Wx]*)"
_SHAPE = re.compile(rf"\(?({_SIZE}(?:\s*[x×*,]\s*{_SIZE})*),?\)?")  # noqa: RUF001


class BackwardRule(NamedTuple):
    """What flows back to one argument: its node, the rule, the shapes of its factors if it is a product, its shape."""

    node: int
    rule: str
    factors: str
    shape: Shape


class ShapedNode(NamedTuple):
    """One node: what it is and its shape; `arguments` has those to which something flows back."""

    id: int
    name: str
    operation: str
    expression: str
    shape: Shape
    arguments: tuple[BackwardRule, ...]
    span: tuple[int, int]


class Shapes:
    """A program of arrays with the shapes of its inputs: the graph, the output, and every node that is no numeral."""

    def __init__(self, source: Source, graph: ArrayGraph, output: int, places: Sequence[int]) -> None:
        self.source = source
        self.graph = graph
        self.output = output
        self.sizes: dict[str, int] = dict(graph.sizes.known)  # of the letters that met a number
        self._active = graph.active(places)
        named = {*graph.named.values(), output}
        self.nodes = [self._node(i) for i, node in enumerate(graph.nodes)
                      if node.operation not in LEAVES[1:] or i in named]  # fmt: skip

    def _node(self, i: int) -> ShapedNode:
        graph = self.graph
        node, labels = graph.nodes[i], graph.labels
        rules = []
        for k, a in enumerate(node.arguments):
            if self._active[a] and node.operation.pullback(k) is not None:
                rule = rule_text(graph, i, k, labels[self.output])
                rules.append(BackwardRule(a, rule, self._factors(i, k), graph.nodes[a].shape))
        return ShapedNode(i, labels[i], node.operation.name, expression(graph, i), node.shape, tuple(rules), node.span)

    def _factors(self, i: int, position: int) -> str:
        """Return the shapes of the factors of a rule that is one product: `DxN @ NxC`; nothing for another rule."""
        rule = rule_graph(self.graph, i, position, self.graph.labels[self.output])
        product = None if rule is None else rule.nodes[rule.output]
        if rule is None or product is None or product.operation not in (MATMUL, OUTER):
            return ""
        factors = [rule.nodes[a] for a in product.arguments]
        if not all(_is_name(rule, factor) for factor in factors):
            return ""
        sign = "@" if product.operation is MATMUL else "outer"
        return f" {sign} ".join(shape_text(factor.shape) for factor in factors)


def _is_name(graph: ArrayGraph, node: ArrayNode) -> bool:
    """Whether a node is an input, or the transpose of one."""
    return (graph.nodes[node.arguments[0]] if node.operation is TRANSPOSE else node).operation is INPUT


def shapes_of(source: Source, given: Mapping[str, Source], request: Request) -> Shapes:
    """Return the shapes of a program. `given` has a shape, such as NxD, or a value for every input.

    3 is the shape of a vector, and a number for a name that the program reads sizes, axes or bounds from.
    Raises `InputError` where shapes do not fit, for a name without a shape, and for one that nothing uses;
    `LimitError` for an array of more axes than are allowed.
    """
    shapes = {name: _given_shape(value) for name, value in given.items()}
    try:
        text, of = with_entry(source, request.of)
        graph = _parsed(text, of, request.wrt or (), given, shapes)
    except UnboundError as problem:
        name = clip_name(problem.names[0])
        hint = f"{_shapes_hint(name)}; a size or an axis is its number, {name}=3"
        raise (problem if problem.guess else problem.but(hint=hint)) from None
    output = chosen_output(graph, request.of)
    ArrayPoint(given).check(graph, request.may_be_unused, graph.sized)
    return Shapes(source, graph, output, list(choose_places(graph, request.wrt).values()))


def _shapes_hint(name: str) -> str:
    return f"a shape is {name}=NxD, {name}=3x2, {name}=C for a vector, or {name}=number"


def _given_shape(value: Source) -> Shape:
    """Return the shape that a text is, or that of the value that it is. A lone 0 is no size, so that is a number."""
    found = () if _is_zero(value) else written_shape(value)
    if found is None:
        data = array_value(value)
        found = () if data is None else data.shape
        if data is None:
            try:
                check_value(value)
            except InputError as problem:
                is_shape_meant = re.fullmatch(r"[\w\s.×*,+-]*", value.text)  # noqa: RUF001
                raise problem.but(hint=_shapes_hint(clip_name(value.name))) if is_shape_meant else problem from None
    if len(found) > MAX_AXES:
        raise LimitError("an array has at most four axes", source=value, hint="leave out sizes")
    return found


def _is_zero(value: Source) -> bool:
    text = value.text.strip()
    return text.isdecimal() and int(text) == 0


def _parsed(
    text: Source, of: str | None, wrt: Collection[str], given: Mapping[str, Source], shapes: dict[str, Shape]
) -> ArrayGraph:
    """Return the graph. 3 is the shape of a vector, unless the program needs a number there to read sizes from.

    `shapes` learns which names are numbers. Raises what `parse_arrays` raises.
    """
    whole = ArrayPoint(given).statics
    misfit: ShapeError | None = None  # of vectors that are supposed to be numbers since then
    supposed: set[str] = set()
    while True:
        try:
            graph = parse_arrays(text, shapes, of=of, wrt=wrt, statics=whole)
        except UnknownCount as problem:
            found: InputError = problem
            vectors = [name for name in problem.names if shapes[name]]
        except ShapeError as problem:
            found = misfit = misfit or problem
            start, end = problem.span or (0, 0)
            words = {*re.findall(r"\w+", text.text[start:end])}
            vectors = [name for name in whole if shapes[name] and name in words]
            supposed.update(vectors)
        except InputError as problem:
            raise misfit or problem from None
        else:
            if misfit is not None and not supposed <= {*graph.sized}:
                raise misfit
            for name, value in given.items():
                if _is_zero(value) and name not in graph.sized:
                    written_shape(value)  # raises: 0 is no size
            return graph
        if not vectors or not all(name in whole for name in vectors):
            raise misfit or found from None
        shapes.update(dict.fromkeys(vectors, ()))


def written_shape(source: Source) -> Shape | None:
    """Return the shape that a text is: NxD, 3x2, C, or number; None for a text that is none, such as a value."""
    text = source.text.strip()
    if text in NUMBER_WORDS:
        return ()
    found = _SHAPE.fullmatch(text)
    if found is None or text.startswith("(") != text.endswith(")"):
        return None
    return tuple(_size(size.strip(), source) for size in re.split(r"[x×*,]", found[1]))  # noqa: RUF001


def _size(text: str, source: Source) -> Size:
    if not text.isdecimal():
        return Letters.named(text)
    if int(text) == 0:
        hint = f"write {source.name}=number for a number; values are given without --shapes"
        raise InputError("a size is 1 or more", source=source, kind="shape", hint=hint)
    return int(text)
