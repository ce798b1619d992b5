"""What a program of numbers alone cannot be: the error for arrays, which a caller that knows them may catch."""

from __future__ import annotations

from ..errors import InputError
from .lexer import Token
from .names import clip_name

# Functions of the language that work on arrays. Those of numbers work entry by entry as well.
ARRAY_FUNCTIONS = frozenset(
    ("clip", "cofactor", "concat", "cross_entropy", "cumsum", "det", "diag", "dot", "eye", "flatten", "inv",
     "log_softmax", "logdet", "logsumexp", "max", "mean", "min", "norm", "onehot", "ones", "others", "outer", "pad",
     "permute", "pick", "prod", "reshape", "scatter", "softmax", "solve", "sort", "stack", "sum", "ties", "trace",
     "unsort", "var", "windows", "zeros")
)  # fmt: skip
SIZE = "size"  # a function of shapes alone, which is no row of a table
REDUCING = frozenset(("max", "min", "sum"))  # functions of numbers that of one array alone reduce it


class ArraysNeeded(InputError):
    """Raised by the reader of programs of numbers for what works on arrays. The reader of arrays may take the text."""

    kind = "arrays"


def needs_arrays(what: str, span: tuple[int, int]) -> ArraysNeeded:
    """Return the error for a part of a program that works on arrays."""
    return ArraysNeeded(f"{what} works on arrays", span=span)


def is_array_function(name: str) -> bool:
    """Whether a name is a function on arrays and none of numbers."""
    return name == SIZE or name in ARRAY_FUNCTIONS


def array_call(token: Token) -> ArraysNeeded:
    """Return the error for a call of a function on arrays among numbers. Its hint has what numbers are given to."""
    from .foreign_names import call_hint

    span = (token.start, token.end)
    error = ArraysNeeded(f"{clip_name(token.text)} works on arrays", span=span, hint=call_hint(token.text))
    return error.but(is_foreign=True)  # numbers may have been meant
