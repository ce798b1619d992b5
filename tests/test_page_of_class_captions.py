"""The page of a class: no caption repeats the heading above it, and what is left out is told only where it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.reports.grades.html import _in_all

MOST_ROWS = 400

HOMEWORK = '[[problem]]\nid = "p1"\nprogram = "q = x + y; f = q*z"\nat = { x = -2, y = 5, z = -4 }\n'
HEADING = re.compile(r"<h2>(.*?)</h2>\n<div[^>]*aria-label=\"(.*?)\">\n<table>\n<caption>(.*?)</caption>")


def page(claims: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    (tmp_path / "hw.toml").write_text(HOMEWORK, encoding="utf-8")
    lines = [f"s{k},p1,df/dx,{claim}\n" for k, claim in enumerate(claims)]
    (tmp_path / "in.csv").write_text("student,problem,item,claim\n" + "".join(lines), encoding="utf-8")
    assert run(["grade", str(tmp_path / "hw.toml"), str(tmp_path / "in.csv"), "--to", "html"]) in (0, 1)
    return capsys.readouterr().out


def test_no_caption_is_the_heading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page(["1,234", "0.1 or 0.2", "-4 m", "-4", "7", "7"], tmp_path, capsys)
    found = HEADING.findall(text)
    assert "Claims that could not be read" in [heading for heading, _, _ in found]
    assert "Read kindly" in [heading for heading, _, _ in found]
    for heading, label, caption in found:
        assert caption
        assert caption == label
        assert caption != heading


def test_other_lists_are_named_where_something_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = page(["1,234", "1,234"], tmp_path, capsys)
    assert "<caption>2 claims in all.</caption>" in few
    assert "lists every one" not in few
    many = page(["1,234"] * (MOST_ROWS + 1), tmp_path, capsys)
    assert f"<caption>{MOST_ROWS + 1:,} claims in all; the first {MOST_ROWS:,} are listed, and gradcli grade" in many


@pytest.mark.parametrize(("count", "listed", "told"), [
    (1, 1, "1 claim in all."), (3, 3, "3 claims in all."),
    (3, 2, "3 claims in all; the first 2 are listed, and gradcli grade --to json lists every one."),
])  # fmt: skip
def test_how_many_in_all(count: int, listed: int, told: str) -> None:
    assert _in_all(count, "claim", listed) == told
