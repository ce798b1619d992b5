"""gradcli check: are these answers right?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from ..errors import GradcliError, InputError, Source
from ..homework.claims.default_tolerance import ATOL, RTOL
from ..text import clip, counted, visible
from . import shared_options as shared
from .option_parsing import Command

if TYPE_CHECKING:
    from ..calculus.graph import Graph
    from ..homework.claims.claim_files import ClaimSheet
    from ..homework.marking.answer_key import AnswerKey
    from ..record.request import Request
    from ..record.update_rules import Update

CHECK_SUFFIXES = {".txt": "text", ".json": "json"}
REVEAL = ("none", "correct", "all")


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="[PROGRAM] [NAME=VALUE]... [ITEM=CLAIM]...")
@click.option(
    "--claims", metavar="FILE", help="Read the claims from a file: a worksheet, CSV or JSON; - is standard input."
)
@click.option(
    "--homework",
    metavar="FILE",
    help="Check a filled-in sheet of this homework before it is handed in. The sheet replaces PROGRAM.",
)
@click.option("--full", is_flag=True, help="Count the items that are not answered as missing.")
@click.option("--rtol", type=float, help=f"The largest relative error of a right answer; {RTOL} by default.")
@click.option(
    "--atol",
    type=float,
    help=f"The largest absolute error of a right answer; {ATOL:g} by default, less where it is made of small factors.",
)
@click.option("--sigfigs", type=int, metavar="N", help="Compare N significant figures, instead of --rtol.")
@click.option(
    "--follow-through",
    type=float,
    metavar="CREDIT",
    help="The credit (0 to 1) for a correct step from a wrong number; 0 by default.",
)
@click.option(
    "--reveal",
    type=click.Choice(REVEAL),
    default="none",
    help="Show the correct values of no claims, of the correct ones, or of all.",
)
@click.option("--seed", "random_seed", type=int, metavar="N", help="Compare formulas at other random points.")
@click.option(
    "--fixed",
    metavar="NAME,...",
    help="Inputs that are data, such as labels: formulas are compared without changing them.",
)
@click.option("--step", metavar="RATE", help="The rate of a step of descent, for items new(w).")
@shared.UPHILL
@shared.OF
@shared.BINDINGS
@shared.FILE
@click.option("--json", "as_json", is_flag=True, help="Print the marks as JSON.")
@shared.COMPACT
@shared.FORMATTED_OUTPUT
@shared.color("Colour the report.")
@shared.ASCII
def command(
    words: tuple[str, ...],
    claims: str | None,
    homework: str | None,
    full: bool,
    reveal: str,
    fixed: str | None,
    step: str | None,
    ascent: bool,
    of: str | None,
    bindings: str | None,
    file: str | None,
    as_json: bool,
    compact: bool,
    output: str | None,
    color: str,
    ascii_only: bool,
    **policy: Any,
) -> int:
    """Check answers: values, local gradients and upstream gradients.

    NAME=VALUE gives an input its value. ITEM=CLAIM is an answer to check. An ITEM is q (the value of q), df/dq or dq
    (the derivative of the output), dA/dB (the derivative of any node A), or local(q,x) (the local gradient along one
    edge; if there are two edges, local(q,x,2) is the second). With --step RATE, new(w) is the value of the input w
    after a step of descent: w - RATE*df/dw.

    A CLAIM is a number, an expression such as 1/3, a formula such as w*x or df/dq*1, or the word undefined. A formula
    needs no values of the inputs.

    A claim is right if it is near the correct value, or if it follows from your own right numbers. At a kink, every
    number between the one-sided derivatives is right. The first wrong step is marked. The exit status is 1 if a claim
    is not accepted.

    In a program of arrays an ITEM is also z[1], dL/dW[1,0] or shape(dL/dW), and local(z,W) is a Jacobian. A CLAIM may
    be a whole array as NumPy, PyTorch, MATLAB or LaTeX print it, @FILE, or a formula such as outer(dz, x).
    """
    from ..record.update_rules import step_of
    from ..reports import Style, marks, one_line
    from .streams import check_read_once, emit, holds, program_and_words, read_bindings, terminal

    policy = {name: value for name, value in policy.items() if value is not None}
    if homework is not None:
        from .check_homework import check_homework

        beside = (claims, step, ascent, of, bindings, file, fixed, full, reveal != "none")
        if any(beside) or policy:
            raise InputError("--homework takes everything from the file", kind="option", hint="give the sheet alone")
        as_json = _is_json(output, as_json=as_json, compact=compact)
        return check_homework(
            homework, words, output, color, as_json=as_json, compact=compact, ascii_only=ascii_only
        )  # fmt: skip
    as_json = _is_json(output, as_json=as_json, compact=compact)
    source, rest = program_and_words(list(words), file)
    check_read_once({"the program": holds(source) is not None, "the claims": claims == "-"})
    sheet = _sheet(claims)
    taken = "the claims" if claims == "-" else holds(source)
    from_files = {name: Source(f"{claims}: {name}", text) for name, text in sheet.given.items()}
    if bindings is not None:
        from_files |= read_bindings(bindings, taken)
    graph = _parsed(source, rest, of, from_files)
    update = step_of(step, ascent=ascent)
    written: Any = marks  # the module that writes the marks
    if graph is None:
        from ..record.array_values import check_standard_input
        from ..reports import array_marks
        from .array_check import check_arrays

        check_standard_input(_typed(rest), taken or ("the values" if bindings == "-" else None))
        found = check_arrays(
            source, rest, sheet, from_files, of=of, fixed=fixed, update=update, policy=policy, full=full
        )  # fmt: skip
        written = array_marks
    else:
        found = _checked(source, graph, rest, sheet, from_files, of, fixed, update, policy, full=full)
    look = terminal(color, ascii_only, to_file=output is not None)
    style = Style(look.width, look.color, look.ascii)
    report = written.as_json(*found, reveal) if as_json else written.render(*found, reveal, style)
    emit(one_line(report) if compact else report, output)
    return 0 if all(m.credit == 1 for m in found[1].marks) else 1


def _checked(
    source: Source, graph: Graph, words: list[str], sheet: ClaimSheet, from_files: Mapping[str, Source],
    of: str | None, fixed: str | None, update: Update | None, policy: dict[str, Any], *, full: bool,
) -> tuple[Any, Any]:  # fmt: skip
    """Return the record of a program of numbers, and the marks of claims about it."""
    from ..homework.claims.items import names_step, worksheet
    from ..homework.marking.marks import Claim, MarkingPolicy, mark
    from ..record.precision import Precision
    from ..record.request import Request
    from .progress import Progress

    given, claimed = _sorted(graph, words)
    handed_in = [*(Claim(*pair) for pair in claimed), *sheet.claims]
    if not handed_in and not full:
        raise InputError("there is no claim", kind="claims", hint=_no_claim(graph, of))
    if update is None and (new := next((claim.name for claim in handed_in if names_step(claim.name)), None)):
        raise InputError(f"{clip(visible(new), 60)} needs a rate", kind="option", hint="for example --step 0.5")
    checked = MarkingPolicy(**policy).checked()
    with Progress(lambda: f"checking {counted(len(handed_in), 'claim')}"):
        point = {**from_files, **given}
        request = Request(Precision.of(values=point.values()), of=of, may_be_unused=from_files, step=update)
        key = _key(source, graph, point, request, fixed)
        return key.record, mark(key, handed_in, checked, worksheet(key.record, key.fixed) if full else None)


def _typed(words: list[str]) -> dict[str, Source]:
    """Return what stands behind the = of each word that has one, by what stands before it."""
    parts = (word.partition("=") for word in words)
    return {name.strip(): Source(name.strip(), text) for name, equals, text in parts if equals}


def _is_json(output: str | None, *, as_json: bool, compact: bool) -> bool:
    """Whether the marks are written as JSON: where an option or the suffix of the file says so."""
    from .suffixes import by_suffix

    by_file = output is not None and by_suffix(output, CHECK_SUFFIXES, "report", "; or add --json") == "json"
    return as_json or compact or by_file


def _no_claim(graph: Graph, of: str | None) -> str:
    """Return what to write for a claim about the program. Raises `InputError` for a name that no node has."""
    from ..record.request import choose_output

    name = next(iter(graph.inputs), "x")
    return f"add ITEM=CLAIM, such as d{graph.labels[choose_output(graph, of)]}/d{name}=3, or --claims FILE"


def _key(source: Source, graph: Graph, point: dict[str, Source], request: Request, fixed: str | None) -> AnswerKey:
    """Return the key of a program at a point, and where inputs have no value one that compares formulas."""
    from ..homework.claims.labels import inputs_named
    from ..homework.claims.outside import record_anywhere, record_to_mark
    from ..homework.marking.answer_key import AnswerKey
    from ..language.names import UnboundError
    from ..record.values import Values

    unbound = None
    values = Values(point)
    try:
        record = record_to_mark(source, values, request, graph)
    except UnboundError as error:
        anywhere = record_anywhere(source, values, request, graph)
        if anywhere is None:
            raise
        record, unbound = anywhere, error
    return AnswerKey(record, point, unbound, [] if fixed is None else inputs_named(record.graph.inputs, fixed))


def _sheet(path: str | None) -> ClaimSheet:
    """Return the sheet in a file; - is standard input, None an empty sheet."""
    from ..homework.claims.claim_files import ClaimSheet, sheet_in
    from .streams import read

    if path is None:
        return ClaimSheet([], {})
    return sheet_in("standard input" if path == "-" else path, read(None if path == "-" else path))


def _parsed(source: Source, words: list[str], of: str | None, known: Mapping[str, Source]) -> Graph | None:
    """Return the graph of the program, None for one of arrays.

    What it assigns is claimed; a constant or function may be bound otherwise. Raises `InputError` for a word that is
    mistyped.
    """
    from ..language.syntax import parse
    from ..record.retyping import is_irregular, retyped

    names = [word.partition("=")[0].strip() for word in words if "=" in word]
    graph, problem = None, None
    try:
        graph = parse(source, known, of=of, unless_assigned=names)
    except GradcliError as error:
        problem = error
    if _has_arrays(graph, problem, words, known):
        return None
    if any(is_irregular(word, claims=True) for word in words) and (mistyped := retyped(words, claims=True)):
        raise mistyped
    if problem is not None:
        raise problem
    return graph


def _has_arrays(
    graph: Graph | None, problem: GradcliError | None, words: list[str], known: Mapping[str, Source]
) -> bool:
    """Whether a program works on arrays, or an input of it is given as one."""
    from ..record.bindings import looks_like_array

    if problem is not None and problem.kind == "arrays":
        return True
    given = {name: source.text for name, source in known.items()}
    given |= {name: source.text for name, source in _typed(words).items()}
    return any(looks_like_array(text) for name, text in given.items() if graph is None or name in graph.inputs)


def _sorted(graph: Graph, words: list[str]) -> tuple[dict[str, Source], list[tuple[str, str]]]:
    """Return the bindings and the claims among some words: what the program computes is a claim.

    Raises `InputError` for a word that is neither.
    """
    from ..calculus.operations import CONSTANTS
    from ..homework.claims.items import stray_word
    from ..homework.claims.written_numbers import without_dash
    from ..record import bindings as binding

    pairs = [(word, *(part.strip() for part in word.partition("=")[::2])) for word in words]
    names = [name for _, name, _ in pairs if binding.NAME.fullmatch(name)]
    claims: list[tuple[str, str]] = []
    rest: list[str] = []
    for word, name, text in pairs:
        is_derivative = name[:1] in ("d", "∂") and (name[1:] in graph.by_label or name[1:] in names)
        is_open = name in graph.inputs and name not in graph.defaults
        if "=" not in word or is_open or (name in CONSTANTS and name not in graph.named):
            rest.append(word)
        elif name in graph.by_label or is_derivative or not binding.NAME.fullmatch(name):
            claims.append((name, without_dash(text)))
        else:
            raise stray_word(graph, word, name)
    output, moved = graph.labels[graph.output], next(iter(graph.inputs), "x")
    items = [*[name for name in graph.inputs if name not in names][:1], output, f"d{output}/d{moved}"]

    def unnamed(word: str) -> InputError | None:
        from ..record.word_slips import no_claim

        return no_claim(word, graph.by_label, graph.inputs, items)

    return binding.split(rest, unnamed=unnamed), claims
