"""What the script of a page knows: when a label appears, what lights up, and what is said of every part."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.array_gradient import ArrayGradient
from gradcli.reports import Style, render, render_arrays
from gradcli.reports.array_html import Passes
from gradcli.reports.html import listed
from gradcli.reports.notation import WrittenLine


def page(program: str, point: dict[str, Any], **style: Any) -> str:
    record = differentiate(program, point)
    if isinstance(record, ArrayGradient):
        return str(render_arrays(record, "html", Style(**style)))
    return str(render(record, "html", Style(**style)))


def data(text: str) -> dict[str, Any]:
    """Return the data of a page, its parts without the prefix."""
    found: dict[str, Any] = json.loads(text.partition('id="data">')[2].partition("</script>")[0].replace('"c-', '"'))
    return found


def numbers() -> str:
    return page("u = x*x; f = 2*u + abs(c)", {"x": 3, "c": 0})


def arrays() -> str:
    return page("u = x*x; f = 2*sum(u) + c", {"x": [1, 3], "c": 4})


def test_steps_of_a_page_of_numbers() -> None:
    """Inputs, then u, 2*u, abs(c) and f; backwards f, its two arguments, c, u, both branches to x, and their sum."""
    found = data(numbers())
    assert found["lit"] == [
        ["n0", "v0"], ["n4", "v4"], ["n1", "v1"], ["n3", "v3"], ["n5", "v5"], ["n6", "v6"],
        ["g6", "n6"], ["w6-0", "s6-0", "g3"], ["w6-1", "s6-1", "g5"], ["w5-0", "s5-0", "g4"], ["w3-1", "s3-1", "g1"],
        ["w1-0", "s1-0"], ["w1-1", "s1-1"], ["g0", "n0"],
    ]  # fmt: skip
    lit = found["lit"]
    for k, names in enumerate(lit, 1):
        for name in names:
            if name[0] in "vgs":
                assert found["appear"].pop(name) == k
            elif not (name[0] == "n" and k > 6):  # a gate leads to the step of its value
                assert found["step"].pop(name) == k
    assert (found["appear"], found["step"]) == ({}, {})


def test_what_a_page_of_numbers_says_of_its_parts() -> None:
    product = ["one of 2 branches, product rule"]
    kinked = "single-variable chain rule, derivative of abs, by the convention at the kink"
    assert data(numbers())["about"] == {
        "n0": ["x = 3 (an input)", "df/dx = df/du · ∂u/∂x + df/du · ∂u/∂x = 6 + 6 = 12 (multivariable chain rule)"],
        "n4": ["c = 0 (an input)", f"df/dc = df/dv2 · ∂v2/∂c = 1 · sign(c) = 1 · 0 = 0 ({kinked})",
               "df/dc is -1 from the left and 1 from the right"],
        "n1": ["u = x*x = 3*3 = 9",
               "df/du = df/dv1 · ∂v1/∂u = 1 · 2 = 2 (single-variable chain rule, constant factor rule)"],
        "n3": ["v1 = 2*u = 2*9 = 18", "df/dv1 = 1 (sum rule)"],
        "n5": ["v2 = abs(c) = abs(0) = 0", "df/dv2 = 1 (sum rule)", "abs has a kink here, at c = 0"],
        "n6": ["f = v1 + v2 = 18 + 0 = 18 (the output)", "df/df = 1 (the reverse pass starts here)"],
        "w6-0": ["from v1 = 18 into f, as argument 1", "df/dv1 = 1", "sum rule"],
        "w6-1": ["from v2 = 0 into f, as argument 2", "df/dv2 = 1", "sum rule"],
        "w5-0": ["from c = 0 into v2", "df/dc = df/dv2 · ∂v2/∂c = 1 · sign(c) = 1 · 0 = 0", kinked],
        "w3-1": ["from u = 9 into v1, as argument 2", "df/du = df/dv1 · ∂v1/∂u = 1 · 2 = 2",
                 "single-variable chain rule, constant factor rule"],
        "w1-0": ["from x = 3 into u, as argument 1",
                 "df/dx via u, argument 1 = df/du · ∂u/∂x = df/du · x = 2 · 3 = 6", *product],
        "w1-1": ["from x = 3 into u, as argument 2",
                 "df/dx via u, argument 2 = df/du · ∂u/∂x = df/du · x = 2 · 3 = 6", *product],
        "w3-0": ["from 2 = 2 into v1, as argument 1", "nothing flows back: it depends on no input of --wrt"],
        "out": ["the output, f = 18"],
    }  # fmt: skip


def test_the_data_of_a_page_is_plain_text() -> None:
    """Signs stand as they are, but for < , which could end the script."""
    text = page("f = sin(x) + where(x < 1, x, 2)", {"x": 0})
    assert '"df/dx via v1 = df/dv1 · ∂v1/∂x = ' in text
    assert "x \\u003c 1" in text
    assert "<" not in text.partition('id="data">')[2].partition("</script>")[0]
    assert '"from σ, 2, into v1, as argument 1"' in page("f = sum(σ*σ)", {"σ": [1, 2]})


def test_steps_of_a_page_of_arrays() -> None:
    found = data(arrays())
    assert found["lit"] == [
        ["n0", "v0"], ["n5", "v5"], ["n1", "v1"], ["n3", "v3"], ["n4", "v4"], ["n6", "v6"],
        ["g6", "n6"], ["w6-1", "g5"], ["w6-0", "g4"], ["w4-1", "g3"], ["w3-0", "g1"], ["w1-0", "s1-0"],
        ["w1-1", "s1-1"], ["g0", "n0"],
    ]  # fmt: skip
    assert found["appear"] == {
        "v0": 1, "v5": 2, "v1": 3, "v3": 4, "v4": 5, "v6": 6, "g6": 7, "g5": 8, "s6-1": 8, "g4": 9, "s6-0": 9,
        "g3": 10, "s4-1": 10, "g1": 11, "s3-0": 11, "s1-0": 12, "s1-1": 13, "g0": 14,
    }  # fmt: skip
    assert found["step"] == {
        "n0": 1, "n5": 2, "n1": 3, "n3": 4, "n4": 5, "n6": 6, "w6-1": 8, "w6-0": 9, "w4-1": 10, "w3-0": 11, "w1-0": 12,
        "w1-1": 13,
    }  # fmt: skip


def test_what_a_page_of_arrays_says_of_its_parts() -> None:
    """2*sum(x*x) + c at [1, 3] is 24; each branch to x carries 2*x, together 4*x."""
    kept = "df/dx via u = df/du*x = [2, 6] (product rule)"
    assert data(arrays())["about"] == {
        "n0": ["x = [1, 3] (an input, 2)",
               "df/dx = via u + via u = [4, 12] (several branches arrive: they add up)"],
        "n5": ["c = 4 (an input)", "df/dc = 1 (sum rule)"],
        "n1": ["u = x*x = [1, 9] (2, 2 -> 2)", "df/du = df/dv1*ones(2) = [2, 2] (sum rule)"],
        "n3": ["v1 = sum(u) = 10 (2 -> a number)", "df/dv1 = 2*df/dv2 = 2 (product rule)"],
        "n4": ["v2 = 2*v1 = 20", "df/dv2 = 1 (sum rule)"],
        "n6": ["f = v2 + c = 24"],
        "w6-1": ["from c, a number, into f, as argument 2", "df/dc = 1 (sum rule)"],
        "w6-0": ["from v2, a number, into f, as argument 1", "df/dv2 = 1 (sum rule)"],
        "w4-1": ["from v1, a number, into v2, as argument 2", "df/dv1 = 2*df/dv2 = 2 (product rule)"],
        "w4-0": ["from 2, a number, into v2, as argument 1", "nothing flows back along this wire"],
        "w3-0": ["from u, 2, into v1", "df/du = df/dv1*ones(2) = [2, 2] (sum rule)"],
        "w1-0": ["from x, 2, into u, as argument 1", kept], "w1-1": ["from x, 2, into u, as argument 2", kept],
        "out": ["the output, f = 24"],
    }  # fmt: skip


def test_notes_of_arrays_stand_with_their_nodes() -> None:
    about = data(page("f = sum(abs(x))", {"x": [0, 2]}))["about"]
    assert about["n0"][2:] == ["df/dx[0] is -1 from the left and 1 from the right"]
    assert about["n1"][2:] == ["abs has a kink here, at x[0] = 0"]


@pytest.mark.parametrize("what", ["array", "node"])
def test_both_passes_are_lists_of_as_many_lines_as_there_are_steps(what: str) -> None:
    text = arrays() if what == "array" else numbers()
    parts = re.split(r"<h2>(.*?)</h2>\n<ol class=\"(.*?)\">", text)
    assert [parts[1:3], parts[4:6]] == [
        [f"Forward: the value of every {what}", "forward"],
        [f"Backward: the derivative of f with respect to every {what}", "backward"],
    ]
    assert [parts[k].count("<li>") for k in (3, 6)] == [6, 8]
    assert re.search(r'id="step" min="1" max="14" value="14"', text)
    point = "x = [1, 3], c = 4" if what == "array" else "x = 3, c = 0"
    assert f'<p class="soft">at {point}</p>' in text


def test_a_page_without_inputs_has_no_point() -> None:
    assert '<p class="soft"></p>' in page("2*3", {})
    assert '<p class="soft"></p>' in page("sum([1, 2])", {})


def test_a_long_program_is_cut_in_the_title_alone() -> None:
    for many, cut in ((76, False), (77, True)):
        program = f"f = {'x' * many}"
        text = page(program, {"x" * many: 1})
        title = program[:77] + "..." if cut else program
        assert f"<title>{title}</title>" in text
        assert f"<h1><code>{program}</code></h1>" in text
    assert "<title>u = x*x; f = u</title>" in page("u = x*x\n\n  f = u  ", {"x": 1})


@pytest.mark.parametrize(("line", "html"), [
    (WrittenLine("a", ["1"], ""), '<span class="math"><span>a</span> <span class="result">= 1</span></span>'),
    (WrittenLine("a", ["b<c", "1"], "r"), '<span class="math"><span>a</span> <span>= b&lt;c</span> '
     '<span class="result">= 1</span></span><small>r</small>'),
    (WrittenLine("a", ["b", "1"], "", "≈"), '<span class="math"><span>a</span> <span>= b</span> '
     '<span class="result">≈ 1</span></span>'),
])  # fmt: skip
def test_a_line_of_a_list(line: WrittenLine, html: str) -> None:
    expected = f'<h2>a &amp; b</h2>\n<ol class="forward">\n<li><button type="button">{html}</button></li>\n</ol>\n'
    assert listed("a & b", "forward", [line]) == expected


@pytest.mark.parametrize(("rule", "total", "parts"), [
    ("dL/dz", "[1, 2]", ["dL/dz", "[1, 2]"]), ("", "1", ["1"]), ("1", "1", ["1"]),
])  # fmt: skip
def test_a_rule_that_is_the_number_is_not_written_twice(rule: str, total: str, parts: list[str]) -> None:
    assert Passes._parts(rule, total) == parts
