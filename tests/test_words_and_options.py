"""Which words are options and which are the program's: of a command that has an option of every kind."""

from __future__ import annotations

import click
import pytest

from gradcli.commands import run
from gradcli.commands.option_parsing import Command, no_short_option, refused_choice, require_format, sort_words
from gradcli.errors import InputError

COMPOSED, DECOMPOSED = "\u00e9", "e\u0301"
OWN = Command("own", params=[
    click.Option(["--rate"], type=float), click.Option(["-o", "--output"], metavar="FILE"),
    click.Option(["--flag"], is_flag=True), click.Option(["-v", "--verbose"], is_flag=True),
    click.Option(["--wrt"], metavar="NAME,..."), click.Option(["--of"], metavar="NODE"),
    click.Option(["--one"], metavar="NAME"), click.Option(["--to"], type=click.Choice(["svg", "json", "latex"])),
    click.Option(["--yes/--never"]), click.Option(["--jacobian"], is_flag=True), click.Option(["-h"], is_flag=True),
    click.Option(["--bindings"]),
])  # fmt: skip
DECLARED = {name: option for option in OWN.params for name in (*option.opts, *option.secondary_opts)}


def sorted_(words: list[str], *, resilient: bool = False) -> tuple[list[str], list[str]]:
    with click.Context(OWN, info_name="gradcli own", resilient_parsing=resilient) as ctx:
        return sort_words(OWN, ctx, words)


@pytest.mark.parametrize(("words", "options", "others"), [
    ([], [], []), (["a", "--rate", "3", "b"], ["--rate", "3"], ["a", "b"]), (["-o", "f"], ["--output", "f"], []),
    (["-x", "--bindings", "f"], ["--bindings", "f"], ["-x"]), (["--bindings=f", "-x"], ["--bindings=f"], ["-x"]),
    (["--output", "-o"], ["--output", "-o"], []), (["--flag", "x"], ["--flag"], ["x"]),
    (["-v", "x", "-v"], ["--verbose", "--verbose"], ["x"]), (["--verbose", "3"], ["--verbose"], ["3"]),
    (["--rate=3=4", "x"], ["--rate=3=4"], ["x"]), (["--rate=", "x"], ["--rate="], ["x"]),
    (["--never", "--yes"], ["--never", "--yes"], []), (["-h"], ["-h"], []), (["-o=f"], [], ["-o=f"]),
    (["--rate", "--"], ["--rate", "--"], []), (["--", "--rate", "--"], [], ["--rate", "--"]),
    (["x", "--", "-y", "--ratte"], [], ["x", "-y", "--ratte"]), (["--flag", "--", "--flag"], ["--flag"], ["--flag"]),
    (["-x*y"], [], ["-x*y"]), (["-x", "x=3"], [], ["-x", "x=3"]), (["x=3", "-x"], [], ["x=3", "-x"]),
    (["-pi"], [], ["-pi"]), (["-e"], [], ["-e"]), (["-tau"], [], ["-tau"]), (["-2"], [], ["-2"]), (["-"], [], ["-"]),
    (["--x"], [], ["--x"]), (["--xy", "xy=3"], [], ["--xy", "xy=3"]), (["--xy=1", "xy=3"], [], ["--xy=1", "xy=3"]),
    (["--x+y"], [], ["--x+y"]),
    (["--wrt", DECOMPOSED], ["--wrt", COMPOSED], []), ([f"--wrt={DECOMPOSED}"], [f"--wrt={COMPOSED}"], []),
    (["--of", DECOMPOSED], ["--of", COMPOSED], []), (["--one", DECOMPOSED], ["--one", COMPOSED], []),
    (["--rate", DECOMPOSED], ["--rate", DECOMPOSED], []), (["-o", DECOMPOSED], ["--output", DECOMPOSED], []),
])  # fmt: skip
def test_options_and_other_words(words: list[str], options: list[str], others: list[str]) -> None:
    assert sorted_(words) == sorted_(words, resilient=True) == (options, others)


