"""The homework file, as a teacher writes it in TOML: problems, points, what else is right, mistakes that are known."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import GradcliError, InputError, Source
from ...language.lexer import as_name
from ...language.names import clip_name
from ...record.bindings import looks_like_array
from ...record.values import check_value, plus_minus
from ...text import clip, visible
from ..claims.items import DERIVATIVE, LOCAL, STEP, UPSTREAM, VALUE
from ..marking.marks import MarkingPolicy
from .descent_key import step_in
from .toml_reading import DATES, TomlTable, Written, read_toml
from .variants import FIRST, LATEST

if TYPE_CHECKING:
    from ...record.update_rules import Update

PROBLEM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
REVEAL = ("none", "correct", "all")
PARTS = ("all", "values", "local", "upstream", "gradient", "new")  # what `items` may say instead of a list
WEIGHTS = ("concept", "equal")
LEAST_POINTS, MAX_POINTS = 0.01, 1e6
SHAPE = re.compile(r"\s*\d{1,7}(?:\s*[x×,]\s*\d{1,7}){0,3}\s*")  # noqa: RUF001
MOST_DRAWN = 10_000  # entries of an array that is drawn

NUMBERS_ONLY = {None: (VALUE,), True: (VALUE, LOCAL, UPSTREAM, DERIVATIVE, STEP), False: ()}  # what `numeric` says

MARKING = ("rtol", "sigfigs", "decimals", "atol", "numeric", "imprecise", "follow_through", "seed", "diagnose",
           "reveal", "vary", "vary_version", "weights", "due", "attempts", "penalty")  # fmt: skip
TOLD = ("title", "text", "hint")  # what a problem says to a student
KEYS = {
    "": ("title", "late", "defaults", "problem"),
    "[defaults]": (*MARKING, "step", "ascent"),
    "[[problem]]": ("id", "program", "at", "shapes", "items", "points", "fixed", "step", "ascent", "accept", "mistake",
                    *TOLD, *MARKING),
    "[[problem.accept]]": ("item", "claims"),
    "[[problem.mistake]]": ("item", "gives", "message", "credit"),
}  # fmt: skip
# Where a key may stand; the tables themselves are no keys of the top.
HOMES = {"late": "at the top of the file, above all tables"}
HOMES |= {key: f"under {table}" for table in reversed(KEYS) for key in KEYS[table] if table}
HOMES |= {key: f"under [[problem]]: write [[problem.{key}]]" for key in ("accept", "mistake")}


class Alternative(NamedTuple):
    """Claims that are right for an item too, each a number or a formula in the program's names."""

    item: str
    claims: tuple[Source, ...]
    table: TomlTable


class KnownMistake(NamedTuple):
    """A mistake that the teacher expects: what the item comes out as, what to say, and the credit it is worth."""

    item: str
    gives: Source
    message: str
    credit: float
    table: TomlTable


class Told(NamedTuple):
    """What a sheet says about a problem besides what it asks; each is empty where the file does not say it."""

    title: str = ""
    text: str = ""
    hint: str = ""


class Terms(NamedTuple):
    """The keys that a problem takes from the defaults where it has none.

    Items count `by_concept`, or equally.
    `due` is when the work is due, as it was written; of the attempts only the first `attempts` count, 0 for all, and
    each wrong one at an item takes `penalty` of its credit. `vary_version` is how numbers are drawn, 0 for what a
    sheet fits. `update` is the step of descent that items new(w) are about.
    """

    policy: MarkingPolicy = MarkingPolicy(numeric=NUMBERS_ONLY[None])
    reveal: str = "none"
    seed: str | None = None
    by_concept: bool = True
    due: date | datetime | None = None
    attempts: int = 0
    penalty: float = 0.0
    vary_version: int = 0
    update: Update | None = None


