"""The JSON Schema of the marks of a program of arrays: gradcli.check/2."""

from __future__ import annotations

from typing import Any

from .array_schema import ARRAY, SHAPE
from .schema_parts import FLOAT, STATUSES, TEXT, a_list, a_map, a_schema, a_text, an_object

NAMES: dict[str, Any] = a_list(TEXT)
ENTRIES = an_object(
    "How many entries are right, and the indices of the wrong ones, at most 1,000; null where none were compared.",
    {
        "right": {"type": "integer", "minimum": 0},
        "of": {"type": "integer", "minimum": 1},
        "wrong": a_list(a_list({"type": "integer", "minimum": 0})),
    },
)
DIAGNOSIS = an_object(
    "A mistake that a wrong claim is consistent with.",
    {
        "mistake": a_text("The mistake in the catalogue."),
        "message": TEXT,
        "site": {**NAMES, "description": "The names of the nodes where it was made."},
        "explains": {**NAMES, "description": "The wrong claims that it explains."},
    },
)
MARK = an_object(
    "The verdict on one claim, or on an item that is missing.",
    {
        "item": {"description": "What the claim is about; null where it names nothing.", "type": ["string", "null"]},
        "kind": {"enum": ["value", "local", "upstream", "derivative", "new", "shape", None]},
        "name": a_text("The item as it was written."),
        "claim": a_text("The claim as it was written."),
        "shape": {
            **SHAPE,
            "description": "The shape that is claimed; null where nothing is.",
            "type": ["array", "null"],
        },
        "value": {**ARRAY, "description": "What is claimed, in the shape of the item; of a formula at the point."},
        "status": {"enum": STATUSES},
        "accepted": {"description": "Null where it cannot be graded.", "type": ["boolean", "null"]},
        "credit": {"description": "What part of it is right.", "type": "number", "minimum": 0, "maximum": 1},
        "why": TEXT,
        "read_as": {
            "description": "What was read in place of the claim, where it was mended.",
            "type": ["string", "null"],
        },
        "first_wrong": {"description": "Whether this is the first wrong step.", "type": "boolean"},
        "entries": {**ENTRIES, "type": ["object", "null"]},
        "shape_is": {"enum": ["transposed", "reshaped", "wrong axis", "not summed", "other", None]},
        "expected": {**ARRAY, "description": "The correct array, or the sizes of a shape, where --reveal shows it."},
        "diagnoses": a_list(DIAGNOSIS),
    },
)
ARRAY_CHECK: dict[str, Any] = a_schema(
    "gradcli.check/2",
    "The marks of a sheet of claims about a program of arrays. Keys are only ever added.",
    {
        "program": TEXT,
        "output": a_text("The name of the output."),
        "point": a_map(ARRAY),
        "rate": {**FLOAT, "description": "The rate of the step that items new(W) are about, below 0 uphill."},
        "rule": a_text("What counts as right, in words."),
        "score": an_object("The score.", {"earned": {"type": "number"}, "possible": {"type": "number"}}),
        "accepted": {"description": "Whether every claim is.", "type": "boolean"},
        "marks": a_list(MARK),
    },
    optional=("rate",),
)
