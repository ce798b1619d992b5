"""Numbers of a student's own: stable for ever, friendly, away from kinks and from what hides mistakes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import InputError, Source
from gradcli.homework.classroom.variants import POOLS, Variant, canonical, numbers_of
from gradcli.language.syntax import parse
from gradcli.record.calls import differentiate

from .examples import examples
from .problems import PROBLEMS

EXTRA = {
    "kink": "relu(w*x + b)**2",
    "tie": "max(x, y)*z",
    "domain": "log(x - y)*sqrt(y)",
    "arc": "asin(x)*y",
    "step": "floor(x)*y",
    "branch": "where(x > y, x*y, x/y)",
    "modulo": "mod(x, 3)*y",
}
PROGRAMS = {**{name: program for name, (program, _) in PROBLEMS.items()}, **EXTRA}


def drawn(program: str, student: str = "ann", seed: str = "7", **fixed: str) -> dict[str, str]:
    bound = {name: Source(name, text) for name, text in fixed.items()}
    graph = parse(Source("program", program), bound)
    return {name: s.text for name, s in numbers_of(graph, bound, Variant(seed, student, "p1")).items()}


@pytest.mark.parametrize(
    ("student", "numbers"),
    [
        ("ann", {"x": "6", "y": "3", "z": "2"}),
        ("bob", {"x": "-5", "y": "2", "z": "-6"}),
        ("Zoë", {"x": "5", "y": "3", "z": "-4"}),
    ],
)
def test_the_numbers_never_change(student: str, numbers: dict[str, str]) -> None:
    """A change here would mark the sheets that are already handed out with other numbers."""
    assert drawn("q = x + y; f = q*z", student) == numbers


def test_the_hash_is_the_documented_one() -> None:
    from hashlib import sha256

    digest = sha256(b"gradcli.vary/1\n7\nann\np1\n0\nx").digest()
    assert Variant("7", "ann", "p1").draw("x", 0, 10) == int.from_bytes(digest[:8], "big") % 10
    assert drawn("q = x + y; f = q*z")["x"] in POOLS[0]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_never_at_a_kink_or_edge_and_never_degenerate(program: str) -> None:
    for k in range(12):
        numbers = drawn(program, f"student {k}")
        record = differentiate(program, numbers)
        assert not [note for note in record.notes if note.kind != "constant"]
        assert None not in record.gradient.values()
        for name, text in numbers.items():
            assert abs(Fraction(text)) not in (0, 1), name
        for i, node in enumerate(record.graph.nodes):
            if node.arguments and record.active[i] and node.operation.name not in ("gt", "floor"):
                assert abs(record.values[i]) not in (0, 1)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_students_differ_and_seeds_differ(program: str) -> None:
    sheets = {tuple(drawn(program, f"student {k}").items()) for k in range(30)}
    assert len(sheets) >= 5
    assert sheets != {tuple(drawn(program, f"student {k}", seed="8").items()) for k in range(30)}


@examples(60)
@given(st.text(max_size=20), st.text(st.characters(exclude_categories=()), min_size=1, max_size=20))
def test_any_seed_and_student_has_numbers(seed: str, student: str) -> None:
    first = drawn("1/(1 + exp(-(w*x + b)))", student, seed)
    assert first == drawn("1/(1 + exp(-(w*x + b)))", f" {canonical(student)} ", seed)
    assert set(first) == {"w", "x", "b"}


def test_composed_and_decomposed_names_are_one_student() -> None:
    assert drawn("x*y", "Zo\u00eb") == drawn("x*y", "Zoe\u0308")


def test_what_is_bound_stays() -> None:
    assert drawn("x*y", y="1/3")["y"] == "1/3"
    assert drawn("x*y", x="0", y="1") == {"x": "0", "y": "1"}


def test_choices_are_kept_to() -> None:
    graph = parse(Source("program", "x**2 + y"), {})
    for k in range(20):
        found = numbers_of(graph, {}, Variant("1", f"s{k}", "p1"), {"x": ("7", "9")})
        assert found["x"].text in ("7", "9")


@pytest.mark.parametrize("program", ["log(-x**2)", "relu(0*x)*x", "max(x, x)"])
def test_where_there_are_none_it_says_so(program: str) -> None:
    with pytest.raises(InputError, match="no easy numbers"):
        drawn(program)
