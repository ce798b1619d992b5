"""Single entries of arrays, worked by hand: what each is computed from, and along which ways its derivative comes."""

from __future__ import annotations

from pathlib import Path

import pytest

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
