"""Correctly rounded sums of columns, row by row, by arithmetic on whole columns: what `math.fsum` gives of each row."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..numbers.error_arithmetic import UNIT

SAFE_SUM = 1e-280  # of what rounding took from a sum: its own rounding error underflows below
MOST_EXPONENT = 900  # of 2, in what is added up: nothing overflows, nor falls out of the grid


def total(terms: Sequence[Any], one_by_one: Callable[..., Any]) -> Any:
    """Return the correctly rounded sums of columns; `one_by_one` sums the rows that are left over."""
    import numpy as np

    shape = np.broadcast_shapes(*map(np.shape, terms))
    if not shape:
        return total([np.reshape(x, 1) for x in terms], one_by_one)[0]
    terms = [np.asarray(x, float) for x in terms]
    most = 1.001 * sum(map(_largest, terms))
    if not 2.0**-MOST_EXPONENT < most < 2.0**MOST_EXPONENT:
        return _by_row([np.broadcast_to(x, shape) for x in terms], one_by_one)
    found, settled, lost = _on_a_grid(terms, shape, most)
    if not settled.all():
        rows = np.flatnonzero(~settled)
        few = _rows_of(terms, shape, rows)
        inexact = ~(_exact(few, lost) & (found[rows] != 0.0))
        if inexact.any():
            found[rows[inexact]] = _by_row(few[:, inexact], one_by_one)
    return found


def _rows_of(terms: Sequence[Any], shape: tuple[int, ...], rows: Any) -> Any:
    """Return some rows of the columns, a line each."""
    import numpy as np

    return np.array([(x if x.shape == shape else np.broadcast_to(x, shape))[rows] for x in terms])


def _largest(x: Any) -> float:
    """Return a bound on the absolute values of a column, up to rounding: the norm, of which no square is lost."""
    return math.sqrt(x.dot(x)) + 2.0**-490 if x.ndim else abs(float(x))


def _on_a_grid(terms: Sequence[Any], shape: tuple[int, ...], most: float) -> tuple[Any, Any, float]:
    """Return the sums, where they are known to be correctly rounded, and a bound on what was added up as a rest.

    No row's absolute values add up beyond `most`. Numbers that are added to 3 * 2**k, where `most` is below 2**k, are
    rounded to multiples of 2**(k-51). Sums of these are exact, and so is what was taken from each (Rump, Ogita and
    Oishi, Accurate floating-point summation, 2008): at most 2**(k-52). n such rests are added with an error of at most
    n**2 * 2**(k-105). A sum is settled where twice that moves nothing.
    """
    import numpy as np

    k, count = math.frexp(most)[1], len(terms)
    base = math.ldexp(3.0, k)
    sums: Any = np.add(terms[0], base, out=np.empty(shape))
    work = np.subtract(sums, base)
    rest = np.subtract(terms[0], work)
    for x in terms[1:]:
        np.add(sums, x, out=work)
        np.subtract(work, sums, out=sums)
        np.subtract(x, sums, out=sums)
        rest += sums
        sums, work = work, sums
    sums -= base
    found = np.add(sums, rest)
    doubt = math.ldexp(2.0 * count**2, k - 105)
    settled = np.add(np.add(rest, doubt, out=work), sums, out=work) == found
    settled &= np.add(np.subtract(rest, doubt, out=work), sums, out=work) == found
    settled &= found != 0.0
    return found, settled, math.ldexp(count, k - 52)


def _by_row(terms: Sequence[Any], one_by_one: Callable[..., Any]) -> Any:
    """Return the correctly rounded sums of columns whose rows are of different sizes.

    The rounding errors of the additions are exact (Knuth's TwoSum), and so is s + their sum up to a rest that is
    bounded (Ogita, Rump and Oishi, Accurate sum and dot product, 2005). The sum is settled where that rest moves
    nothing.
    """
    import numpy as np

    s = np.array(terms[0])
    shape = s.shape
    more, part, error, other = (np.empty(shape) for _ in range(4))
    lost, much = np.zeros(shape), np.zeros(shape)
    for x in terms[1:]:
        _two_sum(s, x, more, part, error, other)
        lost += error
        much += np.absolute(error, out=error)
        s, more = more, s
    found = more
    rest = _two_sum(s, lost, found, part, error, other)
    doubt = np.multiply(much, 2 * len(terms) * UNIT, out=other)
    settled = np.add(np.add(rest, doubt, out=part), found, out=part) == found
    settled &= np.add(np.subtract(rest, doubt, out=part), found, out=part) == found
    settled &= found != 0.0
    settled &= (much > SAFE_SUM) | (much == 0.0)
    if not settled.all():
        rows = np.flatnonzero(~settled)
        few = _rows_of(terms, shape, rows)
        inexact = ~(_exact(few, much[rows]) & (found[rows] != 0.0))
        if inexact.any():
            found[rows[inexact]] = one_by_one(*few[:, inexact])
    return found


def _two_sum(a: Any, b: Any, found: Any, part: Any, error: Any, other: Any) -> Any:
    """Return what rounding takes from a + b, in `error`, and put the sum into `found`; the others are for work."""
    import numpy as np

    np.add(a, b, out=found)
    np.subtract(found, a, out=part)
    np.subtract(b, part, out=other)
    np.subtract(found, part, out=part)
    np.subtract(a, part, out=error)
    return np.add(error, other, out=error)


def _exact(few: Any, much: Any) -> Any:
    """Return where the rests of a sum, `much` in all at most, were themselves added without an error.

    They are multiples of the last place of the smallest term, and so are all sums of them. A sum that lies half way
    between two floats, which no bound of an error can settle, is settled so.
    """
    import numpy as np

    sizes = np.abs(few)
    sizes[sizes == 0.0] = math.inf
    return much < np.spacing(sizes.min(axis=0)) * 2.0**52
