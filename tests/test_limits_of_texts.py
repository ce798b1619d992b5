"""How much a message or a report shows of a text, a list, a step: just within each limit, and one beyond."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from gradcli import differentiate
from gradcli.calculus.gate import Gate
from gradcli.errors import InputError, Source
from gradcli.language.array_scope import parse_arrays
from gradcli.language.syntax import parse
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.array_layers import repeated
from gradcli.record.gate_formulas import gate_formulas
from gradcli.record.retyping import meant, retyped


@pytest.mark.parametrize(("count", "whole"), [(30, True), (31, False)])
def test_the_operand_before_one_too_many(count: int, whole: bool) -> None:
    name = "a" * count
    with pytest.raises(InputError) as failure:
        parse(Source("program", f"{name} y{' + x' * 110}"))  # too long a program to be mended
    assert failure.value.hint == f"for a product write {name if whole else '(...)'}*y"


@pytest.mark.parametrize(("count", "shown"), [(40, "p" * 40), (41, "p" * 37 + "...")])
def test_the_name_of_probabilities(count: int, shown: str) -> None:
    name = "p" * count
    record = differentiate(f"cross_entropy(z, {name})", {"z": [1, 2], name: [1, 1]}, wrt=["z"])
    assert [n.message.partition(":")[0] for n in record.notes if n.kind == "probabilities"] == [f"{shown} sums to 2"]


@pytest.mark.parametrize(("count", "whole"), [(40, True), (41, False)])
def test_the_local_gradient_of_a_gate_as_a_formula(count: int, whole: bool) -> None:
    name = "w" * count
    gates = differentiate(f"s = {name}*x + b; s**2", {name: 2, "x": 3, "b": 1}, gates=True).gates
    assert gates is not None
    assert gate_formulas(gates.graph, gates.labels.index("s")) == ["x", name if whole else "", "1"]


@pytest.mark.parametrize(("count", "end"), [(94, "1 y=2"), (95, "...")])
def test_values_that_were_meant(count: int, end: str) -> None:
    error = retyped([f"x:{'1' * count}", "y=2,"])
    assert error is not None
    assert error.hint is not None
    assert error.hint.startswith("write x=11")
    assert error.hint.endswith(end)
    assert len(error.hint) == len("write ") + 100


@pytest.mark.parametrize(("words", "texts"), [
    ("d f / d x 3", ["df/dx=3"]), ("df / d x 3", ["df/dx=3"]), ("d f g / d x 3", None), ("d f / d x y 3", None),
])  # fmt: skip
def test_a_quotient_that_blanks_have_cut(words: str, texts: list[str] | None) -> None:
    """In five pieces at most: of a sixth nobody knows whether it belongs to the name."""
    found = meant(words.split(), claims=True)
    assert (None if found is None else [entry.text for entry in found]) == texts


@pytest.mark.parametrize(("count", "whole"), [(300, True), (301, False)])
def test_the_operations_of_a_gate_that_is_written_out(count: int, whole: bool) -> None:
    gates = differentiate(f"y = {'x + ' * count}x; y*y", {"x": 1}, gates=True).gates
    assert gates is not None
    gate = gates.graph.nodes[gates.labels.index("y")].operation
    assert isinstance(gate, Gate)
    assert (gate.inside is not None) == whole


@pytest.mark.parametrize(("count", "is_seen"), [(40, True), (41, False)])
def test_the_nodes_of_a_step_that_is_seen_to_repeat(count: int, is_seen: bool) -> None:
    draw = random.Random(1)
    body = "h[k-1]"
    for _ in range(count):  # in an order that hardly repeats itself
        body = f"{draw.choice(['sin', 'cos', 'exp', 'tanh'])}({body})"
    graph = parse_arrays(Source("program", f"h[0] = x; h[k] = {body} for k = 1..6; sum(h[-1])"), {"x": (2,)})
    steps = [row for part in repeated(graph, range(len(graph.nodes))) for row in part.nodes]
    assert (count in map(len, steps)) == is_seen


@pytest.mark.parametrize(("count", "said"), [(3, "a or b or c"), (4, "a or b or c or d"), (5, "a or b or c or d")])
def test_the_arrays_that_may_be_opened(count: int, said: str) -> None:
    program = "; ".join(f"{new} = 2*{old}" for old, new in pairwise("xabcde"[: count + 1]))
    record = differentiate(program, {"x": [1, 2]}, of="abcde"[count - 1], upstream=[1, 0])
    assert isinstance(record, ArrayGradient)
    with pytest.raises(InputError) as failure:
        record.task.opened(["x"])
    assert failure.value.hint == f"open {said}"


def test_the_glued_functions_that_are_named() -> None:
    with pytest.raises(InputError) as failure:
        differentiate("sinx + cosx + expx + tanhx", {"sinx": 1, "cosx": 1, "expx": 1, "tanhx": 1}, wrt=["x"])
    assert failure.value.hint == "write sin(x), not sinx and cos(x), not cosx and exp(x), not expx"
