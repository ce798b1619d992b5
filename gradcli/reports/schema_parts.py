"""What the JSON Schemas share: numbers, places, notes and checks."""

from __future__ import annotations

from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"

NUMBER: dict[str, Any] = {
    "description": "A binary64; a text in exact mode, or for inf and -inf; null where there is none.",
    "type": ["number", "string", "null"],
}
SPAN: dict[str, Any] = {
    "description": "A half-open range of characters of the program.",
    "type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2,
}  # fmt: skip
NODE_ID: dict[str, Any] = {"description": "The id of a node.", "type": "integer", "minimum": 0}


def an_object(description: str, properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of an object with these keys, all of them required except the optional ones."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


ARGUMENT = an_object(
    "An edge: one argument of a node.",
    {
        "node": NODE_ID,
        "local": {**NUMBER, "description": "The local gradient; null where it is not differentiated."},
        "rule": {"description": "The local gradient as a formula.", "type": "string"},
        "downstream": {**NUMBER, "description": "What flows back along the edge: upstream times local."},
    },
)
NODE = an_object(
    "A node of the computational graph, after the nodes it depends on.",
    {
        "id": NODE_ID,
        "name": {"type": "string"},
        "also": {"description": "Its other names.", "type": "array", "items": {"type": "string"}},
        "operation": {"description": "A row of the table of operations.", "type": "string"},
        "expression": {"description": "What it computes, in the names of its arguments.", "type": "string"},
        "value": NUMBER,
        "upstream": {**NUMBER, "description": "The derivative of the output with respect to this node."},
        "arguments": {"type": "array", "items": ARGUMENT},
        "span": SPAN,
    },
    optional=("also",),
)
_SIDES = (
    "inf or -inf (a slope), overflow or -overflow (finite, beyond binary64), jump (the value), "
    "outside (no value there) or undetermined"
)
REMARK: dict[str, Any] = {
    "kind": {
        "enum": [
            "kink",
            "one-sided",
            "settled",
            "undefined",
            "undecided",
            "overflow",
            "underflow",
            "constant",
            "unused",
            "inputs",
            "precision",
            "uncertainty",
            "rounded",
            "elementwise",
            "probabilities",
        ]
    },
    "message": {"type": "string"},
    "of": {"description": "The name of the input or node that the derivative is about.", "type": "string"},
    "order": {"description": "1, or 2 for a second derivative.", "type": "integer", "minimum": 1},
    "wrt": {
        "description": "What the output is differentiated with respect to, in that order.",
        "type": "array",
        "items": {"type": "string"},
    },
    "left": {"type": ["number", "string"], "description": f"The derivative from below: a number, or {_SIDES}."},
    "right": {"type": ["number", "string"], "description": f"The derivative from above: a number, or {_SIDES}."},
}
SIDED = ("of", "order", "wrt", "left", "right")  # what only notes of kind one-sided and settled have
NOTE = an_object(
    "A remark on a node; what is said of second derivatives is a remark on the output.",
    {"kind": REMARK["kind"], "node": NODE_ID, **REMARK},
    optional=SIDED,
)
FLOAT: dict[str, Any] = {"type": ["number", "null"]}
CHECK = an_object(
    "What --verify found for one input.",
    {
        "name": {"type": "string"},
        "reverse": NUMBER,
        "forward": {**NUMBER, "description": "The derivative in forward mode."},
        "difference": {**FLOAT, "description": "The derivative by central differences."},
        "step": {**FLOAT, "description": "The step of the differences."},
        "error": {**FLOAT, "description": "The error that the differences may have."},
        "verdict": {"enum": ["agrees", "disagrees", "skipped"]},
        "why": {"type": "string"},
    },
)
TEXT: dict[str, Any] = {"type": "string"}
