"""Which problems are about arrays; these alone load what computes with arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import GradcliError, Source
from ...language.syntax import parse
from ...record.bindings import looks_like_array
from .homework_file import Problem
from .problem_instance import ParsedProblem

if TYPE_CHECKING:
    from .array_problem import ParsedArrays


def has_arrays(problem: Problem) -> bool:
    """Whether a problem is about arrays: by its program, or by a value."""
    texts = [source.text for source in problem.bindings.values()]
    texts += [text for choices in problem.choices.values() for text in choices]
    if problem.shapes or any(map(looks_like_array, texts)):
        return True
    try:
        parse(problem.source, {**problem.bindings, **dict.fromkeys(problem.choices, Source("", ""))})
    except GradcliError as error:
        return error.kind == "arrays"
    return False


def parse_problem(problem: Problem) -> ParsedProblem | ParsedArrays:
    """Return a problem, parsed once. Raises `InputError` for a program, binding or item that cannot be used."""
    if not has_arrays(problem):
        return ParsedProblem(problem)
    from .array_problem import ParsedArrays

    return ParsedArrays(problem)
