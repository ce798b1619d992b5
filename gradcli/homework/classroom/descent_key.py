"""The keys of a homework file that say which step of descent items new(w) are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import GradcliError
from .toml_reading import TomlTable

if TYPE_CHECKING:
    from ...record.update_rules import Update

NO_ARRAYS = "items new(w) are for programs of numbers"


def step_in(table: TomlTable) -> Update | None:
    """Return the step whose rate and direction a table says, None where it says none.

    Raises `InputError` at the key for what is no rate, and for a direction alone.
    """
    rate, ascent = table.value("step", None), table.flag("ascent", False)
    if rate is None:
        if ascent:
            raise table.error("ascent", "this is the direction of a step", "add step = 0.1")
        return None
    from ...record.update_rules import update_of

    text = table.numeral("step", "the rate", rate)
    try:
        return update_of("gd", text, ascent=ascent, option="step")
    except GradcliError as error:
        raise table.about(error, "step") from None
