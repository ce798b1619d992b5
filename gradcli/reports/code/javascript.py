"""Both passes of a program of numbers as a function of JavaScript."""

from __future__ import annotations

from ...record.gradient import Gradient
from .. import Style
from .helpers import helpers, with_their_own
from .lines import Subject, subject_of
from .spelling import JAVASCRIPT
from .writing import Syntax, commented, function, heading, listed

FUNCTION = "forwardBackward"
INDENT = "  "
SYNTAX = Syntax(
    INDENT, ";", "//", ("if (", ") {"), "}", True, "!({})", " && ", " || ", "const {} = {};", "const", "let"
)  # fmt: skip
OWN = (FUNCTION, *helpers("javascript"))


def render(record: Gradient, style: Style) -> str:
    """Return both passes at the point of a record."""
    return write(subject_of(record))


def write(subject: Subject) -> str:
    """Return a file with the function, and with what prints its numbers at the point, where there is one."""
    parts = function(subject, JAVASCRIPT, SYNTAX, OWN)
    body = [f"{INDENT}// Forward", *parts.forward, ""]
    if parts.backward:
        body += [f"{INDENT}// Backward: every d... is the derivative of {parts.output} with respect to ..."]
        body += [*parts.backward, ""]
    body += [f"{INDENT}return {{", f"{INDENT * 2}value: {parts.output},",
             *listed("gradient: {", parts.gradient, "},", INDENT * 2, INDENT), f"{INDENT}}};"]  # fmt: skip
    given = parts.defaults
    parameters = [
        f"{name} = {given[name]}" if name in given else name
        for name in sorted(parts.parameters, key=given.__contains__)
    ]
    text = "\n".join([
        f"// Returns {parts.output}, and its derivatives by the names of the inputs.",
        *listed(f"function {FUNCTION}(", parameters, ") {", "", INDENT), *body, "}",
    ])  # fmt: skip
    called, _ = with_their_own(JAVASCRIPT.name, parts.needed)
    sections = [*called, text, _main(subject, has_point=parts.has_point)]
    top = commented(heading(subject.text, subject.graph.nodes.operations, subject.notes), "//")
    return "\n".join([*top, "", "\n\n".join(sections)]) + "\n"


def _main(subject: Subject, *, has_point: bool) -> str:
    """Return what offers the function to other files, and prints the numbers."""
    label = subject.graph.labels[subject.output]
    shown = [
        f"{INDENT}if (require.main === module) {{",
        f"{INDENT * 2}const {{ value, gradient }} = {FUNCTION}();",
        f'{INDENT * 2}console.log("{label} =", value);',
        f"{INDENT * 2}for (const [name, slope] of Object.entries(gradient)) {{",
        f"{INDENT * 3}console.log(`d{label}/d${{name}} =`, slope);",
        f"{INDENT * 2}}}",
        f"{INDENT}}}",
    ]
    return "\n".join(['if (typeof module !== "undefined") {', f"{INDENT}module.exports = {{ {FUNCTION} }};",
                      *(shown if has_point else []), "}"])  # fmt: skip
