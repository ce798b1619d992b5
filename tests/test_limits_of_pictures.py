"""What pictures and plots put on a gate, on a wire and in a title, at every limit and beyond; how fine a map is."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli import differentiate
from gradcli.commands import run
from gradcli.drawing.array_diagram import Arrays
from gradcli.drawing.subject import Numbers
from gradcli.errors import MathError
from gradcli.plotting import paths
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.gradient import Gradient


def numbers(program: str, **point: float) -> Numbers:
    found = differentiate(program, point)
    assert isinstance(found, Gradient)
    return Numbers(found)


def arrays(program: str, **point: Any) -> Arrays:
    found = differentiate(program, point)
    assert isinstance(found, ArrayGradient)
    return Arrays(found)


@pytest.mark.parametrize("size", [13, 14, 15])
def test_a_gate_holds_a_number_of_fourteen_cells(size: int) -> None:
    """With the sign before it; a longer one is a leaf of its own."""
    numeral = "1." + "2" * (size - len("*1."))
    labels = [part.label for part in numbers(f"x*{numeral}", x=2.0).diagram().parts]
    assert labels == (["x", f"*{numeral}"] if size <= 14 else ["x", numeral, "*"])


@pytest.mark.parametrize("size", [19, 20, 21])
def test_a_gate_of_arrays_holds_numbers_of_twenty_cells(size: int) -> None:
    numeral = "1." + "2" * (size - len("*[1.,3]"))
    labels = [part.label for part in arrays(f"sum(x*[{numeral}, 3])", x=[2.0, 1.0]).diagram().parts]
    assert labels[0] == "x"
    assert labels[-2:] == ([f"*[{numeral},3]", "sum"] if size <= 20 else ["*", "sum"])


@pytest.mark.parametrize(("x", "text"), [
    (123456789012.0, "123456789012"), (-12345678901.0, "-12345678901"), (-123456789012.0, "-1.235e11"),
])  # fmt: skip
def test_a_given_number_of_twelve_cells_is_drawn_as_it_is(x: float, text: str) -> None:
    of = numbers("x*x", x=x)
    assert of.figures(of.diagram(), 4).values[0] == text


@pytest.mark.parametrize("many", [63, 64, 65])
def test_an_array_of_64_entries_is_told_in_full(many: int) -> None:
    of = arrays("sum(x)", x=[1.0] * many)
    i = of.record.graph.inputs["x"]
    ones = f"[{', '.join(['1'] * many)}]"
    assert of.whole("value", i, 0).replace(" ", "") == (
        ones.replace(" ", "") if many <= 64 else "65,norm8.06226,1..1"
    )  # fmt: skip


@pytest.mark.parametrize(("nodes", "fine"), [(59, True), (60, True), (61, False)])
def test_a_path_is_on_a_fine_map_of_a_program_of_sixty_nodes(
    nodes: int, fine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two inputs, their product, and functions of it."""
    asked = []

    def drawn(graph: Any, *_: Any, fine: bool) -> None:
        asked.append((len(graph.nodes), fine))
        raise MathError("enough")

    monkeypatch.setattr(paths, "contour_map", drawn)
    program = "sin(" * (nodes - 3) + "x*y" + ")" * (nodes - 3)
    run(["descend", program, "x=1", "y=1", "--rate", "0.1", "--to", "svg"])
    assert asked == [(nodes, fine)]


@pytest.mark.parametrize(("fixed", "told"), [(3, 3), (4, 4), (5, 0)])
def test_four_fixed_numbers_are_told(fixed: int, told: int, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"c{k}" for k in range(fixed)]
    words = ["descend", "+".join(["x*x", *names]), "x=1", *(f"{name}=7" for name in names), "--wrt", "x"]
    assert run([*words, "--rate", "0.1", "--to", "svg"]) == 0
    assert capsys.readouterr().out.count(" = 7") == 3 * told  # two titles and the heading
