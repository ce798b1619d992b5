"""The command line as a shell sees it: words, streams, signals, terminals."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import click
import pytest

from gradcli.commands import run
from gradcli.commands.tree import root
from gradcli.language import parser, syntax

from .test_golden import Outcome, called

PROGRAM = [sys.executable, "-m", "gradcli"]
EXAMPLE = ["(x+y)*z", "x=-2", "y=5", "z=-4"]
CLEAN = {
    k: v for k, v in os.environ.items() if k not in ("COLUMNS", "FORCE_COLOR", "NO_COLOR", "PYTHONIOENCODING", "TERM")
}
LONG = "+".join(["x"] * 100_000)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shell manners are those of Unix")


def call(*words: str, stdin: bytes = b"", **settings: str) -> Outcome:
    """Run in this process."""
    return called(list(words), Path.cwd(), settings, stdin)


def start(*words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run as a process of its own."""
    options.setdefault("stdin", subprocess.DEVNULL) if "input" not in options else None
    options.setdefault("env", CLEAN)
    done = subprocess.run([*PROGRAM, *words], capture_output="stdout" not in options, timeout=60, **options)
    if done.stderr is not None:
        assert b"Traceback" not in done.stderr
        assert b"Exception ignored" not in done.stderr
    return done


def shell(line: str, **settings: str) -> tuple[int, bytes]:
    """Run a line of bash in which $G is gradcli; return its status, and output with messages after data."""
    environment = {**CLEAN, **settings, "G": f"{sys.executable} -m gradcli"}
    done = subprocess.run(["bash", "-c", line], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60)  # fmt: skip
    assert b"Traceback" not in done.stdout
    return done.returncode, done.stdout


# ---- which words are options


@pytest.mark.parametrize(("words", "value"), [
    (["-x*y", "x=2", "y=3"], b"-6.0\n"),
    (["-v*y", "v=2", "y=3"], b"-6.0\n"),
    (["-o*y", "o=2", "y=3"], b"-6.0\n"),
    (["-h+1", "h=2"], b"-1.0\n"),
    (["-x", "x=2"], b"-2.0\n"),
    (["--x", "x=2"], b"2.0\n"),
    (["-(x)", "x=2"], b"-2.0\n"),
    (["-2"], b"-2.0\n"),
    (["-1e3*x", "x=2"], b"-2000.0\n"),
    (["-json", "json=2"], b"-2.0\n"),
    (["--", "-x", "x=2"], b"-2.0\n"),
    (["--", "--json", "json=2"], b"2.0\n"),
    (["x*y", "x=2", "--wrt", "x", "y=3"], b"6.0\n"),
    (["x*y", "x=2", "y=3", "--wrt=x"], b"6.0\n"),
    (["--upstream=-2", "x", "x=2"], b"2.0\n"),
    (["--upstream", "-2", "x", "x=2"], b"2.0\n"),
    (["(rules)", "rules=2"], b"2.0\n"),
    (["rules + 1", "rules=2"], b"3.0\n"),
    ([" x ", "x=2"], b"2.0\n"),
    (["x", "x = 2"], b"2.0\n"),
    (["x", "x=-2"], b"-2.0\n"),
    (["x", "x=2*-3"], b"-6.0\n"),
])  # fmt: skip
def test_a_word_is_an_option_only_if_it_is_one(words: list[str], value: bytes) -> None:
    assert call("--value", *words) == Outcome(value, b"", 0)


@pytest.mark.parametrize(("words", "message"), [
    (["--jsno", "x", "x=1"], b"there is no option --jsno; did you mean --json?"),
    (["x", "x=1", "--hesian"], b"did you mean --hessian?"),
    (["--at-kinks=error", "x", "x=1"], b"did you mean --at-kink?"),
    (["--to"], b"--to needs a value"),
    (["x", "x=1", "--to=xml"], b"torch or pytest, not xml"),
    (["x", "x=1", "-o", "out.xyz"], b"no format has the suffix of out.xyz"),
    (["x", "x=1", "-o", "out"], b"no format has the suffix of out"),
    (["schema", "grad"], b"the record is gradcli, arrays, "),
    (["x", "-x=1"], b"did you mean x=-1?"),
    (["x", "-j", "x=1"], b"did you mean --json?"),
    (["x", "-J", "x=1"], b"did you mean --json?"),
    (["x", "x=1", "-Json"], b"did you mean --json?"),
    (["--json", "rules"], b"options go after the command"),
])  # fmt: skip
def test_misspelt_options(words: list[str], message: bytes) -> None:
    found = call(*words)
    assert found.status == 2
    assert found.stdout == b""
    assert message in found.stderr


