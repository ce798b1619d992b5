"""A published key is read field by field: what is no key is refused in words, whatever the JSON."""

# ruff: noqa: E501
from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.classroom.homework_file import MAX_POINTS
from gradcli.homework.classroom.published_key import (
    SCHEMA,
    PublishedKey,
    PublishedProblem,
    canonical_item,
    check,
    dump,
    hash_of,
    load,
    rounded,
)

PROBLEM = {"id": "p1", "points": 2.0, "salt": "ab", "items": {"f": "00", "df/dx": "11"}}
KEY = {"schema": SCHEMA, "title": "Sheet 1", "figures": 3, "rounds": 2000, "problems": [PROBLEM]}


def read(data: Any) -> Any:
    return load(Source("key.json", json.dumps(data)))


def test_a_key_is_written_as_it_was_read() -> None:
    found = read(KEY)
    assert json.loads(dump(found)) == KEY
    assert load(Source("key.json", dump(found))) == found


def test_without_points_every_item_counts_its_weight() -> None:
    plain = {key: value for key, value in PROBLEM.items() if key != "points"}
    assert read({**KEY, "problems": [plain]}).problems["p1"].points == 2
    assert read({**KEY, "problems": [{**plain, "weights": {"f": 3}}]}).problems["p1"].points == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"problems": None}, {"problems": {}}, {"problems": [3]}, {"problems": [[]]}, {"figures": "3"}, {"rounds": None},
        {"figures": True}, {"title": 3}, {"schema": 3, "problems": 3},
        *({"problems": [{**PROBLEM, **wrong}]} for wrong in (
            {"id": 3}, {"salt": None}, {"items": []}, {"items": {"f": 3}}, {"weights": {"f": "2"}}, {"weights": []},
            {"points": "2"}, {"points": None}, {"points": True},
        )),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="not a key that sheet --hash made"):
        read({**KEY, **changes})


@pytest.mark.parametrize("text", ["", "[", "3", "null", "[]", '"key"', "{}", "[" * 100_000])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a key that sheet --hash made"):
        load(Source("key.json", text))


def test_a_key_of_another_version_is_refused() -> None:
    with pytest.raises(InputError, match=r"not a key \(gradcli\.key/1\)"):
        read({**KEY, "schema": "gradcli.key/2"})


@pytest.mark.parametrize("changes", [
    {"figures": 0}, {"figures": 99}, {"rounds": 0}, {"problems": [{**PROBLEM, "points": 10**400}]},
    {"problems": [{**PROBLEM, "points": -1}]}, {"problems": [{**PROBLEM, "points": float("nan")}]},
])  # fmt: skip
def test_numbers_out_of_range_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="numbers out of range"):
        read({**KEY, **changes})


@pytest.mark.parametrize("amount", [0, 1e-9, MAX_POINTS])
def test_an_item_and_a_problem_may_count_nothing_and_much(amount: float) -> None:
    other = {**PROBLEM, "id": "p2", "points": 1}
    assert read({**KEY, "problems": [{**PROBLEM, "points": amount}, other]}).problems["p1"].points == amount
    found = read({**KEY, "problems": [{**PROBLEM, "weights": {"f": amount}}, other]}).problems["p1"]
    assert found.weights == {"f": amount}


@pytest.mark.parametrize("problems", [
    [], [{**PROBLEM, "points": 0}], [{**PROBLEM, "points": 0}, {**PROBLEM, "id": "p2", "items": {}, "points": 0}],
])  # fmt: skip
def test_a_key_in_which_nothing_earns_a_point_is_refused(problems: list[dict[str, Any]]) -> None:
    with pytest.raises(InputError, match="nothing earns a point"):
        read({**KEY, "problems": problems})


@pytest.mark.parametrize("amount", [-1e-9, MAX_POINTS + 1])
def test_an_item_counts_not_less_than_nothing_and_not_too_much(amount: float) -> None:
    for field in ({"points": amount}, {"weights": {"f": amount}}):
        with pytest.raises(InputError, match="numbers out of range"):
            read({**KEY, "problems": [{**PROBLEM, **field}]})


def key_of(answer: str, figures: int = 3) -> tuple[PublishedKey, PublishedProblem]:
    hashes = {"f": hash_of("ab", 1, "f", rounded(Decimal(answer), figures))}
    problem = PublishedProblem("p1", "ab", hashes, {}, 1.0)
    return PublishedKey("T", figures, 1, {"p1": problem}), problem


