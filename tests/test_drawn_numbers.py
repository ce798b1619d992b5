"""Drawn numbers stay as they are for ever: sheets that were handed out are marked with the same numbers years later."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from gradcli.arrays.entries import Entries
from gradcli.errors import InputError, Source
from gradcli.homework.classroom import variants
from gradcli.homework.classroom.array_variants import (
    LOOSE,
    OWN,
    STRICT,
    TEACHING,
    _all_within,
    _flaws,
    _one_label,
    _repeated,
    arrays_of,
    given_of,
)
from gradcli.homework.classroom.variants import SECOND, Variant, _is_easy, named, numbers_of, pools_for, versions_of
from gradcli.language.syntax import parse
from gradcli.numbers.ieee import IEEE
from gradcli.record.array_point import ArrayPoint

from .test_variants import PROGRAMS

SIGMOID_LOSS = "(sigmoid(w*x + b) - t)**2"
MORE = {"one": "x**2", "pair": "sqrt(x + y)", "five": "a*b + c*d + g", "six": "u*v + w*x + y*z",
        "logs": "log(x)*log(y)", "steep": "exp(x)*y", "flat": "tanh(x*y)", "power": "x**y",
        "near": "x/(1 + y)", "given": SIGMOID_LOSS, "one given": SIGMOID_LOSS}  # fmt: skip
FIXED = {"given": {"t": "1"}, "one given": {"t": "0", "b": "1"}}

# The first twelve digits of the SHA-256 of the numbers of students s0 to s29, a line each, by both versions.
DIGESTS: dict[str, tuple[str, str]] = {
    "first": ("2926a196d190", "7aa7795b3169"), "neuron": ("f776f24d4034", "8fab38e0c4ba"),
    "gates": ("ef24e8983645", "f937212d3940"), "fork": ("082dc986d1d1", "4cad2829b200"),
    "quotient": ("10bab76b1db0", "9e05f75bf072"), "powers": ("6123c136cd9c", "22bfa3ece6f5"),
    "logarithm": ("0884cd710cab", "9c2fbbb3cf14"), "loss": ("d8748df0d1a1", "f7df28fff65d"),
    "mean": ("73d2a558f490", "c078ba2dd69d"), "entropy": ("fdf0dc61ee3d", "19914a9f5de9"),
    "network": ("09e79e37b8b0", "ba0c41e6319a"), "gated": ("8f9cfab72e00", "7a8542d4507d"),
    "kink": ("c16a2d49107e", "37f26955df12"), "tie": ("2d38808400d9", "388507d45b4d"),
    "domain": ("aff06034127b", "a8fbb654148a"), "arc": ("a204e3ee10a8", "9332b42d0192"),
    "step": ("77ef17883533", "3134120b846d"), "branch": ("189a0f762686", "259fd9bff6ae"),
    "modulo": ("d26acda25425", "414fcad2559b"), "one": ("4d3272183f2f", "2cf31719a132"),
    "pair": ("e5d0cf058c21", "8f8536840ed9"), "five": ("e0cc8191d275", "2e60475272aa"),
    "six": ("7f37e4d5b022", "3595f2870b62"), "logs": ("328967acd8f2", "154484c56111"),
    "steep": ("1ee22c991252", "dacac21f9627"), "flat": ("820b2b90b27d", "aa586a28aee7"),
    "power": ("76ff4d5a06f1", "a0c46daff016"), "near": ("78b7ef155f15", "c1e758918d44"),
    "given": ("3c8cc5afcac3", "d1f94961cfe4"), "one given": ("0fc0f3a4ad4a", "4900da69efcf"),
}  # fmt: skip
ARRAY_DIGESTS: dict[str, str] = {
    "line": "208fe84650bf", "net": "2adfbffafd60", "labels": "450d54cf3655", "log": "139ffdb85697",
    "large": "e015acd1a1e3", "flat": "124521605fd0", "array": "7730c1281828", "gates": "d0b63ffcddea",
}  # fmt: skip


def digest(lines: list[str]) -> str:
    return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", DIGESTS)
def test_numbers_that_were_drawn_are_drawn_again(name: str) -> None:
    fixed = {key: Source(key, text) for key, text in FIXED.get(name, {}).items()}
    graph = parse(Source("program", {**PROGRAMS, **MORE}[name]), fixed)
    drawn = [[numbers_of(graph, fixed, Variant("7", f"s{k}", "p1", version)) for k in range(30)] for version in (1, 2)]
    found = [digest([" ".join(s.text for s in numbers.values()) for numbers in version]) for version in drawn]
    assert tuple(found) == DIGESTS[name]


NET = "Z = relu(X@W + b)@V; L = mean(cross_entropy(Z, y))"
ARRAYS: dict[str, tuple[str, dict[str, tuple[int, ...]], dict[str, str]]] = {
    "line": ("L = mean((X@w - y)**2)", {"X": (3, 2), "w": (2,), "y": (3,)}, {}),
    "net": (NET, {"X": (3, 2), "W": (2, 4), "b": (4,), "V": (4, 3), "y": (3,)}, {}),
    "labels": (NET, {"y": (2,)}, {"X": "[[1, 2], [0.5, -1]]", "W": "[[1, 2], [3, -1]]", "b": "[1, 1]",
                                  "V": "[[1, 2, 3], [-1, 1, 2]]"}),
    "log": ("L = sum(log(A)*b)", {"A": (2, 2), "b": (2,)}, {}),
    "large": ("L = sum(exp(A@A)*c)", {"A": (2, 2), "c": ()}, {}),
    "flat": ("L = sum(tanh(3*A)*B)", {"A": (2, 3), "B": (2, 3)}, {}),
    "array": ("A@B + 1", {"A": (2, 3), "B": (3, 2)}, {}),
    "gates": ("L = sum(relu(A) + abs(B))", {"A": (2, 3), "B": (2, 3)}, {}),
}  # fmt: skip


def arrays(name: str, student: str) -> Mapping[str, Any]:
    program, shapes, fixed = ARRAYS[name]
    given = {key: given_of(key, text) for key, text in fixed.items()}
    graph = ArrayPoint(given).parsed(Source("program", program), shapes)
    return arrays_of(graph, given, shapes, {}, Variant("7", student, "p1"))


@pytest.mark.parametrize("name", ARRAY_DIGESTS)
def test_arrays_that_were_drawn_are_drawn_again(name: str) -> None:
    shapes = ARRAYS[name][1]
    lines = []
    for k in range(8):
        found = arrays(name, f"s{k}")
        lines.append(" ".join(str(found[key].entries if shapes[key] else found[key].text) for key in shapes))
    assert digest(lines) == ARRAY_DIGESTS[name]


# ---- what makes a point a good one


@pytest.mark.parametrize(("size", "easy"), [
    (0.0, True), (0.01, True), (0.009, False), (1e4, True), (1.001e4, False), (1.0, False), (0.9901, False),
    (1.0099, False), (0.98, True), (1.02, True), (7.0, True),
])  # fmt: skip
def test_numbers_that_are_easy_to_work_with(size: float, easy: bool) -> None:
    assert _is_easy(size) is easy


def test_the_numbers_to_draw_from() -> None:
    """The fewer inputs, the more numbers for each; 1 is never among them, and every new number has its opposite."""
    broad = {count: [len(pool) for pool in pools_for(count)] for count in range(1, 8)}
    small = [2 * 28, 2 * 130]  # 0.2 to 3, and 0.2 to 1.5 in hundredths
    assert broad == {1: [1958, *small], 2: [1958, *small], 3: [194, *small], 4: [194, *small], 5: [18, 22],
                     6: [10, 18, 22], 7: [10, 18, 22]}  # fmt: skip
    for count in broad:
        for pool in pools_for(count):
            assert not {"1", "-1", "0"} & {*pool}
            assert count >= 5 or {float(text) for text in pool} == {-float(text) for text in pool}
            assert len({*pool}) == len(pool)
    assert [(pool[0], pool[-2]) for pool in pools_for(2)] == [("0.2", "9.99"), ("0.2", "3"), ("0.2", "1.5")]
    assert (pools_for(3)[0][0], pools_for(3)[0][-2]) == ("0.2", "9.9")


def test_up_to_five_inputs_are_drawn_anew() -> None:
    graph = parse(Source("program", "a + b + c + d + g"), {})
    assert SECOND in versions_of(graph, {}, {})
    assert SECOND in versions_of(parse(Source("program", "x**2"), {}), {}, {})
    assert SECOND not in versions_of(graph, {name: Source(name, "2") for name in "abcdg"}, {})
    assert SECOND not in versions_of(graph, {name: Source(name, "2") for name in "abcd"}, {"g": ["2"]})
    assert SECOND not in versions_of(parse(Source("program", "a + b + c + d + g + f"), {}), {}, {})


@pytest.mark.parametrize(("cell", "student"), [
    ("'=ann", "=ann"), (" '@ann ", "@ann"), ("'-ann", "-ann"), ("'+ann", "+ann"), ("'ann", "'ann"), ("=ann", "=ann"),
    ("'", "'"), (" ann ", "ann"), ("", ""), ("' =ann", "' =ann"),
])  # fmt: skip
def test_an_apostrophe_keeps_a_name_from_being_a_formula(cell: str, student: str) -> None:
    assert named(cell) == student


def flaws(program: str, drawn: dict[str, str], standard: int) -> int | None:
    given = {name: given_of(name, text) for name, text in drawn.items()}
    graph = ArrayPoint(given).parsed(Source("program", program), {})
    return _flaws(graph, given, drawn, {}, standard)


@pytest.mark.parametrize(("program", "drawn", "strict", "loose"), [
    ("sum(A*A)", {"A": "[[1, 2], [3, 4]]"}, 0, 0),
    ("sum(A*A)", {"A": "[[1, 2], [1, 2]]"}, 5, 5),
    ("sum(A*A)", {"A": "[[1, 1], [2, 2]]"}, 5, 5),
    ("sum(A*A)", {"A": "[[1, 1], [1, 1]]"}, 10, 10),
    ("sum(A*A)", {"A": "[[0, 2], [3, 4]]"}, 1, 1),
    ("sum(A*A)", {"A": "[[0, 0.00049], [3, 4]]"}, 2, 2),
    ("sum(A*A)", {"A": "[[0, 0.0005], [3, 4]]"}, 1, 1),
    ("sum(A*A)", {"A": "[[0, 0], [0, 0.0004]]"}, None, 4),
    ("sum(A*A)", {"A": "[[0, 0], [0, 0.0005]]"}, 3, 3),
    ("sum(x*x)", {"x": "[2, 2]"}, 0, 0),
    ("sum(x*x)", {"x": "[31, 2]"}, 0, 0), ("sum(x*x)", {"x": "[32, 2]"}, None, 0),
    ("sum(x)*1000", {"x": "[0.5, 0.5]"}, 0, 0), ("sum(x)*1001", {"x": "[0.5, 0.25]"}, None, 0),
    ("sum(relu(x))", {"x": "[0, 1]"}, None, None), ("sum(log(x))", {"x": "[-1, 1]"}, None, None),
    ("sum(exp(x))", {"x": "[1000, 1]"}, None, None),
    ("A@A", {"A": "[[1, 1], [2, 2]]"}, 5, 5), ("A@A", {"A": "[[1, 40], [40, 2]]"}, None, 0),
])  # fmt: skip
def test_how_unlucky_arrays_are(program: str, drawn: dict[str, str], strict: int | None, loose: int | None) -> None:
    """Two equal rows are worse than five gradients of 0; with the best standard all numbers stay below 1000."""
    assert (flaws(program, drawn, STRICT), flaws(program, drawn, LOOSE)) == (strict, loose)


@pytest.mark.parametrize(("program", "drawn", "found"), [
    ("sum(relu(x))", "x", (0, 0, None, None)),  # all pass
    ("sum(relu(x)) + sum(y)", "y", (0, 0, 0, 0)),  # which no draw helps
    ("sum(relu(-x)) + sum(x) + sum(y)", "xy", (0, 0, None, None)),  # none passes
    ("sum(x) + 0.0001*sum(y)", "x", (2, None, 2, None)),  # flat in y
    ("sum(x) + 0.0001*sum(y)", "xy", (2, None, None, None)),
])  # fmt: skip
def test_how_unlucky_arrays_are_by_each_standard(program: str, drawn: str, found: tuple[int | None, ...]) -> None:
    """Any numbers, easy ones, those where what is given may be flat, and the best; x and y are [1, 2]."""
    given = {name: given_of(name, "[1, 2]") for name in "xy" if name in program}
    graph = ArrayPoint(given).parsed(Source("program", program), {})
    assert tuple(_flaws(graph, given, drawn, {}, standard) for standard in (LOOSE, STRICT, OWN, TEACHING)) == found


@pytest.mark.parametrize(("labels", "classes", "expected"), [
    ([0, 1, 2], 3, 0), ([0, 1, 1], 3, 1), ([0, 0, 0], 3, 2), ([0, 1, 1, 0], 2, 0), ([0, 0, 0, 0], 2, 1), ([1], 5, 0),
])  # fmt: skip
def test_labels_that_repeat_while_others_are_left(labels: list[int], classes: int, expected: int) -> None:
    y = Entries(IEEE).make((len(labels),), [float(label) for label in labels])
    assert _repeated({"y": y}, ["y"], {"y": classes}) == expected
    assert _repeated({"y": y}, [], {"y": classes}) == 0


@pytest.mark.parametrize(("labels", "classes", "expected"), [
    ([1, 1], {"y": 2}, True), ([1], {"y": 2}, False), ([0, 0], {"y": 1}, False), ([0, 1], {"y": 2}, False),
    ([1, 1], {}, False), ([2, 2, 2], {"y": 3}, True),
])  # fmt: skip
def test_one_label_for_all(labels: list[int], classes: dict[str, int], expected: bool) -> None:
    y = Entries(IEEE).make((len(labels),), [float(label) for label in labels])
    assert _one_label({"y": y}, ["y"], classes) is expected
    assert _one_label({"y": y}, [], classes) is False


@pytest.mark.parametrize(("entries", "largest", "expected"), [
    ([1.0, -1000.0], 1e3, True), ([1.0, -1000.5], 1e3, False), ([1.0, -1000.5], None, True), ([None, 1.0], None, False),
    ([float("inf"), 1.0], None, False),
])  # fmt: skip
def test_entries_of_a_human_size(entries: list[Any], largest: float | None, expected: bool) -> None:
    assert _all_within([Entries(IEEE).make((2,), entries)], largest) is expected


def test_choices_and_a_single_number_may_be_drawn_beside_arrays() -> None:
    graph = ArrayPoint({"c": given_of("c", "2")}).parsed(Source("program", "sum(A*A)*c*k"), {"A": (2, 2), "k": ()})
    found = [arrays_of(graph, {}, {"A": (2, 2), "k": ()}, {"c": ("7", "9")}, Variant("1", f"s{k}", "p1"))
             for k in range(12)]  # fmt: skip
    assert {numbers["c"].text for numbers in found if isinstance(numbers["c"], Source)} == {"7", "9"}
    assert len({numbers["k"].text for numbers in found if isinstance(numbers["k"], Source)}) > 2
    for program in ("sum(log(-A*A))", "sum(relu(0*A))", "sum(exp(A + 1000))"):
        graph = ArrayPoint({}).parsed(Source("program", program), {"A": (2, 2)})
        with pytest.raises(InputError, match="no easy numbers"):
            arrays_of(graph, {}, {"A": (2, 2)}, {}, Variant("1", "ann", "p1"))
    with pytest.raises(InputError, match="no easy numbers"):  # beyond the largest binary64
        numbers_of(parse(Source("program", "exp(x + 1000)"), {}), {}, Variant("1", "ann", "p1"))


def test_a_point_has_the_fewest_coincidences_of_the_first_good_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 1 looks at six good points, version 2 at two; one without any is taken at once."""
    graph = parse(Source("program", "x*y"), {})
    for version, counts, best in ((1, [3, None, 4, 2, 2, 5, 3, 0], 3), (2, [3, None, 4, 2], 0), (2, [None, 1, 0], 2),
                                  (1, [2, 0, 9], 1), (1, [4, 4, 3, 3, 4, 4, 0], 2)):  # fmt: skip
        left = list(counts)
        points: list[Any] = []

        def counted(self: Any, point: Any, standard: int, moved: Any, left: list[Any] = left,
                    points: list[Any] = points) -> int | None:  # fmt: skip
            points.append((point["x"], point["y"]))
            return left.pop(0)

        monkeypatch.setattr(variants._Inspection, "flaws", counted)
        numbers = numbers_of(graph, {}, Variant("1", "ann", "p1", version))
        assert tuple(float(source.text) for source in numbers.values()) == tuple(map(float, points[best]))


