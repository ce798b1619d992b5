"""The JSON Schemas of programs of arrays: gradcli/2, and what --shapes prints."""

from __future__ import annotations

from typing import Any

from ..files.array_data import MAX_AXES
from .schema_parts import CHECK, DIALECT, NODE_ID, NOTE, NUMBER, REMARK, SIDED, SPAN, an_object


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
RULE: dict[str, Any] = {
    "description": "What flows back, as a formula; empty where nothing does: to labels, indices and numerals.",
    "type": "string",
}
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
        "name": {"type": "string"},
        "operation": {"description": "A row of the table of operations.", "type": "string"},
        "expression": {"description": "What it computes, in the names of its arguments.", "type": "string"},
        "shape": SHAPE,
        "value": ARRAY,
        "upstream": {**ARRAY, "description": "The derivative of the output with respect to every entry."},
        "tangent": {**ARRAY, "description": "The derivative of every entry along the direction."},
        "arguments": {"type": "array", "items": ARGUMENT},
        "span": SPAN,
    },
    optional=("tangent",),
)
ARRAY_GRADIENT: dict[str, Any] = {
    "$schema": DIALECT,
    "title": "gradcli/2",
    **an_object(
        "A program of arrays at a point: values and derivatives of every node. Keys are only ever added.",
        {
            "schema": {"const": "gradcli/2"},
            "program": {"type": "string"},
            "output": {"description": "The name of the output.", "type": "string"},
            "value": ARRAY,
            "gradient": {
                "description": "For everything that was asked for an array of its shape.",
                "type": "object",
                "additionalProperties": ARRAY,
            },
            "shapes": {
                "description": "The shape of every input and every named node.",
                "type": "object",
                "additionalProperties": SHAPE,
            },
            "upstream": {**ARRAY, "description": "What the reverse pass starts with, in the shape of the output."},
            "arithmetic": an_object(
                "The number system that settled the numbers: float, balls, exact or ieee; and whether it ran over "
                "arrays, or over the scalar nodes that they stand for.",
                {"system": {"enum": ["float", "balls", "exact", "ieee"]}, "bits": {"type": "integer"},
                 "by": {"enum": ["arrays", "scalars"]}},
                optional=("bits",),
            ),
            "nodes": {"type": "array", "items": NODE},
            "notes": {"type": "array", "items": NOTE},
            "hessian": {
                "description": "For two inputs an array with the axes of the first, and then those of the second.",
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": _nested(2 * MAX_AXES)},
            },
            "jacobian": {
                "description": "For every output and input an array with the axes of the output, then of the input.",
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": _nested(2 * MAX_AXES)},
            },
            "passes": an_object(
                "How the Jacobian came about: by reverse or forward passes over arrays, or by scalar records.",
                {"mode": {"enum": ["reverse", "forward", "scalars"]}, "count": {"type": "integer", "minimum": 0}},
            ),
            "tangent": {**ARRAY, "description": "The derivative of the output along the direction."},
            "direction": {
                "description": "The direction, for the inputs that move.",
                "type": "object",
                "additionalProperties": ARRAY,
            },
            "checks": {"type": "array", "items": CHECK},
            "step": {
                "description": "The new values after the step of --step.",
                "type": "object", "additionalProperties": ARRAY,
            },
        },
        optional=("hessian", "jacobian", "passes", "tangent", "direction", "checks", "step"),
    ),
}  # fmt: skip
SIZES = {
    "description": "The letters that met a number.",
    "type": "object",
    "additionalProperties": {"type": "integer"},
}
SHAPES: dict[str, Any] = {
    "$schema": DIALECT,
    "title": "gradcli.shapes/1",
    **an_object(
        "The shapes of a program of arrays, without any number.",
        {
            "schema": {"const": "gradcli.shapes/1"},
            "program": {"type": "string"},
            "output": {"description": "The name of the output.", "type": "string"},
            "sizes": SIZES,
            "shapes": {
                "description": "The shape of every input and every named node.",
                "type": "object",
                "additionalProperties": LETTERS,
            },
            "nodes": {
                "type": "array",
                "items": an_object(
                    "A node of the program.",
                    {
                        "id": NODE_ID,
                        "name": {"type": "string"},
                        "operation": {"type": "string"},
                        "expression": {"type": "string"},
                        "shape": LETTERS,
                        "arguments": {
                            "description": "The arguments to which something flows back.",
                            "type": "array",
                            "items": an_object(
                                "An argument.", {"node": NODE_ID, "rule": RULE, "shape": LETTERS}
                            ),
                        },
                        "span": SPAN,
                    },
                ),
            },
        },
    ),
}  # fmt: skip
STATEMENT = {
    "name": {"description": "Its name in the text.", "type": "string"},
    "formula": {"type": "string"},
    "shape": LETTERS,
}
ARRAY_DIFF: dict[str, Any] = {
    "$schema": DIALECT,
    "title": "gradcli.diff/2",
    **an_object(
        "The derivatives of a program of arrays as a program.",
        {
            "schema": {"const": "gradcli.diff/2"},
            "program": {"type": "string"},
            "output": {"type": "string"},
            "order": {"const": 1},
            "text": {"description": "All statements as a program.", "type": "string"},
            "sizes": SIZES,
            "statements": {"type": "array", "items": an_object("A statement of the program.", STATEMENT)},
            "derivatives": {
                "type": "array",
                "items": an_object(
                    "One derivative that was asked for.",
                    {"wrt": {"type": "array", "items": {"type": "string"}}, **STATEMENT, "value": ARRAY},
                ),
            },
            "notes": {"type": "array", "items": an_object("A remark.", REMARK, optional=SIDED)},
        },
    ),
}  # fmt: skip
MANY = {
    "description": "How many; a text where sizes are letters.",
    "type": ["integer", "string"],
}
MODE = an_object("A way to derivatives.", {"passes": MANY, "each": MANY, "multiplications": MANY})
COST: dict[str, Any] = {
    "$schema": DIALECT,
    "title": "gradcli.cost/1",
    **an_object(
        "What a program costs: multiplications, divisions and functions, one each.",
        {
            "schema": {"const": "gradcli.cost/1"},
            "program": {"type": "string"},
            "output": {"type": "string"},
            "sizes": SIZES,
            "value": MANY,
            "backward": MANY,
            "kept": {**MANY, "description": "How many numbers the backward pass needs of the values."},
            "modes": an_object("All ways.", {"reverse": MODE, "forward": MODE, "hessian": MODE}),
            "nodes": {
                "type": "array",
                "items": an_object(
                    "A node of the program.",
                    {
                        "id": NODE_ID,
                        "name": {"type": "string"},
                        "operation": {"type": "string"},
                        "expression": {"type": "string"},
                        "shape": LETTERS,
                        "value": MANY,
                        "backward": MANY,
                        "kept": MANY,
                    },
                ),
            },
        },
    ),
}
