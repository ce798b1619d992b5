"""Wrong rules for what flows backwards: contributions, their sums where paths meet, and whole gradients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from ...calculus.operations import INPUT, NUMBER
from .replaced_numbers import Contribution, Number, S, Working
from .wrong_rules import EVERY_PATH, Rule, Wrong, WrongRule

MANY = 20  # paths or names: one of more than these is not told by its number


def path(rule: Rule) -> WrongRule:
    """One contribution by a wrong rule of the user's upstream gradient and the local gradient; lastly all of them."""

    def wrong(working: Working) -> Iterator[Wrong]:
        terms = working.terms
        instead = [rule(S, term.upstream, term.local) for term in terms]
        for k, total in _singly(terms, instead):
            yield working.program.graph.labels[terms[k].user], total
        if len(terms) > 1:
            yield EVERY_PATH, S.sum(instead)

    return wrong


def _singly(terms: list[Contribution], instead: list[Number]) -> Iterator[tuple[int, Number]]:
    """Yield the sum with each of the contributions in turn replaced; none where so many cannot be told apart."""
    if len(terms) <= MANY:
        products = [term.product for term in terms]
        for k, number in enumerate(instead):
            if number is not None:
                yield k, S.sum([*products[:k], number, *products[k + 1 :]])


def fork(rule: Callable[[list[Contribution], list[str]], Iterable[Wrong]], least: int = 2) -> WrongRule:
    """The sum of the contributions by a wrong rule, where there are at least so many. It gets the users' names too."""

    def wrong(working: Working) -> Iterable[Wrong]:
        terms = working.terms
        labels = working.program.graph.labels
        return rule(terms, [labels[term.user] for term in terms]) if len(terms) >= least else ()

    return wrong


def without_one(terms: list[Contribution], names: list[str]) -> Iterator[Wrong]:
    """The sum without one path."""
    for k, total in reversed(list(_singly(terms, [S.zero] * len(terms)))):
        yield names[k], total


def one_only(terms: list[Contribution], names: list[str]) -> Iterator[Wrong]:
    """One path only."""
    for term, name in zip(terms, names, strict=True) if len(terms) <= MANY else ():
        yield name, term.product


def product_of_paths(terms: list[Contribution], names: list[str]) -> Iterator[Wrong]:
    """The product of the contributions."""
    yield "", math.prod(term.product for term in terms)


def mean_of_paths(terms: list[Contribution], names: list[str]) -> Iterator[Wrong]:
    """The mean of the contributions."""
    yield "", S.sum([term.product for term in terms]) / len(terms)


def one_negated(terms: list[Contribution], names: list[str]) -> Iterator[Wrong]:
    """The sum with the sign of one path turned."""
    for k, total in _singly(terms, [-term.product for term in terms]):
        yield names[k], total


def of_two(operation: str, rule: Rule) -> WrongRule:
    """What arrives through a product or quotient of which both factors depend on the node, by a wrong rule.

    The rule gets the derivatives of both factors, and the factors.
    """

    def wrong(working: Working) -> Iterator[Wrong]:
        x, numbers, graph = working.item.node, working.numbers, working.program.graph
        total = working.right
        if total is None or working.program.large:
            return
        for m in working.program.shape.after(x):
            node = working.program.nodes[m]
            if node.operation.name != operation or m not in working.program.asked or numbers.upstream[m] is None:
                continue
            u, v = node.arguments
            du, dv = (numbers.slope(a, x) if a >= x else S.zero for a in (u, v))
            if du and dv and None not in numbers.local_gradients[m]:
                right = S.sum([d * local for d, local in zip((du, dv), numbers.local_gradients[m], strict=True)])
                instead = rule(S, du, dv, numbers.values[u], numbers.values[v])
                yield graph.labels[m], total + numbers.upstream[m] * (instead - right)

    return wrong


def through(operation: str, rule: Rule) -> WrongRule:
    """One contribution by a wrong rule, where the user is of that operation; it gets the two gradients."""

    def wrong(working: Working) -> Iterator[Wrong]:
        graph, terms = working.program.graph, working.terms
        there = [working.program.nodes[term.user].operation.name == operation for term in terms]
        instead = [rule(S, t.upstream, t.local) if here else None for t, here in zip(terms, there, strict=True)]
        for k, total in _singly(terms, instead):
            yield graph.labels[terms[k].user], total

    return wrong


