"""Answers and refusals in seldom corners of the command line, each a line whose words were worked out by hand."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import mpmath
import pytest

from gradcli import differentiate
from gradcli.errors import MathError

from .test_cli import call


@pytest.mark.parametrize(("line", "said"), [
    ("chekc x*y x=1 y=2", 'there is no command chekc; did you mean check?\nhint: write gradcli check "x*y" x=1 y=2'),
    ("chekc", "there is no command chekc; did you mean check?\nhint: for a variable of that name write chekc=..."),
    ("x*y X=3 Y=4", "x and y have no value\n  x*y\n  ^\nhint: did you mean X and Y? (capitals count)"),
    ("x+y+z X=3 y=2", "did you mean X? (capitals count)"), ("x*y*z X=1 Z=2 Y=3", "did you mean X, Y and Z? (capitals"),
    ("'W@x' w=[[1]] X=[1]", "W and x have no value\n  W@x\n  ^\nhint: did you mean w and X? (capitals count)"),
    ("rows A*B rows.csv", "the input has no columns A and B\nhint: did you mean a and b? (capitals count)"),
    ('gradient "x*y" x=3 y=4', 'there is no command gradient\nhint: write gradcli "x*y" x=3 y=4'),
    ('grad --exact "x*y" x=3 y=4', 'there is no command grad\nhint: write gradcli "x*y" --exact x=3 y=4'),
    ('differentiate "x*y" x', 'there is no command differentiate\nhint: write gradcli diff "x*y" x'),
    ('derive "x*y"', 'there is no command derive\nhint: write gradcli diff "x*y"'),
    ('foo "q=x*y; f=q+1" x=1 y=2',
     'there is no command foo\nhint: write gradcli "q=x*y; f=q+1" x=1 y=2'),
    ('foo "x*y" y', 'there is no command foo\nhint: write gradcli diff "x*y" y'),
    ("foo x=3", "foo has no value"), ("foo +y x=1", "+y is not NAME=VALUE"), ("exp (x) x=1", "(x) is not NAME=VALUE"),
    ("sin(x) x=30deg", "an operator is missing\n  30deg\n    ^^^\nhint: write (30*pi/180)"),
    ('"sin(30deg)" --value', 'hint: write gradcli "sin(30*pi/180)" --value'),
    ('"cos(x degrees)" x=60', 'hint: write gradcli "cos(x*pi/180)" x=60'),
    ('"2deg" deg=3', 'hint: write gradcli "2*deg" deg=3'),
    ('plot "x*y*z" x=-2:2 y=0:1 z=0.5:1', "hint: give z one value, such as z=0.5"),
    ("version", "there is no command version\nhint: did you mean gradcli --version?"),
    ("usage", "there is no command usage\nhint: did you mean gradcli --help?"),
    ("man", "there is no command man\nhint: did you mean gradcli --help?"),
    ("x --x=3", "argument:1:1: a name does not start with -\n  --x=3\n  ^\nhint: did you mean x=3?"),
    ("x*y x=1 foo",
     "argument: foo is not NAME=VALUE\n"
     "hint: quote the program if it has blanks or *; bindings are written NAME=VALUE"),
    ("x x:3", "argument: x:3 is not NAME=VALUE\nhint: write gradcli x x=3"),
    ("x*2 x=2+-0.1+-0.2", "x:1:1: a value has one uncertainty"),
    ("x x=2+-0.1 --exact", "a value with +- needs the default mode or --digits"),
    ("x*y x=1 y=2 --bindings deep.json", 'deep.json:1:1: not an object of numbers\n  {}'),
    ("NaN x=1", "program:1:1: NaN has no value\n  NaN\n  ^^^\nhint: a value is a finite number"),
    ("integral(x) x=1", "there is no function integral\n  integral(x)\n  ^^^^^^^^\nhint: gradcli computes values and"),
    ("ab a=2 b=3", "hint: for a product write a*b; for a variable ab=..."),
    ("sinx x=1", "hint: write sin(x)"),
    ("lgx x=1", "lgx has no value"),
    ("derivative x=3", 'hint: the command diff derives: gradcli diff "x**2"; or add --grad NAME'),
    ("net.grad", "net.grad is a file, not a program\nhint: write gradcli --file net.grad"),
    ("rows x rows.csv a.csv", "one file is expected, and a.csv is another\nhint: quote the program if it has blanks"),
    ("rows x rows.csv --wrt x,", "--wrt takes names, separated by commas"),
    ("rows x rows.parquet --jobs 2", "--jobs is for csv and ndjson: parquet and arrow use all cores by themselves"),
    ("grade homework.toml a.csv --out folder -o marks.csv", "--out writes a folder, -o one file: choose one"),
])  # fmt: skip
def test_what_is_refused(line: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("deep.json").write_text("[" * 100_000)
    Path("net.grad").write_text("x*y\n")
    for name in ("rows.csv", "a.csv", "homework.toml"):
        Path(name).write_text("x,a,b\n1,2,3\n")
    found = call(*shlex.split(line))
    assert found.status == 2
    assert said.partition("{}")[0] in found.stderr.decode()


@pytest.mark.parametrize(("program", "message", "hint"), [
    ("q = (x + y\nf = q*z", "program:2:1: a ) is missing before this line",
     "the ( at column 5 is never closed (line 1)"),
    ("(x; y)", "program:1:3: a ) is missing", "the ( at column 1 is never closed"),
    ("x and y", "and stands between comparisons, in the first argument of where",
     "a choice is written where(condition, a, b)"),
    ("where(x, and y, 1)", "a number, a name or ( is expected, not and",
     "conditions stand in where: where(condition, a, b)"),
    ("x =\n y", "a number, a name or ( is expected, but the line ends", "put the expression in parentheses to go on"),
    ("where(x<y<z,1,2)", "comparisons are not chained", 'write gradcli "where(x<y and y<z,1,2)" x=1 y=2'),
    ("x²³", "one superscript only", 'write gradcli "x**23" x=1 y=2'),
    ("d/dx [x^2]", "d and dx have no value", 'gradcli diff "x^2" x, or add --grad x to a program with values'),
    ("d^2/dx^2 (x^3)", "an operator is missing",
     'gradcli diff "x^3" x --order 2, or add --grad x to a program with values'),
    ("x^-", "the expression ends too early: a number, a name or ( is expected after -",
     "write what stands behind -, or leave it out"),
    ("x_{1}", "unexpected character {", "write gradcli x_1 x=1 y=2"),
    ("print(x)", "there is no function print", "write gradcli x x=1 y=2"),
])  # fmt: skip
def test_what_is_no_program(program: str, message: str, hint: str) -> None:
    found = call(program, "x=1", "y=2")
    said = found.stderr.decode()
    assert found.status == 2
    assert message in said
    assert said.endswith(f"\nhint: {hint}\n")


@pytest.mark.parametrize(("line", "status", "said"), [
    ("x x=1/0", 3, "x:1:1: this is a division by zero"),
    ("x x=10^400", 3, "x:1:1: this overflows"),
    ("x x=(10^400)/3", 3, "x:1:1: this overflows"),
    ("x x=exp(1000)", 3, "x:1:1: this overflows"),
    ("polygamma(n,x) n=1 x=2 --wrt n", 3, "polygamma(n, x) has no derivative with respect to n at n = 1 and x = 2"),
    ("polygamma(20000,x) x=2", 4, "polygamma of an order beyond 10,000"),
    ("cbrt(x)+abs(x) x=0 --at-kink error", 3, "the slope of cbrt(x) is infinite at x = 0"),
    ("x^1.5 x=0 --hessian --wrt x", 3, "program: df/dx as a formula: the slope of x**0.5 is infinite at x = 0"),
    ("x^1.5+y x=0 y=1 --hessian --at-kink error", 3, "df/dx as a formula: the slope of x**0.5 is infinite at x = 0"),
    ("x^1.5+y^2 x=0 y=1 --hessian --wrt x", 3, "df/dx as a formula: the slope of x**0.5 is infinite at x = 0"),
    ("diff x^(7/2) --order 4 x=0", 3, "d³f/dx³ as a formula: the slope of x**(1/2) is infinite at x = 0"),
    ("exp(gamma(x)) x=1e9", 3, "undecided with 16,384 bits: a number is too large to be decided"),
    ("cbrt(x) x=0+-0.1", 3, "undecided within the uncertainty of the values\n"),
    ("x^y x=0+-0.1 y=2.5", 3, "undecided within the uncertainty of the values\n"),
])  # fmt: skip
def test_what_has_no_answer(line: str, status: int, said: str) -> None:
    found = call(*shlex.split(line))
    assert (found.status, found.stdout) == (status, b"")
    assert said in found.stderr.decode()


@pytest.mark.parametrize(("program", "value", "slope"), [
    ("digamma(x)", "0.421+-0.065", "0.647+-0.042"),
    ("lgamma(x)", "0.003+-0.043", "0.421+-0.065"),
    ("polygamma(1, x)", "0.647+-0.042", "-0.406+-0.053"),
    ("x^0.5", "1.414+-0.036", "0.3539+-0.0089"),
    ("cbrt(x)", "1.260+-0.022", "0.2103+-0.0071"),
    ("2^x", "4.01+-0.28", "2.78+-0.20"),
    ("x^0", "1", "0"),
    ("where(x > 1, x, -x)", "2.00+-0.10", "1"),
])  # fmt: skip
def test_an_uncertain_number(program: str, value: str, slope: str) -> None:
    """At 2 ± 0.1: from the ends of the interval, since all of these are monotone there."""
    found = differentiate(program, {"x": "2+-0.1"}, digits=8)
    assert (found.system.text(found.value), found.system.text(found.gradient["x"])) == (value, slope)


def test_an_uncertain_digamma_rises_between_its_poles() -> None:
    found = differentiate("digamma(x)", {"x": "-2.5+-0.1"}, digits=8)
    assert found.system.text(found.value) == "1.1+-1.0"
    with pytest.raises(MathError, match="undecided within the uncertainty"):
        differentiate("digamma(x)", {"x": "-2+-0.1"}, digits=8)


def test_numbers_beyond_every_float_keep_their_size() -> None:
    assert call("--value", "exp(exp(x))", "x=20+-0.1").stdout == b"4.5e+232864559+-4.6e+232864559\n"


@pytest.mark.parametrize(("program", "point", "rows", "note"), [
    ("x^1.5+y^2", {"x": 0, "y": 1}, [[None, 0], [0, 2]],
     "df/dx has no value on the left and d²f/dx² is infinite (rising) from the right"),
    ("x^1.5", {"x": 0}, [[None]], "df/dx has no value on the left and d²f/dx² is infinite (rising) from the right"),
    ("-x^(4/3)", {"x": 0}, [[None]], "df/dx has no value on the left and d²f/dx² is infinite (falling) from the right"),
    ("y^x*(x-1)^1.5", {"y": 0, "x": 1}, [[0, 0], [0, None]],
     "df/dx as a formula: log(y) is undefined: y = 0, and log needs more than 0"),
    ("sqrt(x)*y", {"x": 0, "y": 1}, [[None, None], [None, 0]],
     "d²f/dxdy: there is none at this point, or none can be told"),
    ("abs(x)*x", {"x": 0}, [[None]], "d²f/dx² is -2 from the left and 2 from the right"),
])  # fmt: skip
def test_a_hessian_has_the_rows_that_there_are(
    program: str, point: dict[str, float], rows: list[list[float | None]], note: str
) -> None:
    words = [f"{name}={value}" for name, value in point.items()]
    found = json.loads(call("--json", "--hessian", program, *words).stdout)
    assert [[row[name] for name in point] for row in found["hessian"].values()] == rows
    assert note in [n["message"] for n in found["notes"]]


@pytest.mark.parametrize("digits", [30, 50])
def test_numerals_are_decimals_beside_a_point_too(digits: int) -> None:
    """The slopes of x*abs(x - 0.1) + sin(x) at 0.1 are cos(0.1) -+ 0.1; the binary64 next to 0.1 is 5e-18 away."""
    found = differentiate("x*abs(x - 0.1) + sin(x)", {"x": "0.1"}, digits=digits)
    (note,) = (note for note in found.notes if note.of == "x")
    with mpmath.mp.workdps(digits + 10):
        tenth = mpmath.mpf(1) / 10
        for side, sign in ((note.left, -1), (note.right, 1)):
            shown = mpmath.mpf(str(side))
            assert abs(shown - mpmath.cos(tenth) - sign * tenth) < mpmath.mpf(10) ** -(digits - 1)


@pytest.mark.parametrize(("name", "line"), [
    ("log", "log(x), also ln    the natural logarithm, also written ln"),
    ("asin", "asin(x), also arcsin"),
    ("exp", "exp(x)"),
    ("max", "max(x, y, ...), also maximum"),
    ("+", "x + y"),
])  # fmt: skip
def test_the_rule_book_has_the_other_spelling_of_a_function(name: str, line: str) -> None:
    assert call("rules", name).stdout.decode().splitlines()[0].removesuffix("    ").startswith(line)
    assert call("rules", name).stdout.decode().splitlines()[0].count("also ") == line.count("also ")


@pytest.mark.parametrize(("program", "hint"), [
    ("2x" + "+1" * 199, "hint: write 2*x+1+1"), ("2x" + "+1" * 198 + "+11", "hint: for a product write 2*x\n"),
])  # fmt: skip
def test_a_program_of_400_characters_is_mended_as_a_whole(program: str, hint: str) -> None:
    assert hint in call(program, "x=1").stderr.decode()


def test_steps_of_no_nodes_are_the_answer_alone() -> None:
    found = call("q = x*y; f = q + x", "x=3", "y=2", "--steps", "--nodes", "none").stdout.decode()
    assert found.split("\n") == [
        "f = 9, gradient: x 3, y 3",
        "4 nodes, 4 edges; 3 paths lead from the inputs to f, the reverse pass visits 4 edges",
        "",
    ]


def test_minus_a_constant_or_a_bound_name_is_no_option(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"k": 3}')
    bound = ["--bindings", str(tmp_path / "p.json")]
    for words, value in ((["-pi"], "-3.141592653589793"), (["-e"], "-2.718281828459045"), (["-k", *bound], "-3.0"),
                         (["-k", "k=3"], "-3.0")):  # fmt: skip
        assert call("--value", *words).stdout.decode() == f"{value}\n"
    assert b"there is no option -k" in call("-k").stderr
    assert b"there is no option -k" in call("x", "-k", "x=1", *bound).stderr


@pytest.mark.parametrize("words", ["", "diff", "check", "sheet", "plot", "descend --rate 1"])
def test_the_example_of_a_command_without_a_program_runs(words: str) -> None:
    """rows has a file in its example: it is in test_option_conflicts."""
    found = call(*words.split())
    assert found.status == 2
    said = found.stderr.decode()
    assert said.startswith("gradcli: a program is missing\nhint: for example gradcli ")
    example = said.partition("for example gradcli ")[2].partition("; see")[0]
    assert shlex.split(example)[: len(words.split()[:1])] == words.split()[:1]
    assert call(*shlex.split(example)).status == 0


@pytest.mark.parametrize(("line", "said"), [
    ("x x=1+-0.02", "x is uncertain by 0.02\n"), ("x*y+x x=1+-0.02 y=2", "f is uncertain by 0.06\n"),
    ("x*y x=1+-0.02 y=2+-0.1", "f is uncertain by 0.14, by 0.108 if the errors are independent\n"),
])  # fmt: skip
def test_one_uncertain_input_has_no_error_that_others_are_independent_of(line: str, said: str) -> None:
    assert f"note: to first order {said}" in call(*line.split()).stdout.decode()


def test_a_decimal_is_not_taken_for_uncertain() -> None:
    """The uncertain branch does not count; 0.1 is as near as so many bits can be."""
    assert "to first order" not in call("max(x, y)", "x=0.1", "y=0.01+-0.001").stdout.decode()
    assert "uncertain by 1e-61\n" in call("x*y", "x=0.1", "y=1+-1e-60").stdout.decode()


@pytest.mark.parametrize("line", [
    "sin(x) x=pi/2±0.1", "cos(x) x=pi±0.1", "(x-0.1)**2 x=0.1±0.01", "x**2 x=0±0.1", "(x-1/3)**2 x=1/3±0.1",
])  # fmt: skip
def test_where_the_derivative_is_0_there_is_no_uncertainty_to_first_order(line: str) -> None:
    """What is left of the rounding of pi/2 or 0.1, 1e-155, says nothing about them."""
    found = call(*line.split(), "--nodes", "none").stdout.decode()
    assert "note" not in found
    assert " ± " in found


def test_a_small_derivative_counts_in_first_order_errors() -> None:
    """cos(1.5707963) is 2.6795e-8; a term that is 0 leaves the others."""
    assert "f is uncertain by 2.68e-09\n" in call("sin(x)", "x=1.5707963±0.1").stdout.decode()
    assert "f is uncertain by 0.2\n" in call("sin(x)+2*y", "x=pi/2±0.1", "y=1±0.1").stdout.decode()


@pytest.mark.parametrize(("line", "note"), [
    ("where(x<1 or x>1, x, 5) x=1", "note: the condition turns here, at x = 1"),
    ("tan(x)*cos(x) x=pi/2", "note: x is slightly below pi/2"),
    ("sum(max(X, axis=1)) X=[[1,1],[2,2],[3,3]]", "note: max has a kink here, at a tie for the largest"),
])  # fmt: skip
def test_a_note_is_said_once(line: str, note: str) -> None:
    program, _, value = line.rpartition(" ")
    lines = call(program, value).stdout.decode().splitlines()
    assert sum(text.startswith(note) for text in lines) == 1
    notes = [text for text in lines if text.startswith("note: ")]
    assert len(set(notes)) == len(notes)


def test_a_note_on_one_node_stands_once_in_json() -> None:
    notes = json.loads(call("tan(x)*cos(x)+sin(y)", "x=pi/2", "y=pi", "--json").stdout)["notes"]
    assert [note["node"] for note in notes if note["kind"] == "rounded"] == [0, 4]


@pytest.mark.parametrize("options", [[], ["--wrt", "y"], ["--wrt", "x,y"], ["--at-kink", "error"]])
def test_a_formula_without_a_value_is_no_second_derivative_less(options: list[str]) -> None:
    """x**y at x = 0, y = 2 is 0 for all y nearby; as a formula its derivative has log(0)."""
    found = json.loads(call("--json", "--hessian", "x^y", "x=0", "y=2", *options).stdout)
    whole = {"x": {"x": 2, "y": 0}, "y": {"x": 0, "y": 0}}
    names = ["y"] if "y" in options else ["x", "y"]
    assert found["hessian"] == {a: {b: whole[a][b] for b in names} for a in names}
