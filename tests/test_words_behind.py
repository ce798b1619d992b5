"""Values and claims that were typed with blanks, commas or colons, and other words that are nearly right."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.commands import run
from gradcli.commands.error_text import draw
from gradcli.errors import InputError, MathError, Source
from gradcli.record.retyping import meant, nearly_quotient, retyped
from gradcli.record.values import check_value
from gradcli.text import cells, counted, hanging

from .test_cli import call, in_terminal, plain

PROGRAM = "(x+y)*z"
POINT = "x=-2 y=5 z=-4"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what standard error says of words that are refused."""
    assert run([*words]) == 2
    return capsys.readouterr().err


def hint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    return told(capsys, *words).partition("hint: ")[2].strip()


@pytest.mark.parametrize("typed", [
    "df/dx -4", "df/dx = -4", "df/dx= -4", "df/dx =-4", "df/dx: -4", "df/dx := -4", "df/dx:=-4", "df/dx = - 4",
    "df/dx = -4,", "d f/d x = -4", "df / dx = -4", "df/dx == -4",
])  # fmt: skip
def test_a_claim_with_blanks_is_mended(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    words = ["check", PROGRAM, *POINT.split(), *typed.split()]
    assert hint(capsys, *words) == f'write gradcli check "{PROGRAM}" {POINT} df/dx=-4'


@pytest.mark.parametrize("typed", [
    "x = -2 y=5 z = -4 df/dx -4 df/dz = 3", "x -2 y 5 z -4 df/dx -4 df/dz 3", "x=-2, y=5, z=-4, df/dx=-4, df/dz=3",
    "x=-2,y=5,z=-4 df/dx=-4; df/dz=3", "'x=-2, y=5, z=-4' df/dx: -4 df/dz=3", "'x=-2 y=5 z=-4' df/dx=-4 df/dz=3",
])  # fmt: skip
def test_every_word_of_a_check_is_mended_at_once(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert hint(capsys, "check", PROGRAM, *shlex.split(typed)) == (
        f'write gradcli check "{PROGRAM}" {POINT} df/dx=-4 df/dz=3'
    )


@pytest.mark.parametrize("typed", [
    "x = 2 y = 3", "x= 2 y =3", "x 2 y 3", "x: 2 y: 3", "x:2 y:3", "x:=2 y:=3", "x := 2 y=3", "x=2, y=3", "x=2,y=3",
    "'x=2, y=3'", "'x=2; y=3'", "'x=2 y=3'", "'x = 2, y = 3'", "x==2 y=3", "x=2 y = 3,",
])  # fmt: skip
def test_the_values_of_a_program_are_mended_at_once(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert hint(capsys, "x*y", *shlex.split(typed)) == 'write gradcli "x*y" x=2 y=3'
    assert hint(capsys, "sheet", "x*y", *shlex.split(typed)) == 'write gradcli sheet "x*y" x=2 y=3'


def test_options_between_the_words_stay(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("x*y", "x", "=", "2", "--ieee", "y", "3")
    assert hint(capsys, *words) == 'write gradcli "x*y" x=2 y=3 --ieee'


def test_where_the_command_is_too_long_all_words_that_are_wrong_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    program = " + ".join(["x*y"] * 30)
    assert hint(capsys, program, "x", "2", "y", "=", "3") == "write x=2 y=3"


def test_values_that_are_expressions_stay_as_they_are() -> None:
    words = ["x=1 + 2", "y", "=", "pi/4", "df/dx=max(x, y)", "local(f,x)=2"]
    assert [entry.text for entry in meant(words, claims=True) or []] == [
        "x=1 + 2", "y=pi/4", "df/dx=max(x, y)", "local(f,x)=2"
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["x", "y"], ["+", "y", "x=1"], ["x=", "y=3"], ["x", "=", "2", "=", "3"], ["=2"],
                                   ["x", "y", "=", "2"], ["x=1", "x", "2"], ["3", "x=1"], ["x"]])  # fmt: skip
def test_words_that_may_mean_anything_are_not_mended(words: list[str]) -> None:
    assert retyped(words) is None


def test_good_words_are_not_mended(capsys: pytest.CaptureFixture[str]) -> None:
    assert retyped(["x=1", "z=1 + 2", "w=max(1, 2)"]) is None
    assert run(["--value", "x*y", "x = 2", "y=1 + 2"]) == 0
    assert capsys.readouterr().out == "6.0\n"


@pytest.mark.parametrize(("words", "command"), [
    ("diff x*y x y = 2", 'diff "x*y" x y=2'), ("diff x*y x x = 1 y= 2", 'diff "x*y" x x=1 y=2'),
    ("diff x*y x, y", 'diff "x*y" x y'), ("diff x*y x,y", 'diff "x*y" x y'),
    ("diff x*y x x=1, y=2", 'diff "x*y" x x=1 y=2'),
    ("rows x*y data.csv x = 2", 'rows "x*y" data.csv x=2'), ("rows x*y x= 2 data.csv", 'rows "x*y" x=2 data.csv'),
    ("plot x*y y = 2", 'plot "x*y" y=2'), ("plot x*y x=0..1 y 2", 'plot "x*y" x=0..1 y=2'),
])  # fmt: skip
def test_other_words_stay_among_values(capsys: pytest.CaptureFixture[str], words: str, command: str) -> None:
    assert hint(capsys, *words.split()) == f"write gradcli {command}"


# ---- items


@pytest.mark.parametrize("item", ["dfdx", "df_dx", "dF/dX", "DF/DX", "df\\dx", "d_f/d_x", "df|dx", "dFdX", "df:dx"])
def test_an_item_that_is_nearly_a_derivative(capsys: pytest.CaptureFixture[str], item: str) -> None:
    run(["check", "f=x*y", "x=2", "y=3", f"{item}=3"])
    found = capsys.readouterr()
    assert "did you mean df/dx?" in found.out + found.err


@pytest.mark.parametrize("item", ["d f/d x", "df / dx", " df/dx "])
def test_blanks_in_an_item_do_not_matter(capsys: pytest.CaptureFixture[str], item: str) -> None:
    assert run(["check", "f=x*y", "x=2", "y=3", f"{item}=3"]) == 0


@pytest.mark.parametrize(("text", "hint"), [
    ("dfdx", "did you mean df/dx?"), ("dfdq", None), ("dx", None), ("f", None), ("dd_x", None),
    ("dddx", "did you mean dd/dx?"), ("dw_1/dx", "did you mean dw_1/dx?"),
])  # fmt: skip
def test_what_is_nearly_a_quotient(text: str, hint: str | None) -> None:
    assert nearly_quotient(text, ["f", "x", "d", "w_1"]) == hint


# ---- names, powers, folders, homework files


DECOMPOSED, COMPOSED = "e\u0301", "\u00e9"


@pytest.mark.parametrize("words", [
    ["--value", "--wrt", DECOMPOSED], ["--wrt", DECOMPOSED], [f"--wrt={DECOMPOSED}"], ["--grad", DECOMPOSED],
    [f"--grad=x,{DECOMPOSED}"], ["--of", "q" + DECOMPOSED], ["--nodes", "named", "--of", f"q{DECOMPOSED}"],
])  # fmt: skip
def test_names_of_options_are_composed(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    program = [f"q{COMPOSED} = x*{COMPOSED}; f = q{COMPOSED} + x", "x=2", f"{COMPOSED}=3"]
    assert run([*program, *words]) == 0
    typed = capsys.readouterr()
    assert run([*program, *(word.replace(DECOMPOSED, COMPOSED) for word in words)]) == 0
    assert capsys.readouterr() == typed


def test_names_of_other_commands_are_composed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    program = f"f = x*{COMPOSED}"
    assert run(["diff", program, DECOMPOSED]) == 0
    assert f"df_d{COMPOSED} = x" in capsys.readouterr().out
    assert run(["check", program, "x=2", f"{COMPOSED}=3", f"df/d{DECOMPOSED}=2", "--fixed", DECOMPOSED]) == 0
    capsys.readouterr()
    (tmp_path / "r.csv").write_text(f"x,{COMPOSED}\n2,3\n", encoding="utf-8")
    assert run(["rows", program, str(tmp_path / "r.csv"), "--wrt", DECOMPOSED, "--of", "f"]) == 0
    assert f"df/d{COMPOSED}" in capsys.readouterr().out
    (tmp_path / "r.csv").write_text("x,H\n2,3\n", encoding="utf-8")
    assert run(["rows", program, str(tmp_path / "r.csv"), "--column", f"{DECOMPOSED}=H"]) == 0
    assert f"df/d{COMPOSED}" in capsys.readouterr().out


def test_names_from_python_are_composed() -> None:
    found = differentiate(f"q = x*{COMPOSED}; f = q + 1", {"x": 2, COMPOSED: 3}, wrt=[DECOMPOSED])
    assert found.gradient == {COMPOSED: 2}


@pytest.mark.parametrize(("program", "point", "why"), [
    ("x**-0.5", {"x": 0}, "0 has no power with a negative exponent"),
    ("0**-1", {}, "0 has no power with a negative exponent"),
    ("x**y", {"x": 0, "y": -3}, "0 has no power with a negative exponent"),
    ("x**y", {"x": -2, "y": 0.5}, "a negative base takes whole exponents only"),
    ("(x-3)**(1/3)", {"x": 1}, "a negative base takes whole exponents only"),
])  # fmt: skip
@pytest.mark.parametrize("mode", [{}, {"exact": True}, {"digits": 20}, {"ieee": True}])
def test_a_power_without_a_value(program: str, point: dict[str, float], why: str, mode: dict[str, Any]) -> None:
    with pytest.raises(MathError, match=f"{why}$"):
        differentiate(program, point, **mode)


def test_a_folder_that_is_missing_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for path, why in [("no/c.svg", "there is no folder no"), ("no/way/c.svg", "there is no folder no/way"),
                      ("file/c.svg", "file is a file, not a folder"), ("file/a/c.svg", "is a f")]:  # fmt: skip
        assert run(["x*y", "x=1", "y=2", "-o", path]) == 5
        assert why in capsys.readouterr().err
    assert run(["x*y", "x=1", "y=2", "--frames", "file"]) == 5
    assert capsys.readouterr().err == "gradcli: file: file is a file, not a folder\n"
    assert run(["--file", "no/f.txt"]) == 5
    assert "there is no folder no" in capsys.readouterr().err
    assert run(["--file", "f.txt"]) == 5
    assert "no such file" in capsys.readouterr().err


HOMEWORK = '[[problem]]\nprogram = "x*y"\nat = { x = 1, y = 2 }\n'


@pytest.mark.parametrize(("words", "command"), [
    (["h.toml"], "gradcli sheet --homework h.toml"), (["--file", "h.toml"], "gradcli sheet --homework h.toml"),
    (["h.toml", "x=2"], "gradcli sheet --homework h.toml"), (["plot", "h.toml"], "gradcli sheet --homework h.toml"),
    (["sheet", "h.toml", "--key"], "gradcli sheet --homework h.toml --key"),
    (["sheet", "--file", "h.toml", "--key"], "gradcli sheet --homework h.toml --key"),
    (["sheet", "h.toml", "x=3"], "gradcli sheet --homework h.toml"),
    (["check", "h.toml"], "gradcli grade h.toml submissions.csv"),
    (["check", "h.toml", "--claims", "s.csv"], "gradcli grade h.toml s.csv"),
    (["grade", "s.csv", "h.toml"], "gradcli grade h.toml s.csv"),
    (["grade", "h.toml"], "gradcli grade h.toml submissions.csv"),
])  # fmt: skip
def test_a_homework_file_in_place_of_a_program(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "h.toml").write_text(HOMEWORK, encoding="utf-8")
    assert hint(capsys, *words).endswith(f" {command}")
    (tmp_path / "submissions.csv").write_text("student,problem,item,claim\nann,p1,x,1\n", encoding="utf-8")
    (tmp_path / "s.csv").write_text("student,problem,item,claim\nann,p1,x,1\n", encoding="utf-8")
    assert run(shlex.split(command)[1:]) in (0, 1), "what the hint offers is done"


@pytest.mark.parametrize(("words", "command"), [
    (["sheet", "x", "--roster", "r.csv"], "gradcli sheet x --roster r.csv --out sheets"),
    (["sheet", "x", "--out", "d"], "gradcli sheet x --roster roster.csv --out d"),
    (["grade", "h", "s", "--to", "canvas"], "gradcli grade h s --to canvas --gradebook export.csv"),
    (["grade", "h", "s", "--gradebook", "g.csv"], "gradcli grade h s --to canvas --gradebook g.csv"),
])  # fmt: skip
def test_options_that_go_together_are_shown_together(
    capsys: pytest.CaptureFixture[str], words: list[str], command: str
) -> None:
    assert hint(capsys, *words) == f"write {command}"


def test_one_thing_is_no_plural(capsys: pytest.CaptureFixture[str]) -> None:
    assert [counted(count, "group") for count in (0, 1, 2, 1000)] == ["0 groups", "1 group", "2 groups", "1,000 groups"]
    for program in ("x*y", "x+y", "x*x", "2*x", "x**2*y"):
        run(["sheet", program, "x=2", *(["y=1"] if "y" in program else []), "--lint"])
        assert not re.search(r"\b1 [a-z]+s\b", capsys.readouterr().out)
    run(["check", "f=2*x", "x=2", "local(f,x,2)=2"])
    assert "f uses x 1 time" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "meant"), [
    ("x=3±5%", "x=3±0.15"), ("x=-2e0+-10 %", "x=-2e0±0.2"), ("x=3(1)", "x=3±1"), ("x=2.50(5)", "x=2.50±0.05"),
    ("x=12.3(10)", "x=12.3±1.0"), ("x=1.2(3)e5", "x=1.2e5±0.3e5"), ("x=3±-0.1", "x=3±0.1"), ("x=3+/-0.1", "x=3±0.1"),
    ("x=3±0.1±1", "x=3±0.1"), ("x=pi±−1", "x=pi±1"),
])  # fmt: skip
def test_an_uncertainty_that_is_written_as_elsewhere(
    capsys: pytest.CaptureFixture[str], typed: str, meant: str
) -> None:
    assert hint(capsys, "x**2", typed).endswith(meant)
    name, _, value = meant.partition("=")
    assert differentiate("x**2", {name: value}).value is not None  # what is offered is taken


@pytest.mark.parametrize(("typed", "message"), [
    ("x=3±", "the uncertainty is missing"), ("x=±3", "the value is missing"),
    ("x=3±(1-2)", "an uncertainty is not negative"),
    ("x=pi±5%", "an uncertainty is no percentage"), ("x=(1, 2)", "this is a list"),
    ("x={1}", "unexpected character {"),
])  # fmt: skip
def test_a_value_of_which_something_is_missing(capsys: pytest.CaptureFixture[str], typed: str, message: str) -> None:
    assert message in told(capsys, "x**2", typed)


def test_a_list_is_told_to_be_several_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert hint(capsys, "x*2", "x={1, 2.5}") == "give each number a name of its own: x1=1 x2=2.5; a vector is [1, 2.5]"
    for values, wanted in (("[1, 2.5]", "give each number a name of its own: x1=1 x2=2.5"), ("[3]", "write x=3")):
        with pytest.raises(InputError, match="this is a list") as caught:
            check_value(Source("x", values))
        assert caught.value.hint == wanted


@pytest.mark.parametrize("typed", ["x=3 ± 0.1", "x=3± 0.1", "x=3 ±0.1", "x = 3 +/- 0.1", "x 3 ± 0.1"])
def test_an_uncertainty_with_blanks_is_mended(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert hint(capsys, "x**2", *typed.split()) == 'write gradcli "x**2" "x=3±0.1"'


@pytest.mark.parametrize(("typed", "meant"), [
    ("-2 5 -4", POINT), ("-2 y=5 -4", POINT), ("-2 1/2", "x=-2 y=1/2"), ("y=1 2 pi", "y=1 x=2 z=pi"),
])  # fmt: skip
def test_values_without_names_are_given_them(capsys: pytest.CaptureFixture[str], typed: str, meant: str) -> None:
    assert hint(capsys, PROGRAM, *typed.split()) == f'write gradcli "{PROGRAM}" {meant}'


def test_more_values_than_inputs_have_no_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert "NAME=VALUE" in hint(capsys, "x*y", "1", "2", "3")


def test_a_file_and_a_word_are_two_programs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "real.txt"
    path.write_text("x*y\n", encoding="utf-8")
    assert "there are two programs" in told(capsys, "--file", str(path), "x+y", "x=1", "y=2")
    assert "there are two programs" in told(capsys, "plot", "--file", str(path), "x+y", "x=1:2", "y=2")
    assert hint(capsys, "--file", str(path), "2", "3") == f"write gradcli --file {path} x=2 y=3"


def test_subscripts_of_names_are_written_as_digits(capsys: pytest.CaptureFixture[str]) -> None:
    assert hint(capsys, "x₁*w₁", "x₁=1", "w₁=2") == 'write gradcli "x1*w1" x1=1 w1=2'
    assert hint(capsys, "x1*2", "x₁=1") == 'write gradcli "x1*2" x1=1'


def test_a_value_that_the_program_cannot_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert hint(capsys, "x*y", "x=1", "y=2", "w=1") == "leave it out; the inputs are x, y"
    assert hint(capsys, "x*y", "x=1", "y=2", "x=3") == "leave out x=1 or x=3"
    assert "π is a constant" in hint(capsys, "π*x", "π=3", "x=1")


@pytest.mark.parametrize(("value", "message"), [
    ("1/0", "this is a division by zero"), ("1/(2-2)", "this is a division by zero"),
    ("log(0)", "log needs more than 0"),
])  # fmt: skip
def test_why_a_value_has_no_number(capsys: pytest.CaptureFixture[str], value: str, message: str) -> None:
    assert run(["x*2", f"x={value}"]) == 3
    assert message in capsys.readouterr().err


def test_the_name_of_a_file_that_is_missing_is_told_as_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["prog.txt", "x=1"], ["net/prog.toml"]):
        assert run(words) == 5
        assert f"{words[0]}: no such file" in capsys.readouterr().err
    Path("prog.txt").write_text("x", encoding="utf-8")
    assert run(["porg.txt", "x=1"]) == 5
    assert "did you mean prog.txt?" in capsys.readouterr().err
    assert hint(capsys, "prog.txt", "x=1") == "write gradcli --file prog.txt x=1"


@pytest.mark.parametrize(("typed", "meant"), [
    ("--circuit", "--to circuit"), ("--svg", "--to svg"), ("--markdown", "--to markdown"), ("--md", "--to markdown"),
    ("--json5", "--json"), ("--dark", "--theme dark"), ("--named", "--nodes named"), ("--circut", "--to circuit"),
    ("--to svgg", "--to svg"), ("--to=svgg", "--to svg"), ("--to md", "--to markdown"), ("--to SVG", "--to svg"),
    ("--theme drak", "--theme dark"), ("--nodes name", "--nodes named"), ("--color alwyas", "--color always"),
])  # fmt: skip
def test_an_option_or_a_choice_that_is_nearly_one(capsys: pytest.CaptureFixture[str], typed: str, meant: str) -> None:
    assert f"did you mean {meant}?" in told(capsys, "x*y", "x=1", "y=2", *typed.split())


@pytest.mark.parametrize(("typed", "meant"), [
    ("--grad dy/dx", "write --grad x, for df/dx"), ("--grad df/dq", "write --grad q, for df/dq"),
    ("--grad ∂q/∂x", "write --of q --grad x, for dq/dx"), ("--wrt df/dx", "write --wrt x, for df/dx"),
    ("--of df/dx", "write --grad x, for df/dx"),
])  # fmt: skip
def test_a_derivative_in_place_of_a_name(capsys: pytest.CaptureFixture[str], typed: str, meant: str) -> None:
    assert hint(capsys, "q = x+y; f = q*z", *POINT.split(), *typed.split()) == meant


@pytest.mark.parametrize(
    "typed", ["x=1,3", "x=1..3", "x=1...3", "x=[1,3]", "x=[1, 3)", "x=1 to 3", "x=1:3:0.1", "x=1:0.1:3"]
)
def test_a_range_that_is_written_as_elsewhere(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert hint(capsys, "plot", "x*y", typed, "y=1") == "write x=1:3"


def test_a_program_that_ends_with_an_operator_has_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert hint(capsys, "x*", "x=1") == "write what stands behind *, or leave it out"


LONG = InputError("a message of some length that says what is wrong here", source=Source("program", "x + " * 50 + "?"),
                  span=(200, 201), hint='write gradcli "a_program_of_one_long_word" x=1 y=2 z=3')  # fmt: skip


@pytest.mark.parametrize("width", [20, 40, 79, 200])
@pytest.mark.parametrize("color", [False, True])
def test_messages_are_wrapped_at_words(width: int, color: bool) -> None:
    lines = plain(draw(LONG, color=color, width=width)).splitlines()
    longest = max(map(cells, plain(draw(LONG)).split()))
    assert all(cells(line) <= max(width, longest + 2) for line in lines)
    assert " ".join(" ".join(lines).split()).count("x=1 y=2 z=3") == 1
    caret = next(k for k, line in enumerate(lines) if line.strip() == "^")
    assert lines[caret - 1][lines[caret].index("^")] == "?"
    if width == 200:
        assert lines == draw(LONG).splitlines()


def test_only_what_is_read_in_a_terminal_is_wrapped() -> None:
    words = ("(x+y)*z", "x=-2", "y=5", "z=-4", "w=1", "--theme", "drak")
    text, status = in_terminal(40, *words)
    assert status == 2
    assert len(text.splitlines()) > 2
    assert max(map(cells, plain(text).splitlines())) <= 40
    assert "did you mean --theme dark?" in plain(text)
    assert len(call(*words).stderr.splitlines()) == 2
    assert hanging("one two three", 8) == "one two\n  three"
    assert hanging("one two three", None) == "one two three"
