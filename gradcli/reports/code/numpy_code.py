"""Both passes as a function of Python that needs NumPy."""

from __future__ import annotations

from ...record.array_formulas import ShapedProgram
from ...record.array_gradient import ArrayGradient
from .. import Style
from .array_lines import ArraySubject
from .arrays import FUNCTION, INDENT, Body, array_subject, file, is_of_arrays, shaped_subject
from .writing import listed


def render(record: ArrayGradient, style: Style) -> str:
    """Return both passes at the point of a record."""
    return write_arrays(array_subject(record, "numpy"))


def write_shaped(program: ShapedProgram) -> str:
    """Return both passes of a program whose inputs have no values."""
    return write_arrays(shaped_subject(program))


def write_arrays(subject: ArraySubject) -> str:
    """Return a file with the function, and with what prints its numbers at the point, where there is one."""
    body = Body(subject, "numpy")
    tail = ["\n".join(_main(subject, body))] if subject.point.keys() >= body.parameters.keys() else []
    return file(subject, "numpy", ["import numpy as np"], tail, body, has_defaults=True)


def _main(subject: ArraySubject, body: Body) -> list[str]:
    label = subject.graph.labels[subject.output]
    of_arrays = is_of_arrays(subject)
    values = [f"{called} = {subject.point[name]}" for name, called in body.parameters.items()] if of_arrays else []
    arguments = list(body.parameters.values()) if of_arrays else []
    return [
        'if __name__ == "__main__":',
        *(f"{INDENT}{value}" for value in values),
        *listed(f"value, gradient = {FUNCTION}(", arguments, ")", INDENT, INDENT),
        f'{INDENT}print("{label} =", value)',
        f"{INDENT}for name, slope in gradient.items():",
        f'{INDENT}{INDENT}print(f"d{label}/d{{name}} =", slope)',
    ]
