"""Errors about a problem, shown at their place in the homework file, and what it says about single items."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ...errors import GradcliError, InputError
from ...language.lexer import as_name
from .homework_file import LEAST_POINTS, Problem

AnyItem = TypeVar("AnyItem")


class ProblemErrors:
    """Makes errors about a problem; it may come from a homework file or from the command line."""

    problem: Problem

    def error(
        self, key: str, message: str, hint: str | None = None, *below: str | int, names: bool = False
    ) -> InputError:
        """Return the error for a key of the problem in the homework file."""
        table = self.problem.table
        if table is None:
            return InputError(message, kind="homework", hint=hint)
        return table.error(key, message, hint, *below, names=names)

    def with_own_weights(self, weights: dict[AnyItem, float], named: Callable[[str], AnyItem]) -> dict[AnyItem, float]:
        """Return how much each item counts, changed to what the problem says of items; `named` returns one by its name.

        Raises `InputError` for what is not asked, and where nothing is left to earn.
        """
        for name, weight in self.problem.weights.items():
            item = named(name)
            if item not in weights:
                raise self.error("weights", f"{name} is not among the items", None, name, names=True)
            weights[item] = weight
        if sum(weights.values()) < LEAST_POINTS:
            raise self.error("items", "no item has a weight")
        return weights

    def placed(self, error: GradcliError) -> GradcliError:
        """Return an error about the program, a number or an input as one of the homework file, if there is one.

        Where the mathematics has no answer, it is the file that is unusable.
        """
        problem, table = self.problem, self.problem.table
        if table is None:
            return error
        whose = "" if error.source is None else error.source.name  # x, or x[1] of an array
        for key in table.mapping("at"):
            if as_name(key) == whose.partition("[")[0]:
                if error.source is problem.bindings.get(whose):
                    return table.about(error, "at", key)
                return table.error("at", f"{whose}: {error.message}", error.hint, key, kind=error.kind)
        return table.about(error, "program")
