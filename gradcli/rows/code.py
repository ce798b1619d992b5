"""Code being written: assignments to variables, guards, and the decisions that rules take while that happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

MAX_LINES = 100_000
MAX_DECISIONS = 5


class Untraceable(Exception):
    """A rule that cannot be written down as straight-line code."""


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

    With `columns` the code is for NumPy arrays, else for single numbers. `stand_in` is the number that variables of a
    branch hold where it is not taken. `names` is what it refers to beside its own variables.
    """

    def __init__(self, *, columns: bool) -> None:
        self.columns = columns
        self.stand_in = "1.0"
        self.lines: list[tuple[str, str]] = []
        self.guards: dict[str, None] = {}
        self.names: dict[str, Any] = {}
        self._known: dict[str, str] = {}
        self._branch: tuple[str, str] | None = None
        self._script: list[bool] | None = None
        self._decisions: Decisions = []

    def let(self, expression: str) -> str:
        """Return the variable that holds an expression; an expression already written is not written again.

        Raises `Untraceable` for code that grows too long.
        """
        name = self._known.get(expression)
        if name is None and self._branch is not None:
            expression = f"({self.choose(self._branch[0], expression, self.stand_in)})"
            name = self._known.get(expression)
        if name is None:
            if len(self.lines) >= MAX_LINES:
                raise Untraceable("too long")
            name = self._known[expression] = f"v{len(self.lines)}"
            self.lines.append((name, expression))
        return name

    def require(self, condition: str) -> None:
        """Make a condition a guard."""
        if self._branch is not None:
            condition = self.either(self._branch[1], condition)
        self.guards[condition] = None

    @contextmanager
    def branch(self, sides: Sequence[tuple[str, bool]]) -> Iterator[None]:
        """Write what follows for rows where the conditions have these outcomes; elsewhere it is 1, without guards."""
        if sides:
            taken = [f"{condition} {'==' if outcome else '!='} 1.0" for condition, outcome in sides]
            skipped = [f"{condition} {'!=' if outcome else '=='} 1.0" for condition, outcome in sides]
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

    def either(self, *conditions: str) -> str:
        """Return the condition that one of them holds."""
        if len(conditions) == 1:
            return conditions[0]
        return f"({' | '.join(f'({c})' for c in conditions)})" if self.columns else f"({' or '.join(conditions)})"

    def both(self, *conditions: str) -> str:
        """Return the condition that all of them hold."""
        if len(conditions) == 1:
            return conditions[0]
        return f"({' & '.join(f'({c})' for c in conditions)})" if self.columns else f"({' and '.join(conditions)})"

    def choose(self, condition: str, a: str, b: str) -> str:
        """Return the expression that is a where the condition holds, else b."""
        return f"where({condition}, {a}, {b})" if self.columns else f"{a} if {condition} else {b}"

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
            self.require(guard)
