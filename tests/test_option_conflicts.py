"""Options and words that do not go together: which ones, and what to write instead, in every command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcli.commands import run

BARE = "--value and --grad print bare numbers: leave out "
TOGETHER = "--to canvas and --gradebook EXPORT.csv go together"
QUOTE = "quote the program if it has blanks or *; bindings are written NAME=VALUE"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text("x,y\n1,2\n")
    (tmp_path / "hw.toml").write_text('[[problem]]\nid = "p"\nprogram = "x*y"\nat = {x = 2, y = 3}\n')
    (tmp_path / "class.csv").write_text("student,dx\nAda,3\n")


@pytest.mark.parametrize(("line", "message", "hint"), [
    ("--value --hessian x x=1", f"{BARE}--hessian", ""),
    ("--value --to json x x=1", f"{BARE}--to, --json and --compact", ""),
    ("--value --steps x x=1", f"{BARE}--steps", ""),
    ("--wrt y --grad x x*y x=1 y=2", "--wrt leaves out x, which --grad asks for", ""),
    ("--json --to csv x x=1", "--json and --to csv contradict each other", ""),
    ("--compact --to csv x x=1", "--compact is for JSON alone", "add --json"),
    ("--compact -o f.svg x x=1", "--compact is for JSON alone", "add --json"),
    ("--steps --to csv x x=1", "csv holds no derivation", "--steps goes with --to steps, latex, markdown"),
    ("-o f.xyz x x=1", "no format has the suffix of f.xyz", "known are .txt, .json, .csv, .md, .tex, .svg, .png,"
     " .tikz, .html, .htm, .dot, .gv, .mmd, .js; or add --to"),
    ("--theme dark x x=1", "--theme is for svg, png and html", "add --to svg"),
    ("--theme dark --to tikz x x=1", "--theme is for svg, png and html", "add --to svg"),
    ("--value --theme dark x x=1", "--theme is for svg, png and html", "add --to svg"),
    ("--standalone x x=1", "--standalone is for tikz", "add --to tikz"),
    ("--standalone -o f.svg x x=1", "--standalone is for tikz", "add --to tikz"),
    ("--constants --json 2*x x=1", "--constants is for svg, png, html, circuit, tikz, dot and mermaid", "add --to svg"),
    ("--theme dark sum(x) x=[1,2]", "--theme is for svg, png and html", "add --to svg"),
    ("plot x**2 x=0..1 --theme dark", "--theme is for svg and png", "add --to svg"),
    ("plot x**2 x=0..1 --theme light --json", "--theme is for svg and png", "add --to svg"),
    ("descend x**2 x=1 --rate 0.1 --theme dark", "--theme is for svg", "add --to svg"),
    ("sheet x x=1 --figures 4", "--figures is for --hash alone", "--hash writes a key that checks so many"),
    ("sheet x x=1 --force", "--force is for --out alone", "-o replaces a file in any case"),
    ("grade hw.toml class.csv --column T", "--column is for --to canvas", "add --to canvas --gradebook export.csv"),
    ("--digits 0 x x=1", "--digits takes a number from 1 to 4,000", ""),
    ("--exact --ieee x x=1", "only one of --exact, --digits and --ieee can be asked for", ""),
    ("version", "there is no command version", "did you mean gradcli --version?"),
    ("usage x", "there is no command usage", "did you mean gradcli --help?"),
    ("--compact verify x x=1", "there is no command verify; did you mean --verify?",
     "write gradcli --compact --verify x x=1"),
])  # fmt: skip
def test_the_main_job(line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(line, capsys) == (message, hint)


@pytest.mark.parametrize(("line", "message", "hint"), [
    ("rows", "a program is missing", 'for example gradcli rows "x*y" points.csv; see gradcli rows --help'),
    ("rows -", "standard input cannot hold both the program and the rows", "write one of them to a file"),
    ("rows --file - -", "standard input cannot hold both the program and the rows", "write one of them to a file"),
    ("rows x*y points.csv other.csv", "one file is expected, and other.csv is another", QUOTE),
    ("rows x = points.csv", "one file is expected, and points.csv is another", QUOTE),
    ("rows x*y points.csv --value --wrt x", "--value and --wrt contradict each other", ""),
    ("rows x*y points.csv --to ndjson --from ndjson --delimiter ;", "--delimiter is for csv", ""),
    ("rows x*y points.csv --delimiter ab", "--delimiter takes one character, such as ; or tab or space", ""),
    ("rows x*y points.csv --delimiter 1", "--delimiter takes one character, such as ; or tab or space", ""),
    ("rows x*y points.csv -o f.xyz", "-o f.xyz: no format is known by the suffix .xyz", "known are .csv, .tsv, .json,"
     " .ndjson, .jsonl, .parquet, .arrow, .feather; or name the format with --to"),
    ("rows x*y points.csv --column x", "--column x: NAME=HEADER is expected",
     "for example --column x='Pressure (x)'"),
    ("rows x*y points.csv --column x=a --column x=b", "--column names x twice", ""),
    ("rows x*y points.csv --wrt x,", "--wrt takes names, separated by commas", ""),
    ("rows x*y points.parquet --jobs 2",
     "--jobs is for csv and ndjson: parquet and arrow use all cores by themselves", ""),
])  # fmt: skip
def test_rows(line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(line, capsys) == (message, hint)


@pytest.mark.parametrize(("line", "message", "hint"), [
    ("grade", "a homework file is missing", "for example gradcli grade homework.toml submissions.csv"),
    ("grade hw.toml", "submissions are missing", "for example gradcli grade hw.toml submissions.csv"),
    ("grade class.csv hw.toml", "the homework file comes first", "write gradcli grade hw.toml class.csv"),
    ("grade hw.toml class.csv --out d -o f.csv", "--out writes a folder, -o one file: choose one", ""),
    ("grade hw.toml class.csv --to csv --to json", "several reports need a folder", "add --out DIR"),
    ("grade hw.toml class.csv --to canvas", TOGETHER,
     "write gradcli grade hw.toml class.csv --to canvas --gradebook export.csv"),
    ("grade hw.toml class.csv --gradebook g.csv", TOGETHER,
     "write gradcli grade hw.toml class.csv --to canvas --gradebook g.csv"),
    ("grade hw.toml class.csv --compact --to csv", "--compact is for JSON alone", "add --json"),
    ("grade hw.toml none.csv", "none.csv: no such file or directory", ""),
    ("diff x*y x,y", "x,y: separate names with blanks here", "write gradcli diff x*y x y"),
    ("plot x*y x=1 y=2", "a range is missing", "write x=-3:3"),
    ("plot x x=1:2 --json --to svg", "--json and --to svg contradict each other", ""),
    ("plot x x=1:2 -o f.xyz", "no plot has the suffix of f.xyz",
     "known are .txt, .svg, .png, .csv, .json; or add --to"),
    ("plot x x=1:2 --at x=5", "5 is outside the range from 1 to 2", ""),
    ("plot x x=1:2 --at y=5", "--at takes x=...", ""),
    ("check x*y x=1 y=2", "there is no claim", "add ITEM=CLAIM, such as df/dx=3, or --claims FILE"),
    ("check x*y x=1 y=2 --claims none.csv", "none.csv: no such file or directory", ""),
    ("sheet x*y x=1 y=2 --roster class.csv", "--roster and --out go together",
     "write gradcli sheet x*y x=1 y=2 --roster class.csv --out sheets"),
    ("rules sine", "there is no function or rule sine", "did you mean sin?"),
    ("rules lg", "there is no function or rule lg", "did you mean log10 or log2?"),
    ("rules rsqrt", "there is no function or rule rsqrt", "did you mean sqrt?"),
    ("rules nothing", "there is no function or rule nothing", "gradcli rules alone prints all"),
])  # fmt: skip
def test_the_other_commands(line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(line, capsys)
    assert (found[0], found[1].replace('"', "")) == (message, hint)


@pytest.mark.parametrize(("line", "message", "hint"), [
    ("-j x*y x=1", "there is no option -j", "did you mean --json?"),
    ("-d 20 x*y x=1", "there is no option -d", "did you mean --digits 20?"),
    ("-D 20 x*y x=1", "there is no option -D", "did you mean --digits 20?"),
    ("-s x*y x=1", "there is no option -s", "did you mean --steps?"),
    ("-json x*y x=1", "there is no option -json", "did you mean --json?"),
    ("-digit 20 x*y x=1", "there is no option -digit", "did you mean --digits 20?"),
    ("-j", "there is no option -j", "did you mean --json?; for minus j write gradcli -- -j ..."),
    ("-d x=2", "there is no option -d", "did you mean --digits?; for minus d write gradcli -- -d ..."),
    ("-z x*y x=1", "there is no option -z", "for minus z write gradcli -- -z ..."),
    ("x*y x=1 y=2 -k", "there is no option -k", "for minus k write gradcli -- -k ..."),
    ("rows -j 2 x*y points.csv", "there is no option -j", "did you mean --jobs 2?"),
    ("sheet -i 3 x*y x=1", "there is no option -i", "did you mean --file 3?"),
    ("--svg x x=1", "there is no option --svg; did you mean --to svg?", "see gradcli --help"),
    ("--md x x=1", "there is no option --md; did you mean --to markdown?", "see gradcli --help"),
    ("--tabel x x=1", "there is no option --tabel; did you mean --to table?", "see gradcli --help"),
    ("--hessain x x=1", "there is no option --hessain; did you mean --hessian?", "see gradcli --help"),
    ("--figures", "--figures needs a value", "see gradcli --help"),
    ("--homework hw.toml", "there is no option --homework; gradcli grade HOMEWORK SUBMISSIONS... marks,"
     " gradcli sheet --homework FILE prints", "see gradcli --help"),
    ("--lr=3 lr*y y=2", "there is no option --lr; for a value write lr=3", "see gradcli --help"),
])  # fmt: skip
def test_options_of_other_programs(line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(line, capsys) == (message, hint)


@pytest.mark.parametrize(("word", "meant"), [("svgg", "svg"), ("MD", "markdown"), ("tex", "latex")])
def test_choices(word: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    message, hint = told(f"--to {word} x x=1", capsys)
    assert message.startswith("--to is table, json, csv, ")
    assert message.endswith(f" or pytest, not {word}")
    assert hint == f"did you mean --to {meant}?"


@pytest.mark.parametrize(("line", "hint"), [
    ("x x=1 --to=svgg", "did you mean --to svg?"), ("x x=1 --nodes Named --to steps", "did you mean --nodes named?"),
    ("x x=1 --to sv'g", "did you mean --to svg?"), ("x x=1 --theme zebra", "see gradcli --help"),
    ("completion bas", "did you mean bash?"), ("completion", "see gradcli completion --help"),
    ("schema chek", "did you mean check?"), ("grade a b --to csv --to jsn", "did you mean --to json?"),
    ("rows x --from json --to parket", "did you mean --to parquet?"), ("rows x --to --from", "see gradcli rows --help"),
])  # fmt: skip
def test_what_was_typed_for_a_choice_is_what_its_hint_is_about(
    line: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(line, capsys)[1] == hint


def told(line: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """Return the message of an error, without where it is, and its hint."""
    assert run(line.split()) in (2, 5)
    out, err = capsys.readouterr()
    assert out == ""
    if err.startswith("{"):
        found = json.loads(err)
        return found["message"], found["hint"] or ""
    message, _, hint = err.partition("\nhint: ")
    source = ("x: ", "--at: ")
    message = message.partition("\n")[0].removeprefix("gradcli: ")
    for start in source:
        message = message.removeprefix(start)
    return message, hint.strip()


@pytest.mark.parametrize("line", [
    "--compact x*y x=1 y=2", "--compact --json x*y x=1 y=2", "--compact --to json x*y x=1 y=2",
    "--compact -o f.json x*y x=1 y=2", "--compact --json -o f.svg x*y x=1 y=2",
])  # fmt: skip
def test_compact_alone_asks_for_json_on_one_line(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 0
    (file,) = [word for word in line.split() if word.startswith("f.")] or [None]
    text = Path(file).read_text() if file else capsys.readouterr().out
    assert json.loads(text)["value"] == 2
    assert text.count("\n") == 1


@pytest.mark.parametrize(("vary", "words", "is_told"), [
    ("", [], False), ("vary = 2026\n", [], True), ("vary = 2026\n", ["--student", "Ada"], False),
])  # fmt: skip
def test_a_sheet_of_nobodys_numbers_is_told_to_be_one(
    vary: str, words: list[str], is_told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = vary or "at = {x = 2, y = 3}\n"
    (tmp_path / "hw.toml").write_text(f'[[problem]]\nid = "p"\nprogram = "x*y"\n{numbers}')
    assert run(["sheet", "--homework", "hw.toml", *words]) == 0
    assert ("this sheet is an example" in capsys.readouterr().err) is is_told
