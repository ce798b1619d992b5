"""A session at the prompt: the program, its numbers and how they are shown. Each line is answered by the engine."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable

from ...calculus.graph import Graph
from ...errors import InputError, MathError, Source
from ...language.syntax import clip_name, parse
from ...numbers.systems import FLOAT
from ...record import bindings as binding
from ...record.gradient import Gradient, differentiate
from ...reports import Style, format_of, render
from ...text import did_you_mean, visible
from ..options import Options
from ..streams import emit, read_program, terminal
from .lines import NOTHING, VIEWS, WORDS, Command, Said, claims, is_constant, names_set, split, understood
from .wording import HELP, brief, changes, check_free, definition, example, it_or_them, missing_line

FORMATS = ("table", "circuit", "steps")  # that a session may begin with
REACH = 5  # of a plot that says no range
MOST_NODES, LONGEST = 2_000, 2_000  # of formulas that are written out
AT = "# at "  # what the values stand behind in a file

_QUOTIENT = re.compile(r"([d∂])\s*([^\W\d]\w*)\s*/\s*([d∂])\s*([^\W\d]\w*)")
_RANGE = re.compile(r"([^\W\d]\w*)\s*[=\s]\s*(\S+:\S+)")


class Session:
    """The program and the numbers so far. `record` is the last answer, None while numbers are missing."""

    def __init__(self, options: Options, run: Callable[[list[str]], int]) -> None:
        self.options = options
        self.run = run  # runs a command of the command line
        self.source: Source | None = None
        self.graph: Graph | None = None
        self.values: dict[str, str] = {}
        self.record: Gradient | None = None
        self.view = "steps" if options.steps else options.format or "table"

    # ---- lines

    def answer(self, line: str) -> None:
        """Answer a line; raise `GradcliError` where that fails, with the session as it was, or with the new numbers."""
        if not re.sub(r"#.*", "", line).strip():
            return
        meant = understood(line)
        if isinstance(meant, Command):
            self.obey(meant)
        elif meant.program is None:
            self.change(meant.values)
        elif (several := self._several(meant)) is not None:
            self.change(several)
        elif meant.values or not self.tell(meant.program):
            self._refuse_word(meant)
            self.begin(meant.program, meant.values)

    def _several(self, meant: Said) -> dict[str, str] | None:
        """Return the values of `w=4; x=2`, where these are inputs of the program; None for another line."""
        if self.graph is None or meant.values or ";" not in (meant.program or ""):
            return None
        parts = [split(part) for part in (meant.program or "").split(";") if part.strip()]
        if any(part.program is not None or not set(part.values) <= set(self.graph.inputs) for part in parts):
            return None
        return {name: value for part in parts for name, value in part.values.items()}

    def _refuse_word(self, meant: Said) -> None:
        """Raise where a word stands before numbers of the program: `set w=3`."""
        word, values = meant.program or "", meant.values
        if self.graph is None or not values or not binding.NAME.fullmatch(word) or word in self.graph.by_label:
            return
        if set(values) <= set(self.graph.inputs):
            alone = " ".join(f"{name}={value}" for name, value in values.items())
            raise InputError(
                f"{clip_name(word)} is no command", kind="name", hint=f"{clip_name(alone)} alone changes a number"
            )

    def obey(self, command: Command) -> None:
        """Do what a command says."""
        word, rest = command
        if word in VIEWS:
            self.choose(word, rest)
        elif word in NOTHING:
            raise InputError(f"{word} stands alone", kind="option", hint=f"a variable of that name is ({word})")
        elif word == "help":
            self.help(rest)
        elif word == "gradcli":
            self.call(_words(rest) or ["help"])
        elif word == "rules":
            self.call(["rules", *([rest] if rest else [])])
        else:
            {"why": self.why, "plot": self.plot, "check": self.check, "diff": self.formulas, "save": self.save,
             "load": self.load}[word](rest)  # fmt: skip

    def tell(self, text: str) -> bool:
        """Answer a line that asks for a value or a derivative of the program; return whether it did."""
        graph = self.graph
        if graph is not None and text in graph.by_label:
            self.show_node(text)
            return True
        if graph is not None and (found := _QUOTIENT.fullmatch(text)):
            above, below = found[2], found[4]
            if above in graph.by_label and below in graph.by_label:
                emit(f"{self.derivative(found[1], above, below)}\n")
                return True
            missing = above if above not in graph.by_label else below
            known = list(graph.by_label)
            raise InputError(f"there is no node {clip_name(missing)}", kind="name",
                             hint=did_you_mean(missing, known) or f"the nodes are {', '.join(known[:8])}")  # fmt: skip
        if graph is not None and binding.NAME.fullmatch(text) and not is_constant(text):
            raise InputError(
                f"{clip_name(text)} is neither a command nor in the program", kind="name",
                hint=did_you_mean(text, list(WORDS)) or f"a program of one variable is ({clip_name(text)})",
            )  # fmt: skip
        if binding.NAME.fullmatch(text) and (near := did_you_mean(text, list(WORDS))):
            raise InputError(
                f"{clip_name(text)} is neither a command nor in the program", kind="name",
                hint=f"{near}; a program of one variable is ({clip_name(text)})",
            )  # fmt: skip
        return False

    # ---- programs and numbers

    def begin(self, text: str, values: dict[str, str]) -> None:
        """Take a new program, with values that the line gives and those that are known already."""
        _check_values(values)
        source = Source("program", text)
        known = {**self.values, **values}
        own = names_set(text)
        try:
            graph = parse(source)
        except InputError:  # perhaps for want of a value that has the name of a function
            graph = parse(source, known.keys() - own)
        else:
            graph = parse(source, {name for name in known if name in graph.inputs and name not in own})
        for name in values:
            check_free(graph, name, own)
        before = self.values
        self.source, self.graph, self.values, self.record = source, graph, known, None
        try:
            self.report()
        except InputError:  # a value that no number system here can take
            self.values = before
            raise

    def change(self, values: dict[str, str]) -> None:
        """Change numbers, and show what changes with them."""
        for name in values:
            if self.graph is not None and self.source is not None:
                check_free(self.graph, name, names_set(self.source.text))
        _check_values(values)
        before, self.values = self.values, {**self.values, **values}
        unused = [name for name in values if self.graph is None or name not in self.graph.inputs]
        if unused:
            emit(f"{', '.join(map(clip_name, unused))}: kept for a program that uses {it_or_them(unused)}"
                 f"{self._near(unused[0])}\n")  # fmt: skip
        if self.graph is not None and len(unused) < len(values):
            try:
                self.report()
            except InputError:  # a value that no number system here can take
                self.values = before
                raise

    def _near(self, name: str) -> str:
        near = did_you_mean(name, list(self.graph.inputs)) if self.graph is not None else None
        return f"; {near}" if near else ""

    def missing(self, graph: Graph) -> list[str]:
        """Return the inputs that have no value yet, from here or from the program itself."""
        own = names_set(self.source.text) if self.source is not None else set()
        return [name for name in graph.inputs if name not in self.values and name not in own]

    def given(self, graph: Graph) -> dict[str, Source]:
        """Return the values of the inputs of the program, without those that it sets itself."""
        own = names_set(self.source.text) if self.source is not None else set()
        return {name: Source(name, self.values[name]) for name in graph.inputs if name in self.values.keys() - own}

    def report(self) -> None:
        """Show the program at its point, and what changed since it was shown last; or what is missing."""
        source, graph = self.program()
        before = self.record
        if missing := self.missing(graph):
            self.record = None
            emit(self._formulas(source, graph) + missing_line(missing))
            return
        self.record = None
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
        options = self.options
        return differentiate(
            source, self.given(graph), of=of, exact=options.exact, digits=options.digits, ieee=options.ieee,
            at_kink=options.at_kink, share=options.share,
        )  # fmt: skip

    def there(self) -> Gradient:
        """Return the record; raise `InputError` where numbers are missing."""
        source, graph = self.program()
        if self.record is None:
            if missing := self.missing(graph):
                verb = "has" if len(missing) == 1 else "have"
                raise InputError(
                    f"{', '.join(map(clip_name, missing))} {verb} no value", kind="unbound", hint=example(missing)
                )
            self.record = self.differentiate(source, graph)
        return self.record

    # ---- what is shown

    def style(self, *, to_file: bool = False) -> Style:
        """Return how reports look here."""
        look = terminal(self.options.color, self.options.ascii_only, to_file=to_file)
        return Style(look.width, look.color, look.ascii, self.options.nodes, constants=self.options.constants,
                     theme=self.options.theme or "light", figures=self.options.figures)  # fmt: skip

    def show(self, record: Gradient) -> None:
        """Show the record in the view that is chosen."""
        if self.view == "brief":
            from ...reports.rounding import Rounding
            from ...reports.wording import closing

            tail, answer = closing(record, self.style(), Rounding(record, self.options.figures))
            emit("\n".join([*tail, *answer]) + "\n")
        else:
            emit(render(record, self.view, self.style()))

    def choose(self, view: str, rest: str) -> None:
        """Choose how answers are shown from now on, and show the present one."""
        values = split(rest) if rest else None
        if values is not None and values.program is not None:
            raise InputError(f"{view} takes no {rest[:40]}", kind="option", hint=f"a variable of that name is ({view})")
        self.view = view
        if values is not None:
            self.change(values.values)
        elif self.source is not None:
            self.show(self.there())
        else:
            emit(f"answers are shown as {view}\n")

    def show_node(self, name: str) -> None:
        """Show one node: what it is, its value, and the derivative of the output with respect to it."""
        _, graph = self.program()
        i = graph.by_label[name]
        record = self.there()
        parts = [name, definition(graph, i), brief(record, record.values[i], self.options.figures)]
        line = " = ".join(part for k, part in enumerate(parts) if part not in parts[:k])
        if record.active[i] and i != record.output:
            line += (
                f", d{record.labels[record.output]}/d{name} = {brief(record, record.upstream[i], self.options.figures)}"
            )
        emit(f"{visible(line)}\n")

    def derivative(self, sign: str, above: str, below: str) -> str:
        """Return one derivative as text; ∂q/∂x, where x is an argument of q, is the local gradient of the edge."""
        record = self.there()
        graph = record.graph
        top, bottom = graph.by_label[above], graph.by_label[below]
        if sign == "∂" and bottom in graph.nodes[top].arguments:
            from ...reports.rounding import Rounding
            from ...reports.wording import locals_of

            found = locals_of(record, record.view(top), Rounding(record, self.options.figures).text)
            name = f"∂{record.labels[top]}/∂{record.labels[bottom]}"
            texts = [local.text() for local in found if local.name.split(",")[0] == name]
            return "\n".join(texts) or f"{above} does not depend on {below} here"
        of = self.of(above)
        slope = of.upstream[bottom] if bottom <= top else of.system_zero
        return f"d{above}/d{below} = {brief(of, slope, self.options.figures)}"

    def of(self, name: str) -> Gradient:
        """Return the record with another node as its output."""
        record = self.there()
        if record.graph.by_label[name] == record.output:
            return record
        source, graph = self.program()
        return self.differentiate(source, graph, of=name)

    def why(self, rest: str) -> None:
        """Show the lines of the derivation that lead to one derivative."""
        record = self.there()
        if not rest:
            emit(render(record, "steps", self.style()))
            return
        from ...reports.steps import about

        labels = record.graph.by_label
        found = _QUOTIENT.fullmatch(rest)
        below = found[4] if found else rest if rest in labels else rest[1:] if rest[:1] in ("d", "∂") else rest
        above = found[2] if found else record.labels[record.output]
        for name in (above, below):
            if name not in labels:
                near = did_you_mean(name, list(labels)) or f"why d{above}/d{next(iter(record.graph.inputs), 'x')}"
                raise InputError(f"there is no node {clip_name(name)}", kind="name", hint=near)
        if found and found[1] == "∂" and labels[below] in record.graph.nodes[labels[above]].arguments:
            emit(f"{self.derivative('∂', above, below)}\n")
            return
        text = about(self.of(above), labels[below], self.style())
        emit(text if text.strip() else f"d{above}/d{below} = 0: {above} does not depend on {below}\n")

    def help(self, rest: str) -> None:
        """Say what can be typed, or open a page of the manual."""
        if rest:
            self.call(["help", *rest.split()])
            return
        from ..help import topics
        from ..names import COMMANDS

        subjects = [name for name in topics() if name not in COMMANDS]
        emit(f"{HELP}Topics of the manual: {', '.join(subjects)}\n")

    # ---- other commands

    def call(self, words: list[str]) -> None:
        """Run a command of the command line."""
        if words:
            self.run(words)

    def with_program(self, name: str, words: Iterable[str], options: Iterable[str] = ()) -> None:
        """Run a command on the program; the words that follow it may begin with a sign."""
        source, _ = self.program()
        look = ["--color", self.options.color, *(["--ascii"] if self.options.ascii_only else [])]
        self.call([name, *options, *(look if name != "diff" else []), "--", source.text, *words])

    def check(self, rest: str) -> None:
        """Mark claims."""
        _, graph = self.program()
        claimed, _, options = rest.partition(" --")
        if not claimed.strip():
            raise InputError("there is no claim", kind="claims", hint=f"check d{graph.labels[graph.output]}/dx=3")
        known = [f"{name}={value.text}" for name, value in self.given(graph).items()]
        self.with_program("check", [*known, *claims(claimed)], _words(f"--{options}") if options else [])

    def formulas(self, rest: str) -> None:
        """Write derivatives as formulas."""
        self.with_program("diff", rest.split())

    def plot(self, rest: str) -> None:
        """Plot over a range of one input, by default one around its value, or over ranges of two."""
        _, graph = self.program()
        ranges = dict(_RANGE.findall(rest))
        names = [name for name in re.split(r"[\s,]+", _RANGE.sub(" ", rest)) if name]
        if not ranges and not names:
            names = list(graph.inputs) if len(graph.inputs) == 1 else []
        if not ranges and not names:
            raise InputError("an input is missing", kind="option", hint=f"plot {next(iter(graph.inputs), 'x')}")
        for name in names:
            ranges[name] = self._around(name)
        fixed = {name: value.text for name, value in self.given(graph).items() if name not in ranges}
        self.with_program("plot", [f"{name}={text}" for name, text in [*ranges.items(), *fixed.items()]])

    def _around(self, name: str) -> str:
        """Return a range around 0 that holds the value of an input."""
        reach = float(REACH)
        if name in self.values and not binding.plus_minus(self.values[name]):
            x = abs(float(binding.number(FLOAT, Source(name, self.values[name]))))
            reach = max(reach, float(f"{1.5 * x:.2g}")) if x > 0.8 * REACH else reach
        return f"{-reach:.12g}:{reach:.12g}"

    def _formulas(self, source: Source, graph: Graph) -> str:
        """Return the program and its derivatives as formulas, where they can be told in a line each."""
        from ...language.writing import formula
        from ...record.higher_derivatives import differentiate_formula

        output = graph.labels[graph.output]
        lines = [f"{output} = {definition(graph, graph.output)}"] if graph.nodes[graph.output].arguments else []
        try:
            found = differentiate_formula(source)
        except (MathError, InputError):
            return ""
        if len(found.graph.nodes) > MOST_NODES:
            return ""
        lines += [f"d{output}/d{d.wrt[0]} = {formula(found.graph, d.node)}" for d in found.derivatives]
        return "".join(f"{line}\n" for line in lines if len(line) < LONGEST)

    # ---- files

    def save(self, path: str) -> None:
        """Write the program with its numbers, or what the suffix of a report stands for."""
        path = _path(path)
        source, graph = self.program()
        format = format_of(path)
        if format in (None, "table"):
            values = " ".join(f"{name}={value.text}" for name, value in self.given(graph).items())
            emit(f"{source.text}\n" + (f"{AT}{values}\n" if values else ""), path)
        else:
            emit(render(self.there(), format or "table", self.style(to_file=True)), path)
        emit(f"{visible(path)} is written\n")

    def load(self, path: str) -> None:
        """Take a program from a file, with the numbers that stand in its last line."""
        found = read_program(_path(path))
        lines = found.text.rstrip().splitlines()
        values: dict[str, str] = {}
        if lines and lines[-1].startswith(AT):
            values = split(lines[-1].removeprefix(AT)).values
            lines = lines[:-1]
        self.begin("\n".join(lines), values)


def _check_values(values: dict[str, str]) -> None:
    """Raise `InputError` for the first value that is none."""
    for name, value in values.items():
        if ":" in value:
            raise InputError(f"{clip_name(name)}={value[:40]} is a range", kind="binding",
                             hint=f"plot {clip_name(name)} {value[:40]}")  # fmt: skip
        binding.check_value(Source(name, value))


def _words(text: str) -> list[str]:
    """Return the words of a line as a shell would; raise `InputError` where a quote stays open."""
    try:
        return shlex.split(text)
    except ValueError:
        raise InputError("a quote is not closed", source=Source("line", text), kind="option") from None


def _path(text: str) -> str:
    """Return the file that is meant: quotes are taken off, and ~ is the home folder."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    if not text:
        raise InputError("a file is missing", kind="option", hint="for example save net.txt, or save net.svg")
    return os.path.expanduser(text)
