"""One sheet under diagnosis: which places are open, which sheets are worked out, and where habits are looked for."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.alternatives import Suspect
from gradcli.homework.diagnosis.hidden_numbers import Evidence
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.predictions import Prediction, Predictions
from gradcli.homework.diagnosis.suspects import Case, Suspects
from gradcli.homework.diagnosis.wrong_rules import Mistake, row
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


def record(program: str, request: Request | None = None, **point: float) -> Gradient:
    given = {name: Source(name, repr(x)) for name, x in point.items()}
    return evaluate(Source("program", program), given, request or Request())


# q = 8.75 and f = 39.375; dq = 4.5, dz = 8.75, dx = 15.75, dy = 11.25.
PRODUCT = record("q = x*y; f = q*z", x=2.5, y=3.5, z=4.5)
LABEL = PRODUCT.graph.by_label
Q, F, X, Y, Z = (LABEL[name] for name in "qfxyz")
ITEMS = {"q": Item(VALUE, Q), "f": Item(VALUE, F), "q/x": Item(LOCAL, Q, 0), "q/y": Item(LOCAL, Q, 1),
         "f/q": Item(LOCAL, F, 0), "f/z": Item(LOCAL, F, 1), "df": Item(UPSTREAM, F), "dq": Item(UPSTREAM, Q),
         "dx": Item(UPSTREAM, X), "dy": Item(UPSTREAM, Y), "dz": Item(UPSTREAM, Z)}  # fmt: skip


def case(**numbers: tuple[float, bool]) -> Case:
    suspects = Suspects(PRODUCT)
    sheet = [Evidence(ITEMS[name.replace("_", "/")], x, 0.00005, right) for name, (x, right) in numbers.items()]
    return Case(suspects, sheet)


@pytest.mark.parametrize(("claims", "expected"), [
    ({"dx": (1.2345, False)}, {("value", "q"), ("value", "f"), ("local", "q"), ("local", "f"), ("upstream", "f"),
                               ("upstream", "q"),
                               ("upstream", "x")}),
    ({"dx": (1.2345, False), "dq": (4.5, True)}, {("value", "q"), ("local", "q"), ("upstream", "x")}),
    ({"dx": (1.2345, False), "dq": (4.5, True), "q_x": (3.5, True)}, {("upstream", "x")}),
    ({"dq": (1.2345, False), "dx": (15.75, True)}, {("value", "q"), ("value", "f"), ("local", "f"),
                                                     ("upstream", "f"), ("upstream", "q")}),
    ({"f": (1.2345, False)}, {("value", "q"), ("value", "f")}),
    ({"q": (1.2345, False), "f": (39.375, True)}, {("value", "q")}),
    ({"f": (1.2345, False), "q": (8.75, True)}, {("value", "f")}),
])  # fmt: skip
def test_where_a_mistake_may_have_been_made(claims: Any, expected: set[tuple[str, str]]) -> None:
    """Where something wrong is claimed, or what comes of it first is."""
    one = case(**claims)
    names = {i: name for name, i in LABEL.items()}
    assert {(kind, names[i]) for kind, i in one.predictions.places if one._open((kind, i))} == expected


NET = record("h = tanh(w*x + b); y = v*h + c; e = y - t; L = e**2", w=0.7, x=1.3, b=-0.4, v=1.9, c=0.35, t=2.1)


def sheet(wrong: dict[tuple[str, str], float]) -> list[Evidence]:
    """A sheet with four decimals in which some claims are a factor times the right number; all others are right."""
    truths, labels = Suspects(NET).truths, NET.labels
    found = []
    for item, t in truths.items():
        name = (item.kind, labels[item.node])
        found.append(Evidence(item, round(t * wrong.get(name, 1.0), 4), 0.00005, name not in wrong))
    return found


@pytest.mark.parametrize(("claims", "mistake", "most"), [
    (sheet({(UPSTREAM, "w"): -1}), "sign", 1), (sheet({(VALUE, "e"): -1}), "swapped-difference-value", 2),
    (sheet({(UPSTREAM, "v"): 2}), "factor-two", 2),
])  # fmt: skip
def test_few_sheets_are_worked_out(
    claims: list[Evidence], mistake: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several hundred that the mistakes of the catalogue would make."""
    made: list[Prediction] = []
    right = Predictions._carried

    def counted(self: Predictions, prediction: Prediction) -> Any:
        made.append(prediction)
        return right(self, prediction)

    monkeypatch.setattr(Predictions, "_carried", counted)
    suspects = Suspects(NET)
    found = suspects.diagnose(claims)
    assert mistake in {one for d in found for one in (d.mistake, *d.also)}
    assert 1 <= len(made) <= most
    assert sum(1 for _ in suspects.predictions.single()) > 300


