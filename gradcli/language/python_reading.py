"""A forward pass in Python, NumPy or PyTorch -> a program and values. It is read with `ast` and never executed."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import InputError, Source, Within
from .python_assignments import Assignments
from .python_sizes import Unknown
from .python_syntax import (
    called,
    is_changing,
    is_short,
    is_text,
    parameters_of,
)
from .python_text import (
    MAX_STATEMENTS,
    Items,
    Piece,
    PythonFunction,
    number,
)

MAX_CALLS = 20  # functions of the file that call each other
KEYWORDS = {"ClassDef": "class", "AsyncFunctionDef": "async", "AsyncFor": "async", "AsyncWith": "async",
            "Delete": "del"}  # fmt: skip
CUTTING = ("no_grad", "inference_mode")  # PyTorch follows no derivatives there
MAIN = ast.dump(ast.parse("__name__ == '__main__'", mode="eval").body)
COMPILED = ("jit", "njit", "compile", "script", "function", "staticmethod")  # the same function, faster
OFF = ast.dump(ast.Constant(False))
SILENT = frozenset(("zero_grad", "step", "train", "eval", "show", "manual_seed", "seed", "set_default_dtype", "print",
                    "set_printoptions", "plot", "draw_dot"))  # fmt: skip


class PythonProgram(NamedTuple):
    """What a file says: the program, the values that it gives to names, and what was passed over, in words."""

    source: Source
    values: Mapping[str, Source]
    ignored: Sequence[str]


def read_python(source: Source) -> PythonProgram:
    """Return the program of a file. Raises `InputError` for what is not read, `LimitError` for too much of it."""
    with Within(source):
        return _Reading(source).result()


class _Reading(Assignments):
    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.returned: Piece | Items | None = None
        self.is_over = False
        self.work = 0
        self.body(self.tree.body)
        if self.output is None and not self.statements:
            self._only_function()

    def result(self) -> PythonProgram:
        """Return the program, each of its lines with its place in the file. Raises `InputError` where it has none."""
        lines = [text for text, _ in self.statements]
        spans = [span for _, span in self.statements]
        if self.output is not None and not (lines and lines[-1].partition(" = ")[0] == self.output.text):
            lines.append(number(self.output).text)
            spans.append(self.at)
        if not lines:
            raise InputError("there is no forward pass in this file", kind="python", span=(0, 0),
                             hint="for example q = x + y, or a function that returns a value")  # fmt: skip
        text = "\n".join(lines)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)

        def place(span: tuple[int, int] | None) -> tuple[Source, tuple[int, int]]:
            at = span[0] if span is not None else 0
            return self.source, spans[min(max(bisect_right(starts, at) - 1, 0), len(spans) - 1)]

        values = {name: Source(name, value) for name, value in self.values.items()}
        return PythonProgram(Source(self.source.name, text, place), values, self.ignored)

    # ---- statements

    def body(self, statements: Sequence[ast.stmt]) -> None:
        """Read statements, one after the other."""
        for statement in statements:
            if self.is_over or self.returned is not None:
                return
            self.work += 1
            if self.work > MAX_STATEMENTS:
                raise self.places.limit(f"more than {MAX_STATEMENTS:,} statements with the turns of loops", statement)
            if not self.calls:
                self.at = self.places.span(statement)
            self.statement = statement
            reader: Callable[[Any], None] | None = getattr(self, f"_on_{type(statement).__name__.lower()}", None)
            if reader is None:
                hint = "the forward pass is read: assignments, functions, loops over range(n)"
                what = KEYWORDS.get(type(statement).__name__, type(statement).__name__.lower())
                raise self.places.refusal(f"{what} is not read", statement, hint)
            try:
                reader(statement)
            except Unknown:
                what = "a whole number that is not known while the file is read"
                raise self.places.refusal(what, statement, "write the number itself") from None

    def _pass_over(self, node: ast.stmt) -> None:
        text = self.places.source(node)
        self.ignored.append(f"line {node.lineno}: {text if len(text) <= 40 else f'{text[:37]}...'}")

    _on_import = _on_importfrom = _on_assert = _pass_over

    def _on_pass(self, node: ast.Pass) -> None:
        pass

    # ---- expressions as statements, functions, loops

    def _on_expr(self, node: ast.Expr) -> None:
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return
        if isinstance(value, ast.Call):
            name = getattr(value.func, "attr", getattr(value.func, "id", ""))
            owner = value.func.value if isinstance(value.func, ast.Attribute) else None
            if name == "backward" and owner is not None:
                if value.args or any(keyword.arg == "gradient" for keyword in value.keywords):
                    raise self.places.refusal("backward of a gradient is not read", value, "--upstream takes it")
                self.output, self.is_over = self.read(owner), True
                self._pass_over(node)
                return
            if name in SILENT:
                self._check_silent(value)
                self._pass_over(node)
                return
            items = self.names.get(owner.id) if isinstance(owner, ast.Name) else None
            is_append = name == "append" and isinstance(items, Items) and not items.is_tuple and len(value.args) == 1
            if is_append and isinstance(items, Items) and isinstance(owner, ast.Name):
                found = self.value(value.args[0])
                is_number = isinstance(found, Piece)
                items.items.append(self._stated(f"{owner.id}{len(items.items)}", found, value) if is_number else found)
                return
            if name == "sort" and owner is not None and not self.is_module(owner):
                raise self.places.refusal("a sort in place is not read", value, "write y = np.sort(x)")
        found = self.value(value)
        self.output = self.array(found, value) if isinstance(found, Items) else found

    def _check_silent(self, node: ast.Call) -> None:
        """Raise where what is passed over calls functions of the file that may change arrays in place."""
        for part in ast.walk(node):
            own = self.names.get(called(part)) if isinstance(part, ast.Call) else None
            if isinstance(own, PythonFunction) and isinstance(own.body, list) and is_changing(own.body):
                raise self.places.refusal(f"{own.name} may change arrays in place", part, "leave this line out")

    def _on_return(self, node: ast.Return) -> None:
        if node.value is None:
            raise self.places.refusal("nothing is returned", node)
        self.returned = self.value(node.value)

    def _on_functiondef(self, node: ast.FunctionDef) -> None:
        parameters, defaults = parameters_of(node.args, self.places)
        for mark in node.decorator_list:
            if called(mark) not in COMPILED:
                raise self.places.refusal("a decorator is not read", mark, "it may change what the function gives")
        body = [part for part in node.body if not is_text(part)]
        self.names[node.name] = self._function(node.name, parameters, defaults, body)

    def _on_for(self, node: ast.For) -> None:
        if node.orelse:
            raise self.places.refusal("else of a loop is not read", node.orelse[0])
        for values in self.turns(node.target, node.iter):
            self.names.update(values)
            self.body(node.body)

    def _on_if(self, node: ast.If) -> None:
        if ast.dump(node.test) != MAIN:
            raise self.places.refusal("if is not read", node, "np.where(condition, a, b) chooses between two values")
        self.body(node.body)

    def _on_with(self, node: ast.With) -> None:
        made = node.items[0].context_expr
        name, outside = called(made), self.cutting
        is_off = name == "set_grad_enabled" and [ast.dump(part) for part in getattr(made, "args", [])] == [OFF]
        if node.items[1:] or not (is_off or name in (*CUTTING, "enable_grad", "detect_anomaly")):
            raise self.places.refusal("with is not read", node)
        if is_off or name in CUTTING:
            self.cutting = f"with {name}"
        self.body(node.body)
        self.cutting = outside

    def inlined(self, own: PythonFunction, values: Mapping[str, Piece | Items], node: ast.Call) -> Piece | Items:
        """Return what a function gives: its statements are written before the one that calls it."""
        if self.calls >= MAX_CALLS:
            raise self.places.limit(f"functions call each other more than {MAX_CALLS} deep", node)
        outside = self.names, self.returned, self.statement
        known = {*self.changed}
        self.calls += 1
        simple = {name: piece if isinstance(piece, Items) or is_short(piece) else self._stated(name, piece, node)
                  for name, piece in values.items()}  # fmt: skip
        self.names = (outside[0] if own.scope is None else own.scope).new_child()
        self.names.update(simple)
        if isinstance(own.body, ast.expr):
            found: Piece | Items | None = self.value(own.body)
        else:
            self.returned = None
            self.body(own.body)
            found = self.returned
        self.calls -= 1
        self.names, self.returned, self.statement = outside
        self._check_beside(frozenset(self.changed.keys() - known), self.names, node)
        if found is None:
            raise self.places.refusal(f"{own.name} returns nothing", node)
        return found

    def _only_function(self) -> None:
        """Take the last function of a file that calls none as the program: its parameters are the inputs."""
        functions = [found for found in self.names.values() if isinstance(found, PythonFunction)]
        if not functions:
            return
        own = functions[-1]
        for name in own.parameters:
            self.names[name] = Piece(name, shares=frozenset((name,)))
            self.used.add(name)
            default = own.defaults.get(name)
            literal = None if default is None else self.literal(default)
            if literal is not None and name not in self.values:
                self.values[name], self.shapes[name] = literal
        if isinstance(own.body, ast.expr):
            self.output = self.read(own.body)
            return
        self.body(own.body)
        found = self.returned
        if isinstance(found, Items) and found.items:  # what else it returns is a cache
            found = found.items[0]
        if isinstance(found, Piece):
            self.output = found
