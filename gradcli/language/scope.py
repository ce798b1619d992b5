"""What the names of a program mean, and the instructions by which a statement builds its part of the graph.

A statement is translated into instructions for a stack of nodes, which are run when it ends. They refer to operands and
to places of the text by number, so that those of one statement also serve others that differ from it only in their
names and numerals.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from ..calculus.building import Builder, part_of
from ..calculus.graph import Graph
from ..calculus.operations import CONSTANT, CONSTANTS, INPUT, NUMBER, WHERE
from ..calculus.spellings import function
from ..calculus.table_parts import Operation
from ..errors import InputError, Source
from .names import clip_name

INFINITY = float("inf")

# (kind, what, count, start_part, start, end_part, end), in this order wherever one is taken apart. Its span reaches
# from bounds[start_part] + start to bounds[end_part] + end: the text of a statement is cut into parts, and `bounds`
# says where each begins. A named tuple would be made ten times more slowly, and one is made for every token.
Instruction = tuple[int, Any, int, int, int, int, int]

LEAF = 0  # push the node of operand number `count`, a name or a numeral
NUMERAL = 1  # push the node of the numeral `what`
BINARY = 2  # take two nodes and push the operation `what` of them
APPLY = 3  # take `count` nodes and push the operation `what` of them
EACH = 4  # put the operation `what` of each of the last `count` nodes in its place
COMPARE = 5  # of the last `count` nodes, those of a `where`, make one of the first two: their comparison `what`
CHOOSE = 6  # take `count` nodes and push the choice by `what`, a combined condition
EXPAND = 7  # take `count` nodes and push the output of `what`, a function of the user's


def instruction(kind: int, what: Any, count: int, span: tuple[int, int]) -> Instruction:
    """Return an instruction of a statement whose text is one part, which begins at 0: `span` is that in the program."""
    return (kind, what, count, 0, span[0], 0, span[1])


ONE_PART = (0,)  # the bounds that belong to such instructions


class Function(NamedTuple):
    """A function of the user's: its parameters, its body as a graph of its own, and where its name stands."""

    name: str
    parameters: list[str]
    body: Graph
    span: tuple[int, int]


class Statement:
    """The name that a statement assigns, or "", and its value, both with their spans in the program.

    `node` is the node of the value, or -1 until the statement is completed.
    """

    __slots__ = ("name", "name_span", "node", "span")

    def __init__(self, name: str, name_span: tuple[int, int], span: tuple[int, int], node: int = -1) -> None:
        self.name = name
        self.name_span = name_span
        self.span = span
        self.node = node


