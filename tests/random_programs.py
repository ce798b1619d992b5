"""Random programs for tests: some statements, each of which uses older names."""

from __future__ import annotations

import random
import re

from gradcli import differentiate
from gradcli.record.gradient import Gradient


def random_program(seed: int, size: int) -> tuple[str, dict[str, float]]:
    """Return a program of some statements, each of which uses two older names, and a point."""
    draw = random.Random(seed)
    names = ["x", "y", "z"]
    lines = []
    for k in range(size):
        a, b = draw.choice(names), draw.choice(names)
        lines.append(f"t{k} = " + draw.choice((
            f"{a} + {b}", f"{a}*{b}", f"sin({a})", f"{a} - 2*{b}", f"relu({a})", f"floor({a})*{b}",
            f"where({a} > {b}, {a}*{b}, sin({b}))",
        )))  # fmt: skip
        names.append(f"t{k}")
    used = {word for line in lines for word in re.findall(r"\w+", line.partition("=")[2])}
    unused = [name for name in names[3:] if name not in used]
    lines.append("f = " + " + ".join(unused or names[-1:]))
    return "\n".join(lines), {"x": 0.5, "y": -1.25, "z": 2.0}


def record_of(seed: int, size: int) -> Gradient:
    program, point = random_program(seed, size)
    return differentiate(
        program, {name: x for name, x in point.items() if re.search(rf"\b{name}\b", program)}, ieee=True
    )
