"""Text that a spreadsheet opens as text: one rule for every CSV that is written."""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what makes a spreadsheet take a text for a formula, if it begins so
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: ' comes before what begins like one, save for numbers."""
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text
