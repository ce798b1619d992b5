"""Where a value counts: always, or where some conditions have their outcomes, in one case of several.

A node is needed where one of its users is, and by a branch of a choice where the condition turns to that. What is
computed there alone is never asked for a value that it does not have.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from typing import NamedTuple

from ...calculus.graph import Graph
from ...calculus.operations import WHERE
from ...calculus.table_parts import Operation
from .spelling import OVERFLOWING

Outcome = tuple[int, bool]  # a condition, and whether it holds
Case = frozenset[Outcome]  # all of these
Need = frozenset[Case]  # one of these

ALWAYS: Need = frozenset([frozenset()])
NEVER: Need = frozenset()
MOST_OUTCOMES = 12  # in all cases; beyond them what tells is a variable of its own


class Needs(NamedTuple):
    """Where nodes are needed, one entry per node, oldest first; None for a node that the output does not depend on.

    `told` has the cases of nodes that have very many: of those at -1 - i what tells is the outcome of the condition i.
    `order` is an order of evaluation in which conditions stand before what they decide; what tells is -1 - i there.
    `alike` has for every condition the first one that compares the same, which is the one in needs.
    """

    of: list[Need | None]
    told: dict[int, Need]
    order: list[int]
    alike: dict[int, int]


def needs(graph: Graph, output: int) -> Needs:
    """Return where the nodes are needed that an output depends on."""
    alike = _first_alike(graph)
    found, told = _found(graph, output, alike)
    order = _order(graph, found, told)
    if order is None:  # a condition within its own branch: then both branches are computed
        found, told = [None if need is None else ALWAYS for need in found], {}
        order = _order(graph, found, told) or []
    _widen(graph, found)
    return Needs(found, told, order, alike)


def _widen(graph: Graph, found: list[Need | None]) -> None:
    """Let what always has a value be computed in more cases than it is needed in, where that takes fewer words."""
    for i, need in enumerate(found):
        operation, arguments = graph.nodes.operations[i], graph.nodes.arguments[i]
        if not need or not _always_has_value(operation):
            continue
        common = frozenset.intersection(*need)
        is_told = all(implies([common - {outcome}], found[outcome[0]] or NEVER) for outcome in common)
        if is_told and all(implies([common], found[a] or NEVER) for a in arguments):
            found[i] = frozenset([common])


def _always_has_value(operation: Operation) -> bool:
    """Whether it has a value and finite slopes for all arguments, none of them too large for binary64."""
    return (
        operation.domain is None and operation.unconditional_partials is not None and operation.name not in OVERFLOWING
    )


def _found(graph: Graph, output: int, alike: Mapping[int, int]) -> tuple[list[Need | None], dict[int, Need]]:
    nodes = graph.nodes
    cases: list[set[Case] | None] = [None] * len(nodes)
    cases[output] = set(ALWAYS)
    found: list[Need | None] = [None] * len(nodes)
    told: dict[int, Need] = {}
    plain = {c for c in alike if all(nodes.operations[a].is_leaf for a in nodes.arguments[c])}
    for i in range(output, -1, -1):
        known = cases[i]
        if known is None:
            continue
        need = ALWAYS  # of a leaf
        if not nodes.operations[i].is_leaf:
            need = simplified(_known_in_time(graph, i, known, found, cases), plain)
        if sum(map(len, need)) > MOST_OUTCOMES:
            told[-1 - i] = need
            need = frozenset([frozenset([(-1 - i, True)])])
        found[i] = need
        arguments = nodes.arguments[i]
        for position, a in enumerate(arguments):
            own = cases[a] = cases[a] or set()
            if nodes.operations[i] is WHERE and position:
                outcome = (alike.get(arguments[0], arguments[0]), position == 1)
                own.update(case | {outcome} for case in need)
                continue
            own.update(need)
            if (first := alike.get(a, a)) != a:
                cases[first] = (cases[first] or set()) | need
    return found, told


def _first_alike(graph: Graph) -> dict[int, int]:
    """Return for every condition the first one that compares the same."""
    firsts: dict[tuple[Operation, tuple[int, ...]], int] = {}
    nodes = graph.nodes
    return {i: firsts.setdefault((operation, nodes.arguments[i]), i)
            for i, operation in enumerate(nodes.operations) if operation.is_condition}  # fmt: skip


def _known_in_time(
    graph: Graph, i: int, wanted: Collection[Case], found: Sequence[Need | None], cases: Sequence[set[Case] | None]
) -> Collection[Case]:
    """Return cases without the conditions that are told from the node itself, and what only these give a value."""
    later = {c for case in wanted for c, _ in case if c > i}
    own = {c for c in later if _depends(graph, c, i)}
    if not own:
        return wanted
    kept = set()
    for case in wanted:
        left = set(case) - {outcome for outcome in case if outcome[0] in own}
        unknown: Set[Outcome] = case - left
        while unknown:
            unknown = {outcome for outcome in left if outcome[0] >= 0 and not
                       implies([left - {outcome}], found[outcome[0]] or cases[outcome[0]] or NEVER)}  # fmt: skip
            left -= unknown
        kept.add(frozenset(left))
    return kept


def _depends(graph: Graph, node: int, on: int) -> bool:
    seen, pending = {node}, [node]
    while pending:
        for a in graph.nodes.arguments[pending.pop()]:
            if a == on:
                return True
            if a > on and a not in seen:
                seen.add(a)
                pending.append(a)
    return False


def simplified(cases: Collection[Case], plain: Set[int]) -> Need:
    """Return the same in fewer words; `plain` are conditions that are known always.

    Two cases that differ in one outcome alone are one; a wider case is enough; and where c is a case, not c is no part
    of another one, unless that is known by c alone.
    """
    possible = {case for case in cases if not any((c, not holds) in case for c, holds in case)}
    left = possible or set(cases)
    while True:
        shorter: set[Case] = set()
        for case in left:
            for c, holds in case:
                rest = case - {(c, holds)}
                other = rest | {(c, not holds)}
                if other in left or (all(b in plain for b, _ in rest) and any(wide <= other for wide in left)):
                    shorter.add(rest)
        widest: set[Case] = set()
        for case in sorted(left | shorter, key=len):
            if not any(wide <= case for wide in widest):
                widest.add(case)
        if widest == left:
            return frozenset(left)
        left = widest


def implies(stronger: Collection[Set[Outcome]], weaker: Collection[Set[Outcome]]) -> bool:
    """Whether a need is met wherever another one is."""
    return all(any(wide <= case for wide in weaker) for case in stronger)


def _order(graph: Graph, found: Sequence[Need | None], told: dict[int, Need]) -> list[int] | None:
    """Return the nodes that are needed, each after its arguments and what tells where it counts; None for no such."""
    order: list[int] = []
    done: set[int] = set()
    on_the_way: set[int] = set()
    for start, need in enumerate(found):
        stack = [start] if need is not None else []
        while stack:
            i = stack[-1]
            if i in done:
                stack.pop()
                continue
            before = list(graph.nodes.arguments[i]) if i >= 0 else []
            if i < 0 or not graph.nodes.operations[i].is_condition:  # which stands where it is asked
                cases = told[i] if i < 0 else found[i] or NEVER
                before += sorted({c for case in cases for c, _ in case})
            waiting = [a for a in before if a not in done]
            if waiting and i in on_the_way:
                return None
            if waiting:
                on_the_way.add(i)
                stack += waiting
            else:
                done.add(i)
                order.append(i)
                stack.pop()
    return order
