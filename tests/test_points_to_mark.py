"""Records of programs that are marked where they have no answer, and at points that nobody gave."""

from __future__ import annotations

import pytest

from gradcli.calculus.building import Builder
from gradcli.calculus.notes import KinkError
from gradcli.calculus.operations import INPUT, NUMBER, OPERATIONS
from gradcli.commands.prompt.wording import HELP, overview
from gradcli.errors import LimitError, MathError, Source
from gradcli.homework.claims.outside import record_anywhere, record_to_mark
from gradcli.language.syntax import parse
from gradcli.record.gradient import Gradient
from gradcli.record.request import Request
from gradcli.record.values import Values


def to_mark(program: str, request: Request | None = None, **given: str) -> Gradient:
    source = Source("program", program)
    values = Values({name: Source(name, text) for name, text in given.items()})
    return record_to_mark(source, values, request or Request(), parse(source))


def anywhere(program: str, **given: str) -> Gradient | None:
    source = Source("program", program)
    values = Values({name: Source(name, text) for name, text in given.items()})
    return record_anywhere(source, values, Request(), parse(source))


def test_a_program_without_an_answer_can_be_marked() -> None:
    assert to_mark("log(x)", x="-1").values == [-1.0, None]
    with pytest.raises(KinkError, match=r"^df/dx is -1 from the left and 1 from the right$"):  # which was asked for
        to_mark("abs(x)", Request(at_kink="error"), x="0")
    with pytest.raises(MathError, match="log needs more than 0") as caught:
        to_mark("x*y", x="log(-1)", y="2")
    assert caught.value.source == Source("x", "log(-1)")


def test_a_point_is_found_where_there_are_derivatives() -> None:
    """Notes that hold everywhere do not matter; a kink everywhere, or a program without values, has no such point."""
    for program in ("relu(x)*y", "sqrt(x)", "t = 2*x; f = x*y"):
        found = anywhere(program)
        assert found is not None
        assert not {note.kind for note in found.notes} & {"kink", "one-sided"}
    assert [note.kind for note in found.notes] == ["unused"]
    given = anywhere("x*y", y="3")
    assert given is not None
    assert given.values[given.graph.inputs["y"]] == 3.0
    for program in ("max(x, x)", "log(x) + log(-x)"):
        assert anywhere(program) is None


def test_formulas_of_derivatives_have_a_limit_of_their_own() -> None:
    builder = Builder(share=True)
    x = builder.leaf(INPUT, "x", (0, 1))
    builder.allow(2)
    y = builder.leaf(NUMBER, "2", (0, 1))
    builder.apply(OPERATIONS["mul"], (x, y), (0, 1))
    with pytest.raises(LimitError, match=r"^the derivatives have more than 2 nodes$"):
        builder.apply(OPERATIONS["add"], (x, y), (0, 1))
    assert len(builder.nodes) == 3
    builder.allow(1_000_000)  # a limit is not raised
    with pytest.raises(LimitError):
        builder.apply(OPERATIONS["add"], (x, y), (0, 1))


def test_the_help_of_the_prompt_has_two_columns() -> None:
    lines = overview([], 80).splitlines()[: len(HELP)]
    begins = {line.index(meaning) for line, (_, meaning) in zip(lines, HELP, strict=True)}
    assert begins == {max(len(typed) for typed, _ in HELP) + 2}
    assert all(line.startswith(f"{typed} ") for line, (typed, _) in zip(lines, HELP, strict=True))