class Problem(NamedTuple):
    """A program at a point, what is asked about it, and how it is marked.

    Inputs in `bindings` are fixed; the others are a student's own if there is a `seed`, arrays in the `shapes` that are
    said. `items` is one of `PARTS` or a list of names. They count by concept, equally, or by `weights` of those that
    are not 1. `points` is None where every item counts its weight, and by concept 1 each together.
    """

    id: str
    source: Source
    bindings: dict[str, Source]
    choices: dict[str, tuple[str, ...]]
    seed: str | None
    items: str | tuple[str, ...]
    weights: dict[str, float]
    points: float | None
    accept: tuple[Alternative, ...]
    mistakes: tuple[KnownMistake, ...]
    policy: MarkingPolicy
    reveal: str
    table: TomlTable | None = None  # for errors that only the program shows
    fixed: tuple[str, ...] = ()  # inputs that are data, such as labels
    by_concept: bool = False
    told: Told = Told()
    due: date | datetime | None = None
    attempts: int = 0
    penalty: float = 0.0
    vary_version: int = 0
    shapes: Mapping[str, tuple[int, ...]] = MappingProxyType({})  # of arrays that are drawn
    update: Update | None = None  # the step of descent that items new(w) are about


class Homework(NamedTuple):
    """The problems, in the order of the file, by their ids; `late` is what each day late costs in points."""

    title: str
    problems: dict[str, Problem]
    late: float | None = None


def load(source: Source) -> Homework:
    """Return the homework that a file holds. Raises `InputError` that names the key and, where possible, its line."""
    root = read_toml(source)
    _only(root, "")
    defaults = root.table("defaults") or TomlTable(source, {}, "defaults")
    _only(defaults, "[defaults]")
    usual = _terms(defaults, Terms())
    title = root.text("title", "Homework")
    problems: dict[str, Problem] = {}
    for number, table in enumerate(root.tables("problem"), 1):
        problem = _problem(table, f"p{number}", usual)
        if problem.id in problems:
            raise table.error("id", f"there are two problems {problem.id}")
        problems[problem.id] = problem
    if not problems:
        raise InputError(
            "there is no problem", source=source, kind="homework", hint="add [[problem]] with program and at"
        )
    return Homework(title, problems, root.number("late", None, 0, MAX_POINTS))


def _only(table: TomlTable, kind: str) -> None:
    """Raise for a key that tables of this kind do not have."""
    table.only(KEYS[kind], HOMES)


def _problem(table: TomlTable, name: str, usual: Terms) -> Problem:
    _only(table, "[[problem]]")
    id = table.text("id", name)
    if not PROBLEM_ID.fullmatch(id):
        raise table.error("id", "an id is made of letters, digits, _ and -")
    program = table.text("program")
    bindings, choices = _point(table)
    terms = _terms(table, usual)
    if choices and terms.seed is None:
        raise table.error("at", "a choice of numbers needs a seed", hint=_no_seed(choices))
    items = _items(table)
    points = table.number("points", None, LEAST_POINTS, MAX_POINTS)
    accept = tuple(_alternative(row) for row in table.tables("accept"))
    mistakes = tuple(_known_mistake(row) for row in table.tables("mistake"))
    fixed = _names(table, "fixed")
    told = Told(*(table.text(key, "") if table.value(key, None) is not None else "" for key in TOLD))
    return Problem(
        id, Source(f"the program of {id}", program), bindings, choices, terms.seed, items, _weights(table), points,
        accept, mistakes, terms.policy, terms.reveal, table, fixed, terms.by_concept, told, terms.due, terms.attempts,
        terms.penalty, terms.vary_version, _shapes(table, {**bindings, **choices}), terms.update,
    )  # fmt: skip


def _no_seed(choices: Mapping[str, tuple[str, ...]]) -> str:
    """Return what to do about lists of numbers without a seed: they were meant as choices, or as arrays."""
    name, numbers = next(iter(choices.items()))
    array = clip(f"[{', '.join(numbers)}]", 40)
    return f'add vary = 2026, or any other number; an array is a text: {clip_name(name)} = "{array}"'


def _terms(table: TomlTable, usual: Terms) -> Terms:
    """Return the terms with what a table changes."""
    policy, reveal = _policy(table, usual.policy, usual.reveal)
    return Terms(
        policy, reveal, _seed(table, usual.seed), _by_concept(table, usual.by_concept), _due(table, usual.due),
        int(table.number("attempts", usual.attempts, 1, 1000, whole=True)),
        float(table.number("penalty", usual.penalty, 0, 1)),
        int(table.number("vary_version", usual.vary_version, FIRST, LATEST, whole=True)),
        step_in(table, usual.update),
    )  # fmt: skip


