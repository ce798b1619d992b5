"""Rows: gradcli beside those who are given the gradient derived by hand, from file to file as a whole process."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from .measure import Cost, Spread, process, progress, ratios, table
from .peers import version
from .row_peers import PEERS, TASKS
from .startup import beside

# What is computed -> so many rows, and by whom its budgets are measured: (format, gradcli's options) -> peer, ratio.
COUNTS = {"(x+y)*z": 300_000, "network": 60_000}
BUDGETS = {
    ("(x+y)*z", "csv", "--engine columns"): ("DuckDB", 1.5),
    ("(x+y)*z", "parquet", ""): ("DuckDB", 1.4),
    ("network", "csv", "--ieee"): ("NumPy, pyarrow", 1.3),
}
OPTIONS = {"csv": ("", "--engine rows", "--engine columns", "--ieee", "--sum"), "parquet": ("", "--ieee")}


def write_points(path: Path, columns: tuple[str, ...], count: int) -> None:
    """Write a CSV of so many points with four decimals."""
    draw = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(columns) + "\n")
        for _ in range(count):
            file.write(",".join(f"{draw.uniform(-9, 9):.4f}" for _ in columns) + "\n")


def as_parquet(path: Path) -> Path:
    """Return the same points as a file of Parquet, written beside the CSV, by another process: this one stays small."""
    target = path.with_suffix(".parquet")
    script = "import sys; from pyarrow import csv, parquet; parquet.write_table(csv.read_csv(sys.argv[1]), sys.argv[2])"
    subprocess.run([sys.executable, "-c", script, str(path), str(target)], check=True)
    return target


def commands(task: str, source: Path, gradcli: list[str]) -> dict[str, list[str]]:
    """Return the commands that are to be found here, by what they are called in the table; `gradcli` runs that."""
    form, target = source.suffix[1:], source.with_name(f"out{source.suffix}")
    program = TASKS[task].program
    found = {}
    for options in OPTIONS[form]:
        output = ["--to", "csv"] if options == "--sum" else ["-o", str(target)]
        name = f"gradcli rows {options}".strip()
        found[name] = [*gradcli, "rows", program, str(source), *options.split(), *output]
    for name, (distribution, _) in PEERS.items():
        if version(distribution) is not None:
            found[name] = [sys.executable, "-m", "benchmarks.row_peers", name, task, str(source), str(target)]
    if form == "csv" and task == "(x+y)*z":
        found |= by_hand(source)
    return found


def by_hand(points: Path) -> dict[str, list[str]]:
    """Return the commands of the shell's own tools, where they are."""
    formulas = "$f = ($x+$y)*$z; ${df/dx} = $z; ${df/dy} = $z; ${df/dz} = $x+$y"
    script = 'BEGIN{FS=OFS=","} NR==1{print "f,df/dx,df/dy,df/dz";next} {print ($1+$2)*$3,$3,$3,$1+$2}'
    found = {}
    if shutil.which("mlr"):
        found["Miller"] = ["mlr", "--icsv", "--ocsv", "put", formulas, "then", "cut", "-x", "-f", "x,y,z", str(points)]
    for awk in ("mawk", "gawk"):
        if shutil.which(awk):
            found[awk] = [awk, "-v", "OFMT=%.17g", script, str(points)]
    return found


def report(rounds: int) -> str:
    """Return a table for every task and format: seconds of the processor, memory, and the ratio to the best peer."""
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        gradcli = beside(folder)
        for task, count in COUNTS.items():
            parts += [measured(task, count, source, rounds, gradcli) for source in points(task, folder)]
    return "\n\n".join(parts)


def points(task: str, folder: str) -> list[Path]:
    """Write the points of a task into files of CSV and, where pyarrow is there, of Parquet."""
    path = Path(folder, f"{len(TASKS[task].columns)}.csv")
    write_points(path, TASKS[task].columns, COUNTS[task])
    return [path, *([as_parquet(path)] if find_spec("pyarrow") else [])]


def measured(task: str, count: int, source: Path, rounds: int, gradcli: list[str]) -> str:
    """Return the table of one task and format."""
    form = source.suffix[1:]
    todo = commands(task, source, gradcli)
    found: dict[str, list[Cost]] = {}
    excuses: dict[str, str] = {}
    for k in range(rounds):
        for name, command in todo.items():
            progress(f"{task}, {form}, round {k + 1}: {name}")
            try:
                found.setdefault(name, []).append(process(command))
            except subprocess.CalledProcessError as problem:
                excuses[name] = (problem.stderr.decode(errors="replace").strip().splitlines() or ["failed"])[-1][:80]
    rows = []
    for name, costs in found.items():
        if name in excuses:
            rows.append([name, f"failed: {excuses[name]}", "", "", "", ""])
            continue
        options = name.removeprefix("gradcli rows").strip() if name.startswith("gradcli") else None
        peer, budget = BUDGETS.get((task, form, options or ""), ("", 0.0)) if options is not None else ("", 0.0)
        best = peer if peer in found else next((p for p in PEERS if p in found), "")
        ratio = ratios([c.cpu for c in costs], [c.cpu for c in found[best]]).text(" x") if best else ""
        memory = Spread.of([c.memory for c in costs]).middle
        rate = count / Spread.of([c.wall for c in costs]).middle / 1000
        label = f"{name} {version(PEERS[name][0])}" if name in PEERS else name
        allowed = f"{budget} x" if budget and best == peer else ""
        rows.append([label, Spread.of([c.cpu for c in costs]).text(" s"), f"{ratio} {best}".strip(), allowed,
                     f"{rate:.0f}k", f"{memory:.0f} MB"])  # fmt: skip
    heading = f"{count:,} rows of {'a 2-8-8-1 tanh network' if task == 'network' else task}, {form}"
    return table([heading, "processor", "to", "budget", "rows a second", "memory"], rows)
