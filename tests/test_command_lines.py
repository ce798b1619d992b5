"""No command line that a generator writes ends in a traceback: one short message, and a status that is documented."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from .command_lines import Line, command_line
from .test_golden import Outcome, called

STATUSES = {0, 1, 2, 3, 4, 5}
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SEVERAL = {"rows", "grade", "sheet"}  # commands that may have a message for every row, claim or problem
BATCH = 60


def outcome(line: Line, folder: Path) -> Outcome:
    for name, content in line.files.items():
        (folder / name).write_bytes(content)
    return called(line.words, folder, line.settings, line.stdin)


def complaints(line: Line, done: Outcome) -> list[str]:
    """Return what is wrong with how a command line ended."""
    error = done.stderr.decode()
    found = [] if done.status in STATUSES else [f"status {done.status}"]
    if "Traceback" in error or re.search(r"\b(Error|Exception)\b[:(]", error):
        found.append("words of Python")
    colored = {"always"} & {word.rpartition("=")[2] for word in line.words}
    if CONTROL.search(error) and not colored:
        found.append("control characters")
    if done.status >= 2 and not SEVERAL & {*line.words[:1]} and not found:
        if error.startswith("{"):
            record = json.loads(error)
            if record["status"] != done.status or len(record["message"]) > 400:
                found.append("another status, or a long message, in JSON")
        else:
            # A note may come first, where part of the answer was known.
            messages = [
                text for text in re.split(r"(?m)^(?=gradcli: )", error) if text and not text.startswith("gradcli: note")
            ]
            if len(messages) != 1:
                found.append(f"{len(messages)} messages")
            if any(len(text.rstrip()) > 500 for text in messages):
                found.append("a message of more than 500 characters")
    if done.status >= 2 and not error:
        found.append("no message")
    return found


@pytest.mark.skipif(os.name != "posix", reason="names of files are those of Unix")
@pytest.mark.parametrize("start", range(0, 1200, BATCH))
def test_no_command_line_ends_in_a_traceback(start: int, tmp_path: Path) -> None:
    for seed in range(start, start + BATCH):
        folder = tmp_path / str(seed)
        folder.mkdir()
        line = command_line(seed)
        done = outcome(line, folder)
        assert not (found := complaints(line, done)), (
            f"seed {seed}: {line.words} {line.settings}: {found}\n{done.stderr[-600:]!r}"
        )


def test_the_generator_reaches_every_status_and_command(tmp_path: Path) -> None:
    lines = [command_line(seed) for seed in range(400)]
    assert {line.words[0] for line in lines if line.words} >= {
        "check",
        "grade",
        "rows",
        "plot",
        "diff",
        "sheet",
        "rules",
    }
    assert any("_GRADCLI_COMPLETE" in line.settings for line in lines)
    statuses = set()
    for line in lines[:200]:
        statuses.add(outcome(line, tmp_path).status)
    assert statuses >= {0, 2, 3}
