"""The catalogue of mistakes with arrays: one row each, for any program.

A row is a wrong pullback, a wrong sum of what arrives at a node, or a wrong value, with the words that complete
"consistent with ...". `said` has the words of ways that need their own; `{tag}` is the tag of any other way. The study
of vectorised mistakes that this follows is arrays.md, 2.2, of the project's research; mistakes entry by entry come from
the catalogue for numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from ...arrays.table import NUMBER
from . import array_entry_rules as by_entry
from . import array_wrong_losses as losses
from . import array_wrong_rules as flows
from . import array_wrong_totals as totals
from . import array_wrong_values as values
from .array_worlds import Edge
from .array_wrong_rules import FlowRule, Wrong
from .array_wrong_totals import TotalRule
from .array_wrong_values import ValueRule

NOTHING: Mapping[str, str] = MappingProxyType({})


class ArrayMistake(NamedTuple):
    """A row of the catalogue: its id, the words, how common it is (1 to 3), and one of three kinds of wrong rule.

    `habit` says that it may be made at every place where it can be made.
    """

    id: str
    message: str
    flow: FlowRule | None = None
    total: TotalRule | None = None
    value: ValueRule | None = None
    common: int = 2
    habit: bool = True
    said: Mapping[str, str] = NOTHING

    def in_words(self, tag: str) -> str:
        """Return what the mistake is, made in the way that the tag says."""
        return self.said.get(tag, self.message.format(tag=tag))


FLOWS = (
    ArrayMistake("transposed", "the transpose of the gradient", flows.transposed, common=1),
    ArrayMistake("outer-order", "the outer product {tag}", flows.outer_order, common=1,
                 said={"as a dot product": "a dot product in the place of the outer product"}),
    ArrayMistake("elementwise", "* in the place of @", flows.elementwise, common=1),
    ArrayMistake("dims-by-luck", "other operands of @ that happen to fit: {tag}, where G is what arrives and B the "
                 "other operand", flows.by_luck, common=1),
    ArrayMistake("dims-by-luck", "a matrix that is not transposed on the way back, and happens to fit",
                 flows.by_luck_of_vectors, common=1),
    ArrayMistake("wrong-input", "{tag} in the place of the other operand of @", flows.wrong_operand, habit=False),
    ArrayMistake("wrong-upstream", "the gradient of {tag} in the place of the one that arrives here",
                 flows.wrong_upstream, habit=False),
    ArrayMistake("updated", "a parameter after its update, by {tag} times its gradient", flows.updated, common=3,
                 habit=False),
    ArrayMistake("flipped", "a kernel the wrong way round", flows.flipped, common=2),
    ArrayMistake("no-sum", "no sum over the batch: the axes that it was repeated along", flows.not_summed, common=1),
    ArrayMistake("wrong-axis", "the sum over {tag}", flows.wrong_axis, common=1),
    ArrayMistake("mean-for-sum", "the mean over the batch in the place of the sum", flows.averaged, common=1),
    ArrayMistake("one-row", "the {tag} row of the batch in the place of the sum of all", flows.one_row),
    ArrayMistake("n-missing", "{tag} of the mean left out", flows.not_divided, common=1),
    ArrayMistake("n-twice", "a division by {tag} too many", flows.divided_again),
    ArrayMistake("n-minus-one", "N - 1 in the place of N", flows.one_less, common=3),
    ArrayMistake("max-to-all", "the gradient given to all entries, not to the largest alone", flows.largest_to_all),
    ArrayMistake("as-constant", "a reduction (mean, variance, maximum) taken as a constant", flows.as_constant),
    ArrayMistake("softmax-diagonal", "softmax along {tag} on the way back", losses.softmax_rules, common=1, said={
        "diagonal": "the diagonal of the Jacobian of softmax alone, p*(1 - p); the same numbers come from a sum in the "
                    "denominator that was not differentiated",
        "unsummed": "softmax times the gradient, without the sum over the classes taken off",
        "none": "softmax passed over on the way back",
        "once": "softmax taken off once, not times the sum of the gradient",
        "shares": "the rule of softmax used for its logarithm"}),
    ArrayMistake("no-target", "softmax(z) without the 1 taken off at the true class", losses.no_target, common=1),
    ArrayMistake("wrong-sign-of-loss", "targets minus softmax(z), the opposite sign", losses.wrong_sign, common=1),
    ArrayMistake("wrong-class", "the 1 taken off at the class {tag}: labels count from 0", losses.wrong_class),
    ArrayMistake("cross-entropy-rule", "softmax along {tag}", losses.entropy_rules, said={
        "log": "the logarithm alone, -1/p at the true class: softmax passed over",
        "diagonal": "the true class alone, -(1 - p): the other classes left out",
        "target": "minus the targets alone, without softmax(z)",
        "scores": "the scores z in the place of softmax(z)",
        "logs": "log_softmax(z) in the place of softmax(z)",
        "softmax": "p*(1 - p), the diagonal of softmax without the loss",
        "twice": "the rule of softmax once more on top of softmax(z) - y"}),
    ArrayMistake("overwritten", "the {tag} use of an entry alone, where several add up", flows.overwritten, common=1),
    ArrayMistake("dropped-local", "the other factor left out", by_entry.dropped, common=2),
    ArrayMistake("wrong-point", "the derivative taken at {tag} and not at the argument", by_entry.elsewhere, common=1),
    ArrayMistake("slope-twice", "the derivative of the activation taken twice", by_entry.slope_twice),
    ArrayMistake("gate-on-gradient", "the gate of relu set by the sign of the gradient", by_entry.mask_of_gradient),
)  # fmt: skip

TOTALS = (
    ArrayMistake("forgotten-path", "the path through {tag} forgotten", total=totals.without_path, common=1,
                 habit=False),
    ArrayMistake("overwritten-fork", "only the path through {tag} counted", total=totals.one_path, common=1,
                 habit=False),
    ArrayMistake("paths-forgotten", "the paths through {tag} forgotten", total=totals.without_kind, common=1),
    ArrayMistake("uses-overwritten", "the {tag} use of each counted alone", total=totals.one_use, common=1),
    ArrayMistake("n-missing", "{tag} left out", total=totals.times_count, common=1, habit=False),
    ArrayMistake("n-twice", "{tag} once too often", total=totals.over_count, common=1, habit=False),
    ArrayMistake("factor", "a stray factor {tag}", total=totals.stray_factor, habit=False),
    ArrayMistake("sign", "the opposite sign", total=totals.opposite, habit=False),
    ArrayMistake("penalised", "the penalty on {tag} taken of this one too", total=totals.penalised, habit=False),
)  # fmt: skip

FORWARD = (
    ArrayMistake("sum-or-mean", "the {tag} in its place", value=values.sum_for_mean, common=1),
    ArrayMistake("value-axis", "the value along {tag}", value=values.other_axis),
    ArrayMistake("activation", "the activation {tag} in its place", value=values.no_activation,
                 said={"left out": "the activation left out"}),
    ArrayMistake("term-forgotten", "the term {tag} left out", value=values.term_forgotten, common=1),
    ArrayMistake("value-dims", "the product {tag} of the operands a and b", value=values.product_by_luck),
    ArrayMistake("value-of-loss", "{tag}", value=values.wrong_label, said={
        "sign": "a loss of the opposite sign",
        "before": "the loss of the class before: labels count from 0",
        "after": "the loss of the class after: labels count from 0",
        "log": "a loss without the logarithm",
        "score": "minus the score of the true class as the loss"}),
    ArrayMistake("both-grew", "a column beside a vector: N x N in the place of N", value=values.both_grow, common=1),
    ArrayMistake("variance-n-minus-one", "a variance over N - 1", value=values.one_less_value, common=3),
)  # fmt: skip


def flow_rules(edge: Edge) -> Iterator[tuple[ArrayMistake, FlowRule]]:
    """Yield the rows that may apply to an edge, with their rules: those of arrays, then those of numbers."""
    for row in FLOWS:
        assert row.flow is not None
        yield row, row.flow
    operation = edge.node.operation.operation
    if operation is not None and not (edge.name in ("mul", "div") and _beside_number(edge)):
        for mistake in by_entry.rows_for(operation, edge.k):
            yield of_numbers(mistake.id, mistake.message, mistake.common), partial(by_entry.local_rule, mistake)


def _beside_number(edge: Edge) -> bool:
    """Whether the other argument is a numeral: what may go wrong there is a factor."""
    return any(edge.world.graph.nodes[a].operation is NUMBER for a in edge.node.arguments)


def of_numbers(id: str, message: str, common: int) -> ArrayMistake:
    """Return a row of the catalogue for numbers as one for arrays."""
    return ArrayMistake(id, message, common=common)


__all__ = ["FLOWS", "FORWARD", "TOTALS", "ArrayMistake", "Wrong", "flow_rules", "of_numbers"]
