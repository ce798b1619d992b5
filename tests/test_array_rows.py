"""Every row of the second table, because it is in the table: shapes, the opened graph, the forward mode."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from gradcli.arrays.rows import REQUIRED, ArrayOperation
from gradcli.arrays.table import ARRAY_OPERATIONS, MATMUL, ROWS, entry_by_entry
from gradcli.calculus.operations import ADD, OPERATIONS
from gradcli.numbers.systems import Undecided, Unsupported

from .array_rows import BACKWARD, BEYOND_FRACTIONS, DRAWN, Case, Trial, altered, cases, systems

ALL = [pytest.param(row, case, id=f"{row.name}-{k}") for row in BACKWARD for k, case in enumerate(cases(row))]
ROWS_BY_NAME = [pytest.param(row, id=f"{row.name}{k}") for k, row in enumerate(BACKWARD)]


def test_shapes_are_drawn_for_every_row_with_a_derivative() -> None:
    assert {row.name for row in BACKWARD} == DRAWN.keys()
    assert all(row.samples for row in ROWS if row.name not in ("ties", "unsort"))


@pytest.mark.parametrize("row", [*ROWS, *ARRAY_OPERATIONS.values()], ids=lambda row: row.name)
def test_every_rule_of_a_row_has_the_defaults_of_the_row(row: ArrayOperation) -> None:
    """What a program leaves out is said in `fixed`, for whoever writes it down, and by the rules themselves."""
    for rule in filter(None, (row.shape, row.value, *row.pullbacks)):
        parameters = inspect.signature(rule).parameters
        open_ended = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
        for name, default in row.fixed.items():
            if not open_ended:
                wanted = inspect.Parameter.empty if default is REQUIRED else default
                assert parameters[name].default is wanted or parameters[name].default == wanted, name


@pytest.mark.parametrize(("row", "case"), ALL)
def test_the_shape_rule_tells_the_shape_of_the_value(row: ArrayOperation, case: Case) -> None:
    trial = Trial(row, *case)
    S, A = systems()["balls"]
    with S.at_work():
        run, back = trial.run(A)
    for node, value in zip(trial.graph.nodes, run.values, strict=True):
        assert value.shape == node.shape
        assert len(value.entries) == len(A.full(0, value.shape).entries)
    for node, row_back in zip(trial.graph.nodes, back.contributions, strict=True):
        for a, flow in zip(node.arguments, row_back, strict=True):
            assert flow is None or flow.shape == trial.graph.nodes[a].shape, "what flows back has the argument's shape"


@pytest.mark.parametrize(("row", "case"), [p for p in ALL if p.values[0].name not in BEYOND_FRACTIONS])  # type: ignore[union-attr]
def test_in_fractions_the_pullbacks_are_the_opened_graph(row: ArrayOperation, case: Case) -> None:
    trial = Trial(row, *case)
    S, A = systems()["exact"]
    run, back = trial.run(A)
    assert not run.faults
    value, gradient = trial.opened(S, A)
    assert run.values[trial.output].entries == [value]
    assert trial.gradient(A, back) == gradient
    backwards, forwards = trial.dot_products(A)
    assert backwards == forwards


@pytest.mark.parametrize("row", [row for row in BACKWARD if row.name in BEYOND_FRACTIONS])
def test_what_leads_out_of_the_fractions_says_so(row: ArrayOperation) -> None:
    shapes, fixed = next(case for case in cases(row) if max(case[0][0], default=0) > 1)
    _, A = systems()["exact"]
    faults: list[Any] = []
    try:
        faults = Trial(row, shapes, fixed).run(A)[0].faults
    except (Unsupported, Undecided) as refused:
        faults = [refused]
    assert faults


@pytest.mark.parametrize(("row", "case"), ALL)
def test_in_balls_the_pullbacks_are_the_opened_graph(row: ArrayOperation, case: Case) -> None:
    trial = Trial(row, *case)
    S, A = systems()["balls"]
    with S.at_work():
        run, back = trial.run(A)
        assert not run.faults
        value, gradient = trial.opened(S, A)
        (found,) = run.values[trial.output].entries
        assert found.overlaps(value)
        for name, wanted in gradient.items():
            for got, want in zip(trial.gradient(A, back)[name], wanted, strict=True):
                assert got.overlaps(want)
                assert float(got.rad()) < 1e-30, "an enclosure that says nothing overlaps with everything"
        backwards, forwards = trial.dot_products(A)
        assert backwards.overlaps(forwards)


@pytest.mark.parametrize("row", [param for param in ROWS_BY_NAME if param.values[0].name != "onehot"])  # type: ignore[union-attr]
def test_a_row_is_linear_where_the_numbers_do_not_change_what_flows_back(row: ArrayOperation) -> None:
    """The gradients at the numbers of a trial, and at their cubes in another order with the same labels and flow."""
    S, A = systems()["balls"]
    same = True
    for case in cases(row):
        trial = Trial(row, *case)
        with S.at_work():
            gradient = trial.gradient(A, trial.run(A)[1])
            for name in trial.inputs:
                trial.numbers[name] = [x**3 for x in reversed(trial.numbers[name])]
            cubed = trial.gradient(A, trial.run(A)[1])
        same &= all(x.overlaps(y) for name in gradient for x, y in zip(gradient[name], cubed[name], strict=True))
    assert row.is_linear is same


ENTRYWISE = [row for row in OPERATIONS.values() if not row.is_leaf and row.partials and row.points]
GROWN = [((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), ()), ((2, 3), (1, 3)), ((1, 2, 3), (2, 1))]


@pytest.mark.parametrize("row", [row for row in ENTRYWISE if row.name in ("add", "sub", "mul", "div", "neg")])
def test_entry_by_entry_sums_back_over_what_grew(row: Any) -> None:
    S, A = systems()["exact"]
    for shapes in GROWN if row.arity == 2 else [((2, 3),), ((),), ((1, 2, 1, 2),)]:
        trial = Trial(entry_by_entry(row), shapes, {})
        run, back = trial.run(A)
        value, gradient = trial.opened(S, A)
        assert (run.values[trial.output].entries, trial.gradient(A, back)) == ([value], gradient)
        backwards, forwards = trial.dot_products(A)
        assert backwards == forwards


# ---- a test of the tests: wrong pullbacks are caught


def is_caught(row: ArrayOperation, case: Case) -> bool:
    """Whether the tests above see that a pullback is wrong."""
    trial = Trial(row, *case)
    S, A = systems()["balls"]
    try:
        with S.at_work():
            _, back = trial.run(A)
            _, gradient = trial.opened(S, A)
            backwards, forwards = trial.dot_products(A)
            agrees = all(
                got.overlaps(want)
                for name, wanted in gradient.items()
                for got, want in zip(trial.gradient(A, back)[name], wanted, strict=True)
            )
    except (AssertionError, ValueError, IndexError):  # of another shape
        return True
    return not agrees and not backwards.overlaps(forwards)


def largest(row: ArrayOperation) -> Case:
    """Return the case of a row with the most entries."""
    return max(cases(row), key=lambda case: sum(len(shape) + 100 * (max(shape, default=0) > 1) for shape in case[0]))


@pytest.mark.parametrize("row", ROWS_BY_NAME)
def test_a_flipped_sign_is_caught(row: ArrayOperation) -> None:
    for k, pullback in enumerate(row.pullbacks if row.chosen is None else ()):
        if pullback is not None and row.name != "onehot":
            wrong = altered(row, k, lambda A, flow: -flow)
            case = next(case for case in cases(row, 30) if sees_something(row, case, k))
            assert is_caught(wrong, case)
    assert not is_caught(row, largest(row))


def sees_something(row: ArrayOperation, case: Case, k: int) -> bool:
    """Whether something other than 0 flows back to the k-th argument."""
    trial = Trial(row, *case)
    if len(case[0]) <= k:
        return False
    if trial.graph.nodes[trial.node].operation.is_role(k):
        return False
    S, A = systems()["balls"]
    with S.at_work():
        return any(not x.contains(0) for x in trial.gradient(A, trial.run(A)[1])["abcdef"[k]])


def test_a_transposed_gradient_is_caught() -> None:
    for k in (0, 1):
        wrong = altered(MATMUL, k, lambda A, flow: A.transpose(flow))
        assert is_caught(wrong, ([(3, 3), (3, 3)], {}))
        assert is_caught(wrong, ([(2, 3), (3, 2)], {}))
    assert is_caught(altered(ARRAY_OPERATIONS["inv"], 0, lambda A, flow: A.transpose(flow)), ([(3, 3)], {}))


def test_a_sum_that_was_forgotten_is_caught() -> None:
    add = entry_by_entry(ADD)
    first_row = altered(add, 1, lambda A, flow: A.index(flow, (), (0,)) if len(flow.shape) > 1 else flow)
    assert not is_caught(add, ([(3, 2), (2,)], {}))
    wrong = ArrayOperation("add", "x y", add.shape, add.value, (add.pullbacks[0], lambda A, g, v, x, y: g))
    assert is_caught(wrong, ([(3, 2), (2,)], {})), "not summed: of another shape"
    one = ArrayOperation("add", "x y", add.shape, add.value,
                         (add.pullbacks[0], lambda A, g, v, x, y: A.index(g, (), (0,))))  # fmt: skip
    assert is_caught(one, ([(3, 2), (2,)], {})), "one row instead of the sum of all"
    assert first_row.pullbacks[0] is add.pullbacks[0]
