"""Formulas with numbers of the point put in: `-2/y^2` for `-x/y^2` at x=2, `x*0.149` for `x*df/ds`.

Such a formula differs from the right one at other points, though its number is right. It is the right one with numbers
put in if it equals that where an input that it does not name keeps its number, or with a name in place of a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from ..claims.claims import Formula, plain_number
from ..claims.formula_equality import EQUAL
from ..claims.items import DERIVATIVE, UPSTREAM, VALUE, Item, item_name
from ..claims.labels import Data, data_in_words, sources
from ..claims.tolerance import Tolerance
from .answer_key import AnswerKey

MOST_TRIED = 24  # formulas that are compared for one claim, at most
_NUMERAL = re.compile(r"(?<![\w.])(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])")


def numbers_put_in(
    key: AnswerKey, item: Item, text: str, formula: Formula, tolerance: Tolerance, random_seed: int
) -> str:
    """Return which numbers a formula has in place of names, as `x = 2 as given`; "" where it is another formula.

    `text` is that of the formula, whose number at the point is right within `tolerance`.
    """
    for data in _held(key, formula):
        if key.compared(item, formula, tolerance.relative, random_seed, data).verdict == EQUAL:
            return data_in_words(key.record, data, key.fixed)
    for tried, (mended, said) in enumerate(_with_names(key, text, formula, tolerance)):
        if tried == MOST_TRIED:
            break
        other = key.read(mended)
        if not isinstance(other, Formula) or key.circular(item, other):
            continue
        if key.compared(item, other, tolerance.relative, random_seed, Data(key.fixed)).verdict == EQUAL:
            return f"{said} put in"
    return ""


def _held(key: AnswerKey, formula: Formula) -> Iterator[Data]:
    """Yield the inputs that a formula does not name, one at a time and all, while anything else in it moves.

    A 0 or 1 alone leaves no trace in a formula, so that it may be a factor that was forgotten.
    """
    graph = key.record.graph
    used = [graph.by_label[name] for name in formula.names]
    used += [d.position if d.kind == DERIVATIVE else d.node for d in formula.derivatives.values()]
    reached = sources(key.record, used)
    unnamed = [name for name in graph.inputs if name not in formula.graph.inputs and name not in key.fixed]
    traced = [name for name in unnamed if key.record.values[graph.inputs[name]] not in (0, 1)]
    moved = {name for name, i in graph.inputs.items() if i in reached}
    groups = [{name} for name in traced[:MOST_TRIED]]
    if traced and len(unnamed) > 1:
        groups.append(set(unnamed))
    for held in groups:
        if moved - held - key.fixed:
            yield Data(key.fixed | held)


def _with_names(key: AnswerKey, text: str, formula: Formula, tolerance: Tolerance) -> Iterator[tuple[str, str]]:
    """Yield a formula with names in place of one number, or of each of several, and what was put in."""
    own = [numeral for numeral in dict.fromkeys(_NUMERAL.findall(text)) if float(numeral) not in (0.0, 1.0)]
    mended = [(text, "")]
    for numeral in own:
        mended += [
            (_replaced(before, numeral, f"({sign}{name})"), f"{said}{', ' if said else ''}{name} = {sign}{numeral}")
            for before, said in mended
            for sign, name in _called(key, numeral, formula, tolerance)
        ][:MOST_TRIED]
    yield from mended[1:]


def _replaced(text: str, numeral: str, name: str) -> str:
    return _NUMERAL.sub(lambda found: name if found[0] == numeral else found[0], text)


def _called(key: AnswerKey, numeral: str, formula: Formula, tolerance: Tolerance) -> Iterator[tuple[str, str]]:
    """Yield the names whose number a numeral is up to its sign, each with that sign."""
    record, number = key.record, plain_number(numeral)
    graph = record.graph
    nodes = [*graph.named.values(), *graph.inputs.values()]
    if "." in numeral:  # a whole number may be a coefficient
        nodes += graph.by_label.values()
    for node in dict.fromkeys(nodes):
        for item in (Item(VALUE, node), Item(UPSTREAM, node)):
            name = item_name(record, item)
            if name in formula.graph.inputs and "." not in numeral:  # 2*x is no x*x, though x be 2
                continue
            t = key.truth(item)
            if t is None or not math.isfinite(t) or key.sides(item) is not None:
                continue
            if number.is_near(abs(t), key.tolerance(item, tolerance)):
                yield "-" if t < 0 else "", name
