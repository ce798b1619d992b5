"""What stands in a line for the derivative before it: its rule where that is short and near, else its name."""

from __future__ import annotations

import pytest

from gradcli import differentiate
from gradcli.record.derivation import Derivation
from gradcli.record.gradient import Gradient
from gradcli.reports.notation import Notation

HOPS = 8
SHORT = 24


def lines(program: str, **point: float) -> dict[str, str]:
    """Return what the backward lines say first of every derivative."""
    record = differentiate(program, point)
    assert isinstance(record, Gradient)
    derivation = Derivation(record)
    notation = Notation(derivation)
    written = [notation.line(step) for step in derivation.backward]
    return {line.left: " = ".join(line.right) for line in written}


@pytest.mark.parametrize("many", range(HOPS + 2))
def test_a_rule_is_repeated_over_sums_as_far_as_it_is_near(many: int) -> None:
    """Along + 1 nothing changes: after seven of them and the product the rule still stands there."""
    found = lines(f"a = x*y; f = 2*(a{' + 1' * many})", x=3, y=5)
    known = "2" if many < HOPS else "df/da"
    assert found["df/dx"] == f"df/da · ∂a/∂x = {known} · y = 2 · 5 = 10"
    assert found["df/dy"] == f"df/da · ∂a/∂y = {known} · x = 2 · 3 = 6"


@pytest.mark.parametrize("size", [1, SHORT - 1, SHORT, SHORT + 1, SHORT + 9])
def test_a_long_rule_is_not_repeated(size: int) -> None:
    name = "w" * size
    found = lines(f"a = x*y; f = {name}*a", x=3, y=5, **{name: 2})
    known = name if size <= SHORT else "df/da"
    assert found["df/dx"] == f"df/da · ∂a/∂x = {known} · y = 2 · 5 = 10"


@pytest.mark.parametrize(("program", "line"), [
    ("a = x*y; f = -a", "df/da · ∂a/∂x = -1 · y = -1 · 5 = -5"),
    ("a = x*y; f = 2 - a", "df/da · ∂a/∂x = -1 · y = -1 · 5 = -5"),
    ("a = x*y; f = a**3", "df/da · ∂a/∂x = 3*a**2 · y = 675 · 5 = 3375"),
    ("a = x*y; f = a*a", "df/da · ∂a/∂x = df/da · y = 30 · 5 = 150"),
    ("a = x*y; b = 2*a; f = 3*b", "df/da · ∂a/∂x = df/da · y = 6 · 5 = 30"),
    ("a = x*y; f = 3*a + a", "df/da · ∂a/∂x = df/da · y = 4 · 5 = 20"),
])  # fmt: skip
def test_what_stands_for_the_derivative_before(program: str, line: str) -> None:
    assert lines(program, x=3, y=5)["df/dx"] == line
