"""What a word of the command line may become: asked by the scripts of bash, zsh and fish."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from .names import COMMANDS
from .option_parsing import declared_options, sort_words
from .tree import root

if TYPE_CHECKING:
    from ..calculus.graph import Graph

VARIABLE = "_GRADCLI_COMPLETE"
SHELLS = ("bash", "zsh", "fish")
FILE, FOLDER = "file", "dir"
BREAKS = "=:"  # where bash begins a new word
SPECIAL = re.compile(r"([\s()<>|&;*?\[\]{}$`\"'\\!#~,^])")  # what bash must not see bare

# The options whose value is made of names of the program, and of which: inputs, all nodes, or NAME= of inputs.
NAMES = {"wrt": "inputs", "fixed": "inputs", "keep": "inputs", "grad": "nodes", "of": "nodes", "nodes": "nodes",
         "at": "values"}  # fmt: skip


class Offer(NamedTuple):
    """What a word may become, each with a text about it, and whether the shell adds its files or folders."""

    items: list[tuple[str, str]]
    paths: str = ""


class TypedWords(NamedTuple):
    """The words before the one that is completed, sorted: options, and the others, of which the first is a program."""

    command: click.Command
    options: list[str]
    others: list[str]
    declared: dict[str, click.Option]
    is_ended: bool  # by --, after which nothing is an option

    @property
    def pending(self) -> click.Option | None:
        """The option that waits for its value."""
        option = self.declared.get(self.options[-1]) if self.options else None
        return option if option is not None and not option.is_flag else None

    @property
    def has_file(self) -> bool:
        """Whether the program stands in a file."""
        return self.value_of("--file") is not None

    def value_of(self, name: str) -> str | None:
        """Return the value that an option has been given."""
        for k, word in enumerate(self.options):
            if word == name and k + 1 < len(self.options):
                return self.options[k + 1]
            if word.startswith(f"{name}="):
                return word.partition("=")[2]
        return None

    def graph(self) -> Graph | None:
        """Return the program that stands on the line, or in the file that it names; None where there is none."""
        from ..errors import GradcliError, Source
        from ..language.syntax import parse
        from .streams import read_program

        path, of = self.value_of("--file"), self.value_of("--of")
        try:
            if path is not None:
                return parse(read_program(path), of=of)
            return parse(Source("program", self.others[0]), of=of) if self.others else None
        except GradcliError:
            return None


def respond(instruction: str) -> None:
    """Answer a shell: its script, or what the word at the cursor may become.

    Raises `InputError` for what is no such question.
    """
    from .streams import emit

    shell, _, what = instruction.partition("_")
    if shell not in SHELLS or what not in ("source", "complete"):
        from ..errors import InputError

        hint = f"it is SHELL_complete or SHELL_source, where SHELL is {', '.join(SHELLS)}"
        raise InputError(f"{VARIABLE}={instruction} asks for nothing", kind="option", hint=hint)
    if what == "source":
        from .completion import script

        emit(script(shell))
        return
    words, incomplete, is_quoted = split_line(os.environ.get("COMP_WORDS", ""))
    offer = offered(words[1:], incomplete)
    emit(_WRITERS[shell](offer, incomplete, is_quoted))


def split_line(text: str) -> tuple[list[str], str, bool]:
    """Return the words of a line up to the cursor, the last of them apart, and whether it stands in open quotes."""
    import shlex

    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    is_open = False
    try:
        words += lexer
    except ValueError:
        words.append(lexer.token or "")
        is_open = True
    escaped = len(text.rstrip()) - len(text.rstrip().rstrip("\\"))
    blanks = len(text) - len(text.rstrip())
    ends = not is_open and blanks > escaped % 2
    last = "" if ends or not words else words.pop()
    return words, last, is_open


def offered(words: list[str], incomplete: str) -> Offer:
    """Return what an incomplete word may become, after the words before it; files where nothing else fits."""
    with click.Context(root, info_name="gradcli", resilient_parsing=True, **root.context_settings) as ctx:
        command = (root.get_command(ctx, words[0]) if words else None) or root
        line = _sorted(command, ctx, words[0 if command is root else 1 :])
        found = _offer(line, words, incomplete)
    items = [(value, text) for value, text in found.items if value.startswith(incomplete)]
    return Offer(items, found.paths if items else found.paths or FILE)


def _sorted(command: click.Command, ctx: click.Context, words: list[str]) -> TypedWords:
    sub = (
        ctx
        if command is root
        else click.Context(command, parent=ctx, resilient_parsing=True, **command.context_settings)
    )
    options, others = sort_words(command, sub, words)
    return TypedWords(command, options, others, declared_options(command, sub), "--" in words)


def _offer(line: TypedWords, words: list[str], incomplete: str) -> Offer:
    if line.pending is not None:
        return _values(line, line.pending, incomplete, "")
    name, equals, value = incomplete.partition("=")
    if not line.is_ended and incomplete.startswith("-"):
        if equals and name in line.declared:
            return _values(line, line.declared[name], value, f"{name}=")
        return Offer(_options(line))
    return _arguments(line, words, incomplete)


def _options(line: TypedWords) -> list[tuple[str, str]]:
    """Return the options that have not been given, with the first sentence of their help."""
    used = {line.declared[word.partition("=")[0]] for word in line.options if word.partition("=")[0] in line.declared}
    return [
        (name, (option.help or "").partition(".")[0])
        for name, option in line.declared.items()
        if option not in used or option.multiple
    ]


def _values(line: TypedWords, option: click.Option, value: str, prefix: str) -> Offer:
    """Return the values of an option; `prefix` is the part of the word before them."""
    if isinstance(option.type, click.Choice):
        return Offer([(prefix + choice, "") for choice in option.type.choices])
    metavar = option.metavar or ""
    if re.search(r"\b(FILE|PATH)\b", metavar):
        return Offer([], FILE)
    if "DIR" in metavar:
        return Offer([], FOLDER)
    if option.metavar == "RULE":
        from ..record.update_rules import UPDATE_RULES

        return Offer([(prefix + rule.name, rule.summary) for rule in UPDATE_RULES.values()])
    which = NAMES.get(option.name or "")
    graph = line.graph() if which else None
    if graph is None:
        return Offer([])
    if which == "values":
        return Offer([(f"{prefix}{name}=", "") for name in graph.inputs])
    before, comma, _ = value.rpartition(",")
    given = before.split(",")
    names = graph.inputs if which == "inputs" else [*graph.inputs, *graph.by_label]
    return Offer([(f"{prefix}{before}{comma}{name}", "") for name in dict.fromkeys(names) if name not in given])


def _arguments(line: TypedWords, words: list[str], incomplete: str) -> Offer:
    """Return what a word that is no option may become."""
    if not words:
        return Offer([*COMMANDS.items(), *_options(line)] if incomplete else list(COMMANDS.items()))
    name = "" if line.command is root else words[0]
    if name in _OWN:
        return _OWN[name](line)
    types = (p.type for p in line.command.params if isinstance(p, click.Argument))
    choices = [choice for each in types if isinstance(each, click.Choice) for choice in each.choices]
    if choices:
        return Offer([(choice, "") for choice in choices])
    rest = line.others if line.has_file else line.others[1:]
    if name == "grade" or not (line.others or line.has_file):
        return Offer([], FILE)
    if incomplete.partition("=")[2].startswith("@"):
        return Offer([], FILE)
    graph = line.graph()
    if graph is None:
        return Offer([])
    bound = {word.partition("=")[0].strip() for word in rest}
    free = [input for input in graph.inputs if input not in bound]
    if name == "diff":
        return Offer([(input, "") for input in free])
    items = [(f"{input}=", "") for input in free]
    if name == "check":
        items += [(f"{item}=", "") for item in _items(graph, line.value_of("--of")) if item not in bound]
    needs_file = name == "rows" and all("=" in word for word in rest)
    if not items and not line.is_ended and not needs_file:
        items = _options(line)
    return Offer(items, FILE if needs_file else "")


def _items(graph: Graph, of: str | None) -> list[str]:
    """Return what can be claimed of a program: values, derivatives of the output or another node, local gradients."""
    labels, by_label = graph.labels, graph.by_label
    output = of if of is not None and of in by_label else labels[graph.output]
    needed = graph.needed(by_label.get(output, graph.output))
    computed = [name for name, i in by_label.items() if graph.nodes[i].arguments]
    below = [name for name in dict.fromkeys([*computed, *graph.inputs]) if needed[by_label[name]] and name != output]
    slopes = [f"d{output}/d{name}" for name in below]
    edges = [
        f"∂{name}/∂{labels[a]}"
        for name in computed
        for a in dict.fromkeys(graph.nodes[by_label[name]].arguments)
        if labels[a] in by_label
    ]
    return [*computed, *slopes, *edges]


def _rules(line: TypedWords) -> Offer:
    from ..calculus.operations import OPERATIONS
    from ..calculus.spellings import ALIASES
    from ..language.arrays_needed import ARRAY_FUNCTIONS

    rows = [row for row in OPERATIONS.values() if not row.is_leaf]
    names = dict.fromkeys(sorted(ARRAY_FUNCTIONS), "") | {row.name: row.summary for row in rows}
    names |= {alias: f"also {name}" for alias, name in ALIASES.items()}
    laws = dict.fromkeys(law for row in rows for law in (*row.laws, *row.lone_laws) if law.endswith(" rule"))
    from ..record.update_rules import UPDATE_RULES

    updates = [(rule.name, rule.summary) for rule in UPDATE_RULES.values()]
    return Offer([*names.items(), *((law, "") for law in laws), *updates]) if not line.others else Offer([])


def _topics(line: TypedWords) -> Offer:
    from .help import topics

    return Offer([*COMMANDS.items(), *((name, "") for name in topics() if name not in COMMANDS)])


_OWN: dict[str, Callable[[TypedWords], Offer]] = {"rules": _rules, "help": _topics}


# ---- what the scripts read


def _bash(offer: Offer, incomplete: str, is_quoted: bool) -> str:
    """Return a line `plain,VALUE` for each value, without what stands before a break of bash, and `file,` or `dir,`."""
    breaks = [c for c in os.environ.get("_GRADCLI_BREAKS", "") if c in BREAKS] if not is_quoted else []
    cut = max((incomplete.rfind(c) + 1 for c in breaks), default=0)
    values = [value[cut:] for value, _ in offer.items]
    lines = ["plain," + (value if is_quoted else SPECIAL.sub(r"\\\1", value)) for value in values]
    return _lines([*lines, *([f"{offer.paths},"] if offer.paths else [])])


def _zsh(offer: Offer, incomplete: str, is_quoted: bool) -> str:
    """Return three lines for each value: its kind, itself, and what is said of it, or _."""
    rows = [("plain", value, text or "_") for value, text in offer.items]
    rows += [(offer.paths, incomplete or "_", "_")] if offer.paths else []
    return _lines(part for row in rows for part in row)


def _fish(offer: Offer, incomplete: str, is_quoted: bool) -> str:
    """Return a line `plain,VALUE<tab>TEXT` for each value; files behind NAME= are listed here, since fish does not."""
    lines = [f"plain,{value}\t{text}" if text else f"plain,{value}" for value, text in offer.items]
    name, equals, start = incomplete.partition("=")
    if offer.paths and equals:
        lines += [f"plain,{name}={path}" for path in _paths(start, offer.paths)]
    elif offer.paths:
        lines.append(f"{offer.paths},{incomplete}")
    return _lines(lines)


def _paths(start: str, kind: str) -> list[str]:
    import glob

    found = sorted(glob.iglob(f"{glob.escape(os.path.expanduser(start))}*"))
    return [f"{path}/" if os.path.isdir(path) else path for path in found if kind == FILE or os.path.isdir(path)]


def _lines(parts: Iterable[str]) -> str:
    return "".join(f"{part}\n" for part in parts)


_WRITERS: dict[str, Callable[[Offer, str, bool], Any]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
