"""Conventions that are not mistakes.

Many courses write dZ for the gradient of the sum of the losses, and divide by the number of samples only where dW and
db are made (`dZ = A - Y; dW = 1/m dZ A.T`). A sheet whose gradients inside are N times right beside a right gradient of
a parameter is such a one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...arrays.axes import chosen_axes
from ...arrays.graph import ArrayGraph
from ...arrays.sizes import count
from ...arrays.table import INPUT
from ..claims.array_claims import ArrayFormula
from ..claims.array_formulas import at_run
from ..claims.array_items import ArrayItem
from ..claims.claims import Number
from ..claims.items import UPSTREAM
from .array_judging import ArrayDraft, judge_entries
from .array_key import ArrayKey
from .array_steps import ArraySteps, OwnArray
from .judging import CORRECT, MarkingPolicy

Drafts = dict[ArrayItem, ArrayDraft]


def sample_counts(graph: ArrayGraph) -> list[int]:
    """Return by what whole numbers the program divides: what its means are over, and its numerals below a bar."""
    found: list[int] = []
    for node in graph.nodes:
        if node.operation.name == "mean":
            shape = graph.nodes[node.arguments[0]].shape
            sizes = [shape[k] for k in chosen_axes(shape, node.fixed.get("axis"))]
            found += [count(sizes), *(size for size in sizes if isinstance(size, int))]
        elif node.operation.name == "div":
            below = graph.nodes[node.arguments[1]].text
            if below.isdecimal():
                found.append(int(below))
    return [n for n in dict.fromkeys(found) if n > 1]


def per_sample(key: ArrayKey, seen: Drafts, policy: MarkingPolicy) -> None:
    """Take the gradients inside a program for those of the sum of the losses, where the sheet shows that they are.

    That is so where they are N times right and the gradient of a parameter behind one of them is right as it stands, or
    where that follows from them, right or wrong, only with a division by N. Their numbers are divided by N for what
    follows, and said to be. A formula that names one of them means it as it was claimed: it shows the division itself.
    """
    graph = key.record.graph
    gradients = {item: d for item, d in seen.items() if item.kind == UPSTREAM and d.numbers and d.right}
    inside = {item: d for item, d in gradients.items() if graph.nodes[item.node].operation is not INPUT}
    off = {item: d for item, d in inside.items() if d.status != CORRECT}
    parameters = {item: d for item, d in gradients.items() if item not in inside}
    for n in sample_counts(graph) if off else ():
        times = [item for item, d in off.items() if _is_times(key, item, d.numbers, n, policy)]
        from_own = _from_own(key, inside, parameters, {item: off[item].numbers for item in times})
        right = [item for item, d in parameters.items() if d.status == CORRECT and item not in from_own]
        right += [item for item, numbers in from_own.items() if _is_times(key, item, numbers, 1, policy)]
        shown = 2 * len(times) > len(off) and _are_behind(graph, right, times)
        if not shown and not _follow_divided(key, inside, parameters, n, policy):
            continue
        for item, numbers in from_own.items():
            if item in right or _is_times(key, item, numbers, n, policy):
                parameters[item].numbers, parameters[item].status = numbers, ""
                judge_entries(key, parameters[item], item, policy)
        for item, draft in off.items():
            draft.told, draft.samples = draft.numbers, n
            draft.numbers = [Number(x.value / n, x.unit / n, x.figures) for x in draft.numbers]
            draft.why = ""
            judge_entries(key, draft, item, policy)
        return


def _follow_divided(key: ArrayKey, inside: Drafts, parameters: Drafts, n: int, policy: MarkingPolicy) -> bool:
    """Whether wrong gradients of parameters follow from the claimed ones inside over n, and not as they are."""
    claims = {
        (UPSTREAM, item.node): OwnArray(item, [x.value for x in d.numbers], d.right or [])
        for item, d in inside.items()
        if item.places is None
    }
    steps = ArraySteps(key.run, claims, policy.tolerance, 0, key.record.output)
    for item, draft in parameters.items():
        derived = steps.upstream[item.node]
        if derived is None or draft.status == CORRECT or (UPSTREAM, item.node) not in steps.moved:
            continue
        entries, near = item.taken(derived.entries), key.tolerance(item, policy.tolerance)
        if any(entries) and all(x.is_near(d / n, near) for x, d in zip(draft.numbers, entries, strict=True)):
            return True
    return False


def tell(draft: ArrayDraft) -> None:
    """Say of a claim that was taken as the gradient of the sum of the losses that it was."""
    if draft.samples > 1:
        what = f"gradient of the sum of the losses: without 1/{draft.samples}"
        draft.why = what if draft.status == CORRECT or not draft.why else f"{draft.why}; taken as the {what}"


def _from_own(
    key: ArrayKey, inside: Drafts, parameters: Drafts, claimed: Mapping[ArrayItem, list[Number]]
) -> dict[ArrayItem, list[Number]]:
    """Return what formulas of parameters give that name some claimed gradients, or what was told by those."""
    own = {item: key.run.A.make(item.shape, [x.value for x in numbers]) for item, numbers in claimed.items()}
    found: dict[ArrayItem, list[Number]] = {}
    for item, draft in sorted(((inside | parameters).items()), key=lambda entry: -entry[0].node):
        written = draft.written
        if item in own or not isinstance(written, ArrayFormula) or own.keys().isdisjoint(written.derivatives.values()):
            continue
        if (given := at_run(written, key.run, own)) is not None and item in parameters:
            found[item] = [Number(x) for x in given.entries]
        elif given is not None:
            own[item] = given
    return found


def _are_behind(graph: ArrayGraph, parameters: Iterable[ArrayItem], items: Sequence[ArrayItem]) -> bool:
    """Whether something that is claimed is computed from one of some parameters."""
    active = graph.active([item.node for item in parameters])
    return any(active[item.node] for item in items)


def _is_times(key: ArrayKey, item: ArrayItem, numbers: Sequence[Number], n: int, policy: MarkingPolicy) -> bool:
    """Whether all of some numbers are n times the true ones."""
    truth, near = key.truth(item), key.tolerance(item, policy.tolerance)
    return all(t is not None and number.is_near(n * t, near) for number, t in zip(numbers, truth, strict=True))
