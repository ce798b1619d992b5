"""How deep lists may be nested in JSON of arrays: an axis is a level; a second derivative has those of two arrays."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from gradcli.reports.array_schema import ARRAY
from gradcli.reports.schema import SCHEMAS


def nested(levels: int) -> Any:
    found: Any = 0.5
    for _ in range(levels):
        found = [found]
    return found


def deepest(schema: dict[str, Any], put: Any) -> int:
    valid = jsonschema.Draft202012Validator(schema).is_valid
    return next(levels for levels in range(20, -1, -1) if valid(put(nested(levels))))


@pytest.mark.parametrize("of_two", ["hessian", "jacobian"])
def test_second_derivatives_have_the_axes_of_both_arrays(of_two: str) -> None:
    schema = SCHEMAS["arrays"]["properties"][of_two]
    assert deepest(schema, lambda array: {"W": {"X": array}}) == 4 + 4
    assert jsonschema.Draft202012Validator(schema).is_valid({"W": {"x": 0.5, "y": [[None, 1]]}})


def test_an_array_has_four_axes_at_most() -> None:
    assert deepest(ARRAY, lambda array: array) == 4
