"""A key that can be published: salted hashes of the answers, rounded, from which a claim can be checked.

An answer is rounded to a few significant figures; what is kept is a slow salted hash (PBKDF2, SHA-256) of the rounded
text. A claim is right if, rounded likewise, it is the answer or its neighbour one unit of the last figure away: with
three figures that is a precision between 0.1 and 1.5 per cent, and no finer one can be checked. There are so few
rounded numbers that patience finds the answers by trying: the hash hides them from a glance, not from determination.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from hashlib import pbkdf2_hmac, sha256
from typing import Any, NamedTuple

from ...errors import GradcliError, InputError, Source
from ...numbers.systems import FLOAT
from ..claims.claims import NoSuchName, Number, one_line_reason
from ..claims.decimal_sign import with_evidence
from ..claims.items import Item
from ..claims.repairs import Reading, read_kindly
from ..marking.answer_key import AnswerKey
from ..marking.marks import CORRECT, IMPRECISE, INVALID, MISSING, WRONG, Claim, Mark
from .homework_file import MAX_POINTS
from .problem_instance import ProblemInstance, item_names

SCHEMA = "gradcli.key/1"
ROUNDS = 2_000
FIGURES = 3  # that are checked, where nobody says
MOST_FIGURES = 8
ZERO = 1e-8


class PublishedProblem(NamedTuple):
    """What is published of a problem: for every item the hash of its answer; its points, and weights that are not 1."""

    id: str
    salt: str
    hashes: dict[str, str]
    weights: dict[str, float]
    points: float

    def weight(self, item: str) -> float:
        """Return how much an item counts among the others."""
        return self.weights.get(item, 1.0)


class PublishedKey(NamedTuple):
    """A published key: the answers are checked to so many significant figures."""

    title: str
    figures: int
    rounds: int
    problems: dict[str, PublishedProblem]

    @property
    def rule(self) -> str:
        """What counts as right, in words."""
        unit = "plus or minus one unit of the last figure"
        return f"right = the correct value to {self.figures} significant figures, {unit}"


def published_key(title: str, instances: Iterable[ProblemInstance], figures: int = FIGURES) -> PublishedKey:
    """Return the key of some problems. The salt comes from the problem, so that equal input gives equal bytes.

    Raises `InputError` where no answer can be checked.
    """
    problems = {}
    for problem in instances:
        given = "\n".join(f"{name}={source.text.strip()}" for name, source in sorted(problem.given.items()))
        text = f"{SCHEMA}\n{problem.problem.id}\n{problem.record.program}\n{given}"
        salt = sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        checked = AnswerKey(problem.record, problem.given)
        hashes = {
            name: hash_of(salt, ROUNDS, name, rounded(_decimal(checked.span(item).middle), figures))
            for item, name in item_names(problem).items()
            if _single(checked, item)
        }
        weights = {
            name: problem.weights[item]
            for item, name in item_names(problem).items()
            if name in hashes and problem.weights[item] != 1
        }
        points = problem.problem.points
        if points is None:
            points = float(len(hashes)) if problem.problem.by_concept else _counted(hashes, weights)
        problems[problem.problem.id] = PublishedProblem(problem.problem.id, salt, hashes, weights, points)
    if not any(problem.points for problem in problems.values()):
        what = "a key has numbers alone, and no item asks for one that is the only right one"
        raise InputError(what, kind="homework")
    return PublishedKey(title, figures, ROUNDS, problems)


def _counted(hashes: Iterable[str], weights: Mapping[str, float]) -> float:
    """Return what the items of a problem count together."""
    return sum(weights.get(name, 1.0) for name in hashes)


def _single(key: AnswerKey, item: Item) -> bool:
    """Whether an item has one right answer: at a kink everything between the one-sided derivatives is right."""
    found = key.truth(item)
    return found is not None and math.isfinite(found) and key.sides(item) is None


def rounded(x: Decimal, figures: int) -> str:
    """Return a number in its canonical form: sign, digits, exponent; 0 for what is too small to tell from it."""
    if abs(x) <= Decimal(ZERO):
        return "0"
    sign, digits, exponent = Context(prec=figures, rounding=ROUND_HALF_EVEN).plus(x).as_tuple()
    assert isinstance(exponent, int)
    while len(digits) < figures:
        digits, exponent = (*digits, 0), exponent - 1
    return f"{'-' if sign else ''}{''.join(map(str, digits))}e{exponent}"


def hash_of(salt: str, rounds: int, item: str, canonical: str) -> str:
    """Return the hash of an answer in its canonical form, as hexadecimal: PBKDF2 (RFC 8018, 5.2) with HMAC-SHA-256."""
    return pbkdf2_hmac("sha256", f"{item}={canonical}".encode(), salt.encode(), rounds, 16).hex()


def dump(key: PublishedKey) -> str:
    """Return a key as the JSON that is published."""
    problems = [
        {"id": p.id, "points": p.points}
        | ({"weights": p.weights} if p.weights else {})
        | {"salt": p.salt, "items": p.hashes}
        for p in key.problems.values()
    ]
    record = {"schema": SCHEMA, "title": key.title, "figures": key.figures, "rounds": key.rounds, "problems": problems}
    return json.dumps(record, indent=1) + "\n"


class _NotAKey(Exception):
    """A file does not have the fields of a key."""


def load(source: Source) -> PublishedKey:
    """Return the key that a file holds. Raises `InputError` where it holds none."""
    about = Source(source.name, "")
    try:
        data = json.loads(source.text)
    except (ValueError, RecursionError):
        raise InputError("not a key that sheet --hash made", source=about, kind="homework") from None
    if isinstance(data, dict) and isinstance(data.get("schema"), str) and data["schema"] != SCHEMA:
        raise InputError(f"not a key ({SCHEMA})", source=about, kind="homework")
    try:
        problems = [_problem(p) for p in _field(data, "problems", list)]
        figures, rounds = _field(data, "figures", int), _field(data, "rounds", int)
        title = _field(data, "title", str, "Homework")
    except _NotAKey:
        raise InputError("not a key that sheet --hash made", source=about, kind="homework") from None
    if not 1 <= figures <= MOST_FIGURES or not 1 <= rounds <= 1_000_000 or not all(map(_usable, problems)):
        raise InputError("a key with numbers out of range", source=about, kind="homework")
    if not any(problem.points for problem in problems):
        raise InputError("a key in which nothing earns a point", source=about, kind="homework")
    return PublishedKey(title, figures, rounds, {p.id: p for p in problems})


def _field(data: Any, name: str, kind: type, default: Any = None) -> Any:
    """Return a field of an object, or the default where it is missing; raise `_NotAKey` if it is not of that kind."""
    found = data.get(name, default) if isinstance(data, dict) else None
    if not isinstance(found, kind) or isinstance(found, bool):
        raise _NotAKey
    return found


def _amount(found: Any) -> float:
    """Return a number of a key as a float, infinite where it is too large."""
    if not isinstance(found, int | float) or isinstance(found, bool):
        raise _NotAKey
    return FLOAT.approximate(found)


def _problem(data: Any) -> PublishedProblem:
    """Return a problem of a key; without points and weights every item counts 1."""
    hashes = _field(data, "items", dict)
    weights = {name: _amount(weight) for name, weight in _field(data, "weights", dict, {}).items()}
    if not all(isinstance(text, str) for text in hashes.values()):
        raise _NotAKey
    points = _amount(data["points"]) if "points" in data else _counted(hashes, weights)
    return PublishedProblem(_field(data, "id", str), _field(data, "salt", str), hashes, weights, points)


def _usable(problem: PublishedProblem) -> bool:
    fair = all(0 <= weight <= MAX_POINTS for weight in problem.weights.values())
    return fair and 0 <= problem.points <= MAX_POINTS and (not problem.points or bool(problem.hashes))


# ---- checking a claim


NUMBERS_ONLY = "a published key checks numbers only"


def check(key: PublishedKey, problem: PublishedProblem, claims: Iterable[Claim]) -> list[Mark]:
    """Return a mark for every item of the key, in its order."""
    handed_in = {claim.name: claim for claim in with_evidence(list(claims))}
    marks = [_check(key, problem, name, handed_in.get(name, Claim(name, ""))) for name in problem.hashes]
    first = next((k for k, mark in enumerate(marks) if mark.status == WRONG), None)
    return [mark._replace(first_wrong=k == first) for k, mark in enumerate(marks)]


def canonical_item(problem: PublishedProblem, name: str) -> str:
    """Return the key's name for an item: dx stands for df/dx."""
    name = name.replace(" ", "").replace("∂", "d")
    return next((known for known in problem.hashes if known.endswith(f"/{name}")), name)


