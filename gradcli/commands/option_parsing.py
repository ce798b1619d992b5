"""Which words of the command line are options: only those that are declared, so that "-x*y" is an expression."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

import click

from ..errors import InputError
from ..language.lexer import composed
from ..text import clip, did_you_mean
from .screens import Context

SHORT = re.compile(r"-[A-Za-z][A-Za-z-]*")
# What a letter stands for in other programs.
MEANT = {"v": "version", "j": "json", "f": "file", "g": "grad", "d": "digits", "e": "exact", "s": "steps", "t": "to",
         "b": "bindings", "w": "wrt", "n": "nodes", "c": "color", "q": "value", "p": "file", "i": "file"}  # fmt: skip
# What is said of an option that only another command has.
ELSEWHERE = {
    "--at": "; values stand behind the program, such as x=3",
    "diff --wrt": "; names stand behind the program",
    "--homework": "; gradcli grade HOMEWORK SUBMISSIONS... marks, gradcli sheet --homework FILE prints",
    "--order": "; --hessian gives second derivatives at a point, gradcli diff --order 2 their formulas",
}
# What other programs call an option, or a thing that is none here.
ALSO_CALLED = {
    "--rate": ("lr", "learning-rate", "alpha", "eta"), "--steps": ("epochs", "iterations", "iters"),
    "--to": ("format", "type"), "--digits": ("precision", "decimals"), "--file": ("program", "input"),
    "--grad": ("derivative",), "--hessian": ("second",),
}  # fmt: skip
MISSPELT = re.compile(r"--[A-Za-z][A-Za-z0-9-]+(=.*)?", re.DOTALL)
SUFFIXES = {"md": "markdown", "tex": "latex", "txt": "table", "htm": "html", "mmd": "mermaid", "gv": "dot"}
PRINTED = ("pdf", "ps", "eps", "docx", "doc", "odt", "word", "print", "paper")  # what is wanted on paper
NEAR = 0.7  # how alike an option is that is surely meant: --jsno and --json, not --rate and --frames
MOST_TOLD = 4  # commands that have an option
SHOWN = 30  # characters of a value that is no choice
_WORDS = "gradcli.words"  # where a context keeps what was typed: an error of click has no value


def require_format(option: str, chosen: str, formats: Collection[str]) -> None:
    """Raise `InputError` for an option that a format has no use for."""
    if chosen not in formats:
        first, *rest = formats
        known = f"{', '.join([first, *rest[:-1]])} and {rest[-1]}" if rest else first
        raise InputError(f"{option} is for {known}", kind="option", hint=f"add --to {first}")


def declared_options(command: click.Command, ctx: click.Context) -> dict[str, Any]:
    """Return the options of a command by their names."""
    declared: dict[str, Any] = {}
    for parameter in command.get_params(ctx):
        if isinstance(parameter, click.Option):
            declared |= dict.fromkeys([*parameter.opts, *parameter.secondary_opts], parameter)
    return declared


def choices_of(declared: dict[str, Any]) -> dict[str, str]:
    """Return the option of every value that an option has a choice of."""
    return {choice: option for option in declared for choice in _choices(declared[option])}


def sort_words(command: click.Command, ctx: click.Context, words: list[str]) -> tuple[list[str], list[str]]:
    """Return the options (with their values) and the other words, each in order.

    A word is an option if it equals a declared one, or is `--name=value` of one. `--` ends options. Raises
    `click.UsageError` for a word that is a misspelt option, and for an option without its value.
    """
    declared = declared_options(command, ctx)
    options: list[str] = []
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        name = word.partition("=")[0]
        if word == "--":
            others += rest
        elif word in declared:
            options.append(word if word.startswith("--") else _long(declared[word], word))
            if not declared[word].is_flag:
                value = next(rest, None)
                if value is not None:
                    _refuse_second(declared[word], word, value, options[:-1], ctx)
                    options.append(_composed(declared[word], value))
                elif not ctx.resilient_parsing:
                    raise click.UsageError(f"{word} needs a value", ctx)
        elif name == "--jacobian" and name in declared and "=" in word:
            output = clip(word.partition("=")[2], 40)
            raise InputError("--jacobian takes no value", kind="option", hint=f"write --jacobian --of {output}")
        elif word.startswith("--") and name in declared:
            _refuse_second(declared[name], name, word.partition("=")[2], options, ctx)
            options.append(f"{name}={_composed(declared[name], word.partition('=')[2])}")
        elif MISSPELT.fullmatch(word) and not any(other.startswith(f"{name[2:]}=") for other in words):
            if not ctx.resilient_parsing:
                hint = _hint(word, words, declared, ctx)
                raise click.UsageError(f"there is no option {name[:60]}{hint}", ctx)
        elif not ctx.resilient_parsing and _is_short_option(word, words, others):
            raise no_short_option(word, declared, next(rest, None), ctx.command_path)
        else:
            others.append(word)
    ctx.meta[_WORDS] = options, others
    return options, others


def _hint(word: str, words: list[str], declared: dict[str, Any], ctx: click.Context) -> str:
    """Return what is said of a word that is an option which there is not."""
    name = word.partition("=")[0]
    is_used = "=" in word and any(re.search(rf"\b{name[2:]}\b", other) for other in words if other != word)
    said = ELSEWHERE.get(name) or ELSEWHERE.get(f"{ctx.info_name} {name}")
    said = said or _instead(name[2:], declared, ctx, has_value=is_used)
    return said or (f"; for a value write {word[2:60]}" if is_used else "")


def _refuse_second(option: click.Option, word: str, value: str, before: list[str], ctx: click.Context) -> None:
    """Raise for another file where an option takes one: the first would be left out without a word."""
    names = tuple(option.opts)
    if option.metavar != "FILE" or option.multiple or ctx.resilient_parsing:
        return
    first = next((one for name, one in pairwise(before) if name in names), None)
    first = first or next((one.partition("=")[2] for one in before if one.partition("=")[0] in names), None)
    if first is not None and first != value:
        raise InputError(f"{word} takes one file, and there are {clip(first, 40)} and {clip(value, 40)}", kind="option",
                         hint="leave out one of the two")  # fmt: skip


def _long(option: click.Option, word: str) -> str:
    """Return the long name of an option: of a letter click asks first what it may be meant for, and imports difflib."""
    return next((name for name in option.opts if name.startswith("--")), word)


def _instead(name: str, declared: dict[str, Any], ctx: click.Context, *, has_value: bool) -> str:
    """Return what was meant by an option that there is not: another one, or a choice of one, such as --to svg.

    One that another command has is told as such, unless one of this command is nearly the same, or the program uses it
    as a name, which then `has_value`.
    """
    called = [option for option, names in ALSO_CALLED.items() if name in names]
    if meant := next((option for option in called if option in declared), None):
        return f"; did you mean {meant}?"
    choices = choices_of(declared)
    name = SUFFIXES.get(name, name)
    if name in choices:
        return f"; did you mean {choices[name]} {name}?"
    from difflib import get_close_matches

    known = [option[2:] for option in declared if option.startswith("--")]
    if not has_value and not get_close_matches(name, known, cutoff=NEAR):
        for option in (f"--{name}", *called):
            if having := _commands_with(option, ctx):
                return f"; {having} {option}"
    if near := did_you_mean(name, known):
        return f"; {near.replace('mean ', 'mean --')}"
    near = did_you_mean(name, list(choices))
    found = (near or "").removeprefix("did you mean ").partition("?")[0]
    return f"; did you mean {choices[found]} {found}?" if near else ""


def _commands_with(option: str, ctx: click.Context) -> str:
    """Return which commands have an option, with the verb; "" where none does, or many."""
    top = ctx.find_root()
    if not isinstance(top.command, click.Group):
        return ""
    others = {name: top.command.get_command(top, name) for name in top.command.list_commands(top)}
    named = {"PROGRAM": top.command, **others}
    found = [name for name, one in named.items() if one and any(option in parameter.opts for parameter in one.params)]
    if not found or len(found) > MOST_TOLD:
        return ""
    *first, last = found
    return f"gradcli {', '.join(first)} and {last} have" if first else f"gradcli {last} has"


def _choices(parameter: click.Parameter) -> list[str]:
    return list(parameter.type.choices) if isinstance(parameter.type, click.Choice) else []


def refused_choice(problem: object) -> tuple[str, str | None] | None:
    """Return what is said of a value that is none of the choices, and the hint if any is near; None for others."""
    if not isinstance(problem, click.BadParameter) or problem.param is None or problem.ctx is None:
        return None
    known, name = _choices(problem.param), problem.param.opts[0]
    typed = next((value for value in _typed(problem.param, problem.ctx) if value not in known), None)
    if typed is None or not known:
        return None
    is_option = name.startswith("-")
    *others, last = known
    said = f"{name if is_option else f'the {name}'} is {', '.join(others)} or {last}, not {clip(typed, SHOWN)}"
    typed = typed.lower()
    meant = SUFFIXES.get(typed, typed)
    if meant in PRINTED and (printed := printed_best(known)):
        return said, printed
    near = f"did you mean {meant}?" if meant in known else did_you_mean(typed, known)
    return said, near.replace("mean ", f"mean {name} ") if near and is_option else near


def printed_best(formats: Collection[str]) -> str | None:
    """Return how to get pages for a printer, or a PDF, from some formats; None where there is none for that."""
    if "html" in formats:
        return "--to html prints best: open the page in a browser, and print it or save it as PDF"
    return "--to latex prints best: pdflatex makes a PDF of it" if "latex" in formats else None


def _typed(parameter: click.Parameter, ctx: click.Context) -> list[str]:
    """Return the values that were typed for an option or argument."""
    options, others = ctx.meta.get(_WORDS, ([], []))
    if isinstance(parameter, click.Argument):
        return list(others)
    pairs = ((*word.partition("="), after) for word, after in pairwise([*options, ""]))
    return [value if sign else after for name, sign, value, after in pairs if name in parameter.opts]


def _composed(option: click.Option, value: str) -> str:
    """Return the value of an option, composed as names in programs are where it names something of the program."""
    return composed(value) if option.metavar in ("NAME", "NAME,...", "NODE") else value


def _is_short_option(word: str, words: list[str], others: list[str]) -> bool:
    """Whether a word is meant for an option: it begins with one - and is no variable with a value."""
    name = word[1:]
    may_have_value = name in ("pi", "e", "tau") or any(other.startswith("--bindings") for other in words)
    has_value = any(other.startswith(f"{name}=") for other in words)
    return bool(SHORT.fullmatch(word)) and not has_value and (bool(others) or not may_have_value)


def no_short_option(word: str, declared: dict[str, Any], after: str | None, command: str) -> InputError:
    """Return the error for a word that looks like an option of other programs.

    `after` is the word that follows, `command` the words that name the command.
    """
    name = word[1:]
    known = [option[2:] for option in declared if option.startswith("--")]
    meant = MEANT.get(name.lower(), name) if len(name) == 1 else name
    numbered = (
        after is not None
        and after.isdigit()
        and any(  # -j 2 is no flag
            option.startswith(name) and not declared[f"--{option}"].is_flag for option in known
        )
    )
    near = meant if meant in known and not (numbered and declared[f"--{meant}"].is_flag) else None
    if near is None and len(name) > 1:
        near = ((did_you_mean(name, known) or "").removeprefix("did you mean ").partition("?")[0]) or None
    elif near is None:
        starting = [o for o in known if o.startswith(name) and not (numbered and declared[f"--{o}"].is_flag)]
        near = starting.pop() if len(starting) == 1 else None
    what = f"there is no option {clip(word, 40)}"
    if near is None:
        return InputError(
            what, kind="option", hint=f"for minus {clip(name, 30)} write {command} -- {clip(word, 30)} ..."
        )
    option = declared[f"--{near}"]
    value = f" {after}" if after is not None and _takes(option, after) else ""
    alone = len(name) == 1 and (after is None or "=" in after)
    minus = f"; for minus {name} write {command} -- {word} ..." if alone else ""
    return InputError(what, kind="option", hint=f"did you mean --{near}{value}?{minus}")


def _takes(option: click.Option, value: str) -> bool:
    """Whether a word behind an option is its value, and may be one."""
    if option.is_flag or value.startswith("-") or "=" in value:
        return False
    try:
        option.type.convert(value, option, None)
    except click.BadParameter:
        return False
    return True


class Real(click.FloatRange):
    """A number between bounds, called that in errors."""

    name = "number"


class Whole(click.IntRange):
    """A whole number between bounds, called that in errors."""

    name = "whole number"


class Command(click.Command):
    """A command that takes its options by exact match; the other words are its arguments. -h is --help."""

    context_class = Context

    def __init__(self, name: str | None, context_settings: Mapping[str, Any] | None = None, **settings: Any) -> None:
        super().__init__(name, {"help_option_names": ["-h", "--help"], **(context_settings or {})}, **settings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Sort the words, then parse as click does."""
        options, others = sort_words(self, ctx, args)
        return super().parse_args(ctx, [*options, "--", *others])
