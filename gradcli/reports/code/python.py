"""Both passes of a program of numbers as a function of Python that needs `math` alone."""

from __future__ import annotations

from collections.abc import Mapping

from ...record.gradient import Gradient
from .. import Style
from .helpers import helpers, with_their_own
from .lines import Subject, subject_of
from .spelling import PYTHON
from .writing import Syntax, commented, function, heading, listed

FUNCTION = "forward_backward"
INDENT = "    "
SYNTAX = Syntax(INDENT, "", "#", ("if ", ":"), "", False, "not {}", " and ", " or ", "{} = {}")
OWN = ("math", FUNCTION, *helpers("python"))


def render(record: Gradient, style: Style) -> str:
    """Return both passes at the point of a record."""
    return write(subject_of(record))


def write(subject: Subject) -> str:
    """Return a file with the function, and with what prints its numbers at the point, where there is one."""
    parts = function(subject, PYTHON, SYNTAX, OWN)
    body = [f"{INDENT}# Forward", *parts.forward, ""]
    if parts.backward:
        body += [f"{INDENT}# Backward: every d... is the derivative of {parts.output} with respect to ..."]
        body += [*parts.backward, ""]
    body += listed(f"return {parts.output}, {{", parts.gradient, "}", INDENT, INDENT)
    given: Mapping[str, str] = {} if parts.of_arrays else parts.defaults  # a list is no default: calls would share it
    parameters = [
        f"{name}={given[name]}" if name in given else name for name in sorted(parts.parameters, key=given.__contains__)
    ]
    text = "\n".join([
        *listed(f"def {FUNCTION}(", parameters, "):", "", INDENT),
        f'{INDENT}"""Return {parts.output}, and its derivatives by the names of the inputs."""', *body,
    ])  # fmt: skip
    called, modules = with_their_own(PYTHON.name, parts.needed)
    sections = [*called, text]
    if parts.has_point:
        sections.append(_main(subject, parts.defaults if parts.of_arrays else {}))
    imports = ["import math", "", ""] if "math" in modules else [""]
    top = commented(heading(subject.text, subject.graph.nodes.operations, subject.notes), "#")
    return "\n".join([*top, "", *imports, "\n\n\n".join(sections)]) + "\n"


def _main(subject: Subject, point: Mapping[str, str]) -> str:
    """Return what prints the numbers; `point` has the values of the parameters that have no default."""
    label = subject.graph.labels[subject.output]
    values = [f"{name}={text}" for name, text in point.items()]
    return "\n".join([
        'if __name__ == "__main__":',
        *listed(f"value, gradient = {FUNCTION}(", values, ")", INDENT, INDENT),
        f'{INDENT}print("{label} =", value)',
        f"{INDENT}for name, slope in gradient.items():",
        f'{INDENT}{INDENT}print(f"d{label}/d{{name}} =", slope)',
    ])  # fmt: skip
