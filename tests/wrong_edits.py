"""Single wrong edits of a source text: a sign, a comparison, a constant, a condition, an order, a step left out.

Annotations, docstrings, decorators, f-strings, `__repr__`, `strict=` (a guard of what cannot be) and what only a type
checker reads are left alone, and so are strings, save those that something is compared with.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

OTHERS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,), ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,),
    ast.And: (ast.Or,), ast.Or: (ast.And,), ast.Continue: (ast.Break,), ast.Break: (ast.Continue,),
}  # fmt: skip
TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}
UNORDERED = (
    "isinstance",
    "TypeVar",
    "cast",
    "equal",
    "max",
    "min",
    "hypot",
    "add",
    "hull",
    "gcd",
)  # or not to be swapped
UNTOUCHED = ("__repr__", "__all__", "__version__", "__slots__", "TYPE_CHECKING", "TypeVar", "Protocol")


class Edit(NamedTuple):
    """A wrong edit: the bytes from `start` to `end` of a file become `text`.

    `first` and `last` are the lines of what is changed. `name` is what the changed statement defines, where that is
    done when the module is imported; an edit inside a function has none.
    """

    path: Path
    first: int
    last: int
    start: int
    end: int
    text: str
    kind: str
    name: str | None

    def applied(self, source: bytes) -> bytes:
        """Return the source with the edit made."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def shown(self, source: bytes) -> str:
        """Return the lines that change, as `- old` and `+ new`."""
        old, new = (text.decode().splitlines() for text in (source, self.applied(source)))
        lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
        return "\n".join(f"{line[0]} {line[1:]}" for line in lines if line[0] in "+-")


def places(path: Path) -> list[list[Edit]]:
    """Return the places of a file that can be changed, and for each the wrong edits of it."""
    finder = _Finder(path)
    finder.visit(finder.tree)
    return finder.found


class _Finder(ast.NodeVisitor):
    """Walks a module, and knows whether what it sees is done at import."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = path.read_bytes()
        self.tree = ast.parse(self.source)
        self.found: list[list[Edit]] = []
        self.begins = [0]  # of lines, in bytes
        for line in self.source.splitlines(keepends=True):
            self.begins.append(self.begins[-1] + len(line))
        self.name: str | None = ""

    def visit(self, node: ast.AST) -> Any:
        if self._is_untouched(node):
            return
        for kind, find in KINDS.get(type(node), ()):
            self._offer(node, kind, find(node))
        if isinstance(node, ast.If | ast.While | ast.Assert):
            self._offer(node.test, "condition", iter([ast.UnaryOp(ast.Not(), node.test)]))
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.Lambda():
                self._inside(node.args.defaults, self.name)
                self._inside([node.body], None)
            case ast.ClassDef():
                self._inside(node.body, node.name if self.name is not None else None)
            case ast.Assign() | ast.AnnAssign() if self.name is not None:
                self._inside([node.value], target(node) or self.name)
            case ast.AnnAssign():
                self._inside([node.value], self.name)
            case _:
                self.generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._inside([*node.args.defaults, *node.args.kw_defaults], node.name if self.name is not None else None)
        self._inside(node.body, None)

    def _inside(self, nodes: list[Any], name: str | None) -> None:
        before, self.name = self.name, name
        for node in nodes:
            if node is not None:
                self.visit(node)
        self.name = before

    def _is_untouched(self, node: ast.AST) -> bool:
        match node:
            case ast.JoinedStr() | ast.Import() | ast.ImportFrom() | ast.keyword(arg="strict"):
                return True
            case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]) | ast.If(test=ast.Name(id=name)):
                return name in UNTOUCHED
            case ast.Assign(value=ast.Call(func=ast.Name(id=name))):
                return name in UNTOUCHED
            case ast.ClassDef(bases=[ast.Name(id=name)]):
                return name in UNTOUCHED
            case ast.Expr(value=ast.Constant()):
                return True
        return False

    def _offer(self, node: Any, kind: str, texts: Iterator[str | ast.AST]) -> None:
        start = self.begins[node.lineno - 1] + node.col_offset
        end = self.begins[node.end_lineno - 1] + node.end_col_offset
        edits = [
            Edit(self.path, node.lineno, node.end_lineno, start, end, text, kind, self.name)
            for text in (new if isinstance(new, str) else f"({ast.unparse(new)})" for new in texts)
        ]
        if edits:
            self.found.append(edits)


def target(node: ast.stmt) -> str | None:
    """Return the name that a statement defines by an assignment, if it does."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def _with(node: Any, **changed: Any) -> Any:
    """Return a copy of a node with some fields changed."""
    return type(node)(**{**{field: getattr(node, field) for field in node._fields}, **changed})


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for k, op in enumerate(node.ops):
        for other in OTHERS[type(op)]:
            yield _with(node, ops=[*node.ops[:k], other(), *node.ops[k + 1 :]])


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    """Change a string that something is compared with, or sought in."""
    *others, right = node.comparators
    if isinstance(right, ast.Constant) and isinstance(right.value, str) and right.value:
        other = "" if isinstance(node.ops[-1], ast.In | ast.NotIn) else f"{right.value}?"
        yield _with(node, comparators=[*others, ast.Constant(other)])


