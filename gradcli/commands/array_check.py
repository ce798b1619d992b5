"""gradcli check of a program of arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..arrays.graph import ArrayGraph
from ..calculus.operations import CONSTANTS
from ..errors import GradcliError, InputError, Source
from ..homework.claims.array_items import names_step, worksheet
from ..homework.claims.claim_files import ClaimSheet
from ..homework.claims.claims import Claim
from ..homework.claims.items import stray_word
from ..homework.claims.labels import inputs_named
from ..homework.claims.written_numbers import without_dash
from ..homework.marking.array_key import ArrayKey
from ..homework.marking.array_marks import ArrayMarked, mark_arrays
from ..homework.marking.judging import MarkingPolicy
from ..language.array_scope import parse_arrays
from ..record import bindings as binding
from ..record.array_gradient import ArrayGradient, evaluate_arrays
from ..record.array_point import ArrayPoint, Given, texts_of
from ..record.array_task import chosen_output
from ..record.array_values import resolved
from ..record.precision import Precision
from ..record.request import Request
from ..record.update_rules import Update
from ..record.word_slips import no_claim
from ..text import clip, counted, visible
from .progress import Progress


class _Words:
    """What stands on the command line behind the program: values of inputs, and claims."""

    def __init__(self, source: Source, words: list[str], from_files: Mapping[str, Source], of: str | None) -> None:
        self.words = words
        self.pairs = [(word, *(part.strip() for part in word.partition("=")[::2])) for word in words]
        self.problems: dict[str, GradcliError] = {}
        values: dict[str, Given] = {}
        for name, value in from_files.items():
            values[name] = self._read(name, value)
        for _, name, text in self.pairs:
            if binding.NAME.fullmatch(name):
                values[name] = self._read(name, Source(name, text))
        point = ArrayPoint(values)
        names = [name for _, name, _ in self.pairs]
        try:
            self.graph = parse_arrays(source, point.shapes, of=of, unless_assigned=names, statics=point.statics)
        except InputError:
            if unread := next((name for name in self.problems if _is_open(name, source.text)), None):
                raise self.problems[unread] from None
            ArrayPoint({name: value for name, value in values.items() if _is_open(name, source.text)}).check_texts()
            raise
        self.claims: list[Claim] = []
        bound = self._sorted()
        given = {name: values[name] for name in from_files if name in self.graph.inputs}
        self.given: dict[str, Given] = {**given, **{name: values[name] for name in bound}}
        for name in self.given:
            if name in self.problems:
                raise self.problems[name]

    def _read(self, name: str, source: Source) -> Given:
        """Return a value. What cannot be read may turn out to be a claim."""
        try:
            return resolved({name: source})[name]
        except GradcliError as problem:
            self.problems[name] = problem
            return source

    def _sorted(self) -> list[str]:
        """Return the names that words give values to; collect the claims. Raises `InputError` for what is neither."""
        graph = self.graph
        names = {name for _, name, _ in self.pairs}
        rest: list[str] = []
        for word, name, text in self.pairs:
            of = name[1:] if name[:1] in ("d", "∂") else ""
            is_open = name in graph.inputs and name not in graph.defaults
            if "=" not in word or is_open or (name in CONSTANTS and name not in graph.named):
                rest.append(word)
            elif name in graph.by_label or of in graph.by_label or of in names or not binding.NAME.fullmatch(name):
                self.claims.append(Claim(name, without_dash(text)))
            elif name in graph.sized:
                rest.append(word)
            else:
                raise stray_word(graph, word, name)
        claimed = _examples(graph)
        return list(binding.split(rest, unnamed=lambda word: no_claim(word, graph.by_label, graph.inputs, claimed)))


def _examples(graph: ArrayGraph, of: str | None = None) -> list[str]:
    """Return what may be claimed about an output: its value, and where it is a number, a gradient of it."""
    output = chosen_output(graph, of)
    label = graph.labels[output]
    return [label] if graph.nodes[output].shape else [label, f"d{label}/d{next(iter(graph.differentiable), 'x')}"]


def _is_open(name: str, program: str) -> bool:
    """Whether a program reads a name and gives it no value."""
    mentioned = re.findall(rf"(?<![\w.]){re.escape(name)}(?!\w)(\s*=(?!=))?", program)
    return bool(mentioned) and not any(mentioned)


def check_arrays(
    source: Source,
    words: list[str],
    sheet: ClaimSheet,
    from_files: Mapping[str, Source],
    *,
    of: str | None,
    fixed: str | None,
    update: Update | None,
    policy: dict[str, Any],
    full: bool,
) -> tuple[ArrayGradient, ArrayMarked]:
    """Return the record of a program of arrays, and the marks of claims about it."""
    typed = _Words(source, words, from_files, of)
    graph = typed.graph
    if not typed.claims and not sheet.claims and not full:
        hint = f"add ITEM=CLAIM, such as {_examples(graph, of)[-1]}='[[1, 2], [3, 4]]', or --claims FILE"
        raise InputError("there is no claim", kind="claims", hint=hint)
    names = [claim.name for claim in (*typed.claims, *sheet.claims)]
    if update is None and (new := next(filter(names_step, names), None)):
        raise InputError(f"{clip(visible(new), 60)} needs a rate", kind="option", hint="for example --step 0.5")
    checked = MarkingPolicy(**policy).checked()
    with Progress(lambda: f"checking {counted(len(typed.claims) + len(sheet.claims), 'claim')}"):
        request = Request(Precision.of(values=texts_of(typed.given)), of=of, may_be_unused=from_files, step=update)
        record = evaluate_arrays(source, typed.given, request, of_arrays=True)
        key = ArrayKey(record, typed.given, inputs_named(graph.inputs, fixed or ""), checked.random_seed)
        return record, _marked(key, record, typed.claims, sheet.claims, checked, full=full)


def _marked(
    key: ArrayKey,
    record: ArrayGradient,
    typed: list[Claim],
    handed_in: list[Claim],
    policy: MarkingPolicy,
    *,
    full: bool,
) -> ArrayMarked:
    """Return the marks of claims that were typed, which may name files, and of those in a file, which may not."""
    safe = [
        claim._replace(fault="a file cannot be named here: give the numbers themselves")
        if claim.text.strip().startswith("@")
        else claim
        for claim in handed_in
    ]
    return mark_arrays(key, [*typed, *safe], policy, worksheet(record, key.samples.held) if full else None)
