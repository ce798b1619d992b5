"""Sums of rounded numbers: an equals sign stands where the printed numbers add up, and ≈ where they do not."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import pytest

from gradcli import differentiate
from gradcli.reports import Style, render
from gradcli.reports.rounding import sum_sign

from .random_programs import random_program

SIZE = r"\d+(?:\.\d*)?(?:e[+-]?\d+)?"
SUM = re.compile(rf"(?<![\w.)] )(?<![\w.-])(-?{SIZE}(?: [+-] {SIZE})+) (=|≈) +(-?{SIZE})(?![\w.])")


@pytest.mark.parametrize(
    ("terms", "total", "sign"),
    [
        (["0.001316", "0.002489"], "0.003804", "≈"),
        (["0.001316", "0.002489"], "0.003805", "="),
        (["-12", "-20"], "-32", "="),
        (["0.333333", "0.333333", "0.333333"], "1", "≈"),
        (["0.333333", "0.666667"], "1", "="),
        (["123.456", "0.000123456"], "123.456", "="),
        (["1e-07", "2e-07"], "3e-07", "="),
        (["0." + "3" * 50, "0." + "6" * 50], "0." + "9" * 50, "="),
        (["0." + "3" * 50, "0." + "6" * 50], "0." + "9" * 49 + "8", "≈"),
        (["1/3", "1/6"], "1/2", "="),
        (["2.0 ± 0.1", "1"], "3.0 ± 0.1", "="),
        (["1", "... (7 terms)"], "9", "="),
    ],
)
def test_the_sign_of_a_sum(terms: list[str], total: str, sign: str) -> None:
    assert sum_sign(terms, total) == sign


@pytest.mark.parametrize("format", ["table", "steps", "markdown"])
def test_printed_sums_add_up_where_they_say_so(format: str) -> None:
    draw, seen = random.Random(7), {"=": 0, "≈": 0}
    for seed in range(20):
        program, point = random_program(seed, 12)
        record = differentiate(program, {name: draw.uniform(0.5, 2) for name in point if name in program}, ieee=True)
        text = str(render(record, format, Style(figures=4)))
        for terms, sign, total in SUM.findall(text):
            printed = [Decimal(term.replace(" ", "")) for term in re.findall(rf"(?:^-|[+-] )?{SIZE}", terms)]
            if set(".e") & set(total):
                unit = Decimal(1).scaleb(int(Decimal(total).as_tuple().exponent))
                assert (2 * abs(sum(printed) - Decimal(total)) <= unit) == (sign == "="), (terms, sign, total)
                seen[sign] += 1
    assert all(seen.values()), seen


def test_latex_and_ascii_have_the_sign_too() -> None:
    """At 3 figures 0.335 + 0.335 is written of twice 0.3346, which is 0.669."""
    record = differentiate("f = a*x + b*x", {"a": 0.3346, "b": 0.3346, "x": 2.0})
    assert "0.335 + 0.335 ≈ 0.669" in str(render(record, "steps", Style(figures=3)))
    assert "0.335 + 0.335 ≈ 0.669" in str(render(record, "table", Style(figures=3)))
    plain = str(render(record, "steps", Style(figures=3, ascii=True)))
    assert "0.335 + 0.335 ~= 0.669" in plain
    assert plain.isascii()
    assert r"\approx 0.669" in str(render(record, "latex", Style(figures=3)))