def _check(key: PublishedKey, problem: PublishedProblem, name: str, claim: Claim) -> Mark:
    if not claim.text:
        return _mark(claim, MISSING, "not handed in")
    try:
        reading = read_kindly(claim.text, {}, comma=claim.comma)
        x, step = _number(reading)
    except NoSuchName:  # the key has no program
        return _mark(claim, INVALID, NUMBERS_ONLY)
    except GradcliError as error:
        return _mark(claim, INVALID, one_line_reason(error))
    return _checked(key, problem, name, claim, x, step)._replace(read_as=reading.read_as, repairs=reading.repairs)


def _checked(key: PublishedKey, problem: PublishedProblem, name: str, claim: Claim, x: Decimal, step: Decimal) -> Mark:
    """Return the mark of a number, whose last written digit has the unit `step`."""
    wanted = problem.hashes[name]

    def agrees(canonical: str) -> bool:
        return hash_of(problem.salt, key.rounds, name, canonical) == wanted

    context, unit = Context(prec=key.figures, rounding=ROUND_HALF_EVEN), _unit(x, key.figures)
    nearest = context.plus(x)
    # Below a power of ten the neighbour is nearer: 9.99 below 10.0.
    near = (nearest, context.next_minus(nearest), context.next_plus(nearest)) if x else (nearest,)
    if any(agrees(rounded(number, key.figures)) for number in near):
        return _mark(claim, CORRECT, "", 1.0)
    if unit < step <= 100 * unit:
        low = x - step / 2
        if any(agrees(rounded(low + k * unit, key.figures)) for k in range(int(step / unit) + 1)):
            return _mark(claim, IMPRECISE, f"right, but too coarse: give {key.figures} significant figures")
    return _mark(claim, WRONG, "not the correct value")


def _number(reading: Reading) -> tuple[Decimal, Decimal]:
    """Return the number that a claim denotes, and the unit of its last written digit (0 where it is exact)."""
    written = reading.written
    if not isinstance(written, Number):
        raise InputError(NUMBERS_ONLY, kind="claim")
    return _decimal(written.span.middle), Decimal(repr(2 * written.resolution))


def _decimal(x: Fraction) -> Decimal:
    """Return a fraction as a decimal that is rounded only beyond what anybody writes."""
    return Context(prec=60).divide(Decimal(x.numerator), Decimal(x.denominator))


def _unit(x: Decimal, figures: int) -> Decimal:
    """Return the unit of the last of a number's significant figures."""
    return Decimal(1).scaleb(x.adjusted() - figures + 1) if x else Decimal(0)


def _mark(claim: Claim, status: str, why: str, credit: float = 0.0) -> Mark:
    return Mark(claim, None, status, credit, why, None, False, ())
