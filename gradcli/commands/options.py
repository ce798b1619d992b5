"""The options of the main job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import click

from ..errors import InputError
from ..reports import FORMATS, THEMES
from . import shared_options as shared
from .option_parsing import Whole

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--to",
        "format",
        type=click.Choice(list(FORMATS)),
        metavar="FORMAT",
        help=f"The report to write, a table by default: {', '.join(FORMATS)}.",
    ),
    shared.JSON,
    shared.COMPACT,
    click.option(
        "--steps",
        is_flag=True,
        help="Write the derivation line by line. The same as --to steps; it can go with --to markdown.",
    ),
    click.option(
        "--frames", metavar="DIR", help="Write the circuit into a folder: one SVG for every step of both passes."
    ),
    shared.FORMATTED_OUTPUT,
    click.option("--value", is_flag=True, help="Print the value of the output and nothing else."),
    click.option(
        "--grad", metavar="NAME,...", multiple=True, help="Print these derivatives, one on each line, and nothing else."
    ),
    shared.WRT,
    click.option(
        "--of",
        metavar="NODE",
        help="Differentiate this node instead of the last statement. --jacobian takes several, separated by commas.",
    ),
    click.option(
        "--upstream",
        metavar="NUMBER",
        default="1",
        help="Start the reverse pass with NUMBER instead of 1, or with '[...]' if the output is an array.",
    ),
    click.option("--step", metavar="RATE", help="Also take a step of descent: NAME - RATE times its derivative."),
    click.option("--ascent", is_flag=True, help="Take the step of --step uphill: NAME + RATE times its derivative."),
    shared.BINDINGS,
    shared.FILE,
    click.option(
        "--from-python",
        "from_python",
        metavar="FILE",
        help="Read a forward pass written in Python, NumPy or PyTorch, without running it; - is standard input.",
    ),
    click.option(
        "--nodes", type=click.Choice(["all", "named", "none"]), help="List all nodes, the named ones, or none."
    ),
    click.option("--share", is_flag=True, help="Merge equal sub-expressions into one node."),
    click.option("--verify", is_flag=True, help="Compare the gradient with forward mode and with central differences."),
    click.option("--hessian", is_flag=True, help="Add the second derivatives."),
    click.option(
        "--jacobian",
        is_flag=True,
        help="Add every derivative of an output that is an array, or of several outputs.",
    ),
    click.option(
        "--tangent",
        metavar="NAME=ARRAY",
        multiple=True,
        help="Add the derivatives along a direction: forward mode. Inputs that are not named do not move.",
    ),
    click.option(
        "--cost",
        is_flag=True,
        help="Show what both passes, forward mode and a Hessian cost, and what the backward pass keeps.",
    ),
    click.option(
        "--shapes",
        is_flag=True,
        help="Show the shape of every array, and every backward rule. NAME=NxD gives a shape in place of a value.",
    ),
    click.option(
        "--open",
        "opened",
        metavar="NAME,...",
        help="Show the numbers inside these arrays in their place, in every report; all opens the whole program.",
    ),
    click.option(
        "--entry",
        metavar="ENTRY",
        multiple=True,
        help="Write what one entry is made of, and nothing else: z[1], or the chain rule of dL/dW[1,0].",
    ),
    shared.EXACT,
    click.option("--digits", type=int, metavar="N", help="Print N certain digits. 0.1 then means exactly one tenth."),
    click.option(
        "--figures",
        type=Whole(min=1),
        metavar="N",
        help="Show N significant figures; 6 by default, 4 in pictures.",
    ),
    shared.IEEE,
    shared.AT_KINK,
    click.option(
        "--constants", is_flag=True, help="Draw numbers of the program as inputs, not as part of their gates."
    ),
    click.option(
        "--theme",
        type=click.Choice(THEMES),
        help="The colours of svg, png and html; light by default, auto for html.",
    ),
    click.option("--standalone", is_flag=True, help="Write tikz as a complete document."),
    shared.color("Colour the report."),
    shared.ASCII,
)


class Options(NamedTuple):
    """What the options of the main job say, under the names that they are declared with."""

    format: str | None
    as_json: bool
    compact: bool
    steps: bool
    frames: str | None
    output: str | None
    value: bool
    grad: tuple[str, ...]
    wrt: str | None
    of: str | None
    upstream: str
    step: str | None
    ascent: bool
    bindings: str | None
    file: str | None
    from_python: str | None
    nodes: str | None
    share: bool
    verify: bool
    hessian: bool
    jacobian: bool
    tangent: tuple[str, ...]
    cost: bool
    shapes: bool
    opened: str | None
    entry: tuple[str, ...]
    exact: bool
    digits: int | None
    figures: int | None
    ieee: bool
    at_kink: str
    constants: bool
    theme: str | None
    standalone: bool
    color: str
    ascii_only: bool

    @property
    def bare(self) -> bool:
        """Whether bare numbers are asked for in place of a report."""
        return self.value or bool(self.grad)

    @property
    def reported(self) -> bool:
        """Whether a report is written: frames are all that is where nothing else is asked for."""
        others = self.format is not None or self.as_json or self.output is not None or self.steps
        return not self.bare and (self.frames is None or others)

    @property
    def of_arrays(self) -> bool:
        """Whether something is asked for that is computed of arrays, and of numbers as arrays without axes."""
        several = self.of is not None and "," in self.of
        return self.shapes or self.jacobian or self.cost or several or bool(self.tangent)


def main_options(function: Any) -> Any:
    """Declare the options of the main job on a command, in the order of the help page."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def names_of(option: str, text: str) -> list[str]:
    """Return the names that an option takes, separated by commas: W[0:3,0:4] is one."""
    names: list[str] = []
    for part in text.split(","):
        if names and names[-1].count("[") > names[-1].count("]"):  # a comma within W[0:3,0:4]
            names[-1] += f",{part.rstrip()}"
        else:
            names.append(part.strip())
    if not all(names):
        raise InputError(f"{option} takes names, separated by commas", kind="option")
    return names
