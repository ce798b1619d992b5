"""The default mode is certain to twelve digits, tries the cheap systems first, and says when it cannot tell."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.graph import Graph
from gradcli.calculus.notes import SIDES
from gradcli.calculus.sweeps import forward, partials, reverse
from gradcli.errors import InputError, LimitError, MathError, Source
from gradcli.language.syntax import parse
from gradcli.numbers.balls import Balls
from gradcli.numbers.fractions import Exact
from gradcli.numbers.systems import FLOAT
from gradcli.record.precision import (
    BOUNDED_NODES,
    DEEP_BITS,
    FIRST_BITS,
    LARGE_BITS,
    LAYER_BITS,
    MAX_BITS,
    MAX_WORK,
    Ladder,
    Precision,
    layers,
    size,
)

from .programs import call_names, random_case

# ---- certain to twelve digits


def truth(program: str, point: dict[str, float], bits: int) -> tuple[list[Any], list[Any]]:
    """Return all values and upstream gradients in balls."""
    S = Balls(bits)
    graph = parse(Source("program", program))
    with S.at_work():
        values, faults = forward(S, graph, {name: S.from_number(x) for name, x in point.items()})
        assert graph.output not in faults
        linearization = partials(S, graph, values, graph.active(set(graph.inputs.values())))
        return values, reverse(S, graph, linearization, graph.output, S.one).adjoints


def wrong(got: float, true: Any) -> bool:
    """Whether a number is surely further from the true one than a trillionth, or half the smallest binary64."""
    if math.isinf(got):
        return bool(abs(true) < 1.797e308)
    return bool(abs(true - got) > 1.01e-12 * abs(true) + 3e-324)


def test_every_number_of_random_programs_is_certain() -> None:
    draw = random.Random(11)
    calls = call_names()
    systems = {"float": 0, "balls": 0}
    for _ in range(500):
        case = random_case(draw, calls=calls, depth=4)
        try:
            record = differentiate(case.program, case.point)
        except MathError:
            continue
        if any(note.kind in ("settled", "undefined") for note in record.notes):
            continue
        systems[record.arithmetic["system"]] += 1
        values, adjoints = truth(case.program, case.point, 1500)
        for column, true in ((record.values, values), (record.upstream, adjoints)):
            for got, x in zip(column, true, strict=True):
                assert got is None or x is None or not wrong(got, x), (case, got, x)
    assert systems["float"] > 200
    assert systems["balls"] > 10


@pytest.mark.parametrize(("program", "point", "value"), [
    ("(1 - cos(x))/x**2", {"x": 1e-8}, 0.5),
    ("exp(x)/exp(x - 1)", {"x": 800}, math.e),
    ("sqrt(x**2 + y**2)", {"x": 3e200, "y": 4e200}, 5e200),
    ("(x + 1) - x", {"x": 1e16}, 1.0),
    ("log(exp(x))", {"x": 1000}, 1000.0),
    ("(exp(x) - 1)/x", {"x": 1e-12}, 1.0000000000005),
    ("sin(x)", {"x": 3.141592653589793}, 1.2246467991473532e-16),
    ("x**100/y**100", {"x": 1e5, "y": 1e5}, 1.0),
    ("exp(-exp(x))", {"x": 10}, 0.0),
])  # fmt: skip
def test_where_floats_are_not_enough(program: str, point: dict[str, float], value: float) -> None:
    record = differentiate(program, point)
    assert math.isclose(record.value, value, rel_tol=1e-15)
    if program != "sin(x)":
        assert record.arithmetic["system"] == "balls"
        assert [note.kind for note in record.notes].count("precision") == 1


@pytest.mark.parametrize("k", range(1, 16))
def test_twelve_digits_are_twelve(k: int) -> None:
    """1 + x loses up to 2**-53, of which 1e-k makes the 13th digit, the 12th, the 11th, and so on."""
    for x in (10.0**-k, 3 * 10.0**-k, 7 * 10.0**-k, -(10.0**-k)):
        assert f"{differentiate('(1 + x) - 1', {'x': x}).value:.12g}" == f"{x:.12g}"


def test_a_true_zero_is_settled_as_zero() -> None:
    for program in ("sin(x)**2 + cos(x)**2 - 1", "exp(log(x)) - x", "(x + y)**2 - x**2 - 2*x*y - y**2"):
        record = differentiate(program, {name: 0.7 for name in "xy" if name in program.replace("exp", "")})
        assert record.value == 0.0
        assert set(record.gradient.values()) == {0.0}


def test_ieee_is_unchecked() -> None:
    record = differentiate("(1 - cos(x))/x**2", {"x": 1e-8}, ieee=True)
    assert record.value == 0.0
    assert record.arithmetic == {"system": "ieee"}


# ---- the order of the systems


def chain(nodes: int) -> Graph:
    """Return a graph of so many nodes."""
    return parse(Source("program", " + ".join(["x"] * nodes)))


def names(precision: Precision, graph: Graph) -> list[str]:
    return [f"{S.name}{vars(S).get('bits', '')}" for S in Ladder(precision, graph)]


def test_the_cheapest_system_comes_first() -> None:
    certain = names(Precision("certain"), chain(10))
    assert certain == ["float", *(f"balls{FIRST_BITS << k}" for k in range(8))]
    assert certain[-1] == f"balls{MAX_BITS}"
    assert names(Precision("certain"), chain(BOUNDED_NODES + 1))[0] == f"balls{LARGE_BITS}"
    assert names(Precision("exact"), chain(10)) == ["exact"]
    assert names(Precision("ieee"), chain(10)) == ["ieee"]
    assert names(Precision("digits", 100), chain(10))[0] == "balls397"


def test_the_first_try_for_a_deep_network_has_bits_for_what_its_layers_lose() -> None:
    def first(depth: int) -> str:
        lines = [f"h{k + 1} = tanh({' + '.join([f'a*h{k}'] * 30)} + b)" for k in range(depth)]
        graph = parse(Source("program", "\n".join([*lines, f"h{depth} + " + " + ".join(["x"] * BOUNDED_NODES)])))
        assert layers(graph) == depth
        return names(Precision("certain"), graph)[0]

    assert [first(2), first(100), first(450)] == [
        f"balls{LARGE_BITS}", f"balls{64 + 100 * LAYER_BITS}", f"balls{DEEP_BITS}"
    ]  # fmt: skip


def test_precision_is_tried_up_to_and_including_the_limit() -> None:
    large = chain(300_000)
    assert MAX_WORK // size(large) == 6_666
    assert names(Precision("certain"), large) == ["balls512", "balls1024", "balls2048", "balls4096", "balls6666"]
    assert names(Precision("digits", 4000), chain(10)) == ["balls13384", "balls16384"]
    assert names(Precision("digits", 4000), large) == ["balls13384"]  # what the digits need, be it beyond the limit


def test_a_network_of_many_layers_is_run_in_balls_at_once() -> None:
    layer = "; ".join(f"h{{k}}_{j} = tanh({' + '.join(f'w{i}*h{{b}}_{i}' for i in range(4))})" for j in range(4))
    program = "; ".join(layer.format(k=k + 1, b=k) for k in range(4)) + "; h4_0 + h4_1 + h4_2 + h4_3"
    assert names(Precision("certain"), parse(Source("program", program)))[0] == f"balls{FIRST_BITS}"
    shallow = "; ".join(layer.format(k=k + 1, b=k) for k in range(2)) + "; h2_0 + h2_1 + h2_2 + h2_3"
    assert names(Precision("certain"), parse(Source("program", shallow)))[0] == "float"
    assert names(Precision("certain"), parse(Source("program", "sin(sin(sin(sin(x))))")))[0] == "float"


def test_a_lost_precision_is_told_as_that() -> None:
    """A product of n factors that each lose 100 bits, with a limit that is not enough."""
    program = "x*(exp(69.3*n) - exp(69.3*n) + 1e-9)"
    assert differentiate("exp(-x) - exp(-x)*(1 - 1e-300)", {"x": 3}).value > 0
    with pytest.raises(MathError, match=r"undecided with 16,384 bits: precision ran out: the numbers lose [\d,]+ bits"):
        differentiate(program, {"x": 2, "n": 200})
    with pytest.raises(MathError, match="precision ran out: the numbers lose"):  # not: a number is too large
        differentiate("exp(x*(exp(69.3*n) - exp(69.3*n) + 1e-9))", {"x": 2, "n": 200})


def test_modes() -> None:
    def mode(exact: bool = False, digits: int | None = None, ieee: bool = False, *texts: str) -> Precision:
        return Precision.of(exact=exact, digits=digits, ieee=ieee, values=[Source("x", text) for text in texts])

    assert mode() == Precision("certain")
    assert mode(exact=True).name == "exact"
    assert mode(digits=5) == Precision("digits", 5)
    assert mode(ieee=True).name == "ieee"
    assert mode(False, None, False, "1+-0.1") == Precision("uncertain", 12)
    assert mode(False, 20, False, "1±0.1") == Precision("uncertain", 20)
    for arguments in ((True, 5, False), (True, None, True), (False, 5, True), (True, None, False, "1+-2"),
                      (False, None, True, "1±2"), (False, 0, False), (False, 4001, False, "1+-2")):  # fmt: skip
        with pytest.raises(InputError):
            mode(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(("program", "point"), [
    ("1/(sin(x)**2 + cos(x)**2 - 1)", {"x": 0.5}),
    ("floor(exp(log(x)))", {"x": 3}),
    ("max(exp(log(x)), 3)", {"x": 3}),
    ("where(exp(log(x)) >= 3, 1, x)", {"x": 3}),
    ("log(exp(x) - exp(x + y) + exp(x)*(exp(y) - 1))", {"x": 0.3, "y": 0.2}),
])  # fmt: skip
def test_what_stays_undecided_is_refused(program: str, point: dict[str, float]) -> None:
    with pytest.raises(MathError, match="undecided with 16,384 bits") as caught:
        differentiate(program, point)
    assert caught.value.status == 3
    assert caught.value.kind == "undecided"
    assert caught.value.span is not None


def test_limits_of_exact_numbers() -> None:
    for program in ("x**100000", "2**x**6", "(x**1000)**1000"):
        with pytest.raises(LimitError, match="13,000 bits"):
            differentiate(program, {"x": 7}, exact=True)


# ---- all systems follow the same conventions

KINKS = {
    "abs(x)": {"x": 0}, "relu(x) - relu(-x)": {"x": 0}, "max(x, y)*2": {"x": 1, "y": 1}, "floor(x)*x": {"x": 2},
    "min(x, y, 2)": {"x": 2, "y": 2}, "ceil(x) + x": {"x": 2}, "round(x)": {"x": 2.5}, "sign(x)": {"x": 0},
    "mod(x, y)": {"x": 6, "y": 3},
    "where(x > 0, x, -x)": {"x": 0}, "where(x >= 0, x**2, x**3)": {"x": 0}, "leaky_relu(x)": {"x": 0},
    "hypot(x, y)": {"x": 0, "y": 0}, "abs(x - y)*z": {"x": 1, "y": 1, "z": 3}, "x**y": {"x": 0, "y": 0},
    "abs(x)**2": {"x": 0}, "0*abs(x)": {"x": 0}, "sqrt(x) + y": {"x": 0, "y": 1}, "abs(x**2)": {"x": 0},
    "max(abs(x), abs(y))": {"x": 0, "y": 0}, "relu(relu(x) - relu(y))": {"x": 1, "y": 1},
}  # fmt: skip


def seen(record: Any) -> tuple[Any, ...]:
    """Return what a run says, with all numbers as floats of twelve places."""

    def number(x: Any) -> float | str | None:
        if x is None or x in SIDES:
            return x
        top, _, bottom = str(x).partition("/")
        return round(float(top) / float(bottom or 1), 12)

    return (
        number(record.value),
        {name: number(x) for name, x in record.gradient.items()},
        [number(x) for x in record.upstream],
        [(n.kind, n.node, number(n.left), number(n.right)) for n in record.notes],
    )


@pytest.mark.parametrize("program", KINKS)
def test_kinks_agree_in_all_systems(program: str) -> None:
    point = KINKS[program]
    runs = [differentiate(program, point, **{name: value}) for name, value in  # type: ignore[arg-type]
            (("exact", True), ("digits", 15), ("ieee", True), ("exact", False))]  # fmt: skip
    if program.startswith("hypot") or "sqrt" in program:
        runs = runs[1:]
    first = seen(runs[0])
    for run in runs[1:]:
        assert seen(run) == first


@pytest.mark.parametrize("program", KINKS)
def test_balls_follow_the_conventions_too(program: str) -> None:
    """The same kinks in a program that floats cannot settle."""
    hard = f"({program})*(1 + 0*w) + w - w*exp(u)/exp(u)"
    record = differentiate(hard, {**KINKS[program], "w": 1, "u": 800})
    plain = differentiate(program, KINKS[program])
    assert record.arithmetic["system"] == "balls"
    assert record.value == plain.value
    assert {name: record.gradient[name] for name in plain.gradient} == plain.gradient
    assert [n.kind for n in record.notes if n.kind != "precision"] == [n.kind for n in plain.notes]


def test_exact_and_float_systems_have_the_same_domains() -> None:
    for program, point in (
        ("1/x", {"x": 0}),
        ("x**y", {"x": 0, "y": -1}),
        ("sqrt(x)", {"x": -1}),
        ("mod(x, y)", {"x": 1, "y": 0}),
    ):
        messages = set()
        for options in ({"exact": True}, {"ieee": True}, {"digits": 5}, {}):
            with pytest.raises(MathError) as caught:
                differentiate(program, point, **options)  # type: ignore[arg-type]
            messages.add(caught.value.message)
        assert len(messages) == 1


# ---- what is imported


def imported(*words: str) -> set[str]:
    """Return the modules that a run of gradcli imports."""
    script = (
        "import sys, io\n"
        "from gradcli.commands import run\n"
        "out, sys.stdout = sys.stdout, io.StringIO()\n"
        f"status = run({list(words)!r})\n"
        "sys.stdout = out\n"
        "print(status, *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    status, *modules = done.stdout.split()
    assert status == "0", done.stderr
    return set(modules)


def test_a_one_liner_does_not_import_flint() -> None:
    modules = imported("(x+y)*z", "x=-2", "y=5", "z=-4")
    assert "gradcli.reports.table" in modules
    assert not modules & {
        "flint",
        "rich",
        "numpy",
        "mpmath",
        "gradcli.numbers.balls",
        "gradcli.record.verification",
        "gradcli.record.higher_derivatives",
    }


def test_json_does_not_import_rich() -> None:
    modules = imported("--json", "1/(1+exp(-(w*x+b)))", "w=2", "x=-1", "b=0.5")
    assert "lark" in modules
    assert not modules & {"flint", "rich", "rich.console", "fractions", "gradcli.numbers.balls"}


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["completion", "bash"]])
def test_help_imports_neither_lark_nor_rich(words: list[str]) -> None:
    assert not imported(*words) & {"lark", "rich", "flint", "numpy"}


def test_importtime_shows_no_flint() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "gradcli", "--grad", "x", "x*y", "x=2", "y=3"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "3.0\n"
    assert "lark" in done.stderr
    assert "flint" not in done.stderr


def test_balls_are_imported_where_they_are_needed() -> None:
    assert "flint" in imported("--json", "(1 - cos(x))/x**2", "x=1e-8")


def test_exact_system_is_its_own_writer() -> None:
    S = Exact()
    assert S.formatter is S
    assert FLOAT.formatter is FLOAT


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("exp(-x) - exp(-x)*(1 - 1e-50)", "2.5765358729611496522e-919"),
        ("exp(-x) - exp(-x)*(1 - 1e-300*1e-200)", "2.5765358729611496522e-1369"),
        ("exp(-x) - exp(-x)", "0"),
        ("sin(x)**2 + cos(x)**2 - 1", "0"),
    ],
)
def test_digits_write_0_for_nothing_but_what_no_precision_tells_from_it(program: str, value: str) -> None:
    assert differentiate(program, {"x": 2000}, digits=20).value == value


@pytest.mark.parametrize(
    ("program", "x", "message"),
    [
        ("floor(x*10)", "0.3", "x*10 is slightly below 3: 0.3 is read as the nearest binary64; "),
        ("ceil(x*100)", "1.1", "x*100 is slightly above 110: 1.1 is read as the nearest binary64; "),
        ("mod(x*10, 1)", "0.3", "x*10 is slightly below 3: 0.3 is read as the nearest binary64; "),
        ("where(x*10 < 3, 1, x)", "0.3", "x*10 is slightly below 3: 0.3 is read as the nearest binary64; "),
        ("floor(0.3*x)", "10", "0.3*x is slightly below 3: 0.3 is read as the nearest binary64; "),
        ("floor(x)", "2.99999999999991", "x is slightly below 3"),
    ],
)
def test_a_step_at_what_only_looks_whole_is_noted(program: str, x: str, message: str) -> None:
    notes = [note.message for note in differentiate(program, {"x": x}).notes if note.kind == "rounded"]
    assert notes == [message + ("--exact takes decimals as they are" if message.endswith("; ") else "")]
    assert not [note for note in differentiate(program, {"x": x}, exact=True).notes if note.kind == "rounded"]


@pytest.mark.parametrize(("program", "x"), [("floor(x*10)", "0.35"), ("floor(x*2)", "1.5"), ("x*10", "0.3")])
def test_nothing_is_noted_of_other_numbers(program: str, x: str) -> None:
    assert not [note for note in differentiate(program, {"x": x}).notes if note.kind == "rounded"]
