"""The JSON Schema of a descent."""

from __future__ import annotations

from typing import Any

from .array_schema import ARRAY
from .schema_parts import NUMBER, TEXT, a_list, a_map, a_schema, a_text, an_object

ARRAYS: dict[str, Any] = a_map(ARRAY)
DESCENT: dict[str, Any] = a_schema(
    "gradcli.descent/1",
    "Steps of descent, as gradcli descend prints them. With --to ndjson every step is an object on a line.",
    {
        "program": TEXT,
        "output": TEXT,
        "rule": a_text("The rule of the steps, as gradcli rules shows it."),
        "settings": a_map(TEXT, "The rate and the parameters of the rule, as they were written."),
        "ascent": {"description": "Whether the steps go uphill.", "type": "boolean"},
        "ended": {
            "description": "What --until came to; null without it.",
            "type": ["string", "null"],
        },
        "notes": a_list(TEXT),
        "steps": a_list(
            an_object(
                "A point. The first one is the start.",
                {
                    "step": {"description": "How many steps were taken.", "type": "integer", "minimum": 0},
                    "value": NUMBER,
                    "norm": {"description": "The norm of the gradient, a binary64.", "type": "number"},
                    "parameters": {**ARRAYS, "description": "What the steps change."},
                    "gradient": {**ARRAYS, "description": "The derivative with respect to each of them."},
                    "state": a_map(ARRAYS, "With --state: what the rule takes along, by parameter and name."),
                },
                optional=("state",),
            )
        ),
    },
)
