"""Items: what a claim is about - a value, an upstream gradient, a local gradient, any derivative - and their names.

`q` is a value, `df/dq` an upstream gradient (also `dq`, `q.grad`), `local(q,x)` the local gradient of q along its edge
from x. Where q uses x twice, `local(q,x,2)` is the second edge. `dq/dx` is the derivative of any node with respect to
any other along all paths. `∂q/∂x` is the local gradient where q has one edge from x, and `dq/dx` otherwise. `new(x)` is
the value of an input after a step of descent, where the record has taken one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from ...calculus.following import follows
from ...calculus.operations import INPUT
from ...errors import ARGUMENT, InputError, Source
from ...language.lexer import composed
from ...language.names import clip_name, first_of, listed
from ...numbers.systems import FLOAT
from ...record.gradient import Gradient
from ...record.retyping import nearly_quotient
from ...text import counted, did_you_mean
from .outside import record_of
from .primes import as_item

if TYPE_CHECKING:
    from ...arrays.graph import ArrayGraph
    from ...calculus.graph import Graph
    from ...record.update_rules import Update

VALUE, UPSTREAM, LOCAL, DERIVATIVE, STEP = "value", "upstream", "local", "derivative", "new"

_NAME = r"([^\W\d]\w*)"
_QUOTIENT = re.compile(rf"([d∂])\s*{_NAME}\s*/\s*([d∂])\s*{_NAME}")
_SHORT = re.compile(rf"[d∂]{_NAME}")
_GRAD = re.compile(rf"{_NAME}\s*\.\s*grad")
_LOCAL = re.compile(rf"local\s*\(\s*{_NAME}\s*,\s*([^\s,()]+)\s*(?:,\s*([0-9]{{1,9}})\s*)?\)")
_NEW = re.compile(rf"new\s*\(\s*{_NAME}\s*\)")

NO_RATE = "give the rate of the step: --step 0.5, or step = 0.5 in a homework file"


class Item(NamedTuple):
    """What a claim is about. A local gradient belongs to `node`, which uses the argument at `position`.

    A derivative that is not the output's is with respect to `node`, and of the node at `position`.
    """

    kind: str
    node: int
    position: int = -1


def worksheet(record: Gradient, fixed: Collection[str] = ()) -> list[Item]:
    """Return all that a full sheet asks: values forwards, local gradients, then upstream gradients backwards.

    Last come the new values of the inputs, where the record has taken a step; not of those that are `fixed`.
    Left out is what the output does not depend on, what does not exist at this point, and conditions.
    """
    graph = record.graph
    arguments = graph.nodes.arguments
    asked = [
        not operation.is_condition and value is not None
        for operation, value in zip(graph.nodes.operations, record.values, strict=True)
    ]
    needed = [i for i, on in enumerate(graph.needed(record.output)) if on and asked[i]]
    operations = [i for i in needed if arguments[i]]
    items = [Item(VALUE, i) for i in operations]
    local = record.local
    items += [
        Item(LOCAL, i, position)
        for i in operations
        for position, a in enumerate(arguments[i])
        if asked[a] and local(i, position) is not None
    ]
    upstream = record.upstream
    items += [Item(UPSTREAM, i) for i in reversed(needed) if upstream[i] is not None]
    if record.taken is not None:
        among = frozenset(needed)
        steps = [Item(STEP, i) for name, i in graph.inputs.items() if i in among and name not in fixed]
        items += [item for item in steps if truth(record, item) is not None]
    return items


def truth(record: Gradient, item: Item) -> Any:
    """Return the record's number for an item; None where there is none, or where nothing is differentiated."""
    if item.kind == VALUE:
        return record.values[item.node]
    if item.kind == UPSTREAM:
        return record.upstream[item.node]
    if item.kind == DERIVATIVE:
        return record_of(record, item.position).upstream[item.node]
    if item.kind == STEP:
        return None if record.taken is None else record.taken.new.get(record.labels[item.node], [None])[0]
    return record.local(item.node, item.position)


def signed_rate(record: Gradient) -> float:
    """Return what a step takes of the gradient off: the rate, less than 0 uphill, and 0 where no step is taken."""
    return rate_of(record.evaluation.task.request.step)


def rate_of(step: Update | None) -> float:
    """Return the rate of a step, less than 0 uphill, and 0 where no step is taken."""
    return 0.0 if step is None else float(step.numbers(FLOAT)["rate"]) * (-1 if step.ascent else 1)


def item_name(record: Gradient, item: Item) -> str:
    """Return how an item is written: `q`, `df/dq`, `local(q,x)`, `local(q,x,2)`, `new(x)`."""
    labels = record.labels
    name = labels[item.node]
    if item.kind == VALUE:
        return name
    if item.kind == UPSTREAM:
        return f"d{labels[record.output]}/d{name}"
    if item.kind == DERIVATIVE:
        return f"d{labels[item.position]}/d{name}"
    if item.kind == STEP:
        return f"new({name})"
    arguments = record.graph.nodes[item.node].arguments
    a = arguments[item.position]
    count = f",{arguments[: item.position + 1].count(a)}" if arguments.count(a) > 1 else ""
    return f"local({name},{labels[a]}{count})"


