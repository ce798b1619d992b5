"""What a row of the table of operations is made of: rules, domains, kinks, and the conditions they share.

A rule receives the number system `S`, the node's own value `v` and the arguments, and is written with `+ - * /`
and the functions of `S`. The same rule therefore yields a float, a fraction, an enclosure or a formula. A rule may
use the small integers 1 and 2 as factors; a constant that *is* the result is `S.one` or `S.zero`, so that no
rule leaves its system. Rules are chosen so that none over- or underflows, nor cancels, inside one operation.

A partial of `None` means that nothing flows along that edge: the argument is locally without influence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..numbers.systems import Undecided

Number = Any  # a number of the system at hand
Rule = Callable[..., Any]


class Partial(NamedTuple):
    """One local gradient: its rule, and where it is not a number.

    `flat` holds where nothing flows; `fails` returns the reason why there is no finite derivative, or None.
    """

    rule: Rule
    flat: Rule | None = None
    fails: Rule | None = None


class Domain(NamedTuple):
    """Where an operation is defined: in signs, with parameters in braces, and as a test of the arguments.

    `needs` says the same in words: what a function needs, or of an operator the whole sentence. `broken` returns the
    sentence that fits arguments outside the domain, where there are several.
    """

    text: str
    holds: Rule
    needs: str = ""
    broken: Rule | None = None


class Kink(NamedTuple):
    """Where an operation has no derivative although it has a value.

    `at` tests the arguments. `flat` says that the rules do not apply there and the convention is 0; `tie`, that two
    arguments are equal there, and which two depends on the point.
    """

    text: str
    at: Rule
    flat: bool = False
    tie: bool = False


class Operation:
    """A row of the table.

    `parameters` names the arguments (`...` for two or more); `symbol` is how an operator is written, and
    `binding` how tightly it binds (functions have neither). `each` replaces `partials` where the number of
    arguments is open: it returns all local gradients at once. `points` are sample arguments for the tests.
    `laws` names the rule of differentiation behind the local gradients, for all arguments or one an argument;
    `lone_laws` does so where no other argument depends on an input: 2*x needs no product rule.
    `written` is the local gradient of a function of one argument as courses write it, with the node at hand, where the
    careful rule reads otherwise.
    `bend` tests the arguments for a point where the local gradient itself has a kink.
    `direct` is the value without the system, where it is an operator of the numbers themselves; `rules` are the
    partials where every one of them is finite at every point, otherwise None. `is_condition` marks a comparison, whose
    node is a truth and no quantity.
    """

    __slots__ = ("arity", "bend", "binding", "direct", "domain", "each", "is_condition", "kink", "laws", "lone_laws",
                 "name", "parameters", "partials", "points", "rules", "summary", "symbol", "value",
                 "written")  # fmt: skip

    def __init__(
        self,
        name: str,
        parameters: str,
        value: Rule,
        partials: Sequence[Rule | Partial] = (),
        *,
        each: Rule | None = None,
        domain: Domain | None = None,
        kink: Kink | None = None,
        symbol: str = "",
        binding: int = 0,
        points: Sequence[Sequence[float]] = (),
        summary: str = "",
        laws: Sequence[str] = (),
        lone_laws: Sequence[str] = (),
        direct: Rule | None = None,
        bend: Rule | None = None,
        written: Rule | None = None,
        is_condition: bool = False,
    ) -> None:
        self.name = name
        self.parameters = parameters.split()
        self.arity = None if each else len(self.parameters)
        self.value = value
        self.partials = tuple(p if isinstance(p, Partial) else Partial(p) for p in partials)
        self.each = each
        self.domain = domain
        self.kink = kink
        self.symbol = symbol
        self.binding = binding
        self.points = points
        self.summary = summary
        self.laws = laws or (f"derivative of {name}",)
        self.lone_laws = lone_laws or self.laws
        self.direct = direct
        self.bend = bend
        self.written = written
        self.is_condition = is_condition
        smooth = each is None and kink is None and all(p.flat is None and p.fails is None for p in self.partials)
        self.rules = tuple(p.rule for p in self.partials) if smooth else None

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def law(self, position: int, *, alone: bool = False) -> str:
        """Return what the rule for the argument at a position is called; `alone` if no other one is differentiated."""
        laws = self.lone_laws if alone else self.laws
        return laws[position] if len(laws) > 1 else laws[0]

    def in_names(self, text: str, names: Sequence[str] | None = None) -> str:
        """Return the words of a domain or kink in the names of the arguments, or else of the parameters."""
        return text.format_map(dict(zip(self.parameters, names or self.parameters, strict=False)))

    def needs(self, names: Sequence[str]) -> str:
        """Return what the operation needs to have a value, as a sentence; `names` are those of the arguments."""
        assert self.domain is not None
        if self.domain.needs:
            return self.domain.needs if self.symbol else f"{self.name} needs {self.domain.needs}"
        return f"it needs {self.in_names(self.domain.text, names)}"

    @property
    def is_leaf(self) -> bool:
        """Whether this marks an input, a numeral or a constant, which have no rule."""
        return not self.parameters

    @property
    def is_function(self) -> bool:
        """Whether a program writes it as a call."""
        return bool(self.parameters) and not self.symbol


class Gate(Operation):
    """Several operations as one: `text` is what it computes, `inside` the graph, the node and where that ends.

    `inside` is None where there is too much of it to be written out.
    """

    __slots__ = ("inside", "text")

    def __init__(
        self, name: str, count: int, text: str, inside: tuple[Any, int, Sequence[bool]] | None, kink: Kink | None
    ) -> None:
        parameters = " ".join(f"x{k}" for k in range(count))
        super().__init__(name, parameters, nothing, (nothing,) * count, kink=kink, laws=("chain rule inside",))
        self.text = text
        self.inside = inside


def one(S: Any, v: Number, *arguments: Number) -> Number:
    """The local gradient of an argument that is passed on as it is."""
    return S.one


def minus_one(S: Any, v: Number, *arguments: Number) -> Number:
    """The local gradient of an argument that is subtracted."""
    return -S.one


def nothing(S: Any, v: Number, *arguments: Number) -> None:
    """The local gradient of an argument without local influence: a step, a condition."""
    return


def square(x: Number) -> Number:
    """X times itself."""
    return x * x


def whole(S: Any, x: Number) -> Any:
    """Whether x is an integer."""
    return S.equal(x, S.floor(x))


def all_hold(*questions: Callable[[], Any]) -> bool:
    """Whether the answer to every question is yes. One no settles it, even where another is undecided."""
    doubt = None
    for question in questions:
        try:
            if not question():
                return False
        except Undecided as found:
            doubt = doubt or found
    if doubt is not None:
        raise doubt
    return True


def any_holds(*questions: Callable[[], Any]) -> bool:
    """Whether the answer to a question is yes. One yes settles it, even where another is undecided."""
    return not all_hold(*(lambda question=question: not question() for question in questions))


def infinite_at_zero(S: Any, v: Number, x: Number) -> str | None:
    """The reason why a root has no finite slope at 0."""
    return "infinite" if S.equal(x, S.zero) else None


def infinite_at_ones(S: Any, v: Number, x: Number) -> str | None:
    """The reason why an arc function has no finite slope at -1 and 1."""
    return "infinite" if S.equal(x, S.one) or S.equal(x, -S.one) else None


def infinite_at_one(S: Any, v: Number, x: Number) -> str | None:
    """The reason why acosh has no finite slope at 1."""
    return "infinite" if S.equal(x, S.one) else None


def not_zero(S: Any, x: Number) -> bool:
    """Whether x has a reciprocal."""
    return not S.equal(x, S.zero)


def sine_is_not_zero(S: Any, x: Number) -> bool:
    """Whether x is an angle with a cosecant and a cotangent."""
    return not S.equal(S.sin(x), S.zero)


def not_within_ones(S: Any, x: Number) -> bool:
    """Whether x lies not between -1 and 1."""
    return any_holds(lambda: not S.less(x, S.one), lambda: not S.less(-S.one, x))


# ---- powers: 0**0 is 1, and a negative base takes whole exponents only


def pow_domain(S: Any, x: Number, y: Number) -> Any:
    """Whether x**y is a real number. A whole positive exponent does not ask for the sign of x."""
    if S.surely_less(S.zero, x):
        return True
    return any_holds(
        lambda: all_hold(
            lambda: whole(S, y),
            lambda: any_holds(lambda: not S.less(y, S.zero), lambda: not S.equal(x, S.zero)),
        ),
        lambda: all_hold(
            lambda: not S.less(x, S.zero),
            lambda: any_holds(lambda: S.less(S.zero, y), lambda: not S.equal(x, S.zero)),
        ),
    )


def pow_broken(S: Any, x: Number, y: Number) -> str:
    """Return why x**y is no real number."""
    if S.equal(x, S.zero):
        return "0 has no power with a negative exponent"
    return "a negative base takes whole exponents only"


def pow_base_flat(S: Any, v: Number, x: Number, y: Number) -> Any:
    """Whether x**y does not depend on x: where y = 0. The rule gives that too, if x is not 0."""
    try:
        return S.equal(y, S.zero)
    except Undecided:
        if S.equal(x, S.zero):
            raise
        return False


def pow_base_fails(S: Any, v: Number, x: Number, y: Number) -> str | None:
    """x**y rises infinitely steeply at x = 0 for an exponent between 0 and 1."""
    steep = all_hold(lambda: S.less(y, S.one), lambda: S.less(S.zero, y), lambda: S.equal(x, S.zero))
    return "infinite" if steep else None


def pow_exponent_fails(S: Any, v: Number, x: Number, y: Number) -> str | None:
    """x**y is no smooth function of y where x < 0, and jumps from 1 to 0 at 0**0."""
    if S.surely_less(S.zero, x):
        return None
    broken = any_holds(lambda: S.less(x, S.zero), lambda: all_zero(S, x, y))
    return "undefined" if broken else None


# ---- angles and lengths


def all_zero(S: Any, *args: Number) -> bool:
    """Whether all arguments are 0."""
    return all_hold(*(lambda x=x: S.equal(x, S.zero) for x in args))


def away_from_origin(S: Any, y: Number, x: Number) -> bool:
    """Whether the point (x, y) has an angle."""
    return not all_zero(S, x, y)


def on_the_cut(S: Any, y: Number, x: Number) -> bool:
    """Whether the angle of (x, y) jumps there, from pi to -pi."""
    return all_hold(lambda: S.equal(y, S.zero), lambda: S.less(x, S.zero))


# ---- ties and conditions


def at_tie(S: Any, *args: Number) -> bool:
    """Whether two arguments are both the largest."""
    best = S.max(*args)
    return sum(1 for x in args if S.equal(x, best)) > 1


def at_low_tie(S: Any, *args: Number) -> bool:
    """Whether two arguments are both the smallest."""
    best = S.min(*args)
    return sum(1 for x in args if S.equal(x, best)) > 1


def comparison(name: str, symbol: str, holds: Rule) -> Operation:
    """A condition: a node of value 1 or 0 through which nothing flows."""
    return Operation(
        name, "x y", lambda S, x, y: S.one if holds(S, x, y) else S.zero, (nothing, nothing),
        kink=Kink("{x} = {y}", lambda S, x, y: S.equal(x, y)),
        symbol=symbol, binding=1, points=((1, 2), (2, 1)), summary="a condition of where: 1 if it holds, else 0",
        laws=("a condition is a step: slope 0",), is_condition=True,
    )  # fmt: skip
