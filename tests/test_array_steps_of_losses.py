"""Steps of cross-entropy in plainer functions, and rows of matrices on narrow terminals."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli import differentiate
from gradcli.reports import Style, render_arrays
from gradcli.text import cells

# ---- cross-entropy, in plainer functions


@pytest.mark.parametrize(
    ("program", "point", "symbols"),
    [
        ("L = cross_entropy(z, 2)", {"z": [1, 2, 0.5]}, "log(sum(exp(z))) - z[2]"),
        ("L = cross_entropy(z, y)", {"z": [1, 2, 0.5], "y": 1}, "log(sum(exp(z))) - z[y]"),
        ("L = mean(cross_entropy(Z, y))", {"Z": [[1, 2], [0, 3]], "y": [0, 1]}, "log(sum(exp(Z[i]))) - Z[i,y[i]]"),
    ],
)
def test_the_score_at_the_label_is_named(program: str, point: dict[str, Any], symbols: str) -> None:
    record: Any = differentiate(program, point)
    text = render_arrays(record, "steps", Style(None, color=False))
    assert f" = {symbols} = " in text
    name = next(label for label in record.labels if f"--open {label} shows where it comes from" in text)
    assert record.graph.nodes[record.graph.by_label[name]].operation.name == "cross_entropy"
    assert "--open" not in render_arrays(record, "steps", Style(None, color=False, options=False))
    assert "open" not in render_arrays(record, "latex", Style(None, color=False))


@pytest.mark.parametrize(
    ("program", "point"),
    [
        ("L = sum(cross_entropy(Z, y, axis=0))", {"Z": [[1, 2], [0, 3]], "y": [0, 1]}),
        ("L = cross_entropy(z, p)", {"z": [1, 2, 0.5], "p": [0.2, 0.3, 0.5]}),
    ],
)
def test_what_has_no_labels_of_rows_is_left_as_it_was(program: str, point: dict[str, Any]) -> None:
    assert "sum(exp(" not in render_arrays(differentiate(program, point), "steps", Style(None, color=False))


def test_a_large_cross_entropy_is_not_worth_opening() -> None:
    point = {"Z": [[float(k * j % 7) for k in range(12)] for j in range(12)], "y": list(range(12))}
    assert "--open" not in render_arrays(
        differentiate("L = mean(cross_entropy(Z, y))", point), "steps", Style(None, color=False)
    )


def test_rows_of_matrices_stay_whole_on_narrow_terminals() -> None:
    point = {"X": [[1, 2], [3, 4]], "W": [[1, 0], [0, 1]], "y": [0, 1]}
    text = render_arrays(differentiate("Z = X@W; L = mean(cross_entropy(Z, y))", point), "steps", Style(40))
    assert "[[0.0378828, -0.0378828],\n" in text
    assert "[-0.193176, 0.193176]]\n" in text
    assert max(map(cells, text.splitlines())) <= 40
