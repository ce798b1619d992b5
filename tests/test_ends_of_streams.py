"""Streams that are closed, broken, slow or torn, and terminals of unknown width, within this process."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.calculus.notes import Note
from gradcli.commands import completing, run, streams
from gradcli.commands.completing import FILE, FOLDER, Offer
from gradcli.errors import InputError, Source, StreamError
from gradcli.files import outputs
from gradcli.files.outputs import Output
from gradcli.rows import messages
from gradcli.rows.blocks import Blocks
from gradcli.rows.columns import installed
from gradcli.rows.engine import Failure
from gradcli.rows.messages import Reporter
from gradcli.rows.plan import Failed


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError(errno.ENOTTY, "not a terminal")


# ---- terminals


def test_a_terminal_that_does_not_tell_its_width_has_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", Screen())
    monkeypatch.setattr(sys, "stderr", Screen())
    assert streams.terminal().width == 80
    assert streams._error_width() == 80
    for columns, width in (
        ("50", 50), (" 7 ", 7), ("1", 1), ("0", 80), ("", 80), ("-5", 80), ("wide", 80), ("\u0665", 80),
        ("99999", 99_999), ("100000", 100_000), ("100001", 100_000), ("9" * 5000, 100_000),
    ):  # fmt: skip
        monkeypatch.setenv("COLUMNS", columns)
        assert streams._error_width() == streams.terminal().width == width
        assert streams.terminal(to_file=True).width is None
    monkeypatch.setattr(sys, "stderr", None)
    assert streams._error_width() is None
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert streams.terminal().width == 100_000  # as the environment tells, also where nobody watches
    monkeypatch.delenv("COLUMNS")
    assert streams.terminal().width is None


@pytest.mark.parametrize(("columns", "width"), [(0, None), (1, 1), (132, 132)])
def test_a_terminal_tells_its_width(columns: int, width: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Real(Screen):
        def fileno(self) -> int:
            return 7

    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", Real())
    monkeypatch.setattr(sys, "stderr", Real())
    asked: list[int] = []

    def size(stream: int) -> os.terminal_size:
        asked.append(stream)
        return os.terminal_size((columns, 24))

    monkeypatch.setattr(os, "get_terminal_size", size)
    assert streams.terminal().width == streams._error_width() == width
    assert asked == [7, 7]


def test_notes_beyond_the_first_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    notes = [Note("undefined", k, f"x{k}", message=f"note {k}") for k in range(15)]
    streams.remark([Note("kink", 0, "f", message="not told"), *notes])
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "gradcli: note: note 0"
    assert lines[12:] == ["gradcli: and 3 more notes (--json lists them all)"]


def test_messages_need_a_standard_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    streams.complain(InputError("nobody reads this"), as_json=False)
    streams.advise("nor this")
    messages.tell("nor that")

    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EPIPE, "broken pipe")

    monkeypatch.setattr(sys, "stderr", Broken())
    messages.tell("nor that")
    assert capsys.readouterr().out == ""


def test_signs_of_life_are_wiped_out_before_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, clock = Screen(), iter([0.0, 0.5, 3.0, 3.1, 3.2])
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(messages, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    reporter = Reporter("rows.csv", 2)
    reporter.take(100, 100, [])  # too early
    assert screen.getvalue() == ""
    reporter.take(200, 200, [])
    assert screen.getvalue() == "\r300 rows, 100 a second "
    reporter.take(1, 1, [Failure(0, Failed(2, "oops", ""))])
    wiped = "\r" + " " * 60 + "\r"
    assert screen.getvalue().endswith(f"{wiped}gradcli: rows.csv: row 302: oops\n")
    assert reporter.finish() == 2


# ---- files


def test_an_output_that_has_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(StreamError, match=r"^standard output is closed$"):
        Output(None)
    with pytest.raises(StreamError, match=r"^standard output is closed$"):
        streams.emit("text")


def test_a_name_that_a_process_left_behind_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "_NUMBERS", iter([7, 8]))
    left = tmp_path / f"out.txt.{os.getpid()}-7.tmp"
    left.write_text("of another process")
    with Output(str(tmp_path / "out.txt")) as output:
        output.write(b"text")
        output.close()
    assert (tmp_path / "out.txt").read_text() == "text"
    assert left.read_text() == "of another process"


def test_a_pipe_that_is_full_is_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    waited: list[Any] = []
    write = os.write

    def full_at_first(descriptor: int, data: bytes) -> int:
        if not waited:
            raise BlockingIOError
        return write(descriptor, data)

    monkeypatch.setattr(outputs, "select", SimpleNamespace(select=lambda *streams: waited.append(streams)))
    with Output(str(tmp_path / "out.txt")) as output:
        monkeypatch.setattr(outputs.os, "write", full_at_first)
        output.write(b"text")
        output.close()
    monkeypatch.undo()
    assert len(waited) == 1
    assert (tmp_path / "out.txt").read_bytes() == b"text"


def test_a_signal_takes_unfinished_files_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[int] = []
    monkeypatch.setattr(outputs.signal, "raise_signal", raised.append)
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        output = Output(str(tmp_path / "out.txt"))
        assert len([*tmp_path.iterdir()]) == 1
        handler: Any = signal.getsignal(signal.SIGTERM)
        handler(signal.SIGTERM, None)
        assert [*tmp_path.iterdir()] == []
        assert raised == [signal.SIGTERM]
        output.discard()
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


def test_systems_with_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No modes of descriptors, no owners of files; a path that leads nowhere any more."""
    found = os.stat(tmp_path)
    assert outputs._leads_to(str(tmp_path), found)
    assert not outputs._leads_to(str(tmp_path / "gone"), found)
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert outputs._writable(0)
    monkeypatch.delattr(os, "fchown")
    outputs._give_rights(-1, found)  # which would fail


