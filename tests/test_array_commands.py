"""What the command line says of arrays: which options go together, and that tables, lists and JSON say the same."""

from __future__ import annotations

import json
import re
from math import prod
from pathlib import Path
from typing import Any

import pytest

from gradcli.text import cells

from .test_array_reports import gradcli
from .test_golden import called

LAYER = ("z = W@x; y = 2*z", "W=1 -1; 0 2; 1 1", "x=[2, 1]")
LOSS = ("z = W@x + b; L = cross_entropy(z, 2)", "W=1 -1; 0 2; 1 1", "x=[2, 1]", "b=[0, 1, -1]")
BATCH = "H = tanh(X@V + c); Z = H@W + b; L = mean(cross_entropy(Z, y))"
NUMBERS = ("X=64x784", "V=784x128", "c=128", "W=128x10", "b=10", "y=64")
LETTERS = ("X=NxD", "V=DxM", "c=M", "W=MxC", "b=C", "y=N")


@pytest.mark.parametrize(("words", "said"), [
    ("--jacobian --steps", "--jacobian is shown in a table or in JSON, not in steps"),
    ("--tangent x=[1,0] --to svg", "--tangent is shown in a table or in JSON, not in svg"),
    ("--jacobian --frames out", "--jacobian is shown in a table or in JSON, not in --frames"),
    ("--jacobian --tangent x=[1,0]", "--jacobian has the derivatives along every direction: leave out --tangent"),
    ("--of z,y", "--of names 2 outputs, and a gradient is that of one"),
    ("--of z,y --tangent x=[1,0]", "--of names 2 outputs, and a gradient is that of one"),
    ("--share", "--share merges nodes of numbers, and these are arrays"),
    *((f"--cost {option}", f"--cost shows no derivatives: leave out {option.split()[0]}") for option in (
        "--value", "--grad x", "--steps", "--frames out", "--hessian", "--verify", "--jacobian", "--tangent x=[1,0]")),
    ("--cost --to dot", "--cost is a table or JSON, not dot"),
    ("--cost --of z,y", "--cost is that of one output: name one in --of"),
    *((f"--entry dW[0,0] {option}", f"--entry writes the lines of one entry: leave out {option.split()[0]}")
      for option in ("--value", "--grad x", "--hessian", "--verify", "--frames out", "--to dot", "--json", "--compact",
                     "--steps", "--open all")),
    *((f"--shapes {option}", f"--shapes shows no numbers: leave out {option.split()[0]}") for option in (
        "--value", "--grad x", "--steps", "--frames out", "--hessian", "--verify", "--exact", "--digits 20", "--ieee",
        "--upstream 2", "--share")),
    ("--shapes --to dot", "--shapes is a table or JSON, not dot"),
])  # fmt: skip
def test_options_that_do_not_go_together(words: str, said: str) -> None:
    program = "z = W@x; y = 2*z; sum(y)" if "--share" in words else "z = W@x; y = 2*z"
    out, err, status = gradcli(program, *LAYER[1:], *words.split())
    assert (out, status) == ("", 2)
    assert f"gradcli: {said}\n" in err or f'"kind": "option", "message": "{said}"' in err


@pytest.mark.parametrize("words", ["--json --compact", "--json", "--nodes none", "--upstream [1,0,2]", "--wrt x"])
def test_options_that_go_together(words: str) -> None:
    out, err, status = gradcli(*LAYER, *([] if "--upstream" in words else ["--jacobian"]), *words.split())
    assert (err, status) == ("", 0)
    assert ("\n" in out.rstrip("\n")) is ("--compact" not in words)


