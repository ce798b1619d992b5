"""What a wrong claim may come from, in the names of the problem."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...record.gradient import Gradient
from ..claims.items import item_name
from .results import Explanation

if TYPE_CHECKING:
    from ..diagnosis.diagnoses import Diagnosis


def explanations(record: Gradient, diagnoses: Iterable[Diagnosis]) -> list[Explanation]:
    """Return the diagnoses of a claim as words and names, best first."""
    return [
        Explanation(
            d.mistake, d.hedge, d.what, d.where, [record.labels[i] for i in d.site],
            [item_name(record, item) for item in d.explains], list(d.also), d.rule,
        )
        for d in diagnoses
    ]  # fmt: skip
