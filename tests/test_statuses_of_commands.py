"""What grading a class comes to as a status, which options of it go together, and what shells are told."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.commands.completing import FILE, FOLDER, Offer, _bash, _fish, _zsh
from gradcli.commands.grade import _check_options, _cost_of_a_day, _status
from gradcli.commands.rows import _sort
from gradcli.errors import InputError, Source
from gradcli.homework.classroom.entries import Trouble
from gradcli.homework.classroom.submissions import NO_HEADER

READ, UNREAD = Trouble("a.csv", "ann", "odd"), Trouble("b.csv", "bob", "no table", unreadable=True)
HEADLESS = Trouble("c.csv", "cy", NO_HEADER, unreadable=True)


@pytest.mark.parametrize(("changed", "fail_under", "status"), [
    ({}, None, 0), ({"unreadable": 1}, None, 1), ({"in_doubt": 1}, None, 1), ({"others": [0, 2]}, None, 1),
    ({"others": [0, 0]}, None, 0), ({"claims": 0}, None, 1), ({"troubles": [READ]}, None, 1),
    ({"troubles": [UNREAD, READ]}, None, 1), ({"troubles": [READ, UNREAD], "claims": 0}, None, 5),
    ({"troubles": [READ], "claims": 0}, None, 1), ({"spread": (0.5, 0.9)}, None, 0), ({"spread": (0.5, 0.9)}, 50, 0),
    ({"spread": (0.5, 0.9)}, 50.1, 1), ({"spread": (0.5, 0.9)}, 50 + 1e-10, 0), ({"spread": (0.5, 0.9)}, 50 + 1e-8, 1),
    ({"spread": (0.0, 0.9)}, 0, 0), ({"spread": None}, 50, 0), ({"troubles": [HEADLESS]}, None, 1),
])  # fmt: skip
def test_the_status_of_a_class(
    changed: dict[str, Any], fail_under: float | None, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 for what is not marked, or a score that is too low; 5 where no file could be read."""
    found = {"unreadable": 0, "in_doubt": 0, "others": [], "claims": 3, "troubles": [], "spread": (1.0, 1.0), **changed}
    store = SimpleNamespace(
        other_numbers=lambda: iter(found["others"]), troubles=lambda: iter(found["troubles"]),
        spread=lambda: found["spread"],
    )  # fmt: skip
    marked: Any = SimpleNamespace(
        unreadable=found["unreadable"], in_doubt=found["in_doubt"], claims=found["claims"], store=store
    )
    assert _status(marked, fail_under) == status
    said = capsys.readouterr().err
    assert said.startswith("hint: begin the file with student,item,claim") is (HEADLESS in found["troubles"])
    assert bool(said) is (HEADLESS in found["troubles"])


GRADE = ("hw.toml", "a.csv")
EACH = "--to canvas and --gradebook EXPORT.csv go together"


@pytest.mark.parametrize(("words", "options", "message", "hint"), [
    (GRADE, {}, None, None), (GRADE, {"wanted": ["csv", "json"], "out": "d"}, None, None),
    (GRADE, {"wanted": ["canvas"], "gradebook": "g.csv"}, None, None), (GRADE, {"output": "a.csv"}, None, None),
    (("HW.TOML", "a.toml"), {}, None, None), (("key.json", "a.csv"), {}, None, None),
    ((), {}, "a homework file is missing", "for example gradcli grade homework.toml submissions.csv"),
    (("hw.toml",), {}, "submissions are missing", "for example gradcli grade hw.toml submissions.csv"),
    (("a.csv", "HW.TOML", "b.csv"), {}, "the homework file comes first", "write gradcli grade HW.TOML a.csv b.csv"),
    (("a.csv", "b.csv", "x.toml", "y.toml"), {}, "the homework file comes first",
     "write gradcli grade x.toml a.csv b.csv y.toml"),
    (GRADE, {"out": "d", "output": "f"}, "--out writes a folder, -o one file: choose one", None),
    (GRADE, {"wanted": ["csv", "json"]}, "several reports need a folder", "add --out DIR"),
    (GRADE, {"wanted": ["canvas"]}, EACH, "for example --to canvas --gradebook export.csv"),
    (GRADE, {"gradebook": "g.csv"}, EACH, "for example --to canvas --gradebook export.csv"),
])  # fmt: skip
def test_words_and_options_of_grade(
    words: tuple[str, ...], options: dict[str, Any], message: str | None, hint: str | None
) -> None:
    asked: dict[str, Any] = {"wanted": [], "out": None, "output": None, "gradebook": None, "roster": None, **options}
    if message is None:
        _check_options(words, **asked)
        return
    with pytest.raises(InputError) as caught:
        _check_options(words, **asked)
    assert (caught.value.message, caught.value.hint, caught.value.kind) == (message, hint, "option")
    if message == EACH:
        given = ["--gradebook", "g.csv"] if options.get("gradebook") else ["--to", "canvas"]
        whole = ["--to", "canvas", "--gradebook", options.get("gradebook") or "export.csv"]
        assert caught.value.instead == (given, whole)


