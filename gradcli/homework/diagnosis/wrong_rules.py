"""What a row of the catalogue of mistakes is made of: the wrong rule of a step, and the ways to write one.

A wrong rule receives the step at which the mistake is made and yields what would be written down instead of the right
number. Where one mistake can be made in several ways (which path is forgotten, how many places the point slips), each
comes with a tag that tells them apart and may appear in the message. The last one is the mistake made as thoroughly as
it can be. Here are the rules for values and local gradients; `wrong_paths` has those for what flows backwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ...calculus.operations import INPUT, NUMBER, OPERATIONS
from ...calculus.table_parts import Operation
from ..claims.items import LOCAL, UPSTREAM, VALUE
from .replaced_numbers import Number, S, Working

DEGREE = math.pi / 180
CERTAIN = 4  # operations: a mistake that can be made at more of them is about none in particular
SMOOTH = "smooth"  # in place of the names of all smooth functions of one argument
Rule = Callable[..., Any]
Wrong = tuple[str, Number]  # a tag and a number
WrongRule = Callable[[Working], Iterable[Wrong]]
Slopes = Callable[[Working, str], Mapping[int, Number]]  # of a step and a tag, by the position of the argument


EVERY_PATH = "every path"  # the tag of a mistake made along all paths to a node


class Mistake(NamedTuple):
    """A row of the catalogue.

    `title` names the mistake in a list, `message` completes "consistent with ..." and may contain `{tag}`; `everywhere`
    says the same of all paths at once, which the tag `EVERY_PATH` stands for. `kind` is the kind of number that goes
    wrong first, `operations` where (none: anywhere; `smooth`: at smooth functions), `besides` where not, since another
    row says it better there. `common` is 1 for the commonest. A `slip` is in the writing, so that the work may go on
    with the right number. `together` means that it cannot concern one argument of a node alone. `spread` says how it
    can be made at several places: `all` of a kind at once, in `pairs` that are exchanged, or not (`one`). `slopes` are
    the local gradients of what was computed instead, of a mistake made in a value and in its derivatives alike.
    `several` is the tag of a mistake at several places that have different ones, by default of one in the gradients
    there; `of_seed` that a slip can concern the 1 that the backward pass begins with; `vague` that small whole numbers
    are no sign of it.
    """

    id: str
    title: str
    message: str
    kind: str
    wrong: WrongRule
    operations: frozenset[str]
    besides: frozenset[str]
    common: int
    slip: bool
    together: bool
    spread: str
    everywhere: str
    slopes: Slopes | None
    several: str
    of_seed: bool
    vague: bool

    @property
    def is_specific(self) -> bool:
        """Whether it is about certain operations, not about any step of the chain rule or any function."""
        return (
            0 < len(self.operations) <= CERTAIN and SMOOTH not in self.operations and INPUT.name not in self.operations
        )

    def in_words(self, tag: str) -> str:
        """Return what the mistake is, made in the way that the tag says."""
        return self.everywhere if tag == EVERY_PATH and self.everywhere else self.message.format(tag=tag)

    def applies(self, working: Working) -> bool:
        """Whether the mistake can be made at a step. The 1 that the backward pass begins with is hardly misread."""
        if working.item.kind != self.kind:
            return False
        if self.slip and not self.of_seed and self.kind == UPSTREAM and working.item.node == working.program.output:
            return False
        if working.operation is INPUT and self.kind == VALUE and INPUT.name not in self.operations:
            return False
        return self.is_about(working.operation)

    def is_about(self, operation: Operation) -> bool:
        """Whether the mistake can be made at an operation."""
        name, only = operation.name, self.operations
        here = not only or name in only or (SMOOTH in only and operation.is_smooth)
        return here and name not in self.besides

    def results(self, working: Working) -> list[Wrong]:
        """Return what the mistake makes of a step, with tags; nothing where the wrong rule has no result."""
        found: list[Wrong] = []
        if None in working.args or (self.kind == LOCAL and working.v is None):
            return found
        within = S.within
        try:
            for result in self.wrong(working):
                number = result[1]
                if number is not None and within(number):
                    found.append(result)
        except ArithmeticError:  # a wrong rule has no domain to be checked first
            pass
        return found


def row(
    id: str,
    title: str,
    message: str,
    kind: str,
    where: str,
    wrong: WrongRule,
    common: int = 2,
    *,
    slip: bool = False,
    together: bool = False,
    spread: str = "all",
    everywhere: str = "",
    slopes: Slopes | None = None,
    several: str = "the next node",
    of_seed: bool = False,
    vague: bool = False,
) -> Mistake:
    """Return a row; `where` lists operations (and `smooth`), or after `not` those where another row says it better."""
    first, *rest = where.split() or [""]
    only, besides = ([], rest) if first == "not" else (where.split(), [])
    places = frozenset(only), frozenset(besides)
    return Mistake(id, title, message, kind, wrong, *places, common, slip, together, spread, everywhere, slopes,
                   several, of_seed, vague)  # fmt: skip


# ---- wrong values


def value(*rules: Rule) -> WrongRule:
    """The value by a wrong rule, written as in the table of operations."""

    def wrong(working: Working) -> Iterator[Wrong]:
        for k, rule in enumerate(rules):
            yield str(k), rule(S, *working.args)

    return wrong


def by_operation(**others: str) -> WrongRule:
    """The value by the rule of another operation."""

    def wrong(working: Working) -> Iterator[Wrong]:
        yield "", OPERATIONS[others[working.operation.name]].value(S, *working.args)

    return wrong


def regrouped(operation: str, position: int, rule: Rule) -> WrongRule:
    """The value of an expression read with other parentheses.

    The argument at `position` is an unnamed `operation`. The rule gets the function of the node and all arguments, with
    those of that operation in its place.
    """

    def wrong(working: Working) -> Iterator[Wrong]:
        graph, f = working.program.graph, working.operation
        inner = working.node.arguments[position]
        node = working.program.nodes[inner]
        if node.operation.name == operation and not graph.is_called[inner]:
            args: list[Any] = list(working.args)
            args[position : position + 1] = [working.numbers.values[a] for a in node.arguments]
            found = rule(lambda *numbers: f.value(S, *numbers), *args)
            yield f"at {position}", None if isinstance(found, complex) else found

    return wrong


def either(*rules: WrongRule) -> WrongRule:
    """Whatever one of several wrong rules yields."""

    def wrong(working: Working) -> Iterator[Wrong]:
        for rule in rules:
            yield from rule(working)

    return wrong


def in_degrees(working: Working) -> Iterator[Wrong]:
    """The value with the angle in degrees: of the argument, or of an arc function's result."""
    args = working.args
    if working.operation.name in ("sin", "cos", "tan"):
        yield "", working.operation.value(S, *(x * DEGREE for x in args))
    else:
        yield "", working.operation.value(S, *args) / DEGREE


