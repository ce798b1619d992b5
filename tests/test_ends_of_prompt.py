"""The prompt at its limits: how many names and changes are told, in how many figures, ranges, and what it keeps."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from gradcli.commands import prompt, run
from gradcli.commands.options import Options
from gradcli.commands.prompt import answer, interrupts, wording
from gradcli.commands.prompt.answers import _several
from gradcli.commands.prompt.calls import _around
from gradcli.commands.prompt.files import AT, _path
from gradcli.commands.prompt.interrupts import Interrupts
from gradcli.commands.prompt.lines import (
    VIEWS,
    Said,
    asks_to_leave,
    claims,
    first_command,
    is_constant,
    is_open,
    leaves,
)
from gradcli.commands.prompt.session import Session
from gradcli.commands.prompt.slips import _instead, _refuse_shell, _refuse_word
from gradcli.commands.prompt.wording import arrays_hint, check_free, definition, help_page, missing_line, overview
from gradcli.commands.tree import root
from gradcli.errors import InputError, Source
from gradcli.language.syntax import parse
from gradcli.reports import FORMATS


def options(*words: str) -> Options:
    return Options(**root.make_context("gradcli", ["--ascii", *words]).params)


def session(*words: str) -> Session:
    return Session(options(*words), run, root)


def said(here: Session, line: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    answer(here, line)
    return "".join(capsys.readouterr())


@pytest.mark.parametrize(("count", "line"), [
    (1, "a1 has no value yet: type a1=1\n"), (2, "a1, a2 have no value yet: type a1=1 a2=2\n"),
    (6, "a1, a2, a3, a4, a5, a6 have no value yet: type a1=1 a2=2 a3=3 a4=4 a5=5\n"),
    (12, f"{', '.join(f'a{k}' for k in range(1, 13))} have no value yet: type a1=1 a2=2 a3=3 a4=4 a5=5\n"),
    (13, f"{', '.join(f'a{k}' for k in range(1, 13))} and 1 more have no value yet: type a1=1 a2=2 a3=3 a4=4 a5=5\n"),
])  # fmt: skip
def test_names_without_a_value(count: int, line: str) -> None:
    assert missing_line([f"a{k}" for k in range(1, count + 1)]) == line


@pytest.mark.parametrize(("before", "after", "told"), [
    ("1", "2", "x = 2 (was 1)"), ("1", "1.0000001", "x = 1.0000001 (was 1)"),
    ("1.2345671", "1.2345682", "x = 1.234568 (was 1.234567)"),
    ("1e30", "1.00000001e30", "x = 1.00000001e+30 (was 1e+30)"),
    ("0.1234567890123", "0.1234567890133", "x = 0.123456789013 (was 0.123456789012)"),
    ("0.1234567890123", "0.1234567890223", "x = 0.12345678902 (was 0.12345678901)"),
    ("0.12345678901231", "0.12345678901242", "x = 0.12345678901242 (was 0.12345678901231)"),
    ("0.1234567890123", "0.1234567890125", "x = 0.1234567890125 (was 0.1234567890123)"),
    ("3", "3.0000000000000004", "x = 3.0000000000000004 (was 3)"), ("1", "1", "nothing else changed"),
])  # fmt: skip
def test_a_change_in_the_fewest_figures_that_show_it(
    before: str, after: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here = session()
    answer(here, f"x at x={before}")
    assert said(here, f"x={after}", capsys).splitlines()[-1] == told


def test_figures_that_were_asked_for_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    here = session("--figures", "3")
    answer(here, "x at x=0.12345")
    assert said(here, "x=0.12355", capsys).endswith("\nx = 0.124 (was 0.123)\n")
    assert said(here, "x=0.125", capsys).endswith("\nx = 0.125 (was 0.124)\n")


@pytest.mark.parametrize(("count", "told"), [(11, ""), (12, "... (13 changes)")])
def test_so_many_changes_are_told(count: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A new y changes the derivative with respect to its x, and the value."""
    here = session()
    answer(here, "+".join(f"x{k}*y{k}" for k in range(count)) + " at " + " ".join(
        f"x{k}=1 y{k}=1" for k in range(count)))  # fmt: skip
    found = said(here, " ".join(f"y{k}=2" for k in range(count)), capsys)
    assert found.count("(was ") == 12
    assert found.rstrip().endswith(told or f"df/dx{count - 1} = 2 (was 1)")