@pytest.mark.parametrize(("of_file", "is_due", "late", "roster", "cost"), [
    (None, False, None, None, None), (0.1, True, None, None, 0.1), (0.1, False, None, "r.csv", 0.1),
    (0.1, True, 0.5, None, 0.5), (None, True, 0.5, None, 0.5), (0.1, True, 0.0, None, 0.0),
    (None, False, 0.5, None, False), (0.1, False, None, None, False), (None, True, None, None, None),
])  # fmt: skip
def test_what_a_day_costs(
    of_file: float | None, is_due: bool, late: float | None, roster: str | None, cost: float | bool | None
) -> None:
    grader: Any = SimpleNamespace(late=of_file, is_due=is_due)
    if cost is False:
        with pytest.raises(InputError, match="nothing says who was late"):
            _cost_of_a_day(grader, late, roster)
    else:
        assert _cost_of_a_day(grader, late, roster) == cost


# ---- rows


@pytest.mark.parametrize(("words", "path", "given"), [
    ([], None, {}), (["a.csv"], "a.csv", {}), (["x=1", "a.csv", "y = 2"], "a.csv", {"x": "1", "y": " 2"}),
    (["-"], "-", {}), (["2=3.csv"], "2=3.csv", {}), (["d/x=1.csv"], "d/x=1.csv", {}),
])  # fmt: skip
def test_the_file_among_the_words(words: list[str], path: str | None, given: dict[str, str]) -> None:
    found, bindings = _sort(words)
    assert (found, {name: source.text for name, source in bindings.items()}) == (path, given)
    assert all(isinstance(source, Source) for source in bindings.values())


def test_two_files_are_one_too_many() -> None:
    with pytest.raises(InputError, match=f"^one file is expected, and {'b' * 60} is another$") as caught:
        _sort(["a", "b" * 61, "c"])
    assert caught.value.hint == "quote the program if it has blanks or *; bindings are written NAME=VALUE"


# ---- what shells are told

TWO = [("df/dx=1", "a slope"), ("df/dx=(2)", "")]


