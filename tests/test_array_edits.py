"""Every single slip in programs of arrays: what shapes tell of is refused with a repair, and the rest is counted.

A slip adds or takes away one transpose, swaps the operands of one `@`, writes `*` for `@` or `@` for `*`, or changes
one `axis` or `keep`. The programs are read by Python's own parser, so that nothing here depends on what is tested.
"""

from __future__ import annotations

import ast
import functools
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gradcli import differentiate
from gradcli.errors import GradcliError, InputError

SHARED = Path(__file__).parent.parent.parent / "shared" / "cases" / "exercises.json"
ALONG = {"sum", "mean", "max", "min", "prod", "var", "norm", "logsumexp", "softmax", "log_softmax", "cross_entropy"}
KEEPING = ALONG - {"softmax", "log_softmax", "cross_entropy"}

X = [[0.5, -1.25, 2.0], [1.5, 0.25, -0.75], [-0.5, 1.0, 0.375], [2.25, -0.125, 1.0]]  # four samples of three features
W = [[0.5, -0.25], [1.0, 0.75], [-0.5, 0.125]]
V = [[0.25, 1.0, -0.5, 0.75, 1.5], [0.5, -1.0, 0.25, 2.0, -0.125]]
B, C = [0.1, -0.2], [0.3, 0.0, -0.1, 0.2, 0.4]
Y = [0, 3, 1, 4]
PROGRAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "layer": ("z = M@x + b; cross_entropy(z, 2)", {"M": [[1, -1], [0, 2], [1, 1]], "x": [2, 1], "b": [0, 1, -1]}),
    "layers": (
        "h = relu(X@W + b); Z = h@V + c; mean(cross_entropy(Z, y))",
        {"X": X, "W": W, "V": V, "b": B, "c": C, "y": Y},
    ),
    "columns": (
        "H = tanh(W.T@X.T + b[:,None]); Z = V.T@H; mean(cross_entropy(Z, y, axis=0))",
        {"X": X, "W": W, "V": V, "b": B, "y": Y},
    ),
    "least squares": ("r = X@w - y; 0.5*dot(r, r) + 0.1*sum(w**2)", {"X": X, "w": [1, 2, 3], "y": Y}),
    "normalised": (
        "m = mean(X, axis=0); s = sqrt(var(X, axis=0) + 0.01); N = g*(X - m)/s; sum((N@W)**2)",
        {"X": X, "W": W, "g": [1, 2, 0.5]},
    ),
    "rows": ("P = softmax(X@W, axis=1); E = P - mean(P, axis=1, keep=1); sum(E**2)/4", {"X": X, "W": W}),
    "attention": (
        "Q = X@A; K = X@B; S = softmax(Q@K.T/2, axis=1); O = S@X; sum(O*G)",
        {"X": X, "A": W, "B": [[1, 0.5], [-0.5, 1], [0.25, 0]], "G": [[1, 2, -1], [0, 1, 1], [2, 0, 1], [1, 1, 0]]},
    ),
    "by hand": (
        "Z = X@W; m = max(Z, axis=1, keep=1); E = exp(Z - m); P = E/sum(E, axis=1, keep=1); -sum(T*log(P))/4",
        {"X": X, "W": W, "T": [[1, 0], [0, 1], [0, 1], [1, 0]]},
    ),
    "mask": ("H = relu(X@W)*D/0.5; sum(norm(H, axis=1)) + sum(H@V)", {"X": X, "W": W, "V": V, "D": [1, 0]}),
    "functions": (
        "layer(x, W, b) = sigmoid(x@W + b); sum(layer(layer(X, W, b), V, c)@q)",
        {"X": X, "W": W, "V": V, "b": B, "c": C, "q": [1, -1, 2, 0.5, 1]},
    ),
    "recurrence": (
        "h[0] = s; h[t] = tanh(U@h[t-1] + X[t-1]@W) for t = 1..4; sum(h[-1]*B) + mean(h@V)",
        {"X": X, "W": W, "V": V, "U": [[0.5, 1], [-1, 0.25]], "s": [0, 1], "B": B},
    ),
    "quadratic": ("A = X.T@X; w@A@w/2 - w@(X.T@y) + trace(A)", {"X": X, "w": [1, -1, 2], "y": [1, 0, 2, -1]}),
    "pooled": (
        "F = X@W; p = max(F, axis=0); q = min(F, axis=1); sum(p*B) + sum(q*y)",
        {"X": X, "W": W, "B": B, "y": Y},
    ),
}
if SHARED.exists():
    PUBLISHED = json.loads(SHARED.read_text(encoding="utf-8"))["cases"]
    PROGRAMS |= {case["id"]: (case["program"], case["bindings"]) for case in PUBLISHED}