@pytest.mark.parametrize(("word", "begin", "is_in_manual"), [
    ("why", "why df/dx   the lines", False), (" WHY ", "why df/dx", False), ("check", "check df/dx=3 ", True),
    ("plot", "plot x ", True), ("diff", "diff ", True), ("rules", "rules sin", True), ("save", "save net.txt", False),
])  # fmt: skip
def test_a_command_in_more_words(word: str, begin: str, is_in_manual: bool) -> None:
    page = help_page(word)
    assert page is not None
    assert page.startswith(begin)
    assert page.endswith(f"help gradcli {word} opens its page of the manual.\n") is is_in_manual
    assert page.endswith("\n")
    assert not page.endswith("\n\n")
    assert help_page("nothing") is None


def test_the_list_of_what_can_be_typed_is_one_column_where_two_do_not_fit() -> None:
    wide = max(wording.LEFT + len(meaning) for _, meaning in wording.HELP)
    for width, is_wide in ((wide, True), (wide - 1, False), (None, True), (200, True)):
        lines = overview(["a", "b"], width).splitlines()
        assert (lines[0] == "(x+y)*z                    an expression, or statements: q=x+y; f=q*z") is is_wide
        assert max(map(len, lines)) <= min(width or 80, 80)
    narrow = overview(["a", "b"], 40).splitlines()
    assert narrow[:3] == ["(x+y)*z", "    an expression, or statements: q=x+y;", "    f=q*z"]
    assert narrow[-1] == "Topics of the manual: a, b"


@pytest.mark.parametrize(("program", "command"), [
    ("W@x", 'gradcli "W@x" W=... x=...'), ("W@x\n + b", 'gradcli "W@x + b" W=... x=... b=...'),
    ("[1,2]@x", 'gradcli "[1,2]@x" x=...'), ("softmax(2*z + pi)", 'gradcli "softmax(2*z + pi)" z=...'),
    ("a" * 60, f'gradcli "{"a" * 60}" {"a" * 60}=...'), ("a" * 61, "gradcli PROGRAM NAME=..."),
    ('"W"', "gradcli PROGRAM NAME=..."), ("q = W@x; q", "gradcli PROGRAM NAME=..."),
])  # fmt: skip
def test_arrays_are_for_the_command_line(program: str, command: str) -> None:
    assert arrays_hint(program) == f"for arrays type the command: {command}"


@pytest.mark.parametrize(("program", "name", "message", "hint"), [
    ("q=x+y; f=q*z", "q", "q is computed by the program: q = x + y", "its inputs are x, y, z"),
    ("q=x+y; f=q*z", "f", "f is computed by the program: f = q*z", "its inputs are x, y, z"),
    ("q=3; f=q*x", "q", "the program itself sets q", "type it without q = ... to change q here"),
    ("q=x; f=q*x", "q", "the program itself sets q", "type it without q = ... to change q here"),
    ("q=1+2; f=q*2", "q", "q is computed by the program: q = 1 + 2", "it has no inputs"),
    ("+".join("abcdghijk"), "f", f"f is computed by the program: f = {' + '.join('abcdghijk')}",
     "its inputs are a, b, c, d, g, h, i, j, ..."),
])  # fmt: skip
def test_names_that_take_no_number(program: str, name: str, message: str, hint: str) -> None:
    own = set(program.partition("=")[0]) if ";" in program else set()
    graph = parse(Source("program", program))
    with pytest.raises(InputError) as caught:
        check_free(graph, name, own)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_names_that_take_a_number() -> None:
    graph = parse(Source("program", "q=x+y; f=q*z"))
    for name in ("x", "z", "other"):
        check_free(graph, name, {"q", "f"})
    assert definition(graph, graph.by_label["f"]) == "q*z"


@pytest.mark.parametrize(("value", "around"), [
    (None, "-5:5"), ("0", "-5:5"), ("4", "-5:5"), ("-4", "-5:5"), ("4.2", "-6.3:6.3"), ("-10", "-15:15"),
    ("1e20", "-1.5e+20:1.5e+20"), ("1/3", "-5:5"),
])  # fmt: skip
def test_a_plot_without_a_range_holds_the_value(value: str | None, around: str) -> None:
    here = session()
    here.values = {} if value is None else {"x": value}
    assert _around(here, "x") == around


