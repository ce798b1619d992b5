"""Errors about a problem, shown at their place in the homework file."""

from __future__ import annotations

from ...errors import GradcliError, InputError
from ...language.lexer import as_name
from .homework_file import Problem


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

    def placed(self, error: GradcliError) -> GradcliError:
        """Return an error about the program, a number or an input as one of the homework file, if there is one.

        Where the mathematics has no answer, it is the file that is unusable.
        """
        problem, table = self.problem, self.problem.table
        if table is None:
            return error
        for key in table.mapping("at"):
            if error.source is not None and error.source is problem.bindings.get(as_name(key) or key):
                return table.about(error, "at", key)
        return table.about(error, "program")
