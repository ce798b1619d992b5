"""What the names of a program mean, and the steps by which a statement builds its part of the graph.

A statement is translated into steps for a stack of nodes, which are run when it ends. A step refers to texts and to
places of the program by number, so that the steps of one statement also serve those that differ from it only in
their names and numerals.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from .errors import InputError, Source, did_you_mean
from .graph import Builder, Graph
from .operations import CONSTANT, CONSTANTS, INPUT, NUMBER, function

INFINITY = float("inf")

# A step: its kind, what it is about, a count, and its span, which reaches from `bounds[first] + shift` to
# `bounds[last] + after`. LEAF pushes the node of the text of that number, a name or a numeral, and NUMERAL that of a
# numeral itself; BINARY takes two nodes for an operation, APPLY as many as the count says, and so does EXPAND for a
# function of the user's; COMPARE takes the first two of so many, which are all that belongs to a `where`.
Step = tuple[int, Any, int, int, int, int, int]
LEAF, BINARY, APPLY, NUMERAL, COMPARE, EXPAND = range(6)


class Function(NamedTuple):
    """A function of the user's: its parameters and, as a graph of its own, its body."""

    name: str
    parameters: list[str]
    body: Graph


class Statement:
    """What a statement leaves behind: the name it assigns, or "", and the node, both with their spans."""

    __slots__ = ("name", "name_span", "node", "span")

    type = "statement"  # to the parser this is the symbol of a rule that has been applied

    def __init__(self, name: str, name_span: tuple[int, int], node: int, span: tuple[int, int]) -> None:
        self.name = name
        self.name_span = name_span
        self.node = node
        self.span = span


