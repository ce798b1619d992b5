"""How names are told in messages, and the error for those that have no value."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InputError


def clip_name(name: str) -> str:
    """Return a name in at most 40 characters, its end replaced by three dots if it is longer."""
    return name if len(name) <= 40 else name[:37] + "..."


class UnboundError(InputError):
    """Names have no value: those of `names`. `guess` says whether the hint is about what may have been meant."""

    kind = "unbound"

    def __init__(self, names: Sequence[str], span: tuple[int, int], guess: str | None) -> None:
        shown = [clip_name(name) for name in names[:10]]
        if len(names) > len(shown):
            said = f"{', '.join(shown)} and {len(names) - len(shown):,} more have no value"
        elif len(shown) > 1:
            said = f"{', '.join(shown[:-1])} and {shown[-1]} have no value"
        else:
            said = f"{shown[0]} has no value"
        super().__init__(said, span=span, hint=guess or "write " + " ".join(f"{name}=..." for name in shown[:5]))
        self.names = names
        self.guess = guess is not None


def first_of(names: Sequence[str]) -> str:
    """Return names with commas between them: the first eight, and three dots for more."""
    return ", ".join(map(clip_name, names[:8])) + (", ..." if names[8:] else "")


def listed(what: str, names: Sequence[str], the: str = "the") -> str:
    """Return which names there are, the first eight: "the input is x", "the nodes are q, f"; or that it has none."""
    if not names:
        return f"the program has no {what}s"
    return f"{the} {what}s are {first_of(names)}" if names[1:] else f"{the} {what} is {first_of(names)}"
