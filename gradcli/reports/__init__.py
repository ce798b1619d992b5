"""The reports: one file per format, and the registry. A report reads the record and computes nothing.

Read this file (the registry), `csv_text` (a short format), `signs`, `rounding`, `columns` and `wording` (numbers and
local gradients as texts), `table`, `notation` (lines of a derivation, which `steps`, `latex_text` and `markdown` write,
with `step_text` for a step of descent), then any format: `json_text`, `html` with `frames`, `dot`, `mermaid`, and the
pictures `circuit`, `svg`, `png` and `tikz`. Programs of arrays have `array_table` with `array_text` and `array_counts`,
`array_json`, `array_csv`, `array_html`; read `array_notation`, `array_lines` and `array_spelling` before `array_steps`,
`array_latex_text` and `array_markdown`. `array_entry` is for single entries, `array_shapes`, `array_cost` and
`array_derivatives` for the options of those names.

Other commands have `formulas` and `array_formulas` (diff), `plot_text`, `plot_svg`, `plot_data` and `canvas` (plot),
`descent_table`, `descent_data` and `descent_svg` (descend), `marks` and `array_marks` (check), `sheet`, `array_sheet`
and `sheet_workbook` (sheet), `lint` and `array_lint` (sheet --lint), `sheet_check` and `sheet_check_json` (check
--homework), `laws` and `array_rule_book` (rules), and `schema`, made of `schema_parts`, `array_schema`,
`array_check_schema` and `descent_schema`. `delimited` writes lines of CSV. `code` and `grades` are rooms of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..plotting.plot import Plot
    from ..record.array_cost import ArrayCost
    from ..record.array_formulas import ShapedProgram
    from ..record.array_gradient import ArrayGradient
    from ..record.array_shapes import Shapes
    from ..record.descent import Descent, DescentLine
    from ..record.gradient import Gradient
    from .code.lines import Subject
    from .signs import Signs


class Style(NamedTuple):
    """How a report is to look. `width` is None where lines may be long; `nodes` is None for the format's default."""

    width: int | None = None
    color: bool = False
    ascii: bool = False
    nodes: str | None = None
    steps: bool = False  # the derivation, in a format that can also hold something else
    constants: bool = False  # pictures show numerals as leaves of their own
    theme: str = "light"  # of svg and png
    standalone: bool = False  # tikz is a whole document
    figures: int | None = None  # significant figures of numbers; None for what is usual in the format
    options: bool = True  # whether the reader can add options, which the prompt has none of

    @property
    def signs(self) -> Signs:
        """The signs that the report writes."""
        from .signs import ASCII, UNICODE

        return ASCII if self.ascii else UNICODE


# Format -> the module that renders it and the suffixes that choose it.
FORMATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "table": ("table", (".txt",)),
    "json": ("json_text", (".json",)),
    "csv": ("csv_text", (".csv",)),
    "markdown": ("markdown", (".md",)),
    "steps": ("steps", ()),
    "latex": ("latex_text", (".tex",)),
    "circuit": ("circuit", ()),
    "svg": ("svg", (".svg",)),
    "png": ("png", (".png",)),
    "tikz": ("tikz", (".tikz",)),
    "html": ("html", (".html", ".htm")),
    "dot": ("dot", (".dot", ".gv")),
    "mermaid": ("mermaid", (".mmd",)),
    "python": ("code.python", ()),
    "javascript": ("code.javascript", (".js",)),
    "numpy": ("code.opened", ()),
    "torch": ("code.opened", ()),
    "pytest": ("code.student_test", ()),
}
# The formats of arrays -> the module that renders them.
ARRAY_FORMATS = {
    "table": "array_table", "json": "array_json", "csv": "array_csv", "steps": "array_steps",
    "latex": "array_latex_text", "markdown": "array_markdown", "circuit": "circuit", "svg": "svg", "png": "png",
    "tikz": "tikz", "dot": "dot", "mermaid": "mermaid", "html": "array_html",
    "pytest": "code.array_student_test", "numpy": "code.numpy_code", "torch": "code.torch_code",
}  # fmt: skip
PYTHON = ("python", "numpy", "torch", "pytest")  # the formats of a file that ends with .py
CODE = ("python", "javascript")  # the formats that are code, which needs no point
LIBRARIES = ("numpy", "torch")  # the formats that are code on arrays, also of numbers
THEMES = ("light", "dark", "auto")
THEMED = ("svg", "png", "html")  # the formats that have them
PICTURES = ("svg", "png", "html", "circuit", "tikz", "dot", "mermaid")
STEPPED = ("table", "steps", "json", "csv", "latex", "markdown")  # the formats that show a step of descent
STEPS = ("steps", "latex", "markdown")  # the formats that can hold the derivation
WHOLE = {
    "steps",
    "latex",
    "circuit",
    "svg",
    "png",
    "tikz",
    "html",
    "dot",
    "mermaid",
    *PYTHON,
    "javascript",
}  # the formats that need the numbers of every node, whichever they list

