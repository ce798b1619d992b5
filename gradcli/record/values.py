"""Values: texts that every number system reads for itself, by the grammar of the language, and the point they make."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..calculus.graph import Graph
from ..calculus.operations import CONSTANTS, NUMBER
from ..calculus.spellings import function
from ..calculus.sweeps import forward
from ..errors import GradcliError, InputError, LimitError, MathError, Source, Within
from ..language.names import UnboundError, clip_name, listed
from ..language.syntax import check_numeral, parse
from ..numbers.systems import FLOAT, Undecided, Unsupported
from ..text import did_you_mean, other_capitals
from .bindings import looks_like_array
from .precision import Ladder, Precision

NUMERAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)

VALUES = "a value is a number or an expression of numbers such as 1/3 or pi/4"


class Values:
    """Values by name, as texts that every number system reads for itself; a text is parsed once for all of them."""

    __slots__ = ("_floats", "_parsed", "sources")

    def __init__(self, sources: Mapping[str, Source], parsed: Mapping[Source, Graph] | None = None) -> None:
        self.sources = sources
        self._parsed = dict(parsed or {})
        self._floats: Mapping[str, float] = {}  # the numbers that all texts are, where they were floats at first

    @classmethod
    def of_floats(cls, numbers: Mapping[str, float]) -> Values:
        """Return the values that floats are: their texts are those that read back."""
        found = cls(dict(zip(numbers, map(Source, numbers, map(repr, numbers.values())), strict=True)))
        found._floats = dict(numbers)
        return found

    def updated(self, sources: Mapping[str, Source]) -> Values:
        """Return these values and some more, which win."""
        return Values({**self.sources, **sources}, self._parsed)

    def point(self, S: Any, graph: Graph, may_be_unused: Iterable[str] = ()) -> dict[str, Any]:
        """Return the number of every input of a graph, in its order; `may_be_unused` names values that it need not use.

        Raises `InputError` that lists all inputs without a value, or the first value that nothing uses.
        """
        sources = self.sources
        if graph.defaults:
            sources = {**{name: Source(name, text) for name, text in graph.defaults.items()}, **sources}
        if sources.keys() != graph.inputs.keys():
            unneeded = {*may_be_unused, *graph.defaults}
            missing = [name for name in graph.inputs if name not in sources]
            unused = [name for name in sources if name not in graph.inputs and name not in unneeded]
            if missing:
                raise _unbound(graph, missing, unused)
            if unused:
                name = unused[0]
                raise InputError(used_by_nothing(name), source=sources[name], kind="binding",
                                 hint=_unused_hint(name, list(graph.inputs)))  # fmt: skip
        needed = [sources[name] for name in graph.inputs]
        plain = None
        if S.input_system is FLOAT and self._floats and not graph.defaults:
            plain = _plain([self._floats[name] for name in graph.inputs])
        elif S.input_system is FLOAT:
            plain = _plain_numerals([source.text for source in needed])
        numbers = map(S.from_number, plain) if plain is not None else (self.number(S, source) for source in needed)
        found = dict(zip(graph.inputs, numbers, strict=True))
        if S.input_system is not FLOAT and S.name == "balls":
            self._note_fractions(S, graph, sources)
        return found

    def number(self, S: Any, source: Source) -> Any:
        """Return the number of a constant expression such as `-2.5`, `1/3` or `pi/4`.

        Where numbers are floats an expression is rounded once, to the binary64 nearest to its true value.

        Raises `InputError` where it is none, `MathError` where it is outside a domain.
        """
        text = source.text.strip()
        if NUMERAL.fullmatch(text):
            return S.from_number(_numeral(S.input_system, source, text))
        _refuse_rows(source, text)
        if parts := plus_minus(text):
            _check_parts(source, *parts)
            middle, radius = (self.number(S, Source(source.name, part)) for part in parts)
            try:
                found = S.ball(middle, radius)
            except Unsupported:
                message, hint = "a value with +- cannot be used here", "leave the uncertainty out"
                raise InputError(message, source=source, kind="binding", hint=hint) from None
            if S.surely_less(radius, S.zero):
                from .value_forms import negative

                raise negative(source, parts[0])
            return found
        graph = self._constant(source)
        if S.input_system is not FLOAT:
            return S.from_number(_computed(S.input_system, source, graph))
        return S.from_number(_nearest(source, graph))

    def _constant(self, source: Source) -> Graph:
        found = self._parsed.get(source)
        if found is None:
            found = self._parsed[source] = _constant(source, source.text.strip())
        return found

    def _note_fractions(self, S: Any, graph: Graph, sources: Mapping[str, Source]) -> None:
        """Tell a system of balls which fractions the inputs are that are fractions."""
        from ..numbers.fractions import Exact

        exact = Exact()
        for name in graph.inputs:
            source = sources[name]
            text = source.text.strip()
            if not plus_minus(text):
                numeral = NUMERAL.fullmatch(text)
                known = exact.number(text) if numeral else _fraction(exact, source, self._constant(source))
                if known is not None:
                    S.fractions[name] = known


def number(S: Any, source: Source) -> Any:
    """Return what `Values.number` returns, for a value that is read once."""
    return Values({}).number(S, source)


def used_by_nothing(name: str) -> str:
    """Return what is said of a value for a name that nothing uses."""
    return f"nothing in the program uses {clip_name(name)}"


def _unused_hint(name: str, inputs: list[str]) -> str:
    """Return what to do about a value for a name that is no input."""
    if name == "π":
        return "π is a constant: give a variable another name"
    near = did_you_mean(name, inputs)
    return near or f"leave it out; {listed('input', inputs)}"


def _plain_numerals(texts: Sequence[str]) -> list[float] | None:
    """Return numerals as floats, all at once, or None where one is something else or needs a closer look."""
    if not all(map(NUMERAL.fullmatch, texts)):
        return None
    return _plain(list(map(float, texts)))


def _plain(numbers: list[float]) -> list[float] | None:
    """Return floats, or None where one needs a closer look."""
    return numbers if all(map(math.isfinite, numbers)) and 0.0 not in numbers else None


def _unbound(graph: Graph, missing: list[str], unused: list[str]) -> UnboundError:
    guess = None
    from ..language.foreign_names import OFTEN_VARIABLES, name_hint

    bound = [*graph.inputs.keys() - {*missing}, *unused]
    idle = list(graph.unused)
    for name in missing[:10]:
        constants = () if name in OFTEN_VARIABLES else CONSTANTS
        near = did_you_mean(name, idle) or name_hint(name, bound) or did_you_mean(name, [*unused, *constants])
        guess = near or guess
    guess = other_capitals([clip_name(name) for name in missing[:10]], [*idle, *unused]) or guess
    if function(missing[0]):
        guess = f"{missing[0]} is also a function: write {missing[0]}(...), or bind it"
    node = graph.nodes[graph.inputs[missing[0]]]
    return UnboundError(missing, node.span, guess)


def check_value(source: Source) -> None:
    """Raise `InputError` where a text is no value: no expression of numbers, with an uncertainty or without."""
    text = source.text.strip()
    _refuse_rows(source, text)
    parts = plus_minus(text)
    if parts:
        _check_parts(source, *parts)
    for k, part in enumerate(parts or (text,)):
        if NUMERAL.fullmatch(part):
            check_numeral(part.removeprefix("-"), source=source)
        else:
            find = source.text.rindex if k else source.text.index
            _constant(_part_of(source, part, find(part)) if parts else source, part)


def _part_of(source: Source, part: str, at: int) -> Source:
    """Return the middle or the radius of an uncertain value as a text, which stands at a place in a longer one."""
    whole = source.place
    if whole is None:
        return Source(source.name, part)

    def place(span: tuple[int, int] | None) -> tuple[Source, tuple[int, int]]:
        start, end = span or (0, len(part))
        return whole((at + start, at + end))

    return Source(source.name, part, place)


def _refuse_rows(source: Source, text: str) -> None:
    """Raise `InputError` for a value that is several numbers: an array, or `1 -1`, which is never a difference."""
    if looks_like_array(text) or any(part[0] in "+-\u2212" and part[1:] for part in text.split()[1:]):
        from .value_forms import refuse_rows

        refuse_rows(source, text)


def plus_minus(text: str) -> tuple[str, str] | None:
    """Return the two parts of a value with an uncertainty, such as 2.50+-0.005 or 2.50±0.005, or None."""
    middle, sign, radius = text.partition("±") if "±" in text else text.partition("+-")
    return (middle.strip(), radius.strip()) if sign else None


def _check_parts(source: Source, middle: str, radius: str) -> None:
    """Raise `InputError` unless a value and its uncertainty are there, and the latter looks like a number above 0."""
    if not middle or not radius or radius[0] in "-\u2212" or radius.endswith(("%", "percent")) or plus_minus(radius):
        from .value_forms import refused_uncertainty

        raise refused_uncertainty(source, middle, radius)


def source_of(name: str, value: Any) -> Source:
    """Return the text of a value given from Python: a number, or a text as on the command line.

    Raises `InputError` for anything else.
    """
    if isinstance(value, Source):
        return value
    if isinstance(value, float):
        return Source(name, repr(float(value)))  # NumPy writes its own differently
    from numbers import Rational

    if isinstance(value, (str, Rational)) and value is not True and value is not False:
        return Source(name, str(value))
    raise InputError(f"{clip_name(name)} is not a number but {type(value).__name__}", kind="binding")


def _numeral(S: Any, source: Source, text: str) -> Any:
    """Return the number of a numeral, which may have a sign."""
    negative = text[0] == "-"
    size = text[1:] if text[0] in "+-" else text
    check_numeral(size, source=source)
    return -S.number(size) if negative else S.number(size)


def _constant(source: Source, text: str) -> Graph:
    """Return the graph of an expression of numbers."""
    if not text:
        raise InputError("the value is missing", source=source, kind="binding", hint="write NAME=VALUE")
    try:
        graph = parse(source)
    except InputError as problem:
        _refuse_form(source, text)
        raise problem.but(hint=_hint_of_numbers(problem.hint)) from None
    if graph.inputs or graph.named:
        _refuse_form(source, text)
        name, i = next(iter({**graph.named, **graph.inputs}.items()))
        hint = VALUES
        if name.lower() in ("nan", "inf", "infinity"):
            hint = "a value is a finite number"
        raise InputError(
            f"{clip_name(name)} is not a number", source=source, span=graph.nodes[i].span, kind="binding", hint=hint
        )
    return graph


def _hint_of_numbers(hint: str | None) -> str | None:
    """Return the hint on an expression; where it writes one of names, that values have none."""
    found = re.search(r"\bwrite (.*)", hint or "")
    try:
        return VALUES if found and parse(Source("value", found[1])).inputs else hint
    except GradcliError:
        return hint


def _refuse_form(source: Source, text: str) -> None:
    """Raise `InputError` for a value that is written as elsewhere."""
    from .value_forms import refused

    if better := refused(source, text):
        raise better from None


def _computed(S: Any, source: Source, graph: Graph) -> Any:
    """Return the number that an expression denotes in a number system."""
    with Within(source):
        values, faults = forward(S, graph, {})
        if graph.output not in faults:
            return values[graph.output]
        fault = faults[graph.output]
        fault.raise_doubt()
    node = graph.nodes[fault.node]
    what = "this overflows" if fault.kind == "overflow" else "this has no value"
    if fault.kind == "domain":
        from ..language.writing import spoken

        names = [spoken(graph, a) for a in node.arguments]
        by_zero = node.operation.name == "div"
        what = "this is a division by zero" if by_zero else f"{what}: {node.operation.needs(names)}"
    raise MathError(what, source=source, span=node.span, kind=fault.kind)


def _nearest(source: Source, graph: Graph) -> float:
    """Return the binary64 nearest to the number that an expression denotes."""
    if _rounds_once(graph) and (found := float(_computed(FLOAT, source, graph))):
        return found
    from ..numbers.fractions import Dyadic

    exact = _fraction(Dyadic(), source, graph)
    try:
        nearest, is_zero = _settled(source, graph) if exact is None else (float(exact), exact == 0)
    except OverflowError:
        nearest, is_zero = math.inf, False
    what = "overflows" if not math.isfinite(nearest) else "underflows to 0" if nearest == 0 and not is_zero else ""
    if what:
        span = graph.nodes[graph.output].span
        raise MathError(f"this {what}", source=source, span=span, kind="overflow")
    return nearest


def _rounds_once(graph: Graph) -> bool:
    """Whether binary64 gives the nearest number: one of + - * / of numerals, or a constant times a power of 2."""
    rounding = [node for node in graph.nodes if node.arguments and node.operation.name != "neg"]
    if not rounding:
        return True
    if len(rounding) > 1 or not rounding[0].operation.rounds_once:
        return False
    leaves = [node for node in graph.nodes if not node.arguments]
    if all(node.operation is NUMBER for node in leaves):
        return True
    scales = [float(node.text) for node in leaves if node.operation is NUMBER]
    name = rounding[0].operation.name
    is_scaled = name == "mul" or (name == "div" and graph.nodes[rounding[0].arguments[1]].operation is NUMBER)
    return is_scaled and [abs(math.frexp(x)[0]) for x in scales] == [0.5]


def _fraction(S: Any, source: Source, graph: Graph) -> Any:
    """Return the fraction that an expression denotes in a system of fractions; None if it has none there.

    Raises `MathError` where the expression is outside a domain.
    """
    try:
        return _computed(S, source, graph)
    except (InputError, LimitError):
        return None


def _settled(source: Source, graph: Graph) -> tuple[float, bool]:
    """Return the binary64 nearest to an expression that is no fraction, and whether it may be 0."""
    ladder = Ladder(Precision("certain"), graph)
    for S in ladder:
        if S.name == "balls":
            try:
                with S.at_work():
                    found = _computed(S, source, graph)
                    return float(S.round_out(found)), bool(found.contains(0))
            except Undecided as doubt:
                ladder.failed(doubt)
    raise ladder.refusal().but(source=source)
