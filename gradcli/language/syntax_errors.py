"""What is wrong with a program that the grammar refuses, said in the terms of the person who typed it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..calculus.operations import CONSTANTS
from ..calculus.spellings import function, function_names
from ..errors import InputError, ShellHint
from ..text import did_you_mean, position
from .implied_products import NUMBER
from .lexer import CLOSING, MEANT, OPERAND, SAID, Token
from .names import clip_name
from .scope import Scope

PHRASES = frozenset(
    ("at", "of", "for", "if", "then", "else", "when", "with", "to", "in", "from", "by", "is", "the", "xor", "let")
) | {"AND", "OR", "NOT", "XOR"}
MAX_SHOWN = 30  # characters of an operand in a hint
OPENING = {"LPAR": ")", "LSQB": "]", "LBRACE": "}"}
MATE = {")": "(", "]": "[", "}": "{"}
EMPTY = ShellHint('write an expression, for example gradcli "x**2" x=3', "type an expression, such as (x+y)*z; ? helps")


class Stop(NamedTuple):
    """Where the parser stopped: the token before, if there is one, and the brackets that are open."""

    text: str
    before: Token | None
    open: list[Token]


def stop_at(text: str, tokens: Iterable[Token], stop: int) -> Stop:
    """Return what stands before the token that starts at `stop`."""
    before = None
    still_open: list[Token] = []
    for token in tokens:
        if token.start >= stop:
            break
        before = token
        if token.type in OPENING:
            still_open.append(token)
        elif token.type in CLOSING and still_open:
            still_open.pop()
        elif token.type == "SEPARATOR" and not (still_open and still_open[0].type == "LBRACE"):
            still_open.clear()
    return Stop(text, before, still_open)


def refused(token: Token, here: Stop) -> InputError:
    """Return the error for the token at which the parser stopped, with its span and, where there is one, a hint.

    A token of type `$END` is the end of the text.
    """
    if token.type == "$END":
        end = len(here.text)
        what, hint, span = (*_too_early(here), (end, end))
    elif here.before is not None and here.before.type == "EQUAL" and here.open and here.open[-1].type == "LPAR":
        return equal_inside(here.before, here.text)
    elif here.open and here.open[-1].type == "LBRACE" and token.type not in ("SEPARATOR", "RPAR", "RSQB"):
        brace = here.open[0]
        what, hint, span = *_unexpected(brace), (brace.start, brace.end)
        if "=" in here.text[brace.end : token.start]:
            what, hint = "{ } holds statements such as h[k] = ... alone", "for stands behind the }"
            span = (token.start, token.end)
    else:
        span = (token.start, token.end)
        if here.before is not None and here.before.type in OPERAND:
            what, hint = _after_operand(token, here.before, here)
        else:
            what, hint = _instead_of_operand(token, here)
    return InputError(what, kind="syntax", span=span, hint=hint)


def _missing(here: Stop, before: str = "") -> tuple[str, str]:
    """Return what to say of the last bracket that is open, where another one closes or the text goes on without it."""
    return f"a {OPENING[here.open[-1].type]} is missing{before}", _place(here)


def _place(here: Stop) -> str:
    token = here.open[-1]
    line, column = position(here.text, token.start)
    return f"the {token.text} at column {column} is never closed" + (f" (line {line})" if "\n" in here.text else "")


def _too_early(here: Stop) -> tuple[str, str | None]:
    if here.before is None:
        return "the program is empty", EMPTY
    if here.before.type == "RBRACE":
        return "behind the } it is not said for which steps", "write { ... } for k = 1..10"
    if here.before.type in OPERAND and here.open:
        return _missing(here)
    if here.before.type in OPERAND:
        return "the program ends too early", None
    hint = f"write what stands behind {here.before.text}, or leave it out"
    return f"the expression ends too early: a number, a name or ( is expected after {here.before.text}", (
        _place(here) if here.open else hint
    )


def _after_operand(token: Token, before: Token, here: Stop) -> tuple[str, str | None]:
    adjacent = before.end == token.start
    if before.type == "RBRACE":
        return "behind the } it is not said for which steps", "write { ... } for k = 1..10"
    if token.type in ("NAME", "NUMBER", "LPAR", "HEAD", "FOR", "NONE"):
        if before.type == "NAME" and (row := function(before.text)):
            given = token.text if row.arity == 1 else _listed(row.arity, row.parameters)
            return f"{before.text} is a function and needs parentheses", f"write {before.text}({given})"
        if before.type == "NUMBER" and token.type == "NAME" and adjacent:
            if token.text.startswith("_"):
                return "a number has no _ in it", f"write {before.text}{token.text.replace('_', '')}"
            if before.text == "0" and token.text[0] in "xXbBoO":
                return "numbers are decimal", None
            if token.text in ("e", "E"):
                return "an exponent or an operator is missing", f"write {before.text}e5 or {before.text}*e"
        if before.type == "NUMBER" and token.type == "NUMBER":
            return _two_numbers(before.text, token.text, adjacent=adjacent)
        if here.open and "\n" in here.text[before.end : token.start]:
            return _missing(here, " before this line")
        if token.text in PHRASES or before.text in PHRASES:
            return "an operator is missing", None
        return "an operator is missing", _joined(token, before, here.text)
    if token.type in CLOSING:
        return _closing(token, here)
    if token.type == "COMMA":
        if before.type == "NUMBER" and here.text[token.end : token.end + 1].isdigit():
            return "a comma outside a function's arguments", "numbers are written with a point: 1.5"
        return "a comma outside a function's arguments", None
    if token.type == "EQUAL":
        if here.open and "\n" in here.text[here.open[-1].end : token.start]:
            return _missing(here, " before this line")
        if here.open and here.text[token.end : token.end + 1] in ("<", ">"):
            return "= stands last in a comparison", f"write {here.text[token.end]}="
        if here.open:
            return EQUAL_INSIDE
        return "= can only follow a name at the start of a statement", "write NAME = EXPRESSION"
    if token.type == "COMPARISON":
        if here.open and any(c in "<>=" for c in here.text[here.open[-1].end : before.start]):
            return "comparisons are not chained", SAID["&"]
        return "a comparison can only be the first argument of where", SAID["?"]
    if token.type in ("AND", "OR", "NOT"):
        return f"{token.text} stands between comparisons, in the first argument of where", SAID["?"]
    if token.type == "SEPARATOR" and here.open:
        return _missing(here)
    if token.type == "SUPERSCRIPT":
        return "one superscript only", "write ** and the exponent"
    in_brackets = bool(here.open) and here.open[-1].type == "LSQB"
    return _unexpected(token, here.text, in_brackets=in_brackets)


def _joined(token: Token, before: Token, text: str) -> str:
    """Return the hint for two operands side by side: their product, or what a foreign word is written as."""
    from .foreign_names import instead_of_word
    from .operands import power_before

    if instead := instead_of_word(token.text) or instead_of_word(before.text):
        return f"write {instead}"
    start = power_before(text[: before.end])
    left = before.text if start is None else text[min(start, before.start) : before.end]
    if (
        len(left) > MAX_SHOWN
        or before.type == "TRANSPOSED"
        or (start is None and before.type not in ("NUMBER", "NAME", "HEAD"))
    ):
        left = "(...)"
    called = "(...)" if token.type == "NAME" and function(token.text) else ""
    product = f"for a product write {left}*{'(...)' if token.type == 'LPAR' else token.text}{called}"
    are_arrays = before.text == left and token.type == "NAME" and not called and left[:1].isupper()  # as matrices are
    return f"{product}, of matrices {left}@{token.text}" if are_arrays else product


def _two_numbers(left: str, right: str, *, adjacent: bool) -> tuple[str, str | None]:
    if adjacent:
        return "a number has one decimal point", None
    product = f"{left}*{right}"
    is_one = re.fullmatch(NUMBER, left + right)
    whole = f"write {left}{right}, or {product} for a product" if is_one else f"write {product}"
    return "a number has no blanks in it", whole


_NAME_ALONE = re.compile(r"(?:^|[;\n])\s*[^\W\d]\w*\s*\Z")  # of a statement, before its sign
EQUAL_INSIDE = "= cannot stand inside parentheses", "to compare, write == as the first argument of where"


def equal_inside(sign: Token, text: str) -> InputError:
    """Return the error for a = where only a comparison can stand."""
    what, hint = EQUAL_INSIDE
    if text[sign.end : sign.end + 1] in ("<", ">"):
        what, hint = "= stands last in a comparison", f"write {text[sign.end]}="
    return InputError(what, kind="syntax", span=(sign.start, sign.end), hint=hint)


def _closing(token: Token, here: Stop) -> tuple[str, str | None]:
    """Return what is wrong with a bracket that closes another one than the last, or none."""
    if here.open and OPENING[here.open[-1].type] != token.text:
        return _missing(here, f" before this {token.text}")
    return f"this {token.text} has no {MATE[token.text]}", None


def _unexpected(token: Token, text: str = "", *, in_brackets: bool = False) -> tuple[str, str | None]:
    if token.type == "DOTS" and in_brackets:
        return f"unexpected {token.text}", "a slice is written x[1:3]"
    if token.type == "DOTS" and "for" not in text:
        return "a number has one decimal point", None
    if token.type == "DOTS":
        return f"unexpected {token.text}", "steps are counted by for, behind an element: h[k] = ... for k = 1..10"
    if token.type in ("LBRACE", "COLON", "AT"):
        meant = MEANT.get(token.text)
        if token.type == "COLON" and not _NAME_ALONE.search(text[: token.start]):
            meant = None
        return f"unexpected character {token.text}", f"type {meant}" if meant else None
    return f"unexpected {token.text}", None


def _instead_of_operand(token: Token, here: Stop) -> tuple[str, str | None]:
    wanted = "a number, a name or ("
    if token.type == "SEPARATOR":
        if token.text == "\n":
            return f"{wanted} is expected, but the line ends", "put the expression in parentheses to go on"
        return f"{wanted} is expected before ;", None
    if token.type in ("AND", "OR", "NOT"):
        return f"{wanted} is expected, not {token.text}", "conditions stand in where: where(condition, a, b)"
    if token.type in CLOSING and not here.open:
        return _closing(token, here)
    if token.type == "RSQB" and here.before is not None and here.before.type == "LSQB":
        return "[ ] is empty", "an array has at least one entry, and an index says which"
    if token.type == "COLON" and here.open and here.open[-1].type == "LPAR":
        return _unexpected(token)[0], "entries stand in [ ], and are counted from 0: A[:, 0], x[0:2]"
    if token.type in ("LBRACE", "COLON"):
        return _unexpected(token)
    shown = token.text if token.text != "\n" else "the end of the line"
    after = f" after {here.before.text}" if here.before is not None and here.before.text.strip() else ""
    if token.type == "TIMES" and here.before is not None and here.before.type == "TIMES":
        return f"{wanted} is expected{after}, not {shown}", "a power is written x**2 or x^2"
    if token.text == "/" and here.before is not None and here.before.text == "/":
        return f"{wanted} is expected{after}, not {shown}", "a quotient is rounded down by floor(x/y)"
    return f"{wanted} is expected{after}, not {shown}", None


# ---- calls


def unknown_function(token: Token, scope: Scope) -> InputError:
    """Return the error for a call of something that is no function."""
    from .foreign_names import call_hint

    span, name = (token.start, token.end), token.text
    if scope.defining is not None and scope.defining[0] == name:
        return InputError(f"{name} calls itself", kind="name", span=span, hint="a function cannot be recursive")
    if name in scope.assigned or name in scope.bound or name in CONSTANTS:
        hint: str | None = f"for a product write {name}*(...)"
    else:
        hint = call_hint(name) or did_you_mean(name, [*function_names(shortest=3), *scope.functions])
    error = InputError(f"there is no function {clip_name(name)}", kind="name", span=span, hint=hint)
    return error.but(is_foreign=True)  # it may be one in another language


def wrong_arity(token: Token, given: int, wanted: int | None, parameters: str, span: tuple[int, int]) -> InputError:
    """Return the error for a function that does not take so many arguments; `wanted` of None means any number.

    `token` is its name, `parameters` the names of its parameters with blanks between, `span` that of the call.
    """
    open_number = "2 or more arguments" if parameters.split()[1:] == ["..."] else "pairs of arguments"
    number = open_number if wanted is None else f"{wanted} argument{'s' if wanted != 1 else ''}"
    what = f"{token.text} takes {number}, not {given}"
    return InputError(what, kind="arity", span=span, hint=f"write {token.text}({_listed(wanted, parameters.split())})")


def _listed(wanted: int | None, parameters: Sequence[str]) -> str:
    """Return arguments as a hint shows them; `wanted` of None means any number."""
    return "x, y, ..." if wanted is None else ", ".join(parameters)
