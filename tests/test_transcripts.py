"""Transcripts: `tests/transcripts/NAME.txt` is run, and what comes out is compared byte for byte.

`pytest tests/test_transcripts.py --rewrite` writes them anew: read the diff. `transcripts.py` says how
they are written.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from .test_golden import Outcome, in_process
from .transcripts import Command, commands, transcript

FOLDER = Path(__file__).parent / "transcripts"


def outcome(command: Command, folder: Path) -> Outcome:
    for name, text in command.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    folder.mkdir(exist_ok=True)
    return in_process(command.line, folder)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_bytes().decode()
    told = ((command, outcome(command, tmp_path / str(k))) for k, command in enumerate(commands(text)))
    found = transcript(told)
    if request.config.getoption("--rewrite"):
        path.write_bytes(found.encode())
    else:
        changes = difflib.unified_diff(text.splitlines(), found.splitlines(), "told", "found", lineterm="", n=3)
        assert found == text, "\n".join(changes)


def test_what_is_written_is_read() -> None:
    files = {"a.txt": b"x\n\ny", "b/c.csv": b"1,2\n"}
    told = [
        (Command("gradcli x x=1", files), Outcome(b"", b"", 0)),
        (
            Command("gradcli 'x < y' < a.txt", {**files, "a.txt": b"\n"}),
            Outcome(b"\x1b[1mone\x1b[0m\n\n two\n", b"no\n", 2),
        ),
        (Command("gradcli -V", {}), Outcome(b"\\\n", b"unended", 1)),
    ]
    text = transcript(told)
    assert [*commands(text)] == [command for command, _ in told]
    assert text.endswith("\n>\n\n$ gradcli -V\n| \\\n! unended\n! \\\n= 1\n")
    assert "\n| \u241b[1mone\u241b[0m\n|\n|  two\n! no\n= 2\n" in text
    with pytest.raises(ValueError, match="begins no file"):
        [*commands("| lost\n")]
