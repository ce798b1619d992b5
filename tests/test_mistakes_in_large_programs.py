"""How many paths, names, numerals and neighbours are told one by one, and what is not tried in large programs."""

from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.items import UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram, Working
from gradcli.homework.diagnosis.wrong_paths import (
    coefficient_added,
    counted,
    fork,
    of_two,
    one_negated,
    one_only,
    other_variable,
    without_one,
)
from gradcli.homework.diagnosis.wrong_readings import RATES, earlier_pass, misread, neighbours, updated
from gradcli.homework.diagnosis.wrong_rules import EVERY_PATH
from gradcli.homework.diagnosis.wrong_steps import with_new_inputs, with_new_operands
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


def program_of(program: str, *, step: str = "", **point: float) -> ReworkedProgram:
    given = {name: Source(name, repr(x)) for name, x in point.items()}
    request = Request(step=update_of("gd", step, ascent=False, option="step")) if step else Request()
    return ReworkedProgram(evaluate(Source("program", program), given, request))


def at(program: ReworkedProgram, name: str, kind: str = UPSTREAM) -> Working:
    return Working(program.right, Item(kind, program.graph.by_label[name]))


# ---- paths


@pytest.mark.parametrize(("paths", "told"), [(2, 2), (20, 20), (21, 0)])
def test_one_of_more_than_twenty_paths_is_not_told_from_the_others(paths: int, told: int) -> None:
    """f = 2*x + 3*x + ...: of path k the product is k."""
    numbers = range(2, paths + 2)
    step = at(program_of("f = " + " + ".join(f"{k}*x" for k in numbers), x=3.0), "x")
    whole = float(sum(numbers))
    for rule, made in ((without_one, lambda k: whole - k), (one_only, float), (one_negated, lambda k: whole - 2 * k)):
        found = [x for _, x in fork(rule)(step)]
        assert sorted(found) == (sorted(map(made, numbers)) if told else [])


@pytest.mark.parametrize(("paths", "told"), [(20, True), (21, False)])
def test_a_power_is_looked_for_among_twenty_paths(paths: int, told: bool) -> None:
    """5*x**3 as (5 + 3)*x**2 beside terms of slope 1."""
    program = program_of("f = 5*x**3" + " + x" * (paths - 1), x=2.0)
    assert [x for _, x in coefficient_added(at(program, "x"))] == ([8 * 4.0 + paths - 1] if told else [])


@pytest.mark.parametrize(("paths", "told"), [(20, True), (21, False)])
def test_new_operands_are_tried_along_twenty_paths(paths: int, told: bool) -> None:
    """df/dx = y + 2*y + ...; with a step of 0.5 the new y is 3 - 0.5*x*(1 + 2 + ...)."""
    total = sum(range(1, paths + 1))
    program = program_of("f = " + " + ".join(f"x*y*{k}" for k in range(1, paths + 1)), step="0.5", x=2.0, y=3.0)
    found = dict(with_new_operands(at(program, "x")))
    assert found == ({"y": pytest.approx(found["y"]), EVERY_PATH: pytest.approx((3 - total) * total)} if told else {})


# ---- names


def sums(variables: int, named: int) -> ReworkedProgram:
    """A sum of so many variables a0, b0, c0, ... and of as many named squares of the first as are asked for."""
    names = [f"{chr(97 + k)}v" for k in range(variables)]
    squares = [f"{chr(97 + k)}n" for k in range(named)]
    text = "; ".join(f"{name} = {names[0]}*{k + 2}" for k, name in enumerate(squares))
    program = f"{text}; f = {' + '.join([*names, *squares])}".removeprefix("; ")
    return program_of(program, **{name: 1.5 + k for k, name in enumerate(names)})


@pytest.mark.parametrize(("variables", "named", "other", "kinds"), [
    (10, 10, 19, "vn"), (11, 10, 10, "v"), (20, 5, 19, "v"), (21, 0, 0, ""),
])  # fmt: skip
def test_of_twenty_names_all_are_taken_for_another(variables: int, named: int, other: int, kinds: str) -> None:
    """Of more than twenty those of its kind, if these are no more."""
    program = sums(variables, named)
    found = [name for name, _ in other_variable(at(program, "av"))]
    assert {name[-1] for name in found} == {*kinds}
    assert len(found) == other


@pytest.mark.parametrize(("inputs", "told"), [(24, 23), (25, 0)])
def test_the_number_of_another_input_is_read_among_twenty_four(inputs: int, told: int) -> None:
    step = at(sums(inputs, 0), "av", VALUE)
    assert sum(tag.endswith("read instead") for tag, _ in misread(step)) == told


