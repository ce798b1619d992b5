"""Both passes of a program of arrays as a function that needs NumPy or PyTorch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence, Set
from string import digits
from typing import NamedTuple

from ...arrays.graph import ArrayGraph, ArrayNode
from ...arrays.roles import role_inputs
from ...arrays.sizes import Letters, Shape, shape_text
from ...arrays.table import INPUT, LITERAL
from ...calculus.operations import WHERE
from ...drawing.remarks import by_weight
from ...record.array_formulas import ShapedProgram
from ...record.array_gradient import ArrayGradient
from ...record.request import ONE
from .array_lines import ArrayLine, ArrayLines, ArraySubject
from .array_spelling import (
    ARRAY_SPELLINGS,
    VIEWS,
    ArraySpelling,
    Needing,
    is_plain_number,
    names_in,
    needed_by,
    number_at,
    places_of,
    reached_from,
)
from .array_values import data_of, literal
from .helpers import helpers, with_their_own
from .loops import Looped, Row
from .names import Names, entry_place
from .spelling import PYTHON_WORDS
from .writing import commented, heading, listed

FUNCTION = "forward_backward"
INDENT = "    "
MODULES = ("math", "np", "torch", "F")
WIDEST = 72  # characters of a line behind which remarks stand one below the other
PARTED = Row("", False, ("-",))  # between the passes


def array_subject(record: ArrayGradient, library: str) -> ArraySubject:
    """Return what a record says of its program. Raises what `data_of` raises."""
    maker = ARRAY_SPELLINGS[library].array
    upstream = record.task.request.upstream
    start = ""
    if record.task.upstream is not None or upstream.text != ONE.text:
        shape = record.shape(record.output)
        flat = record.upstream[record.output]
        start = literal(flat, shape, maker) if flat is not None else ""
    idle = frozenset(i for i, column in enumerate(zip(record.values, record.upstream, strict=True))
                     if any(flat is not None and not all(flat) for flat in column))  # fmt: skip
    return ArraySubject(record.program, record.graph, record.output, record.places, start, data_of(record, maker), idle,
                        by_weight(record))  # fmt: skip


def shaped_subject(program: ShapedProgram) -> ArraySubject:
    """Return what is known of a program without values."""
    return ArraySubject(program.source.text, program.graph, program.output, program.places, "", {})


class Entries(NamedTuple):
    """What is put into entries of an array of zeros: an array of its shape, the entries, and what comes there."""

    like: str
    places: Sequence[str]
    pieces: Sequence[str]


class Body:
    """The function of a subject, line by line. `needed` are the helpers and modules that it calls."""

    def __init__(self, subject: ArraySubject, library: str) -> None:
        self.spelling: ArraySpelling = ARRAY_SPELLINGS[library]
        self.subject, graph = subject, subject.graph
        letters = sorted({str(letter) for shape in _shapes(graph) for letter in _letters(shape)})
        self.names = Names([*PYTHON_WORDS, *MODULES, FUNCTION, "POINT", *helpers(library), *letters])
        self.lines = ArrayLines(subject, library, self.names)
        self.nodes = self.lines.A.builder.nodes
        has_choices = any(node.operation.operation is WHERE for node in self.nodes)  # np.where returns arrays alone
        self.changes_numbers = self.spelling.copies_numbers or has_choices
        self.whole = frozenset(_whole(graph))
        self.output = self.lines.called[subject.output]
        self.parameters = {name: self.lines.called[i] for name, i in graph.inputs.items()}
        self.whole_names = {self.parameters[name] for name in role_inputs(graph)}
        ahead, back = (list(self._pass(lines)) for lines in (self.lines.forward, self.lines.backward))
        pieces = [piece for row in (*ahead, *back) for piece in (*row.place, *row.pieces)]
        self.needed = needed_by(pieces)
        looped = Looped([*ahead, PARTED, *back], self._indexed(), self._numbered(), self.names)
        parted = looped.rows.index(PARTED)
        forward, backward = (list(_laid_out(rows)) for rows in (looped.rows[:parted], looped.rows[parted + 1 :]))
        self.output = looped.spelt(self.output)
        sizes, certain = dict(self._sizes({*pieces, *self.needed}.intersection(letters))), self._certain()
        self.text = [f"{INDENT}# Forward", *(f"{INDENT}{line}" for line in sizes)]
        if certain:
            made = ", ".join(f"np.float64({name})" for name in certain)
            self.text.append(f"{INDENT}{', '.join(certain)} = {made}")
        self.text += [*forward, ""]
        if backward:
            self.text += [f"{INDENT}# Backward: every d... is the derivative of {self.output} with respect to ..."]
            self.text += [*backward, ""]
        fixed = [name for name in self.parameters if name in graph.sized and name not in subject.places]
        read = {*pieces, *sizes.values(), *certain}
        self.fixed = [name for name in fixed if self.parameters[name] not in read]
        self.parameters = {name: called for name, called in self.parameters.items() if name not in self.fixed}
        pairs = [f"{json.dumps(name, ensure_ascii=False)}: {self.lines.slope(i)}" for name, i in subject.places.items()]
        self.text += listed(f"return {self.output}, {{", pairs, "}", INDENT, INDENT)

    @property
    def is_loud(self) -> bool:
        """Whether the code divides by 0 where that does not count."""
        return bool(self.lines.exposed) or self.lines.A.has_stopped

    def rows(self) -> set[str]:
        """Return the names of the operations of the first table in the lines."""
        lines = [*self.lines.forward, *self.lines.backward]
        reached = reached_from(self.nodes, [line.formula for line in lines if not line.text])
        return {row.name for i in reached if (row := self.nodes[i].operation.operation) is not None}

    def _certain(self) -> list[str]:
        """Return the inputs that are numbers and have to be arrays: a branch that is not taken may divide by 0."""
        called = [self.parameters[name] for name, i in self.subject.graph.inputs.items()
                  if not self.subject.graph.nodes[i].shape]  # fmt: skip
        return called if self.is_loud and not self.spelling.lifts else []

    def _pass(self, lines: Sequence[ArrayLine]) -> Iterator[Row]:
        """Yield the lines of a pass, with the shapes of arrays as remarks."""
        changing = {line.name for line in lines if line.adds}
        for line in lines:
            remark = shape_text(line.shape) if line.shape and not line.adds else ""
            if (entries := self._entries(line)) is not None:
                if not line.adds:
                    yield Row(line.name, False, [Needing("np.zeros", "np"), "(", entries.like, ".shape)"], remark)
                yield Row(line.name, line.adds, entries.pieces, place=["[", *entries.places, "]"])
                continue
            pieces = self._line(line, copies=line.name in changing and not line.adds)
            yield Row(line.name, line.adds, pieces, remark)

    def _entries(self, line: ArrayLine) -> Entries | None:
        """Return what is put into some entries of an array, if that is all that a line does.

        None in a library that lifts numbers, which would change arrays that it has still to differentiate.
        """
        node = self.nodes[line.formula]
        taken = getattr(node.operation, "taken", None)
        if line.text or taken is None or taken.name != "index" or self.spelling.lifts:
            return None
        source = self.nodes[node.arguments[1]]
        if len(node.arguments) > 2 or source.operation is not INPUT:
            return None
        places = [piece for piece in places_of(node) if isinstance(piece, str)]
        return Entries(source.text, places, self.spelling.formula(self.nodes, node.arguments[0], self.whole))

    def _indexed(self) -> dict[str, tuple[str, int]]:
        """Return the names of the elements of recurrences and of their derivatives, each with its index."""
        found = {}
        for called, before in ((self.lines.called, ""), (self.lines.slopes, "d")):
            for i, name in called.items():
                base, place = entry_place(self.subject.graph.labels[i])
                if len(place) == 1:
                    found[name] = f"{before}{base}", place[0]
        return found

    def _numbered(self) -> dict[str, str]:
        """Return what names of values and derivatives would be without the number at their end: v for v12."""
        found = {}
        for called, before in ((self.lines.called, ""), (self.lines.slopes, "d")):
            for i, name in called.items():
                label = self.subject.graph.labels[i]
                plain = label.rstrip(digits)
                if plain != label and plain.isascii() and plain.isalpha() and plain.islower():
                    found[name] = f"{before}{plain}"
        return found

    def _line(self, line: ArrayLine, *, copies: bool) -> list[str]:
        if line.text:
            return [Needing(line.text, self.spelling.module) if line.shape else line.text]
        pieces, node = self.spelling.formula(self.nodes, line.formula, self.whole), self.nodes[line.formula]
        if is_plain_number(self.nodes, line.formula):
            number = number_at(self.nodes, line.formula)
            return self.spelling.number([number] if number else pieces)
        if copies and _is_view(node) and (line.shape or self.changes_numbers):
            plain = not line.shape and not self.spelling.copies_numbers  # perhaps a number of Python, without a method
            is_whole = names_in(self.nodes, [line.formula]) <= self.whole_names  # a copy would be of whole numbers
            pieces.append(" + 0.0" if plain or is_whole else self.spelling.copy)
        return pieces

    def _sizes(self, letters: Set[str]) -> Iterator[tuple[str, str]]:
        """Yield what some letters of sizes stand for, as lines, each with what it reads."""
        known: set[str] = set()
        for name, i in self.subject.graph.inputs.items():
            for axis, size in enumerate(self.subject.graph.nodes[i].shape):
                text = str(size)
                if text in letters and text not in known:
                    known.add(text)
                    yield f"{text} = {self.parameters[name]}.shape[{axis}]", self.parameters[name]


def _laid_out(rows: Sequence[Row]) -> Iterator[str]:
    """Yield lines with their remarks one below the other."""
    texts = [
        row.name
        if not row.pieces
        else f"{INDENT * row.depth}{row.name}{''.join(row.place)} {'+=' if row.adds else '='} {''.join(row.pieces)}"
        for row in rows
    ]
    column = max([len(text) for text in texts if len(text) <= WIDEST], default=0)
    for row, text in zip(rows, texts, strict=True):
        yield INDENT + (f"{text.ljust(column)}  # {row.remark}" if row.remark else text)


def _is_view(node: ArrayNode) -> bool:
    """Whether a result shares the memory of another array."""
    return node.operation is INPUT or node.operation.name in VIEWS


def _shapes(graph: ArrayGraph) -> Iterator[Shape]:
    return (node.shape for node in graph.nodes)


def _letters(shape: Shape) -> Iterator[Letters | str]:
    for size in shape:
        if isinstance(size, Letters):
            yield from (letter for letters in size.terms for letter in letters)


def _whole(graph: ArrayGraph) -> Iterator[tuple[str, ...]]:
    """Yield the literals of a program that hold labels or indices."""
    for node in graph.nodes:
        for k, a in enumerate(node.arguments):
            if node.operation.is_role(k) and graph.nodes[a].operation is LITERAL:
                yield graph.nodes[a].fixed["texts"]


def file(
    subject: ArraySubject, library: str, imports: Sequence[str], tail: Sequence[str], body: Body, *, has_defaults: bool
) -> str:
    """Return a file with the function of a program, the functions that it calls, and what follows."""
    given = subject.point if has_defaults and not is_of_arrays(subject) else {}
    parameters = [f"{called}={given[name]}" if name in given else called for name, called in body.parameters.items()]
    remark = "what does not count may have no value"
    quiet = [f'@np.errstate(all="ignore")  # {remark}'] if body.is_loud and library == "numpy" else []
    function = "\n".join([
        *quiet, *listed(f"def {FUNCTION}(", parameters, "):", "", INDENT),
        f'{INDENT}"""Return {body.output}, and its derivatives by the names of the inputs."""', *body.text,
    ])  # fmt: skip
    needed = body.needed | ({"np"} if quiet or (tail and is_of_arrays(subject)) else set())
    called, modules = with_their_own(library, needed)
    rows = {row for node in subject.graph.nodes if (row := node.operation.operation) is not None}
    head = heading(subject.text, rows, subject.notes)
    if fixed := [f"{name} = {subject.point[name]}" for name in body.fixed if name in subject.point]:
        head += ["", f"Entries and sizes stand in the code as numbers: {', '.join(fixed)}."]
    first = ["import math", ""] if "math" in modules else []
    first += imports if library != "numpy" or "np" in modules else []
    sections = "\n\n\n".join([*called, function, *tail])
    return "\n".join([*commented(head, "#"), "", *first, "", "", sections]) + "\n"


def is_of_arrays(subject: ArraySubject) -> bool:
    """Whether an input is an array."""
    return any(subject.graph.nodes[i].shape for i in subject.graph.inputs.values())
