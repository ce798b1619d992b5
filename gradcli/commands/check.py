"""gradcli check: are these answers right?"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError, Source
from ..text import counted, did_you_mean
from .words import Command

if TYPE_CHECKING:
    from ..homework.claims.claim_files import Sheet
    from ..homework.marking.answer_key import Key

SUFFIXES = {".txt": "text", ".json": "json"}
REVEAL = ("none", "correct", "all")


@click.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("words", nargs=-1, metavar="[PROGRAM] [NAME=VALUE]... [ITEM=CLAIM]...")
@click.option("--claims", metavar="FILE", help="Read claims from a worksheet, CSV or JSON; - is standard input.")
@click.option("--full", is_flag=True, help="What a full worksheet asks for and nobody claims is missing.")
@click.option("--rtol", type=float, help="The relative error that is still right; 0.01 by default.")
@click.option("--atol", type=float, default=1e-8, show_default=True, help="The absolute error that is still right.")
@click.option("--sigfigs", type=int, metavar="N", help="Right to N significant figures, instead of --rtol.")
@click.option("--follow-through", type=float, metavar="CREDIT", help="Credit of a right step from a wrong number.")
@click.option("--reveal", type=click.Choice(REVEAL), default="none", help="Whose correct values to show.")
@click.option("--seed", type=int, default=0, metavar="N", help="Choose other points to compare formulas at.")
@click.option("--fixed", metavar="NAME,...", help="Data: inputs that stay as they are when formulas are compared.")
@click.option("--of", metavar="NODE", help="Differentiate this node instead of the last statement.")
@click.option("--bindings", metavar="FILE", help="Read values from a JSON object; - is standard input.")
@click.option("--file", metavar="PATH", help="Read the program from a file.")
@click.option("--json", "as_json", is_flag=True, help="Print the marks as JSON.")
@click.option("--compact", is_flag=True, help="Write JSON on one line.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE; its suffix chooses the format.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the report.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Use no character outside ASCII.")
def command(
    words: tuple[str, ...],
    claims: str | None,
    full: bool,
    reveal: str,
    fixed: str | None,
    of: str | None,
    bindings: str | None,
    file: str | None,
    as_json: bool,
    compact: bool,
    output: str | None,
    color: str,
    ascii_only: bool,
    **rules: Any,
) -> int:
    """Check answers: values, local gradients and upstream gradients.

    A name that the program computes, and every other ITEM, is a claim; a free name is a binding. Items are q (a
    value), df/dq or dq (the derivative of the output), dA/dB (of any node A), local(q,x) (along one edge; local(q,x,2)
    the second of two).

    A claim is a number, an expression such as 1/3, a formula in the names of the program, or undefined. A formula may
    use the chain rule (df/dq*1) and needs no values for the names. A claim is right
    if it is near the correct value, or if it follows from your own right numbers; at a kink everything between the
    one-sided derivatives is right. The first wrong step is marked. Status 1 if a claim is not accepted.
    """
    from ..homework.claims.items import worksheet
    from ..homework.marking.marks import Claim, Rules, mark
    from ..reports import Style, marks, one_line
    from .progress import Progress
    from .streams import emit, holds, program_and_words, read_bindings, terminal
    from .suffixes import by_suffix

    as_json = (
        as_json
        or compact
        or (output is not None and by_suffix(output, SUFFIXES, "report", "; or add --json") == "json")
    )
    source, rest = program_and_words(list(words), file)
    sheet = _sheet(claims)
    spare = {name: Source(f"{claims}: {name}", text) for name, text in sheet.given.items()}
    if bindings is not None:
        spare |= read_bindings(bindings, "the claims" if claims == "-" else holds(source))
    given, claimed = _sorted(source, rest, of, spare)
    handed_in = [*(Claim(*pair) for pair in claimed), *sheet.claims]
    if not handed_in and not full:
        raise InputError("there is no claim", kind="claims", hint="add ITEM=CLAIM, such as dx=3, or --claims FILE")
    checked = Rules(**rules).checked()
    with Progress(lambda: f"checking {counted(len(handed_in), 'claim')}"):
        point = {**spare, **given}
        key = _key(source, point, of, spare, fixed)
        record = key.record
        marked = mark(key, handed_in, checked, worksheet(record) if full else None)
    look = terminal(color, ascii_only, to_file=output is not None)
    style = Style(look.width, look.color, look.ascii)
    report = marks.as_json(record, marked, reveal) if as_json else marks.render(record, marked, reveal, style)
    emit(one_line(report) if compact else report, output)
    return 0 if all(m.credit == 1 for m in marked.marks) else 1


def _key(source: Source, point: dict[str, Source], of: str | None, spare: Collection[str], fixed: str | None) -> Key:
    """Return the key of a program at a point, and where inputs have no value one that compares formulas."""
    from ..homework.claims.labels import inputs_named
    from ..homework.claims.outside import record_anywhere, record_to_mark
    from ..homework.marking.answer_key import Key

    unbound = None
    try:
        record = record_to_mark(source, point, of=of, spare=spare)
    except InputError as error:
        anywhere = record_anywhere(source, point, of=of, spare=spare) if error.kind == "unbound" else None
        if anywhere is None:
            raise
        record, unbound = anywhere, error
    return Key(record, point, unbound, [] if fixed is None else inputs_named(record.graph, fixed))


def _sheet(path: str | None) -> Sheet:
    """Return the sheet in a file; - is standard input, None an empty sheet."""
    from ..homework.claims.claim_files import Sheet, sheet_in
    from .streams import read

    if path is None:
        return Sheet([], {})
    return sheet_in("standard input" if path == "-" else path, read(None if path == "-" else path))


def _sorted(
    source: Source, words: list[str], of: str | None, known: Collection[str]
) -> tuple[dict[str, Source], list[tuple[str, str]]]:
    """Return the bindings and the claims among some words: what the program computes is a claim.

    Raises `InputError` for a word that is neither.
    """
    from ..calculus.operations import CONSTANTS, function
    from ..language.syntax import parse
    from ..record import bindings as binding
    from ..record.retyping import is_irregular, nearly_quotient, retyped

    if any(is_irregular(word, claims=True) for word in words) and (mistyped := retyped(words, claims=True)):
        raise mistyped
    pairs = [(word, *(part.strip() for part in word.partition("=")[::2])) for word in words]
    names = [name for _, name, _ in pairs if binding.NAME.fullmatch(name)]
    try:
        graph = parse(source, known, of=of)
    except InputError:  # perhaps for want of a binding that has the name of a function
        graph = parse(source, {*known, *(name for name in names if function(name))}, of=of)
    claims: list[tuple[str, str]] = []
    rest: list[str] = []
    for word, name, text in pairs:
        is_derivative = name[:1] in ("d", "∂") and (name[1:] in graph.by_label or name[1:] in names)
        is_open = name in graph.inputs and name not in graph.defaults
        if "=" not in word or is_open or (name in CONSTANTS and name not in graph.named):
            rest.append(word)
        elif name in graph.by_label or is_derivative or not binding.NAME.fullmatch(name):
            claims.append((name, text))
        else:
            items = [*graph.inputs, *graph.by_label, *(f"d{label}" for label in graph.by_label)]
            hint = (
                nearly_quotient(name, graph.by_label)
                or did_you_mean(name, items)
                or f"its names are {', '.join(list(graph.by_label)[:8])}"
            )
            raise InputError(
                f"{name[:60]} is neither an input nor an item of the program", source=Source("argument", word),
                span=(0, len(name)), kind="item", hint=hint,
            )  # fmt: skip
    return binding.split(rest), claims
