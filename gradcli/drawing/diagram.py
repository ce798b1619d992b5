"""What is drawn of a record: gates and leaves with the wires between them, and the numbers on the wires."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from decimal import Context, Decimal, InvalidOperation
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from ..calculus.gate import Gate
from ..calculus.graph import Graph, Node
from ..calculus.operations import ADD, CONSTANT, MUL, NUMBER, OPERATIONS
from ..calculus.table_parts import Operation
from ..errors import InputError, LimitError, ShellHint
from ..language.syntax import tools
from ..language.writing import ATOM, NEG, pieces
from ..numbers.decimals import DIGITS_CERTAIN, closely
from ..record.gradient import Gradient
from ..text import clip, visible
from .remarks import MARK, Marks

if TYPE_CHECKING:
    from ..arrays.graph import ArrayGraph
    from ..record.array_gradient import ArrayGradient

GIVEN_CELLS = 12  # of a given number that is drawn as it is
MAX_PARTS = 2_000
MOST_ENTRIES = 4  # of an array that is written on its wire
SHAPES_ALONE = -1  # instead of a number of entries: values are left out, and gradients are norms
HINT = ShellHint("--of NODE draws a part of it, --to dot leaves the layout to Graphviz")
LABEL_CELLS = 14
GATE_CELLS = 18  # cells of what several operations compute as one
PLACEHOLDERS = "xyzuvw"


class Operand(str):
    """A number or a name within what a gate does."""

    __slots__ = ()


class Called(str):
    """The operation within what a gate does: its sign, or its name."""

    __slots__ = ()


class Part(NamedTuple):
    """A gate with its ports from top to bottom, or a leaf.

    `label` is what a gate does, or what a leaf is called; `name` is what the program calls a gate. `sources` are the
    parts that feed the ports, and `positions` the arguments that the ports stand for. `kink` says whether the gate is
    at a kink there. `pieces` are what the label consists of, left to right: operations, operands, and signs between.
    """

    node: int
    label: str
    name: str
    leaf: bool
    sources: tuple[int, ...]
    positions: tuple[int, ...]
    kink: bool
    pieces: Sequence[str] = ()

    @property
    def marked(self) -> str:
        """The label, with a star where the gate is at a kink."""
        return self.label + MARK if self.kink else self.label


class Diagram(NamedTuple):
    """The parts in the order of their nodes, the last of which is the output, and how many wires leave each."""

    parts: list[Part]
    uses: list[int]
    output: str


class Entries(str):
    """An array of a shape on a wire: the texts of its entries, or their `norm`; `told` says whether the shape is."""

    __slots__ = ("norm", "shape", "texts", "told")
    shape: Sequence[int]
    texts: Sequence[str]
    norm: str
    told: bool

    def __new__(cls, shape: Sequence[int], texts: Sequence[str] = (), norm: str = "", *, told: bool = True) -> Entries:
        """Return the text of all of it: `3x2: norm 2.8`, `[0.09, 0.67, -0.76]`."""
        from ..arrays.sizes import bracketed  # pictures of numbers alone load no arrays

        text = f"norm {norm}" if norm else bracketed(texts, shape)
        made = super().__new__(cls, f"{'x'.join(map(str, shape))}: {text}" if told else text)
        made.shape, made.texts, made.norm, made.told = shape, texts, norm, told
        return made


class Figures(NamedTuple):
    """The texts on the wires: of every part its value and gradient, and at forks the share of every port.

    A gradient that is disputed at a kink has a mark and both sides with it.
    `rounded` says whether a number is shown with fewer digits than the record has.
    """

    values: list[str]
    gradients: list[str]
    shares: list[tuple[str, ...]]
    rounded: bool


def diagram(record: Gradient, *, constants: bool = False, limit: int | None = MAX_PARTS) -> Diagram:
    """Return what the output depends on as parts; numerals are part of their gate's label unless `constants`.

    Raises `LimitError` beyond 2,000 parts, or another limit; None is for those who lay nothing out.
    """
    graph = record.graph
    names = {i: ", ".join([graph.labels[i], *graph.others.get(i, [])]) for i in graph.named.values()}

    def label(i: int) -> tuple[Sequence[str], frozenset[int]]:
        return _label(graph, graph.nodes[i], names, keep=constants)

    return assembled(graph, record.output, names, label, Marks(record).gates, limit)


def assembled(
    graph: Graph | ArrayGraph,
    output: int,
    names: Mapping[int, str],
    label: Callable[[int], tuple[Sequence[str], frozenset[int]]],
    kinks: Collection[int],
    limit: int | None,
    layers: Mapping[int, Sequence[int]] = {},
) -> Diagram:
    """Return what the output depends on as parts.

    `label` returns what a gate does in pieces, and which of its arguments these hold; `kinks` are the nodes at a kink.
    `layers` has what feeds the nodes that stand for several.
    """
    needed = bytearray(output + 1)
    needed[output] = 1
    found: dict[int, tuple[Sequence[str], frozenset[int]]] = {}
    for i in range(output, -1, -1):
        if needed[i]:
            node = graph.nodes[i]
            is_leaf = node.operation.is_leaf
            found[i] = ([names.get(i, graph.labels[i])], frozenset()) if is_leaf else label(i)
            for k, a in enumerate(layers.get(i, node.arguments)):
                needed[a] |= k not in found[i][1]
    nodes = [i for i in range(output + 1) if needed[i]]
    if limit is not None and len(nodes) > limit:
        raise LimitError(f"the picture would have {len(nodes):,} parts; the limit is {limit:,}", hint=HINT)
    place = {i: p for p, i in enumerate(nodes)}
    parts, uses = [], [0] * len(nodes)
    for i in nodes:
        node, (text, hidden) = graph.nodes[i], found[i]
        arguments = layers.get(i, node.arguments)
        positions = tuple(k for k in range(len(arguments)) if k not in hidden)
        sources = tuple(place[arguments[k]] for k in positions)
        name = names.get(i, "") if i != output and not node.operation.is_leaf else ""
        label_of = visible("".join(text))
        parts.append(Part(i, label_of, visible(name), node.operation.is_leaf, sources, positions, i in kinks, text))
        for s in sources:
            uses[s] += 1
    return Diagram(parts, uses, visible(graph.labels[output]))


def _label(graph: Graph, node: Node, names: dict[int, str], *, keep: bool) -> tuple[list[str], frozenset[int]]:
    """Return what a gate does, and which of its arguments its label holds: `+1`, `1/x`, `max(x,0)`."""
    if isinstance(node.operation, Gate):
        return _computed(node.operation), frozenset()
    texts = {} if keep else {k: _literal(graph, a, names) for k, a in enumerate(node.arguments)}
    hidden = frozenset(k for k, text in texts.items() if text)
    called = placeholders(graph, node.arguments)
    label = folded(node.operation, len(node.arguments), {k: [Operand(texts[k])] for k in hidden}, called)
    if len("".join(label)) > LABEL_CELLS and hidden:
        return folded(node.operation, len(node.arguments), {}, called), frozenset()
    return label, hidden


def _computed(gate: Gate) -> list[str]:
    """Return what several operations compute as one, shortened: `w*x + b`, `tanh(...)`, `(y-t)**2 + ...`."""
    shown = clip(gate.text, GATE_CELLS)
    if shown == gate.text:
        return _read(shown)
    name, _, rest = gate.text.partition("(")
    if name.isidentifier() and rest.endswith(")") and _is_one_call(rest):
        return [Called(name), "(", "...", ")"]
    return [*_read(shown.removesuffix("...")), "..."]


def _read(text: str) -> list[str]:
    """Return a piece of a program in the tokens of the language, with the blanks between them."""
    out, end = [], 0
    with suppress(InputError):  # where the text was cut within a sign, as != is
        for token in tools()[1].tokens(text):
            word = text[token.start : token.end]
            is_name = word.isidentifier() and word not in OPERATIONS and text[token.end : token.end + 1] != "("
            out += [text[end : token.start], Operand(word) if is_name or token.type == "NUMBER" else Called(word)]
            end = token.end
    return [piece for piece in [*out, text[end:]] if piece]


def _is_one_call(rest: str) -> bool:
    """Whether the parenthesis that is open before a text closes at its end, and not before."""
    depth = 1
    for c in rest[:-1]:
        depth += (c == "(") - (c == ")")
        if not depth:
            return False
    return True


def _literal(graph: Graph, i: int, names: dict[int, str]) -> str:
    """Return a number as it is written, also with a sign before it; nothing for other nodes and named ones."""
    node, sign = graph.nodes[i], ""
    if node.operation is NEG and i not in names:
        (i,), sign = node.arguments, "-"
        node = graph.nodes[i]
    return sign + node.text if node.operation in (NUMBER, CONSTANT) and i not in names else ""


def placeholders(graph: Graph | ArrayGraph, arguments: Sequence[int]) -> Callable[[int, str], str]:
    """Return a function of an argument's position and the letter that stands for it: x, or what is no other's name.

    Where the program calls something else so, it is the argument's own name, or _ for one without.
    """

    def called(k: int, letter: str) -> str:
        own = graph.labels[arguments[k]]
        if own == letter or not (letter in graph.inputs or letter in graph.named):
            return letter
        return visible(own) if own in graph.inputs or own in graph.named else "_"

    return called


def folded(
    row: Operation, many: int, texts: Mapping[int, Sequence[str]], called: Callable[[int, str], str]
) -> list[str]:
    """Return what an operation of so many arguments does, in pieces; `texts` has those that these hold, by position.

    `called` returns what stands for an argument, from its position and the usual letter.
    """
    own = Called(row.symbol or row.name)
    if not texts and row is NEG:
        argument = Operand(called(0, "x"))
        return [Called(MUL.symbol), Operand("-1")] if argument == "_" else [own, argument]
    if not texts:
        return [own]
    if row.symbol and many == 2 and len(texts) == 1 and (1 in texts or row in (ADD, MUL)):
        text = next(iter(texts.values()))
        return [own, "(", *text, ")"] if text[0][0] == "-" and row.precedence == ADD.precedence else [own, *text]
    names = [row.parameters[k] if row.arity is not None else PLACEHOLDERS[k % 6] for k in range(many)]
    if many - len(texts) == 1:
        names = ["x"] * many
    precedences = [NEG.precedence if k in texts and texts[k][0][0] == "-" else ATOM for k in range(many)]
    return written_in(own, pieces(row, precedences), lambda k: texts.get(k) or [Operand(called(k, names[k]))])


def written_in(own: Called, pieces: Sequence[str | int], argument: Callable[[int], Sequence[str]]) -> list[str]:
    """Return the pieces of an operation without blanks, its arguments written in."""
    out: list[str] = []
    for piece in pieces:
        if isinstance(piece, int):
            out += argument(piece)
        else:
            text = piece.replace(" ", "")
            out.append(own if text == own else Operand(text) if text.isidentifier() else text)
    return out


# ---- the numbers


def in_figures(record: Gradient | ArrayGradient, digits: int) -> Callable[[Any], str]:
    """Return the function that writes a number of a picture, with `digits` significant digits where that is shorter."""
    write = in_full(record, digits)
    return lambda x: shorten(write(x), digits)


def in_full(record: Gradient | ArrayGradient, digits: int) -> Callable[[Any], str]:
    """Return the function that writes a number with all the digits of which a picture may show so many."""
    brief = record.system.brief
    if digits <= DIGITS_CERTAIN:
        return brief
    return lambda x: closely(x, digits) if isinstance(x, float) and isfinite(x) else brief(x)


def figures(record: Gradient, drawn: Diagram, digits: int, signed: Callable[[str], str] = str) -> Figures:
    """Return the texts on the wires, one entry per part, in the order of the parts; shares one entry per port.

    Numbers have `digits` significant digits where that is shorter; `signed` puts other signs in one. A given one of up
    to `GIVEN_CELLS` characters is no power of ten.
    """
    write = in_full(record, digits)
    rounded = False

    def text(x: Any, missing: str = "", *, given: bool = False) -> str:
        nonlocal rounded
        if x is None:
            return missing
        whole = signed(write(x))
        short = shorten(whole, digits)
        if given and "e" in short and "e" not in whole and len(whole) <= GIVEN_CELLS:
            short = whole
        rounded |= short != whole
        return short

    def side(x: Any) -> str:
        return text(x, "none")

    marks = Marks(record)
    values, gradients, shares = [], [], []
    for part in drawn.parts:
        i = part.node
        values.append(text(record.values[i], given=not part.sources) if i in record.listed else "")
        known = i in record.listed and record.active[i]
        gradients.append(marks.gradient(i, text(record.upstream[i], "none"), side) if known else "")
        shares.append(tuple(
            text(share(record, i, k), "none") if known and drawn.uses[s] > 1 and record.active[drawn.parts[s].node]
            else "" for s, k in zip(part.sources, part.positions, strict=True)
        ))  # fmt: skip
    return Figures(values, gradients, shares, rounded)


def share(record: Gradient, i: int, position: int) -> Any:
    """Return what flows back along one edge of node `i`; 0 where nothing does, None where there is no derivative."""
    row = record.contributions[i]
    found = row[position] if row else None
    return record.system_zero if found is None and record.local(i, position) is not None else found


def shorten(text: str, digits: int) -> str:
    """Return a number with so many significant digits, or as it is where that is no longer.

    >>> shorten("0.731058578630", 3), shorten("123456", 3), shorten("22/7", 3), shorten("3.00 ± 0.10", 3)
    ('0.731', '123456', '22/7', '3.00 ± 0.10')
    """
    top, _, bottom = text.partition("/")
    context = Context(prec=digits, Emax=10**9, Emin=-(10**9))
    try:
        rounded = context.divide(Decimal(top), Decimal(bottom)) if bottom else context.plus(Decimal(top))
    except InvalidOperation:  # an uncertain number, or no number
        return text
    if not rounded.is_finite():
        return text
    short = _plain(rounded)
    return short if len(short) < len(text) else text


def _plain(x: Decimal) -> str:
    """Return a decimal without trailing zeros, with an exponent where that is shorter: 0.05, 1.2e-7, 1.23e5."""
    sign, digits, exponent = x.as_tuple()
    assert isinstance(exponent, int)
    figures = "".join(map(str, digits)).rstrip("0") or "0"
    exponent += len(digits) - 1  # of the first digit
    minus = "-" if sign else ""
    if -5 < exponent < 0:
        return f"{minus}0.{'0' * (-exponent - 1)}{figures}"
    if 0 <= exponent < 6:
        whole = figures[: exponent + 1].ljust(exponent + 1, "0")
        rest = figures[exponent + 1 :]
        return f"{minus}{whole}.{rest}" if rest else minus + whole
    mantissa = f"{figures[0]}.{figures[1:]}" if figures[1:] else figures
    return f"{minus}{mantissa}e{exponent}"
