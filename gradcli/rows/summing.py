"""All rows of a stream added up to one line: value and derivatives, their sum or mean over the data.

Every row is computed in balls and added without rounding, so that neither the order of the rows nor the number of
workers changes a bit, and so that sums that cancel, as they do at the end of a training, are certain too. With
`--ieee` the rows are plain binary64, and their sum is still rounded only once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..errors import GradcliError, InputError, MathError, Source
from ..record.enclosing import narrow
from .arrow import Batch
from .blocks import decoded
from .compiled import Trace, number_function
from .engine import Answer, Failure
from .plan import Failed, Plan, Settings
from .sums import Sums, Total
from .tables import reader_of

ROWS_AT_ONCE = 4_096  # rows whose balls are held


class SumEngine:
    """Turns blocks of rows into their sums. Every process makes its own from the settings and the header."""

    def __init__(self, settings: Settings, header: Sequence[str] | None) -> None:
        self.plan = Plan(settings, header)
        self.settings = settings
        self.reader = reader_of(self.plan, header)
        self.run = self._compiled()

    def _compiled(self) -> Callable[[Sequence[Any]], list[Any]]:
        """Return the function from rows of inputs to rows of numbers, None for a row left to the main job."""
        if self.settings.ieee:
            code = self.plan.trace(arrays=False)
            if code is not None:
                return _with_places(code)
        else:
            from ..numbers.balls import Balls

            line = self.plan.straight_line(Balls(self.settings.bits))
            if line is not None:
                return lambda rows: line.answers(rows, lambda numbers: line.placed(list(map(narrow, numbers))))
        return lambda rows: [None] * len(rows)

    def header(self) -> bytes:
        """Return nothing: there is no line before the last."""
        return b""

    def answer(self, data: bytes) -> Answer:
        """Return the sums over the rows of a block."""
        table = self.reader.table(decoded(data))

        def sources(k: int) -> Mapping[str, Source]:
            if k in table.failed:
                raise table.failed[k]
            return self.reader.sources(table, k)

        batch = Batch(table.size, table.lines, table.inputs, [], table.odd, sources, table.numbering)
        return self.added(batch)

    def added(self, batch: Batch) -> Answer:
        """Return the sums over the rows of a batch, whose columns are lists."""
        sums, failures = Sums(len(self.plan.names)), []
        weights = [None] * batch.size if self.plan.weight is None else batch.inputs[-1]
        inputs = batch.inputs[: len(self.plan.inputs)]
        rows = list(zip(*inputs, strict=True)) if inputs else [()] * batch.size
        found = (
            numbers for k in range(0, batch.size, ROWS_AT_ONCE) for numbers in self.run(rows[k : k + ROWS_AT_ONCE])
        )
        for k, (numbers, weight) in enumerate(zip(found, weights, strict=True)):
            try:
                if numbers is None or k in batch.odd or not _is_weight(weight):
                    weight, numbers = self._alone(batch.sources(k))
                sums.add(numbers, weight)
            except GradcliError as error:
                failures.append(Failure(batch.numbering[k], Failed.of(error)))
                if self.settings.strict:
                    break
        return Answer(b"", batch.lines, batch.size, failures, sums)

    def _alone(self, sources: Mapping[str, Source]) -> tuple[float | None, list[Any]]:
        """Return the weight and the numbers of one row, as the main job computes them."""
        plan, given, weight = self.plan, dict(sources), None
        if plan.weight is not None:
            source = given[plan.weight]
            del given[plan.weight]
            weight = plan.weight_of(source)
            if not _is_weight(weight):
                what = f"{source.text.strip()[:40]} is no weight: a weight is 0 or more"
                raise InputError(what, source=source, kind="cell")
        return weight, plan.answer(given) if self.settings.ieee else plan.enclosures(given)


def _with_places(code: Trace) -> Callable[[Sequence[Any]], list[Any]]:
    """Return the function from rows to their numbers in plain binary64, with None for those that exist in no row."""
    run, present = number_function(code, ieee=True), [x is not None for x in code.results]
    if all(present):
        return run

    def placed(rows: Sequence[Any]) -> list[Any]:
        iterators = (numbers and iter(numbers) for numbers in run(rows))
        return [given and [next(given) if here else None for here in present] for given in iterators]

    return placed


def _is_weight(weight: float | None) -> bool:
    return weight is None or 0 <= weight < math.inf


def typed_batch(batch: Batch) -> Batch:
    """Return a batch of typed columns as one of lists; rows with what is no number are to be looked at alone."""
    import numpy as np

    odd = set(batch.odd)
    for column in batch.inputs:
        odd.update(np.flatnonzero(~np.isfinite(column)).tolist())
    return batch._replace(inputs=[column.tolist() for column in batch.inputs], odd=odd)


class Totals:
    """The sums of the blocks so far."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sums = Sums(len(plan.names))

    def take(self, answers: Iterable[Answer], reporter: Any) -> None:
        """Add what became of blocks; with `strict`, up to the first row that fails."""
        for answer in answers:
            reporter.take(answer.lines, answer.rows, answer.failures)
            assert answer.sums is not None
            self.sums.merge(answer.sums)
            if self.plan.settings.strict and answer.failures:
                break

    def numbers(self) -> list[Total]:
        """Return the results, in the order of the plan's names. Raises `MathError` for a mean that does not exist."""
        mean = self.plan.settings.total == "mean"
        if mean and not self.sums.weight:
            what = "there are no rows" if not self.sums.rows else "the weights add up to 0"
            raise MathError(f"there is no mean: {what}", kind="domain")
        return [self.sums.total(k, mean=mean) for k in range(len(self.plan.names))]
