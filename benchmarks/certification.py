"""What it costs that every number is certain: the default beside `--ieee` and `--digits`, and how it grows."""

from __future__ import annotations

import gc
import time

from gradcli import differentiate

from .measure import Spread, in_turn, progress, ratios, table
from .programs import network

MODES = {"`--ieee`": {"ieee": True}, "default": {}, "`--digits 20`": {"digits": 20}}


def long_sum(terms: int) -> tuple[str, dict[str, float]]:
    """Return a sum of products, and a point: 2 nodes a term."""
    return " + ".join(f"x*{k}.5" for k in range(terms)), {"x": 0.3}


CASES = {
    "one-liner, 5 nodes": ("(x+y)*z", {"x": -2.0, "y": 5.0, "z": -4.0}),
    "5 layers, 8 wide: 1,100 nodes, floats with bounds": network(5, 8),
    "40 layers, 8 wide: 8,400 nodes, floats with bounds, then balls": network(40, 8),
    "100 layers, 8 wide: 20,800 nodes, balls": network(100, 8),
    "a sum of 33,000 terms: 100,000 nodes, balls": long_sum(33_000),
}


def report(rounds: int) -> str:
    """Return the table: milliseconds in process, and the ratio to plain binary64."""
    rows = []
    for case, (text, point) in CASES.items():
        progress(case)
        small = len(text) < 100

        def run(
            options: dict[str, object], text: str = text, point: dict[str, float] = point, small: bool = small
        ) -> float:
            repeat = 100 if small else 1
            gc.collect()
            begin = time.process_time()
            for _ in range(repeat):
                differentiate(text, point, **options)  # type: ignore[arg-type]
            return (time.process_time() - begin) / repeat * 1000

        found = in_turn([lambda options=options: run(options) for options in MODES.values()], rounds)  # type: ignore[misc]
        settled = differentiate(text, point, nodes="none").arithmetic
        arithmetic = " ".join(map(str, settled.values()))
        cells = [Spread.of(found[0]).text(" ms"), *(ratios(times, found[0]).text(" x") for times in found[1:])]
        rows.append([case, *cells, arithmetic])
    return table(["", *MODES, "settled by"], rows)
