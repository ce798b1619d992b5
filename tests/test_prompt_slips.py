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
