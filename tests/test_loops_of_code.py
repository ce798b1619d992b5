"""Lines of a recurrence as loops: by hand, and run as Python they give what the lines before gave."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from gradcli.reports.code.loops import Looped, Row
from gradcli.reports.code.names import Names

LEAST = 3
LONGEST = 12

TOKENS = re.compile(r"\w+|\W")
ELEMENT = re.compile(r"([a-z]+)_(\d+)")


def row(line: str) -> Row:
    """Return a line such as `h_1 = h_0*w  # n` or `dx[0] += h_1`: h_1 is the element 1 of h."""
    code, _, remark = line.partition("  # ")
    left, sign, right = re.split(r" (\+?=) ", code, maxsplit=1)
    name, *place = TOKENS.findall(left)
    return Row(name, sign == "+=", TOKENS.findall(right), remark, place=place)


def looped(program: str, *taken: str) -> Looped:
    """Return what becomes of lines; v12 would be v without its number."""
    rows = [row(line) for line in re.split(r"[;\n] *", program)]
    names = {token for r in rows for token in (r.name, *r.pieces)}
    indexed = {name: (m[1], int(m[2])) for name in names if (m := ELEMENT.fullmatch(name))}
    numbered = {name: "v" for name in names if re.fullmatch(r"v\d+", name)}
    return Looped(rows, indexed, numbered, Names(taken))


def written(found: Looped) -> list[str]:
    """Return the lines as Python has them."""
    return [
        "    " * r.depth + (f"{r.name}{''.join(r.place)} {'+=' if r.adds else '='} {''.join(r.pieces)}"
                            if r.pieces else r.name) + (f"  # {r.remark}" if r.remark else "")
        for r in found.rows
    ]  # fmt: skip


def chain(step: str, first: int, last: int, by: int = 1) -> str:
    """Return a line of every index k: `{k}`, and `{j}` for the one before."""
    return "; ".join(step.format(k=k, j=k - by, m=k + by, v=f"v{3 * k + 1}") for k in range(first, last + by, by))


@pytest.mark.parametrize(("program", "lines"), [
    # three steps are a loop, two are none
    ("h_0 = x; " + chain("h_{k} = h_{j}*w", 1, 3),
     ["h = {}", "h[0] = x", "for k in range(1, 4):", "    h[k] = h[k - 1]*w"]),
    ("h_0 = x; " + chain("h_{k} = h_{j}*w", 1, 2), ["h_0 = x", "h_1 = h_0*w", "h_2 = h_1*w"]),
    # nothing before the first element: its home is made in front of the loop
    (chain("h_{k} = h_{j}*w", 5, 9), ["h = {}", "for k in range(5, 10):", "    h[k] = h[k - 1]*w"]),
    # downwards
    ("d_4 = x; " + chain("d_{k} = d_{j} - c", 3, 0, -1),
     ["d = {}", "d[4] = x", "for k in range(3, -1, -1):", "    d[k] = d[k + 1] - c"]),
    # what a step alone knows has a name without a number, and that of the last step is known behind the loop
    (chain("{v} = h_{j}*w; h_{k} = {v} + b", 1, 3) + "; L = v10",
     ["h = {}", "for k in range(1, 4):", "    v = h[k - 1]*w", "    h[k] = v + b", "L = v"]),
    # that of an earlier step is not: no loop
    (chain("{v} = h_{j}*w; h_{k} = {v} + b", 1, 3) + "; L = v7",
     ["v4 = h_0*w", "h_1 = v4 + b", "v7 = h_1*w", "h_2 = v7 + b", "v10 = h_2*w", "h_3 = v10 + b", "L = v7"]),
    # numbers that move with the index, and one that does not
    (chain("h_{k} = h_{j}*x[{k}] + y[{j}]**2", 1, 3),
     ["h = {}", "for k in range(1, 4):", "    h[k] = h[k - 1]*x[k] + y[k - 1]**2"]),
    (chain("d_{k} = d_{j}*x[{k}] + x[{j}]", 3, 1, -1),
     ["d = {}", "for k in range(3, 0, -1):", "    d[k] = d[k + 1]*x[k] + x[k + 1]"]),
    # numbers that move otherwise
    ("h_1 = h_0*2; h_2 = h_1*4; h_3 = h_2*6", ["h_1 = h_0*2", "h_2 = h_1*4", "h_3 = h_2*6"]),
    # an element that is the same in all steps, and one further back
    (chain("h_{k} = h_{j} + h_0", 1, 3), ["h = {}", "for k in range(1, 4):", "    h[k] = h[k - 1] + h[0]"]),
    ("h_2 = h_0*h_1; h_3 = h_1*h_2; h_4 = h_2*h_3",
     ["h = {}", "for k in range(2, 5):", "    h[k] = h[k - 2]*h[k - 1]"]),
    # what is added to, whole or at an entry
    (chain("d_{k} = d_{m}*w; dw += d_{m}*h_{k}; dx[{k}] += d_{m}", 2, 4),
     ["d = {}", "for k in range(2, 5):", "    d[k] = d[k + 1]*w", "    dw += d[k + 1]*h[k]", "    dx[k] += d[k + 1]"]),
    # the first term is none to be added: the loop begins behind it
    ("d_4 = x; dw = d_4*q; " + chain("d_{k} = d_{j}*w; dw += d_{k}*q", 3, 1, -1),
     ["d = {}", "d[4] = x", "dw = d[4]*q", "for k in range(3, 0, -1):", "    d[k] = d[k + 1]*w", "    dw += d[k]*q"]),
    # two recurrences, of which one is only read
    (chain("a_{k} = a_{j} + b_{j}; b_{k} = a_{k}*2", 1, 3),
     ["a = {}", "b = {}", "for k in range(1, 4):", "    a[k] = a[k - 1] + b[k - 1]", "    b[k] = a[k]*2"]),
    (chain("a_{k} = a_{j}*w; b_{j} = a_{k}", 1, 3),
     ["a = {}", "b = {}", "for k in range(1, 4):", "    a[k] = a[k - 1]*w", "    b[k - 1] = a[k]"]),
    ("b_1 = x; b_2 = x; b_3 = y; " + chain("a_{k} = a_{j}*b_{k}", 1, 3),
     ["b = {}", "b[1] = x", "b[2] = x", "b[3] = y", "a = {}", "for k in range(1, 4):", "    a[k] = a[k - 1]*b[k]"]),
    # an element of what does not move keeps its name
    ("c_7 = x; " + chain("h_{k} = h_{j}*c_7", 1, 3),
     ["c_7 = x", "h = {}", "for k in range(1, 4):", "    h[k] = h[k - 1]*c_7"]),
    # another operation, another base, or a longer line ends the steps
    (chain("h_{k} = h_{j}*w", 1, 3) + "; h_4 = h_3/w; h_5 = g_4*w; h_6 = h_5*w*w",
     ["h = {}", "for k in range(1, 4):", "    h[k] = h[k - 1]*w", "h[4] = h[3]/w", "h[5] = g_4*w", "h[6] = h[5]*w*w"]),
    # an index that leaps, or stays
    ("h_2 = h_0*w; h_4 = h_2*w; h_6 = h_4*w", ["h_2 = h_0*w", "h_4 = h_2*w", "h_6 = h_4*w"]),
    ("h_1 = h_0*w; h_1 = h_0*w; h_1 = h_0*w", ["h_1 = h_0*w"] * 3),
    # two loops over one recurrence, and the remark of the first step
    (chain("h_{k} = h_{j}*w  # 2", 1, 3) + "\n" + chain("h_{k} = h_{j} + b  # {k}", 4, 6),
     ["h = {}", "for k in range(1, 4):", "    h[k] = h[k - 1]*w  # 2", "for k in range(4, 7):",
      "    h[k] = h[k - 1] + b  # 4"]),
    # the longest of the loops that begin at a line
    (chain("h_{k} = h_{j}*w", 1, 6), ["h = {}", "for k in range(1, 7):", "    h[k] = h[k - 1]*w"]),
    (chain("d_{k} += x; d_{m} += x; d_{k} += d_{m}", 1, 3),
     ["d = {}", "for k in range(1, 4):", "    d[k] += x", "    d[k + 1] += x", "    d[k] += d[k + 1]"]),
    ("d_1 += x; d_2 += x; d_3 += x; d_2 += x; d_3 += x; d_4 += x; d_3 += x; d_4 += x; d_5 += x",
     ["d = {}", "for k in range(1, 4):", "    d[k] += x", "    d[k + 1] += x", "    d[k + 2] += x"]),
    # what is added to was known before; what a step alone knows may be its last line
    ("v7 = x; " + chain("v7 += h_{j}; h_{k} = h_{j}*w", 1, 3) + "; L = v7",
     ["v7 = x", "h = {}", "for k in range(1, 4):", "    v7 += h[k - 1]", "    h[k] = h[k - 1]*w", "L = v7"]),
    (chain("a += h_{j}; b += a; h_{k} = h_{j}*w; {v} = h_{k}*2", 1, 3) + "; L = v10",
     ["h = {}", "for k in range(1, 4):", "    a += h[k - 1]", "    b += a", "    h[k] = h[k - 1]*w", "    v = h[k]*2",
      "L = v"]),
    # no recurrence at all
    ("a = x; b = a; c = b", ["a = x", "b = a", "c = b"]),
])  # fmt: skip
def test_a_recurrence_as_a_loop(program: str, lines: list[str]) -> None:
    assert written(looped(program)) == lines


@pytest.mark.parametrize(("lines", "loops"), [(1, 1), (2, 1), (LONGEST, 1), (LONGEST + 1, 0)])
@pytest.mark.parametrize("steps", [LEAST - 1, LEAST, LEAST + 1])
def test_steps_of_at_most_twelve_lines_are_a_loop(lines: int, loops: int, steps: int) -> None:
    others = "".join(f"; w{n} += h_{{k}}*{n}" for n in range(1, lines))
    found = looped(chain("h_{k} = h_{j}*w" + others, 1, steps))
    expected = loops if steps >= LEAST else 0
    assert len(found.loops) == expected
    assert [(loop.start, loop.period, loop.steps, loop.first, loop.shift) for loop in found.loops] == [
        (0, lines, steps, 1, 1)
    ] * expected
    assert len(found.rows) == (2 + lines if expected else lines * steps)


def test_names_of_loops_are_not_taken() -> None:
    program = "h_0 = k; " + chain("{v} = h_{j}*h; h_{k} = {v} + v", 1, 3)
    assert written(looped(program, "h", "k", "v")) == [
        "h_ = {}", "h_[0] = k", "for k_ in range(1, 4):", "    v_ = h_[k_ - 1]*h", "    h_[k_] = v_ + v",
    ]  # fmt: skip
    assert looped("a = x").k == ""
    assert looped("a = x", "k").rows == [row("a = x")]


def test_names_behind_a_loop() -> None:
    found = looped("c_1 = x; " + chain("{v} = h_{j}*w; h_{k} = {v} + c_1", 1, 3))
    assert [found.spelt(name) for name in ("h_0", "h_3", "v10", "c_1", "x")] == [
        "h[0]", "h[3]", "v", "c_1", "x",
    ]  # fmt: skip


def drawn(draw: random.Random) -> str:
    """Return the lines of a recurrence with some terms, and what is made of it."""
    terms = ["w", "h_{j}*w", "x[{k}]", "x[{j}]*2", "{v}", "h_0"]
    lines = [draw.choice(["s += {}", "s = {}", "e[{{k}}] += {}"]) for _ in range(draw.randint(0, 2))]
    step = "; ".join(["{v} = h_{j}*w", *(line.format(draw.choice(terms)) for line in lines)])
    step += f"; h_{{k}} = {' + '.join(draw.sample(terms, draw.randint(1, 3)))}"
    last = draw.randint(2, 6)
    tail = draw.choice([f"L = h_{last}", f"L = v{3 * last + 1} + s", "L = h_1*s", "L = v4"])
    return f"s = w; h_0 = w*3; {chain(step, 1, last)}; {tail}"


def outcome(lines: list[str]) -> dict[str, Any]:
    names: dict[str, Any] = {"w": 0.5, "x": [1.0, -2.0, 3.0, 5.0, -7.0, 11.0, 2.5], "e": [0.0] * 7}
    exec("\n".join(lines), {}, names)
    return names


@pytest.mark.parametrize("seed", range(40))
def test_loops_compute_what_the_lines_before_did(seed: int) -> None:
    program = drawn(random.Random(seed))
    found = looped(program)
    before, after = outcome(program.split("; ")), outcome(written(found))
    assert after["L"] == before["L"]
    assert (after["s"], after["e"]) == (before["s"], before["e"])
    elements = [name for name in before if ELEMENT.fullmatch(name)]
    assert [eval(found.spelt(name), after) for name in elements] == [before[name] for name in elements]
    assert all(loop.steps >= LEAST for loop in found.loops)
