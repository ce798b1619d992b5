"""The JSON Schemas of what gradcli prints as JSON."""

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


def _object(description: str, properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


ARGUMENT = _object(
    "An edge: one argument of a node.",
    {
        "node": NODE_ID,
        "local": {**NUMBER, "description": "The local gradient; null where it is not differentiated."},
        "rule": {"description": "The local gradient as a formula.", "type": "string"},
        "downstream": {**NUMBER, "description": "What flows back along the edge: upstream times local."},
    },
)
NODE = _object(
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
_REMARK: dict[str, Any] = {
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
NOTE = _object(
    "A remark on a node; what is said of second derivatives is a remark on the output.",
    {"kind": _REMARK["kind"], "node": NODE_ID, **_REMARK},
    optional=SIDED,
)
FLOAT: dict[str, Any] = {"type": ["number", "null"]}
CHECK = _object(
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
DIAGNOSIS = _object(
    "A mistake that a wrong claim is consistent with.",
    {
        "mistake": {"description": "The mistake in the catalogue.", "type": "string"},
        "message": TEXT,
        "site": {"description": "The names of the nodes where it was made.", "type": "array", "items": TEXT},
        "explains": {"description": "The wrong claims that it explains.", "type": "array", "items": TEXT},
    },
)
MARK = _object(
    "The verdict on one claim, or on an item that is missing.",
    {
        "item": {"description": "What the claim is about; null where it names nothing.", "type": ["string", "null"]},
        "kind": {"enum": ["value", "local", "upstream", "derivative", None]},
        "name": {"description": "The item as it was written.", "type": "string"},
        "claim": {"description": "The claim as it was written.", "type": "string"},
        "value": {**FLOAT, "description": "The number that is claimed; that of a formula at the point."},
        "status": {
            "enum": ["correct", "imprecise", "follow_through", "wrong", "missing", "invalid", "ungraded"],
        },
        "accepted": {"description": "Null where it cannot be graded.", "type": ["boolean", "null"]},
        "credit": {"type": "number", "minimum": 0, "maximum": 1},
        "why": TEXT,
        "first_wrong": {"description": "Whether this is the first wrong step.", "type": "boolean"},
        "expected": {**NUMBER, "description": "The correct value, where --reveal shows it."},
        "diagnoses": {"type": "array", "items": DIAGNOSIS},
    },
)

STATUSES = ["correct", "imprecise", "follow_through", "wrong", "missing", "invalid", "ungraded"]
GRADED_CLAIM = _object(
    "A marked claim, or an item that is missing.",
    {
        "problem": {"type": "string"},
        "item": {"type": "string"},
        "claim": {"description": "As the student wrote it; null if it is missing.", "type": ["string", "null"]},
        "status": {"enum": STATUSES},
        "credit": {"type": "number", "minimum": 0, "maximum": 1},
        "points": {"description": "What it counts at most; 0 if it was not asked.", "type": "number"},
        "expected": {"description": "The answer, where the homework reveals it.", "type": ["string", "null"]},
        "why": {"type": "string"},
        "first_wrong": {"description": "Whether this is the first wrong step of the problem.", "type": "boolean"},
        "mistakes": {
            "description": "What a wrong claim is consistent with, best first.",
            "type": "array",
            "items": _object("A mistake.", {"mistake": {"type": "string"}, "message": {"type": "string"}}),
        },
    },
)
STUDENT = _object(
    "The result of a student.",
    {
        "student": {"type": "string"},
        "earned": {"type": "number"},
        "points": {"type": "number"},
        "problems": {
            "type": "object",
            "additionalProperties": _object("A problem.", {"earned": {"type": "number"}, "points": {"type": "number"}}),
        },
        "claims": {"type": "array", "items": GRADED_CLAIM},
        "remarks": {"type": "array", "items": {"type": "string"}},
    },
)


def _counted(description: str, what: str, about: str) -> dict[str, Any]:
    """Return the schema of something that is counted over the class."""
    texts = {"problem": {"type": "string"}, what: {"type": "string"}}
    number = {"type": "integer", "minimum": 0}
    return _object(
        description, {**texts, about: number if about == "right" else {"type": "string"}, "students": number}
    )


SCHEMAS: dict[str, dict[str, Any]] = {
    "gradcli": {
        "$schema": DIALECT,
        "title": "gradcli/1",
        **_object(
            "A program at a point: values and derivatives of every node. Keys are only ever added.",
            {
                "schema": {"const": "gradcli/1"},
                "program": {"type": "string"},
                "output": {"description": "The name of the output.", "type": "string"},
                "value": NUMBER,
                "gradient": {"type": "object", "additionalProperties": NUMBER},
                "upstream": {**NUMBER, "description": "What the reverse pass starts with."},
                "arithmetic": _object(
                    "The number system that settled the numbers: float, balls, exact or ieee.",
                    {"system": {"enum": ["float", "balls", "exact", "ieee"]}, "bits": {"type": "integer"}},
                    optional=("bits",),
                ),
                "nodes": {"type": "array", "items": NODE},
                "notes": {"type": "array", "items": NOTE},
                "hessian": {
                    "type": "object",
                    "additionalProperties": {"type": "object", "additionalProperties": NUMBER},
                },
                "checks": {"type": "array", "items": CHECK},
            },
            optional=("hessian", "checks"),
        ),
    },
    "diff": {
        "$schema": DIALECT,
        "title": "gradcli.diff/1",
        **_object(
            "The derivatives of a program as formulas.",
            {
                "schema": {"const": "gradcli.diff/1"},
                "program": {"type": "string"},
                "output": {"type": "string"},
                "order": {"type": "integer", "minimum": 1},
                "text": {"description": "All of them as a program.", "type": "string"},
                "derivatives": {
                    "type": "array",
                    "items": _object(
                        "One derivative.",
                        {
                            "wrt": {"type": "array", "items": {"type": "string"}},
                            "name": {"description": "Its name in the text.", "type": "string"},
                            "formula": {"description": "Null where it would be too long.", "type": ["string", "null"]},
                            "value": NUMBER,
                        },
                    ),
                },
                "notes": {
                    "description": "What there is to say of the program and its derivatives at the point.",
                    "type": "array",
                    "items": _object("A remark.", _REMARK, optional=SIDED),
                },
            },
        ),
    },
    "plot": {
        "$schema": DIALECT,
        "title": "gradcli.plot/1",
        **_object(
            "A program over one range, or two, as gradcli plot prints it.",
            {
                "schema": {"const": "gradcli.plot/1"},
                "program": {"type": "string"},
                "output": {"type": "string"},
                "ranges": {
                    "type": "object",
                    "additionalProperties": {
                        "type": "array",
                        "items": {"type": "number"},
                        "minItems": 2,
                        "maxItems": 2,
                    },
                },
                "fixed": {"type": "object", "additionalProperties": {"type": "number"}},
                "marks": {
                    "type": "array",
                    "items": _object(
                        "A marked point.",
                        {
                            "at": {"type": "object", "additionalProperties": {"type": "number"}},
                            "value": NUMBER,
                            "gradient": {"type": "object", "additionalProperties": NUMBER},
                            "notes": {"type": "array", "items": {"type": "string"}},
                        },
                    ),
                },
                "columns": {"description": "What a sample consists of.", "type": "array", "items": {"type": "string"}},
                "samples": {
                    "description": "Null where there is no value. Samples of one piece belong to one unbroken curve.",
                    "type": "array",
                    "items": {"type": "array", "items": {"type": ["number", "null"]}},
                },
                "breaks": {
                    "description": "Where the curves break, and why: pole, jump, kink, hole, vertical tangent, "
                    "no limit, undetermined, end of the domain, overflow. Absent for two ranges.",
                    "type": "array",
                    "items": _object("A break.", {"at": {"type": "number"}, "kind": {"type": "string"}}),
                },
            },
            optional=("breaks",),
        ),
    },
    "check": {
        "$schema": DIALECT,
        "title": "gradcli.check/1",
        **_object(
            "The marks of a sheet of claims. Keys are only ever added.",
            {
                "schema": {"const": "gradcli.check/1"},
                "program": TEXT,
                "output": {"description": "The name of the output.", "type": "string"},
                "point": {"type": "object", "additionalProperties": NUMBER},
                "rule": {"description": "What counts as right, in words.", "type": "string"},
                "score": _object("The score.", {"earned": {"type": "number"}, "possible": {"type": "number"}}),
                "accepted": {"description": "Whether every claim is.", "type": "boolean"},
                "marks": {"type": "array", "items": MARK},
            },
        ),
    },
    "grade": {
        "$schema": DIALECT,
        "title": "gradcli.grade/1",
        **_object(
            "A class that was marked. Keys are only ever added.",
            {
                "schema": {"const": "gradcli.grade/1"},
                "title": {"type": "string"},
                "rule": {"description": "What counts as right, in words.", "type": "string"},
                "points": {"description": "What can be earned.", "type": "number"},
                "problems": {
                    "type": "array",
                    "items": _object("A problem.", {"id": {"type": "string"}, "points": {"type": "number"}}),
                },
                "students": {"type": "array", "items": STUDENT},
                "spread": {
                    "description": "The least, median, mean and greatest share of the points; empty without students.",
                    "type": "object",
                    "additionalProperties": {"type": "number"},
                },
                "items": {"type": "array", "items": _counted("How an item went.", "item", "right")},
                "mistakes": {
                    "description": "Mistakes that claims are consistent with, each at a place; the commonest first.",
                    "type": "array",
                    "items": _counted("A mistake.", "mistake", "message"),
                },
                "shared": {
                    "description": "Wrong claims of several students that nothing explains.",
                    "type": "array",
                    "items": _counted("A claim.", "item", "claim"),
                },
                "not_marked": {
                    "type": "array",
                    "items": _object(
                        "A row or a file that could not be marked.",
                        {"place": {"type": "string"}, "student": {"type": "string"}, "message": {"type": "string"}},
                    ),
                },
            },
        ),
    },
    "error": {
        "$schema": DIALECT,
        "title": "gradcli.error/1",
        **_object(
            "What --json prints on standard error when there is no record.",
            {
                "schema": {"const": "gradcli.error/1"},
                "kind": {"type": "string"},
                "message": {"type": "string"},
                "source": {"description": "What the span is a range of.", "type": ["string", "null"]},
                "span": {"anyOf": [SPAN, {"type": "null"}]},
                "hint": {"type": ["string", "null"]},
                "status": {"enum": [2, 3, 4, 5]},
            },
        ),
    },
}
