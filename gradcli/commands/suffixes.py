"""The suffix of an output file chooses the format of what is written into it."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import InputError
from .option_parsing import PRINTED, SUFFIXES, printed_best


def by_suffix(path: str, suffixes: Mapping[str, str], what: str, otherwise: str = "") -> str:
    """Return the format that a file's suffix stands for, of those in `suffixes`.

    Raises `InputError` for a suffix that stands for none; `otherwise` is what the hint offers beside another suffix.
    """
    found = next((format for suffix, format in suffixes.items() if path.lower().endswith(suffix)), None)
    if found is None:
        require_name(path)
        formats = [SUFFIXES.get(suffix[1:], suffix[1:]) for suffix in suffixes]
        printed = printed_best(formats) if path.lower().rpartition(".")[2] in PRINTED else None
        hint = printed or f"known are {', '.join(suffixes)}{otherwise}"
        raise InputError(f"no {what} has the suffix of {path}", kind="option", hint=hint)
    return found


def require_name(path: str) -> None:
    """Raise `InputError` for an output file without a name, before its suffix is looked for."""
    if not path.strip():
        raise InputError("the output file has no name (an empty shell variable?)", kind="option")