class Scope:
    """The names of a program, and the builder of its graph.

    `bound` holds the names that bindings give, `unless_assigned` those that they give if the program does not.
    """

    def __init__(self, bound: Collection[str], *, share: bool, unless_assigned: Collection[str] = ()) -> None:
        self.bound = bound
        self.unless_assigned = unless_assigned
        self.share = share
        self.builder = Builder(share=share)
        self.assigned: dict[str, int] = {}
        self.functions: dict[str, Function] = {}
        self.known: dict[str, int] = {}  # the nodes of all names and numerals that were read
        self.defining: tuple[str, list[str]] | None = None
        self._head = (0, 0)
        self._begun = 0  # the first node of the statement
        self._outer: tuple[Builder, dict[str, int], dict[str, int]] | None = None

    def complete(
        self, statement: Statement, instructions: Sequence[Instruction], operands: Sequence[str], bounds: Sequence[int]
    ) -> Statement:
        """Return the statement with its node, which its instructions build and which bears its name.

        Raises `InputError` where a name or numeral cannot be used, `LimitError` for too many nodes.
        """
        node = self.run(instructions, operands, bounds)
        statement.node = self.assign(statement.name, node, statement.name_span) if statement.name else node
        return statement

    def run(self, instructions: Sequence[Instruction], operands: Sequence[str], bounds: Sequence[int]) -> int:
        """Return the node that the instructions leave on top of the stack."""
        self._begun = len(self.builder.nodes)
        stack: list[int] = []
        push, pop, known, apply = stack.append, stack.pop, self.known, self.builder.apply
        for kind, what, count, start_part, start, end_part, end in instructions:
            if kind == LEAF:
                node = known.get(operands[count])
                if node is None:
                    node = self.leaf(operands[count], (bounds[start_part] + start, bounds[end_part] + end))
                push(node)
                continue
            span = (bounds[start_part] + start, bounds[end_part] + end)
            if kind == BINARY:
                right = pop()
                stack[-1] = apply(what, (stack[-1], right), span)
            elif kind == NUMERAL:
                push(known[what] if what in known else self.leaf(what, span))
            elif kind == COMPARE:
                stack[-count : 2 - count] = [apply(what, (stack[-count], stack[1 - count]), span)]
            elif kind == EACH:
                stack[-count:] = [apply(what, (x,), span) for x in stack[-count:]]
            else:
                arguments = stack[-count:] if count else []
                del stack[len(stack) - count :]
                if kind == APPLY:
                    push(apply(what, tuple(arguments), span))
                else:
                    push((self.expand if kind == EXPAND else self.choose)(what, arguments, span))
        return stack[-1]

    def choose(self, condition: Any, nodes: Sequence[int], span: tuple[int, int]) -> int:
        """Return the node of the choice by a combined condition: one `where` a comparison, asked from left to right.

        `nodes` are the two sides of each comparison in turn, and then the two branches. As in most languages, a
        comparison that no longer matters is not asked: its choice is not taken.
        """
        return choice(self.builder.apply, condition, nodes, span)

    # ---- operands

    def leaf(self, text: str, span: tuple[int, int]) -> int:
        """Return the node of a name or numeral that is read for the first time.

        Raises `InputError` for a numeral beyond binary64, and for a function without its arguments.
        """
        if is_numeral(text):
            check_numeral(text, span)
            node = self.builder.add(NUMBER, (), text, span)
        else:
            found = self.assigned.get(text)
            node = self.unassigned(text, span) if found is None else found
        self.known[text] = node
        return node

    def unassigned(self, name: str, span: tuple[int, int]) -> int:
        """Return the node of a name that no statement assigned: an input or a constant. Raises `InputError`."""
        if self.defining is None:  # what a function names is looked up anew where it is called
            if name == "π":
                return self.builder.leaf(CONSTANT, "pi", span)
            is_own = name in self.functions
            if name not in self.bound and (is_own or name not in self.unless_assigned):
                if name in CONSTANTS:
                    return self.builder.leaf(CONSTANT, name, span)
                if is_own or function(name):
                    error = InputError(f"{name} is a function", kind="name", span=span, hint=f"write {name}(...)")
                    raise error.but(is_foreign=True)
        return self.builder.add(INPUT, (), name, span)

    # ---- the user's functions

    def define(self, name: str, span: tuple[int, int], parameters: Sequence[tuple[str, tuple[int, int]]]) -> None:
        """Begin the definition of a function, whose body is built as a graph of its own.

        `parameters` are names with their spans. Until `defined`, names mean what they mean in the body.
        """
        names = [parameter for parameter, _ in parameters]
        self.defining = (name, names)
        self._head = span
        self._outer = (self.builder, self.assigned, self.known)
        self.builder = Builder(share=self.share)
        self.known = {}
        self.assigned = {parameter: self.builder.add(INPUT, (), parameter, span) for parameter, span in parameters}

    def defined(self, output: int) -> Function:
        """End the definition, and return the function whose body has that node of its own graph as its output."""
        assert self.defining is not None
        assert self._outer is not None
        name, parameters = self.defining
        found = self.functions[name] = Function(name, parameters, self.builder.freeze(output), self._head)
        self.builder, self.assigned, self.known = self._outer
        self.defining = self._outer = None
        return found

    def called(self, own: Function) -> Statement:
        """Return what a program means that ends with a definition: the function of its own parameters."""
        nodes, starts = own.body.nodes, own.body.inputs
        arguments = []
        for name in own.parameters:
            i = starts[name]
            span = (nodes.starts[i], nodes.ends[i])
            node = self.assigned.get(name, self.known.get(name))
            if node is None or self.builder.nodes.operations[node] is CONSTANT:
                node = self.known[name] = self.builder.add(INPUT, (), name, span)
            arguments.append(node)
        node = self.expand(own, arguments, own.span)
        if not {own.name}.isdisjoint([*self.assigned, *self.known, *self.bound]):
            return Statement("", own.span, own.span, node)
        return Statement(own.name, own.span, own.span, self.assign(own.name, node, own.span))

    def expand(self, own: Function, arguments: Sequence[int], span: tuple[int, int]) -> int:
        """Return the output of the function's body, copied into the program with the arguments in place."""
        given = dict(zip(own.parameters, arguments, strict=True))
        known = self.known
        copies: list[int] = []
        for operation, arguments, text, place in own.body.nodes:
            if arguments:
                copies.append(self.builder.apply(operation, tuple([copies[a] for a in arguments]), span))
            elif operation is INPUT and text in given:
                copies.append(given[text])
            else:
                copies.append(known[text] if text in known else self.leaf(text, place if operation is INPUT else span))
        return copies[own.body.output]

    # ---- statements

    def assign(self, name: str, node: int, span: tuple[int, int]) -> int:
        """Give a node a name and return the node that bears it: another one for a numeral, which is shared no longer.

        Raises `InputError` where the name has a meaning already.
        """
        if name in self.assigned or name in self.known or name in self.bound or name == "π":
            by_itself = self.known.get(name, -1) >= self._begun
            raise taken(name, span, is_assigned=name in self.assigned, is_bound=name in self.bound,
                        by_itself=by_itself, is_read=name in self.known)  # fmt: skip
        node = self.assigned[name] = self.builder.name(node, name)
        return node

    # ---- the whole program

    def finished(self, statements: Sequence[Statement], of: str | None, wrt: Collection[str]) -> Graph:
        """Return the graph of the whole program. Its output is the last statement, whatever `of` names.

        Plain numbers that the program gives to names in `wrt` become inputs with these numbers as their defaults; if
        nothing is an input, all such numbers do. Raises `InputError` for a statement without a name that nothing uses,
        unless `of` names another output.
        """
        found = self.builder.freeze(statements[-1].node)
        if of is None:
            idle = [s for s in statements[:-1] if s.name not in self.known]
            if nameless := next((s for s in idle if not s.name), None):
                raise InputError("nothing uses the value of this statement", kind="unused", span=nameless.span,
                                 hint="the last statement is the output; give this one a name")  # fmt: skip
            found.unused = [s.name for s in idle]
        numbers = {name: i for name, i in self.assigned.items() if i != found.output and _sign(found, i) is not None}
        assumed = bool(numbers) and not found.inputs
        chosen = {name: i for name, i in numbers.items() if assumed or name in wrt}
        return _with_inputs(found, chosen, assumed=assumed and chosen.keys().isdisjoint(wrt)) if chosen else found


