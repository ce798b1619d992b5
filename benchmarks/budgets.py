"""What everything may take that has a budget, all in one run with the peers, and whether it does."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from . import more_budgets
from .measure import process, progress, short, table
from .more_budgets import compared, verdict
from .networks import measured
from .peers import PEERS, version
from .programs import network
from .rows import BUDGETS, COUNTS, commands, points
from .startup import beside

RATE = 450_000  # rows of (x+y)*z a second of the processor
CERTIFIED = 2.5  # seconds of the processor for the rows of the network
LINT = 5.0  # seconds for a network of some 300 nodes, and one more for the start and what is begun
# Large programs -> the peers that gradcli is to be ahead of.
AHEAD = {
    "100 layers, 8 wide": ("micrograd", "PyTorch", "CasADi"),
    "100 layers, 32 wide": ("micrograd", "PyTorch", "CasADi"),
    "5,000 statements of different shapes": ("micrograd", "PyTorch"),
}
DEEP = "300 layers, 16 wide"  # is to be settled at all
HEADINGS = ["job", "gradcli", "peer", "its time", "ratio", "budget", ""]


def report(rounds: int) -> str:
    """Return the table: the least seconds of the processor of each side in all rounds, and the ratio of these."""
    with tempfile.TemporaryDirectory() as folder:
        gradcli = beside(folder)
        lines = [
            *more_budgets.start_lines(gradcli, rounds),
            *row_lines(folder, gradcli, rounds),
            *program_lines(rounds),
            *more_budgets.growth_lines(rounds),
            more_budgets.sweep_line(rounds),
            more_budgets.node_line(rounds),
            *more_budgets.array_lines(folder, gradcli, rounds),
            *more_budgets.marking_lines(rounds),
            lint_line(folder, gradcli),
        ]
    return f"The least seconds of the processor in {rounds} rounds, in turns.\n\n" + table(HEADINGS, lines)


def row_lines(folder: str, gradcli: list[str], rounds: int) -> list[list[str]]:
    """Return the lines of rows from file to file."""
    lines = []
    for task, count in COUNTS.items():
        for source in points(task, folder):
            form, todo = source.suffix[1:], commands(task, source, gradcli)
            budgets = {
                options: rest for (other, kind, options), rest in BUDGETS.items() if (other, kind) == (task, form)
            }
            wanted = [
                *(f"gradcli rows {options}".strip() for options in ("", *budgets)),
                *(p for p, _ in budgets.values()),
            ]
            runs = {name: partial(seconds, todo[name]) for name in dict.fromkeys(wanted) if name in todo}
            least = in_rounds(f"{task}, {form}", runs, rounds)
            for options, (peer, budget) in budgets.items():
                name = f"gradcli rows {options}".strip()
                lines.append(
                    compared(f"{count:,} rows of {task}, {form} {options}", least[name], peer, least.get(peer), budget)
                )
            own = least["gradcli rows"]
            if form == "csv" and task == "network":
                lines.append(
                    alone(f"{count:,} rows of {task}, csv, certified", own, f"{CERTIFIED} s", own <= CERTIFIED)
                )
            elif form == "csv":
                rate = count / own
                shown = f"{RATE / 1000:.0f}k rows a second, here {rate / 1000:.0f}k"
                lines.append(alone(f"{count:,} rows of {task}, csv", own, shown, rate >= RATE))
    return lines


def program_lines(rounds: int) -> list[list[str]]:
    """Return the lines of large programs, from the text to the gradient in one process."""
    lines = []
    for program, peers in AHEAD.items():
        there = [peer for peer in ("gradcli", *peers) if version(PEERS[peer][0]) is not None]
        least = in_rounds(program, {peer: partial(of_program, peer, program) for peer in there}, rounds)
        for peer in peers:
            other = least.get(peer)
            ahead = other is not None and least["gradcli"] < other
            line = compared(program, least["gradcli"], peer, other, 1.0)
            lines.append([*line[:-1], verdict(None if other is None else ahead)])
    took = of_program("gradcli", DEEP)
    return [*lines, alone(DEEP, took, "settled", took < float("inf"))]


def lint_line(folder: str, gradcli: list[str]) -> list[str]:
    """Return the line of `gradcli sheet --lint`: it says what it has found so far when its time is over."""
    text, point = network(5, 4)
    program = Path(folder, "lint.txt")
    program.write_text(text, encoding="utf-8")
    progress("lint")
    values = [f"{name}={x!r}" for name, x in point.items()]
    took = seconds([*gradcli, "sheet", "--lint", "--file", str(program), *values])
    return alone("--lint of a network of 300 nodes", took, f"{LINT:g} s, or so far", took <= LINT + 1)


def alone(job: str, own: float, budget: str, met: bool) -> list[str]:
    """Return the line of a job without a peer."""
    return [job, f"{short(own)} s", "", "", "", budget, verdict(met)]


def in_rounds(what: str, runs: dict[str, partial[float]], rounds: int) -> dict[str, float]:
    """Return the least of the measurements of each, taken in turns."""
    found: dict[str, float] = {}
    for k in range(rounds):
        for name, run in runs.items():
            progress(f"{what}, round {k + 1}: {name}")
            found[name] = min(run(), found.get(name, float("inf")))
    return found


def seconds(command: list[str]) -> float:
    """Return the seconds of the processor of a process."""
    return process(command).cpu


def of_program(peer: str, program: str) -> float:
    """Return the seconds from a program's text to its gradient; infinitely many where there is none."""
    found = measured(peer, program)
    return float("inf") if isinstance(found, str) else found[0]
