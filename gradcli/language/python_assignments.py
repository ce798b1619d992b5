"""Assignments in a file of Python: the inputs and the lines of the program, and what changes arrays in place."""

from __future__ import annotations

import ast
from abc import ABC
from collections import ChainMap
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ..calculus.spellings import function
from ..errors import Source
from .arrays_needed import is_array_function
from .python_expressions import BINARY
from .python_libraries import Libraries
from .python_literals import Literals
from .python_syntax import (
    called,
    check_depth,
    free_names,
    is_empty,
    is_random,
    label,
    names_in,
    paired,
    parameters_of,
    parsed,
)
from .python_text import LIST, NUMBER, PRODUCT, SUM, Items, Names, Piece, Places, PythonFunction, binary, call, number

OFF = ast.dump(ast.Constant(False))
LIMITED = ("uniform", "normal", "randint")  # the size stands behind the limits


class Assignments(Literals, ABC):
    """Reads assignments."""

    def __init__(self, source: Source) -> None:
        super().__init__(Places(source.text))
        self.source = source
        self.statements: list[tuple[str, tuple[int, int]]] = []
        self.ignored: list[str] = []
        self.output: Piece | None = None
        self.calls = 0
        self.at: tuple[int, int] = (0, 1)
        self.statement: ast.stmt = ast.Pass()
        self.tree = tree = parsed(source)
        check_depth(tree, self.places)
        self.taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        self.free = free_names(tree)
        self.used: set[str] = set()
        self.turns_of: dict[str, int] = {}  # how often a name was assigned
        self.called = {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        self.libraries = Libraries(tree)
        self.modules = self.libraries.modules

    def _on_assign(self, node: ast.Assign) -> None:
        is_label = isinstance(node.targets[0], ast.Attribute) and node.targets[0].attr == "label"
        if is_label and isinstance(node.value, ast.Constant):  # of a picture: x.label = 'x'
            return
        first = node.targets[0]
        self._assign(first, node.value)
        for target in node.targets[1:]:  # a = b = x: both are the same
            is_shared = isinstance(first, ast.Name) and not isinstance(node.value, ast.Constant)
            self._assign(target, ast.copy_location(ast.Name(called(first)), first) if is_shared else node.value)

    def _on_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assign(node.target, node.value)

    def _on_augassign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Attribute):
            raise self.places.refusal("this is not read", node)
        load: Any = node.target
        held = self.value(load)
        if type(node.op) in BINARY:
            found = self.operation(held, node.op, self.value(node.value), node)
        else:
            found = self.read(ast.copy_location(ast.BinOp(load, node.op, node.value), node))
        if isinstance(held, Items) and isinstance(found, Items) and not held.is_tuple:
            held.items[:] = found.items
            return
        if isinstance(held, Items | Piece) and getattr(held, "kind", LIST) == LIST:
            raise self.places.refusal("a list of Python is changed in place: that is not read", node,
                                      "np.array([...]) makes an array of a list")  # fmt: skip
        is_entry = isinstance(load, ast.Subscript) and isinstance(self.names.get(called(load.value)), Piece | None)
        if not is_entry:  # of an array, which is refused or changes the whole of it below
            self.change(self.array(held, load) if isinstance(held, Items) else held, node)
        self._state(node.target, found)

    def change(self, array: Piece, node: ast.AST, is_inside: bool = False) -> None:
        """Take note that entries of an array are changed in place: what else shows them can no longer be read.

        `is_inside` says that a part of a statement changes them, of which another part may have read them.
        """
        if array.kind == NUMBER:
            return
        self.changed |= dict.fromkeys(array.shares, getattr(node, "lineno", 1))
        if is_inside:
            self._check_beside(array.shares, self.names, node)

    def _check_beside(self, shares: frozenset[str], names: Names, node: ast.AST) -> None:
        """Raise where the statement at hand reads what a part of it changes in place, elsewhere too."""
        shown = [
            part.id for part in ast.walk(self.statement)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
            and isinstance(found := names.get(part.id), Piece) and not shares.isdisjoint(found.shares)
        ]  # fmt: skip
        if len(shown) > 1:
            what = f"this changes {shown[0]} in place, and its statement reads {shown[-1]} too"
            raise self.places.refusal(what, node, "write two statements, or give it a copy")

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value)
            return
        name = target.id if isinstance(target, ast.Name) else None
        if name is not None and isinstance(value, ast.Lambda):
            parameters, defaults = parameters_of(value.args, self.places)
            self.names[name] = self._function(name, parameters, defaults, value.body)
            return
        if name is not None and (layer := self.layer(value)) is not None:
            self.names[name] = layer
            return
        if name is not None and is_empty(value):
            self.names[name] = {} if isinstance(value, ast.Dict) else Items([])
            return
        if name is not None and not self.calls and self._given(name, value):
            return
        self._state(target, self.value(value))

    def _function(
        self, name: str, parameters: list[str], defaults: dict[str, ast.expr], body: list[ast.stmt] | ast.expr
    ) -> PythonFunction:
        made = ChainMap({**self.names}) if defaults else None
        return PythonFunction(name, parameters, defaults, body, self.names, made)

    def _given(self, name: str, node: ast.expr) -> bool:
        """Take a name that is assigned numerals as an input with a value; return whether it is one."""
        if is_random(node):
            self.names[name] = Piece(name, shares=frozenset((name,)))
            self.is_deep |= any(
                len(part.elts if isinstance(part, ast.Tuple | ast.List) else part.args) > 2
                for part in ast.walk(node)
                if isinstance(part, ast.Tuple | ast.List)
                or (isinstance(part, ast.Call) and called(part) not in LIMITED)
            )
            self.used.add(name)
            self.ignored.append(f"line {node.lineno}: {name} is drawn at random: give it a value, {name}=...")
            return True
        found = self.literal(node)
        if found is None or name in self.values or name in self.used:
            return False
        text, shape = found
        kind = self.kind_of(node)
        whole = int(text) if text.lstrip("-").isdecimal() else None
        shares = frozenset((name,)) if kind != NUMBER else frozenset()
        self.names[name] = Piece(name, kind=kind, rank=len(shape), whole=whole, shares=shares)
        self.is_deep |= len(shape) > 2
        self.values[name] = text
        self.used.add(name)
        self.shapes[name] = shape
        for part in ast.walk(node):
            if isinstance(part, ast.keyword) and part.arg == "requires_grad" and ast.dump(part.value) == OFF:
                self.ignored.append(f"line {node.lineno}: requires_grad=False: {name} has a derivative all the same")
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
        if (
            isinstance(value, ast.Call) and self.is_pair(value) and target.elts and isinstance(target.elts[0], ast.Name)
        ):  # m, places = x.max(1)
            return partial(self._state, target.elts[0], self.first_of(value))
        items = self.value(value)
        if not isinstance(items, Items) or len(items.items) != len(target.elts):
            raise self.places.refusal("the parts of this are not known while the file is read", value)
        return partial(self._state_each, target.elts, items.items)

    def _sizes_of(self, targets: Sequence[ast.expr], array: Piece) -> None:
        for k, part in enumerate(targets):
            if isinstance(part, ast.Name):
                size = next(iter(self.shapes.get(array.text, ())[k:]), None)
                self.names[part.id] = Piece(f"size({array.text}, {k})", kind=NUMBER, rank=0, whole=size)

    def _state_each(self, targets: Sequence[ast.expr], found: Sequence[Piece | Items]) -> None:
        for part, piece in zip(targets, found, strict=True):
            self._state(part, piece)

    def _state(self, target: ast.expr, found: Piece | Items) -> None:
        """Write the statement of an assignment; a name that is assigned again gets another one."""
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            items = self.names.get(target.value.id)
            if isinstance(items, dict | Items):
                self._state_item(target.value.id, items, self.whole(target.slice), found, target)
                return
            if isinstance(found, Piece) and (changed := self._changed(target, found)) is not None:
                self.change(self.read(target.value), target)
                self._state(target.value, changed)
                return
            raise self.places.refusal("an entry of an array cannot be assigned", target, "make the whole array at once")
        if not isinstance(target, ast.Name):
            raise self.places.refusal("this is assigned to no name", target)
        if isinstance(found, Items) and any(isinstance(item, Items) for item in found.items):
            self.names[target.id] = self._stated(target.id, self.array(found, target), target)._replace(kind=LIST)
        elif isinstance(found, Items):
            self.names[target.id] = found
        else:
            self.names[target.id] = self._stated(target.id, found, target)

    def _state_item(
        self, name: str, items: Items | dict[int, Piece], k: int, found: Piece | Items, target: ast.expr
    ) -> None:
        """Write the statement that gives a list or dictionary another item."""
        if isinstance(items, dict):
            items[k] = self._stated(f"{name}{k}" if k >= 0 else f"{name}_{-k}", found, target)
            return
        if items.is_tuple or not -len(items.items) <= k < len(items.items):
            raise self.places.refusal(f"there is no item {k} to change", target)
        items.items[k] = self._stated(f"{name}{k % len(items.items)}", found, target)

    def _changed(self, target: ast.Subscript, found: Piece) -> Piece | None:
        """Return an array with other entries where a condition holds, as z[z < 0] = 0, or 0 for labels of its rows."""
        array, place = number(self.read(target.value)), target.slice
        if self.is_of_integers(self.values.get(array.text, "")) and not self.is_whole(found.text):
            raise self.places.refusal("an array of whole numbers holds whole numbers alone", target, "write 1. for 1")
        if isinstance(place, ast.Compare):
            return call("where", self.read(place), number(found), array)
        if (
            isinstance(place, ast.Tuple)
            and len(place.elts) == 2
            and self.counts_rows(place.elts[0])
            and found.text == "0"
        ):
            labels = call("onehot", self.read(label(place.elts[1])), call("size", array, "1"))
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
        self.output = None
        if piece.text in self.shapes:
            self.shapes[own] = self.shapes[piece.text]
        shares = piece.shares or (frozenset() if piece.kind == NUMBER else frozenset((own,)))
        return Piece(own, kind=piece.kind, rank=piece.rank, shares=shares, cut=self.cutting or piece.cut)
