"""Lines that are nearly something that the prompt knows: each is told with what to type in its place."""

from __future__ import annotations

import re

from ...calculus.graph import Graph
from ...calculus.operations import CONSTANTS
from ...calculus.spellings import function
from ...errors import GradcliError, InputError, Source
from ...language.borrowed_forms import says_what
from ...language.names import clip_name
from ...language.syntax import parse
from ...record import bindings as binding
from ...reports import FORMATS
from ...text import clip, did_you_mean
from ..names import COMMANDS
from .lines import QUOTIENT, TAKE_NOTHING, VIEWS, WORDS, Said, first_command, is_constant
from .session import Session

_SETTING = ("let", "set", "put")
# `let x 4`, `x := 4`, `x is 4`, `x -> 4`: a number for a name, without the one = of it. `x -4` is a difference.
_ASSIGNED = re.compile(
    r"(?:(?:let|set|put)\s+)?([^\W\d]\w*)\s*(?::=|==|->|→|<-|:|\bis\b|\bto\b|\s(?=[\w.]))\s*([^\s=<>].*?)\s*"
)
_RENAMED = re.compile(r"([^\W\d]\w*)\s*=\s*([^\W\d]\w*)")
# What other programs are told to do, before an expression: `derivative of x^2`, `d/dx x^2`.
_ORDERED = re.compile(
    r"(?:[d∂]/[d∂]\w+|grad|gradient|deriv|derive|derivative|differentiate|evaluate|compute)\s+(?:of\s+)?([\w(].*)"
)
_TWO_WORDS = re.compile(r"([^\W\d]\w*)(\s+)([^\s=].*)", re.DOTALL)
_QUOTED = re.compile(r"""(["'])(.*?)\1\s*(.*)""", re.DOTALL)
_FILE = re.compile(r"[\w./\\~ -]+\.(?:txt|grad|prog|toml|json|svg|png|md|tex|html|csv|py|m)", re.I)
_CLAIM = re.compile(r"(.+?)\s*=(?!=)\s*(.+)")

_NAME = r"[^\W\d]\w*"
_DERIVATIVE = re.compile(rf"[d∂]\s*({_NAME})(?:\s*/\s*[d∂]\s*({_NAME}))?|({_NAME})\.grad")
_LOCAL = re.compile(rf"local\s*\(\s*({_NAME})\s*,\s*({_NAME})\s*\)")
# A derivative, and what may stand between it and the number that is claimed for it. A minus with a blank behind it
# is a difference.
_CLAIMED = re.compile(
    rf"({_DERIVATIVE.pattern}|{_LOCAL.pattern})\s*"
    r"(?::=?|==?|->|→|≈|~|\bis\b|(?<=\s)(?=[-+\u2212]?[\w.(])(?!to\b|at\b))\s*(?P<number>[^\s=<>?].*?)\s*",
    re.DOTALL,
)
_ASKED = re.compile(r"(.+?)\s*(?:=\s*)?(?:\?+|=)\s*")
_OPTION = re.compile(r"(?:^|\s)(?:--([A-Za-z][\w-]*)|(-o)(?=\s+[\w./~]))(?:\s+|=|$)")


def variable_of(word: str) -> str:
    """Return the words that say how a variable is written that is called like a command."""
    return f"a variable of that name is ({word})"


def refuse_slip(session: Session, meant: Said) -> None:
    """Raise `InputError` for a line that is meant for a number or a claim, where it would be read as a program."""
    graph, text, values = session.graph, meant.program or "", meant.values
    _refuse_command_line(session, text, values)
    _refuse_option(session, text, values)
    if graph is not None:
        _refuse_claim(session, graph, text, values)
    _refuse_shell(text, values)
    _refuse_command(session, text, values)
    _refuse_unknown_word(session, text, values)
    if values and binding.NAME.fullmatch(text):
        _refuse_word(graph, text, values)
    if ordered := _ORDERED.fullmatch(text):
        raise InputError("an expression stands alone: its gradient is what is shown", kind="syntax",
                         hint=ordered[1][:60])  # fmt: skip
    if graph is None or values:
        return
    renamed = _RENAMED.fullmatch(text)
    if renamed and renamed[1] in graph.inputs:
        name, other = map(clip_name, renamed.groups())
        raise InputError(f"{other} is no number for {name}", kind="binding",
                         hint=f"for example {name}=3; a program of {other} alone is ({other})")  # fmt: skip
    found = _ASSIGNED.fullmatch(text)
    if found and found[1] in graph.inputs and is_constant(found[2]):
        raise InputError(f"{text[:60]} gives no number: its = is missing", kind="syntax",
                         hint=f"{clip_name(found[1])}={found[2][:40]}")  # fmt: skip
    claim = _CLAIM.fullmatch(text)
    if claim and QUOTIENT.fullmatch(claim[1]):
        raise InputError(f"{text[:60]} is a claim: derivatives are computed, not set", kind="syntax",
                         hint=f"check {claim[1]}={claim[2][:40]}")  # fmt: skip


