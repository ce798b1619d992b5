"""Notes are data: what they carry, how every kind is worded, and that wording is all that depends on the words."""

from __future__ import annotations

import inspect
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import gradcli
from gradcli import differentiate
from gradcli.calculus.notes import NOTHING, SIDES, WORDS, KinkError, Note, distinct, is_number, slope
from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import MathError, Source
from gradcli.numbers.systems import FLOAT
from gradcli.record.higher_derivatives import differentiate_formula, hessian
from gradcli.reports.json_text import note_fields
from gradcli.reports.schema import SCHEMAS


def worded(kind: str, *, of: str = "x", wrt: str = "x", left: Any = None, right: Any = None, **detail: Any) -> str:
    note = Note(kind, 0, of, "f", tuple(wrt.split()), left, right, detail or NOTHING)
    return note.worded(FLOAT.brief).message


@pytest.mark.parametrize(("wrt", "text"), [
    ((), "f"), (("x",), "df/dx"), (("x", "x"), "d²f/dx²"), (("x", "y"), "d²f/dxdy"), (("x", "x", "y"), "d³f/dx²dy"),
    (("x",) * 12, "d¹²f/dx¹²"),
])  # fmt: skip
def test_quantities(wrt: tuple[str, ...], text: str) -> None:
    assert slope("f", wrt) == text
    assert Note("one-sided", 0, "x", "f", wrt).order == len(wrt)


@pytest.mark.parametrize(("left", "right", "text"), [
    (-1.0, 1.0, "df/dx is -1 from the left and 1 from the right"),
    (0.1, 1e-9, "df/dx is 0.1 from the left and 1e-09 from the right"),
    ("-inf", "inf", "df/dx is infinite (falling) from the left and infinite (rising) from the right"),
    ("inf", "inf", "df/dx is infinite (rising) from both sides"),
    (0.0, "inf", "df/dx is 0 from the left and infinite (rising) from the right"),
    ("jump", 3.0, "f jumps on the left and df/dx is 3 from the right"),
    (3.0, "jump", "df/dx is 3 from the left and f jumps on the right"),
    ("jump", "jump", "df/dx: f jumps on both sides"),
    ("jump", "outside", "df/dx: f jumps on the left and has no value on the right"),
    ("outside", 2.5, "f has no value on the left and df/dx is 2.5 from the right"),
    ("outside", "outside", "df/dx: f has no value on either side"),
    ("undetermined", 1.0, "df/dx is undetermined from the left and 1 from the right"),
    ("undetermined", "undetermined", "df/dx is undetermined from both sides"),
])  # fmt: skip
def test_sides_in_words(left: Any, right: Any, text: str) -> None:
    assert worded("one-sided", left=left, right=right) == text


@pytest.mark.parametrize(("left", "right", "text"), [
    (0.0, 2.0, "d²f/dxdy is 0 from the left and 2 from the right"),
    ("jump", 2.0, "df/dx jumps on the left and d²f/dxdy is 2 from the right"),
    ("outside", "inf", "df/dx has no value on the left and d²f/dxdy is infinite (rising) from the right"),
])  # fmt: skip
def test_sides_of_a_second_derivative(left: Any, right: Any, text: str) -> None:
    """What jumps, or has no value, is what is differentiated once more: the first derivative."""
    assert worded("one-sided", of="y", wrt="x y", left=left, right=right) == text


def test_every_pair_of_sides_has_words_of_its_own() -> None:
    pairs = list(product([*SIDES, 1.0, 2.0], repeat=2))
    assert len({worded("one-sided", left=a, right=b) for a, b in pairs}) == len(pairs)


