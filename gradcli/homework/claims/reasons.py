"""Why a claim cannot be read, in the words of a student who is no programmer."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...errors import GradcliError

NOTHING = "this is no number or formula of the program"
_PRIME = re.compile(r"(?<=\w)['\u2018\u2019\u2032\u00b4]+\s*(?:\(|\Z)")
_UNDERSCORE = re.compile(r"(?<=[0-9])_(?=[0-9])")
_WRITE = re.compile(r"(?:write|type) (?P<ways>nothing: .*|(?!.*[^\W\d]{2,} [^\W\d]{3,}).*)", re.S)  # no sentence


def reason(text: str, error: GradcliError, is_claim: Callable[[str], bool]) -> GradcliError:
    """Return the error for a claim that cannot be read. It gives no advice that does not lead to a claim.

    `is_claim` says whether a text can be read.
    """
    if error.kind != "syntax":
        return error
    if _PRIME.search(text):
        return error.but(message="a claim has no '", hint="write a derivative as df/dq, or as a formula")
    if _UNDERSCORE.search(text):
        return error.but(hint=f"write {_UNDERSCORE.sub('', text)}")
    found = _WRITE.fullmatch(error.hint or "")
    if found is None or "..." in found["ways"] or any(is_claim(way) for way in found["ways"].split(" or ")):
        return error
    return error.but(message=NOTHING, hint=None)
