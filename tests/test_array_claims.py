"""Claims about arrays: how items and answers are written, what is right, what follows, and which entries are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradcli.arrays.sizes import same_entries
from gradcli.commands import run
from gradcli.homework.claims.array_items import item_name, readings, worksheet
from gradcli.homework.marking.array_conventions import sample_counts
from gradcli.homework.marking.array_shapes import which_wrong
from gradcli.homework.marking.judging import MarkingPolicy

from .array_sheets import key_of, marked, marks

LAYER = "z = W@x + b; L = cross_entropy(z, 2)"
POINT = {"W": [[1, -1], [0, 2], [1, 1]], "x": [2, 1], "b": [0, 1, -1]}
BATCH = "Z = X@W + b; A = tanh(Z); L = sum(A*G)"
BATCH_POINT = {"X": [[1, 2], [3, -1], [2, 2]], "W": [[0.5, 0.25], [-0.5, 1]], "b": [0.25, -1],
               "G": [[1, 2], [3, 4], [5, 6]]}  # fmt: skip
RIGHT = [[0.180061, 0.0900306], [1.33048, 0.665241], [-1.51054, -0.755272]]


def status(program: str, point: dict[str, Any], item: str, text: str) -> tuple[str, str]:
    """Return the status of one claim, and why."""
    (found,) = marks(program, point, {item: text}).values()
    return found.status, found.why


# ---- commas


@pytest.mark.parametrize(("item", "text", "said", "read_as"), [
    ("dL/dW", "[[1,2],[3],[4]]", "row 1 has 1 number, row 0 has 2", ""),  # no column of 1.2, 3 and 4
    ("dL/dx", "[[1,2],[3],[4]]", "row 1 has 1 number, row 0 has 2", ""),
    ("dL/dz", "[[0,09],[0,665],[-0,755]]", "", "[[0.09],[0.665],[-0.755]]"),
    ("dL/dz", "[[0,5],[1],[2]]", "wrong", "[[0.5],[1],[2]]"),
    ("dL/dz", "[0,5 1,5]", "wrong", "[0.5 1.5]"), ("dL/dW", "0,5", "wrong", "[0.5]"),
])  # fmt: skip
def test_a_row_that_lacks_a_number_is_no_decimal_comma(item: str, text: str, said: str, read_as: str) -> None:
    (mark,) = marks(LAYER, POINT, {item: text}).values()
    assert mark.read_as == read_as
    if said:
        assert said in (mark.why, mark.status) or mark.why.startswith(said)
    else:
        assert mark.status == "correct"


# ---- items


@pytest.mark.parametrize(("text", "name", "shape"), [
    ("z", "z", (3,)), ("z[1]", "z[1]", ()), ("z[-1]", "z[-1]", ()), ("z[1:]", "z[1:]", (2,)),
    ("dL/dW", "dL/dW", (3, 2)), ("dW", "dL/dW", (3, 2)), ("W.grad", "dL/dW", (3, 2)), ("∂L/∂W", "dL/dW", (3, 2)),
    ("dL/dW[1,0]", "dL/dW[1,0]", ()), ("dW[1, 0]", "dL/dW[1,0]", ()), ("dL/dW[:,0]", "dL/dW[:,0]", (3,)),
    ("W.grad[0]", "dL/dW[0]", (2,)), ("shape(dL/dW)", "shape(dL/dW)", (3, 2)), ("shape(z)", "shape(z)", (3,)),
    ("local(v1,x)", "local(v1,x)", (3, 2)), ("local(v1, W)", "local(v1,W)", (3, 3, 2)),
    ("local(v1,x)[0]", "local(v1,x)[0]", (2,)), ("∂v1/∂x", "local(v1,x)", (3, 2)), ("L", "L", ()),
])  # fmt: skip
def test_items_are_read(text: str, name: str, shape: tuple[int, ...]) -> None:
    record = key_of(LAYER, POINT).record
    found = readings(record, text)[0]
    assert (item_name(record, found), found.shape) == (name, shape)
    assert readings(record, name)[0] == found


@pytest.mark.parametrize(("text", "said"), [
    ("dL/dV", "the names are W, x, v1, b, z, L"), ("z[3]", "z has entries 0 to 2, and no 3"),
    ("local(z,x)", "z is computed from v1, b"),
    ("dz/dW", "is an array"), ("dL/dW[0,0,0]", "W is 3x2: 3 indices are too many"), ("q[1]", "items are written"),
])  # fmt: skip
def test_what_is_no_item_says_what_is(text: str, said: str) -> None:
    found, why = status(LAYER, POINT, text, "1")
    assert found == "invalid"
    assert said in why


def test_a_large_jacobian_is_refused() -> None:
    found, why = status("y = W@x; sum(y)", {"W": [[1] * 5] * 4, "x": [1] * 5}, "local(y,W)", "1")
    assert found == "invalid"
    assert "more than 64 entries" in why


def test_a_full_sheet_asks_values_forwards_and_gradients_backwards() -> None:
    record = key_of(LAYER, POINT).record
    names = [item_name(record, item) for item in worksheet(record)]
    assert names == ["v1", "z", "L", "dL/dL", "dL/dz", "dL/db", "dL/dv1", "dL/dx", "dL/dW"]


# ---- answers


@pytest.mark.parametrize("text", [
    "[[0.180061, 0.0900306], [1.33048, 0.665241], [-1.51054, -0.755272]]",
    "[0.180061 0.0900306; 1.33048 0.665241; -1.51054 -0.755272]",
    "0.180061 0.0900306; 1.33048 0.665241; -1.51054 -0.755272",
    "array([[ 0.180061,  0.0900306],\n       [ 1.33048 ,  0.665241],\n       [-1.51054 , -0.755272]])",
    "[[ 0.180061   0.0900306]\n [ 1.33048    0.665241 ]\n [-1.51054   -0.755272 ]]",
    "tensor([[0.180061, 0.0900306], [1.33048, 0.665241], [-1.51054, -0.755272]], grad_fn=<MulBackward0>)",
    r"\begin{pmatrix} 0.180061 & 0.0900306 \\ 1.33048 & 0.665241 \\ -1.51054 & -0.755272 \end{pmatrix}",
    "outer(softmax(z) - onehot(2, 3), x)", "outer(dL/dz, x)", "outer(db, x)", "dL/dz[:,None]@x[None,:]",
    "[dz[0]*x, dz[1]*x, dz[2]*x]",
])  # fmt: skip
def test_every_way_to_write_a_gradient_is_read(text: str) -> None:
    assert status(LAYER, POINT, "dL/dW", text) == ("correct", "")


@pytest.mark.parametrize(("item", "text", "said"), [
    ("dL/dW", "[[1, 2], [3]]", "row 1 has 1 number"), ("dL/dW", "outer(dz, U)", "the program has no U"),
    ("dL/dx", "W@dL/dz", "W.T@dL/dz"), ("z", "z", "cannot be told by itself"),
    ("dL/dW", "dW*1", "cannot be told by itself"), ("v1", "z - b", "computed from it"),
    ("shape(dW)", "wide", "this is no shape"), ("shape(L)", "0", "a size is 1 or more"),
    ("shape(dW)", "3x0", "a size is 1 or more; the shape of a number is ()"), ("dx", "1,2", "write [1, 2]"),
])  # fmt: skip
def test_what_cannot_be_read_says_why(item: str, text: str, said: str) -> None:
    found, why = status(LAYER, POINT, item, text)
    assert found == "invalid"
    assert said in why


@pytest.mark.parametrize("text", ["3x2", "3×2", "(3, 2)", "[3,2]", "3, 2", "torch.Size([3, 2])"])
def test_shapes_are_read(text: str) -> None:
    assert status(LAYER, POINT, "shape(dL/dW)", text) == ("correct", "")
    assert status(LAYER, POINT, "shape(dW.T)", text)[0] == "invalid"


OF_ITS_NODE = "a gradient has the shape of its node,"


@pytest.mark.parametrize(("program", "point", "item", "text", "said"), [
    (LAYER, POINT, "dL/dW", "2x3", f"it is transposed: 2x3; {OF_ITS_NODE} W"),
    (LAYER, POINT, "dL/dW", "6", f"it is reshaped: 6, a vector, and dL/dW is a matrix; {OF_ITS_NODE} W"),
    (LAYER, POINT, "db", "()", f"it is one number, and dL/db is a vector; {OF_ITS_NODE} b"),
    (BATCH, BATCH_POINT, "db", "3x2", f"it is not summed over axis 0: 3x2; {OF_ITS_NODE} b"),
    (BATCH, BATCH_POINT, "db", "3", f"it is summed over axis 1, not over axis 0: 3; {OF_ITS_NODE} b"),
    (LAYER, POINT, "v1", "2", "it is 2, and v1 is a vector of another size; in v1 = W@x, W is 3x2 and x has 2 entries"),
    (LAYER, POINT, "z", "2", "it is 2, and z is a vector of another size; in z = v1 + b, b has 3 entries"),
    (LAYER, POINT, "z[0]", "3", "it is 3, a vector, and z[0] is a number"),
    (LAYER, POINT, "local(z,v1)", "3", "it is 3, a vector, and local(z,v1) is a matrix"),
])  # fmt: skip
def test_a_wrong_shape_is_told_without_the_right_one(program: str, point: Any, item: str, text: str, said: str) -> None:
    assert status(program, point, f"shape({item})", text) == ("wrong", said)


def test_wrong_shapes_of_arrays_say_what_they_are_the_shape_of() -> None:
    turned = [list(column) for column in zip(*RIGHT, strict=True)]
    _, why = status(LAYER, POINT, "dL/dW", str(turned))
    assert why == "it is transposed: 2x3, and dL/dW is 3x2; the numbers are those of the transpose"
    _, why = status(LAYER, POINT, "dL/dW", str([x for row in RIGHT for x in row]))
    assert why == "it is reshaped: 6 entries, and dL/dW is 3x2; the numbers are right in this order"
    _, why = status(BATCH, BATCH_POINT, "db", "[[1, 2], [3, 4], [5, 6]]")
    assert why == "it is not summed over axis 0: 3x2, and dL/db has 2 entries"
    _, why = status(LAYER, POINT, "dL/dW", "0.5")
    assert why == "it is one number, and dL/dW is 3x2"


def test_axes_of_size_1_are_no_fault_between_a_vector_and_a_column() -> None:
    assert same_entries((3, 1), (3,))
    assert same_entries((1, 3), (3,))
    assert same_entries((), (1,))
    assert not same_entries((1, 3), (3, 1))
    assert not same_entries((3,), (4,))
    found, why = status(LAYER, POINT, "db", "[[0.09003], [0.66524], [-0.75527]]")
    assert found == "correct"
    assert "without axes of size 1" in why


@pytest.mark.parametrize(("wrong", "shape", "said"), [
    ((4, 5), (3, 2), "row 2 is wrong"), ((0, 2, 4), (3, 2), "column 0 is wrong"),
    ((0, 1, 4, 5), (3, 2), "rows 0 and 2 are wrong"), ((1,), (3, 2), "[0,1] is wrong"),
    ((1, 2), (3, 2), "[0,1] and [1,0] are wrong"), ((2,), (4,), "entry 2 is wrong"),
    ((0, 3), (4,), "entries 0 and 3 are wrong"),
    ((0, 4, 8, 12, 13, 14), (4, 4), "[0,0], [1,0], [2,0], [3,0] and 2 more are wrong"),
])  # fmt: skip
def test_wrong_entries_are_told_as_rows_and_columns(wrong: tuple[int, ...], shape: tuple[int, ...], said: str) -> None:
    size = shape[0] * (shape[1] if len(shape) > 1 else 1)
    assert which_wrong([k not in wrong for k in range(size)], shape) == said


# ---- what is right


def test_tolerances_are_those_of_numbers() -> None:
    point: dict[str, Any] = {"x": [0.2, 0.2], "g": [1, 1]}
    program = "y = x*1; L = sum(y*g)"
    assert status(program, point, "y", "[0.198, 0.202]") == ("correct", "")  # 1 % of 0.2, edges included
    assert status(program, point, "y", "[0.1979, 0.2]") == ("wrong", "1 of 2 right; entry 0 is wrong")
    key = key_of(program, point)
    assert marked(key, {"y": "[0.199, 0.2]"}, MarkingPolicy(sigfigs=3)).marks[0].status == "wrong"
    assert marked(key, {"y": "[0.1, 0.3]"}, MarkingPolicy(atol=0.1)).marks[0].status == "correct"


def test_a_0_that_terms_cancel_to_may_be_small_noise() -> None:
    point = {"X": [[0.1, 0.2], [0.3, 0.4]], "g": [[1, -1], [1, -1]]}
    key = key_of("L = sum(X*g*0) + sum(X*g) - sum(X*g)", point)
    assert marked(key, {"dX": "[[1e-17, 0], [0, -1e-17]]"}).marks[0].status == "correct"


def test_an_array_earns_what_part_of_it_is_right() -> None:
    sheet = marked(key_of(LAYER, POINT), {"z": "[1, 3, 4]", "dL/dW": "3"})
    assert [m.credit for m in sheet.marks] == [pytest.approx(2 / 3), 0]
    assert sheet.marks[0].right == [True, True, False]


def test_a_step_from_the_students_own_wrong_array_is_followed() -> None:
    key = key_of("Y = X@w; L = sum(Y**2)", {"X": [[1, 2], [3, 4]], "w": [1, 1]})  # Y is [3, 7]
    claims = {"Y": "[3, 8]", "dY": "[6, 16]", "dw": "[54, 76]", "dX": "[[6, 6], [16, 17]]"}
    sheet = marked(key, claims, MarkingPolicy(follow_through=0.5))
    assert [m.status for m in sheet.marks] == ["wrong", "follow_through", "follow_through", "wrong"]
    assert [m.first_wrong for m in sheet.marks] == [True, False, False, False]
    assert sheet.marks[1].why == "a right step from your Y"
    assert sheet.marks[2].why == "a right step from your dL/dY"
    assert [m.credit for m in sheet.marks] == [0.5, 0.75, 0.5, 0.5]  # an entry of dY is right, and half of the other


def test_rounded_arrays_that_follow_are_right() -> None:
    key = key_of("h = tanh(z); L = sum(h*g)", {"z": [2.5, 0.3], "g": [1, 1]})  # 1 - 0.987**2 is 0.0258, not 0.0266
    sheet = marked(key, {"h": "[0.987, 0.291]", "dz": "[0.0258, 0.915]"})
    assert [(m.status, m.why) for m in sheet.marks] == [
        ("correct", ""), ("correct", "follows from your own rounded numbers"),
    ]  # fmt: skip
    assert marked(key, {"dz": "[0.0258, 0.915]"}).marks[0].status == "wrong"


def test_a_wrong_array_of_zeros_carries_nothing() -> None:
    sheet = marked(key_of(LAYER, POINT), {"dL/dz": "[0, 0, 0]", "dL/dW": "[[0, 0], [0, 0], [0, 0]]"})
    assert [(m.status, m.credit, m.first_wrong) for m in sheet.marks] == [
        ("wrong", 0, True), ("follow_through", 0, False)]  # fmt: skip
    assert "carries no credit" in sheet.marks[1].why


def test_gradients_of_the_sum_of_the_losses_are_a_convention() -> None:
    program = "Z = X@W; L = mean(cross_entropy(Z, y))"
    point = {"X": [[1, 2], [3, 4]], "W": [[0.1, 0.2, -0.3], [0.4, 0, 0.1]], "y": [0, 2]}
    per_sample = "[[-0.46367, 0.26632, 0.19735], [0.73353, 0.19995, -0.93348]]"
    halved = "[[-0.23184, 0.13316, 0.09867], [0.36677, 0.09997, -0.46674]]"
    dW = "[[0.8685, 0.4330, -1.3015], [1.0034, 0.6662, -1.6696]]"
    key = key_of(program, point)
    assert sample_counts(key.record.graph) == [2]
    sheet = marked(key, {"dL/dZ": per_sample, "dL/dW": dW})
    assert [m.why for m in sheet.marks] == ["gradient of the sum of the losses: without 1/2", ""]
    assert sheet.earned == 2
    assert marked(key, {"dL/dZ": halved, "dL/dW": dW}).earned == 2
    alone = marked(key, {"dL/dZ": per_sample}).marks[0]  # nothing shows that 1/N comes later
    assert alone.status == "wrong"
    assert "n-missing" in {d.mistake for d in alone.diagnoses}


def test_at_a_kink_everything_between_the_sides_is_right() -> None:
    point = {"x": [0, 1, -1], "g": [2, 3, 4]}
    program = "h = relu(x); L = sum(h*g)"
    for first in ("0", "1", "2"):
        assert status(program, point, "dx", f"[{first}, 3, 0]")[0] == "correct"
    assert status(program, point, "dx", "[2.5, 3, 0]")[0] == "wrong"
    assert status(program, point, "dL/dx[0]", "undefined")[0] == "correct"
    assert status(program, point, "dL/dx[1]", "undefined")[0] == "wrong"


# ---- formulas


def test_formulas_are_compared_at_other_points_than_the_given_one() -> None:
    point = {"x": [1, 1], "y": [2, 2]}
    assert status("L = sum(x*y)", point, "dx", "2*x") == (
        "wrong", "right at this point, but not at other points of the same shapes",
    )  # fmt: skip
    assert status("L = sum(x*y)", point, "dx", "y") == ("correct", "")


def test_small_terms_beside_large_numbers_are_told() -> None:
    point = {"z": [700, -800], "x": [-0.5, 0.2]}
    assert status("a = z*z; L = sum(a*x)", point, "a", "z*z + x/1000")[0] == "wrong"
    assert status("a = z*z; L = sum(a*x)", point, "a", "z**3/z") == ("correct", "")


def test_labels_stay_as_they_are_and_one_hot_rows_are_data() -> None:
    point = {"Z": [[1, 2, 0.5], [0.3, 0.1, 2]], "Y": [[0, 1, 0], [1, 0, 0]]}
    found, why = status("L = -sum(Y*log(softmax(Z)))", point, "dZ", "softmax(Z) - Y")
    assert (found, why) == ("correct", "with Y as shares of 1")
    labels = {"Z": [[1, 2, 0.5], [0.3, 0.1, 2]], "y": [1, 0]}
    assert status("L = sum(cross_entropy(Z, y))", labels, "dZ", "softmax(Z) - onehot(y, 3)") == ("correct", "")
    assert status("L = sum(cross_entropy(Z, y))", labels, "dZ", "softmax(Z) - [[0, 1, 0], [1, 0, 0]]")[0] == "correct"


def test_a_rounded_constant_in_a_formula_is_told() -> None:
    found, why = status("L = mean(x**2)", {"x": [1, 2, 5]}, "dx", "0.6667*x")
    assert found == "imprecise"
    assert "rounded constant" in why


def test_a_wrong_formula_is_told_by_its_entries_and_diagnosed() -> None:
    found = marks(LAYER, POINT, {"dL/dz": "softmax(z)"})["dL/dz"]
    assert found.why == "2 of 3 right; entry 2 is wrong"
    assert [d.mistake for d in found.diagnoses] == ["no-target"]


def test_a_wrong_rule_without_a_number_says_nothing() -> None:
    """The log of a share that a binary64 takes for 0 has none."""
    for program in ("L = cross_entropy(a, softmax(a))", "L = cross_entropy(a, [0.2, 0.8])"):
        assert status(program, {"a": [-1, 1e4]}, "da", "[3, 3]") == ("wrong", "0 of 2 right")


# ---- the command


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    found = run(["check", *words, "--json"])
    captured = capsys.readouterr()
    return found, json.loads(captured.out or captured.err)


def test_an_array_in_a_file_is_a_claim(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "dW.csv"
    path.write_text("0.180061,0.0900306\n1.33048,0.665241\n-1.51054,-0.755272\n")
    point = ["W=1 -1; 0 2; 1 1", "x=[2, 1]", "b=[0, 1, -1]"]
    assert check(capsys, LAYER, *point, f"dL/dW=@{path}")[0] == 0
    path.write_text("0.180061,0.0900306\n1.33048,0.665241\n1.51054,-0.755272\n")
    found, sheet = check(capsys, LAYER, *point, f"dL/dW=@{path}")
    assert found == 1
    assert sheet["marks"][0]["entries"] == {"right": 5, "of": 6, "wrong": [[2, 0]]}


def test_claims_of_scalar_programs_stay_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    found, sheet = check(capsys, "f = x*y", "x=1", "y=2", "f=[1, 2]")
    assert found == 1
    assert sheet["schema"] == "gradcli.check/1"
    assert sheet["marks"][0]["status"] == "invalid"


def test_a_program_whose_output_is_an_array_has_values_and_jacobians(capsys: pytest.CaptureFixture[str]) -> None:
    point = ["z = W@x", "W=[[1, 2], [3, 4]]", "x=[1, 2]"]
    assert check(capsys, *point, "z=[5, 11]", "local(z,x)=W", "local(z,W)[0]=[[1, 2], [0, 0]]")[0] == 0
    found, sheet = check(capsys, *point, "z=[5, 12]", "dW=1")
    assert found == 1
    assert [m["status"] for m in sheet["marks"]] == ["wrong", "invalid"]
    assert "a gradient is that of one number" in sheet["marks"][1]["why"]


def test_full_counts_what_a_sheet_asks(capsys: pytest.CaptureFixture[str]) -> None:
    """cbrt rises infinitely at 0: dL/dX does not exist there, and no sheet asks for it."""
    words = ["g = cbrt(X); L = sum(g)", "X=[0, 8]"]
    assert run(["sheet", *words]) == 0
    asked = [line.split(",")[1] for line in capsys.readouterr().out.splitlines() if ",given," not in line][1:]
    assert asked == ["g", "L", "dL/dL", "dL/dg"]
    found, sheet = check(capsys, *words, "g=[0, 2]", "--full")
    assert found == 1
    assert [(m["item"], m["status"]) for m in sheet["marks"]] == [
        ("g", "correct"), ("L", "missing"), ("dL/dL", "missing"), ("dL/dg", "missing")]  # fmt: skip


def test_claims_in_a_file_of_json_are_nested_lists(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "claims.json"
    path.write_text(json.dumps({"dL/dW": RIGHT, "z": [1, 3, 2], "L": 1.4076, "db": "dz"}))
    point = ["W=1 -1; 0 2; 1 1", "x=[2, 1]", "b=[0, 1, -1]"]
    assert check(capsys, LAYER, *point, "--claims", str(path))[0] == 0
    path.write_text(json.dumps({"z": [[1, [3]], "2"], "dL/dW": {"a": [1]}}))
    found, sheet = check(capsys, LAYER, *point, "--claims", str(path))
    assert found == 1
    assert [m["status"] for m in sheet["marks"]] == ["invalid", "invalid"]


@pytest.mark.parametrize(("x", "claims", "statuses"), [
    ([2, -1], {"dL/dz": "undefined"}, ["correct"]), ([2, -1], {"dL/dz": "does not exist"}, ["correct"]),
    ([2, -1], {"dL/dz[0]": "undefined", "dL/dz[1]": "undefined"}, ["correct", "wrong"]),
    ([2, -1], {"z": "undefined", "dL/dx": "undefined"}, ["wrong", "correct"]),
    ([3, -1], {"dL/dz": "undefined"}, ["wrong"]),
])  # fmt: skip
def test_a_gradient_that_lacks_an_entry_does_not_exist(
    x: list[float], claims: dict[str, str], statuses: list[str]
) -> None:
    """z is [0, 10] at x = [2, -1]: relu has a kink at its first entry."""
    key = key_of("z = W@x; L = sum(relu(z))", {"W": [[1, 2], [3, -4]], "x": x})
    assert [m.status for m in marked(key, claims).marks] == statuses