@pytest.mark.parametrize(("text", "kind", "detail"), [
    ("df/dx is 2 from both sides", "settled", {}),
    ("df/dx: the slope of sqrt(x) is infinite", "undefined", {"why": "the slope of sqrt(x) is infinite"}),
    ("df/dx is beyond the largest binary64; --digits 12 shows it", "overflow", {"number": float("inf")}),
    ("df/dx is not a number in plain binary64; --digits 12 shows it", "overflow", {"number": float("nan")}),
    ("df/dx is beyond the largest binary64; --digits 12 in place of --ieee may show it", "overflow",
     {"number": float("inf"), "plain": True}),
    ("df/dx is not 0, but nearer to it than any other binary64; --digits 12 shows it", "underflow", {"number": 0.0}),
    ("x is the value bound, not the constant", "constant", {"computed": False}),
    ("x is computed by the program, not the constant", "constant", {"computed": True}),
    ("binary64 was not enough: settled with balls of 512 bits", "precision", {"bits": 512}),
    ("to first order x is uncertain by 0.3, by 0.25 if the errors are independent", "uncertainty",
     {"worst": 0.3, "independent": 0.25}),
    ("x is slightly below 3", "rounded", {"side": "below", "shown": "3", "decimal": None}),
    ("x is slightly above 3: 0.1 is read as the nearest binary64; --exact takes decimals as they are", "rounded",
     {"side": "above", "shown": "3", "decimal": "0.1"}),
    ("relu has a kink here, at q = 0", "kink", {"operation": OPERATIONS["relu"], "arguments": ["q"]}),
    ("the condition turns here, at q = 2", "kink", {"operation": OPERATIONS["lt"], "arguments": ["q", "2"]}),
    ("atan2 has a kink here, at b = 0 and a < 0", "kink", {"operation": OPERATIONS["atan2"], "arguments": ["b", "a"]}),
    ("max has a kink here, at a tie for the largest", "kink",
     {"operation": OPERATIONS["max"], "arguments": ["a", "b"]}),
    ("relu has a kink here", "kink", {"operation": OPERATIONS["relu"], "arguments": None}),
    ("d²f/dxdy as a formula: abs has a kink here, at x = 0", "kink",
     {"operation": OPERATIONS["abs"], "arguments": ["x"], "within": ("x", "y")}),
    ("computing all one-sided derivatives is more work than the limit allows", "kink", {"limit": True}),
])  # fmt: skip
def test_every_kind_in_words(text: str, kind: str, detail: dict[str, Any]) -> None:
    assert worded(kind, left=2.0, right=2.0, **detail) == text


def test_the_kinds_are_those_of_the_schema_and_of_the_docstring() -> None:
    kinds = SCHEMAS["gradcli"]["properties"]["notes"]["items"]["properties"]["kind"]["enum"]
    assert sorted(kinds) == sorted([*WORDS, "elementwise", "probabilities"])  # which arrays alone have, as they are
    text = inspect.getdoc(Note) or ""
    assert set(re.findall(r"`([a-z-]+)`", text)) >= set(WORDS)


@pytest.mark.parametrize("side", [*SIDES, None])
def test_words_are_no_numbers(side: Any) -> None:
    assert not is_number(side)
    assert Note("one-sided", 0, "x", "f", ("x",), side, 1.0).numbers is None
    assert Note("one-sided", 0, "x", "f", ("x",), 1.0, side).numbers is None
    assert note_fields(Note("one-sided", 0, "x", "f", ("x",), side, 1.0), FLOAT.plain)["left"] == side


def test_both_numbers_may_be_texts() -> None:
    (note,) = (n for n in differentiate("abs(x)", {"x": 0}, digits=5).notes if n.kind == "one-sided")
    assert note.numbers == (note.left, note.right) == ("-1", "1")


@pytest.mark.parametrize(("program", "point"), [
    ("q = 2*x; abs(q)", {"x": 0}), ("max(x, y)", {"x": 1, "y": 1}), ("where(x > 0, 3*x, x)", {"x": 0}),
])  # fmt: skip
def test_a_record_carries_what_its_messages_say(program: str, point: dict[str, float]) -> None:
    record = differentiate(program, point)
    names = record.graph.by_label
    sided = [note for note in record.notes if note.kind == "one-sided"]
    assert sided
    for note in sided:
        assert (note.node, note.output, note.wrt, note.order) == (names[note.of], "f", (note.of,), 1)
        left, right = note.numbers or (None, None)
        assert note.message == f"df/d{note.of} is {left:g} from the left and {right:g} from the right"
        assert note_fields(note, FLOAT.plain) == {
            "kind": "one-sided", "node": note.node, "message": note.message,
            "of": note.of, "order": 1, "wrt": [note.of], "left": left, "right": right,
        }  # fmt: skip


