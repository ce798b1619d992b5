"""Marking a large class by processes: the same report, whoever marks, and what is said where one is gone."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gradcli.commands import run
from gradcli.errors import Source, StreamError
from gradcli.files.serving import Server, cores
from gradcli.homework.classroom import class_marking, submission_store
from gradcli.homework.classroom.class_marking import by_processes, grader_of, processes_for, serve
from gradcli.homework.classroom.entries import Entry

HOMEWORK = Source("hw.toml", '[[problem]]\nprogram = "q = x + y; f = q*z"\nvary = 2026\nitems = ["q", "f", "df/dx"]')
STUDENTS = [f"student {k}" for k in range(40)]
CLAIMS = [(name, item, str(k % 7 - 3)) for k, name in enumerate(STUDENTS) for item in ("q", "f", "df/dx", "df/dw")]
HANDED_IN = [(k, name, [Entry(name, "p1", "q", "3", "a:1")], None) for k, name in enumerate(STUDENTS)]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A class that counts as large, on a machine with three processors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(class_marking, "OWN_CLAIMS_FOR_PROCESSES", len(CLAIMS))
    monkeypatch.setattr(class_marking, "STUDENTS_AT_ONCE", 4)
    monkeypatch.setattr(class_marking, "cores", lambda: 3)
    Path("hw.toml").write_text(HOMEWORK.text, encoding="utf-8")
    rows = "".join(f"{name},{item},{claim}\n" for name, item, claim in CLAIMS)
    Path("class.csv").write_text(f"student,item,claim\n{rows}", encoding="utf-8")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands of the processes that are started."""
    found: list[list[str]] = []
    popen = subprocess.Popen

    def noted(command: list[str], **options: object) -> object:
        found.append(command)
        return popen(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", noted)
    return found


def report(capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = run(["grade", "hw.toml", "class.csv", "--json"])
    return status, *capsys.readouterr()


@pytest.mark.usefixtures("large")
def test_processes_mark_as_one_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, begun: list[list[str]]
) -> None:
    shared = report(capsys)
    assert len(begun) == 3
    monkeypatch.setattr(class_marking, "OWN_CLAIMS_FOR_PROCESSES", len(CLAIMS) + 1)
    assert report(capsys) == shared
    assert len(begun) == 3
    record = json.loads(shared[1])
    assert [student["student"] for student in record["students"]] == STUDENTS
    assert len(record["not_marked"]) == len(STUDENTS)


@pytest.mark.usefixtures("large")
def test_a_student_with_too_many_claims_is_marked_by_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, begun: list[list[str]]
) -> None:
    """What is not read of a student is told in the order of the students."""
    monkeypatch.setattr(submission_store, "MOST_CLAIMS", 3)
    status, out, _ = report(capsys)
    told = [trouble["student"] for trouble in json.loads(out)["not_marked"]]
    assert (status, told, begun) == (1, STUDENTS, [])


def test_small_classes_and_lonely_processors_are_marked_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    many = min(cores(), class_marking.MOST_PROCESSES)
    for varies, enough in ((False, class_marking.CLAIMS_FOR_PROCESSES), (True, class_marking.OWN_CLAIMS_FOR_PROCESSES)):
        assert [processes_for(claims, varies=varies) for claims in (enough - 1, enough)] == [1, many]
    monkeypatch.setattr(class_marking, "cores", lambda: 1)
    assert processes_for(class_marking.CLAIMS_FOR_PROCESSES, varies=True) == 1


def test_where_no_process_starts_the_grader_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refused)
    grader = grader_of(HOMEWORK, "last")
    found = list(by_processes(grader, HOMEWORK, iter(HANDED_IN), 2))
    assert found == [(student, grader.result(*student[1:])) for student in HANDED_IN]


def test_a_process_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    send = Server.send

    def noted(self: Server[object], message: object) -> None:
        begun.append(self.process)
        send(self, message)

    monkeypatch.setattr(Server, "send", noted)
    marked = by_processes(grader_of(HOMEWORK, "last"), HOMEWORK, iter(HANDED_IN), 1)
    assert next(marked)[0] == HANDED_IN[0]
    begun[0].kill()
    begun[0].wait()
    with pytest.raises(StreamError, match=r"^a process that marks students has ended$"):
        list(marked)


def test_a_process_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def served(*sent: object) -> bytes:
        out = io.BytesIO()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"".join(map(pickle.dumps, sent)))))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
        serve()
        return out.getvalue()

    assert served() == b""
    grader = grader_of(HOMEWORK, "last")
    students = [student[1:] for student in HANDED_IN[:2]]
    assert pickle.loads(served((HOMEWORK, "last"), students)) == [grader.result(*student) for student in students]
