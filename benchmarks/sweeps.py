"""Cheap gradients: the reverse pass beside the forward pass on the same nodes, whatever the number of inputs."""

from __future__ import annotations

import gc
import time

from gradcli.calculus.building import uncollected
from gradcli.calculus.fast_sweeps import forward, partials, reverse
from gradcli.calculus.graph import Graph
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.ieee import IEEE

from .measure import Spread, progress, ratios, table

INPUTS = (10, 100, 1_000, 10_000, 100_000)


def program(inputs: int) -> tuple[Graph, dict[str, float]]:
    """Return the graph of tanh(x0*x1) + tanh(x1*x2) + ..., in statements of ten terms, and a point."""
    names = [f"x{k}" for k in range(inputs)]
    terms = [f"tanh({a}*{b})" for a, b in zip(names, [*names[1:], names[0]], strict=True)]
    lines = [f"s{k} = {' + '.join(terms[k * 10 : k * 10 + 10])}" for k in range((inputs + 9) // 10)]
    lines.append("f = " + " + ".join(f"s{k}" for k in range(len(lines))))
    return parse(Source("program", "\n".join(lines))), {name: 0.5 + k / inputs for k, name in enumerate(names)}


@uncollected()
def timed(graph: Graph, point: dict[str, float]) -> tuple[float, float, float]:
    """Return the seconds of the forward sweep, of the local gradients and of the reverse sweep."""
    repeat = max(1, 20_000 // len(graph.nodes))
    active = graph.active(set(graph.inputs.values()))
    found = []
    begin = time.process_time()
    for _ in range(repeat):
        values = forward(IEEE, graph, point).values
    found.append(time.process_time() - begin)
    begin = time.process_time()
    for _ in range(repeat):
        linearization = partials(IEEE, graph, values, active)
    found.append(time.process_time() - begin)
    begin = time.process_time()
    for _ in range(repeat):
        reverse(IEEE, graph, linearization, graph.output, 1.0)
    found.append(time.process_time() - begin)
    return found[0] / repeat, found[1] / repeat, found[2] / repeat


def report(rounds: int) -> str:
    """Return the table of both passes by the number of inputs."""
    rows = []
    for inputs in INPUTS:
        progress(f"sweeps with {inputs:,} inputs")
        graph, point = program(inputs)
        gc.collect()
        found = [timed(graph, point) for _ in range(max(rounds, 5))]
        forwards, local_gradients, backwards = ([times[k] for times in found] for k in range(3))
        whole = [a + b for a, b in zip(local_gradients, backwards, strict=True)]
        per_node = Spread.of([t / len(graph.nodes) * 1e9 for t in forwards])
        rows.append([
            f"{inputs:,}", f"{len(graph.nodes):,}", per_node.text(" ns"), ratios(backwards, forwards).text(" x"),
            ratios(whole, forwards).text(" x"),
        ])  # fmt: skip
    headings = ["inputs", "nodes", "forward, a node", "reverse / forward", "local gradients and reverse / forward"]
    return table(headings, rows)
