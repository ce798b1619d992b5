"""Which array of a file is meant: by the name behind the colon, or the only one."""

from __future__ import annotations

from ..errors import Source
from ..text import clip, did_you_mean
from .array_data import refused

MOST_KEYS_SHOWN = 8


def chosen_key(key: str | None, known: list[str], source: Source) -> str:
    """Return the key that is meant. Raises `InputError` that lists those there are where none or another is given."""
    if key is not None and key in known:
        return key
    listed = ", ".join(clip(name, 24) for name in known[:MOST_KEYS_SHOWN]) + (
        ", ..." if known[MOST_KEYS_SHOWN:] else ""
    )
    if key is None:
        if len(known) == 1:
            return known[0]
        if not known:
            raise refused("there is no array in it", source, None)
        hint = f"choose one, as in @{clip(source.name, 30)}:{clip(known[0], 24)}; there are {listed}"
        raise refused(f"there are {len(known):,} arrays in it", source, None, hint)
    near = did_you_mean(key, known[:1000]) or (f"there are {listed}" if known else None)
    raise refused(f"there is no array {clip(key, 40)} in it", source, None, near)
