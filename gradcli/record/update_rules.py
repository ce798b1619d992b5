"""How a step changes a parameter: the rules of optimisers, a row each, and a step of one that is about to be taken.

A rule is a program of the language, so that any number system runs it, a reader sees what is run, and `--steps` writes
it out. It computes for one number, or for an array entry by entry. All rules are written as PyTorch computes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from ..calculus.graph import Graph
from ..calculus.sweeps import forward
from ..errors import InputError, MathError, Source, Within
from ..language.names import clip_name
from ..language.syntax import parse
from ..numbers.systems import FLOAT
from ..text import did_you_mean
from .values import Values, source_of

if TYPE_CHECKING:
    from ..arrays.entries import Array, Entries
    from .array_point import Given


class Setting(NamedTuple):
    """A parameter of a rule: its default, and the number that it has to stay below; none is negative."""

    default: str
    end: float = 1.0


class UpdateRule(NamedTuple):
    """One rule: what it computes from the parameter w, its gradient g, the rate and the number t of the step.

    `state` are numbers that every parameter w takes along from step to step, 0 at first, which the formula hands on as
    NAME_new. `rate` is the usual one, None where there is none.
    """

    name: str
    summary: str
    formula: str
    parameters: Mapping[str, Setting]
    state: tuple[str, ...]
    rate: str | None
    source: str


UPDATE_RULES = {rule.name: rule for rule in (
    UpdateRule(
        "gd", "gradient descent: a step against the gradient",
        "w_new = w - rate*g",
        {}, (), None, "A.-L. Cauchy, Comptes rendus 25 (1847), 536-538; torch.optim.SGD",
    ),
    UpdateRule(
        "momentum", "gradient descent with a velocity b that sums up the gradients, older ones fading",
        "b_new = mu*b + g\nw_new = w - rate*b_new",
        {"mu": Setting("0.9")}, ("b",), None,
        "B. T. Polyak, USSR Computational Mathematics 4 (1964), 1-17; torch.optim.SGD with momentum",
    ),
    UpdateRule(
        "nesterov", "momentum that looks ahead: the velocity counts once more",
        "b_new = mu*b + g\nw_new = w - rate*(g + mu*b_new)",
        {"mu": Setting("0.9")}, ("b",), None,
        "Y. Nesterov, Soviet Mathematics Doklady 27 (1983), 372-376; I. Sutskever and others, ICML 2013; "
        "torch.optim.SGD with nesterov",
    ),
    UpdateRule(
        "adagrad", "the rate is divided by the root of the sum s of all squared gradients",
        "s_new = s + g^2\nw_new = w - rate*g/(sqrt(s_new) + eps)",
        {"eps": Setting("1e-10", inf)}, ("s",), "0.01",
        "J. Duchi, E. Hazan, Y. Singer, Journal of Machine Learning Research 12 (2011), 2121-2159; torch.optim.Adagrad",
    ),
    UpdateRule(
        "rmsprop", "the rate is divided by the root of a fading mean v of the squared gradients",
        "v_new = alpha*v + (1 - alpha)*g^2\nw_new = w - rate*g/(sqrt(v_new) + eps)",
        {"alpha": Setting("0.99"), "eps": Setting("1e-8", inf)}, ("v",), "0.01",
        "G. Hinton, Neural Networks for Machine Learning, lecture 6 (2012); torch.optim.RMSprop",
    ),
    UpdateRule(
        "adam", "fading means of the gradient, m, and of its square, v, both corrected for their start at 0",
        "m_new = beta1*m + (1 - beta1)*g\nv_new = beta2*v + (1 - beta2)*g^2\n"
        "m_hat = m_new/(1 - beta1^t)\nv_hat = v_new/(1 - beta2^t)\nw_new = w - rate*m_hat/(sqrt(v_hat) + eps)",
        {"beta1": Setting("0.9"), "beta2": Setting("0.999"), "eps": Setting("1e-8", inf)}, ("m", "v"), "0.001",
        "D. P. Kingma, J. Ba, ICLR 2015, algorithm 1; torch.optim.Adam",
    ),
)}  # fmt: skip
GD = UPDATE_RULES["gd"]
State = dict[str, dict[str, "Given"]]  # by parameter, then by the name of the state; what is missing is 0


class Taken(NamedTuple):
    """A step that was taken, as the record has it: new values and states by parameter, as flat lists of entries.

    The new values are None for an entry without a derivative, which is left alone.
    """

    update: Update
    new: dict[str, list[Any]]
    state: dict[str, dict[str, list[Any]]]


class Update:
    """A step that is about to be taken: the rule, its parameters as texts, the number of the step, and the states.

    With `ascent` it goes along the gradient and not against it.
    """

    __slots__ = ("_values", "ascent", "rule", "settings", "state", "t")

    def __init__(
        self, rule: UpdateRule, settings: Mapping[str, Source], t: int = 1, state: State | None = None, *,
        ascent: bool = False,
    ) -> None:  # fmt: skip
        self.rule = rule
        self.settings = dict(settings)
        self.t = t
        self.state = state or {}
        self.ascent = ascent
        self._values = Values({**self.settings, "t": Source("t", str(t))})

    def following(self, state: State) -> Update:
        """Return the next step, with the states that this one left."""
        return Update(self.rule, self.settings, self.t + 1, state, ascent=self.ascent)

    @property
    def sources(self) -> Mapping[str, Source]:
        """The texts of the rate, of the parameters of the rule and of t."""
        return self._values.sources

    @property
    def rate(self) -> Source:
        """The text of the rate."""
        return self.settings["rate"]

    @property
    def advice(self) -> str:
        """What to do where the value goes the wrong way: a negative rate turns every step round."""
        if self._values.number(FLOAT, self.rate) < 0:
            return f"a negative rate goes {'downhill' if self.ascent else 'uphill'}"
        return "try a smaller rate"

    def numbers(self, S: Any) -> dict[str, Any]:
        """Return the rate, the parameters of the rule and t in a number system."""
        return {name: self._values.number(S, source) for name, source in self._values.sources.items()}

    def of_number(self, S: Any, name: str, w: Any, g: Any) -> tuple[Any, dict[str, Any]]:
        """Return the new value of a parameter, and its new states, settled; w and g are numbers of S.

        Raises `MathError` where the rule has no answer, `Undecided` where the system cannot tell.
        """
        graph = scalar_graph(self.rule.name)
        state = self.state.get(name, {})
        point = {own: self._values.number(S, state[own]) if own in state else S.zero for own in self.rule.state}  # type: ignore[arg-type]
        point |= {**self.numbers(S), "w": w, "g": -g if self.ascent else g}
        text = Source(f"--rule {self.rule.name}", self.rule.formula)
        with Within(text):
            values, faults = forward(S, graph, {key: point[key] for key in graph.inputs})
            if graph.output in faults:
                fault = faults[graph.output]
                fault.raise_doubt()
                raise _failure(name, fault.kind, graph.nodes[fault.node].span)
        settled = S.round_out
        return settled(values[graph.output]), {own: settled(values[graph.named[f"{own}_new"]])
                                               for own in self.rule.state}  # fmt: skip

    def of_array(self, A: Entries, name: str, w: Array, g: Array) -> tuple[list[Any], dict[str, list[Any]]]:
        """Return the new entries of a parameter, and of its states, settled: flat lists. Raises as `of_number`."""
        from ..arrays.sweeps import forward as forward_arrays
        from ..language.array_scope import parse_arrays
        from .array_point import ArrayPoint

        S, state = A.S, self.state.get(name, {})
        text = Source(f"--rule {self.rule.name}", self.rule.formula)
        shapes = {**dict.fromkeys(self._values.sources, ()), **dict.fromkeys((*self.rule.state, "w", "g"), w.shape)}
        graph = parse_arrays(text, shapes)
        given = ArrayPoint({own: state[own] for own in self.rule.state if own in state})
        point = {own: A.full(0, w.shape) for own in self.rule.state} | given.arrays(A, given.given)
        point |= {key: A.make((), [x]) for key, x in self.numbers(S).items()}
        point |= {"w": w, "g": -g if self.ascent else g}
        with Within(text):
            run = forward_arrays(A, graph, point)
            for fault in run.faults:
                if fault.doubt is not None:
                    raise fault.doubt
                raise _failure(name, fault.kind, graph.nodes[fault.node].span)
        return A.settled(run.values[graph.output]), {own: A.settled(run.values[graph.named[f"{own}_new"]])
                                                     for own in self.rule.state}  # fmt: skip

    def opened(self, shapes: Mapping[str, Any]) -> Update:
        """Return the step of the single entries of arrays, whose shapes are given by name."""
        from ..arrays.opening import entry_names

        found: State = {}
        for name, states in self.state.items():
            for own, value in states.items():
                texts = [value] if isinstance(value, Source) else [source_of(own, x) for x in value.entries]
                for entry, text in zip(entry_names(name, tuple(shapes[name])), texts, strict=True):
                    found.setdefault(entry, {})[own] = text
        return Update(self.rule, self.settings, self.t, found, ascent=self.ascent)


@lru_cache
def scalar_graph(name: str) -> Graph:
    """Return the graph of a rule for a parameter that is a number."""
    return parse(Source(name, UPDATE_RULES[name].formula))


def update_of(text: str, rate: str | None, *, ascent: bool = False, option: str = "--rate") -> Update:
    """Return the first step of the rule that `NAME` or `NAME:PARAMETER=VALUE,...` names.

    `option` is what the rate is called in a message. Raises `InputError` for a rule or a parameter that there is not,
    and where the rate or a value is missing.
    """
    name, _, rest = text.partition(":")
    rule = UPDATE_RULES.get(name.strip())
    if rule is None:
        hint = did_you_mean(name, list(UPDATE_RULES)) or f"the rules are {', '.join(UPDATE_RULES)}"
        raise InputError(f"there is no rule {clip_name(name)}", kind="option", hint=hint)
    settings = {key: Source(key, own.default) for key, own in rule.parameters.items()}
    for part in filter(str.strip, rest.split(",")):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if key not in rule.parameters:
            known = ", ".join(f"{own}={default}" for own, (default, _) in rule.parameters.items())
            hint = f"its parameters are {known}" if known else "it has none"
            hint = "write --rate for the rate" if key in ("rate", "lr") else hint
            raise InputError(f"{name} has no parameter {clip_name(key)}", kind="option", hint=hint)
        if not equals:
            raise InputError(f"{key} has no value", kind="option", hint=f"write {key}={rule.parameters[key].default}")
        settings[key] = Source(key, value)
    rate = rule.rate if rate is None else rate
    if rate is None:
        raise InputError("the rate is missing", kind="option", hint="for example --rate 0.1")
    settings = {"rate": Source(option, rate), **settings}
    for source in settings.values():
        if "±" in source.text or "+-" in source.text:
            raise InputError("a rule has no uncertain parameters", source=source, kind="option")
        x = Values({}).number(FLOAT, source)
        own = rule.parameters.get(source.name)
        if own is not None and not 0 <= x < own.end:
            what = "from 0 to below 1" if own.end == 1 else "from 0"
            hint = f"for example --rule {rule.name}:{source.name}={own.default}"
            raise InputError(f"a number {what} is expected", source=source, kind="option", hint=hint)
    return Update(rule, settings, ascent=ascent)


def step_of(rate: str | None, *, ascent: bool) -> Update | None:
    """Return the step that --step asks for, None without a rate. Raises `InputError` for a direction alone."""
    if rate is None:
        if ascent:
            raise InputError("--ascent is the direction of a step", kind="option", hint="add --step 0.1")
        return None
    return update_of("gd", rate, ascent=ascent, option="--step")


def _failure(name: str, kind: str, span: tuple[int, int]) -> MathError:
    """Return the error for a step that has no new value."""
    why = "a division by zero or a root of less than 0"
    return MathError(f"the step of {clip_name(name)} has no new value: {why}", span=span, kind=kind)
