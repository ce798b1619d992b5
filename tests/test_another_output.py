"""--of of arrays: asking for a node gives what the program gives that ends with it, on every road to an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcli.arrays.opening import Opening
from gradcli.commands.array_check import check_arrays
from gradcli.record.array_gradient import opened
from gradcli.record.array_shapes import shapes_of
from gradcli.record.array_task import chosen_output
from gradcli.rows.opened import opened_program

from .test_golden import called

assert all((Opening, check_arrays, opened, shapes_of, chosen_output, opened_program))  # what the commands below ask

ENDS = ("L = n*n + sum(z)", "y = n*z", "L = sum(log(0*x))", "n*n; z")  # a number, an array, no value, statements
SQUARES, KINKS = "z = x*x; n = sum(z)", "z = abs(x); n = sum(z*z + 2*z)"
POINT = "x=[0, 3]"


def said(words: list[str], stdin: bytes = b"") -> str:
    done = called(words, Path.cwd(), {}, stdin)
    assert done.status == 0, done.stderr.decode()
    return done.stdout.decode()


def refused(words: list[str], stdin: bytes = b"") -> str:
    done = called(words, Path.cwd(), {}, stdin)
    assert done.status == 2
    return done.stderr.decode()


def asked(words: list[str], *keys: str) -> dict[str, Any]:
    found = json.loads(said([*words, "--json"]))
    return {key: found[key] for key in keys}


@pytest.mark.parametrize("end", [ENDS[0], ENDS[1], ENDS[3]])
@pytest.mark.parametrize("program", [SQUARES, KINKS])
@pytest.mark.parametrize("road", [
    [], ["--exact"], ["--digits", "20"], ["--ieee"], ["--hessian"], ["--upstream", "3"], ["--step", "0.5"],
    ["--verify"], ["--wrt", "x"],
])  # fmt: skip
def test_a_node_is_the_end_of_a_shorter_program(program: str, end: str, road: list[str]) -> None:
    keys = ["value", "gradient", *({"--hessian": ["hessian"], "--step": ["step"]}.get(road[0], []) if road else [])]
    whole = asked([f"{program}; {end}", POINT, *road, "--of", "n"], *keys)
    assert whole == asked([program, POINT, *road], *keys)


def test_numbers_by_hand() -> None:
    """n = sum(x² + 2*abs(x)) has the slopes -2 and 2 at 0, and 2*3 + 2 at 3; L goes on from there."""
    program = f"{KINKS}; L = n*n + sum(z)"
    found = asked([program, POINT, "--of", "n"], "value", "gradient", "notes")
    assert (found["value"], found["gradient"]) == (15, {"x": [0, 8]})
    assert "dn/dx[0] is -2 from the left and 2 from the right" in str(found["notes"])
    assert asked([program, POINT], "value", "gradient") == {"value": 228, "gradient": {"x": [0, 8 * 30 + 1]}}
    smooth = asked(["z = x*x; n = sum(z); L = n*n*n", "x=[1, 2]", "--of", "n", "--hessian"], "hessian")
    assert smooth["hessian"] == {"x": {"x": [[2, 0], [0, 2]]}}


def test_where_the_output_has_no_value_a_node_may_have_one() -> None:
    for program, gradient in ((SQUARES, [0, 6]), (KINKS, [0, 8])):
        found = asked([f"{program}; {ENDS[2]}", POINT, "--of", "n"], "gradient")
        assert found["gradient"] == {"x": gradient}


@pytest.mark.parametrize("end", ENDS[:2])
def test_uncertain_values(end: str) -> None:
    program = f"{SQUARES}; {end}"
    words = ["x=[1, 2+-0.1]", "--json"]
    whole, own = (json.loads(said([text, *words, *more])) for text, more in ((program, ["--of", "n"]), (SQUARES, [])))
    assert whole["value"] == own["value"]
    assert whole["gradient"] == own["gradient"]


@pytest.mark.parametrize("end", ENDS[:2])
def test_formulas_and_code(end: str) -> None:
    program = f"{SQUARES}; {end}"
    for words in (["diff", "x=[1, 2]"], ["diff", "--shapes", "x=N"]):
        command, *rest = words
        assert said([command, program, *rest, "--of", "n"]) == said([command, SQUARES, *rest])
    for language in ("python", "numpy"):
        space: dict[str, Any] = {"__name__": "code"}
        exec(said([program, "x=[1, 2]", "--of", "n", "--to", language]), space)
        value, gradient = space["forward_backward"](x=np.array([1.0, 2.0]))
        assert value == 5
        assert list(gradient["x"]) == [2, 4]


@pytest.mark.parametrize("end", ENDS[:2])
def test_shapes(end: str) -> None:
    program = f"{SQUARES}; {end}"
    text = said([program, "--shapes", "x=N", "--of", "n"])
    assert text.splitlines()[-1] == "n is a number; an upstream gradient has the shape of its node"
    assert "dn/dz" in text
    found = json.loads(said([program, "--shapes", "x=N", "--of", "n", "--json"]))
    assert found["output"] == "n"
    assert "z is N: for a gradient write sum(z) or mean(z)" in said([program, "--shapes", "x=N", "--of", "z"])
    assert "z[0] is a number" in said([program, "--shapes", "x=2", "--of", "z[0]"]).replace("f is", "z[0] is")
    assert "nothing in the program is called q" in refused([program, "--shapes", "x=N", "--of", "q"])


# ---- rows

CSV = b"x[0],x[1]\n0,3\n2,-3\n"


@pytest.mark.parametrize("end", ENDS[:2])
@pytest.mark.parametrize("options", [[], ["--value"], ["--sum"], ["--wrt", "x[1]"], ["--ieee"], ["--to", "ndjson"]])
def test_rows(end: str, options: list[str]) -> None:
    found = said(["rows", f"{KINKS}; {end}", "--of", "n", *options], CSV)
    assert found == said(["rows", KINKS, *options], CSV)
    assert "n" in found.splitlines()[0]


def test_rows_by_hand() -> None:
    for end in ENDS[:2]:
        lines = said(["rows", f"{SQUARES}; {end}", "--of", "n"], CSV).splitlines()
        assert lines == ["n,dn/dx[0],dn/dx[1],error", "9.0,0.0,6.0,", "13.0,4.0,-6.0,"]
        lines = said(["rows", f"{SQUARES}; {end}", "--of", "z[1]"], CSV).splitlines()
        assert lines == ["z[1],dz[1]/dx[0],dz[1]/dx[1],error", "9.0,0.0,6.0,", "9.0,0.0,-6.0,"]


@pytest.mark.parametrize(("of", "end", "message"), [
    (["--of", "z"], ENDS[0], "z has 2 entries: rows have one number each as their value"),
    ([], ENDS[1], "y has 2 entries: rows have one number each as their value"),
    (["--of", "q"], ENDS[0], "nothing in the program is called q"),
])  # fmt: skip
def test_rows_are_of_one_number(of: list[str], end: str, message: str) -> None:
    assert message in refused(["rows", f"{SQUARES}; {end}", *of], CSV)


# ---- claims, and steps


@pytest.mark.parametrize("end", ENDS[:2])
def test_claims(end: str) -> None:
    program = f"{KINKS}; {end}"
    for claim, status in (("[-2, 8]", 0), ("[2, 8]", 0), ("[2.1, 8]", 1), ("[1, 9]", 1)):
        done = called(["check", program, POINT, "--of", "n", f"dn/dx={claim}"], Path.cwd(), {}, b"")
        assert done.status == status, claim
    assert "between the one-sided derivatives, -2 and 2" in " ".join(done.stdout.decode().split())


@pytest.mark.parametrize(("program", "words", "item"), [
    ("n = 2*x; L = n*n", ["x=1", "--of", "n"], "dn/dx=3"), ("n = 2*x; L = n*n", ["x=1"], "dL/dx=3"),
    ("n = sum(x); L = n*n", ["x=[1, 2]", "--of", "n"], "dn/dx='[["), ("n = sum(x); L = n*n", ["x=[1, 2]"], "dL/dx='[["),
    ("n = sum(x); y = n*x", ["x=[1, 2]"], "y='[["), ("n = sum(x); y = n*x", ["x=[1, 2]", "--of", "n"], "dn/dx='[["),
])  # fmt: skip
def test_the_claim_in_a_hint_is_about_what_is_asked(program: str, words: list[str], item: str) -> None:
    assert f"add ITEM=CLAIM, such as {item}" in refused(["check", program, *words])


@pytest.mark.parametrize("end", ENDS[:2])
def test_descent(end: str) -> None:
    words = [POINT, "--rate", "0.25", "--steps", "2", "--json"]
    found, own = (json.loads(said(["descend", *more, *words])) for more in (
        (f"{KINKS}; {end}", "--of", "n"), (KINKS,)))  # fmt: skip
    key = next(key for key, value in own.items() if isinstance(value, list) and len(value) == 3)
    assert found[key] == own[key]


@pytest.mark.parametrize("words", [
    ["q = abs(y); {}"], ["q = y**0.5; {}"], ["q = 2*y; {}"], ["q = y + x; {}"], ["{}; g = f*y", "--of", "f"],
    ["{}; g = log(y)", "--of", "f"],
])  # fmt: skip
@pytest.mark.parametrize(("program", "second"), [
    ("f = where(0/x > 0, 5, b*b)", {"xx": 0, "bb": 2, "bx": 0}),
    ("f = abs(b - 3)*(b - 3)*x", {"xx": 0, "bb": None, "bx": 0}),
])  # fmt: skip
def test_second_derivatives_where_an_input_is_of_another_node_alone(
    words: list[str], program: str, second: dict[str, Any]
) -> None:
    """The output does not change with y; at a kink the other inputs are looked at beside the point."""
    whole, *rest = words
    found = asked([whole.format(program), "x=0.5", "b=3", "y=0", "--hessian", *rest], "hessian")["hessian"]
    assert {f"{a}{b}": found[a][b] for a, b in second} == second
    assert [(found["y"][name], found[name]["y"]) for name in "xyb"] == [(0, 0)] * 3