def test_bare_derivatives_are_those_of_the_report() -> None:
    """With --value or --grad the arrays come alone, a line each: those of JSON."""
    whole = json.loads(gradcli(*LAYER, "--jacobian", "--of", "z,y", "--json")[0])
    blocks = [json.loads(line) for line in gradcli(*LAYER, "--jacobian", "--of", "z,y", "--value")[0].splitlines()]
    assert blocks[0] == [2.0, 4.0, 6.0]
    assert blocks[1:] == [whole["jacobian"][output][name] for output in ("z", "y") for name in ("W", "x")]
    value, tangent = gradcli(*LAYER, "--tangent", "x=[1, 0]", "--value")[0].splitlines()
    assert json.loads(value) == [2.0, 4.0, 6.0]
    assert json.loads(tangent) == [2.0, 0.0, 2.0]
    assert gradcli(*LAYER, "--tangent", "x=[1, 0]", "--grad", "x")[0] == f"{tangent}\n"
    assert gradcli(*LOSS, "--grad", "b")[0] != gradcli(*LOSS, "--grad", "x")[0]


# ---- costs


def costs(*words: str) -> dict[str, Any]:
    out, err, status = gradcli(*words, "--cost", "--json")
    assert (err, status) == ("", 0)
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def written(size: int | str) -> str:
    return f"{size:,}" if isinstance(size, int) else size


@pytest.mark.parametrize("width", [None, 40, 70, 80, 200])
@pytest.mark.parametrize("words", [
    (BATCH, "--shapes", *NUMBERS), (BATCH, "--shapes", *LETTERS), (BATCH, "--shapes", *NUMBERS, "--wrt", "V,c,W,b"),
    LOSS, ("(x + y)*z", "x=1", "y=2", "z=3"), ("z = W@x", *LAYER[1:]), (*LOSS, "--nodes", "none"),
    (BATCH, "--shapes", *LETTERS, "--nodes", "named"), ("L = sum(where(x > 0, x, 0))*pi", "x=[1, -2]"),
])  # fmt: skip
def test_costs_are_the_same_at_every_width(words: tuple[str, ...], width: int | None) -> None:
    """A table and a list have the figures of JSON: those of inputs first, 0 left out; then those of the modes."""
    found = costs(*words)
    lines = shown(width, *words, "--cost").splitlines()
    assert all(cells(line) <= (width or 1000) for line in lines)
    expected = []
    for node in sorted(found["nodes"], key=lambda node: (node["operation"] != "input", node["id"])):
        is_input = node["operation"] == "input"
        expected += [node["name"], "x".join(map(str, node["shape"])), "input" if is_input else node["expression"]]
        expected += [written(node[key]) for key in ("value", "backward", "kept") if node[key]]
    is_lettered = any(isinstance(mode["multiplications"], str) for mode in found["modes"].values())
    for name, mode in found["modes"].items():
        expected += [f"{name} mode" if name != "hessian" else "Hessian", written(mode["passes"]), written(mode["each"])]
        expected += [] if is_lettered else [written(mode["multiplications"])]
    end = next(k for k, line in enumerate(lines) if line.startswith("value: "))
    rules = [k for k, line in enumerate(lines) if set(line) == {"─"}]
    figures = [line for k, line in enumerate(lines[:end]) if not {k, k + 1} & {*rules}]
    told = [re.sub("^    (value|backward|kept|passes|each|in all)(?: |$)", "", line) for line in figures]
    assert " ".join(told).split() == " ".join(expected).split()
    assert all(line == line.rstrip() for line in lines)
    closing = " ".join(" ".join(lines[end:]).split())
    for key in ("value", "backward", "kept"):
        assert re.search(rf"{key}: [^:]* in all {re.escape(written(found[key]))}(?= |$)", closing)


def shown(width: int | None, *words: str) -> str:
    """The table of a command in so many columns; None for a file."""
    settings = {} if width is None else {"COLUMNS": str(width)}
    done = called(list(words), Path.cwd(), settings, b"")
    assert done.status == 0
    return done.stdout.decode()


@pytest.mark.parametrize("words", [(BATCH, "--shapes", *NUMBERS), LOSS, ("z = W@x", *LAYER[1:]), (
    "L = mean((X@w - y)**2)", "--shapes", "X=10x3", "w=3", "y=10")])  # fmt: skip
