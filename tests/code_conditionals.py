"""Random programs of conditionals within conditionals, of arrays and of numbers, and what code that is written does."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from gradcli import differentiate
from gradcli.arrays.sizes import Shape
from gradcli.commands import run
from gradcli.errors import GradcliError

from .generated_code import Answer, javascript_answers

SIGNS = ("<", "<=", ">", ">=")
RUNNER = """\
import json, pathlib, sys, textwrap

def plain(x):
    return x.tolist() if hasattr(x, "tolist") else x

answers = []
for k in range(int(sys.argv[1])):
    text = pathlib.Path(f"p{k}.py").read_text(encoding="utf-8")
    names = {"__name__": "generated"}
    exec(compile(text, f"p{k}.py", "exec"), names)
    main = text.partition('if __name__ == "__main__":\\n')[2].partition("    print(")[0]
    exec(textwrap.dedent(main), names)
    answers.append([plain(names["value"]), {name: plain(slope) for name, slope in names["gradient"].items()}])
print(json.dumps(answers))
"""


class Case(NamedTuple):
    """A program, the values of its inputs, and what gradcli itself says of it."""

    program: str
    point: Mapping[str, Any]
    truth: Answer

    def code(self, language: str) -> str:
        """Return the program in a language, as the command writes it."""
        out = io.StringIO()
        values = [f"{name}={json.dumps(value)}" for name, value in self.point.items()]
        with redirect_stdout(out), redirect_stderr(io.StringIO()):  # a note says that arrays are written as numbers
            assert run([self.program, *values, "--to", language]) == 0
        return out.getvalue()


class Conditionals:
    """Draws expressions of arrays of a shape, square so that entries that change their places keep the shape."""

    def __init__(self, draw: random.Random) -> None:
        self.draw, self.n = draw, draw.choice((2, 2, 3))
        n = self.n
        self.shapes: dict[str, Shape] = {"A": (n, n), "M": (n, n), "x": (n,), "y": (n,), "s": (), "t": ()}

    def expression(self, shape: Shape, depth: int) -> str:
        """Return an expression whose value has a shape, or one that grows to it where an entry is meant alone."""
        draw = self.draw
        if depth == 0:
            return draw.choice([name for name, own in self.shapes.items() if own == shape])
        kind = draw.random()
        if kind < 0.4:
            return self._choice(shape, depth)
        if kind < 0.7:
            return self._moved(shape, depth)
        a, b = (self.expression(shape, draw.randrange(depth)) for _ in range(2))
        return draw.choice((
            "({0} + {1})", "({0} - {1})", "({0})*({1})", "2*({0})", "(-({0}))", "sin({0})", "({0})**2",
            "1/(3 + ({0})**2)", "max({0}, {1})", "min({0}, {1}, 0.75)", "relu({0})", "clip({0}, -0.5, 1)", "abs({0})",
            "0.1*({0})*({1})",
        )).format(a, b)  # fmt: skip

    def _choice(self, shape: Shape, depth: int) -> str:
        """Return a choice; what one branch computes may have no value where the other is taken."""
        draw = self.draw
        under = [own for own in ((), (self.n,), (self.n, self.n)) if len(own) <= len(shape)]
        compared = self.expression(draw.choice(under), draw.randrange(depth))
        first, second = (draw.choice(("1", "0.5", "-3")) if draw.random() < 0.15 else
                         self.expression(draw.choice((shape, shape, shape, draw.choice(under))), depth - 1)
                         for _ in range(2))  # fmt: skip
        if draw.random() < 0.3:
            known = self.expression(shape, draw.randrange(depth))
            first = draw.choice(("{0}*sqrt({1})", "{0} + log({1})", "{0}/({1})", "({1})**1.5*{0}")).format(
                f"({first})", known
            )
            return f"where({known} > 0, {first}, {self._full(second, shape)})"
        joined = f"{compared} {draw.choice(SIGNS)} {draw.choice(('0', '0', '0.05', '-1'))}"
        if draw.random() < 0.2:
            joined += f" {draw.choice(('and', 'or'))} {self.expression((), 0)} > 0.1"
        return f"where({joined}, {self._full(first, shape)}, {second})"

    def _full(self, text: str, shape: Shape) -> str:
        """Return an expression of that whole shape."""
        return f"(({text}) + 0*{self.expression(shape, 0)})" if shape else text

    def _moved(self, shape: Shape, depth: int) -> str:
        """Return an operation in which an entry of the result comes of other entries than that in its place."""
        n, draw = self.n, self.draw

        def matrix() -> str:
            return self.expression((n, n), depth - 1)

        def vector() -> str:
            return self.expression((n,), depth - 1)

        if len(shape) == 2:
            return draw.choice((
                lambda: f"({matrix()})@({matrix()})", lambda: f"({matrix()}).T", lambda: f"cumsum({matrix()}, axis=0)",
                lambda: f"outer({vector()}, {vector()})", lambda: f"({matrix()})*({vector()})",
                lambda: f"({matrix()} + ({vector()})[:, None])",
            ))()  # fmt: skip
        if len(shape) == 1:
            return draw.choice((
                lambda: f"({matrix()})@({vector()})", lambda: f"({vector()})@({matrix()})",
                lambda: f"cumsum({vector()})", lambda: f"sum({matrix()}, axis={draw.randrange(2)})",
                lambda: f"({vector()})[::-1]",
                lambda: f"({vector()})*({self.expression((), depth - 1)})", lambda: f"max({matrix()}, axis=1)",
            ))()  # fmt: skip
        return draw.choice((
            lambda: f"sum({vector()})", lambda: f"mean({matrix()})", lambda: f"({vector()})@({vector()})",
            lambda: f"max({vector()})",
        ))()  # fmt: skip


def of_arrays(draw: random.Random) -> tuple[str, dict[str, Any]]:
    """Return a program of arrays, and the values of all that it could use."""
    drawn = Conditionals(draw)
    shape = draw.choice(((drawn.n,), (drawn.n, drawn.n)))
    inner = drawn.expression(shape, draw.randint(1, 3))
    outer = drawn._choice(shape, 2)  # at least one conditional
    joined = draw.choice(("f = sum({0}) + sum({1})", "u = {0}; f = sum(u*{1})", "u = {0}; v = {1}; f = sum(u + v*u)"))
    point: dict[str, Any] = {}
    for name, own in drawn.shapes.items():
        rows = [[round(draw.uniform(-2, 2), 2) for _ in range(drawn.n)] for _ in range(drawn.n)]
        point[name] = rows if len(own) == 2 else rows[0] if own else rows[0][0]
    return joined.format(f"({inner})", f"({outer})"), point


def of_numbers(draw: random.Random) -> tuple[str, dict[str, Any]]:
    """Return a program of numbers with conditionals in conditionals, and the values of all that it could use."""
    names, lines = ["x", "y", "z"], []

    def expression(depth: int) -> str:
        if depth == 0:
            return draw.choice((*names, *names, "2", "-1", "0.5"))
        a, b, c, d = (expression(draw.randrange(depth)) for _ in range(4))
        if draw.random() < 0.55:
            inner = draw.choice(("{0}", "{0}", "sqrt({1})*{0}", "log({1}) + {0}", "{0}/({1})")).format(f"({a})", d)
            condition = f"({d}) > 0" if inner[-1] != ")" or draw.random() < 0.5 else f"({b})*({c}) < 0.25"
            return f"where({condition}, {inner}, {expression(depth - 1)})"
        return draw.choice((
            "({0} + {1})", "({0})*({1})", "(-({0}))", "sin({0})", "({0})**2", "max({0}, {1})", "min({0}, {1}, {2})",
            "relu({0})", "abs({0})", "({0} - 2*({1}))", "clip({0}, -0.5, 1)",
        )).format(a, b, c)  # fmt: skip

    for k in range(draw.randint(0, 3)):
        lines.append(f"t{k} = {expression(2)}")
        names += [f"t{k}"] * 2
    lines.append(f"f = {expression(3)} + where({expression(1)} > 0, {expression(2)}, {expression(2)})")
    return "; ".join(lines), {name: round(draw.uniform(-2, 2), 2) for name in "xyz"}


def cases(make: Any, count: int, seed: int) -> list[Case]:
    """Return so many random programs that have a gradient at their point, without kinks there."""
    draw = random.Random(seed)
    found: list[Case] = []
    while len(found) < count:
        program, drawn = make(draw)
        point = {name: value for name, value in drawn.items() if re.search(rf"\b{name}\b", program)}
        try:
            record = differentiate(program, point)
        except GradcliError:  # outside the domain of a function, or a step that nothing flows through
            continue
        gradient = record.gradient
        if not record.notes and gradient and all(slope is not None for slope in flat(list(gradient.values()))):
            found.append(Case(program, point, Answer(record.value, dict(gradient))))
    return found


def flat(x: Any) -> list[Any]:
    """Return the numbers of a nested list."""
    return [number for part in x for number in flat(part)] if isinstance(x, (list, tuple)) else [x]


def answers(known: Sequence[Case], language: str, folder: Path, interpreter: str) -> list[Answer]:
    """Run the code of all programs by one start of an interpreter."""
    texts = [case.code(language) for case in known]
    if language == "javascript":
        return javascript_answers(texts, folder)
    for k, text in enumerate(texts):
        (folder / f"p{k}.py").write_text(text, encoding="utf-8")
    (folder / "all.py").write_text(RUNNER, encoding="utf-8")
    done = subprocess.run(
        [interpreter, "all.py", str(len(texts))], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return [Answer(*answer) for answer in json.loads(done.stdout)]


def differing(known: Sequence[Case], language: str, folder: Path, interpreter: str) -> list[tuple[str, Any]]:
    """Return the programs whose code gives another value or gradient, to 1e-12, each with its point."""
    found = answers(known, language, folder, interpreter)
    return [(case.program, case.point) for case, answer in zip(known, found, strict=True)
            if answer.gradient.keys() != case.truth.gradient.keys()
            or not all(map(is_same, [answer.value, *answer.gradient.values()],
                           [case.truth.value, *(case.truth.gradient[name] for name in answer.gradient)]))]  # fmt: skip


def is_same(found: Any, truth: Any) -> bool:
    """Whether numbers are equal to 1e-12 of the largest of their array, and at least of 1."""
    a, b = flat(found), flat(truth)
    scale = max(1.0, *map(abs, b))
    return len(a) == len(b) and None not in a and all(abs(x - y) <= 1e-12 * scale for x, y in zip(a, b, strict=True))
