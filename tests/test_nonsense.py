"""What sheets earn on which nobody worked anything out, and that honest sheets lose nothing by the same rules."""

from __future__ import annotations

import random
from collections.abc import Iterable
from statistics import mean

import pytest

from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import LOCAL, item_of
from gradcli.homework.classroom.prepared import Prepared, marked_lines, prepare
from gradcli.homework.classroom.problem_instance import item_names
from gradcli.homework.marking.marks import AnswerKey, MarkingPolicy, mark
from gradcli.record.calls import differentiate

from .honest import WAYS, cut, fixed, honest_sheet, points, written
from .nonsense import PROGRAMS, SMALL, chain_rule, copied, instances, invented, parsed, share, stock

SEED = 90417
POINTS = 2


def earned(sheets: str, more: str = "", programs: Iterable[str] = PROGRAMS) -> dict[str, float]:
    """Return the mean share of the points that sheets of a kind earn, of every program."""
    chance = random.Random(SEED)
    found: dict[str, list[float]] = {}
    for name in programs:
        for problem in instances(name, POINTS, chance, more):
            instance = problem.for_student("")
            claims = {
                "ones": lambda i=instance: stock(i, "1"),
                "zeros": lambda i=instance: stock(i, "0"),
                "question": lambda i=instance: copied(i, rule_book=False),
                "chain rule": lambda i=instance: [*copied(i, rule_book=True), *chain_rule(i)],
                "chain rule with the rule book": lambda i=instance: [
                    *copied(i, rule_book=True),
                    *chain_rule(i, rule_book=True),
                ],
                "formulas of invented values": lambda i=instance: [
                    *[c for c in invented(i, 4, chance) or () if "d" not in c.name and "(" not in c.name],
                    *[c for c in copied(i, rule_book=True) if "(" in c.name],
                    *chain_rule(i, rule_book=True),
                ],
                "rule book": lambda i=instance: copied(i, rule_book=True),
                "invented": lambda i=instance: invented(i, 4, chance),
                "twos": lambda i=instance: invented(i, 4, chance, local=2.0),
            }[sheets]()
            if claims is not None:
                found.setdefault(name, []).append(share(problem, claims))
    assert found
    return {name: mean(shares) for name, shares in found.items()}


@pytest.mark.parametrize(
    ("sheets", "mean_share", "worst"),
    [
        ("ones", 0.03, 0.03),
        ("question", 0, 0),
        ("rule book", 0.15, 0.15),
        ("chain rule", 0.12, 0.15),
        ("chain rule with the rule book", 0.15, 0.3),
        ("formulas of invented values", 0.15, 0.3),
        ("invented", 0.1, 0.3),
        ("twos", 0.05, 0.4),
    ],
)
def test_nonsense_earns_next_to_nothing(sheets: str, mean_share: float, worst: float) -> None:
    """Measured with 20 points a program: ones 1.4 %, the rule book 8 %, invented numbers 9 %.

    The worst program is q = x + y; f = q*z, where df/dq = z is right whatever q is invented.
    """
    found = earned(sheets)
    assert mean(found.values()) <= mean_share
    assert max(found.values()) <= worst


def test_small_programs_earn_more_where_they_ask_little_that_hangs_on_a_value() -> None:
    """In f = x*y both gradients are given numbers: a sheet on which f alone is wrong has much that is right."""
    for sheets, worst in (("ones", 0.08), ("question", 0), ("rule book", 0.1), ("chain rule with the rule book", 0.4)):
        assert max(earned(sheets, programs=SMALL).values()) <= worst
    found = earned("invented", programs=SMALL)
    assert mean(found.values()) <= 0.25
    assert max(found.values()) <= 0.45
    assert max(found["square"], found["sums"], found["growth"]) <= 0.1  # whose gradients take a value


def test_stock_answers_earn_nothing_by_follow_through() -> None:
    for sheets in ("ones", "zeros"):
        assert mean(earned(sheets, "follow_through = 1.0").values()) <= 0.06


