"""Words around an answer: what people write before it and behind it, and what makes another answer of it."""

from __future__ import annotations

import re

LEADING = re.compile(
    r"(?:(?:the|my|die|la|le|el)\s+)?(?:answer|ans|antwort|l\u00f6sung|result|ergebnis|value|wert|valeur|valor|"
    r"r\u00e9ponse|respuesta|it|es|in|within|about|approx(?:imately)?|around|roughly|circa|ca|etwa|ungef\u00e4hr|rund|environ|env|aprox|"
    r"unos|is|ist|est|equals?|gives|we get|i get|i got|\u7ea6|\u5927\u7ea6|\u7b54\u6848|\u7b54)\b[.:,]?\s*",
    re.I,
)
SIGN_WORD = re.compile(r"(?:minus|negative|negativ|moins|menos|\u8d1f)\s*(?=[0-9.,])", re.I)
FIGURES = re.compile(
    r"\b(?:to\s|auf\s|with\s)?[1-9]\s?(?:s\.?\s?f\.?|d\.?\s?p\.?|sig\w*|decimals?|digits?|places|figures|stellen|nk\w*)"
    r"(?!\w)",
    re.I,
)
# Words that make another number of the one before them, or another answer of what is behind them.
_OTHERWISE = (
    r"or|oder|ou|bzw|resp|not|nicht|pas|wrong|falsch|faux|neg|negative|negativ|minus|percent|per cent|prozent|"
    r"degrees?|deg"
)
CHANGING_INSIDE = re.compile(rf"\b(?:{_OTHERWISE})\b|[\u00b0\u6216]", re.I)
CHANGING = re.compile(
    rf"\b(?:{_OTHERWISE}|and|und|et|k|kilo|million\w*|mio|mrd|billion\w*|thousand|tausend|hundred|hundert|half|halves|"
    r"thirds?|quarters?|tenths?|hundredths?|thousandths?|tsd|dozen|times|mal|squared|cubed|grad|i|(?-i:j)|no|to|bis|plus|over|milli|micro|nano|mega|giga|mn|bn|(?-i:M|G)|"
    r"o|y|a|e|[ed]\s?[0-9]+)\b|"
    r"[\u00b0\u6216\u4e07\u5343\u767e]",
    re.I,
)


def changes(words: str) -> bool:
    """Whether words in brackets make another answer of the one before them."""
    return CHANGING_INSIDE.search(words) is not None
