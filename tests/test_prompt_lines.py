"""What the lines typed at the prompt are understood as, and what the session answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcli.commands.prompt import answer, answers
from gradcli.commands.prompt.keyboard import candidates
from gradcli.commands.prompt.lines import WORDS, PromptCommand, Said, claims, is_open, understood
from gradcli.commands.prompt.session import Session
from gradcli.commands.tree import root


@pytest.mark.parametrize(("line", "meant"), [
    ("x=3", Said(None, {"x": "3"})),
    ("x = 3, y=pi/4", Said(None, {"x": "3", "y": "pi/4"})),
    ("x=atan2(1, 2) y=-3", Said(None, {"x": "atan2(1, 2)", "y": "-3"})),
    ("at x=3", Said(None, {"x": "3"})),
    ("x=2.50±0.005", Said(None, {"x": "2.50±0.005"})),
    ("(x+y)*z", Said("(x+y)*z", {})),
    ("(x+y)*z at x=-2 y=5", Said("(x+y)*z", {"x": "-2", "y": "5"})),
    ("(x+y)*z x=-2, y=5", Said("(x+y)*z", {"x": "-2", "y": "5"})),
    ("x^2, x=3", Said("x^2", {"x": "3"})),
    ("x², x=3", Said("x²", {"x": "3"})),
    ("q = x + y", Said("q = x + y", {})),
    ("q = x + y x=1 y=2", Said("q = x + y", {"x": "1", "y": "2"})),
    ("q=x+y; f=q*z at z=1", Said("q=x+y; f=q*z", {"z": "1"})),
    ("x=3; x^2", Said("x=3; x^2", {})),
    ("f(x) = x^2", Said("f(x) = x^2", {})),
    ("where(x == 1, 2, 3) x=1", Said("where(x == 1, 2, 3)", {"x": "1"})),
    ("where(x <= 1, 2, x)", Said("where(x <= 1, 2, x)", {})),
    ("x*y with x=1, y=2", Said("x*y", {"x": "1", "y": "2"})),
    ("x^2 where x = 3", Said("x^2", {"x": "3"})),
    ("x^2 | x=3", Said("x^2", {"x": "3"})),
    ("2*with x=3", Said("2*with", {"x": "3"})),
    ("cat x=1", Said("cat", {"x": "1"})),
    ("flat", Said("flat", {})),
    ("table", PromptCommand("table", "")),
    (" steps ", PromptCommand("steps", "")),
    ("table x=3", PromptCommand("table", "x=3")),
    ("table = 3", Said(None, {"table": "3"})),
    ("table=3", Said(None, {"table": "3"})),
    ("table + 3", Said("table + 3", {})),
    ("table; x", Said("table; x", {})),
    ("(table)", Said("(table)", {})),
    ("check*2", Said("check*2", {})),
    ("why df/dx", PromptCommand("why", "df/dx")),
    ("why ∂q/∂x", PromptCommand("why", "∂q/∂x")),
    ("plot x -3:3", PromptCommand("plot", "x -3:3")),
    ("save ~/a b.txt", PromptCommand("save", "~/a b.txt")),
    ("save /folder/x", PromptCommand("save", "/folder/x")),
    ("save / x", Said("save / x", {})),
    ("load = 2", Said(None, {"load": "2"})),
    ("load ./x", PromptCommand("load", "./x")),
    ("?check", PromptCommand("help", "check")),
    ("help", PromptCommand("help", "")),
])  # fmt: skip
def test_lines(line: str, meant: PromptCommand | Said) -> None:
    assert understood(line) == meant


@pytest.mark.parametrize(("text", "words"), [
    ("df/dx=3 dq = 2 * x", ["df/dx=3", "dq=2 * x"]),
    ("local(q, x)=1, ∂q/∂y=2", ["local(q, x)=1", "∂q/∂y=2"]),
    ("x.grad=1", ["x.grad=1"]),
    ("nothing here", ["nothing", "here"]),
])  # fmt: skip
def test_claims(text: str, words: list[str]) -> None:
    assert claims(text) == words


def test_open_statements() -> None:
    assert is_open("sin(")
    assert is_open("x \\")
    assert not is_open("x # (")
    assert is_open("max(x, # )\n y")


def session() -> Session:
    from gradcli.commands import run
    from gradcli.commands.options import Options

    ctx = root.make_context("gradcli", ["x"])
    return Session(Options(**ctx.params), run, root)


def said(line: str, here: Session, capsys: pytest.CaptureFixture[str]) -> str:
    """Return all that a line at the prompt writes."""
    answer(here, line)
    return "".join(capsys.readouterr())


@pytest.fixture
def net(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.delenv("COLUMNS", raising=False)
    here = session()
    for line in ("brief", "q = x+y; f = q*z at x=-2 y=5 z=-4"):
        answers.answer(here, line)
    capsys.readouterr()
    return here


@pytest.mark.parametrize(("line", "message", "hint"), [
    ("check df/dx 3", "df/dx 3 is no claim: its = is missing", "check df/dx=3"),
    ("check dx: 3 dy is 4", "its = is missing", "check dx=3 dy=4"),
    ("check df/dx=", "nothing is claimed after df/dx=", "check df/dx=3"),
    ("check", "there is no claim", "check df/dx=3"),
    ("check x=3", "x is an input", "x=3 alone changes it"),
    ("check foo=3", "foo is neither an input nor an item", "its names are x, y, q, z, f"),
    ("check df/dx=3 --rtol", "--rtol needs a value", "help gradcli check has its options"),
    ("check df/dx=3 --file x", "check takes the program that is here", "load FILE reads another"),
    ("check --rtol 0.1 df/dx=3", "there is no claim", "check df/dx=3"),
    ("check dy=1 --rtol 0.1 df/dx=3", "df/dx=3 stands behind an option", "options stand last"),
    ("plot q", "q is computed by the program: q = x + y", "its inputs are x, y, z"),
    ("plot w", "there is no input w", "the inputs are x, y, z"),
    ("plot x y z", "one or two inputs", "plot x, or plot x y"),
    ("plot x from 1 to 5", "1 is neither an input nor a range", "plot x 1:5"),
    ("plot x -3..3", "neither an input nor a range", "plot x -3:3"),
    ("plot x=3", "x has one value, not a range", "plot x -3:3"),
    ("plot x -3:3 x=1", "x has a range and a value", "plot x -3:3"),
    ("plot", "an input is missing", "plot x -3:3"),
    ("diff q", "q is computed by the program", "its inputs are x, y, z"),
    ("diff x=3", "diff takes inputs, not x=3", "x=3 alone changes a number"),
    ("diff --foo", "there is no option --foo", "help gradcli diff has its options"),
    ("rules nonsense", "there is no function or rule nonsense", ""),
    ("help sine", "the manual has nothing on sine", "help lists all that there is"),
    ("why w", "there is no node w", "why df/dx"),
    ("why x y", "x y is no derivative", "why df/dx"),
    ("save f.xyz", "no report has the suffix of f.xyz", "known are .txt, .json"),
    ("save", "a file is missing", "save net.txt"),
    ("save x=3", "x=3 is a value, not a file", "save net.txt"),
    ("save nowhere/net.txt", "there is no folder nowhere", ""),
    ("load", "a file is missing", "load net.txt"),
    ("load nets.txt", "nets.txt: no such file", "did you mean net.txt?"),
    ("load f.svg", "f.svg is a report", "save net.txt writes a program"),
    ("load bytes", "bytes: not UTF-8", "a program as text"),
    ("load empty", "empty has no program in it", ""),
    ("load .", "is a directory", ""),
    ("x 4", "x 4 gives no number", "x=4"),
    ("let x 4", "gives no number", "x=4"),
    ("x := -4", "gives no number", "x=-4"),
    ("x: 1/3", "gives no number", "x=1/3"),
    ("x == 4", "gives no number", "x=4"),
    ("x is 4", "gives no number", "x=4"),
    ("set x to 4", "gives no number", "x=4"),
    ("let x=4", "let is no command", "x=4 alone changes a number"),
    ("df/dx=3", "df/dx=3 is a claim", "check df/dx=3"),
    ("x=three", "three is no number for x", "x=3; a program of three alone is (three)"),
    ("x = y", "y is no number for x", "x=3"),
    ("d/dx x^2", "an expression stands alone", "x^2"),
    ("derivative of x^2 at x=3", "an expression stands alone", "x^2"),
    ("gradient x*y", "an expression stands alone", "x*y"),
    ("d/dx", "names one variable", "df/dx"),
    ("df/d", "names one variable", "df/dx"),
    ("x ]", "this ] has no [", ""),
    ("table q", "table takes no q", "(table)"),
])  # fmt: skip
def test_what_is_wrong_is_told_in_words_of_the_prompt(
    net: Session, line: str, message: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name, data in (("net.txt", b"x\n"), ("f.svg", b"<svg/>"), ("bytes", b"\xff\x00"), ("empty", b"\n# at x=3\n")):
        Path(name).write_bytes(data)
    record = net.record
    text = said(line, net, capsys)
    assert message in text
    assert hint in text.partition("hint: ")[2]
    assert 'gradcli "' not in text
    assert "argument:" not in text
    assert net.record is record  # as it was


@pytest.mark.parametrize(
    "line", ["w=4, x=2", "w=4,x=2", "w=4 x=2", "w = 4 , x = 2", "w=4;x=2", "w=4; x=2;", "at w=4, x=2"]
)
def test_several_numbers_on_a_line(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("brief", here, capsys)
    said("w*x + b at w=2, x=3, b=1", here, capsys)
    assert "f = 9 (was 7), df/dw = 2 (was 3), df/dx = 4 (was 2)" in said(line, here, capsys)


@pytest.mark.parametrize(("before", "after", "told"), [
    ("1/3", "2/3", "f = 0.666667 (was 0.333333)"),
    ("1/3", "1/3+1e-9", "f = 0.333333334 (was 0.333333333)"),
    ("1", "1+1e-13", "f = 1.0000000000001 (was 1)"),
    ("1e-20", "2e-20", "f = 2e-20 (was 1e-20)"),
    ("1e20", "1e20+1e5", "f = 1.000000000000001e+20 (was 1e+20)"),
    ("1e20", "1/3", "f = 0.333333 (was 1e+20)"),
    ("123456789", "123456790", "f = 123456790 (was 123456789)"),
    ("1/3", "1/3+1e-30", "nothing else changed"),
])  # fmt: skip
def test_what_changed_is_told_in_figures_that_show_it(
    before: str, after: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here = session()
    said("brief", here, capsys)
    said(f"x*y at x={before} y=1", here, capsys)
    lines = said(f"x={after}", here, capsys).splitlines()
    assert lines[-1].startswith(told) or lines[-2].startswith(told)


def test_a_comment_behind_a_line(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert "f = -32 (was -12)" in said("x=3  # instead of -2", net, capsys)
    assert said("f # what is it", net, capsys) == "f = q*z = -32\n"
    assert said("# nothing", net, capsys) == ""


def test_without_a_number_views_show_formulas_and_claims_say_what_to_type(
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = session()
    said("f = x*y at y=2", here, capsys)
    assert said("steps", here, capsys).endswith("x has no value yet: type x=1\n")
    assert "hint: type x=1" in said("check df/dx=2", here, capsys)
    assert "hint: type x=1" in said("plot y", here, capsys)


def test_a_number_that_the_program_sets(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("a = 2; f = a*x at x=3", here, capsys)
    assert "the program itself sets a" in said("a=3", here, capsys)
    said("u = x; f = u*x", here, capsys)
    assert "the program itself sets u" in said("u=3", here, capsys)


def test_files_that_are_replaced_are_told(
    net: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said("save net", net, capsys) == "net is written\n"
    assert said("save net", net, capsys) == "net is replaced\n"
    assert said("save net.TXT", net, capsys) == "net.TXT is written\n"
    assert Path("net").read_text() == Path("net.TXT").read_text()
    assert said("load net", net, capsys).startswith("f = -12")


def test_reports_name_no_option_of_the_command_line(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    for view in ("table", "circuit", "steps", "brief"):
        said(view, net, capsys)
        text = said("x=1/3", net, capsys)
        assert re.search(r"(rounded to 6|4) figures", text)
        assert "--" not in text
        said("x=1/7", net, capsys)
    assert "--" not in said("why", net, capsys)


@pytest.mark.parametrize("columns", ["40", "79"])
def test_help_is_as_wide_as_the_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert max(map(len, said("help", session(), capsys).splitlines())) <= int(columns)


def test_a_variable_that_is_called_like_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("brief", here, capsys)
    assert "f = 6" in said("(table)*plot at table=2 plot=3", here, capsys)
    assert "answers" not in said("(table)", here, capsys)
    assert said("plot table", here, capsys).startswith("table")
    assert "table = 5" in said("table=5", here, capsys)
    assert candidates(here, "(", "ta") == ["table", "tan(", "tanh("]


def test_help_is_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said("help", session(), capsys).splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    for word in WORDS:
        assert word in "".join(lines) or word == "exit"
        page = said(f"help {word}", session(), capsys)
        assert word in page
        assert len(page.splitlines()) < 8
    assert "gradcli-check" in said("help gradcli check", session(), capsys).lower()


def test_completion_at_the_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = session()
    assert "table" in candidates(here, "", "ta")
    assert candidates(here, "", "zzz") == []
    answers.answer(here, "brief")
    answers.answer(here, "q = weight + speed; f = q*sin(q) at weight=1 speed=2")
    assert candidates(here, "", "we") == ["weight=", "weight"]
    assert candidates(here, "weight=3 ", "sp") == ["speed=", "speed"]
    assert candidates(here, "2*", "si") == ["sigmoid(", "sign(", "sin(", "sinh("] or "sin(" in candidates(
        here, "2*", "si"
    )
    assert candidates(here, "2 * x ", "a/we") == ["a/weight"]
    assert candidates(here, "why ", "df/d") == ["df/dweight", "df/dspeed", "df/dq", "df/dv1", "df/df"]
    assert "df/dq=" in candidates(here, "check ", "df/")
    assert candidates(here, "plot ", "") == ["weight", "speed"]
    assert "sigmoid" in candidates(here, "rules ", "sig")
    assert "exit-status" in candidates(here, "help ", "ex")
    assert "why" in candidates(here, "help ", "wh")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.txt").write_text("")
    (tmp_path / "nets").mkdir()
    assert candidates(here, "load ", "ne") == ["net.txt", "nets/"]
    assert candidates(here, "load ", str(tmp_path / "net.")) == [str(tmp_path / "net.txt")]
    assert "f = " in capsys.readouterr().out


@pytest.mark.parametrize(("line", "message", "hint"), [
    ("check -4", "-4 is no claim", "check df/dx=3; a variable of that name is (check)"),
    ("check - 4", "check - 4 begins with a command", "check df/dx=3; a variable of that name is (check)"),
    ("plot -3:3", "neither an input nor a range", "plot x -3:3; a variable of that name is (plot)"),
    ("plot(x)", "plot(x) begins with a command", "plot x -3:3; a variable of that name is (plot)"),
    ("why -4", "-4 is no derivative", "why df/dx; a variable of that name is (why)"),
    ("table -3", "table takes no -3", "a variable of that name is (table)"),
    ("diff -x", "there is no input -x", "a variable of that name is (diff)"),
    ("undo -1", "undo stands alone", "a variable of that name is (undo)"),
    ("rules*2; x", "begins with a command", "help rules; a variable of that name is (rules)"),
    ("save = x; save - 4", "", ""),
    ("chekc df/dx=-4", "there is no command chekc", "did you mean check df/dx=-4?"),
    ("circut x=3", "circut is no command", "did you mean circuit x=3?"),
    ("what is x", "what is neither a command nor in the program", "help lists the commands"),
    ("plto x", "there is no command plto", "did you mean plot x?"),
    ("theme dark", "theme is an option of the command line", "begin anew"),
    ("digits 20", "digits is an option of the command line", "begin anew"),
    ("foo bar", "foo is neither a command nor in the program", "help lists the commands"),
    ("!ls", "!ls is for a shell", "quit leads back to the shell"),
    ('"x*y" x=2', "nothing needs quotes here", "x*y at x=2"),
    ("'x*y'", "nothing needs quotes here", "x*y"),
    ("net.txt", "net.txt is the name of a file", "load net.txt"),
    ("x.^2 + y.*x", "this is MATLAB", "write x^2 + y*x"),
    ("import math; math.sin(x)", "this is Python", "write sin(x)"),
    ("lambda x: x**2", "this is Python", "write x**2"),
    ("def f(x): return x**2", "this is Python", "write f(x) = x**2"),
    ("print(x)", "there is no function print", "write x"),
    ("x=3(1)", "the uncertainty of the last digits", "write x=3±1"),
    ("x=3±-1", "an uncertainty is not negative", "write x=3±1"),
    ("x=[1,2]", "this is a list", "x1=1 x2=2"),
    ("x=[[1,2],[3,4]]", "this is an array of 2x2 numbers", "for arrays type the command: gradcli"),
    ("W@x", "@ works on arrays", 'for arrays type the command: gradcli "W@x" W=...'),
])  # fmt: skip
def test_a_program_is_not_replaced_by_what_is_meant_for_a_command(
    net: Session, line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = net.source
    text = said(line, net, capsys)
    if not message:
        assert "new program; undo brings back the old one" in text
        return
    assert message in text
    assert hint in text.partition("hint: ")[2]
    assert net.source is source


def test_what_replaces_a_program_says_so_and_is_undone(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    announced = "new program; undo brings back the old one\n"
    first = net.source
    assert said("x=2*y", net, capsys).endswith(announced)
    assert "x = 14 (was 10)" in said("y=7", net, capsys)
    assert announced in said("log(y-7)", net, capsys)  # it has no value there, but stays
    back = said("undo", net, capsys)
    assert back.startswith("x=2*y is back\n")
    assert "x = 14" in back
    assert "x = 10 (was 14)" in said("undo", net, capsys)
    back = said("undo", net, capsys)
    assert back.startswith("q = x+y; f = q*z is back\n")
    assert "f = -12" in back
    assert net.source == first
    assert "nothing to undo" in said("undo", net, capsys)
    assert announced not in said("q = x+y; f = q*z at x=1", net, capsys)  # the same program
    assert "f = -12 (was -24)" in said("undo", net, capsys)


def test_a_value_that_is_refused_leaves_the_program(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    source, earlier = net.source, list(net.earlier)
    net.options = net.options._replace(exact=True)
    assert "a value with +- needs" in said("x*2 at x=3±1", net, capsys)
    assert (net.source, net.earlier) == (source, earlier)
    assert said("q", net, capsys).startswith("q = x + y = 3")
