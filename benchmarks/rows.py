"""Rows: `gradcli rows "(x+y)*z"` beside Miller and awk, which are given the gradient derived by hand."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .measure import Cost, Spread, process, progress, ratios, table

COUNT = 1_000_000


def write_points(path: Path, count: int) -> None:
    """Write a CSV of so many points with four decimals."""
    draw = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        file.write("x,y,z\n")
        for _ in range(count):
            file.write(f"{draw.uniform(-9, 9):.4f},{draw.uniform(-9, 9):.4f},{draw.uniform(-9, 9):.4f}\n")


def commands(points: Path) -> dict[str, list[str]]:
    """Return the commands that are to be found here."""
    gradcli = [sys.executable, "-m", "gradcli", "rows", "(x+y)*z", str(points)]
    formulas = "$f = ($x+$y)*$z; ${df/dx} = $z; ${df/dy} = $z; ${df/dz} = $x+$y"
    script = 'BEGIN{FS=OFS=","} NR==1{print "f,df/dx,df/dy,df/dz";next} {print ($1+$2)*$3,$3,$3,$1+$2}'
    found = {
        "gradcli rows": gradcli,
        "gradcli rows --jobs 2": [*gradcli, "--jobs", "2"],
        "gradcli rows --ieee": [*gradcli, "--ieee"],
    }
    if shutil.which("mlr"):
        found["Miller"] = ["mlr", "--icsv", "--ocsv", "put", formulas, "then", "cut", "-x", "-f", "x,y,z", str(points)]
    for awk in ("mawk", "gawk"):
        if shutil.which(awk):
            found[awk] = [awk, "-v", "OFMT=%.17g", script, str(points)]
    return found


def report(rounds: int) -> str:
    """Return the table: rows a second by the clock, and processor time."""
    with tempfile.TemporaryDirectory() as folder:
        points = Path(folder, "points.csv")
        write_points(points, COUNT)
        found: dict[str, list[Cost]] = {}
        excuses: dict[str, str] = {}
        for k in range(rounds):
            for name, command in commands(points).items():
                progress(f"rows, round {k + 1}: {name}")
                try:
                    found.setdefault(name, []).append(process(command))
                except subprocess.CalledProcessError as problem:
                    excuses[name] = problem.stderr.decode(errors="replace").strip().splitlines()[-1][:80]
    rows = []
    base = [cost.wall for cost in found["gradcli rows"]]
    for name, costs in found.items():
        if name in excuses:
            rows.append([name, f"failed: {excuses[name]}", "", ""])
            continue
        rate = Spread.of([COUNT / cost.wall / 1000 for cost in costs])
        cpu = Spread.of([cost.cpu / COUNT * 1e6 for cost in costs])
        ratio = ratios([cost.wall for cost in costs], base)
        rows.append([name, rate.text("k"), cpu.text(" µs"), ratio.text(" x")])
    return table([f"{COUNT:,} rows, CSV to CSV", "rows a second", "processor, a row", "time to gradcli"], rows)
