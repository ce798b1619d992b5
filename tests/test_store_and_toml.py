"""The store of a class, and the reading of TOML: what goes in comes out, what is wrong is shown where it stands."""

# ruff: noqa: E501
from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from gradcli.errors import InputError, Source, StreamError
from gradcli.homework.classroom import submission_store
from gradcli.homework.classroom.entries import Blank, DateOrder, Entry, Note, Row, Trouble
from gradcli.homework.classroom.people import Person
from gradcli.homework.classroom.results import Explanation
from gradcli.homework.classroom.submission_store import SubmissionStore
from gradcli.homework.classroom.toml_places import Places
from gradcli.homework.classroom.toml_reading import DATES, Written, _hint, read_toml

from .test_classroom_edges import line, result


def entry(student: str, item: str = "q", **more: Any) -> Entry:
    return Entry(student, "p1", item, "3", "f:2", **more)


def test_claims_come_out_student_by_student_in_the_order_of_coming() -> None:
    rows = [
        entry("bob"),
        entry("ann", given=True),
        Blank("cy"),
        entry("bob", "r", comma=True),
        entry("ann", "r", handed="2026"),
    ]
    with SubmissionStore() as store:
        store.add(rows)
        assert (store.claims, store.count("student"), store.is_cut, store.timed) == (4, 3, False, True)
        assert list(store.students()) == [
            (1, "bob", [rows[0], rows[3]]), (2, "ann", [rows[1], rows[4]]), (3, "cy", []),
        ]  # fmt: skip
        store.add([entry("ann", "s")])
        assert [len(entries) for *_, entries in store.students()] == [2, 3, 0]
        assert store.enrolled("ann") is None
        assert store.person("ann") is None
        assert store.other_names("ann") == []


def test_claims_keep_their_order_whatever_comes_between() -> None:
    between = [Trouble("f:3", "bob", "no"), Blank("cyd"), Note("f:1", "read as UTF-8"), DateOrder("f:1", True)]
    rows: list[Row] = [x for k in range(5) for x in (entry("ann", f"i{k}"), entry("bob", f"j{k}"), *between)]
    with SubmissionStore() as store:
        store.add(rows)
        store.add([entry("ann", "i5")])
        assert [(name, [e.item for e in entries]) for _, name, entries in store.students()] == [
            ("ann", [f"i{k}" for k in range(6)]), ("bob", [f"j{k}" for k in range(5)]), ("cyd", []),
        ]  # fmt: skip
        assert store.claims == 11
        assert list(store.troubles()) == [between[0]] * 5


def test_of_a_student_so_many_claims_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission_store, "MOST_CLAIMS", 3)
    for count, cut in ((3, False), (4, True), (5, True)):
        with SubmissionStore() as store:
            store.add([entry("ann", f"i{k}") for k in range(count)])
            assert store.is_cut is cut
            ((_, _, entries),) = store.students()
            assert len(entries) == 3
            said = [Trouble("f:2", "ann", "only the first 3 claims of a student are read")]
            assert list(store.troubles()) == (said if cut else [])


def test_numbers_of_students_are_remembered_within_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission_store, "REMEMBERED", 2)
    with SubmissionStore() as store:
        store.add([entry(name) for name in "abcab"])
        assert [(name, len(entries)) for _, name, entries in store.students()] == [("a", 2), ("b", 2), ("c", 1)]
        assert set(store._numbers) == {"b"}
        store.add([entry("c")])
        assert set(store._numbers) == {"b", "c"}
        store.add([entry("a")])
        assert set(store._numbers) == {"a"}


def test_a_roster_is_in_the_store_before_anything_is_handed_in() -> None:
    with SubmissionStore() as store:
        store.enrol([Person("k1", "Ann"), Person("k\ud800")])
        assert [name for _, name, _ in store.students()] == ["k1", "k\\ud800"]
        assert (store.enrolled("k1"), store.enrolled("zoe"), store.enrolled("k\\ud800")) == (True, False, True)
        assert (store.person("k1"), store.person("zoe")) == (Person("k1", "Ann"), None)
        assert store.other_names("k1") == ["Ann"]
        store.put(1, result("k1"))
        store.put(7, result("zoe"))
        assert store.people() == [Person("k1", "Ann"), Person("zoe")]