def taken(
    name: str,
    span: tuple[int, int],
    *,
    is_assigned: bool,
    is_bound: bool,
    by_itself: bool = False,
    is_read: bool = False,
) -> InputError:
    """Return the error for a statement whose name has a meaning already: assigned, bound or read before."""
    if is_assigned:
        problem, hint = f"{clip_name(name)} is assigned twice", "give the second one another name"
    elif name == "π":
        return InputError("π is a constant", kind="name", span=span)
    elif is_bound:
        problem = f"{clip_name(name)} is computed by the program and cannot be bound too"
        hint = "give the new value another name" if is_read else "leave out the binding, or the statement"
    elif by_itself:
        problem, hint = f"{clip_name(name)} is defined by itself", "give the new value another name"
    else:
        problem, hint = f"{clip_name(name)} is used before it is assigned", "move this statement up"
    return InputError(problem, kind="name", span=span, hint=hint)


def _sign(graph: Graph, i: int) -> str | None:
    """Return the sign of a node that is a plain number, "" or "-"; None for any other node."""
    operations, (a, *_) = graph.nodes.operations, (*graph.nodes.arguments[i], -1)
    if operations[i] is NUMBER:
        return ""
    return "-" if operations[i].name == "neg" and operations[a] is NUMBER else None


def _with_inputs(graph: Graph, chosen: Mapping[str, int], *, assumed: bool) -> Graph:
    """Return a graph in which some plain numbers with names are inputs, which have them as their defaults."""
    nodes = graph.nodes
    defaults: dict[str, str] = {}
    freed: set[int] = set()
    for name, i in chosen.items():
        operands = nodes.arguments[i]
        freed.update(operands)
        defaults.setdefault(name, f"{_sign(graph, i)}{nodes.texts[operands[0] if operands else i]}")
    for name, i in chosen.items():
        if nodes.operations[i] is not INPUT:  # of two names of one number the first is the input's
            nodes.operations[i], nodes.arguments[i], nodes.texts[i] = INPUT, (), name
            del graph.named[name]
        else:
            del defaults[name]
    freed.difference_update(a for arguments in nodes.arguments for a in arguments)
    freed.discard(graph.output)
    kept = bytearray(i not in freed for i in range(len(nodes)))
    whole = Graph(nodes, graph.output, graph.named, defaults=defaults, assumed=assumed, unused=graph.unused)
    return part_of(whole, kept, graph.output)


def choice(
    apply: Callable[[Operation, tuple[int, ...], tuple[int, int]], int],
    condition: Any,
    nodes: Sequence[int],
    span: tuple[int, int],
) -> int:
    """Return the node of the choice by a combined condition, made by `apply`; see `Scope.choose`."""
    tests = [
        apply(operation, (nodes[2 * k], nodes[2 * k + 1]), place)
        for k, (operation, place) in enumerate(condition.tests)
    ]
    # The tree backwards is prefix order with the right operand first, which is the order in which choices are
    # made: a choice comes after those it chooses between. `waiting` has what each operand leads to.
    waiting: list[list[Any]] = [[nodes[-2], nodes[-1]]]
    made: list[tuple[str, list[Any]]] = []
    result = -1
    for part in reversed(condition.tree):
        yes, no = waiting.pop()
        if part == "not":
            waiting.append([no, yes])
        elif part:
            made.append((part, [yes, no]))
            waiting.append([yes, no])
        else:
            result = apply(WHERE, (tests.pop(), yes, no), span)
            if made:
                how, (yes, no) = made.pop()
                waiting.append([result, no] if how == "and" else [yes, result])
    return result


def is_numeral(text: str) -> bool:
    """Whether an operand is a numeral, not a name."""
    return text[0] in "0123456789."


def check_numeral(text: str, span: tuple[int, int] | None = None, source: Source | None = None) -> None:
    """Raise `InputError` unless a numeral without a sign lies in the range of binary64."""
    value = float(text)
    if 0 < value < INFINITY:
        return
    if value == INFINITY:
        what, hint = "this number overflows a binary64", "the largest is about 1.8e308"
        raise InputError(what, source=source, span=span, kind="number", hint=hint)
    if value == 0 and any(c in "123456789" for c in text.lower().partition("e")[0]):
        what, hint = "this number underflows to 0", "the smallest is about 4.9e-324"
        raise InputError(what, source=source, span=span, kind="number", hint=hint)
