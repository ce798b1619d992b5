"""From the text of a large program to its gradient, in one process: gradcli beside its peers."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys

from . import programs
from .measure import Spread, environment, progress, ratios, short, table
from .peers import PEERS, version

PATIENCE = 30  # seconds of the processor for one run of one peer, its imports included
SLOW = 5  # what takes so many times as long as gradcli is measured once


def limit() -> None:
    """Limit the processor time of the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE + 5))


def measured(name: str, program: str) -> tuple[float, float] | str:
    """Return the processor seconds of one run and the largest derivative, or why there are none."""
    command = [sys.executable, "-m", "benchmarks.peers", name, program, "1"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), preexec_fn=limit)
    if done.returncode == -signal.SIGXCPU:
        return f"more than {PATIENCE} s"
    lines = done.stdout.splitlines()
    if not lines:
        return "failed: " + (done.stderr.strip().splitlines() or ["without a word"])[-1][:60]
    took, largest = lines[-1].split()
    return float(took), float(largest)


def report(rounds: int) -> str:
    """Return the tables: seconds, and the ratio to gradcli in the same round."""
    parts = []
    excuses: dict[str, str] = {}  # who fails on a small program is not tried with a large one
    for program, made in programs.PROGRAMS.items():
        text, point = made()
        count = programs.tokens(text)
        found: dict[str, list[tuple[float, float]]] = {}
        for k in range(rounds):
            for name, (distribution, _) in PEERS.items():
                if version(distribution) is None:
                    excuses[name] = "not installed"
                if name in excuses or (k and found[name][0][0] > SLOW * found["gradcli"][0][0]):
                    continue
                progress(f"{program}, round {k + 1}: {name}")
                result = measured(name, program)
                if isinstance(result, str):
                    excuses[name] = result
                else:
                    found.setdefault(name, []).append(result)
        rows = []
        yardstick = [took for took, _ in found["gradcli"]]
        truth = found["gradcli"][0][1]
        for name, (distribution, _) in PEERS.items():
            label = f"{name} {version(distribution) or ''}".strip()
            if name in excuses:
                rows.append([label, excuses[name], "", ""])
                continue
            times = [took for took, _ in found[name]]
            error = abs(found[name][0][1] - truth) / truth
            rows.append(
                [label, Spread.of(times).text(" s"), ratios(times, yardstick[: len(times)]).text(" x"), f"{error:.0e}"]
            )
        rate = count / Spread.of(yardstick).middle
        parts.append(
            f"**{program}**: {count:,} tokens, {len(point):,} inputs; "
            f"gradcli reads {short(rate / 1000)} thousand tokens a second.\n\n"
            + table(["", "text to gradient", "to gradcli", "deviation"], rows)
        )
    return "\n\n".join(parts)
