"""Formulas with numbers of the point put in: `-2/y^2` for `-x/y^2` at x=2, `x*0.149` for `x*df/ds`.

Such a formula differs from the right one at other points, though its number is right. It is the right one with numbers
put in if it equals that where an input that it does not name keeps its number, or with a name in place of a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from ..claims.claims import Formula, Number, plain_number
from ..claims.formula_equality import EQUAL
from ..claims.items import DERIVATIVE, STEP, UPSTREAM, VALUE, Item, item_name
from ..claims.labels import Data, data_in_words, sources
from ..claims.tolerance import ROUNDING, Tolerance
from .answer_key import AnswerKey
from .new_values import gradient_in

MOST_TRIED = 24  # formulas that are compared for one claim, at most
NUMERAL = re.compile(r"(?<![\w.])(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])")


def numbers_put_in(
    key: AnswerKey, item: Item, text: str, formula: Formula, tolerance: Tolerance, random_seed: int
) -> str:
    """Return which numbers a formula has in place of names, as `x = 2 as given`; "" where it is another formula.

    `text` is that of the formula, whose number at the point is right within `tolerance`.
    """
    if item.kind == STEP:
        return _put_in_step(key, item, text, formula, tolerance, random_seed)

    def read(mended: str) -> Formula | None:
        found = key.read(mended)
        return found if isinstance(found, Formula) and not key.circular(item, found) else None

    return _put_in(key, item, text, formula, read, tolerance, random_seed)


def _put_in_step(
    key: AnswerKey, item: Item, text: str, formula: Formula, tolerance: Tolerance, random_seed: int
) -> str:
    """Return what is put in a formula of a new value: `w = 2` in `2-0.1*dL/dw`, `dL/dw = -3` in `w-0.1*(-3)`."""
    record, name = key.record, key.record.labels[item.node]
    gradient = Item(UPSTREAM, item.node)
    if formula.names == [name] and _steps_by_a_number(key, item, text, formula):
        return f"{item_name(record, gradient)} put in"
    given = data_in_words(record, Data(frozenset([name])), key.fixed)
    for old, before in (("", ""), (repr(record.values[item.node]), given)):  # the formula begins with w, or with 2

        def read(text: str, old: str = old) -> Formula | None:
            found = gradient_in(record, item, text, key.read, old)
            return found and found[2]

        of_gradient = read(text)
        if of_gradient is None:
            continue
        everywhere = key.compared(gradient, of_gradient, tolerance.relative, random_seed, Data(key.fixed))
        if everywhere.verdict == EQUAL:
            return before
        if said := _put_in(key, gradient, text, of_gradient, read, tolerance, random_seed):
            return ", ".join(filter(None, (before, said)))
    return ""


def _steps_by_a_number(key: AnswerKey, item: Item, text: str, formula: Formula) -> bool:
    """Whether a formula adds the same number to any value of the input that it is about: `w+0.3`."""
    old, own = key.record.values[item.node], key.at_point(formula)
    word = re.compile(rf"(?<![\w.]){re.escape(key.record.labels[item.node])}(?!\w)")
    size = max(abs(old), 1.0)
    for other in (old + size, old + 2.5 * size):
        found = key.read(word.sub(f"({other!r})", text))
        if own is None or not isinstance(found, Number):
            return False
        if abs((found.value - other) - (own.value - old)) > ROUNDING * (abs(old) + abs(other) + abs(own.value)):
            return False
    return True


def _put_in(
    key: AnswerKey, item: Item, text: str, formula: Formula, read: Callable[[str], Formula | None],
    tolerance: Tolerance, random_seed: int,
) -> str:  # fmt: skip
    """Return what is put in a formula of an item; `read` returns that formula for a text of the claim."""
    for data in _held(key, formula):
        if key.compared(item, formula, tolerance.relative, random_seed, data).verdict == EQUAL:
            return data_in_words(key.record, data, key.fixed)
    for tried, (mended, said) in enumerate(_with_names(key, text, formula, tolerance)):
        if tried == MOST_TRIED:
            break
        other = read(mended)
        if other and key.compared(item, other, tolerance.relative, random_seed, Data(key.fixed)).verdict == EQUAL:
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
    own = [numeral for numeral in dict.fromkeys(NUMERAL.findall(text)) if float(numeral) not in (0.0, 1.0)]
    mended = [(text, "")]
    for numeral in own:
        mended += [
            (_replaced(before, numeral, f"({sign}{name})"), f"{said}{', ' if said else ''}{name} = {sign}{numeral}")
            for before, said in mended
            for sign, name in _called(key, numeral, formula, tolerance)
        ][:MOST_TRIED]
    yield from mended[1:]


def _replaced(text: str, numeral: str, name: str) -> str:
    return NUMERAL.sub(lambda found: name if found[0] == numeral else found[0], text)


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
