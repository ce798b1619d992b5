"""Lines that are nearly right: what is told in their place, and that the session stays as it was."""

from __future__ import annotations

import pytest

from gradcli.commands.prompt.session import Session

from .test_prompt_lines import net, said
from .test_prompt_lines import session as session_of

__all__ = ["net"]


@pytest.mark.parametrize(("line", "hint"), [
    ('"q=x+y; f=q*z" x=-2 y=5 z=-4', "q=x+y; f=q*z at x=-2 y=5 z=-4"),
    ("'(x+y)*z' x=-2 y=5 z=-4", "(x+y)*z at x=-2 y=5 z=-4"),
    ('"x*y" x=2 y=3', "x*y at x=2 y=3"),
    ('"x*y" at x=2, y=3', "x*y at x=2 y=3"),
    ('"x*y+" x=2 y=3', "x*y+ at x=2 y=3"),
    ('"q=x+y; f=q*z"', "q=x+y; f=q*z"),
])  # fmt: skip
def test_a_program_in_quotes_keeps_all_its_values(line: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    here = session_of()
    assert said(line, here, capsys) == f"gradcli: nothing needs quotes here\nhint: {hint}\n"
    assert here.source is None


@pytest.mark.parametrize(("value", "message"), [
    ("1/0", "division by zero"),
    ("log(0)", "log needs more than 0"),
    ("sqrt(-1)", "sqrt needs"),
    ("0^-1", ""),
    ("exp(1000)", ""),
    ("1e999", ""),
    ("1±(1/0)", "division by zero"),
])  # fmt: skip
@pytest.mark.parametrize("line", ["x={}", "y=1 x={}", "w={}", "x*y at x={} y=2", "u*y at u={} y=2", "table x={}"])
def test_a_value_that_has_no_number_is_not_kept(
    net: Session, line: str, value: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = net.source, dict(net.values), net.record, list(net.earlier), net.view
    text = said(line.format(value), net, capsys)
    assert text.startswith("gradcli: ")
    assert message in text
    assert (net.source, net.values, net.record, net.earlier, net.view) == before
    assert said("x", net, capsys) == "x = -2, df/dx = -4\n"
    assert "nothing to undo" in said("undo", net, capsys)


def test_a_value_without_a_number_is_not_kept_where_others_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    here = session_of()
    said("brief", here, capsys)
    said("x*y", here, capsys)
    assert "division by zero" in said("x=1/0", here, capsys)
    assert here.values == {}
    assert "f = 6" in said("x=2 y=3", here, capsys)


def test_whether_a_value_is_a_number_is_asked_of_the_number_system(capsys: pytest.CaptureFixture[str]) -> None:
    here = session_of()
    here.options = here.options._replace(digits=20)
    said("log(x)", here, capsys)
    assert "1000" in said("x=exp(1000)", here, capsys)
    assert here.values == {"x": "exp(1000)"}
