"""--from-python: the program and the values of a forward pass in Python, said before they are used."""

from __future__ import annotations

from ..errors import InputError, Source
from ..language.python_reading import PythonProgram, read_python
from ..text import clip
from .options import Options
from .streams import check_read_once, explain, read_program

MOST_LINES = 8  # lines that are passed over and named
VALUE_CHARACTERS = 60  # characters of a value that is shown


def program_from_python(options: Options) -> tuple[Source, dict[str, Source]]:
    """Return the program of the file and the values that it gives, and write both to standard error.

    Raises what `read_program` and `read_python` raise, and `InputError` for --file beside it.
    """
    path = options.from_python
    assert path is not None
    if options.file is not None:
        raise InputError("--file and --from-python both name the program: leave one out", kind="option")
    check_read_once({"the program": path == "-", "the values": options.bindings == "-"})
    found = read_python(read_program(None if path == "-" else path))
    explain(list(_said(found)))
    return found.source, dict(found.values)


def _said(found: PythonProgram) -> list[str]:
    """Return what is read, line by line."""
    lines = [f"the program of {found.source.name}, and its values:"]
    lines += [f"  {line}" for line in found.source.text.splitlines()]
    lines += [f"  {name}={clip(value.text, VALUE_CHARACTERS)}" for name, value in found.values.items()]
    if found.ignored:
        lines.append("passed over:")
        lines += [f"  {line}" for line in found.ignored[:MOST_LINES]]
        lines += [f"  and {len(found.ignored) - MOST_LINES:,} more"] if len(found.ignored) > MOST_LINES else []
    return lines
