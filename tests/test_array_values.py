"""Arrays that are written or pasted: what they are, and where the caret stands when they are none."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcli.commands import run
from gradcli.errors import GradcliError, InputError, LimitError, Source
from gradcli.record.array_values import ArrayData, array_of, array_value
from gradcli.record.bindings import from_file, looks_like_array, split
from gradcli.record.values import check_value

MANY = " " * 1_000_000
WRITTEN: list[tuple[str, tuple[int, ...], str]] = [
    ("[1, 2, 3]", (3,), "1 2 3"),
    (" [1,2,3] ", (3,), "1 2 3"),
    ("[1, 2, 3,]", (3,), "1 2 3"),
    ("[\n1,\n2\n]", (2,), "1 2"),
    ("[[1,2],[3,4]]", (2, 2), "1 2 3 4"),
    ("[[1,2],\n [3,4],]", (2, 2), "1 2 3 4"),
    ("[[1],[2]]", (2, 1), "1 2"),
    ("[[1, 2]]", (1, 2), "1 2"),
    ("[[[1,2],[3,4]],[[5,6],[7,8]]]", (2, 2, 2), "1 2 3 4 5 6 7 8"),
    ("[[[[1,2]]]]", (1, 1, 1, 2), "1 2"),
    ("1 -1; 0 2; 1 1", (3, 2), "1 -1 0 2 1 1"),
    ("[1 2; 3 4]", (2, 2), "1 2 3 4"),
    ("[1, 2; 3, 4]", (2, 2), "1 2 3 4"),
    ("[1 2;\n 3 4];", (2, 2), "1 2 3 4"),
    ("[1 2\n 3 4]", (2, 2), "1 2 3 4"),
    ("[1 2 ...\n 3 4]", (4,), "1 2 3 4"),
    ("[[1 2]; [3 4]]", (2, 2), "1 2 3 4"),
    ("1;2;3", (3, 1), "1 2 3"),
    ("[1;2;3]", (3, 1), "1 2 3"),
    ("[1 2 3;]", (3,), "1 2 3"),
    ("[1 -1]", (2,), "1 -1"),
    ("[1 +1 −1]", (3,), "1 +1 −1"),
    ("[0.1 1. .5 1e-3 -2.E+02]", (5,), "0.1 1. .5 1e-3 -2.E+02"),
    ("[1/3 pi sqrt(2)/2]", (3,), "1/3 pi sqrt(2)/2"),
    ("[2.5±0.1 3+-0.2]", (2,), "2.5±0.1 3+-0.2"),
    ("array([[1., 2.],\n       [3., 4.]])", (2, 2), "1. 2. 3. 4."),
    ("array([1, 2], dtype=int8)", (2,), "1 2"),
    ("np.array([[1, 2], [3, 4]], dtype=np.float32)", (2, 2), "1 2 3 4"),
    ("np.array([1, 2], float)", (2,), "1 2"),
    ("numpy.asarray([1, 2])", (2,), "1 2"),
    ("jnp.array([1, 2])", (2,), "1 2"),
    ("Array([1., 2.], dtype=float32)", (2,), "1. 2."),
    ("matrix([[1, 2]])", (1, 2), "1 2"),
    ("np.matrix('1 2; 3 4')", (2, 2), "1 2 3 4"),
    ("tensor([[0.1000, -0.2000]], grad_fn=<AddmmBackward0>)", (1, 2), "0.1000 -0.2000"),
    ("tensor([1.5, 2.], device='cuda:0', dtype=torch.float64, requires_grad=True)", (2,), "1.5 2."),
    ("torch.tensor([1, 2])", (2,), "1 2"),
    ("Parameter containing:\ntensor([[0.1, 0.2]], requires_grad=True)", (1, 2), "0.1 0.2"),
    ("tf.Tensor([1. 2.], shape=(2,), dtype=float32)", (2,), "1. 2."),
    ("<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>", (2,), "1. 2."),
    ("tensor(2.5, grad_fn=<MeanBackward0>)", (), "2.5"),
    ("[np.float64(0.5), np.float64(-1.0)]", (2,), "0.5 -1.0"),
    ("[[1. 2.]\n [3. 4.]]", (2, 2), "1. 2. 3. 4."),
    ("[[[1 2]\n  [3 4]]\n\n [[5 6]\n  [7 8]]]", (2, 2, 2), "1 2 3 4 5 6 7 8"),
    ("[True, False]", (2,), "1 0"),
    ('["1/3", 0.1]', (2,), "1/3 0.1"),
    (r"1 & 2 \\ 3 & 4", (2, 2), "1 2 3 4"),
    (r"1 & 2 \\[2pt] \hline 3 & 4 \\", (2, 2), "1 2 3 4"),
    (r"\begin{pmatrix} 1 & -2 \\ 3 & 4 \end{pmatrix}", (2, 2), "1 -2 3 4"),
    ("\\begin{bmatrix}\n1 \\\\\n2\n\\end{bmatrix}", (2, 1), "1 2"),
    (r"$\left[\begin{array}{cc}1&2\\3&4\end{array}\right]$", (2, 2), "1 2 3 4"),
]


@pytest.mark.parametrize(("text", "shape", "entries"), WRITTEN)
def test_an_array_is_read_as_it_is_written(text: str, shape: tuple[int, ...], entries: str) -> None:
    assert looks_like_array(text)
    assert array_value(Source("W", text)) == ArrayData(shape, entries.split())
    assert split([f"W={text}"])["W"].text == text


@pytest.mark.parametrize("text", ["tensor", "np.array", "matrix", "sin(1)", "1/3", "(1)", "x", "array2(1)", "1e3", ";"])
def test_a_number_or_a_name_is_no_array(text: str) -> None:
    """What a wrapper wraps stands in parentheses."""
    assert not looks_like_array(text)


@pytest.mark.parametrize("entry", ["log(8, 2)", "1 / 3", "2.5 ± 0.1", "- 1", "1 - 1"])
def test_an_entry_between_commas_may_have_blanks(entry: str) -> None:
    assert array_value(Source("W", f"[{entry}, 1]")) == ArrayData((2,), [entry, "1"])


def test_a_long_vector_that_numpy_broke_into_lines_is_one() -> None:
    numbers = np.linspace(0, 1, 23)
    found = array_value(Source("x", str(numbers)))
    assert found is not None
    assert "\n" in str(numbers)
    assert found.shape == (23,)
    even = str(np.full(40, 0.25))
    with pytest.raises(InputError, match="one vector or the rows of a matrix"):
        array_value(Source("x", even[: even.rindex("\n")] + "]"))


@pytest.mark.parametrize(
    "text", ["5", "1/3", "2 - 1", "1-1", "a = 1; 2", "", ";", "5;", "sqrt(2)", "max(1, 2)", "(1, 2)"]
)
def test_what_is_no_array_is_left_to_the_reader_of_numbers(text: str) -> None:
    assert array_value(Source("x", text)) is None


REFUSED = [
    ("[1 - 1]", "-", "blanks separate the entries"),
    ("[1 -1, 2]", "1 -1", "two entries or a difference"),
    ("[1 2, 3]", "1 2", "a comma is missing"),
    ("[1, 2\n 3, 4]", "2\n 3", "a comma is missing"),
    ("[[1,2],[3,4,5]]", "3,4,5", "row 1 has 3 numbers, row 0 has 2"),
    ("1 2; 3", "3", "row 1 has 1 number, row 0 has 2"),
    (r"1 & 2 \\ 3", "3", "row 1 has 1 number, row 0 has 2"),
    ("[[[1],[2, 3]]]", "2, 3", r"row \[0,1\] has 2 numbers, row \[0,0\] has 1"),
    ("[[[1,2],[3,4]],[[5,6]]]", "5,6", "part 1 has 1 row, part 0 has 2"),
    ("[[1,2], 3]", ", 3", "a number beside a list"),
    ("[1, [2, 3]]", "[", "a number beside a list"),
    ("[[1,2],[3,4]", "[", "is not closed"),
    ("[1,2]]", "]", "closes nothing"),
    ("[1,2]*3", "*3", "an array ends before this"),
    ("array([1,2])*3", ")*3", "no part of an array"),
    ("[]", "[", "empty"),
    ("[[],[]]", "[", "empty"),
    ("tensor([], size=(0, 3))", "[", "empty"),
    ("[1,,2]", ",", "a number is missing"),
    ("[(1, 2), (3, 4)]", "(1, 2)", "parentheses"),
    ("[1 2 ... 9]", "...", "left out"),
    ("[nan, 1]", "nan", r"the number at \[0\] is nan"),
    ("[[1,NaN],[-Infinity,2]]", "NaN", r"at \[0,1\] is NaN, and 1 more of 4"),
    ("[1, 1e999]", "1e999", "overflows"),
    ("[1, 1E-999]", "1E-999", "underflows"),
    ("[a, 1]", "a", "a is not a number"),
    ("[1, null]", "null", "null is not a number"),
    ("[1_000, 2]", "_000", "no _ in it"),
    ("[1, 2+-]", "2+-", "the uncertainty is missing"),
]


@pytest.mark.parametrize(("text", "marked", "message"), REFUSED)
def test_an_error_stands_at_the_entry(text: str, marked: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        array_value(Source("W", text))
    assert caught.value.kind in ("binding", "number", "syntax")
    assert caught.value.source == Source("W", text)
    assert caught.value.span is not None
    assert text[slice(*caught.value.span)] == marked


@pytest.mark.parametrize(
    "text",
    ["[[[[[1]]]]]", "[" * 100_000, "[" * 100_000 + "1" + "]" * 100_000, "[1," * 100_000, "[" + "1," * 2_000_000 + "1]",
     "1 " * 2_000_001 + ";1"],
)  # fmt: skip
def test_too_many_axes_or_numbers_are_a_limit(text: str) -> None:
    with pytest.raises(GradcliError) as caught:
        array_value(Source("W", text))
    assert isinstance(caught.value, LimitError) or "beside a list" in caught.value.message
    assert caught.value.span is not None


@pytest.mark.parametrize(
    "text",
    ["[1" + MANY + "2]", "[[1]" + MANY + "x]", "[[1" + "] " * 500_000, "[1" + "\n" * 1_000_000 + "2]",
     "[1 -" + MANY + "1]", "array([1]" + MANY + "x", "[" + "'" * 500_000 + "]", "1" * 500_000 + ";x",
     "[" + "(" * 200_000, "[(" + "a," * 200_000 + ")]",
     "(" * 200_000 + " -1", "1 -1 " * 100_000, "1 " * 300_000, "1," * 100_000 + "x"],
)  # fmt: skip
def test_the_time_grows_with_the_length(text: str) -> None:
    for read in (array_value, check_value):
        try:
            read(Source("W", text))
        except GradcliError as problem:
            assert problem.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1 -1", "x='[1, -1]'"),
        ("pi +1", "x='[pi, +1]'"),
        ("sqrt(2) -1", "x='[sqrt(2), -1]'"),
        ("1 -1 -2", "x='[1, -1, -2]'"),
        ("1,5", "1.5; a vector is [1, 5]"),
        ("1,2,3", "[1, 2, 3]"),
        ("1 2 3", "[1, 2, 3]"),
        ("[1, 2]", "x1=1 x2=2"),
        ("1 2; 3 4", "the number itself"),
        ("@w.csv", "the number itself"),
    ],
)
def test_several_numbers_are_no_value_of_a_program_of_numbers(
    text: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError) as caught:
        check_value(Source("x", text))
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(("text", "value"), [("2 - 1", "1.0"), ("1-1", "0.0"), ("(1 -1)", "0.0"), ("2 * -1", "-2.0")])
def test_a_difference_stays_one(text: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x", f"x={text}", "--value"]) == 0
    assert capsys.readouterr().out == f"{value}\n"


def test_a_file_of_json_holds_arrays_too() -> None:
    text = '{"b": 0.10, "W": [[1, 0.20],\n [3e0, "1/3"]]}'
    found = from_file("p.json", text)
    assert found["b"].text == "0.10"
    assert array_value(found["b"]) is None
    assert array_value(found["W"]) == ArrayData((2, 2), ["1", "0.20", "3e0", "1/3"])
    with pytest.raises(InputError) as caught:
        array_value(from_file("p.json", '{"b": 1,\n "W": [1, oh]}'.replace("oh", '"oh"'))["W"])
    assert caught.value.source is not None
    assert caught.value.source.name == "p.json"
    assert caught.value.span is not None
    assert caught.value.source.text[slice(*caught.value.span)] == "oh"


class Wrapped:
    """What an array of another library looks like."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def detach(self) -> Wrapped:
        return self

    def tolist(self) -> Any:
        return self.value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([[1, 2.5], [True, Fraction(1, 3)]], ArrayData((2, 2), ["1", 2.5, 1.0, "1/3"])),
        ((1.0, 2.0), ArrayData((2,), [1.0, 2.0])),
        (range(3), ArrayData((3,), ["0", "1", "2"])),
        (["0.1", "2.5±0.1"], ArrayData((2,), ["0.1", "2.5±0.1"])),
        ("[1, 2]", ArrayData((2,), ["1", "2"])),
        ("1/3", ArrayData((), ["1/3"])),
        (2.5, ArrayData((), [2.5])),
        (10**30, ArrayData((), [str(10**30)])),
        (np.array([[1, 2]]), ArrayData((1, 2), ["1", "2"])),
        (np.float32(0.1), ArrayData((), [float(np.float32(0.1))])),
        ([np.array([1.0]), [np.float32(2)]], ArrayData((2, 1), [1.0, 2.0])),
        (np.array([True, False]), ArrayData((2,), [1.0, 0.0])),
        (Wrapped([[0.5]]), ArrayData((1, 1), [0.5])),
    ],
)
def test_values_of_python_are_arrays(value: Any, expected: ArrayData) -> None:
    assert array_of("W", value) == expected


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([[1, 2], [3]], "row 1 of W has 1 number, row 0 has 2"),
        ([1, [2]], r"W\[1\] is no list"),
        ([], "empty"),
        (np.zeros((0, 3)), "empty"),
        ([1.0, float("nan"), float("inf")], r"at \[1\] is nan, and 1 more of 3"),
        ([[10**400]], r"W\[0,0\] overflows"),
        ([1, "x"], "x is not a number"),
        ([1, None], r"W\[1\] is not a number but NoneType"),
        ({1: 2}, "W is not a number but dict"),
        (np.array([1 + 2j]), r"W\[0\] is not a number but complex"),
        ("@/etc/hostname", "a file cannot be named here"),
    ],
)
def test_other_values_of_python_are_refused(value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        array_of("W", value)


@pytest.mark.parametrize("value", [np.zeros((1,) * 5), CIRCLE, np.zeros((2001, 1000)), range(3_000_000)])
def test_too_large_values_of_python_are_a_limit(value: Any) -> None:
    with pytest.raises(GradcliError) as caught:
        array_of("W", value)
    assert caught.value.status == (2 if isinstance(value, range) else 4)


def test_scalar_programs_load_nothing_of_arrays(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = "import sys; from gradcli import differentiate as d; d('x*y', {'x': 2, 'y': '1/3'}); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "gradcli.record.bindings" in loaded
    assert [name for name in loaded if "array" in name and name.startswith("gradcli")] == []


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["x=[1,", "2,", "3]"], '"x=[1, 2, 3]"'),
        (["x=[1", "2", "3]", "y=2"], '"x=[1 2 3]" y=2'),
        (["x=[[1,", "2],", "[3,", "4]]"], '"x=[[1, 2], [3, 4]]"'),
        (["x=[1, 2],"], '"x=[1, 2]"'),
        (["x=[1, 2]; y=3"], '"x=[1, 2]" y=3'),
        (["x=", "[1, 2]"], '"x=[1, 2]"'),
        (["x=w.csv"], "x=@w.csv"),
        (["x=net.npz:W"], "x=@net.npz:W"),
        (["x=(1, 2)"], "a vector is [1, 2]"),
        (["x={1, 2}"], "a vector is [1, 2]"),
    ],
)
def test_what_the_shell_or_a_habit_made_of_an_array(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["x*x", *words]) == 2
    assert hint in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("text", ["]&", "1; ]", "pipi±1&", "1pi±1&", "1±array(&", "[1, 2±x]"])
def test_an_error_in_an_entry_stands_in_the_whole_text(text: str) -> None:
    source = Source("x", text)
    with pytest.raises(InputError) as caught:
        array_value(source)
    assert caught.value.source == source
