"""Functions that a language lacks, as code to be put before the program that calls them.

Each is called as its row of the table is, and computes it so that nothing overflows or cancels on the way. They stand
in files of their language, one after the other with two empty lines between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

NAME = re.compile(r"^(?:(?:def|function) (\w+)\(|(\w+) = )", re.MULTILINE)


@cache
def helpers(language: str) -> dict[str, str]:
    """Return the text of every function that is written for a language, by its name."""
    text = Path(__file__).with_name(f"{language}.txt").read_text(encoding="utf-8")
    found = {}
    for part in text.strip("\n").split("\n\n\n"):
        match = NAME.search(part)
        assert match is not None
        found[match[1] or match[2]] = part
    return found


def with_their_own(language: str, called: Iterable[str]) -> list[str]:
    """Return the texts of some functions and of those that they call, in the order of the file."""
    known = helpers(language)
    needed: set[str] = set()
    pending = [name for name in called if name in known]
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            pending += [other for other in re.findall(r"(?<!\.)\b(\w+)\(", known[name]) if other in known]
    return [text for name, text in known.items() if name in needed]