# ---- slips


def assigned(statement: str) -> int:
    """Return where the right side of a statement starts."""
    depth = 0
    for k, c in enumerate(statement):
        depth += (c in "([") - (c in ")]")
        if c == "=" and depth == 0 and statement[k - 1] not in "<>!" and statement[k + 1] != "=":
            return k + 1
    return 0


def expressions(program: str) -> Iterator[tuple[int, ast.expr]]:
    """Yield the right side of every statement, and where it starts."""
    for found in re.finditer(r"[^;\n{}]+", program):
        statement, start = found.group(), found.start()
        if after := assigned(statement):
            start, statement = start + after, statement[after:]
        statement = re.split(r"\sfor\s", statement)[0]
        if text := statement.strip():
            start += len(statement) - len(statement.lstrip())
            yield start, ast.parse(text, mode="eval").body


def slips(program: str) -> list[str]:
    """Return every program that is one slip away."""
    found: list[str] = []
    for offset, tree in expressions(program):

        def place(node: ast.expr, offset: int = offset) -> tuple[int, int]:
            assert node.end_col_offset is not None
            return offset + node.col_offset, offset + node.end_col_offset

        def put(start: int, end: int, text: str) -> None:
            found.append(program[:start] + text + program[end:])

        for node in ast.walk(tree):
            start, end = place(node) if isinstance(node, ast.expr) else (0, 0)
            if isinstance(node, ast.Attribute):
                put(start, end, program[slice(*place(node.value))])
            elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.MatMult, ast.Mult)):
                b = program.index("@" if isinstance(node.op, ast.MatMult) else "*", place(node.left)[1])
                sign = program[b]
                left, right = program[start:b].rstrip(), program[b + 1 : end].lstrip()
                put(start, end, f"{left}{'*' if sign == '@' else '@'}{right}")
                if sign == "@":
                    whole = isinstance(node.left, ast.BinOp) and not left.startswith("(")
                    put(start, end, f"{right}@({left})" if whole else f"{right}@{left}")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ALONG:
                for text in other_axes(node, program, offset):
                    put(start, end, text)
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        turned = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for name in names:
            if id(name) not in called | turned:
                start, end = place(name)
                put(start, end, f"{name.id}.T")
    return [text for text in dict.fromkeys(found) if text != program]


def other_axes(call: ast.Call, program: str, offset: int) -> Iterator[str]:
    """Yield a call of a reduction with another axis or none, and with or without `keep`."""

    def text(node: ast.expr) -> str:
        return program[offset + node.col_offset : offset + (node.end_col_offset or 0)]

    assert isinstance(call.func, ast.Name)
    if len(call.args) > 1 and call.func.id != "cross_entropy":
        return  # entry by entry
    arrays = [text(x) for x in call.args]
    keywords = {k.arg: f"{k.arg}={text(k.value)}" for k in call.keywords}
    for axis in ("axis=0", "axis=1", None):
        if axis != keywords.get("axis"):
            rest = [keywords["keep"]] if "keep" in keywords else []
            yield f"{call.func.id}({', '.join([*arrays, *([axis] if axis else []), *rest])})"
    if call.func.id in KEEPING and "axis" in keywords:
        more = [keywords["axis"]] if "keep" in keywords else [keywords["axis"], "keep=1"]
        yield f"{call.func.id}({', '.join([*arrays, *more])})"


# ---- what becomes of them


