"""Wrong rules have no domain of their own: at every number where an operation has a value they end without an error."""

from __future__ import annotations

import re
from itertools import product

import pytest

from gradcli.calculus.operations import OPERATIONS, Operation
from gradcli.errors import GradcliError
from gradcli.homework.diagnosis.predictions import Predictions
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram
from gradcli.record.calls import differentiate

ODD = (0.0, 1.0, -1.0, 2.5, -0.5, 30.0, 1e160, 1e-200)
CALLS = [operation for operation in OPERATIONS.values() if operation.is_function and operation.arity in (1, 2)]
SIGNS = ("x + y", "x - y", "x*y", "x/y", "x**y", "-x")


def programs(operation: Operation) -> str:
    return f"{operation.name}({', '.join('xy'[: len(operation.parameters)])})"


@pytest.mark.parametrize("text", [*SIGNS, *map(programs, CALLS)])
def test_all_that_may_go_wrong_is_worked_out(text: str) -> None:
    names = re.findall(r"\b[xy]\b", text)
    tried = 0
    for point in product(ODD, repeat=len(names)):
        try:
            record = differentiate(f"q = {text}; f = q*w + q", {**dict(zip(names, point, strict=True)), "w": 3.0})
        except GradcliError:
            continue
        predictions = Predictions(ReworkedProgram(record))
        for prediction in [*predictions.single(), *(p for m in predictions.mistakes for p in predictions.spread(m))]:
            assert all(isinstance(number, float) for number in prediction.sheet.values()), prediction.key
            tried += 1
    assert tried