# The formats of formulas.
FORMULAS = ("text", "latex", "json")

# The formats of a plot -> the module and the function that render it, and the suffix that chooses it.
PLOTS: dict[str, tuple[str, str]] = {
    "text": ("plot_text.render", ".txt"),
    "svg": ("plot_svg.render", ".svg"),
    "png": ("plot_svg.png", ".png"),
    "csv": ("plot_data.csv_text", ".csv"),
    "json": ("plot_data.json_text", ".json"),
}


# The formats of a descent -> the module and the function that render it, and the suffix that chooses it.
DESCENTS: dict[str, tuple[str, str]] = {
    "table": ("descent_table.render", ".txt"),
    "csv": ("descent_data.csv_text", ".csv"),
    "json": ("descent_data.json_text", ".json"),
    "ndjson": ("descent_data.ndjson_text", ".ndjson"),
    "svg": ("descent_svg.render", ".svg"),
}


def render(record: Gradient, format: str, style: Style) -> str | bytes:
    """Return the record in a format, as text with a final newline, or as the bytes of an image."""
    text: str | bytes = import_module(f".{FORMATS[format][0]}", __package__).render(record, style)
    return text


def render_arrays(record: ArrayGradient, format: str, style: Style) -> str | bytes:
    """Return the record of a program of arrays in a format that has arrays, as `render` does."""
    text: str | bytes = import_module(f".{ARRAY_FORMATS[format]}", __package__).render(record, style)
    return text


def render_code(subject: Subject, format: str) -> str:
    """Return a program of numbers as code that takes the values of its inputs."""
    text: str = import_module(f".{FORMATS[format][0]}", __package__).write(subject)
    return text


def render_code_of_shapes(program: ShapedProgram, format: str) -> str:
    """Return a program of arrays as code that takes the values of its inputs."""
    text: str = import_module(f".{ARRAY_FORMATS[format]}", __package__).write_shaped(program)
    return text


def render_plot(plot: Plot, format: str, style: Style) -> str | bytes:
    """Return a plot in a format, as text with a final newline, or as the bytes of an image."""
    module, _, function = PLOTS[format][0].partition(".")
    text: str | bytes = getattr(import_module(f".{module}", __package__), function)(plot, style)
    return text


def render_descent(
    descent: Descent, lines: Sequence[DescentLine], format: str, style: Style, *, state: bool,
    over: Plot | None,
) -> str:  # fmt: skip
    """Return a descent that has run in a format, as text with a final newline; with the states of its rule.

    As a picture it is the path of the steps `over` a plot, if there is one.
    """
    text: str
    if over is not None:
        text = import_module(".descent_svg", __package__).path(descent, over, style)
        return text
    module, _, function = DESCENTS[format][0].partition(".")
    text = getattr(import_module(f".{module}", __package__), function)(descent, lines, style, state=state)
    return text


def format_of(path: str) -> str | None:
    """Return the format that a file's suffix stands for, or None."""
    return next((name for name, (_, suffixes) in FORMATS.items() if path.lower().endswith(suffixes)), None)


def one_line(report: str | bytes) -> str | bytes:
    """Return JSON of several lines on one: no text within it has a newline of its own."""
    if isinstance(report, bytes):
        return report
    first, *rest = report.split("\n")
    return first + "".join(f" {line.lstrip()}" for line in rest if line) + "\n"


def one_line_pieces(pieces: Iterable[str]) -> Iterator[str]:
    """Return the pieces of JSON of several lines as pieces of one line."""
    gap = ""
    for piece in pieces:
        first, *rest = piece.rstrip("\n ").split("\n")
        text = first + "".join(f" {line.lstrip()}" for line in rest if line)
        yield gap + text
        gap = " " if piece[-1:] in ("\n", " ") else ""
    yield "\n"


def selected(record: Gradient | ArrayGradient | Shapes | ArrayCost, which: str | None) -> list[int]:
    """Return the nodes to list: all of them, or those that the program names, or none."""
    graph = record.graph
    if which == "none":
        return []
    if which == "named":
        return sorted({*graph.named.values(), *graph.inputs.values(), record.output})
    return list(range(len(graph.nodes)))
