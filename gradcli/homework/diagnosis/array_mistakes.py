"""The catalogue of mistakes with arrays: one row each, for any program.

A row is a wrong pullback, a wrong sum of what arrives at a node, or a wrong value, with the words that complete
"consistent with ...". `said` has the words of ways that need their own; `{tag}` is the tag of any other way; where a
rule has words for the place at hand, those are told. The study of vectorised mistakes that this follows is arrays.md,
2.2, of the project's research; mistakes entry by entry come from the catalogue for numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from . import array_entry_rules as by_entry
from . import array_wrong_losses as losses
from . import array_wrong_operands as operands
from . import array_wrong_products as products
from . import array_wrong_slopes as slopes
from . import array_wrong_sums as sums
from . import array_wrong_totals as totals
from . import array_wrong_values as values
from .array_entry_words import ENTRY_WORDS
from .array_worlds import Edge, FlowRule
from .array_wrong_totals import TotalRule
from .array_wrong_values import ValueRule

NOTHING: Mapping[str, str] = MappingProxyType({})


class ArrayMistake(NamedTuple):
    """A row of the catalogue: its id, the words, how common it is (1 to 3), and one of three kinds of wrong rule.

    `habit` says that it may be made at every place where it can be made; `anywhere` has the words for that.
    """

    id: str
    message: str
    flow: FlowRule | None = None
    total: TotalRule | None = None
    value: ValueRule | None = None
    common: int = 2
    habit: bool = True
    said: Mapping[str, str] = NOTHING
    anywhere: Mapping[str, str] = NOTHING

    def in_words(self, tag: str, text: str = "") -> str:
        """Return what the mistake is, made in the way that the tag says; `text` are the words for its place."""
        return self.said.get(tag) or text or self.anywhere.get(tag) or self.message.format(tag=tag)


PRODUCTS = (
    ArrayMistake("transposed", "the transpose of the gradient", products.transposed, common=1),
    ArrayMistake("outer-order", "the outer product {tag}", products.outer_order, common=1,
                 said={"as a dot product": "a dot product in the place of the outer product"}),
    ArrayMistake("elementwise", "* in the place of @", products.elementwise, common=1),
    ArrayMistake("dims-by-luck", "the operands of @ turned or exchanged, which happens to fit", products.by_luck,
                 common=1),
    ArrayMistake("dims-by-luck", "a matrix that is not transposed on the way back, and happens to fit",
                 products.by_luck_of_vectors, common=1),
    ArrayMistake("reshaped", "a reshape in the place of a transpose", products.reshaped, common=1),
    ArrayMistake("outer-of-sums", "the outer product of two sums in the place of the sum over the samples",
                 products.outer_of_sums),
    ArrayMistake("outer-of-sums", "the product of two sums in the place of the sum over the samples",
                 products.product_of_sums),
    ArrayMistake("one-sample", "the {tag} sample alone, not the sum over all of them", products.one_sample),
    ArrayMistake("one-sample", "the {tag} sample alone, not the sum over all of them", products.one_row_of_vectors),
    ArrayMistake("wrong-input", "another operand of @", operands.wrong_operand, habit=False),
    ArrayMistake("wrong-step", "another step", operands.next_step, said={
        "after": "the step itself in the place of the one before, h[t] for h[t-1]",
        "before": "the step two before in the place of the one before, h[t-2] for h[t-1]"}),
    ArrayMistake("wrong-upstream", "another array in the place of the gradient that arrives",
                 operands.wrong_upstream, habit=False),
    ArrayMistake("skipped", "the factor of @ left out on the way back", operands.skipped),
    ArrayMistake("bias-added", "a bias added on the way back", operands.bias_added, common=3),
    ArrayMistake("updated", "a parameter after its update, by {tag} times its gradient", operands.updated, common=3),
    ArrayMistake("flipped", "a kernel the wrong way round", operands.flipped),
)  # fmt: skip

SUMS = (
    ArrayMistake("no-sum", "no sum over the batch", sums.not_summed, common=1),
    ArrayMistake("wrong-axis", "the sum over {tag}", sums.wrong_axis, common=1),
    ArrayMistake("mean-for-sum", "the mean over the batch in the place of the sum", sums.averaged, common=1),
    ArrayMistake("one-row", "the {tag} row of the batch in the place of the sum of all", sums.one_row),
    ArrayMistake("wrong-upstream", "the sum of another array", sums.other_summed, habit=False),
    ArrayMistake("n-minus-one", "N - 1 in the place of N", sums.one_less, common=3),
    ArrayMistake("max-to-all", "the gradient given to all entries, not to the largest alone", sums.largest_to_all),
    ArrayMistake("as-constant", "a mean, sum or maximum taken as a constant", sums.as_constant),
    ArrayMistake("overwritten", "the {tag} use of an entry alone, where several add up", sums.overwritten, common=1),
)  # fmt: skip

LOSSES = (
    ArrayMistake("softmax-diagonal", "softmax along {tag} on the way back", losses.softmax_rules, common=1, said={
        "diagonal": "p*(1 - p) for the slope of softmax, as if an entry of p hung on its own score alone (the same "
                    "numbers come from a sum in the denominator that was not differentiated)",
        "log diagonal": "1 - p for the slope of log_softmax, as if an entry hung on its own score alone",
        "unsummed": "softmax times the gradient, without the sum over the classes taken off",
        "none": "the derivative of softmax left out",
        "jacobian sign": "the derivative of softmax with the opposite sign",
        "sum alone": "the sum over the classes alone: what an entry of softmax owes to its own score left out",
        "plain sum": "the sum of the gradient taken off, not weighted by softmax",
        "plain mean": "the mean of the gradient taken off, not the sum weighted by softmax",
        "once": "softmax taken off once, not times the sum of the gradient",
        "shares": "the rule of softmax used for its logarithm"}),
    ArrayMistake("no-target", "softmax(z) without the 1 taken off at the true class", losses.no_target, common=1),
    ArrayMistake("wrong-sign-of-loss", "targets minus softmax(z), the opposite sign", losses.wrong_sign, common=1),
    ArrayMistake("wrong-class", "the 1 taken off at the class {tag}: labels count from 0", losses.wrong_class, said={
        "largest": "the 1 taken off at the class with the largest softmax, argmax, not at the label",
        "smallest": "the 1 taken off at the class with the smallest softmax, argmin, not at the label",
        "first label": "the 1 taken off at the label of the first row in every row",
        "last label": "the 1 taken off at the label of the last row in every row",
        "next row": "the 1 taken off at the label of the next row",
        "row before": "the 1 taken off at the label of the row before"}),
    ArrayMistake("wrong-places", "the 1 taken off at other places than the true classes", losses.wrong_places, common=1,
                 said={
        "columns": "the 1 taken off in whole columns, p[:, y] -= 1, not at one entry of each row, p[range(N), y] -= 1",
        "counted": "the targets of all rows, added up, taken off every row",
        "rows": "the 1 taken off in whole rows, p[y] -= 1, not at one entry of each row, p[range(N), y] -= 1",
        "number": "the label itself taken off, as a number, not a 1 at its class",
        "transposed": "the targets transposed"}),
    ArrayMistake("early-factor", "the factor on one side alone", losses.early, common=1, said={
        "shares": "the factor on softmax(z) alone: divided before the 1 was taken off, p/N - y in the place of "
                  "(p - y)/N",
        "targets": "the factor on the targets alone, p - y/N in the place of (p - y)/N"}),
    ArrayMistake("cross-entropy-rule", "softmax along {tag}", losses.entropy_rules, said={
        "logarithm": "the logarithm alone, -1/p at the true class: the derivative of softmax left out",
        "logarithm plus": "the logarithm alone, with the opposite sign: 1/p at the true class",
        "true": "the true class alone, -(1 - p): the other classes left out",
        "true plus": "1 - p at the true class alone: the other classes left out, and the opposite sign",
        "others": "the true class left out",
        "true share": "softmax(z) at the true class alone, without the 1 taken off and the other classes",
        "target": "minus the targets alone, without softmax(z)",
        "target plus": "the targets added, p + y in the place of p - y",
        "ones": "a 1 taken off everywhere, not at the true class alone",
        "ones minus": "1 - p everywhere",
        "scores": "the scores z in the place of softmax(z)",
        "logs": "log_softmax(z) in the place of softmax(z)",
        "softmax": "p*(1 - p), the slope of softmax by its own score, without the loss",
        "twice": "p*(1 - p) once more on top of softmax(z) - y, which holds the slope of softmax already",
        "jacobian": "the derivative of softmax once more on top of softmax(z) - y, which holds it already",
        "squares": "the rule of a squared loss through softmax",
        "squares diagonal": "the rule of a squared loss, with p*(1 - p) for the slope of softmax",
        "square": "(p - y)**2 in the place of p - y",
        "times shares": "p*(p - y) in the place of p - y",
        "exponentials": "exp(z) in the place of softmax(z), not divided by its sum",
        "sigmoid": "sigmoid(z) in the place of softmax(z)",
        "over all": "softmax over all entries together, not row by row",
        **losses.WITHOUT_KEEPDIMS}),
)  # fmt: skip

ENTRIES = (
    ArrayMistake("dropped-local", "the other factor left out", by_entry.dropped),
    ArrayMistake("factor-again", "a factor taken wrongly", by_entry.factor_again, common=3),
    ArrayMistake("wrong-point", "the slope taken at {tag} and not at the argument", slopes.elsewhere, common=1,
                 anywhere={"its own value": "the activation taken twice: its slope at its own value"}),
    ArrayMistake("other-slope", "the slope of another activation", slopes.other_slope, anywhere={
        tag: f"{words.format(a='a', z='z')} in the place of the slope" for tag, (words, *_) in slopes.SLOPES.items()}),
    ArrayMistake("slope-twice", "the derivative of the activation taken twice", slopes.slope_twice),
    ArrayMistake("gate-on-gradient", "the slope of relu taken as 1 where the gradient is positive",
                 slopes.mask_of_gradient),
    ArrayMistake("matmul-for-times", "@ in the place of *", slopes.slope_with_matmul),
    ArrayMistake("slope-added", "the slope added to the gradient that arrives, not multiplied", slopes.slope_added,
                 common=3),
    ArrayMistake("upstream-left-out", "the slope without the gradient that arrives", slopes.value_for_gradient),
)  # fmt: skip

FLOWS = (*PRODUCTS, *SUMS, *LOSSES, *ENTRIES)

TOTALS = (
    ArrayMistake("forgotten-path", "the path through {tag} forgotten", total=totals.without_path, common=1,
                 habit=False),
    ArrayMistake("overwritten-fork", "only the path through {tag} counted", total=totals.one_path, common=1,
                 habit=False),
    ArrayMistake("paths-forgotten", "the paths through {tag} forgotten", total=totals.without_kind, common=1),
    ArrayMistake("uses-overwritten", "the {tag} use of each counted alone", total=totals.one_use, common=1),
    ArrayMistake("path-factor", "one path with a wrong factor", total=totals.scaled_path, habit=False),
    *(
        ArrayMistake(id, words, total=totals.factor_of(id, common), common=common, habit=False)
        for common, id, words in (
            (1, "n-missing", "1/N left out"),
            (1, "n-twice", "1/N once too often"),
            (1, "factor", "a factor left out"),
            (2, "n-wrong", "another number in the place of N"),
            (2, "n-twice", "a division too many"),
            (2, "factor", "a stray factor"),
            (2, "sign", "the opposite sign"),
            (3, "n-wrong", "another number in the place of N"),
            (3, "n-twice", "a division too many"),
        )
    ),
    ArrayMistake("wrong-residual", "something else in the place of output minus target", total=totals.no_residual,
                 habit=False),
    ArrayMistake("early-factor", "a factor on one side alone", total=totals.early_factor, habit=False),
    ArrayMistake("slope-too-many", "a slope where there is no activation", total=totals.slope_at_output, habit=False),
    ArrayMistake("wrong-upstream", "the gradient of another array", total=totals.another, habit=False),
    ArrayMistake("step", "a step with a learning rate", total=totals.step_taken, common=3, habit=False),
    ArrayMistake("normalised", "the gradient divided by its norm", total=totals.normalised, common=3, habit=False),
    ArrayMistake("penalised", "the penalty on {tag} taken of this one too", total=totals.penalised, habit=False),
)  # fmt: skip

SPREAD = {row.id: row._replace(total=None) for row in (*TOTALS, ArrayMistake("layers-swapped", "two layers mixed up"))}

FORWARD = (
    ArrayMistake("sum-or-mean", "the {tag} in the place of it", value=values.sum_for_mean, common=1),
    ArrayMistake("wrong-count", "another number in the place of N", value=values.wrong_count),
    ArrayMistake("value-axis", "the value along {tag}", value=values.other_axis),
    ArrayMistake("activation", "the activation {tag} in its place", value=values.no_activation,
                 said={"left out": "the activation left out"}),
    ArrayMistake("term-forgotten", "the term {tag} left out", value=values.term_forgotten, common=1),
    ArrayMistake("value-dims", "the operands of @ turned or exchanged", value=values.product_by_luck),
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
    if operation is not None and not (edge.name in ("mul", "div") and edge.world.is_beside_constant(edge)):
        for mistake in by_entry.rows_for(operation, edge.k):
            if mistake.id == "power-no-coefficient" and edge.world.is_beside_constant(edge):
                continue  # a factor, which has a row of its own
            yield of_numbers(mistake.id, mistake.message, mistake.common), partial(by_entry.local_rule, mistake)


def of_numbers(id: str, message: str, common: int) -> ArrayMistake:
    """Return a row of the catalogue for numbers as one for arrays."""
    return ArrayMistake(id, ENTRY_WORDS.get(id, ("", message))[1], common=common)


__all__ = ["FLOWS", "FORWARD", "SPREAD", "TOTALS", "ArrayMistake", "flow_rules", "of_numbers"]
