"""A forward pass in Python, NumPy or PyTorch -> a program and values. It is read with `ast` and never executed."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ..calculus.spellings import function
from ..errors import InputError, Source, Within
from .arrays_needed import is_array_function
from .python_expressions import BINARY, Unknown
from .python_libraries import Libraries
from .python_literals import Literals
from .python_syntax import (
    called,
    check_depth,
    free_names,
    is_empty,
    is_random,
    is_short,
    is_text,
    names_in,
    paired,
    parameters_of,
    parsed,
)
from .python_text import MAX_STATEMENTS, PRODUCT, SUM, Items, Piece, Places, PythonFunction, binary, call, number

MAX_CALLS = 20  # functions of the file that call each other
KEYWORDS = {"ClassDef": "class", "AsyncFunctionDef": "async", "AsyncFor": "async", "AsyncWith": "async",
            "Delete": "del"}  # fmt: skip
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


class _Reading(Literals):
    def __init__(self, source: Source) -> None:
        super().__init__(Places(source.text))
        self.source = source
        self.statements: list[tuple[str, tuple[int, int]]] = []
        self.values: dict[str, str] = {}
        self.ignored: list[str] = []
        self.output: Piece | None = None
        self.returned: Piece | Items | None = None
        self.is_over = False
        self.calls = 0
        self.work = 0
        self.at: tuple[int, int] = (0, 1)
        tree = parsed(source)
        check_depth(tree, self.places)
        self.taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        self.free = free_names(tree)
        self.used: set[str] = set()
        self.turns_of: dict[str, int] = {}  # how often a name was assigned
        self.called = {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        self.libraries = Libraries(tree)
        self.modules = self.libraries.modules
        self.body(tree.body)
        if self.output is None and not self.statements:
            self._only_function(tree)

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

    def _on_assign(self, node: ast.Assign) -> None:
        is_label = isinstance(node.targets[0], ast.Attribute) and node.targets[0].attr == "label"
        if is_label and isinstance(node.value, ast.Constant):  # of a picture: x.label = 'x'
            return
        for target in node.targets:
            self._assign(target, node.value)

    def _on_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assign(node.target, node.value)

    def _on_augassign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Attribute):
            raise self.places.refusal("this is not read", node)
        load: Any = node.target
        if type(node.op) not in BINARY:
            self._state(node.target, self.read(ast.copy_location(ast.BinOp(load, node.op, node.value), node)))
            return
        sign, precedence = BINARY[type(node.op)]
        self._state(node.target, binary(number(self.read(load)), sign, number(self.read(node.value)), precedence))

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value)
            return
        name = target.id if isinstance(target, ast.Name) else None
        if name is not None and isinstance(value, ast.Lambda):
            parameters, defaults = parameters_of(value.args, self.places)
            self.names[name] = PythonFunction(name, parameters, defaults, value.body)
            return
        if name is not None and (layer := self.layer(value)) is not None:
            self.names[name] = layer
            return
        if name is not None and is_empty(value):
            self.names[name] = {}
            return
        if name is not None and not self.calls and self._given(name, value):
            return
        self._state(target, self.value(value))

    def _given(self, name: str, node: ast.expr) -> bool:
        """Take a name that is assigned numerals as an input with a value; return whether it is one."""
        if is_random(node):
            self.names[name] = Piece(name)
            self.used.add(name)
            self.ignored.append(f"line {node.lineno}: {name} is drawn at random: give it a value, {name}=...")
            return True
        found = self.literal(node)
        if found is None or name in self.values or name in self.used:
            return False
        text, shape = found
        self.names[name] = Piece(name)
        self.values[name] = text
        self.used.add(name)
        self.shapes[name] = shape
        if not shape and text.lstrip("-").isdecimal():
            self.sizes[name] = int(text)
        return True

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.expr) -> None:
        """Read a, b = ... part by part: what reads a name that an earlier part assigns is read before any is."""
        parts = paired(target, value)
        if parts == [(target, value)]:
            self._held(target, value)()
            return
        given: set[str] = set()
        steps: list[Callable[[], None]] = []
        for part, item in parts:
            is_first = not given.isdisjoint(names_in(item)) and not self.is_put_off(item)
            steps.append(self._held(part, item) if is_first else partial(self._assign, part, item))
            given |= names_in(part)
        for step in steps:
            step()

    def _held(self, target: ast.expr, value: ast.expr) -> Callable[[], None]:
        """Read a value and return what assigns it. Raises `InputError` for parts that are not known."""
        if not isinstance(target, ast.Tuple | ast.List):
            return partial(self._state, target, self.value(value))
        if isinstance(value, ast.Attribute) and value.attr == "shape":
            return partial(self._sizes_of, target.elts, self.read(value.value))
        if self.is_pair(value) and target.elts and isinstance(target.elts[0], ast.Name):  # m, places = x.max(1)
            return partial(self._state, target.elts[0], self.value(value))
        items = self.value(value)
        if not isinstance(items, Items) or len(items.items) != len(target.elts):
            raise self.places.refusal("the parts of this are not known while the file is read", value)
        return partial(self._state_each, target.elts, items.items)

    def _sizes_of(self, targets: Sequence[ast.expr], array: Piece) -> None:
        for k, part in enumerate(targets):
            if isinstance(part, ast.Name):
                self.names[part.id] = Piece(f"size({array.text}, {k})")
                if (shape := self.shapes.get(array.text, ()))[k : k + 1]:
                    self.sizes[part.id] = shape[k]

    def _state_each(self, targets: Sequence[ast.expr], found: Sequence[Piece | Items]) -> None:
        for part, piece in zip(targets, found, strict=True):
            self._state(part, piece)

    def _state(self, target: ast.expr, found: Piece | Items) -> None:
        """Write the statement of an assignment; a name that is assigned again gets another one."""
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            items = self.names.get(target.value.id)
            if isinstance(items, dict):
                k = self.whole(target.slice)
                items[k] = self._stated(f"{target.value.id}{k}" if k >= 0 else f"{target.value.id}_{-k}", found, target)
                return
            if isinstance(found, Piece) and (changed := self._changed(target, found)) is not None:
                self._state(target.value, changed)
                return
            raise self.places.refusal("an entry of an array cannot be assigned", target, "make the whole array at once")
        if not isinstance(target, ast.Name):
            raise self.places.refusal("this is assigned to no name", target)
        self.sizes.pop(target.id, None)
        if isinstance(found, Items) and any(isinstance(item, Items) for item in found.items):
            self.names[target.id] = self._stated(target.id, self.array(found, target), target)
        elif isinstance(found, Items):
            self.names[target.id] = found
        else:
            self.names[target.id] = self._stated(target.id, found, target)

    def _changed(self, target: ast.Subscript, found: Piece) -> Piece | None:
        """Return an array with other entries where a condition holds, as z[z < 0] = 0, or 0 for labels of its rows."""
        array, place = number(self.read(target.value)), target.slice
        if isinstance(place, ast.Compare):
            return call("where", self.read(place), number(found), array)
        if (
            isinstance(place, ast.Tuple)
            and len(place.elts) == 2
            and self.counts_rows(place.elts[0])
            and found.text == "0"
        ):
            labels = call("onehot", self.read(place.elts[1]), call("size", array, "1"))
            return binary(array, "*", Piece(f"1 - {labels.text}", SUM), PRODUCT)
        return None

    def _stated(self, name: str, found: Piece | Items, node: ast.expr) -> Piece:
        piece = self.array(found, node) if isinstance(found, Items) else number(found)
        if name in self.called and (function(name) is not None or is_array_function(name)):
            name += "_"  # exp = np.exp(...): a name is no function in one program
        own, k = name, self.turns_of.get(name, 1)
        while own in self.used or (k > 1 and own in self.taken) or (self.calls and own in self.free):
            k += 1
            own = f"{name}_{k}"
        self.turns_of[name] = k
        self.used.add(own)
        self.statements.append((f"{own} = {piece.text}", self.at))
        return Piece(own)

    # ---- expressions as statements, functions, loops

    def _on_expr(self, node: ast.Expr) -> None:
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return
        if isinstance(value, ast.Call):
            name = getattr(value.func, "attr", getattr(value.func, "id", ""))
            owner = value.func.value if isinstance(value.func, ast.Attribute) else None
            if name == "backward" and owner is not None:
                self.output, self.is_over = self.read(owner), True
                self._pass_over(node)
                return
            if name in SILENT:
                self._pass_over(node)
                return
            items = self.names.get(owner.id) if isinstance(owner, ast.Name) else None
            if name == "append" and isinstance(items, dict) and isinstance(owner, ast.Name) and len(value.args) == 1:
                items[len(items)] = self._stated(f"{owner.id}{len(items)}", self.value(value.args[0]), value)
                return
        self.output = self.read(value)

    def _on_return(self, node: ast.Return) -> None:
        if node.value is None:
            raise self.places.refusal("nothing is returned", node)
        self.returned = self.value(node.value)

    def _on_functiondef(self, node: ast.FunctionDef) -> None:
        parameters, defaults = parameters_of(node.args, self.places)
        body = [part for part in node.body if not is_text(part)]
        self.names[node.name] = PythonFunction(node.name, parameters, defaults, body)

    def _on_for(self, node: ast.For) -> None:
        if node.orelse:
            raise self.places.refusal("else of a loop is not read", node.orelse[0])
        for values in self.turns(node.target, node.iter):
            self.bind(values)
            self.body(node.body)

    def _on_if(self, node: ast.If) -> None:
        if "__name__" not in ast.dump(node.test):
            raise self.places.refusal("if is not read", node, "np.where(condition, a, b) chooses between two values")
        self.body(node.body)

    def _on_with(self, node: ast.With) -> None:
        if "grad" not in ast.dump(node.items[0].context_expr):
            raise self.places.refusal("with is not read", node)
        self.body(node.body)

    def inlined(self, own: PythonFunction, values: Mapping[str, Piece | Items], node: ast.Call) -> Piece | Items:
        """Return what a function gives: its statements are written before the one that calls it."""
        if self.calls >= MAX_CALLS:
            raise self.places.limit(f"functions call each other more than {MAX_CALLS} deep", node)
        outside = dict(self.names), dict(self.sizes), self.returned
        self.calls += 1
        simple = {name: piece if isinstance(piece, Items) or is_short(piece) else self._stated(name, piece, node)
                  for name, piece in values.items()}  # fmt: skip
        self.bind(simple)
        if isinstance(own.body, ast.expr):
            found: Piece | Items | None = self.value(own.body)
        else:
            self.returned = None
            self.body(own.body)
            found = self.returned
        self.calls -= 1
        self.names, self.sizes, self.returned = outside
        if found is None:
            raise self.places.refusal(f"{own.name} returns nothing", node)
        return found

    def _only_function(self, tree: ast.Module) -> None:
        """Take the last function of a file that calls none as the program: its parameters are the inputs."""
        functions = [found for found in self.names.values() if isinstance(found, PythonFunction)]
        if not functions:
            return
        own = functions[-1]
        for name in own.parameters:
            self.names[name] = Piece(name)
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
