"""A published key is read field by field: what is no key is refused in words, whatever the JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.classroom.homework_file import MAX_POINTS
from gradcli.homework.classroom.published_key import SCHEMA, dump, load

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
    assert read({**KEY, "problems": [{**PROBLEM, "points": amount}]}).problems["p1"].points == amount
    found = read({**KEY, "problems": [{**PROBLEM, "weights": {"f": amount}}]}).problems["p1"]
    assert found.weights == {"f": amount}


@pytest.mark.parametrize("amount", [-1e-9, MAX_POINTS + 1])
def test_an_item_counts_not_less_than_nothing_and_not_too_much(amount: float) -> None:
    for field in ({"points": amount}, {"weights": {"f": amount}}):
        with pytest.raises(InputError, match="numbers out of range"):
            read({**KEY, "problems": [{**PROBLEM, **field}]})
