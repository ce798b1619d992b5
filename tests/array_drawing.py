"""Random programs of arrays, drawn as text of the language and as text of Python, with a point."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Shape = tuple[int, ...]
MOST = 48  # entries of an array
SMOOTH = (
    "tanh({})", "sin({})", "exp(sin({}))", "sigmoid({})", "softplus({})", "sqrt({}**2 + 0.5)", "log({}**2 + 1.5)",
    "atan({})", "cos({})",
)  # fmt: skip
RATIONAL = (
    "relu({})", "abs({})", "{}**2", "-{}", "1/({}**2 + 2)", "max({}, 0.25)", "min(0.5, {})", "clip({}, -1.5, 1.5)",
    "where({0} > 0.3, {0}, {0}**2)", "2*{}/3",
)  # fmt: skip


class Text(NamedTuple):
    """An expression: its text, its shape, and how weakly it binds (0 a name or a call, 1 a product, 2 a sum)."""

    text: str
    shape: Shape
    level: int = 0

    @property
    def atom(self) -> str:
        return self.text if self.level == 0 else f"({self.text})"

    @property
    def factor(self) -> str:
        """As the left side of a product, which binds from the left."""
        return self.text if self.level <= 1 else f"({self.text})"


class Drawn(NamedTuple):
    program: str
    python: str
    point: dict[str, Any]
    labels: dict[str, Any]


class Drawing:
    """One random program. With `rational` it has values at fractions only."""

    def __init__(self, seed: int, *, rational: bool = False) -> None:
        self.draw = random.Random(seed)
        self.rational = rational
        self.point: dict[str, Any] = {}
        self.labels: dict[str, Any] = {}
        self.ours: list[str] = []
        self.python: list[str] = []
        self.pool: list[Text] = []
        self.used: set[str] = set()

    # ---- leaves

    def numbers(self, shape: Shape) -> Any:
        if not shape:
            return self.draw.randint(-48, 48) / 16 if self.rational else round(self.draw.gauss(0, 1), 2)
        return [self.numbers(shape[1:]) for _ in range(shape[0])]

    def input(self, shape: Shape) -> Text:
        name = f"{self.draw.choice('xyWbU')}{len(self.point)}"
        self.point[name] = self.numbers(shape)
        self.pool.append(found := Text(name, shape))
        self.used.add(name)
        return found

    def leaf(self, shape: Shape) -> Text:
        """Return something of a shape: what is there already, an input, or a literal."""
        have = [x for x in self.pool if x.shape == shape]
        if have and self.draw.random() < 0.4:
            return self.take(self.draw.choice(have))
        if math.prod(shape) <= 6 and self.draw.random() < 0.1:
            numbers = self.numbers(shape)
            if shape:
                return self.statement(f"c{len(self.ours)}", str(numbers), f"array({numbers}) + zero", shape)
            return Text(str(abs(numbers)), shape)
        return self.input(shape)

    def take(self, x: Text) -> Text:
        self.used.add(x.text)
        return x

    def labels_of(self, many: int, classes: int) -> str:
        name = f"k{len(self.labels)}"
        self.labels[name] = [self.draw.randrange(classes) for _ in range(many)]
        return name

    def shape(self) -> Shape:
        return tuple(self.draw.randint(1, 4) for _ in range(self.draw.choice((1, 2, 2, 2, 3))))

    # ---- steps: each returns what it makes of x, or None where it does not go

    def entrywise(self, x: Text) -> Text | None:
        form = self.draw.choice(RATIONAL if self.rational else RATIONAL + SMOOTH)
        inner = x.text if form.endswith("({})") or form.startswith(("max(", "clip(")) else x.atom
        return Text(form.format(inner), x.shape, 0 if form[0].isalpha() else 1 if form[-1] == "3" else 2)

    def binary(self, x: Text) -> Text | None:
        keep = self.draw.randint(0, len(x.shape))
        shape = tuple(1 if self.draw.random() < 0.15 else size for size in x.shape[keep:])
        if self.draw.random() < 0.5:
            shape = x.shape
        elif len(x.shape) < 3 and self.draw.random() < 0.3:
            shape = (self.draw.randint(1, 3), *x.shape)  # x grows
        y = self.leaf(shape)
        whole = max(shape, x.shape, key=lambda s: (len(s), math.prod(s)))
        sign = self.draw.choice("+-**/")
        if sign == "/":
            return Text(f"{x.factor}/({y.atom}**2 + 0.5)", whole, 1)
        a, b = (x, y) if self.draw.random() < 0.6 else (y, x)
        if sign == "*":
            return Text(f"{a.factor}*{b.atom}", whole, 1)
        return Text(f"{a.text} {sign} {b.atom if b.level == 2 else b.text}", whole, 2)

    def matmul(self, x: Text) -> Text | None:
        if not x.shape:
            return None
        k, n = x.shape[-1], self.draw.randint(1, 4)
        if len(x.shape) == 3:
            y = self.leaf((x.shape[0], k, n))
            return Text(f"{x.factor}@{y.atom}", (*x.shape[:-1], n), 1)
        if self.draw.random() < 0.4:
            y = self.leaf((n, x.shape[0]))
            return Text(f"{y.factor}@{x.atom}", (n, *x.shape[1:]), 1)
        y = self.leaf(self.draw.choice([(k, n), (k,)]))
        return Text(f"{x.factor}@{y.atom}", (*x.shape[:-1], *y.shape[1:]), 1)

    def reduced(self, x: Text) -> Text | None:
        if len(x.shape) < 1:
            return None
        names = ["sum", "mean", "max", "min", "prod", "var"] + ["norm", "logsumexp"] * (not self.rational)
        name = self.draw.choice(names)
        axis: Any = self.draw.randint(-len(x.shape), len(x.shape) - 1)
        axes = {axis % len(x.shape)}
        if len(x.shape) == 3 and self.draw.random() < 0.4 and name not in ("logsumexp", "prod"):
            axis = tuple(sorted(self.draw.sample(range(3), 2)))
            axes = set(axis)
        keep = self.draw.random() < 0.4
        shape = tuple(1 if k in axes else size for k, size in enumerate(x.shape) if keep or k not in axes)
        return Text(f"{name}({x.text}, axis={axis}{', keep=1' * keep})", shape)

    def along(self, x: Text) -> Text | None:
        if not x.shape:
            return None
        name = self.draw.choice(("cumsum", "sort") if self.rational else ("cumsum", "sort", "softmax", "log_softmax"))
        where = f", axis={self.draw.randrange(len(x.shape))}" if self.draw.random() < 0.5 else ""
        return Text(f"{name}({x.text}{where})", x.shape)

    def classes(self, x: Text) -> Text | None:
        if len(x.shape) not in (1, 2):
            return None
        n = x.shape[-1]
        kind = self.draw.choice(("pick", "onehot") if self.rational else ("cross_entropy", "pick", "onehot", "shares"))
        if len(x.shape) == 1:
            label = str(self.draw.randrange(n))
            if kind in ("pick", "cross_entropy"):
                return Text(f"{kind}({x.text}, {label})", ())
            return Text(f"{x.factor}*onehot({label}, {n})", x.shape, 1)
        if kind == "shares":
            return Text(f"cross_entropy({x.text}, {self.leaf(x.shape).text})", x.shape[:1])
        y = self.labels_of(x.shape[0], n)
        if kind == "onehot":
            return Text(f"{x.factor}*onehot({y}, {n})", x.shape, 1)
        return Text(f"{kind}({x.text}, {y})", x.shape[:1])

    def index(self, x: Text) -> Text | None:
        if not x.shape:
            return None
        places, shape = [], []
        taken = False
        for size in x.shape[: self.draw.randint(1, len(x.shape))]:
            kind = self.draw.choice("isrna" if not taken else "isn")
            if kind == "i":
                places.append(str(self.draw.randrange(-size, size)))
            elif kind == "s":
                start = self.draw.randrange(size)
                places.append(f"{start}:")
                shape.append(size - start)
            elif kind == "r":
                places.append("::2")
                shape.append((size + 1) // 2)
            elif kind == "a" and places == []:
                many = self.draw.randint(1, 4)
                places.append(self.labels_of(many, size))
                shape.append(many)
                taken = True
            else:
                places += [":"] if len(shape) + len(x.shape) > 3 else ["None", ":"]
                shape += [size] if places[-2:] != ["None", ":"] else [1, size]
        if taken and any(place.lstrip("-").isdigit() for place in places):
            return None  # the order of axes is then NumPy's own
        return Text(f"{x.atom}[{', '.join(places)}]", (*shape, *x.shape[len([p for p in places if p != "None"]) :]))

    def joined(self, x: Text) -> Text | None:
        if not x.shape or len(x.shape) == 3:
            return None
        y = self.leaf(x.shape)
        pair = [x.text, y.text]
        self.draw.shuffle(pair)
        if self.draw.random() < 0.5:
            return Text(f"stack({', '.join(pair)})", (2, *x.shape))
        axis = self.draw.randrange(len(x.shape))
        where = f", axis={axis}" if axis else ""
        shape = tuple(2 * size if k == axis else size for k, size in enumerate(x.shape))
        return Text(f"concat({', '.join(pair)}{where})", shape)

    def moved(self, x: Text) -> Text | None:
        axes = list(range(len(x.shape)))
        if len(x.shape) == 2 and self.draw.random() < 0.5:
            return Text(f"{x.atom}.T", x.shape[::-1])
        if len(x.shape) == 2 and min(x.shape) >= 2 and self.draw.random() < 0.4:
            if self.draw.random() < 0.5:
                return Text(f"pad({x.text}, 1)", (x.shape[0] + 2, x.shape[1] + 2))
            return Text(f"windows({x.text}, 2)", ((x.shape[0] - 1) * (x.shape[1] - 1), 4))
        if len(x.shape) == 3 and self.draw.random() < 0.6:
            self.draw.shuffle(axes)
            return Text(f"permute({x.text}, {', '.join(map(str, axes))})", tuple(x.shape[k] for k in axes))
        if self.draw.random() < 0.4 or not x.shape:
            return Text(f"flatten({x.text})", (math.prod(x.shape),)) if x.shape else None
        many = math.prod(x.shape)
        first = self.draw.choice([n for n in range(1, many + 1) if many % n == 0])
        return Text(f"reshape({x.text}, {first}, -1)", (first, many // first))

    def square(self, x: Text) -> Text | None:
        if len(x.shape) == 1:
            if self.draw.random() < 0.5:
                return Text(f"diag({x.text})", x.shape * 2)
            y = self.leaf((self.draw.randint(1, 4),))
            return Text(f"outer({x.text}, {y.text})", x.shape + y.shape)
        if len(x.shape) != 2 or x.shape[0] != x.shape[1] or x.shape[0] > 3:
            return None
        n = x.shape[0]
        far = Text(f"{x.text} + 7*eye({n})", x.shape, 2)
        name = self.draw.choice(["det", "inv", "solve", "trace", "diag"] + ["logdet"] * (not self.rational))
        if name == "solve":
            y = self.leaf(self.draw.choice([(n,), (n, 2)]))
            return Text(f"solve({far.text}, {y.text})", y.shape)
        shape = {"inv": x.shape, "diag": (n,)}.get(name, ())
        return Text(f"{name}({far.text})", shape)

    def recurrence(self, x: Text) -> Text | None:
        if len(x.shape) != 1:
            return None
        n, steps, i = x.shape[0], self.draw.randint(1, 3), len(self.ours)
        h, W, b = f"h{i}", self.leaf((n, n)).text, self.leaf((n,)).text
        body = f"{W}@{h}[t-1]/4 + {b}" if self.rational else f"tanh({W}@{h}[t-1] + {b})"
        if self.draw.random() < 0.5:
            self.ours.append(f"{h}[0] = {x.text}; {h}[t] = {body} for t = 1..{steps}")
            self.python.append(
                f"{h} = [{x.text}]\nfor t in range(1, {steps} + 1):\n {h}.append({body})\n{h} = stack(*{h})"
            )
        else:
            c = f"s{i}"
            more = f"{c}[t-1]*0.5 + {h}[t-1]"
            self.ours.append(
                f"{c}[0] = {b}; {h}[0] = {x.text}; {{ {c}[t] = {more}; {h}[t] = {body} - {c}[t] }} for t = 1..{steps}"
            )
            self.python.append(
                f"{c} = [{b}]\n{h} = [{x.text}]\nfor t in range(1, {steps} + 1):\n {c}.append({more})\n"
                f" {h}.append({body} - {c}[t])\n{h} = stack(*{h})"
            )
        self.pool.append(found := Text(h, (steps + 1, n)))
        return Text(f"{h}[-1]", x.shape) if self.draw.random() < 0.4 else self.take(found)

    def function(self, x: Text) -> Text | None:
        i = len(self.ours)
        body = self.draw.choice(
            ["a*b + a", "a - b/3", "2*a*a - b"] + ["tanh(a*b) + a", "sigmoid(a) * b"] * (not self.rational)
        )
        self.ours.append(f"f{i}(a, b) = {body}")
        self.python.append(f"f{i} = lambda a, b: {body}")
        return Text(f"f{i}({x.text}, {self.leaf(x.shape).text})", x.shape)

    # ---- the program

    def statement(self, name: str, ours: str, python: str, shape: Shape) -> Text:
        self.ours.append(f"{name} = {ours}")
        self.python.append(f"{name} = {python}")
        self.pool.append(found := Text(name, shape))
        return found

    def program(self) -> Drawn:
        steps: Sequence[Callable[[Text], Text | None]] = (
            self.entrywise, self.entrywise, self.binary, self.binary, self.matmul, self.matmul, self.reduced,
            self.along, self.classes, self.index, self.index, self.joined, self.moved, self.square, self.recurrence,
            self.function,
        )  # fmt: skip
        for _ in range(self.draw.randint(2, 4)):
            x = self.leaf(self.shape())
            for _ in range(self.draw.randint(1, 4)):
                y = self.draw.choice(steps)(x)
                if y is not None and math.prod(y.shape) <= MOST and len(y.shape) <= 3:
                    x = y
            self.statement(f"v{len(self.ours)}", x.text, x.text, x.shape)
        terms = []
        for x in self.pool:
            if x.text[0] in "vh" and (x.text not in self.used or self.draw.random() < 0.3):
                inner = f"{x.text}**2" if self.rational else self.draw.choice((f"sin({x.text})", f"{x.text}**2"))
                terms.append(f"{self.draw.choice(('sum', 'mean'))}({inner})" if x.shape else inner)
        last = " + ".join(terms) or "1"
        program = "; ".join([*self.ours, last])
        words = set(re.findall(r"\w+", program))
        point, labels = ({name: x for name, x in given.items() if name in words} for given in (self.point, self.labels))
        return Drawn(program, "\n".join([*self.python, f"result = {last}"]), point, labels)
