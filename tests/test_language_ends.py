"""Where the reading of programs has an end: what it costs, what a name means again, and which signs are meant."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradcli import differentiate
from gradcli.arrays.sizes import Sizes
from gradcli.calculus.building import restricted
from gradcli.errors import LimitError, Source
from gradcli.language.array_names import ArrayScope
from gradcli.language.array_running import Running
from gradcli.language.array_scope import parse_arrays
from gradcli.language.array_syntax import ArrayReader
from gradcli.language.syntax import parse
from gradcli.language.writing import program


def run(text: str, work: int) -> int:
    """Return what is left of the work that reading a program may take."""
    scope: Running = ArrayScope(text, {"x": (2,)}, (), Sizes(), {}, work)
    assert isinstance(scope, ArrayScope)
    for _ in ArrayReader(text, scope).read():
        pass
    return scope.work


@pytest.mark.parametrize(("text", "work"), [
    ("x", 2), ("x + 1", 4), ("x + 1; x*2", 8), ("f(u) = u*u; f(x)", 7), ("f(u) = u*u; f(x) + f(x)", 14),
    ("h[0] = x; h[k] = h[k-1] for k = 1..3; h[3]", 36),
])  # fmt: skip
def test_reading_takes_a_step_an_instruction_and_one_a_run(text: str, work: int) -> None:
    assert run(text, work) == 0
    with pytest.raises(LimitError, match="reading the program takes more than"):
        run(text, work - 1)


@pytest.mark.parametrize(("text", "value"), [
    ("k = 5*x[0]; h[0] = x; h[k] = h[k-1]*2 for k = 1..3; sum(h[3])*k", 120),  # the k of the steps hides the number
    ("h[0] = x; h[k] = k*h[k-1] for k = 1..3; sum(h[3])", 18),
    ("h[0] = x; h[k+3] = h[k+2]*k for k = -2..-1; sum(h[2])", 6),
    ("h[0] = x; h[k+2] = h[k+1] - k for k = -1..0; sum(h[2])", 5),
])  # fmt: skip
def test_what_a_name_means_in_the_steps_and_after_them(text: str, value: float) -> None:
    assert differentiate(text, {"x": [1, 2]}).value == value


@pytest.mark.parametrize(("text", "unused"), [
    ("k = 5*x[0]; g = k*2; h[0] = x*g; h[k] = h[k-1] for k = 1..3; sum(h[3])", []),
    ("k = 5*x[0]; h[0] = x; h[k] = h[k-1] for k = 1..3; sum(h[3])", ["k"]),
    ("k = 5*x[0]; h[0] = x; h[k] = h[k-1] for k = 1..3; g = k*2; sum(h[3])*g", []),
    ("q = 2*x; h[0] = x; {q2 = h[k-1]; h[k] = 2*q2} for k = 1..3; sum(h[3])", ["q"]),
])  # fmt: skip
def test_a_name_that_steps_hide_is_used_where_it_was_read_before(text: str, unused: list[str]) -> None:
    assert parse_arrays(Source("program", text), {"x": (2,)}).unused == unused


@pytest.mark.parametrize(("text", "sized"), [
    ("reshape(x, n, 3)", {"n"}), ("reshape(x, n*1, 3)", {"n"}), ("reshape(x, n + m - 3, 3)", {"n", "m"}),
    ("reshape(x, -(-n), 3)", {"n"}), ("q = n; reshape(x, q, 3)", {"n"}),
    ("q = n + m; reshape(x, q - 3, 3)", {"n", "m"}),
    ("x[n]", {"n"}), ("x[n:]", {"n"}), ("x[0:n + m]", {"n", "m"}), ("sum(reshape(x, 2, 3), axis=n - 1)", {"n"}),
    ("zeros(n)", {"n"}), ("eye(m)", {"m"}), ("h[0] = x; h[k] = h[k-1] for k = 1..n; h[m - n]", {"n", "m"}),
    ("f(u) = reshape(x, u, 3); f(n)", {"n"}), ("n*x", set()), ("x*size(x)", set()), ("x[size(x) - 1]", set()),
    ("x[n]*m", {"n"}), ("x[n*0]", {"n"}),
])  # fmt: skip
def test_inputs_that_sizes_and_places_hang_on(text: str, sized: set[str]) -> None:
    statics = {"n": Fraction(2), "m": Fraction(3)}
    graph = parse_arrays(Source("program", text), {"x": (6,), "n": (), "m": ()}, statics=statics)
    assert graph.sized == sized


@pytest.mark.parametrize(("text", "names"), [
    ("n = 2; x = [1, 2, 3]; x[n]", ["x"]), ("n = 2; x = [1, 2, 3]; x*n", ["n", "x"]),
    ("n = 1; m = n + 1; x = [1, 2, 3]; x[m]", ["x"]), ("n = 2; x = [1, 2, 3]; sum(x)*size(x)", ["n", "x"]),
    ("n = -2; x = [1, 2, 3]; x[n]", ["x"]),
])  # fmt: skip
def test_numbers_that_sizes_hang_on_are_no_inputs(text: str, names: list[str]) -> None:
    assert sorted(parse_arrays(Source("program", text), {}).inputs) == names


@pytest.mark.parametrize("first", ["log(x{}, 3)", "log(x{}, 2)", "log(x{}, 10)", "log(x{}, b)"])
@pytest.mark.parametrize("second", ["log(x{}, 2)", "log(x{}, 10)", "log(x{}, 5)", "log(2, x{})"])
def test_logarithms_that_look_the_same_keep_their_functions(first: str, second: str) -> None:
    lines = [f"a{k} = {first.format(k)}" for k in range(20)] + [f"b{k} = {second.format(k)}" for k in range(20)]
    graph = parse(Source("program", "\n".join(lines)), of="b7")
    alone = parse(Source("program", f"b7 = {second.format(7)}"))
    assert program(restricted(graph, graph.named["b7"])) == program(alone)


@pytest.mark.parametrize("condition", ["x{} > 0 and y > 0", "not x{} > 0", "x{} > 0 or y > 0 and x{} < 2"])
def test_choices_that_look_the_same_keep_their_comparisons(condition: str) -> None:
    lines = [f"a{k} = where({condition.replace('{}', str(k))}, {k}, x{k})" for k in range(20)]
    graph = parse(Source("program", "\n".join(lines)), of="a7")
    alone = parse(Source("program", lines[7]))
    assert program(restricted(graph, graph.named["a7"])) == program(alone)
