"""The mistakes of a step of descent: a row each, as in `mistakes`, for sheets that ask for new values.

A row of kind `new` states what is written down in place of `w - rate*g`. The other rows are gradients that were worked
out too late: where some inputs have their new values already.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..claims.items import STEP, UPSTREAM
from .replaced_numbers import Number, S, Working
from .wrong_paths import MANY
from .wrong_rules import EVERY_PATH, Mistake, Rule, Wrong, WrongRule, row


def stepped(*rules: Rule) -> WrongRule:
    """The new value by a wrong rule of the old value, the rate (less than 0 uphill) and the gradient."""

    def wrong(working: Working) -> Iterator[Wrong]:
        w, g = working.v, working.numbers.upstream[working.item.node]
        if w is not None and g is not None:
            for k, rule in enumerate(rules):
                yield str(k), rule(w, working.program.rate, g)

    return wrong


def with_new_operands(working: Working) -> Iterator[Wrong]:
    """The sum of the paths with new values of inputs in the local gradients: along one path, lastly along all."""
    terms, program, numbers = working.terms, working.program, working.numbers
    if not program.rate or len(terms) > MANY:
        return
    changed: list[tuple[str, int, Number]] = []
    for k, term in enumerate(terms):
        arguments = program.nodes[term.user].arguments
        found = {a: numbers.new_value(a) for a in arguments if _steps(working, a) and a != working.item.node}
        if found:
            args = [found.get(a, numbers.values[a]) for a in arguments]
            at = Working(numbers, working.item._replace(node=term.user, position=term.position))
            local = None if None in args else at.local_gradient(at.v, args)
            if local is not None and local != term.local:
                changed.append((", ".join(program.graph.labels[a] for a in found), k, term.upstream * local))
    products = [term.product for term in terms]
    for names, k, product in changed:
        yield names, S.sum([*products[:k], product, *products[k + 1 :]])
    if len(changed) > 1:
        instead = {k: product for _, k, product in changed}
        yield EVERY_PATH, S.sum([instead.get(k, product) for k, product in enumerate(products)])


def with_new_inputs(working: Working) -> Iterator[Wrong]:
    """The gradient at another point: one other input has its new value; lastly all others have."""
    program, numbers, own = working.program, working.numbers, working.item.node
    others = [i for i in program.graph.inputs.values() if i != own and _steps(working, i)]
    if not program.rate or program.large or numbers is not program.right or len(others) > MANY:
        return
    yield from with_new_operands(working)
    for i in others:
        yield program.graph.labels[i], program.after_steps(frozenset((i,))).upstream[own]
    if len(others) > 1:
        yield EVERY_PATH, program.after_steps(frozenset(others)).upstream[own]


def _steps(working: Working, i: int) -> bool:
    """Whether a node is an input that a step changes."""
    return i in working.program.stepping and working.numbers.new_value(i) not in (None, working.numbers.values[i])


STEPS = (
    row("updated-operand", "new values of inputs on the way back", "the new {tag} in the local gradient", UPSTREAM,
        "not input", with_new_operands, everywhere="new values of inputs in the local gradients",
        several="values of inputs"),
    row("updated-first", "gradient after other inputs were updated", "{tag} updated before this gradient", UPSTREAM,
        "input", with_new_inputs, spread="one", everywhere="the others updated before this gradient"),
    row("step-sign", "step the wrong way", "a step the wrong way, plus for minus or the reverse", STEP, "",
        stepped(lambda w, rate, g: w + rate * g), 1),
    row("step-without-rate", "rate left out of a step", "the rate left out", STEP, "",
        stepped(lambda w, rate, g: w - (g if rate > 0 else -g)), 1),
    row("step-rate-twice", "rate twice in a step", "the rate multiplied in twice", STEP, "",
        stepped(lambda w, rate, g: w - rate * abs(rate) * g)),
    row("step-alone", "step for the new value", "the step alone, without the old value", STEP, "",
        stepped(lambda w, rate, g: rate * g, lambda w, rate, g: -rate * g), 1),
    row("step-gradient", "gradient for the new value", "the gradient instead of the new value", STEP, "",
        stepped(lambda w, rate, g: g), 1),
    row("step-old", "old value for the new one", "the old value again", STEP, "", stepped(lambda w, rate, g: w)),
)  # fmt: skip

STEP_MISTAKES: dict[str, Mistake] = {found.id: found for found in STEPS}