def test_a_number_that_is_computed_is_not_read_for_a_given_one() -> None:
    program = program_of("x2 = x1*3; f = x2*y", x1=2.5, y=4.0)
    assert neighbours(program, program.graph.by_label["x1"]) == [program.graph.by_label["x2"]]
    assert [tag for tag, _ in misread(at(program, "x1", VALUE)) if "read instead" in tag] == []


@pytest.mark.parametrize(("count", "own", "others"), [
    (40, 40, range(1, 40)), (41, 21, [*range(1, 21), *range(22, 42)]),
    (60, 30, [*range(10, 30), *range(31, 51)]), (60, 1, range(2, 22)), (60, 60, range(40, 60)),
])  # fmt: skip
def test_of_many_neighbours_the_nearest_forty_are_known(count: int, own: int, others: range) -> None:
    names = [f"w{k}" for k in range(1, count + 1)]
    program = program_of("f = " + " + ".join(names), **{name: 1.5 + k for k, name in enumerate(names)})
    found = neighbours(program, program.graph.by_label[f"w{own}"])
    assert [program.graph.labels[i] for i in found] == [f"w{k}" for k in others]


@pytest.mark.parametrize("name", ["lr", "eta", "Rate"])
def test_a_rate_that_the_program_names_is_the_one_of_an_update(name: str) -> None:
    """x*x*rate at 3 and 0.25: the gradient is 1.5, so that x would be 3 - 0.25*1.5; without a name rates are usual."""
    named = program_of(f"f = x*x*{name}", x=3.0, **{name: 0.25})
    assert dict(updated(at(named, "x"))) == {name: 3 - 0.25 * 1.5}
    plain = program_of("f = x*x*c", x=3.0, c=0.25)
    assert dict(updated(at(plain, "x"))) == {f"{rate:g}": 3 - rate * 1.5 for rate in RATES}


# ---- large programs


def long(nodes: int, named: int = 1) -> str:
    """A program of so many nodes and so many names: x, y, their product q, then products with y, the first ones named.

    The output is one of the names.
    """
    text, last = ["q = x*y"], "q"
    for k in range(named - 2):
        text.append(f"p{chr(97 + k)} = {last}*y")
        last = f"p{chr(97 + k)}"
    return "; ".join([*text, f"f = {last}{'*y' * (nodes - 3 - max(named - 2, 0))}"])


@pytest.mark.parametrize(("nodes", "large"), [(120, False), (121, True)])
def test_how_many_nodes_make_a_program_large(nodes: int, large: bool) -> None:
    program = program_of(long(nodes, 2), step="0.1", x=1.5, y=1.01)
    assert len(program.nodes) == nodes
    assert program.large is large
    assert bool(list(with_new_inputs(at(program, "x")))) is not large


@pytest.mark.parametrize(("nodes", "named", "told"), [(120, 21, 20), (121, 20, 19), (121, 21, 0)])
def test_earlier_passes_are_tried_for_twenty_names_of_a_large_program(nodes: int, named: int, told: int) -> None:
    program = program_of(long(nodes, named), x=1.5, y=1.01)
    assert (len(program.nodes), len(program.graph.named)) == (nodes, named)
    found = dict(earlier_pass(at(program, "x")))
    assert len(found) == told
    if told:
        assert found["q"] == pytest.approx(1.01 ** (nodes - 2) + 1.01)


@pytest.mark.parametrize(("numerals", "more", "told"), [(20, 80, 40), (21, 80, 0), (21, 0, 42)])
def test_whole_numbers_are_tried_up_to_twenty_of_a_large_program(numerals: int, more: int, told: int) -> None:
    """df/dx is 3 + 4 + ... and what the chain of products has."""
    program = program_of(
        "f = " + " + ".join([*(f"{k}*x" for k in range(3, numerals + 3)), "x*y" + "*y" * more]), x=1.5, y=1.01
    )
    assert program.large is bool(more)
    found = dict(counted(at(program, "x")))
    assert len(found) == told
    if told:
        right = sum(range(3, numerals + 3)) + 1.01 ** (more + 1)
        assert found["3"] == pytest.approx(3 * right)
        assert found["1/3"] == pytest.approx(right / 3)


@pytest.mark.parametrize(("more", "told"), [(0, True), (120, False)])
def test_wrong_rules_of_products_are_tried_in_small_programs(more: int, told: bool) -> None:
    """f = (2*x)*(3*x) by the product of the two slopes is 6 and not 12*x."""
    program = program_of("u = 2*x; v = 3*x; f = u*v" + " + y" * more, x=1.5, **({"y": 1.0} if more else {}))
    rule = of_two("mul", lambda S, du, dv, u, v: du * dv)
    assert dict(rule(at(program, "x"))) == ({"f": pytest.approx(6.0)} if told else {})