def item_of(record: Gradient, text: str) -> Item:
    """Return the item that a text names first of all. Raises `InputError` with the nearest item where one is near."""
    return readings(record, text)[0]


def readings(record: Gradient, text: str) -> tuple[Item, ...]:
    """Return the items that a text may name, the likeliest first: more than one where ∂ may be read in two ways.

    Raises `InputError`, with the nearest item where one is near.
    """
    text = composed(text.strip())
    known = record.graph.by_label
    if text in known:
        return (Item(VALUE, known[text]),)
    if prime := as_item(text, record.labels[record.output], record.graph.inputs, known):
        raise unknown_item(text, prime)
    if found := _QUOTIENT.fullmatch(text):
        return _quotient(record, text, found[2], found[4], partial=found[1] == found[3] == "∂")
    if (found := _SHORT.fullmatch(text)) and found[1] in known:
        return (Item(UPSTREAM, known[found[1]]),)
    if found := _GRAD.fullmatch(text):
        return (Item(UPSTREAM, _node(record, text, found[1])),)
    if found := _LOCAL.fullmatch(text):
        return (_local(record, text, found[1], found[2], found[3]),)
    if found := _NEW.fullmatch(text):
        return (_step(record, text, found[1]),)
    names = [name for label in known for name in (label, f"d{record.labels[record.output]}/d{label}", f"d{label}")]
    near = nearly_quotient(text, known) or did_you_mean(text, names)
    raise unknown_item(text, near or "items are written q, df/dq or local(q,x)")


def _quotient(record: Gradient, text: str, above: str, below: str, *, partial: bool) -> tuple[Item, ...]:
    """Return what a quotient of differentials may mean; the whole derivative first where it is the edge's own."""
    b = _node(record, text, below)
    if above not in record.graph.by_label:
        own = record.labels[record.output]
        near = nearly_quotient(text, record.graph.by_label) or did_you_mean(above, list(record.graph.by_label))
        raise unknown_item(text, near or f"the derivative of the output is d{own}/d{below}")
    a = record.graph.by_label[above]
    whole = Item(UPSTREAM, b) if a == record.output else Item(DERIVATIVE, b, a)
    arguments = record.graph.nodes[a].arguments
    if not partial or arguments.count(b) != 1:
        return (whole,)
    edge = Item(LOCAL, a, arguments.index(b))
    elsewhere = any(follows(record.graph.nodes.arguments.__getitem__, k, b) for k in arguments if k != b)
    return (edge, whole) if elsewhere else (whole, edge)


def _local(record: Gradient, text: str, user: str, argument: str, count: str | None) -> Item:
    """Return the item of an edge, by the names of its ends and, where there are several, which of them it is."""
    node = _node(record, text, user)
    arguments = record.graph.nodes[node].arguments
    named = record.graph.by_label.get(argument)
    edges = [k for k, a in enumerate(arguments) if a == named or record.labels[a] == argument]
    if not edges:
        own = first_of([*dict.fromkeys(record.labels[a] for a in arguments)])
        reverse = named is not None and node in record.graph.nodes[named].arguments
        meant = f"; did you mean local({argument},{user})?" if reverse else ""
        raise unknown_item(text, f"{user} is computed from {own or 'nothing'}{meant}")
    which = int(count) if count else 1
    if not 1 <= which <= len(edges):
        raise unknown_item(text, f"{user} uses {argument} {counted(len(edges), 'time')}")
    if count is None and len(edges) > 1:
        raise unknown_item(text, f"{user} uses {argument} {len(edges)} times: write local({user},{argument},1)")
    return Item(LOCAL, node, edges[which - 1])


def names_step(text: str) -> bool:
    """Whether a text is written as the item of a new value is: new(w)."""
    return _NEW.fullmatch(composed(text.strip())) is not None


def _step(record: Gradient, text: str, name: str) -> Item:
    """Return the item of the new value of an input."""
    node = _node(record, text, name)
    if record.graph.nodes.operations[node] is not INPUT:
        raise unknown_item(text, f"{clip_name(name)} is computed, and a step changes inputs")
    if record.evaluation.task.request.step is None:
        raise InputError(f"{clip_name(text)} needs a rate", kind="item", hint=NO_RATE)
    return Item(STEP, node)


def _node(record: Gradient, text: str, name: str) -> int:
    found = record.graph.by_label.get(name)
    if found is None:
        known = list(record.graph.by_label)
        raise unknown_item(text, nearly_quotient(text, known) or did_you_mean(name, known) or listed("name", known))
    return found


def unknown_item(text: str, hint: str | None) -> InputError:
    """Return the error for a text that names no item."""
    return InputError(f"there is no item {clip_name(text) or 'without a name'}", kind="item", hint=hint)


def stray_word(graph: Graph | ArrayGraph, word: str, name: str) -> InputError:
    """Return the error for a word NAME=TEXT of the command line that is neither a value nor a claim."""
    labels = list(graph.by_label)
    items = [*graph.inputs, *labels, *(f"d{label}" for label in labels)]
    hint = nearly_quotient(name, labels) or did_you_mean(name, items) or listed("name", labels, "its")
    return InputError(
        f"{name[:60]} is neither an input nor an item of the program", source=Source(ARGUMENT, word),
        span=(0, len(name)), kind="item", hint=hint,
    )  # fmt: skip
