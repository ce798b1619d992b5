"""Conventions that are not mistakes.

Many courses write dZ for the gradient of the sum of the losses, and divide by the number of samples only where dW and
db are made (`dZ = A - Y; dW = 1/m dZ A.T`). A sheet whose gradients inside are N times right beside a right gradient of
a parameter is such a one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...arrays.axes import chosen_axes
from ...arrays.graph import ArrayGraph
from ...arrays.sizes import count
from ...arrays.table import INPUT, NUMBER
from ..claims.claims import Number
from ..claims.items import UPSTREAM
from .array_judging import ArrayDraft, judge_entries
from .array_key import ArrayKey
from .array_steps import ArraySteps, OwnArray
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
    """Take the gradients inside a program for those of the sum of the losses, where the sheet shows that they are.

    That is so where they are N times right and the gradient of a parameter behind one of them is right as it stands, or
    where that follows from them, right or wrong, only with a division by N. Their numbers are divided by N for what
    follows, and said to be.
    """
    graph = key.record.graph
    gradients = [d for d in drafts if d.item is not None and d.item.kind == UPSTREAM and d.numbers and d.right]
    inside = [d for d in gradients if d.item is not None and graph.nodes[d.item.node].operation is not INPUT]
    off = [d for d in inside if d.status != CORRECT]
    right = [d.item.node for d in gradients if d not in inside and d.status == CORRECT and d.item is not None]
    parameters = [d for d in gradients if d not in inside]
    for n in sample_counts(graph) if off else ():
        times = [d for d in off if _is_times(key, d, n, policy)]
        shown = 2 * len(times) > len(off) and _are_behind(graph, right, times)
        if not shown and not _follow_divided(key, inside, parameters, n, policy):
            continue
        for draft in off:
            assert draft.item is not None
            draft.told, draft.samples = draft.numbers, n
            draft.numbers = [Number(x.value / n, x.unit / n, x.figures) for x in draft.numbers]
            draft.why = ""
            judge_entries(key, draft, draft.item, policy)
        return


def _follow_divided(
    key: ArrayKey, inside: Sequence[ArrayDraft], parameters: Sequence[ArrayDraft], n: int, policy: MarkingPolicy
) -> bool:
    """Whether wrong gradients of parameters follow from the claimed ones inside over n, and not as they are."""
    whole = [d for d in inside if d.item is not None and d.item.places is None]
    claims = {
        (UPSTREAM, d.item.node): OwnArray(d.item, [x.value for x in d.numbers], d.right)
        for d in whole
        if d.item is not None and d.right is not None
    }
    steps = ArraySteps(key.run, claims, policy.tolerance, 0, key.record.output)
    for draft in parameters:
        item = draft.item
        derived = None if item is None else steps.upstream[item.node]
        if item is None or derived is None or draft.status == CORRECT or (UPSTREAM, item.node) not in steps.moved:
            continue
        entries = item.taken(derived.entries)
        if all(x.is_near(d / n, policy.tolerance) for x, d in zip(draft.numbers, entries, strict=True)) and any(
            entries
        ):
            return True
    return False


def tell(draft: ArrayDraft) -> None:
    """Say of a claim that was taken as the gradient of the sum of the losses that it was."""
    if draft.samples > 1:
        what = f"gradient of the sum of the losses: without 1/{draft.samples}"
        draft.why = what if draft.status == CORRECT or not draft.why else f"{draft.why}; taken as the {what}"


def _are_behind(graph: ArrayGraph, parameters: Sequence[int], drafts: Sequence[ArrayDraft]) -> bool:
    """Whether something that is claimed is computed from one of some parameters."""
    active = graph.active(parameters)
    return any(draft.item is not None and active[draft.item.node] for draft in drafts)


def _is_times(key: ArrayKey, draft: ArrayDraft, n: int, policy: MarkingPolicy) -> bool:
    """Whether all entries of a claim are n times the true ones."""
    assert draft.item is not None
    truth: Iterable[float | None] = key.truth(draft.item)
    return all(
        t is not None and number.is_near(n * t, policy.tolerance)
        for number, t in zip(draft.numbers, truth, strict=True)
    )
