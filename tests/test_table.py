"""The table: it fits, says what it rounds, lines up, and never has a number cut by the terminal."""

from __future__ import annotations

import itertools
import json
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest

from gradcli import ArrayGradient, differentiate
from gradcli.numbers.decimals import Uncertain
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render, render_arrays
from gradcli.reports.columns import aligned, entries, padded, wrapped
from gradcli.reports.rounding import Rounding, sum_text
from gradcli.text import cells

from .random_programs import random_program

NEURON = ("1/(1+exp(-(w0*x0+w1*x1+w2)))", {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3})
NETWORK = (
    "sg(u)=1/(1+exp(-u)); h1=sg(w1*i1+w2*i2+b1); h2=sg(w3*i1+w4*i2+b1); o1=sg(w5*h1+w6*h2+b2); "
    "o2=sg(w7*h1+w8*h2+b2); E=((t1-o1)^2+(t2-o2)^2)/2",
    {"i1": 0.05, "i2": 0.1, "w1": 0.15, "w2": 0.2, "w3": 0.25, "w4": 0.3, "b1": 0.35, "w5": 0.4, "w6": 0.45, "w7": 0.5,
     "w8": 0.55, "b2": 0.6, "t1": 0.01, "t2": 0.99},
)  # fmt: skip
STAGED = ("num = x + sigmoid(y); den = sigmoid(x) + (x + y)**2; num/den", {"x": 3, "y": -4})
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]\d+)?(?!\w)")


def table(record: Gradient, width: int | None = None, **others: object) -> list[str]:
    return str(render(record, "table", Style(width=width)._replace(**others))).splitlines()  # type: ignore[arg-type]


@pytest.mark.parametrize(("program", "point"), [NEURON, NETWORK, STAGED], ids=["neuron", "network", "staged"])
@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_program_of_the_notes_is_a_table(program: str, point: dict[str, float], width: int) -> None:
    lines = table(differentiate(program, point), width)
    assert re.fullmatch(r" node +expression +value +local gradients +d\w/d node", lines[0])
    assert max(map(cells, lines)) <= width
    assert any(re.search(r"rounded to [456] figures; --json has all$", line) for line in lines)


def test_the_neuron_fits_a_window() -> None:
    assert len(table(differentiate(*NEURON), 80)) <= 24


def test_a_narrow_list_has_the_same_numbers() -> None:
    record = differentiate(*NEURON)
    assert set(NUMBER.findall(" ".join(table(record, 40)))) >= set(NUMBER.findall(" ".join(table(record))))
    assert max(map(cells, table(record, 40))) <= 40


@pytest.mark.parametrize("format", ["table", "steps", "circuit"])
@pytest.mark.parametrize("seed", range(6))
def test_no_number_is_cut(seed: int, format: str) -> None:
    """Whatever the width, a line is no wider, unless it is one word; and every number is one of the wide report."""
    draw = random.Random(seed)
    program, point = random_program(seed, 3 + 4 * seed)
    numbers = [1, 0.1, 1e-7, 123456.789, -1e12, draw.gauss(0, 1)]
    point = {name: draw.choice(numbers) for name in point if name in program}
    record = differentiate(program, point, ieee=True)
    known = {
        number
        for figures in (None, 2, 3, 4, 5, 6)
        for wide in ("table", "steps", "circuit")
        for number in NUMBER.findall(str(render(record, wide, Style(figures=figures))))
    }
    for width in range(30, 201, 17):
        text = str(render(record, format, Style(width=width)))
        for line in text.splitlines():
            assert cells(line) <= width or " " not in line.strip(" │├└─"), (width, line)
        sizes = r"\b(the\s+picture\s+needs|there\s+are)\s+\d+"
        assert set(NUMBER.findall(re.sub(sizes, "", text))) <= known


def test_figures_can_be_chosen() -> None:
    record = differentiate(*NEURON)
    lines = table(record, 80, figures=3)
    assert any(line.endswith("rounded to 3 figures; --json has all") for line in lines)
    assert lines[-1].startswith("f = 0.731, gradient: w0 -0.197")
    assert "0.731058578630" not in "".join(table(record, 120, figures=12))
    assert "0.73105857863" in "".join(table(record, 120, figures=12))


def test_nothing_rounded_nothing_said() -> None:
    assert not [line for line in table(differentiate("x*y + 123456789", {"x": 2, "y": 0.5})) if "rounded" in line]


