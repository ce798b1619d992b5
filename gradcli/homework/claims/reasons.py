"""Why a claim cannot be read, in the words of a student who is no programmer."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...errors import GradcliError, InputError
from .written_numbers import numeral_of

NOTHING = "this is no number or formula of the program"
_PRIME = re.compile(r"(?<=\w)['\u2018\u2019\u2032\u00b4]+\s*(?:\(|\Z)")
_UNDERSCORE = re.compile(r"(?<=[0-9])_(?=[0-9])")
_MARK = re.compile(r"\(\s*\?+\s*\)|[?\u00bf]+|[\u2713-\u2718]")  # what says how sure or how right an answer is
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


def with_a_sign(text: str, read: Callable[[str], object]) -> InputError | None:
    """Return the error for a claim with a question mark or a tick that can be read without it; None for any other."""
    found = _MARK.search(text)
    if found is None:
        return None
    alone = _MARK.sub(" ", text).strip()
    sign = found[0].strip("( )")[:1]
    if not alone:
        return InputError(f"{sign} is no claim", kind="claim", hint="leave out what you do not answer")
    try:
        read(alone)
    except GradcliError:
        return None
    what = "number" if numeral_of(alone) else "answer"
    return InputError(f"a claim has no {sign}", kind="claim", hint=f"write the {what} alone")