@pytest.mark.parametrize(("words", "is_wanted"), [
    ((), True), (("--to", "table"), True), (("--to", "circuit"), True), (("--to", "steps"), True), (("--steps",), True),
    (("--exact",), True), (("--digits", "3"), True), (("--upstream", "1"), True), (("--figures", "3"), True),
    (("--to", "json"), False), (("--json",), False), (("--value",), False), (("--grad", "x"), False),
    (("--verify",), False), (("--hessian",), False), (("--standalone",), False), (("--ascent",), False),
    (("--frames", "d"), False), (("-o", "f"), False), (("--bindings", "f"), False), (("--file", "f"), False),
    (("--from-python", "f"), False), (("--wrt", "x"), False), (("--of", "x"), False), (("--step", "1"), False),
    (("--upstream", "2"), False),
])  # fmt: skip
def test_which_options_begin_a_prompt(words: tuple[str, ...], is_wanted: bool) -> None:
    assert prompt.wanted(options(*words)) is is_wanted


def test_a_second_press_counts_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(interrupts.time, "monotonic", lambda: now[0])
    before = signal.getsignal(signal.SIGINT)
    with Interrupts() as heard:
        heard.press()  # nothing is read or answered
        heard.heed()
        for later, is_heard in ((0.0, True), (0.5, False), (1.0, False), (1.0001, True), (2.0, False)):
            now[0] = 100.0 + later
            if is_heard:
                with pytest.raises(KeyboardInterrupt):
                    heard.press()
            else:
                heard.press()
        heard.heed()
        with pytest.raises(KeyboardInterrupt):
            heard.press()
        heard.ignore()
        heard.press()
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.parametrize(("text", "path"), [
    ("net.txt", "net.txt"), (" net.txt ", "net.txt"), ("'a b.txt'", "a b.txt"), ('"a b"', "a b"), ("'a", "'a"),
    ("'a\"", "'a\""), ("-a/b", "-a/b"), ("/notes/x", "/notes/x"), ("--x.txt", None), ("x=3", None), ("x = y", None),
    ("+ 3", None), ("-3", None), ("/ 2", None), ("=3", None), ("", None), ("''", None), ("  ", None), ("'", "'"),
])  # fmt: skip
def test_which_file_is_meant(text: str, path: str | None) -> None:
    if path is None:
        with pytest.raises(InputError) as caught:
            _path(text, "save net.txt")
        assert caught.value.hint == "for example save net.txt"
    else:
        assert _path(text, "save net.txt") == path


@pytest.mark.parametrize(("line", "ends", "asks"), [
    ("quit", True, True), (" exit() ", True, True), ("quit;", True, True), (":q", True, True), (":wq", True, True),
    ("quits", False, False), ("q", False, False), ("undo", False, True), ("?", False, True), ("??", False, True),
    ("help", False, True), ("?help", False, True), ("help why", False, False), ("x", False, False), ("", False, True),
])  # fmt: skip
def test_ways_out(line: str, ends: bool, asks: bool) -> None:
    assert (leaves(line), asks_to_leave(line)) == (ends, asks)


@pytest.mark.parametrize(("line", "word"), [
    ("check - 4", "check"), (" why", "why"), ("plot(x)", "plot"), ("plot = 3", None), ("plot == 3", "plot"),
    ("x", None), ("3", None),
])  # fmt: skip
def test_the_command_that_a_line_begins_with(line: str, word: str | None) -> None:
    assert first_command(line) == word