@pytest.mark.parametrize(("x", "text"), [
    (12, "12"), (0.25, "0.25"), (1 / 3, "0.333333"), (0.99999999, "1.00000"), (123456789, "123456789"),
    (123456789012345, "123456789012345"), (1e20, "1e+20"), (1e-9 / 3, "3.33333e-10"), (-0.0, "0"), (0.1 + 0.2, "0.3"),
    (123456.75, "123457"), (1234567.75, "1.23457e+06"), (float("inf"), "inf"), (None, "none"),
])  # fmt: skip
def test_numbers(x: float | None, text: str) -> None:
    record = differentiate("x", {"x": 1})
    assert Rounding(record).text(x if x is None else float(x)) == text


def test_exact_and_certain_numbers_are_not_rounded() -> None:
    assert "1234567/7654321" in table(differentiate("x", {"x": "1234567/7654321"}, exact=True))[-1]
    assert "0.33333333333333333333" in table(differentiate("x", {"x": "1/3"}, digits=20))[-1]
    assert "2.5000 ± 0.0050" in table(differentiate("x*1", {"x": "2.50+-0.005"}))[-1]


def test_a_narrow_table_has_fewer_figures_but_never_fewer_than_four() -> None:
    """The narrower it is: 6, 5, 4 figures; so again with sums in lines of their own; then 4, and as a list 6."""
    record = differentiate("a*b + sin(a)*cos(b)", {"a": "1/3", "b": "2/7"})
    texts = [" ".join(" ".join(table(record, width)).split()) for width in range(120, 20, -1)]
    told = [re.findall(r"rounded to (\d) figures", text) for text in texts]
    assert [count for (count,), _ in itertools.groupby(told)] == ["6", "5", "4", "6", "5", "4", "6"]


@pytest.mark.parametrize(("written", "is_rounded"), [
    ({"12345/678": "18.2"}, True), ({"12345/678": "18.2", "1/2": "1/2"}, True), ({"7": "7", "-1/2": "-1/2"}, False),
    ({"1/2": "1/2", "12345/678": "18.2"}, True), ({"1/2": "1/2", "22/7": "22/7"}, False), ({}, False),
])  # fmt: skip
def test_once_a_fraction_is_rounded_it_is_told(written: dict[str, str], is_rounded: bool) -> None:
    figures = Rounding(differentiate("x", {"x": "1/3"}, exact=True), 3)
    assert [figures.text(Fraction(number)) for number in written] == [*written.values()]
    assert figures.remark() == ("rounded to 3 figures; --json has all" if is_rounded else "")


@pytest.mark.parametrize(("terms", "text"), [
    (["-12", "-20"], "-12 - 20"), (["1", "2", "-3"], "1 + 2 - 3"),
    ([Uncertain("1.0", "0.1"), "-2"], "(1.0 ± 0.1) - 2"), (["1", Uncertain("2", "3", "+-")], "1 + (2+-3)"),
])  # fmt: skip
def test_sums(terms: list[str], text: str) -> None:
    assert sum_text(terms) == text


def test_sums_are_stacked_where_there_is_no_room() -> None:
    record = differentiate("a = x*p; b = x*q; c = x*r; a*b*c", {"x": 1.23456, "p": 2.34567, "q": 3.45678, "r": 4.56789})
    one, stacked = ([line for line in table(record, width) if "=" in line] for width in (120, 80))
    assert any(re.search(r"\d \+ \d\S* \+ \d\S* = \d", line) for line in one)
    assert any(re.search(r"\s=\s+\d\S*$", line) for line in stacked)


def test_decimal_points_line_up() -> None:
    assert aligned(["-12", "0.25", "", "1e-07", "2.5 ± 0.1"]) == [
        "-12        ", "  0.25     ", "           ", "  1e-07    ", "  2.5 ± 0.1",
    ]  # fmt: skip
    assert aligned(["1/3", "-12"]) == ["1/3", "-12"]
    lines = table(differentiate(*NEURON))[2:]
    assert len({line.index(".", 20, 30) for line in lines if re.match(r" v[67]| f ", line)}) == 1


