"""What helps at its limits: the example behind formulas, pages of the rule book, what the manual has nothing on."""

from __future__ import annotations

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.commands import pointless, run
from gradcli.commands.help import _name, overview, told_in, topics
from gradcli.commands.rules import _operation_text, _written
from gradcli.commands.screens import ScreenStyle

MOST_INPUTS = 12
MOST_NODES = 400


def advice(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the hint of a program without a point, which is shown as formulas."""
    assert run(words) == 0
    return capsys.readouterr().err.splitlines()[-1].removeprefix("hint: both passes at a point: ")


@pytest.mark.parametrize(("program", "shown"), [
    ("x*y", 'gradcli "x*y" x=3 y=2'), ("a+b+c+d+g", 'gradcli "a+b+c+d+g" a=3 b=2 c=4 d=5 g=3'),
    ("acos(x)+sqrt(y)", 'gradcli "acos(x)+sqrt(y)" x=0.5 y=0.25'),
    ("acos(x)+sqrt(y)+z+u", 'gradcli "acos(x)+sqrt(y)+z+u" x=0.5 y=0.25 z=0.75 u=0.5'),
    ("log(2 - x)*log(x)", 'gradcli "log(2 - x)*log(x)" x=0.5'),
    ("sqrt(x - 0.6)*sqrt(2-x)", 'gradcli "sqrt(x - 0.6)*sqrt(2-x)" x=1'),
    ("sqrt(-1 - abs(x))", 'gradcli "sqrt(-1 - abs(x))" x=1'),  # none of those tried fits
    ("q=3; q*x", 'gradcli "q=3; q*x" x=3'), ("x*y   ", 'gradcli "x*y" x=3 y=2'),
    ("where(x!=2, x, 1)", "gradcli 'where(x!=2, x, 1)' x=3"),
    ("q=x\nq*2", "gradcli 'q=x\nq*2' x=3"),
])  # fmt: skip
def test_an_example_that_has_a_value(program: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    from gradcli.text import visible

    said = advice([program], capsys)
    assert said == visible(shown) or said == shown


def test_a_long_program_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    for length, is_whole in ((60, True), (61, False)):
        program = "x" + " " * (length - 5) + "*  y"
        assert len(program) == length
        assert advice([program], capsys) == (f'gradcli "{program}" x=3 y=2' if is_whole else "gradcli ... x=3 y=2")
    assert advice(["q=x*y; r=q*q", "--of", "q"], capsys) == 'gradcli "q=x*y; r=q*q" --of q x=3 y=2'


def test_an_example_has_a_width(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for width, shown in ((21, 'gradcli "x*y" x=3 y=2'), (20, "add NAME=VALUE for every input")):
        monkeypatch.setattr(pointless, "MESSAGE_CELLS", len("both passes at a point: ") + width)
        assert advice(["x*y"], capsys) == shown


@pytest.mark.parametrize(("count", "status"), [(MOST_INPUTS, 0), (MOST_INPUTS + 1, 2)])
def test_so_many_inputs_are_shown_as_formulas(count: int, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["+".join(f"x{k}" for k in range(count))]) == status
    assert ("have no value" in capsys.readouterr().err) is (status == 2)


def test_so_many_nodes_are_shown_as_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    for nodes, status in ((MOST_NODES, 0), (MOST_NODES + 1, 2)):  # x, y, and a sum for each further x
        program = "x+y" + "+x" * (nodes - 3)
        assert run([program]) == status
    assert "gradcli diff writes the formulas without values" in capsys.readouterr().err


@pytest.mark.parametrize("option", [
    ["--value"], ["--steps"], ["--hessian"], ["--verify"], ["--upstream", "2"], ["--nodes", "all"],
    ["--at-kink", "error"], ["--to", "json"], ["--to", "svg"],
])  # fmt: skip
def test_what_needs_numbers(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x*y", *option]) == 2
    assert "no value" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option", [[], ["--to", "table"], ["--to", "latex"], ["--to", "python"], ["--to", "javascript"]]
)
def test_what_needs_none(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x*y", *option]) == 0
    assert "x" in capsys.readouterr().out


# ---- the rule book


@pytest.mark.parametrize(("name", "text"), [
    ("mul", "x * y\n  ∂/∂x = y\n  ∂/∂y = x\n  known as: product rule, constant factor rule\n  example: 2 * 3 = 6\n"),
    ("neg", "-x\n  ∂/∂x = -1\n  known as: constant factor rule\n  example: -(2 - 5) = 3\n"),
    ("log", "log(x), also ln    the natural logarithm, also written ln\n  ∂/∂x = 1/x\n  defined for x > 0\n"
     "  example: log(e**3) = 3\n"),
    ("lt", "x < y    a condition of where: 1 if it holds, else 0\n  ∂/∂x = 0\n  ∂/∂y = 0\n  kink: x = y\n"
     "  example: where(2 < 2, 10, 20) = 20\n"),
    ("hypot", "hypot(x, y, ...)    the square root of the sum of squares\n  ∂/∂x = x/hypot(...)\n"
     "  kink: all arguments 0\n  example: hypot(3, 4) = 5\n"),
])  # fmt: skip
def test_a_page_of_the_rule_book(name: str, text: str) -> None:
    assert _operation_text(OPERATIONS[name]) == text


@pytest.mark.parametrize(("name", "text"), [
    ("neg", "-x"), ("add", "x + y"), ("sin", "sin(x)"), ("max", "max(x, y, ...), also maximum"),
    ("log", "log(x), also ln"),
    ("atan2", "atan2(y, x), also arctan2"), ("where", "where(c, a, b)"), ("pow", "x ** y"),
])  # fmt: skip
def test_how_an_operation_is_written(name: str, text: str) -> None:
    assert _written(OPERATIONS[name]) == text


def test_where_a_derivative_is_not_always_finite() -> None:
    shown = {name: [line.strip() for line in _operation_text(OPERATIONS[name]).splitlines() if "not always" in line]
             for name in ("sqrt", "pow", "sin")}  # fmt: skip
    assert shown["sqrt"] == ["∂/∂x is not always finite or defined"]
    assert "∂/∂x is not always finite or defined" in shown["pow"]
    assert shown["sin"] == []


@pytest.mark.parametrize(("words", "first"), [
    (["sin"], "sin(x)"), (["^"], "x ** y"), (["ln"], "log(x), also ln"), (["*"], "x * y"),
    (["derivative of sin"], "sin(x)"),
    (["derivative", "of", "sin"], "sin(x)"), (["Derivative of  SIN"], "sin(x)"), (["sin", "cos"], "sin(x)"),
    (["adam"], "adam"), (["ADAM"], "adam"), (["product", "rule"], "product rule"),
    (["product rule of @: 2x3 from 2x2 and 2x3"], "a@b"), (["product rule; more"], "product rule"),
])  # fmt: skip
def test_names_of_entries(words: list[str], first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", *words]) == 0
    assert capsys.readouterr().out.startswith(first)


def test_entries_in_the_order_of_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "cos", "sin"]) == 0
    out = capsys.readouterr().out
    assert 0 == out.index("cos(x)") < out.index("\nsin(x)")
    assert run(["rules", "cos", "sim"]) == 2
    assert capsys.readouterr().err.splitlines()[0] == "gradcli: there is no function or rule sim"


# ---- the manual


@pytest.mark.parametrize(("word", "name"), [
    ("gradcli check", "check"), ("gradcli-check(1)", "check"), ("check(1)", "check"), ("Exit Status", "exit-status"),
    (" arrays ", "arrays"), ("gradcli", "gradcli"), ("gradcli(1)", "gradcli"), ("gradcli-", "gradcli"), ("", "gradcli"),
])  # fmt: skip
def test_the_name_that_a_word_means(word: str, name: str) -> None:
    assert _name(word) == name


def test_what_the_manual_tells_of() -> None:
    assert told_in("cross-entropy") == "help tutorial tells of cross-entropy"
    assert told_in("Cross  Entropys") == "help tutorial tells of Cross  Entropys"
    assert told_in("qqqqq") is None
    for words in ("nothing", "Nothing", "something", "the", "and", "where", "what is this", "right", "always"):
        assert told_in(words) is None, words
    for words in ("local gradient", "the chain rule", "what is a kink", "numpy", "softmax", "df/dx"):
        assert told_in(words) or len(words.split()) > 2, words
    assert told_in("nan") == "help code tells of nan"  # once, and nowhere more often
    assert told_in("csv") == "help homework tells of csv"  # not a short page that has the word once
    assert told_in("q") is None
    assert told_in("∂f/∂x") == (told_in("df/dx") or "").replace("df/dx", "∂f/∂x")
    command = told_in("exit status")
    assert command is not None
    assert command.startswith("help ")
    assert command.endswith(" tells of exit status")
    assert command.split()[1] in topics()


@pytest.mark.parametrize("width", [None, 80, 200, 50])
def test_the_list_of_commands_and_topics(width: int | None) -> None:
    lines = overview(ScreenStyle(width, False)).splitlines()
    below = lines[lines.index("Topics") + 1 :]
    listed, last = below[: below.index("")], below[below.index("") + 1 :]
    assert all(line.startswith("  ") and not line.startswith("   ") for line in listed)
    assert max(map(len, listed)) <= min(width or 80, 80)
    names = " ".join(listed).split()
    assert sorted(names) == sorted({*names})
    assert "arrays" in names
    assert not {"check", "gradcli"} & {*names}
    assert " ".join(" ".join(last).split()) == (
        "gradcli help NAME opens the page of a command or topic; gradcli help gradcli opens the main page."
    )
    assert len(last) == (3 if width == 50 else 2)
    assert "Commands" in lines[2:4]
    assert overview(ScreenStyle(width, True)).count("\x1b[1m") == 2
