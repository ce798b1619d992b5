"""A step of descent in words: what is written of it computes, and is the step that was taken."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from pathlib import Path

import pytest

from gradcli.numbers.decimals import Uncertain
from gradcli.record.update_rules import UPDATE_RULES, update_of
from gradcli.reports.step_text import entry, in_product, rate_text
from gradcli.text import cells

from .test_golden import called

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?")


def said(*words: str, width: int | None = None) -> list[str]:
    done = called(list(words), Path.cwd(), {} if width is None else {"COLUMNS": str(width)}, b"")
    assert (done.stderr, done.status) == (b"", 0)
    return done.stdout.decode().splitlines()


def computed(text: str) -> Fraction | float:
    """What a formula of numbers comes to; fractions where there is no root."""
    if "sqrt" in text:
        return float(eval(text.replace("^", "**"), {"sqrt": math.sqrt}))
    exact = NUMBER.sub(lambda number: f"F('{number[0]}')", text.replace("^", "**"))
    exact = re.sub(r"\*\*F\('(\d+)'\)", r"**\1", exact)
    found = eval(exact, {"F": Fraction})
    assert isinstance(found, Fraction)
    return found


def steps_of(*words: str, width: int | None = None) -> list[str]:
    """The lines of the step, in the derivation of a step of descent."""
    lines = said("descend", *words, width=width)
    start = next(k for k, line in enumerate(lines) if line.startswith("Step: "))
    return lines[start : lines.index("", start)]


@pytest.mark.parametrize("ascent", [False, True])
@pytest.mark.parametrize("step", [1, 2, 5])
@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_every_line_of_a_step_computes(rule: str, step: int, ascent: bool) -> None:
    """Each formula, its numbers and the number that they come to; the last is where the next step stands."""
    words = ["x**2*y + sin(y)", "x=-3", "y=1/2", "--rule", rule, "--rate", "0.05", *(["--ascent"] if ascent else [])]
    title, *lines = steps_of(*words, "--steps-of", str(step))
    taken = json.loads("\n".join(said("descend", *words, "--steps", str(step), "--json")))["steps"]
    assert title.startswith(f"Step: every input goes {'along' if ascent else 'against'} its derivative")
    assert (f", by the rule {rule}, step {step}" in title) is (rule != "gd")
    new: dict[str, float] = {}
    name = ""
    for line in lines:
        head = re.fullmatch(r"  (\w): w = (\w), g = (-?)df/d(\w)", line)
        if head:
            name = head[1]
            assert head.groups() == (name, name, "-" if ascent else "", name)
            continue
        own, formula, numbers, value = line.strip().split(" = ")
        assert float(computed(numbers)) == pytest.approx(float(value), rel=2e-4, abs=1e-7)
        new[name if own == "w_new" else own] = float(value)
        if rule == "gd":
            assert formula.endswith(f"{'+' if ascent else '-'} 0.05*df/d{own}")
        else:
            assert f"{own} = {formula}" in UPDATE_RULES[rule].formula
    assert {key: new[key] for key in ("x", "y")} == pytest.approx(taken[step]["parameters"], rel=1e-5)
    assert len(lines) == 2 * (1 if rule == "gd" else 1 + UPDATE_RULES[rule].formula.count("\n") + 1)


@pytest.mark.parametrize(("rate", "shown"), [("1/3", "(1/3)"), ("0.5", "0.5"), ("1e-3", "1e-3"), ("2*0.1", "(2*0.1)")])
def test_fractions_of_a_step_are_exact(rate: str, shown: str) -> None:
    _, *lines = steps_of("x**2*y", "x=-3", "y=1/2", "--rate", rate, "--steps-of", "2", "--exact")
    for line in lines:
        own, formula, numbers, value = line.strip().split(" = ")
        assert computed(numbers.replace("1e-3", "0.001")) == Fraction(value)
        assert formula.endswith(f" - {shown}*df/d{own}")


@pytest.mark.parametrize("width", [40, 60])
def test_a_narrow_step_says_the_same(width: int) -> None:
    words = ["x**2*y", "x=-3", "y=1/2", "--rule", "adam", "--steps-of", "3"]
    wide, narrow = steps_of(*words), steps_of(*words, width=width)
    assert " ".join(wide).split() == " ".join(narrow).split()
    assert all(cells(line) <= width for line in narrow)


@pytest.mark.parametrize("words", [["--step", "0.1"], ["--step", "1/10", "--ascent"]])
def test_one_step_beside_the_gradient(words: list[str]) -> None:
    """The table has the formula and the new value; the steps have the number of the derivative as well."""
    point = ["x**2*y", "x=-3", "y=1/2"]
    (line,) = [line for line in said(*point, *words) if line.startswith("step: ")]
    short = {part.split(" = ")[0]: part.split(" = ")[1:] for part in line.removeprefix("step: ").split(", ")}
    lines = said(*point, *words, "--steps")
    for name, slope in (("x", -3), ("y", 9)):
        old = -3 if name == "x" else 0.5
        new = old + (0.1 if "--ascent" in words else -0.1) * slope
        (whole,) = [line.split(" = ") for line in lines if line.startswith(f"  {name} = ") and "*df" in line]
        assert float(short[name][-1]) == float(whole[-1]) == pytest.approx(new)
        assert short[name][0] == whole[1]
        assert len(short[name]) == 2
        assert float(computed(whole[2])) == pytest.approx(new)


def test_numbers_as_factors() -> None:
    """An exponent is a part of a numeral, with either sign."""
    numbers = ("2", "2.5", "1e-05", "1e+05", "none", "inf", "-2", "-1e-05", "1/2", Uncertain("2", "1"))
    assert [in_product(text) for text in numbers] == [
        "2", "2.5", "1e-05", "1e+05", "none", "inf", "(-2)", "(-1e-05)", "(1/2)", "(2 ± 1)"]  # fmt: skip


@pytest.mark.parametrize(("rate", "shown"), [
    ("0.1", "0.1"), (" .5 ", ".5"), ("1e-3", "1e-3"), ("1e+3", "1e+3"), ("+0.1", "0.1"), ("(0.1)", "0.1"), ("pi", "pi"),
    ("exp(-1)", "exp(-1)"), ("-0.1", "(-0.1)"), ("1/3", "(1/3)"), ("2*0.1", "(2*0.1)"), ("1+1", "(1 + 1)"),
])  # fmt: skip
def test_a_rate_is_written_as_a_factor(rate: str, shown: str) -> None:
    """What the writer of formulas makes of it: an operator between its parts needs parentheses, and so does a sign."""
    assert rate_text(update_of("gd", rate)) == shown


@pytest.mark.parametrize("rule", [rule for rule in UPDATE_RULES if rule != "gd"])
def test_numbers_stand_where_the_names_of_a_rule_are(rule: str) -> None:
    """Names and numbers taken away, a formula and its numbers are one text."""
    number = r"\d+(?:\.\d+)?(?:e[+-]\d+)?"
    for line in steps_of("x**2*1e9*y", "x=-3", "y=1/2", "--rule", rule, "--rate", "0.05", "--steps-of", "2")[1:]:
        if not line.startswith("  ") or ", g = " in line:
            continue
        _, formula, numbers, _ = line.strip().split(" = ")
        bare = re.sub(rf"(?<!sqrt)\(-{number}\)|{number}", "#", numbers)
        assert bare == re.sub(r"\b(?!sqrt)\w+", "#", formula), line


@pytest.mark.parametrize("name", UPDATE_RULES)
def test_the_rule_book_has_what_a_rule_starts_from(name: str) -> None:
    rule = UPDATE_RULES[name]
    lines = entry(rule).splitlines()
    assert lines[0] == f"{name}    {rule.summary}"
    assert [line.strip() for line in lines[1 : 1 + rule.formula.count("\n") + 1]] == rule.formula.split("\n")
    usually = [line for line in lines if line.startswith("  usually: ")]
    known = [*([f"rate {rule.rate}"] if rule.rate else []), *(f"{k} {v.default}" for k, v in rule.parameters.items())]
    assert usually == ([f"  usually: {', '.join(known)}"] if known else [])
    start = {0: [], 1: [f"  {rule.state[0]} starts at 0"] if rule.state else [], 2: ["  m and v start at 0"]}
    assert [line for line in lines[1:] if line.endswith(" at 0")] == start[len(rule.state)]
    source = " ".join(" ".join(lines[next(k for k, line in enumerate(lines) if "source:" in line) :]).split())
    assert source == f"source: {rule.source}"
    assert all(len(line) <= 78 for line in lines[1 + rule.formula.count("\n") :])
