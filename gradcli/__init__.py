"""gradcli, a gradient calculator for the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .record.array_gradient import ArrayGradient
    from .record.calls import differentiate
    from .record.gradient import Gradient

__version__ = "0.2.0"
__all__ = ["ArrayGradient", "Gradient", "__version__", "differentiate"]


def __getattr__(name: str) -> Any:
    # Loaded on first use: `gradcli --help` and completions do not pay for the parser.
    if name in ("Gradient", "differentiate"):
        from .record import calls

        return getattr(calls, name)
    if name == "ArrayGradient":
        from .record import array_gradient

        return array_gradient.ArrayGradient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
