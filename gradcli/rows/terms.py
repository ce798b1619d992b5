"""Arithmetic written down as code, with proven errors: a number system whose numbers are variables of the code.

Running the table's rules on such numbers writes down what they compute. What is known of a number while the code is
written travels with it, so that most errors are bounded before the code runs and cost nothing when it does:

- `rel`: the computed v is within rel*UNIT*abs(v) of the truth (0 means exact). Then v is 0 just where the truth is.
- `err`: otherwise, the name of a variable of the code that holds a bound on abs(v - truth).
- `low` and `high`: if v is not 0, 2**low <= abs(v) <= 2**high. `sign`: 1 or -1 if neither v nor the truth is ever on
  the other side of 0. `grain`: v is a multiple of 2**grain, and so is a rounded sum of such numbers.

The proof in short. Inputs are exact, and 0 or of a magnitude from 2**-INPUT to 2**INPUT: whoever runs the code sees
to it. A result whose magnitude may leave 2**-LIMIT ... 2**LIMIT gets a guard, without which the row does not count;
so no result over- or underflows, and + - * / round by at most UNIT*abs(v). An `err` that is not 0 is kept above
2**FLOOR, so that no product with one vanishes. Then

- the sum of numbers of one sign is as good, relatively, as the worst of them, and one rounding; so is one of exact
  numbers; of others the errors are added;
- a product has abs(a)*err(b) + abs(b)*err(a) + err(a)*err(b), a quotient (err(a) + abs(v)*err(b))/abs(b), enlarged by
  1.001 because the guard abs(b) > 1024*err(b) moves the divisor by less; relative errors just add up;
- a choice between two numbers is surely made (a guard, unless floats decide), and has the error of the one chosen.

A bound is computed with at most ten roundings, and relative errors below MAX_REL units are added without their
products: a line is short of its bound by a factor of 1 - 2**-31 at most, all MAX_LINES of them by less than SLACK, by
which every comparison of a bound is enlarged. What is not a number fails every guard and every comparison.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..numbers.enclosures import Bounds
from ..numbers.error_arithmetic import UNIT, UNKNOWN, Bound
from ..numbers.systems import System, Undecided
from .code import PRODUCT, Code, CodeCondition, Expression, Untraceable

INPUT = 128
LIMIT = 450
FLOOR = -510
MAX_REL = 2.0**20
SLACK = 1.001
SLACK_REL = 1 + 2.0**-20
BOUNDS = Bounds()
Part = tuple[str, tuple[str, ...], float]  # of an error: a template, its variables and numerals, a power of 2 below it


class Term:
    """A number of the code: its variable or numeral, and what is known of it. `gate` is where it flows at all.

    `floor`: an `err` that is not 0 is at least 2**floor.
    """

    __slots__ = ("S", "const", "err", "floor", "gate", "grain", "high", "low", "name", "rel", "sign")

    def __init__(
        self,
        S: Arithmetic,
        name: str,
        *,
        rel: float = 0.0,
        err: str | None = None,
        floor: float = 0.0,
        sign: int = 0,
        low: float = -INPUT,
        high: float = INPUT,
        grain: float | None = None,
        const: Bound | None = None,
        gate: str | None = None,
    ) -> None:
        self.S = S
        self.name = name
        self.rel = rel
        self.err = err
        self.floor = floor
        self.sign = sign
        self.low = low
        self.high = high
        self.grain = low - 52 if grain is None else grain
        self.const = const
        self.gate = gate

    @property
    def exact(self) -> bool:
        """Whether the number has no error."""
        return self.err is None and not self.rel

    def replaced(self, **changes: Any) -> Term:
        """Return the term with some of what is known of it changed."""
        kept = {k: getattr(self, k) for k in self.__slots__ if k not in ("S", "name")}
        return Term(self.S, changes.pop("name", self.name), **{**kept, **changes})

    def __add__(self, other: Any) -> Term:
        return self.S.add(self, self.S.term(other))

    def __radd__(self, other: Any) -> Term:
        return self.S.add(self.S.term(other), self)

    def __sub__(self, other: Any) -> Term:
        return self.S.add(self, self.S.term(other), minus=True)

    def __rsub__(self, other: Any) -> Term:
        return self.S.add(self.S.term(other), self, minus=True)

    def __mul__(self, other: Any) -> Term:
        return self.S.multiply(self, self.S.term(other))

    def __rmul__(self, other: Any) -> Term:
        return self.S.multiply(self.S.term(other), self)

    def __truediv__(self, other: Any) -> Term:
        return self.S.divide(self, self.S.term(other))

    def __rtruediv__(self, other: Any) -> Term:
        return self.S.divide(self.S.term(other), self)

    def __neg__(self) -> Term:
        if self.const is not None:
            return self.S.constant(-self.const)
        return self.replaced(name=self.S.code.let("-{}", self.name), sign=-self.sign)


class Arithmetic(System):
    """Numbers of the code, + - * / and comparisons. Without `bounded`, plain binary64: no errors, no ranges."""

    name = "code"
    formatter = input_system = None

    def __init__(self, code: Code, *, bounded: bool) -> None:
        self.code = code
        self.bounded = bounded
        self.zero, self.one, self.two, self.ten = (self.constant(Bound(x)) for x in (0.0, 1.0, 2.0, 10.0))

    # ---- numbers

    def term(self, x: Any) -> Term:
        """Return a number of a rule, or one of its small integers, as a term."""
        return x if x.__class__ is Term else self.constant(Bound(float(x)))

    def number(self, text: str) -> Term:
        """Return a numeral."""
        return self.constant(BOUNDS.number(text))

    def from_number(self, x: float) -> Term:
        """Return a binary64."""
        return self.constant(Bound(x))

    def pi(self) -> Term:
        """Return pi."""
        return self.constant(BOUNDS.pi())

    def constant(self, x: Bound) -> Term:
        """Return a number that is known while the code is written.

        Raises `Untraceable` for one out of range, and for one that its error does not tell from 0.
        """
        power = math.frexp(x.v)[1] if math.isfinite(x.v) else LIMIT + 1
        if x is UNKNOWN or (x.r and x.r >= abs(x.v)) or (x.v and abs(power) > LIMIT):
            raise Untraceable("a constant")
        rel = max(1.0, x.r / abs(x.v) / UNIT * SLACK) if x.r else 0.0
        return Term(self, repr(x.v), rel=rel, sign=(x.v > 0) - (x.v < 0), low=power - 1, high=power, const=x)

    def magnitude(self, x: Term) -> str:
        """Return the absolute value of a term."""
        if x.const is not None:
            return repr(abs(x.const.v))
        return x.name if x.sign == 1 else self.code.let("abs({})", x.name)

    def error(self, x: Term) -> str:
        """Return a bound on the error of a term."""
        if x.err is not None:
            return x.err
        return self.code.let(PRODUCT, repr(x.rel * UNIT), self.magnitude(x)) if x.rel else "0.0"

    def own_error(self, x: Term) -> Part:
        """Return the error of a term as a part of that of a result."""
        return "{}", (self.error(x),), x.floor if x.err else x.low - 53

    def absolute(self, x: Term, parts: Sequence[Part]) -> Term:
        """Return a result with an error that is the sum of the parts."""
        code, floor = self.code, min(part[2] for part in parts)
        err = code.let(" + ".join([part[0] for part in parts]), *[leaf for part in parts for leaf in part[1]])
        if floor < FLOOR:
            raised = "where({} == 0.0, 0.0, {} + {})" if code.columns else "{} and {} + {}"
            err = code.let(raised, err, err, repr(2.0**FLOOR))
            floor = FLOOR
        return self.ranged(x.replaced(err=err, floor=floor))

    def relative(self, x: Term, rel: float, *, vanishes: bool = True) -> Term:
        """Return a result with a relative error in roundings. Raises `Untraceable` for one that is too large."""
        if rel > MAX_REL:
            raise Untraceable("an error that grew")
        return self.ranged(x.replaced(rel=rel), vanishes=vanishes)

    def ranged(self, x: Term, *, vanishes: bool = True, limit: int = LIMIT) -> Term:
        """Return the term, guarded if its magnitude may leave the limits; `vanishes` says whether it may be 0."""
        if -limit <= x.low and x.high <= limit:
            return x
        code, size = self.code, self.magnitude(x)
        least, most = repr(2.0**-limit), repr(2.0**limit)
        if code.columns:
            inside, ends = "({} <= {}) & ({} <= {})", [least, size, size, most]
        else:
            inside, ends = "{} <= {} <= {}", [least, size, most]
        if vanishes:
            inside = f"(({inside}) | ({{}} == 0.0))" if code.columns else f"({inside} or {{}} == 0.0)"
        code.require(inside, *ends, *([x.name] if vanishes else []))
        low = max(x.low, -limit)
        return x.replaced(low=low, high=min(x.high, limit), grain=max(x.grain, low - 52))

    # ---- arithmetic

    def add(self, a: Term, b: Term, *, minus: bool = False) -> Term:
        """Return a + b, or a - b."""
        if a.const is not None and b.const is not None:
            return self.constant(a.const - b.const if minus else a.const + b.const)
        v = self.code.let("{} - {}" if minus else "{} + {}", a.name, b.name)
        sign = a.sign if a.sign == (-b.sign if minus else b.sign) else 0
        return self._added(v, (a, b), sign, alike=sign != 0 or (a.name == b.name and not minus))

    def sum(self, terms: Sequence[Any]) -> Term:
        """Return the correctly rounded sum."""
        if len(terms) < 3:
            return self.zero if not terms else terms[0] if len(terms) == 1 else self.add(*terms)
        constants = [t.const for t in terms if t.const is not None]
        if len(constants) == len(terms):
            return self.constant(BOUNDS.sum(constants))
        v = self.code.total([t.name for t in terms])
        sign = terms[0].sign if len({t.sign for t in terms}) == 1 else 0
        return self._added(v, terms, sign, alike=sign != 0 or len({t.name for t in terms}) == 1)

    def _added(self, v: str, terms: Sequence[Term], sign: int, *, alike: bool) -> Term:
        """Return the sum v; `sign` is that of all terms, or 0; `alike` says that no two terms differ in sign."""
        if not self.bounded:
            return Term(self, v)
        grain = min(t.grain for t in terms)
        low = min(t.low for t in terms) if alike else grain
        high = max(t.high for t in terms) + math.ceil(math.log2(len(terms)))
        x = Term(self, v, sign=sign, low=low, high=high, grain=grain)
        if all(t.exact for t in terms) or (alike and all(t.err is None for t in terms)):
            return self.relative(x, (max(t.rel for t in terms) + 1) * SLACK_REL)
        parts = [self.own_error(t) for t in terms if not t.exact]
        return self.absolute(x, [*parts, (PRODUCT, (repr(UNIT), self.magnitude(x)), max(low, -LIMIT) - 53)])

    def multiply(self, a: Term, b: Term) -> Term:
        """Return a*b; 0 where a gate of b is closed."""
        if b.gate is not None:
            return self.choice(b.gate, self.multiply(a, b.replaced(gate=None)), self.zero)
        if a.const is not None and b.const is not None:
            return self.constant(a.const * b.const)
        for x, y in ((a, b), (b, a)):
            if x.const is not None and not x.const.r and (abs(x.const.v) == 1 or (x.const.v == 0 and self.bounded)):
                return y if x.const.v == 1 else -y if x.const.v else self.zero
        v = self.code.let(PRODUCT, a.name, b.name)
        if not self.bounded:
            return Term(self, v)
        x = Term(self, v, sign=1 if a.name == b.name else a.sign * b.sign, low=a.low + b.low, high=a.high + b.high)
        rounding = 0 if any(y.const is not None and abs(math.frexp(y.const.v)[0]) == 0.5 for y in (a, b)) else 1
        units = a.rel + b.rel + rounding
        if a.err is None and b.err is None:
            return self.relative(x, units * SLACK_REL)
        parts = [(PRODUCT, (self.magnitude(y), z.err), y.low + z.floor)
                 for y, z in ((a, b), (b, a)) if z.err is not None]  # fmt: skip
        if a.err is not None and b.err is not None:
            parts.append((PRODUCT, (a.err, b.err), a.floor + b.floor))
        if units:
            parts.append((PRODUCT, (repr(units * UNIT), self.magnitude(x)), max(x.low, -LIMIT) - 53))
        return self.absolute(x, parts)

    def divide(self, a: Term, b: Term) -> Term:
        """Return a/b, guarded against a b that may be 0."""
        if a.const is not None and b.const is not None:
            return self.constant(a.const / b.const)
        if b.const is None:
            self.code.require("{} != 0.0", b.name)
        v = self.code.let("{} / {}", a.name, b.name)
        if not self.bounded:
            return Term(self, v)
        x = Term(self, v, sign=a.sign * b.sign, low=a.low - b.high, high=a.high - b.low)
        units = a.rel + b.rel + 1
        if a.err is None and b.err is None:
            return self.relative(x, units * SLACK_REL)
        size, size_v, low = self.magnitude(b), self.magnitude(x), max(x.low, -LIMIT)
        parts: list[Part] = [(PRODUCT, (repr(units * UNIT), size_v), low - 53)]
        if a.err is not None:
            parts.append(("1.001 * {} / {}", (a.err, size), a.floor - b.high))
        if b.err is not None:
            self.code.require("{} > 1024.0 * {}", size, b.err)
            parts.append(("1.001 * {} * {} / {}", (size_v, b.err, size), low + b.floor - b.high))
        return self.absolute(x, parts)

    # ---- comparisons

    def less(self, x: Any, y: Any) -> Any:
        """Return the condition x < y."""
        x, y = self.term(x), self.term(y)
        if x.const is not None and y.const is not None:
            return _settled(BOUNDS.less, x.const, y.const)
        if self._plain(x, y):
            return self._condition("{} < {}", "{} >= {}", x.name, y.name, plain=True)
        return self._condition("{} > {}", "{} < -{}", *self._gap(x, y))

    def equal(self, x: Any, y: Any) -> Any:
        """Return the condition x = y."""
        x, y = self.term(x), self.term(y)
        if x.const is not None and y.const is not None:
            return _settled(BOUNDS.equal, x.const, y.const)
        if x.name == y.name:
            return True
        if self._plain(x, y):
            return self._condition("{} == {}", "{} != {}", x.name, y.name, plain=True)
        return self._condition("", "abs({}) > {}", *self._gap(x, y))

    def surely_less(self, x: Any, y: Any) -> Any:
        """Return the condition x < y, whose failing says nothing."""
        found = self.less(x, y)
        return CodeCondition(self.code, found.yes, "") if isinstance(found, CodeCondition) else found

    def _plain(self, x: Term, y: Term) -> bool:
        """Whether floats decide: both are exact, or one is 0 and the other has but a relative error."""
        if not self.bounded or (x.exact and y.exact):
            return True
        return x.err is None and y.err is None and any(t.const is not None and not t.const.v for t in (x, y))

    def _condition(self, yes: str, no: str, *parts: str, plain: bool = False) -> CodeCondition:
        return CodeCondition(self.code, Expression(yes, *parts), Expression(no, *parts), plain=plain)

    def _gap(self, x: Term, y: Term) -> tuple[str, str]:
        """Return the variables that hold y - x, and what of it is doubtful."""
        gap = self.code.let("{} - {}", y.name, x.name)
        return gap, self.code.let("{} * ({} + {})", repr(SLACK), self.error(x), self.error(y))

    # ---- choices

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """Return a if the condition holds, else b; None means that nothing flows there."""
        if not isinstance(condition, CodeCondition):
            return a if condition else b
        if not condition.yes or not condition.no:  # only one outcome is ever known
            self.code.require("{}", condition.yes or condition.no)
            return a if condition.yes else b
        if not condition.plain:
            self.code.require("{}", self.code.either(condition.yes, condition.no))
        if b is None:
            return None if a is None else self.term(a).replaced(gate=condition.yes)
        if a is None:
            return self.term(b).replaced(gate=condition.no)
        return self.choice(condition.yes, self.term(a), self.term(b))

    def fork(self, rule: Callable[[], Any]) -> Any:
        """Return what a rule yields; where it takes one decision, the choice between both outcomes."""
        found = self.code.runs(rule, most=1)
        if len(found) == 1:
            return found[0][0]
        (no, ((condition, _),)), (yes, _) = found
        return self.where(condition, yes, no)

    def argmax(self, args: Sequence[Term]) -> int:
        """Raise: which argument is the largest is not known while the code is written."""
        raise Untraceable("argmax")

    def choice(self, condition: str, a: Term, b: Term) -> Term:
        """Return a where the expression holds, else b."""
        if a.name == b.name:
            return a
        choose, let = self.code.choose, self.code.let
        v = let("{}", choose(condition, a.name, b.name))
        if not self.bounded:
            return Term(self, v)
        zero = [t for t in (a, b) if t.const is not None and not t.const.v]
        sign = (b if a in zero else a).sign if zero else a.sign if a.sign == b.sign else 0
        x = Term(self, v, sign=sign, low=min(a.low, b.low), high=max(a.high, b.high), grain=min(a.grain, b.grain))
        if a.err is None and b.err is None:
            return x.replaced(rel=max(a.rel, b.rel))
        floors = [t.floor if t.err else t.low - 53 for t in (a, b) if not t.exact]
        return x.replaced(err=let("{}", choose(condition, self.error(a), self.error(b))), floor=min(floors))


def _settled(decide: Callable[[Bound, Bound], bool], x: Bound, y: Bound) -> bool:
    try:
        return decide(x, y)
    except Undecided:
        raise Untraceable("constants too close") from None