def with_own_factor(working: Working) -> Iterator[Wrong]:
    """What arrives through a product, with the factor itself in place of the other one; lastly through all."""
    nodes, terms = working.program.nodes, working.terms
    own: list[Number] = []
    for term in terms:
        user = nodes[term.user]
        one_of_two = user.operation.name == "mul" and user.arguments[0] != user.arguments[1]
        own.append(term.upstream * working.v if one_of_two else None)
    for k, total in _singly(terms, own):
        yield working.program.graph.labels[terms[k].user], total
    if len(terms) > 1 and None not in own:
        yield EVERY_PATH, S.sum(own)


def as_constant(working: Working) -> Iterator[Wrong]:
    """0 for the gradient of an input that is only a term of sums: a constant alone is differentiated to 0."""
    nodes = working.program.nodes
    if all(nodes[user].operation.name in ("add", "sub") for user, _ in working.program.users[working.item.node]):
        yield "", S.zero


def coefficient_added(working: Working) -> Iterator[Wrong]:
    """What arrives through c*x**n as (c + n)*x**(n - 1): index and coefficient added."""
    graph, nodes, numbers = working.program.graph, working.program.nodes, working.numbers
    terms = working.terms
    for k, term in enumerate(terms):
        power = nodes[term.user]
        uses = working.program.users[term.user]
        if power.operation.name != "pow" or term.position != 0 or len(uses) != 1:
            continue
        m, position = uses[0]
        product = nodes[m]
        if product.operation.name != "mul" or nodes[product.arguments[1 - position]].operation is not NUMBER:
            continue
        c, n = numbers.values[product.arguments[1 - position]], numbers.values[power.arguments[1]]
        x, upstream = numbers.values[working.item.node], numbers.upstream[m]
        instead: list[Number] = [None] * len(terms)
        instead[k] = upstream * (c + n) * S.pow(x, n - 1)
        for _, total in _singly(terms, instead):
            yield graph.labels[m], total


# ---- another number of the sheet


def one_local(working: Working) -> Iterator[Wrong]:
    """The local gradient of one path, where there are several."""
    terms = working.terms
    if len(terms) > 1:
        for term in terms:
            yield working.program.graph.labels[term.user], term.local


def one_upstream(working: Working) -> Iterator[Wrong]:
    """The upstream gradient of one user, where there are several."""
    terms = working.terms
    if len(terms) > 1:
        for term in terms:
            yield working.program.graph.labels[term.user], term.upstream


def other_variable(working: Working) -> Iterator[Wrong]:
    """The gradient of another variable or named node, for one of them, unless it follows from the one in question."""
    program, node = working.program, working.item.node
    names = program.variables if working.operation is INPUT else program.named  # those of its own kind
    if len(program.variables) + len(program.named) <= MANY:
        names = {**program.variables, **program.named}
    if len(names) <= MANY and node in names.values():
        for name, i in names.items():
            if i not in program.sources(node):
                yield name, working.numbers.upstream[i]


def sum_of_variables(working: Working) -> Iterator[Wrong]:
    """The sum of the gradients of all variables, for a variable."""
    program = working.program
    if len(program.asked_inputs) > 1 and not working.node.arguments:
        yield "", working.numbers.of_variables(working.item.node, working.right)


def counted(working: Working) -> Iterator[Wrong]:
    """The right result times or divided by a whole number of the program, as a mean has it."""
    program, right = working.program, working.right
    if right is None or (program.large and len(program.whole_numerals) > MANY):
        return
    for text, n in program.whole_numerals:
        yield f"1/{text}", right / n
        yield text, right * n


def at_output(rule: Rule) -> WrongRule:
    """The start of the backward pass by a wrong rule of the seed and the output's value."""

    def wrong(working: Working) -> Iterator[Wrong]:
        if working.item.node == working.program.output:
            yield "", rule(S, working.program.output_adjoint, working.v)

    return wrong
