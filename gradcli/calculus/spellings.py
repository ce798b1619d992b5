"""What a program can call the functions of the table: their names, and other spellings that mean the same."""

from __future__ import annotations

from .operations import OPERATIONS
from .reciprocal_functions import RECIPROCAL
from .table_parts import Operation

# Other spellings, each of which means the same wherever it is used.
ALIASES = {
    "ln": "log",
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "tan2", "sec", "csc", "cot")},
    **{f"{a}{h}": f"a{h}" for a in ("arc", "ar") for h in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
    "tg": "tan", "ctg": "cot", "cotan": "cot", "cosec": "csc", "cosech": "csch", "arctg": "atan", "arcctg": "acot",
    "expit": "sigmoid", "swish": "silu", "fabs": "abs", "sgn": "sign", "ceiling": "ceil", "maximum": "max",
    "minimum": "min", "gammaln": "lgamma", "loggamma": "lgamma",
}  # fmt: skip
# Programs often define these themselves, and may.
REDEFINABLE = {*ALIASES, *(row.name for row in RECIPROCAL), "erfinv", "sum", "dot"} - {"ln"}


def function(name: str) -> Operation | None:
    """Return the row of the function that a program calls `name`, or None."""
    row = OPERATIONS.get(ALIASES.get(name, name))
    return row if row is not None and row.is_function else None


def function_names(shortest: int = 1) -> list[str]:
    """Return every name that a program can call; of other spellings none that is shorter than that."""
    rows = [row.name for row in OPERATIONS.values() if row.is_function]
    return rows + [alias for alias in ALIASES if len(alias) >= shortest or alias == "ln"]
