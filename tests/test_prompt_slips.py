"""Lines that are nearly right: what is told in their place, and that the session stays as it was."""

from __future__ import annotations

import pytest

from gradcli.commands.prompt.session import Session
from gradcli.commands.prompt.wording import PAGES, help_page

from .test_prompt_lines import net, said
from .test_prompt_lines import session as session_of

__all__ = ["net"]


@pytest.mark.parametrize(("line", "hint"), [
    ('"q=x+y; f=q*z" x=-2 y=5 z=-4', "q=x+y; f=q*z at x=-2 y=5 z=-4"),
    ("'(x+y)*z' x=-2 y=5 z=-4", "(x+y)*z at x=-2 y=5 z=-4"),
    ('"x*y" x=2 y=3', "x*y at x=2 y=3"),
    ('"x*y" at x=2, y=3', "x*y at x=2 y=3"),
    ('"x*y+" x=2 y=3', "x*y+ at x=2 y=3"),
    ('"q=x+y; f=q*z"', "q=x+y; f=q*z"),
])  # fmt: skip
def test_a_program_in_quotes_keeps_all_its_values(line: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    here = session_of()
    assert said(line, here, capsys) == f"gradcli: nothing needs quotes here\nhint: {hint}\n"
    assert here.source is None


@pytest.mark.parametrize(("line", "hint"), [
    ("derivative(u**2, u)", "type u**2, then diff u"), ("x*y +", "write what stands behind +, or leave it out"),
    ("u*exp10(", ""), ("lambertw(u)", "help language lists the functions that there are"),
    ("help sinus", "help lists all that there is"), ("help local gradients", "help lists all that there is"),
    ("help arctan", "rules arctan has the function; help lists all that there is"),
    ("rules nothing", "rules alone prints all"),
])  # fmt: skip
def test_a_hint_names_what_can_be_typed_here(
    net: Session, line: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(line, net, capsys)
    assert text.startswith("gradcli: ")
    assert hint in text.partition("hint: ")[2]
    assert "gradcli " not in text.partition("hint: ")[2]


@pytest.mark.parametrize(("line", "told"), [
    ("d/dx", "gradcli: d/dx names one variable; a derivative has two\nhint: df/dx\n"),
    ("dq/d", "gradcli: dq/d names one variable; a derivative has two\nhint: dq/dx\n"),
    ("w", "gradcli: w is neither a command nor in the program\n"
     "hint: help lists the commands; a program of one variable is (w)\n"),
    ("tabel", "gradcli: tabel is neither a command nor in the program\n"
     "hint: did you mean table?; a program of one variable is (tabel)\n"),
    ("w=4", "w: kept for a program that uses it\n"),
    ("dx=4", "dx: kept for a program that uses it; df/dx shows the derivative, check df/dx=4 checks it\n"),
    ("pii=4", "pii: kept for a program that uses it\n"),
])  # fmt: skip
def test_names_that_the_program_has_not(net: Session, line: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(line, net, capsys) == told


@pytest.mark.parametrize(("options", "line", "told"), [
    ({"exact": True}, "exp(u) at u=2", "exp has no exact result here"),
    ({"exact": True}, "u**99999 at u=3", "an exact power of more than 13,000 bits"),
    ({"at_kink": "error"}, "abs(u) at u=0", "df/du is -1 from the left and 1 from the right"),
    ({}, "floor(sin(u)**2 + cos(u)**2) at u=3", "undecided"),
])  # fmt: skip
def test_options_of_the_session_cannot_be_left_out(
    options: dict[str, object], line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a shell is told to leave out or to add is not said where there is no command line."""
    here = session_of()
    here.options = here.options._replace(**options)
    text = said(line, here, capsys)
    assert told in text
    assert "hint" not in text


@pytest.mark.parametrize(("line", "told"), [
    ("exp(u)*exp(u) at u=709", "note: f is beyond the largest binary64\n"),
    ("p = u*u; q = u + 1; q*u at u=3", "note: nothing uses p\n"),
    ("floor(10*u) at u=0.3-1e-17", ""),
    (" + ".join(f"relu({k}*u)" for k in range(1, 20)) + " at u=0", "more notes\n"),
    (" + ".join(f"u*{k}" for k in range(1, 99)) + " at u=1", "nodes are left out\n"),
])  # fmt: skip
def test_a_report_advises_no_option(line: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(line, session_of(), capsys)
    assert told in text
    assert "--" not in text.replace("---", "")


@pytest.mark.parametrize(("value", "message"), [
    ("1/0", "division by zero"),
    ("log(0)", "log needs more than 0"),
    ("sqrt(-1)", "sqrt needs"),
    ("0^-1", ""),
    ("exp(1000)", ""),
    ("1e999", ""),
    ("1±(1/0)", "division by zero"),
])  # fmt: skip
@pytest.mark.parametrize("line", ["x={}", "y=1 x={}", "w={}", "x*y at x={} y=2", "u*y at u={} y=2", "table x={}"])
def test_a_value_that_has_no_number_is_not_kept(
    net: Session, line: str, value: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = net.source, dict(net.values), net.record, list(net.earlier), net.view
    text = said(line.format(value), net, capsys)
    assert text.startswith("gradcli: ")
    assert message in text
    assert (net.source, net.values, net.record, net.earlier, net.view) == before
    assert said("x", net, capsys) == "x = -2, df/dx = -4\n"
    assert "nothing to undo" in said("undo", net, capsys)


def test_a_value_without_a_number_is_not_kept_where_others_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    here = session_of()
    said("brief", here, capsys)
    said("x*y", here, capsys)
    assert "division by zero" in said("x=1/0", here, capsys)
    assert here.values == {}
    assert "f = 6" in said("x=2 y=3", here, capsys)


def test_whether_a_value_is_a_number_is_asked_of_the_number_system(capsys: pytest.CaptureFixture[str]) -> None:
    here = session_of()
    here.options = here.options._replace(digits=20)
    said("log(x)", here, capsys)
    assert "1000" in said("x=exp(1000)", here, capsys)
    assert here.values == {"x": "exp(1000)"}


@pytest.mark.parametrize(("line", "hint"), [
    ("df/dx -4", "check df/dx=-4"), ("df/dz -4", "check df/dz=-4"), ("df/dx 3", "check df/dx=3"),
    ("df/dx == -4", "check df/dx=-4"), ("df/dx: -4", "check df/dx=-4"), ("df/dx is -4", "check df/dx=-4"),
    ("df/dx := -4", "check df/dx=-4"), ("df/dx -> -4", "check df/dx=-4"), ("df/dx = -4", "check df/dx=-4"),
    ("df / dx  -4", "check df/dx=-4"), ("∂f/∂x -4", "check ∂f/∂x=-4"), ("dx -4", "check dx=-4"),
    ("dx is -4", "check dx=-4"), ("dq: 2*x", "check dq=2*x"), ("dq/dx 1", "check dq/dx=1"),
    ("df/dx 1/3", "check df/dx=1/3"), ("x.grad is 3", "check x.grad=3"),
    ("local(q,x) 1", "check local(q,x)=1"), ("local(q, x) = 1", "check local(q,x)=1"),
    ("local(q,x)", "∂q/∂x; check local(q,x)=3 checks it"), ("local(q,x)=?", "∂q/∂x"),
    ("df/dx=?", "df/dx"), ("df/dx = ?", "df/dx"), ("df/dx?", "df/dx"), ("df/dx=", "df/dx"), ("dx?", "df/dx"),
    ("∂q/∂x ?", "∂q/∂x"), ("q?", "q"), ("q = ?", "q"), ("x=?", "x"), ("x.grad", "df/dx"),
    ("--steps", "steps"), ("--steps x=3", "steps x=3"), ("--to steps", "steps"), ("--to=circuit", "circuit"),
    ("--to svg", "save f.svg"), ("--to latex", "save f.tex"), ("--json", "save f.json"), ("--to table", "table"),
    ("-o f.svg", "save f.svg"), ("--output f.svg", "save f.svg"), ("--file net.txt", "load net.txt"),
    ("x*y --steps", "steps"), ("--check df/dx=-4", "check df/dx=-4"), ("--help", "help"), ("--value", "f"),
    ("--grad x", "df/dx"), ("--exact", "quit, and begin anew with it; help lists what can be typed here"),
])  # fmt: skip
def test_what_is_meant_for_a_claim_or_an_option_is_no_program(
    net: Session, line: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = net.source, dict(net.values), net.record, list(net.earlier)
    assert said(line, net, capsys).partition("hint: ")[2] == f"{hint}\n"
    assert (net.source, net.values, net.record, net.earlier) == before


@pytest.mark.parametrize("line", [
    "df/dx - 4", "dg/dx -4", "dw -4", "--x", "--x*y", "x --y", "y - --x", "2*x -4", "df/dx*x", "d(x) = 2*x; d(x) -4",
    "x -4", "-o*x", "x -o",
])  # fmt: skip
def test_a_program_that_looks_like_one_is_begun(net: Session, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "new program; undo brings back the old one" in said(line, net, capsys)


def test_a_quotient_of_variables_is_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    here = session_of()
    said("f = df*x + dx at df=6 x=1 dx=2", here, capsys)
    assert "new program" in said("df/dx -4", here, capsys)


def test_a_number_for_a_derivative_is_kept_and_said_to_be_no_claim(
    net: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said("dx = -4", net, capsys) == (
        "dx: kept for a program that uses it; df/dx shows the derivative, check df/dx=-4 checks it\n"
    )
    assert said("df/dx -4", net, capsys).endswith("hint: check df/dx=-4\n")
    assert said("df/dx=?", net, capsys).endswith("hint: df/dx\n")


def test_the_options_of_a_command_are_its_own(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    said("diff x --order 2", net, capsys)
    assert "-h, --help" in said("diff --help", net, capsys)


@pytest.mark.parametrize("line", ["x=π", "x = π/4", "x=-π", "x=π z=2", "x=sin(π/2)"])
def test_pi_is_a_number_in_either_spelling(net: Session, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(line, net, capsys)
    assert net.source is not None
    assert net.source.text == "q = x+y; f = q*z"
    said("undo", net, capsys)
    assert told == said(line.replace("π", "pi"), net, capsys)
    assert "was" in told


@pytest.mark.parametrize(("line", "hints", "first"), [
    ("step 0.1", ["steps"], "chain rule"), ("stepz z=2", ["steps z=2"], "f = 6"), ("tabel 3", ["table"], " node"),
    ("df/dy, df/dx", ["df/dy", "df/dx"], "df/dy = -4"), ("df/dx,df/dz, q", ["df/dx", "df/dz", "q"], "df/dx = -4"),
    ("d2f/dx2", ["diff x --order 2"], "d2f_dx_dx = 0"), ("d²f/dz²", ["diff z --order 2"], "d2f_dz_dz = 0"),
    ("∂^2f/∂x^2", ["diff x --order 2"], "d2f_dx_dx = 0"),
])  # fmt: skip
def test_what_a_hint_says_works_when_it_is_typed(
    net: Session, line: str, hints: list[str], first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(line, net, capsys)
    shown = told.partition("hint: ")[2].strip().removeprefix("did you mean ").rstrip("?")
    assert shown.split(", then ") == hints
    answers_of_all = [said(hint, net, capsys) for hint in hints]
    assert not any("gradcli:" in text for text in answers_of_all)
    assert first in answers_of_all[0]


@pytest.mark.parametrize("line", ["x²", "x³", "q²"])
def test_a_power_of_one_letter_is_a_program_as_it_is_with_stars(
    net: Session, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(line, net, capsys)
    said("undo", net, capsys)
    assert told == said(line.replace("²", "**2").replace("³", "**3"), net, capsys)
    assert told.endswith("new program; undo brings back the old one\n")


@pytest.mark.parametrize("word", ["sheet", "descend", "rows", "grade"])
@pytest.mark.parametrize("before", ["x*y at x=1 y=2", ""])
def test_a_command_of_the_command_line_is_no_variable(
    word: str, before: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here = session_of()
    said(before, here, capsys)
    program = here.source
    assert said(word, here, capsys) == (
        f"gradcli: {word} is a command of the command line, not of the prompt\n"
        f"hint: help {word}; a program of one variable is ({word})\n"
    )
    assert here.source is program
    said(f"help {word}", here, capsys)
    assert "gradcli:" not in said(f"({word}) at {word}=3", here, capsys)


@pytest.mark.parametrize(("line", "hint"), [
    ("dx", "df/dx"), ("∂x", "df/dx"), ("dq", "df/dq"), ("dx=3", "df/dx"),
    ("descend x**2 x=10 --rate 0.1 --steps 2", "gradcli descend x**2 x=10 --rate 0.1 --steps 2"),
    ("sheet x + y x=1 y=2", 'gradcli sheet "x + y" x=1 y=2'),
])  # fmt: skip
def test_the_line_that_is_hinted_works(net: Session, line: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = said(line, net, capsys)
    assert hint in " ".join(first.split())
    again = said(hint, net, capsys)
    assert again
    assert "hint" not in again


@pytest.mark.parametrize("width", [30, 40, 80])
@pytest.mark.parametrize("word", PAGES)
def test_pages_of_the_prompt_fit_the_screen(word: str, width: int) -> None:
    page = help_page(word, width)
    assert page is not None
    assert max(map(len, page.splitlines())) <= width
    assert page.split() == (help_page(word) or "").split()


def test_redo_takes_back_what_undo_did(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    first = next(iter(net.graph.inputs)) if net.graph is not None else ""
    at = net.values[first]
    said(f"{first}=7", net, capsys)
    said(f"{first}=8", net, capsys)
    said("undo", net, capsys)
    said("undo", net, capsys)
    assert net.values[first] == at
    said("redo", net, capsys)
    assert net.values[first] == "7"
    said("redo", net, capsys)
    assert net.values[first] == "8"
    assert said("redo", net, capsys) == "gradcli: there is nothing to redo\n"
    said("undo", net, capsys)
    said("u*v at u=1 v=2", net, capsys)  # another line is followed by nothing
    assert "nothing to redo" in said("redo", net, capsys)
    assert "is back" in said("undo", net, capsys)
    assert "u*v is back" in said("redo", net, capsys)
