"""How much an item counts, by hand: what is copied, shown beside, summed or trivial, whatever else is asked for."""

from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item, worksheet
from gradcli.homework.marking.concept_weights import _Weighing, concept_weights, edges_to
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request

POINT = {"x": "2", "y": "3"}


def record(program: str) -> Gradient:
    return evaluate(Source("program", program), {name: Source(name, x) for name, x in POINT.items()}, Request())


def weights(program: str, leave_out: str = "") -> dict[str, float]:
    """The weight of every item of a sheet that asks for all but some."""
    made = record(program)
    names = {item: name(made, item) for item in worksheet(made)}
    asked = [item for item, text in names.items() if text not in leave_out.split()]
    return {names[item]: weight for item, weight in concept_weights(made, asked, edges_to(made)).items()}


def name(made: Gradient, item: Item) -> str:
    label = made.labels[item.node]
    if item.kind == LOCAL:
        return f"{label}/{made.labels[made.graph.nodes[item.node].arguments[item.position]]}"
    return {VALUE: label, UPSTREAM: f"d{label}"}[item.kind]


def test_every_idea_counts() -> None:
    assert weights("v = relu(x); u = v*y; n = -u; f = n + u*x*x") == {
        "v": 0.2, "u": 1.0, "n": 0.2, "v1": 1.0, "v2": 1.0, "f": 1.0,  # v is x again, and n is u but for its sign
        "v/x": 0.03, "n/u": 0.05, "f/n": 0.03, "f/v2": 0.03,  # a 1 is trivial, a -1 is shown in du
        "u/v": 0.05, "v1/u": 0.05, "v2/v1": 0.05,  # y and x are given
        "u/y": 0.15, "v1/x": 0.15, "v2/x": 0.15,
        "df": 0.03, "dn": 0.03, "dv2": 0.03, "du": 2.0, "dv": 1.0, "dy": 1.0, "dx": 2.0,
        "dv1": 0.2,  # x, which is given, times the 1 of dv2
    }  # fmt: skip


@pytest.mark.parametrize(("program", "left_out", "item", "weight"), [
    ("u = x*y; f = -u", "", "f", 0.2),
    ("u = x*y; f = -u", "u", "f", 1.0),  # u is neither given nor asked for
    ("f = abs(x) + 0*y", "", "v1", 0.2),  # x is given
    ("f = x*y", "", "f", 1.0),
    ("u = x + y; f = u*y", "", "du", 0.2),  # y is given: nothing that was worked out is in it
    ("u = x + y; f = u*y", "u f", "du", 1.0),  # the sheet asks for gradients alone
    ("u = x + y; f = y - u", "", "du", 0.2),
    ("u = x + y; v = u*x; f = -v*y", "", "dv", 0.2),
    ("u = x + y; v = u*x; f = -v*y", "", "du", 1.0),  # two given numbers have to be multiplied
    ("u = x + y; f = u/5", "", "du", 0.2),
    ("u = x + y; f = u**2", "", "du", 1.0),  # u had to be worked out
    ("u = x + y; f = exp(u)", "", "du", 1.0),
    ("u = exp(x); f = u + y**2", "", "dx", 1.0),
    ("u = max(x, y); f = u + x**2", "", "dx", 0.2),  # nothing arrives through u, and 2*x is of given numbers
    ("u = max(x, y); f = u**2", "", "dx", 1.0),  # a gate is closed
    ("u = x + y; f = u*y", "", "f/u", 0.05),
    ("u = x*y; f = u**2", "", "f/u", 0.15),
    ("u = x*y; f = u**2", "du", "f/u", 1.0),  # nothing else shows it
    ("u = x*y; v = 5*u; f = v**2", "", "du", 1.0),
    ("u = x*y; v = u + 7; f = v**2", "", "du", 0.2),
    ("u = x*y; v = u + 7; f = v**2", "dv", "du", 1.0),  # of what it would be a copy is not asked
    ("u = x*y; f = u*u", "", "du", 2.0),
    ("u = x*y; f = sin(u) + cos(u)", "", "du", 2.0),
    ("u = x*y; f = u - u/1", "", "du", 2.0),
    ("f = x*y - 6", "", "f", 0.03),
    ("f = x*y - 5", "", "f", 0.03),
    ("f = x*y - 5.02", "", "f", 1.0),
    ("f = x*y - 5.99", "", "f", 1.0),
    ("f = x*y + 1e-3 - 6", "", "df", 0.03),
])  # fmt: skip
def test_by_hand(program: str, left_out: str, item: str, weight: float) -> None:
    assert weights(program, left_out)[item] == weight


def test_a_long_sum_is_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradients of its terms share the way to the output: twice the terms take twice the looks at a node."""
    looks: list[int] = []
    paths = _Weighing._paths
    monkeypatch.setattr(_Weighing, "_paths", lambda self, i: looks.append(i) or paths(self, i))
    counts = []
    for terms in (50, 100):
        given = {f"{c}{k}": Source(f"{c}{k}", "1.5") for c in "xw" for k in range(terms)}
        made = evaluate(Source("program", " + ".join(f"x{k}*w{k}" for k in range(terms))), given, Request())
        looks.clear()
        found = concept_weights(made, list(worksheet(made)), edges_to(made))
        assert found[Item(UPSTREAM, made.graph.inputs["x7"])] == 0.2
        counts.append(len(looks))
    assert counts[1] < 2.2 * counts[0]