def test_notes_of_a_hessian_are_about_the_program() -> None:
    point = {"x": 0, "y": 1}
    record = differentiate("relu(x)**2*y", point)
    hessian(record)
    sided = [note for note in record.notes if note.kind == "one-sided"]
    assert [(n.of, n.order, n.wrt, n.output, n.node, n.numbers) for n in sided] == [
        ("x", 2, ("x", "x"), "f", record.output, (0.0, 2.0))
    ]
    assert all(note.message.startswith(f"{slope('f', note.wrt)}") for note in record.notes if note.order == 2)
    assert not [note for note in record.notes if note.detail.get("within")]


@pytest.mark.parametrize(("x", "sides"), [(0, [(1.0, 0.0)]), (1, []), (-1, []), (1e-9, [])])
def test_a_slope_that_bends_is_told_where_it_does(x: float, sides: list[tuple[float, float]]) -> None:
    """The slope of elu is exp(x) before 0 and 1 after it: only the second derivative has two sides."""
    record = differentiate("elu(x)", {"x": x})
    assert not record.notes
    hessian(record)
    assert [note.numbers for note in record.notes if note.kind == "one-sided"] == sides


def test_a_variable_called_like_a_word_is_told_by_its_own_name() -> None:
    """No message is taken apart to be put together anew, so a name may hold anything a message holds."""
    record = differentiate_formula(
        Source("program", "relu(none)**2 + relu(left)"), order=2,
        bindings={"none": Source("none", "0"), "left": Source("left", "0")},
    )  # fmt: skip
    messages = [note.message for note in record.notes if note.kind == "one-sided" and note.numbers is not None]
    assert "d²f/dnone² is 0 from the left and 2 from the right" in messages
    assert "df/dleft is 0 from the left and 1 from the right" in messages


def test_a_kink_that_is_refused_carries_its_note() -> None:
    with pytest.raises(KinkError) as refused:
        differentiate("abs(x)", {"x": 0}, at_kink="error")
    note = refused.value.note
    assert (note.of, note.wrt, note.numbers, refused.value.kind) == ("x", ("x",), (-1.0, 1.0), "kink")
    assert refused.value.message == "df/dx is -1 from the left and 1 from the right"
    assert isinstance(refused.value, MathError)


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.kink or row.domain])
def test_the_words_of_domains_and_kinks_name_parameters_in_braces(name: str) -> None:
    row = OPERATIONS[name]
    for text in (row.kink.text if row.kink else "", row.domain.text if row.domain else ""):
        told = row.in_names(text, [f"<{p}>" for p in row.parameters])
        assert set(re.findall(r"\{(\w+)\}", text)) <= set(row.parameters)
        assert not set(re.findall(r"\b[a-z]\b", re.sub(r"<\w+>", "", told))) - {"a"}  # the article
        assert "{" not in row.in_names(text)


