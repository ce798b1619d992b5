"""Rosters of a text, read as the files of rosters are."""

from __future__ import annotations

from gradcli.errors import Source
from gradcli.homework.claims.claim_files import rows_in
from gradcli.homework.classroom.roster import Roster, roster_in


def roster_of(source: Source) -> Roster:
    """Return the roster in a text of CSV. Raises `InputError` as `roster_in` does."""
    return roster_in(source, list(rows_in(source.name, source.text.encode("utf-8", "surrogateescape"))))
