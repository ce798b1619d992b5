"""Text -> Graph, through the grammar. Lark parses and the callbacks build: no tree, no recursion over the text."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Collection
from typing import Any, BinaryIO, NamedTuple

import lark

from .complaints import context, refused
from .errors import GradcliError, InputError, LimitError, Source, did_you_mean
from .graph import Builder, Graph
from .lexer import Lexer, Token
from .operations import (
    COMPARISONS,
    CONSTANT,
    CONSTANTS,
    INPUT,
    NUMBER,
    OPERATIONS,
    WHERE,
    function,
    function_names,
)
from .rules import Operation

MAX_BYTES = 8 * 1024 * 1024
OUTPUT = "the last statement is the output; --of NAME chooses another"

Value = tuple[int, int, int]  # a node, and the span of the text that it stands for

ADD, SUB, MUL, DIV, NEG, POW = (OPERATIONS[name] for name in ("add", "sub", "mul", "div", "neg", "pow"))


class Function(NamedTuple):
    """A function of the user's: its parameters and, as a graph of its own, its body."""

    parameters: list[str]
    body: Graph


class Comparison(NamedTuple):
    """A condition that waits for the `where` it belongs to."""

    operation: Operation
    left: Value
    right: Value


class Statement(NamedTuple):
    """What a statement leaves behind: the name it assigns, if it does, and the node."""

    name: Token | None
    value: Value