def test_costs_add_up(words: tuple[str, ...]) -> None:
    """Reverse mode: the values and a pass an entry of the output; forward: a pass an entry of the inputs."""
    found = costs(*words)
    for key in ("value", "backward", "kept"):
        assert found[key] == sum(node[key] for node in found["nodes"])
    reverse, forward, hessian = (found["modes"][key] for key in ("reverse", "forward", "hessian"))
    for mode in (reverse, forward):
        assert mode["multiplications"] == found["value"] + mode["passes"] * mode["each"]
    both = found["value"] + found["backward"]
    assert (reverse["each"], hessian["each"]) == (found["backward"], 2 * both)
    assert hessian["multiplications"] == both + hessian["passes"] * 2 * both
    labels = {"y"} if "cross_entropy" in words[0] else set()
    inputs = [node for node in found["nodes"] if node["operation"] == "input" and node["name"] not in labels]
    assert forward["passes"] == hessian["passes"] == sum(prod(node["shape"]) for node in inputs)


def test_costs_of_letters_are_told_beside_their_sizes() -> None:
    out, _, _ = gradcli(BATCH, "--cost", "--shapes", "X=NxD", "V=Dx128", "c=128", "W=128xC", "b=C", "y=64")
    assert "\nN = 64\n" in out
    assert gradcli("z = W@x", "--cost")[1].splitlines()[-1] == (
        "hint: write W=... x=...; or --shapes W=NxD ..., which needs no values")  # fmt: skip
    compact = gradcli(*LOSS, "--cost", "--json", "--compact")[0]
    assert json.loads(compact) == costs(*LOSS)
    assert compact.count("\n") == 1


# ---- shapes


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", [None, 30, 60, 80, 110])
@pytest.mark.parametrize("words", [
    (BATCH, *LETTERS), (BATCH, *NUMBERS), (BATCH, "--nodes", "named", *LETTERS), (BATCH, "--nodes", "none", *LETTERS),
    ("Z = X@W", "X=NxD", "W=Dx3"), ("h[0] = x; h[k] = tanh(W@h[k-1]) for k = 1..2; sum(h[2])", "x=D", "W=DxD"),
    ("L = sum(x*[1, 2, 3])*pi", "x=3"),
])  # fmt: skip
def test_shapes_are_the_same_at_every_width(words: tuple[str, ...], width: int | None, ascii_only: bool) -> None:
    """A table and a list have the rules of JSON and their shapes, those of inputs first."""
    found = json.loads(gradcli(*words, "--shapes", "--json")[0])
    lines = shown(width, *words, "--shapes", *(["--ascii"] if ascii_only else [])).splitlines()
    text = " ".join(lines)
    assert all(cells(line) <= (width or 1000) and line == line.rstrip() for line in lines)
    assert not ascii_only or text.isascii()
    names = {node["id"]: node["name"] for node in found["nodes"]}
    for node in sorted(found["nodes"], key=lambda node: (node["operation"] != "input", node["id"])):
        is_bare = node["operation"] in ("input", "constant", "literal")
        for told in (node["name"], "x".join(map(str, node["shape"])), node["operation" if is_bare else "expression"]):
            start = _squeezed(text).find(_squeezed(told))
            assert start >= 0, told
        text = text[text.index(node["name"]) :]
        for rule in node["arguments"]:
            flow = "x".join(map(str, rule["shape"])) or "a number"
            name = names.get(rule["node"], "")
            for told in (f"{name}: {rule['rule']}" if name else rule["rule"], f"-> {flow}"):
                assert _squeezed(told) in _squeezed(text), told
    output = next(node["shape"] for node in found["nodes"] if node["name"] == found["output"]) if names else []
    closing = " ".join(" ".join(lines[-3:]).split())
    assert ("is a number; an upstream gradient has the shape of its node" in closing) is (output == [])
    assert (f"for a gradient write sum({found['output']}) or mean({found['output']})" in closing) is (output != [])


def _squeezed(text: str) -> str:
    return "".join(text.split())
