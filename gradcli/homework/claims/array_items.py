"""Items of a program of arrays: what a claim is about, and how it is written.

`z` is a value, `dL/dW` (also `dW`, `W.grad`) the gradient of the output, `dA/dB` that of any node that is a number,
`local(v1,W)` the Jacobian of a node along one edge, `new(W)` an input after a step of descent, `shape(dL/dW)` the shape
of any of these. An index takes entries of an array: `z[1]`, `dL/dW[1,0]`, `dL/dW[0]`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from ...arrays.entries import Entries
from ...arrays.graph import ArrayGraph
from ...arrays.sizes import count, shape_text
from ...arrays.table import INDEX, LEAVES
from ...errors import GradcliError, InputError, LimitError, Source
from ...language.array_scope import parse_arrays
from ...language.array_writing import expression
from ...language.lexer import composed
from ...language.names import clip_name, first_of, listed
from ...numbers.systems import FLOAT
from ...record.array_gradient import ArrayGradient
from ...text import did_you_mean
from .items import DERIVATIVE, LOCAL, NO_RATE, STEP, UPSTREAM, VALUE, unknown_item
from .primes import as_item

Shape = tuple[int, ...]

MOST_LOCAL = 64  # entries of a Jacobian that is claimed

_NAME = r"[^\W\d]\w*(?:\[\d+\])?"  # the steps of a recurrence are called h[2]
_PLAIN = r"[^\W\d]\w*"
_INDEX = r"(\[[^\[\]]*\])?"
_QUOTIENT = re.compile(rf"([d∂])\s*({_PLAIN})\s*/\s*([d∂])\s*({_PLAIN})\s*{_INDEX}")
_SHORT = re.compile(rf"[d∂]({_PLAIN})\s*{_INDEX}")
_GRAD = re.compile(rf"({_PLAIN})\s*\.\s*grad\s*{_INDEX}")
_LOCAL = re.compile(rf"local\s*\(\s*({_NAME})\s*,\s*([^\s,()]+)\s*(?:,\s*([0-9]{{1,9}})\s*)?\)\s*{_INDEX}")
_SHAPE = re.compile(r"shape\s*\((.*)\)", re.DOTALL)
_NEW = re.compile(rf"new\s*\(\s*({_PLAIN})\s*\)\s*{_INDEX}")
_VALUE = re.compile(rf"({_PLAIN})\s*{_INDEX}")
# What items are called elsewhere, which they are, and what is said of that.
_ELSEWHERE = [
    (r"(?P<of>.+?)\s*\.\s*(?:shape|size|ndim)(?:\(\s*\))?", "{of}", "write shape({item})"),
    (r"(?:(?:np|numpy|torch)\.)?(?:shape|size|len|dim|ndim)\s*\((?P<of>.+)\)", "{of}", "write shape({item})"),
    (r"(?P<of>.+?)\s*(?P<at>(?:\[\s*-?\d+\s*\]\s*){2,4})", "{of}[{at}]", "write {item}"),
    (r"(?P<of>.+?)\s*(?P<at>\(\s*-?\d+(?:\s*,\s*-?\d+){0,3}\s*\))", "{of}[{at}]", "write {item}; indices start at 0"),
    (r"(?P<of>.+?)\s*\.\s*(?:T|t\(\s*\)|transpose\(\s*\))", "{of}", "claim {item} itself, not its transpose"),
    (r"(?:grad|gradient)\s*\(\s*(?P<of>\w+)\s*\)", "d{L}/d{of}", "write {item}"),
]
MOST_HINTED = 200  # characters of an item
INDICES = "indices start at 0: [1,0]"


class ArrayItem(NamedTuple):
    """What a claim is about. The kinds, `node` and `position` are those of items of numbers.

    `subscript` is the text of an index, `places` are the places that it takes in the flat array, None for all of them;
    `shape` is that of what is claimed. `of_shape` says that the shape itself is claimed.
    """

    kind: str
    node: int
    position: int
    shape: Shape
    places: tuple[int, ...] | None = None
    subscript: str = ""
    of_shape: bool = False

    @property
    def whole(self) -> tuple[str, int, int]:
        """The array that it is, or that its entries are taken from."""
        return (self.kind, self.node, self.position)

    def taken(self, flat: list[Any]) -> list[Any]:
        """Return its entries out of those of the whole array."""
        return flat if self.places is None else [flat[k] for k in self.places]


def worksheet(record: ArrayGradient, fixed: Collection[str] = ()) -> list[ArrayItem]:
    """Return what a full sheet asks: the arrays of the forward pass, then the gradients from the output backwards.

    Last come the new values of the inputs, where the record has taken a step; not of those that are `fixed`.
    Left out are arrays of which an entry does not exist at this point.
    """
    graph = record.graph
    needed = _needed(graph, record.output)
    computed = [i for i in needed if graph.nodes[i].operation not in LEAVES and not _is_condition(graph, i)]
    items = [ArrayItem(VALUE, i, -1, record.shape(i)) for i in computed if None not in (record.values[i] or [None])]
    differentiated = [i for i in needed if record.active[i] and None not in (record.upstream[i] or [None])]
    items += [ArrayItem(UPSTREAM, i, -1, record.shape(i)) for i in reversed(differentiated)]
    if record.taken is not None:
        new = record.taken.new
        inputs = [(name, i) for name, i in graph.inputs.items() if None not in new.get(name, [None]) and i in needed]
        items += [ArrayItem(STEP, i, -1, record.shape(i)) for name, i in inputs if name not in fixed]
    return items


def _is_condition(graph: ArrayGraph, i: int) -> bool:
    own = graph.nodes[i].operation.operation
    return own is not None and own.is_condition


def _needed(graph: ArrayGraph, output: int) -> list[int]:
    """Return the nodes that the output depends on, oldest first."""
    found = {output}
    for i in range(output, -1, -1):
        if i in found:
            found.update(graph.nodes[i].arguments)
    return sorted(found)


def item_name(record: ArrayGradient, item: ArrayItem) -> str:
    """Return how an item is written: `z[1]`, `dL/dW`, `local(v1,W)`, `new(W)`, `shape(dL/dW)`."""
    labels = record.labels
    name = labels[item.node]
    if item.kind == STEP:
        name = f"new({name})"
    elif item.kind == UPSTREAM:
        name = f"d{labels[record.output]}/d{name}"
    elif item.kind == DERIVATIVE:
        name = f"d{labels[item.position]}/d{name}"
    elif item.kind == LOCAL:
        arguments = record.graph.nodes[item.node].arguments
        a = arguments[item.position]
        which = f",{arguments[: item.position + 1].count(a)}" if arguments.count(a) > 1 else ""
        name = f"local({name},{labels[a]}{which})"
    return f"shape({name})" if item.of_shape else f"{name}{item.subscript}"


def readings(record: ArrayGradient, text: str) -> tuple[ArrayItem, ...]:
    """Return the items that a text may name, the likeliest first.

    Raises `InputError` for what is none, with the nearest one, and for an index that the array does not have;
    `LimitError` for a Jacobian that is too large.
    """
    text = composed(text.strip())
    of_shape = _SHAPE.fullmatch(text)
    inner = of_shape[1].strip() if of_shape else text
    found = _found(record, inner)
    if not found:
        raise unknown_item(inner, "a shape has none itself" if _SHAPE.fullmatch(inner) else _instead(record, inner))
    return (found[0]._replace(of_shape=True),) if of_shape else found


def _found(record: ArrayGradient, text: str) -> tuple[ArrayItem, ...]:
    """Return the items that a text may name, none if it is written in no way that an item is."""
    known = record.graph.by_label
    if text in known:
        return (_item(record, VALUE, known[text]),)
    if prime := as_item(text, record.labels[record.output], record.graph.inputs, known):
        raise unknown_item(text, prime)
    if found := _QUOTIENT.fullmatch(text):
        partial = found[1] == found[3] == "∂"
        return _quotient(record, text, found[2], found[4], found[5] or "", partial=partial)
    if (found := _SHORT.fullmatch(text)) and found[1] in known:
        return (_gradient(record, text, known[found[1]], found[2] or ""),)
    if found := _GRAD.fullmatch(text):
        return (_gradient(record, text, _node(record, text, found[1]), found[2] or ""),)
    if found := _LOCAL.fullmatch(text):
        i, k = _edge(record, text, found[1], found[2], found[3])
        return (_item(record, LOCAL, i, k, found[4] or ""),)
    if found := _NEW.fullmatch(text):
        return (_step(record, text, found[1], found[2] or ""),)
    if (found := _VALUE.fullmatch(text)) and found[1] in known:
        return (_item(record, VALUE, known[found[1]], index=found[2] or ""),)
    return ()


def _instead(record: ArrayGradient, text: str) -> str:
    """Return the hint for what is no item: how it is written here, the nearest item, or how items are written."""
    own = record.labels[record.output]
    for pattern, item, hint in _ELSEWHERE if len(text) <= MOST_HINTED else ():
        if found := re.fullmatch(pattern, text):
            at = ",".join(re.findall(r"-?\d+", found.groupdict().get("at") or ""))
            meant = item.format(of=found["of"].strip(), at=at, L=own)
            if _is_item(record, meant):
                return hint.format(item=meant)
    plain = re.sub(r"\s", "", text)
    for i, label in enumerate(record.labels) if len(text) <= MOST_HINTED else ():
        if label in record.graph.by_label and re.sub(r"\s", "", expression(record.graph, i)) == plain:
            return f"its name is {label}"
    known = list(record.graph.by_label)
    names = [name for label in known for name in (label, f"d{own}/d{label}", f"d{label}")]
    if nearest := did_you_mean(text, names):
        return nearest
    if re.fullmatch(_PLAIN, text):
        return listed("name", known)
    return f"items are written z, z[1], d{own}/dW or local(z,W)"


def _is_item(record: ArrayGradient, text: str) -> bool:
    try:
        return bool(_found(record, text))
    except GradcliError:
        return False


def _quotient(
    record: ArrayGradient, text: str, above: str, below: str, index: str, *, partial: bool
) -> tuple[ArrayItem, ...]:
    """Return what a quotient of differentials may mean: of an array it is the local Jacobian."""
    b, a = _node(record, text, below), _node(record, text, above)
    edges = [k for k, argument in enumerate(record.graph.nodes[a].arguments) if argument == b]
    if a == record.output and not record.shape(a):
        found = _item(record, UPSTREAM, b, index=index)
        return (found, _item(record, LOCAL, a, edges[0], index)) if partial and len(edges) == 1 else (found,)
    if not record.shape(a):
        return (_item(record, DERIVATIVE, b, a, index),)
    if len(edges) == 1:
        return (_item(record, LOCAL, a, edges[0], index),)
    raise unknown_item(text, f"{clip_name(above)} is an array: local(v,x) is the Jacobian of v along one edge from x")


def _gradient(record: ArrayGradient, text: str, node: int, index: str) -> ArrayItem:
    """Return a gradient of the output. Raises `InputError` where the output is an array."""
    if record.shape(record.output):
        name = clip_name(record.labels[record.output])
        raise unknown_item(
            text, f"{name} is an array, and a gradient is that of one number: local({name},x) is a Jacobian"
        )
    return _item(record, UPSTREAM, node, index=index)


def names_step(text: str) -> bool:
    """Whether a text is written as the item of a new value is: new(W), new(W)[0,1]."""
    return _NEW.fullmatch(composed(text.strip())) is not None


def _step(record: ArrayGradient, text: str, name: str, index: str) -> ArrayItem:
    """Return the item of the new value of an input."""
    node = _node(record, text, name)
    if node not in record.graph.differentiable.values():
        raise unknown_item(text, f"{clip_name(name)} is {'data' if name in record.graph.inputs else 'computed'}, "
                             "and a step changes inputs that are differentiated")  # fmt: skip
    if record.taken is None:
        raise InputError(f"{clip_name(text)} needs a rate", kind="item", hint=NO_RATE)
    return _item(record, STEP, node, index=index)


def _item(record: ArrayGradient, kind: str, node: int, position: int = -1, index: str = "") -> ArrayItem:
    """Return an item, with the entries that an index takes. Raises `InputError` for an index that fits nothing."""
    shape = record.shape(node)
    if kind == LOCAL:
        shape = (*shape, *record.shape(record.graph.nodes[node].arguments[position]))
        if count(shape) > MOST_LOCAL:
            raise LimitError(
                f"this Jacobian is {shape_text(shape)}: more than {MOST_LOCAL} entries", kind="item",
                hint="claim the gradient of an argument",
            )  # fmt: skip
    plain = ArrayItem(kind, node, position, shape)
    if not index:
        return plain
    label = record.labels[node]
    places, shape = _taken(label if kind != LOCAL else "jacobian", index, shape)
    return plain._replace(shape=shape, places=tuple(places), subscript=index.replace(" ", ""))


def _taken(name: str, index: str, shape: Shape) -> tuple[list[int], Shape]:
    """Return the places that an index takes in an array of a shape, and the shape of what it takes.

    `name` is what messages call the array: a gradient is called by what it belongs to, whose shape it has.
    """
    try:
        graph = parse_arrays(Source("index", f"{name}{index}"), {name: shape})
    except GradcliError as problem:
        if problem.kind == "unbound":
            raise InputError(f"an index of {name} is a whole number or a slice", kind="item", hint=INDICES) from None
        raise InputError(problem.message, kind="item", hint=problem.hint) from None
    node = graph.nodes[graph.output]
    if node.operation is not INDEX:
        raise InputError(f"{index} is no index of {name}", kind="item", hint=INDICES)
    A = Entries(FLOAT)
    found = node.operation.value(A, A.make(shape, list(range(count(shape)))), **node.fixed)
    return found.entries, found.shape


def _edge(record: ArrayGradient, text: str, user: str, argument: str, which: str | None) -> tuple[int, int]:
    """Return the node and position of an edge, by the names of its ends."""
    node = _node(record, text, user)
    arguments = record.graph.nodes[node].arguments
    edges = [k for k, a in enumerate(arguments) if record.labels[a] == argument]
    if not edges:
        other = record.graph.by_label.get(argument)
        own = first_of([*dict.fromkeys(record.labels[a] for a in arguments)])
        reverse = other is not None and node in record.graph.nodes[other].arguments
        meant = f"; did you mean local({argument},{user})?" if reverse else ""
        raise unknown_item(text, f"{user} is computed from {own or 'nothing'}{meant}")
    if which is None and len(edges) > 1:
        raise unknown_item(text, f"{user} uses {argument} {len(edges)} times: write local({user},{argument},1)")
    place = int(which or 1)
    if not 1 <= place <= len(edges):
        raise unknown_item(text, f"{user} uses {argument} {len(edges)} times")
    return node, edges[place - 1]


def _node(record: ArrayGradient, text: str, name: str) -> int:
    found = record.graph.by_label.get(name)
    if found is None:
        known = list(record.graph.by_label)
        raise unknown_item(text, did_you_mean(name, known) or listed("name", known))
    return found
