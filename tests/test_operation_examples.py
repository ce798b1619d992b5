"""The example of every operation: it is run, and its value is the one that stands beside it."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

import pytest

from gradcli import differentiate
from gradcli.calculus.examples import EXAMPLES
from gradcli.calculus.operations import OPERATIONS
from gradcli.commands import run as main
from gradcli.errors import Source
from gradcli.language.syntax import parse

DECIMALS = Decimal("1e-12")


def test_every_operation_has_an_example() -> None:
    assert list(EXAMPLES) == [name for name, row in OPERATIONS.items() if not row.is_leaf]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_has_the_value_beside_it(name: str) -> None:
    program, value = EXAMPLES[name]
    found = differentiate(program, {}, digits=30).value
    if value.endswith("..."):
        assert Decimal(found).quantize(DECIMALS, ROUND_DOWN) == Decimal(value.removesuffix("..."))
    else:
        assert Decimal(found) == Decimal(value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_is_of_that_operation(name: str) -> None:
    graph = parse(Source("program", EXAMPLES[name][0]))
    assert name in [operation.name for operation in graph.nodes.operations]


def test_the_rule_book_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "sec"]) == 0
    assert "\n  example: sec(pi/3) = 2\n" in capsys.readouterr().out
