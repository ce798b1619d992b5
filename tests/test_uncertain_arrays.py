"""Arrays with uncertain entries, and what --verify says beside a kink."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.array_checks import verify_arrays


@pytest.mark.parametrize(("program", "given", "value", "gradient"), [
    ("sum(W@x)", {"W": "1 2±0.1; 3 4", "x": "[1, -1]"}, "-2.00±0.10", {"x": ["4", "6.00±0.10"]}),
    ("sum(relu(x))", {"x": "[1±0.1, 2.5±0.1]"}, "3.50±0.20", {"x": ["1", "1"]}),
    ("max(x)", {"x": "[1±0.1, 1.05±0.1]"}, "1.05±0.10", {"x": ["0.50±0.50", "0.50±0.50"]}),
    ("sum(sort(x)*[1, 2])", {"x": "[1±0.1, 3]"}, "7.00±0.10", {"x": ["1", "2"]}),
    ("dot(x, x)", {"x": "[1±0.1, 2]"}, "5.01±0.20", {"x": ["2.00±0.20", "4"]}),
    ("det([[x[0], 1], [2, x[1]]])", {"x": "[1±0.1, 3]"}, "1.00±0.30", {"x": ["3", "1.00±0.10"]}),
])  # fmt: skip
def test_uncertain_entries(program: str, given: dict[str, str], value: str, gradient: dict[str, Any]) -> None:
    found = differentiate(program, given, wrt=list(gradient))
    assert str(found.value).replace(" ", "").replace("+-", "±") == value
    assert {name: [str(x).replace(" ", "").replace("+-", "±") for x in row] for name, row in found.gradient.items()} \
        == gradient  # fmt: skip


@pytest.mark.parametrize(("program", "given"), [
    ("h = W@x; sum(relu(h))", {"W": [[1, 1], [3, 4]], "x": [1, -1]}), ("sum(sort(x)*[1, 2])", {"x": [1, 1]}),
    ("sum(relu(x))", {"x": [0, 0, 0, 0, 0, 0, 1]}), ("sum(abs(x)*[1, 2])", {"x": [0, 3]}),
])  # fmt: skip
def test_a_kink_is_no_disagreement(program: str, given: dict[str, Any]) -> None:
    checks = verify_arrays(differentiate(program, given))  # type: ignore[arg-type]  # they are arrays
    assert {check.verdict for check in checks} <= {"agrees", "skipped"}
    assert any(check.verdict == "skipped" for check in checks)
