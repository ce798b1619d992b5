"""The commands, in the order in which help lists them, each with a line on what it does."""

COMMANDS = {
    "diff": "Print the gradient of PROGRAM as formulas.",
    "descend": "Take steps of gradient descent, one line a step.",
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
