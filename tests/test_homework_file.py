"""The homework file: what it may say, and what is said where it says something else."""

from __future__ import annotations

import json
import tomllib
import tracemalloc

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gradcli.commands.error_text import draw
from gradcli.errors import GradcliError, InputError, Source
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.toml_places import Places
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
    assert (first.policy.rtol, second.policy.rtol, second.policy.follow_through) == (0.02, 0.001, 0.5)
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
        ('"df/dx" = 2', '"df/dx" = "two"', 14, "problem p1.weights: df/dx: a number"),
        ('"df/dx" = 2', '"df/dw" = 2', 14, "there is no item df/dw"),
        ('item = "df/dx"', 'item = "dw/dx"', 17, "problem p1.accept 1.item: there is no item dw/dx"),
        ('claims = ["4", 4.5, "q + 1"]', "claims = []", 18, "a claim is expected"),
        ('"q + 1"', '"w + 1"', 18, "the program has no w"),
        ('"q + 1"', "true", 18, "a number is expected"),
        ('gives = "z"', "", 20, "problem p1.mistake 1.gives: this key is missing"),
        ('gives = "z"', 'gives = "z +"', 22, "problem p1.mistake 1.gives: z +"),
        ("credit = 0.25", "credit = 1.25", 24, "a number from 0 to 1"),
        ('message = "You gave z itself."', "", 20, "problem p1.mistake 1.message: this key is missing"),
        ('items = ["s", "ds/dw"]', 'items = ["s", "ds/dv"]', 30, "there is no item ds/dv"),
        ('items = ["s", "ds/dw"]', 'items = "some"', 30, "one of all, values"),
        ('items = ["s", "ds/dw"]', "items = [1]", 30, "a list of items"),
        ("vary = 2026", "vary = 1.5", 31, "a whole number or a text"),
        ("vary = 2026", "vary = false", 35, "a choice of numbers needs a seed"),
        ("x = [1.5, 2.5]", "x = []", 36, "x has no number to choose"),
        ('b = "1/3"', "b = true", 37, "b: a number is expected"),
        ("at = { x", "at = [ x", 10, "not TOML"),
        ('title = "Week 3"', "title = 3", 1, "title: a text is expected"),
        ("rtol = 0.02", 'weights = "ideas"', 4, "defaults.weights: one of concept, equal is expected"),
        ("rtol = 0.02", "weights = { x = 1 }", 4, "defaults.weights: one of concept, equal is expected"),
        ("rtol = 0.02", "decimals = 1.5", 4, "defaults.decimals: a whole number from 0 to 15"),
        ("rtol = 0.02", "decimals = 4\nsigfigs = 3", 4, "defaults.decimals: give significant figures or decimals"),
        ("rtol = 0.02", 'numeric = "yes"', 4, "defaults.numeric: true or false is expected"),
        ("rtol = 0.02", 'due = "soon"', 4, "defaults.due: a date is expected, such as 2026-12-01"),
        ("rtol = 0.02", "due = 5", 4, "defaults.due: a date is expected, such as 2026-12-01"),
        ("rtol = 0.02", "due = 07:30:00", 4, "defaults.due: a date is expected, such as 2026-12-01"),
        ("rtol = 0.02", "text = 'x'", 4, "defaults.text: there is no such key"),
        ("rtol = 0.02", "vary_version = 4", 4, "defaults.vary_version: a whole number from 1 to 3"),
        ("points = 10", "attempts = 0", 11, "problem p1.attempts: a whole number from 1 to 1000"),
        ("points = 10", "penalty = 1.5", 11, "problem p1.penalty: a number from 0 to 1"),
        ("points = 10", "hint = 3", 11, "problem p1.hint: a text is expected"),
        ("points = 10", "title = ''", 11, "problem p1.title: a text is expected"),
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


ONE = '[[problem]]\nid = "a"\nprogram = "q = x*y; f = q + x"\nat = { x = 1, y = 2 }\n'