def test_a_variable_may_have_the_name_of_an_option() -> None:
    assert call("--value", "--jsno", "jsno=3").stdout == b"3.0\n"


def test_version_and_help() -> None:
    import gradcli

    for word in ("--version", "-V"):
        assert call(word) == Outcome(f"gradcli {gradcli.__version__}\n".encode(), b"", 0)
    for word in ("--help", "-h"):
        found = call(word)
        assert found.status == 0
        assert found.stdout.startswith(b"Usage: gradcli [OPTIONS] PROGRAM [NAME=VALUE]...")
    assert call("diff", "-h").stdout.startswith(b"Usage: gradcli diff")


# ---- streams


def test_standard_input_is_the_same_as_a_word() -> None:
    program, *given = EXAMPLE
    for options in ([], ["--json"], ["--to", "csv"], ["--to", "markdown"]):
        word = call(*options, program, *given)
        assert call(*options, "-", *given, stdin=program.encode()) == word
        assert call(*options, *given[:0], "-", *given, stdin=b"\xef\xbb\xbf" + program.encode()) == word


def test_a_real_process_does_the_same() -> None:
    done = start(*EXAMPLE, env={**CLEAN, "PYTHONIOENCODING": "utf-8"})
    assert Outcome(done.stdout, done.stderr, done.returncode) == call(*EXAMPLE)
    again = start("-", *EXAMPLE[1:], input=EXAMPLE[0].encode(), env={**CLEAN, "PYTHONIOENCODING": "utf-8"})
    assert again.stdout == done.stdout


def test_output_depends_on_nothing_but_the_input() -> None:
    words = ["a = x*y; b = a + z; sin(b)*max(x, y, z)", "x=1", "y=1", "z=1", "--to"]
    for format in ("json", "csv", "markdown"):
        outputs = {
            start(*words, format, env={**CLEAN, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}).stdout
            for seed, zone, locale in (("0", "UTC", "C.UTF-8"), ("1", "Asia/Tokyo", "C.UTF-8"))
        }
        assert len(outputs) == 1


@pytest.mark.parametrize("words", [EXAMPLE, ["--json", *EXAMPLE], ["--value", *EXAMPLE], ["rules"], ["--help"]])
def test_a_full_disk(words: list[str]) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    with open("/dev/full", "wb") as full:
        done = start(*words, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 5
    assert b"no space left on device" in done.stderr


@pytest.mark.parametrize(("line", "status"), [
    ("$G x x=1 >&-", 5),
    ("$G --json x x=1 >&-", 5),
    ("$G - x=1 <&-", 5),
    ("$G x x=1 -o no/such/folder/f.json", 5),
    ("$G --file no-such-file", 5),
    ("$G x x=1 2>&-", 0),
    ("$G 'x +' x=1 2>&-", 2),
    ("$G 'x +' x=1 2>/dev/full", 2),
    ("head -c 9000000 /dev/zero | tr '\\0' x | $G -", 4),
    ("yes 'x+' | $G - x=1", 4),
    ("$G - < /dev/zero", 4),
    ("$G --file /dev/zero", 4),
    ("$G x --bindings /dev/zero", 4),
])  # fmt: skip
def test_streams_that_fail_or_never_end(line: str, status: int) -> None:
    found, out = shell(f"ulimit -v 4000000; {line}")
    assert (found, out[:300]) == (status, out[:300])
    if status in (4, 5):
        assert out.startswith((b"gradcli: ", b"{"))
        assert out.count(b"\n") <= 3


def test_a_file_that_the_installation_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "grammar_folder", lambda: str(tmp_path))
    syntax.tools.cache_clear()
    try:
        outcome = call("x", "x=1")
    finally:
        monkeypatch.undo()
        syntax.tools.cache_clear()
    assert outcome.status == 5
    assert outcome.stderr.decode() == f"gradcli: {tmp_path}/gradcli.lark: no such file or directory\n"