def _matched(node: ast.MatchValue) -> Iterator[str]:
    if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        yield repr(f"{node.value.value}?")


def _operator(node: ast.BinOp) -> Iterator[ast.AST]:
    if not (isinstance(node.op, ast.BitOr) and _names_types(node)):
        for other in OTHERS.get(type(node.op), ()):
            yield _with(node, op=other())


def _names_types(node: ast.AST) -> bool:
    """Whether every part of a union is a class or None."""
    match node:
        case ast.BinOp():
            return _names_types(node.left) and _names_types(node.right)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name[:1].isupper() or name in ("int", "float", "str", "bytes", "bool")
    return isinstance(node, ast.Subscript) or (isinstance(node, ast.Constant) and node.value is None)


def _augmented(node: ast.AugAssign) -> Iterator[str]:
    for other in OTHERS.get(type(node.op), ()):
        yield ast.unparse(_with(node, op=other()))


def _constant(node: ast.Constant) -> Iterator[str]:
    value = node.value
    if isinstance(value, bool):
        yield repr(not value)
    elif isinstance(value, int):
        yield from (f"{value + 1}", f"({value - 1})")
        if value > 1:
            yield f"(-{value})"
    elif isinstance(value, float):
        yield from (f"(-{value!r})", f"({value!r} + 1)", f"({value!r} * 2)")


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=OTHERS[type(node.op)][0]())


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.USub) and not isinstance(node.operand, ast.Constant):
        yield node.operand


def _negated_expression(node: ast.IfExp) -> Iterator[ast.AST]:
    yield _with(node, body=node.orelse, orelse=node.body)


def _negated_comprehension(node: Any) -> Iterator[ast.AST]:
    for k, part in enumerate(node.generators):
        for j, test in enumerate(part.ifs):
            ifs = [*part.ifs[:j], ast.UnaryOp(ast.Not(), test), *part.ifs[j + 1 :]]
            yield _with(node, generators=[*node.generators[:k], _with(part, ifs=ifs), *node.generators[k + 1 :]])


def _dropped(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.Expr(value=ast.Call()) | ast.Raise():
            yield "pass"
        case ast.Assign(targets=[ast.Tuple()]) | ast.AugAssign():
            yield "pass"
        case ast.Continue() | ast.Break():
            yield OTHERS[type(node)][0].__name__.lower()


def _returned(node: ast.Return) -> Iterator[str]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "return None"


def _call(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if isinstance(node.func, ast.Name) and name in TWINS:
        yield _with(node, func=ast.Name(TWINS[name]))
    if name == "range":
        yield _with(node, args=[*node.args[:-1], ast.BinOp(node.args[-1], ast.Sub(), ast.Constant(1))])
    elif name not in UNORDERED and len(node.args) > 1 and not _alike(*node.args[:2]):
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])


def _alike(a: ast.expr, b: ast.expr) -> bool:
    return ast.dump(a) == ast.dump(b) or isinstance(a, ast.Starred) or isinstance(b, ast.Starred)


def _slice(node: ast.Slice) -> Iterator[str]:
    one = ast.Constant(1)
    for field in ("lower", "upper"):
        bound = getattr(node, field)
        if bound is not None and not isinstance(bound, ast.Constant):
            yield ast.unparse(_with(node, **{field: ast.BinOp(bound, ast.Add(), one)}))


KINDS: dict[type[ast.AST], tuple[tuple[str, Callable[[Any], Iterator[str | ast.AST]]], ...]] = {
    ast.Compare: (("comparison", _compare), ("string that decides", _compared)),
    ast.MatchValue: (("string that decides", _matched),),
    ast.BinOp: (("operator", _operator),),
    ast.AugAssign: (("operator", _augmented), ("statement left out", _dropped)),
    ast.Constant: (("constant", _constant),),
    ast.BoolOp: (("and, or", _boolean),),
    ast.UnaryOp: (("sign, not", _unary),),
    ast.IfExp: (("condition", _negated_expression),),
    ast.GeneratorExp: (("condition", _negated_comprehension),),
    ast.ListComp: (("condition", _negated_comprehension),),
    ast.SetComp: (("condition", _negated_comprehension),),
    ast.DictComp: (("condition", _negated_comprehension),),
    ast.Assign: (("statement left out", _dropped),),
    ast.Expr: (("statement left out", _dropped),),
    ast.Raise: (("statement left out", _dropped),),
    ast.Continue: (("statement left out", _dropped),),
    ast.Break: (("statement left out", _dropped),),
    ast.Return: (("value returned", _returned),),
    ast.Call: (("call", _call),),
    ast.Slice: (("bound", _slice),),
}
