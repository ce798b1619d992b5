"""The JSON Schemas of programs of arrays: gradcli/2, and what --shapes prints."""

from __future__ import annotations

from typing import Any

from ..files.array_data import MAX_AXES
from .schema_parts import (
    CHECK,
    NODE_ID,
    NOTE,
    NUMBER,
    REMARK,
    SIDED,
    SPAN,
    TEXT,
    a_list,
    a_map,
    a_schema,
    a_text,
    an_object,
)


def _nested(levels: int) -> dict[str, Any]:
    """Return the schema of a number, or of nested lists of numbers, of so many levels at most."""
    found: dict[str, Any] = {"type": NUMBER["type"]}
    for _ in range(levels):
        found = {"type": [*NUMBER["type"], "array"], "items": found}
    return found


ARRAY: dict[str, Any] = {
    "description": "A number, or nested lists of numbers. A number is a binary64; a text in exact mode, or for inf and "
    "-inf; null where there is none.",
    **_nested(MAX_AXES),
}
SHAPE: dict[str, Any] = {
    "description": "A size for every axis; empty for a number.",
    "type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": MAX_AXES,
}  # fmt: skip
LETTERS: dict[str, Any] = {
    "description": "A size for every axis, as a text where letters stand for it; empty for a number.",
    "type": "array", "items": {"type": ["integer", "string"]}, "maxItems": MAX_AXES,
}  # fmt: skip
RULE: dict[str, Any] = a_text(
    "What flows back, as a formula; empty where nothing does: to labels, indices and numerals."
)
ARGUMENT = an_object(
    "An edge: one argument of a node.",
    {
        "node": NODE_ID,
        "local": {**ARRAY, "description": "The local gradient of a number; null where it is a linear map."},
        "rule": RULE,
        "downstream": {**ARRAY, "description": "What flows back along the edge, in the shape of the argument."},
    },
)
NODE = an_object(
    "A node of the program, after the nodes it depends on: an array, or a number.",
    {
        "id": NODE_ID,
        "name": TEXT,
        "operation": a_text("A row of the table of operations."),
        "expression": a_text("What it computes, in the names of its arguments."),
        "shape": SHAPE,
        "value": ARRAY,
        "upstream": {**ARRAY, "description": "The derivative of the output with respect to every entry."},
        "tangent": {**ARRAY, "description": "The derivative of every entry along the direction."},
        "arguments": a_list(ARGUMENT),
        "span": SPAN,
    },
    optional=("tangent",),
)
ARRAY_GRADIENT: dict[str, Any] = a_schema(
    "gradcli/2",
    "A program of arrays at a point: values and derivatives of every node. Keys are only ever added.",
    {
        "program": TEXT,
        "output": a_text("The name of the output."),
        "value": ARRAY,
        "gradient": a_map(ARRAY, "For everything that was asked for an array of its shape."),
        "shapes": a_map(SHAPE, "The shape of every input and every named node."),
        "upstream": {**ARRAY, "description": "What the reverse pass starts with, in the shape of the output."},
        "arithmetic": an_object(
            "The number system that settled the numbers: float, balls, exact or ieee; and whether it ran over "
            "arrays, or over the scalar nodes that they stand for.",
            {
                "system": {"enum": ["float", "balls", "exact", "ieee"]},
                "bits": {"type": "integer"},
                "by": {"enum": ["arrays", "scalars"]},
            },
            optional=("bits",),
        ),
        "nodes": a_list(NODE),
        "notes": a_list(NOTE),
        "hessian": a_map(
            a_map(_nested(2 * MAX_AXES)),
            "For two inputs an array with the axes of the first, and then those of the second.",
        ),
        "jacobian": a_map(
            a_map(_nested(2 * MAX_AXES)),
            "For every output and input an array with the axes of the output, then of the input.",
        ),
        "passes": an_object(
            "How the Jacobian came about: by reverse or forward passes over arrays, or by scalar records.",
            {"mode": {"enum": ["reverse", "forward", "scalars"]}, "count": {"type": "integer", "minimum": 0}},
        ),
        "tangent": {**ARRAY, "description": "The derivative of the output along the direction."},
        "direction": a_map(ARRAY, "The direction, for the inputs that move."),
        "checks": a_list(CHECK),
        "step": a_map(ARRAY, "The new values after the step of --step."),
    },
    optional=("hessian", "jacobian", "passes", "tangent", "direction", "checks", "step"),
)
SIZES = a_map({"type": "integer"}, "The letters that met a number.")
SHAPES: dict[str, Any] = a_schema(
    "gradcli.shapes/1",
    "The shapes of a program of arrays, without any number.",
    {
        "program": TEXT,
        "output": a_text("The name of the output."),
        "sizes": SIZES,
        "shapes": a_map(LETTERS, "The shape of every input and every named node."),
        "nodes": a_list(
            an_object(
                "A node of the program.",
                {
                    "id": NODE_ID,
                    "name": TEXT,
                    "operation": TEXT,
                    "expression": TEXT,
                    "shape": LETTERS,
                    "arguments": a_list(
                        an_object("An argument.", {"node": NODE_ID, "rule": RULE, "shape": LETTERS}),
                        "The arguments to which something flows back.",
                    ),
                    "span": SPAN,
                },
            )
        ),
    },
)
STATEMENT = {
    "name": a_text("Its name in the text."),
    "formula": TEXT,
    "shape": LETTERS,
}
ARRAY_DIFF: dict[str, Any] = a_schema(
    "gradcli.diff/2",
    "The derivatives of a program of arrays as a program.",
    {
        "program": TEXT,
        "output": TEXT,
        "order": {"const": 1},
        "text": a_text("All statements as a program."),
        "sizes": SIZES,
        "statements": a_list(an_object("A statement of the program.", STATEMENT)),
        "derivatives": a_list(
            an_object(
                "One derivative that was asked for.",
                {"wrt": a_list(TEXT), **STATEMENT, "value": ARRAY},
            )
        ),
        "notes": a_list(an_object("A remark.", REMARK, optional=SIDED)),
    },
)
MANY = {
    "description": "How many; a text where sizes are letters.",
    "type": ["integer", "string"],
}
MODE = an_object("A way to derivatives.", {"passes": MANY, "each": MANY, "multiplications": MANY})
COST: dict[str, Any] = a_schema(
    "gradcli.cost/1",
    "What a program costs: multiplications, divisions and functions, one each.",
    {
        "program": TEXT,
        "output": TEXT,
        "sizes": SIZES,
        "value": MANY,
        "backward": MANY,
        "kept": {**MANY, "description": "How many numbers the backward pass needs of the values."},
        "modes": an_object("All ways.", {"reverse": MODE, "forward": MODE, "hessian": MODE}),
        "nodes": a_list(
            an_object(
                "A node of the program.",
                {
                    "id": NODE_ID,
                    "name": TEXT,
                    "operation": TEXT,
                    "expression": TEXT,
                    "shape": LETTERS,
                    "value": MANY,
                    "backward": MANY,
                    "kept": MANY,
                },
            )
        ),
    },
)
