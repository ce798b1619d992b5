"""What a row of the second table is made of.

A rule receives the array system `A`, the arguments, and what the program fixes (`axis`, `keep`, ...) by keyword; a
pullback also the upstream gradient `g` and the node's own value `v`, before the arguments. Rules are written with
`+ - * / @` between arrays and the functions of `A`. The same rule therefore yields numbers, enclosures, the scalar
nodes that the operation stands for, or the text of the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..calculus.table_parts import Operation
from ..errors import InputError
from .sizes import Shape, Size, Sizes

Rule = Callable[..., Any]
ShapeRule = Callable[..., Shape]


PRODUCTS, ENTRIES = "products", "entries"  # what entries are sums of


class ArrayOperation:
    """A row of the second table: what an operation on arrays computes, and how gradients flow back through it.

    - calculus: `parameters` names the arrays it takes (`...` for one or more). `shape` returns the shape of the result
      from a `Sizes`, the shapes of the arguments and what is fixed; it raises `Misfit`. `value` and `pullbacks` are
      rules; there is one pullback per argument, or one for all where their number is open (it takes the position as
      `k`). `None` marks a label or an index: whole numbers without a derivative.
    - language: `fixed` names what a program fixes, with a default each (`REQUIRED` where there is none); `positional`
      says how many of them may follow the arrays without their names, -1 for all that follow, as one tuple.
    - `chosen` returns the row that is meant by the shapes of the arguments, where a name stands for several.
    - `operation` is the row of the first table that works entry by entry.
    - facts: `needs` says in words what the first argument must be. `work` counts the multiplications of a product of
      matrices, from the shapes of the result and of the arguments; `costs` those of other values, with divisions and
      functions, from the numbers of entries of the result and of the first argument: without it entries are moved,
      added or compared. `shares_ties` says that tied entries share what flows back, and the scalar nodes that it opens
      to do not. `is_linear` says that the pullback does not depend on the numbers of its argument. `sums` says what
      every entry of the value is a sum of: `PRODUCTS` of an entry of each argument, or `ENTRIES` of the argument.
      `closes` says that nothing flows back to some entries of the argument.
    - teaching: `summary` and `law`, as in the first table. `samples` are shapes for tests: (shapes, fixed) each.
    """

    __slots__ = ("chosen", "closes", "costs", "fixed", "is_linear", "law", "name", "needs", "operation", "parameters",
                 "positional", "pullbacks", "samples", "shape", "shares_ties", "summary", "sums", "symbol",
                 "value", "work")  # fmt: skip

    def __init__(
        self,
        name: str,
        parameters: str,
        shape: ShapeRule,
        value: Rule,
        pullbacks: Sequence[Rule | None] = (),
        *,
        fixed: dict[str, Any] | None = None,
        positional: int = 0,
        operation: Operation | None = None,
        symbol: str = "",
        is_linear: bool = False,
        law: str = "",
        summary: str = "",
        samples: Sequence[tuple[Sequence[Shape], dict[str, Any]]] = (),
        chosen: Callable[[Sequence[Shape]], ArrayOperation] | None = None,
        work: Callable[..., int] | None = None,
        costs: Callable[[Size, Size], Size] | None = None,
        shares_ties: bool = False,
        needs: str = "",
        sums: str = "",
        closes: bool = False,
    ) -> None:
        self.sums, self.closes = sums, closes
        self.costs, self.shares_ties = costs, shares_ties
        self.needs = needs
        self.work = work
        self.chosen = chosen
        self.name, self.parameters = name, parameters.split()
        self.shape, self.value, self.pullbacks = shape, value, tuple(pullbacks)
        self.fixed, self.positional = fixed or {}, positional
        self.operation, self.symbol, self.is_linear = operation, symbol, is_linear
        self.law, self.summary, self.samples = law or f"derivative of {name}", summary, samples

    def __repr__(self) -> str:
        return f"<array operation {self.name}>"

    @property
    def is_leaf(self) -> bool:
        """Whether this marks an input, a numeral or a constant, which have no rule."""
        return not self.parameters and self.value is no_rule

    @property
    def is_function(self) -> bool:
        """Whether a program writes it as a call."""
        return not self.symbol and self.operation is None and self.value is not no_rule

    @property
    def call(self) -> str:
        """A call of it as the manual writes it: `sum(x, axis=..., keep=1)`, `reshape(x, sizes, ...)`."""
        named = dict(self.fixed)
        places = list(named)[: max(self.positional, 0)] if self.positional >= 0 else list(named)
        words = [*self.parameters, *(key for key in places if named.pop(key) is REQUIRED)]
        words += ["..."] if self.positional < 0 else []
        words += [f"{key}={'...' if value is None else 1 if value is False else value}" for key, value in named.items()]
        return f"{self.name}({', '.join(words)})"

    @property
    def is_variadic(self) -> bool:
        """Whether it takes any number of arrays."""
        return "..." in self.parameters

    def flow(self, A: Any, position: int, g: Any, v: Any, xs: Sequence[Any], fixed: Mapping[str, Any]) -> Any:
        """Return what flows back to the argument at a position, which has the shape of that argument."""
        rule = self.pullback(position)
        assert rule is not None
        if self.is_variadic and len(self.pullbacks) == 1:
            return rule(A, g, v, *xs, k=position, **fixed)
        return rule(A, g, v, *xs, **fixed)

    def is_role(self, position: int) -> bool:
        """Whether the argument at a position holds labels or indices: whole numbers without a derivative."""
        return self.operation is None and self.pullback(position) is None

    def pullback(self, position: int) -> Rule | None:
        """Return the rule for the argument at a position; None for a label or an index."""
        return self.pullbacks[min(position, len(self.pullbacks) - 1)]


REQUIRED: Any = object()  # the default of what a program must fix


def no_pullback(A: Any, g: Any, v: Any, *arguments: Any, **fixed: Any) -> Any:
    """Raise `InputError`: the operation serves to write down gradients, and has no backward rule itself."""
    raise InputError(
        "this has no backward rule: it serves to write down gradients",
        kind="rule",
        hint="leave its inputs out of --wrt",
    )


def no_rule(A: Any, *arguments: Any, **fixed: Any) -> Any:
    """Raise `TypeError`: the value of a leaf is given."""
    raise TypeError("a leaf has no rule: its value is given")


def no_shape(sizes: Sizes, *shapes: Shape, **fixed: Any) -> Shape:
    """Raise `TypeError`: the shape of a leaf is given."""
    raise TypeError("a leaf has no shape rule: its shape is given")
