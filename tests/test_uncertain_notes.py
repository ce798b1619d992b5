"""What is said of errors to first order: the sum of each uncertainty times its derivative, and that of the squares."""

from __future__ import annotations

import pytest

from gradcli import differentiate


@pytest.mark.parametrize(("program", "point", "told"), [
    ("2*x + a", {"x": "0.1", "a": "1+-0.5"}, "0.5"),
    ("2*x + 0*a", {"x": "0.1", "a": "1+-0.5"}, None),  # 0.1 is no binary number, and no uncertain one for that
    ("2*x + a*a", {"x": "0.1", "a": "0+-0.5"}, None),  # its slope is 0 in the middle
    ("x*a*b", {"x": "0.1", "a": "2+-0.5", "b": "3+-0.1"}, "0.17, by 0.151 if the errors are independent"),  # 0.15, 0.02
    ("3*a - 4*b", {"a": "1+-0.1", "b": "1+-0.1"}, "0.7, by 0.5 if the errors are independent"),
    ("cbrt(a) + b", {"a": "0", "b": "3+-0.1"}, "0.1"),  # a is certain, and without a derivative
    ("sqrt(a) + 2*b", {"a": "0", "b": "3+-0.1"}, "0.2"),
    ("x*abs(a) + b", {"x": "0.1", "a": "0+-0.5", "b": "3+-0.1"}, "0.1"),
    ("exp(exp(a))*b", {"a": "7+-0.1", "b": "1"}, None),  # exp(1096) times 109 is beyond binary64
    ("sin(a)", {"a": "pi/2+-0.1"}, None),
    ("cbrt(a)**3 + b", {"a": "0", "b": "3+-0.1"}, "0.1"),  # its derivative is what both sides agree on
    ("sqrt(abs(a)) + b", {"a": "0.3+-0.5", "b": "3+-0.1"}, None),  # what a adds is not bounded by a slope
    ("sqrt(abs(a)) + b", {"a": "0+-0.5", "b": "3+-0.1"}, None),
    ("cbrt(a) + b", {"a": "0+-0.1", "b": "3+-0.1"}, None),  # there is no slope in the middle
    ("a*b", {"a": "0.5+-1e-200", "b": "3"}, None),  # less than the digits of a decimal
])  # fmt: skip
def test_errors_to_first_order(program: str, point: dict[str, str], told: str | None) -> None:
    notes = [note.message for note in differentiate(program, point).notes if note.kind == "uncertainty"]
    assert notes == ([] if told is None else [f"to first order f is uncertain by {told}"])
