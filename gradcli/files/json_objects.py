"""Where the keys and the values of an object of JSON stand in its text."""

from __future__ import annotations

import json
import re

Span = tuple[int, int]


def object_spans(text: str) -> list[tuple[Span, Span]]:
    """Return where every key and every value of an object of JSON stands, in order; the text is known to be one."""
    decoder, blank = json.JSONDecoder(parse_float=str, parse_int=str), re.compile(r"[ \t\r\n]*")

    def past_blank(at: int) -> int:
        return blank.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too

    found = []
    at = past_blank(past_blank(0) + 1)
    while text[at] != "}":
        key = (at, decoder.raw_decode(text, at)[1])
        start = past_blank(past_blank(key[1]) + 1)
        end = decoder.raw_decode(text, start)[1]
        found.append((key, (start, end)))
        at = past_blank(end)
        if text[at] == ",":
            at = past_blank(at + 1)
    return found