def test_a_time_with_two_readings_is_read_as_the_file_tells() -> None:
    for order, handed in ((True, "later"), (False, "earlier"), (None, "earlier|later")):
        with SubmissionStore() as store:
            row = Entry("ann", "p1", "q", "3", "dir:x.csv:12", handed="earlier|later")
            store.add([row, *([] if order is None else [DateOrder("dir:x.csv", order)]), DateOrder("dir", not order)])
            ((_, _, (found,)),) = store.students()
            assert found.handed == handed


def test_troubles_come_in_order_or_the_gravest_first() -> None:
    file = Trouble("b.csv", "", "broken", unreadable=True)
    nobody, ann, other = (
        Trouble("a:1", "zoe", "no such row"),
        Trouble("a:2", "ann", "odd"),
        Trouble("a:3", "ann", "x", other_numbers=True),
    )
    with SubmissionStore() as store:
        store.add([ann, nobody, other, Note("n", "as Windows"), file, Note("n", "as Windows"), Note("m", "as Windows")])
        store.put(1, result("ann"))
        assert list(store.troubles()) == [ann, nobody, file]
        assert list(store.gravest()) == [(0, file), (1, nobody), (2, ann)]
        assert list(store.other_numbers()) == [other]
        assert list(store.notes()) == [Note("n", "as Windows"), Note("m", "as Windows")]
        assert (store.unmarked("ann"), store.unmarked("zoe"), store.unmarked("cy")) == (1, 1, 0)
        assert [store.count(table) for table in ("trouble", "result", "entry")] == [4, 1, 0]


def test_a_result_comes_out_as_it_went_in() -> None:
    first = line(
        "q",
        "wrong",
        repairs=("product",),
        mistakes=[Explanation("id", "could be", "w", "at q", ["q"], ["f"], ["b"], "rule")],
        value=[1.5],
    )
    own = result("ann", first, line("r", "correct", 1.0), exempt=True, handed_in="Monday", days_late=2.0, drawn_for="a")
    with SubmissionStore() as store:
        store.put(2, own)
        store.put(1, result("bob"))
        assert store.result("ann") == own
        assert [found.student for found in store.results()] == ["bob", "ann"]
        assert store.result("zoe") is None


@pytest.mark.parametrize(("shares", "spread"), [
    ([], None), ([5.0], (0.5, 0.5, 0.5, 0.5)), ([1.0, 4.0], (0.1, 0.25, 0.25, 0.4)), ([1.0, 9.0, 2.0], (0.1, 0.2, 0.4, 0.9)),
    ([1.0, 2.0, 4.0, 9.0], (0.1, 0.3, 0.4, 0.9)),
])  # fmt: skip
def test_how_points_are_spread(shares: list[float], spread: tuple[float, ...] | None) -> None:
    with SubmissionStore() as store:
        for k, earned in enumerate(shares):
            store.put(k, result(f"s{k}", earned=earned))
        store.put(99, result("exempt", earned=10.0, exempt=True))
        found = store.spread()
        assert found == (None if spread is None else pytest.approx(spread))


def test_wrong_claims_that_several_share() -> None:
    with SubmissionStore() as store:
        for claim in ("4", "5", "5", "6", "6", "6", "7", "7"):
            store.wrong("p1", "q", claim)
        store.wrong("p0", "r", "5")
        assert store.shared_wrong(2) == [("p1", "q", "6", 3), ("p1", "q", "5", 2)]
        assert store.shared_wrong(9) == [("p1", "q", "6", 3), ("p1", "q", "5", 2), ("p1", "q", "7", 2)]


def test_a_full_disk_is_told() -> None:
    with pytest.raises(StreamError, match="the temporary database: disk is full"), SubmissionStore():
        raise sqlite3.OperationalError("disk is full")
    with pytest.raises(ValueError, match="another"), SubmissionStore():
        raise ValueError("another")


# ---- TOML


@pytest.mark.parametrize(("text", "hint"), [
    ("due = soon\n", DATES), ("due = [\n", DATES), ("x = 1.12.2026\n", DATES), ("x = 18:30\n", DATES), ("x = 2026/1/2\n", DATES),
    ("x = True\n", "write x = true"), ("x = yes\n", "write x = true"), ("x = no # c\n", "write x = false"),
    ("x = FALSE\n", "write x = false"), ("x = 1,5\n", "write x = 1.5, with a point"), ("x = -1,5\n", "write x = -1.5, with a point"),
    ("x = 1,5,6\n", None), ("x = abc\n", 'a text stands between straight quotes: x = "..."'),
    ("x = \u201eabc\u201c\n", 'a text stands between straight quotes: x = "..."'), ("x = -\n", None), ("x =\n", None), ("= 3\n", None),
    ("a = 1\nx-y = abc\nb = 2\n", 'a text stands between straight quotes: x-y = "..."'), ("x = # yes\n", None),
])  # fmt: skip
def test_how_a_value_is_written(text: str, hint: str | None) -> None:
    at = text.index("x" if "x" in text else text[0])
    assert _hint(text, at + 1) == hint
    assert _hint(f"{text}\nlast = 5", at + 1) == hint


