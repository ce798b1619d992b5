"""Numbers of a student's own: stable for ever, friendly, away from kinks and from what hides mistakes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import InputError, Source
from gradcli.homework.classroom.variants import LATEST, POOLS, Variant, canonical, numbers_of, versions_of
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


def drawn(program: str, student: str = "ann", seed: str = "7", version: int = LATEST, **fixed: str) -> dict[str, str]:
    bound = {name: Source(name, text) for name, text in fixed.items()}
    graph = parse(Source("program", program), bound)
    return {name: s.text for name, s in numbers_of(graph, bound, Variant(seed, student, "p1", version)).items()}


@pytest.mark.parametrize(
    ("student", "version", "numbers"),
    [
        ("ann", 1, {"x": "6", "y": "3", "z": "2"}),
        ("bob", 1, {"x": "-5", "y": "2", "z": "-6"}),
        ("Zoë", 1, {"x": "5", "y": "3", "z": "-4"}),
        ("ann", 2, {"x": "3.9", "y": "-4.3", "z": "5.1"}),
        ("Zoë", 2, {"x": "-7.9", "y": "-7", "z": "1.8"}),
        ("Zoë", 3, {"x": "-7.9", "y": "-7", "z": "1.8"}),
    ],
)
def test_the_numbers_never_change(student: str, version: int, numbers: dict[str, str]) -> None:
    """A change here would mark the sheets that are already handed out with other numbers."""
    assert drawn("q = x + y; f = q*z", student, version=version) == numbers


@pytest.mark.parametrize(("program", "least"), [
    ("(x+y)*z", 300), ("x*y", 300), ("f = 1/(1 + exp(-(w*x + b)))", 300), ("(a + b)*(c + d)", 300),
    ("a*b + c*d + e", 298), ("x**2", 270), (PROBLEMS["mean"][0], 298),
])  # fmt: skip
def test_a_class_of_300_has_300_sheets(program: str, least: int) -> None:
    assert len({tuple(drawn(program, f"student {k}").values()) for k in range(300)}) >= least


def test_more_inputs_are_drawn_as_ever() -> None:
    program = "u*v + w*x + y*z"
    graph = parse(Source("program", program), {})
    assert versions_of(graph, {}, {}) == (1,)
    assert versions_of(graph, {"u": Source("u", "2")}, {}) == (2, 1)
    assert versions_of(parse(Source("program", "x*y"), {}), {}, {"x": ["2"], "y": ["3"]}) == (1,)


def test_the_hash_is_the_documented_one() -> None:
    from hashlib import sha256

    for version in (1, 2):  # the third passes over draws of the second
        digest = sha256(f"gradcli.vary/{version}\n7\nann\np1\n0\nx".encode()).digest()
        assert Variant("7", "ann", "p1", version).draw("x", 0, 10) == int.from_bytes(digest[:8], "big") % 10
    assert drawn("q = x + y; f = q*z", version=1)["x"] in POOLS[0]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("version", [2, 3])
def test_never_at_a_kink_or_edge_and_never_degenerate(program: str, version: int) -> None:
    several = version == 3 and program.count("relu") > 1  # of which one is 0
    for k in range(12):
        numbers = drawn(program, f"student {k}", version=version)
        record = differentiate(program, numbers)
        assert not [note for note in record.notes if note.kind != "constant"]
        assert None not in record.gradient.values()
        for name, text in numbers.items():
            assert abs(Fraction(text)) not in (0, 1), name
        for i, node in enumerate(record.graph.nodes):
            if node.arguments and record.active[i] and node.operation.name not in ("gt", "floor"):
                assert abs(record.values[i]) not in (0, 1) or several


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


@pytest.mark.parametrize(("program", "fixed", "choices", "hint"), [
    ("f = abs(x)*y", {"x": "0"}, {"y": ("2", "3.5", "5", "7")}, "give x another number, or every input a number"),
    ("f = abs(x)*y", {"x": "0"}, {}, "give x another number, or every input a number"),
    ("f = abs(x)*y", {"y": "3"}, {"x": ("0",)}, "give x other choices, or every input a number"),
    ("f = log(x)*y + z", {"x": "-2", "z": "5"}, {}, "give x another number, or every input a number"),
    ("f = abs(x - y)*z", {"x": "3", "y": "3"}, {}, "give x or y another number, or every input a number"),
    ("f = abs(x) + abs(y) + z", {"x": "0", "y": "0"}, {}, "give x and y another number, or every input a number"),
    ("f = max(x, x)*y", {"y": "3"}, {}, "give some of the inputs a number, or choices of your own"),
    ("f = max(x, x)", {}, {}, "give some of the inputs a number, or choices of your own"),
])  # fmt: skip
def test_what_helps_where_there_are_none(
    program: str, fixed: dict[str, str], choices: dict[str, tuple[str, ...]], hint: str
) -> None:
    """Another number helps where it is said, and so does one for every input."""
    graph = parse(Source("program", program), {})
    given, who = {name: Source(name, text) for name, text in fixed.items()}, Variant("7", "ann", "p1", 3)
    with pytest.raises(InputError) as raised:
        numbers_of(graph, given, who, choices)
    assert raised.value.hint == hint
    for name in (
        hint.partition("give ")[2].partition(" other" if "other choices" in hint else " another")[0].split(" or ")
    ):
        if set(alone := name.split(" and ")) <= graph.inputs.keys():
            left = {own: source for own, source in given.items() if own not in alone}
            assert numbers_of(graph, left, who, {own: texts for own, texts in choices.items() if own not in alone})
    every = {name: Source(name, "0") for name in graph.inputs}
    assert numbers_of(graph, every, who, {}) == every


@pytest.mark.parametrize("program", ["log(-x**2)", "relu(0*x)*x", "max(x, x)"])
def test_where_there_are_none_it_says_so(program: str) -> None:
    with pytest.raises(InputError, match="no easy numbers"):
        drawn(program)


@pytest.mark.parametrize(
    ("program", "given"),
    [
        ("s = w*x + b; h = sigmoid(s); L = (h - t)**2", {"t": "1"}),
        ("p = sigmoid(w*x + b); L = -(y*log(p) + (1 - y)*log(1 - p))", {"y": "0"}),
        ("p = sigmoid(w*x + b); L = -(y*log(p) + (1 - y)*log(1 - p))", {"y": "1"}),
    ],
)
def test_a_given_label_does_not_let_numbers_saturate(program: str, given: dict[str, str]) -> None:
    """A 0 or 1 that the teacher gives is no reason to draw numbers whose answers nobody can write down."""
    graph = parse(Source("program", program))
    fixed = {name: Source(name, text) for name, text in given.items()}
    for k in range(40):
        drawn = numbers_of(graph, fixed, Variant("2026", f"student {k}", "p1", LATEST))
        record = differentiate(program, {name: float(source.text) for name, source in drawn.items()})
        for node, value in enumerate(record.values):
            slope = record.upstream[node]
            assert value == 0 or 1e-2 <= abs(value) <= 1e4, drawn
            assert not slope or 1e-3 <= abs(slope) <= 1e4, drawn