@pytest.mark.parametrize(("answer", "right", "coarse", "wrong"), [
    ("2.5", ["2.5", "2.50", "2.51", "2.49", "2.505", "5/2", "2.4999", "2,5"], [], ["2.52", "2.48", "2", "3", "2.6", "-2.5"]),
    ("2.55", ["2.55", "2.56"], ["2.5", "2.6"], ["2.4", "2.7"]), ("2.45", [], ["2.5", "2.4"], ["2.6", "2.3"]),
    ("2.56", [], ["2.6"], ["2.5"]), ("2.44", [], ["2.4"], ["2.5"]), ("-2.55", ["-2.54"], ["-2.5"], ["2.55", "-2.4"]),
    ("350", ["351", "349"], ["3e2", "4e2"], ["2e2"]), ("351", [], ["4e2"], ["3e2"]), ("250", ["2.5e2"], ["3e2"], []),
    ("249", [], ["2e2"], ["3e2"]), ("0", ["0", "-0", "0.0", "1e-8", "-1e-8"], [], ["1.1e-8", "0.001", "1"]),
    ("1e-8", ["0"], [], ["1e-7"]), ("1.1e-8", ["1.1e-8", "1.11e-8"], [], ["0"]),
    # on both sides of a power of ten the neighbours are those that can be written
    ("9.99", ["9.98", "9.99", "10", "10.0"], [], ["9.97", "10.1"]), ("10", ["9.99", "10.1", "9.995"], [], ["9.98", "10.2"]),
    ("9.9", ["9.91", "9.89"], [], ["10", "10.0"]), ("-9.99", ["-10", "-9.98"], [], ["-10.1"]), ("0.0999", ["0.1"], [], ["0.101"]),
    ("100", ["1e2", "99.9", "101"], [], ["99", "102"]),
])  # fmt: skip
def test_a_claim_is_right_to_a_unit_of_the_last_figure(
    answer: str, right: list[str], coarse: list[str], wrong: list[str]
) -> None:
    key, problem = key_of(answer)
    for status, claims in (("correct", right), ("imprecise", coarse), ("wrong", wrong)):
        for text in claims:
            (mark,) = check(key, problem, [Claim("f", text, comma=True)])
            assert (text, mark.status, mark.credit) == (text, status, float(status == "correct"))
            assert mark.first_wrong is (status == "wrong")
            if status == "imprecise":
                assert mark.why == "right, but too coarse: give 3 significant figures"


def test_claims_that_say_nothing() -> None:
    key, problem = key_of("2.5")
    for text, status, why in (("", "missing", "not handed in"), ("x", "invalid", "a published key checks numbers only"),
                              ("undefined", "invalid", "a published key checks numbers only"),
                              ("2*z", "invalid", "a published key checks numbers only"),
                              ("df/dx", "invalid", "a published key checks numbers only")):  # fmt: skip
        (mark,) = check(key, problem, [Claim("f", text)])
        assert (mark.status, mark.why, mark.credit, mark.first_wrong) == (status, why, 0.0, False)
    (none,) = check(key, problem, [])
    assert none.status == "missing"


@pytest.mark.parametrize(("x", "one", "three"), [
    ("2.505", "3e0", "250e-2"), ("2.515", "3e0", "252e-2"), ("-2.5", "-2e0", "-250e-2"), ("1e-8", "0", "0"), ("-1e-8", "0", "0"),
    ("1.1e-8", "1e-8", "110e-10"), ("123456", "1e5", "123e3"), ("1e10", "1e10", "100e8"), ("99.96", "1e2", "100e0"), ("0", "0", "0"),
])  # fmt: skip
def test_a_number_in_its_canonical_form(x: str, one: str, three: str) -> None:
    assert (rounded(Decimal(x), 1), rounded(Decimal(x), 3)) == (one, three)


def test_only_the_first_wrong_item_is_the_first() -> None:
    hashes = {name: hash_of("ab", 1, name, rounded(Decimal(2), 3)) for name in ("a", "b", "c", "df/dx")}
    problem = PublishedProblem("p1", "ab", hashes, {"b": 3.0}, 1.0)
    key = PublishedKey("T", 3, 1, {"p1": problem})
    marks = check(key, problem, [Claim("c", "5"), Claim("b", "4"), Claim("a", "2")])
    assert [(m.claim.name, m.status, m.first_wrong) for m in marks] == [
        ("a", "correct", False), ("b", "wrong", True), ("c", "wrong", False), ("df/dx", "missing", False),
    ]  # fmt: skip
    assert [problem.weight(name) for name in ("a", "b")] == [1.0, 3.0]
    assert [canonical_item(problem, name) for name in ("dx", "d f / d x", "\u2202f/\u2202x", "a", "dy")] == [
        "df/dx", "df/dx", "df/dx", "a", "dy",
    ]  # fmt: skip
    assert key.rule == "right = the correct value to 3 significant figures, plus or minus one unit of the last figure"
