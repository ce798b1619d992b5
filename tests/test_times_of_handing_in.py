"""Times of handing in, at their edges: noon and midnight, zones, short years, what is no time and what no day."""

from __future__ import annotations

import pytest

from gradcli.homework.claims.hand_in_times import has_day_first, is_hand_in, moments_in, order_in, read_stored, stored


@pytest.mark.parametrize(("clock", "shown"), [
    ("12:00 PM", "12:00"), ("12:00 AM", "00:00"), ("1:05 PM", "13:05"), ("1:05 AM", "01:05"), ("11:59 pm", "23:59"),
    ("12:30", "12:30"), ("13:00 PM", "13:00"), ("13:00 AM", "13:00"), ("0:30 PM", "00:30"), ("9:14:07", "09:14:07"),
    ("9.14", "09:14"), ("9:14:07.250", "09:14:07"), ("09h14", "09:14"), ("\u4e0a\u534812:10", "00:10"),
    ("\u4e0b\u534812:10", "12:10"), ("\u4e0b\u53483:10", "15:10"), ("23:59", "23:59"), ("24:00", ""), ("12:60", ""),
    ("9:14:61", ""), ("9:1", ""), ("", ""),
])  # fmt: skip
def test_times_of_the_day(clock: str, shown: str) -> None:
    found = moments_in(f"2026-11-20 {clock}")
    assert [moment.text for moment in found] == [f"2026-11-20 {shown}".strip()]
    assert read_stored(stored(found)) == found


@pytest.mark.parametrize(("zone", "shown"), [
    ("UTC", "+00:00"), ("Z", "+00:00"), ("GMT", "+00:00"), ("+05:30", "+05:30"), ("+0530", "+05:30"),
    ("-03:30", "-03:30"), ("+00:30", "+00:30"), ("-1", "-01:00"),
    ("\u221203:30", "-03:30"), ("UTC+2", "+02:00"), ("GMT-11", "-11:00"), ("+2", "+02:00"), ("MEZ", ""), ("Zeit", ""),
])  # fmt: skip
def test_zones_are_told_by_their_distance_from_utc(zone: str, shown: str) -> None:
    (found,) = moments_in(f"2026-11-20 18:00:00 {zone}")
    assert found.text == f"2026-11-20 18:00{shown}"
    (found,) = moments_in(f"2026-11-20 18:00:05 {zone}")
    assert found.text == f"2026-11-20 18:00:05{shown}"
    (found,) = moments_in(f"2026-11-20 18:00:05.250 {zone}")
    assert found.text == f"2026-11-20 18:00:05{shown}"
    assert read_stored(found.text) == [found]


@pytest.mark.parametrize("zone", ["+24", "-24:00", "+99:00"])
def test_a_zone_beyond_a_day_is_no_time(zone: str) -> None:
    assert [moment.at for moment in moments_in(f"2026-11-20 18:00 {zone}")] == [None]


@pytest.mark.parametrize(("text", "days"), [
    ("20.11.26", ["2026-11-20"]), ("1.2.2026", ["2026-02-01"]), ("1.13.2026", []), ("13.1.2026", ["2026-01-13"]),
    ("1/2/26", ["2026-01-02", "2026-02-01"]), ("12/12/2026", ["2026-12-12"]), ("12/13/2026", ["2026-12-13"]),
    ("13/12/2026", ["2026-12-13"]), ("13/13/2026", []), ("1-2-2026", ["2026-01-02", "2026-02-01"]),
    ("29.2.2024", ["2024-02-29"]), ("29.2.2026", []), ("2026.11.20", ["2026-11-20"]), ("2026/1/2", ["2026-01-02"]),
    ("1st May 2026", ["2026-05-01"]), ("2nd of May 2026", []), ("May 3rd, 2026", ["2026-05-03"]),
    ("3 mai 2026", ["2026-05-03"]),
    ("M\u00e4rz 5, 2026", ["2026-03-05"]), ("31 June 2026", []), ("Foo 3, 2026", []), ("3 Foo 2026", []),
    ("Friday 3 4 April 2026", ["2026-04-04"]), ("1", []), ("46346", ["2026-11-20"]), ("1/2/345", []),
    ("00000", ["1899-12-30"]),
    ("46346.5", ["2026-11-20 12:00"]), ("46346.00001", ["2026-11-20 00:00:01"]), ("4634", []), ("463466", []),
])  # fmt: skip
def test_days_in_every_order(text: str, days: list[str]) -> None:
    """Of 1/2 the month comes first in the first reading; a dot stands behind the day."""
    assert [moment.text for moment in moments_in(text)] == days


@pytest.mark.parametrize(("text", "first"), [
    ("13/12/2026", True), ("12/13/2026", False), ("12/12/2026", None), ("1/2/2026", None), ("13.12.2026", None),
    ("2026/12/13", None), ("13-12-2026", True), ("20 May 2026", None),
])  # fmt: skip
def test_which_number_is_the_day(text: str, first: bool | None) -> None:
    assert order_in(moments_in(text), text) is first


@pytest.mark.parametrize(("heading", "hand_in", "day_first"), [
    ("Timestamp", True, False), ("Zeitstempel", True, True), (" Submitted  AT ", True, False),
    ("Abgegeben am", True, True),
    ("Termin\u00e9", True, True), ("Heure de fin", True, True), ("Start time", False, False), ("", False, False),
])  # fmt: skip
def test_headings_of_times(heading: str, hand_in: bool, day_first: bool) -> None:
    assert (is_hand_in(heading), has_day_first(heading)) == (hand_in, day_first)


def test_what_is_stored_is_read_back() -> None:
    assert stored([]) == ""
    assert read_stored("") == []
    both = moments_in("3/4/2026 9:05")
    assert stored(both) == "2026-03-04 09:05|2026-04-03 09:05"
    assert read_stored(stored(both)) == both
