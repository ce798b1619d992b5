"""Code being written: assignments to variables, guards, and the decisions that rules take while that happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

MAX_LINES = 100_000
MAX_DECISIONS = 5


PRODUCT = "{} * {}"


class Untraceable(Exception):
    """A rule that cannot be written down as straight-line code."""


class Expression(str):
    """A piece of the code, and what stands in the gaps of its template: variables, numerals and other pieces.

    A variable that stands in the template itself is lost: nothing knows then that the piece reads it.
    """

    __slots__ = ("parts",)
    parts: tuple[str, ...]

    def __new__(cls, template: str, *parts: str) -> Expression:
        """Return a template with its gaps filled."""
        found = super().__new__(cls, template.format(*parts))
        found.parts = parts
        return found


def leaves(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the variables and numerals in some pieces, left to right."""
    if Expression not in map(type, parts):
        return parts
    found: list[str] = []
    pending = [*reversed(parts)]
    while pending:
        part = pending.pop()
        if isinstance(part, Expression):
            pending += reversed(part.parts)
        else:
            found.append(part)
    return tuple(found)


def several(parts: Sequence[str], between: str = ", ") -> Expression:
    """Return pieces one after the other."""
    return Expression(between.join(["{}"] * len(parts)), *parts)


def total(terms: Sequence[str]) -> Expression:
    """Return the code of the correctly rounded sum of some variables."""
    return Expression("total([{}])", several(terms))


class CodeCondition:
    """A comparison in the code: expressions that hold where it is surely true, and where it is surely false.

    Either may be empty: it is never known. `plain` says that one of them always holds.
    """

    __slots__ = ("code", "no", "plain", "yes")

    def __init__(self, code: Code, yes: str, no: str, *, plain: bool = False) -> None:
        self.code = code
        self.yes = yes
        self.no = no
        self.plain = plain

    def __bool__(self) -> bool:
        return self.code.decide(self)


Decisions = list[tuple[CodeCondition, bool]]