def _refuse_claim(session: Session, graph: Graph, text: str, values: dict[str, str]) -> None:
    """Raise for a derivative of the program with a number or a question behind it: `df/dx -4`, `df/dx=?`."""
    if values:
        return
    own = {*graph.by_label, *session.values}
    if (asked := _ASKED.fullmatch(text)) and (shown := _question(graph, own, asked[1])):
        raise InputError(f"{clip(text, 60)} claims nothing", kind="syntax", hint=shown)
    if claim := _CLAIMED.fullmatch(text):
        item, number = "".join(claim[1].split()), " ".join(claim["number"].split())
        if _question(graph, own, item) and item not in own:
            raise InputError(f"{clip(text, 60)} is a claim: derivatives are computed, not set", kind="syntax",
                             hint=f"check {item}={clip(number, 60)}")  # fmt: skip
    several = [_question(graph, own, part) for part in re.split(r"\s*,\s*", text)]
    if len(several) > 1 and all(several):
        raise InputError("a line asks for one number", kind="syntax", hint=", then ".join(map(str, several)))
    if shown := _question(graph, own, text):
        check = f"; check {''.join(text.split())}=3 checks it" if _LOCAL.fullmatch(text) else ""
        raise InputError(f"{clip(text, 60)} is not how a derivative is asked for", kind="syntax", hint=shown + check)


def _question(graph: Graph, own: set[str], item: str) -> str | None:
    """Return how the prompt is asked for a value or a derivative; None for what is neither in the program."""
    labels = graph.by_label
    if item in own:
        return item if item in labels else None
    if found := _LOCAL.fullmatch(item):
        return f"∂{found[1]}/∂{found[2]}" if found[1] in labels and found[2] in labels else None
    if (found := _DERIVATIVE.fullmatch(item)) is None:
        return None
    names = re.findall(r"(?<![\w∂])d\w+", item)
    if names and own.issuperset(names) and not found[3]:  # df/dx of variables df and dx
        return None
    output = graph.labels[graph.output]
    above, below = (found[1], found[2]) if found[2] else (output, found[1] or found[3])
    if above not in labels or below not in labels:
        return None
    return re.sub(r"\s", "", item) if found[2] else f"d{above}/d{below}"


def _refuse_command_line(session: Session, text: str, values: dict[str, str]) -> None:
    """Raise for a command of the command line: `descend x**2 x=10`."""
    found = _TWO_WORDS.fullmatch(text)
    known = {*(session.graph.by_label if session.graph is not None else ()), *session.values, *values}
    if found is None or found[1] not in COMMANDS.keys() - {*WORDS} - known or _is_program(text, known):
        return
    behind = "".join(f" {name}={value}" for name, value in values.items())
    program = f'"{found[3]}"' if values and re.search(r"\s", found[3]) else found[3]
    raise InputError(f"{found[1]} is a command of the command line, not of the prompt", kind="name",
                     hint=clip(f"gradcli {found[1]} {program}{behind}", 100))  # fmt: skip


def _refuse_option(session: Session, text: str, values: dict[str, str]) -> None:
    """Raise for an option of the command line, alone or behind a program: `--steps`, `x*y --to svg`."""
    found = _OPTION.search(text)
    if found is None:
        return
    name, rest = found[1] or "output", text[found.end() :].strip()
    labels = session.graph.by_label if session.graph is not None else ()
    options = {word for option in session.root.params for word in option.opts}
    if {name, (found[2] or "")[1:]} & {*labels, *session.values, *values} or (
        name not in WORDS and f"--{name}" not in options
    ):
        return
    hint = _instead(session, name, rest, values)
    raise InputError(f"{found[0].strip().rstrip('=')} is an option of the command line, not of the prompt",
                     kind="option", hint=hint)  # fmt: skip


