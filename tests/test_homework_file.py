"""The homework file: what it may say, and what is said where it says something else."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import GradcliError, InputError, Source, draw
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.text import position

GOOD = """\
title = "Week 3"

[defaults]
rtol = 0.02
reveal = "correct"

[[problem]]
id = "p1"
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4.0 }
points = 10

[problem.weights]
"df/dx" = 2

[[problem.accept]]
item = "df/dx"
claims = ["4", 4.5, "q + 1"]

[[problem.mistake]]
item = "df/dz"
gives = "z"
message = "You gave z itself."
credit = 0.25

[[problem]]
program = '''
s = sigmoid(w*x + b)
'''
items = ["s", "ds/dw"]
vary = 2026
rtol = 1e-3
follow_through = 0.5

[problem.at]
x = [1.5, 2.5]
b = "1/3"
"""


def loaded(text: str) -> Grader:
    return Grader(load(Source("hw.toml", text)))


def test_what_a_file_says() -> None:
    work = load(Source("hw.toml", GOOD))
    first, second = work.problems.values()
    assert (work.title, first.id, second.id) == ("Week 3", "p1", "p2")
    assert first.bindings["z"].text == "-4.0"  # as it was written
    assert (first.points, first.weights, first.seed, first.reveal) == (10, {"df/dx": 2}, None, "correct")
    assert [s.text for s in first.accept[0].claims] == ["4", "4.5", "q + 1"]
    assert (first.mistakes[0].gives.text, first.mistakes[0].credit) == ("z", 0.25)
    assert (first.rules.rtol, second.rules.rtol, second.rules.follow_through) == (0.02, 0.001, 0.5)
    assert (second.seed, second.choices, second.items) == ("2026", {"x": ("1.5", "2.5")}, ("s", "ds/dw"))
    grader = Grader(work)
    assert grader.possible == {"p1": 10, "p2": 2}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("rtol = 0.02", "rtol = 2.0", 4, "defaults.rtol: a number from 0 to 1"),
        ("rtol = 0.02", "rtol = nan", 4, "defaults.rtol: a number from 0 to 1"),
        ("rtol = 0.02", "rtol = true", 4, "defaults.rtol: a number from 0 to 1"),
        ("rtol = 0.02", "rtoll = 0.02", 4, "defaults.rtoll: there is no such key"),
        ('reveal = "correct"', 'reveal = "some"', 5, "one of none, correct, all"),
        ("[defaults]", "[default]", 3, "default: there is no such key"),
        ('id = "p1"', 'id = "p 1"', 8, "letters, digits"),
        ('id = "p1"', 'id = "p2"', 26, "two problems p2"),
        ("points = 10", "points = -1", 11, "problem p1.points"),
        ("points = 10", "points = 0", 11, "problem p1.points"),
        ("points = 10", "pionts = 10", 11, "problem p1.pionts: there is no such key"),
        ('"df/dx" = 2', '"df/dx" = "two"', 13, "problem p1.weights: df/dx: a number"),
        ('"df/dx" = 2', '"df/dw" = 2', 13, "there is no item df/dw"),
        ('item = "df/dx"', 'item = "dw/dx"', 16, "problem p1.accept: there is no item dw/dx"),
        ('claims = ["4", 4.5, "q + 1"]', "claims = []", 18, "a claim is expected"),
        ('"q + 1"', '"w + 1"', 16, "the program has no w"),
        ('"q + 1"', "true", 18, "a number is expected"),
        ('gives = "z"', "", 20, "problem p1.mistake 1.gives: this key is missing"),
        ('gives = "z"', 'gives = "z +"', 20, "problem p1.mistake: z +"),
        ("credit = 0.25", "credit = 1.25", 24, "a number from 0 to 1"),
        ('message = "You gave z itself."', "", 20, "problem p1.mistake 1.message: this key is missing"),
        ('items = ["s", "ds/dw"]', 'items = ["s", "ds/dv"]', 30, "there is no item ds/dv"),
        ('items = ["s", "ds/dw"]', 'items = "some"', 30, "one of all, values"),
        ('items = ["s", "ds/dw"]', "items = [1]", 30, "a list of items"),
        ("vary = 2026", "vary = 1.5", 31, "a whole number or a text"),
        ("vary = 2026", "vary = false", 35, "a choice of numbers needs a seed"),
        ("x = [1.5, 2.5]", "x = []", 35, "x has no number to choose"),
        ('b = "1/3"', "b = true", 35, "b: a number is expected"),
        ("at = { x", "at = [ x", 10, "not TOML"),
        ('title = "Week 3"', "title = 3", 1, "title: a text is expected"),
        ('title = "Week 3"', 'title = "Week 3', 1, "not TOML"),
    ],
)
def test_an_error_names_the_key_and_the_line(old: str, new: str, line: int, message: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        loaded(GOOD.replace(old, new, 1))
    error = caught.value
    assert message in error.message
    assert error.source is not None
    assert error.span is not None
    assert (error.source.name, position(error.source.text, error.span[0])[0]) == ("hw.toml", line)
    assert error.status == 2
    assert len(draw(error)) <= 500


@pytest.mark.parametrize(
    ("program", "message"),
    [("q = x +", "expected"), ("q = x + y; f = q*w", "w has no value"), ("q = log(-x**2)*y*z; f = q", "undefined")],
)
def test_an_error_in_a_program_shows_the_program(program: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        loaded(GOOD.replace("q = x + y; f = q*z", program, 1))
    assert caught.value.source is not None
    assert caught.value.source.name == "the program of p1"
    assert caught.value.status == 2  # the mathematics has no answer there, but it is the file that is unusable


@pytest.mark.parametrize(
    "text", ["", "title = 'x'", "[[problem]]", "problem = 3", "problem = [{}]", "x" * 99, "a=" * 999]
)
def test_what_is_no_homework_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        loaded(text)


def test_something_has_to_count() -> None:
    zero = GOOD.replace('items = ["s", "ds/dw"]', 'items = ["s"]\nweights = { s = 0 }')
    with pytest.raises(InputError, match="nothing is asked that counts"):
        loaded(zero)


def test_inline_problems_work_and_have_no_line() -> None:
    assert loaded('problem = [{program = "x*y", at = {x = 2, y = 3}}]').possible == {"p1": 6}
    with pytest.raises(InputError) as caught:
        loaded('problem = [{program = "x*y", at = {x = 2, y = true}}]')
    assert "problem 1.at: y" in caught.value.message


@given(st.data())
def test_a_damaged_file_is_an_error_and_nothing_else(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    k = data.draw(st.integers(0, len(lines) - 1))
    junk = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
    lines[k] = data.draw(st.one_of(junk, st.just(""), st.sampled_from(lines), junk.map(lambda t: lines[k] + t)))
    try:
        loaded("\n".join(lines))
    except GradcliError as error:
        assert error.status == 2
        assert len(draw(error)) <= 500


def test_a_tolerance_of_a_problem_stands_instead_of_the_usual_one() -> None:
    text = "[defaults]\nrtol = 0.1\n[[problem]]\nprogram = 'x*y'\nat = { x = 2, y = 3 }\n"
    problems = load(Source("hw.toml", text + "sigfigs = 3\n")).problems
    assert [(p.rules.rtol, p.rules.sigfigs) for p in problems.values()] == [(None, 3)]
    for both in ("sigfigs = 3\nrtol = 0.1\n", "rtol = 1\n"):
        with pytest.raises(InputError, match=r"rtol: "):
            load(Source("hw.toml", text + both))


LONG = ".".join(["a"] * 20_000)


@pytest.mark.parametrize(
    "text", [f"{LONG} = 1", f"[{LONG}]", f"[[{LONG}]]", f"x = {{ {LONG} = 1 }}", " . ".join(["'a'", '"b.c"'] * 9),
             f'title = """\n"quoted"\n"""\n{LONG} = 1', f"title = '''\n{{'''\n{LONG} = 1"],
)  # fmt: skip
def test_a_key_of_many_parts_is_refused_at_once(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="a key of more than 16 parts"):
            load(Source("hw.toml", text))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text", [f'title = "{LONG}"', f"title = '{LONG}'", f'title = """\n{LONG} = 1\n\\"""{LONG}\n"""', f"# {LONG} = 1",
             f"title = '''\n''{LONG}'''", f'title = "\\"{LONG}" # {LONG}'],
)  # fmt: skip
def test_a_text_or_remark_with_many_points_is_no_key(text: str) -> None:
    problem = '[[problem]]\nprogram = "x*y"\nat = { x = 1.5, y = 2 }\n'
    assert list(load(Source("hw.toml", f"{text}\n{problem}")).problems) == ["p1"]
