"""Forward passes as people paste them, from a file: three parts each, with lines of --- between.

First come assignments that give the inputs, then the pass itself, and where that needs PyTorch or micrograd the same
for NumPy, which the tests run.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "data" / "forward_passes.txt"


class Pasted(NamedTuple):
    """A file in two parts; what `code` computes last is called `loss`, or is the same as that of `same`."""

    name: str
    inputs: str
    code: str
    same: str = ""


def _passes() -> list[Pasted]:
    found = []
    for part in FILE.read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, text = part.partition("\n")
        found.append(
            Pasted(name, *text.rstrip("\n").split("\n---\n") if not text.startswith("---") else ("", text[4:]))
        )
    return found


PASSES = _passes()
