"""The programs that are differentiated: networks, wide, deep and recurrent, and statements of different shapes."""

from __future__ import annotations

import random
from collections.abc import Callable


def network(layers: int, width: int) -> tuple[str, dict[str, float]]:
    """Return a network as a program, one line per neuron, and a point: always the same ones for a size."""
    draw = random.Random(0)
    lines: list[str] = []
    point: dict[str, float] = {f"x{i}": draw.gauss(0, 1) for i in range(width)}
    previous = list(point)
    for layer in range(layers):
        current = []
        for j in range(width):
            terms = []
            for i, name in enumerate(previous):
                weight = f"w{layer}_{j}_{i}"
                point[weight] = draw.gauss(0, 1) / width**0.5
                terms.append(f"{weight}*{name}")
            point[f"b{layer}_{j}"] = 0.1
            lines.append(f"h{layer}_{j} = tanh({' + '.join(terms)} + b{layer}_{j})")
            current.append(f"h{layer}_{j}")
        previous = current
    lines.append("loss = " + " + ".join(f"{name}**2" for name in previous))
    return "\n".join(lines) + "\n", point


def recurrent(steps: int, width: int) -> tuple[str, dict[str, float]]:
    """Return a recurrent network that shares its weights over all steps, and a point."""
    draw = random.Random(1)
    point = {f"w{j}_{i}": draw.gauss(0, 1) / width**0.5 for j in range(width) for i in range(width)}
    point |= {f"u{j}": draw.gauss(0, 1) for j in range(width)} | {f"x{t}": draw.gauss(0, 1) for t in range(steps)}
    lines = [f"h0_{j} = tanh(u{j}*x0)" for j in range(width)]
    for t in range(1, steps):
        for j in range(width):
            terms = " + ".join(f"w{j}_{i}*h{t - 1}_{i}" for i in range(width))
            lines.append(f"h{t}_{j} = tanh({terms} + u{j}*x{t})")
    lines.append("loss = " + " + ".join(f"h{steps - 1}_{j}**2" for j in range(width)))
    return "\n".join(lines) + "\n", point


def unique(count: int) -> tuple[str, dict[str, float]]:
    """Return so many statements, no two of one shape, and a point."""
    draw = random.Random(2)
    point = {f"x{k}": draw.uniform(0.5, 1.5) for k in range(50)}
    shapes: set[str] = set()
    lines: list[str] = []
    while len(lines) < count:
        shape = _expression(draw, draw.randint(3, 7))
        if shape not in shapes:
            shapes.add(shape)
            lines.append(f"s{len(lines)} = " + "".join(f"x{draw.randrange(50)}" if c == "x" else c for c in shape))
    lines.append("loss = " + " + ".join(f"s{k}" for k in range(count)))
    return "\n".join(lines) + "\n", point


def _expression(draw: random.Random, size: int) -> str:
    """Return the text of an expression in which every input is an x."""
    if size == 1:
        return "x"
    if draw.random() < 0.1:
        return f"tanh({_expression(draw, size - 1)})"
    left = draw.randint(1, size - 1)
    return f"({_expression(draw, left)} {draw.choice('+-*')} {_expression(draw, size - left)})"


# What a program is called in a table -> the program and a point.
PROGRAMS: dict[str, Callable[[], tuple[str, dict[str, float]]]] = {
    "100 layers, 8 wide": lambda: network(100, 8),
    "100 layers, 32 wide": lambda: network(100, 32),
    "300 layers, 16 wide": lambda: network(300, 16),
    "a recurrent network, 300 steps, 8 wide": lambda: recurrent(300, 8),
    "5,000 statements of different shapes": lambda: unique(5_000),
}


def tokens(text: str) -> int:
    """Return how many tokens a program has."""
    from gradcli.language import parser
    from gradcli.language.lexer import Lexer

    table = parser.load_table()
    return sum(1 for _ in Lexer(table.terminals, table.blank).tokens(text))
