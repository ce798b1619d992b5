"""The command line: one file per command, each loaded only when it is used.

Read this file (the entry and exit statuses), `tree` (the root command), `names` (the list of commands),
`option_parsing`, `options` and `shared_options`, `streams` (what goes in and out, with `progress`), `error_text` and
`misplaced_words` (words of options that stand elsewhere).

The main job is `differentiate`, with `pointless` (no values), `from_python`, `suffixes` (which format) and
`record_output`; with arrays `array_differentiate`, `array_derivatives`, `array_cost` and `array_code`. The commands
are `check` (`array_check`, `check_homework`), `descend`, `diff` (`array_diff`), `grade` (`grade_files`), `plot`,
`rows`, `rules`, `schema`, `sheet`, `completion` (`completing` answers its scripts) and `help` (`screens` for -h and
--help; `pages`, `roff` and `troff` for the manual). `prompt` is a room of its own.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import click

    from ..errors import GradcliError, InputError

FEW_COLLECTIONS = 100_000  # objects made between two collections
PAGES = {"-h", "--help", "-V", "--version"}  # what click writes by itself


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run gradcli with the words of the command line and exit with its status."""
    for name in ("SIGPIPE", "SIGINT"):  # end quietly, as Unix tools do: 141 and 130 in a shell
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    # gradcli has limits of its own for long numbers; one from the environment would only break what they allow.
    sys.set_int_max_str_digits(sys.int_info.default_max_str_digits)
    words = sys.argv[1:] if arguments is None else arguments
    if arguments is None:  # the process is ours
        gc.set_threshold(FEW_COLLECTIONS)  # modules are not looked through again and again while they are imported
        atexit.register(gc.freeze)  # nor once more before it ends
    for stream in (sys.stdin, sys.stdout, sys.stderr) if os.name == "posix" else ():
        # A careless parent leaves streams that do not block; one in memory has no descriptor.
        with suppress(OSError, ValueError, AttributeError):
            os.set_blocking(stream.fileno(), True)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(words))


def run(words: list[str]) -> int:
    """Run gradcli and return its exit status; errors are printed, never raised."""
    import click

    from ..errors import GradcliError, StreamError
    from .streams import complain, failed, output_failed
    from .tree import root

    as_json, color = wants_json(words), wanted_color(words)
    try:
        if sys.stdout is None and not PAGES.isdisjoint(words):  # click would not notice
            raise StreamError("standard output is closed")
        if question := os.environ.get("_GRADCLI_COMPLETE"):
            from .completing import respond

            respond(question)
            return 0
        status = root.main(words, prog_name="gradcli", standalone_mode=False, obj=run)
        return status if isinstance(status, int) else 0
    except GradcliError as error:
        complain(error, as_json=as_json, color=color, hint=_whole_command(error, words))
        return error.status
    except click.ClickException as problem:
        complain(_usage_error(problem), as_json=as_json, color=color)
        return 2
    except click.Abort:
        return 130
    except OSError as problem:  # a file of the installation is missing, or click could not write a page of help
        failure = output_failed(problem) if problem.filename is None else failed(str(problem.filename), problem)
        complain(failure, as_json=as_json, color=color)
        return failure.status
    except MemoryError:
        from ..errors import LimitError

        complain(LimitError("the memory is used up"), as_json=as_json, color=color)
        return 4


def _whole_command(error: GradcliError, words: list[str]) -> str | None:
    """Return the hint of an error: the whole command, where it knows which of its words to write in another way."""
    from ..language.mending import command_line
    from ..text import HINT_CELLS
    from .misplaced_words import placed
    from .names import COMMANDS

    if found := placed(error, words):
        return f"write {command_line(found)}"
    fitting = getattr(error, "repairs", ())
    if error.instead is None or (error.kind == "shape" and len(fitting) != 1):  # several fit, and the hint says why
        return error.hint
    old, new = map(list, error.instead)
    places = _places(words, old)
    if places is None:
        return error.hint
    kept = [word for k, word in enumerate(words) if k not in places[1:]]
    command = [new.pop(0)] if new[0] in COMMANDS else []  # a command stands before all options
    shown = command_line([*command, *kept[: places[0]], *new, *kept[places[0] + 1 :]])
    return f"write {shown}" if len(shown) <= HINT_CELLS - 6 else error.hint


def _places(words: list[str], old: list[str]) -> list[int] | None:
    """Return where some words stand among all: together, or with options between them; None if they do not."""
    for at in range(len(words)):
        if words[at : at + len(old)] == old:
            return [*range(at, at + len(old))]
    places: list[int] = []
    for k, word in enumerate(words):
        if len(places) < len(old) and word == old[len(places)]:
            places.append(k)
    return places if len(places) == len(old) else None


def wants_json(words: list[str]) -> bool:
    """Whether errors are printed as JSON: decided from the raw words, since they may be what is wrong."""
    options = words[: words.index("--")] if "--" in words else words
    named = any(pair == ("--to", "json") for pair in pairwise(options))
    return named or not {"--json", "--compact", "--to=json"}.isdisjoint(options)


def wanted_color(words: list[str]) -> str:
    """Return what --color says, by default auto: read from the raw words, since they may be what is wrong."""
    options = words[: words.index("--")] if "--" in words else words
    pairs = [word.partition("=")[::2] for word in options if "=" in word] + list(pairwise(options))
    return next((value for option, value in pairs if option == "--color" and value in ("always", "never")), "auto")


def _usage_error(problem: click.ClickException) -> InputError:
    """Return an error of click in the words of this program."""
    from ..errors import InputError
    from .option_parsing import refused_choice

    message, hint = refused_choice(problem) or (" ".join(problem.format_message().split()), None)
    ctx = getattr(problem, "ctx", None)
    return InputError(message, kind="option", hint=hint or f"see {ctx.command_path if ctx else 'gradcli'} --help")
