"""Plans of rows at their ends: branches in branches, numbers of all rows, what a cluster is asked, groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.language.syntax import parse
from gradcli.rows.branches import branches, evaluation_order
from gradcli.rows.cluster import _check
from gradcli.rows.columns import Results
from gradcli.rows.plan import Plan, Settings

F = Source("program", "f = x*y")


def test_what_two_branches_share_counts_where_both_are() -> None:
    program = "q = x*y; f = where(x > 0, where(y > 0, q*a, q*b), c) + a"
    graph = parse(Source("program", program))
    inner, outer = (i for i, node in enumerate(graph.nodes) if node.operation.name == "where")
    found = branches(graph, [graph.output])
    sides = {name: found[i] for name, i in {**graph.named, **graph.inputs}.items()}
    assert sides == {
        "q": frozenset([(outer, 1)]), "b": frozenset([(outer, 1), (inner, 2)]), "c": frozenset([(outer, 2)]),
        "a": frozenset(), "x": frozenset(), "y": frozenset([(outer, 1)]), "f": frozenset(),
    }  # fmt: skip
    product = next(i for i, node in enumerate(graph.nodes) if node.arguments == (graph.named["q"], graph.inputs["a"]))
    assert found[product] == frozenset([(outer, 1), (inner, 1)])
    order = evaluation_order(graph, found)
    assert order.index(graph.nodes[outer].arguments[0]) < order.index(graph.nodes[inner].arguments[0])
    assert all(order.index(a) < order.index(i) for i in order for a in graph.nodes[i].arguments)


@pytest.mark.parametrize(("program", "constants", "header", "numbers"), [
    ("x = 2; y = 3; f = x*y", {}, ["z"], {"x": 2.0, "y": 3.0}),
    ("w = 2; f = w*x", {}, ["x"], {}), ("f = w*x", {"w": "1/4"}, ["x"], {"w": 0.25}),
])  # fmt: skip
def test_numbers_that_all_rows_have(
    program: str, constants: dict[str, str], header: list[str], numbers: dict[str, float]
) -> None:
    given = {name: Source(name, text) for name, text in constants.items()}
    plan = Plan(Settings(Source("program", program), given), header)
    assert plan.constants == numbers
    assert plan.inputs == [name for name in plan.graph.inputs if name not in numbers]


@pytest.mark.parametrize(("more", "pattern", "message"), [
    ({}, None, "--dask needs a file, or a pattern such as 'points-*.csv'"),
    ({}, "-", "--dask needs a file, or a pattern such as 'points-*.csv'"), ({}, "a.csv", None),
    ({"source": "arrow"}, "a", "--dask reads and writes csv, ndjson and parquet"),
    ({"target": "arrow"}, "a", "--dask reads and writes csv, ndjson and parquet"),
    ({"joined": True}, "a", "--dask reads and writes csv, ndjson and parquet"),
    ({"array": True}, "a", "--dask reads and writes csv, ndjson and parquet"),
    ({"source": "ndjson", "target": "ndjson"}, "a", None), ({"source": "parquet", "target": "csv"}, "a", None),
    ({"source": "csv", "target": "parquet"}, "a", None),
])  # fmt: skip
def test_what_a_cluster_is_asked(
    more: dict[str, Any], pattern: str | None, message: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr("gradcli.rows.cluster.needs", lambda *names: asked.append(names))
    settings = Settings(F, {}, **more)
    if message is None:
        _check(settings, pattern)
    else:
        with pytest.raises(InputError) as raised:
            _check(settings, pattern)
        assert (raised.value.message, raised.value.kind) == (message, "option")
    columns = message is None and "parquet" in more.values()
    assert asked == [("dask", "dask", "distributed"), *[("arrow", "pyarrow", "numpy")] * columns]


@pytest.mark.parametrize(("target", "after"), [
    ("arrow", [0, 0, 0]), ("parquet", [2, 0, 2]),
])  # fmt: skip
def test_a_stream_of_arrow_is_written_batch_by_batch_and_parquet_in_groups(
    target: str, after: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groups have 4 rows or a few more; batches have 2."""
    pa = pytest.importorskip("pyarrow")
    import numpy as np

    from gradcli.rows import sinks
    from gradcli.rows.arrow import Batch

    monkeypatch.setattr(sinks, "GROUP_ROWS", 4)
    plan = Plan(Settings(F, {}, target=target, keep=("n",)), ["x", "y", "n"])
    path = tmp_path / f"out.{target}"
    sink = sinks.BinarySink(plan, [pa.field("n", pa.string())], str(path))
    held = []
    for k in range(3):
        kept = [pa.array([f"{k}", f"{k}b"])]
        batch = Batch(2, 2, [], kept, set(), lambda k: {}, range(2))
        columns = [np.array([k, k + 0.5]), np.array([1.0, 2.0]), None]
        sink.write(batch, Results(columns, [[], [1], []], {}))
        held.append(sink._rows)
    sink.close()
    assert held == after
    table = (
        pa.ipc.open_file(path).read_all()
        if target == "arrow"
        else pytest.importorskip("pyarrow.parquet").read_table(path)
    )
    assert table.to_pydict() == {
        "n": ["0", "0b", "1", "1b", "2", "2b"], "f": [0.0, 0.5, 1.0, 1.5, 2.0, 2.5],
        "df/dx": [1.0, None] * 3, "df/dy": [None] * 6, "error": [None] * 6,
    }  # fmt: skip
