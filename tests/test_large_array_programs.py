"""Programs of arrays that are too large for their scalar nodes: what is answered, and what is said of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli import differentiate
from gradcli.arrays.opening import opened_size
from gradcli.errors import GradcliError, LimitError, MathError, Source
from gradcli.record import array_gradient, array_jacobian, array_task
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays, opened
from gradcli.record.array_jacobian import array_jacobian as jacobian
from gradcli.record.array_values import array_of
from gradcli.record.opened_notes import MOST_TOLD
from gradcli.record.request import Request


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program is too large to be opened."""
    monkeypatch.setattr(array_gradient, "MOST_AT_KINK", 0)
    monkeypatch.setattr(array_gradient, "MOST_OPENED", 0)
    monkeypatch.setattr(array_task, "MOST_OPENED", 0)


def record(program: str, point: dict[str, Any], **asked: Any) -> ArrayGradient:
    found = differentiate(program, point, **asked)
    assert isinstance(found, ArrayGradient)
    return found


def of_an_array(program: str, point: dict[str, Any]) -> ArrayGradient:
    """Return the record of a program whose output may be an array, by x."""
    given = {name: array_of(name, value) for name, value in point.items()}
    return evaluate_arrays(Source("program", program), given, Request(wrt=["x"]), of_arrays=True)


SIDES = "has no derivative there; the convention is used, and the sides are not looked at in a program of this size"


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("program", "point", "gradient", "notes"), [
    ("sum(relu(x))", {"x": [1, 2]}, {"x": [1, 1]}, []),
    ("sum(relu(x))", {"x": [0, 1]}, {"x": [0, 1]}, [f"v1[0]: relu {SIDES}"]),
    ("sum(relu(x))", {"x": [0, 1, 0]}, {"x": [0, 1, 0]}, [f"v1[0], v1[2]: relu {SIDES}"]),
    ("sum(relu(x))", {"x": [0] * MOST_TOLD}, {"x": [0] * 3}, [f"v1[0], v1[1], v1[2]: relu {SIDES}"]),
    ("sum(relu(x))", {"x": [0] * (MOST_TOLD + 1)}, {"x": [0] * 4}, [f"v1[0], v1[1], v1[2] and 1 more: relu {SIDES}"]),
    ("sum(relu(x))", {"x": [0] * (MOST_TOLD + 1_500)}, {"x": [0] * 1_503},
     [f"v1[0], v1[1], v1[2] and 1,500 more: relu {SIDES}"]),
    ("h = relu(x); sum(h) + sum(abs(y))", {"x": [0, 1], "y": [0]}, {"x": [0, 1], "y": [0]},
     [f"v2[0]: abs {SIDES}", f"h[0]: relu {SIDES}"]),
    ("h = relu(W@x); sum(h)", {"W": [[1, 1], [1, -1]], "x": [1, 1]}, {"W": [[1, 1], [0, 0]], "x": [1, 1]},
     [f"h[1]: relu {SIDES}"]),
    ("max(x)", {"x": [1, 1, 0]}, {"x": [0.5, 0.5, 0]}, [f"f: max {SIDES}"]),
    ("sum(floor(x))", {"x": [1, 1.5]}, {"x": [0, 0]}, [f"v1[0]: floor {SIDES}"]),
])  # fmt: skip
def test_kinks_are_told_by_their_entries(
    program: str, point: dict[str, Any], gradient: dict[str, Any], notes: list[str]
) -> None:
    found = record(program, point)
    assert found.gradient == gradient
    assert sorted(note.message for note in found.notes) == sorted(notes)
    assert {note.kind for note in found.notes} == ({"kink"} if notes else set())
    assert found.arithmetic["by"] == "arrays"


@pytest.mark.usefixtures("large")
def test_a_kink_that_is_an_error_cannot_be_judged() -> None:
    with pytest.raises(LimitError) as raised:
        record("sum(relu(x))", {"x": [0, 1]}, at_kink="error")
    assert raised.value.message == "the sides of a kink would have to be looked at, in more nodes than the limit allows"
    assert raised.value.span == (4, 11)
    assert record("sum(relu(x))", {"x": [1, 2]}, at_kink="error").notes == []
    assert record("relu(x)", {"x": [0, 1]}, wrt=[]).notes == []


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("program", "point", "asked", "message", "hint"), [
    ("sum(log(x))", {"x": [1, -1]}, {}, "v1[1] is undefined: log needs more than 0", None),
    ("f = log(x); sum(f)", {"x": [-1, 1]}, {}, "f[0] is undefined: log needs more than 0", None),
    ("sum(x/y)", {"x": [1, 2], "y": [0, 1]}, {}, "v1[0] is undefined: a divisor must not be 0", None),
    ("sum(sqrt(x))", {"x": [1, 0]}, {}, "v1[1] has an infinite slope", None),
    ("sum(inv(A))", {"A": [[1, 2], [2, 4]]}, {},
     "inv(A) is undefined: det(A) = 0, and inv needs a matrix whose determinant is not 0", None),
    ("sum(exp(x))", {"x": [1, 2]}, {"exact": True}, "exp has no exact result here",
     "leave --exact out to compute with decimals"),
    ("sum(x)", {"x": ["1±0.1", 2]}, {}, "uncertain values need the scalar nodes of the program, more than 0",
     "give the values without +-"),
])  # fmt: skip
def test_what_has_no_answer(
    program: str, point: dict[str, Any], asked: dict[str, Any], message: str, hint: str | None
) -> None:
    with pytest.raises(GradcliError) as raised:
        record(program, point, **asked)
    assert (raised.value.message, raised.value.hint) == (message, hint)


