"""How suspects are ranked, which explanations are the same thing, which are told, and how sure a diagnosis is."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Formula, read_claim
from gradcli.homework.claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.alternatives import Alternatives, Suspect, plausible
from gradcli.homework.diagnosis.diagnoses import Diagnosis
from gradcli.homework.diagnosis.hidden_numbers import Evidence
from gradcli.homework.diagnosis.predictions import Predictions
from gradcli.homework.diagnosis.replaced_numbers import ByHand, ReworkedProgram
from gradcli.homework.diagnosis.suspects import CONSISTENT, COULD_BE, MOST_SHEETS, Case, Suspects
from gradcli.homework.diagnosis.teaching import rule_of
from gradcli.homework.diagnosis.wrong_rules import Mistake, row
from gradcli.homework.marking import formulas_elsewhere
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of

Q, R, S = Item(VALUE, 1), Item(LOCAL, 2, 0), Item(UPSTREAM, 1)


def record(program: str, **point: float) -> Gradient:
    given = {name: Source(name, repr(x)) for name, x in point.items()}
    return evaluate(Source("program", program), given, Request())


def mistake(id: str = "m", kind: str = LOCAL, where: str = "mul", common: int = 2, **more: Any) -> Mistake:
    return row(id, id, id, kind, where, lambda working: (), common, **more)


def suspect(
    made: tuple[Item, ...] = (R,), *, of: Mistake | None = None, order: int = 0, places: int = 1, exact: Any = (),
    close: Any = (), support: Any = (), nodes: tuple[int, ...] = (2,),
) -> Suspect:  # fmt: skip
    own = of or mistake()
    found = Suspect(own, (own.id, "", made), "", nodes, places, order)
    found.exact.update(exact)
    found.close.update(close)
    found.support.update(support)
    return found


@pytest.mark.parametrize(("exact", "close", "support", "holds"), [
    ([Q], [], [], True), ([], [Q], [], False), ([], [Q, R], [], True), ([], [Q], [R], True), ([], [], [Q], False),
    ([], [], [],
     False), ([], [], [Q, R], True),
])  # fmt: skip
def test_one_number_to_the_last_place_or_two_up_to_rounding(exact: Any, close: Any, support: Any, holds: bool) -> None:
    assert suspect(exact=exact, close=close, support=support).holds is holds


def test_the_weight_and_rank_of_a_suspect() -> None:
    """What explains most comes first, then what was made at few places, what is common, what was found first."""
    most = suspect(exact=[Q, R], support=[S], order=9)
    two = suspect(exact=[Q, R], order=8)
    wide = suspect(exact=[Q, R], places=2)
    rare = suspect(exact=[R], of=mistake(common=3), order=1)
    plain = suspect(exact=[R], order=2)
    early = suspect(exact=[R], order=1)
    unseen_slip = suspect(exact=[Q], of=mistake(common=1, slip=True))
    assert (most.weight, two.weight, wide.weight) == ((3, -1), (2, -1), (2, -2))
    ranked = sorted([unseen_slip, plain, rare, wide, two, early, most], key=lambda s: s.rank)
    assert ranked == [most, two, wide, early, plain, rare, unseen_slip]
    assert suspect(exact=[Q]).is_unseen
    assert not suspect(exact=[Q, R]).is_unseen


@pytest.mark.parametrize(("slip", "seen", "late"), [
    (False, True, 2), (False, False, 2), (True, True, 2), (True, False, 5),
])  # fmt: skip
def test_a_slip_at_a_number_that_the_sheet_lacks_is_ranked_behind(slip: bool, seen: bool, late: int) -> None:
    assert suspect(exact=[R if seen else Q], of=mistake(slip=slip), order=4).rank == (-1, 1, late, 4)


@pytest.mark.parametrize(("common", "slip", "seen", "nearest", "far"), [
    (3, True, True, 1, True), (2, True, True, 1, False), (3, True, True, 2, False), (3, False, True, 1, False),
    (3, False, False, 1, True), (3, False, False, 2, False),
])  # fmt: skip
def test_rare_slips_beside_common_mistakes_are_not_told(
    common: int, slip: bool, seen: bool, nearest: int, far: bool
) -> None:
    found = suspect(exact=[R if seen else Q], of=mistake(common=common, slip=slip))
    assert found.is_far_from(nearest) is far


def test_which_of_those_that_say_the_same_says_it_best() -> None:
    """A number that was given comes last; before it what shows no value, slips, what is rare and unseen, and what is
    about anything.
    """
    given = suspect((Q,), of=mistake(kind=VALUE, where="input", common=1), exact=[Q], order=0)
    slip = suspect(of=mistake(slip=True, common=1), exact=[R], order=1)
    blind = suspect(of=mistake(slopes=lambda w, t: {}, common=1), exact=[R], order=2)
    rare = suspect(of=mistake(common=3), exact=[Q], order=3)
    vague = suspect(of=mistake(where="", common=1), exact=[R], order=4)
    unseen = suspect(of=mistake(common=1), exact=[Q], order=5)
    second = suspect(of=mistake(common=2), exact=[R], order=6)
    first = suspect(of=mistake(common=1), exact=[R], order=8)
    later = suspect(of=mistake(common=1), exact=[R], order=9)
    seen = suspect(of=mistake(slopes=lambda w, t: {}, common=2), exact=[R, Q], order=7)
    everything = [given, slip, blind, rare, vague, unseen, second, later, first, seen]
    assert sorted(everything, key=lambda s: s.plainness) == [
        first, later, second, seen, unseen, vague, rare, slip, blind, given]  # fmt: skip


def test_slips_in_unseen_numbers_are_told_only_if_there_is_nothing_else() -> None:
    slip, seen = suspect(of=mistake(slip=True), exact=[Q]), suspect(of=mistake(slip=True), exact=[R])
    other = suspect(exact=[Q])
    assert plausible([slip, other, seen]) == [other, seen]
    assert plausible([slip]) == [slip]


# ---- what is the same thing

PRODUCT = record("q = x*y; f = q*z", x=2.5, y=3.5, z=4.5)


def at(id: str, item: str) -> tuple[Alternatives, Suspect]:
    predictions = Predictions(ReworkedProgram(PRODUCT))
    found = next(p for p in predictions.single() if p.mistake.id == id and ITEMS[item] in p.made)
    own = Suspect(found.mistake, found.key, found.tag, found.nodes, 1, 0)
    own.exact.update(found.sheet)
    return Alternatives(predictions), own


LABEL = PRODUCT.graph.by_label
ITEMS = {"f/q": Item(LOCAL, LABEL["f"], 0), "dq": Item(UPSTREAM, LABEL["q"]), "q": Item(VALUE, LABEL["q"]),
         "q/x": Item(LOCAL, LABEL["q"], 0), "dx": Item(UPSTREAM, LABEL["x"])}  # fmt: skip


def test_mistakes_that_give_the_same_numbers_everywhere_are_one() -> None:
    """A wrong sign of local(f,q) is one of df/dq for a sheet of gradients; twice the number is something else."""
    alternatives, local = at("sign-local", "f/q")
    _, sign = at("sign", "dq")
    _, two = at("factor-two", "dq")
    _, own = at("own-operand", "f/q")
    gradients = {ITEMS["dq"], ITEMS["dx"]}
    for one in (local, sign, two, own):
        one.exact &= gradients
    assert alternatives._are_same(local, sign)
    assert not alternatives._are_same(local, two)
    assert not alternatives._are_same(local, own)
    assert alternatives._are_same(two, two)
    merged = alternatives._merged([local, two, sign])
    assert [{s.mistake.id for s in group} for group in merged] == [{"sign-local", "sign"}, {"factor-two"}]


def test_points_near_the_own_one_stand_for_all() -> None:
    made = record("q = x*y; f = q*z", x=-2.0, y=0.0, z=10.0)
    elsewhere = Alternatives(Predictions(ReworkedProgram(made)))._elsewhere
    points = [predictions.program.point for predictions in elsewhere]
    assert len(points) == 3
    for name, low, high in (("x", -2.8, -1.4), ("y", 0.7, 1.4), ("z", 7.0, 14.0)):
        assert all(low <= point[name] <= high for point in points)
        assert len({point[name] for point in points}) == 3


def test_two_groups_are_told_each_mistake_once() -> None:
    alternatives = Alternatives(Predictions(ReworkedProgram(PRODUCT)))
    alternatives._merged = lambda ties: [[s] for s in ties]  # type: ignore[method-assign]
    a1, a2 = suspect(of=mistake("a"), exact=[R], order=1), suspect(of=mistake("a"), exact=[R], order=2)
    b, c = suspect(of=mistake("b"), exact=[R], order=3), suspect(of=mistake("c"), exact=[R], order=4)
    assert alternatives.told([a2, a1]) == ([[a1], [a2]], 2)
    assert alternatives.told([c, a2, b, a1]) == ([[a1], [b]], 4)
    assert alternatives.told([b]) == ([[b]], 1)
    far = suspect(of=mistake("d", common=3, slip=True), exact=[R], order=0)
    near = suspect(of=mistake("e", common=1), exact=[R], order=5)
    assert alternatives.told([far, near]) == ([[near]], 1)
    assert alternatives.told([far, a1]) == ([[a1], [far]], 2)


# ---- one sheet


def evidence(**numbers: tuple[float, float, bool]) -> list[Evidence]:
    return [Evidence(ITEMS[name.replace("_", "/")], *number) for name, number in numbers.items()]


@pytest.mark.parametrize(("q", "others", "weak"), [
    ((8.751, 0.0005), {}, True), ((8.751, 0.0005), {"dq": (4.5, 0.05, True)}, False),
    ((8.7, 0.5), {"dq": (4.5, 0.05, True)}, True), ((19.0, 0.0), {"dq": (4.5, 0.0, True)}, True),
    ((21.0, 0.0), {"dq": (4.5, 0.0, True)}, False),
])  # fmt: skip
def test_few_small_numbers_agree_by_chance(q: tuple[float, float], others: dict[str, Any], weak: bool) -> None:
    """A single claim does in any case."""
    case = Case(Suspects(PRODUCT), evidence(q=(*q, False), **others))
    assert case._weak(suspect((ITEMS["q"],), exact=[ITEMS["q"]])) is weak


def test_how_sure_a_diagnosis_is() -> None:
    """One that is contradicted later, or one of more than three, could be right."""
    _, found = at("sign-local", "f/q")
    case = Case(Suspects(PRODUCT), evidence(f_q=(-4.5012, 0.00005, False), dx=(3.5123, 0.00005, True)))
    found.exact.clear()
    found.exact.add(ITEMS["f/q"])
    assert [case._diagnosis([found], ties).hedge for ties in (1, 3, 4)] == [CONSISTENT, CONSISTENT, COULD_BE]
    assert case._diagnosis([found], 1).explains == (ITEMS["f/q"],)
    assert case._diagnosis([found], 1).what == "the opposite sign"
    case.alone.add(found.key)
    assert case._diagnosis([found], 1).hedge == COULD_BE
    _, other = at("sign", "dq")
    assert case._diagnosis([found, other, found], 1).also == ("sign",)


def test_three_small_numbers_are_no_chance() -> None:
    claims = evidence(q=(3.0, 0.0, False), dq=(4.0, 0.0, False), dx=(5.0, 0.0, False), q_x=(2.0, 0.0, True))
    case = Case(Suspects(PRODUCT), claims)
    three = suspect(exact=[ITEMS[name] for name in ("q", "dq", "dx")])
    two = suspect(exact=[ITEMS[name] for name in ("q", "dq")])
    mixed = suspect(exact=[ITEMS["q"]], support=[ITEMS["dq"], ITEMS["dx"]])
    assert [case._weak(one) for one in (three, two, mixed)] == [False, True, False]


def test_a_right_claim_denies_a_prediction() -> None:
    """Not one that is near the truth, or near the claim, or within 3 % of it: rounding on the way may do that."""
    (claim,) = evidence(q=(8.8, 0.05, True))  # the truth is 8.75
    case = Case(Suspects(PRODUCT), [claim, *evidence(dq=(9.0, 0.05, False))])
    q = ITEMS["q"]
    assert [case._denies(q, x) for x in (8.75, 8.82, 8.9, 9.05, 9.06, 9.08, -8.75)] == [
        False, False, False, False, False, True, True]  # fmt: skip
    assert not case._denies(ITEMS["dx"], 1e9)  # nobody claims it


@pytest.mark.parametrize(("q", "firm"), [(8.75, True), (8.837, True), (8.838, False), (8.663, True), (8.662, False)])
def test_a_right_claim_that_is_not_near_the_truth_is_carried(q: float, firm: bool) -> None:
    """Within 1 % of 8.75, of the truth and not of the claim; what is right beyond that is a step from wrong numbers."""
    case = Case(Suspects(PRODUCT), evidence(q=(q, 0.0005, True), dx=(1.234, 0.0005, False)))
    assert (ITEMS["q"] in case.firm) is firm
    assert [claim.item for claim in case.carried] == ([] if firm else [ITEMS["q"]])


@pytest.mark.parametrize(
    ("f", "follows"), [(45.0, True), (45.45, True), (45.452, False), (44.55, True), (44.548, False)]
)
def test_a_step_from_own_numbers_follows_within_one_percent(f: float, follows: bool) -> None:
    """With q = 10 the product q*z is 45."""
    item = Item(VALUE, LABEL["f"])
    sheet = [*evidence(q=(10.0, 0.05, False)), Evidence(item, f, 0.0005, False)]
    assert (item not in Case(Suspects(PRODUCT), sheet).amiss) is follows


def test_diagnoses_are_kept_for_sheets_that_are_the_same() -> None:
    suspects = Suspects(PRODUCT)
    for k in range(MOST_SHEETS + 1):
        suspects.diagnose(evidence(q=(100.5 + k, 0.05, False)))
        assert len(suspects._known) == (k + 1 if k < MOST_SHEETS else 1)


def test_a_diagnosis_in_words() -> None:
    found = Diagnosis("m", COULD_BE, "a lost minus", "at q", (1,), (Q,))
    assert (found.at_its_place, found.message) == ("a lost minus at q", "could be a lost minus at q")


# ---- numbers by hand


@pytest.mark.parametrize(("v", "args", "weights"), [
    (3.0, [3.0, 1.0], [1.0, None]), (2.9, [1.0, 3.0], [None, 1.0]), (2.0, [1.0, 3.0], [0.5, 0.5]),
    (3.0, [3.0, 3.0, 1.0], [0.5, 0.5, None]), (0.0, [5.0], [1.0]),
])  # fmt: skip
def test_the_largest_may_be_written_down_rounded(v: float, args: list[float], weights: list[Any]) -> None:
    assert ByHand().tie_weights(v, args) == weights


def test_the_floor_of_an_infinite_number() -> None:
    assert [ByHand().floor(x) for x in (1.5, -1.5, float("inf"))] == [1.0, -2.0, float("inf")]


def test_a_rule_says_what_should_have_been_done() -> None:
    assert rule_of(PRODUCT, ITEMS["f/q"]) == "in f = q*z the local gradient for q is the other factor, z"
    assert rule_of(PRODUCT, ITEMS["dq"])


@pytest.mark.parametrize(("new", "resolution", "is_wrong"), [
    (0.5, 0.05, False), (0.54, 0.05, False), (0.46, 0.05, False), (0.56, 0.05, True), (0.44, 0.05, True),
    (-0.5, 0.05, True), (0.0, 0.05, True), (0.5, 0.0, False), (0.5 + 4e-10, 0.0, False), (0.5 + 6e-10, 0.0, True),
])  # fmt: skip
def test_a_right_step_from_the_own_gradient_is_no_mistake(new: float, resolution: float, is_wrong: bool) -> None:
    """From 3 by half of 5, where the gradient is 6: as far as it is written, or as a calculator is exact."""
    step = update_of("gd", "0.5", ascent=False, option="step")
    own = evaluate(Source("program", "L = x**2"), {"x": Source("x", "3")}, Request(step=step))
    x = own.graph.inputs["x"]
    sheet = [Evidence(Item(UPSTREAM, x), 5.0, 0.0, False), Evidence(Item(STEP, x), new, resolution, False)]
    wrong = [claim.item.kind for claim in Case(Suspects(own), sheet).wrong]
    assert wrong == [UPSTREAM, *([STEP] if is_wrong else [])]


def test_a_mistake_has_to_give_a_formula_at_two_other_points(monkeypatch: pytest.MonkeyPatch) -> None:
    item = Item(UPSTREAM, 0)
    diagnosis = Diagnosis("m", "could be", "a slip", "at dx", (1,), (item,))
    own, other = {(item, "m", (1,))}, {(item, "m", (2,))}
    key, formula = AnswerKey(record("f = x*x", x=2.0)), read_claim("2*x", {"x": 0})
    assert isinstance(formula, Formula)
    for found, left in (([own, own], 1), ([own, other], 0), ([other, own], 0), ([own, own, other], 1), ([own], 1)):
        monkeypatch.setattr(formulas_elsewhere, "_elsewhere", lambda *_, found=found: iter(found))
        told = formulas_elsewhere.explaining_everywhere(key, {item: formula}, {item: (diagnosis,)}, MarkingPolicy())
        assert told == ({item: (diagnosis,)} if left else {})
        assert formulas_elsewhere.explaining_everywhere(key, {}, {item: (diagnosis,)}, MarkingPolicy()) != {}