def test_a_reader_that_goes_away() -> None:
    for words in (EXAMPLE, ["--json", *EXAMPLE], ["rules"], ["--help"]):
        process = subprocess.Popen(
            [*PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=CLEAN
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        with process.stderr as errors:
            assert errors.read() == b""
        assert process.wait(30) in (-signal.SIGPIPE, 141), words
    assert shell(
        "$G --json --file <(python3 -c \"print('+'.join(['x']*20000))\") x=1 | head -c 10; echo ${PIPESTATUS[0]}"
    )[1].endswith(b"141\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals(number: signal.Signals, status: int, tmp_path: Path) -> None:
    pipe = tmp_path / "program"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [*PROGRAM, "--file", str(pipe), "x=1"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with open(pipe, "w"):  # opens as soon as gradcli reads
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (out, err) == (b"", b"")
    assert process.returncode in (-number, status)


def test_large_programs() -> None:
    done = start("--nodes", "none", "-", "x=0.5", input=LONG.encode())
    assert done.stdout.decode() == "f = 50000, gradient: x 100000\n"
    done = start("--grad", "x", "-", "x=0", input=("sin(" * 100_000 + "x" + ")" * 100_000).encode())
    assert done.stdout == b"1.0\n"


# ---- output files


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    assert call("x*y", "x=1", "y=2", "-o", str(target)) == Outcome(b"", b"", 0)
    first = target.read_bytes()
    assert json.loads(first)["value"] == 2.0
    assert call("log(x)", "x=0", "-o", str(target)).status == 3
    assert target.read_bytes() == first
    assert os.listdir(tmp_path) == ["out.json"]
    assert call("x*y", "x=1", "y=3", "-o", str(target)).status == 0
    assert json.loads(target.read_bytes())["value"] == 3.0


def test_a_device_is_written_to() -> None:
    assert shell("$G --to csv x x=1 -o /dev/stdout | wc -l")[1].strip() == b"2"
    assert shell("$G --json x x=1 -o /dev/null")[0] == 0


def test_a_file_is_utf_8_whatever_the_terminal(tmp_path: Path) -> None:
    target = tmp_path / "out.md"
    assert call("x*y", "x=1", "y=2", "-o", str(target), PYTHONIOENCODING="ascii").status == 0
    assert "∂f/∂x" in target.read_text(encoding="utf-8")


# ---- a terminal


def in_terminal(columns: int, *words: str, **settings: str) -> tuple[str, int]:
    """Return what appears in a terminal of that width and stays there, and the status.

    On a slow machine a line of progress comes first, and is wiped.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**CLEAN, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **settings}
    process = subprocess.Popen([*PROGRAM, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    text = re.sub(r"(?:\rgradcli: [^\r\n]*)+\r *\r", "", seen.decode("utf-8").replace("\r\n", "\n"))
    return text, process.wait(30)


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


# ---- hostile words


@pytest.mark.parametrize(
    "word", [b"x + \xff", b"\xc3\x28", b"x\x1b[2J", b"x=\xe2\x80\xae1", b"\xf0\x9f\x98\x80", b"%n%s"]
)
def test_bytes_that_are_no_text(word: bytes) -> None:
    done = subprocess.run([*PROGRAM, word, b"x=1"], capture_output=True, stdin=subprocess.DEVNULL, env=CLEAN)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", done.stderr)
    assert len(done.stderr) < 600


def test_nothing_is_executed(tmp_path: Path) -> None:
    done = start("__import__('os').system('touch pwned')", "x=__import__('os').system('touch pwned')", cwd=tmp_path,
                 env={**CLEAN, "PYTHONPATH": str(Path.cwd())})  # fmt: skip
    assert done.returncode == 2
    assert os.listdir(tmp_path) == []


def test_markup_is_text() -> None:
    for format in ("table", "markdown"):
        found = call("where(x < 1, x, x)*2", "x=0.5", "--to", format)
        assert b"x < 1" in found.stdout


# ---- JSON errors


@pytest.mark.parametrize(("words", "kind", "status"), [
    (["x +", "x=1"], "syntax", 2), (["x*y", "x=1"], "unbound", 2), (["x", "x=1", "y=2"], "binding", 2),
    (["log(x)", "x=0"], "domain", 3), (["--jsno", "x"], "option", 2), (["--file", "no-such"], "stream", 5),
    (["--exact", "x**99999", "x=7"], "limit", 4), (["snh(x)", "x=1"], "name", 2), (["1e999*x", "x=1"], "number", 2),
    (["sin(x, x)", "x=1"], "arity", 2), (["x + 1; x", "x=1"], "unused", 2), (["sqrt(x)", "x=0"], "infinite", 3),
    (["--at-kink", "error", "abs(x)", "x=0"], "kink", 3), (["--exact", "exp(x)", "x=1"], "exact", 2),
    (["floor(exp(log(x)))", "x=3"], "undecided", 3),
])  # fmt: skip
@pytest.mark.parametrize("option", [["--json"], ["--to", "json"], ["--to=json"]], ids=" ".join)
def test_json_errors(option: list[str], words: list[str], kind: str, status: int) -> None:
    found = call(*option, *words)
    assert found.stdout == b""
    assert found.status == status
    record = json.loads(found.stderr)
    assert (record["kind"], record["status"]) == (kind, status)
    if record["span"] is not None:
        assert record["source"]


@pytest.mark.parametrize("columns", ["1000000", "9" * 5000, "²", "0", "-3", " 70 "])
@pytest.mark.parametrize("words", [EXAMPLE, ("plot", "x", "x=0:1"), ("plot", "x*y", "x=0:1", "y=0:1")])
def test_whatever_the_terminal_claims_to_be(words: tuple[str, ...], columns: str) -> None:
    done = call(*words, COLUMNS=columns)
    assert (done.status, done.stderr) == (0, b"")
    assert 0 < len(done.stdout) < 200_000


@pytest.mark.parametrize("digits", ["640", "0", "100000"])
def test_long_numbers_do_not_depend_on_the_environment(digits: str) -> None:
    for words in (
        ("--digits", "1000", "--value", "exp(x)", "x=1"), ("--exact", "--json", "x*7**4000", "x=1/3"),
        ("--exact", "--value", "7**5000*x", "x=1"),
    ):  # fmt: skip
        usual, done = call(*words), call(*words, PYTHONINTMAXSTRDIGITS=digits)
        assert done == usual
        assert b"Traceback" not in done.stderr


def test_streams_that_somebody_has_made_non_blocking() -> None:
    """A program that comes late is waited for, and so is a reader who takes his time."""
    ends = os.pipe(), os.pipe()
    (reading, feeding), (taking, writing) = ends
    for descriptor in (reading, writing):
        os.set_blocking(descriptor, False)
    process = subprocess.Popen([sys.executable, "-m", "gradcli", "-", "x=2", "--json"], stdin=reading, stdout=writing)
    with process:
        os.close(reading)
        os.close(writing)
        os.write(feeding, b"x*1")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        os.write(feeding, b" + x*1" * 3000)
        os.close(feeding)
        with pytest.raises(subprocess.TimeoutExpired):  # the report is longer than a pipe holds
            process.wait(1)
        with open(taking, "rb") as out:
            assert json.loads(out.read())["value"] == 6002.0
    assert process.returncode == 0


def test_an_interrupt_that_the_command_line_is_told_of_has_its_own_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*words: Any, **settings: Any) -> None:
        raise click.Abort

    monkeypatch.setattr(root, "main", interrupted)
    assert run(["x*y", "x=1", "y=2"]) == 130
