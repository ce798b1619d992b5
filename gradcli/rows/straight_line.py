"""A program as straight-line code for the numbers of any system: floats that know their error, or balls.

The operations, and their order, are those of the sweeps: what such code settles is what the main job would settle in
the same system, number for number. It answers for ordinary rows only, as the code of `compiled` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MethodType
from typing import Any

from ..calculus.graph import Graph
from ..errors import GradcliError
from ..numbers.derived_functions import DerivedFunctions
from ..numbers.functions import FUNCTIONS
from ..numbers.systems import Undecided
from .code import PRODUCT, Code, CodeCondition, Expression, Untraceable, loop, several
from .compiled import MAX_NODES, UNANSWERED, CodeWriter, Trace, Wanted, assignments, column_lines, function, inputs_of
from .terms import Arithmetic, Term

# Functions without a decision: their own operations are written down where the system has no better ones.
DERIVED = ("inverse_square", "inverse_one_plus_square", "normal_cdf", "normal_pdf")
Take = Callable[[tuple[Any, ...]], Any]


class StraightLine:
    """The code of a program for the numbers of the system `S`.

    `gated` says that it adds zeros where the sweeps add nothing, which a bound on an error feels.
    """

    def __init__(self, S: Any, code: Trace, *, gated: bool) -> None:
        self.S = S
        self.gated = gated
        self._present = [x is not None for x in code.results]
        self._run = function(code, "def run(rows, take):", _loop(code), _names(S))

    def answers(self, rows: Iterable[Sequence[float]], take: Take) -> list[Any]:
        """Return what `take` makes of the numbers of each row of inputs; None for a row left to others."""
        with self.S.at_work():
            found: list[Any] = self._run(rows, take)
        return found

    def placed(self, numbers: Sequence[Any] | None) -> list[Any] | None:
        """Return the numbers of a row in the order of what is wanted, with None for those that exist in no row."""
        if not numbers:  # None, and a mark that stands for numbers
            return numbers  # type: ignore[return-value]
        given = iter(numbers)
        return [next(given) if here else None for here in self._present]


class ColumnLine:
    """The code of a program for whole columns of numbers, in a system that says which rows it keeps."""

    def __init__(self, S: Any, code: Trace, *, gated: bool) -> None:
        self.S = S
        self.gated = gated
        self._present = [x is not None for x in code.results]
        self._run = function(code, *_columns(code), _names(S))

    def answers(self, columns: Sequence[Any]) -> tuple[Any, list[Any]]:
        """Return which rows are kept, and the columns of the numbers; None for those that exist in no row."""
        self.S.kept = True
        with self.S.at_work():
            guards, found = self._run(*columns)
        given = iter(found)
        return self.S.kept & guards, [next(given) if here else None for here in self._present]


def _names(S: Any) -> dict[str, Any]:
    """Return what the code calls by name."""
    names = {"number": S.from_number, "less": S.less, "equal": S.equal, "total": S.sum, "where": S.where}
    return {**names, "UNANSWERED": UNSETTLED}


UNSETTLED = (*UNANSWERED, GradcliError)


def _loop(code: Trace) -> list[str]:
    """Return the lines of a function that goes through rows of inputs, and takes what is wanted of each."""
    names = inputs_of(code)
    results = "".join(f"{x.name}, " for x in code.results if x is not None)
    lines = [*(f"{name} = number({name})" for name in names), *assignments(code)]
    return loop(names, lines, code.code.guards, [], f"take(({results}))")


def _columns(code: Trace) -> tuple[str, list[str]]:
    """Return the head and the body of a function of columns."""
    names = inputs_of(code)
    results = "".join(f"{x.name}, " for x in code.results if x is not None)
    lines = [*(f"{name} = number({name})" for name in names), *column_lines(code), f"return kept, [{results}]"]
    return f"def run({', '.join(names)}):", [f"    {line}" for line in lines]


def straight_line(
    graph: Graph, columns: Sequence[str], constants: Mapping[str, float], wanted: Wanted, S: Any
) -> StraightLine | None:
    """Return the code that computes what is wanted of a row in the number system `S`; None where there is none."""
    found = _traced(graph, columns, constants, wanted, S, arrays=False)
    return None if found is None else StraightLine(S, found[0], gated=found[1])


def column_line(
    graph: Graph, columns: Sequence[str], constants: Mapping[str, float], wanted: Wanted, S: Any
) -> ColumnLine | None:
    """Return the code that computes what is wanted of whole columns in the number system `S`, or None.

    There is none where `S` leaves a constant to others: it is computed here, and not in a row.
    """
    S.kept = True
    found = _traced(graph, columns, constants, wanted, S, arrays=True)
    return None if found is None or not S.kept else ColumnLine(S, found[0], gated=found[1])


def _traced(
    graph: Graph, columns: Sequence[str], constants: Mapping[str, float], wanted: Wanted, S: Any, *, arrays: bool
) -> tuple[Trace, bool] | None:
    """Return the code, and whether a gate stands in it."""
    if len(graph.nodes) > MAX_NODES:
        return None
    with S.at_work():
        numbers = _Numbers(Code(columns=arrays), S)
        try:
            code = _Writer(graph, numbers, wanted).trace(columns, constants)
        except (Untraceable, Undecided):
            return None
    return code, numbers.gated


class _Numbers(Arithmetic):
    """The number system that writes the table's rules down as code for the numbers of another one."""

    def __init__(self, code: Code, S: Any) -> None:
        self.inner = S
        self.gated = False
        for name in DERIVED:
            if getattr(type(S), name) is getattr(DerivedFunctions, name):
                setattr(self, name, MethodType(getattr(DerivedFunctions, name), self))
        super().__init__(code, bounded=False)
        self.zero, self.one, self.two, self.ten = (self.constant(x) for x in (S.zero, S.one, S.two, S.ten))
        code.stand_in = self.one.name

    def constant(self, x: Any) -> Term:
        """Return a number that is known while the code is written."""
        name = f"c{len(self.code.names)}"
        self.code.names[name] = x
        return Term(self, name, const=x)

    def from_number(self, x: float) -> Term:
        """Return a binary64."""
        return self.constant(self.inner.from_number(x))

    def term(self, x: Any) -> Term:
        """Return a number of a rule, or one of its small integers, as a term."""
        return x if x.__class__ is Term else self.from_number(float(x))

    def number(self, text: str) -> Term:
        """Return a numeral."""
        return self.constant(self.inner.number(text))

    def pi(self) -> Term:
        """Return pi."""
        return self.constant(self.inner.pi())

    def add(self, a: Term, b: Term, *, minus: bool = False) -> Term:
        """Return a + b, or a - b."""
        if a.const is not None and b.const is not None:
            return self.constant(a.const - b.const if minus else a.const + b.const)
        return Term(self, self.code.let("{} - {}" if minus else "{} + {}", a.name, b.name))

    def multiply(self, a: Term, b: Term) -> Term:
        """Return a*b; 0 where a gate of b is closed. A slope of 1 behind a gate costs nothing, as in the sweeps."""
        if b.gate is not None:
            self.gated = True
            inside = a if b.name == self.one.name else self.multiply(a, b.replaced(gate=None))
            return self.choice(b.gate, inside, self.zero)
        if a.const is not None and b.const is not None:
            return self.constant(a.const * b.const)
        return Term(self, self.code.let(PRODUCT, a.name, b.name))

    def divide(self, a: Term, b: Term) -> Term:
        """Return a/b."""
        if a.const is not None and b.const is not None:
            return self.constant(a.const / b.const)
        return Term(self, self.code.let("{} / {}", a.name, b.name))

    def sum(self, terms: Sequence[Any]) -> Term:
        """Return the sum."""
        return Term(self, self.code.total([self.term(t).name for t in terms]))

    def less(self, x: Any, y: Any) -> Any:
        """Return the condition x < y."""
        return self._asked("less", x, y)

    def equal(self, x: Any, y: Any) -> Any:
        """Return the condition x = y."""
        return self._asked("equal", x, y)

    def surely_less(self, x: Any, y: Any) -> Any:
        """Return in columns that it is not sure: rules then ask further. Raise elsewhere: the rule is asked by row."""
        if self.code.columns:
            return False
        raise Untraceable("surely_less")

    def _asked(self, question: str, x: Any, y: Any) -> Any:
        """Return a condition whose outcome the numbers decide, or else leave the row."""
        x, y = self.term(x), self.term(y)
        if x.const is not None and y.const is not None:
            return getattr(self.inner, question)(x.const, y.const)
        answer = Expression("{}({}, {})", question, x.name, y.name)
        opposite = Expression("~{}" if self.code.columns else "not {}", answer)
        return CodeCondition(self.code, answer, opposite, plain=True)

    def tie_weights(self, v: Term, args: Sequence[Term]) -> list[Any]:
        """Return the local gradients of max and min: v is one of the arguments, which are surely distinct."""
        return [self.one.replaced(gate=Expression("equal({}, {})", x.name, v.name)) for x in args]

    def dot(self, xs: Sequence[Any], ys: Sequence[Any]) -> Term:
        """Return the sum of the products of two vectors."""
        vectors = ([self.term(x).name for x in some] for some in (xs, ys))
        return self._called("dot", *(Expression("[{}]", several(names)) for names in vectors))

    def softmax(self, v: Any, args: Sequence[Any]) -> list[Any]:
        """Raise: the rule is called row by row."""
        raise Untraceable("softmax")

    def _called(self, name: str, *arguments: str) -> Term:
        if name not in self.code.names:
            self.code.names[name] = self.inner.function(name)
        return Term(self, self.code.let("{}({})", name, several(arguments)))


