"""The syntax of a file of Python: read with `ast`, within limits, and what single parts of it are."""

from __future__ import annotations

import ast
import warnings

from ..errors import InputError, LimitError, Source
from .python_calls import DRAWN
from .python_text import ATOM, MAX_DEPTH, Piece, Places


def called(node: ast.expr) -> str:
    """Return the last name of what is called: `sum` of np.sum(x), and of np.sum."""
    func = node.func if isinstance(node, ast.Call) else node
    return str(getattr(func, "attr", getattr(func, "id", "")))


def is_short(piece: Piece) -> bool:
    """Whether an argument may be written wherever its parameter stands."""
    return piece.precedence == ATOM and (piece.text.isidentifier() or piece.text.replace(".", "").isdecimal())


def is_empty(node: ast.expr) -> bool:
    """Whether an expression is an empty list or dictionary."""
    return (isinstance(node, ast.List) and not node.elts) or (isinstance(node, ast.Dict) and not node.keys)


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a text, as a docstring is."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_random(node: ast.expr) -> bool:
    """Whether an expression begins with numbers drawn at random: np.random.randn(3, 2)*0.1."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in DRAWN:
            owner = ast.dump(part.func.value)
            if "random" in owner or "torch" in owner:
                return True
    return False


def is_changing(body: list[ast.stmt]) -> bool:
    """Whether statements may change arrays or lists in place."""
    parts = [part for statement in body for part in ast.walk(statement)]
    kept = any(isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store) for part in parts)
    return kept or any(isinstance(part, ast.AugAssign | ast.Global | ast.Nonlocal) for part in parts)


def parameters_of(args: ast.arguments, places: Places) -> tuple[list[str], dict[str, ast.expr]]:
    """Return the parameters of a function and their defaults."""
    for more in (args.vararg, args.kwarg):
        if more is not None:
            raise places.refusal("a parameter with * is not read", more)
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    defaults = dict(zip([a.arg for a in [*args.posonlyargs, *args.args]][::-1], args.defaults[::-1], strict=False))
    defaults |= {a.arg: d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None}
    return [parameter.arg for parameter in every], defaults


def names_in(node: ast.expr) -> set[str]:
    """Return the names that stand in an expression or a target."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def paired(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return each target of an assignment with its value, those of (a, b), c = (x, y), z too, in their order."""
    if not (isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List)):
        return [(target, value)]
    if len(target.elts) != len(value.elts):
        return [(target, value)]
    return [pair for part, item in zip(target.elts, value.elts, strict=True) for pair in paired(part, item)]


def free_names(tree: ast.Module) -> set[str]:
    """Return the names that a file reads in some scope and gives nothing to there or around it: its inputs."""
    found: set[str] = set()
    pending: list[tuple[list[ast.AST], set[str]]] = [([*tree.body], set())]
    while pending:
        nodes, known = pending.pop()
        read: set[str] = set()
        inside: list[ast.FunctionDef | ast.Lambda] = []
        while nodes:
            node = nodes.pop()
            if isinstance(node, ast.Name):
                (read if isinstance(node.ctx, ast.Load) else known).add(node.id)
            if isinstance(node, ast.FunctionDef | ast.Lambda):
                inside.append(node)
                known |= {node.name} if isinstance(node, ast.FunctionDef) else set()
                nodes += [default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None]
            else:
                nodes += ast.iter_child_nodes(node)
        found |= read - known
        for own in inside:
            body: list[ast.AST] = [*own.body] if isinstance(own, ast.FunctionDef) else [own.body]
            parameters = {node.arg for node in ast.walk(own.args) if isinstance(node, ast.arg)}
            pending.append((body, known | parameters))
    return found


def parsed(source: Source) -> ast.Module:
    """Return the syntax of a file. Raises `InputError` for what is no Python, `LimitError` for too deep nesting."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.text)
    except SyntaxError as problem:
        places = Places(source.text)
        line, column = problem.lineno or 1, (problem.offset or 1) - 1
        at = min(places.starts[min(line, len(places.lines)) - 1] + max(column, 0), len(source.text))
        message = problem.msg if problem.msg.isascii() else "invalid syntax"
        raise InputError(f"this is not Python: {message}", span=(at, at + 1), kind="python") from None
    except (RecursionError, MemoryError):
        raise LimitError("the file is nested too deeply", span=(0, 1), hint="write names for parts of it") from None
    except ValueError as problem:
        raise InputError(f"this is not Python: {problem}", span=(0, 1), kind="python") from None


def check_depth(tree: ast.Module, places: Places) -> None:
    """Raise `LimitError` for expressions within expressions beyond the limit; the terms of a sum do not count."""
    pending: list[tuple[ast.AST, int]] = [(tree, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise places.limit(f"the file is nested more than {MAX_DEPTH} deep", node)
        for child in ast.iter_child_nodes(node):
            is_term = isinstance(node, ast.BinOp) and child is node.left
            pending.append((child, depth if is_term else depth + 1))


def label(node: ast.expr) -> ast.expr:
    """Return labels and indices without what makes whole numbers of them: they are whole."""
    while isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in ("long", "int", "astype", "to") and isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif name == "int" and len(node.args) == 1:
            node = node.args[0]
        else:
            break
    return node


def words(node: ast.AST) -> str:
    """Return what a person calls a part of Python."""
    if isinstance(node, ast.Constant):
        return "a text" if isinstance(node.value, str | bytes) else str(node.value)
    names = {"DictComp": "a dictionary", "Dict": "a dictionary", "Lambda": "a lambda here", "Await": "await",
             "ListComp": "a list that is computed", "GeneratorExp": "a generator here", "JoinedStr": "a text",
             "Starred": "*", "NamedExpr": ":=", "Compare": "this comparison", "BinOp": "this operator",
             "Slice": "a slice here", "Set": "a set", "SetComp": "a set", "Yield": "yield"}  # fmt: skip
    return names.get(type(node).__name__, f"this ({type(node).__name__})")
