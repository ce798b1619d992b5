"""What people write where there is no number: undefined, does not exist, an infinite slope."""

from __future__ import annotations

import re

_NOTHING = (
    r"un-?defined?|undef\.?|d\.?n\.?e\.?|none|non-?existent|non-?differentiable|n\.?/?a\.?n?\.?|n\.?d\.?|"
    r"(?:not|never) (?:defined|differentiable|existent)|(?:does not|doesn'?t|does'?nt) exist|"
    r"no (?:derivative|gradient|slope|value|such (?:number|value|derivative))|"
    r"undefiniert|nicht (?:definiert|differenzierbar|ableitbar|vorhanden)|existiert nicht|keine ableitung|"
    r"(?:non|pas) (?:d\u00e9finie?|d\u00e9rivable)|ind\u00e9finie?|n'existe pas|"
    r"no (?:est\u00e1 )?(?:definid[oa]|existe|derivable)|indefinid[oa]"
).replace(" ", "[ -]?")
_LEAD = r"(?:(?:it|this|the (?:derivative|gradient|slope|value)) )?(?:is )?"
_BEHIND = (
    r"(?:,? (?:at|in|for|here|there|since|because|as|where|when|bei|an|hier|weil|da|en|ici|car|aqu\u00ed)\b"
    r"(?P<why>.*)|\s?\((?P<remark>[^()]*)\)?)?"
)
_NONE = re.compile(rf"{_LEAD}(?:{_NOTHING}){_BEHIND}[.!]?", re.I)
_OTHERWISE = re.compile(r"\b(?:or|else|otherwise|but|oder|sonst|aber|ou|sinon|mais|o|sino|pero)\b", re.I)
_INFINITE = re.compile(
    rf"{_LEAD}(?P<sign>[-+\u00b1]|plus |minus |negative |positive )?\s*"
    r"(?:\u221e|oo|\\?inf(?:ty|inity)?|(?P<either>infinite|unendlich|infinie?|infinit[oa]))"
    r"(?: (?:slope|derivative|gradient))?[.!]?",
    re.I,
)


def says_nothing(text: str) -> bool:
    """Whether a claim says that there is no number."""
    found = _NONE.fullmatch(_plain(text))
    return found is not None and not _OTHERWISE.search(found["why"] or found["remark"] or "")


def infinite(text: str) -> str:
    """Return the sign of an infinite number that a claim names, ± for either; "" for any other claim."""
    found = _INFINITE.fullmatch(_plain(text))
    if found is None:
        return ""
    if found["sign"]:
        return {"m": "-", "n": "-", "p": "+"}.get(found["sign"][0].lower(), found["sign"])
    return "\u00b1" if found["either"] else "+"


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").strip("\"'$`()[] ").split())