def _instead(session: Session, name: str, rest: str, values: dict[str, str]) -> str:
    """Return what is typed at the prompt in the place of an option."""
    format = rest if name == "to" else name
    behind = "".join(f" {x}={value}" for x, value in values.items())
    if format in VIEWS:
        return f"{format}{clip(behind, 80)}"
    if suffixes := FORMATS.get(format, ("", ()))[1]:
        return f"save f{suffixes[0]}"
    if name in ("file", "output"):
        return f"{'load' if name == 'file' else 'save'} {clip(rest, 60) or 'FILE'}"
    if name in WORDS:
        return f"{name} {clip(rest + behind, 80)}".replace("  ", " ").rstrip()
    graph = session.graph
    if graph is not None and name == "value":
        return graph.labels[graph.output]
    if graph is not None and name in ("grad", "wrt"):
        below = rest if rest in graph.by_label else next(iter(graph.inputs), "x")
        return f"d{graph.labels[graph.output]}/d{below}"
    return "quit, and begin anew with it; help lists what can be typed here"


def _refuse_shell(text: str, values: dict[str, str]) -> None:
    """Raise for what is typed into a shell: `!ls`, a program in quotes, the name of a file."""
    at = f" at {' '.join(f'{name}={value}' for name, value in values.items())}" if values else ""
    if text.startswith(("!", "%", "$")):
        raise InputError(f"{clip(text, 40)} is for a shell, and this prompt is none", kind="syntax",
                         hint="quit leads back to the shell; help lists what can be typed here")  # fmt: skip
    if quoted := _QUOTED.fullmatch(text):
        at = f" at {quoted[3]}" if quoted[3] and not at else at
        raise InputError("nothing needs quotes here", kind="syntax", hint=clip(f"{quoted[2]}{at}", 100))
    if _FILE.fullmatch(text) and not text[0].isdigit():
        raise InputError(f"{clip(text, 60)} is the name of a file", kind="syntax", hint=f"load {clip(text, 60)}")


def _refuse_command(session: Session, text: str, values: dict[str, str]) -> None:
    """Raise for a program that begins with a command, where that is no variable: `check - 4`, `plot(x)`."""
    word = first_command(text)
    if word is None or session.graph is None or word in {*session.graph.by_label, *session.values, *values}:
        return
    shown = {"check": "check df/dx=3", "why": "why df/dx", "plot": "plot x -3:3"}.get(word, f"help {word}")
    raise InputError(f"{clip(text, 60)} begins with a command", kind="name", hint=f"{shown}; {variable_of(word)}")


def _refuse_unknown_word(session: Session, text: str, values: dict[str, str]) -> None:
    """Raise for a line that begins with a word and a blank where no program does: `chekc df/dx=4`, `theme dark`."""
    found = _TWO_WORDS.fullmatch(text)
    if found is None or says_what(text) or _is_program(text, {*session.values, *values}):
        return
    word, rest = found[1], found[3]
    known = {*(session.graph.by_label if session.graph is not None else ()), *session.values, *values}
    if word in known or word in CONSTANTS or function(word) or _ORDERED.fullmatch(text):
        return
    if word in _SETTING and (given := _ASSIGNED.fullmatch(text)) and given[1] in known:
        return
    behind = "".join(f" {name}={value}" for name, value in values.items())
    near = did_you_mean(word, list(WORDS)) if len(word) > 2 else None
    if near:
        right = near.removeprefix("did you mean ").partition("?")[0]
        after = f"{'' if right in TAKE_NOTHING else rest}{behind}".strip()
        raise InputError(f"there is no command {clip_name(word)}", kind="name",
                         hint=f"did you mean {right} {clip(after, 80)}".rstrip() + "?")  # fmt: skip
    options = [name for option in session.root.params for name in option.opts]
    if f"--{word}" in options:
        raise InputError(f"{word} is an option of the command line, not a command here", kind="name",
                         hint="quit, and begin anew with it; help lists what can be typed here")  # fmt: skip
    if re.fullmatch(r"[\w ]+", text) and not re.search(r"\d", text):
        words = text.split()
        product = f"; for a product write {clip('*'.join(words), 60)}" if len(words) == 2 else ""
        raise InputError(f"{clip_name(word)} is neither a command nor in the program", kind="name",
                         hint=f"help lists the commands{product}")  # fmt: skip


def _is_program(text: str, bound: set[str]) -> bool:
    try:
        parse(Source("program", text), bound)
    except GradcliError:
        return False
    return True


def _refuse_word(graph: Graph | None, word: str, values: dict[str, str]) -> None:
    """Raise where a word stands before numbers of the program: `set w=3`."""
    if graph is not None and (word in graph.by_label or not set(values) <= set(graph.inputs)):
        return
    if graph is None and word not in _SETTING:
        return
    alone = " ".join(f"{name}={value}" for name, value in values.items())
    near = (did_you_mean(word, list(WORDS)) or "").rstrip("?") if len(word) > 3 else ""
    hint = f"{near} {clip_name(alone)}?" if near else f"{clip_name(alone)} alone changes a number"
    raise InputError(f"{clip_name(word)} is no command", kind="name", hint=hint)