@pytest.mark.parametrize("pattern", [
    r"message\.(startswith|endswith|partition|rpartition|split|removeprefix|removesuffix|replace|index|find)\(",
    r"re\.\w+\([^)]*\bmessage\b", r"""["'] in \w*\.?message\b""", r"\.text\.(startswith|split|partition)\(\"a",
    r"\.precedence == 1\b", r"(error|problem)\.(message|hint|source) = ",
])  # fmt: skip
def test_no_code_takes_a_message_apart(pattern: str) -> None:
    """What a message says is data before it is words; nothing downstream reads the words or dresses the error."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(Path(gradcli.__file__).parent.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(pattern, line)
    ]
    assert found == []


def test_notes_that_say_the_same_are_one() -> None:
    """Whatever node they are about: an expression that occurs twice has two nodes and one text."""
    first = Note("one-sided", 1, "x", "f", ("x",), -1.0, 1.0)
    again = first._replace(node=7, message="worded before")
    expression = Note("one-sided", 2, "v2", "f", ("v2",), -1.0, 1.0, {"called": "x*y"})
    same_text = expression._replace(node=5, of="v5", wrt=("v5",))
    others = [first._replace(right=2.0), first._replace(wrt=("x", "x")), first._replace(kind="settled"),
              first._replace(output="g"), first._replace(of="y", wrt=("y",))]  # fmt: skip
    assert distinct([first, again, expression, same_text, *others, first]) == [first, expression, *others]


@pytest.mark.parametrize(("program", "left", "right"), [
    ("cbrt(x) + y", "inf", "inf"), ("cbrt(x)*(y - 3) + y", "-inf", "-inf"), ("sqrt(abs(x)) + y", "-inf", "inf"),
    ("y - sqrt(x)", "outside", "-inf"), ("sign(x) + y", "jump", "jump"),
])  # fmt: skip
@pytest.mark.parametrize("upstream", [1, 2, -1, -0.5])
def test_an_infinite_side_has_the_sign_of_what_the_reverse_pass_starts_with(
    program: str, left: str, right: str, upstream: float
) -> None:
    turned = {"inf": "-inf", "-inf": "inf"} if upstream < 0 else {}
    record = differentiate(program, {"x": 0, "y": 1}, upstream=upstream)
    (note,) = (note for note in record.notes if note.kind == "one-sided" and note.of == "x")
    assert (note.left, note.right) == (turned.get(left, left), turned.get(right, right))


@pytest.mark.parametrize(("count", "text"), [
    (1, "the input is a, which the program sets to a plain number"),
    (2, "the inputs are a and b, which the program sets to plain numbers"),
    (6, "the inputs are a, b, c, d, g and h, which the program sets to plain numbers"),
    (7, "the inputs are a, b, c, d, g and 2 more, which the program sets to plain numbers"),
])  # fmt: skip
def test_as_many_inputs_are_named_as_there_is_room_for(count: int, text: str) -> None:
    names = "abcdghk"[:count]
    program = "; ".join(f"{name} = {k}" for k, name in enumerate(names, 1)) + f"; f = {'*'.join(names)}*2"
    assert [note.message for note in differentiate(program, {}).notes] == [text]


def test_second_derivatives_that_depend_on_their_order_are_none() -> None:
    """Peano's function: at 0 the derivative by y and then x is 1, by x and then y -1; along axes and diagonals it is 0.

    https://en.wikipedia.org/wiki/Symmetry_of_second_derivatives
    """
    square = "x**2 + y**2"
    program = f"where({square} > 0, x*y*(x**2 - y**2)/({square} + where({square} > 0, 0, 1)), 0)"
    record = differentiate(program, {"x": 0, "y": 0})
    assert hessian(record) == {"x": {"x": 0, "y": None}, "y": {"x": None, "y": 0}}
    assert record.notes[-1].message == "d²f/dxdy: there is none at this point, or none can be told"


@pytest.mark.parametrize(("function", "kinks"), [
    ("floor(x)", [-2, -1, 0, 1, 2]), ("ceil(x)", [-2, -1, 0, 1, 2]), ("round(x)", [-1.5, -0.5, 0.5, 1.5]),
    ("mod(x, 1)", [-2, -1, 0, 1, 2]), ("mod(x, 2)", [-2, 0, 2]), ("mod(x, -1.5)", [-1.5, 0, 1.5]), ("sign(x)", [0]),
])  # fmt: skip
def test_a_step_is_where_the_value_jumps_and_nowhere_else(function: str, kinks: list[float]) -> None:
    """Between -2 and 2, every quarter."""
    found = {}
    for k in range(-8, 9):
        notes = differentiate(f"{function} + y", {"x": k / 4, "y": 1}).notes
        found[k / 4] = [note.kind for note in notes if note.kind != "rounded"]
    assert [x for x, told in found.items() if told] == kinks
    assert all(found[x] == ["kink", "one-sided"] for x in kinks)
