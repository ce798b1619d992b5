"""Sheets that say nothing, and what they earn: stock answers, the question copied, numbers invented and carried on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from gradcli.calculus.operations import NUMBER
from gradcli.errors import GradcliError, Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.prepared import marked_lines, prepare
from gradcli.homework.classroom.problem_instance import ParsedProblem, ProblemInstance, item_names
from gradcli.homework.marking.concept_weights import edges_to
from gradcli.homework.marking.nodes_at_numbers import slope, value_of
from gradcli.language.rule_text import rule_text

from .honest import written
from .problems import PROBLEMS

MORE: dict[str, tuple[str, dict[str, float]]] = {
    "two layers": ("h1 = sigmoid(w1*i1 + w2*i2 + b1); h2 = sigmoid(w3*i1 + w4*i2 + b1); "
                   "o = sigmoid(w5*h1 + w6*h2 + b2); E = (t - o)**2/2",
                   {"w1": 0.15, "w2": 0.2, "w3": 0.25, "w4": 0.3, "w5": 0.4, "w6": 0.45, "i1": 0.05, "i2": 0.1,
                    "b1": 0.35, "b2": 0.6, "t": 0.01}),
    "swish": ("z = w*x + b; g = z*sigmoid(z); f = (g - t)**2", {"w": 1.3, "x": -0.7, "b": 0.4, "t": 1.5}),
    "residual": ("h = tanh(w*x); y = x + a*h; f = (y - t)**2/2", {"w": 0.9, "x": 1.1, "a": -0.6, "t": 0.3}),
    "softplus": ("u = a*x + b; s = log(1 + exp(u)); f = s*a", {"a": 0.7, "x": 1.8, "b": -0.5}),
    "recurrence": ("h1 = tanh(w*x1); h2 = tanh(w*x2 + u*h1); f = (h2 - t)**2",
                   {"w": 0.8, "u": -0.5, "x1": 0.6, "x2": -1.2, "t": 0.4}),
}  # fmt: skip
SMALL: dict[str, tuple[str, dict[str, float]]] = {
    "product": ("f = x*y", {"x": 3.0, "y": -4.0}),
    "square": ("q = x - y; f = q**2", {"x": 3.0, "y": 5.5}),
    "line": ("f = w*x + b", {"w": 1.5, "x": -2.0, "b": 0.7}),
    "share": ("q = x + y; f = q/z", {"x": 3.0, "y": 5.5, "z": -2.0}),
    "sums": ("q = x + y; r = y + z; f = q*r", {"x": 3.0, "y": 1.5, "z": -2.0}),
    "factors": ("a = x*y; b = a*z; f = b*w", {"x": 3.0, "y": 1.5, "z": -2.0, "w": 0.7}),
    "growth": ("a = exp(x); f = a*y", {"x": 0.7, "y": -4.0}),
    "cell": ("u = w*x; f = relu(u)", {"w": 3.0, "x": 1.5}),
}
PROGRAMS = PROBLEMS | MORE


@cache
def parsed(name: str, point: tuple[tuple[str, float], ...], more: str) -> ParsedProblem:
    """Return a problem of a homework file with these lines more."""
    at = ", ".join(f'{key} = "{value!r}"' for key, value in point)
    text = f"[[problem]]\nprogram = {(PROGRAMS | SMALL)[name][0]!r}\nat = {{ {at} }}\n{more}\n"
    return ParsedProblem(load(Source("hw.toml", text)).problems["p1"])


def instances(name: str, count: int, chance: random.Random, more: str = "") -> Iterator[ParsedProblem]:
    """Yield a problem with the numbers of its textbook, then with random ones such as a teacher writes."""
    point = (PROGRAMS | SMALL)[name][1]
    yield parsed(name, tuple(point.items()), more)
    while count:
        drawn = {
            key: chance.choice((round(chance.uniform(-3, 3), 1), round(chance.uniform(-2, 2), 2),
                                float(chance.choice((-5, -4, -3, -2, 2, 3, 4, 5)))))
            for key in point
        }  # fmt: skip
        try:
            problem = parsed(name, tuple(drawn.items()), more)
        except GradcliError:
            continue
        count -= 1
        yield problem


def share(problem: ParsedProblem, claims: list[Claim]) -> float:
    """Return the share of the points that a sheet earns."""
    prepared = prepare(problem.for_student(""), problem)
    scored = marked_lines(prepared, claims)
    return float(scored.earned) / prepared.instance.points


# ---- sheets; each returns the claims by their items' names


def stock(instance: ProblemInstance, text: str) -> list[Claim]:
    """Return the same answer everywhere."""
    return [Claim(name, text) for name in item_names(instance).values()]


def copied(instance: ProblemInstance, *, rule_book: bool) -> list[Claim]:
    """Return what the question says for every value and, from the rule book, the formula of every local gradient."""

    graph = instance.record.graph
    found = []
    for item, name in item_names(instance).items():
        if item.kind == VALUE and graph.nodes[item.node].arguments:
            found.append(Claim(name, instance.statement(item.node)))
        elif item.kind == LOCAL and rule_book:
            found.append(Claim(name, _rule(instance, item.node, item.position)))
    return found


def chain_rule(instance: ProblemInstance, *, rule_book: bool = False) -> list[Claim]:
    """Return the chain rule, without a number, for every gradient; the rule book may say the local gradients in it."""
    record, names = instance.record, item_names(instance)
    labels = record.graph.labels
    found = []
    for item, name in names.items():
        edges = edges_to(record).get(item.node, []) if item.kind == UPSTREAM else []
        users = [(i, k) for i, k in edges if rule_book or (i, k) == next(e for e in edges if e[0] == i)]
        terms = [
            f"d{labels[record.output]}/d{labels[i]}*"
            + (f"({_rule(instance, i, k)})" if rule_book else f"local({labels[i]},{labels[item.node]})")
            for i, k in users
        ]
        found += [Claim(name, " + ".join(terms))] if terms else []
    return found


def _rule(instance: ProblemInstance, i: int, k: int) -> str:
    """Return the formula of a local gradient, as the rule book has it."""
    graph = instance.record.graph
    node = graph.nodes[i]
    labels = [graph.labels[a] for a in node.arguments]
    numerals = [graph.nodes[a].operation is NUMBER for a in node.arguments]
    return rule_text(node.operation, k, graph.labels[i], labels, numerals)


def invented(
    instance: ProblemInstance,
    figures: int,
    chance: random.Random,
    *,
    values: bool = True,
    local: float | None = None,
    seed: float = 1.0,
) -> list[Claim] | None:
    """Return a sheet whose steps follow from one another but start from nowhere, None outside a function's domain.

    The values are `invented`, or the true ones; the local gradients one number, or what follows from the values.
    """
    record, names = instance.record, item_names(instance)
    graph = record.graph
    own: dict[Item, float] = {}
    for item in names:
        node = graph.nodes[item.node]
        operands = [own.get(Item(VALUE, a), record.values[a]) for a in node.arguments]
        x: float | None
        if item.kind == VALUE:
            x = chance.choice((-1, 1)) * chance.uniform(0.1, 9) if values else value_of(node.operation, operands)
        elif item.kind == LOCAL:
            v = own.get(Item(VALUE, item.node), record.values[item.node])
            x = slope(node.operation, item.position, v, operands) if local is None else local
        elif item.node == record.output:
            x = seed
        else:
            edges = [e for e in names if e.kind == LOCAL and graph.nodes[e.node].arguments[e.position] == item.node]
            x = sum(own[Item(UPSTREAM, e.node)] * own[e] for e in edges)
        if x is None:
            return None
        own[item] = float(written(x, figures))
    return [Claim(names[item], written(x, figures)) for item, x in own.items()]