@pytest.mark.parametrize(("sheets", "mean_share", "worst"), [("ones", 0.03, 0.03), ("chain rule", 0.15, 0.2),
                                                             ("invented", 0.15, 0.5)])  # fmt: skip
def test_a_list_of_items_counts_ideas_too(sheets: str, mean_share: float, worst: float) -> None:
    """Every item but the local gradients, by their names: equal weights gave 9 %, 55 % and 16 %."""
    chance = random.Random(SEED)
    found = []
    for name, (_, point) in PROGRAMS.items():
        whole = parsed(name, tuple(point.items()), "").for_student("")
        names = [text for item, text in item_names(whole).items() if item.kind != LOCAL]
        for problem in instances(name, 1, chance, f"items = {names}"):
            instance = problem.for_student("")
            claims = {
                "ones": lambda i=instance: stock(i, "1"),
                "chain rule": lambda i=instance: [*copied(i, rule_book=False), *chain_rule(i)],
                "invented": lambda i=instance: invented(i, 4, chance),
            }[sheets]()
            if claims is not None:
                found.append(share(problem, claims))
    assert len(found) > 15
    assert mean(found) <= mean_share
    assert max(found) <= worst


def test_the_chain_rule_is_an_answer_where_its_numbers_are_on_the_sheet() -> None:
    """In q = x + y; f = q*z with z = -4, df/dx is df/dq times 1: by itself that is no number."""
    problem = parsed("first", (("x", -2.0), ("y", 5.0), ("z", -4.0)), "")
    rule = Claim("df/dx", "df/dq*local(q,x)")
    numbers = [Claim("df/dq", "-4"), Claim("local(q,x)", "1")]
    prepared = prepare(problem.for_student(""), problem)

    def told(claims: list[Claim]) -> tuple[str, str]:
        (line,) = [line for line in marked_lines(prepared, claims).lines if line.item == "df/dx"]
        return line.status, line.why

    assert told([rule, *numbers]) == ("correct", "")
    assert told([rule, numbers[0]]) == ("imprecise", "right as a rule, but its number is asked for")
    assert told([rule, numbers[0], Claim("local(q,x)", "2")]) == ("follow_through", "a right step from your local(q,x)")
    accepting = parsed("first", (("x", -2.0), ("y", 5.0), ("z", -4.0)), "numeric = false")
    assert share(accepting, [rule]) > 0


def test_a_formula_is_worth_what_the_values_in_it_are() -> None:
    """In q = x + y; f = q*z, df/dz is q: an answer where q is on the sheet, and a right step from a wrong q."""
    problem = parsed("first", (("x", -2.0), ("y", 5.0), ("z", -4.0)), "follow_through = 0.5")
    prepared = prepare(problem.for_student(""), problem)

    def told(*claims: Claim, prepared: Prepared = prepared) -> tuple[str, float, str]:
        lines = marked_lines(prepared, [*claims, Claim("df/dz", "q")]).lines
        (line,) = [line for line in lines if line.item == "df/dz"]
        return line.status, line.credit, line.why

    assert told(Claim("q", "3")) == ("correct", 1, "")
    assert told() == ("imprecise", 0, "right as a rule, but the number of q is asked for")
    assert told(Claim("q", "x + y"))[0] == "imprecise"
    assert told(Claim("q", "7")) == ("follow_through", 0.5, "a right step from your q")
    assert told(Claim("q", "1"))[:2] == ("follow_through", 0)
    (local,) = [m for m in marked_lines(prepared, [Claim("local(f,z)", "q")]).lines if m.item == "local(f,z)"]
    assert local.status == "correct"  # a rule is all that a local gradient is
    gradients = parsed("first", (("x", -2.0), ("y", 5.0), ("z", -4.0)), 'items = "gradient"')
    assert told(prepared=prepare(gradients.for_student(""), gradients)) == ("correct", 1, "")
    accepting = parsed("first", (("x", -2.0), ("y", 5.0), ("z", -4.0)),
                       '[[problem.accept]]\nitem = "df/dz"\nclaims = ["q"]')  # fmt: skip
    assert told(prepared=prepare(accepting.for_student(""), accepting)) == ("correct", 1, "accepted")


