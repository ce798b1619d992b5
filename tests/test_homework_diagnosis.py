"""Diagnosis: how often it is right about simulated students, how often it is fooled by chance, and what it says."""

from __future__ import annotations

import math
import random
from collections import Counter
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import MathError
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import UPSTREAM, VALUE, Item, item_of
from gradcli.homework.diagnosis.diagnoses import Diagnosis
from gradcli.homework.diagnosis.hidden_numbers import Evidence
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.suspects import Case, Suspects
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import MarkingPolicy, mark
from gradcli.record.calls import differentiate

from .problems import PROBLEMS
from .students import Slip, evidence, near, sheet, slips, written


@cache
def suspects(name: str) -> Suspects:
    return Suspects(differentiate(*PROBLEMS[name]))


@cache
def slips_of(name: str) -> list[Slip]:
    return slips(suspects(name).predictions.program)


def elsewhere(name: str, draw: random.Random) -> Suspects | None:
    """Return a standard problem at a random point, None where it has no answer."""
    program, point = PROBLEMS[name]
    numbers = {name: round(draw.uniform(-3, 3), 1) or 0.5 for name in point}
    try:
        return Suspects(differentiate(program, numbers))
    except MathError:
        return None


def claims(case: Suspects, **texts: str) -> list[Evidence]:
    """Return a sheet of numbers as they are written, right if they are within 1 %; `d_q` is df/dq, `q_x` local(q,x)."""
    found = []
    for name, text in texts.items():
        first, _, second = name.partition("_")
        item = item_of(
            case.record, name if not second else f"d{second}" if first == "d" else f"local({first},{second})"
        )
        resolution = 0.5 * 10.0 ** -len(text.partition(".")[2]) if "." in text else 0.0
        found.append(Evidence(item, float(text), resolution, near(float(text), case.truths[item])))
    return found


# ---- rates


@pytest.mark.parametrize("figures", [3, 4])
@pytest.mark.parametrize("follows", [True, False], ids=["steps marked", "numbers marked"])
def test_a_mistake_is_located_and_named(figures: int, follows: bool) -> None:
    """One mistake of the catalogue on a full sheet worked out by hand: at the right node 98 in 100, named 95 in 100."""
    draw = random.Random(f"{figures} {follows}")
    count: Counter[str] = Counter()
    for name in PROBLEMS:
        for case in (suspects(name), elsewhere(name, draw)):
            if case is None:
                continue
            program = case.predictions.program
            known = slips_of(name) if case is suspects(name) else slips(program)
            for slip in draw.sample(known, 30):
                made = sheet(program, figures, slip, carries=not slip.mistake.slip or draw.random() < 0.5)
                if made is not None and not follows:
                    made = [claim._replace(right=near(claim.value, program.right.of(claim.item))) for claim in made]
                if made is None or all(claim.right for claim in made):
                    continue
                told = [found for found in case.diagnose(made) if slip.item in found.explains]
                count["sheets"] += 1
                count["located"] += bool(told) and all(found.site == (slip.item.node,) for found in told)
                ids = [{found.mistake, *found.also} for found in told]
                count["named"] += any(slip.mistake.id in names for names in ids)
                count["alone"] += len(ids) == 1 and slip.mistake.id in ids[0]
    assert count["sheets"] > 400
    assert count["located"] >= 0.98 * count["sheets"], count
    assert count["named"] >= 0.95 * count["sheets"], count
    assert count["alone"] >= 0.85 * count["sheets"], count


class Random:
    """What stands for a mistake of no kind: a random number of about the right size."""

    id = "random"
    slip = False

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def number(self, truth: float) -> float:
        while True:
            x = self.draw.choice((1, -1)) * (abs(truth) or 1.0) * 10 ** self.draw.uniform(-1, 1)
            if not abs(x - truth) <= 0.02 * abs(truth):
                return x

    def results(self, step: Any) -> list[tuple[str, float]]:
        return [("", self.number(step.right))]


KINDS = {
    "one of a sheet": 1200,
    "one worked on with": 800,
    "alone": 800,
    "one of the gradients": 800,
    "all gradients": 300,
}