@pytest.mark.parametrize(("text", "message", "shown"), [
    ("a = 1\nb = \n", "not TOML: Invalid value", "\n"), ("a = 1\nb = 2 3\n", "not TOML: Expected newline or end of document after a statement", "3"),
    ("a = 1\na = 2\n", "not TOML: Cannot overwrite a value", "\n"), ("a = [1", "not TOML: Unclosed array", ""),
])  # fmt: skip
def test_what_is_no_toml_is_shown_where_it_stands(text: str, message: str, shown: str) -> None:
    with pytest.raises(InputError) as raised:
        read_toml(Source("hw.toml", text))
    assert raised.value.message == message
    assert raised.value.span is not None
    assert text[slice(*raised.value.span)] == shown


TABLE = read_toml(Source("hw.toml", """\
text = "words"
blank = " "
whole = 3
part = 1.50
yes = true
list = [1, 2]
[at]
x = 2
[[row]]
id = "a"
n = 1
[[row]]
n = 2
"""))  # fmt: skip


def said(call: Any, *words: Any, **more: Any) -> tuple[str, str | None, str | None]:
    with pytest.raises(InputError) as raised:
        call(*words, **more)
    error = raised.value
    assert error.source is not None
    return error.message, error.hint, None if error.span is None else error.source.text[slice(*error.span)]


@pytest.mark.parametrize(("key", "below", "shown"), [
    ("n", (), "1"), ("m", (), "[[row]]"), ("at", ("x",), "2"), ("at", ("y",), "at"),
    ("at", ("x", 3), "x"), ("at", ("y", 3), "at"), ("m", ("y",), "[[row]]"), ("m", ("y", 0), "[[row]]"),
])  # fmt: skip
def test_what_is_not_there_is_shown_by_the_nearest_that_is(key: str, below: tuple[str | int, ...], shown: str) -> None:
    """In the second row, not in the first one."""
    text = "[[row]]\nn = 0\n[[row]]\nn = 1\nat = { x = 2 }\n"
    _, row = read_toml(Source("hw.toml", text)).tables("row")
    error = row.error(key, "wrong", None, *below)
    assert error.span is not None
    assert text[slice(*error.span)] == shown
    assert error.span[0] > text.index("n = 0")


def test_values_of_every_kind() -> None:
    assert TABLE.text("text") == "words"
    assert TABLE.text("none", "default") == "default"
    assert TABLE.flag("yes", False) is True
    assert (TABLE.flag("none", True), TABLE.flag("none", False)) == (True, False)
    assert (TABLE.number("whole", None, 3, 3), TABLE.number("part", None, 1.5, 1.5), TABLE.number("none", 7, 0, 1)) == (
        3,
        1.5,
        7,
    )
    assert isinstance(TABLE.value("part", None), Written)
    assert (TABLE.numeral("k", "n", 3), TABLE.numeral("k", "n", Written("1.50")), TABLE.numeral("k", "n", "1/3")) == (
        "3",
        "1.50",
        "1/3",
    )
    assert (TABLE.mapping("at"), TABLE.mapping("none"), TABLE.table("none")) == ({"x": 2}, {}, None)
    at = TABLE.table("at")
    assert at is not None
    assert (at.path, at.value("x", 0), at.value("y", 5)) == ("at", 2, 5)
    assert [(row.path, row.value("n", 0), row.place) for row in TABLE.tables("row")] == [
        ("row a", 1, ("row", 0)),
        ("row 2", 2, ("row", 1)),
    ]
    assert TABLE.tables("none") == []


