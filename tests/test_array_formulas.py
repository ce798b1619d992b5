"""gradcli diff of arrays: the text, LaTeX and JSON say one thing, and what they say computes the gradient."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from gradcli.arrays.sizes import shape_text
from gradcli.reports.schema import SCHEMAS
from gradcli.text import cells

from .array_programs import PROGRAMS
from .test_array_steps import given
from .test_golden import called

COLUMN = 60
MOST_ENTRIES = 100

SCHEMA = jsonschema.Draft202012Validator(SCHEMAS["diff-arrays"])
LAYER = "Z = X@W + b; L = mean(cross_entropy(Z, y))"
LETTERS = ("X=NxD", "W=DxC", "b=C", "y=N")


def said(*words: str) -> str:
    done = called(list(words), Path.cwd(), {}, b"")
    assert done.status == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("k", [k for k, (_, shapes) in enumerate(PROGRAMS) if any(shapes.values())])
def test_text_and_json_say_one_thing(k: int) -> None:
    """JSON is the program; the text has it with shapes as comments, and the values at the point below it."""
    program, shapes = PROGRAMS[k]
    words = [f"{name}={source.text}" for name, source in given(shapes, k).items()]
    found = json.loads(said("diff", program, *words, "--json"))
    SCHEMA.validate(found)
    assert found["text"] == "\n".join(f"{s['name']} = {s['formula']}" for s in found["statements"])
    lines = said("diff", program, *words).splitlines()
    if len(found["derivatives"]) > 1:
        assert lines.pop(0) == f"# choose one with --of {found['derivatives'][0]['name']}"
    written = lines[: len(found["statements"])]
    aligned = set()
    for line, statement in zip(written, found["statements"], strict=True):
        text, _, shape = line.partition("  # ")
        assert text.rstrip() == f"{statement['name']} = {statement['formula']}"
        assert shape == (shape_text(tuple(statement["shape"])) if statement["shape"] else "")
        if shape and cells(text.rstrip()) <= COLUMN:
            aligned.add(cells(text))
    assert len(aligned) <= 1
    told = [line for line in lines[len(written) :] if not line.startswith("# note: ")]
    assert told == [f"# {d['name']} = {json.dumps(d['value'])}" for d in found["derivatives"]]
    gradient = json.loads(said(program, *words, "--json"))["gradient"]
    for derivative in found["derivatives"]:
        (name,) = derivative["wrt"]
        assert derivative["value"] == gradient[name]
        assert derivative["formula"] == {s["name"]: s["formula"] for s in found["statements"]}[derivative["name"]]


@pytest.mark.parametrize("k", [0, 1, 2, 4, 5, 7, 13])
def test_the_program_computes_the_gradient(k: int) -> None:
    """What is printed is run with the same values: `--of` chooses a derivative."""
    program, shapes = PROGRAMS[k]
    words = [f"{name}={source.text}" for name, source in given(shapes, k).items()]
    found = json.loads(said("diff", program, *words, "--json"))
    for derivative in found["derivatives"]:
        unused = [word for word in words if not re.search(rf"\b{word.partition('=')[0]}\b", found["text"])]
        one = said(
            found["text"], *[word for word in words if word not in unused], "--of", derivative["name"], "--value"
        )
        assert np.array(json.loads(one)) == pytest.approx(np.array(derivative["value"]), rel=1e-12, abs=1e-300)


def test_shapes_alone_have_no_values() -> None:
    found = json.loads(said("diff", LAYER, "--shapes", *LETTERS, "--json"))
    SCHEMA.validate(found)
    assert {tuple(d["wrt"]): (d["shape"], d["value"]) for d in found["derivatives"]} == {
        ("X",): (["N", "D"], None), ("W",): (["D", "C"], None), ("b",): (["C"], None),
    }  # fmt: skip
    assert found["statements"][0] == {"name": "N", "formula": "size(X, 0)", "shape": []}
    assert "#  = " not in said("diff", LAYER, "--shapes", *LETTERS)
    some = json.loads(said("diff", LAYER, "--shapes", "X=NxD", "W=Dx3", "b=3", "y=4", "--json"))
    assert some["sizes"] == {"N": 4}
    assert next(s["shape"] for s in some["statements"] if s["name"] == "dL_dW") == ["D", 3]


def test_one_derivative_is_not_chosen() -> None:
    text = said("diff", "L = sum(x**2)", "x=[1, -2]")
    assert text == "dL_dx = 2*x  # 2\n# dL_dx = [2.0, -4.0]\n"


def test_long_values_are_left_to_json() -> None:
    for size, is_shown in ((MOST_ENTRIES, True), (MOST_ENTRIES + 1, False)):
        words = ["L = sum(x**2)", f"x={list(range(size))}"]
        text, latex = said("diff", *words), said("diff", *words, "--to", "latex")
        assert ("# dL_dx = [0.0, 2.0, 4.0" in text) is is_shown
        assert (f"# dL_dx is {size}: --json has its value" in text) is not is_shown
        assert latex.count(r"\frac{dL}{dx} &= ") == 1 + is_shown
        assert len(json.loads(said("diff", *words, "--json"))["derivatives"][0]["value"]) == size


@pytest.mark.parametrize("k", [0, 1, 2, 3, 4, 8, 13])
def test_latex_has_a_row_a_statement(k: int) -> None:
    """Every statement but sizes that have letters, with its shape; below them the values in matrices of their shape."""
    program, shapes = PROGRAMS[k]
    words = [f"{name}={source.text}" for name, source in given(shapes, k).items()]
    found = json.loads(said("diff", program, *words, "--json"))
    latex = said("diff", program, *words, "--to", "latex")
    rows = latex.partition("\\begin{align*}\n")[2].partition("\n\\end{align*}")[0].split(" \\\\\n")
    assert all(row.startswith("  ") and " &= " in row for row in rows)
    values = rows[len(found["statements"]) :]
    assert len(values) == len(found["derivatives"])
    for row, statement in zip(rows, found["statements"], strict=False):
        shape = shape_text(tuple(statement["shape"])).replace("x", " \\times ") if statement["shape"] else ""
        assert row.endswith(rf" && \text{{\({shape}\)}}") is bool(shape)
    for row, derivative in zip(values, found["derivatives"], strict=True):
        numbers = np.array(derivative["value"])
        between = row.partition(" &= ")[2]
        if numbers.ndim:
            assert between.count("&") + between.count(r"\\") + 1 == numbers.size
            assert between.startswith(r"\begin{pmatrix}")
        assert rf"\frac{{d{found['output']}}}" in row


@pytest.mark.parametrize(("words", "hint"), [
    ((LAYER, *LETTERS, "--shapes", "--exact"), "--shapes shows no numbers: leave out --exact and --digits"),
    ((LAYER, *LETTERS, "--shapes", "--digits", "20"), "--shapes shows no numbers: leave out --exact and --digits"),
    ((LAYER, "--order", "2", "--shapes", *LETTERS), "formulas of arrays are of order 1"),
    (("Z = X@W", "--shapes", "X=NxD", "W=DxC"), "Z is NxC: a gradient is that of one number"),
    (("Z = sum(x)*[1, 2]", "x=[1, 2]"), "a gradient is that of one number"),
    ((LAYER,), "--shapes X=NxD ... gives shapes in place of values"),
])  # fmt: skip
def test_what_has_no_formulas(words: tuple[str, ...], hint: str) -> None:
    done = called(["diff", *words], Path.cwd(), {}, b"")
    assert (done.stdout, done.status) == (b"", 2)
    assert hint in done.stderr.decode()


def test_notes_are_told_in_every_format() -> None:
    words = ["L = sum(relu(x))", "x=[0, 2]"]
    note = "dL/dx[0] is 0 from the left and 1 from the right"
    notes: list[dict[str, Any]] = json.loads(said("diff", *words, "--json"))["notes"]
    assert [n["message"] for n in notes if n["kind"] == "one-sided"] == [note]
    assert f"# note: {note}" in said("diff", *words).splitlines()
    assert f"% note: {note}" in said("diff", *words, "--to", "latex").splitlines()


@pytest.mark.parametrize(("more", "own"), [(0, 60), (1, None)])
def test_shapes_stand_below_each_other_as_far_as_statements_are_short(more: int, own: int | None) -> None:
    """A statement of 60 characters has its shape in line with the others, a longer one right behind it."""
    long, short = "a" * (50 + more), "b" * 3
    program = f"L = sum({long}*{short})"
    two = [f"dL_d{long} = {short}  # 4", f"dL_d{short} = {long}  # 4"]
    _, *found = said("diff", program, "--shapes", f"{long}=4", "--shapes", f"{short}=4").splitlines()
    assert found == two
    words = [f"{program} + sum(c)", *("--shapes", f"{long}=4", "--shapes", f"{short}=4", "--shapes", "c=4")]
    _, *found = said("diff", *words).splitlines()
    last = "dL_dc = ones(4)"
    assert found == [*two, f"{last.ljust(own) if own else last}  # 4"]
