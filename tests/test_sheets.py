"""Worksheets: blank ones, keys, published keys; filled in correctly they earn everything."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.commands import run
from gradcli.errors import InputError, Source
from gradcli.homework.claims.items import worksheet
from gradcli.homework.classroom import published_key as published
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import Homework, fixed_problem, load
from gradcli.homework.classroom.problem_instance import ParsedProblem
from gradcli.homework.classroom.published_grading import PublishedGrader
from gradcli.homework.classroom.sheet import Worksheet, sheet_of
from gradcli.homework.classroom.submissions import Entry, Trouble, read
from gradcli.homework.marking.marks import Claim
from gradcli.reports.sheet import render

from .examples import examples
from .problems import PROBLEMS

KINKED = {"kink": ("relu(x)*y", {"x": 0.0, "y": 2.0}), "zero": ("x*y - 6", {"x": 2.0, "y": 3.0})}
ALL = {**PROBLEMS, **KINKED}


def homework(name: str, seed: str | None = None) -> Homework:
    program, point = ALL[name]
    bindings = {} if seed else {key: Source(key, repr(value)) for key, value in point.items()}
    return Homework(name, {"p1": fixed_problem(Source("program", program), bindings, seed=seed)})


def sheet(work: Homework, student: str | None = None) -> Worksheet:
    return sheet_of(
        work.title, student, [ParsedProblem(problem).for_student(student or "") for problem in work.problems.values()]
    )


def entries(text: str, student: str = "ann") -> list[Entry]:
    found = list(read(io.StringIO(text, newline=""), "sheet.csv", student))
    assert not [row for row in found if isinstance(row, Trouble)]
    return [row for row in found if isinstance(row, Entry)]


@pytest.mark.parametrize("name", ALL)
def test_a_blank_sheet_asks_everything_and_answers_nothing(name: str) -> None:
    made = sheet(homework(name))
    rows = list(csv.DictReader(io.StringIO(render(made, "csv", key=False))))
    asked = [row for row in rows if row["question"] != "given"]
    assert len(asked) == len(worksheet(made.parts[0].instance.record))
    assert all(row["claim"] == "" and row["problem"] == "p1" for row in asked)
    assert {row["item"]: float(row["claim"]) for row in rows if row["question"] == "given"} == ALL[name][1]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("seed", [None, "2026"])
def test_a_correctly_filled_sheet_earns_everything(name: str, seed: str | None) -> None:
    if seed and name == "zero":
        return
    work = homework(name, seed)
    for student in ("ann", "bob"):
        result, troubles = Grader(work).result(student, entries(render(sheet(work, student), "csv", key=True)))
        assert not troubles
        assert result.earned == result.possible > 0
        assert {line.status for line in result.lines} == {"correct"}


@pytest.mark.parametrize("name", ALL)
def test_a_published_key_accepts_the_key_and_hides_it(name: str) -> None:
    work = homework(name)
    instances = [ParsedProblem(problem).for_student("") for problem in work.problems.values()]
    text = published.dump(published.published_key("T", instances))
    key = published.load(Source("key.json", text))
    result, _ = PublishedGrader(key).result("ann", entries(render(sheet(work), "csv", key=True)))
    assert result.earned == result.possible > 0
    for item in instances[0].weights:
        answer = instances[0].answer(item)
        assert len(answer) < 4 or answer not in text


def test_what_has_several_right_answers_is_in_no_published_key() -> None:
    instances = [ParsedProblem(problem).for_student("") for problem in homework("kink").problems.values()]
    hashes = published.published_key("T", instances).problems["p1"].hashes
    assert "df/dx" not in hashes
    assert "df/dy" in hashes


def status(answer: str, claim: str, figures: int = 3) -> str:
    """Return the verdict of a key that holds one answer."""
    hashes = {"q": published.hash_of("salt", 1, "q", published.rounded(Decimal(answer), figures))}
    problem = published.PublishedProblem("p1", "salt", hashes, {}, 1.0)
    key = published.PublishedKey("T", figures, 1, {"p1": problem})
    return published.check(key, problem, [Claim("q", claim)])[0].status


@pytest.mark.parametrize(
    ("answer", "claim", "verdict"),
    [
        ("0.7310585786", "0.731", "correct"),
        ("0.7310585786", "0.73105858", "correct"),
        ("0.7310585786", "0.732", "correct"),  # a neighbour: 0.13 % off
        ("0.7310585786", "0.734", "wrong"),
        ("0.7349", "0.73", "imprecise"),
        ("0.7349", "0.7", "imprecise"),
        ("0.7349", "0.8", "wrong"),
        ("0.7310585786", "0.74", "wrong"),
        ("0.7310585786", "-0.731", "wrong"),
        ("0.7310585786", "7.31", "wrong"),
        ("-12", "-12", "correct"),
        ("-12", "-12.0", "correct"),
        ("-12", "-24/2", "correct"),
        ("-12", "12", "wrong"),
        ("0", "0", "correct"),
        ("0", "0.0", "correct"),
        ("0", "0.1", "wrong"),
        ("9.996", "10.0", "correct"),
        ("9.996", "9.99", "correct"),
        ("100", "99.9", "correct"),
        ("1e-30", "0", "correct"),  # what is smaller than 1e-8 is 0
        ("3", "three", "invalid"),
        ("3", "x+1", "invalid"),
        ("3", "", "missing"),
    ],
)
def test_how_a_claim_is_checked_against_a_hash(answer: str, claim: str, verdict: str) -> None:
    assert status(answer, claim) == verdict


@examples(200)
@given(
    st.floats(1e-6, 1e9).flatmap(lambda x: st.sampled_from([x, -x])),
    st.floats(-4, 4),
    st.integers(2, 6),
    st.integers(0, 3),
)
def test_the_precision_that_a_published_key_can_check(answer: float, off: float, figures: int, more: int) -> None:
    """Within half a unit of the last figure is right, beyond two units is wrong, whatever the number of digits."""
    exact = Decimal(repr(answer))
    unit = Decimal(1).scaleb(exact.adjusted() - figures + 1)
    claim = exact + Decimal(repr(off)) * unit
    written = f"{claim:.{figures - 1 + more}e}"
    verdict = status(repr(answer), written, figures)
    distance = abs(Decimal(written) - exact) / unit
    if Decimal(written).adjusted() != exact.adjusted():
        return  # across a power of ten the units differ
    if distance <= Decimal("0.5"):
        assert verdict == "correct"
    elif distance > Decimal("2.01"):
        assert verdict == "wrong"


@pytest.mark.parametrize(
    "text",
    ["{}", "{", '{"schema": "gradcli/1"}', '{"schema": "gradcli.key/1"}', "[" * 99_999,
     '{"schema": "gradcli.key/1", "figures": 3, "rounds": 1e9, "problems": []}',
     '{"schema": "gradcli.key/1", "figures": 99, "rounds": 1, "problems": [{"id": "a", "salt": "", "items": {}}]}'],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        published.load(Source("key.json", text))


def test_equal_input_gives_equal_keys_and_other_numbers_another_salt() -> None:
    def dumped(z: str) -> str:
        bindings = {"x": Source("x", "2"), "z": Source("z", z)}
        return published.dump(
            published.published_key(
                "T", [ParsedProblem(fixed_problem(Source("program", "x*z"), bindings)).for_student("")]
            )
        )

    assert dumped("3") == dumped("3")
    assert json.loads(dumped("3"))["problems"][0]["salt"] != json.loads(dumped("4"))["problems"][0]["salt"]


@pytest.mark.parametrize("format", ["markdown", "latex"])
def test_a_title_is_one_line_without_marks(format: str) -> None:
    work = Homework("a\n\n# b\x1b[31m \u202e", homework("first").problems)
    text = render(sheet(work, "x\ny"), format, key=False)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not [line for line in text.splitlines() if line.startswith("# b")]


def test_markdown_shows_the_problem_and_a_table() -> None:
    text = render(sheet(homework("first"), "a_b|c"), "markdown", key=True)
    assert text.startswith("# first\n\nstudent: a\\_b\\|c\n")
    assert "q = x + y; f = q*z" in text
    assert "| `df/dx` | gradient of f with respect to x | -4 |" in text


@pytest.mark.parametrize("name", ALL)
def test_latex_is_set_by_pdflatex(name: str, tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("there is no pdflatex here")
    work = homework(name)
    work = Homework(r"50% of $x_1$ & \more #1 ~^{}", work.problems)
    for key in (False, True):
        path = tmp_path / f"{key}.tex"
        path.write_text(render(sheet(work, "o'hara_{}"), "latex", key=key), encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", path.name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("more", [[], ["--lint"], ["--key"], ["--hash"]])
def test_uncertain_values_are_refused(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sheet", "x*y", "x=2.5+-0.1", "y=1", *more]) == 2
    assert "a worksheet cannot have uncertain values" in capsys.readouterr().err


def test_a_sheet_shows_statements_as_written_and_explains_unnamed_nodes() -> None:
    """Nothing on a sheet speaks of a node that it neither asks for nor explains."""
    source = Source("program", "sg(x) = 1/(1 + exp(-x)); s = w*x+b; p = sg(s*x); f = p*(1 - p)")
    bindings = {name: Source(name, "2") for name in "wxb"}

    def asked(*items: str) -> list[str]:
        instance = ParsedProblem(fixed_problem(source, bindings)._replace(items=items)).for_student("")
        return [instance.question(item) for item in instance.weights]

    assert asked("s", "p", "f", "local(s,b)", "df/dv1", "dp/dv1") == [
        "value of s = w*x+b",
        "value of p = sg(s*x)",
        "value of f = p*(1 - p)",
        "local gradient of s = v1 + b with respect to b (v1 = w*x)",
        "gradient of f with respect to v1 (v1 = w*x)",
        "derivative of p with respect to v1 (v1 = w*x)",
    ]
    assert asked("v1", "v3", "v4", "local(s,b)") == [
        "value of v1 = w*x",
        "value of v3 = -(s*x)",
        "value of v4 = exp(v3)",
        "local gradient of s = v1 + b with respect to b",
    ]


def test_a_latex_sheet_explains_unnamed_nodes() -> None:
    problem = fixed_problem(Source("program", "f = sigmoid(w*x)"), {n: Source(n, "2") for n in "wx"})
    instance = ParsedProblem(problem._replace(items=("f", "df/dv1"))).for_student("")
    text = render(sheet_of("T", None, [instance]), "latex", key=False)
    assert r"f = \sigma\left(w \cdot x\right) =" in text
    assert r"\frac{df}{dv_{1}} =$ \newline {\footnotesize $v_{1} = w \cdot x$}" in text


TOLD = """
title = "Week 3"
[[problem]]
title = "A *neuron*"
text = "Work it out.\\nShow how."
due = 2026-12-01T18:00:00
hint = "The slope is s(1 - s)."
attempts = 3
penalty = 0.1
decimals = 4
numeric = true
program = "h1 = sigmoid(w*x + b)  # a neuron\\nE = (h1 - t)**2/2"
at = { w = 1, x = 2, b = 3, t = 1 }
items = ["E", "dE/dw", "local(E,v4)"]
"""
SAID = {
    "title": "A *neuron*", "text": "Work it out. Show how.", "program": "h1 = sigmoid(w*x + b); E = (h1 - t)**2/2",
    "where": "v4 = (h1 - t)**2",
    "precision": "round every number to 4 decimals, whole numbers exactly; "
    "a number with too few decimals counts nothing",
    "answers": "numbers, no formulas", "due": "2026-12-01 18:00:00",
    "attempts": "3, each wrong one takes 10 % of the credit", "hint": "The slope is s(1 - s).",
}  # fmt: skip


def test_a_sheet_says_what_is_needed_to_do_it_alone() -> None:
    made = sheet(load(Source("hw.toml", TOLD)), "ann")
    rows = list(csv.DictReader(io.StringIO(render(made, "csv", key=False))))
    notes = " ".join(row["notes"] or "" for row in rows)
    markdown, latex = (render(made, format, key=False) for format in ("markdown", "latex"))
    for label, text in SAID.items():
        assert f"{label}: {text}" in notes
        assert label in ("title", "text", "program") or f"{label}: " in markdown
        assert label in ("title", "text", "program") or f"{label}: " in latex
    assert "## p1: A \\*neuron\\*\n\nWork it out. Show how.\n" in markdown
    assert [row["question"] for row in rows] == ["given"] * 4 + [row["question"] for row in rows[4:]]
    plain = sheet(homework("first"))
    assert "precision: give 3 significant figures, whole numbers exactly" in render(plain, "csv", key=False)


def test_notes_are_on_the_sheet_where_nothing_is_given() -> None:
    work = load(Source("hw.toml", "[[problem]]\nprogram = 'x = 2; f = x*x'\nitems = ['f']"))
    rows = list(csv.DictReader(io.StringIO(render(sheet(work), "csv", key=False))))
    assert "program: x = 2; f = x*x" in (rows[0]["notes"] or "")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("student", [None, "Zoë | O'Hara_2"])
def test_a_sheet_in_markdown_is_read_back(name: str, student: str | None) -> None:
    made = sheet(homework(name), student)
    from_csv, from_markdown = (entries(render(made, format, key=True)) for format in ("csv", "markdown"))
    assert [entry[:4] + entry[5:] for entry in from_markdown] == [entry[:4] + entry[5:] for entry in from_csv]
    assert not [entry for entry in entries(render(made, "markdown", key=False)) if not entry.given]