@pytest.mark.parametrize("what", KINDS)
def test_random_numbers_are_not_explained(what: str) -> None:
    """A random wrong number of four figures gets a diagnosis at most once in a hundred times."""
    draw = random.Random(what)
    chance = Random(draw)
    numbers = explained = 0
    for _ in range(KINDS[what]):
        case = suspects(draw.choice(list(PROBLEMS)))
        program = case.predictions.program
        made = sheet(program, 4)
        assert made is not None
        assert all(claim.right for claim in made)
        if "gradients" in what:
            made = [c for c in made if c.item.kind == UPSTREAM and not program.graph.nodes[c.item.node].arguments]
        chosen = range(len(made)) if what == "all gradients" else [draw.randrange(len(made))]
        if what == "one worked on with":
            slip: Any = Slip(chance, made[chosen[0]].item, "")  # type: ignore[arg-type]
            made = sheet(program, 4, slip) or []
        else:
            for k in chosen:
                x, resolution = written(chance.number(made[k].value), 4)
                made[k] = made[k]._replace(value=x, resolution=resolution, right=False)
            if what == "alone":
                made = [made[chosen[0]]]
        numbers += len(chosen)
        explained += len({item for found in case.diagnose(made) for item in found.explains})
    assert explained <= numbers / 100, f"{explained} of {numbers}"


def test_two_mistakes_are_told_apart() -> None:
    """Two mistakes on one sheet, the second made from the numbers of the first: each is named where it was made."""
    draw = random.Random(2)
    both = tried = 0
    while tried < 150:
        name = draw.choice(list(PROBLEMS))
        program = suspects(name).predictions.program
        first, second = draw.sample(slips_of(name), 2)
        if first.item.node == second.item.node:
            continue
        made = sheet(program, 4, first, also=second)
        if made is None or sum(not claim.right for claim in made) != 2:
            continue
        tried += 1
        found = suspects(name).diagnose(made)
        both += all(
            any(slip.mistake.id in (f.mistake, *f.also) and slip.item in f.explains for f in found)
            for slip in (first, second)
        )
    assert both >= 0.9 * tried, f"{both} of {tried}"


# ---- what is said


def test_a_right_sheet_needs_no_diagnosis() -> None:
    for name in PROBLEMS:
        made = evidence(suspects(name).predictions.program, {}, 6)
        assert suspects(name).diagnose(made) == []
    assert suspects("first").diagnose([]) == []


def test_students_who_write_the_same_share_a_diagnosis() -> None:
    shared = suspects("quotient")
    found = [sheet(shared.predictions.program, 4, slip) for slip in slips_of("quotient")[::7]]
    sheets = [claims for claims in found if claims is not None and not all(claim.right for claim in claims)]
    assert len(sheets) > 3
    for claims in sheets:
        assert shared.diagnose(claims) is shared.diagnose(list(claims))
        assert shared.diagnose(claims) == Suspects(shared.record).diagnose(claims)


def test_a_textbook_example() -> None:
    """Small integers agree with too much, so nothing is certain. The gradient of z is the value of q: one thing."""
    case = suspects("first")
    made = claims(case, q="3", d_z="3", d_q="3", d_x="-4")
    (found,) = case.diagnose(made)
    assert found.message == "could be the value instead of the gradient at df/dq"
    assert "other-variable" in found.also
    alone = case.diagnose(claims(case, d_x="3"))
    assert "other-variable" in {id for found in alone for id in (found.mistake, *found.also)}
    assert all(found.message.startswith("could be ") for found in alone)


def test_what_is_consistent() -> None:
    case = suspects("loss")
    program = case.predictions.program
    lost = next(p for p in case.predictions.single() if p.mistake.id == "power-no-coefficient")
    made = evidence(program, lost.sheet, 4)
    found = case.diagnose(made)
    rule = "in e**2 the local gradient for e is the exponent times the power lowered by one, 2*e"
    assert found[0] == Diagnosis(
        "power-no-coefficient",
        "consistent with",
        "the exponent not brought down",
        "at local(v2,e) (v2 = e**2)",
        lost.nodes,
        tuple(item for item in program.items if item in lost.sheet),
        ("power-lowered-first",),
        tuple(rule for item in program.items if item in lost.sheet),
    )


