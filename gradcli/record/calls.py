"""`differentiate`, the record of a program from Python."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..calculus.building import uncollected
from ..errors import InputError, Source
from .bindings import looks_like_array
from .gradient import Gradient, evaluate
from .precision import Precision
from .request import Request
from .values import Values, source_of

if TYPE_CHECKING:
    from .array_gradient import ArrayGradient


@uncollected()
def differentiate(
    program: str | Source,
    bindings: Mapping[str, Any] | None = None,
    *,
    wrt: Collection[str] | None = None,
    grad: Collection[str] | None = None,
    of: str | None = None,
    upstream: Any = 1,
    exact: bool = False,
    digits: int | None = None,
    ieee: bool = False,
    at_kink: str = "convention",
    share: bool = False,
    nodes: str = "all",
    may_be_unused: Collection[str] = (),
    gates: bool = False,
) -> Gradient | ArrayGradient:
    """Return the record of a program at a point: values, local gradients and the gradient of its output.

    `bindings` gives every input a number, or a text such as "1/3" or "2.50+-0.005"; or an array as nested lists, an
    array of NumPy, or a text such as "1 2; 3 4". A program with an array gives an `ArrayGradient`. Its
    gradient consists of nested lists, and of arrays of NumPy for the inputs that were given as such.

    `wrt` restricts the gradient to some inputs, `grad` to some inputs and computed nodes, or entries: "W[0:3,0:4]".
    `of` names another output, `upstream` starts the reverse pass instead of 1: a number, or an array.

    Every number is the true one for the binary64 inputs, certain to twelve digits. With `exact` numbers are
    fractions, with `digits` they are texts of so many certain digits, and `ieee` gives plain binary64 unchecked.
    `at_kink="error"` refuses a point where an input has no derivative. `share` merges equal sub-expressions. `nodes`
    says which nodes the record is to hold: "all", "named" or "none". `may_be_unused` names bindings that the program
    need not use. With `gates` its `gates` is another record, of the named quantities alone.

    Raises `InputError` for a program or binding that cannot be used, `MathError` where there is no answer,
    `LimitError` beyond a documented limit.

    >>> differentiate("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}).gradient
    {'x': -4.0, 'y': -4.0, 'z': 3.0}
    >>> differentiate("sum((W@x)**2)", {"W": [[1, 2], [3, 4]], "x": [1, -1]}).gradient
    {'W': [[-2.0, 2.0], [-2.0, 2.0]], 'x': [-8.0, -12.0]}
    """
    start = _start(upstream)
    request = Request(of=of, wrt=wrt, grad=grad, upstream=start, at_kink=at_kink, share=share, nodes=nodes,
                      gates=gates, may_be_unused=may_be_unused)  # fmt: skip

    def asked(texts: Iterable[Source]) -> Request:
        precision = Precision.of(exact=exact, digits=digits, ieee=ieee, values=[*texts, start])
        return request._replace(precision=precision)

    return _evaluated(program if isinstance(program, Source) else Source("program", program), bindings or {}, asked)


def _start(upstream: Any) -> Source:
    """Return the text of what the reverse pass starts with: a number, or an array for an output that is one."""
    if isinstance(upstream, (str, Source)) or not _is_array(upstream):
        return source_of("upstream", upstream)
    from .array_calls import array_source

    return array_source("upstream", upstream)


def _evaluated(
    source: Source, values: Mapping[str, Any], asked: Callable[[Iterable[Source]], Request]
) -> Gradient | ArrayGradient:
    """Return the record of a program of numbers, or of one that works on arrays; `asked` takes the texts of values."""
    floats = {float}.issuperset(map(type, values.values()))
    if floats or not any(value.__class__ is not float and _is_array(value) for value in values.values()):
        given = Values.of_floats(values) if floats else Values({n: source_of(n, value) for n, value in values.items()})
        try:
            return evaluate(source, given, asked(() if floats else given.sources.values()))
        except InputError as problem:
            from ..language.arrays_needed import ArraysNeeded

            if not isinstance(problem, ArraysNeeded):
                raise
    from .array_calls import evaluate_values

    return evaluate_values(source, values, asked)


def _is_array(value: Any) -> bool:
    """Whether a value from Python is an array: lists, a text of one, or what has a shape and is no number."""
    if isinstance(value, float):
        return False
    if isinstance(value, (str, Source)):
        return looks_like_array(value if isinstance(value, str) else value.text)
    return isinstance(value, (list, tuple, range)) or hasattr(value, "__array__")
