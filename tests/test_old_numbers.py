"""Sheets that earlier versions issued are marked with the numbers that they were issued with."""

from __future__ import annotations

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims.array_items import item_name
from gradcli.homework.claims.items import item_name as scalar_name
from gradcli.homework.classroom.array_problem import told
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.problem_instance import ParsedProblem
from gradcli.homework.classroom.submissions import Entry

TEXT = "[[problem]]\nprogram = 'q = x*y + u; f = q*z'\nvary = 7\n"


def grader(more: str = "") -> Grader:
    return Grader(load(Source("hw.toml", TEXT + more)))


def sheet(version: int, *, stated: bool) -> list[Entry]:
    """Return ann's answers to the numbers of a version, perhaps with these numbers."""
    instance = ParsedProblem(load(Source("hw.toml", TEXT)).problems["p1"]).for_student("ann", version)
    given = [Entry("ann", "p1", name, source.text, "f:1", True) for name, source in instance.given.items() if stated]
    return given + [
        Entry("ann", "p1", scalar_name(instance.record, item), instance.answer(item), "f:2")
        for item in instance.weights
    ]


@pytest.mark.parametrize(("answers", "share"), [
    ({"q": "-7", "f": "28"}, 1), ({"q": "-7", "f": "27"}, 0), ({"f": "28"}, 0), ({"q": "-7", "f": "-7"}, 0),
])  # fmt: skip
def test_two_answers_tell_an_older_draw_if_both_fit(answers: dict[str, str], share: int) -> None:
    text = "[[problem]]\nprogram = 'q = x + y; f = q*z'\nvary = 2026\nitems = ['q', 'f']\n"
    claims = [Entry("Núñez, Zoë", "p1", item, claim, "f:1") for item, claim in answers.items()]
    result, _ = Grader(load(Source("hw.toml", text))).result("Núñez, Zoë", claims, True)
    assert result is not None
    assert result.share == share


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("enrolled", [True, None])
def test_sheets_of_both_versions_are_marked_with_their_own_numbers(
    version: int, stated: bool, enrolled: bool | None
) -> None:
    result, troubles = grader().result("ann", sheet(version, stated=stated), enrolled)
    assert result is not None
    assert (result.share, troubles) == (1, [])
    assert bool(result.remarks) == (version == 1 and not stated)


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_may_be_fixed(version: int) -> None:
    for other in (1, 2):
        result, _ = grader(f"vary_version = {version}\n").result("ann", sheet(other, stated=False), True)
        assert result is not None
        assert (result.share == 1) == (other == version)
    with pytest.raises(InputError, match="vary_version: a whole number from 1 to 3"):
        grader("vary_version = 4\n")


def test_numbers_of_nobody_are_still_noticed() -> None:
    claims = [Entry("ann", "p1", "x", "77", "f:1", True), *sheet(2, stated=False)]
    result, troubles = grader().result("ann", claims)
    assert result is None
    assert "the sheet says 77" in troubles[0].message


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize(
    ("program", "more", "versions"),
    [
        ("h = tanh(w*x + b); y = v*h", "", (3, 2, 1)),
        ("Z = X@W; L = mean(cross_entropy(Z, y))", 'shapes = { X = "3x2", W = "2x3", y = 3 }\n', (3, 2)),
    ],
)
def test_sheets_whose_numbers_taught_little_are_marked_with_these(
    program: str, more: str, versions: tuple[int, ...], stated: bool
) -> None:
    work = load(Source("hw.toml", f"[[problem]]\nprogram = '{program}'\nvary = 7\n{more}"))
    problem = parse_problem(work.problems["p1"])
    assert problem.versions == versions
    for version in versions:
        instance = problem.for_student("ann", version)
        claims = [Entry("ann", "p1", name, told(x) if more else x.text, "f:1", True) for name, x in
                  instance.given.items() if stated]  # fmt: skip
        for item in instance.weights:
            name = item_name(instance.record, item) if more else scalar_name(instance.record, item)
            claims.append(Entry("ann", "p1", name, instance.answer(item), "f:2"))
        result, troubles = Grader(work).result("ann", claims, True)
        assert result is not None
        assert (result.share, troubles) == (1, [])
        assert bool(result.remarks) == (version != 3 and not stated)