def test_a_mistake_at_several_places_has_the_rule_for_each_claim() -> None:
    """f = (x + y)*z at x=-2 y=5 z=-4: the factors themselves make dq = 3, dz = -4, and dx = 3 from dq."""
    record = differentiate("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    for claims in ({"q": 3, "z": -4}, {"z": -4, "q": 3}, {"x": 3, "z": -4}, {"z": -4, "x": 3}):
        nodes = {name: record.graph.by_label[name] for name in claims}
        sheet = [Evidence(Item(UPSTREAM, nodes[name]), float(x), 0.0, False) for name, x in claims.items()]
        (found,) = Suspects(record).diagnose(sheet)
        assert (found.mistake, found.where) == ("own-operand", "at f")
        for name, item in ((name, Item(UPSTREAM, i)) for name, i in nodes.items()):
            own, other = ("z", "q") if name == "z" else ("q", "z")
            assert found.told_of(item).rule == f"in f = q*z the local gradient for {own} is the other factor, {other}"


def test_a_contradicted_mistake_is_a_weak_explanation() -> None:
    """The own factor at local(f,q) would have spoilt df/dq and df/dx, which are right; a slip of the pen would not."""
    case = suspects("fork")
    right = dict(case.truths)
    own = next(p for p in case.predictions.single() if p.mistake.id == "own-operand" and len(p.made) == 1)
    made = [Evidence(item, own.made.get(item, x), 0.0, item not in own.made) for item, x in right.items()]
    assert [(found.mistake, found.hedge) for found in case.diagnose(made)] == [("own-operand", "could be")]
    (item,) = own.made
    made = [Evidence(i, -x if i == item else x, 0.0, i != item) for i, x in right.items()]
    assert [found.mistake for found in case.diagnose(made)] == ["sign-local"]


def test_a_mistake_made_everywhere() -> None:
    """Two wrong numbers that one habit explains are explained by the habit, if no single place explains them both."""
    case = suspects("entropy")
    habit = next(iter(case.predictions.spread(MISTAKES["log-base"])))
    made = evidence(case.predictions.program, habit.sheet, 4)
    found = case.diagnose(made)
    assert [(f.mistake, f.site) for f in found] == [("log-base", habit.nodes)]
    assert found[0].message.endswith("at log(p) and log(1 - p)")


@pytest.mark.parametrize("mistake", ["sign", "factor-two", "updated-weight", "reciprocal"])
def test_a_habit_that_a_right_number_denies_is_none(mistake: str) -> None:
    """Of gradients that are all wrong in one way it is said once; if one is right, the others are told one by one."""
    case = suspects("first")
    habit = next(p for p in case.predictions.spread(MISTAKES[mistake]) if not p.nodes)
    for wrong in [set(habit.made), *combinations(habit.made, 2)]:
        made = [Evidence(i, habit.made[i] if i in wrong else x, 0.0, i not in wrong) for i, x in case.truths.items()]
        found = {(one.mistake, one.site) for one in case.diagnose(made)}
        assert ((mistake, ()) in found) is (len(wrong) == len(habit.made)), wrong
        assert found or MISTAKES[mistake].vague  # of which one or two small whole numbers are no sign


def test_a_mistake_at_every_gate_of_a_kind() -> None:
    """Once at all places, and once at those of each operation that has several; of one operation these are the same."""
    for program, expected in (
        ("f = sin(x)*sin(y)*cos(x)*cos(y)*tanh(x)", [("sin", "sin", "cos", "cos", "tanh"), ("sin",) * 2, ("cos",) * 2]),
        ("f = sin(x) + sin(y) + sin(x + y)", [("sin",) * 3]),
    ):
        predictions = Suspects(differentiate(program, {"x": 0.3, "y": 0.7})).predictions
        nodes = predictions.program.nodes
        sheets = predictions.spread(MISTAKES["not-differentiated"])
        named = [
            tuple(nodes[i].operation.name for i in one.nodes if nodes[i].operation.name != "mul") for one in sheets
        ]
        assert [names for names in named if names] == expected


def test_precision_as_written() -> None:
    """A number is compared as far as it was written: 0.38 says less than 0.3750, and 0.3712 is not it."""
    case = Suspects(differentiate("f = x**3*y", {"x": 0.5, "y": 3.0}))
    for text, named in (("0.1250", True), ("0.125", True), ("0.1263", False), ("0.13", False)):
        made = claims(case, v1="0.125", f="0.375", d_v1="3", v1_x=text)
        made[-1] = made[-1]._replace(right=False)
        assert ("power-itself" in {found.mistake for found in case.diagnose(made)}) == named, text


def test_a_rounded_integer() -> None:
    """2370 may be 2365 to three figures."""
    case = Suspects(differentiate("f = x*y", {"x": 2365.0, "y": 3.7}))
    made = claims(case, f="8750", f_x="2370")
    assert "own-operand" in {found.mistake for found in case.diagnose(made)}


def test_large_programs_are_compared_step_by_step() -> None:
    terms = " + ".join(f"sin({k}*x)" for k in range(1, 250))
    case = Suspects(differentiate(f"a = x**2; f = a*({terms})", {"x": 0.7}))
    made = claims(case, a="0.49", a_x="0.7")
    assert "power-no-coefficient" in {found.mistake for found in case.diagnose(made)}


@given(st.data())
def test_no_sheet_is_too_strange(data: st.DataObject) -> None:
    case = suspects(data.draw(st.sampled_from(sorted(PROBLEMS))))
    items = data.draw(st.lists(st.sampled_from(case.predictions.program.items), min_size=1, max_size=8, unique=True))
    strange = st.floats() | st.sampled_from([0.0, -0.0, 1.0, 1e308, -1e308, 5e-324, math.inf, math.nan])
    made = [
        Evidence(item, data.draw(strange), data.draw(st.sampled_from([0.0, 0.5, 5e-3])), data.draw(st.booleans()))
        for item in items
    ]
    made.append(Evidence(Item(VALUE, 10_000), 1.0, 0.0, False))
    for found in case.diagnose(made):
        assert found.explains
        assert set(found.explains) <= {claim.item for claim in made if not claim.right}
        assert found.message.startswith(("consistent with ", "could be "))


def test_a_copied_number_comes_before_a_factor_two() -> None:
    """With z twice q, a copied q is half of the right gradient as well: copying is the commoner mistake."""
    for program, q in (("q = x + y; f = q*z", "q"), ("(x+y)*z", "v1")):
        for x, y in ((2, 3), (1, 3), (2, 4), (1, 2)):
            record = differentiate(program, {"x": x, "y": y, "z": 2 * (x + y)})
            for extra in ([], [Claim(f"local(f,{q})", str(2 * (x + y)))]):
                claims = [*extra, Claim(f"df/d{q}", str(x + y))]
                told = [d.mistake for d in mark(AnswerKey(record), claims, MarkingPolicy()).marks[-1].diagnoses]
                assert told[0] in ("own-operand", "own-factor", "value-for-gradient")
                assert told.index("factor-two") == len(told) - 1 if "factor-two" in told else told


def test_a_mistake_on_all_paths_is_told_in_plain_words() -> None:
    record = differentiate("b = a*3; c = a**2; f = b*c", {"a": 1.7})
    told = [
        d.message for m in mark(AnswerKey(record), [Claim("df/da", "6.4")], MarkingPolicy()).marks for d in m.diagnoses
    ]
    assert told == ["could be the upstream gradients left out on all paths at df/da"]


@pytest.mark.parametrize(("f", "follows"), [
    (-28.0, True), (-27.72, True), (-28.28, True), (-27.71, False), (-28.29, False), (28.0, False),
])  # fmt: skip
def test_a_right_step_from_a_wrong_number_is_no_mistake_of_its_own(f: float, follows: bool) -> None:
    """With q = 7 the product is -28; what is within 1 % of that follows, at the edge too."""
    record = differentiate("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    q, f_node = (record.graph.by_label[name] for name in "qf")
    sheet = [Evidence(Item(VALUE, q), 7.0, 0.05, False), Evidence(Item(VALUE, f_node), f, 0.005, False)]
    wrong = {claim.item.node for claim in Case(Suspects(record), sheet).wrong}
    assert wrong == ({q} if follows else {q, f_node})


@pytest.mark.parametrize(("claim", "told"), [("df/dz=6", False), ("df/dz=-9", False), ("df/dz=60", True)])
def test_a_small_whole_number_is_no_sign_of_a_factor_two_or_of_a_step(claim: str, told: bool) -> None:
    """In q = x + y; f = q*z with z = -6, df/dz is q: 6 is twice 3, -9 is z - 3, and 60 is twice 30."""
    y = 32 if told else 5
    record = differentiate("q = x + y; f = q*z", {"x": -2.0, "y": y, "z": -6.0})
    name, text = claim.split("=")
    (only,) = mark(AnswerKey(record), [Claim(name, text)], MarkingPolicy()).marks
    assert ({"factor-two", "updated-weight"} & {d.mistake for d in only.diagnoses} != set()) is told
