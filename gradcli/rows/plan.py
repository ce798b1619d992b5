"""What to do with a row: the program, the columns that are read, kept and written, and the answer at one odd row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..calculus.graph import Graph
from ..errors import GradcliError, InputError, Source
from ..language.arrays_needed import ArraysNeeded
from ..language.names import clip_name
from ..language.syntax import parse
from ..numbers.systems import FLOAT
from ..record.bindings import NAME, looks_like_array
from ..record.enclosing import enclosures
from ..record.gradient import evaluate
from ..record.passes import program_notes
from ..record.precision import FIRST_BITS, Precision, bounds_first
from ..record.request import Request, choose_inputs, choose_output
from ..record.values import NUMERAL, Values, used_by_nothing
from ..text import did_you_mean, other_capitals
from .compiled import Trace, Wanted, trace
from .straight_line import ColumnLine, StraightLine, column_line, straight_line

ERROR = "error"  # the column for what is wrong with a row


class Failed(NamedTuple):
    """Why a row has no results: the exit status, what is wrong, and the column it is about; "" for the whole row."""

    status: int
    what: str
    column: str

    @classmethod
    def of(cls, error: GradcliError) -> Failed:
        """Return what an error says of a row."""
        if error.source is None or error.kind not in ("number", "binding", "cell"):
            return cls(error.status, error.message, "")
        return cls(error.status, error.message, error.source.name)

    @property
    def message(self) -> str:
        """What is wrong, for the error cell."""
        return f"column {self.column}: {self.what}" if self.column else self.what


class Settings(NamedTuple):
    """What the user asked for; plain data, so that other processes can be told.

    `constants` binds names for all rows. `wrt` of None means the columns that the program reads; `keep` of None means
    all columns of the input, in NDJSON the keys of the first object. `source` and `target` are formats; JSON is NDJSON
    whose values may stand on several lines (`joined`), or that is written as an array (`array`). `written` delimits the
    output, by default as the input is. `columns` names the columns that are not called as the program's names are.
    `shapes` has what the first object of NDJSON, or the first row of parquet or arrow, says of its arrays, where the
    program has arrays. `total` is "sum" or "mean" where one line for all rows is asked for, each row with the weight in
    the column `weights`; then the rows with errors may be left out with `skip_errors`, and balls have at least `bits`.
    `own_error` says that the column `error` of the input is not kept with all others, as the output has its own.
    """

    program: Source
    constants: dict[str, Source]
    source: str = "csv"
    target: str = "csv"
    delimiter: str = ","
    wrt: tuple[str, ...] | None = None
    of: str | None = None
    nodes: tuple[str, ...] = ()
    keep: tuple[str, ...] | None = ()
    ieee: bool = False
    at_kink: str = "convention"
    strict: bool = False
    joined: bool = False
    array: bool = False
    written: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    total: str = ""
    weights: str | None = None
    skip_errors: bool = False
    bits: int = FIRST_BITS
    own_error: bool = False

    def keeping(self, columns: Sequence[str]) -> Settings:
        """Return these settings where they keep all columns, of which an input has so many."""
        own = ERROR in columns and not self.strict
        return self._replace(keep=tuple(name for name in columns if not own or name != ERROR), own_error=own)

    @property
    def output_delimiter(self) -> str:
        """What separates the cells of the output."""
        return self.delimiter if self.written is None else self.written


class Plan:
    """A program made ready for the columns of an input.

    `inputs` are those of the program that are read from a row; `columns` are these and what the weight is called, if
    there is one. `read` says what their columns are called, `kept` the columns passed through, `names` the columns of
    the results. `arrays` has the names of the entries of every array, which may come as a list in NDJSON. `header`
    is None where every row names its own columns.
    """

    def __init__(self, settings: Settings, header: Sequence[str] | None) -> None:
        if settings.keep is None:
            settings = settings.keeping(header or ())
        self.settings = settings
        self.header = header
        made = _made(settings, header or ())
        self.graph, self.given, of, wrt, nodes, spelled, self.arrays = made
        self.output = choose_output(self.graph, of)
        known = self.given.keys() | self.graph.defaults.keys()
        self.inputs = [name for name in self.graph.inputs if name not in known]
        called = dict(settings.columns)
        self.read = [called.get(name) or spelled.get(name, name) for name in self.inputs]
        self.weight = _weight_name(settings.weights, self.graph)
        self.columns = [*self.inputs, *([] if self.weight is None else [self.weight])]
        self.read += [] if settings.weights is None else [settings.weights]
        self._check_called(called)
        precision = Precision.of(ieee=settings.ieee, values=self.given.values())
        self._values = Values(self.given)
        self._check_constants()
        if header is not None:
            lists = {entry for name, _ in settings.shapes for entry in self.arrays.get(name, ())}
            _check_columns([name for name in self.read if name not in lists], header, settings.delimiter)
        self.wrt = choose_inputs(self.graph, self.inputs if wrt is None else wrt)
        self.nodes = [choose_output(self.graph, name) for name in nodes]
        self._request = Request(
            precision, of=of, wrt=self.wrt, at_kink=settings.at_kink, nodes={self.output, *self.nodes},
            derivatives_required=settings.wrt is not None,
        )  # fmt: skip
        self.kept = list(settings.keep or ())
        if header is not None:
            _check_kept(self.kept, header)
        self.names = self._names()

    def _names(self) -> list[str]:
        """Return the names of the results; raise for one that is already taken."""
        labels = self.graph.labels
        output = labels[self.output]
        names = [output, *(f"d{output}/d{name}" for name in self.wrt)]
        for i in self.nodes:
            names += [labels[i], f"d{output}/d{labels[i]}"]
        columns = [*self.kept, *names, *([] if self.settings.strict or self.settings.total else [ERROR])]
        twice = next((name for k, name in enumerate(columns) if name in columns[:k]), None)
        if twice is not None:
            hint = f"leave {clip_name(twice)} out of --keep or --nodes, or give the program's node another name"
            raise InputError(f"the output would have two columns named {clip_name(twice)}", kind="name", hint=hint)
        return names

    def _check_called(self, called: Mapping[str, str]) -> None:
        """Raise where --column names what the program does not read from a column."""
        for name in called:
            if name not in self.inputs:
                near = did_you_mean(name, self.inputs)
                raise InputError(f"--column {clip_name(name)}: the program reads no column of that name", kind="option",
                                 hint=near or f"it reads {listed(self.inputs)}" if self.inputs else None)  # fmt: skip

    def _check_constants(self) -> None:
        for name, source in self.given.items():
            if name not in self.graph.inputs:
                near = did_you_mean(name, list(self.graph.inputs))
                message = used_by_nothing(name)
                raise InputError(message, source=source, kind="binding", hint=near)
        own = {name: Source(name, text) for name, text in self.graph.defaults.items()}
        self.constants: dict[str, float] = {
            name: self._values.number(FLOAT, source) for name, source in {**own, **self.given}.items()
        }

    def remarks(self) -> list[str]:
        """Return what the main job would note of the program, and the columns that it computes and so does not read."""
        differentiated = bool(self.wrt) or self.settings.wrt is None
        found = []
        for note in program_notes(self.graph, self.output, differentiated=differentiated):
            is_column = note.of in self.inputs
            found.append(f"{note.of} is the column, not the constant" if is_column else note.worded(str).message)
        own = self.graph.named.keys() | self.graph.defaults.keys()
        for name in dict.fromkeys(self.header or ()):
            if name in own and name != self.settings.weights:
                found.append(f"the program computes {clip_name(name)}: the column {clip_name(name)} is not read")
        if self.settings.own_error:
            found.append(f"the column {ERROR} is not kept: the output has its own, unless --strict is given")
        return found

    def trace(self, *, arrays: bool) -> Trace | None:
        """Return the program's code for ordinary rows in floats, or None: where it has none, or floats settle none."""
        if not self.settings.ieee and not bounds_first(self.graph):
            return None
        return trace(
            self.graph, self.inputs, self.constants, self._wanted, ieee=self.settings.ieee, arrays=arrays
        )  # fmt: skip

    def straight_line(self, S: Any) -> StraightLine | None:
        """Return the program's code for ordinary rows of the inputs in the number system `S`, or None."""
        return straight_line(self.graph, self.inputs, self.constants, self._wanted, S)

    def column_line(self, S: Any) -> ColumnLine | None:
        """Return the same for whole columns."""
        return column_line(self.graph, self.inputs, self.constants, self._wanted, S)

    @property
    def _wanted(self) -> Wanted:
        return Wanted(self.output, tuple(self.wrt), tuple(self.nodes))

    def answer(self, given: Mapping[str, Source]) -> list[Any]:
        """Return the results at one row, as the main job would give them; raises what it would raise."""
        record = evaluate(self.settings.program, self._values.updated(given), self._request, self.graph)
        results = [record.value, *record.gradient.values()]
        for i in self.nodes:
            results += [record.values[i], record.upstream[i]]
        return results

    def enclosures(self, given: Mapping[str, Source]) -> list[Any]:
        """Return balls that hold the results at one row; None for a number that does not exist. Raises as `answer`."""
        values, bits = self._values.updated(given), self.settings.bits
        return enclosures(self.settings.program, values, self._request, self.graph, self.nodes, bits)

    def weight_of(self, source: Source) -> float:
        """Return the weight of a row. Raises `InputError` for what is none."""
        return self._values.number(FLOAT, source)