def test_a_file_that_is_written_again_is_said_to_be_replaced(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    here = session()
    answer(here, "x*y at x=2 y=3")
    assert said(here, "save net.txt", capsys) == "net.txt is written\n"
    assert (tmp_path / "net.txt").read_text() == "x*y\n# at x=2 y=3\n"
    assert said(here, "save net.txt", capsys) == "net.txt is replaced\n"
    assert said(here, "save no/net.txt", capsys).startswith("gradcli: no/net.txt: there is no folder no\n")
    other = session()
    assert "f = 6" in said(other, "load net.txt", capsys)
    assert other.values == {"x": "2", "y": "3"}
    (tmp_path / "empty.txt").write_text("\n# at x=1\n")
    assert said(other, "load empty.txt", capsys).startswith("gradcli: empty.txt has no program in it\n")
    (tmp_path / "bare.txt").write_text("x\n")
    assert "x = 2" in said(other, "load bare.txt", capsys)
    assert AT == "# at "


@pytest.mark.parametrize(("rest", "name", "hint"), [
    ("", "steps", "steps x=2"), ("circuit", "to", "circuit x=2"), ("svg", "to", "save f.svg"),
    ("", "json", "save f.json"),
    *((format, "to", "quit, and begin anew with it; help lists what can be typed here")
      for format, (_, suffixes) in FORMATS.items() if not suffixes and format not in VIEWS),
    ("a.txt", "file", "load a.txt"), ("", "file", "load FILE"), ("a.svg", "output", "save a.svg"),
    ("", "why", "why x=2"), ("", "value", "f"), ("x", "grad", "df/dx"), ("", "wrt", "df/dx"), ("zz", "grad", "df/dx"),
    ("", "digits", "quit, and begin anew with it; help lists what can be typed here"),
])  # fmt: skip
def test_what_is_typed_in_place_of_an_option(rest: str, name: str, hint: str) -> None:
    here = session()
    here.begin("x*y", {"x": "1", "y": "2"})
    assert _instead(here, name, rest, {"x": "2"}) == hint


@pytest.mark.parametrize(("text", "is_value"), [
    ("3", True), ("1/3", True), ("pi/4", True), ("sqrt(2)", True), ("-e", True), ("x", False), ("x+1", False),
    ("3;", False),
    ("3\n", False), ("?", False), ("??", False), ("@w.csv", True), ("nan", True), ("-Inf", True), ("2+-0.1", True),
])  # fmt: skip
def test_what_can_be_meant_as_a_value(text: str, is_value: bool) -> None:
    assert is_constant(text) is is_value


@pytest.mark.parametrize(("line", "values"), [
    ("x=3; y=2", {"x": "3", "y": "2"}), ("x=3;", {"x": "3"}), ("x=3; zz=2", None), ("x=3; x*y", None), ("x=3", None),
    ("zz=3; x=1", None), ("x=1 y=2; x=3", {"x": "3", "y": "2"}),
])  # fmt: skip
def test_several_numbers_in_a_line(line: str, values: dict[str, str] | None) -> None:
    here = session()
    here.begin("x*y", {"x": "1", "y": "2"})
    assert _several(here, Said(line, {})) == values
    assert _several(session(), Said(line, {})) is None
    assert _several(here, Said(line, {"x": "1"})) is None


@pytest.mark.parametrize(("text", "words"), [
    ("df/dx=3", ["df/dx=3"]), ("q = 5  df/dq = -4", ["q=5", "df/dq=-4"]), ("q=5, dx=3", ["q=5", "dx=3"]),
    ("df/dx", ["df/dx"]),
    ("so q=5", ["so", "q=5"]), ("local(q, x)=1 f=2", ["local(q, x)=1", "f=2"]), ("", []),
])  # fmt: skip
def test_claims_in_a_line(text: str, words: list[str]) -> None:
    assert claims(text) == words


@pytest.mark.parametrize(("text", "goes_on"), [
    ("(x", True), ("(x)", False), ("x \\", True), ("(x) # (", False), ("((x)", True), ("x)", False), ("", False),
])  # fmt: skip
def test_a_statement_that_goes_on(text: str, goes_on: bool) -> None:
    assert is_open(text) is goes_on


@pytest.mark.parametrize(("text", "values", "hint"), [
    ('"x*y"', {}, "x*y"), ('"x*y" x=2', {}, "x*y at x=2"), ("'x*y'", {"x": "2"}, "x*y at x=2"),
    ('"x*y" more', {"x": "2"}, "x*y at x=2"),
])  # fmt: skip
def test_a_program_in_quotes(text: str, values: dict[str, str], hint: str) -> None:
    with pytest.raises(InputError, match="nothing needs quotes here") as caught:
        _refuse_shell(text, values)
    assert caught.value.hint == hint


def test_an_option_in_a_session_without_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(session(), "--steps", capsys).startswith("gradcli: --steps is an option of the command line")


@pytest.mark.parametrize(("word", "hint"), [
    ("plt", "x=3 alone changes a number"), ("plto", "did you mean plot x=3?"), ("tabl", "did you mean table x=3?"),
    ("zzzz", "x=3 alone changes a number"),
])  # fmt: skip
def test_a_word_of_four_letters_may_be_a_command(word: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        _refuse_word(parse(Source("program", "x*y")), word, {"x": "3"})
    assert (caught.value.message, caught.value.hint) == (f"{word} is no command", hint)
