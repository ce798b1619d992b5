"""Twice the program, or twice the claims, is twice the work: counted in lines that run, never by the clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import UPSTREAM, VALUE, Item, item_name, truth, worksheet
from gradcli.homework.diagnosis import replaced_numbers, wrong_readings
from gradcli.homework.marking.marks import AnswerKey, MarkingPolicy, mark
from gradcli.language.writing import expression
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request

from .growth import grows

PROPORTIONAL = 2.3  # what twice the size may come to, with some logarithm


def products(n: int) -> str:
    return " + ".join(f"a{k}*b{k}" for k in range(n))


def statements(n: int) -> str:
    return "; ".join(["v0 = x*y", *(f"v{k} = v{k - 1}*y + x" for k in range(1, n))])


def fan(n: int) -> str:
    return " + ".join(f"x*b{k}" for k in range(n))


FAMILIES = (products, statements, fan)


def record(program: str) -> Gradient:
    from gradcli.language.syntax import parse

    names = parse(Source("program", program)).inputs
    given = {name: Source(name, repr(0.503 + (37 * k % 101) / 64)) for k, name in enumerate(names)}
    return evaluate(Source("program", program), given, Request())


def wrong(made: Gradient, item: Item) -> str:
    return repr(1.37 * truth(made, item) + 0.11)


def as_formula(made: Gradient, item: Item) -> str:
    if item.kind == VALUE:
        return expression(made.graph, item.node)
    return next(iter(made.graph.inputs)) if item.kind != UPSTREAM else repr(truth(made, item))


@pytest.mark.parametrize("text", [wrong, as_formula], ids=lambda text: text.__name__)
@pytest.mark.parametrize("program", FAMILIES, ids=lambda program: program.__name__)
def test_marking(
    program: Callable[[int], str], text: Callable[[Gradient, Item], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaced_numbers, "MOST_NODES", 20)  # so that small programs are treated as large ones
    monkeypatch.setattr(wrong_readings, "MOST_NEIGHBOURS", 6)

    def made(n: int) -> Callable[[], object]:
        found = record(program(n))
        claims = [Claim(item_name(found, item), text(found, item)) for item in worksheet(found)]
        return lambda: mark(AnswerKey(found), claims, MarkingPolicy(), worksheet(found))

    assert grows(made, 24) < PROPORTIONAL