class _Made(NamedTuple):
    """A program made ready for rows: what of it has which value in all rows, and what is asked of it.

    `spelled` has the columns that are not called as the inputs that they hold, and `arrays` the entries of arrays.
    """

    graph: Graph
    constants: dict[str, Source]
    of: str | None
    wrt: Sequence[str] | None
    nodes: Sequence[str]
    spelled: Mapping[str, str]
    arrays: Mapping[str, Sequence[str]]


def _made(settings: Settings, header: Sequence[str]) -> _Made:
    """Return the graph of a program. One of arrays is opened: its inputs are entries, and so is what is asked of it."""
    if not any(looks_like_array(source.text) for source in settings.constants.values()):
        try:
            graph = _parsed(settings, header)
        except ArraysNeeded:
            pass
        else:
            return _Made(graph, settings.constants, settings.of, settings.wrt, settings.nodes, {}, {})
    from .opened import opened_program

    shapes = {**dict(settings.shapes), **{name: () for name, _ in settings.columns}}
    graph, output, constants, entries, spelled = opened_program(
        settings.program, settings.constants, header, shapes, settings.of
    )
    wrt, nodes = (
        names if names is None else [entry for name in names for entry in entries.get(name, [name])]
        for names in (settings.wrt, settings.nodes)
    )
    return _Made(graph, constants, output, wrt, nodes or [], spelled, entries)