def test_values_of_another_kind() -> None:
    assert said(TABLE.text, "none") == ("none: this key is missing", None, None)
    for key, shown in (("blank", '" "'), ("whole", "3"), ("part", "1.50"), ("list", "[1, 2]")):
        assert said(TABLE.text, key) == (f"{key}: a text is expected", None, shown)
    assert said(TABLE.flag, "whole", True) == ("whole: true or false is expected", None, "3")
    for key, least, most, whole, kind in (("whole", 4, 5, False, "a number from 4 to 5"), ("whole", 1, 2, True, "a whole number from 1 to 2"),
                                          ("part", 1, 2, True, "a whole number from 1 to 2"), ("yes", 0, 2, False, "a number from 0 to 2"),
                                          ("text", 0, 2, False, "a number from 0 to 2"), ("part", 0, 1, False, "a number from 0 to 1")):  # fmt: skip
        message, hint, _ = said(TABLE.number, key, None, least, most, whole=whole)
        assert (message, hint) == (f"{key}: {kind} is expected", None)
    assert said(TABLE.number_of, "at", "x", True, 0, 5) == ("at: x: a number from 0 to 5 is expected", None, "2")
    assert said(TABLE.numeral, "at", "x", None, "x") == ("at: this key is missing", None, "[at]")
    for found in (True, [1], " "):
        assert said(TABLE.numeral, "at", "x", found, "x") == (
            'at: x: a number is expected, or a text such as "1/3"',
            None,
            "2",
        )
    assert said(TABLE.mapping, "whole") == ("whole: a table is expected, such as { x = 2 }", None, "3")
    for key in ("whole", "list", "at"):
        assert said(TABLE.tables, key)[0] == f"{key}: write it as [[{key}]]"
    assert said(TABLE.tables("row")[1].text, "m") == ("row 2.m: this key is missing", None, "[[row]]")


@pytest.mark.parametrize(("keys", "elsewhere", "hint"), [
    (["text", "other"], {}, "known are other, text"), (["wholes", "other"], {}, "did you mean wholes?"),
    (["other"], {"whole": "under [[problem]]"}, "whole stands under [[problem]]"), (["other"], {"wholes": "under [[problem]]"}, "wholes stands under [[problem]]"),
    (["wholes"], {"wholes": "under [[problem]]"}, "did you mean wholes?"),
])  # fmt: skip
def test_keys_that_are_none(keys: list[str], elsewhere: dict[str, str], hint: str) -> None:
    table = read_toml(Source("hw.toml", "whole = 3\n"))
    assert said(table.only, keys, elsewhere) == ("whole: there is no such key", hint, "whole")
    table.only(["whole"], elsewhere)


@pytest.mark.parametrize(("text", "path", "keys", "values"), [
    ("a = 1", ("a",), "a", "1"), ("a.b = 'x'", ("a", "b"), "b", "'x'"), ("[t]\na = 1.5 # c", ("t", "a"), "a", "1.5"),
    ("[[r]]\na = 1\n[[r]]\na = 2", ("r", 1, "a"), "a", "2"), ("a = { b = 3, c = 4 }", ("a", "c"), "c", "4"),
    ("a = [1, [2, 33]]", ("a", 1, 1), None, "33"), ('"a b" = """x\ny"""', ("a b",), '"a b"', '"""x\ny"""'),
    ("[x.y]\nz = true\n", ("x", "y", "z"), "z", "true"), ("a = [\n 1, # one\n 2,\n]\nb = 7", ("b",), "b", "7"),
    ("[[r]]\n[r.s]\nk = 1\n[[r]]\n[r.s]\nk = 2", ("r", 1, "s", "k"), "k", "2"),
])  # fmt: skip
def test_where_keys_and_values_stand(text: str, path: tuple[str | int, ...], keys: str | None, values: str) -> None:
    found = Places(text)
    assert text[slice(*found.values[path])] == values
    assert (text[slice(*found.keys[path])] if path in found.keys else None) == keys
    ends = [*found.keys.values(), *found.values.values()]
    assert all(0 <= start < end <= len(text) for start, end in ends)


@pytest.mark.parametrize(("text", "characters"), [
    ('a = "xyz"', "xyz\""), ("a = 'xyz'", "xyz'"), ("a = 125", "125"), (r'a = "x\ty"', r"x\y" + '"'), (r'a = "\u00e9z"', "\\z\""),
    ('a = """\nxy"""', 'xy"'), ('a = """x\\\n   y"""', 'xy"'), ("a = ''", "'"), ("a = '''x\\y'''", "x\\y'"), (r"a = '\n'", r"\n'"),
])  # fmt: skip
def test_where_every_character_of_a_text_stands(text: str, characters: str) -> None:
    found = Places(text).characters(("a",))
    assert found is not None
    assert "".join(f"{text}$"[k] for k in found).rstrip("$") == characters
    assert Places(text).characters(("b",)) is None
