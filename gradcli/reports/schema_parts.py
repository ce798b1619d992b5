"""What the JSON Schemas are made of: objects, arrays, texts, and what several share, such as nodes and notes."""

from __future__ import annotations

from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: dict[str, Any] = {"type": "string"}


def an_object(description: str, properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of an object with these keys, all of them required except the optional ones."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def a_schema(
    title: str, description: str, properties: dict[str, Any], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the schema of all that a command prints: an object that begins with the name of its schema."""
    named = {"schema": {"const": title}, **properties}
    return {"$schema": DIALECT, "title": title, **an_object(description, named, optional)}


def a_list(items: dict[str, Any], description: str = "") -> dict[str, Any]:
    """Return the schema of an array with such elements."""
    return {**_described(description), "type": "array", "items": items}


def a_map(values: dict[str, Any], description: str = "") -> dict[str, Any]:
    """Return the schema of an object with any keys, and such values."""
    return {**_described(description), "type": "object", "additionalProperties": values}


def a_text(description: str) -> dict[str, Any]:
    """Return the schema of a text with a description."""
    return {"description": description, **TEXT}


def _described(description: str) -> dict[str, Any]:
    return {"description": description} if description else {}


STATUSES = ["correct", "imprecise", "follow_through", "wrong", "missing", "invalid", "ungraded"]

NUMBER: dict[str, Any] = {
    "description": "A binary64; a text in exact mode, or for inf and -inf; null where there is none.",
    "type": ["number", "string", "null"],
}
SPAN: dict[str, Any] = {
    "description": "A half-open range of characters of the program.",
    "type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2,
}  # fmt: skip
NODE_ID: dict[str, Any] = {"description": "The id of a node.", "type": "integer", "minimum": 0}


ARGUMENT = an_object(
    "An edge: one argument of a node.",
    {
        "node": NODE_ID,
        "local": {**NUMBER, "description": "The local gradient; null where it is not differentiated."},
        "rule": a_text("The local gradient as a formula."),
        "downstream": {**NUMBER, "description": "What flows back along the edge: upstream times local."},
    },
)
NODE = an_object(
    "A node of the computational graph, after the nodes it depends on.",
    {
        "id": NODE_ID,
        "name": TEXT,
        "also": a_list(TEXT, "Its other names."),
        "operation": a_text("A row of the table of operations."),
        "expression": a_text("What it computes, in the names of its arguments."),
        "value": NUMBER,
        "upstream": {**NUMBER, "description": "The derivative of the output with respect to this node."},
        "arguments": a_list(ARGUMENT),
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
    "message": TEXT,
    "of": a_text("The name of the input or node that the derivative is about."),
    "order": {"description": "1, or 2 for a second derivative.", "type": "integer", "minimum": 1},
    "wrt": a_list(TEXT, "What the output is differentiated with respect to, in that order."),
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
        "name": TEXT,
        "reverse": NUMBER,
        "forward": {**NUMBER, "description": "The derivative in forward mode."},
        "difference": {**FLOAT, "description": "The derivative by central differences."},
        "step": {**FLOAT, "description": "The step of the differences."},
        "error": {**FLOAT, "description": "The error that the differences may have."},
        "verdict": {"enum": ["agrees", "disagrees", "skipped"]},
        "why": TEXT,
    },
)
