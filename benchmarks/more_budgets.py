"""The budgets of one-liners, sweeps, nests, sums, JSON, arrays and marking, for the run of `budgets`."""

from __future__ import annotations

import gc
import json
import sys
import time
from fractions import Fraction
from functools import partial
from pathlib import Path

from gradcli import differentiate
from gradcli.calculus.building import uncollected
from gradcli.reports import Style, render

from . import arrays, marking, startup, sweeps
from .measure import process, progress, short
from .programs import network

REVERSE = 3.0  # times the forward pass, the local gradients included
LINEAR = 1.5  # times the seconds a node of a program of a tenth
NODES = 2.0  # times what `json.dumps` takes for the same objects
SIZES = 10_000, 100_000
# What grows -> the program of a size.
GROWING = {
    "a nest of {:,}": lambda size: "sin(" * size + "x" + ")" * size,
    "a sum of {:,} terms": lambda size: " + ".join(["x*y"] * size),
}


def start_lines(gradcli: list[str], rounds: int) -> list[list[str]]:
    """Return the lines of one-liners as whole processes."""
    yardstick = [sys.executable, "-c", startup.YARDSTICK]
    jobs = {job: row for job, row in startup.JOBS.items() if row[1] is not None and job != "`--version`"}
    runs = {"": partial(startup.seconds, yardstick, {})}
    runs |= {job: partial(startup.seconds, [*gradcli, *words], extra) for job, (words, _, extra) in jobs.items()}
    least = dict.fromkeys(runs, float("inf"))
    for k in range(4 * rounds + 1):
        progress(f"one-liners, round {k + 1}")
        for job, run in runs.items():
            least[job] = min(least[job], run())
    return [
        compared(f"one-liner: {job}", least[job], "click, lark, rich", least[""], budget)
        for job, (_, budget, _) in jobs.items()
        if budget is not None
    ]


def sweep_line(rounds: int) -> list[str]:
    """Return the line of the reverse pass beside the forward pass, with 1,000 inputs."""
    progress("sweeps")
    graph, point = sweeps.program(1_000)
    found = [sweeps.timed(graph, point) for _ in range(max(rounds, 3))]
    forward, slopes, reverse = (min(times[k] for times in found) for k in range(3))
    return compared("reverse pass with local gradients, 1,000 inputs", slopes + reverse, "forward", forward, REVERSE)


def growth_lines(rounds: int) -> list[list[str]]:
    """Return the lines of deep nests and long sums: the time a node beside that of a tenth of the size."""
    lines = []
    for what, made in GROWING.items():
        progress(what.format(SIZES[1]))
        small, large = (min(_taken(made(size)) for _ in range(rounds)) for size in SIZES)
        job, tenth = what.format(SIZES[1]), what.format(SIZES[0])
        lines.append(compared(job, large, f"ten times {tenth}", small * SIZES[1] / SIZES[0], LINEAR))
    return lines


@uncollected()
def _taken(text: str) -> float:
    begin = time.process_time()
    differentiate(text, {"x": 0.5, "y": 2.0}, ieee=True, nodes="none", may_be_unused=["y"])
    return time.process_time() - begin


def node_line(rounds: int) -> list[str]:
    """Return the line of the JSON of all nodes beside the encoder of Python with the same objects."""
    progress("JSON of all nodes")
    own = other = float("inf")
    for _ in range(rounds):
        record = differentiate(*network(100, 8), ieee=True)
        gc.collect()
        begin = time.process_time()
        text = render(record, "json", Style())
        own = min(own, time.process_time() - begin)
        objects = json.loads(text)
        begin = time.process_time()
        json.dumps(objects)
        other = min(other, time.process_time() - begin)
    return compared(f"JSON of {len(objects['nodes']):,} nodes", own, "json.dumps", other, NODES)


def array_lines(folder: str, gradcli: list[str], rounds: int) -> list[list[str]]:
    """Return the lines of a network of arrays as a whole process."""
    path = Path(folder, "network.json")
    arrays.write_point(path)
    runs = arrays.commands(gradcli, str(path))
    least = dict.fromkeys(runs, float("inf"))
    for k in range(rounds):
        for name, command in runs.items():
            progress(f"arrays, round {k + 1}: {name}")
            least[name] = min(least[name], process(command).cpu)
    lines = []
    for name, budgets in arrays.BUDGETS.items():
        job = "arrays 784-128-10, batch 64" + name.removeprefix("gradcli")
        for peer, budget in zip(arrays.PEERS, budgets, strict=True):
            if budget is not None:
                lines.append(compared(job, least[name], peer, least.get(peer), budget))
    return lines


def marking_lines(rounds: int) -> list[list[str]]:
    """Return the lines of classes with numbers of a student's own, a mistake in every third sheet."""
    lines = []
    for homework, names in marking.HOMEWORKS.items():
        progress(f"marking, {homework}")
        best = max(marking.rates(marking.homework_text(names, own=True), Fraction(1, 3), max(rounds, 5)))
        shown = f"{marking.BUDGET:,} claims a second, here {best:,.0f}"
        lines.append([f"marking, own numbers, {homework}", "", "", "", "", shown, verdict(best >= marking.BUDGET)])
    return lines


def compared(job: str, own: float, peer: str, other: float | None, budget: float) -> list[str]:
    """Return the line of a job that may take so many times what a peer takes."""
    if other is None:
        return [job, f"{short(own)} s", peer, "not installed", "", f"{budget:g} x", verdict(None)]
    ratio = own / other
    return [
        job,
        f"{short(own)} s",
        peer,
        f"{short(other)} s",
        f"{short(ratio)} x",
        f"{budget:g} x",
        verdict(ratio <= budget),
    ]


def verdict(met: bool | None) -> str:
    """Return how a budget is told to be met, or not, or not to be measured."""
    return "not measured" if met is None else "met" if met else "NOT MET"
