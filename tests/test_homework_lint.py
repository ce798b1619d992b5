"""Lint for a sheet: numbers that hide or confuse mistakes are reported, and the suggested ones do better."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.homework.claims.items import UPSTREAM, worksheet
from gradcli.homework.diagnosis.lint import Lint, lint
from gradcli.record.calls import differentiate
from gradcli.reports.lint import render

from .problems import PROBLEMS


def told(found: Lint) -> set[str]:
    return {finding.message for finding in found.hidden}


def test_a_square_of_one_hides_the_power_rule() -> None:
    """At x = 1 a power kept looks like the power lowered; at x = 2 a forgotten exponent would, were it 2 too."""
    found = lint(differentiate("f = x**2*y", {"x": 1.0, "y": 3.0}))
    assert "the power kept as it was at local(v1,x) (v1 = x**2)" in told(found)
    assert "x is 1" in found.special
    assert found.better is not None
    assert found.better["x"] not in (0, 1, -1)
    assert found.hidden_there + found.alike_there < len(found.hidden) + len(found.alike)


def test_what_looks_alike() -> None:
    """The value of x is half of df/dx here: two mistakes give the same number."""
    found = lint(differentiate(*PROBLEMS["first"]))
    groups = [{finding.mistake for finding in group} for group in found.alike]
    assert {"factor-two", "value-for-gradient"} in groups
    assert all(len(group) > 1 for group in found.alike)


def test_the_suggestion_is_what_it_says() -> None:
    """Lint at the suggested point finds as little as was promised, apart from what other generic points bring up."""
    record = differentiate("z = w*x + b; f = sigmoid(z)**2", {"w": 1.0, "x": 2.0, "b": -2.0})
    found = lint(record)
    assert "z is 0" in found.special
    assert len(found.hidden) + len(found.alike) > 4
    assert found.better is not None
    again = lint(differentiate(record.program, found.better))
    assert len(again.hidden) + len(again.alike) < (len(found.hidden) + len(found.alike)) / 2
    assert not again.special


def test_good_numbers_need_no_better_ones() -> None:
    found = lint(differentiate(*PROBLEMS["fork"]))
    assert found.hidden == []
    assert found.alike == []
    assert found.better is None
    assert found.made > 100


def test_only_what_is_asked_counts() -> None:
    """A sheet that asks for the gradients of the variables alone shows less."""
    record = differentiate(*PROBLEMS["gates"])
    few = [item for item in worksheet(record) if item.kind == UPSTREAM and not record.graph.nodes[item.node].arguments]
    assert lint(record, few).made < lint(record).made


def test_some_inputs_can_be_kept() -> None:
    """A label stays 0 or 1."""
    found = lint(differentiate(*PROBLEMS["entropy"]), kept=["t"])
    assert found.better is None or found.better["t"] == 1.0
    free = lint(differentiate(*PROBLEMS["entropy"]))
    assert free.better is not None
    assert free.better["t"] != 1.0


@pytest.mark.parametrize("name", ["neuron", "gates", "powers", "gated"])
def test_the_answer_depends_on_nothing_else(name: str) -> None:
    record = differentiate(*PROBLEMS[name])
    assert lint(record) == lint(record)


def test_a_kink_is_special_and_avoided() -> None:
    found = lint(differentiate("m = max(x, y); f = m*x", {"x": 2.0, "y": 2.0}))
    assert any("kink" in text for text in found.special)
    assert found.better is not None
    assert found.better["x"] != found.better["y"]


def test_lint_looks_at_what_students_get(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a roster the worst of the class is told; its findings are those that the student's own numbers have."""
    monkeypatch.chdir(tmp_path)
    Path("hw.toml").write_text('[[problem]]\nprogram = "q = x + y; f = q*z"\nvary = 2026\n', encoding="utf-8")
    Path("class.csv").write_text("student\n" + "".join(f"s{k}\n" for k in range(1, 31)), encoding="utf-8")
    words = ["sheet", "--homework", "hw.toml", "--lint"]

    def said(*more: str) -> list[str]:
        assert run([*words, *more]) == 0
        return capsys.readouterr().out.splitlines()

    example = said()
    assert example[0].startswith("p1: for example, of ")
    assert "--roster FILE" in example[1]
    worst, clean, *findings = said("--roster", "class.csv")
    found = re.match(r"p1: at worst, for (s\d+), of (\d+) mistakes 0 would not show, (\d+) groups look alike", worst)
    assert found is not None
    assert re.fullmatch(r"  for \d+ of 30 students every mistake shows, and none look alike", clean)
    own = said("--student", found[1])
    assert own[0] == f"p1: of {found[2]} mistakes 0 would not show, {found[3]} groups look alike"
    assert [line for line in own[1:] if "better" not in line] == findings
    assert run([*words, "--roster", "class.csv", "--out", "sheets"]) == 2
    assert "--lint writes no sheets" in capsys.readouterr().err


@pytest.mark.parametrize(("program", "point"), [
    ("f = x*y + y*z", {"x": 2.0, "y": 2.0, "z": 2.0}), ("f = (x + y)*z", {"x": 1.0, "y": 1.0, "z": 1.0}),
    ("f = x**2*y", {"x": 1.0, "y": 3.0}), PROBLEMS["first"],
])  # fmt: skip
def test_whole_numbers_are_offered_for_whole_numbers(program: str, point: dict[str, float]) -> None:
    found = lint(differentiate(program, point))
    assert found.better is not None
    assert found.hidden_there + found.alike_there == 0
    assert all(x == round(x) for x in found.better.values())


def test_past_its_time_the_answer_so_far_is_given() -> None:
    """Without any time one step is looked at, and no other numbers are tried; with time nothing is said of it."""
    record = differentiate("f = x**2*y", {"x": 1.0, "y": 3.0})
    found, whole = lint(record, seconds=0.0), lint(record)
    assert (found.looked, found.tried, found.better) == (1, 0 if found.cost else None, None)
    assert 1 < found.places == whole.places == whole.looked
    assert whole.tried is None
    assert found.made < whole.made
    assert "so far: the first 1 of" in render("p1", found)
    assert "so far" not in render("p1", whole)
    assert "so far: 3 other points tried" in render("p1", whole._replace(tried=3))
