"""The keys of a homework file that say which step of descent items new(w) are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import GradcliError
from .toml_reading import TomlTable

if TYPE_CHECKING:
    from ...record.update_rules import Update


def step_in(table: TomlTable, usual: Update | None = None) -> Update | None:
    """Return the step whose rate and direction a table says, or the usual one; None for step = false.

    Raises `InputError` at the key for what is no rate, and for a direction alone.
    """
    ascent = table.flag("ascent", usual is not None and usual.ascent)
    rate = table.value("step", None)
    if rate is False:
        return None
    if rate is None:
        if usual is None and ascent:
            raise table.error("ascent", "this is the direction of a step", "add step = 0.1")
        if usual is None or usual.ascent == ascent:
            return usual
        rate = usual.rate.text
    from ...record.update_rules import update_of

    text = table.numeral("step", "the rate", rate)
    try:
        return update_of("gd", text, ascent=ascent, option="step")
    except GradcliError as error:
        raise table.about(error, "step") from None