# ---- wrong local gradients


def local(*rules: Rule | None) -> WrongRule:
    """The local gradient by a wrong rule for each argument (None: no mistake), written as in the operations' table."""

    def wrong(working: Working) -> Iterator[Wrong]:
        rule = rules[working.item.position]
        if rule is not None:
            yield "", rule(S, working.v, *working.args)

    return wrong


def local_either(*rules: Rule) -> WrongRule:
    """The local gradient of a function of one argument by one of several wrong rules."""

    def wrong(working: Working) -> Iterator[Wrong]:
        for k, rule in enumerate(rules):
            yield str(k), rule(S, working.v, *working.args)

    return wrong


def by_name(tag: str = "", /, **rules: Rule) -> WrongRule:
    """The value, or the last local gradient, by the wrong rule for the operation; rules get the value and arguments."""

    def wrong(working: Working) -> Iterator[Wrong]:
        if working.item.position in (-1, len(working.args) - 1):
            yield tag, rules[working.operation.name](S, working.v, *working.args)

    return wrong


def by_degrees(working: Working) -> Iterator[Wrong]:
    """The local gradient at an angle in degrees, and per degree."""
    args = [x * DEGREE for x in working.args]
    yield "at", working.local_gradient(working.operation.value(S, *args), args)
    right = working.right
    yield "per", None if right is None else right * DEGREE


