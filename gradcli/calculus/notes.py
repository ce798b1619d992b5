"""The notes of a record: they are data, and this is the one place that words them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from ..errors import MathError, ShellHint, Source

INFINITE, MINUS_INFINITE, JUMP, OUTSIDE, UNDETERMINED = "inf", "-inf", "jump", "outside", "undetermined"
SIDES = (INFINITE, MINUS_INFINITE, JUMP, OUTSIDE, UNDETERMINED)  # what one side of a point is, where it is no number
# A finite side that no binary64 holds.
BEYOND = {math.inf: "beyond the largest binary64", -math.inf: "beyond the most negative binary64"}
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
NOTHING: Mapping[str, Any] = {}


class Note(NamedTuple):
    """A remark on a node. It is about the input or node called `of`.

    It speaks of a quantity: the output, or its derivative with respect to the names in `wrt`, in that order. `left` and
    `right` are the derivative on both sides of the point, in notes that are about it: a number or a word of `SIDES`.
    `detail` has what else the kind needs:

    - `kink` (an operation has no derivative there): `operation`, `arguments` (their names; None hides the place),
      `name` (the operation on arrays that it is in), `place` (in words), `spread` (it lies within an uncertainty),
      `within` (the derivative whose formula has the kink: its `wrt`);
      or `limit` (too much work to look at all sides)
    - `one-sided` (the two sides differ, or one has no derivative); `settled` (they agree, and replace the convention)
    - `undefined` (no derivative): `why`
    - `overflow` and `underflow` (a binary64 cannot hold it): `number` (in plain binary64), `plain` (computed so)
    - `constant` (a name hides a constant): `computed` (by the program)
    - `unused` (a statement whose value nothing uses); `inputs` (plain numbers of the program are taken as its inputs,
      for want of others): `names`
    - `precision` (binary64 was not enough): `bits`
    - `undecided` (numbers that the answer does not need): `others` (how many more nodes)
    - `uncertainty` (first-order errors): `worst`, `independent`
    - `rounded` (a step is taken at a number that is shown as a whole one, and is not): `side`, `shown`, `decimal`

    - `elementwise` (a product of arrays entry by entry), `probabilities` (that do not sum to 1): `message`
    - of several entries of an array at once: `message`, as it is
    - of a node without a name of the user's: `called` (the expression it stands for, if need be cut)

    `message` is all that in words, in which no node is called by its number.
    """

    kind: str
    node: int
    of: str
    output: str = ""
    wrt: tuple[str, ...] = ()
    left: Any = None
    right: Any = None
    detail: Mapping[str, Any] = NOTHING
    message: str = ""

    @property
    def order(self) -> int:
        """The order of the derivative that the note is about; 0 for a value."""
        return len(self.wrt)

    @property
    def subject(self) -> str:
        """What a message calls the node: its name, or the expression that it stands for."""
        return str(self.detail.get("called", self.of))

    @property
    def slope(self) -> str:
        """The quantity as messages show it: `df/dx`, `df/d(x*y)`, or the output itself."""
        return slope(self.output, self._shown_wrt())

    def _shown_wrt(self) -> list[str]:
        return [self.subject if name == self.of else name for name in self.wrt]

    def says_as(self, other: Note) -> bool:
        """Whether the note says the same as another one, be it of another node: all that its words come from."""
        return self._said() == other._said()

    def _said(self) -> tuple[Any, ...]:
        return self.kind, self.subject, self.output, self._shown_wrt(), self.left, self.right, self.detail

    @property
    def numbers(self) -> tuple[Any, Any] | None:
        """Both sides, if both are numbers."""
        return (self.left, self.right) if is_number(self.left) and is_number(self.right) else None

    @property
    def advice(self) -> str:
        """What the option of the command line that helps does; nothing where none does."""
        return ADVICE[self.kind](self) if self.kind in ADVICE else ""

    def worded(self, write: Callable[[Any], str], *, options: bool = True) -> Note:
        """Return the note with its message; `write` shows a number to a reader, who can add options."""
        if "message" in self.detail:
            return self._replace(message=str(self.detail["message"]))
        parts = [WORDS[self.kind](self, write), self.advice if options else ""]
        return self._replace(message="; ".join(filter(None, parts)))


class KinkError(MathError):
    """There is no derivative at a kink, a step or an infinite slope, and that was to be an error.

    It carries the note that says so, and what shows a number to a reader.
    """

    def __init__(
        self,
        note: Note,
        write: Callable[[Any], str],
        *,
        source: Source | None = None,
        span: tuple[int, int] | None = None,
    ) -> None:
        hint = ShellHint("leave --at-kink error out to see both")
        super().__init__(note.worded(write).message, source=source, span=span, kind="kink", hint=hint)
        self.note = note
        self.write = write


def distinct(notes: Iterable[Note]) -> list[Note]:
    """Return the notes without those that say the same as an earlier one, in their order."""
    alike: dict[tuple[str, str, str], list[Note]] = {}
    found = []
    for note in notes:
        known = alike.setdefault((note.kind, note.subject, note.slope), [])
        if not any(note.says_as(other) for other in known):
            known.append(note)
            found.append(note)
    return found


def is_number(side: Any) -> bool:
    """Whether the derivative on a side is a number."""
    return side is not None and not (isinstance(side, str) and side in SIDES)


def slope(output: str, wrt: Sequence[str]) -> str:
    """Return a derivative as messages show it: df/dx, d²f/dx², d²f/dxdy; the output itself for an empty `wrt`."""
    if not wrt:
        return output
    below = ((_held(name), len(list(alike))) for name, alike in groupby(wrt))
    return f"d{_raised(len(wrt))}{output}/{''.join(f'd{name}{_raised(times)}' for name, times in below)}"


def _held(name: str) -> str:
    """Return what is differentiated by: a name, an entry such as W[1,0], or an expression in parentheses."""
    own = name.partition("[")[0] if name.endswith("]") else name
    return name if own.isidentifier() else f"({name})"


def _raised(count: int) -> str:
    """Return an order as an exponent; nothing for 1."""
    return str(count).translate(RAISED) if count > 1 else ""


# ---- words


def _kink(note: Note, write: Callable[[Any], str]) -> str:
    within = note.detail.get("within")
    formula = f"{slope(note.output, within)} as a formula: " if within else ""
    if "limit" in note.detail:
        return f"{formula}computing all one-sided derivatives is more work than the limit allows"
    operation, arguments = note.detail["operation"], note.detail["arguments"]
    name = note.detail.get("name", operation.name)
    what = "the condition turns" if operation.is_condition else f"{name} has a kink"
    at = note.detail.get("place") or (arguments is not None and operation.in_names(operation.kink.text, arguments))
    place = f", at {at}" if at else ""
    if note.detail.get("spread"):
        return f"{formula}{what} within the uncertainty{place}: the slopes hold those of both sides"
    return f"{formula}{what} here{place}"


def _one_sided(note: Note, write: Callable[[Any], str]) -> str:
    if note.left == note.right and not is_number(note.left):
        return _of_slope(note, " ".join(_side(note, note.left, "both sides", write)))
    parts = [_side(note, side, f"the {name}", write) for side, name in ((note.left, "left"), (note.right, "right"))]
    (subject, verb, left), (other, other_verb, right) = parts
    if subject != other:
        return f"{subject} {verb} {left} and {other} {other_verb} {right}"
    said = f"{subject} {verb} {left} and {right if verb == other_verb else f'{other_verb} {right}'}"
    return _of_slope(note, said)


def _of_slope(note: Note, said: str) -> str:
    """Return what is said of two sides, with the derivative in front that it is about unless it names it."""
    return said if note.slope in said else f"{note.slope}: {said}"


def _side(note: Note, side: Any, where: str, write: Callable[[Any], str]) -> tuple[str, str, str]:
    """Return subject, verb and the rest of the sentence about a side."""
    if side == JUMP:
        return slope(note.output, note.wrt[:-1]), "jumps", f"on {where}"
    if side == OUTSIDE:
        return (
            slope(note.output, note.wrt[:-1]),
            "has",
            f"no value on {'either side' if where == 'both sides' else where}",
        )
    words = {INFINITE: "infinite (rising)", MINUS_INFINITE: "infinite (falling)"}
    text = (BEYOND.get(side) or write(side)) if is_number(side) else words.get(side, side)
    return note.slope, "is", f"{text} from {where}"


def _settled(note: Note, write: Callable[[Any], str]) -> str:
    if note.numbers is None:
        name, side, other = ("right", note.right, "left") if note.left == OUTSIDE else ("left", note.left, "right")
        has_none = f"{slope(note.output, note.wrt[:-1])} has no value on the {other}"
        return f"{note.slope} is {write(side)} from the {name}; {has_none}"
    return f"{note.slope} is {write(note.left)} from both sides"


def _undefined(note: Note, write: Callable[[Any], str]) -> str:
    why = str(note.detail["why"])
    return f"{note.slope}: {why}" if note.wrt else why


def _overflow(note: Note, write: Callable[[Any], str]) -> str:
    x = note.detail["number"]
    what = "not a number in plain binary64" if x != x else "beyond the largest binary64"
    return f"{note.slope} is {what}"


def _underflow(note: Note, write: Callable[[Any], str]) -> str:
    is_zero = note.detail["number"] == 0
    what = (
        "not 0, but nearer to it than any other binary64" if is_zero else "so near to 0 that a binary64 has few digits"
    )
    return f"{note.slope} is {what}"


def _more_digits(*, plain: bool) -> str:
    """Return where the number is to be had; what plain binary64 made of it says nothing about what it is."""
    return "--digits 12 in place of --ieee may show it" if plain else "--digits 12 shows it"


def _constant(note: Note, write: Callable[[Any], str]) -> str:
    what = "computed by the program" if note.detail["computed"] else "the value bound"
    return f"{note.of} is {what}, not the constant"


def _unused(note: Note, write: Callable[[Any], str]) -> str:
    return f"nothing uses {note.of}"


def _inputs(note: Note, write: Callable[[Any], str]) -> str:
    names = note.detail["names"]
    shown = [*names[:5], f"{len(names) - 5:,} more"] if len(names) > 6 else names
    listed = " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)
    what = ("inputs are", "plain numbers") if shown[1:] else ("input is", "a plain number")
    return f"the {what[0]} {listed}, which the program sets to {what[1]}"


def _precision(note: Note, write: Callable[[Any], str]) -> str:
    return f"binary64 was not enough: settled with balls of {note.detail['bits']} bits"


def _uncertainty(note: Note, write: Callable[[Any], str]) -> str:
    worst, independent = note.detail["worst"], note.detail["independent"]
    together, apart = f"{worst:.3g}", f"{independent:.3g}"
    text = f"to first order {note.of} is uncertain by {together}"
    return text if together == apart else f"{text}, by {apart} if the errors are independent"


def _undecided(note: Note, write: Callable[[Any], str]) -> str:
    more = note.detail["others"]
    others = "another node" if more == 1 else f"{more:,} other nodes"
    what = f"{note.subject} and {others} are" if more else f"{note.subject} is"
    return f"{what} undecided; the answer does not need that"


def _rounded(note: Note, write: Callable[[Any], str]) -> str:
    message = f"{note.subject} is slightly {note.detail['side']} {note.detail['shown']}"
    decimal = note.detail["decimal"]
    if decimal is None:
        return message
    return f"{message}: {decimal} is read as the nearest binary64"


def _of_rounding(decimal: str | None) -> str:
    if decimal is None:
        return ""
    return "in the program pi is exact" if "pi" in decimal else "--exact takes decimals as they are"


ADVICE: dict[str, Callable[[Note], str]] = {
    "overflow": lambda note: _more_digits(plain=note.detail.get("plain", False)),
    "underflow": lambda note: _more_digits(plain=note.detail.get("plain", False)),
    "unused": lambda note: f"--of {note.of} shows it",
    "rounded": lambda note: _of_rounding(note.detail["decimal"]),
}
WORDS: dict[str, Callable[[Note, Callable[[Any], str]], str]] = {
    "kink": _kink,
    "one-sided": _one_sided,
    "settled": _settled,
    "undefined": _undefined,
    "overflow": _overflow,
    "underflow": _underflow,
    "constant": _constant,
    "unused": _unused,
    "inputs": _inputs,
    "precision": _precision,
    "undecided": _undecided,
    "uncertainty": _uncertainty,
    "rounded": _rounded,
}