@pytest.mark.parametrize(("words", "message"), [
    (["x", "--rate"], "--rate needs a value"), (["-o"], "-o needs a value"),
    (["--ratte"], "there is no option --ratte; did you mean --rate?"),
    (["--svg"], "there is no option --svg; did you mean --to svg?"),
    (["--tex", "x"], "there is no option --tex; did you mean --to latex?"),
    (["--jsn"], "there is no option --jsn; did you mean --to json?"),
    (["--zzzzzz"], "there is no option --zzzzzz"), (["--" + "z" * 70], f"there is no option --{'z' * 58}"),
    (["--quux=3", "quux*2"], "there is no option --quux; for a value write quux=3"),
    (["--quux=" + "3" * 70, "quux"], f"there is no option --quux; for a value write quux={'3' * 53}"),
    (["--quux=3", "x"], "there is no option --quux"), (["--quux=3", "aquux"], "there is no option --quux"),
    (["--quux", "quux*2"], "there is no option --quux"), (["--quux=3", "--quux=3"], "there is no option --quux"),
    (["--ratte=3", "ratte*2"], "there is no option --ratte; did you mean --rate?"),
    (["--order", "2"], "there is no option --order; --hessian gives second derivatives at a point, gradcli diff"
     " --order 2 their formulas"),
])  # fmt: skip
def test_options_that_there_are_not(words: list[str], message: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        sorted_(words)
    assert caught.value.message == message
    assert caught.value.ctx is not None
    sorted_(words, resilient=True)  # while a line is completed nothing is wrong yet


@pytest.mark.parametrize(("words", "message", "hint"), [
    (["--jacobian=z"], "--jacobian takes no value", "write --jacobian --of z"),
    (["--jacobian=a=b"], "--jacobian takes no value", "write --jacobian --of a=b"),
    (["--jacobian=" + "z" * 50], "--jacobian takes no value", f"write --jacobian --of {'z' * 37}..."),
    (["x", "-pi"], "there is no option -pi", "for minus pi write gradcli own -- -pi ..."),
    (["-x"], "there is no option -x", "for minus x write gradcli own -- -x ..."),
    (["-x", "xx=3"], "there is no option -x", "for minus x write gradcli own -- -x ..."),
    (["x", "-k", "--bindings", "f"], "there is no option -k", "for minus k write gradcli own -- -k ..."),
    (["-rate", "3"], "there is no option -rate", "did you mean --rate 3?"),
])  # fmt: skip
def test_words_that_are_no_options(words: list[str], message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        sorted_(words)
    assert (caught.value.message, caught.value.hint, caught.value.kind) == (message, hint, "option")


@pytest.mark.parametrize(("word", "after", "hint"), [
    ("-r", "3", "did you mean --rate 3?"), ("-r", None, "did you mean --rate?; for minus r write own -- -r ..."),
    ("-r", "x=3", "did you mean --rate?; for minus r write own -- -r ..."), ("-r", "-v", "did you mean --rate?"),
    ("-f", "3", "did you mean --flag?"), ("-R", "3", "for minus R write own -- -R ..."),
    ("-w", "x", "did you mean --wrt x?"), ("-W", "x", "did you mean --wrt x?"),
    ("-t", "svg", "did you mean --to svg?"), ("-t", "svgg", "did you mean --to?"), ("-t", "3", "did you mean --to?"),
    ("-j", None, "did you mean --jacobian?; for minus j write own -- -j ..."),
    ("-v", None, "did you mean --verbose?; for minus v write own -- -v ..."),
    ("-o", "f", "for minus o write own -- -o ..."), ("-b", "f", "did you mean --bindings f?"),
    ("-oe", None, "did you mean --one?"), ("-fl", None, "did you mean --flag?"), ("-flg", "3", "did you mean --flag?"),
    ("-rate", "x=3", "did you mean --rate?"), ("-zz", "3", "for minus zz write own -- -zz ..."),
    ("-" + "z" * 45, None, f"for minus {'z' * 27}... write own -- -{'z' * 26}... ..."),
])  # fmt: skip
def test_letters_of_other_programs(word: str, after: str | None, hint: str) -> None:
    """With -o three options begin, with -r one; -v would be --version elsewhere, which this command has not."""
    declared = {name: option for name, option in DECLARED.items() if name not in ("-v", "-o", "-h")}
    found = no_short_option(word, declared, after, "own")
    assert found.hint == hint
    assert found.message == f"there is no option {word if len(word) <= 40 else word[:37] + '...'}"


@pytest.mark.parametrize(("typed", "hint"), [
    ("svgg", "did you mean --to svg?"), ("SVG", "did you mean --to svg?"), ("tex", "did you mean --to latex?"),
    ("zzzz", None),
])  # fmt: skip
def test_choices_that_there_are_not(typed: str, hint: str | None) -> None:
    for words in (["--to", typed], [f"--to={typed}"], ["--to", "svg", "--to", typed]):
        with pytest.raises(click.BadParameter) as caught:
            OWN.make_context("own", words)
        assert refused_choice(caught.value) == (f"--to is svg, json or latex, not {typed}", hint)
    argument = click.Argument(["to"], type=click.Choice(["svg", "json", "latex"]))
    with pytest.raises(click.BadParameter) as caught:
        Command("other", params=[argument]).make_context("other", [typed])
    assert refused_choice(caught.value) == (
        f"the to is svg, json or latex, not {typed}",
        hint and hint.replace("--to ", ""),
    )


def test_only_choices_have_such_hints() -> None:
    assert refused_choice(click.UsageError("no")) is None
    assert refused_choice(click.BadParameter("'svgg' is not one of 'svg'.")) is None
    assert refused_choice(click.BadParameter("'svgg' is not one of 'svg'.", param=DECLARED["--rate"])) is None
    assert refused_choice(click.BadParameter("'svgg' is odd", param=DECLARED["--to"])) is None


@pytest.mark.parametrize(("formats", "known"), [
    (("svg",), "svg"), (("svg", "png"), "svg and png"), (("svg", "png", "html"), "svg, png and html"),
])  # fmt: skip
def test_formats_that_have_use_for_an_option(formats: tuple[str, ...], known: str) -> None:
    for format in formats:
        require_format("--theme", format, formats)
    with pytest.raises(InputError) as caught:
        require_format("--theme", "csv", formats)
    assert (caught.value.message, caught.value.hint) == (f"--theme is for {known}", "add --to svg")


@pytest.mark.parametrize(("words", "best"), [
    (["x**2", "x=3", "--to", "pdf"], "--to html prints best: "),
    (["x**2", "x=3", "--to=docx"], "--to html prints best: "),
    (["x**2", "x=3", "-o", "f.PDF"], "--to html prints best: "), (["grade", "--to", "pdf"], "--to html prints best: "),
    (["sheet", "x", "x=1", "--to", "pdf"], "--to latex prints best: "),
    (["sheet", "x", "x=1", "-o", "a.pdf"], "--to latex prints best: "),
    (["rows", "x", "a.csv", "--to", "pdf"], "see gradcli rows --help"),
    (["x**2", "x=3", "-o", "f.gif"], "known are .txt, .json, "),
])  # fmt: skip
def test_what_is_wanted_on_paper(words: list[str], best: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert capsys.readouterr().err.splitlines()[1].startswith(f"hint: {best}")