@pytest.mark.parametrize(("text", "width"), [
    ("学习率", 6), ("क्षमता", 4), ("가중치", 6), ("é", 1), ("ω₁", 2), ("\U00020000", 2), ("∂v1/∂x", 6), ("⁠x", 1),
])  # fmt: skip
def test_wide_characters_line_up(text: str, width: int) -> None:
    assert cells(text) == width
    assert padded(text, 8) == text + " " * (8 - width)


def test_columns_without_anything_do_not_appear() -> None:
    assert table(differentiate("3+4*2"))[0].split() == ["node", "expression", "value"]


def test_what_another_output_does_not_need_is_not_listed() -> None:
    lines = table(differentiate("q = x + y; f = q*z", {"x": 1, "y": 2, "z": 3}, of="q"))
    assert not [line for line in lines if line.startswith((" z", " f"))]
    assert lines[-1] == "q = 3, gradient: x 1, y 1, z 0"


def test_the_last_line_has_every_input() -> None:
    record = differentiate(*NETWORK)
    lines = table(record, 40, nodes="none")
    text = " ".join(line.strip() for line in lines)
    assert all(re.search(rf"\b{name} -?\d", text) for name in NETWORK[1])
    assert all(re.fullmatch(r"(.* )?\w+ -?[\d.e-]+,?", line) for line in lines[1:])


@pytest.mark.parametrize("width", [30, 47, 80])
def test_lines_break_at_blanks(width: int) -> None:
    text = "note: " + "word and number 1.5, " * 20
    assert " ".join(line.strip() for line in wrapped(text.strip(), width)) == text.strip()
    parts = [f"w{k} 0.{k}" for k in range(40)]
    lines = entries(parts, width)
    assert " ".join(line.strip() for line in lines) == ", ".join(parts)
    assert all(re.fullmatch(r" *w\d+ \S+(, w\d+ \S+)*,?", line) for line in lines)


def test_a_published_program_is_a_table_of_80_columns() -> None:
    path = Path(__file__).parent / "data" / "published.json"
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        lines = table(differentiate(case["program"], case["bindings"]), 80)
        assert lines[0].split()[0] == "node"
        assert max(map(cells, lines)) <= 80


def test_of_many_nodes_the_first_and_the_last_are_listed() -> None:
    """Forty of each end; how many are left out between them is told, and --nodes all lists them."""
    record = differentiate("; ".join(["a0 = x*x", *(f"a{k} = a{k - 1} + x" for k in range(1, 150))]), {"x": 1.0})
    names = record.labels
    listed = [line.split()[0] for line in table(record) if re.match(r" (x|a\d+|\d) ", line)]
    assert listed == [*names[:40], *names[-40:]]
    (gap,) = [line for line in table(record) if "left out" in line]
    assert str(len(names) - 80) in gap
    whole = [line.split()[0] for line in table(record, nodes="all") if re.match(r" (x|a\d+|\d) ", line)]
    assert whole == [name for name in names if name in whole]
    assert len(whole) >= 151


@pytest.mark.parametrize(("figures", "third", "tenth", "is_rounded"), [
    (11, "0.33333333333", "0.1", True), (12, "0.333333333333", "0.1", False), (13, "0.3333333333333", "0.1", True),
    (16, "0.3333333333333333", "0.1", False), (17, "0.3333333333333333", "0.1", False),
])  # fmt: skip
@pytest.mark.parametrize("format", ["table", "steps"])
def test_as_many_figures_as_are_asked_for(figures: int, third: str, tenth: str, *, is_rounded: bool,
                                          format: str) -> None:  # fmt: skip
    """Beyond the twelve that are certain too, no more than tell a binary64 from the next."""
    record = differentiate("x/3 + 0*y", {"x": 1, "y": 0.1})
    assert isinstance(record, Gradient)
    text = "".join(render(record, format, Style(figures=figures)))
    assert third in text
    assert f"{third}3" not in text
    assert tenth in text
    assert "0.1000" not in text
    assert (f"rounded to {figures} figures" in text) == is_rounded


def test_arrays_have_as_many_figures_as_are_asked_for() -> None:
    record = differentiate("sum(x)/3", {"x": [1, 1]})
    assert isinstance(record, ArrayGradient)
    text = "".join(render_arrays(record, "table", Style(figures=15)))  # type: ignore[arg-type]
    assert "gradient: x [0.333333333333333, 0.333333333333333]" in text
    assert "f = 0.666666666666667," in text