@pytest.mark.parametrize(
    ("old", "new", "line", "marked", "message", "hint"),
    [
        # keys that no table has
        ("program", "programm", 3, "programm", "problem a.programm: there is no such key", "did you mean program?"),
        ("[[problem]]", "[[problems]]", 1, "[[problems]]", "problems: there is", "did you mean problem?"),
        ("[[problem]]", "", 2, "id", "id: there is no such key", "id stands under [[problem]]"),
        ("[[", "[[mistakes]]\n[[", 1, "[[mistakes]]", "mistakes: there is", "write [[problem.mistake]]"),
        ("[[", "[default]\n[[", 1, "[default]", "default: there is no such key", "did you mean defaults?"),
        ("[[", "[defaults]\npoints = 1\n[[", 2, "points", "defaults.points", "points stands under [[problem]]"),
        (ONE, ONE + '[[problem.mistake]]\nitm = "f"', 6, "itm", "a.mistake 1.itm: there is", "did you mean item?"),
        (ONE, 'problem = [{ programm = "x" }]', 1, "programm", "programm: there is", "did you mean program?"),
        # numbers of what is no input
        ("y = 2", "y = 2, q = 3", 4, "q", "problem a.at: the program computes q", "the inputs are x, y"),
        ("y = 2", "y = 2, t = 3", 4, "t", "problem a.at: nothing in the program uses t", "the inputs are x, y"),
        ("y = 2", "y = 2, t = [3, 4] }\nvary = 1 #", 4, "t", "nothing in the program uses t", "the inputs are x, y"),
        ("y = 2", 'y = 2, "x y" = 3', 4, '"x y"', "x y is not a name", "an input"),
        ("at = { x = 1, y = 2 }", "at.x = 1\nat.y = 2\nat.q = 3", 6, "q", "computes q", "the inputs are x, y"),
        ("at = { x = 1, y = 2 }", "[problem.at]\nx = 1\ny = 2\nt = 3", 7, "t", "nothing", "the inputs are x, y"),
        ("y = 2", "yy = 2", 4, "yy", "nothing in the program uses yy", "did you mean y? the inputs are x, y"),
        # numbers that are none, too many or missing
        (", y = 2", "", 4, "{ x = 1 }", "problem a.at: y has no value", "add at = { y = ... }, or vary = SEED"),
        ("y = 2", 'y = "2/t"', 4, "t", "problem a.at: y: t is not a number", "a value is a number"),
        ("y = 2", 'y = "log(0)"', 4, "log(0)", "problem a.at: y: this has no value", None),
        ("y = 2", "y = 1e999", 4, "1e999", "problem a.at: y: this number overflows", "the largest"),
        ("y = 2", 'y = "2+-1"', 4, '"2+-1"', "a worksheet cannot have uncertain values", "a plain number"),
        ("y = 2", "y = [1, true]", 4, "true", "problem a.at: y: a number is expected", None),
        ("y = 2", "y = 1979-05-27", 4, "1979-05-27", "problem a.at: y: a number is expected", None),
        # programs
        ("x*y;", "x*y);", 3, ")", "problem a.program: this ) has no (", None),
        ('"q = x*y; f = q + x"', "'''\nq = x*y\nf = q +* x\n'''", 5, "*", "not *", None),
        ('"q = x*y; f = q + x"', '"""\nq = x*y;\\\n  \\u0066 = q + log(-x)"""', 5, "log(-x)", "more than 0", None),
        ("q = x*y", "q = x*y/0", 3, "x*y/0", "problem a.program: x*y/0 is undefined", None),
        # items and weights
        (ONE, ONE + 'items = ["f", "df/dt"]', 5, '"df/dt"', "a.items: there is no item df/dt", "the names are"),
        (ONE, ONE + "weights = { t = 2 }", 5, "t", "a.weights: there is no item t", "items are written"),
        (ONE, ONE + 'items = ["f"]\nweights = { q = 2 }', 6, "q", "a.weights: q is not among the items", None),
        (ONE, ONE + "weights = { q = -2 }", 5, "-2", "a.weights: q: a number from 0", None),
        (ONE, ONE + 'fixed = ["x", "q"]', 5, '"q"', "a.fixed: q is not an input", "the inputs are x, y"),
    ],
)  # fmt: skip
def test_an_error_stands_at_what_is_wrong(
    old: str, new: str, line: int, marked: str, message: str, hint: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        loaded(ONE.replace(old, new, 1))
    error = caught.value
    assert message in error.message
    assert (hint or "") in (error.hint or "")
    assert error.source is not None
    assert error.span is not None
    assert error.source.text[slice(*error.span)] == marked
    assert (error.source.name, position(error.source.text, error.span[0])[0]) == ("hw.toml", line)
    assert error.status == 2  # where the mathematics has no answer too: it is the file that is unusable


TOML_TEXT = st.text(st.sampled_from("ab \\\"'\n\t#=[]{},.é"), max_size=8)
TOML_VALUE = st.recursive(
    st.integers(-99, 99) | st.booleans() | TOML_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TOML_TEXT, inner, max_size=3),
    max_leaves=8,
)


def written(value: object, quotes: str) -> str:
    """Return a value in TOML; texts are of one line, or with `quotes` of several."""
    if isinstance(value, str):
        text = json.dumps(value)
        return text if len(quotes) == 1 else f'"""\n{text[1:-1]}\\\n  """'
    if isinstance(value, list):
        return "[" + ", # [\n".join(written(one, quotes) for one in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {written(one, quotes)}" for k, one in value.items()) + " }"
    return json.dumps(value)