# ---- rows


def test_rows_need_a_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(StreamError, match=r"^standard input is closed$"):
        Blocks(None, ",", joined=False)


def test_a_terminal_has_no_rows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", Screen())
    assert run(["rows", "x*y"]) == 2
    error = "gradcli: there are no rows on standard input\nhint: name a file, or - for what you will type\n"
    assert capsys.readouterr().err == error


class Slow:
    """A pipe that has nothing at first, and then breaks."""

    def __init__(self, *found: bytes | OSError | None) -> None:
        self.found = iter(found)

    def read(self, size: int) -> bytes | None:
        found = next(self.found)
        if isinstance(found, OSError):
            raise found
        return found

    def fileno(self) -> int:
        return -1  # nothing that can be waited for


def blocks(*found: bytes | OSError | None) -> Blocks:
    made = Blocks(os.devnull, ",", joined=False)
    made.close()
    made._file = Slow(*found)
    return made


def test_a_pipe_without_rows_yet_is_waited_for() -> None:
    made = blocks(None, b"x,", None, b"y\n1,2\n", b"")
    assert made.header(",") == ["x", "y"]
    assert b"".join(made) == b"1,2\n"


def test_what_cannot_be_waited_for_has_something_to_read() -> None:
    made = blocks(b"x\n1\n", b"2\n3\n4", b"\n5\n", b"")
    assert made.ready()
    made.header(",")
    assert list(made) == [b"1\n2\n3\n4\n5\n"]


def test_a_file_that_breaks_is_told() -> None:
    made = blocks(b"x,y\n", OSError(errno.EIO, "Input/output error"))
    made.header(",")
    with pytest.raises(StreamError, match=r"^/dev/null: input/output error$"):
        next(iter(made))


def test_a_header_that_csv_cannot_read() -> None:
    with pytest.raises(InputError, match=r"^the header: field larger than field limit"):
        blocks(b'"' + b"x" * 200_000 + b'",y\n', b"").header(",")


@pytest.mark.skipif(not installed("numpy", "pyarrow"), reason="pyarrow is not installed")
class TestArrow:
    @pytest.fixture
    def standard_input(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        def given(data: bytes | None, *, seekable: bool = False) -> None:
            class Input(io.BytesIO):
                def seekable(self) -> bool:
                    return seekable

            found = None if data is None else SimpleNamespace(buffer=Input(data), isatty=lambda: False)
            monkeypatch.setattr(sys, "stdin", found)

        return given

    def test_what_cannot_be_read(self, standard_input: Any, capfd: pytest.CaptureFixture[str]) -> None:
        for data, source, message, status in (
            (None, "arrow", "gradcli: standard input is closed\n", 5),
            (b"PAR1", "parquet", "gradcli: parquet cannot be read from a pipe\nhint: name a file, or pipe arrow\n", 2),
            (b"nonsense", "arrow", "gradcli: standard input: ", 5),
        ):
            standard_input(data)
            assert run(["rows", "x*x", "--from", source, "--to", "csv"]) == status
            assert capfd.readouterr().err.startswith(message)

    def test_a_stream_of_batches(self, standard_input: Any, capfd: pytest.CaptureFixture[str]) -> None:
        import pyarrow as pa

        table = pa.table({"x": [1.0, 2.0, 3.0]})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=2)
        whole = sink.getvalue().to_pybytes()
        for seekable in (False, True):
            standard_input(whole, seekable=seekable)
            assert run(["rows", "x*x", "--from", "arrow", "--to", "csv"]) == 0
            assert capfd.readouterr().out.splitlines()[1:] == ["1.0,2.0,", "4.0,4.0,", "9.0,6.0,"]
        standard_input(whole[: len(whole) * 2 // 3])
        assert run(["rows", "x*x", "--from", "arrow", "--to", "csv"]) == 5
        assert "gradcli: standard input: " in capfd.readouterr().err


def test_json_that_is_nested_too_deeply_is_a_bad_row(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.ndjson"
    file.write_text('{"x": 2}\n' + '{"x": ' + "[" * 100_000 + "\n")
    assert run(["rows", "x*x", str(file)]) == 2
    found = capfd.readouterr()
    assert found.out.splitlines()[0].startswith('{"f": 4.0, "df/dx": 4.0')
    assert "not an object of numbers and texts" in found.err


# ---- completion


@pytest.mark.parametrize(("kind", "found"), [(FILE, ["net.txt", "nets/"]), (FOLDER, ["nets/"])])
def test_fish_is_told_the_files_behind_a_name(
    kind: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.txt").write_text("")
    Path("nets").mkdir()
    Path("other").write_text("")
    offer = Offer([("x=1", "a value")], kind)
    lines = completing._fish(offer, "--file=ne", False).splitlines()
    assert lines == ["plain,x=1\ta value", *(f"plain,--file={name}" for name in found)]
    assert completing._fish(offer, "ne", False).splitlines()[1:] == [f"{kind},ne"]


def test_names_of_a_program_that_cannot_be_read_are_not_offered() -> None:
    assert completing.offered(["x*(", "--wrt"], "").items == []
    assert completing.offered(["--wrt"], "").items == []


def test_sources_have_names() -> None:
    assert streams.holds(Source("standard input", "x")) == "the program"
    assert streams.holds(Source("program", "x")) is None


def test_a_file_that_is_whole_is_not_given_up(tmp_path: Path) -> None:
    output = Output(str(tmp_path / "out"))
    output.write(b"all of it")
    output.close()
    output.close()
    output.discard()
    assert (tmp_path / "out").read_bytes() == b"all of it"
    assert os.listdir(tmp_path) == ["out"]
