"""A program of arrays as the scalar program that it opens to: its columns are called as the entries, x[0] or W[1,0]."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

from ..arrays.entries import Entries
from ..arrays.graph import ArrayGraph
from ..arrays.opening import Opening, entry_names, opened_size
from ..arrays.roles import role_inputs, whole_numbers
from ..arrays.sizes import described
from ..calculus.graph import Graph
from ..errors import InputError, LimitError, Source, Within
from ..files.array_data import ArrayData
from ..language.array_scope import parse_arrays
from ..language.names import UnboundError, clip_name
from ..numbers.fractions import Exact
from ..record.array_point import ArrayPoint, Given
from ..record.array_task import MOST_OPENED, chosen_output, with_entry
from ..record.array_values import resolved
from ..record.bindings import NAME
from ..record.values import used_by_nothing
from ..text import did_you_mean

ENTRY = re.compile(r"\s*([^\W\d]\w*)\s*\[\s*(\d{1,7}(?:\s*,\s*\d{1,7})*)\s*\]\s*")


class OpenedProgram(NamedTuple):
    """The scalar graph, the values of the entries that are the same in all rows, and the entries of every array.

    `output` is the name of the node that is asked for; `called` has the columns that write an entry in another way, as
    `W[1, 0]`, by the names of those entries.
    """

    graph: Graph
    output: str
    constants: dict[str, Source]
    entries: dict[str, list[str]]
    called: dict[str, str]


def opened_program(
    program: Source,
    constants: Mapping[str, Source],
    header: Sequence[str],
    known: Mapping[str, tuple[int, ...]],
    of: str | None,
) -> OpenedProgram:
    """Return a program of arrays opened for the columns of an input.

    `known` has the shapes of further names that rows give.

    Raises `InputError` for a program or a value that cannot be used, for columns that leave out an entry, and for
    labels that a row gives; `LimitError` beyond 5,000 scalar nodes.
    """
    given = resolved(constants, "the rows")
    shapes = {**columns_of(header), **known}
    graph = _parsed(program, given, shapes, of)
    with Within(program):
        _check(graph, given)
        output = _output(graph, of)
        if opened_size(graph) > MOST_OPENED:
            raise LimitError(f"the program has more than {MOST_OPENED:,} numbers inside, which is the limit for rows",
                             hint="take a smaller network, or one program for all rows: X=@rows.csv")  # fmt: skip
        point = ArrayPoint(given).with_defaults(graph)
        roles = role_inputs(graph)
        if changing := [name for name in roles if name not in point.given]:
            raise _changing(graph, changing[0])
        labels = whole_numbers(graph, point.arrays(Entries(Exact()), roles))
        opening = Opening(graph, labels)
        entries = {graph.labels[i]: [opening.graph.labels[k] for k in found] for i, found in enumerate(opening.entries)}
        fixed = {name: value for name, value in point.given.items() if name in graph.inputs}
        name = opening.graph.labels[opening.entries[output][0]]
        return OpenedProgram(opening.graph, name, _entries(fixed), entries, _spellings(header))


def _changing(graph: ArrayGraph, name: str) -> InputError:
    """Return the error for labels or indices that are to come from the rows: of a loss they may be probabilities."""
    users = [node.operation.name for node in graph.nodes if graph.inputs[name] in node.arguments]
    hint = f"bind it: {clip_name(name)}=0" + (", or give columns of probabilities" if "cross_entropy" in users else "")
    what = f"{clip_name(name)} holds labels or indices, which are the same for all rows"
    return InputError(what, kind="column", hint=hint)


def _parsed(
    program: Source,
    given: Mapping[str, Given],
    shapes: Mapping[str, tuple[int, ...]],
    of: str | None,
) -> ArrayGraph:
    """Return the graph of arrays; an entry that `of` names is a further statement."""
    bound = ArrayPoint(given)
    known = {**shapes, **bound.shapes}
    text, of = with_entry(program, of)
    try:
        return parse_arrays(text, known, of=of, unless_assigned=shapes.keys() - given.keys(), statics=bound.statics)
    except UnboundError as problem:
        hint = "a vector x has columns x[0], x[1], and is a list in NDJSON and parquet; NAME=VALUE binds it for all"
        raise problem.but(hint=hint) from None


def _output(graph: ArrayGraph, of: str | None) -> int:
    """Return the node that is asked for, which is a number."""
    output = chosen_output(graph, of)
    if shape := graph.nodes[output].shape:
        name = clip_name(graph.labels[output])
        raise InputError(f"{name} {described(shape)}: rows have one number each as their value", kind="shape",
                         hint="write sum(...) or mean(...), or take one entry with --of")  # fmt: skip
    return output


def columns_of(header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the names that columns give a value, with the shape of each. Raises where entries are left out."""
    found: dict[str, tuple[int, ...]] = {}
    places: dict[str, set[tuple[int, ...]]] = {}
    for column in header:
        match = ENTRY.fullmatch(column)
        if match:
            places.setdefault(match[1], set()).add(tuple(map(int, match[2].split(","))))
        elif NAME.fullmatch(column):
            found[column] = ()
    for name, indices in places.items():
        if len({len(index) for index in indices}) > 1:
            raise InputError(f"the columns of {clip_name(name)} have different numbers of indices", kind="column")
        shape = tuple(max(sizes) + 1 for sizes in zip(*indices, strict=True))
        if prod(shape) != len(indices):
            missing = _first_missing(shape, indices)
            raise InputError(f"the input has no column {clip_name(name)}[{missing}], and others of {clip_name(name)}",
                             kind="column", hint="the columns of an array hold all its entries")  # fmt: skip
        found[name] = shape
    return found


def shapes_of(row: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the names to which an object of NDJSON gives a value, with the shape of each; arrays are lists."""
    found = columns_of([name for name, value in row.items() if not isinstance(value, list)])
    for name, value in row.items():
        shape: tuple[int, ...] = ()
        while isinstance(value, list) and value:
            shape, value = (*shape, len(value)), value[0]
        if shape and NAME.fullmatch(name):
            found[name] = shape
    return found


def _spellings(header: Sequence[str]) -> dict[str, str]:
    """Return the columns of entries that are not written as the entries are called, by what these are called."""
    found = {}
    for column in header:
        if match := ENTRY.fullmatch(column):
            name = f"{match[1]}[{','.join(str(int(k)) for k in match[2].split(','))}]"
            if name != column:
                found[name] = column
    return found


def _first_missing(shape: tuple[int, ...], indices: set[tuple[int, ...]]) -> str:
    return ",".join(map(str, next(index for index in product(*map(range, shape)) if index not in indices)))


def _check(graph: ArrayGraph, given: Mapping[str, Given]) -> None:
    """Raise for a value that nothing uses."""
    for name in given:
        if name not in graph.inputs and name not in graph.sized:
            near = did_you_mean(name, list(graph.inputs))
            raise InputError(used_by_nothing(name), kind="binding", hint=near)


def _entries(given: Mapping[str, Given]) -> dict[str, Source]:
    """Return the values of entries by their names."""
    found: dict[str, Source] = {}
    for name, value in given.items():
        if isinstance(value, ArrayData):
            for own, x in zip(entry_names(name, value.shape), value.entries, strict=True):
                found[own] = Source(own, x if isinstance(x, str) else repr(x))
        else:
            found[name] = value
    return found
