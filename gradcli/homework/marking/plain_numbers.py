"""Which records can be marked: those in the floats that people write on worksheets."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import InputError, Source
from ...numbers.systems import FLOAT
from ...record.gradient import Gradient
from ...record.values import plus_minus
from ...text import clip


def require_plain_numbers(record: Gradient, given: Iterable[Source]) -> None:
    """Raise `InputError` for a record in other numbers than the floats that people write on worksheets.

    `given` are the numbers of the inputs as they were written.
    """
    if record.system is not FLOAT:
        found = next(((one, parts) for one in given if (parts := plus_minus(one.text))), None)
        shown = f", such as {clip(found[0].text, 40)} for {found[0].name}" if found else ""
        hint = f"give every input a plain number, such as {found[1][0] if found else 2.5}"
        raise InputError(f"a worksheet cannot have uncertain values{shown}", kind="option", hint=hint)
