"""The tree of commands. The main job needs no command; the others are imported when they are named."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

import click

from .. import __version__
from ..errors import GradcliError, InputError, Source
from ..text import clip
from . import option_parsing, screens
from .names import COMMANDS
from .options import Options, main_options

# Every command, in the order of the help page, and what that page says of it without importing it.
EXAMPLES = """\
\b
Examples:
  gradcli "(x+y)*z" x=-2 y=5 z=-4
  gradcli "q = x + y; f = q * z" x=-2 y=5 z=-4 --json
  gradcli --value "sqrt(x**2 + y**2)" x=3 y=4
"""


# What other programs call the main job, or their command for formulas.
MAIN_JOB = ("autodiff", "backprop", "backward", "calc", "compute", "derivative", "derive", "differentiate", "eval",
            "evaluate", "grad", "gradient", "run")  # fmt: skip
ASKED = ("hessian", "verify", "exact", "ieee", "value", "json")  # options that ask for something by a word


class Root(click.Group):
    """The program itself: a command if the first word is one, else the gradient of the first word."""

    context_class = screens.Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hand the words to the command they name, or keep them for the main job."""
        if args and args[0] in COMMANDS:
            return super().parse_args(ctx, args)
        try:
            options, others = option_parsing.sort_words(self, ctx, args)
        except click.UsageError:
            if not args[0].startswith("-"):
                _refuse_misspelt(args)  # its options are none of the main job
            raise
        if others and others[0] in COMMANDS and "--" not in args[: args.index(others[0])]:
            raise click.UsageError(f"options go after the command: gradcli {others[0]} ...", ctx)
        if others and not ctx.resilient_parsing:
            _refuse_misspelt(others)
        if options == ["-h"]:  # has no long name: click would ask first what it may be meant for, and import difflib
            _short_help(ctx, None, True)
        click.Command.parse_args(self, ctx, [*options, "--", *others])
        ctx.args = others
        return others

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now; None for a word that is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f".{cmd_name}", __package__).command
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the help page in groups, then the list of commands."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        for title, members in screens.grouped(options).items():
            records = [record for option in members if (record := option.get_help_record(ctx)) is not None]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands of the help page."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what follows the program's name in its usage line."""
        return ["[OPTIONS]", "PROGRAM", "[NAME=VALUE]..."]


def _short_help(ctx: click.Context, option: click.Parameter | None, asked: bool) -> None:
    """Print the screen of -h, if it is asked for."""
    if asked and not ctx.resilient_parsing:
        options = [parameter for parameter in root.get_params(ctx) if isinstance(parameter, click.Option)]
        click.echo(screens.short(options, COMMANDS), nl=False, color=screens.style_of().color)
        ctx.exit()


def _refuse_misspelt(words: list[str]) -> None:
    """Raise `InputError` where the first word is nearly a command, and no variable with a value."""
    word = words[0]
    if len(word) < 3 or not word.isalpha() or any(other.startswith(f"{word}=") for other in words):
        return
    if word.lower() in MAIN_JOB:
        _refuse_other_command(words)
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), COMMANDS, n=1, cutoff=0.75)
    if near:
        raise InputError(f"there is no command {word}; did you mean {near[0]}?", kind="option",
                         hint=f"for a variable of that name write {word}=...",
                         instead=([word], near) if words[1:] else None)  # fmt: skip
    _refuse_report(words)
    if word.lower() in ("version", "usage", "man"):
        option = "--version" if word.lower() == "version" else "--help"
        raise InputError(f"there is no command {word}", kind="option", hint=f"did you mean gradcli {option}?")
    _refuse_other_command(words)


def _refuse_other_command(words: list[str]) -> None:
    """Raise `InputError` where a program stands behind a word that is none: `gradient "x*y" x=3 y=4`, `foo "x*y"`."""
    from ..calculus.spellings import function
    from ..language.syntax import parse

    if function(words[0]) or len(words) < 2 or not re.fullmatch(r"(?=.*[^\W\d])[-\w(].*\W.*", words[1], re.DOTALL):
        return
    if re.search(r"(?<![=<>!])=(?!=)", words[1]) and not re.search(r"[;\n]", words[1]):
        return
    try:
        parse(Source("program", words[1]))
    except GradcliError:
        return
    # Names behind it are those of `diff`, values are those of the main job.
    plain = not any("=" in other for other in words[2:]) and (words[2:] or words[0].lower() in MAIN_JOB)
    raise InputError(f"there is no command {clip(words[0], 40)}", kind="option",
                     instead=(words[:2], [*(["diff"] if plain else []), words[1]]))  # fmt: skip


def _refuse_report(words: list[str]) -> None:
    """Raise `InputError` where a program follows what it is to be shown as: `circuit "x*y"`, `hessian "x*y"`."""
    from ..reports import FORMATS
    from .streams import BINDING

    word = words[0].lower()
    if not words[1:] or BINDING.fullmatch(words[1]):
        return
    if word in FORMATS:
        option = ["--to", word]
    elif word in ASKED:
        option = [f"--{word}"]
    else:
        return
    shown = " ".join(option)
    raise InputError(f"there is no command {words[0]}; did you mean {shown}?", kind="option",
                     hint=f"for a variable of that name write {words[0]}=...", instead=(words[:1], option))  # fmt: skip


@click.group(
    cls=Root,
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 the answer is no, 2 unusable input, 3 no mathematical answer, "
    "4 a limit was reached, 5 a file or stream failed.",
    help=EXAMPLES
    + """
Show the gradient of an expression, step by step.

PROGRAM is one or more statements, separated by ; or newlines. The last statement is the output. If PROGRAM is -, it is
read from standard input. NAME=VALUE gives an input its value: a number, or an expression such as 1/3 or pi/4. The
report shows every node of the computational graph: its value, its local gradients and its upstream gradient.

If the first word is the name of a command, gradcli runs the command. For a variable of that name, write (rules).

Without arguments, on a terminal, gradcli opens a prompt. Type an expression, then x=3 to change a number. Type ? for
help.
""",
)
@main_options
@click.version_option(__version__, "-V", "--version", prog_name="gradcli", message="%(prog)s %(version)s")
@click.option("-h", is_flag=True, is_eager=True, expose_value=False, callback=_short_help, help="Show a short help.")
@click.pass_context
def root(ctx: click.Context, /, **options: Any) -> int:
    """Run the main job unless a command was named; return the exit status."""
    if ctx.invoked_subcommand is not None:
        return 0
    asked = Options(**options)
    if not ctx.args and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        from . import prompt

        if prompt.wanted(asked):
            return prompt.run_prompt(asked, ctx.obj, root)
    from .differentiate import differentiate_words

    return differentiate_words(list(ctx.args), asked)
