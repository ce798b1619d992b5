"""Every report says its kinks: the notes as text, a mark on the gate, and a mark and both sides on the gradient."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.notes import Note, is_number
from gradcli.commands import run
from gradcli.drawing.diagram import diagram, figures
from gradcli.drawing.remarks import DISPUTED, Disputed, Marks, by_weight, fitted, lines_of
from gradcli.drawing.svg import text_width
from gradcli.drawing.tikz import figure
from gradcli.errors import Source
from gradcli.homework.claims.items import UPSTREAM, VALUE
from gradcli.homework.classroom.homework_file import fixed_problem
from gradcli.homework.classroom.problem_instance import ParsedProblem
from gradcli.homework.classroom.sheet import sheet_of
from gradcli.language import latex
from gradcli.numbers.decimals import Uncertain
from gradcli.record.gradient import Gradient
from gradcli.reports import FORMATS, Style, render
from gradcli.reports.frames import frames
from gradcli.reports.sheet import plain
from gradcli.reports.sheet import render as render_sheet
from gradcli.text import MOST_NOTES

from .pictures import SVG

# Each is at a kink where x = 0, w = 0 and y = 1, or is smooth there.
TERMS = ("abs(x)", "relu(w*y)", "max(x, 2*w)", "floor(y)", "sign(x)*y", "abs(y - 1)", "min(w, x)*y",
         "relu(x) - relu(-x)", "where(x > 0, x, 2*x)", "sin(x)*y", "w*y", "leaky_relu(x + w)")  # fmt: skip
SEEDS = range(25)
TEXTS = [name for name in FORMATS if name not in ("png", "csv", "numpy", "torch")]  # code of arrays is of those


def kinked(seed: int) -> Gradient:
    """Return a record of a random program at a point with few enough kinks for all of them to be told."""
    draw = random.Random(seed)
    while True:
        terms = draw.sample(TERMS, draw.randint(1, 3))
        program = " + ".join(terms) if draw.random() < 0.7 else f"q = {terms[0]}; " + " + ".join([*terms[1:], "q*3"])
        names = re.findall(r"\b[xyw]\b", program)
        record = differentiate(program, {n: x for n, x in {"x": 0.0, "w": 0.0, "y": 1.0}.items() if n in names})
        if any(note.kind == "kink" for note in record.notes) and len(record.notes) <= MOST_NOTES:
            record.notes = [note for note in record.notes if note.kind != "precision"]
            return record


def said(text: str, format: str) -> str:
    """Return a report without its escapes, so that it can be searched for a message."""
    if format == "json":
        return text.encode().decode("unicode_escape")
    return unescape(text)


def expected(message: str, format: str) -> str:
    return latex.escaped(message) if format == "latex" else message


@pytest.mark.parametrize("format", TEXTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_report_tells_every_note(seed: int, format: str) -> None:
    record = kinked(seed)
    text = render(record, format, Style())
    assert isinstance(text, str)
    for note in record.notes if format == "json" else by_weight(record):
        assert expected(note.message, format) in said(text, format)
    steps = render(record, "markdown", Style(steps=True))
    assert all(note.message in str(steps) for note in by_weight(record))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sides_of_a_node_without_a_name_are_told_where_no_input_has_any(seed: int) -> None:
    record = kinked(seed)
    left_out = {note.node for note in record.notes} - {note.node for note in by_weight(record)}
    known = {*record.graph.inputs.values(), *record.graph.named.values(), record.output}
    assert not left_out & known
    assert not left_out or any(note.kind == "one-sided" and note.of in record.wrt for note in record.notes)


@pytest.mark.parametrize("suffix", sorted({suffix for _, suffixes in FORMATS.values() for suffix in suffixes}))
def test_a_report_into_a_file_is_accompanied(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if suffix == ".png":
        pytest.importorskip("resvg_py")
    assert run(["relu(w*x) + abs(w)", "w=0", "x=2", "-o", str(tmp_path / f"f{suffix}")]) == 0
    captured = capsys.readouterr()
    assert "df/dw is -1 from the left and 3 from the right" in captured.err
    assert captured.err.count("kink here") == 2
    assert not captured.out


def test_csv_and_frames_are_accompanied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["abs(x)", "x=0"]
    for extra in (["--to", "csv"], ["--frames", str(tmp_path)], ["--frames", str(tmp_path), "--to", "svg"]):
        assert run([*words, *extra]) == 0
        assert capsys.readouterr().err.count("df/dx is -1 from the left and 1 from the right") == 1
    assert run([*words, "--to", "svg"]) == 0
    assert not capsys.readouterr().err
    assert run(["x*y", "x=1", "y=2", "-o", str(tmp_path / "f.svg")]) == 0
    assert not capsys.readouterr().err


@pytest.mark.parametrize(("options", "times"), [
    (["--to", "csv"], 1), (["--to", "csv", "--open", "all"], 1), (["--to", "json", "--open", "all"], 0),
    (["--to", "dot", "--open", "all", "-o", "f.dot"], 1), (["--to", "svg"], 0), (["--to", "svg", "-o", "f.svg"], 1),
    (["--frames", "frames"], 1), (["--frames", "frames", "--to", "svg"], 1),
])  # fmt: skip
def test_reports_of_arrays_without_room_are_accompanied(
    options: list[str], times: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["sum(relu(x))", "x=[0, 1]", *options]) == 0
    assert capsys.readouterr().err.count("df/dx[0] is 0 from the left and 1 from the right") == times


@pytest.mark.parametrize("seed", SEEDS)
def test_gates_at_kinks_are_marked_and_no_others(seed: int) -> None:
    record = kinked(seed)
    drawn = diagram(record)
    count = sum(part.kink for part in drawn.parts)
    assert {part.node for part in drawn.parts if part.kink} == Marks(record).gates
    texts = {name: str(render(record, name, Style())) for name in ("svg", "tikz", "dot", "mermaid", "circuit")}
    assert texts["svg"].count('class="mark"') == count
    assert len(re.findall(r"(?<!\{\})\^\{\*\}\$\};", texts["tikz"])) == count
    assert len(re.findall(r'label=<[^\n]*<FONT COLOR="#c62828">\*</FONT>>', texts["dot"])) == count
    assert len(re.findall(r"<span style='color:#c62828'>\*</span>", texts["mermaid"])) == count
    for part in drawn.parts:
        assert not part.kink or f" {part.label}* " in texts["circuit"] or f"┤{part.label}*├" in texts["circuit"]


@pytest.mark.parametrize("seed", SEEDS)
def test_disputed_gradients_are_marked_and_no_others(seed: int) -> None:
    record = kinked(seed)
    drawn = diagram(record)
    gradients = figures(record, drawn, 4).gradients
    notes = {note.node: note for note in record.notes if note.kind in DISPUTED}
    brief = record.system.brief
    for part, text in zip(drawn.parts, gradients, strict=True):
        note = notes.get(part.node)
        if note is None:
            assert "*" not in text
        elif note.kind == "one-sided":
            sides = [brief(side) if is_number(side) else side or "none" for side in (note.left, note.right)]
            assert text == f"{brief(record.upstream[part.node])}* ({sides[0]} | {sides[1]})"
        else:
            assert text.endswith("*")


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_of_the_caption_lies_outside_the_picture(seed: int) -> None:
    root = ET.fromstring(str(render(kinked(seed), "svg", Style())))
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    labels = [
        float(t.get("y", "")) for t in root.iter(f"{SVG}text") if t.get("class") in ("value", "gradient", "share")
    ]
    lines = [t for t in root.iter(f"{SVG}text") if t.get("class") == "note"]
    assert lines
    for line in lines:
        assert max(labels) < float(line.get("y", "")) < height - 18
        assert text_width(line.text or "", 12) <= width


@pytest.mark.parametrize("seed", range(6))
def test_every_frame_tells_the_notes_and_shows_sides_in_their_time(seed: int) -> None:
    record = kinked(seed)
    for _, text in frames(record, Style()):
        assert all(note.message in unescape(text) for note in by_weight(record))
    first = next(iter(frames(record, Style())))[1]
    assert not re.search(r'class="gradient"', first)


@pytest.mark.parametrize(("note", "text"), [
    (("one-sided", -1.0, 3.0), "0* (-1 | 3)"),
    (("one-sided", "-inf", "jump"), "0* (-inf | jump)"),
    (("one-sided", "outside", "undetermined"), "0* (outside | undetermined)"),
    (("settled", 2.0, 2.0), "0*"),
    (("undefined", None, None), "0*"),
    (("kink", None, None), "0"),
])  # fmt: skip
def test_how_a_gradient_is_marked(note: tuple[str, Any, Any], text: str) -> None:
    record = differentiate("x*y", {"x": 1, "y": 2})
    record.notes = [Note(note[0], 0, "x", "f", ("x",), left=note[1], right=note[2])]
    assert Marks(record).gradient(0, "0", lambda x: "none" if x is None else str(record.system.brief(x))) == text


@pytest.mark.parametrize(("label", "text"), [
    (Disputed("0", ("-1", "3")), "0{}^{*}\\;(-1 \\mid 3)"), (Disputed("none"), "\\mathrm{none}{}^{*}"),
    (Disputed(Uncertain("0.00", "0.10"), ("-1", "3")), "0.00 \\pm 0.10{}^{*}\\;(-1 \\mid 3)"),
    (Disputed("1.5e-10", ("-inf", "jump")), "1.5 \\cdot 10^{-10}{}^{*}\\;(-\\infty \\mid \\mathrm{jump})"),
])  # fmt: skip
def test_marked_gradients_in_latex(label: str, text: str) -> None:
    assert figure(label) == text


def test_of_many_notes_those_on_the_answer_come_first() -> None:
    record = differentiate(" + ".join(f"relu({k + 2}*x)" for k in range(20)), {"x": 0})
    notes = by_weight(record)
    assert len(record.notes) == 41
    assert len(notes) == 21  # the sides of x, and the kinks
    lines = lines_of(notes)
    assert lines[0] == "note: df/dx is 0 from the left and 230 from the right"
    assert len(lines) == MOST_NOTES + 1
    assert lines[-1] == f"... and {len(notes) - MOST_NOTES:,} more notes (--json lists them all)"


def test_captions_are_broken_at_blanks() -> None:
    assert list(fitted(["a bb ccc dddd"], 6, len)) == ["a bb", "    ccc", "    dddd"]
    assert list(fitted(["abcdefgh", ""], 3, len)) == ["abcdefgh", ""]


# ---- keys


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("format", ["csv", "markdown", "latex"])
def test_a_key_says_its_kinks_and_a_blank_sheet_does_not(seed: int, format: str) -> None:
    record = kinked(seed)
    given = {name: Source(name, repr(record.values[i])) for name, i in record.graph.inputs.items()}
    sheet = sheet_of(
        "t", None, [ParsedProblem(fixed_problem(Source("program", record.program), given)).for_student("")]
    )
    asked = {row.about: row for row in sheet.parts[0].rows}
    key, blank = (render_sheet(sheet, format, key=key) for key in (True, False))
    assert "kink" not in blank
    assert "from the left" not in blank
    for note in record.notes:
        for item, row in asked.items():
            if item.node == note.node and item.kind == (VALUE if note.kind == "kink" else UPSTREAM):
                assert note.message in row.remark
                message = plain(note.message) if format == "markdown" else expected(note.message, format)
                assert message in key


@pytest.mark.parametrize("format", ["csv", "markdown", "latex"])
def test_a_key_names_what_else_is_right(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sheet", "abs(w)*x", "w=0", "x=2", "--key", "--to", format]) == 0
    text = capsys.readouterr().out.replace("\\(-\\)", "-")
    assert "at the kink anything from -1 to 1 is right" in text
    assert "at the kink anything from -2 to 2 is right" in text


# ---- graphs of any size


@pytest.mark.parametrize("format", ["dot", "mermaid"])
def test_what_lays_out_nothing_has_no_limit(format: str) -> None:
    record = differentiate(" + ".join(["sin(x)"] * 5_000), {"x": 1}, ieee=True)
    text = str(render(record, format, Style()))
    assert len(re.findall(r"^ *n\d+ -+>", text, re.MULTILINE)) == 5_000 + 2 * 4_999 + 1