def _by_concept(table: TomlTable, default: bool) -> bool:
    """Return whether items count by concept. Raises `InputError` for another word."""
    found = table.value("weights", None)
    if found is None:
        return default
    if isinstance(found, dict) and table.path != "defaults":
        return False
    if not isinstance(found, str) or found not in WEIGHTS:
        hint = 'in a problem, weights = { "df/dx" = 2 } says how much an item counts'
        raise table.error("weights", f"one of {', '.join(WEIGHTS)} is expected, or a table of items", hint)
    return found == "concept"


def _weights(table: TomlTable) -> dict[str, float]:
    """Return the weights of the items that a table names."""
    if not isinstance(table.value("weights", None), dict):
        return {}
    return {item: table.number_of("weights", item, x, 0, MAX_POINTS) for item, x in table.mapping("weights").items()}


def _due(table: TomlTable, default: date | datetime | None) -> date | datetime | None:
    """Return when the work is due: a date or a time of TOML, or a text with one."""
    found = table.value("due", default)
    if isinstance(found, str):
        with suppress(ValueError):
            found = (
                datetime.fromisoformat(found.strip()) if len(found.strip()) > 10 else date.fromisoformat(found.strip())
            )
    if found is not None and not isinstance(found, date):
        raise table.error("due", "a date is expected, such as 2026-12-01 (year-month-day)", DATES)
    return found


def _point(table: TomlTable) -> tuple[dict[str, Source], dict[str, tuple[str, ...]]]:
    """Return the numbers that are fixed, and those of which every student gets one."""
    fixed: dict[str, Source] = {}
    choices: dict[str, tuple[str, ...]] = {}
    for key, value in table.mapping("at").items():
        name = as_name(key)
        if name is None:
            what = f"{visible(key)[:60] or 'this'} is not a name"
            raise table.error("at", what, "an input of the program is expected", key, names=True)
        if name in fixed or name in choices:
            raise table.error("at", f"{clip_name(name)} is bound twice", None, key, names=True)
        if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
            fixed[name] = Source(name, _rows(table, name, value, key))
        elif isinstance(value, list):
            choices[name] = tuple(_value(table, name, one, key, k) for k, one in enumerate(value))
            if not value:
                raise table.error("at", f"{clip_name(name)} has no number to choose", None, key)
        else:
            fixed[name] = Source(name, _value(table, name, value, key))
    return fixed, choices


def _value(table: TomlTable, name: str, found: Any, *below: str | int) -> str:
    """Return the text of an input's number, which stands `below` at."""
    text = table.numeral("at", name, found, *below)
    try:
        if plus_minus(text):
            hint = "give every input a plain number, such as 2.5"
            raise InputError("a worksheet cannot have uncertain values", hint=hint)
        if not looks_like_array(text):
            check_value(Source(name, text))
    except GradcliError as error:
        raise table.about(error, "at", *below) from None
    return text


def _rows(table: TomlTable, name: str, found: Any, *below: str | int) -> str:
    """Return the text of an array that is written as lists in lists."""
    if isinstance(found, list):
        return f"[{', '.join(_rows(table, name, part, *below, k) for k, part in enumerate(found))}]"
    return table.numeral("at", name, found, *below)


