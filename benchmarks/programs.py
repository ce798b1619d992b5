"""The programs that are differentiated: fully connected tanh networks, written out as scalars."""

from __future__ import annotations

import random


def network(layers: int, width: int) -> tuple[str, dict[str, float]]:
    """Return a network as a program, one line a neuron, and a point: always the same ones for a size."""
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


def tokens(text: str) -> int:
    """Return how many tokens a program has."""
    from gradcli.language import parser
    from gradcli.language.lexer import Lexer

    table = parser.load_table()
    return sum(1 for _ in Lexer(table.terminals, table.blank).tokens(text))