def local_of(rule: Rule) -> WrongRule:
    """The local gradient by a wrong rule of the value, all arguments and the position of the one in question."""

    def wrong(working: Working) -> Iterator[Wrong]:
        yield "", rule(S, working.v, working.args, working.item.position)

    return wrong


def elsewhere(working: Working) -> Iterator[Wrong]:
    """The right derivative at a wrong place: at what the argument is computed from, or at the node's own value."""
    labels, nodes, values = working.program.graph.labels, working.program.nodes, working.numbers.values
    (a,) = working.node.arguments
    places = [(labels[b], values[b]) for b in dict.fromkeys(nodes[a].arguments)
              if nodes[b].operation is not NUMBER]  # fmt: skip
    for name, x in [*places, ("its own value", working.v)]:
        if x is not None and (working.operation.domain is None or working.operation.domain.holds(S, x)):
            yield name, working.local_gradient(working.operation.value(S, x), [x])


def quotient_reversed(working: Working) -> Iterator[Wrong]:
    """The derivatives of a quotient with those of numerator and denominator exchanged, where both can be."""
    x, y = working.args
    if working.item.position == 1:
        yield "", x / (y * y)
    elif all(working.varying()):
        yield "", -1 / y


def first_negated(working: Working) -> Iterator[Wrong]:
    """The opposite of the local gradient for the first argument."""
    if working.item.position == 0 and working.right is not None:
        yield "", -working.right


def beside_number(rule: Rule) -> WrongRule:
    """The local gradient by a wrong rule of the node's other argument, where that one is a numeral."""

    def wrong(working: Working) -> Iterator[Wrong]:
        other = working.node.arguments[1 - working.item.position]
        if working.program.nodes[other].operation is NUMBER:
            yield "", rule(S, working.v, working.numbers.values[other])

    return wrong


def beside_variable(working: Working) -> Iterator[Wrong]:
    """0, where the node depends on another argument too."""
    arguments = working.node.arguments
    own = arguments[working.item.position]
    others = [a for k, a in enumerate(arguments) if k != working.item.position]
    is_sum = working.operation.name in ("add", "sub")
    if any(working.program.active[a] for a in others) and (is_sum or not working.program.nodes[own].arguments):
        yield "", S.zero


# ---- slips: something else written down than was worked out


def instead(*rules: Rule) -> WrongRule:
    """A wrong rule of the right result, or one of several."""

    def wrong(working: Working) -> Iterator[Wrong]:
        right = working.right
        if right is not None:
            for k, rule in enumerate(rules):
                yield str(k), rule(S, right)

    return wrong


def written_point(working: Working) -> Iterator[Wrong]:
    """The right result with its point off, unless that is 1 or -1, which has none."""
    right = working.right
    return iter(()) if right is not None and abs(right) == 1 else decimal_point(working)


def decimal_point(working: Working) -> Iterator[Wrong]:
    """The right result with its point one, two or three places off."""
    right = working.right
    if right is not None:
        for places in (-3, -2, 2, 3, -1, 1):
            yield f"{abs(places)} place{'s' if abs(places) > 1 else ''}", right * 10.0**places


def own_value(working: Working) -> Iterator[Wrong]:
    """The value of the node."""
    yield "", working.v


def own_argument(working: Working) -> Iterator[Wrong]:
    """The value of the argument that the local gradient is for."""
    yield "", working.args[working.item.position]
