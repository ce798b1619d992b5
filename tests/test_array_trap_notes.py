"""Notes on programs of arrays that fit and may mean something else: which get one, with which words, which get none."""

from __future__ import annotations

import pytest

from gradcli.arrays.sizes import Shape
from gradcli.errors import Source
from gradcli.language.array_notes import array_notes
from gradcli.language.array_scope import parse_arrays

SHAPES: dict[str, Shape] = {"A": (2, 2), "B": (2, 2), "X": (3, 2), "x": (2,), "z": (3,), "s": (), "T": (2, 2, 2)}
BY_ENTRY = "works entry by entry: every row of"


def notes(program: str) -> list[tuple[str, str]]:
    graph = parse_arrays(Source("program", program), SHAPES)
    return [(note.kind, note.message) for note in array_notes(graph, program)]


@pytest.mark.parametrize(("program", "message"), [
    ("A*x", f"A*x {BY_ENTRY} A times x; the matrix product is A@x"),
    ("x*A", f"x*A {BY_ENTRY} A times x; the matrix product is A@x"),
    ("A.T*x", f"A.T*x {BY_ENTRY} A.T times x; the matrix product is A.T@x"),
    ("X*x", f"X*x {BY_ENTRY} X times x; the matrix product is X@x"),
    ("X.T*z", f"X.T*z {BY_ENTRY} X.T times z; the matrix product is X.T@z"),
    ("A   *   x", f"A * x {BY_ENTRY} A times x; the matrix product is A@x"),
    ("s + A*x", f"A*x {BY_ENTRY} A times x; the matrix product is A@x"),
    ("A**-1", "A**-1 has 1/x for every entry x; the inverse matrix is inv(A)"),
    ("A.T**-1", "A.T**-1 has 1/x for every entry x; the inverse matrix is inv(A.T)"),
    ("2*A**-1", "A**-1 has 1/x for every entry x; the inverse matrix is inv(A)"),
])  # fmt: skip
def test_what_works_entry_by_entry(program: str, message: str) -> None:
    assert notes(program) == [("elementwise", message)]


@pytest.mark.parametrize(("program", "matrix"), [
    ("A + x", "A"), ("x + A", "A"), ("A - x", "A"), ("x - A", "A"), ("A.T + x", "A.T"),
])  # fmt: skip
def test_a_vector_that_meets_every_row_of_a_square_matrix(program: str, matrix: str) -> None:
    message = f"{program}: x meets every row of {matrix}; to meet every column write x[:,None]"
    assert notes(program) == [("rows", message)]


@pytest.mark.parametrize("program", [
    "A*B", "A*s", "A**-2", "A**1", "A**2", "A**s", "X**-1", "x**-1", "T**-1", "(A + B)**-1", "X + x", "x + X", "A + s",
    "A + B", "A/x", "x/A", "(2*A)*x", "A*(2*x)", "max(A, x)", "where(A > x, A, x)", "A@x + x", "T*x", "T + x", "x*x",
])  # fmt: skip
def test_what_is_no_trap(program: str) -> None:
    assert notes(program) == []


def test_every_trap_of_a_program_in_order() -> None:
    assert [kind for kind, _ in notes("q = A*x; p = B + x; sum(q) + sum(p) + sum(A**-1)")] == [
        "elementwise", "rows", "elementwise",
    ]  # fmt: skip
