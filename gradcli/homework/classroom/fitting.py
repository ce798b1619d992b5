"""Whether answers are surely to other numbers than a student's own: nobody is marked with these for a lucky guess.

Of the answers of a problem most have to be right with the other numbers, and at least three of them, of different
sizes and not small whole numbers, only with those. They say nothing where few different numbers can be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

from ..marking.marks import FOLLOW_THROUGH
from .copies import FITTING, MANY_SMALL, tells
from .results import MarkedItem, Scored
from .variants import FIRST, POOLS, pools_for

if TYPE_CHECKING:
    from .array_grading import ArrayPrepared
    from .prepared import Prepared

FEWEST_TELLING = 3  # different numbers that are right only with the other draw
FEWEST_DRAWS = 10_000  # different points, below which a guess hits one too often
DIFFERENT_ENTRIES = 6  # numbers that an entry of an array may be
MOST_ENTRIES = 10  # that are counted: they are FEWEST_DRAWS
SAME_FIGURES = 3


def may_fit_others(own: Scored) -> bool:
    """Whether the wrong numbers of a problem are enough to tell, if they are right with other numbers."""
    return _is_telling([line.value for line in own.lines if line.value and line.status not in FITTING])


def may_fit_older(own: Scored) -> bool:
    """Whether a problem has different answers, and none to the student's own numbers."""
    values = [line for line in own.lines if line.value]
    return len({tuple(line.value or ()) for line in values}) > 1 and not any(line.status in FITTING for line in values)


def wholly_fits(other: Scored) -> bool:
    """Whether all answers of a problem are to the numbers of `other`.

    That is enough where these numbers were the student's, too, those of an older draw: see `may_fit_older`.
    """
    return all(line.status in FITTING for line in other.lines if line.value)


def surely_fits(own: Scored, other: Scored) -> bool:
    """Whether the answers of a problem are to the numbers of `other`, and that is no chance."""
    known = {line.item for line in own.lines if line.status in FITTING}
    claimed = [line for line in other.lines if line.value and line.status != FOLLOW_THROUGH]
    fitting = sum(line.status in FITTING for line in claimed)
    if 2 * fitting <= len(claimed) or fitting <= sum(line.status in FITTING for line in own.lines if line.value):
        return False
    return _is_telling([line.truth for line in claimed if line.truth and _is_new(line, known)])


def _is_new(line: MarkedItem, known: set[str]) -> bool:
    return line.status in FITTING and line.item not in known


def _is_telling(values: Sequence[Sequence[float]]) -> bool:
    """Whether numbers, each of one answer, are more than chance gives: those of one size count once."""
    sizes: Mapping[tuple[str, ...], Sequence[float]] = {
        tuple(f"{abs(x):.{SAME_FIGURES}g}" for x in value): value for value in values
    }
    telling = sum(map(tells, sizes.values()))
    return telling >= FEWEST_TELLING or len(sizes) - telling >= MANY_SMALL


def many_draws(prepared: Prepared | ArrayPrepared, version: int) -> bool:
    """Whether so many different numbers can be drawn for a problem that a guess hardly hits those of a name."""
    problem, given = prepared.instance.problem, prepared.instance.given
    free = [name for name in given if name not in problem.bindings and name not in problem.choices]
    chosen = prod(len(set(own)) for name, own in problem.choices.items() if name in given)
    if any(name in problem.shapes for name in free):
        drawn = DIFFERENT_ENTRIES ** min(MOST_ENTRIES, sum(prod(problem.shapes[name]) for name in free))
    else:
        pools = POOLS if version == FIRST else pools_for(len(free))
        drawn = len(pools[0]) ** len(free)
    return chosen * drawn >= FEWEST_DRAWS
