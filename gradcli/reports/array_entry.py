"""What one entry of an array is made of: its value, or the scalar chain rule of a derivative with respect to it."""

from __future__ import annotations

from collections.abc import Sequence

from ..arrays.opening import entry_names
from ..arrays.sizes import count
from ..calculus.operations import INPUT
from ..language.array_latex import LETTERS
from ..record.array_derivation import ArrayDerivation
from ..record.array_gradient import ArrayGradient
from ..record.array_request import EntryRequest, asked_entries
from ..record.array_written import ArrayFormulas, WrittenEntries
from ..record.written_numbers import comes_to
from ..text import GRADIENT_COLOR
from . import Style
from .array_notation import ArrayNotation
from .array_spelling import Spelling
from .array_table import notes_and_rounding
from .notation import WrittenLine, distinct
from .rounding import Rounding, sum_sign, sum_text
from .steps import laid_out

LOOKED_AT = 1_000  # entries of a user that are looked through for the one that is asked for
NAMED = 4  # of those that do not contain it


def render(record: ArrayGradient, texts: Sequence[str], style: Style) -> str:
    """Return the lines of the entries that are asked for. Raises `InputError` for a text that names none."""
    entries = [entry for text in texts for entry in asked_entries(record, text)]
    figures = Rounding.of(record, style)
    writer = EntryWriter(record, figures)
    lines = [line for entry in entries for line in writer.lines(entry)]
    found = laid_out(lines, style, GRADIENT_COLOR, hanging=True)
    tail = notes_and_rounding(record, style, figures)
    return "\n".join([*map(style.signs.plain, found), *tail]) + "\n"


class EntryWriter:
    """Writes single entries of a record."""

    def __init__(self, record: ArrayGradient, figures: Rounding) -> None:
        self.record = record
        self.figures = figures
        self.signs = figures.signs
        self.derivation = ArrayDerivation(record, folds=False)
        self.notation = ArrayNotation(self.derivation, figures)
        self.formulas: ArrayFormulas = self.notation.formulas
        self.output = self.notation.output

    def lines(self, entry: EntryRequest) -> list[WrittenLine]:
        """Return the lines of an entry: one for a value, one for each branch of a derivative, and their sum."""
        return self._derivative(entry.node, entry.place) if entry.is_derivative else [self._value(entry)]

    def _value(self, entry: EntryRequest) -> WrittenLine:
        i, k = entry.node, entry.place
        column = self.record.values[i]
        assert column is not None  # all nodes are listed
        number = self.figures.text(column[k])
        own = self._name(i, k)
        if self.record.graph.nodes[i].operation.is_leaf:
            return WrittenLine(own, [number], "given")
        written = self.formulas.of_value(i, [k])
        texts = [text for text in self._both(written) if text != own]
        return WrittenLine(own, distinct([*texts, number]), "" if texts else self.notation.operation(i))

    def _both(self, written: WrittenEntries) -> list[str]:
        """Return a formula in names and in numbers; the latter only where all numbers are known."""
        (root,) = written.roots
        missing: list[str] = []

        def number(name: str) -> str:
            x = written.numbers[name]
            missing.extend([name] if x is None else [])
            return self.figures.text(x)

        names = Spelling(lambda name: name).formula(written.graph, root)
        numbers = Spelling(number).formula(written.graph, root)
        return [names] if missing else [names, numbers]

    def _name(self, i: int, k: int) -> str:
        return entry_names(self.record.labels[i], self.record.shape(i))[k]

    def _slope(self, name: str) -> str:
        return f"d{self.output}/d{name}"

    def _derivative(self, i: int, k: int) -> list[WrittenLine]:
        record, own = self.record, self._name(i, k)
        upstream = record.upstream[i]
        edges = self.derivation.edges_to.get(i, [])[::-1]
        total = "none" if upstream is None else self.figures.text(upstream[k])
        if i == record.output and not edges:
            return [WrittenLine(self._slope(own), [total], "the reverse pass starts here")]
        if not edges:
            return [WrittenLine(self._slope(own), [total], f"{self.output} does not depend on it")]
        lines = []
        for user, position in edges:
            left = self._slope(own)
            if len(edges) > 1:
                left += f" {self.notation.via(user, position if self._several(i, user) else None)}"
            lines.append(self._along(left, i, k, user, position))
        if len(edges) > 1 or i in self.derivation.settled:
            lines.append(self._sum(i, k, edges, total))
        return lines

    def _several(self, i: int, user: int) -> bool:
        return self.record.graph.nodes[user].arguments.count(i) > 1

    def _sum(self, i: int, k: int, edges: Sequence[tuple[int, int]], total: str) -> WrittenLine:
        left = self._slope(self._name(i, k))
        if i in self.derivation.settled:
            return WrittenLine(left, [total], "both one-sided derivatives at a kink agree on it")
        terms = []
        for user, position in edges:
            flows = self.record.contributions[user]
            flow = None if flows is None else flows[position]
            terms.append("none" if flow is None else self.figures.text(flow[k]))
        sign = sum_sign(terms, total, self.signs)
        return WrittenLine(left, [sum_text(terms), total], "multivariable chain rule", sign)

    def _along(self, left: str, i: int, k: int, user: int, position: int) -> WrittenLine:
        """Return the line of an edge: the chain rule over the entries of the user, its formula, numbers, the number."""
        record = self.record
        flows = record.contributions[user]
        flow = None if flows is None else flows[position]
        rule = self.formulas.rule(user, position)
        number = "none" if flow is None else self.figures.text(flow[k])
        if rule is None:
            return WrittenLine(left, [number], "")
        texts = self._both(self.formulas.of_rule(rule, [k]))
        sum_over, remark = self._containing(i, k, user)
        sign = "=" if not texts or comes_to(texts[-1], number) else self.signs.about
        return WrittenLine(left, distinct([sum_over, *texts, number]), remark, sign)

    def _containing(self, i: int, k: int, user: int) -> tuple[str, str]:
        """Return the chain rule over the entries of a user, and which of them do not contain an entry."""
        record, own = self.record, self._name(i, k)
        shape, label = record.shape(user), record.labels[user]
        names = entry_names(label, shape)
        letters = ",".join(LETTERS[: len(shape)])
        one = f"{label}[{letters}]" if shape else label
        term = f"{self._slope(one)}{self.signs.dot}{self.signs.local(one, own)}"
        if user == record.output and not shape and self.figures.text(record.output_adjoint) == "1":
            term = self.signs.local(one, own)
        text = f"sum_{letters.replace(',', '')} {term}" if shape else term
        if not shape or count(shape) > LOOKED_AT:
            return text, ""
        without = [j for j in range(count(shape)) if not self._holds(user, j, own)]
        if not without or len(without) == len(names):
            return text, ""
        if len(without) <= NAMED:
            some = ", ".join(names[j] for j in without)
            return text, f"{some} {'does' if len(without) == 1 else 'do'} not contain {own}"
        return text, f"the other {len(without):,} entries of {label} do not contain {own}"

    def _holds(self, user: int, j: int, own: str) -> bool:
        """Whether an entry of a node is computed from another entry, as far as can be seen; a number for all else."""
        written = self.formulas.of_value(user, [j])
        (root,) = written.roots
        needed = written.graph.needed(root)
        texts = {node.text for node, used in zip(written.graph.nodes, needed, strict=False)
                 if used and node.operation is INPUT}  # fmt: skip
        return own in texts or self._name(user, j) in texts