@pytest.mark.parametrize(("breaks", "incomplete", "is_quoted", "lines"), [
    ("", "df", False, ["plain,df/dx=1", "plain,df/dx=\\(2\\)"]),
    ("=", "df", False, ["plain,df/dx=1", "plain,df/dx=\\(2\\)"]),
    ("=:", "df/dx=", False, ["plain,1", "plain,\\(2\\)"]),
    (":", "df/dx=", False, ["plain,df/dx=1", "plain,df/dx=\\(2\\)"]),
    ("/", "df/", False, ["plain,df/dx=1", "plain,df/dx=\\(2\\)"]),  # no break of ours
    ("=", "df/dx=", True, ["plain,df/dx=1", "plain,df/dx=(2)"]),
])  # fmt: skip
def test_bash(breaks: str, incomplete: str, is_quoted: bool, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_GRADCLI_BREAKS", breaks)
    assert _bash(Offer(TWO), incomplete, is_quoted).splitlines() == lines
    assert _bash(Offer(TWO, FILE), incomplete, is_quoted).splitlines() == [*lines, "file,"]
    monkeypatch.setenv("_GRADCLI_BREAKS", "=:")
    assert _bash(Offer([("a:b=c", "")]), "a:b=", False) == "plain,c\n"
    assert _bash(Offer([("a=b:c", "")]), "a=b:", False) == "plain,c\n"
    assert _bash(Offer([]), "a", False) == ""


def test_zsh_and_fish() -> None:
    assert _zsh(Offer(TWO), "df", False).splitlines() == ["plain", "df/dx=1", "a slope", "plain", "df/dx=(2)", "_"]
    assert _zsh(Offer([], FOLDER), "d", False).splitlines() == ["dir", "d", "_"]
    assert _zsh(Offer([], FILE), "", False).splitlines() == ["file", "_", "_"]
    assert _fish(Offer(TWO), "df", False).splitlines() == ["plain,df/dx=1\ta slope", "plain,df/dx=(2)"]
    assert _fish(Offer([], FOLDER), "d", False) == "dir,d\n"
    assert _fish(Offer([]), "d", False) == ""


PLAIN: dict[str, Any] = {
    "source": "csv", "target": "csv", "delimiter": ",", "joined": False, "array": False, "written": None, "columns": (),
    "wrt": None, "of": None, "nodes": (), "keep": (), "ieee": False, "at_kink": "convention", "strict": False,
    "total": "", "weights": None, "skip_errors": False,
}  # fmt: skip


@pytest.mark.parametrize(("words", "changed"), [
    ("a.csv", {}), ("a.csv --jobs 2", {}), ("-", {}), ("a.arrow --jobs 1", {"source": "arrow", "target": "arrow"}),
    ("a.tsv", {"delimiter": "\t", "written": "\t"}), ("a.csv --to tsv", {"written": "\t"}),
    ("a.tsv --to csv", {"delimiter": "\t", "written": ","}), ("a.csv --to csv", {"written": ","}),
    ("a.json", {"source": "ndjson", "target": "ndjson", "joined": True}),
    ("a.json --to json", {"source": "ndjson", "target": "ndjson", "joined": True, "array": True, "written": ","}),
    ("a.csv -o b.json", {"target": "ndjson", "array": True, "written": ","}),
    ("a.dat --from ndjson", {"source": "ndjson", "target": "ndjson"}),
    ("a.csv --delimiter ;", {"delimiter": ";", "written": ";"}),
    ("a.csv --delimiter ; --to tsv", {"delimiter": ";", "written": "\t"}),
    ("a.csv --keep all", {"keep": None}), ("a.csv --keep x,y", {"keep": ("x", "y")}),
    ("a.csv --value", {"wrt": ()}), ("a.csv --wrt x", {"wrt": ("x",)}),
    ("a.csv --nodes q --of q", {"nodes": ("q",), "of": "q"}),
    ("a.csv --sum --weights w --skip-errors", {"total": "sum", "weights": "w", "skip_errors": True}),
    ("a.json --mean", {"source": "ndjson", "target": "ndjson", "joined": True, "total": "mean"}),
    ("a.parquet --sum", {"source": "parquet", "total": "sum"}),
    ("a.ndjson --sum", {"source": "ndjson", "target": "ndjson", "total": "sum"}),
    ("a.csv --sum -o b.csv", {"total": "sum", "written": ","}),
    ("a.csv --strict --ieee", {"strict": True, "ieee": True}),
    ("a.csv --at-kink error --column x=A", {"at_kink": "error", "columns": (("x", "A"),)}),
])  # fmt: skip
def test_what_rows_are_computed_with(words: str, changed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Any] = []

    def stream(settings: Any, *others: Any) -> int:
        taken.append((settings, *others))
        return 0

    monkeypatch.setattr("gradcli.rows.streaming.stream", stream)
    assert run(["rows", "x", *words.split()]) == 0
    settings, path, output, jobs, kind, dask = taken[0]
    assert {name: getattr(settings, name) for name in PLAIN} == {**PLAIN, **changed}
    assert path == words.split()[0]
    assert output == (words.partition("-o ")[2] or None)
    assert (jobs, kind, dask) == (2 if "--jobs 2" in words else 1, "auto", None)


@pytest.mark.parametrize("line", [
    "x*y x=1 y=2", "sum(x*x) x=[1,2]", "diff x*y", "diff sum(x*x) x=[1,2]", "check x*y x=1 y=2 dx=2",
    "check 2*x x=[1,2] f=[2,4]", "descend x**2 x=1 --rate 0.1", "plot 2*x x=0:1", "sum(x*x) x=[1,2] --cost",
    "sum(x*x) x=2 --shapes",
])  # fmt: skip
def test_compact_is_the_same_on_one_line(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = []
    for option in ("--json", "--compact"):
        assert run([*line.split(), option]) == 0
        found.append(capsys.readouterr().out)
    assert json.loads(found[0]) == json.loads(found[1])
    assert found[0].count("\n") > 1 == found[1].count("\n")