class Outcome(NamedTuple):
    kind: str  # loud, silent, harmless, array (the output is one), or refused for what is no matter of shapes
    text: str
    error: GradcliError | None = None


def answer(program: str, bindings: dict[str, Any]) -> Any:
    record = differentiate(program, bindings, ieee=True, nodes="none")
    return record.value, record.gradient


def same(a: Any, b: Any) -> bool:
    """Whether two answers are equal up to rounding."""
    if isinstance(a, (list, tuple)):
        return isinstance(b, (list, tuple)) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    return not isinstance(b, (list, tuple, dict)) and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def outcome(text: str, bindings: dict[str, Any], right: Any) -> Outcome:
    try:
        found = answer(text, bindings)
    except InputError as problem:
        if problem.kind != "shape":
            return Outcome("refused", text, problem)
        return Outcome("array" if "a gradient is that of one number" in problem.message else "loud", text, problem)
    except GradcliError as problem:
        return Outcome("refused", text, problem)
    return Outcome("harmless" if same(found, right) else "silent", text)


@functools.cache
def outcomes(case: str) -> list[Outcome]:
    program, bindings = PROGRAMS[case]
    right = answer(program, bindings)
    return [outcome(text, bindings, right) for text in slips(program)]


def fits(program: str, bindings: dict[str, Any]) -> bool:
    """Whether a program has a value, or none for a reason that is no matter of shapes (a logarithm of -1)."""
    try:
        answer(program, bindings)
    except GradcliError as problem:
        return problem.kind not in ("shape", "syntax", "arity", "name", "unbound")
    return True


@pytest.mark.parametrize("case", PROGRAMS)
def test_every_loud_slip_has_a_repair_that_makes_the_program_fit(case: str) -> None:
    _, bindings = PROGRAMS[case]
    for found in outcomes(case):
        problem: Any = found.error
        if found.kind == "array":
            assert "sum(" in problem.hint, (found.text, problem.message, problem.hint)
        if found.kind != "loud":
            continue
        said = (found.text, problem.message, problem.hint)
        assert problem.status == 2, said
        assert problem.span is not None, said
        assert getattr(problem, "repairs", ()), said
        assert "the program then fits" in problem.hint or "the program fits with" in problem.hint, said
        for repair in problem.repairs:
            assert fits(repair, bindings), (repair, *said)


def test_how_many_slips_are_loud() -> None:
    counts: Counter[str] = Counter()
    restored = 0
    for case, (program, _) in PROGRAMS.items():
        for found in outcomes(case):
            counts[found.kind] += 1
            repairs = getattr(found.error, "repairs", ())
            restored += program in repairs
    total = sum(counts.values())
    print(f"{len(PROGRAMS)} programs, {total} slips: {dict(counts)}; {restored} repairs are the program as it was")
    assert total > 150
    assert counts["refused"] == 0
    assert counts["loud"] > 0.7 * total
    assert restored > 0.9 * counts["loud"]
    assert counts["silent"] < 0.1 * total


NAMES = {"X": "input_of_the_hidden_layer", "W": "weights_of_the_hidden_layer", "V": "weights_of_the_output_layer"}


def test_a_repair_of_a_long_expression_is_shown_round_the_change() -> None:
    text = "sum(tanh(X@W.T)@V)"
    for short, long in NAMES.items():
        text = text.replace(short, long)
    bindings = {NAMES["X"]: X, NAMES["W"]: W, NAMES["V"]: V}
    with pytest.raises(InputError) as caught:
        differentiate(text, bindings)
    assert caught.value.hint == (
        "input_of_the_hidden_layer@weights_of_the_hidden_layer would be 4x2, and the program then fits"
    )
    for slip in (f"{NAMES['V']}.T", NAMES["V"]):
        sign = "@" if slip.endswith(".T") else "*"
        text = f"sum(tanh({NAMES['X']}@{NAMES['W']}){sign}{slip})"
        with pytest.raises(InputError) as caught:
            differentiate(text, bindings)
        hint = caught.value.hint or ""
        assert f")@{NAMES['V']} would be 4x5, and the program then fits" in hint
        assert hint.startswith("...")
        assert len(hint) <= 120
