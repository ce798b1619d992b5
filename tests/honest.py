"""Sheets as an honest student fills them in: every step rounded, and the next one worked out from what was written."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_DOWN, Decimal
from types import MappingProxyType

from gradcli.errors import GradcliError
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item, item_name, truth, worksheet
from gradcli.homework.marking.nodes_at_numbers import slope, value_of
from gradcli.numbers.systems import FLOAT
from gradcli.record.calls import differentiate
from gradcli.record.gradient import Gradient

from .problems import PROBLEMS

# How a student works: `written` with the numbers on the sheet, `taught` too but by s(1 - s) and 1 - t**2, `carried`
# with those in the calculator, `mixed` now one and now the other, `terms` with every product rounded before it adds up.
WAYS = ("written", "taught", "carried", "mixed", "terms")


def written(x: float, figures: int) -> str:
    """Return a number to so many significant figures, whole numbers that are short enough as they are."""
    if x == int(x) and abs(x) < 10**figures:
        return str(int(x))
    place = math.floor(math.log10(abs(x)))
    if -5 < place < figures:
        return f"{x:.{figures - 1 - place}f}"
    return f"{x:.{figures - 1}e}"


def cut(x: float, figures: int) -> str:
    """Return a number cut off after so many significant figures."""
    if x == int(x) and abs(x) < 10**figures:
        return str(int(x))
    place = math.floor(math.log10(abs(x))) - figures + 1
    return str(Decimal(repr(x)).quantize(Decimal(1).scaleb(place), ROUND_DOWN))


def fixed(x: float, decimals: int, trailing: bool) -> str:
    """Return a number rounded to so many decimals, with or without the zeros at its end."""
    text = f"{x:.{decimals}f}"
    if trailing:
        return text
    short = text.rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def honest_sheet(
    record: Gradient,
    figures: int,
    way: str,
    chance: random.Random,
    how: Callable[[float, int], str] = written,
    given: Mapping[Item, str] = MappingProxyType({}),
) -> list[Claim] | None:
    """Return a full sheet, or None where the rounded numbers leave a function's domain.

    `how` writes a number to so many figures; `given` are claims that are made whatever is right.
    """
    graph = record.graph
    sheet: dict[Item, str] = {}

    def known(item: Item) -> float:
        exact: float = truth(record, item)
        if item not in sheet or way == "carried" or (way == "mixed" and chance.random() < 0.5):
            return exact
        return float(sheet[item])

    for item in worksheet(record):
        node = graph.nodes[item.node]
        operands = [known(Item(VALUE, a)) for a in node.arguments]
        x: float | None
        if item.kind == VALUE:
            x = value_of(node.operation, operands)
        elif item.kind == LOCAL:
            v: float | None = known(Item(VALUE, item.node))
            if node.operation.name in ("max", "min"):
                v = value_of(node.operation, operands)
            if way == "taught" and node.operation.taught is not None:
                assert v is not None
                x = node.operation.taught(FLOAT, v, operands[0])
            else:
                x = slope(node.operation, item.position, v, operands)
        elif item.node == record.output:
            x = 1.0
        else:
            edges = [edge for edge in sheet if edge.kind == LOCAL and _argument(record, edge) == item.node]
            terms = [known(Item(UPSTREAM, edge.node)) * known(edge) for edge in edges]
            x = math.fsum(float(how(t, figures)) if way == "terms" and t else t for t in terms)
        if x is None:
            return None
        sheet[item] = given.get(item) or how(x, figures)
    return [Claim(item_name(record, item), text) for item, text in sheet.items()]


def _argument(record: Gradient, edge: Item) -> int:
    return record.graph.nodes[edge.node].arguments[edge.position]


def points(
    problem: str, count: int, chance: random.Random, own: tuple[str, dict[str, float]] | None = None
) -> Iterator[Gradient]:
    """Yield a standard problem, or one's own, with its numbers, then with random ones such as a teacher writes."""
    program, point = own or PROBLEMS[problem]
    yield differentiate(program, point)
    for _ in range(count):
        drawn = {
            name: chance.choice(
                (round(chance.uniform(-3, 3), 1), round(chance.uniform(-2, 2), 2), float(chance.randint(-4, 4)))
            )
            for name in point
        }
        try:
            yield differentiate(program, drawn)
        except GradcliError:
            continue
