"""The commands, in the order in which help lists them, each with a line on what it does and an example."""

from __future__ import annotations

from ..errors import InputError

COMMANDS = {
    "diff": "Print the gradient of PROGRAM as formulas.",
    "descend": "Take steps of gradient descent, one line per step.",
    "check": "Check answers: values, local and upstream gradients.",
    "sheet": "Print a blank worksheet for PROGRAM, or its key.",
    "grade": "Mark the homework of a class.",
    "rows": "Compute PROGRAM and its gradient for every row of a file.",
    "plot": "Plot PROGRAM and its derivative over a range.",
    "rules": "Print the rule book: local gradients and rules of differentiation.",
    "schema": "Print the JSON Schema of what --json prints.",
    "completion": "Print the completion script of a shell.",
    "help": "Open the manual page of a command or a topic.",
}

# What may stand behind a command that needs a program.
EXAMPLES = {"diff": '"x**2"', "descend": '"x**2" x=3 --rate 0.1', "check": '"x**2" x=3 df/dx=6', "sheet": '"x**2" x=3',
            "plot": '"x**2" x=-3:3', "rows": '"x*y" points.csv'}  # fmt: skip


def no_program() -> InputError:
    """Return the error for a program that is missing, with an example of the command that is run."""
    from click import get_current_context

    context = get_current_context(silent=True)
    name = context.info_name if context is not None else None
    example, place = (EXAMPLES[name], f"gradcli {name}") if name in EXAMPLES else ('"x**2" x=3', "gradcli")
    return InputError("a program is missing", kind="option", hint=f"for example {place} {example}; see {place} --help")
