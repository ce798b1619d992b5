"""A program compiled once to straight-line Python: its value and gradient at a row, or the word that it is not certain.

The code is written by running the table's rules and the reverse sweep on numbers that are variables of the code. All
names in it are generated; the user's text never gets there. It answers for ordinary rows only: a row at a kink, outside
a domain, beyond the ranges of `terms`, or not certain to twelve digits yields None, and is left to `evaluate`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..calculus.graph import Graph
from ..calculus.linearization import Linearization
from ..calculus.operations import INPUT
from ..calculus.sweeps import Forward, Partials, leaf
from ..calculus.table_parts import Kink, Operation
from ..numbers.enclosures import CERTAIN_RTOL
from ..numbers.error_arithmetic import UNIT, Bound
from ..numbers.ieee import IEEE
from ..numbers.systems import FLOAT, Undecided
from .branches import Side, branches, evaluation_order
from .code import PRODUCT, Code, Expression, Untraceable, leaves, loop, several, total
from .terms import BOUNDS, SLACK, Term
from .tracing import CALLED, HUGE, Tracer

MAX_NODES = 10_000
UNANSWERED = (ArithmeticError, ValueError, Undecided)


class Wanted(NamedTuple):
    """What a row is to yield: the output, the inputs to differentiate with respect to, and further nodes."""

    output: int
    wrt: tuple[str, ...]
    nodes: tuple[int, ...]


class Trace(NamedTuple):
    """The code of a program: its columns of input, and what it yields; None is a number that does not exist."""

    code: Code
    inputs: tuple[str, ...]
    results: list[Term | None]


def trace(
    graph: Graph, columns: Sequence[str], constants: Mapping[str, float], wanted: Wanted, *, ieee: bool, arrays: bool
) -> Trace | None:
    """Return the code that computes what is wanted of a row, or None where it cannot be written."""
    if len(graph.nodes) > MAX_NODES:
        return None
    try:
        return CodeWriter(graph, Tracer(Code(columns=arrays), bounded=not ieee), wanted).trace(columns, constants)
    except (Untraceable, Undecided):
        return None


class CodeWriter:
    """Writes the code of one graph."""

    S: Any

    def __init__(self, graph: Graph, S: Any, wanted: Wanted) -> None:
        self.graph = graph
        self.S = S
        self.code = S.code
        self.wanted = wanted
        self.values: list[Any] = [None] * len(graph.nodes)

    def sides(self, where: frozenset[Side] | None) -> list[tuple[str, bool]]:
        """Return the conditions under which a node counts: the variables of comparisons, and their outcomes."""
        found = []
        for i, position in sorted(where or ()):
            condition = self.values[self.graph.nodes[i].arguments[0]]
            if condition.const is None:
                found.append((self.truth(condition), position == 1))
        return found

    def truth(self, condition: Term) -> str:
        """Return the float that a condition is: 1 or 0."""
        return condition.name

    def trace(self, columns: Sequence[str], constants: Mapping[str, float]) -> Trace:
        """Write the forward pass, the partials and the reverse pass."""
        graph, S, wanted = self.graph, self.S, self.wanted
        point = {name: Term(S, f"x{k}") for k, name in enumerate(columns)}
        point |= {name: S.from_number(x) for name, x in constants.items()}
        wheres = branches(graph, {wanted.output, *wanted.nodes})
        for i in evaluation_order(graph, wheres):
            operation, arguments, text, _ = graph.nodes[i]
            if arguments:
                with self.code.branch(self.sides(wheres[i])):
                    self.values[i] = self.value(operation, [self.values[a] for a in arguments])
            else:
                self.values[i] = point[text] if operation is INPUT else leaf(S, operation, text)
        active = graph.active({graph.inputs[name] for name in wanted.wrt})
        live = branches(graph, {wanted.output})
        rows: list[Any] = [(None,) * len(node.arguments) for node in graph.nodes]
        for i, where in enumerate(live):
            if where is not None and active[i]:
                with self.code.branch(self.sides(wheres[i])):
                    rows[i] = self.partials(i, active)
        linearization = Linearization(S, graph, Forward(self.values, {}), active, Partials(rows, {}, []))
        upstream = linearization.vjp(wanted.output, S.one).upstream
        slopes = [graph.inputs[name] for name in wanted.wrt]
        results = [self.values[wanted.output], *(upstream[i] for i in slopes)]
        for i in wanted.nodes:
            results += [self.values[i], upstream[i]]
        for x in results:
            if x is not None:
                self.check(x)
        return Trace(self.code, tuple(columns), results)

    def check(self, x: Term) -> None:
        """Guard a result so that it is certain, or in plain binary64 finite. Raises `Untraceable` where it never is."""
        if not self.S.bounded:
            if x.const is None:
                self.code.require("abs({}) < inf", x.name)
        elif x.err is not None:
            self.code.require("{} <= {} * {}", x.err, repr(CERTAIN_RTOL / SLACK), self.S.magnitude(x))
        elif x.rel * UNIT > CERTAIN_RTOL / SLACK:
            raise Untraceable("never certain")

    # ---- nodes

    def value(self, operation: Operation, operands: list[Any]) -> Any:
        """Write the value of an operation, guarded by its domain."""
        S = self.S
        if operation.domain is not None:
            self.assume(operation.domain.holds, operands, wanted=True)
        return self.number(operation.value, operands, lambda: S.fork(lambda: operation.value(S, *operands)))

    def partials(self, i: int, active: Sequence[int]) -> tuple[Any, ...]:
        """Write the local gradients of a node with respect to its active arguments, guarded against kinks."""
        S, (operation, arguments, _, _) = self.S, self.graph.nodes[i]
        v, operands = self.values[i], [self.values[a] for a in arguments]
        if operation.kink is not None:
            self.avoid(operation.kink, operands)
        if operation.jacobian_row is not None:
            return self.jacobian_row(operation.jacobian_row, v, operands, [active[a] for a in arguments])
        row: list[Any] = []
        for a, partial in zip(arguments, operation.partials, strict=True):
            rule, inactive_where, undefined_where = partial.rule, partial.inactive_where, partial.undefined_where
            if not active[a]:
                row.append(None)
                continue
            if undefined_where is not None:
                self.assume(undefined_where, [v, *operands], wanted=False)
            if inactive_where is not None and _always(inactive_where, S, [v, *operands]):
                row.append(None)
                continue
            if inactive_where is not None:
                self.assume(inactive_where, [v, *operands], wanted=False)
            row.append(self.number(rule, [v, *operands], lambda rule=rule: S.fork(lambda: rule(S, v, *operands))))  # type: ignore[misc]
        return tuple(row)

    def jacobian_row(self, rule: Any, v: Any, operands: list[Any], active: Sequence[int]) -> tuple[Any, ...]:
        """Write the local gradients of an operation with an open number of arguments."""
        try:
            row = rule(self.S, v, operands)
        except Untraceable:
            listed = several([self.operand(x) for x in operands])
            call = self.call(rule, Expression("{}, [{}]", self.operand(v), listed))
            row = [self.given(self.code.let("{}[{}]", call, str(k))) if on else None for k, on in enumerate(active)]
        return tuple(d if on else None for d, on in zip(row, active, strict=True))

    def avoid(self, kink: Kink, operands: list[Any]) -> None:
        """Guard the row against a kink."""
        if kink.tie:  # which argument is the largest changes from row to row
            for k, x in enumerate(operands):
                for y in operands[:k]:
                    self.assume(lambda S, x, y: S.equal(x, y), [x, y], wanted=False)
        else:
            self.assume(kink.at, operands, wanted=False)

    def assume(self, predicate: Any, operands: list[Any], *, wanted: bool) -> None:
        """Guard the row so that a predicate of the table has the wanted outcome for certain."""
        try:
            self.code.assume(lambda: predicate(self.S, *operands), wanted)
        except Untraceable:
            called = self.call(predicate, several([self.operand(x) for x in operands]))
            self.code.require("{}" if wanted else "not {}", called)

    # ---- rules without straight-line code: called in the number system itself

    def number(self, rule: Any, operands: list[Any], write: Callable[[], Any]) -> Any:
        """Return what `write` writes for a rule, or else the result of calling the rule row by row."""
        try:
            return write()
        except Untraceable:
            return self.given(self.call(rule, several([self.operand(x) for x in operands])))

    def call(self, rule: Any, operands: Expression) -> str:
        """Return the variable that holds what a rule of the table returns in the number system of the rows.

        Raises `Untraceable` in code for columns, which has no such call.
        """
        code = self.code
        if code.columns:
            raise Untraceable("row by row")
        system = BOUNDS if self.S.bounded else IEEE
        return code.let("{}({}, {})", code.refer(rule), code.refer(system), operands)

    def operand(self, x: Term) -> str:
        """Return a term as a number of that system."""
        return Expression("Bound({}, {})", x.name, self.S.error(x)) if self.S.bounded else x.name

    def given(self, variable: str) -> Term:
        """Return a number of that system as a term."""
        S, let = self.S, self.code.let
        if not S.bounded:
            return Term(S, variable)
        self.code.require("{}.r < inf", variable)
        value = Term(S, let("{}.v", variable), low=-HUGE, high=HUGE)
        return S.absolute(value, [("{}.r", (variable,), -HUGE)])


def _always(predicate: Any, S: Any, operands: list[Any]) -> bool:
    """Whether a predicate of the table holds whatever the row: decided while the code is written."""
    try:
        return bool(predicate(S, *operands))
    except Untraceable:
        return False


# ---- from code to functions


class _Line(NamedTuple):
    """An assignment, or a guard without a name, and the variables of other assignments in its expression."""

    name: str
    expression: str
    uses: list[str]


def _needed(trace: Trace) -> tuple[list[_Line], list[_Line]]:
    """Return the assignments that results and guards depend on, and the guards."""
    code = trace.code
    lines = [_Line(name, text, [x for x in code.leaves[name] if x in code.leaves]) for name, text in code.lines]
    guards = [_Line("", guard, [x for x in found if x in code.leaves]) for guard, found in code.guards.items()]
    used = {x.name for x in trace.results if x is not None}.union(*(guard.uses for guard in guards))
    kept = []
    for line in reversed(lines):
        if line.name in used:
            used.update(line.uses)
            kept.append(line)
    return kept[::-1], guards


def assignments(trace: Trace) -> list[str]:
    """Return the assignments that results and guards depend on."""
    return [f"{line.name} = {line.expression}" for line in _needed(trace)[0]]


def column_lines(trace: Trace) -> list[str]:
    """Return the same for columns, and the guards: `kept` are the rows that they all keep.

    A column goes after its last use, and guards are asked early: the few columns that live stay in the processor's
    caches.
    """
    lines, guards = _needed(trace)
    lines = _in_sums(lines, guards, trace)
    places = {line.name: k for k, line in enumerate(lines)}
    results = {x.name for x in trace.results if x is not None}
    asked: dict[int, list[_Line]] = {}
    for guard in guards:
        asked.setdefault(max((places[name] for name in guard.uses if name in places), default=-1), []).append(guard)
    last: dict[str, int] = {}
    for k, line in enumerate(lines):
        last |= dict.fromkeys((line.name, *line.uses, *(name for guard in asked.get(k, ()) for name in guard.uses)), k)
    gone: dict[int, list[str]] = {}
    for name, k in last.items():
        if name in places and name not in results:
            gone.setdefault(k, []).append(name)
    found = ["kept = True"]
    for k in range(-1, len(lines)):
        found += [f"{lines[k].name} = {lines[k].expression}"] if k >= 0 else []
        found += [f"kept = kept & ({guard.expression})" for guard in asked.get(k, ())]
        found += [f"del {', '.join(gone[k])}"] if k in gone else []
    return found


def _in_sums(lines: Sequence[_Line], guards: Sequence[_Line], trace: Trace) -> list[_Line]:
    """Return the lines with products that only one sum uses written in that sum: fewer columns live at a time."""
    uses = Counter(name for line in (*lines, *guards) for name in line.uses)
    uses.update(x.name for x in trace.results if x is not None)
    code = trace.code
    products = {line.name: Expression(PRODUCT, *code.leaves[line.name]) for line in lines
                if line.name in code.products and uses[line.name] == 1}  # fmt: skip
    found: list[_Line] = []
    written: set[str] = set()
    for line in lines:
        if line.name in code.totals:
            written |= products.keys() & line.uses
            whole = total([products.get(term, term) for term in code.leaves[line.name]])
            line = _Line(line.name, whole, [x for x in leaves(whole.parts) if x in code.leaves])
        found.append(line)
    return [line for line in found if line.name not in written]


def function(trace: Trace, head: str, body: Iterable[str], names: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the function of these lines."""
    source = "\n".join([head, *body])
    scope = {"inf": math.inf, "Bound": Bound, "UNANSWERED": UNANSWERED, **trace.code.names, **names}
    exec(compile(source, "<row>", "exec"), scope)
    run: Callable[..., Any] = scope["run"]
    return run


