"""What a command writes into files and folders: which files, which wait for the disk, what is said beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.files import outputs

Capture = pytest.CaptureFixture[str]
NUMBERS = ("abs(x)*y", "x=0", "y=2")
ARRAYS = ("L=abs(sum(x))", "x=[0,0,0]")
OPENED = "the arrays are shown as the numbers inside, each with a name such as W[1,0]"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hw.toml").write_text('[[problem]]\nid = "p"\nprogram = "x*y"\nat = {x = 2, y = 3}\n')
    Path("class.csv").write_text("student,dx\nAda,3\nBob,3\n")
    Path("roster.csv").write_text("student\nAda\nBob\n")


def notes(capsys: Capture) -> tuple[str, list[str]]:
    out, err = capsys.readouterr()
    return out, [line.removeprefix("gradcli: note: ") for line in err.splitlines()]


# ---- frames


@pytest.mark.parametrize(("options", "begins", "file"), [
    ([], "", None), (["--json"], "{", None), (["--to", "csv"], "node", None), (["--steps"], "Forward", None),
    (["-o", "r.csv"], "", "r.csv"), (["--to", "table"], " node", None),
])  # fmt: skip
@pytest.mark.parametrize(("program", "steps", "said"), [(NUMBERS, 8, []), (ARRAYS, 10, [OPENED])])
def test_frames_come_with_a_report_where_one_is_asked_for(
    program: Sequence[str], steps: int, said: list[str], options: list[str], begins: str, file: str | None,
    capsys: Capture,
) -> None:  # fmt: skip
    """Forward and backward, one for every node: x, y, abs(x), f; of the array three numbers, sum(x) and L."""
    assert run([*program, *options, "--frames", "shots"]) == 0
    frames = sorted(Path("shots").iterdir())
    assert [path.name for path in frames] == [f"step{k:0{len(str(steps))}}.svg" for k in range(1, steps + 1)]
    assert all(path.read_text().startswith("<svg") for path in frames)
    out, told = notes(capsys)
    if begins:
        assert out.lstrip().startswith(begins.strip())
    else:
        assert out == ""
    assert Path("r.csv").exists() is (file is not None)
    assert [note for note in told if note in said] == said
    assert any(note.startswith("abs has a kink here") for note in told)


@pytest.mark.parametrize("name", ["--hessian", "--verify"])
def test_opened_frames_stand_beside_what_is_asked_of_numbers(name: str, capsys: Capture) -> None:
    line = ["L=sum(x*x)", "x=[1,2]", "--open", "all", "--frames", "shots", "--to", "json", name]
    assert run(line) == 0
    found = json.loads(capsys.readouterr().out)
    if name == "--hessian":
        assert found["hessian"]["x[0]"] == {"x[0]": 2.0, "x[1]": 0.0}
    else:
        assert [check["verdict"] for check in found["checks"]] == ["agrees", "agrees"]


# ---- the disk


@pytest.mark.parametrize(("words", "synced"), [
    ((*NUMBERS, "-o", "a.txt"), ["a.txt"]),
    ((*NUMBERS, "--frames", "out"), []),
    ((*ARRAYS, "--frames", "out"), []),
    (("plot", "x**2", "x=0:1", "-o", "a.csv"), ["a.csv"]),
    (("diff", "x**2", "-o", "a.txt"), ["a.txt"]),
    (("descend", "x**2", "x=1", "--rate", "0.1", "-o", "a.csv"), ["a.csv"]),
    (("check", "x**2", "x=1", "dx=2", "-o", "a.txt"), ["a.txt"]),
    (("sheet", "x**2", "x=3", "-o", "a.csv"), ["a.csv"]),
    (("sheet", "x**2", "x=3", "--roster", "roster.csv", "--out", "out"), []),
    (("sheet", "x**2", "x=3", "--hash", "-o", "a.json"), ["a.json"]),
    (("grade", "hw.toml", "class.csv", "-o", "a.csv"), ["a.csv"]),
    (("grade", "hw.toml", "class.csv", "--out", "out"), ["grades.csv", "grades.json"]),
])  # fmt: skip
def test_one_file_waits_for_the_disk_and_one_of_many_does_not(
    words: Sequence[str], synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    of_files, of_folders, real = [], [], outputs.Output.close

    def close(output: Any) -> None:
        waits.append(output.name)
        real(output)
        waits.pop()

    waits: list[str] = []
    monkeypatch.setattr(outputs.Output, "close", close)
    monkeypatch.setattr(outputs, "_sync", lambda descriptor: of_files.append(Path(waits[-1]).name))
    monkeypatch.setattr(outputs, "_sync_folder", lambda path: of_folders.append(Path(waits[-1]).name))
    assert run([*words]) == 0
    assert sorted(of_files) == sorted(of_folders) == synced
    if not synced:
        assert len(list(Path("out").iterdir())) >= 2


# ---- what is asked for is shown


@pytest.mark.parametrize("listed", [[], ["--nodes", "all"], ["--nodes", "named"], ["--nodes", "none"]])
@pytest.mark.parametrize("asked", ["--hessian", "--verify"])
def test_second_derivatives_and_checks_are_shown_whichever_nodes_are(
    asked: str, listed: list[str], capsys: Capture
) -> None:
    """And the note on them: d²f/dxdz has none here."""
    words = ["q = abs(x) + x*x; f = q*z", "x=0", "z=-4", asked, *listed]
    assert run([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert ("hessian" in found, "checks" in found) == (asked == "--hessian", asked == "--verify")
    told = [note["message"] for note in found["notes"] if note["message"].startswith("d²f")]
    assert len(told) == (asked == "--hessian")
    assert run(words) == 0
    out = capsys.readouterr().out
    assert ("Hessian, d²f" in out) is (asked == "--hessian")
    assert ("verify z: agrees" in out) is (asked == "--verify")
    assert all(note in out for note in told)