def _function(name: str) -> Any:
    def call(self: _Numbers, *arguments: Any) -> Term:
        terms = [self.term(x) for x in arguments]
        if self.code.columns and all(x.const is not None for x in terms):  # columns have fewer questions to ask
            return self.constant(self.inner.function(name)(*(x.const for x in terms)))
        return self._called(name, *(x.name for x in terms))

    call.__doc__ = f"Return {name} of terms."
    return call


for _name in FUNCTIONS - {"pi"}:
    setattr(_Numbers, _name, _function(_name))


class _Writer(CodeWriter):
    """Writes the code of one graph for the numbers of a system."""

    S: _Numbers

    def truth(self, condition: Term) -> str:
        """Return the float that a condition is."""
        return Expression("{}({})", self.code.refer(self.S.inner.approximate), condition.name)

    def check(self, x: Term) -> None:
        """Leave it to whoever takes the numbers."""

    def call(self, rule: Any, operands: Expression) -> str:
        """Return the variable that holds what a rule of the table returns in the number system of the rows."""
        code = self.code
        if code.columns:
            raise Untraceable("row by row")
        return code.let("{}({}, {})", code.refer(rule), code.refer(self.S.inner), operands)

    def operand(self, x: Term) -> str:
        """Return a term as a number of that system."""
        return x.name

    def given(self, variable: str) -> Term:
        """Return a number of that system as a term."""
        return Term(self.S, variable)