@given(st.dictionaries(TOML_TEXT, TOML_VALUE, max_size=4), st.sampled_from(['"', '"""']))
def test_values_are_found_where_they_stand(data: dict[str, object], quotes: str) -> None:
    pairs = "".join(f"{json.dumps(key)} = {written(value, quotes)} # ]\n" for key, value in data.items())
    text = f"# [x]\n{pairs}[t . 'a.b']\n{pairs}[[r]]\n[[r]]\n[r.s]\n{pairs}"
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # a key of the data is one of the tables
        assume(False)
    places = Places(text)

    def visit(value: object, path: tuple[str | int, ...]) -> None:
        if path in places.values:
            assert tomllib.loads(f"v = {text[slice(*places.values[path])]}")["v"] == value
            if isinstance(value, str) and (found := places.characters(path)):
                assert len(found) == len(value) + 1
                assert all(text[k] in (c, "\\") for k, c in zip(found, value, strict=False))
        else:  # a table with a header
            assert path in places.keys or not path
        if isinstance(value, dict):
            for key, inner in value.items():
                visit(inner, (*path, key))
        elif isinstance(value, list):
            for k, inner in enumerate(value):
                visit(inner, (*path, k))

    visit(whole, ())


@pytest.mark.parametrize(
    "text", ["", "title = 'x'", "[[problem]]", "problem = 3", "problem = [{}]", "x" * 99, "a=" * 999]
)
def test_what_is_no_homework_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        loaded(text)


def test_something_has_to_count() -> None:
    zero = GOOD.replace('items = ["s", "ds/dw"]', 'items = ["s"]\nweights = { s = 0 }')
    with pytest.raises(InputError, match="no item has a weight"):
        loaded(zero)


def test_inline_problems_work() -> None:
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


@pytest.mark.parametrize(
    "due", ["2026-12-01", "'2026-12-01'", "2026-12-01T18:00:00", "'2026-12-01 18:00'", "2026-12-01 18:00:00Z"]
)
def test_a_due_date_is_a_date_or_a_time(due: str) -> None:
    one = "[[problem]]\nprogram = 'x'\nat = { x = 2 }\n"
    usual = f"[defaults]\ndue = {due}\nnumeric = true\nweights = 'equal'\npenalty = 0.5\n"
    more = "numeric = false\nweights = 'concept'\npenalty = 0\nattempts = 2\n"
    first, second = load(Source("hw.toml", usual + one + one + more)).problems.values()
    assert str(first.due).startswith("2026-12-01")
    assert first.due == second.due
    assert (first.by_concept, first.penalty, first.attempts) == (False, 0.5, 0)
    assert (second.by_concept, second.penalty, second.attempts) == (True, 0, 2)
    assert "value" in first.policy.numeric
    assert second.policy.numeric == ()


def test_a_tolerance_of_a_problem_stands_instead_of_the_usual_one() -> None:
    text = "[defaults]\nrtol = 0.1\n[[problem]]\nprogram = 'x*y'\nat = { x = 2, y = 3 }\n"
    problems = load(Source("hw.toml", text + "sigfigs = 3\n")).problems
    assert [(p.policy.rtol, p.policy.sigfigs) for p in problems.values()] == [(None, 3)]
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


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("due = 20.11.2026", "a date is written 2026-12-01 (year-month-day), and a time 2026-12-01 18:00:00"),
        ('due = "20.11.2026"', "a date is written 2026-12-01"),
        ("due = 2026-12-01 18:00", "a date is written 2026-12-01"),
        ("due = next Friday", "a date is written 2026-12-01"),
        ("due = 12:30", "a date is written 2026-12-01"),
        ("numeric = True", "write numeric = true"),
        ("diagnose = no", "write diagnose = false"),
        ("rtol = 0,02", "write rtol = 0.02, with a point"),
        ("title = Week 3", 'a text stands between straight quotes: title = "..."'),
        ("title = \u201eWeek\u201c", "a text stands between straight quotes"),
    ],
)
def test_what_toml_refuses_is_told_in_the_words_of_its_writer(line: str, hint: str) -> None:
    text = f"[[problem]]\nprogram = 'q = x*y'\nat = {{ x = 2, y = 3 }}\n{line}\n"
    with pytest.raises(InputError) as refused:
        load(Source("hw.toml", text))
    assert hint in (refused.value.hint or "")
    assert refused.value.span is not None
    assert text[: refused.value.span[0]].count("\n") == 3