def _shapes(table: TomlTable, given: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays that are drawn for every student: "3x2", "4", or a whole number."""
    found: dict[str, tuple[int, ...]] = {}
    for key, value in table.mapping("shapes").items():
        name = as_name(key)
        if name is None or name in given:
            what = "has a value under at" if name else "is not a name"
            raise table.error("shapes", f"{visible(key)[:60] or 'this'} {what}", None, key, names=True)
        if isinstance(value, bool) or not isinstance(value, (int, str)) or not SHAPE.fullmatch(str(value)):
            raise table.error("shapes", f'{clip_name(name)}: a shape is expected, such as "3x2" or 4', None, key)
        found[name] = tuple(map(int, re.findall(r"\d+", str(value))))
        if not 1 <= math.prod(found[name]) <= MOST_DRAWN:
            raise table.error("shapes", f"{clip_name(name)}: 1 to {MOST_DRAWN:,} numbers are drawn", None, key)
    return found


def _names(table: TomlTable, key: str) -> tuple[str, ...]:
    """Return the names that a key lists."""
    found = table.value(key, [])
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise table.error(key, 'a list of names is expected, such as ["y"]')
    return tuple(found)


def _items(table: TomlTable) -> str | tuple[str, ...]:
    found = table.value("items", "all")
    if isinstance(found, str):
        if found not in PARTS:
            raise table.error("items", f"a list of items is expected, or one of {', '.join(PARTS)}")
        return found
    if not isinstance(found, list) or not found or not all(isinstance(item, str) for item in found):
        raise table.error("items", 'a list of items is expected, such as ["q", "df/dx"]')
    return tuple(found)


def _alternative(table: TomlTable) -> Alternative:
    _only(table, "[[problem.accept]]")
    item = table.text("item")
    claims = table.value("claims", None)
    claims = claims if isinstance(claims, list) else [claims]
    if not claims:
        raise table.error("claims", "a claim is expected")
    found = tuple(Source(f"accept {item}", table.numeral("claims", item, claim, k)) for k, claim in enumerate(claims))
    return Alternative(item, found, table)


def _known_mistake(table: TomlTable) -> KnownMistake:
    _only(table, "[[problem.mistake]]")
    item = table.text("item")
    gives = Source(f"mistake at {item}", table.numeral("gives", item, table.value("gives", None)))
    return KnownMistake(item, gives, table.text("message"), table.number("credit", 0.0, 0, 1), table)


def _policy(table: TomlTable, policy: MarkingPolicy, reveal: str) -> tuple[MarkingPolicy, str]:
    """Return the marking policy with what a table changes, and what is revealed."""
    rtol, sigfigs = table.number("rtol", None, 0, 1), table.number("sigfigs", None, 1, 15, whole=True)
    decimals = table.number("decimals", None, 0, 15, whole=True)
    if rtol is None and sigfigs is None and decimals is None:  # each of them here is instead of any in the defaults
        rtol, sigfigs, decimals = policy.rtol, policy.sigfigs, policy.decimals
    numeric = table.value("numeric", None)
    changed = policy._replace(
        rtol=rtol,
        decimals=None if decimals is None else int(decimals),
        numeric=policy.numeric if numeric is None else NUMBERS_ONLY[table.flag("numeric", True)],
        atol=table.number("atol", policy.atol, 0, 1e300),
        sigfigs=None if sigfigs is None else int(sigfigs),
        follow_through=table.number("follow_through", policy.follow_through, 0, 1),
        imprecise=float(table.number("imprecise", policy.imprecise, 0, 1)),
        random_seed=int(table.number("seed", policy.random_seed, 0, 2**53, whole=True)),
        diagnose=table.flag("diagnose", policy.diagnose),
    )
    try:
        changed.checked()
    except InputError as error:
        raise table.error("rtol" if decimals is None else "decimals", error.message) from None
    shown = table.text("reveal", reveal)
    if shown not in REVEAL:
        raise table.error("reveal", f"one of {', '.join(REVEAL)} is expected")
    return changed, shown


def _seed(table: TomlTable, default: str | None) -> str | None:
    """Return the seed of the students' own numbers: a whole number or a text; false for none."""
    found = table.value("vary", default)
    if found is False or found is None:
        return None
    if isinstance(found, (bool, Written)) or not isinstance(found, (int, str)) or not str(found).strip():
        raise table.error("vary", "a whole number or a text is expected")
    return str(found)


def fixed_problem(
    source: Source,
    bindings: Mapping[str, Source],
    id: str = "p1",
    seed: str | None = None,
    fixed: tuple[str, ...] = (),
    update: Update | None = None,
) -> Problem:
    """Return the problem that a program and bindings of the command line make."""
    return Problem(id, source, dict(bindings), {}, seed, "all", {}, None, (), (), MarkingPolicy(), "none",
                   fixed=fixed, update=update)  # fmt: skip
