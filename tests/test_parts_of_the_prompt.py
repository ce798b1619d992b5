"""The small parts of which the prompt is made: names of files, options, plots that may be meant, figures."""

from __future__ import annotations

import os

import pytest

from gradcli.commands.prompt.calls import _check_options, _options, _plot_example, _words
from gradcli.commands.prompt.files import _path
from gradcli.commands.prompt.lines import _is_whole, is_constant, names_set
from gradcli.commands.prompt.wording import _bare, arrays_hint, example, it_or_them, missing_line
from gradcli.errors import InputError, Source
from gradcli.language.syntax import parse


@pytest.mark.parametrize(("text", "path"), [
    ("net.txt", "net.txt"), (" a b.txt ", "a b.txt"), ('"a b"', "a b"), ("'a'", "a"), ('"', '"'), ("'a\"", "'a\""),
    ("x=3", "x=3 is a value, not a file"), ("x = 3", "x = 3 is a value, not a file"), ('"x=3"', "x=3"),
    ("/a/b", "/a/b"),
    ("+ 3", "+ 3 is no name of a file"), ("/ 3", "/ 3 is no name of a file"), ("-a.txt", "-a.txt"), ("+a/b", "+a/b"),
    ("*" * 41, f"{'*' * 40} is no name of a file"), ("=3", "=3 is no name of a file"), ("", "a file is missing"),
    ('""', "a file is missing"), ("  ", "a file is missing"), ("./x", "./x"),
])  # fmt: skip
def test_the_file_that_is_meant(text: str, path: str) -> None:
    if " is " in path:
        with pytest.raises(InputError) as caught:
            _path(text, "load net.txt")
        assert (caught.value.message, caught.value.hint) == (path, "for example load net.txt")
    else:
        assert _path(text, "load net.txt") == path
    assert _path("~/x", "") == os.path.expanduser("~/x")


@pytest.mark.parametrize(("program", "is_whole"), [
    ("", True), ("x", True), ("x_", True), ("f(x)", True), ("x²", True), ("x³", True), ("x1", True), ("x+", False),
    ("x (", False), ('"x+"', True), ("'x+'", True), ("\"x+'", False), ('"', False), ('x+"', False), ("x,", False),
])  # fmt: skip
def test_whether_values_may_follow(program: str, is_whole: bool) -> None:
    assert _is_whole(program) is is_whole


@pytest.mark.parametrize(("text", "is_one"), [
    ("3", True), ("pi/4", True), ("sin(1)", True), ("x", False), ("3; 4", False), ("3\n4", False), ("?", False),
    ("??", False), ("3?", True), ("@w.csv", True), ("nan", True), ("INF", True), ("2*e", True), ("2*x", False),
])  # fmt: skip
def test_what_can_be_meant_as_a_value(text: str, is_one: bool) -> None:
    assert is_constant(text) is is_one


def test_names_that_a_program_sets() -> None:
    assert names_set("x = 3; y = x*2; f = x + y") == {"x", "y", "f"}
    assert names_set("x == 3") == names_set("x + y") == set()


@pytest.mark.parametrize(("rest", "found"), [
    ("", ("", [])), (" x -3:3 ", ("x -3:3", [])), ("x --to svg", ("x", ["--to", "svg"])),
    ("x -o a.svg", ("x", ["-o", "a.svg"])),
    ("x -o", ("x -o", [])), ("--full", ("", ["--full"])), ("x --3", ("x --3", [])), ("x--full", ("x--full", [])),
    ('x -o "a b" --json', ("x", ["-o", "a b", "--json"])), ("x=1 -2 --at x=2", ("x=1 -2", ["--at", "x=2"])),
])  # fmt: skip
def test_what_stands_before_options(rest: str, found: tuple[str, list[str]]) -> None:
    assert _options(rest) == found


def test_quotes_that_stay_open() -> None:
    assert _words("a 'b c' d\\ e") == ["a", "b c", "d e"]
    with pytest.raises(InputError, match=r"^a quote is not closed$") as caught:
        _words("a 'b")
    assert caught.value.source == Source("line", "a 'b")


@pytest.mark.parametrize(("options", "others", "message"), [
    (["--full"], [], None), (["--filed", "x"], [], None),
    (["--full", "x"], ["x" * 41], f"{'x' * 40} stands behind an option"),
    (["--file", "x"], [], "plot takes the program that is here"),
    (["--file=x"], [], "plot takes the program that is here"),
    (["--full", "--file", "x"], ["y"], "y stands behind an option"),
])  # fmt: skip
def test_options_that_do_not_belong_here(options: list[str], others: list[str], message: str | None) -> None:
    if message is None:
        _check_options("plot", options, others)
    else:
        with pytest.raises(InputError) as caught:
            _check_options("plot", options, others)
        assert caught.value.message == message


@pytest.mark.parametrize(("program", "asked", "meant"), [
    ("x*y", "", "plot x -3:3"), ("x*y", "y", "plot y -3:3"), ("x*y", "z y x", "plot y -3:3"), ("2", "", "plot x -3:3"),
    ("x*y", "x 1 to 5", "plot x 1:5"), ("x*y", "y=-1..2.5", "plot y -1:2.5"), ("x*y", "y 0 pi", "plot y 0:pi"),
    ("x*y", "x 1", "plot x -3:3"), ("x*y", "x 1 2 3", "plot x -3:3"), ("x1*y", "x1 .5 +2", "plot x1 .5:+2"),
])  # fmt: skip
def test_a_plot_that_may_be_meant(program: str, asked: str, meant: str) -> None:
    assert _plot_example(parse(Source("program", program)), asked) == meant


@pytest.mark.parametrize(("text", "bare"), [
    ("1.00000", "1"), ("100", "100"), ("10.0", "10"), ("1.50e-07", "1.5e-07"), ("1e+06", "1e+06"), ("2.0e+10", "2e+10"),
    ("0.10", "0.1"), ("-3", "-3"),
])  # fmt: skip
def test_figures_that_say_something(text: str, bare: str) -> None:
    assert _bare(text) == bare


def test_what_is_missing() -> None:
    names = [f"a{k}" for k in range(14)]
    assert example(names[:1]) == "type a0=1"
    assert example(names[:6]) == "type a0=1 a1=2 a2=3 a3=4 a4=5"
    assert missing_line(names[:1]) == "a0 has no value yet: type a0=1\n"
    assert missing_line(names[:2]) == "a0, a1 have no value yet: type a0=1 a1=2\n"
    for count, more in ((12, ""), (13, " and 1 more")):
        listed = ", ".join(names[:12])
        assert missing_line(names[:count]).startswith(f"{listed}{more} have no value yet: type a0=1 ")
    assert (it_or_them(["a"]), it_or_them(["a", "b"])) == ("it", "them")
    assert (
        arrays_hint(f"x +  {'y' * 56}") == f'for arrays type the command: gradcli "x + {"y" * 56}" x=... {"y" * 56}=...'
    )
    for other in (f"x +  {'y' * 57}", 'x "y"'):
        assert arrays_hint(other) == "for arrays type the command: gradcli PROGRAM NAME=..."
