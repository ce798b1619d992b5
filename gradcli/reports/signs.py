"""The signs that reports write beside letters, digits and operators: with all characters, in ASCII, and in LaTeX.

A report takes them from its style, so that a text is right when it is made and when it is measured.
"""

from __future__ import annotations

from ..numbers.decimals import Uncertain


class Signs:
    """One way to write what ASCII has no sign for."""

    __slots__ = ()

    about = "≈"
    dot = " · "
    line = "─"
    partial = "∂"

    def local(self, user: str, argument: str) -> str:
        """Return the local gradient along an edge: `∂q/∂x`."""
        return f"∂{user}/∂{argument}"

    def next_local(self, argument: str) -> str:
        """Return a local gradient that follows another one of the same node: `/∂x`."""
        return f"/∂{argument}"

    def number(self, text: str) -> str:
        """Return a number as it is written, an uncertain one with the sign between its parts."""
        return text

    def has(self, text: str) -> bool:
        """Whether a text is written without signs that the reader lacks."""
        return self.plain(text) == text

    def plain(self, text: str) -> str:
        """Return a text that was made elsewhere, in signs that the reader has."""
        return text


class AsciiSigns(Signs):
    """The signs in ASCII; local gradients are written as in a claim: `local(q,x)`."""

    __slots__ = ()

    about = "~="
    dot = " * "
    line = "-"
    partial = "local"

    def local(self, user: str, argument: str) -> str:
        """Return the local gradient along an edge: `local(q,x)`."""
        return f"local({user},{argument})"

    def next_local(self, argument: str) -> str:
        """Return a local gradient that follows another one of the same node: `local(..,x)`."""
        return f"local(..,{argument})"

    def number(self, text: str) -> str:
        """Return a number, an uncertain one as `2.50+-0.10`."""
        return Uncertain(text.middle, text.radius, "+-") if isinstance(text, Uncertain) else text

    def plain(self, text: str) -> str:
        """Return a text sign by sign. The letters of names stay, whatever their script.

        Notes, verdicts and what the user typed know no style: d²f/dx² is written d2f/dx2, and 3±1 is 3+-1.
        What speaks of an edge asks `local` for it when it is made.
        """
        return text.translate(_ASCII)


class LatexSigns(Signs):
    """The signs in the mathematics of LaTeX."""

    __slots__ = ()

    about = "\\approx"
    dot = " \\cdot "


UNICODE, ASCII, LATEX = Signs(), AsciiSigns(), LatexSigns()

_ALIKE = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹∂·│┤┬└─┼┊●→↗↑↖←↙↓↘", "0123456789d*||+`-+:o>/^\\</v\\", strict=True))  # of one width
_ASCII = str.maketrans({**_ALIKE, "≈": "~=", "±": "+-"})