def test_numbers_alone_are_answers_where_the_homework_says_so() -> None:
    assert max(earned("rule book", "numeric = true").values()) <= 0.05  # the 1s of sums are numbers
    assert mean(earned("question", "numeric = false\nweights = 'equal'").values()) > 0.2


def test_a_forgotten_path_costs_much_and_a_constant_little() -> None:
    problem = parsed("fork", tuple(PROGRAMS["fork"][1].items()), "")
    instance = problem.for_student("")
    right = {name: instance.answer(item) for item, name in item_names(instance).items()}
    assert share(problem, [Claim(*pair) for pair in right.items()]) == 1
    without = {name: text for name, text in right.items() if name not in ("df/df", "local(f,a)")}
    assert share(problem, [Claim(*pair) for pair in without.items()]) >= 0.97
    forgotten = share(problem, [Claim(*pair) for pair in (right | {"df/dx": "-2.330"}).items()])
    assert forgotten <= 0.84


# ---- honest sheets


@pytest.mark.parametrize(("how", "figures"), [(written, 3), (written, 4), (cut, 4)])
def test_honest_sheets_stay_whole(how: str, figures: int) -> None:
    chance = random.Random(SEED + figures)
    for name, (program, point) in PROGRAMS.items():
        for record in points(name, 2, chance, (program, point)):
            for way in WAYS:
                sheet = honest_sheet(record, figures, way, chance, how)
                if sheet is not None:
                    found = mark(AnswerKey(record), sheet, MarkingPolicy(diagnose=False))
                    assert found.earned == found.possible == len(sheet)


@pytest.mark.parametrize("trailing", [True, False])
def test_honest_sheets_of_four_decimals_stay_whole_where_these_are_asked_for(trailing: bool) -> None:
    chance = random.Random(SEED)
    plain = sheets = 0
    for name, (program, point) in PROGRAMS.items():
        for record in points(name, 2, chance, (program, point)):
            for way in WAYS:
                sheet = honest_sheet(record, 4, way, chance, lambda x, figures: fixed(x, figures, trailing))
                if sheet is not None:
                    found = mark(AnswerKey(record), sheet, MarkingPolicy(diagnose=False, decimals=4))
                    assert found.earned == found.possible == len(sheet)
                    plain += mark(AnswerKey(record), sheet, MarkingPolicy(diagnose=False)).earned == len(sheet)
                    sheets += 1
    assert plain < sheets


# ---- carried on


def test_what_is_rightly_carried_is_not_called_wrong() -> None:
    """One number becomes a 0, 1 or -1, and everything after it follows; before, half of what follows was wrong."""
    chance = random.Random(SEED)
    carried = wrong = 0
    for program, point in PROGRAMS.values():
        record = differentiate(program, point)
        key = AnswerKey(record)
        for _ in range(12):
            sheet = honest_sheet(record, 6, "written", chance)
            assert sheet is not None
            at = chance.randrange(len(sheet))
            text = chance.choice(["0", "1", "-1"])
            if mark(key, [Claim(sheet[at].name, text)], MarkingPolicy(diagnose=False)).earned:
                continue
            again = honest_sheet(record, 6, "written", chance, given={item_of(record, sheet[at].name): text})
            if again is None:
                continue
            marks = mark(key, again, MarkingPolicy(diagnose=False)).marks
            after = [
                m for m, before in zip(marks, sheet, strict=True) if m.claim.text != before.text and m is not marks[at]
            ]
            carried += len(after)
            wrong += sum(m.status == "wrong" for m in after)
    assert carried > 300
    assert wrong <= 0.02 * carried