# What the third version draws: of functions that may be saturated, and of several of relu.
TEACHING_DIGESTS = {
    "neuron": "097652ef75d1", "quotient": "48b0d3b7b9b4", "logarithm": "057603679e9d", "entropy": "ebb5874d716d",
    "network": "5d9e5ab6c6e6", "gated": "0f65727844e2", "steep": "4b477f60f1d8", "flat": "aae8071a66f3",
    "given": "0a8cdf5ab8d1", "one given": "6347d9117b74",
}  # fmt: skip


@pytest.mark.parametrize("name", TEACHING_DIGESTS)
def test_numbers_that_teach_are_drawn_again(name: str) -> None:
    fixed = {key: Source(key, text) for key, text in FIXED.get(name, {}).items()}
    graph = parse(Source("program", {**PROGRAMS, **MORE}[name]), fixed)
    assert versions_of(graph, fixed, {})[0] == variants.LATEST
    drawn = [numbers_of(graph, fixed, Variant("7", f"s{k}", "p1", variants.LATEST)) for k in range(12)]
    assert digest([" ".join(s.text for s in numbers.values()) for numbers in drawn]) == TEACHING_DIGESTS[name]


TEACHING_ARRAYS = {"net": "cd5e778135eb", "labels": "bf23591c639a", "flat": "ae52c5f8bd56", "gates": "0c889fc70e46"}


@pytest.mark.parametrize("name", TEACHING_ARRAYS)
def test_arrays_that_teach_are_drawn_again(name: str) -> None:
    program, shapes, fixed = ARRAYS[name]
    given = {key: given_of(key, text) for key, text in fixed.items()}
    graph = ArrayPoint(given).parsed(Source("program", program), shapes)
    lines = []
    for k in range(4):
        found = arrays_of(graph, given, shapes, {}, Variant("7", f"s{k}", "p1", variants.LATEST))
        lines.append(" ".join(str(found[key].entries if shapes[key] else found[key].text) for key in shapes))  # type: ignore[union-attr]
    assert digest(lines) == TEACHING_ARRAYS[name]
