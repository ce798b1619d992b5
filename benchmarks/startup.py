"""How long a one-liner takes as a whole process, from a wheel that is built and installed here, against its budgets."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from .measure import Spread, environment, in_turn, process, progress, ratios, table

YARDSTICK = "import click, lark, rich.console, rich.table"
POINT = ["x=-2", "y=5", "z=-4"]

# What is run, its budget as a multiple of the yardstick, and what a shell sets for it.
JOBS: dict[str, tuple[list[str], float | None, dict[str, str]]] = {
    "`--json`": (["--json", "(x+y)*z", *POINT], 0.68, {}),
    "`--value`": (["--value", "(x+y)*z", *POINT], None, {}),
    "the table": (["(x+y)*z", *POINT], 0.98, {}),
    "the table, `--ieee`": (["--ieee", "(x+y)*z", *POINT], None, {}),
    "`--help`": (["--help"], 0.6, {}),
    "`--version`": (["--version"], 0.6, {}),
    "a completion": (
        [], 0.6, {"_GRADCLI_COMPLETE": "bash_complete", "COMP_WORDS": "gradcli --js", "COMP_CWORD": "1"},
    ),
}  # fmt: skip


def installed(folder: str) -> Path:
    """Build the wheel, install it into a fresh environment with its byte-code, and return the folder of commands."""
    wheels, commands = Path(folder, "wheels"), Path(folder, "venv", "bin")
    progress("building and installing the wheel")
    quietly(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", wheels, Path(__file__).parent.parent)
    quietly(sys.executable, "-m", "venv", Path(folder, "venv"))
    quietly(commands / "pip", "install", "-q", *wheels.iterdir())
    return commands


def beside(folder: str) -> list[str]:
    """Build the wheel, unpack it into a folder, and return the command that runs it in this environment.

    A checkout would compute the parser's table at each start, which users of a wheel never do.
    """
    wheels, site = Path(folder, "wheels"), Path(folder, "site")
    progress("building and unpacking the wheel")
    quietly(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", wheels, Path(__file__).parent.parent)
    quietly(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, *wheels.iterdir())
    start = f"import sys; sys.path.insert(0, {str(site)!r}); from gradcli.commands import main; main()"
    return [sys.executable, "-P", "-c", start]


def quietly(*command: str | Path) -> None:
    """Run a command that says nothing unless it fails."""
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")


def report(rounds: int) -> str:
    """Return the table of ratios."""
    with tempfile.TemporaryDirectory() as folder:
        commands = installed(folder)
        yardstick = [str(commands / "python"), "-c", YARDSTICK]
        gradcli = str(commands / "gradcli")
        progress("start-up")
        runs = [partial(seconds, yardstick, {})]
        runs += [partial(seconds, [gradcli, *words], extra) for words, _, extra in JOBS.values()]
        for run in runs:
            run()  # the first run writes byte-code
        base, *found = in_turn(runs, 4 * rounds)  # they are short
    rows = [[f'`python -c "{YARDSTICK}"`', Spread.of([t * 1000 for t in base]).text(" ms"), "1", ""]]
    for (job, (_, budget, _)), times in zip(JOBS.items(), found, strict=True):
        ratio = ratios(times, base)
        within = "" if budget is None else f"{budget:g} x" + ("" if ratio.middle <= budget else " (missed)")
        rows.append([job, Spread.of([t * 1000 for t in times]).text(" ms"), ratio.text(" x"), within])
    return table(["one-liner, installed", "time", "ratio", "budget"], rows)


def seconds(command: list[str], extra: dict[str, str]) -> float:
    """Return the seconds of the processor that a command takes."""
    return process(command, **extra).cpu
