"""A descent as a table, one line per step: value, norm of the gradient, parameters; large arrays by their norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..arrays.sizes import count
from ..record.descent import SMALL_ENTRIES, Descent, DescentLine
from ..text import BOLD, GRADIENT_COLOR, PLAIN, VALUE_COLOR, visible
from . import Style
from .columns import aligned, entries, wrapped
from .rounding import FIGURES, Rounding, with_zeros
from .table import COLUMN_GAPS, LEAST_FIGURES, Column, drawn

MANY_STEPS = 100  # a table of more steps shows the first and the last
STEPS_AT_ENDS = 40  # so many of each
CERTAIN = {"certain": "the binary64 numbers", "exact": "the fractions", "digits": "the decimals"}


def render(descent: Descent, lines: Sequence[DescentLine], style: Style, *, state: bool = False) -> str:
    """Return the table, the remarks, and the last point in one line."""
    shown, left_out = list(lines), 0
    if len(shown) > MANY_STEPS:
        left_out = len(shown) - 2 * STEPS_AT_ENDS
        shown = shown[:STEPS_AT_ENDS] + shown[-STEPS_AT_ENDS:]
    more = "; --to csv has all" if style.options else ""
    gap = f"... {left_out:,} steps are left out{more}" if left_out else ""
    table = _Table(descent, shown, style, state=state)
    out = table.lines(gap)
    answer = entries(table.answer(lines[-1]), style.width)  # before it is asked what was rounded
    told = [*(f"note: {visible(remark)}" for remark in descent.remarks), descent.ended, rule_line(descent)]
    told.append(table.figures.remark())
    below = [line for text in told if text for line in wrapped(style.signs.plain(text), style.width)]
    answer = [f"{BOLD}{line}{PLAIN}" for line in answer] if style.color else answer
    return "\n".join([*out, *below, *answer]) + "\n"


def rule_line(descent: Descent) -> str:
    """Return which rule was used with which numbers, and what every line is certain for."""
    for_what = CERTAIN.get(descent.precision, "")
    certain = f"; every line is certain for {for_what} of the line before" if for_what else ""
    return f"{rule_in_numbers(descent)}{certain}"


def rule_in_numbers(descent: Descent) -> str:
    """Return which rule was used with which numbers."""
    update = descent.update
    settings = "".join(f", {name} {source.text}" for name, source in update.settings.items() if name != "rate")
    uphill = ", uphill" if update.ascent else ""
    return f"rule {update.rule.name}: rate {update.rate.text.strip()}{settings}{uphill}"


class _Table:
    """The columns of a table that fits, or a list."""

    def __init__(self, descent: Descent, lines: Sequence[DescentLine], style: Style, *, state: bool) -> None:
        assert descent.record is not None  # there is one after the first line
        self.descent = descent
        self.shown = lines
        self.style = style
        self.state = descent.update.rule.state if state else ()
        self.record: Any = descent.record
        self._use(style.figures or FIGURES)

    def _use(self, count: int) -> None:
        self.figures = Rounding.of(self.record, self.style, count)

    def lines(self, gap_line: str) -> list[str]:
        """Return the lines of the roomiest table that fits, or a list with one step per item.

        `gap_line` says that steps are left out in the middle, if they are.
        """
        below: list[list[str]] = [[] for _ in self.shown]
        if gap_line:
            below[STEPS_AT_ENDS - 1] = wrapped(gap_line, self.style.width)
        width = self.style.width
        counts = [self.style.figures] if self.style.figures else list(range(FIGURES, LEAST_FIGURES - 1, -1))
        for figures in counts:
            self._use(figures)
            columns = self._columns()
            natural = 1 + sum(column.width for column in columns)
            for gap in COLUMN_GAPS:
                if width is None or natural + gap * (len(columns) - 1) <= width:
                    return list(drawn(columns, below, gap, self.style))
        self._use(counts[0])
        rows = zip(self.shown, below, strict=True)
        return [
            text for line, after in rows for text in (*entries(self._item(f"step {line.step}", line), width), *after)
        ]

    def _columns(self) -> list[Column]:
        output = self.descent.output
        found = [
            Column("step", [[f"{line.step}"] for line in self.shown], BOLD),
            Column(output, _cells(self._number(line.value) for line in self.shown), VALUE_COLOR),
            Column("norm of gradient", _cells(self._norm(line.norm) for line in self.shown), GRADIENT_COLOR),
        ]
        for name in self.descent.shapes:
            texts = [self._array(name, line.parameters[name], line.norms.get(name)) for line in self.shown]
            found.append(Column(self._heading(name, name), _cells(texts), ""))
            for own in self.state:
                texts = [self._state(name, own, line) for line in self.shown]
                found.append(Column(self._heading(name, f"{own}({name})"), _cells(texts), ""))
        return found

    def answer(self, line: DescentLine) -> list[str]:
        """Return the last point as the parts of one line."""
        steps = f"after {line.step:,} step{'' if line.step == 1 else 's'}"
        head, _, *parts = self._item(steps, line)
        return [head, *parts]

    def _item(self, what: str, line: DescentLine) -> list[str]:
        """Return a step as the parts of one line; `what` stands before it."""
        parts = [f"{what}: {self.descent.output} = {self._number(line.value)}",
                 f"norm of gradient {self._norm(line.norm)}"]  # fmt: skip
        for name in self.descent.shapes:
            text = self._array(name, line.parameters[name], line.norms.get(name))
            heading = self._heading(name, name)
            parts.append(f"{heading} = {text}" if heading == name else f"{heading} {text}")
            parts += [f"{own}({name}) {self._state(name, own, line) or 0}" for own in self.state]
        return parts

    def _heading(self, name: str, shown: str) -> str:
        return shown if self._is_small(name) else f"norm of {shown}"

    def _is_small(self, name: str) -> bool:
        shape = self.descent.shapes[name]
        return len(shape) < 2 and count(shape) <= SMALL_ENTRIES

    def _state(self, name: str, own: str, line: DescentLine) -> str:
        row = line.state.get(name)
        return self._array(name, row[own], line.norms.get((name, own))) if row else ""

    def _array(self, name: str, flat: Sequence[Any] | None, norm: float | None) -> str:
        if not self._is_small(name) or flat is None:
            return self._norm(norm or 0.0)
        text = ", ".join(map(self._number, flat))
        return f"[{text}]" if self.descent.shapes[name] else text

    def _number(self, x: Any) -> str:
        return self.style.signs.plain(self.figures.text(x))

    def _norm(self, x: float) -> str:
        """Return a norm, which has no more than a binary64 holds, and twelve certain digits."""
        count, whole = self.figures.count, f"{x:.12g}"
        if count >= 12 or float(f"{x:.{count}g}") == float(whole):
            return whole
        self.figures.rounded = True
        return with_zeros(x, count)


def _cells(texts: Any) -> list[list[str]]:
    found = list(texts)
    return [[text] for text in (found if any("[" in text for text in found) else aligned(found))]
