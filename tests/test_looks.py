"""What a report says does not hang on how it looks: in fewer columns, in colour, in ASCII, on a terminal or not.

A report that leaves columns free looks the same in just as many as it needs: each layout is taken as soon as it fits.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from gradcli.text import cells

from .test_golden import CASES, called

LAYER = ["z = W@x + b; L = cross_entropy(z, 2)", "W=1 -1; 0 2; 1 1", "x=[2, 1]", "b=[0, 1, -1]"]
BATCH = [
    "h = tanh(X@W + b); Z = h@V + c; L = mean(cross_entropy(Z, y))", "X=1 2; 0.5 -1; 2 0",
    "W=0.1 0.2 0.3; -0.1 0.4 0", "b=[0, 0, 0]", "V=1 0; 0 1; 1 1", "c=[0, 0.1]", "y=[0, 1, 1]",
]  # fmt: skip
RECURRENCE = ["h[0] = x; h[k] = tanh(W@h[k-1]) for k = 1..6; sum(h[-1])", "W=0.5 0; 0.1 1", "x=[1, 1/3]"]
FOLDED = ["sum((X@w)**2)", f"X={'; '.join(' '.join(str(i * j % 7 / 8) for j in range(12)) for i in range(9))}",
          f"w=[{', '.join(['1/3'] * 12)}]"]  # fmt: skip
NEURON = ["1/(1+exp(-(w0*x0+w1*x1+w2)))", "w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3"]
KINKED = ["height = x*y; f = where(height > 0, relu(height)*sin(x), max(x, y, 2))/3 + abs(x)", "x=0", "y=0.1"]
CLAIMS = ["check", "q = x + y; f = q*z", "x=-2", "y=5", "z=-4", "q=3", "f=-13", "df/dq=-4", "dx=4", "dy=-z", "dz=q + 1"]
ARRAY_CLAIMS = [
    "check",
    *LAYER,
    "z=[1, 3, 3]",
    "db=[0.09, 0.66, 0.33]",
    "dL/dW=[[0.18, 0.09], [1.33, 0.67], [0.49, 0.24]]",
]
CLASS = CASES / "homework" / "grade-narrow"
REPORTS = [
    NEURON, [*NEURON, "--to", "circuit"], [*NEURON, "--nodes", "named", "--hessian"], [*NEURON, "--verify"],
    [*NEURON, "--digits", "30", "--nodes", "none"], [*NEURON, "--step", "0.1"], KINKED, [*KINKED, "--to", "circuit"],
    [*KINKED, "--figures", "3"], ["x*y/7", "x=2±0.1", "y=1/3"], ["(x + 1/3)**9/7", "x=-22/7", "--exact"],
    ["u = x*y; v = u + x", "x=3", "y=4", "--jacobian", "--of", "u,v"], ["(x + y)*z", "x=1", "y=2", "z=3", "--cost"],
    LAYER, [*LAYER, "--to", "circuit"], [*LAYER, "--hessian", "--wrt", "x,b"], [*LAYER, "--open", "z"],
    [*LAYER, "--entry", "dL/dW[1,0]"], [*LAYER, "--verify", "--nodes", "none"], [*LAYER, "--shapes"], BATCH,
    [*BATCH, "--to", "circuit"], [*BATCH, "--cost"], [*BATCH, "--shapes"], RECURRENCE, [*RECURRENCE, "--to", "circuit"],
    FOLDED, ["z = softmax(x)", "x=[1, 2, 3]", "--jacobian"], ["z = softmax(x)", "x=[1, 2]", "--tangent", "x=[2, 0]"],
    ["sum((W@x)**2)", "W=1 2; 3 4", "x=[1, 2]", "--step", "0.25"], ["sum(relu(x)*2)", "x=[0, 1, 0]"],
    CLAIMS, ARRAY_CLAIMS, ["diff", *NEURON[:1]],
    ["descend", "(x - 3)**2 + 10*y**2", "x=0", "y=1", "--rule", "adam", "--rate", "0.1", "--steps", "3", "--state"],
]  # fmt: skip
WIDE = [
    ["sheet", *LAYER, "--lint"],
    ["rules", "softmax"],
    ["grade", "week.toml", "long.csv"],
]  # lines that do not break
STEPS = [[*words, "--steps"] for words in (NEURON, KINKED, LAYER, RECURRENCE)]
CODES = re.compile("\x1b\\[[0-9;]*m")
WIDTHS = (60, 100)


@cache
def text(*words: str, columns: int) -> str:
    """Return what a command writes in so many columns; a sentence that tells how many there are tells none."""
    found = called(list(words), CLASS if words[0] == "grade" else Path.cwd(), {"COLUMNS": str(columns)}, b"")
    assert found.status in (0, 1)
    assert found.stderr == b""
    return re.sub(rf"(there\s+are\s+){columns}\b", r"\1few", found.stdout.decode())


def name(words: list[str]) -> str:
    return " ".join(words)[:60]


@pytest.mark.parametrize("words", REPORTS, ids=name)
def test_a_report_looks_the_same_in_as_many_columns_as_it_takes(words: list[str]) -> None:
    for columns in WIDTHS:
        found = text(*words, columns=columns)
        taken = max(map(cells, found.splitlines()))
        assert taken <= columns
        assert text(*words, columns=taken) == found


@pytest.mark.parametrize("words", STEPS, ids=name)
def test_a_derivation_needs_no_more_lines_in_as_many_columns_as_it_takes(words: list[str]) -> None:
    for columns in WIDTHS:
        lines = text(*words, columns=columns).splitlines()
        taken = max(map(cells, lines))
        assert taken <= columns
        assert len(text(*words, columns=taken).splitlines()) == len(lines)


@pytest.mark.parametrize(
    "words", [*REPORTS, *STEPS, ["rules", "softmax"], ["grade", "week.toml", "long.csv"]], ids=name
)
def test_colours_change_no_word_and_ascii_loses_no_line(words: list[str]) -> None:
    plain = text(*words, columns=1000)
    if words[0] not in ("diff", "rules"):
        colored = text(*words, "--color", "always", columns=1000)
        assert "\x1b[" in colored
        assert [CODES.sub("", line).rstrip() for line in colored.splitlines()] == plain.splitlines()
    if words[0] != "diff":
        signs = text(*words, "--ascii", columns=1000)
        assert signs.isascii() or words[0] == "grade"  # the name of a student
        assert len(signs.splitlines()) >= len(plain.splitlines())  # a legend may be longer
