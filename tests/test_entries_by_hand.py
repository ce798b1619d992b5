"""Single entries of arrays, worked by hand: what each is computed from, and along which ways its derivative comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.array_request import asked_entries
from gradcli.reports.array_entry import EntryWriter
from gradcli.reports.rounding import Rounding

from .test_golden import called

# y = W x + b = (1, 3), z = tanh(y) = (0.76, 0.995), u = 2, L = y z + x x = 8.75
PROGRAM = "y = W@x + b; z = tanh(y); u = 2*sum(b); L = sum(y*z) + x@x"
POINT = ("W=[[1,-1],[0,2]]", "x=[2,1]", "b=[0,1]")
USED = "note: nothing uses u; --of u shows it\n"
ROUNDED = "rounded to 6 figures; --json has all\n"
RULE = "multivariable chain rule"


@pytest.mark.parametrize(("entry", "lines", "tail"), [
    ("x[0]", ["x[0] = 2   given"], USED), ("y[1]", ["y[1] = v1[1] + b[1] = 2 + 1 = 3"], USED),
    ("L", ["L = v4 + v5 = 3.74676 + 5 = 8.74676"], USED + ROUNDED),

    ("dL/dL", ["dL/dL = 1   the reverse pass starts here"], USED),
    ("dL/du", ["dL/du = 0   L does not depend on it"], USED),
    ("dL/dz[1]", [
        "dL/dz[1] = sum_i dL/dv3[i] · ∂v3[i]/∂z[1] = dL/dv3[1]*y[1] = 1*3 = 3   v3[0] does not contain z[1]"], USED),
    ("dL/dW[1,0]", ["dL/dW[1,0] = sum_i dL/dv1[i] · ∂v1[i]/∂W[1,0] = dL/dv1[1]*x[0] = 1.02465*2 ≈ 2.04931   "
                    "v1[0] does not contain W[1,0]"], USED + ROUNDED),
    ("dL/dy[0]", [
        "dL/dy[0] via v3 = sum_i dL/dv3[i] · ∂v3[i]/∂y[0] = dL/dv3[0]*z[0] = 1*0.761594 = 0.761594   "
        "v3[1] does not contain y[0]",
        "dL/dy[0] via z = sum_i dL/dz[i] · ∂z[i]/∂y[0] = dL/dz[0]*(1 - z[0]**2) = 1*(1 - 0.761594**2) ≈ 0.419974   "
        "z[1] does not contain y[0]", f"dL/dy[0] = 0.761594 + 0.419974 = 1.18157   {RULE}"], USED + ROUNDED),
    ("dL/dx[1]", [
        "dL/dx[1] via v5, argument 2 = dL/dv5 · ∂v5/∂x[1] = dL/dv5*x[1] = 1*1 = 1",
        "dL/dx[1] via v5, argument 1 = dL/dv5 · ∂v5/∂x[1] = dL/dv5*x[1] = 1*1 = 1",
        "dL/dx[1] via v1 = sum_i dL/dv1[i] · ∂v1[i]/∂x[1] = W[0,1]*dL/dv1[0] + W[1,1]*dL/dv1[1] = -1*1.18157 + "
        "2*1.02465 "
        "≈ 0.867737", f"dL/dx[1] = 1 + 1 + 0.867737 = 2.86774   {RULE}"], USED + ROUNDED),
])  # fmt: skip
def test_entries(entry: str, lines: list[str], tail: str) -> None:
    done = called([PROGRAM, *POINT, "--entry", entry], Path.cwd(), {}, b"")
    text = done.stdout.decode()
    assert text.endswith(tail)
    found = [" ".join(line.split()) for line in text.removesuffix(tail).strip("\n").split("\n")]
    assert found == [" ".join(line.split()) for line in lines]


def test_both_sides_that_agree_at_a_kink_settle_an_entry() -> None:
    """x*abs(x) has the slope 0 at 0 by the convention and from both sides."""
    done = called(["L = sum(abs(x)*x)", "x=[0,1]", "--entry", "dL/dx[0]"], Path.cwd(), {}, b"")
    assert "dL/dx[0]        = 0 + 0 = 0" in done.stdout.decode()
    done = called(["L = sum(relu(x) - relu(-x))", "x=[0,1]", "--entry", "dL/dx[0]"], Path.cwd(), {}, b"")
    last = done.stdout.decode().rstrip("\n").split("\n")
    assert any(line.endswith("both one-sided derivatives at a kink agree on it") and " = 1 " in line for line in last)


@pytest.mark.parametrize(("name", "message", "hint"), [
    ("x", "x has no numbers inside but its own", "open h or v1 or L"), ("s", "s is a number", "open h or v1 or L"),
])  # fmt: skip
def test_what_cannot_be_opened(name: str, message: str, hint: str) -> None:
    words = ["h = W@x; L = s*sum(h)", "W=[[1,-1],[0,2]]", "x=[2,1]", "s=2", "--open", name]
    done = called(words, Path.cwd(), {}, b"")
    assert done.stderr.decode() == f"gradcli: program: {message}\nhint: {hint}\n"


def test_an_entry_of_a_cross_entropy_with_shares_of_classes() -> None:
    """L = -(0.3 (1 - log(e + e^2)) + 0.7 (2 - log(e + e^2))) = log(e + e^2) - 1.7 = 0.613262."""
    done = called(["L = cross_entropy(z, t)", "z=[1,2]", "t=[0.3,0.7]", "--entry", "L"], Path.cwd(), {}, b"")
    first = " ".join(done.stdout.decode().split("\n")[0].split())
    assert first == (
        "L = -(t[0]*(z[0] - log(exp(z[0]) + exp(z[1]))) + t[1]*(z[1] - log(exp(z[0]) + exp(z[1])))) = "
        "-(0.3*(1 - log(exp(1) + exp(2))) + 0.7*(2 - log(exp(1) + exp(2)))) = 0.613262"
    )


@pytest.mark.parametrize(("last", "written"), [
    ("2.1255", "[1.125 + 2.1255, 1.125 + 2.1255, 1.125 + 2.1255, 1.125 + 2.1255]"),
    ("2.12555", "[1.125 + 2.1255, ...]"),
])  # fmt: skip
def test_entries_are_all_written_if_they_have_room(last: str, written: str) -> None:
    """They take 64 characters with their brackets and commas, and then one more."""
    words = ["v = x + y; L = sum(v)", "x=[1.125,1.125,1.125,1.125]", f"y=[2.1255,2.1255,2.1255,{last}]", "--steps"]
    lines = called(words, Path.cwd(), {}, b"").stdout.decode().split("\n")
    assert any(line.startswith("  v = x + y =") and f"= {written}" in line for line in lines)


GATED = ("u = W@x; z = relu(u) + u; L = sum(z*z)*s", {"W": [[1, 2], [3, -4]], "x": [1, 2], "s": 2})


@pytest.mark.parametrize(("program", "point", "entry", "lines"), [
    # u = [5, -5], z = [10, -5], L = 2*125; dL/dz = 4*z = [40, -20], dL/du = [80, -20]
    (*GATED, "dL/dx[0]", [
        "dL/dx[0] = sum_i dL/du[i] · ∂u[i]/∂x[0] = W[0,0]*dL/du[0] + W[1,0]*dL/du[1] = 1*80 + 3*(-20) = 20"]),
    (*GATED, "dL/du[1]", [
        "dL/du[1] via z = sum_i dL/dz[i] · ∂z[i]/∂u[1] = dL/dz[1] = -20 z[0] does not contain u[1]",
        "dL/du[1] via v1 = sum_i dL/dv1[i] · ∂v1[i]/∂u[1] = where(u[1] > 0, dL/dv1[1], 0) = where(-5 > 0, -20, 0) = 0 "
        "v1[0] does not contain u[1]",
        "dL/du[1] = -20 + 0 = -20 multivariable chain rule"]),
    (*GATED, "dL/dz[0]", [
        "dL/dz[0] via v2, argument 2 = sum_i dL/dv2[i] · ∂v2[i]/∂z[0] = dL/dv2[0]*z[0] = 2*10 = 20 "
        "v2[1] does not contain z[0]",
        "dL/dz[0] via v2, argument 1 = sum_i dL/dv2[i] · ∂v2[i]/∂z[0] = dL/dv2[0]*z[0] = 2*10 = 20 "
        "v2[1] does not contain z[0]",
        "dL/dz[0] = 20 + 20 = 40 multivariable chain rule"]),
    (*GATED, "dL/ds", ["dL/ds = ∂L/∂s = v3 = 125"]), (*GATED, "dL/dL", ["dL/dL = 1 the reverse pass starts here"]),
    (*GATED, "z[1]", ["z[1] = v1[1] + u[1] = 0 - 5 = -5"]), (*GATED, "x[1]", ["x[1] = 2 given"]),
    (*GATED, "L", ["L = v3*s = 125*2 = 250"]),
    ("L = sum(X@Y)", {"X": [[1, 2, 3]] * 7, "Y": [[1, 2], [3, 4], [5, 6]]}, "dL/dX[2,1]", [
        "dL/dX[2,1] = sum_ij dL/dv1[i,j] · ∂v1[i,j]/∂X[2,1] = dL/dv1[2,0]*Y[1,0] + dL/dv1[2,1]*Y[1,1] = 1*3 + 1*4 = 7 "
        "the other 12 entries of v1 do not contain X[2,1]"]),
    ("v = concat(x, x); L = sum(v*v)", {"x": [1, 2]}, "dL/dx[0]", [
        "dL/dx[0] via v, argument 2 = sum_i dL/dv[i] · ∂v[i]/∂x[0] = dL/dv[2] = 2 v[1], v[3] do not contain x[0]",
        "dL/dx[0] via v, argument 1 = sum_i dL/dv[i] · ∂v[i]/∂x[0] = dL/dv[0] = 2 v[1], v[3] do not contain x[0]",
        "dL/dx[0] = 2 + 2 = 4 multivariable chain rule"]),
])  # fmt: skip
def test_entries_of_more_programs(program: str, point: dict[str, Any], entry: str, lines: list[str]) -> None:
    record = differentiate(program, point)
    assert isinstance(record, ArrayGradient)
    writer = EntryWriter(record, Rounding(record))
    shown = [line for asked in asked_entries(record, entry) for line in writer.lines(asked)]
    assert [f"{line.equations()} {line.remark}".strip() for line in shown] == lines


@pytest.mark.parametrize(("many", "remark"), [
    (1, ""), (2, "v1[1] does not contain x[0]"), (5, "v1[1], v1[2], v1[3], v1[4] do not contain x[0]"),
    (6, "the other 5 entries of v1 do not contain x[0]"), (1_000, "the other 999 entries of v1 do not contain x[0]"),
    (1_001, ""),
])  # fmt: skip
def test_what_does_not_contain_an_entry_is_named_up_to_four(many: int, remark: str) -> None:
    record = differentiate("L = sum(sin(x))", {"x": [0] * many})
    assert isinstance(record, ArrayGradient)
    (asked,) = asked_entries(record, "dL/dx[0]")
    (line,) = EntryWriter(record, Rounding(record)).lines(asked)
    assert line.remark == remark
