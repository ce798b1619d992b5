"""Which format is written: the one that --to or --json names, or that the suffix of the output file chooses."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import InputError
from .option_parsing import PRINTED, SUFFIXES, printed_best


def chosen_format(
    format: str | None, output: str | None, suffixes: Mapping[str, str], what: str, default: str, *, as_json: bool
) -> str:
    """Return the format that the options and the suffix of the output file choose.

    `format` is that of --to. Raises `InputError` for options that contradict each other, and as `by_suffix` does.
    """
    if as_json:
        require_json(format)
        return "json"
    if format is not None or output is None:
        return format or default
    return by_suffix(output, suffixes, what, "; or add --to")


def require_json(format: str | None) -> None:
    """Raise `InputError` where --to names another format than --json."""
    if format not in (None, "json"):
        raise InputError(f"--json and --to {format} contradict each other", kind="option")


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
