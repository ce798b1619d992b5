"""How the parts of a record are put into words, the same in every report that a person reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from ..calculus.gate import Gate
from ..calculus.notes import slope
from ..calculus.operations import CONSTANT, NUMBER
from ..drawing.remarks import lines_of, substantial
from ..record.gradient import Gradient, NodeView
from ..text import cells, clip
from . import Style
from .columns import aligned, entries, padded, wrapped
from .rounding import Rounding, sum_sign, sum_text, with_zeros
from .signs import Signs

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient
    from ..record.verification import Check

Write = Callable[[Any], str]  # how a report writes a number

JOINED_CELLS = 24  # cells for the names of local gradients that are alike
MOST_TERMS = 6
EXPRESSION_CELLS = 120
MANY_INPUTS = 100  # in one line; of more, a few are listed
MOST_LISTED = 12


def legend(signs: Signs, *, short: bool = False) -> str:
    """Return how to read the two kinds of derivative."""
    fixed = "" if short else ", everything else fixed"
    return f"{signs.partial}: along one edge{fixed}; d: along all paths"


def name_of(record: Gradient, view: NodeView) -> str:
    """Return what a node is called, with all its names where it has several: `x, y`."""
    return ", ".join([view.name, *record.graph.others.get(view.id, [])])


def brief(record: Gradient | ArrayGradient, x: Any) -> str:
    """Return a number as reports show it; `none` where there is none."""
    return "none" if x is None else record.system.brief(x)


def dependencies(record: Gradient) -> bytearray:
    """Return which nodes are listed: all of them, or those that the output depends on where it is not the last one."""
    graph = record.graph
    is_last = record.output == graph.output
    return bytearray(b"\1") * len(graph.nodes) if is_last else graph.needed(record.output)


def rows(record: Gradient, nodes: list[int]) -> list[NodeView]:
    """Return the nodes of a table: inputs first, then in order; numerals speak for themselves and are left out."""
    graph = record.graph
    wanted = dependencies(record)
    nodes = [i for i in nodes if wanted[i]]
    shown = [
        i for i in nodes if graph.nodes[i].operation is not NUMBER or i in graph.named.values() or i == record.output
    ]
    inputs = set(graph.inputs.values())
    contributions = record.contributions_to_each(shown)
    return [record.view(i, contributions[i]) for i in sorted(shown, key=lambda i: (i not in inputs, i))]


class Local(NamedTuple):
    """A local gradient as it is written: `∂f/∂q` is its name, `z` its rule, `-4` its number.

    The rule is empty where it is the number itself.
    """

    name: str
    rule: str
    number: str

    def text(self, *, rule: bool = True) -> str:
        """Return it as an equation: `∂f/∂q = z = -4`."""
        return f"{self.name} = {self.rule} = {self.number}" if self.rule and rule else f"{self.name} = {self.number}"


def locals_of(record: Gradient, view: NodeView, write: Write, signs: Signs) -> list[Local]:
    """Return the local gradients with respect to the active arguments, one an edge, in the order of the arguments."""
    found: list[Local] = []
    for edge in (edge for edge in view.arguments if edge.rule):
        number = write(edge.local)
        rule = "" if edge.rule in (number, brief(record, edge.local)) else edge.rule
        found.append(Local(signs.local(view.name, record.labels[edge.node]), rule, number))
    return found


def gate_parts(record: Gradient, view: NodeView, write: Write, signs: Signs) -> list[str]:
    """Return the local gradients of a gate as entries of one line: `∂h1/∂w 0.5`, `/∂x 0.25`; none of other nodes."""
    if not isinstance(record.graph.nodes[view.id].operation, Gate):
        return []
    found = [(record.labels[edge.node], write(edge.local)) for edge in view.arguments if edge.rule]
    return [
        f"{signs.next_local(name) if k else signs.local(view.name, name)} {number}"
        for k, (name, number) in enumerate(found)
    ]


def joined(found: list[Local], room: int) -> list[Local]:
    """Return the local gradients, neighbours that have the same rule and number as one where their names have room."""
    out: list[Local] = []
    for local in found:
        last = out[-1] if out else None
        if last and last[1:] == local[1:] and len(last.name) + len(local.name) + 2 <= room:
            out[-1] = local._replace(name=f"{last.name}, {local.name}")
        else:
            out.append(local)
    return out


def local_texts(record: Gradient, view: NodeView, write: Write, signs: Signs) -> list[str]:
    """Return the local gradients as equations, those of many arguments shortened to the first."""
    found = joined(locals_of(record, view, write, signs), JOINED_CELLS)
    lines = [local.text() for local in found[:MOST_LISTED]]
    return [*lines, f"... ({len(found):,} in all)"] if len(found) > MOST_LISTED else lines


class Upstream(NamedTuple):
    """An upstream gradient: the contributions that are summed, none for fewer than two, and the total.

    `equals` is an arrow where both sides of a kink settle it and not the sum, ≈ where the rounded terms do not add up.
    """

    terms: list[str]
    equals: str
    total: str

    def text(self) -> str:
        """Return it with its sum written out: `-12 - 20 = -32`."""
        return f"{sum_text(self.terms)} {self.equals} {self.total}" if self.terms else self.total


def upstream_of(record: Gradient, view: NodeView, write: Write, signs: Signs) -> Upstream | None:
    """Return the upstream gradient with what arrives at the node; None for what is not differentiated."""
    if not record.active[view.id]:
        return None
    total = write(view.upstream)
    if len(view.contributions) < 2 or view.upstream is None:
        return Upstream([], "=", total)
    many = len(view.contributions)
    terms = [write(term) for term in view.contributions[: many if many <= MOST_TERMS else MOST_TERMS - 1]]
    if many > MOST_TERMS:
        terms.append(f"... ({many:,} terms)")
    settled = any(note.kind == "settled" and note.node == view.id for note in record.notes)
    return Upstream(terms, "->" if settled else sum_sign(terms, total, signs), total)


def kind_text(record: Gradient, view: NodeView) -> str:
    """Return what the expression column says of a node: what it computes, or that it is an input."""
    operation = record.graph.nodes[view.id].operation
    return (
        "input"
        if view.operation == "input"
        else "constant"
        if operation is CONSTANT
        else clip(view.expression, EXPRESSION_CELLS)
    )


def summary(record: Gradient, write: Write | None = None) -> list[str]:
    """Return the answer as the parts of one line: `f = -12`, `gradient: x -4`, `y -4`, `z 3`."""
    write = write or Rounding(record).text
    gradient = record.gradient
    count = len(gradient) if len(gradient) <= MANY_INPUTS else MOST_LISTED
    shares = [f"{name} {write(x)}" for name, x in islice(gradient.items(), count)]
    if count < len(gradient):
        shares.append(f"... ({len(gradient):,} inputs)")
    value = write(record.value)
    name = record.labels[record.output]
    head = name if name == value else f"{name} = {value}"
    return [head, f"gradient: {shares[0]}", *shares[1:]] if shares else [head]


def answer(record: Gradient, write: Write | None = None) -> str:
    """Return the answer in one line: `f = -12, gradient: x -4, y -4, z 3`."""
    return ", ".join(summary(record, write))


def closing(
    record: Gradient, style: Style, figures: Rounding, *, told: bool = True, stepped: bool = True
) -> tuple[list[str], list[str]]:
    """Return what stands below a report: second derivatives, checks, notes, what was rounded; and the answer.

    Without `told` the report itself says what was rounded, without `stepped` it has the new values after a step.
    """
    plain = style.signs.plain
    parts = summary(record, figures.text)  # before it is asked what was rounded
    step = step_parts(record, figures) if record.taken is not None and stepped else []
    hessian = [plain(line) for line in hessian_lines(record, style.width, figures.text)]
    others = [*check_lines(record, figures), *notes(record, figures), figures.remark() if told else ""]
    tail = [*hessian, *(line for text in others if text for line in wrapped(plain(text), style.width))]
    return tail, [*entries(parts, style.width), *(entries(step, style.width) if step else [])]


def step_parts(record: Gradient, figures: Rounding) -> list[str]:
    """Return the new values after a step, as the parts of one line: `step: x = 10 - 0.1*df/dx = 8`."""
    from .step_text import worked_out

    found = worked_out(record, figures, worked=False)
    return [f"step: {found[0]}", *found[1:]] if found else []


def notes(record: Gradient | ArrayGradient, figures: Rounding | None = None) -> list[str]:
    """Return the remarks, at most twelve of them, as lines."""
    if figures is None:
        return lines_of(substantial(record))
    return lines_of(substantial(record), figures.text, options=figures.options)


def hessian_lines(record: Gradient, width: int | None = None, write: Write | None = None) -> list[str]:
    """Return the second derivatives as a matrix, its columns aligned; entry by entry where there is no room for it."""
    if record.hessian is None:
        return []
    write = write or Rounding(record).text
    names = list(record.hessian)
    output = record.labels[record.output]
    numbers = [[write(row[name]) for name in names] for row in record.hessian.values()]
    columns = [["", *names]]
    columns += [[name, *aligned(row[k] for row in numbers)] for k, name in enumerate(names)]
    widths = [max(map(cells, column)) for column in columns]
    lines = [f"Hessian, d²{output} by row and column:"]
    for texts in zip(*columns, strict=True):
        lines.append("  ".join(padded(text, w, right=True) for text, w in zip(texts, widths, strict=True)).rstrip())
    if width is None or all(cells(line) <= width for line in lines):
        return lines
    rows = zip(names, numbers, strict=True)
    found = [f"{slope(output, (a, b))} = {x}" for a, row in rows for b, x in zip(names, row, strict=True)]
    return entries(found, width)


def check_lines(record: Gradient | ArrayGradient, figures: Rounding) -> list[str]:
    """Return what --verify found: one line per input, and the rule. Numbers that disagree have all digits."""
    if record.checks is None:
        return []
    from ..record.verification import RULE

    return [*(check_line(record, check, figures) for check in record.checks), rule_of(record.checks, RULE)]


def rule_of(checks: Sequence[Check], rule: str) -> str:
    """Return the rule by which numbers are accepted, or that there were none."""
    return rule if any(check.verdict != "skipped" for check in checks) else "verify: nothing was compared"


def check_line(record: Gradient | ArrayGradient, check: Check, figures: Rounding) -> str:
    """Return what a check found, in one line."""
    if check.verdict == "skipped":
        worded = (note.worded(figures.text).message for note in record.notes if note.message == check.why)
        return f"verify {check.name}: skipped, {next(worded, check.why)}"
    agrees = check.verdict == "agrees"
    count = figures.count if agrees and isinstance(check.reverse, float) else 12
    reverse = figures.text(check.reverse) if agrees else brief(record, check.reverse)
    line = f"verify {check.name}: {check.verdict}; reverse {reverse}, forward {with_zeros(check.forward or 0.0, count)}"
    if check.difference is not None:
        difference = with_zeros(float(f"{check.difference:.10g}"), min(count, 10))
        line += f", differences {difference} (step {check.step:.2g}, error {check.error:.1g})"
    return f"{line}, {check.why}" if check.why else line
