"""What it costs that every number is certain: the default beside `--ieee` and `--digits`, and how it grows."""

from __future__ import annotations

import gc
import time
from functools import partial
from typing import Any

from gradcli import differentiate

from .measure import Spread, in_turn, progress, ratios, table
from .programs import network

MODES: dict[str, dict[str, Any]] = {"`--ieee`": {"ieee": True}, "default": {}, "`--digits 20`": {"digits": 20}}


def long_sum(terms: int) -> tuple[str, dict[str, float]]:
    """Return a sum of products, and a point: 2 nodes a term."""
    return " + ".join(f"x*{k}.5" for k in range(terms)), {"x": 0.3}


CASES = {
    "(x+y)*z": ("(x+y)*z", {"x": -2.0, "y": 5.0, "z": -4.0}),
    "a sum of 2,000 products": long_sum(2_000),
    "a sum of 33,000 products": long_sum(33_000),
    "a network, 40 layers, 8 wide": network(40, 8),
    "a network, 100 layers, 8 wide": network(100, 8),
}


def report(rounds: int) -> str:
    """Return the table: milliseconds in process, and the ratio to plain binary64."""
    rows = []
    for case, (text, point) in CASES.items():
        progress(case)
        settled = differentiate(text, point, digits=20), differentiate(text, point)  # not timed: what is made once
        found = in_turn([partial(milliseconds, text, point, options) for options in MODES.values()], rounds)
        record = settled[1]
        arithmetic = " ".join(map(str, record.arithmetic.values()))
        cells = [Spread.of(found[0]).text(" ms"), *(ratios(times, found[0]).text(" x") for times in found[1:])]
        rows.append([case, f"{len(record.graph.nodes):,}", *cells, arithmetic])
    return table(["", "nodes", *MODES, "settled by"], rows)


def milliseconds(text: str, point: dict[str, float], options: dict[str, Any]) -> float:
    """Return how long a record takes, a short one as the mean of a hundred."""
    repeat = 100 if len(text) < 100 else 1
    gc.collect()
    begin = time.process_time()
    for _ in range(repeat):
        differentiate(text, point, **options)
    return (time.process_time() - begin) / repeat * 1000
