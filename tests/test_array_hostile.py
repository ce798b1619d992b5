"""Hostile arrays through the command line: a clear error, its documented status, bounded time and memory."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits of memory and time are those of Unix")

MEMORY, SECONDS = 1_500_000_000, 20
DRIVER = f"""
import json, os, resource, sys
import gradcli.commands, gradcli.commands.array_differentiate, gradcli.record.array_gradient
for k, words in enumerate(json.load(sys.stdin)):  # each in a process of its own, which has all modules already
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
        resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
        for number, suffix in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"{{k}}.{{suffix}}", os.O_WRONLY | os.O_CREAT), number)
        sys.argv = ["gradcli", *words]
        gradcli.commands.main()
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Planted:
    """What a pickle would run."""

    def __reduce__(self) -> Any:
        return (Path.touch, (Path("planted"),))


def npy(header: bytes, body: bytes = b"") -> bytes:
    """Return a file of NumPy with a header of one's own."""
    header = header + b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


def header(shape: str, kind: str = "<f8") -> bytes:
    return f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()


def npz(*members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for k, member in enumerate(members):
            archive.writestr(f"W{k}.npy", member)
    return out.getvalue()


def tensors(shape: Any, offsets: Any, body: bytes, size: int | None = None) -> bytes:
    text = json.dumps({"W": {"dtype": "F64", "shape": shape, "data_offsets": offsets}}).encode()
    return struct.pack("<Q", len(text) if size is None else size) + text + body


def files() -> dict[str, tuple[bytes, int]]:
    """Return hostile files by name, each with the status that it ends with."""
    two = npy(header("(2,)"), struct.pack("<2d", 1, 2))
    return {
        "pickled.npy": (npy(header("(1,)", "|O"), pickle.dumps([Planted()])), 2),
        "pickle.npy": (pickle.dumps(Planted()), 2),
        "code.npy": (npy(b"__import__('pathlib').Path('planted').touch()"), 2),
        "deep.npy": (npy(b"(" * 5000 + b")" * 5000), 2),
        "short.npy": (two[:-3], 2),
        "none.npy": (b"", 2),
        "huge.npy": (npy(header("(1000000000, 1000000000)")), 4),
        "negative.npy": (npy(header("(-1, 3)")), 2),
        "texts.npy": (npy(header("(1,)", "<U1"), b"a\0\0\0"), 2),
        "nan.npy": (npy(header("(1,)"), struct.pack("<d", float("nan"))), 2),
        "infinity.npy": (npy(header("(1,)"), struct.pack("<d", float("inf"))), 2),
        "empty.npy": (npy(header("(0, 3)")), 2),
        "axes.npy": (npy(header("(1, 1, 1, 1, 1)"), b"\0" * 8), 4),
        "short.npz": (npz(two)[:-30], 2),
        "two.npz": (npz(two, two), 2),
        "bomb.npz": (npz(npy(header("(50000000,)"), b"\0" * 200_000_000)), 4),
        "pickled.npz": (npz(npy(header("(1,)", "|O"), pickle.dumps([Planted()]))), 2),
        "short.safetensors": (tensors([2], [0, 16], b"12"), 2),
        "header.safetensors": (tensors([2], [0, 16], b"", size=2**62), 2),
        "lie.safetensors": (tensors([10**9, 10**9], [0, 16], b"0" * 16), 4),
        "before.safetensors": (tensors([2], [-16, 0], b"0" * 16), 2),
        "kinds.safetensors": (tensors("x", 5, b"0" * 16), 2),
        "ragged.csv": (b"1,2\n3\n", 2),
        "nan.csv": (b"1,nan\n2,3\n", 2),
        "word.csv": (b"1,2\n3,x\n", 2),
        "header.csv": (b"a,b\n", 2),
        "none.csv": (b"", 2),
        "binary.csv": (b"\xff\xfe\x00\x01,\n", 2),
        "many.csv": (b"1,1,1,1,1,1,1,1,1,1\n" * 250_000, 4),
        "many.json": (b"[" + b"1," * 10_000_000 + b"1]", 4),
        "deep.json": (b"[" * 100_000 + b"]" * 100_000, 4),
        "ragged.json": (b"[[1, 2], [3]]", 2),
        "nan.json": (b"[1, NaN]", 2),
        "null.json": (b"[1, null]", 2),
        "short.json": (b"[1, 2", 2),
        "empty.json": (b"[[], []]", 2),
        "large.json": (b"[1e400, 2]", 2),
    }


FILES = files()
SINGULAR = json.dumps([[i * j % 7 for i in range(20)] for j in range(20)])
PROGRAMS: dict[str, tuple[list[str], int]] = {
    "ragged": (["sum(x)", "x=[[1, 2], [3]]"], 2),
    "ragged in the program": (["sum([[1, 2], [x]])", "x=1"], 2),
    "empty": (["sum(x)", "x=[[], []]"], 2),
    "five axes": (["sum(x)", "x=[[[[[1]]]]]"], 4),
    "five axes by letters": (["sum(x)", "--shapes", "x=AxBxCxDxE"], 4),
    "brackets": (["sum(x)", "x=" + "[" * 50_000], 4),
    "brackets in the program": (["sum(" + "[" * 20_000 + "x" + "]" * 20_000 + ")", "x=1"], 2),
    "nan": (["sum(x)", "x=[nan, 1]"], 2),
    "infinity": (["sum(x)", "x=[1, -inf]"], 2),
    "too many numbers": (["sum(ones(10**4, 10**4)) + x", "x=1"], 4),
    "too many numbers by a function": (["f(a) = concat(a, a); sum(" + "f(" * 30 + "x" + ")" * 31, "x=[1]"], 4),
    "too many numbers by shapes": (["sum(x@y)", "--shapes", "x=100000x100000", "y=100000x100000"], 4),
    "identity": (["sum(eye(10**9)) + x", "x=1"], 4),
    "one-hot": (["sum(onehot(1, 10**12)) + x", "x=1"], 4),
    "padding": (["sum(pad(x, 10**6))", "x=[[1, 2]]"], 4),
    "multiplications": (["X = outer(x, x); " + "+".join(["sum(X@X)"] * 80), "x=[" + "1," * 255 + "1]"], 4),
    "determinant": (["det(outer(x, x))", "x=[" + "1," * 299 + "1]"], 4),
    "reshaped to nothing": (["sum(reshape(x, 0))", "x=[1, 2]"], 2),
    "reshaped to less": (["sum(reshape(x, 3))", "x=[1, 2, 3, 4]"], 2),
    "reshaped twice open": (["sum(reshape(x, -1, -1))", "x=[1, 2]"], 2),
    "reshaped to a half": (["sum(reshape(x, 0.5, -1))", "x=[1, 2]"], 2),
    "beyond the end": (["x[2]", "x=[1, 2]"], 2),
    "before the start": (["x[-3]", "x=[1, 2]"], 2),
    "far beyond": (["x[10**30]", "x=[1, 2]"], 2),
    "an empty slice": (["sum(x[2:1])", "x=[1, 2]"], 2),
    "no step": (["sum(x[::0])", "x=[1, 2]"], 2),
    "too many indices": (["x[0, 0]", "x=[1, 2]"], 2),
    "an index array beyond the end": (["sum(x[i])", "x=[1, 2]", "i=[0, 5]"], 2),
    "half an index": (["sum(x[i])", "x=[1, 2]", "i=[0.5]"], 2),
    "a window beyond the end": (["sum(x)", "x=[1, 2]", "--grad", "x[5]"], 2),
    "a label beyond the end": (["cross_entropy(x, 7)", "x=[1, 2]"], 2),
    "no axis": (["sum(sum(x, axis=7))", "x=[1, 2]"], 2),
    "a recurrence of many steps": (["h[0] = x; h[k] = h[k-1]*2 for k = 1..10**9; h[-1]", "x=1"], 4),
    "a recurrence of countless steps": (["h[0] = x; h[k] = h[k-1]*2 for k = 1..10**40; h[-1]", "x=1"], 4),
    "a recurrence of large steps": (
        ["h[0] = x; h[k] = h[k-1]*2 for k = 1..10**5; sum(h)", "x=[" + "1," * 99 + "1]"],
        4,
    ),
    "a recurrence of itself": (["h[0] = x; h[k] = h[k]*2 for k = 1..3; h[-1]", "x=1"], 2),
    "a recurrence that grows": (["h[0] = x; h[k] = concat(h[k-1], h[k-1]) for k = 1..60; sum(h)", "x=[1]"], 2),
    "singular": (["sum(inv(x))", f"x={SINGULAR}"], 3),
    "large numbers opened": (["sum(x*x)", "x=[" + "1," * 9999 + "1]", "--open", "all"], 4),
    "a large Hessian": (["sum(x*x)", "x=[" + "1," * 9999 + "1]", "--hessian"], 4),
    "no file": (["sum(x)", "x=@nowhere.npy"], 5),
    "a directory": (["sum(x)", "x=@."], 5),
    "a device": (["sum(x)", "x=@/dev/zero"], 5),
    "no name": (["sum(x)", "x=@"], 2),
    "no column": (["sum(x)", "x=@header.csv:nowhere"], 2),
    "no array": (["sum(x)", "x=@two.npz:nowhere"], 2),
}


def run(folder: Path, cases: list[list[str]]) -> list[tuple[int, str, str]]:
    """Return the status of each command line, and what it wrote to both streams."""
    done = subprocess.run([sys.executable, "-c", DRIVER], cwd=folder, input=json.dumps(cases), capture_output=True,
                          text=True, check=True)  # fmt: skip
    return [
        (os.waitstatus_to_exitcode(int(status)), (folder / f"{k}.out").read_text(), (folder / f"{k}.err").read_text())
        for k, status in enumerate(done.stdout.split())
    ]


def check(folder: Path, cases: dict[str, tuple[list[str], int]], mentioned: bool) -> None:
    outcomes = run(folder, [words for words, _ in cases.values()])
    assert len(outcomes) == len(cases)
    for (name, (_, wanted)), (status, out, said) in zip(cases.items(), outcomes, strict=True):
        assert (status, out, "Traceback" in said) == (wanted, "", False), (name, said[-1000:])
        assert said.startswith("gradcli: "), (name, said)
        assert len(said) <= 600, (name, said)
        assert name in said or not mentioned, (name, said)


def test_hostile_files(tmp_path: Path) -> None:
    for name, (content, _) in FILES.items():
        (tmp_path / name).write_bytes(content)
    check(tmp_path, {name: (["sum(W)", f"W=@{name}"], status) for name, (_, status) in FILES.items()}, mentioned=True)
    assert not (tmp_path / "planted").exists()


def test_hostile_programs_and_values(tmp_path: Path) -> None:
    (tmp_path / "header.csv").write_text("a,b\n1,2\n")
    (tmp_path / "two.npz").write_bytes(FILES["two.npz"][0])
    check(tmp_path, PROGRAMS, mentioned=False)