class Code:
    """Straight-line code. `lines` are its assignments, `guards` the conditions without which a row does not count.

    `leaves` has the variables and numerals of every assignment, left to right; `guards` have theirs. `products` and
    `totals` are variables that hold just that.

    With `columns` the code is for NumPy arrays, else for single numbers. `stand_in` is the number that variables of a
    branch hold where it is not taken. `names` is what it refers to beside its own variables.
    """

    def __init__(self, *, columns: bool) -> None:
        self.columns = columns
        self.stand_in = "1.0"
        self.lines: list[tuple[str, str]] = []
        self.leaves: dict[str, tuple[str, ...]] = {}
        self.products: set[str] = set()
        self.totals: set[str] = set()
        self.guards: dict[str, tuple[str, ...]] = {}
        self.names: dict[str, Any] = {}
        self._known: dict[str, str] = {}
        self._branch: tuple[Expression, Expression] | None = None
        self._script: list[bool] | None = None
        self._decisions: Decisions = []

    def let(self, template: str, *parts: str) -> str:
        """Return the variable that holds an expression; an expression already written is not written again.

        Raises `Untraceable` for code that grows too long.
        """
        text = template.format(*parts)
        name = self._known.get(text)
        if name is None and self._branch is not None:
            chosen = self.choose(self._branch[0], Expression(template, *parts), self.stand_in)
            template, parts = "({})", (chosen,)
            text = template.format(chosen)
            name = self._known.get(text)
        if name is None:
            if len(self.lines) >= MAX_LINES:
                raise Untraceable("too long")
            name = self._known[text] = f"v{len(self.lines)}"
            self.lines.append((name, text))
            self.leaves[name] = leaves(parts)
            if template == PRODUCT:
                self.products.add(name)
        return name

    def total(self, terms: Sequence[str]) -> str:
        """Return the variable that holds a sum."""
        name = self.let("{}", total(terms))
        if self._branch is None:
            self.totals.add(name)
        return name

    def require(self, template: str, *parts: str) -> None:
        """Make a condition a guard."""
        if self._branch is not None:
            template, parts = "{}", (self.either(self._branch[1], Expression(template, *parts)),)
        self.guards[template.format(*parts)] = leaves(parts)

    @contextmanager
    def branch(self, sides: Sequence[tuple[str, bool]]) -> Iterator[None]:
        """Write what follows for rows where the conditions have these outcomes; elsewhere it is 1, without guards."""
        if sides:
            taken = [Expression(f"{{}} {'==' if outcome else '!='} 1.0", condition) for condition, outcome in sides]
            skipped = [Expression(f"{{}} {'!=' if outcome else '=='} 1.0", condition) for condition, outcome in sides]
            self._branch = self.both(*taken), self.either(*skipped)
        try:
            yield
        finally:
            self._branch = None

    def refer(self, thing: Any) -> str:
        """Return the name by which the code can use an object."""
        for name, known in self.names.items():
            if known is thing:
                return name
        name = f"r{len(self.names)}"
        self.names[name] = thing
        return name

    def either(self, *conditions: str) -> Expression:
        """Return the condition that one of them holds."""
        return self._joined(conditions, " | " if self.columns else " or ")

    def both(self, *conditions: str) -> Expression:
        """Return the condition that all of them hold."""
        return self._joined(conditions, " & " if self.columns else " and ")

    def _joined(self, conditions: Sequence[str], sign: str) -> Expression:
        if len(conditions) == 1:
            return Expression("{}", *conditions)
        grouped = [Expression("({})", c) for c in conditions] if self.columns else conditions
        return Expression("({})", several(grouped, sign))

    def choose(self, condition: str, a: str, b: str) -> Expression:
        """Return the expression that is a where the condition holds, else b."""
        if self.columns:
            return Expression("where({}, {}, {})", condition, a, b)
        return Expression("{} if {} else {}", a, condition, b)

    # ---- decisions

    def decide(self, condition: CodeCondition) -> bool:
        """Return the outcome that the script has for the next decision. Raises `Untraceable` outside of `runs`."""
        if self._script is None:
            raise Untraceable("a decision")
        place = len(self._decisions)
        outcome = self._script[place] if place < len(self._script) else False
        self._decisions.append((condition, outcome))
        return outcome

    def runs(self, rule: Callable[[], Any], most: int = MAX_DECISIONS) -> list[tuple[Any, Decisions]]:
        """Return what a rule yields for every outcome of its decisions, and the decisions; all false comes first.

        Raises `Untraceable` beyond a number of decisions.
        """
        found: list[tuple[Any, Decisions]] = []
        scripts: list[list[bool]] = [[]]
        while scripts:
            script = scripts.pop()
            self._script, self._decisions = script, []
            try:
                found.append((rule(), self._decisions))
            finally:
                self._script = None
            outcomes = [outcome for _, outcome in self._decisions]
            if len(outcomes) > most:
                raise Untraceable("too many decisions")
            scripts += [[*outcomes[:k], True] for k in range(len(script), len(outcomes))]
        return found

    def assume(self, predicate: Callable[[], Any], wanted: bool) -> None:
        """Guard the row so that a predicate of the table is `wanted` for certain, by whatever outcomes lead there.

        Raises `Untraceable` where it never is.
        """
        ways: list[list[str]] = []
        for result, decisions in self.runs(lambda: bool(predicate())):
            if result is not wanted or any(outcome and not c.yes for c, outcome in decisions):
                continue
            needed = [c.yes if outcome else c.no for c, outcome in decisions]
            guards = [guard for guard in needed if guard]
            if not guards:
                return
            ways.append(guards)
        if not ways:
            raise Untraceable("a condition that does not hold")
        for guard in ways[0] if len(ways) == 1 else [self.either(*(self.both(*guards) for guards in ways))]:
            self.require("{}", guard)


def loop(names: Sequence[str], lines: Iterable[str], guards: Iterable[str], last: Sequence[str], row: str) -> list[str]:
    """Return the body of a function that returns what `row` makes of each of some rows, None of one left to others.

    `names` are the variables that a row is taken apart into. `last` are lines that only count where the guards hold.
    """
    return [
        "    out = []",
        "    append = out.append",
        f"    for {', '.join(names) or '_'}{',' if names else ''} in rows:",
        "        try:",
        *(f"            {line}" for line in lines),
        f"            if {' and '.join(guards) or 'True'}:",
        *(f"                {line}" for line in last),
        f"                append({row})",
        "                continue",
        "        except UNANSWERED:",
        "            pass",
        "        append(None)",
        "    return out",
    ]
