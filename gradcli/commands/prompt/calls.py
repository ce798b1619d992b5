"""Commands of the command line at the prompt: they are given the program and its numbers, and told in its words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

import click

from ...calculus.graph import Graph
from ...errors import InputError, Source
from ...language.names import clip_name, listed
from ...numbers.systems import FLOAT
from ...record import bindings as binding
from ...record.higher_derivatives import formulas_of
from ...record.values import number, plus_minus
from ...reports.formulas import equations
from ...text import did_you_mean
from ..option_parsing import refused_choice, sort_words
from ..streams import emit
from .lines import claims
from .session import Session
from .wording import check_free, help_page, overview

PLOT_REACH = 5  # of a plot that says no range
_OPTION = re.compile(r"(?:^|\s)(?=--[A-Za-z]|-o\s)")
_RANGE = re.compile(r"([^\W\d]\w*)\s*[=\s]\s*(\S+:\S+)")
_FIXED = re.compile(r"([^\W\d]\w*)\s*=\s*([^\s,]+)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+|pi\b)")
# A claim that says its number without the sign for it: df/dx 3, df/dx: 3, df/dx is 3.
_SIGNLESS = re.compile(r"([^\W\d][\w/.∂]*|∂\w+/∂\w+)\s*(?::=?|==|\bis\b|\s)\s*([-+]?[\w.][\w./*]*)")


def command_line(session: Session, rest: str) -> None:
    """Run a command as the shell would."""
    session.run(_words(rest) or ["help"])


def rules(session: Session, rest: str) -> None:
    """Show a page of the rule book, or all of it."""
    _invoke(session, "rules", [rest] if rest else [])


def help_on(session: Session, rest: str) -> None:
    """Say what can be typed, or what a command does here, or open a page of the manual."""
    if page := help_page(rest, session.style().width):
        emit(page)
    elif rest:
        _invoke(session, "help", rest.split())
    else:
        from ..help import topics
        from ..names import COMMANDS

        subjects = [name for name in topics() if name not in COMMANDS]
        emit(overview(subjects, session.style().width))


def check(session: Session, rest: str) -> None:
    """Mark claims."""
    _, graph = session.program()
    claimed, options = _options(rest)
    example = f"check d{graph.labels[graph.output]}/d{next(iter(graph.inputs), 'x')}=3"
    if not claimed and "--full" not in options:
        raise InputError("there is no claim", kind="claims", hint=example)
    words = claims(claimed)
    for word in words:
        name, equals, claim = word.partition("=")
        if not equals or not name:
            found = _SIGNLESS.findall(claimed)
            hint = "check " + " ".join(f"{item}={number}" for item, number in found) if found else example
            raise InputError(f"{claimed[:60]} is no claim: its = is missing", kind="claims", hint=hint)
        if not claim.strip():
            raise InputError(f"nothing is claimed after {name[:40]}=", kind="claims", hint=f"check {name[:40]}=3")
        if name in graph.inputs:
            raise InputError(f"{clip_name(name)} is an input: its value is given, not claimed", kind="claims",
                             hint=f"{clip_name(word)} alone changes it; {example} checks a derivative")  # fmt: skip
    known = [f"{name}={value.text}" for name, value in session.given(graph).items()]
    _on_program(session, "check", [*known, *words], options)


def diff(session: Session, rest: str) -> None:
    """Write derivatives as formulas."""
    source, graph = session.program()
    named, options = _options(rest)
    names = [name for name in re.split(r"[\s,]+", named) if name]
    for name in names:
        if "=" in name:
            raise InputError(f"diff takes inputs, not {clip_name(name)}", kind="name",
                             hint=f"{clip_name(name)} alone changes a number")  # fmt: skip
    names = [name.rpartition("/")[2][1:] if "/" in name else name for name in names]  # df/dx is with respect to x
    _check_inputs(session, graph, names)
    if options:
        _on_program(session, "diff", names, options)
    else:
        emit(equations(formulas_of(graph, source, names or None)))


def plot(session: Session, rest: str) -> None:
    """Plot over a range of one input, by default one around its value, or over ranges of two."""
    _, graph = session.program()
    asked, options = _options(rest)
    ranges = dict(_RANGE.findall(asked))
    others = _RANGE.sub(" ", asked)
    fixed = dict(_FIXED.findall(others))
    names = [name for name in re.split(r"[\s,]+", _FIXED.sub(" ", others)) if name]
    for name in names:
        if not binding.NAME.fullmatch(name):
            raise InputError(f"{name[:40]} is neither an input nor a range", kind="option",
                             hint=_plot_example(graph, asked))  # fmt: skip
    _check_inputs(session, graph, [*ranges, *fixed, *names])
    if not ranges and not names:
        names = list(graph.inputs) if len(graph.inputs) == 1 and not fixed else []
    if not ranges and not names:
        what = f"{clip_name(next(iter(fixed)))} has one value, not a range" if fixed else "an input is missing"
        raise InputError(what, kind="option", hint=_plot_example(graph, asked))
    ranges |= {name: _around(session, name) for name in names if name not in ranges}
    if len(ranges) > 2:
        first, second, *_ = ranges
        raise InputError("a plot has one or two inputs", kind="option", hint=f"plot {first}, or plot {first} {second}")
    given = {name: value.text for name, value in session.given(graph).items()} | fixed
    session.require([name for name in session.missing(graph) if name not in ranges and name not in fixed])
    both = next((name for name in ranges if name in fixed), None)
    if both is not None:
        raise InputError(f"{clip_name(both)} has a range and a value", kind="option", hint=_plot_example(graph, both))
    words = [*ranges.items(), *((name, text) for name, text in given.items() if name not in ranges)]
    _on_program(session, "plot", [f"{name}={text}" for name, text in words], options)


def _plot_example(graph: Graph, asked: str) -> str:
    """Return a plot that may have been meant: `x 1 to 5` is `plot x 1:5`."""
    named = [name for name in re.findall(r"[^\W\d]\w*", asked) if name in graph.inputs]
    name = (named or list(graph.inputs) or ["x"])[0]
    numbers = _NUMBER.findall(asked.replace(name, " ", 1).replace("..", " "))
    return f"plot {name} {numbers[0]}:{numbers[1]}" if len(numbers) == 2 else f"plot {name} -3:3"


def _around(session: Session, name: str) -> str:
    """Return a range around 0 that holds the value of an input."""
    reach = float(PLOT_REACH)
    if name in session.values and not plus_minus(session.values[name]):
        x = abs(float(number(FLOAT, Source(name, session.values[name]))))
        reach = max(reach, float(f"{1.5 * x:.2g}")) if x > 0.8 * PLOT_REACH else reach
    return f"{-reach:.12g}:{reach:.12g}"


def _check_inputs(session: Session, graph: Graph, names: Iterable[str]) -> None:
    """Raise `InputError` for the first name that is not an input whose value can change."""
    for name in names:
        check_free(graph, name, session.own)
        if name not in graph.inputs:
            known = list(graph.inputs)
            raise InputError(f"there is no input {clip_name(name)}", kind="name",
                             hint=did_you_mean(name, known) or listed("input", known))  # fmt: skip


def _options(rest: str) -> tuple[str, list[str]]:
    """Return what stands before the options of a command, and these."""
    found = _OPTION.search(rest)
    return (rest[: found.start()].strip(), _words(rest[found.start() :])) if found else (rest.strip(), [])


def _words(text: str) -> list[str]:
    """Return the words of a line as a shell would; raise `InputError` where a quote stays open."""
    try:
        return shlex.split(text)
    except ValueError:
        raise InputError("a quote is not closed", source=Source("line", text), kind="option") from None


def _on_program(session: Session, name: str, words: Iterable[str], options: list[str]) -> None:
    """Run a command on the program; the words that follow it may begin with a sign."""
    source, _ = session.program()
    look = ["--color", session.options.color, *(["--ascii"] if session.options.ascii_only else [])]
    _invoke(session, name, [*(look if name != "diff" else []), *options, "--", source.text, *words], options)


def _invoke(session: Session, name: str, words: list[str], options: list[str] | None = None) -> None:
    """Run a command; raise what is wrong as the prompt says it, not as a shell is told."""
    try:
        with click.Context(session.root, info_name="gradcli", **session.root.context_settings) as above:
            command = session.root.get_command(above, name)
            assert command is not None  # the caller names one that there is
            if options:
                with command.context_class(command, info_name=name, parent=above, **command.context_settings) as ctx:
                    _check_options(name, options, sort_words(command, ctx, options)[1])
            with command.make_context(name, words, parent=above, **command.context_settings) as ctx:
                command.invoke(ctx)
    except click.ClickException as problem:
        message, _ = refused_choice(problem) or (" ".join(problem.format_message().split()), None)
        raise InputError(message, kind="option", hint=f"help gradcli {name} has its options") from None
    except click.exceptions.Exit:  # of --help, which has written its page
        return


def _check_options(name: str, options: list[str], others: list[str]) -> None:
    """Raise `InputError` where other words stand among the options, or where they name another program."""
    if others:
        raise InputError(f"{others[0][:40]} stands behind an option", kind="option", hint="options stand last")
    if any(word.partition("=")[0] == "--file" for word in options):
        raise InputError(f"{name} takes the program that is here", kind="option", hint="load FILE reads another")
