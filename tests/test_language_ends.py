"""Where the reading of programs has an end: what it costs, what a name means again, and which signs are meant."""

from __future__ import annotations

import pytest

from gradcli import differentiate
from gradcli.arrays.sizes import Sizes
from gradcli.errors import LimitError
from gradcli.language.array_names import ArrayScope
from gradcli.language.array_syntax import ArrayReader


def run(text: str, work: int) -> int:
    """Return what is left of the work that reading a program may take."""
    scope = ArrayScope(text, {"x": (2,)}, (), Sizes(), {}, work)
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
