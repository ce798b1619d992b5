"""Arrays in files of text: what is read of them, and what is said of those that hold none."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.errors import GradcliError, InputError, Source
from gradcli.record.array_values import ArrayData, array_value, resolved


def read(word: str) -> ArrayData:
    """Return the array of a word such as @w.csv."""
    found = array_value(Source("W", word))
    assert found is not None
    return found


def refusal(word: str) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read(word)
    return caught.value


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


CSV = [
    ("1,2\n3,4\n", (2, 2), "1 2 3 4"),
    ("1,2\n3,4", (2, 2), "1 2 3 4"),
    ("\ufeff1,2\r\n3,4\r\n", (2, 2), "1 2 3 4"),
    ("1, 2 \n\n 3 ,4\n\n", (2, 2), "1 2 3 4"),
    ("1,2\r3,4\r", (2, 2), "1 2 3 4"),
    ("a,b\n1,2\n3,4\n", (2, 2), "1 2 3 4"),
    ('"a","b, c"\n"1","2"\n3,4\n', (2, 2), "1 2 3 4"),
    ("x1,e\n1,2\n3,4\n", (2, 2), "1 2 3 4"),
    ("price (USD)\n1\n2\n", (2,), "1 2"),
    ("1\n2\n3\n", (3,), "1 2 3"),
    ("1,2,3\n", (3,), "1 2 3"),
    ("5\n", (1,), "5"),
    ("1;2\n3;4\n", (2, 2), "1 2 3 4"),
    ("1\t2\n3\t4\n", (2, 2), "1 2 3 4"),
    ("1 2\n3 4\n", (2, 2), "1 2 3 4"),
    ("  1.5   -2\n 10     4e-3\n", (2, 2), "1.5 -2 10 4e-3"),
    ("# made by hand\n# x y\n1,2\n3,4\n", (2, 2), "1 2 3 4"),
    ("1,2\n# the rest\n3,4\n", (2, 2), "1 2 3 4"),
    ("1/3,pi\nsqrt(2)/2,2.5±0.1\n", (2, 2), "1/3 pi sqrt(2)/2 2.5±0.1"),
    ("sqrt(2),pi\n1,2\n", (2, 2), "sqrt(2) pi 1 2"),
    ("1.000000000000000000e+00 2.000000000000000000e+00\n", (2,), "1.000000000000000000e+00 2.000000000000000000e+00"),
]


@pytest.mark.parametrize(("text", "shape", "entries"), CSV)
def test_rows_of_numbers(text: str, shape: tuple[int, ...], entries: str) -> None:
    Path("w.csv").write_bytes(text.encode())
    assert read("@w.csv") == ArrayData(shape, entries.split())


def test_a_file_of_tabs_is_cut_at_tabs_alone() -> None:
    Path("w.tsv").write_text("a, b\tc;d\n1\t2\n", encoding="utf-8")
    assert read("@w.tsv") == ArrayData((2,), ["1", "2"])
    assert read("@w.tsv:c;d") == ArrayData((1,), ["2"])


@pytest.mark.parametrize(
    ("text", "key", "entries"),
    [("x,y\n1,a\n2,b\n", "x", "1 2"), ('"x, in m",y\n1,2\n3,4\n', "x, in m", "1 3"), ("a:b;c\n1;2\n", "a:b", "1")],
)
def test_a_column_is_chosen_by_its_header(text: str, key: str, entries: str) -> None:
    Path("w.csv").write_text(text, encoding="utf-8")
    numbers = entries.split()
    assert read(f"@w.csv:{key}") == ArrayData((len(numbers),), numbers)


WRONG = [
    ("1,2\n3,4,5\n", "", "2:1", "line 2 has 3 numbers, line 1 has 2"),
    ("a,b\n\n1,2\n3\n", "", "4:1", "line 4 has 1 number, line 3 has 2"),
    ("1,x\n3,4\n", "", "1:3", "x is not a number"),
    ("1,2\n3,oh\n", "", "2:3", "oh is not a number"),
    ("1,,2\n", "", "1:3", "this cell is empty"),
    ("1,2,\n3,4,\n", "", "1:5", "this cell is empty"),
    ("1,2\n3,nan\n-inf,4\n", "", "2:3", "the number at [1,1] is nan, and 1 more of 6 are not finite"),
    ("1,1e999\n", "", "1:3", "overflows"),
    ("1,2\n0,1e-999\n", "", "2:3", "underflows"),
    ("1,5;2,5\n", "", "1:1", "a number with a comma"),
    (",a,b\n0,1,2\n", "", "1:1", "the first column has no name"),
    ("e,pi\n1,2\n", "", "1:1", "may be a header or constants"),
    ("", "", "", "there are no numbers"),
    ("\n# nothing\n", "", "", "there are no numbers"),
    ("a,b\n", "", "1:1", "there are no numbers below the header"),
    ("a,b\n1,2\n", "c", "1:1", "there is no column c"),
    ("a,a\n1,2\n", "a", "1:1", "there are 2 columns a"),
    ("1,2\n3,4\n", "a", "1:1", "the first line is no header"),
    ("x,y\n1,2\n3\n", "y", "3:1", "line 3 has 1 number, line 2 has 2"),
    ("x,y\n1,oh\n", "y", "2:3", "oh is not a number"),
]


@pytest.mark.parametrize(("text", "key", "place", "message"), WRONG)
def test_an_error_in_a_file_has_its_line(text: str, key: str, place: str, message: str) -> None:
    from gradcli.commands.error_text import draw

    Path("w.csv").write_text(text, encoding="utf-8")
    error = refusal(f"@w.csv{key and ':'}{key}")
    assert isinstance(error, InputError)
    assert draw(error).startswith(f"gradcli: w.csv:{place}{place and ':'} ")
    assert message in error.message


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("[[1, 2.50], [3, 4]]", "", ArrayData((2, 2), ["1", "2.50", "3", "4"])),
        ("\ufeff[1,\r\n 2]\r\n", "", ArrayData((2,), ["1", "2"])),
        ("3", "", ArrayData((), ["3"])),
        ('{"W": [1, 2]}', "", ArrayData((2,), ["1", "2"])),
        ('{"W": [1, 2], "b": 0.5}', ":W", ArrayData((2,), ["1", "2"])),
        ('{"W": [1, 2], "b": 0.5}', ":b", ArrayData((), ["0.5"])),
        ('{"W": [1, 2], "b": "1/3"}', ":b", ArrayData((), ["1/3"])),
        ('{"W": [1, 2], "W": [3]}', ":W", ArrayData((1,), ["3"])),
    ],
)
def test_json(text: str, key: str, expected: ArrayData) -> None:
    Path("w.json").write_bytes(text.encode())
    assert read(f"@w.json{key}") == expected


@pytest.mark.parametrize(
    ("text", "key", "place", "message"),
    [
        ("[[1, 2], [3]]", "", "w.json:1:11", "row 1 has 1 number, row 0 has 2"),
        ("[1, NaN]", "", "w.json:1:5", "the number at [1] is NaN"),
        ('{"W": [1, 2],\n "b": [1, oh]}', "b", "w.json:2:11", "not JSON"),
        ('{"W": [1, 2],\n "b": [1, "oh"]}', "b", "w.json:2:12", "oh is not a number"),
        ('{"W": [1], "b": [2]}', "", "w.json", "there are 2 arrays in it"),
        ('{"W": [1], "b": [2]}', "w", "w.json", "there is no array w in it"),
        ("{}", "", "w.json", "there is no array in it"),
        ("[1, 2]", "W", "w.json:1:1", "this is no object"),
        ("", "", "w.json", "there are no numbers"),
        ("[1, 2", "", "w.json:1:1", "[ is not closed"),
        ('{"W": ' + "[" * 100_000, "", "w.json:1:1", "nested too deeply"),
        ('{"W": {"x": 1}}', "", "w.json:1:7", "an object stands here"),
        ('[{"x": 1}]', "", "w.json:1:2", "an object stands here"),
        ("oh", "", "w.json:1:1", "oh is not a number"),
    ],
)
def test_an_error_in_json_has_its_place(text: str, key: str, place: str, message: str) -> None:
    from gradcli.commands.error_text import draw

    Path("w.json").write_text(text, encoding="utf-8")
    error = refusal(f"@w.json{key and ':'}{key}")
    assert draw(error).startswith(f"gradcli: {place}: ")
    assert message in error.message
    assert error.status == 2


class Stdin:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(
    ("data", "word", "expected"),
    [
        (b"1,2\n3,4\n", "@-", ArrayData((2, 2), ["1", "2", "3", "4"])),
        (b" [[1, 2]]", "@-", ArrayData((1, 2), ["1", "2"])),
        (b"x,y\n1,2\n", "@-:y", ArrayData((1,), ["2"])),
        (b'{"W": [1], "b": [2]}', "@-:b", ArrayData((1,), ["2"])),
    ],
)
def test_standard_input_is_told_by_its_beginning(
    data: bytes, word: str, expected: ArrayData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(data))
    assert read(word) == expected


def test_standard_input_holds_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("b.json").write_text("0.5", encoding="utf-8")
    given = {"x": "@-", "y": "1/3", "W": "[1, 2]", "b": "@b.json"}
    sources = {name: Source(name, text) for name, text in given.items()}
    monkeypatch.setattr(sys, "stdin", Stdin(b"1,2\n"))
    two = ArrayData((2,), ["1", "2"])
    assert resolved(sources) == {"x": two, "y": sources["y"], "W": two, "b": Source("b", "0.5")}
    with pytest.raises(InputError, match="cannot hold both the program and x"):
        resolved(sources, "the program")
    with pytest.raises(InputError, match="cannot hold both x and z"):
        resolved({**sources, "z": Source("z", "@-:c")})


def test_standard_input_that_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(b""))
    assert refusal("@-").message == "there are no numbers"
    monkeypatch.setattr(sys, "stdin", None)
    assert refusal("@-").status == 5


def test_a_file_without_a_known_suffix_is_told_by_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text("1 2\n3 4\n", encoding="utf-8")
    Path("b:c").write_text("[1, 2]", encoding="utf-8")
    assert read("@a.txt") == ArrayData((2, 2), ["1", "2", "3", "4"])
    assert read("@b:c") == ArrayData((2,), ["1", "2"])
    monkeypatch.setenv("HOME", os.getcwd())
    assert read("@~/a.txt").shape == (2, 2)
    Path("d.csv:e").write_text("1\n", encoding="utf-8")
    assert read("@d.csv:e").shape == (1,)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_is_read_and_a_device_is_not() -> None:
    import threading

    os.mkfifo("pipe")
    writer = threading.Thread(target=lambda: Path("pipe").write_text("1,2\n", encoding="utf-8"))
    writer.start()
    assert read("@pipe") == ArrayData((2,), ["1", "2"])
    writer.join()
    assert refusal("@/dev/zero").status == 5
    assert refusal("@/dev/null").message == "/dev/null: this is a device, not a file"


@pytest.mark.parametrize(
    ("word", "status", "message"),
    [
        ("@", 2, "the name of a file is missing"),
        ("@missing.csv", 5, "missing.csv: no such file"),
        ("@missing.csv:x", 5, "missing.csv: no such file"),
        ("@a:b", 5, "a: no such file"),
        ("@folder", 5, "folder: this is a directory"),
        ("@bad\0name", 5, "bad"),
        ("@net.pt", 2, "a pickle, which is never read"),
        ("@net.pkl:W", 2, "a pickle, which is never read"),
        ("@net.mat", 2, ".mat files are not read"),
        ("@latin.csv", 2, "not UTF-8 at byte 2"),
        ("@wide.csv", 2, "this is UTF-16"),
        ("@many.csv", 4, "more than 2,000,000 numbers"),
        ("@many.json", 4, "more than 2,000,000 numbers"),
        ("@column.csv", 4, "more than 2,000,000 numbers"),
        ("@blanks.txt", 4, "more than 2,000,000 numbers"),
        ("@large.csv", 4, "large.csv is longer than 67,108,864 bytes"),
    ],
)
def test_what_is_no_file_of_numbers(word: str, status: int, message: str) -> None:
    Path("folder").mkdir()
    Path("latin.csv").write_bytes(b"1,\xe4\n")
    Path("wide.csv").write_bytes("1,2".encode("utf-16"))
    files = {"many.csv": "1,2\n" * 1_000_001, "many.json": f"[{'1,' * 2_000_001}1]", "column.csv": "1\n" * 2_000_001,
             "blanks.txt": "1 2 3 4\n" * 500_001}  # fmt: skip
    if word[1:] in files:
        Path(word[1:]).write_text(files[word[1:]], encoding="utf-8")
    if word == "@large.csv":
        with open("large.csv", "wb") as file:
            file.truncate(100_000_000)
    error = refusal(word)
    assert error.status == status
    assert error.message.startswith(message) or message in error.message


PROGRAM = "z = W@x + b; L = cross_entropy(z, 2)"


def test_a_program_reads_its_arrays_from_files(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("W.csv").write_text("one,two\n1,-1\n0,2\n1,1\n", encoding="utf-8")
    Path("p.json").write_text('{"W": [[1, -1], [0, 2], [1, 1]], "b": ["0", 1, -1]}', encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", Stdin(b"2\n1\n"))
    assert run([PROGRAM, "W=@W.csv", "x=@-", "b=tensor([0., 1., -1.], grad_fn=<AddBackward0>)", "--value"]) == 0
    assert run([PROGRAM, "--bindings", "p.json", "x=[2 1]", "--value"]) == 0
    assert capsys.readouterr().out == "1.4076059644443804\n" * 2
    assert run([PROGRAM, "W=@W.csv", "x=@-", "b=@-"]) == 2
    assert "standard input cannot hold both x and b" in capsys.readouterr().err
    assert run([PROGRAM, "--bindings", "-", "x=@-"]) == 2
    assert run([PROGRAM, "W=@W.csv", "x=@missing.npy", "b=[0, 1, -1]"]) == 5