class Scope:
    """The names of a program, and the builder of its graph. `bound` holds the names that bindings give."""

    def __init__(self, bound: Collection[str], *, share: bool) -> None:
        self.bound = bound
        self.share = share
        self.builder = Builder(share=share)
        self.assigned: dict[str, int] = {}
        self.functions: dict[str, Function] = {}
        self.known: dict[str, int] = {}  # the nodes of all names and numerals that were read
        self.defining: tuple[str, list[str]] | None = None
        self._outer: tuple[Builder, dict[str, int], dict[str, int]] | None = None

    def run(self, steps: Sequence[Step], texts: Sequence[str], bounds: Sequence[int]) -> int:
        """Return the node that the steps leave on the stack."""
        stack: list[int] = []
        push, pop, known, apply = stack.append, stack.pop, self.known, self.builder.apply
        for kind, what, count, first, shift, last, after in steps:
            if kind == LEAF:
                node = known.get(texts[count])
                if node is None:
                    node = self.leaf(texts[count], (bounds[first] + shift, bounds[last] + after))
                push(node)
                continue
            span = (bounds[first] + shift, bounds[last] + after)
            if kind == BINARY:
                right = pop()
                stack[-1] = apply(what, (stack[-1], right), span)
            elif kind == NUMERAL:
                push(known[what] if what in known else self.leaf(what, span))
            elif kind == COMPARE:
                stack[-count : 2 - count] = [apply(what, (stack[-count], stack[1 - count]), span)]
            else:
                arguments = stack[-count:] if count else []
                del stack[len(stack) - count :]
                push(apply(what, tuple(arguments), span) if kind == APPLY else self.expand(what, arguments, span))
        return stack[-1]

    # ---- operands

    def leaf(self, text: str, span: tuple[int, int]) -> int:
        """Return the node of a name or numeral that is read for the first time."""
        if text[0] in "0123456789.":
            check_numeral(text, span)
            node = self.builder.add(NUMBER, (), text, span)
        else:
            found = self.assigned.get(text)
            node = self.unassigned(text, span) if found is None else found
        self.known[text] = node
        return node

    def unassigned(self, name: str, span: tuple[int, int]) -> int:
        """Return the node of a name that no statement assigned: an input or a constant."""
        if self.defining is None:  # what a function names is looked up anew where it is called
            if name == "π":
                return self.builder.leaf(CONSTANT, "pi", span)
            if name not in self.bound:
                if name in CONSTANTS:
                    return self.builder.leaf(CONSTANT, name, span)
                if function(name) or name in self.functions:
                    raise InputError(f"{name} is a function", kind="name", span=span, hint=f"write {name}(...)")
        return self.builder.add(INPUT, (), name, span)

    # ---- the user's functions

    def define(self, name: str, parameters: Sequence[tuple[str, tuple[int, int]]]) -> None:
        """Begin the definition of a function, whose body is built as a graph of its own."""
        names = [parameter for parameter, _ in parameters]
        self.defining = (name, names)
        self._outer = (self.builder, self.assigned, self.known)
        self.builder = Builder(share=self.share)
        self.known = {}
        self.assigned = {parameter: self.builder.add(INPUT, (), parameter, span) for parameter, span in parameters}

    def defined(self, output: int) -> None:
        """End the definition."""
        assert self.defining is not None
        assert self._outer is not None
        name, parameters = self.defining
        self.functions[name] = Function(name, parameters, self.builder.freeze(output))
        self.builder, self.assigned, self.known = self._outer
        self.defining = self._outer = None

    def expand(self, own: Function, arguments: Sequence[int], span: tuple[int, int]) -> int:
        """Return the output of the function's body, copied into the program with the arguments in place."""
        given = dict(zip(own.parameters, arguments, strict=True))
        called = (span[0], span[0] + len(own.name))
        known = self.known
        copies: list[int] = []
        for operation, arguments, text, _ in own.body.nodes:
            if arguments:
                copies.append(self.builder.apply(operation, tuple([copies[a] for a in arguments]), span))
            elif operation is INPUT and text in given:
                copies.append(given[text])
            else:
                copies.append(known[text] if text in known else self.leaf(text, called if operation is INPUT else span))
        return copies[own.body.output]

    # ---- statements

    def assign(self, name: str, node: int, span: tuple[int, int]) -> int:
        """Give a node a name and return the node that bears it."""
        problem = hint = None
        if name in self.assigned:
            problem, hint = f"{clip_name(name)} is assigned twice", "give the second one another name"
        elif name == "π":
            problem = "π is a constant"
        elif name in self.bound:
            problem = f"{clip_name(name)} is computed by the program and cannot be bound too"
            hint = "leave out the binding, or the statement"
        elif name in self.known:
            problem = f"{clip_name(name)} is used before it is assigned"
            hint = "move this statement up"
            if self.builder.nodes.starts[self.known[name]] > span[0]:
                problem, hint = f"{clip_name(name)} is defined by itself", "give the new value another name"
        if problem:
            raise InputError(problem, kind="name", span=span, hint=hint)
        node = self.assigned[name] = self.builder.name(node, name)
        return node

    def check_use(self, statements: Sequence[Statement], of: str | None) -> None:
        """Raise for a statement whose value nothing uses, unless `of` names another output than the last one."""
        if of is not None:
            return
        for statement in statements[:-1]:
            name = statement.name
            if name in self.known:
                continue
            what = f"nothing uses {clip_name(name)}" if name else "nothing uses the value of this statement"
            near = did_you_mean(name, [n for n in self.known if n not in self.assigned]) if name else None
            span = statement.name_span if name else statement.span
            hint = near or f"the last statement is the output; --of {clip_name(name) or 'NAME'} chooses another"
            raise InputError(what, kind="unused", span=span, hint=hint)


def clip_name(name: str) -> str:
    """Return a name short enough for a message."""
    return name if len(name) <= 40 else name[:37] + "..."


def check_numeral(text: str, span: tuple[int, int] | None = None, source: Source | None = None) -> None:
    """Raise unless the numeral lies in the range of binary64."""
    value = float(text)
    if 0 < value < INFINITY:
        return
    if value == INFINITY:
        what, hint = "this number overflows a binary64", "the largest is about 1.8e308"
        raise InputError(what, source=source, span=span, kind="number", hint=hint)
    if value == 0 and any(c in "123456789" for c in text.lower().partition("e")[0]):
        what, hint = "this number underflows to 0", "the smallest is about 4.9e-324"
        raise InputError(what, source=source, span=span, kind="number", hint=hint)
