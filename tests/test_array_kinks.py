"""Kinks entry by entry: what is told, what `--at-kink error` refuses, and the sides against the program in scalars."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from gradcli import ArrayGradient, differentiate
from gradcli.drawing.remarks import substantial
from gradcli.errors import LimitError, MathError

ONE, TWO = [0, 0, 1, 0, -1, 0, 0], [[1, 1], [2, 2], [0, 1], [3, 3], [4, 4], [5, 5]]


def entries(text: str, many: int = 7) -> str:
    return " + ".join(text.replace("{k}", str(k)) for k in range(many))


Case = tuple[str, dict[str, Any], str]

# a program of arrays, its point, and the same in scalars
CASES: dict[str, Case] = {
    "relu": ("sum(relu(x)*w)", {"x": ONE, "w": [1, 2, 3, 4, 5, 6, 7]}, entries("relu(x{k})*w{k}")),
    "abs": ("sum(abs(x))", {"x": ONE}, entries("abs(x{k})")),
    "max entry by entry": ("sum(max(0, x))", {"x": ONE}, entries("max(0, x{k})")),
    "where": ("sum(where(x > 0, x, -2*x))", {"x": ONE}, entries("where(x{k} > 0, x{k}, -2*x{k})")),
    "floor": ("sum(floor(x)*x)", {"x": [1, 2, 3, 4, 5, 6.5]}, entries("floor(x{k})*x{k}", 6)),
    "clip": ("sum(clip(x, 0, 1))", {"x": ONE}, entries("min(max(x{k}, 0), 1)")),
    "max of all": ("max(x)", {"x": [2, 2, 1, 2, 2, 2]}, "max(" + ", ".join(f"x{k}" for k in range(6)) + ")"),
    "max of rows": ("sum(max(X, axis=1))", {"X": TWO}, entries("max(X{k}_0, X{k}_1)", 6)),
    "min of all": ("min(x)**2", {"x": [2, 1, 1]}, "min(x0, x1, x2)**2"),
    "norm": ("norm(x)", {"x": [0, 0, 0]}, "hypot(x0, x1, x2)"),
    "norm of rows": ("sum(norm(X, axis=1))", {"X": [[0, 0], [3, 4]]}, "hypot(X0_0, X0_1) + hypot(X1_0, X1_1)"),
    "smooth": ("sum(relu(x) - relu(-x))", {"x": ONE}, entries("relu(x{k}) - relu(-x{k})")),
}  # fmt: skip


def flat(point: dict[str, Any]) -> dict[str, float]:
    """Return the entries of arrays as scalars: x0, X1_0."""
    found: dict[str, float] = {}
    for name, x in point.items():
        for i, row in enumerate(x):
            if isinstance(row, list):
                found |= {f"{name}{i}_{j}": y for j, y in enumerate(row)}
            else:
                found[f"{name}{i}"] = row
    return found


def record(case: Case) -> ArrayGradient:
    found = differentiate(case[0], case[1])
    assert isinstance(found, ArrayGradient)
    return found


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_sides_and_gradients_are_those_of_the_program_in_scalars(case: Case) -> None:
    ours, theirs = record(case), differentiate(case[2], flat(case[1]))
    assert ours.value == theirs.value
    assert flat(ours.gradient) == theirs.gradient
    told: dict[str, str] = {}
    for note in theirs.notes:
        if note.kind in ("one-sided", "settled") and note.of in theirs.gradient:
            told[note.of] = note.message
    mentioned = 0
    for note in ours.notes:
        own = note.of.replace("[", "").replace(",", "_").replace("]", "")
        if note.kind in ("one-sided", "settled") and own in told:
            assert note.message.replace(note.of, own) == told[own]
            mentioned += 1
    assert mentioned == min(3, len(told)) or len(case[1]) > 1


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_at_most_three_entries_of_a_kind_are_told_and_the_others_counted(case: Case) -> None:
    ours, theirs = record(case), differentiate(case[2], flat(case[1]))
    assert ours.notes
    for kind in ("kink", "one-sided", "settled"):
        per_array: dict[int, list[str]] = {}
        for note in ours.notes:
            if note.kind == kind:
                per_array.setdefault(note.node, []).append(note.message)
        total = 0
        for messages in per_array.values():
            counts = [int(text.split(": ")[1].split()[0]) for text in messages if "more entries like these" in text]
            assert len(counts) <= 1
            named = len(messages) - len(counts)
            assert named == 3 or not counts
            assert named <= 3
            total += named + sum(counts)
        assert total == sum(note.kind == kind for note in theirs.notes), kind


@pytest.mark.parametrize("name", [name for name in CASES if name != "smooth"])
def test_at_kink_error_refuses(name: str) -> None:
    with pytest.raises(MathError) as caught:
        differentiate(*CASES[name][:2], at_kink="error")
    assert caught.value.status == 3
    assert caught.value.kind == "kink"


def test_at_kink_error_accepts_what_has_a_derivative() -> None:
    assert differentiate(*CASES["smooth"][:2], at_kink="error").gradient == {"x": [1.0] * 7}


@pytest.mark.parametrize(
    ("x", "weights", "shares"),
    [
        ([2, 1, 2, 2], [1, 2, 3, 4], [3, 1, 3, 3]),
        ([5, 5], [1, 2], [1.5, 1.5]),
        ([3, 1, 3, 1, 2], [1, 2, 3, 4, 6], [5, 1.5, 5, 1.5, 3]),
        ([7, 7, 7, 7, 7], [1, 2, 3, 4, 10], [4, 4, 4, 4, 4]),
    ],
)
@pytest.mark.parametrize("options", [{}, {"exact": True}, {"ieee": True}])
def test_ties_of_sort_share_equally(
    x: list[float], weights: list[float], shares: list[float], options: dict[str, bool]
) -> None:
    found = differentiate("sum(sort(x)*w)", {"x": x, "w": weights}, wrt=["x"], **options)
    assert found.gradient == {"x": shares}


def test_ties_that_no_number_of_bits_decides() -> None:
    """The same quotient, computed twice: neither greater nor surely equal for balls."""
    point = {"w": [1, 2]}
    for program, slope in (
        ("sum(max(stack(w/5, w/5), axis=0))", 0.2),
        ("sum(sort(concat(w/5, w/5)))", 0.4),
        ("norm(w/3 - w/6 - w/6)", 0.0),
    ):
        for got in differentiate(program, point).gradient["w"]:
            assert math.isclose(got, slope, rel_tol=1e-12), program


def test_a_program_too_large_to_look_at_sides_names_three_entries_and_counts_the_others() -> None:
    many = 6_000
    found = differentiate("sum(relu(x))", {"x": [0] * many + [1]}, nodes="none")
    (note,) = [note for note in found.notes if note.kind == "kink"]
    assert note.message.startswith("v1[0], v1[1], v1[2] and 5,997 more: relu has no derivative there")
    assert found.gradient["x"] == [0.0] * many + [1.0]
    with pytest.raises(LimitError):
        differentiate("sum(relu(x))", {"x": [0] * many + [1]}, nodes="none", at_kink="error")


def test_sides_of_many_entries_are_looked_at_for_a_while() -> None:
    """A row of zeros puts every gate of a layer at its kink: some sides are told, and that there are more."""
    rng = random.Random(3)

    def matrix(rows: int, columns: int) -> list[list[float]]:
        return [[rng.randrange(-9, 10) / 4 for _ in range(columns)] for _ in range(rows)]

    point = {
        "X": [[0.0] * 20, *matrix(99, 20)], "W": matrix(20, 10), "b": [0] * 10, "V": matrix(10, 3),
        "y": [rng.randrange(3) for _ in range(100)],
    }  # fmt: skip
    found = differentiate("h = relu(X@W + b); L = mean(cross_entropy(h@V, y))", point)
    assert isinstance(found, ArrayGradient)
    assert found.opened is not None
    sided = [note for note in found.notes if note.kind == "one-sided" and note.left is not None]
    assert sided
    assert all(note.left != note.right for note in sided)
    assert any("more work than the limit allows" in note.message for note in found.notes)


@pytest.mark.parametrize(
    ("program", "point", "sides"),
    [  # where 0 flows back to a step, or to a slope that is infinite: left and right of the first entry
        ("sum(sqrt(x)*sqrt(x))", {"x": [0, 1]}, ("outside", 1.0)),
        ("sum(cbrt(x)**3)", {"x": [0, 1]}, (1.0, 1.0)),
        ("sum(abs(x)**0.5*abs(x)**0.5)", {"x": [0, 1]}, (-1.0, 1.0)),
        ("prod(stack(cbrt(x[0]), cbrt(x[0])**2))", {"x": [0, 1]}, (1.0, 1.0)),
        ("sum(mod(x, 2)*x)", {"x": [0, 1]}, (2.0, 0.0)),
        ("sum(mod(x, 2)*clip(x, -1, 0))", {"x": [2, 1]}, None),
        ("sum(mod(x, 2)*clip(x, -1, 0))", {"x": [0, 1]}, (2.0, 0.0)),
        ("sum(where(mod(x, 1) < 0.5, x, -x))", {"x": [0, 1]}, (-1.0, 1.0)),
        ("sum(atan2(y, -1)*y)", {"y": [0, 1]}, (-math.pi, math.pi)),
    ],
)
def test_nothing_flows_back_at_the_point_and_something_beside_it(
    program: str, point: dict[str, Any], sides: tuple[Any, Any] | None
) -> None:
    found = differentiate(program, point)
    (name,) = point
    notes = [note for note in found.notes if note.of == f"{name}[0]" and note.kind in ("one-sided", "settled")]
    if sides is None:  # the step is met by a factor that stays 0
        assert not notes
        assert found.gradient[name][0] == 0
        return
    assert [(note.left, note.right) for note in notes] == [pytest.approx(sides) if "outside" not in sides else sides]
    if sides[0] == sides[1] or sides[0] == "outside":
        assert found.gradient[name][0] == sides[1]
    else:
        with pytest.raises(MathError):
            differentiate(program, point, at_kink="error")


def test_a_step_counts_only_between_what_is_differentiated_and_the_output() -> None:
    many = [0.0, 1.0] * 6_000
    for program, wrt in (
        ("sum(where(X > 0, X, -X)*w)", "w"), ("sum(floor(X)*w)", "w"), ("s = sum(floor(X)); sum(X*w)", "X"),
    ):  # fmt: skip
        found = differentiate(program, {"X": many, "w": 2.0}, wrt=[wrt], at_kink="error")
        assert not [note for note in found.notes if note.kind == "kink"], program
    with pytest.raises(LimitError):
        differentiate("sum(where(X > 0, X, -X)*w)", {"X": many, "w": 2.0}, wrt=["X"], at_kink="error")


@pytest.mark.parametrize(
    ("program", "gradients"),
    [
        # The border of a padded array is the same for all inputs; the program is opened, as relu has a kink there.
        ("a = pad(x, 1); h = relu(a); L = sum(3*h + a**2)", {"h": [3, 3, 3, 3], "a": [0, 7, -4, 0], "x": [7, -4]}),
        ("a = concat(x, [0, 5]); h = relu(a - 2); L = sum(h + a*a)", {"h": [1] * 4, "a": [4, -4, 0, 11], "x": [4, -4]}),
    ],
)
def test_entries_that_no_input_changes_have_upstream_gradients(program: str, gradients: dict[str, list[float]]) -> None:
    record = differentiate(program, {"x": [2, -2]})
    assert isinstance(record, ArrayGradient)
    assert record.arithmetic["by"] == "scalars"
    assert {node.name: node.upstream for node in record.nodes if node.name in gradients} == gradients


@pytest.mark.parametrize(("program", "point", "said"), [
    ("sum(sort(x)*[1, 2, 3])", {"x": [2, 1, 2]}, [
        "sort has a kink here, at a tie", "df/dx[0] is 2 from the left and 3 from the right",
        "df/dx[2] is 2 from the left and 3 from the right",
    ]),
    ("sort(x)[1]*2", {"x": [1, 1, 1]}, [
        "sort has a kink here, at a tie", *(f"df/dx[{k}] is 0 from both sides" for k in range(3)),
    ]),
    ("dot(sort(x), [1, 2, 3])", {"x": [1, 1, 1]}, [
        "sort has a kink here, at a tie", *(f"df/dx[{k}] is 1 from the left and 3 from the right" for k in range(3)),
    ]),
    ("max(sort(x))", {"x": [1, 1]}, [
        "sort has a kink here, at a tie", "max has a kink here, at a tie for the largest",
        *(f"df/dx[{k}] is 0 from the left and 1 from the right" for k in range(2)),
    ]),
    ("max(sort(x) - x)", {"x": [1, 3]}, [
        "max has a kink here, at a tie for the largest",
        *(f"df/d({of}[{k}]) is 0 from the left and 1 from the right"
          for of in ("sort(x)", "(sort(x) - x)") for k in (0, 1)),
    ]),
    ("sum(relu(sort(2*x))*[2, 1])", {"x": [1, 0]}, [
        "relu has a kink here, at sort(2*x)[0] = 0", "df/dx[1] is 0 from the left and 4 from the right",
    ]),
    ("sum(relu(W@x))", {"W": [[1, -1], [3, 1]], "x": [1, 1]}, [
        "relu has a kink here, at (W@x)[0] = 0", "df/dW[0,0] is 0 from the left and 1 from the right",
        "df/dW[0,1] is 0 from the left and 1 from the right", "df/dx[0] is 3 from the left and 4 from the right",
        "df/dx[1] is 0 from the left and 1 from the right",
    ]),
    ("mean(abs(x - mean(x)))", {"x": [-3, 0, 3]}, [
        "abs has a kink here, at (x - mean(x))[1] = 0", "df/dx[0] is -4/9 from the left and -2/9 from the right",
        "df/dx[1] is -2/9 from the left and 2/9 from the right", "df/dx[2] is 2/9 from the left and 4/9 from the right",
    ]),
])  # fmt: skip
def test_the_numbers_inside_an_operation_on_arrays_are_not_spoken_of(
    program: str, point: dict[str, Any], said: list[str]
) -> None:
    record = differentiate(program, point, exact=True)
    assert [note.message for note in substantial(record)] == said
    assert not any(word in note.message for note in record.notes for word in ("min(", "max(", "dot(", "sum("))


def test_entries_of_a_named_array_are_called_so() -> None:
    record = differentiate("s = sort(x)\ns[0]*3 + s[1] + abs(s[0] - s[1])", {"x": [1, 1]})
    assert [note.message for note in record.notes if note.kind == "kink"] == [
        "sort has a kink here, at a tie", "abs has a kink here, at s[0] - s[1] = 0",
    ]  # fmt: skip
