"""Files that are written: whole or not at all, through links, with the old mode, whatever fails or ends the program."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run as gradcli
from gradcli.errors import StreamError
from gradcli.files import outputs
from gradcli.files.outputs import Output
from gradcli.rows.columns import installed

HOMEWORK = '[[problem]]\nid = "p1"\nprogram = "q = x + y; f = q*z"\nat = { x = -2, y = 5, z = -4 }\n'
OLD = "what was there before\n"
ROWS = "x,y\n" + "1.5,2\n" * 40_000  # several blocks
JOBS = {
    "report": ("x*y", "x=1", "y=2", "-o", "out.json"),
    "image": ("x*y", "x=1", "y=2", "-o", "out.svg"),
    "diff": ("diff", "x*y", "x", "-o", "out.json"),
    "check": ("check", "x*y", "x=1", "y=2", "f=2", "-o", "out.json"),
    "plot": ("plot", "x*x", "x=0:1", "-o", "out.svg"),
    "sheet": ("sheet", "x*y", "x=1", "y=2", "-o", "out.csv"),
    "grade": ("grade", "hw.toml", "s.csv", "-o", "out.csv"),
    "rows": ("rows", "x*y", "in.csv", "-o", "out.csv"),
    "ndjson": ("rows", "x*y", "in.csv", "-o", "out.ndjson"),
}
if installed("numpy", "pyarrow"):
    JOBS["parquet"] = ("rows", "x*y", "in.csv", "-o", "out.parquet")
    JOBS["columns"] = ("rows", "x*y", "in.csv", "--engine", "columns", "-o", "out.csv")


def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with what every command reads."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text(ROWS)
    (tmp_path / "hw.toml").write_text(HOMEWORK)
    (tmp_path / "s.csv").write_text("student,item,claim\nann,q,3\nbob,q,4\n")
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return working_folder(tmp_path, monkeypatch)


class Faults:
    """Lets one call of the operating system for an unfinished file fail: the `turn`-th of the function `name`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, turn: int, number: int) -> None:
        self.left = turn
        self.met = False
        self.number = number
        self.descriptors: set[int] = set()
        really_open, really_close, really = os.open, os.close, getattr(os, name)

        def opened(path: Any, *rest: Any, **options: Any) -> int:
            if name == "open" and str(path).endswith(".tmp"):
                self.strike()
            descriptor = really_open(path, *rest, **options)
            if str(path).endswith(".tmp"):
                self.descriptors.add(descriptor)
            return descriptor

        def failing(what: Any, *rest: Any) -> Any:
            if what in self.descriptors or str(what).endswith(".tmp"):
                self.strike()
            return really(what, *rest)

        def closed(descriptor: int) -> None:
            really_close(descriptor)  # it is gone, whatever close says
            if descriptor in self.descriptors:
                self.descriptors.remove(descriptor)
                if name == "close":
                    self.strike()

        if name not in ("open", "close"):
            monkeypatch.setattr(os, name, failing)
        monkeypatch.setattr(os, "close", closed)
        monkeypatch.setattr(os, "open", opened)

    def strike(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.met = True
            raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("name", ["open", "write", "fsync", "close", "replace"])
@pytest.mark.parametrize("job", JOBS)
def test_whatever_fails_the_old_file_is_kept(
    job: str, name: str, number: int, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every call of every function fails once; at last one that is never reached."""
    words = JOBS[job]
    target = folder / words[-1]
    for turn in range(1, 100):
        target.write_text(OLD)
        before = sorted(os.listdir(folder))
        with pytest.MonkeyPatch.context() as patched:
            faults = Faults(patched, name, turn, number)
            status = gradcli(list(words))
        out, err = capfd.readouterr()
        assert sorted(os.listdir(folder)) == before, "a file is left behind"
        assert not out
        if not faults.met:
            assert (status, err) == (0, "")
            assert target.read_bytes() != OLD.encode()
            assert turn > 1
            return
        assert status == 5
        assert err == f"gradcli: {words[-1]}: {os.strerror(number)[0].lower()}{os.strerror(number)[1:]}\n"
        assert target.read_text() == OLD
    pytest.fail("the calls do not end")


@pytest.mark.parametrize("name", ["open", "write", "fsync", "close", "replace"])
@pytest.mark.parametrize(
    "words", [("grade", "hw.toml", "s.csv", "--out", "out"), ("x*y", "x=1", "y=2", "--frames", "out"),
              ("sheet", "x*y", "x=1", "y=2", "--roster", "s.csv", "--out", "out", "--force")],
)  # fmt: skip
def test_of_a_folder_every_file_is_whole(
    words: tuple[str, ...], name: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert gradcli(list(words)) == 0
    whole = {path: path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}
    capfd.readouterr()
    for turn in range(1, 100):
        for path in whole:
            path.write_text(OLD)
        with pytest.MonkeyPatch.context() as patched:
            faults = Faults(patched, name, turn, errno.EIO)
            status = gradcli(list(words))
        _, err = capfd.readouterr()
        found = {path: path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}
        assert found.keys() == whole.keys(), "a file is left behind"
        if not faults.met:
            assert status == 0
            assert found == whole
            return
        assert all(text in (OLD.encode(), whole[path]) for path, text in found.items())
        assert status == 5
        assert err.count("\n") == 1
        assert "input/output error" in err
    pytest.fail("the calls do not end")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize(
    "options", [[], ["--engine", "columns"], ["--jobs", "2"], ["--to", "ndjson"], ["--to", "arrow"]]
)
def test_rows_on_standard_output_fail_once(
    options: list[str], number: int, folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if {"columns", "arrow"} & set(options) and not installed("numpy", "pyarrow"):
        pytest.skip("NumPy and pyarrow are not installed")
    # The stream is not abandoned for good: it is the one of the tests.
    monkeypatch.setattr("gradcli.commands.streams._abandon", lambda stream: None)
    really = os.write
    for turn in range(1, 100):
        left = turn

        def failing(descriptor: int, data: Any) -> int:
            nonlocal left
            left -= descriptor == sys.stdout.fileno()
            if descriptor == sys.stdout.fileno() and left <= 0:
                raise OSError(number, os.strerror(number))
            return really(descriptor, data)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(os, "write", failing)
            status = gradcli(["rows", "x*y", "in.csv", *options])
        _, err = capfd.readouterr()
        if left > 0:
            assert turn > 1
            assert (status, err) == (0, "")
            return
        assert status == 5
        assert err.startswith("gradcli: standard output: ")
        assert err.count("\n") == 1
    pytest.fail("the calls do not end")


def test_a_file_system_that_cannot_sync_is_no_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(descriptor: int) -> None:
        raise OSError(errno.EINVAL, "invalid argument")

    monkeypatch.setattr(os, "fsync", cannot)
    with Output("new.txt") as output:
        output.write(b"text")
        output.close()
    assert (folder / "new.txt").read_bytes() == b"text"


def test_the_file_is_on_the_disk_before_it_takes_its_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    for name in ("write", "fsync", "close", "replace"):
        really: Callable[..., Any] = getattr(os, name)

        def told(*arguments: Any, name: str = name, really: Callable[..., Any] = really) -> Any:
            order.append(name)
            return really(*arguments)

        monkeypatch.setattr(os, name, told)
    output = Output("new.txt")
    output.write(b"text")
    output.close()
    monkeypatch.undo()
    assert order[:4] == ["write", "fsync", "close", "replace"]
    assert order[4:] == ["fsync", "close"], "the folder is synced after"


# ---- links, modes, devices


@pytest.mark.parametrize("job", JOBS)
def test_a_link_stays_one_and_its_file_keeps_its_mode(job: str, folder: Path) -> None:
    words = JOBS[job]
    (folder / "far").mkdir()
    real = folder / "far" / "real"
    real.write_text(OLD)
    real.chmod(0o640)
    (folder / "between").symlink_to("far/real")
    (folder / words[-1]).symlink_to("between")
    assert gradcli(list(words)) == 0
    assert os.readlink(folder / words[-1]) == "between"
    assert os.readlink(folder / "between") == "far/real"
    assert real.read_bytes() not in (b"", OLD.encode())
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert os.listdir(folder / "far") == ["real"]


def test_a_dangling_link_makes_its_file(folder: Path) -> None:
    (folder / "far").mkdir()
    (folder / "out.csv").symlink_to("far/new.csv")
    assert gradcli(["rows", "x*y", "in.csv", "-o", "out.csv"]) == 0
    assert (folder / "out.csv").is_symlink()
    assert (folder / "far" / "new.csv").read_text().startswith("f,df/dx")


def test_links_in_a_circle_are_an_error(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.csv").symlink_to("b.csv")
    (folder / "b.csv").symlink_to("a.csv")
    assert gradcli(["rows", "x*y", "in.csv", "-o", "a.csv"]) == 5
    assert "a.csv" in capfd.readouterr().err
    assert (folder / "a.csv").is_symlink()


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_has_the_mode_that_the_mask_leaves(mask: int, folder: Path) -> None:
    before = os.umask(mask)
    try:
        assert gradcli(["x*y", "x=1", "y=2", "-o", "out.json"]) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "out.json").stat().st_mode) == 0o666 & ~mask


def test_a_group_that_cannot_be_given_gets_no_more_than_everybody(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "out.txt").write_text(OLD)
    (folder / "out.txt").chmod(0o664)
    old = os.stat(folder / "out.txt")
    other = os.stat_result((old.st_mode, *old[1:4], old.st_uid, old.st_gid + 1, *old[6:]))

    def refused(*arguments: Any) -> None:
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr(os, "fchown", refused)
    descriptor = os.open("new.txt", os.O_WRONLY | os.O_CREAT, 0o600)
    outputs._give_rights(descriptor, other)
    os.close(descriptor)
    assert stat.S_IMODE((folder / "new.txt").stat().st_mode) == 0o644


def start(*words: str, cwd: Path, **options: Any) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.Popen([sys.executable, "-m", "gradcli", *words], cwd=cwd, env=environment, **options)


@pytest.mark.skipif(not os.path.exists("/proc/self/fd/1"), reason="there is no /proc")
@pytest.mark.parametrize("mode", ["wb", "ab"])
@pytest.mark.parametrize("name", ["mine", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_its_own_standard_output_is_written_in_place(name: str, mode: str, folder: Path) -> None:
    (folder / "mine").symlink_to("/proc/self/fd/1")
    (folder / "got").write_text(OLD)
    with (
        open(folder / "got", mode) as got,
        start("rows", "x*y", "--value", "-o", name, cwd=folder, stdin=subprocess.PIPE, stdout=got) as process,
    ):
        process.communicate(b"x,y\n2,3\n")
        assert process.returncode == 0
    assert (folder / "got").read_text() == (OLD if mode == "ab" else "") + "f,error\n6.0,\n"
    assert (folder / "mine").is_symlink()


@pytest.mark.skipif(not os.path.exists("/proc/self/fd/1"), reason="there is no /proc")
def test_another_descriptor_is_written_in_place(folder: Path) -> None:
    with open(folder / "got", "wb") as got:
        number = got.fileno()
        done = start("x*y", "x=2", "y=3", "--value", "-o", f"/dev/fd/{number}", cwd=folder, pass_fds=[number])
        assert done.wait() == 0
    assert (folder / "got").read_text() == "6.0\n"


def test_a_socket_and_a_pipe_are_written_in_place(folder: Path) -> None:
    here, there = socket.socketpair()
    with here, there:
        assert start("x*y", "x=2", "y=3", "--value", "-o", "/dev/stdout", cwd=folder, stdout=there).wait() == 0
        assert here.recv(100) == b"6.0\n"
    os.mkfifo(folder / "pipe")
    process = start("rows", "x*y", "in.csv", "-o", "pipe", cwd=folder)
    with open(folder / "pipe", "rb") as pipe:
        assert pipe.read().count(b"\n") == 40_001
    assert process.wait() == 0
    assert stat.S_ISFIFO(os.stat(folder / "pipe").st_mode)


def test_a_file_without_leave_to_write_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "out.json").write_text(OLD)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    assert gradcli(["x*y", "x=1", "y=2", "-o", "out.json"]) == 5
    assert (folder / "out.json").read_text() == OLD


def test_a_path_that_is_none(folder: Path) -> None:
    for path in ("", "no/such/folder", "a\0b", "."):
        with pytest.raises(StreamError):
            Output(path)
    assert not list(folder.glob("*.tmp"))


def test_a_long_name_has_room_for_the_unfinished_file(folder: Path) -> None:
    name = "n" * 250 + ".json"
    assert gradcli(["x*y", "x=1", "y=2", "-o", name]) == 0
    assert (folder / name).exists()


@pytest.mark.skipif(not os.path.exists("/proc/self/fd/1"), reason="there is no /proc")
def test_a_descriptor_is_known_by_its_own_name_alone(tmp_path: Path) -> None:
    """Also through a link; a file that is called by a number is a file."""
    reading, writing = os.pipe()
    (tmp_path / "mine").symlink_to(f"/dev/fd/{writing}")
    (tmp_path / str(writing)).write_text("")
    found = os.fstat(writing)
    try:
        for path in (
            f"/dev/fd/{writing}",
            f"/proc/self/fd/{writing}",
            f"/proc/{os.getpid()}/fd/{writing}",
            tmp_path / "mine",
        ):
            assert outputs._known_descriptor(str(path), found) == writing
        for path in (tmp_path / str(writing), tmp_path / "other"):
            assert outputs._known_descriptor(str(path), found) is None
    finally:
        os.close(reading)
        os.close(writing)