class Actions:
    """The callbacks of the grammar: each takes what its rule found and returns what it built."""

    def __init__(self) -> None:
        self.start(set(), share=False)

    def start(self, bound: Collection[str], *, share: bool) -> None:
        """Forget the last program. `bound` holds the names that bindings give."""
        self.bound = bound
        self.share = share
        self.builder = Builder(share=share)
        self.apply = self.builder.apply
        self.scope: dict[str, int] = {}
        self.functions: dict[str, Function] = {}
        self.used: dict[str, Token] = {}  # names read, with the place of the first reading
        self.defining: tuple[Token, list[str]] | None = None
        self.outer: tuple[Builder, dict[str, int]] | None = None

    # ---- operators

    def add(self, c: list[Any]) -> Value:
        left, right = c[0], c[2]
        return (self.apply(ADD, (left[0], right[0]), (left[1], right[2])), left[1], right[2])

    def sub(self, c: list[Any]) -> Value:
        left, right = c[0], c[2]
        return (self.apply(SUB, (left[0], right[0]), (left[1], right[2])), left[1], right[2])

    def mul(self, c: list[Any]) -> Value:
        left, right = c[0], c[2]
        return (self.apply(MUL, (left[0], right[0]), (left[1], right[2])), left[1], right[2])

    def div(self, c: list[Any]) -> Value:
        left, right = c[0], c[2]
        return (self.apply(DIV, (left[0], right[0]), (left[1], right[2])), left[1], right[2])

    def pow(self, c: list[Any]) -> Value:
        left, right = c[0], c[2]
        return (self.apply(POW, (left[0], right[0]), (left[1], right[2])), left[1], right[2])

    def neg(self, c: list[Any]) -> Value:
        sign, x = c
        return (self.apply(NEG, (x[0],), (sign.start, x[2])), sign.start, x[2])

    def superscript(self, c: list[Any]) -> Value:
        x, sign = c
        exponent = self.builder.leaf(NUMBER, "2" if sign.text == "²" else "3", (sign.start, sign.end))
        return (self.apply(POW, (x[0], exponent), (x[1], sign.end)), x[1], sign.end)

    def group(self, c: list[Any]) -> Value:
        return (c[1][0], c[0].start, c[2].end)

    # ---- operands

    def number(self, c: list[Any]) -> Value:
        token = c[0]
        check_numeral(token.text, (token.start, token.end))
        return (self.builder.leaf(NUMBER, token.text, (token.start, token.end)), token.start, token.end)

    def variable(self, c: list[Any]) -> Value:
        token = c[0]
        node = self.scope.get(token.text)
        if node is None:
            node = self.unassigned(token.text, token)
        elif token.text not in self.used:
            self.used[token.text] = token
        return (node, token.start, token.end)

    def unassigned(self, name: str, token: Token) -> int:
        """Return the node of a name that no statement assigned: an input or a constant."""
        span = (token.start, token.end)
        if self.defining is not None:  # looked up anew where the function is called
            return self.builder.leaf(INPUT, name, span)
        self.used.setdefault(name, token)
        if name == "π":
            return self.builder.leaf(CONSTANT, "pi", span)
        if name not in self.bound:
            if name in CONSTANTS:
                return self.builder.leaf(CONSTANT, name, span)
            if function(name) or name in self.functions:
                raise InputError(f"{name} is a function", kind="name", span=span, hint=f"write {name}(...)")
        return self.builder.leaf(INPUT, name, span)

    def comparison(self, c: list[Any]) -> Comparison:
        return Comparison(COMPARISONS[c[1].text], c[0], c[2])

    def call(self, c: list[Any]) -> Value:
        token: Token = c[0]
        arguments = c[2:-1:2]
        span = (token.start, c[-1].end)
        for i, argument in enumerate(arguments):
            if isinstance(argument, Comparison) and (token.text != WHERE.name or i > 0):
                raise InputError(
                    "a comparison can only be the first argument of where",
                    kind="syntax",
                    span=(argument.left[1], argument.right[2]),
                    hint="write where(x > 0, a, b)",
                )
        own = self.functions.get(token.text)
        if own is not None:
            self.check_arity(token, len(arguments), len(own.parameters), " ".join(own.parameters), span)
            return (self.expand(own, [a[0] for a in arguments], token, span), *span)
        row = function(token.text)
        if row is None:
            raise self.unknown_function(token)
        self.check_arity(token, len(arguments), row.arity, " ".join(row.parameters), span)
        if row is WHERE:
            return (self.condition(arguments, span), *span)
        return (self.apply(row, tuple(a[0] for a in arguments), span), *span)

    def condition(self, arguments: list[Any], span: tuple[int, int]) -> int:
        """Return the node of `where`, with the comparison as a node of its own."""
        test = arguments[0]
        if not isinstance(test, Comparison):
            raise InputError(
                "the first argument of where is a comparison",
                kind="syntax",
                span=test[1:],
                hint="write where(x > 0, a, b)",
            )
        node = self.apply(test.operation, (test.left[0], test.right[0]), (test.left[1], test.right[2]))
        return self.apply(WHERE, (node, arguments[1][0], arguments[2][0]), span)

    def check_arity(self, token: Token, given: int, wanted: int | None, parameters: str, span: tuple[int, int]) -> None:
        """Raise unless the function `token` takes `given` arguments; None wants two or more."""
        if given == wanted or (wanted is None and given >= 2):
            return
        number = "2 or more arguments" if wanted is None else f"{wanted} argument{'s' if wanted != 1 else ''}"
        shown = "x, y, ..." if wanted is None else ", ".join(parameters.split())
        raise InputError(
            f"{token.text} takes {number}, not {given}", kind="arity", span=span, hint=f"write {token.text}({shown})"
        )

    def unknown_function(self, token: Token) -> InputError:
        """Return the error for a call of something that is no function."""
        span, name = (token.start, token.end), token.text
        if self.defining is not None and self.defining[0].text == name:
            return InputError(f"{name} calls itself", kind="name", span=span, hint="a function cannot be recursive")
        if name in self.scope or name in self.bound or name in CONSTANTS:
            hint: str | None = f"for a product write {name}*(...)"
        else:
            hint = did_you_mean(name, [*function_names(), *self.functions])
        return InputError(f"there is no function {clip_name(name)}", kind="name", span=span, hint=hint)

    # ---- the user's functions

    def header(self, c: list[Any]) -> Token:
        name, parameters = c[0], [token.text for token in c[2:-2:2]]
        span = (name.start, name.end)
        if function(name.text) or name.text in self.functions:
            what = "is already defined" if name.text in self.functions else "is a function of gradcli"
            raise InputError(f"{name.text} {what}", kind="name", span=span, hint="choose another name")
        for i, token in enumerate(c[2:-2:2]):
            if token.text in parameters[:i]:
                raise InputError(
                    f"{token.text} is a parameter twice", kind="name", span=(token.start, token.end), hint=None
                )
        self.defining = (name, parameters)
        self.outer = (self.builder, self.scope)
        self.builder = Builder(share=self.share)
        self.apply = self.builder.apply
        self.scope = {
            p: self.builder.leaf(INPUT, p, (t.start, t.end)) for p, t in zip(parameters, c[2:-2:2], strict=True)
        }
        return name

    def definition(self, c: list[Any]) -> None:
        assert self.defining is not None
        assert self.outer is not None
        name, parameters = self.defining
        self.functions[name.text] = Function(parameters, self.builder.freeze(c[1][0]))
        self.builder, self.scope = self.outer
        self.apply = self.builder.apply
        self.defining = self.outer = None

    def expand(self, own: Function, arguments: list[int], token: Token, span: tuple[int, int]) -> int:
        """Return the output of the function's body, copied into the program with the arguments in place."""
        given = dict(zip(own.parameters, arguments, strict=True))
        copies: list[int] = []
        for node in own.body.nodes:
            if node.operation is INPUT:
                if node.text in given:
                    copies.append(given[node.text])
                else:
                    copies.append(self.variable([Token("NAME", node.text, token.start, token.end)])[0])
            elif node.operation.is_leaf:
                copies.append(self.builder.leaf(node.operation, node.text, span))
            else:
                copies.append(self.apply(node.operation, tuple(copies[a] for a in node.arguments), span))
        return copies[own.body.output]

    # ---- statements

    def assignment(self, c: list[Any]) -> Statement:
        token, value = c[0], c[2]
        name, span = token.text, (token.start, token.end)
        problem = hint = None
        if name in self.scope:
            problem, hint = f"{clip_name(name)} is assigned twice", "give the second one another name"
        elif name == "π":
            problem = "π is a constant"
        elif name in self.bound:
            problem = f"{clip_name(name)} is computed by the program and cannot be bound too"
            hint = "leave out the binding, or the statement"
        elif name in self.used:
            problem = f"{clip_name(name)} is used before it is assigned"
            hint = "move this statement up"
            if self.used[name].start > token.start:
                problem, hint = f"{clip_name(name)} is defined by itself", "give the new value another name"
        if problem:
            raise InputError(problem, kind="name", span=span, hint=hint)
        self.scope[name] = self.builder.name(value[0], name)
        return Statement(token, value)

    def result(self, c: list[Any]) -> Statement:
        return Statement(None, c[0])

    def program(self, c: list[Any]) -> Graph:
        statements = [s for s in c if isinstance(s, Statement)]
        if not statements:
            raise InputError(
                "the program has no expression to differentiate" if self.functions else "the program is empty",
                kind="syntax",
                span=(0, 0),
                hint="end with an expression" if self.functions else 'for example: gradcli "x**2" x=3',
            )
        self.last = statements[-1]
        self.statements = statements
        name = self.last.name
        return self.builder.freeze(self.scope[name.text] if name else self.last.value[0])

    def check_use(self, of: str | None) -> None:
        """Raise for a statement whose value nothing uses; `of` names the output where it is not the last."""
        for statement in self.statements:
            name = statement.name
            if statement is self.last or (name is not None and (name.text in self.used or name.text == of)):
                continue
            if of is not None:
                continue
            span = (name.start, name.end) if name else statement.value[1:]
            what = f"nothing uses {clip_name(name.text)}" if name else "nothing uses the value of this statement"
            near = did_you_mean(name.text, [n for n in self.used if n not in self.scope]) if name else None
            raise InputError(
                what,
                kind="unused",
                span=span,
                hint=near or "the last statement is the output; --of NAME chooses another",
            )


