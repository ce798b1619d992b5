"""What a user would write for many points: the gradient derived by hand in SQL, polars or NumPy, or JAX's vmap.

`python -m benchmarks.row_peers NAME TASK INPUT OUTPUT` reads a file of CSV or Parquet and writes one, on one thread.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

Level = dict[str, str]  # names and the expressions that they are, in the signs that SQL and Python share


class Task(NamedTuple):
    """A program, its columns, and what is to be computed by hand, in levels that use those before them."""

    program: str
    columns: tuple[str, ...]
    levels: tuple[Level, ...]


def layers() -> list[tuple[list[list[float]], list[float]]]:
    """Return the weights and biases of a network 2-8-8-1: always the same."""
    draw = random.Random(0)
    sizes = (2, 8, 8, 1)
    return [
        ([[round(draw.gauss(0, 1) / n**0.5, 6) for _ in range(n)] for _ in range(m)],
         [round(draw.gauss(0, 0.1), 6) for _ in range(m)])
        for n, m in pairwise(sizes)
    ]  # fmt: skip


def _sum(weights: list[float], names: list[str], bias: float | None = None) -> str:
    terms = [f"({w!r})*{name}" for w, name in zip(weights, names, strict=True)]
    return " + ".join(terms if bias is None else [*terms, f"({bias!r})"])


def _network() -> Task:
    (w1, b1), (w2, b2), (w3, b3) = layers()
    x, h, g = ["x", "y"], [f"h{k}" for k in range(8)], [f"g{k}" for k in range(8)]
    first = {name: f"tanh({_sum(row, x, b)})" for name, row, b in zip(h, w1, b1, strict=True)}
    second = {name: f"tanh({_sum(row, h, b)})" for name, row, b in zip(g, w2, b2, strict=True)}
    value = {"f": _sum(w3[0], g, b3[0])}
    statements = [f"{name} = {text}" for level in (first, second, value) for name, text in level.items()]
    upper = {f"d{name}": f"({w!r})*(1 - {name}*{name})" for name, w in zip(g, w3[0], strict=True)}
    lower = {f"d{h[k]}": f"({_sum([row[k] for row in w2], list(upper))})*(1 - {h[k]}*{h[k]})" for k in range(8)}
    slopes = {f"df/d{name}": _sum([row[k] for row in w1], list(lower)) for k, name in enumerate(x)}
    return Task("\n".join(statements) + "\n", ("x", "y"), (first, second, value, upper, lower, slopes))


TASKS = {
    "(x+y)*z": Task(
        "(x+y)*z", ("x", "y", "z"),
        ({"f": "(x + y)*z", "df/dx": "z", "df/dy": "z", "df/dz": "x + y"},),
    ),
    "network": _network(),
}  # fmt: skip


def _wanted(task: Task) -> list[str]:
    return ["f", *(f"df/d{name}" for name in task.columns)]


def duckdb(task: Task, source: str, target: str) -> None:
    import duckdb

    query = f"SELECT * FROM '{source}'"
    for level in task.levels:
        columns = ", ".join(f'{text} AS "{name}"' for name, text in level.items())
        query = f"SELECT *, {columns} FROM ({query})"
    wanted = ", ".join(f'"{name}"' for name in _wanted(task))
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute(f"COPY (SELECT {wanted} FROM ({query})) TO '{target}'")


def polars(task: Task, source: str, target: str) -> None:
    import polars

    csv = source.endswith(".csv")
    frame = polars.scan_csv(source) if csv else polars.scan_parquet(source)
    known: dict[str, Any] = {name: polars.col(name) for name in task.columns} | {"tanh": lambda x: x.tanh()}
    for level in task.levels:
        columns = {name: eval(text, {}, known) for name, text in level.items()}
        frame = frame.with_columns(**columns)
        known |= {name: polars.col(name) for name in columns}
    found = frame.select(_wanted(task)).collect()
    if csv:
        found.write_csv(target)
    else:
        found.write_parquet(target, compression="snappy")


def _through_arrow(compute: Callable[[Any, Task], list[Any]]) -> Callable[[Task, str, str], None]:
    def run(task: Task, source: str, target: str) -> None:
        import numpy
        import pyarrow
        from pyarrow import csv, parquet

        pyarrow.set_cpu_count(1)
        is_csv = source.endswith(".csv")
        table = csv.read_csv(source) if is_csv else parquet.read_table(source)
        points = numpy.column_stack([table.column(name).to_numpy() for name in task.columns])
        found = pyarrow.table(dict(zip(_wanted(task), compute(points, task), strict=True)))
        if is_csv:
            csv.write_csv(found, target)
        else:
            parquet.write_table(found, target)

    return run


def _by_numpy(points: Any, task: Task) -> list[Any]:
    import numpy

    if task is not TASKS["network"]:
        x, y, z = points.T
        return [(x + y) * z, z, z, x + y]
    (w1, b1), (w2, b2), (w3, b3) = [(numpy.array(w), numpy.array(b)) for w, b in layers()]
    h = numpy.tanh(points @ w1.T + b1)
    g = numpy.tanh(h @ w2.T + b2)
    slopes = ((w3 * (1 - g * g)) @ w2 * (1 - h * h)) @ w1
    return [(g @ w3.T + b3)[:, 0], *slopes.T.copy()]


def _by_jax(points: Any, task: Task) -> list[Any]:
    import jax
    import numpy

    jax.config.update("jax_enable_x64", True)
    weights = [(jax.numpy.array(w), jax.numpy.array(b)) for w, b in layers()]

    def value(point: Any) -> Any:
        if task is not TASKS["network"]:
            return (point[0] + point[1]) * point[2]
        (w1, b1), (w2, b2), (w3, b3) = weights
        return (w3 @ jax.numpy.tanh(w2 @ jax.numpy.tanh(w1 @ point + b1) + b2) + b3)[0]

    values, slopes = jax.jit(jax.vmap(jax.value_and_grad(value)))(points)
    return [numpy.asarray(values), *numpy.asarray(slopes).T.copy()]


# What it is called in a table -> the distribution whose version is shown, and what computes.
PEERS: dict[str, tuple[str, Callable[[Task, str, str], None]]] = {
    "DuckDB": ("duckdb", duckdb),
    "polars": ("polars", polars),
    "NumPy, pyarrow": ("numpy", _through_arrow(_by_numpy)),
    "JAX vmap": ("jax", _through_arrow(_by_jax)),
}


def main(words: list[str]) -> None:
    name, task, source, target = words
    PEERS[name][1](TASKS[task], source, target)


if __name__ == "__main__":
    main(sys.argv[1:])