@pytest.mark.parametrize(("wrong", "kinds"), [
    ({(UPSTREAM, "w"): -1.0}, set()),  # one place explains it
    ({(UPSTREAM, "w"): -1.0, (UPSTREAM, "v"): -1.0}, {UPSTREAM}),
    ({(UPSTREAM, "w"): 1.7}, set()), ({(VALUE, "y"): 1.7, (VALUE, "h"): 1.3}, {VALUE}),
])  # fmt: skip
def test_where_habits_are_looked_for(
    wrong: dict[tuple[str, str], float], kinds: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where something wrong shows at two places, and no mistake at one explains all of it."""
    asked: list[Mistake] = []
    right = Predictions.spread

    def noted(self: Predictions, mistake: Mistake) -> Any:
        asked.append(mistake)
        return right(self, mistake)

    monkeypatch.setattr(Predictions, "spread", noted)
    Suspects(NET).diagnose(sheet(wrong))
    assert {mistake.kind for mistake in asked} == kinds


def test_a_right_sheet_has_no_diagnosis() -> None:
    assert Suspects(NET).diagnose(sheet({})) == []
    assert Suspects(NET).diagnose([]) == []


# ---- its parts


def test_a_mistake_may_stand_alone() -> None:
    """A slip was only written down; another mistake tells by itself if the number is not a small one."""
    one = case(dq=(9.1234, False), dx=(7.0, False), dz=(8.75, True))
    alone = {id: one._may_stand_alone(MISTAKES[id], ITEMS["dq"]) for id in ("sign", "dropped-local", "own-operand")}
    assert alone == {"sign": True, "dropped-local": True, "own-operand": True}
    slip = row("m", "m", "m", UPSTREAM, "", lambda w: (), slip=True)
    seed = row("m", "m", "m", UPSTREAM, "", lambda w: (), slip=True, of_seed=True)
    sloped = row("m", "m", "m", VALUE, "", lambda w: (), slopes=lambda w, t: {})
    small = Case(Suspects(PRODUCT), [Evidence(ITEMS["dq"], 9.0, 0.0, False), Evidence(ITEMS["dx"], 7.0, 0.0, False)])
    found = [(m, n) for m in (slip, seed, sloped) for n in (one, small)]
    assert [n._may_stand_alone(m, ITEMS["dq"]) for m, n in found] == [True, True, True, False, False, False]


def test_a_new_value_is_compared_by_its_step() -> None:
    """x = 2.5 less 0.001*15.75 is 2.48425: within 1 % of it is any step that is small, so that the step counts."""
    made = record("q = x*y; f = q*z", Request(step=update_of("gd", "0.001", ascent=False, option="step")),
                  x=2.5, y=3.5, z=4.5)  # fmt: skip
    item = Item(STEP, made.graph.inputs["x"])
    one = Case(Suspects(made), [Evidence(item, 2.48425, 0.000005, True), Evidence(ITEMS["dq"], 9.1, 0.05, False)])
    assert [one._denies(item, x) for x in (2.48425, 2.4841, 2.48426, 2.4840, 2.51575, 2.5)] == [
        False, False, False, True, True, True]  # fmt: skip


def test_the_nearest_of_equally_good_ones_beside_a_step() -> None:
    one = case(dq=(9.1234, False), dx=(7.0, False))

    def suspect(mistake: Mistake, *made: Item) -> Suspect:
        return Suspect(mistake, (mistake.id, "", made), "", (Q,), 1, 0)

    step = row("s", "s", "s", STEP, "", lambda w: ())
    seen, unseen = suspect(MISTAKES["sign"], ITEMS["dq"]), suspect(MISTAKES["sign"], ITEMS["dy"])
    new = suspect(step, ITEMS["dx"])
    assert one._nearest([seen, unseen]) == [seen, unseen]
    assert one._nearest([seen, unseen, new]) == [seen, new]


def test_local_gradients_that_lead_to_a_wrong_claim_unseen() -> None:
    assert case(dq=(9.1234, False), dz=(1.2345, False))._hidden() == {F: {Q, Z}}
    assert case(dq=(9.1234, False), dz=(1.2345, False), f_q=(4.5, True))._hidden() == {F: {Z}}
    assert case(dq=(9.1234, False), dz=(8.75, True))._hidden() == {F: {Q}}
    assert case(q=(9.1234, False), f=(41.0553, True))._hidden() == {}
    assert case(dx=(9.1234, False), dy=(9.8765, False))._hidden() == {Q: {X, Y}}


def test_what_follows_from_own_numbers() -> None:
    """One wrong claim beside exact ones needs none: the predictions say it all where local gradients are written."""
    whole = {name: (x, True) for name, x in (("q/x", 3.5), ("q/y", 2.5), ("f/q", 4.5), ("f/z", 8.75))}
    exact = {name.replace("/", "_"): claim for name, claim in whole.items()}
    assert case(dx=(9.1234, False), **exact).own is None
    one = case(dx=(9.1234, False))
    assert one.own is one.program.right
    rough = case(dx=(9.1234, False), dq=(4.4999, True), **exact)
    assert rough.own is not None
    assert rough.own.upstream[Q] == 4.4999
    two = case(dx=(9.1234, False), q=(9.0, False), **exact)
    assert two.own is not None
    assert (two.own.values[Q], two.own.values[F], two.own.upstream[X]) == (9.0, 40.5, 9.1234)


def test_figures_and_readings_of_a_sheet() -> None:
    """A sheet of inner gradients shows where they went wrong, so that misreading all of them counts as two mistakes."""
    assert case(dx=(9.1234, False)).readings == 1
    assert case(dx=(9.1234, False), df=(1.0, True)).readings == 1
    assert case(dx=(9.1234, False), dq=(4.5, True)).readings == 2
    assert case(dx=(9.1234, False)).figures == 5
    assert case(dx=(9.1234, False), q=(8.75, True)).gradient_amiss
    assert not case(dx=(15.75, True), q=(9.1234, False)).gradient_amiss


@pytest.mark.parametrize(("claims", "mistake", "explains"), [
    ({"q_x": (3.5, True), "dq": (4.53, True), "dy": (15.855, False)}, "own-operand", ["dy"]),  # 4.53*3.5, y for x
    ({"q_y": (2.5, True), "dq": (4.53, True), "dx": (11.325, False)}, "own-operand", ["dx"]),  # 4.53*2.5, x for y
    ({"dq": (4.53, True), "dy": (4.53, False)}, "dropped-local", ["dy"]),
    ({"f": (39.5, True), "dq": (9.3456, False), "dx": (32.7096, True)}, "", []),  # nothing makes 9.3456
])  # fmt: skip
def test_a_step_from_own_numbers_of_which_some_are_unseen(
    claims: dict[str, tuple[float, bool]], mistake: str, explains: list[str]
) -> None:
    """A local gradient that is claimed is right; the one beside it was made wrong, and is on no sheet."""
    sheet = [Evidence(ITEMS[name.replace("_", "/")], x, 0.00005, right) for name, (x, right) in claims.items()]
    found = Suspects(PRODUCT).diagnose(sheet)
    told = {one for d in found for one in (d.mistake, *d.also)}
    assert (mistake in told) if mistake else not told
    names = {item: name for name, item in ITEMS.items()}
    assert [names[item] for d in found[:1] for item in d.explains] == explains


# p = 8.75, q = 13.25, r = 7, f = 92.75; with p = x + y = 6 it is q = 10.5 and f = 73.5.
HIDDEN = record("p = x*y; q = p + z; r = x + z; f = q*r", x=2.5, y=3.5, z=4.5)


@pytest.mark.parametrize(("claims", "expected"), [
    ({"q": (10.5, False)}, True), ({"q": (10.5, False), "r": (7, True)}, True),
    ({"f": (73.5, False), "r": (7, True)}, True), ({"q": (10.5, False), "f": (73.5, False), "r": (7, True)}, True),
    ({"p": (8.75, True), "q": (10.5, False)}, False), ({"f": (73.5, False), "q": (13.25, True)}, False),
    ({"q": (10.5, False), "f": (92.75, True)}, False),
])  # fmt: skip
def test_a_value_that_nobody_wrote_is_told_unless_right_ones_deny_it(
    claims: dict[str, tuple[float, bool]], expected: bool
) -> None:
    labels = HIDDEN.graph.by_label
    sheet = [Evidence(Item(VALUE, labels[name]), x, 0.0, right) for name, (x, right) in claims.items()]
    found = Suspects(HIDDEN).diagnose(sheet)
    at_p = [one.what for one in found if one.site == (labels["p"],)]
    assert at_p == (["adding instead of multiplying"] if expected else [])
