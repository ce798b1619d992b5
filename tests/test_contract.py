"""The contract of number systems: what rules ask for is in it, and every system has it or refuses by name."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType
from typing import Any

import pytest

from gradcli.calculus import faults, operations, shared_rules, sweeps, table_parts
from gradcli.calculus.building import Builder
from gradcli.calculus.operations import NUMBER, OPERATIONS
from gradcli.calculus.symbolic import Symbols
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.closer import Closer
from gradcli.numbers.contract import NumberSystem
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.fractions import Dyadic, Exact
from gradcli.numbers.functions import FUNCTIONS
from gradcli.numbers.ieee import IEEE
from gradcli.numbers.series.system import SeriesSystem
from gradcli.numbers.spans import Spans
from gradcli.numbers.systems import FLOAT, Unsupported
from gradcli.rows.code import Code, Untraceable
from gradcli.rows.tracing import Tracer

MEMBERS = {name for cls in NumberSystem.__mro__ for name in vars(cls) if not name.startswith("_")} | {"decides"}


def closer() -> Closer:
    builder = Builder()
    graph = builder.freeze(builder.leaf(NUMBER, "2", (0, 1)))
    return Closer(Balls(128), graph, [Balls(128).two])


SYSTEMS: dict[str, Any] = {
    "float": FLOAT, "ieee": IEEE, "exact": Exact(), "dyadic": Dyadic(), "bounds": Bounds(), "balls": Balls(128),
    "decimal balls": DecimalBalls(128, 12), "spans": Spans(128, 12), "symbols": Symbols(), "closer": closer(),
    "series": SeriesSystem(128, 1, 4, OPERATIONS), "code": Tracer(Code(columns=False), bounded=True),
}  # fmt: skip


def asked_of_systems(module: ModuleType) -> set[str]:
    """Return what the code of a module asks of `S`."""
    nodes = ast.walk(ast.parse(inspect.getsource(module)))
    return {
        n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "S"
    }


@pytest.mark.parametrize("module", [operations, shared_rules, table_parts, sweeps, faults], ids=lambda m: m.__name__)
def test_what_rules_and_sweeps_ask_for_is_in_the_contract(module: ModuleType) -> None:
    assert asked_of_systems(module) - MEMBERS == set()


def test_the_contract_asks_for_nothing_that_no_rule_needs() -> None:
    asked = set().union(*map(asked_of_systems, (operations, shared_rules, table_parts, sweeps, faults)))
    assert FUNCTIONS - asked == set()


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_has_the_contract(name: str) -> None:
    """A system of fractions refuses what leads out of them when it is called; code, when it is asked for."""
    S = SYSTEMS[name]
    for member in sorted(MEMBERS - {"number"} if name == "closer" else MEMBERS):  # whose numbers come from balls
        try:
            assert getattr(S, member) is not None
        except Untraceable:
            assert name == "code"
            assert member in ("tan", "erfinv", "lgamma", "digamma", "polygamma")


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("misspelt", ["tanhh", "tahn", "lgama", "sqr"])
def test_a_misspelt_function_is_no_refusal(name: str, misspelt: str) -> None:
    assert not hasattr(SYSTEMS[name], misspelt)


@pytest.mark.parametrize("function", ["sin", "exp", "log", "atan2", "polygamma"])
@pytest.mark.parametrize("name", ["exact", "dyadic"])
def test_fractions_refuse_what_leads_out_of_them(name: str, function: str) -> None:
    with pytest.raises(Unsupported, match=function):
        getattr(SYSTEMS[name], function)(1)


def test_a_symbolic_condition_has_no_truth_value() -> None:
    """A rule that branches with `if` would silently take one side of every condition."""
    S = Symbols()
    x, y = S.variable("x"), S.variable("y")
    for condition in (S.less(x, y), S.equal(x, y), S.equal(S.apply(OPERATIONS["lt"], x, y), S.one)):
        with pytest.raises(TypeError, match=r"choose with S\.where"):
            bool(condition)
        with pytest.raises(TypeError):
            assert not condition
        assert S.where(condition, x, y).node
    with pytest.raises(TypeError):
        OPERATIONS["le"].value(S, x, y)
