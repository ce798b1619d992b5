"""Formulas of arrays with numbers of the point put in: `W.T@[0.09, 0.665, -0.755]` for `W.T@dz`.

Such a formula differs from the right one at other points. It is the right one with numbers put in if it equals that
with names in place of the arrays and numbers that are written in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from ...arrays.sizes import same_entries
from ..claims.array_claims import ArrayFormula, Numbers
from ..claims.array_items import ArrayItem, item_name
from ..claims.claims import Number
from ..claims.items import STEP, UPSTREAM, VALUE
from ..claims.tolerance import Tolerance
from .array_key import ArrayKey
from .numbers_put_in import MOST_TRIED, NUMERAL


def array_numbers_put_in(
    key: ArrayKey,
    item: ArrayItem,
    text: str,
    formula: ArrayFormula,
    tolerance: Tolerance,
    is_right: Callable[[str], bool],
) -> str:
    """Return which numbers a formula has in place of names, as `dL/dz put in`; "" where it is another formula.

    `text` is that of the formula, whose numbers at the point are right; `is_right` compares a text at other points.
    """
    for mended, names in islice(_with_names(key, item, text, formula, tolerance), MOST_TRIED):
        if is_right(mended):
            return f"{', '.join(names)} put in"
    return ""


def _with_names(
    key: ArrayKey, item: ArrayItem, text: str, formula: ArrayFormula, tolerance: Tolerance
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a formula with names in place of one array or number that is written in it, or of each of several."""
    mended: list[tuple[str, tuple[str, ...]]] = [(text, ())]
    for written in _written(text):
        called = list(_called(key, item, written, tolerance))
        mended += [
            (_replaced(before, written, f"({factor}{name})"), (*names, name))
            for before, names in mended
            for factor, name in called
            if not (written.isdecimal() and name in formula.graph.inputs)  # 2*k is no k*k, though k be 2
        ][:MOST_TRIED]
    yield from mended[1:]


def _replaced(text: str, written: str, name: str) -> str:
    if written[0] == "[":
        return text.replace(written, name)
    return NUMERAL.sub(lambda found: name if found[0] == written else found[0], text)


def _written(text: str) -> list[str]:
    """Return the arrays that are written in a formula, each once, and then the numbers beside them."""
    found: list[str] = []
    rest, start, depth = "", 0, 0
    for k, c in enumerate(text):
        if c == "[":
            start = start if depth else k
            depth += 1
        elif not depth:
            rest += c
        elif c == "]":
            depth -= 1
            if not depth and not re.search(r"[\w)\]'.]\s*$", text[:start]):  # behind these stands an index
                found.append(text[start : k + 1])
    numerals = (numeral for numeral in NUMERAL.findall(rest) if float(numeral) not in (0.0, 1.0))
    return list(dict.fromkeys([*found, *numerals]))


def _called(key: ArrayKey, item: ArrayItem, written: str, tolerance: Tolerance) -> Iterator[tuple[str, str]]:
    """Yield what has the numbers of an array or number that is written: a factor, and the name of a value or gradient.

    The factor is "" but for the step of a new value, which is the rate times the gradient.
    """
    record, graph = key.record, key.record.graph
    nodes = dict.fromkeys([*graph.named.values(), *graph.inputs.values(), *graph.by_label.values()])
    candidates = [("", 1.0, ArrayItem(kind, i, -1, record.shape(i))) for i in nodes for kind in (VALUE, UPSTREAM)]
    if item.kind == STEP:
        rate, gradient = key.run.rate, item._replace(kind=UPSTREAM)
        candidates += [(f"{times!r}*", times, gradient) for times in (rate, -rate)]
    for factor, times, other in candidates:
        reading = key.read(written, other, files=False)
        if isinstance(reading, str) or not isinstance(reading.written, Numbers):
            continue
        truth = [t if t is None else times * t for t in key.truth(other)]
        near = key.tolerance(other, tolerance)
        if same_entries(reading.written.shape, other.shape) and _are(reading.written.entries, truth, near):
            yield factor, item_name(record, other)


def _are(numbers: list[Number], truth: list[float | None], tolerance: Tolerance) -> bool:
    return all(t is not None and number.is_near(t, tolerance) for number, t in zip(numbers, truth, strict=True))
