"""A step of descent in words and numbers: `x = 10 - 0.1*df/dx = 8`, or the formula of a rule with its numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..calculus.operations import NUMBER
from ..calculus.table_parts import Operation
from ..language.syntax import parse
from ..language.writing import ATOM, POW, Notation, formula, pieces, precedence
from ..numbers.decimals import Uncertain
from ..record.gradient import Gradient
from ..record.step_workings import workings
from ..record.update_rules import GD, Taken, Update, UpdateRule
from .rounding import Rounding

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient
    from .array_text import ArrayWriter

WIDTH = 78  # of what a rule says


def worked_out(record: Gradient, figures: Rounding, *, worked: bool) -> list[str]:
    """Return the new value of every input, as parts of one line; `worked` with the number of the derivative."""
    taken = record.taken
    assert taken is not None
    found = []
    for name, (new,) in taken.new.items():
        old, slope = record.values[record.graph.inputs[name]], record.gradient[name]
        if new is None:
            found.append(f"{name} = {figures.text(old)}, which has no derivative")
            continue
        sign, rate = ("+" if taken.update.ascent else "-"), rate_text(taken.update)
        before = figures.text(old)
        before = f"({before})" if isinstance(before, Uncertain) else before
        start, number = f"{before} {sign} {rate}*", figures.text(slope)
        formula = f"{start}d{record.labels[record.output]}/d{name}"
        with_numbers = f"{start}{in_product(number)} = " if worked else ""
        found.append(f"{name} = {formula} = {with_numbers}{figures.text(new)}")
    return found


def lines_of_rule(record: Gradient, figures: Rounding) -> list[str]:
    """Return the step of a rule line by line, for every input: what is given, then each formula with its numbers."""
    taken = record.taken
    assert taken is not None
    if taken.update.rule is GD:
        return [f"  {part}" for part in worked_out(record, figures, worked=True)]
    found = []
    for name in taken.new:
        sign = "-" if taken.update.ascent else ""
        formulas, run = workings(record, name)
        found.append(f"  {name}: w = {name}, g = {sign}d{record.labels[record.output]}/d{name}")
        for own, text in formulas.items():
            i = run.graph.named[own]
            found.append(f"    {own} = {text} = {_with_numbers(run, i, figures)} = {figures.text(run.values[i])}")
    return found


def array_lines(record: ArrayGradient, write: ArrayWriter, width: int | None) -> Iterator[str]:
    """Yield the new value of every array: behind what it is computed from, or below it where there is no room."""
    taken, output = record.taken, record.labels[record.output]
    assert taken is not None
    for name, new in taken.new.items():
        shape = record.shape(record.graph.inputs[name])
        yield from write.behind(f"{name} = {_rule_in_short(taken, name, output)} = ", new, shape, width)


def _rule_in_short(taken: Taken, name: str, output: str) -> str:
    if taken.update.rule is GD:
        return f"{name} {'+' if taken.update.ascent else '-'} {rate_text(taken.update)}*d{output}/d{name}"
    return f"step {taken.update.t} of {taken.update.rule.name}"


def entry(rule: UpdateRule) -> str:
    """Return the lines of a rule of descent in the rule book: its formula, its parameters, where it comes from."""
    rate = "" if rule.rate is None else f"rate {rule.rate}"
    defaults = ", ".join(filter(None, [rate, *(f"{name} {own.default}" for name, own in rule.parameters.items())]))
    state = " and ".join(rule.state)
    lines = [f"{rule.name}    {rule.summary}", *(f"  {line}" for line in rule.formula.split("\n"))]
    lines += [f"  usually: {defaults}"] if defaults else []
    lines += [f"  {state} {'starts' if len(rule.state) == 1 else 'start'} at 0"] if state else []
    source = textwrap.fill(f"source: {rule.source}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join([*lines, source]) + "\n"


def rate_text(update: Update) -> str:
    """Return the rate as a factor: an expression stands in parentheses."""
    graph = parse(update.rate)
    text = formula(graph, graph.output)
    return text if precedence(graph.nodes[graph.output].operation) == ATOM else f"({text})"


def in_product(number: str) -> str:
    """Return a number as a factor: a negative or uncertain one stands in parentheses, and so does a fraction."""
    return f"({number})" if isinstance(number, Uncertain) or number.startswith("-") or "/" in number else number


def _with_numbers(run: Gradient, i: int, figures: Rounding) -> str:
    """Return a node of a rule with numbers in place of names."""
    by_label = run.graph.by_label

    def leaf(operation: Operation, text: str, label: str) -> str:
        return text if operation is NUMBER else in_product(figures.text(run.values[by_label[label]]))

    def parts(operation: Operation, precedences: Sequence[int]) -> list[str | int]:
        return pieces(operation, precedences, "^" if operation is POW else "")  # as rules are written

    return formula(run.graph, i, run.graph.is_called, notation=Notation(parts, precedence, leaf))
