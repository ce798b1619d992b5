"""A session at the prompt: the program, its numbers and how they are shown. Each line is answered by the engine."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import NamedTuple

import click

from ...calculus.graph import Graph
from ...errors import InputError, LimitError, MathError, Source
from ...language.names import clip_name
from ...language.syntax import parse
from ...record.bindings import looks_like_array
from ...record.gradient import Gradient, evaluate
from ...record.higher_derivatives import formulas_of
from ...record.precision import Precision
from ...record.request import Request
from ...record.values import NUMERAL, check_value
from ...reports import Style, render
from ...reports.formulas import equations
from ...text import clip, did_you_mean, hanging, visible
from ..options import Options
from ..pointless import MOST_INPUTS, MOST_NODES
from ..streams import emit, terminal
from .lines import names_set, split
from .wording import arrays_hint, changes, check_free, example, it_or_them, missing_line

FIRST_VIEWS = ("table", "circuit", "steps")  # that a session may begin with
MOST_STEPS = 50  # that can be taken back


class Before(NamedTuple):
    """A program and numbers that can be brought back; the graph is made anew, so that a step back costs little."""

    source: Source
    values: dict[str, str]


class Session:
    """The program and the numbers so far. `record` is the last answer, None while numbers are missing."""

    def __init__(self, options: Options, run: Callable[[list[str]], int], root: click.Group) -> None:
        self.options = options
        self.run = run  # runs a command of the command line
        self.root = root  # the commands of the command line
        self.source: Source | None = None
        self.graph: Graph | None = None
        self.values: dict[str, str] = {}
        self.record: Gradient | None = None
        self.earlier: list[Before] = []
        self.later: list[Before] = []  # what `undo` has left
        self.view = "steps" if options.steps else options.format or "table"

    # ---- programs and numbers

    def begin(self, text: str, values: dict[str, str], name: str = "program") -> None:
        """Take a new program, with values that the line gives and those that are known already."""
        self._check_values(values)
        source = Source(name, text)
        known = {**self.values, **values}
        graph = _parsed(source, known)
        own = names_set(text)
        for name in values:
            check_free(graph, name, own)
        before = self.source, self.graph, self.values, self.record
        self.source, self.graph, self.values, self.record = source, graph, known, None
        stays = False
        try:
            self.report()
            stays = True
        except (MathError, LimitError):  # other numbers may do
            stays = True
            raise
        finally:
            if not stays:  # stopped, or a value that no number system here can take
                self.source, self.graph, self.values, self.record = before
            self._keep(before[0], before[2])
            if stays and before[0] is not None and before[0].text != text:
                self.tell("new program; undo brings back the old one")

    def _keep(self, source: Source | None, values: dict[str, str]) -> None:
        """Keep a program and numbers that were left, for `undo`."""
        if source is not None and (source is not self.source or values != self.values):
            self.earlier.append(Before(source, values))
            del self.earlier[:-MOST_STEPS]
            self.later.clear()

    def go(self, word: str) -> None:
        """Bring back, and show, what was there before the last change, or with `redo` before the last undo."""
        back, forth = (self.earlier, self.later) if word == "undo" else (self.later, self.earlier)
        if not back:
            raise InputError(f"there is nothing to {word}", kind="option")
        source, values = back.pop()
        if self.source is not None:
            forth.append(Before(self.source, self.values))
            if source.text != self.source.text:
                self.record = None
                self.tell(f"{clip(visible(' '.join(source.text.split())), 60)} is back")
        self.source, self.values = source, values
        self.graph = _parsed(source, values)
        self.report()

    def change(self, values: dict[str, str]) -> None:
        """Change numbers, and show what changes with them."""
        for name in values:
            if self.graph is not None:
                check_free(self.graph, name, self.own)
        self._check_values(values)
        before, self.values = self.values, {**self.values, **values}
        unused = [name for name in values if self.graph is None or name not in self.graph.inputs]
        if unused:
            self.tell(f"{', '.join(map(clip_name, unused))}: kept for a program that uses {it_or_them(unused)}"
                      f"{self._near(unused[0], values)}")  # fmt: skip
        if self.graph is not None and len(unused) < len(values):
            try:
                self.report()
            except InputError:  # a value that no number system here can take
                self.values = before
                raise
            finally:
                self._keep(self.source, before)

    def _near(self, name: str, values: dict[str, str]) -> str:
        if self.graph is not None and name[0] == "d" and name[1:] in self.graph.by_label:
            output = self.graph.labels[self.graph.output]
            slope = f"d{output}/{clip_name(name)}"
            shown = "" if name[1:] == output else f"{slope} shows the derivative, "
            return f"; {shown}check {slope if shown else clip_name(name)}={clip(values[name], 40)} checks it"
        near = did_you_mean(name, list(self.graph.inputs)) if self.graph is not None else None
        return f"; {near}" if near else ""

    @property
    def own(self) -> set[str]:
        """The names that the program sets itself."""
        return set() if self.source is None else names_set(self.source.text)

    def missing(self, graph: Graph) -> list[str]:
        """Return the inputs that have no value yet, from here or from the program itself."""
        known = self.own.union(self.values)
        return [name for name in graph.inputs if name not in known]

    def given(self, graph: Graph) -> dict[str, Source]:
        """Return the values of the inputs of the program, without those that it sets itself."""
        given = self.values.keys() - self.own
        return {name: Source(name, self.values[name]) for name in graph.inputs if name in given}

    def report(self) -> None:
        """Show the program at its point, and what changed since it was shown last; or what is missing."""
        source, graph = self.program()
        before, self.record = self.record, None
        if missing := self.missing(graph):
            few = len(graph.inputs) <= MOST_INPUTS and len(graph.nodes) <= MOST_NODES
            emit(equations(formulas_of(graph, source)) if few else "")
            self.tell(missing_line(missing).rstrip())
            return
        self.record = self.differentiate(source, graph)
        self.show(self.record)
        if before is not None:
            emit(changes(before, self.record, self.style()))

    def program(self) -> tuple[Source, Graph]:
        """Return the program; raise `InputError` where there is none yet."""
        if self.source is None or self.graph is None:
            raise InputError("there is no program yet", kind="option", hint="type an expression, such as (x+y)*z")
        return self.source, self.graph

    def differentiate(self, source: Source, graph: Graph, of: str | None = None) -> Gradient:
        """Return the record of the program at its point."""
        return self._at(source, self.given(graph), of)

    def _at(self, source: Source, values: dict[str, Source], of: str | None = None) -> Gradient:
        options = self.options
        precision = Precision.of(exact=options.exact, digits=options.digits, ieee=options.ieee, values=values.values())
        return evaluate(source, values, Request(precision, of=of, at_kink=options.at_kink, share=options.share))

    def _check_values(self, values: dict[str, str]) -> None:
        """Raise for the first value that is none, or that is no number in the number system of the session."""
        for name, value in values.items():
            if ":" in value:
                raise InputError(f"{clip_name(name)}={value[:40]} is a range", kind="binding",
                                 hint=f"plot {clip_name(name)} {value[:40]}")  # fmt: skip
            source = Source(name, value)
            try:
                check_value(source)
            except InputError as error:
                if not looks_like_array(value):
                    raise
                raise error.but(
                    hint="; ".join(filter(None, (error.hint, arrays_hint(self.source.text if self.source else ""))))
                ) from None
            if not NUMERAL.fullmatch(value) or not 0 < abs(float(value)) < inf:
                self._at(Source("value", "x"), {"x": source})

    def there(self) -> Gradient:
        """Return the record; raise `InputError` where numbers are missing."""
        source, graph = self.program()
        if self.record is None:
            self.require(self.missing(graph))
            self.record = self.differentiate(source, graph)
        return self.record

    def require(self, missing: list[str]) -> None:
        """Raise `InputError` where names have no value."""
        if missing:
            verb = "has" if len(missing) == 1 else "have"
            shown = ", ".join(map(clip_name, missing[:8])) + (" ..." if len(missing) > 8 else "")
            raise InputError(f"{shown} {verb} no value", kind="unbound", hint=example(missing))

    # ---- what is shown

    def tell(self, text: str) -> None:
        """Write a remark, in lines of the width of the terminal."""
        emit(f"{hanging(text, self.style().width)}\n")

    def style(self, *, to_file: bool = False) -> Style:
        """Return how reports look here."""
        look = terminal(self.options.color, self.options.ascii_only, to_file=to_file)
        return Style(look.width, look.color, look.ascii, self.options.nodes, constants=self.options.constants,
                     theme=self.options.theme or "light", figures=self.options.figures, options=to_file)  # fmt: skip

    def show(self, record: Gradient) -> None:
        """Show the record in the view that is chosen."""
        if self.view == "brief":
            from ...reports.rounding import Rounding
            from ...reports.wording import closing

            tail, answer = closing(record, self.style(), Rounding.of(record, self.style()))
            shown = "\n".join([*tail, *answer]) + "\n"
        else:
            shown = str(render(record, self.view, self.style()))
        emit(shown)

    def choose(self, view: str, rest: str) -> None:
        """Choose how answers are shown from now on, and show the present one."""
        values = split(rest) if rest else None
        if values is not None and values.program is not None:
            raise InputError(f"{view} takes no {rest[:40]}", kind="option", hint=f"a variable of that name is ({view})")
        if values is not None:
            self._check_values(values.values)
        self.view = view
        if values is not None:
            self.change(values.values)
        elif self.graph is not None and self.missing(self.graph):
            self.report()
        elif self.source is not None:
            self.show(self.there())
        else:
            self.tell(f"answers are shown as {view}")


def _parsed(source: Source, known: dict[str, str]) -> Graph:
    """Return the graph of a program, where some names have values."""
    try:
        return _of_numbers(source, known)
    except InputError as error:
        if error.kind != "arrays":
            raise
        raise error.but(hint=arrays_hint(source.text)) from None


def _of_numbers(source: Source, known: dict[str, str]) -> Graph:
    own = names_set(source.text)
    try:
        graph = parse(source)
    except InputError:  # perhaps for want of a value that has the name of a function
        return parse(source, known.keys() - own)
    bound = {name for name in known if name in graph.inputs and name not in own}
    return parse(source, bound) if bound else graph
