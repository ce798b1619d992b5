"""A class made up without the catalogue: students who round, write down, and make one mistake of their own kind.

The arithmetic is plain Python, and so are the mistakes; from the package come the graph of a program and the names of
items. A mistake is a hook in the work; `names` are the rows of the catalogue that may be told for it, none for a
mistake that the catalogue does not have.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item, item_name, worksheet
from gradcli.record.calls import differentiate
from gradcli.record.gradient import Gradient

MAZUR = """z1 = w1*i1 + w2*i2 + b1; h1 = sigmoid(z1); z2 = w3*i1 + w4*i2 + b1; h2 = sigmoid(z2)
y1 = w5*h1 + w6*h2 + b2; o1 = sigmoid(y1); y2 = w7*h1 + w8*h2 + b2; o2 = sigmoid(y2)
E = (t1 - o1)**2/2 + (t2 - o2)**2/2"""
PROGRAMS: dict[str, tuple[str, dict[str, float]]] = {
    "sum": ("q = x + y; f = q*z", {"x": -2.5, "y": 5.5, "z": -4.2}),
    "neuron": ("s = w0*x0 + w1*x1 + b; f = sigmoid(s)", {"w0": 1.3, "x0": -0.7, "w1": -0.9, "x1": -1.6, "b": 0.4}),
    "expneuron": ("z = w*x + b; f = 1/(1 + exp(-z))", {"w": 0.8, "x": 1.7, "b": -0.45}),
    "mazur": (MAZUR, {"i1": 0.35, "i2": 0.62, "w1": 0.15, "w2": 0.23, "w3": 0.37, "w4": 0.31, "w5": 0.44, "w6": 0.52,
                      "w7": 0.57, "w8": 0.66, "b1": 0.33, "b2": 0.61, "t1": 0.12, "t2": 0.93}),
    "squared": ("p = w*x + b; e = p - t; L = 0.5*e**2", {"w": 0.8, "x": 2.5, "b": -0.6, "t": 3.1}),
    "mean": ("e1 = w*x1 + b - y1; e2 = w*x2 + b - y2; L = (e1**2 + e2**2)/2",
             {"w": 0.7, "b": -0.3, "x1": 1.5, "y1": 2.2, "x2": -1.8, "y2": -0.4}),
    "fork": ("a = x*y; b = sin(x); f = a*b + a", {"x": 1.2, "y": -2.5}),
    "quotient": ("a = x**2 + y; b = x + exp(y); f = a/b", {"x": 1.4, "y": 0.6}),
    "powers": ("u = x**3; v = 2*y**2; f = sqrt(u + v)", {"x": 1.5, "y": -2.2}),
    "log": ("s = x**2 + exp(y); f = log(s)*x", {"x": 2.3, "y": 0.7}),
    "entropy": ("z = w*x + b; p = sigmoid(z); L = -log(p)", {"w": 1.5, "x": 0.8, "b": -0.4}),
    "tanhs": ("h1 = tanh(w1*x + b1); h2 = tanh(w2*x + b2); f = (v1*h1 + v2*h2 - t)**2",
              {"w1": 0.5, "x": 1.4, "b1": -0.2, "w2": -0.8, "b2": 0.6, "v1": 1.2, "v2": -0.7, "t": 0.35}),
    "gated": ("h1 = relu(w1*x + b1); h2 = relu(w2*x + b2); f = (h1 - 2*h2 - t)**2",
              {"w1": 1.5, "x": 1.9, "b1": -0.6, "w2": 1.2, "b2": -0.45, "t": 0.9}),
    "deep": ("h = tanh(w*x); g = sigmoid(u*h); y = v*g; L = (y - t)**2",
             {"w": 0.7, "x": 1.3, "u": 1.6, "v": 2.3, "t": 0.4}),
    "gates": ("p = x*y; m = max(z, w); f = (p + m)*c", {"x": 3.1, "y": -4.3, "z": 2.6, "w": -1.7, "c": 2.2}),
}  # fmt: skip


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z))


# What an operation computes, and its slopes from the value and the arguments.
COMPUTE: dict[str, Callable[..., float]] = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "div": lambda x, y: x / y,
    "neg": lambda x: -x, "pow": lambda x, n: x**n, "exp": math.exp, "log": math.log, "sin": math.sin,
    "sqrt": math.sqrt, "sigmoid": logistic, "tanh": math.tanh, "relu": lambda x: max(x, 0.0), "max": max,
}  # fmt: skip
SLOPE: dict[str, Callable[..., tuple[float, ...]]] = {
    "add": lambda v, x, y: (1, 1), "sub": lambda v, x, y: (1, -1), "mul": lambda v, x, y: (y, x),
    "div": lambda v, x, y: (1 / y, -x / y**2), "neg": lambda v, x: (-1,), "pow": lambda v, x, n: (n * x ** (n - 1), 0),
    "exp": lambda v, x: (v,), "log": lambda v, x: (1 / x,), "sin": lambda v, x: (math.cos(x),),
    "sqrt": lambda v, x: (1 / (2 * v),), "sigmoid": lambda v, x: (v * (1 - v),), "tanh": lambda v, x: (1 - v * v,),
    "relu": lambda v, x: (1.0 if x > 0 else 0.0,), "max": lambda v, x, y: (float(x > y), float(y > x)),
}  # fmt: skip
Term = tuple[int, int, float, float]  # a user, the position of the argument, its upstream and local gradient


@dataclass
class Hook:
    """One mistake: what is read, computed or written otherwise than it should be; None where nothing is."""

    kind: str
    names: frozenset[str]
    read: dict[str, float] = field(default_factory=dict)
    value: Callable[[int, list[float]], float | None] = lambda i, args: None
    local: Callable[[int, int, float, list[float]], float | None] = lambda i, k, v, args: None
    up: Callable[[int, list[Term]], float | None] = lambda i, terms: None
    copied: tuple[Item, Item] | None = None  # written instead of it: another's number
    pen: Callable[[Item, float, dict[Item, float]], float | None] = lambda item, x, sheet: None


RIGHT = Hook("right", frozenset())


def rounded(x: float, figures: int) -> str:
    """Return a number as a student writes it, to so many significant figures; short whole numbers as they are."""
    if not math.isfinite(x) or x == 0 or (x == int(x) and abs(x) < 10**figures):
        return f"{x:g}"
    places = figures - 1 - math.floor(math.log10(abs(float(f"{x:.{figures - 1}e}"))))
    return f"{x:.{places}f}" if 0 <= places < 9 else f"{x:.{figures - 1}e}"


class Exercise:
    """A program at a point, and what a student needs to know of it to work it out."""

    def __init__(self, name: str, chance: random.Random | None = None, point: dict[str, float] | None = None) -> None:
        program, usual = PROGRAMS[name]
        point = usual if point is None else point
        if chance is not None:
            point = {n: round(x * chance.uniform(0.6, 1.5), 2) or 0.3 for n, x in point.items()}
        self.record: Gradient = differentiate(program, point)
        graph = self.record.graph
        self.nodes = list(graph.nodes)
        self.items = worksheet(self.record)
        self.names = {item: item_name(self.record, item) for item in self.items}
        self.inputs = {i: n for n, i in graph.inputs.items()}
        self.point = point
        self.output = self.record.output
        self.edges: dict[int, list[tuple[int, int]]] = {}
        for kind, i, k in self.items:
            if kind == LOCAL:
                self.edges.setdefault(self.nodes[i].arguments[k], []).append((i, k))

    def numbers(self, hook: Hook = RIGHT, figures: int = 17) -> dict[Item, str]:
        """Return the sheet of a student with one mistake: every step starts from what was written before."""
        sheet: dict[Item, float] = {}
        texts: dict[Item, str] = {}
        values: dict[int, float] = {}
        for i, node in enumerate(self.nodes):
            if i in self.inputs:
                values[i] = hook.read.get(self.inputs[i], self.point[self.inputs[i]])
            elif not node.arguments:
                values[i] = float(node.text)

        def write(item: Item, x: float) -> float:
            slipped = hook.pen(item, x, sheet)
            texts[item] = rounded(x if slipped is None else slipped, figures)
            sheet[item] = float(rounded(x, figures))
            return sheet[item]

        for item in self.items:
            kind, i, k = item
            node = self.nodes[i]
            args = [values[a] for a in node.arguments] if kind != UPSTREAM else []
            if kind == VALUE:
                wrong = hook.value(i, args)
                values[i] = write(item, COMPUTE[node.operation.name](*args) if wrong is None else wrong)
            elif kind == LOCAL:
                wrong = hook.local(i, k, values[i], args)
                write(item, SLOPE[node.operation.name](values[i], *args)[k] if wrong is None else wrong)
            else:
                terms = [(m, p, sheet[Item(UPSTREAM, m)], sheet[Item(LOCAL, m, p)]) for m, p in self.edges.get(i, [])]
                right = 1.0 if i == self.output else math.fsum(u * d for _, _, u, d in terms)
                wrong = hook.up(i, terms)
                write(item, right if wrong is None else wrong)
        if hook.copied is not None:
            texts[hook.copied[0]] = texts[hook.copied[1]]
        return texts

    def claims(self, texts: dict[Item, str], *, locals_too: bool = True) -> list[Claim]:
        return [Claim(self.names[i], text) for i, text in texts.items() if locals_too or i.kind != LOCAL]

    def first_touched(self, hook: Hook, texts: dict[Item, str], *, locals_too: bool) -> str | None:
        """Return the name of the first item of a sheet that the mistake makes wrong, None where it changes nothing."""
        right, wrong = self.numbers(), self.numbers(hook)
        for i in self.items:
            truth = float(right[i])
            if (locals_too or i.kind != LOCAL) and _differ(truth, float(wrong[i])) and _differ(truth, float(texts[i])):
                return self.names[i]
        return None


def _differ(x: float, y: float) -> bool:
    return abs(x - y) > max(1e-8, 0.01 * abs(x))


# ---- the mistakes


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def at_value(i: int, rule: Callable[..., float]) -> Callable[[int, list[float]], float | None]:
    return lambda j, args: rule(*args) if j == i else None


def at_local(i: int, p: int, rule: Callable[..., float]) -> Callable[[int, int, float, list[float]], float | None]:
    return lambda j, k, v, args: rule(v, *args) if (j, k) == (i, p) else None


V: dict[str, list[tuple[str, str, Callable[..., float]]]] = {
    "sub": [("minus lost", "lost-minus-value", lambda x, y: x + y),
            ("wrong way round", "swapped-difference-value", lambda x, y: y - x)],
    "neg": [("minus lost", "lost-minus-value", lambda x: x)],
    "div": [("upside down", "swapped-quotient-value", lambda x, y: y / x)],
    "mul": [("added", "wrong-operation", lambda x, y: x + y), ("sign", "sign-value", lambda x, y: -x * y)],
    "add": [("first term forgotten", "term-forgotten-value", lambda x, y: y),
            ("second term forgotten", "term-forgotten-value", lambda x, y: x),
            ("sign", "sign-value", lambda x, y: -x - y)],
    "pow": [("times", "power-times", lambda x, n: x * n),
            ("power forgotten", "power-forgotten-value power-forgotten", lambda x, n: x)],
    "exp": [("of minus", "exp-sign", lambda x: math.exp(-x))],
    "sigmoid": [("exp(z)", "exp-sign", lambda x: 1 / (1 + math.exp(x))),
                ("tanh", "sigmoid-tanh-value", math.tanh)],
    "tanh": [("sigmoid", "sigmoid-tanh-value", logistic)],
    "log": [("log10", "log-base-value", lambda x: math.log10(x))],
    "sin": [("degrees", "degrees-value", lambda x: math.sin(math.radians(x)))],
    "max": [("the other", "max-min-value", min)],
}  # fmt: skip
L: dict[str, list[tuple[str, str, int, Callable[..., float]]]] = {
    "mul": [("own factor", "own-operand", 0, lambda v, x, y: x), ("own factor", "own-operand", 1, lambda v, x, y: y),
            ("one", "local-one constant-factor-lost", 0, lambda v, x, y: 1),
            ("one", "local-one constant-factor-lost", 1, lambda v, x, y: 1),
            ("sign", "sign-local", 0, lambda v, x, y: -y)],
    "sub": [("minus lost", "lost-minus", 1, lambda v, x, y: 1)],
    "neg": [("minus lost", "lost-minus", 0, lambda v, x: 1)],
    "div": [("no minus", "quotient-sign", 1, lambda v, x, y: x / y**2),
            ("not squared", "quotient-not-squared", 1, lambda v, x, y: -x / y),
            ("inverse", "quotient-inverse", 1, lambda v, x, y: -1 / y**2)],
    "pow": [("kept", "power-kept", 0, lambda v, x, n: n * v),
            ("not down", "power-no-coefficient", 0, lambda v, x, n: x ** (n - 1)),
            ("raised", "power-raised", 0, lambda v, x, n: n * x ** (n + 1)),
            ("itself", "power-itself not-differentiated", 0, lambda v, x, n: v)],
    "exp": [("power rule", "exponential-as-power", 0, lambda v, x: x * math.exp(x - 1)),
            ("one", "inner-left-out", 0, lambda v, x: 1)],
    "log": [("itself", "log-itself", 0, lambda v, x: v), ("argument", "log-argument", 0, lambda v, x: x)],
    "sin": [("sign", "trig-sign sign-local", 0, lambda v, x: -math.cos(x)),
            ("itself", "trig-itself not-differentiated", 0, lambda v, x: math.sin(x))],
    "sqrt": [("half", "root-half", 0, lambda v, x: 1 / v), ("upside down", "root-upside-down", 0, lambda v, x: v / 2)],
    "sigmoid": [("at z", "sigmoid-at-input", 0, lambda v, x: x * (1 - x)),
                ("twice", "sigmoid-twice wrong-point", 0, lambda v, x: logistic(v) * (1 - logistic(v))),
                ("s", "sigmoid-one-factor not-differentiated", 0, lambda v, x: v),
                ("1 - s", "sigmoid-one-factor", 0, lambda v, x: 1 - v), ("one", "inner-left-out", 0, lambda v, x: 1)],
    "tanh": [("not squared", "tanh-not-squared", 0, lambda v, x: 1 - v),
             ("at z", "tanh-at-input", 0, lambda v, x: 1 - x * x), ("one", "inner-left-out", 0, lambda v, x: 1)],
    "relu": [("value", "gate-value-slope", 0, lambda v, x: v)],
    "max": [("both", "max-both", 1, lambda v, x, y: 1)],
}  # fmt: skip


def mistakes(exercise: Exercise) -> Iterator[Hook]:
    """Yield every mistake that a student may make once in an exercise."""
    nodes = exercise.nodes
    asked = {item.node for item in exercise.items if item.kind == VALUE}
    for i in asked:
        for what, known, rule in V.get(nodes[i].operation.name, []):
            yield Hook(f"value {nodes[i].operation.name} {what}", names(known), value=at_value(i, rule))
        for what, known, k, slope in L.get(nodes[i].operation.name, []):
            if Item(LOCAL, i, k) in exercise.names:
                yield Hook(f"local {nodes[i].operation.name} {what}", names(known), local=at_local(i, k, slope))
    yield from _both(exercise, asked)
    yield from _backwards(exercise)
    yield from _whole(exercise)


def _both(exercise: Exercise, asked: set[int]) -> Iterator[Hook]:
    """Yield what is wrong in a value and in its slopes alike."""
    nodes = exercise.nodes
    for i in asked:
        name, arguments = nodes[i].operation.name, nodes[i].arguments
        numerals = [k for k, a in enumerate(arguments) if not nodes[a].arguments and a not in exercise.inputs]
        if name in ("mul", "div") and len(numerals) == 1 and (name == "mul" or numerals == [1]):
            k = 1 - numerals[0]
            yield Hook("both factor forgotten", names("factor-forgotten"),
                       value=lambda j, args, i=i, k=k: args[k] if j == i else None,
                       local=at_local(i, k, lambda v, x, y: 1))  # fmt: skip
        if name == "pow":
            yield Hook("both square forgotten", names("power-forgotten"), value=at_value(i, lambda x, n: x),
                       local=at_local(i, 0, lambda v, x, n: 1))  # fmt: skip
        if name == "sub":
            yield Hook("both wrong way round", names("swapped-difference-both"),
                       value=at_value(i, lambda x, y: y - x),
                       local=lambda j, k, v, args, i=i: (-1, 1)[k] if j == i else None)  # fmt: skip
        for k, a in enumerate(arguments if name == "mul" else ()):
            near = _neighbours(exercise, a)
            for b in near[:2]:
                x = exercise.point[b]
                yield Hook("value neighbour", names("neighbour-value neighbour-both"),
                           value=lambda j, args, i=i, k=k, x=x: args[1 - k] * x if j == i else None)  # fmt: skip
                if Item(LOCAL, i, 1 - k) in exercise.names:
                    yield Hook("local neighbour", names("neighbour-local"),
                               local=at_local(i, 1 - k, lambda v, *args, x=x: x))  # fmt: skip


def _neighbours(exercise: Exercise, node: int) -> list[str]:
    own = exercise.inputs.get(node, "")
    return [b for b in exercise.inputs.values() if own and b != own and b[0] == own[0] and len(b) > 1 < len(own)]


def _backwards(exercise: Exercise) -> Iterator[Hook]:
    """Yield what goes wrong on the way back."""
    for i, edges in exercise.edges.items():

        def here(rule: Callable[[list[Term]], float], i: int = i) -> Callable[[int, list[Term]], float | None]:
            return lambda j, terms: rule(terms) if j == i else None

        if len(edges) == 1:
            yield Hook("upstream left out", names("dropped-upstream"), up=here(lambda t: t[0][3]))
            yield Hook("local left out", names("dropped-local inner-left-out local-one"), up=here(lambda t: t[0][2]))
            yield Hook("added chain", names("added-chain"), up=here(lambda t: t[0][2] + t[0][3]))
        else:
            for k in range(len(edges)):
                yield Hook("path forgotten", names("forgotten-path overwritten-fork"), up=here(
                    lambda t, k=k: math.fsum(u * d for p, (_, _, u, d) in enumerate(t) if p != k)))  # fmt: skip
            yield Hook("paths multiplied", names("multiplied-paths"), up=here(
                lambda t: math.prod(u * d for _, _, u, d in t)))  # fmt: skip
        own = Item(UPSTREAM, i)

        def slip(rule: Callable[[float, dict[Item, float]], float], own: Item = own) -> Any:
            return lambda item, y, sheet: rule(y, sheet) if item == own else None

        yield Hook("sign", names("sign"), pen=slip(lambda x, s: -x))
        yield Hook("factor 2", names("factor-two"), pen=slip(lambda x, s: 2 * x))
        yield Hook("decimal point", names("decimal"), pen=slip(lambda x, s: x / 10))
        if i not in exercise.inputs:
            value = Item(VALUE, i)
            yield Hook("value given", names("value-for-gradient"), pen=slip(lambda x, s, v=value: s[v]))
        others = [m for m in exercise.inputs if m in exercise.edges and m != i]
        if i in exercise.inputs and others:
            b = Item(UPSTREAM, others[0])
            yield Hook("other gradient", names("other-variable"), copied=(own, b))
            x = exercise.point[exercise.inputs[i]]
            yield Hook("updated weight", names("updated-weight"), pen=slip(lambda y, s, x=x: x - 0.5 * y))
        yield Hook("?arithmetic", frozenset(), up=lambda j, t, i=i: 1.17 * math.fsum(u * d for *_, u, d in t) + 0.031
                   if i == j else None)  # fmt: skip
        yield Hook("?digits swapped", frozenset(), pen=slip(lambda x, s: _swapped(x)))


def _swapped(x: float) -> float:
    text = rounded(x, 4).replace("-", "")
    digits = [k for k, c in enumerate(text) if c.isdigit() and c != "0"]
    for a, b in pairwise(digits):
        if text[a] != text[b]:
            turned = list(text)
            turned[a], turned[b] = turned[b], turned[a]
            return math.copysign(float("".join(turned)), x)
    return x


def _whole(exercise: Exercise) -> Iterator[Hook]:
    """Yield what concerns more than one place."""
    point, nodes = exercise.point, exercise.nodes
    for n, x in point.items():
        if exercise.record.graph.inputs[n] not in exercise.edges:
            continue
        yield Hook("misread sign", names("given-misread"), read={n: -x})
        yield Hook("misread digits", names("given-misread"), read={n: _swapped(x)})
        for b in _neighbours(exercise, exercise.record.graph.inputs[n])[:1]:
            yield Hook("misread other", names("given-misread"), read={n: point[b]})
        yield Hook("?misread anyhow", frozenset(), read={n: 1.23 * x + 0.117})
    for name, known, rule in (
        ("sigmoid", "sigmoid-at-input", lambda v, x: x * (1 - x)),
        ("sigmoid", "sigmoid-one-factor", lambda v, x: v),
        ("tanh", "tanh-not-squared", lambda v, x: 1 - v),
        ("mul", "own-operand", None),
    ):
        users = sorted({i for kind, i, _ in exercise.items if kind == LOCAL})
        gates = [i for i in users if nodes[i].operation.name == name]
        if len(gates) > 1:
            if rule is None:
                yield Hook(f"all {name}", names(known),
                           local=lambda j, k, v, args, gates=gates: args[k] if j in gates else None)  # fmt: skip
            else:
                yield Hook(f"all {name}", names(known), local=lambda j, k, v, args, gates=gates, rule=rule:
                           rule(v, *args) if j in gates else None)  # fmt: skip
