"""Runs the benchmarks: all of them, or those that are named; writes its README with `--readme`."""

from __future__ import annotations

import argparse
import datetime
import sys
from importlib import import_module
from pathlib import Path

from .measure import machine

# The name of a benchmark -> its heading. Each is a module with `report(rounds)`.
BENCHMARKS = {
    "startup": "A one-liner as a whole process",
    "networks": "Large programs",
    "certification": "What certainty costs",
    "sweeps": "Gradients are cheap",
    "rows": "Many points",
    "arrays": "Arrays",
    "formulas": "Formulas of derivatives",
    "marking": "Marking a class",
    "budgets": "Budgets",
}
MARKS = ("<!-- benchmarks -->\n", "<!-- end of benchmarks -->\n")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured, in turns (5)")
    parser.add_argument("--readme", action="store_true", help="write the result into benchmarks/README.md, too")
    options = parser.parse_args()
    for name in options.names:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark {name}")
    date = datetime.datetime.now(tz=datetime.UTC).date()
    parts = [f"Measured on {machine()}, {date}; in parentheses the least and the most of {options.rounds} rounds."]
    for name, heading in BENCHMARKS.items():
        if not options.names or name in options.names:
            text = import_module(f".{name}", __package__).report(options.rounds)
            parts.append(f"**{heading}**\n\n{text}")
            print(f"{parts[-1]}\n", flush=True)
    if options.readme:
        write_readme("\n\n".join(parts))


def write_readme(text: str) -> None:
    """Put the text between the marks of benchmarks/README.md."""
    path = Path(__file__).parent / "README.md"
    before, found, rest = path.read_text(encoding="utf-8").partition(MARKS[0])
    _, ended, after = rest.partition(MARKS[1])
    if not (found and ended):
        sys.exit(f"README.md has no {MARKS[0].strip()} ... {MARKS[1].strip()}")
    path.write_text(f"{before}{MARKS[0]}\n{text}\n\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
