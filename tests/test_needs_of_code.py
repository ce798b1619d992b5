"""Where code of a program needs a value: what a lazy reader asks for, at many points; cases in few words."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from itertools import product

import pytest

from gradcli.calculus.graph import Graph
from gradcli.calculus.operations import WHERE
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.systems import FLOAT
from gradcli.reports.code.needs import ALWAYS, NEVER, Case, Need, Needs, implies, needs, simplified

MOST_OUTCOMES = 12

# ---- cases


def case(text: str) -> Case:
    """Return the case that some conditions hold, and those in capitals do not: aB."""
    return frozenset((ord(c.lower()) - ord("a"), c.islower()) for c in text)


def cases(text: str) -> Need:
    """Return cases with a blank between them; - is the one that always is."""
    return frozenset(case(part.strip("-")) for part in text.split())


PLAIN = frozenset(range(4))


@pytest.mark.parametrize(("given", "plain", "fewer"), [
    ("ab", "abcd", "ab"), ("ab aB", "abcd", "a"), ("a A", "abcd", "-"), ("a ab", "abcd", "a"), ("- abc", "abcd", "-"),
    ("a Ab", "abcd", "a b"), ("a Ab", "", "a Ab"), ("ab aBc", "abcd", "ab ac"), ("ab aBc", "", "ab aBc"),
    ("ab aBc", "a", "ab aBc"), ("ab aBc", "ac", "ab ac"), ("ab AB aB", "abcd", "a B"), ("ab AB aB", "", "a B"),
    ("abc abC aBc", "", "ab ac"), ("aA", "abcd", "aA"), ("aA b", "abcd", "b"), ("", "abcd", ""),
    ("ab cd", "abcd", "ab cd"), ("abc abC aBc aBC", "", "a"), ("a b AB", "ab", "-"), ("a b AB", "", "a b AB"),
])  # fmt: skip
def test_cases_in_fewer_words(given: str, plain: str, fewer: str) -> None:
    assert simplified(cases(given), {ord(c) - ord("a") for c in plain}) == cases(fewer)


@pytest.mark.parametrize("seed", range(40))
def test_fewer_words_say_the_same(seed: int) -> None:
    draw = random.Random(seed)
    given = {
        frozenset((c, draw.random() < 0.5) for c in draw.sample(range(4), draw.randint(1, 4)))
        for _ in range(draw.randint(1, 5))
    }
    for plain in (PLAIN, frozenset[int]()):
        found = simplified(given, plain)
        for outcomes in product((False, True), repeat=4):
            assert met(found, dict(enumerate(outcomes))) is met(given, dict(enumerate(outcomes)))
        for one in found:
            assert not any(other < one for other in found)
            for c, holds in one:  # no two differ in one outcome alone
                assert one - {(c, holds)} | {(c, not holds)} not in found


def met(need: Collection[Case], outcomes: Mapping[int, bool]) -> bool:
    return any(all(outcomes[c] is holds for c, holds in case) for case in need)


@pytest.mark.parametrize(("stronger", "weaker", "follows"), [
    ("a", "a", True), ("ab", "a", True), ("a", "ab", False), ("a b", "a", False), ("a b", "a b c", True),
    ("ab cd", "b c", True), ("", "", True), ("", "a", True), ("a", "", False), ("a", "-", True), ("-", "a", False),
    ("aB", "b", False),
])  # fmt: skip
def test_a_need_that_is_met_wherever_another_is(stronger: str, weaker: str, follows: bool) -> None:
    assert implies(cases(stronger), cases(weaker)) is follows


# ---- programs


def graph_of(program: str) -> Graph:
    return parse(Source("program", program))


def told(program: str) -> dict[str, str]:
    """Return where every operation of a program is needed, by its name: cases of conditions such as `x > 0`."""
    graph = graph_of(program)
    found = needs(graph, graph.output)

    def words(c: int) -> str:
        if c < 0:
            return f"told {graph.labels[-1 - c]}"
        sides = [graph.nodes.texts[a] or graph.labels[a] for a in graph.nodes.arguments[c]]
        return f" {graph.nodes.operations[c].symbol} ".join(sides)

    def text(need: Need | None) -> str:
        if need is None:
            return "nowhere"
        each = sorted(" and ".join(("" if holds else "not ") + words(c) for c, holds in sorted(case)) for case in need)
        return " or ".join(part or "always" for part in each)

    return {graph.labels[i]: text(found.of[i]) for i, row in enumerate(graph.nodes.operations)
            if not row.is_leaf and not row.is_condition}  # fmt: skip


@pytest.mark.parametrize(("program", "where"), [
    ("t = log(x); f = t*2", {"t": "always", "f": "always"}),
    ("t = log(x); f = where(x > 0, t, 1)", {"t": "x > 0", "f": "always"}),
    ("t = log(x); f = where(x > 0, 1, t)", {"t": "not x > 0", "f": "always"}),
    ("t = log(x); u = t*2; f = where(x > 0, t, u)", {"t": "always", "u": "not x > 0", "f": "always"}),
    ("t = log(x); u = x/y; f = x*y", {"t": "nowhere", "u": "nowhere", "f": "always"}),
    # a choice within a branch
    ("t = log(x); u = where(y > 0, t, 1); f = where(z > 0, u, 2)",
     {"t": "y > 0 and z > 0", "u": "z > 0", "f": "always"}),
    ("t = log(x); u = where(y > 0, t, 1); f = where(z > 0, 2, u)",
     {"t": "y > 0 and not z > 0", "u": "not z > 0", "f": "always"}),
    # in two choices: either is enough
    ("t = log(x); f = where(y > 0, t, 1) + where(z > 0, t, 1)", {"t": "y > 0 or z > 0"}),
    ("t = log(x); f = where(y > 0, t, 1) + where(z > 0, 1, t)", {"t": "not z > 0 or y > 0"}),
    # the same condition, written twice
    ("t = log(x); f = where(y > 0, t, 1) + where(y > 0, 1, t)", {"t": "always"}),
    ("t = log(x); f = where(y > 0, t, 1) + where(y > 0, t, 2)", {"t": "y > 0"}),
    ("t = log(x); f = where(y > 0, where(y > 0, 1, t), 2)", {"t": "not y > 0 and y > 0"}),
    # a case that another one makes: where z > 0 it is needed anyway
    ("t = log(x); f = where(z > 0, t, where(y > 0, t, 1))", {"t": "y > 0 or z > 0"}),
    # what has a value everywhere is computed where that takes fewer words
    ("t = sin(x); f = where(y > 0, where(z > 0, t, where(w > 0, t, 1)), 1)", {"t": "y > 0"}),
    ("t = sin(x); f = where(y > 0, t, 1) + where(z > 0, t, 1)", {"t": "always"}),
    ("t = exp(x); f = where(y > 0, t, 1) + where(z > 0, t, 1)", {"t": "y > 0 or z > 0"}),  # may overflow
    ("t = log(x); u = sin(t); f = where(y > 0, u, 1) + where(z > 0, u, 1)",
     {"t": "y > 0 or z > 0", "u": "y > 0 or z > 0"}),
    # a condition is asked for wherever it decides, with what it compares
    ("t = log(x); f = where(y > 0, where(t > 1, x, 2*x), 3)", {"t": "y > 0"}),
    ("t = log(x); f = where(t > 1, t, 2)", {"t": "always"}),
    ("t = log(x); f = where(y > 0, where(t > 1, t, 2), 3)", {"t": "y > 0"}),
    # a condition that is told from the node itself says nothing of it, nor does what only that condition asks for
    ("t = log(x); u = where(y > 0, t, 1); f = where(u > 2, t*3, y)", {"t": "always", "u": "always"}),
    ("t = log(x); u = sin(where(y > 0, t, 1)*2); f = where(u > 2, t*3, y)", {"t": "always"}),
    ("t = log(x); u = where(y > 0, t, 1); f = where(z > 0, where(u > 2, t*3, y), 5)", {"t": "z > 0"}),
    ("t = log(x); u = where(y > 0, t, 1); f = where(u > 2, where(z > 1, t, 2), y)", {"t": "always"}),
    ("t = log(x); u = where(y > 0, t, 1); f = where(u > 2, where(z > 1, t, 2), y) + where(z > 1, 1, 2)",
     {"t": "y > 0 or z > 1"}),
    # two that tell of each other are computed everywhere; what is never used is not
    ("t = log(x); n = sqrt(y); m = log(t)"
     "; f = where(p > 0, where(n > 0, t, 2), 3) + where(q > 0, where(t > 1, n, 4), 5)",
     {"t": "always", "n": "always", "m": "nowhere"}),
    # wider only where what tells and what it is computed from are known
    ("t = sin(x); f = where(a > 0, where(d > 0, t, 1), 2) + where(b > 0, where(d > 0, t, 1), 3)",
     {"t": "d > 0 and a > 0 or d > 0 and b > 0"}),
    ("u = log(y); t = x*u; f = where(a > 0, t, 1) + where(b > 0, t, 2)",
     {"t": "a > 0 or b > 0", "u": "a > 0 or b > 0"}),
    ("t = sin(x); f = where(a > 0, t, 2)", {"t": "a > 0"}),
])  # fmt: skip
def test_where_a_value_is_needed(program: str, where: dict[str, str]) -> None:
    found = told(program)
    assert {name: found[name] for name in where} == where


@pytest.mark.parametrize("many", [MOST_OUTCOMES, MOST_OUTCOMES + 1])
def test_beyond_twelve_outcomes_what_tells_has_a_name(many: int) -> None:
    program = "t = log(x); f = " + " + ".join(f"where(a{k} > 0, t, 1)" for k in range(many))
    found = told(program)
    each = sorted(f"a{k} > 0" for k in range(many))
    assert found["t"] == ("told t" if many > MOST_OUTCOMES else " or ".join(each))
    graph = graph_of(program)
    known = needs(graph, graph.output)
    t = graph.named["t"]
    assert [*known.told] == ([-1 - t] if many > MOST_OUTCOMES else [])
    if known.told:
        assert len(known.told[-1 - t]) == many
        assert known.order.index(-1 - t) < known.order.index(t)


def test_the_first_of_conditions_that_compare_the_same() -> None:
    graph = graph_of("f = where(x > y, 1, 2) + where(x > y, 3, 4) + where(y > x, 5, 6) + where(x >= y, 7, 8)")
    conditions = [i for i, row in enumerate(graph.nodes.operations) if row.is_condition]
    a, b, c, d = conditions
    assert needs(graph, graph.output).alike == {a: a, b: a, c: c, d: d}


class Drawn:
    """Random programs of choices; conditions compare inputs, or with `deep` anything."""

    def __init__(self, seed: int, *, deep: bool) -> None:
        self.draw, self.deep = random.Random(seed), deep

    def expression(self, depth: int, names: str) -> str:
        draw = self.draw
        if not depth:
            return draw.choice(names)
        one, other = (self.expression(depth - 1, names) for _ in range(2))
        kind = draw.random()
        if kind < 0.5:
            side = self.expression(depth - 1, names) if self.deep and draw.random() < 0.5 else draw.choice("xyz")
            return f"where({side} > 0, {one}, {other})"
        return f"log(3 + cos({one}))" if kind < 0.75 else f"({one} {draw.choice('+*')} {other})"

    def program(self) -> str:
        return "; ".join([
            f"p = log(2 + {self.expression(2, 'xyz')}**2)", f"q = 1.5*{self.expression(2, 'xyzp')}",
            f"f = {self.expression(4, 'xyzpq')}",
        ])  # fmt: skip


def values(graph: Graph, point: Mapping[str, float]) -> list[float]:
    found: list[float] = []
    for i, (row, arguments) in enumerate(zip(graph.nodes.operations, graph.nodes.arguments, strict=True)):
        if row.is_leaf:
            label = graph.labels[i]
            found.append(point[label] if label in point else float(graph.nodes.texts[i]))
        else:
            found.append(row.value(FLOAT, *(found[a] for a in arguments)))
    return found


def asked(graph: Graph, known: list[float]) -> set[int]:
    """Return what a lazy reader asks for: of a choice its condition, and the branch that is taken."""
    seen: set[int] = set()
    pending = [graph.output]
    while pending:
        i = pending.pop()
        if i not in seen:
            seen.add(i)
            arguments = graph.nodes.arguments[i]
            if graph.nodes.operations[i] is WHERE:
                pending += [arguments[0], arguments[1 if known[arguments[0]] else 2]]
            else:
                pending += arguments
    return seen


def tables(graph: Graph, found: Needs) -> Iterator[tuple[set[int], set[int]]]:
    """Yield what is asked for and where needs are met, for points of all signs."""
    for signs in product((-1.3, 0.7), repeat=3):
        known = values(graph, dict(zip("xyz", signs, strict=True)))
        outcomes = {i: bool(known[i]) for i, row in enumerate(graph.nodes.operations) if row.is_condition}
        outcomes |= {i: met(need, outcomes) for i, need in sorted(found.told.items(), reverse=True)}
        yield asked(graph, known), {i for i, need in enumerate(found.of) if need is not None and met(need, outcomes)}


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("seed", range(15))
def test_a_value_is_computed_where_a_lazy_reader_asks_for_it(seed: int, deep: bool) -> None:
    """What may have no value is computed nowhere else, if conditions are known everywhere."""
    program = Drawn(seed, deep=deep).program()
    graph = graph_of(program)
    found = needs(graph, graph.output)
    place = {i: k for k, i in enumerate(found.order)}
    for i, need in enumerate(found.of):
        assert (need is not None) is (i in place)
        if i in place:
            assert all(place[a] < place[i] for a in graph.nodes.arguments[i])
            if not graph.nodes.operations[i].is_condition:
                assert all(place[c] < place[i] for case in need or NEVER for c, _ in case)
    for wanted, computed in tables(graph, found):
        assert wanted <= computed
        if not deep:
            risky = {i for i, row in enumerate(graph.nodes.operations) if row.name in ("log", "pow")}
            assert computed & risky <= wanted
    assert found.of[graph.output] == ALWAYS
