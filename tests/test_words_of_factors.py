"""What is said of a wrong factor is the factor: the numbers in the words, and the sizes of the arrays named there."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.diagnosis.array_divisors import MOST_SIZES, divisor, divisors, factors, program_sizes
from gradcli.record.array_point import ArrayPoint

PROGRAMS: list[tuple[str, dict[str, tuple[int, ...]]]] = [
    ("mean((X@w - y)**2)", {"X": (3, 2), "w": (2,), "y": (3,)}),
    ("mean(cross_entropy(X@W, y))", {"X": (3, 2), "W": (2, 4), "y": (3,)}),
    ("sum(A*A)/6 + mean(B, axis=0)@c", {"A": (2, 2), "B": (2, 3), "c": (3,)}), ("mean(Z)", {"Z": (3, 2)}),
    ("mean(a) + sum(b)", {"a": (4,), "b": (5,)}), ("mean(a) + sum(b)", {"a": (1001,), "b": (1000,)}),
    ("sum(X)/8 + sum(a)", {"X": (3, 2), "a": (5,)}), ("mean(T, axis=1)@c@d", {"T": (2, 3, 4), "c": (4,), "d": (2,)}),
    ("sum(var(X, axis=0))", {"X": (3, 5)}), ("mean(X@W + b)/7", {"X": (2, 3), "W": (3, 5), "b": (5,)}),
]  # fmt: skip
SIZE = re.compile(r"(?P<which>all entries|its \w+|the \w+|axis \d)(?: of \$v(?P<node>\d+))?")


def graph_of(program: str, shapes: dict[str, tuple[int, ...]]) -> Any:
    return ArrayPoint({}).parsed(Source("program", program), shapes)


def size(text: str, graph: Any, before: int = -1) -> tuple[int, int]:
    """The size that words name, and the node of the array; without an array it is the one that was named before."""
    found = SIZE.fullmatch(text)
    assert found, text
    node = int(found["node"] or before)
    shape = graph.nodes[node].shape
    axis = {"rows": 0, "columns": 1, "entries": 0}.get(found["which"].split()[-1])
    if found["which"].startswith("axis"):
        return shape[int(found["which"][5:])], node
    if found["which"] == "all entries":
        return math.prod(shape), node
    assert axis is not None
    assert len(shape) == (1 if found["which"].endswith("entries") else 2)
    return shape[axis], node


def said(words: str, graph: Any) -> Fraction:
    """The factor that words say, and no other: the sizes that they name are those of the arrays."""
    if found := re.fullmatch(r"a division by (\d+)(?:, ([^,]+),)? instead of by (\d+)(?:, (.+))?", words):
        m, n = int(found[1]), int(found[3])
        node = -1
        if found[2]:
            for one in found[2].split(" or "):
                own, node = size(one, graph)
                assert own == m
        if found[4]:
            assert size(found[4], graph, node)[0] == n
        return Fraction(n, m)
    if found := re.fullmatch(r"one more division by (\d+), (.+) \(so by all (\d+) entries, not by (\d+)\)", words):
        m, whole, n = int(found[1]), int(found[3]), int(found[4])
        own, node = size(found[2], graph)
        assert (own, m * n, math.prod(graph.nodes[node].shape)) == (m, whole, whole)
        return Fraction(1, m)
    if found := re.fullmatch(r"a division by (\d+), (.+), which does not belong here", words):
        assert size(found[2], graph)[0] == int(found[1])
        return Fraction(1, int(found[1]))
    if found := re.fullmatch(r"the opposite sign, and 1/(\d+) left out", words):
        return Fraction(-int(found[1]))
    if found := re.fullmatch(r"1/(\d+) (left out|once too often)", words):
        return Fraction(int(found[1])) if found[2] == "left out" else Fraction(1, int(found[1]))
    if found := re.fullmatch(r"a stray factor (\d+)(, or added twice)?", words):
        return Fraction(int(found[1]))
    if found := re.fullmatch(r"a factor (\d+) left out", words):
        return Fraction(1, int(found[1]))
    others = {"the opposite sign": -1.0, "the factor 2 of the square left out": 0.5,
              "the opposite sign and a factor 2": -2.0, "the opposite sign, and a factor 2 left out": -0.5}  # fmt: skip
    return Fraction(others[words])


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS)
def test_words_are_the_factor(program: str, shapes: dict[str, tuple[int, ...]]) -> None:
    graph = graph_of(program, shapes)
    found = factors(graph)
    made = [(Fraction(one.factor).limit_denominator(10**6), one.words) for one in found]
    assert len(set(made)) == len(made)
    for factor, words in made:
        assert factor == said(words, graph), words
        assert factor != 1
    tags = {one.tag for one in found}
    assert len(tags) == len(found)
    for one in found:
        assert one.tag.startswith(f"{one.factor:.6g} ")
        assert one.id == ("sign" if one.factor < 0 else one.id)
    # every size that may be taken for what the program divides by, one way or another
    known = {factor for factor, _ in made}
    for n in divisors(graph):
        assert {Fraction(n), Fraction(1, n), Fraction(-n)} <= known
        for m in program_sizes(graph).numbers:
            assert Fraction(n, m) in {*known, Fraction(1)}
            assert Fraction(1, m) in known


@pytest.mark.parametrize(("program", "shapes", "expected"), [
    ("mean(Z)", {"Z": (3, 2)}, [6]), ("sum(mean(Z, axis=0))", {"Z": (3, 2)}, [3]),
    ("sum(mean(Z, axis=1))", {"Z": (3, 2)}, [2]),
    ("var(z)", {"z": (5,)}, [5]), ("mean(z) + mean(z)/4", {"z": (4,)}, [4]), ("sum(z)/7", {"z": (4,)}, [7]),
    ("mean(z)", {"z": (1,)}, []),
    ("sum(z)/1", {"z": (4,)}, []), ("sum(z)/2.5", {"z": (4,)}, []), ("sum(z)/9999999", {"z": (4,)}, [9999999]),
    ("sum(z)/10000000", {"z": (4,)}, []), ("sum(z)/z[0]", {"z": (4,)}, []), ("sum(z)*3", {"z": (4,)}, []),
    ("mean(z)/3", {"z": (4,)}, [4, 3]), ("sum(cross_entropy(Z, y))", {"Z": (3, 2), "y": (3,)}, []),
])  # fmt: skip
def test_what_a_program_divides_by(program: str, shapes: dict[str, tuple[int, ...]], expected: list[int]) -> None:
    graph = graph_of(program, shapes)
    assert divisors(graph) == expected
    assert {n for i in range(len(graph.nodes)) if (n := divisor(graph, i)) > 1} == {*expected}


def test_sizes_that_are_too_many() -> None:
    for count in (MOST_SIZES, MOST_SIZES + 3):
        shapes: dict[str, tuple[int, ...]] = {f"x{k}": (k + 2,) for k in range(count)}
        graph = graph_of(" + ".join(f"sum({name})" for name in shapes), shapes)
        assert program_sizes(graph).numbers == list(range(2, min(count, MOST_SIZES) + 2))


def test_the_sizes_of_a_program_are_worked_out_once() -> None:
    graph = graph_of(*PROGRAMS[0])
    assert program_sizes(graph) is program_sizes(graph)
    assert factors(graph) is factors(graph)
