"""Recurrences: how they unroll, what their arrays are afterwards, and what is refused."""

from __future__ import annotations

from time import perf_counter

import pytest

from gradcli import differentiate
from gradcli.arrays.sizes import shape_text
from gradcli.errors import InputError, LimitError

from .test_array_syntax import operations, output, read, refusal

LAYERS = "h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..3; "
NET = {"W": "2x2", "x": "2", "b": "2"}


def test_a_recurrence_is_the_unrolled_program() -> None:
    short = read(LAYERS + "sum(h[-1])", **NET)
    long = read("h1 = tanh(W@x + b); h2 = tanh(W@h1 + b); h3 = tanh(W@h2 + b); sum(h3)", **NET)
    assert operations(short) == operations(long) == ["matmul", "add", "tanh"] * 3 + ["sum"]
    assert list(short.named) == ["h[0]", "h[1]", "h[2]", "h[3]"]


def test_elements_are_stacked_where_the_array_is_used_as_a_whole() -> None:
    graph = read(LAYERS + "sum(h@G)", **NET, G="2")
    assert operations(graph).count("stack") == 1
    assert shape_text(graph.nodes[graph.by_label["h"]].shape) == "4x2"
    for text in ("h[-1]", "h[2]", "h[2, 0]", "h[3][1]", "x*size(h, 0)"):
        assert "stack" not in operations(read(LAYERS + f"sum({text})", **NET)), text
    assert output(LAYERS + "h", **NET) == output(LAYERS, **NET) == "4x2"
    assert output(LAYERS + "h[1:]", **NET) == "3x2"
    assert output(LAYERS + "h[:, 0]", **NET) == "4"
    assert output(LAYERS + "h[0:2]", **NET) == "2x2"
    assert output("h[0] = 1; h[k] = k*h[k-1] for k = 1..4; h") == "5"


def test_several_statements_share_their_steps() -> None:
    text = """h[0] = x; c[0] = x
    {
      z = W@h[t-1]   # a name of the step
      c[t] = c[t-1]*z; h[t] = tanh(c[t])
    } for t = 1..size(X, 0)
    sum(h[-1])"""
    graph = read(text, **NET, X="2x2")
    assert [name for name in graph.named if name[0] in "zh"] == ["h[0]", "z[1]", "h[1]", "z[2]", "h[2]"]
    assert output("h[0] = x; h[k] = h[k-1]*W[k-1] for k = 1..size(W, 0); h[-1]", W="3x2", x="2") == "2"


def test_elements_may_be_computed_in_any_order() -> None:
    assert output("h[3] = x; h[3-k] = 2*h[4-k] for k = 1..3; h[0]", x="2") == "2"
    assert output("h[0] = x; h[k] = x for k = 1..0; h", x="2") == "1x2"
    assert output("h[0] = x; h[1] = x; h[k] = sum(h[k-2:k], axis=0) for k = 2..4; h", x="2") == "5x2"


def test_an_element_that_nothing_reads_need_not_be_set() -> None:
    assert output("h[1] = x; h[k] = 2*h[k-1] for k = 2..3; h[3]", x="2") == "2"
    assert output("h[0] = x; h[2] = 2*x; h[2]", x="2") == "2"
    assert output("h[2] = x; h[4] = 2*x; h[2:5:2]", x="2") == "2x2"
    record = differentiate("h[0] = x; { z[k] = h[k-1]*w; h[k] = z[k] + 1 } for k = 1..3; h[3]", {"x": 1, "w": 2})
    assert (record.value, record.gradient) == (15, {"x": 8, "w": 17})  # x*w**3 + w**2 + w + 1


@pytest.mark.parametrize(("text", "hint"), [
    ("h[2] = x; h[3]", "h has element 2 alone so far"),
    ("h[1] = x; h[2] = x; h[3]", "h has elements 1 to 2 so far"),
    ("h[1] = x; h[3] = x; h[2]", "h has some of the elements 1 to 3 so far"),
    ("h[k] = x for k = 3..5; h[0]", "h has elements 3 to 5 so far"),
])  # fmt: skip
def test_which_elements_are_set(text: str, hint: str) -> None:
    with pytest.raises(InputError) as failure:
        read(text, x="2")
    assert failure.value.hint == hint


def test_the_counter_hides_a_name_for_its_steps_alone() -> None:
    graph = read("h[0] = x; h[k] = k*h[k-1] for k = 1..2; sum(h[-1])*k", x="2", k="")
    assert list(graph.inputs) == ["x", "k"]