def _parsed(settings: Settings, header: Sequence[str]) -> Graph:
    """Return the graph. A column wins over a constant or function of its name, unless the program assigns it."""
    columns = {*header, *(name for name, _ in settings.columns)}
    return parse(settings.program, settings.constants, of=settings.of, unless_assigned=columns)


def _weight_name(column: str | None, graph: Graph) -> str | None:
    """Return what the weights of rows are called in messages: as their column, unless the program has such a name."""
    return None if column is None else column if column not in graph.inputs else f"weight {column}"


def _check_columns(columns: Sequence[str], header: Sequence[str], delimiter: str) -> None:
    """Raise for names of the program without a column, all at once, or with two."""
    missing = [name for name in columns if name not in header]
    if missing:
        what = f"the input has no column{'s' if missing[1:] else ''} {listed(missing)}"
        raise InputError(what, kind="column", hint=_missing_hint(missing, header, delimiter))
    for name in columns:
        if header.count(name) > 1:
            raise InputError(f"the header has two columns named {clip_name(name)}", kind="column")


def _missing_hint(missing: Sequence[str], header: Sequence[str], delimiter: str) -> str:
    if (start := header[0].lstrip('" ')[:1]) and start in "{[":
        return f"this looks like JSON: add --from {'json' if start == '[' else 'ndjson'}"
    if all(NUMERAL.fullmatch(name) for name in header):
        return "there is no header row: the first line names the columns"
    for other, shown in ((";", "';'"), ("\t", "tab"), ("|", "'|'"), (",", "','"), (" ", "' '")):
        cells = [cell.strip() for cell in delimiter.join(header).split(other)]
        if other != delimiter and set(missing) & set(cells):
            return f"the delimiter looks like {shown}: add --delimiter {shown}"
    if both := other_capitals(missing[:10], header):
        return both
    for name in missing:
        if near := did_you_mean(name, list(header)):
            return near
    shown = ", ".join(clip_name(name) for name in header[:8])
    columns = f"its columns are {shown}{', ...' if len(header) > 8 else ''}{_other_name(missing, header)}"
    return f"{columns}; NAME=VALUE binds a name for all rows"


def _other_name(missing: Sequence[str], header: Sequence[str]) -> str:
    """Return how a column is read whose name a program cannot write, where there is one."""
    odd = next((name for name in header if name and not NAME.fullmatch(name)), None)
    return "" if odd is None else f"; --column {clip_name(missing[0])}='{clip_name(odd)}' reads that one"


def _check_kept(kept: Sequence[str], header: Sequence[str]) -> None:
    for k, name in enumerate(kept):
        if name not in header:
            hint = did_you_mean(name, list(header)) or f"the columns are {', '.join(header[:8])}"
            raise InputError(f"there is no column {clip_name(name)} to keep", kind="column", hint=hint)
        if header.count(name) > 1 or name in kept[:k]:
            raise InputError(f"two columns {clip_name(name)} cannot be kept", kind="column")


def listed(names: Sequence[str]) -> str:
    """Return names as text for a person: the first ten, and how many more there are."""
    shown = [clip_name(name) for name in names[:10]]
    if len(names) > 10:
        return f"{', '.join(shown)} and {len(names) - 10:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)
