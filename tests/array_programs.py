"""Programs of arrays for the tests of what is written of them, and how a text is read and evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gradcli.arrays.entries import Array, Entries
from gradcli.arrays.graph import ArrayGraph
from gradcli.arrays.sizes import Shape, count
from gradcli.arrays.sweeps import forward
from gradcli.errors import Source
from gradcli.language.array_rules import rule_text, upstream_name
from gradcli.language.array_scope import parse_arrays

PROGRAMS: list[tuple[str, dict[str, Shape]]] = [
    ("z = W@x + b; L = cross_entropy(z, 2)", {"W": (3, 2), "x": (2,), "b": (3,)}),
    ("H = tanh(X@V + c); Z = H@W + b; L = mean(cross_entropy(Z, y))",
     {"X": (4, 3), "V": (3, 2), "c": (2,), "W": (2, 3), "b": (3,), "y": (4,)}),
    ("x = sum(a**2 + 3*a*b - b/2); L = x*x", {"a": (3,), "b": ()}),
    ("L = sum(max(0, A)*where(A > B and B != 2, A, -B)) + sum(relu(A - 1))", {"A": (2, 3), "B": (3,)}),
    ("d = x - [1, -2, 0.5]; L = norm(d) + d@d + pi*sum(d*[[1, 2, 3], [4, 5, 6]])", {"x": (3,)}),
    ("L = sum(U[y]*U[[1, 0, 1]]) + sum(U[0]**3) + sum(U[:, 1:]) + U[1, -1]*sum(x[None, :]*U)",
     {"U": (2, 3), "x": (3,), "y": (3,)}),
    ("h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..4; L = h[-1]@h[2]", {"W": (3, 3), "x": (3,), "b": (3,)}),
    ("m = mean(X, axis=0); s = sqrt(var(X, axis=0) + 1e-5); N = (X - m)/s; L = sum(g*N + c)",
     {"X": (4, 3), "g": (3,), "c": (3,)}),
    ("C = windows(I, 2, stride=2)@flatten(K); P = max(reshape(C, 2, 2), axis=1); L = sum(P*P) + max(pad(I, 1)*2)",
     {"I": (5, 4), "K": (2, 2)}),
    ("q = softmax(A@B/sqrt(2), axis=0); L = sum(concat(q, A, axis=1)**2) + sum(permute(T, 2, 0, 1)@T)",
     {"A": (2, 2), "B": (2, 2), "T": (2, 2, 2)}),
    ("L = logdet(A@A.T + eye(2)) + det(A) + trace(inv(A)@B) + solve(A, B[0])@B[1]", {"A": (2, 2), "B": (2, 2)}),
    ("s = stack(sin(x), x[::-1], cumsum(x)); L = prod(s[0] + 2) + sum(sort(s[1])*[1, 2, 3]) - min(s[2])", {"x": (3,)}),
    ("L = -(sum(log_softmax(Z)*P) + logsumexp(Z[0])) - pick(Z, y)@pick(Z, y)", {"Z": (2, 3), "P": (2, 3), "y": (2,)}),
    ("e = Y - X@w; L = 0.5*mean(e**2) + lam*(w@w)", {"Y": (4,), "X": (4, 2), "w": (2,), "lam": ()}),
    ("L = sum(clip(x, -0.9, 2.2)) + sum(outer(x, x)*diag(x)) + dot(x, ones(3))", {"x": (3,)}),
    ("s = dot(a, b) + sum(a, b*c); L = s**2/hypot(a, b, c)", {"a": (), "b": (), "c": ()}),
    ("L = scatter(x[1:], y[:2])@y + sum(scatter(A, windows(B, 2))*B)",
     {"x": (3,), "y": (3,), "A": (2, 4), "B": (2, 3)}),
]  # fmt: skip


def size(shape: Any) -> int:
    return count(shape)


def array(A: Entries, shape: Any, numbers: Sequence[Fraction]) -> Array:
    convert = (lambda x: x) if A.S.name == "exact" else A.S.rational
    return A.make(shape, [convert(x) for x in numbers])


def evaluated(A: Entries, program: str, names: Mapping[str, Array]) -> Array:
    graph = parse_arrays(Source("program", program), {name: x.shape for name, x in names.items()})
    own = {name: A.leaf(texts, graph.nodes[graph.inputs[name]].shape) for name, texts in graph.defaults.items()}
    run = forward(A, graph, {**own, **names})
    assert not run.faults, program
    return run.values[graph.output]


def spelt(label: str) -> str:
    """Return a name that a program may use for the element h[1] of a recurrence."""
    return label.replace("[", "_").replace("]", "")


def backward(graph: ArrayGraph, active: Sequence[int]) -> str:
    """Return the backward pass as a program: d_3 is the upstream gradient of the node of that place."""
    output = graph.labels[graph.output]
    own = {upstream_name(graph, i, output): f"d_{i}" for i in range(len(graph.nodes))}
    upstream = re.compile("|".join(map(re.escape, sorted(own, key=len, reverse=True))))
    arriving: dict[int, list[str]] = {graph.output: ["1"]}
    lines = []
    for i in range(graph.output, -1, -1):
        if i not in arriving or not active[i]:
            continue
        lines.append(f"d_{i} = {' + '.join(arriving[i])}")
        for k, a in enumerate(graph.nodes[i].arguments):
            text = rule_text(graph, i, k, output)
            if active[a] and text:
                arriving.setdefault(a, []).append(upstream.sub(lambda found: own[found[0]], text))
    text = "; ".join(lines)
    for label in graph.named:
        text = text.replace(label, spelt(label)) if "[" in label else text
    return text
