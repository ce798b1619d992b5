"""A network with two layers and a batch as a whole process: JSON in, value and all gradients out as JSON."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .array_peers import PARAMETERS
from .measure import Cost, Spread, environment, process, progress, ratios, table
from .peers import version
from .startup import installed

PROGRAM = "mean(cross_entropy(relu(X@W1 + b1)@W2 + b2, y))"
BATCH, PIXELS, WIDE, CLASSES = 64, 784, 128, 10
WHAT = (
    "A network 784-128-10 on a batch of 64 with cross-entropy, as a whole process: JSON in, value and gradients out "
    "as JSON.\nMost of PyTorch's time, as PyPI has it for Linux, is its import."
)
# What it may take, as a multiple of NumPy by hand and of PyTorch.
BUDGETS = {"gradcli": (3, 0.5), "gradcli --ieee": (5, None)}
PEERS = {"NumPy": "numpy", "PyTorch": "torch"}


def write_point(path: Path) -> None:
    """Write the data and the parameters: three of four pixels are 0, as in pictures of digits."""
    draw = random.Random(0)

    def matrix(rows: int, columns: int, scale: float) -> list[list[float]]:
        return [[draw.gauss(0, scale) for _ in range(columns)] for _ in range(rows)]

    pixels = [[draw.choice((0.0, 0.0, 0.0, draw.randrange(256) / 255)) for _ in range(PIXELS)] for _ in range(BATCH)]
    point = {
        "X": pixels, "W1": matrix(PIXELS, WIDE, 0.05), "b1": matrix(1, WIDE, 0.1)[0],
        "W2": matrix(WIDE, CLASSES, 0.1), "b2": matrix(1, CLASSES, 0.1)[0],
        "y": [draw.randrange(CLASSES) for _ in range(BATCH)],
    }  # fmt: skip
    path.write_text(json.dumps(point), encoding="utf-8")


def commands(gradcli: list[str], path: str) -> dict[str, list[str]]:
    """Return what is run, `gradcli` first; a peer that is not installed is left out."""
    words = [*gradcli, PROGRAM, "--bindings", path, "--wrt", ",".join(PARAMETERS), "--json", "--nodes", "none"]
    found = {"gradcli": words, "gradcli --ieee": [*words, "--ieee"]}
    for label, name in PEERS.items():
        if version(name) is not None:
            found[label] = [sys.executable, "-m", "benchmarks.array_peers", name, path]
    return found


def answered(command: list[str]) -> dict[str, Any]:
    """Return what a command answers."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    return dict(json.loads(done.stdout))


def deviation(found: dict[str, Any], truth: dict[str, Any]) -> float:
    """Return how far gradients are from certain ones, as a part of the largest derivative of each array."""

    def flat(x: Any) -> list[float]:
        return [y for part in x for y in flat(part)] if isinstance(x, list) else [x]

    worst = 0.0
    for name in PARAMETERS:
        ours, theirs = flat(truth["gradient"][name]), flat(found["gradient"][name])
        scale = max(map(abs, ours))
        worst = max(worst, *(abs(a - b) / scale for a, b in zip(ours, theirs, strict=True)))
    return worst


def report(rounds: int) -> str:
    """Return the table: seconds of the processor, ratios of the same round, memory and deviation."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.json")
        write_point(path)
        runs = commands([str(installed(folder) / "gradcli")], str(path))
        answers = {name: answered(command) for name, command in runs.items()}  # and byte-code is written
        found: dict[str, list[Cost]] = {name: [] for name in runs}
        for k in range(rounds):
            for name, command in runs.items():
                progress(f"arrays, round {k + 1}: {name}")
                found[name].append(process(command))
    times = {name: [cost.cpu for cost in costs] for name, costs in found.items()}
    rows = []
    for name, spent in times.items():
        row = [f"{name} {version(PEERS.get(name, 'gradcli')) or ''}".strip(), Spread.of(spent).text(" s")]
        for label, budget in zip(PEERS, BUDGETS.get(name, (None, None)), strict=True):
            ratio = ratios(spent, times[label]) if label in times else None
            missed = budget is not None and ratio is not None and ratio.middle > budget
            row.append("not installed" if ratio is None else ratio.text(" x") + (" (missed)" if missed else ""))
            row.append(f"{budget:g} x" if budget is not None else "")
        memory = Spread.of([cost.memory for cost in found[name]])
        rows.append([*row, f"{memory.middle:.0f} MB", f"{deviation(answers[name], answers['gradcli']):.0e}"])
    return f"{WHAT}\n\n" + table(
        ["", "time", "to NumPy", "budget", "to PyTorch", "budget", "memory", "deviation"], rows
    )
