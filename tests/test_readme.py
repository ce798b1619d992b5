"""Documents cannot go stale: every console block anywhere is run and compared, the Python blocks are run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .consoles import CONSOLE, DOCUMENTS, ROOT, runnable, transcript, width_of

README = ROOT / "README.md"
PYTHON = re.compile(r"```python\n(.*?)```\n", re.DOTALL)
LONGEST = 250  # lines of README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_console_blocks(document: Path, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """All blocks of a document are run in one folder, in order: a later one may use the files of an earlier one."""
    text, width = document.read_text(encoding="utf-8"), width_of(document)
    if request.config.getoption("--rewrite"):
        document.write_text(CONSOLE.sub(lambda m: transcript(m[1], tmp_path, width), text), encoding="utf-8")
        return
    for block in map(runnable, CONSOLE.findall(text)):
        assert transcript(block, tmp_path, width) == block


def test_every_page_of_the_manual_has_examples() -> None:
    from gradcli.manual import page_names

    for name in page_names():
        text = (ROOT / "man" / "text" / f"{name}.md").read_text(encoding="utf-8")
        assert "\n## EXAMPLES\n" in f"\n{text}", name
        assert CONSOLE.search(text), name


def test_python_blocks(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = PYTHON.findall(README.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out


def test_every_command_and_format_is_mentioned() -> None:
    from gradcli.commands.tree import COMMANDS
    from gradcli.manual import TOPICS
    from gradcli.reports import FORMATS

    text = README.read_text(encoding="utf-8")
    for word in (*COMMANDS, *FORMATS, *(topic.partition(".")[0] for topic in TOPICS)):
        assert word in text, word


def test_the_first_screens_are_short_and_lead_on() -> None:
    text = README.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) <= LONGEST
    assert any(line.startswith("$ gradcli ") for line in lines[:24])
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in target or (ROOT / target).exists(), target
    installing = text[text.index("## Install") :]
    assert installing.index("pipx install") < installing.index("<!-- test command -->")
