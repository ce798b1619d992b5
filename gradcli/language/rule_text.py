"""The rules of the table as text: local gradients as formulas, by running the rules over symbols."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ..calculus.symbolic import Symbols
from ..calculus.table_parts import Operation
from .writing import formula


@cache
def _template(operation: Operation, position: int, numerals: tuple[str | None, ...]) -> str:
    """Return a local gradient as a format string: {0}, {1}, ... for arguments but numerals, {v} for the node.

    The node itself stands for what a function computes; what an operator computes is written in its arguments.
    """
    S = Symbols()
    arguments = [S.variable(f"{{{k}}}") if text is None else S.number(text) for k, text in enumerate(numerals)]
    if operation.jacobian_row is not None:
        partial = operation.jacobian_row(S, S.variable("{v}"), arguments)[position]
    else:
        v = operation.value(S, *arguments) if operation.symbol and not operation.is_condition else S.variable("{v}")
        partial = (operation.written or operation.partials[position].rule)(S, v, *arguments)
    root = S.symbol(partial).node
    return formula(S.builder.freeze(root), root)


def rule_text(operation: Operation, position: int, label: str, labels: Sequence[str], numerals: Sequence[bool]) -> str:
    """Return the rule of a local gradient as a formula in the names of the node and of its arguments.

    `numerals` says which arguments are numerals, whose arithmetic is carried out: x**2 gives 2*x.
    """
    if operation.jacobian_row is not None:
        group, place = operation.group, position % operation.group
        own = labels[position - place : position - place + group]
        return _template(operation, place, (None,) * group).format(*own, v=label)
    key = tuple(text if numeral else None for text, numeral in zip(labels, numerals, strict=True))
    return _template(operation, position, key).format(*labels, v=label)


def rule_book(operation: Operation) -> list[str]:
    """Return the local gradients of an operation, one per argument, in the names of its parameters."""
    names = [p for p in operation.parameters if p != "..."]
    v = f"{operation.name}({'...' if operation.arity is None else ', '.join(names)})"
    return [rule_text(operation, k, v, names, [False] * len(names)) for k in range(len(names))]
