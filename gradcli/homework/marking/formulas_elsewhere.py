"""What explains a wrong formula: only mistakes that give it at other points too, as 2*y may be x*y at x=2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from ...errors import LimitError, MathError, Source
from ...record.gradient import evaluate
from ...record.precision import Precision
from ...record.request import Request
from ..claims.claims import Formula
from ..claims.items import Item
from ..claims.labels import Data
from ..diagnosis.diagnoses import Diagnosis
from ..diagnosis.hidden_numbers import Evidence
from .answer_key import AnswerKey
from .judging import MarkingPolicy

OTHER_POINTS = 2  # at which a mistake has to give a formula
Place = tuple[Item, str, tuple[int, ...]]  # what is explained, by which mistake, made at which nodes


def explaining_everywhere(
    key: AnswerKey, formulas: Mapping[Item, Formula], found: Mapping[Item, tuple[Diagnosis, ...]], policy: MarkingPolicy
) -> dict[Item, tuple[Diagnosis, ...]]:
    """Return diagnoses by what they explain, without those that explain a formula at the point of the sheet alone."""
    elsewhere = list(islice(_elsewhere(key, formulas, policy), OTHER_POINTS))

    def fits(item: Item, diagnosis: Diagnosis) -> bool:
        own = {(item, mistake, diagnosis.site) for mistake in (diagnosis.mistake, *diagnosis.also)}
        return item not in formulas or all(not own.isdisjoint(places) for places in elsewhere)

    left = {item: tuple(d for d in diagnoses if fits(item, d)) for item, diagnoses in found.items()}
    return {item: diagnoses for item, diagnoses in left.items() if diagnoses}


def _elsewhere(key: AnswerKey, formulas: Mapping[Item, Formula], policy: MarkingPolicy) -> Iterator[set[Place]]:
    """Yield what may explain formulas at other points."""
    record = key.record
    request = Request(Precision("certain"), of=record.labels[record.output])
    for sample in key.samples(policy.random_seed, Data(key.fixed)):
        given = {name: Source(name, repr(sample.values[i].v)) for name, i in record.graph.inputs.items()}
        try:
            other = AnswerKey(evaluate(record.source, given, request, record.graph), fixed=key.fixed)
        except (MathError, LimitError):  # no number there, or none that is certain
            continue
        numbers = {item: other.at_point(formula) for item, formula in formulas.items()}
        sheet = [Evidence(item, number.value, 0.0, False) for item, number in numbers.items() if number is not None]
        if len(sheet) == len(formulas):
            diagnoses = other.suspects(policy.tolerance).diagnose(sheet)
            yield {
                (item, mistake, d.site) for d in diagnoses for item in d.explains for mistake in (d.mistake, *d.also)
            }
