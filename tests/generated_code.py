"""Code that gradcli writes, run by its interpreter: what it returns is compared with the record."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.record.gradient import Gradient

from .problems import PROBLEMS

PUBLISHED = Path(__file__).parent / "data" / "published.json"
CLOSE = 1e-12


class Answer(NamedTuple):
    """What a function returns: the value, and the derivatives by name."""

    value: Any
    gradient: dict[str, Any]


def python_answer(text: str) -> Answer:
    """Run a file of Python in this process, and its function at the point that it has."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated.py", "exec"), names)
    return Answer(*names["forward_backward"]())


def javascript_answers(texts: Sequence[str], folder: Path) -> list[Answer]:
    """Run files of JavaScript with node, all of them by one start."""
    for k, text in enumerate(texts):
        (folder / f"p{k}.js").write_text(text, encoding="utf-8")
    files = f"[...Array({len(texts)}).keys()].map((k) => `./p${{k}}.js`)"
    run = f"console.log(JSON.stringify({files}.map((path) => require(path).forwardBackward())));"
    (folder / "all.js").write_text(run, encoding="utf-8")
    done = subprocess.run(["node", "all.js"], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return [Answer(answer["value"], answer["gradient"]) for answer in json.loads(done.stdout)]


def is_close(found: float, truth: float | None, scale: float = 1.0) -> bool:
    """Whether two numbers are equal to 1e-12: of the number itself, of numbers below `scale` of that."""
    return truth is None or abs(found - truth) <= CLOSE * max(scale, abs(truth))


def differences(answer: Answer, record: Gradient) -> dict[str, tuple[Any, Any]]:
    """Return the numbers that differ, each with the true one. Where gradcli has no derivative any number will do."""
    settled = {note.of for note in record.notes if note.kind == "settled"}
    found = {} if is_close(answer.value, record.value) else {"value": (answer.value, record.value)}
    assert answer.gradient.keys() == record.gradient.keys()
    for name, truth in record.gradient.items():
        if name not in settled and not is_close(answer.gradient[name], truth):
            found[name] = answer.gradient[name], truth
    return found


def published() -> list[tuple[str, dict[str, Any]]]:
    """Return the published programs, each with its point."""
    cases = json.loads(PUBLISHED.read_text(encoding="utf-8"))["cases"]
    return [(case["program"], case["bindings"]) for case in cases]


def of_rows() -> list[tuple[str, dict[str, float]]]:
    """Return a program for every function of the table at each of its points, multiplied so that something arrives."""
    found = []
    for row in OPERATIONS.values():
        for point in row.points if row.is_function and row.name != "where" else ():
            names = [f"x{k}" for k in range(len(point))]
            found.append((f"f = 1.5*{row.name}({', '.join(names)})", dict(zip(names, point, strict=True))))
    return found


def random_networks(count: int, seed: int) -> list[tuple[str, dict[str, float]]]:
    """Return programs of some statements with forks, choices, ties and functions that need care."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        names, lines = ["x", "y", "z"], []
        for k in range(draw.randint(2, 9)):
            a, b = draw.sample(names, 2)
            lines.append(f"t{k} = " + draw.choice((
                f"{a} + {b}", f"{a}*{b} - 0.5", f"sin({a})*{b}", f"{a} - 2*{b}", f"tanh({a} + {b})", f"relu({a})*{b}",
                f"max({a}, {b}, 0.25)", f"min({a}, {b})", f"{a}/(1 + {b}**2)", f"sigmoid({a}*{b})", f"softplus({a})",
                f"where({a} > {b}, {a}*{b}, sin({b}))", f"where({a} != 0, sin({a})/{a}, 1)", f"-exp(-{a}**2)",
                f"logaddexp({a}, {b})", f"abs({a})**1.5", f"floor({a})*{b}", f"atan2({a}, 1 + {b}**2)", f"2**{a}",
            )))  # fmt: skip
            names.append(f"t{k}")
        used = {word for line in lines for word in re.findall(r"\w+", line.partition("=")[2])}
        unused = [name for name in names[3:] if name not in used]
        program = "; ".join([*lines, "f = " + " + ".join(unused or names[-1:])])
        point = {name: round(draw.uniform(-2, 2), 2) for name in names[:3] if re.search(rf"\b{name}\b", program)}
        found.append((program, point))
    return found


@cache
def every_record() -> list[Gradient]:
    """Return the records of published programs, of every row of the table, and of 200 random ones."""
    programs = [*published(), *PROBLEMS.values(), *of_rows(), *random_networks(200, seed=14)]
    return [differentiate(program, point) for program, point in programs]


def ruff(folder: Path) -> str:
    """Return what ruff says of the files in a folder, with its default rules."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", str(folder)], capture_output=True, text=True
    )
    return "" if done.returncode == 0 else done.stdout
