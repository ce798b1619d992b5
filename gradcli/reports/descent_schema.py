"""The JSON Schema of a descent."""

from __future__ import annotations

from typing import Any

from .array_schema import ARRAY
from .schema_parts import DIALECT, NUMBER, an_object

ARRAYS: dict[str, Any] = {"type": "object", "additionalProperties": ARRAY}
DESCENT: dict[str, Any] = {
    "$schema": DIALECT,
    "title": "gradcli.descent/1",
    **an_object(
        "Steps of descent, as gradcli descend prints them. With --to ndjson every step is an object on a line.",
        {
            "schema": {"const": "gradcli.descent/1"},
            "program": {"type": "string"},
            "output": {"type": "string"},
            "rule": {"description": "The rule of the steps, as gradcli rules shows it.", "type": "string"},
            "settings": {
                "description": "The rate and the parameters of the rule, as they were written.",
                "type": "object", "additionalProperties": {"type": "string"},
            },
            "ascent": {"description": "Whether the steps go uphill.", "type": "boolean"},
            "ended": {
                "description": "What --until came to; null without it.", "type": ["string", "null"],
            },
            "notes": {"type": "array", "items": {"type": "string"}},
            "steps": {
                "type": "array",
                "items": an_object(
                    "A point. The first one is the start.",
                    {
                        "step": {"description": "How many steps were taken.", "type": "integer", "minimum": 0},
                        "value": NUMBER,
                        "norm": {"description": "The norm of the gradient, a binary64.", "type": "number"},
                        "parameters": {**ARRAYS, "description": "What the steps change."},
                        "gradient": {**ARRAYS, "description": "The derivative with respect to each of them."},
                        "state": {
                            "description": "With --state: what the rule takes along, by parameter and name.",
                            "type": "object", "additionalProperties": ARRAYS,
                        },
                    },
                    optional=("state",),
                ),
            },
        },
    ),
}  # fmt: skip