@pytest.mark.parametrize(("program", "name"), [
    ("trace(inv(A))", "inv(A)"), ("sum(solve(A, [1, 2]))", "solve(A, [1, 2])"), ("logdet(A)", "logdet(A)"),
])  # fmt: skip
@pytest.mark.parametrize("asked", [{}, {"exact": True}, {"digits": 20}])
def test_a_matrix_without_an_inverse_is_told_as_one(program: str, name: str, asked: dict[str, Any]) -> None:
    """Also where only the numbers inside tell: 0.1*0.6 is 0.2*0.3 as decimals."""
    with pytest.raises(MathError) as raised:
        record(program, {"A": [["0.1", "0.2"], ["0.3", "0.6"]]}, **asked)
    function = name.partition("(")[0]
    assert raised.value.message == (
        f"{name} is undefined: det(A) = 0, and {function} needs a matrix whose determinant is not 0")  # fmt: skip


@pytest.mark.usefixtures("large")
def test_what_needs_the_numbers_inside_says_so() -> None:
    found = record("sum(x*x)", {"x": [1, 2]})
    with pytest.raises(LimitError) as raised:
        opened(found.task, 0)
    assert raised.value.message == "this needs the scalar nodes of the program, which has more than 0"
    assert raised.value.hint == "take fewer rows of the data"
    with pytest.raises(LimitError, match="derivatives at a kink, or at uncertain values, need the scalar nodes"):
        jacobian(of_an_array("relu(x)", {"x": [0, 1]}), [])


@pytest.mark.parametrize(("room", "goes"), [(2, True), (1, False)])
def test_a_jacobian_at_a_kink_opens_so_many_nodes_for_all_entries(
    room: int, goes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = of_an_array("relu(x)", {"x": [0, 1]})
    monkeypatch.setattr(array_jacobian, "MOST_LOOKED_AT", room * opened_size(found.graph))
    if goes:
        made = jacobian(found, [])
        assert (made.by, made.passes) == ("scalars", 2)
        assert made.block(0, "x") == ([0.0, 0.0, 0.0, 1.0], (2, 2))
        assert any("from the left" in note.message for note in made.notes)
        assert [note for note in found.notes if note in made.notes] == made.notes
    else:
        with pytest.raises(LimitError, match=rf"more than {opened_size(found.graph)} for all entries$") as raised:
            jacobian(found, [])
        assert raised.value.hint == "choose entries of the output: --of 'z[0]'"


@pytest.mark.parametrize(("program", "names", "by", "passes", "block"), [
    ("W@x", [], "reverse", 2, [1.0, 2.0, 3.0, 4.0]), ("concat(W@x, x)", [], "forward", 2, None),
    ("z = W@x; z*z", ["z[1]"], "reverse", 1, [3.0, 4.0]), ("z = W@x; z*z", ["z"], "reverse", 2, [1.0, 2.0, 3.0, 4.0]),
    ("z = W@x; z*z", [], "reverse", 2, [6.0, 12.0, 42.0, 56.0]),
])  # fmt: skip
def test_a_jacobian_takes_the_fewer_passes(
    program: str, names: list[str], by: str, passes: int, block: list[float] | None
) -> None:
    """By hand: z = [3, 7] at x = [1, 1], and the derivatives of z*z are 2*z times the rows of W."""
    found = of_an_array(program, {"W": [[1, 2], [3, 4]], "x": [1, 1]})
    made = jacobian(found, names)
    assert (made.by, made.passes) == (by, passes)
    if block is not None:
        assert made.block(0, "x") == (block, (len(block) // 2, 2) if names != ["z[1]"] else (2,))
    else:
        assert made.block(0, "x") == ([1.0, 2.0, 3.0, 4.0, 1.0, 0.0, 0.0, 1.0], (4, 2))
