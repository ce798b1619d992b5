"""A column of a table whose name is that of a function or a constant."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.commands import run


@pytest.mark.parametrize(
    ("program", "header", "status", "said"),
    [
        ("s(u) = u^2; f = s*x", "x,s,u", 2, "s is a function"),  # parentheses are forgotten, whatever columns there are
        ("s(u) = u^2; f = s(x)*x", "x,s,u", 0, "1.0,3.0"),
        ("f = s*x", "x,s,u", 0, "2.0,1.0,2.0"),
        ("f = sin*x", "x,sin,u", 0, "2.0,1.0,2.0"),
        ("f = sin*x", "x,s,u", 2, "sin is a function"),
        ("f = pi*x", "x,pi,u", 0, "2.0,1.0,2.0"),
    ],
)
def test_forgotten_parentheses_are_no_column(
    program: str, header: str, status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"{header}\n1,2,3\n")
    assert run(["rows", program, str(table)]) == status
    out, err = capsys.readouterr()
    assert said in (err if status else out)
    assert ("is the column, not the constant" in err) is ("pi" in program)


@pytest.mark.parametrize(("bound", "allowed"), [(["s"], True), ([], False)])
def test_a_number_given_by_the_user_for_the_name_of_a_function_counts(bound: list[str], allowed: bool) -> None:
    point = ["s=2"] if bound else []
    assert run(["s(u) = u^2; f = s*x", "x=1", *point, "--value"]) == (0 if allowed else 2)
