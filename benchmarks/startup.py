"""How long a one-liner takes as a whole process, from a wheel that is built and installed here, against its budgets."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from .measure import Spread, environment, in_turn, process, progress, ratios, table

YARDSTICK = "import click, lark, rich.console, rich.table"
POINT = ["x=-2", "y=5", "z=-4"]

# What is run, its budget as a multiple of the yardstick, and what a shell sets for it.
JOBS: dict[str, tuple[list[str], float | None, dict[str, str]]] = {
    "`--json`": (["--json", "(x+y)*z", *POINT], 0.9, {}),
    "`--value`": (["--value", "(x+y)*z", *POINT], None, {}),
    "the table": (["(x+y)*z", *POINT], 1.2, {}),
    "the table, `--ieee`": (["--ieee", "(x+y)*z", *POINT], None, {}),
    "`--help`": (["--help"], 0.6, {}),
    "`--version`": (["--version"], 0.6, {}),
    "a completion": (
        [], 0.6, {"_GRADCLI_COMPLETE": "bash_complete", "COMP_WORDS": "gradcli --js", "COMP_CWORD": "1"},
    ),
}  # fmt: skip


def installed(folder: str) -> Path:
    """Build the wheel, install it into a fresh environment with its byte-code, and return the folder of commands."""
    root = Path(__file__).parent.parent
    quiet = {"check": True, "env": environment(), "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    wheels = Path(folder, "wheels")
    commands = Path(folder, "venv", "bin")
    progress("building and installing the wheel")
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", wheels, root], **quiet)  # type: ignore[call-overload]
    subprocess.run([sys.executable, "-m", "venv", Path(folder, "venv")], **quiet)  # type: ignore[call-overload]
    subprocess.run([commands / "pip", "install", "-q", *wheels.iterdir()], **quiet)  # type: ignore[call-overload]
    return commands


def report(rounds: int) -> str:
    """Return the table of ratios."""
    with tempfile.TemporaryDirectory() as folder:
        commands = installed(folder)
        yardstick = [str(commands / "python"), "-c", YARDSTICK]
        progress("start-up")
        runs = [lambda: process(yardstick).cpu]
        for words, _, extra in JOBS.values():
            runs.append(lambda words=words, extra=extra: process([str(commands / "gradcli"), *words], **extra).cpu)  # type: ignore[misc]
        for run in runs:
            run()  # the first run writes byte-code
        base, *found = in_turn(runs, 4 * rounds)  # they are short
    rows = [[f'`python -c "{YARDSTICK}"`', Spread.of([t * 1000 for t in base]).text(" ms"), "1", ""]]
    for (job, (_, budget, _)), times in zip(JOBS.items(), found, strict=True):
        ratio = ratios(times, base)
        within = "" if budget is None else f"{budget:g} x" + ("" if ratio.middle <= budget else " (missed)")
        rows.append([job, Spread.of([t * 1000 for t in times]).text(" ms"), ratio.text(" x"), within])
    return table(["one-liner, installed", "time", "ratio", "budget"], rows)