def single(*, ieee: bool) -> dict[str, Any]:
    """Return the functions that code for single numbers calls."""
    S = IEEE if ieee else FLOAT
    return {**{name: getattr(S, name) for name in CALLED}, "copysign": math.copysign, "total": S.sum}


class Kept(NamedTuple):
    """The place of a kept column in the layout of a row."""

    column: int


class ResultPlace(NamedTuple):
    """The place of a result in the layout of a row."""

    place: int


def row_function(
    trace: Trace, layout: Sequence[str | Kept | ResultPlace], nothing: str, kept: int, *, ieee: bool
) -> Callable[..., list[str | None]]:
    """Return the function from rows (the inputs, then the kept texts) to their texts; None for a row left to others."""
    results = trace.results
    counts = [x.name for x in (results[p.place] for p in layout if isinstance(p, ResultPlace)) if x is not None]
    shared = {name: f"s{k}" for k, name in enumerate(dict.fromkeys(n for n in counts if counts.count(n) > 1))}
    fixed: dict[str, str] = {}  # the texts that all rows have -> the variables that hold them
    pieces, waiting = [], ""
    for part in (*layout, None):
        if isinstance(part, str):
            waiting += part
            continue
        x = results[part.place] if isinstance(part, ResultPlace) else None
        if isinstance(part, ResultPlace) and (x is None or x.const is not None):
            waiting += nothing if x is None or x.const is None else repr(x.const.v)
            continue
        if waiting:
            pieces.append(fixed.setdefault(waiting, f"p{len(fixed)}"))
            waiting = ""
        if isinstance(part, Kept):
            pieces.append(f"k{part.column}")
        elif x is not None:
            pieces.append(shared.get(x.name, f"{x.name}!r"))
    texts = [f"{s} = repr({name})" for name, s in shared.items()]
    row = f'f"{"".join(f"{{{piece}}}" for piece in pieces)}"'
    names = {**{name: text for text, name in fixed.items()}, **single(ieee=ieee)}
    head = f"def run(rows{''.join(f', {name}={name}' for name in fixed.values())}):"
    columns = [*inputs_of(trace), *(f"k{k}" for k in range(kept))]
    return function(trace, head, loop(columns, assignments(trace), trace.code.guards, texts, row), names)


def number_function(trace: Trace, *, ieee: bool) -> Callable[..., list[tuple[float, ...] | None]]:
    """Return the function from rows of inputs to rows of numbers; None for a row left to others."""
    row = f"({''.join(f'{x.name}, ' for x in trace.results if x is not None)})"
    lines = loop(inputs_of(trace), assignments(trace), trace.code.guards, [], row)
    return function(trace, "def run(rows):", lines, single(ieee=ieee))


def inputs_of(trace: Trace) -> list[str]:
    """Return the variables of the inputs."""
    return [f"x{k}" for k in range(len(trace.inputs))]


def column_function(trace: Trace, functions: Mapping[str, Any]) -> Callable[..., tuple[Any, list[Any]]]:
    """Return the function from columns of inputs to the rows that count, True or a mask, and the columns of results."""
    results = ", ".join("None" if x is None else x.name for x in trace.results)
    body = [*(f"    {line}" for line in column_lines(trace)), f"    return kept, [{results}]"]
    head = f"def run({', '.join(inputs_of(trace))}):"
    return function(trace, head, body, functions)
