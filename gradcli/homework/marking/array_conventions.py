"""Conventions that are not mistakes.

Many courses write dZ for the gradient of the sum of the losses, and divide by the number of samples only where dW and
db are made (`dZ = A - Y; dW = 1/m dZ A.T`). A sheet whose gradients inside are all N times right beside right gradients
of the parameters is such a one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...arrays.axes import chosen_axes
from ...arrays.graph import ArrayGraph
from ...arrays.sizes import count
from ...arrays.table import INPUT, NUMBER
from ..claims.items import UPSTREAM
from .array_judging import ArrayDraft
from .array_key import ArrayKey
from .judging import CORRECT, MarkingPolicy


def sample_counts(graph: ArrayGraph) -> list[int]:
    """Return by what whole numbers the program divides: what its means are over, and its numerals below a bar."""
    found: list[int] = []
    for node in graph.nodes:
        if node.operation.name == "mean":
            shape = graph.nodes[node.arguments[0]].shape
            sizes = [shape[k] for k in chosen_axes(shape, node.fixed.get("axis"))]
            found += [count(sizes), *(size for size in sizes if isinstance(size, int))]
        elif node.operation.name == "div":
            below = graph.nodes[node.arguments[1]]
            if below.operation is NUMBER and below.text.isdecimal():
                found.append(int(below.text))
    return [n for n in dict.fromkeys(found) if n > 1]


def per_sample(key: ArrayKey, drafts: Sequence[ArrayDraft], policy: MarkingPolicy) -> None:
    """Accept the gradients inside a program that are N times right, beside right ones of the parameters; say so."""
    graph = key.record.graph
    gradients = [d for d in drafts if d.item is not None and d.item.kind == UPSTREAM and d.numbers and d.right]
    inside = [d for d in gradients if d.item is not None and graph.nodes[d.item.node].operation is not INPUT]
    parameters = [d for d in gradients if d not in inside]
    off = [d for d in inside if d.status != CORRECT]
    if not off or not parameters or any(d.status != CORRECT for d in parameters):
        return
    for n in sample_counts(graph):
        if all(_is_times(key, d, n, policy) for d in off):
            for draft in off:
                draft.status = CORRECT
                draft.why = f"gradient of the sum of the losses: without 1/{n}"
                draft.right = [True] * len(draft.numbers)
            return


def _is_times(key: ArrayKey, draft: ArrayDraft, n: int, policy: MarkingPolicy) -> bool:
    """Whether all entries of a claim are n times the true ones."""
    assert draft.item is not None
    truth: Iterable[float | None] = key.truth(draft.item)
    return all(
        t is not None and number.is_near(n * t, policy.tolerance)
        for number, t in zip(draft.numbers, truth, strict=True)
    )
