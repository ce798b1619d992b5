"""Binary64 without certainty: what `--ieee` computes with."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from .systems import FLOAT, Float


class Ieee(Float):
    """Plain binary64 as a library of arrays would give it: infinities and not-a-numbers travel on."""

    name = "ieee"

    within = staticmethod(lambda x: True)  # everything is a result

    def tie_weights(self, v: float, args: Sequence[float]) -> list[float | None]:
        """Return the local gradients of max and min; not-a-numbers where one of the arguments is none."""
        return [math.nan] * len(args) if any(x != x for x in args) else super().tie_weights(v, args)


def _tolerant(function: Any) -> Any:
    """Return the function with not-a-number where `math` refuses an infinity."""

    def tolerant(*args: float) -> float:
        try:
            return float(function(*args))
        except (ValueError, OverflowError):
            return math.nan

    return tolerant


def _propagating(function: Any) -> Any:
    """Return max or min with not-a-number where one of the arguments is none, whichever stands first."""
    return lambda *args: math.nan if any(map(operator.ne, args, args)) else function(args)


for _name in ("sin", "cos", "tan", "floor", "ceil", "round", "floor_divide", "mod", "gamma", "lgamma", "digamma"):
    setattr(Ieee, _name, staticmethod(_tolerant(getattr(FLOAT, _name))))
for _name, _function in (("max", max), ("min", min)):
    setattr(Ieee, _name, staticmethod(_propagating(_function)))
IEEE = Ieee()