def clip_name(name: str) -> str:
    """Return a name short enough for a message."""
    return name if len(name) <= 40 else name[:37] + "..."


def check_numeral(text: str, span: tuple[int, int] | None = None) -> None:
    """Raise unless the numeral lies in the range of binary64."""
    value = float(text)
    if value == float("inf"):
        raise InputError(
            "this number overflows a binary64", kind="number", span=span, hint="the largest is about 1.8e308"
        )
    if value == 0 and any(c in "123456789" for c in text.lower().partition("e")[0]):
        raise InputError("this number underflows to 0", kind="number", span=span, hint="the smallest is about 4.9e-324")


# ---- the parser


def grammar_folder() -> str:
    """Return where the grammar lies: inside the installed package, or beside it in a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(here, "grammar")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(here), "grammar")


def _key(grammar: str) -> bytes:
    return hashlib.sha256(f"{lark.__version__}\n{grammar}".encode()).hexdigest().encode() + b"\n"


def save_table(file: BinaryIO) -> None:
    """Write the parser's table, headed by a key of the grammar and of Lark's version."""
    with open(os.path.join(grammar_folder(), "gradcli.lark"), encoding="utf-8") as text:
        grammar = text.read()
    file.write(_key(grammar))
    lark.Lark(grammar, start="program", parser="lalr", lexer=Lexer).save(file)


class _Parser(threading.local):
    """Lark with its callbacks, one a thread: from the saved table that a wheel carries, or from the grammar."""

    def __init__(self) -> None:
        folder = grammar_folder()
        with open(os.path.join(folder, "gradcli.lark"), encoding="utf-8") as text:
            grammar = text.read()
        self.actions = Actions()
        table = os.path.join(folder, "gradcli.table")
        if os.path.exists(table):
            with open(table, "rb") as file:
                if file.readline() == _key(grammar):
                    import pickle

                    saved = pickle.load(file)
                    load: Any = lark.Lark._load_from_dict
                    self.lark = load(**saved, transformer=self.actions)
                    return
        self.lark = lark.Lark(grammar, start="program", parser="lalr", lexer=Lexer, transformer=self.actions)


_parser: _Parser | None = None


def _loaded() -> _Parser:
    global _parser
    if _parser is None:
        _parser = _Parser()
    return _parser


def parse(source: Source, bound: Collection[str] = (), *, of: str | None = None, share: bool = False) -> Graph:
    """Return the graph of a program.

    `bound` holds the names that bindings give (they win over constants), `of` the node that will be the output if
    it is not the last statement, `share` merges equal sub-expressions. Raises `InputError` with the span of what
    is wrong, and `LimitError` for a text of more than 8 MiB or a graph of more than 1,000,000 nodes.
    """
    text = source.text
    if len(text) > MAX_BYTES:
        raise LimitError(f"the program is longer than {MAX_BYTES:,} bytes", source=Source(source.name, ""))
    parser = _loaded()
    actions = parser.actions
    actions.start(bound, share=share)
    lexer: Lexer = parser.lark.parser.lexer
    try:
        graph: Graph = parser.lark.parse(text)
        actions.check_use(of)
    except lark.UnexpectedToken as problem:
        token: Any = problem.token
        stop = len(text) if token.type == "$END" else token.start
        error: GradcliError = refused(token, context(text, lexer.tokens(text), stop))
        error.source = source
        raise error from None
    except GradcliError as error:
        if error.source is None:
            error.source = source
        raise
    finally:
        actions.start((), share=False)
    return graph
