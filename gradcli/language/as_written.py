"""What a node computes, as the user wrote it."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..calculus.graph import Graph
from ..calculus.operations import CONSTANTS

_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")


def as_written(graph: Graph, i: int, program: str, listed: Collection[int]) -> str:
    """Return the text of the program that a node stands for, on one line.

    It is empty where that text speaks of anything but calls, constants and the nodes that are `listed`: of a second
    name of a node, or of the argument of a function, whose text stands in its definition; or has a comment in it.
    """
    start, end = graph.nodes[i].span
    text = " ".join(program[start:end].split())
    labels = {graph.labels[k] for k in listed}
    plain = text.isascii() and "#" not in text and all(
        word[0] in labels or word[0] in CONSTANTS or text[word.end() :].lstrip().startswith("(")
        for word in _NAME.finditer(text)
    )  # fmt: skip
    return text if plain else ""
