"""The picture as TikZ with explicit coordinates, which plain pdflatex draws without a library."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from ..calculus.operations import OPERATIONS
from ..language import latex
from ..language.writing import POW
from ..numbers.decimals import Uncertain
from ..record.gradient import Gradient
from .diagram import Called, Diagram, Entries, Operand
from .picture import Box, Label, Point, place, plan
from .remarks import Disputed
from .strokes import strokes, units
from .subject import subject
from .svg import CAPTION_LINE, METRICS, PICTURE_FIGURES, base, caption

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient

POINTS_PER_PIXEL = 0.75  # points a pixel
MARGIN = 6
ROOM_ABOVE = 14  # pixels for the name of a gate in the first row
HEAD = (
    "[x=0.75pt, y=-0.75pt, >=latex, line width=0.8pt,\n"
    "  wire/.style={->, rounded corners=4.5pt}, gate/.style={fill=black!4}, box/.style={gate, rounded corners=6pt},\n"
    "  every node/.style={inner sep=0pt, anchor=base}, name/.style={font=\\footnotesize},\n"
    "  value/.style={text=green!45!black}, gradient/.style={text=red!75!black},\n"
    "  share/.style={gradient, font=\\footnotesize}, note/.style={anchor=base west, font=\\footnotesize}]"
)
SIGNS = {"*": "\\times ", "x": "\\times ", "<=": "\\le ", ">=": "\\ge ", "==": "=", "!=": "\\ne ", "**": "^", "^": "^"}
EXP = OPERATIONS["exp"]  # written out in a circle, where formulas have e^{x}


def tikz(
    record: Gradient | ArrayGradient,
    *,
    constants: bool = False,
    standalone: bool = False,
    digits: int = PICTURE_FIGURES,
) -> str:
    """Return the circuit of a record as a tikzpicture, or as a complete document; its notes are also comments.

    Raises `LimitError` beyond 2,000 parts.
    """
    of = subject(record)
    drawn = of.diagram(constants=constants)
    picture = place(plan(drawn), of.figures(drawn, digits), METRICS)
    below, width, height = caption(of, picture, digits)
    lines = [
        *(f"% {line}" for line in of.captions(digits)),
        f"\\begin{{tikzpicture}}{HEAD}",
        f"\\useasboundingbox (0,{-ROOM_ABOVE}) rectangle {_at((width, height))};",
    ]
    for _, points, sharp in strokes(picture):
        lines.append(f"\\draw[wire] {_path(points, sharp)};")
    lines += [f"\\fill {_at(point)} circle[radius=2.4pt];" for _, point in picture.dots]
    lines += [line for box in picture.boxes for line in _box(box, drawn)]
    lines += [_label(label) for label in picture.labels]
    for k, line in enumerate(below, 1):
        at = _at((0, picture.height + CAPTION_LINE / 2 + CAPTION_LINE * k - 4))
        lines.append(f"\\node[note] at {at} {{{latex.escaped(line)}}};")
    lines.append("\\end{tikzpicture}")
    if standalone:
        lines = [*_preamble(width, height), *lines, "\\end{document}"]
    return "\n".join(lines) + "\n"


def _preamble(wide: float, high: float) -> list[str]:
    """Return the beginning of a document whose one page has the size of the picture and a margin."""
    width, height = (units(size * POINTS_PER_PIXEL + 2 * MARGIN) for size in (wide, high + ROOM_ABOVE))
    return [
        "\\documentclass{article}",
        f"\\usepackage[paperwidth={width}pt, paperheight={height}pt, margin={MARGIN}pt]{{geometry}}",
        "\\usepackage{tikz}",
        "\\pagestyle{empty}",
        "\\setlength{\\topskip}{0pt}",
        "\\setlength{\\parindent}{0pt}",
        "\\begin{document}",
    ]


def _at(point: Point) -> str:
    return f"({units(point[0])},{units(point[1])})"


def _path(points: Sequence[Point], sharp: Collection[Point]) -> str:
    """Return a path; a corner that lies on a fork is not rounded."""
    out = [_at(points[0])]
    for point in points[1:-1]:
        out.append(f"{{[sharp corners] -- {_at(point)}}}" if point in sharp else f"-- {_at(point)}")
    return " ".join([*out, f"-- {_at(points[-1])}"])


def _box(box: Box, drawn: Diagram) -> list[str]:
    """Return the lines of a gate, a leaf or the name of the output."""
    x, middle = box.x + box.width / 2, box.y + box.height / 2
    base = middle + 4.5
    if box.kind == "output":
        return [f"\\node[anchor=base west] at {_at((box.x, base))} {{${latex.name(box.label)}$}};"]
    if box.kind == "leaf":
        return [f"\\node[anchor=base east] at {_at((box.x + box.width, base))} {{${leaf(box.label)}$}};"]
    if box.kind == "round":
        shape = f"\\draw[gate] {_at((x, middle))} circle[radius={units(box.width / 2 * POINTS_PER_PIXEL)}pt];"
    else:
        shape = f"\\draw[box] {_at((box.x, box.y))} rectangle {_at((box.x + box.width, box.y + box.height))};"
    mark = "^{*}" if drawn.parts[box.part].kink else ""
    lines = [shape, f"\\node at {_at((x, base))} {{${gate(drawn.parts[box.part].pieces)}{mark}$}};"]
    if box.name:
        lines.append(f"\\node[name] at {_at((x, box.y - 5))} {{${latex.name(box.name)}$}};")
    return lines


def _label(label: Label) -> str:
    return f"\\node[{label.kind}] at {_at((label.x, base(label)))} {{${figure(label.text)}$}};"


def figure(text: str) -> str:
    r"""Return a number as LaTeX: 1.2 \cdot 10^{-7}, 1/3, 3.00 \pm 0.10; one with a mark as 0{}^{*}\;(-1 \mid 3).

    Of an array its shape, and its entries or its norm: 3 \times 2\colon \mathrm{norm}\;2.8.
    """
    if isinstance(text, Disputed):
        shown = " \\mid ".join(map(figure, text.sides or ()))
        return f"{figure(text.number)}{{}}^{{*}}" + (f"\\;({shown})" if shown else "")
    if isinstance(text, Uncertain):
        return f"{figure(text.middle)} \\pm {figure(text.radius)}"
    if isinstance(text, Entries):
        from ..arrays.sizes import bracketed

        shape = " \\times ".join(map(str, text.shape)) + "\\colon " if text.told else ""
        norm = f"\\mathrm{{norm}}\\;{figure(text.norm)}"
        return shape + (norm if text.norm else bracketed(list(map(figure, text.texts)), text.shape))
    if text.isalpha() and text != "inf":
        return f"\\mathrm{{{text}}}"
    return "/".join(map(latex.numeral, text.split("/")))


def _called(name: str) -> str:
    """Return an operation as LaTeX: its sign, or its name."""
    row = OPERATIONS.get(name)
    if row is not None and row.latex and "#" not in row.latex:
        return row.latex
    if row is EXP:
        return "\\exp"
    return SIGNS.get(name) or ("\\mathrm{" + name.replace("_", "\\_") + "}" if name.isidentifier() else name)


def leaf(label: str) -> str:
    """Return an input or a number as LaTeX; an argument without a name is a dot."""
    if label == "_":
        return "\\cdot "
    number = label.removeprefix("-")
    if number[0].isdigit() or number[0] == ".":
        return latex.numeral(label)
    return "-" * (number != label) + latex.name(number)


def gate(pieces: Sequence[str]) -> str:
    r"""Return what a gate does as LaTeX: \times 2, 1/x, x^{2}, \exp, \max(x,0)."""
    if [*pieces] == [POW.symbol]:
        return "x^{y}"
    out: list[str] = []
    for piece in pieces:
        text = leaf(piece) if isinstance(piece, Operand) else _called(piece) if isinstance(piece, Called) else piece
        if out[-2:] == ["^", "-"]:
            out[-1] = f"{{-{text}}}"
        else:
            out.append(f"{{{text}}}" if out[-1:] == ["^"] and text != "-" else text)
    return "x" * (out[0] == "^") + "".join(out)
