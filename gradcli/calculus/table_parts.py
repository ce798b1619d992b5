"""What a row of the table of operations is made of: rules, domains, kinks, and what is known beside them.

A rule receives the number system `S`, the node's own value `v` and the arguments, and is written with `+ - * /`
and the functions of `S`. The same rule therefore yields a float, a fraction, an enclosure or a formula. A rule may
use the small integers 1 and 2 as factors; a constant that *is* the result is `S.one` or `S.zero`, so that no
rule leaves its system. Rules are chosen so that none over- or underflows, nor cancels, inside one operation.

A partial of `None` means that nothing flows along that edge: the argument is locally without influence.

Rules are typed against the contract of number systems: a type checker refuses a function that no system has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeVarTuple

    from ..numbers.contract import NumberSystem
    from ..numbers.functions import Number

    Arguments = TypeVarTuple("Arguments")
    Value = Callable[[NumberSystem, *Arguments], Number]
    Slope = Callable[[NumberSystem, Number, *Arguments], Number | None]
    Test = Callable[[NumberSystem, *Arguments], bool]
    Where = Callable[[NumberSystem, Number, *Arguments], bool]
    Reason = Callable[[NumberSystem, Number, *Arguments], str | None]

Rule = Callable[..., Any]  # any of these, called with however many arguments the operation has


class Partial:
    """One local gradient: its rule, and where it is not a number.

    `inactive_where` holds where nothing flows; `undefined_where` returns the reason why there is no finite derivative,
    "infinite" or "undefined", or None.
    """

    __slots__ = ("inactive_where", "rule", "undefined_where")

    def __init__(
        self,
        rule: Slope[*Arguments],
        inactive_where: Where[*Arguments] | None = None,
        undefined_where: Reason[*Arguments] | None = None,
    ) -> None:
        self.rule: Rule = rule
        self.inactive_where: Rule | None = inactive_where
        self.undefined_where: Rule | None = undefined_where


class Domain:
    """Where an operation is defined: in signs, with parameters in braces, and as a test of the arguments.

    `needs` says the same in words: what a function needs, or of an operator the whole sentence. `broken` returns the
    sentence that fits arguments outside the domain, where there are several.
    """

    __slots__ = ("broken", "holds", "needs", "text")

    def __init__(
        self,
        text: str,
        holds: Test[*Arguments],
        needs: str = "",
        broken: Callable[[NumberSystem, *Arguments], str] | None = None,
    ) -> None:
        self.text, self.needs = text, needs
        self.holds: Rule = holds
        self.broken: Rule | None = broken


class Kink:
    """Where an operation has no derivative although it has a value.

    `at` tests the arguments. `zero_by_convention` says that the rules do not apply there and the derivative is taken
    as 0; `tie`, that two arguments are equal there, and which two depends on the point; `jumps`, that the value does.
    """

    __slots__ = ("at", "jumps", "text", "tie", "zero_by_convention")

    def __init__(
        self, text: str, at: Test[*Arguments], *, zero_by_convention: bool = False, tie: bool = False,
        jumps: bool = False,
    ) -> None:  # fmt: skip
        self.text, self.zero_by_convention, self.tie, self.jumps = text, zero_by_convention, tie, jumps
        self.at: Rule = at


class Operation:
    """A row of the table: what an operation computes, where it is smooth, how it is written, and what is known of it.

    - calculus: `parameters` names the arguments (`...` for more of them). `partials` has one entry per argument;
      `jacobian_row` replaces them where the number of arguments is open: it returns all local gradients at once.
      `bend` tests the arguments for a point where the local gradient itself has a kink. `unconditional_partials` are
      the partials where every one of them is finite at every point, otherwise None.
    - writing: `symbol` is how an operator is written, and `precedence` how tightly it binds (functions have neither).
      `latex` is a template with #1, #2, ... for the arguments, or the name of a function in LaTeX; without it LaTeX
      spells the name out.
    - teaching: `laws` names the rule of differentiation behind the local gradients, for all arguments or one per
      argument; `lone_laws` does so where no other argument depends on an input: 2*x needs no product rule. `written`
      is the local gradient of a function of one argument as courses write it, where the careful rule reads otherwise;
      `taught` is that too, from the value alone.
    - facts: `is_condition` marks a comparison, whose node is a truth and no quantity; `is_positive`, that every value
      is; `is_periodic`, that it repeats itself, with zeros or poles at multiples of pi/2; `rounds_once`, that binary64
      gives the nearest number; `steps_at_whole`, that it matters whether an argument is whole or nearly so.
      `scales_with` names the arguments whose size it carries on: t times these gives a power of t times the value.
    - running: `python_operator` is the value without the system, where it is an operator of the numbers themselves.
      `points` are sample arguments for the tests.
    """

    __slots__ = ("arity", "bend", "domain", "group", "is_condition", "is_periodic", "is_positive", "jacobian_row",
                 "kink", "latex", "laws", "lone_laws", "name", "parameters", "partials", "points", "precedence",
                 "python_operator", "rounds_once", "scales_with", "steps_at_whole", "summary", "symbol", "taught",
                 "unconditional_partials", "value", "written")  # fmt: skip

    def __init__(
        self,
        name: str,
        parameters: str,
        value: Value[*Arguments],
        partials: Sequence[Slope[*Arguments] | Partial] = (),
        *,
        jacobian_row: Callable[[NumberSystem, Number, Sequence[Number]], Sequence[Number | None]] | None = None,
        domain: Domain | None = None,
        kink: Kink | None = None,
        bend: Test[*Arguments] | None = None,
        symbol: str = "",
        precedence: int = 0,
        latex: str = "",
        summary: str = "",
        laws: Sequence[str] = (),
        lone_laws: Sequence[str] = (),
        written: Slope[*Arguments] | None = None,
        taught: Slope[*Arguments] | None = None,
        is_condition: bool = False,
        is_positive: bool = False,
        is_periodic: bool = False,
        steps_at_whole: bool = False,
        rounds_once: bool = False,
        scales_with: str = "",
        python_operator: Rule | None = None,
        points: Sequence[Sequence[float]] = (),
    ) -> None:
        self.name, self.parameters = name, parameters.split()
        self.value: Rule = value
        self.arity = None if jacobian_row else len(self.parameters)
        self.group = len(self.parameters) - 1  # of an open number of arguments so many belong together
        self.partials = tuple(p if isinstance(p, Partial) else Partial(p) for p in partials)
        self.jacobian_row, self.domain, self.kink = jacobian_row, domain, kink
        self.bend: Rule | None = bend
        asked = jacobian_row or kink or any(p.inactive_where or p.undefined_where for p in self.partials)
        self.unconditional_partials: tuple[Rule, ...] | None = None if asked else tuple(p.rule for p in self.partials)
        self.symbol, self.precedence, self.latex, self.summary = symbol, precedence, latex, summary
        self.laws = laws or (f"derivative of {name}",)
        self.lone_laws = lone_laws or self.laws
        self.written: Rule | None = written
        self.taught: Rule | None = taught or written
        self.is_condition, self.is_positive, self.is_periodic = is_condition, is_positive, is_periodic
        self.steps_at_whole, self.rounds_once = steps_at_whole, rounds_once
        self.scales_with = scales_with.split()
        self.python_operator, self.points = python_operator, points

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

    @property
    def is_smooth(self) -> bool:
        """Whether it is a function of one argument without kinks and steps."""
        return self.is_function and self.arity == 1 and self.kink is None

    @property
    def is_piecewise(self) -> bool:
        """Whether it is made of pieces that meet in a kink, a step or a bend."""
        return self.kink is not None or self.bend is not None


def no_rule(S: NumberSystem, *arguments: Number) -> Number:
    """Raise `TypeError`: the value of a leaf is given, and that of several operations shown as one is known already."""
    raise TypeError("this node has no rule: its value is given")


def one(S: NumberSystem, v: Number, *arguments: Number) -> Number:
    """The local gradient of an argument that is passed on as it is."""
    return S.one


def minus_one(S: NumberSystem, v: Number, *arguments: Number) -> Number:
    """The local gradient of an argument that is subtracted."""
    return -S.one


def nothing(S: NumberSystem, v: Number, *arguments: Number) -> None:
    """The local gradient of an argument without local influence: a step, a condition."""
    return