@pytest.mark.parametrize(("text", "message"), [
    ("h[k] = h[k-1] for k = 1..3", "h[0] is used before it is set"),
    ("h[0] = x; h[0] = x", "h[0] is set twice"),
    ("h[1] = x", "h[0] is never set"),
    ("h[1] = x; h", "h[0] is never set"),
    ("h[1] = x; h[-1]", "h[0] is never set"),
    ("h[1] = x; size(h, 0)", "h[0] is never set"),
    ("h[k] = x for k = 1..0; x", "h[0] is never set"),
    ("h[0] = x; h[2] = x; h", "h[1] is never set"),
    ("h[0] = x; h[k] = sum(h)*x for k = 1..3", "h[2] is set after h was used as a whole"),
    ("h[0] = x; h[k] = h[-1] for k = 1..3", "h[2] is set after h was used as a whole"),
    ("h[0] = x; h[k] = x[1:] for k = 1..3", "h[1] has 1 entry, h[0] has 2 entries"),
    ("h[-1] = x", "there is no h[-1]"),
    ("h[0] = x; h[k] = x for k = 5..3", "5..3 has no steps"),
    ("h[0] = x; h[k] = x for k = 1..3.5", "a bound of for is a whole number, not 3.5"),
    ("h[0] = x; h[k] = x for k = 1..y", "a bound of for must be known before the run"),
    ("x[0] = 1; x", "x is computed by the program and cannot be bound too"),
    ("h[0] = 1; h = 2", "h is assigned twice"),
    ("h = x; h[0] = 1", "h is assigned twice"),
    ("h[0] = x; { z = x; z = x; h[k] = z } for k = 1..2", "z is assigned twice"),
    ("h[0] = x; { z = x; h[k] = z } for k = 1..2; z", "z has no value"),
    ("h[0, 1] = x", "only one element of a recurrence can stand before ="),
    ("h[0][1] = x", "only one element of a recurrence can stand before ="),
    ("h[:] = x", "only one element of a recurrence can stand before ="),
    ("h[x] = 1", "the place in h[...] must be known before the run"),
    ("{ } for k = 1..2", "{ } holds no element of a recurrence"),
    ("{ z = x } for k = 1..2", "{ } holds no element of a recurrence"),
    ("{ h[0] = x }", "behind the } it is not said for which steps"),
    ("{ x + 1 } for k = 1..2", "unexpected character {"),
    ("{ h[0] = x; x + 1 } for k = 1..2", "{ } holds statements such as h[k] = ... alone"),
    ("{ h[k] = x for k = 1..2 }", "{ } holds statements such as h[k] = ... alone"),
    ("{ h[k] = x; ", "the expression ends too early"),
    ("{ h[k] = x", "a } is missing"),
    ("h[k] = x for k = 1,2", "a comma outside a function's arguments"),
    ("h[0] = x; x + y for k = 1..2", "an operator is missing"),
])  # fmt: skip
def test_refusals(text: str, message: str) -> None:
    assert message in refusal(text, x="2", y="").message


@pytest.mark.parametrize("text", [
    "h[0] = x; h[k] = h[k-1] + 1 for k = 1..1000000000",
    "h[k] = k for k = 0..10**18",
    "f0(t) = t; " + "; ".join(f"f{i}(t) = f{i - 1}(f{i - 1}(t))" for i in range(1, 60)) + "; f59(x)",
])  # fmt: skip
def test_too_many_steps_are_refused_in_time(text: str) -> None:
    start = perf_counter()
    with pytest.raises(LimitError) as caught:
        read(text, x="2")
    assert caught.value.status == 4
    assert perf_counter() - start < 30


@pytest.mark.parametrize(("program", "value"), [
    ("g(x) = x*x; y = g(w); sum(x*y)", 3 * 1 + 5 * 4),
    ("g(t) = 2*t; y = g(w); sum(x*y)", 3 * 2 + 5 * 4),
    ("g(x) = x*x; h(x) = g(x + 1)*x; sum(h(w)*x)", 3 * 4 * 1 + 5 * 9 * 2),
    ("g(w, x) = w - x; sum(g(x, w)*x)", 2 * 3 + 3 * 5),
])  # fmt: skip
def test_a_parameter_hides_a_name_for_its_call_alone(program: str, value: int) -> None:
    """Within h, x is 2 and 3 for g, and 1 and 2 again behind it; outside it is the input."""
    assert differentiate(program, {"w": [1, 2], "x": [3, 5]}).value == value


@pytest.mark.parametrize(("of", "upstream", "x", "w"), [
    ("h", [1, 1, 1, 1], 15, 17),  # x + w*x + w**2*x + w**3*x
    ("h", [0, 0, 1, 0], 4, 4), ("h[1]", 1, 2, 1), ("h[3]", 1, 8, 12), ("L", 1, 4, 4),
])  # fmt: skip
def test_elements_and_the_whole_of_a_recurrence_are_asked_for(of: str, upstream: object, x: float, w: float) -> None:
    program = "h[0] = x; h[k] = h[k-1]*w for k = 1..3; L = h[2]"
    found = differentiate(program, {"x": 1, "w": 2}, of=of, upstream=upstream)
    assert dict(found.gradient) == {"x": x, "w": w}
