"""Calls in a file of Python: those of libraries by their rows, and those of functions that the file defines."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from .arrays_needed import REDUCING
from .python_builtins import AXIS, KEEP, Builtins
from .python_calls import CALLS, DRAWN, LAYERS, PAIRS, UNCHANGED, Row, elementwise
from .python_differences import LABELLED
from .python_sizes import Unknown
from .python_syntax import called, is_empty, is_random, label
from .python_text import (
    LIST,
    NUMBER,
    POSTFIX,
    TRUTHS,
    Items,
    Piece,
    PythonFunction,
    call,
    number,
)

# What says how to compute and not what: a call is the same without it.
IGNORED = frozenset(("dtype", "device", "requires_grad", "label", "copy", "inplace", "_children", "_op"))
FILLED, MOVED = ("zeros", "ones"), ("reshape", "permute", "transpose")  # what takes a shape
JOINS = {"concatenate": "concat", "cat": "concat", "concat": "concat", "stack": "stack"}


class Calls(Builtins, ABC):
    """Reads expressions with calls in them."""

    is_unclear_norm = False  # a norm of order 2 is another one of matrices, and this may be one

    def _call(self, node: ast.Call) -> Piece | Items:
        if self.is_pair(node):
            raise self.places.refusal("values and their places are two: only the values are read", node,
                                      "put [0] behind it")  # fmt: skip
        return self.first_of(node)

    def first_of(self, node: ast.Call) -> Piece | Items:
        """Return what a call gives, of values and their places the values."""
        func = node.func
        if isinstance(func, ast.Attribute) and not self.is_module(func):
            return self._method(node, func)
        name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        own = self.names.get(name) if isinstance(func, ast.Name) else self.layer(func)
        if isinstance(own, PythonFunction):
            return self._own(own, node)
        if not name:
            raise self.places.refusal("this call is not read", node)
        if "random" in ast.dump(func) or name in DRAWN:
            raise self.places.refusal(
                "random numbers are not read", node, "give the array a name, and a value with NAME=VALUE"
            )
        return self._library(name, node, [*node.args])

    def layer(self, node: ast.expr) -> PythonFunction | None:
        """Return the function that a module of PyTorch is, such as nn.Softmax(dim=1); None for anything else."""
        if not isinstance(node, ast.Call) or node.args:
            return None
        name = LAYERS.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
        if name is None or getattr(node.func, "id", "") in self.names:
            return None
        return PythonFunction(name, [], {}, ast.Call(ast.Attribute(ast.Name("F"), name), [], node.keywords))

    def is_put_off(self, value: ast.expr) -> bool:
        """Whether nothing of an expression is computed where it is assigned: a function, an empty list, an input."""
        return isinstance(value, ast.Lambda) or is_empty(value) or is_random(value) or self.layer(value) is not None

    def _method(self, node: ast.Call, func: ast.Attribute) -> Piece | Items:
        """Return x.sum(0) as sum(x, axis=0), and so on."""
        name = func.attr
        if name == "size" and len(node.args) == 1:
            return call("size", self.read(func.value), str(self._axis(node.args[0])))
        if name in ("reshape", "view", "permute", "transpose") and node.args:
            return self._moved(name, func.value, node)
        if name == "unsqueeze" and len(node.args) == 1:
            return self._unsqueezed(func.value, node)
        if name in ("clamp", "clip"):
            return self._clamped(func.value, node)
        return self._library(name, node, [func.value, *node.args])

    def _moved(self, name: str, array: ast.expr, node: ast.Call) -> Piece:
        """Return an array in another shape or order of axes."""
        self._check_keywords(Row("", "x"), name, node, [])
        arguments = [*node.args] if array is not node.args[0] else [*node.args[1:]]
        if len(arguments) == 1 and isinstance(arguments[0], ast.Tuple | ast.List):
            arguments = [*arguments[0].elts]
        sizes = [self._bound(part) for part in arguments]
        found = self.read(array)
        swaps = self.is_of_torch(node.func) or not self.libraries.is_other  # NumPy has all axes in their new order
        if name == "transpose" and (
            sizes in (["1", "0"], ["-1", "-2"]) or (swaps and sizes in (["0", "1"], ["-2", "-1"]))
        ):
            return self.transposed(found)
        if name == "transpose" and (len(sizes) < 2 or (swaps and len(sizes) == 2)):
            raise self.places.refusal("transpose is read of a matrix, or with all axes", node)
        self.is_deep |= len(sizes) > 2
        moved = call("permute" if name in ("transpose", "permute") else "reshape", found, *sizes)
        return moved._replace(rank=len(sizes), shares=found.shares)

    def _unsqueezed(self, array: ast.expr, node: ast.Call) -> Piece:
        axis = self._axis(node.args[-1])
        if axis not in (0, 1):
            raise self.places.refusal("a new axis is read in the first or second place", node, "write x[:, :, None]")
        found = self.read(array)
        text = f"{found.within(POSTFIX)}[{'None' if axis == 0 else ':, None'}]"
        self.is_deep |= found.rank != 1
        return Piece(text, POSTFIX, rank=None if found.rank is None else found.rank + 1, shares=found.shares)

    def _clamped(self, array: ast.expr, node: ast.Call) -> Piece:
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        self._check_keywords(Row("", "x"), "clip", node, ["min", "max", "a_min", "a_max"])
        rest = [*node.args] if not node.args or node.args[0] is not array else [*node.args[1:]]
        if rest[2:]:
            raise self.places.refusal("clip is read with two bounds", rest[2])
        low = rest[0] if rest else named.get("min", named.get("a_min"))
        high = rest[1] if len(rest) > 1 else named.get("max", named.get("a_max"))
        found = self.read(array)
        for word, bound in (("max", low), ("min", high)):
            if bound is not None and not (isinstance(bound, ast.Constant) and bound.value is None):
                found = call(word, found, self.read(bound))._replace(rank=found.rank)
        return found

    # ---- calls of libraries

    def _library(self, name: str, node: ast.Call, given: list[ast.expr]) -> Piece | Items:
        found = self._computed(name, node, given)
        if any(k.arg == "inplace" and getattr(k.value, "value", None) is not False for k in node.keywords) and given:
            self.change(self.read(given[0]), node, is_inside=True)
        return found

    def _computed(self, name: str, node: ast.Call, given: list[ast.expr]) -> Piece | Items:
        if name in UNCHANGED and given:
            return self.cast(name, node, given)
        if name in JOINS and given and isinstance(items := self.value(given[0]), Items):
            self._check_keywords(Row("", "x axis"), name, node, [])
            axis = self._axis_text(node, given[1:])
            if any(keyword.arg in AXIS for keyword in node.keywords) and not axis:
                raise self.places.refusal("arrays are joined along an axis", node, "flatten them first")
            texts = [self.array(item, node) if isinstance(item, Items) else item for item in items.items]
            if JOINS[name] == "stack" and axis not in ("", ", axis=0"):
                raise self.places.refusal("stack is read along the first axis", node)
            return call(JOINS[name], *texts, *([axis[2:]] if axis and JOINS[name] == "concat" else []))
        if (
            name in ("zeros", "ones", "reshape", "permute", "transpose")
            and given
            and (len(given) > 1 or name in ("zeros", "ones"))
        ):
            return self._sized(name, node, given)
        if name in ("unsqueeze", "expand_dims") and len(given) == 2:
            return self._unsqueezed(given[0], node)
        if name in ("clamp", "clip") and given:
            return self._clamped(given[0], node)
        if name == "len" and len(given) == 1:
            return self._length_of(given[0])
        if name in REDUCING and self.is_builtin(name, node):
            return self.builtin(name, node, given)
        if name == "where" and len(given) == 3:
            condition, a, b = map(self.read, given)
            return self._choice(condition, a, b, node)
        if name == "norm" and given:
            given = self._of_order_two(node, given)
            if self.is_unclear_norm:
                found = self.read(given[0])
                return Piece(f"sqrt(dot({found.text}, {found.text}))", rank=0)  # dot is one of vectors alone
        if name in ("max", "min") and len(given) == 2 and self._is_of_two(node, given[1]):
            a, b = map(self.read, given)
            return call(name, number(a), number(b))
        told = [keyword for keyword in node.keywords if keyword.arg not in IGNORED]
        many = f"{name}/{len(given) + len(told)}"
        of_math = CALLS.get(f"math.{many}") if self.libraries.library_of(node.func) == "math" else None
        if (row := of_math or CALLS.get(many, CALLS.get(name))) is not None:
            return self.meant(row, name, node, *self._arguments(row, name, node, given))
        if (own := elementwise(name)) is not None and len(given) == 1:
            self._check_keywords(Row("", "x"), name, node, ["input"])
            found = number(self.read(given[0]))
            return call(own, found)._replace(rank=found.rank, kind="" if found.kind in (LIST, TRUTHS) else found.kind)
        raise self.places.refusal(f"{name} is not read", node, "write it as arithmetic and functions of numbers")

    def _of_order_two(self, node: ast.Call, given: list[ast.expr]) -> list[ast.expr]:
        """Return the arguments of a norm without its order, which is 2. Raises `InputError` for another one."""
        self.is_unclear_norm = False
        named = next((keyword.value for keyword in node.keywords if keyword.arg in ("ord", "p")), None)
        if len(given) < 2 and named is None:
            return given
        told = given[1] if len(given) > 1 else named
        order = told.value if isinstance(told, ast.Constant) else ""
        is_entrywise = self.is_of_torch(node.func) and "linalg" not in ast.dump(node.func)  # whatever the shape
        axes = [*given[2:], *(keyword.value for keyword in node.keywords if keyword.arg in AXIS)]
        rank = self.read(given[0]).rank if not axes else 2 if isinstance(axes[0], ast.Tuple | ast.List) else 1
        is_spectral = order == 2 and not is_entrywise
        self.is_unclear_norm = is_spectral and rank is None
        if order not in (2, None, "fro") or (is_spectral and rank is not None and rank > 1):
            hint = "norm(x) is the square root of the sum of squares"
            raise self.places.refusal("a norm of another order is not read", told or node, hint)
        return [given[0], *given[2:]]

    def is_pair(self, node: ast.Call) -> bool:
        """Whether PyTorch gives values and their places: x.max(1), torch.sort(x)."""
        if not self.is_of_torch(node.func):
            return False
        name = getattr(node.func, "attr", "")
        of_module = isinstance(node.func, ast.Attribute) and self.is_module(node.func)
        if node.args[of_module:] and self._is_of_two(node, node.args[of_module]):
            return False
        has_axis = len(node.args) > of_module or any(keyword.arg in AXIS for keyword in node.keywords)
        return name in PAIRS and (has_axis or name == "sort")

    def _is_of_two(self, node: ast.Call, second: ast.expr) -> bool:
        """Whether max or min of PyTorch is that of two arrays, entry by entry, and no axis follows."""
        if called(node) == "sort" or not self.is_of_torch(node.func):
            return False
        try:
            self.whole(second)
        except Unknown:
            return not isinstance(second, ast.Constant | ast.Tuple | ast.List | ast.Starred)
        return False

    def _length_of(self, node: ast.expr) -> Piece:
        found = self.names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(found, dict):
            return Piece(str(len(found)), kind=NUMBER, rank=0)
        return call("size", self.read(node), "0")._replace(kind=NUMBER, rank=0)

    def _subscript(self, node: ast.Subscript) -> Piece | Items:
        if not (isinstance(node.value, ast.Call) and self.is_pair(node.value)):
            return super()._subscript(node)
        if not (isinstance(node.slice, ast.Constant) and node.slice.value == 0):
            raise self.places.refusal("places of largest and smallest entries are not read", node)
        return self.first_of(node.value)

    def _attribute(self, node: ast.Attribute) -> Piece:
        if node.attr == "values" and isinstance(node.value, ast.Call) and self.is_pair(node.value):
            found = self.first_of(node.value)
            return self.array(found, node) if isinstance(found, Items) else found
        return super()._attribute(node)

    def _sized(self, name: str, node: ast.Call, given: list[ast.expr]) -> Piece:
        if name in MOVED:
            return self._moved(name, given[0], ast.copy_location(ast.Call(node.func, given[1:], node.keywords), node))
        shape = given[0].elts if isinstance(given[0], ast.Tuple | ast.List) else given
        return call(name, *(self._bound(size) for size in shape))

    def _arguments(self, row: Row, name: str, node: ast.Call, given: list[ast.expr]) -> tuple[dict[str, Piece], str]:
        """Return the arguments of a row by name, and the text of its axis."""
        wanted = row.arguments.split()
        arrays = [word for word in wanted if not word.endswith("?")]
        if name in LABELLED:
            given = [*given[:1], *map(label, given[1:])]
        values = {word: number(self.read(part)) for word, part in zip(arrays, given, strict=False)}
        for keyword in node.keywords:
            if keyword.arg in arrays:
                values[keyword.arg] = number(self.read(keyword.value))
        aliases = {"input": arrays[0], "target": arrays[-1], "weight": "w", "bias": "b", "num_classes": "n"}
        for keyword in node.keywords:
            if (word := aliases.get(keyword.arg or "")) in arrays and word not in values:
                values[word] = number(self.read(keyword.value))
        rest = given[len(arrays) :]
        if missing := [word for word in arrays if word not in values]:
            raise self.places.refusal(f"{name} is read with {_arguments(arrays)}", node, f"{missing[0]} is missing")
        self._check_keywords(row, name, node, [*arrays, *(word for word, own in aliases.items() if own in arrays)])
        if rest and not any(word.startswith("axis") for word in wanted):
            raise self.places.refusal(f"{name} is read with {_arguments(arrays)}", rest[0])
        return values, self._axis_text(node, rest)

    def _check_keywords(self, row: Row, name: str, node: ast.Call, known: list[str]) -> None:
        """Raise for what changes the result and is not read."""
        for keyword in node.keywords:
            word, value = keyword.arg, keyword.value
            plain = value.value if isinstance(value, ast.Constant) else None
            usual = (word, plain) in (("reduction", "mean"), ("ord", plain), ("p", plain), ("ddof", 0),
                                      ("correction", 0), ("unbiased", False), ("approximate", "none"))  # fmt: skip
            takes_axis = "axis" in row.arguments and word in (*AXIS, *KEEP)
            if word == "dtype" and self.type_of("", node, []) == "int" and "random" not in name:
                raise self.places.refusal("whole numbers of this are not read", value, "x.astype(int) makes them")
            if word not in known and word not in IGNORED and not usual and not takes_axis:
                raise self.places.refusal(f"{word}= of {name} is not read", value)
        if (
            name in ("var", "std")
            and self.is_of_torch(node.func)
            and not any(k.arg in ("unbiased", "correction") for k in node.keywords)
        ):
            raise self.places.refusal(f"PyTorch's {name} divides by N - 1", node,
                               f"write {name}(..., correction=0), which divides by N")  # fmt: skip

    def _axis_text(self, node: ast.Call, rest: list[ast.expr]) -> str:
        """Return `, axis=0, keep=1` as a call has it, by position or by name."""
        axis = next((keyword.value for keyword in node.keywords if keyword.arg in AXIS), rest[0] if rest else None)
        told = next((keyword for keyword in node.keywords if keyword.arg in KEEP), None)
        if told is not None and not isinstance(told.value, ast.Constant):
            raise self.places.refusal(f"{told.arg}= is True or False", told.value)
        keep = told.value if told is not None else rest[1] if len(rest) > 1 else None  # x.sum(1, True)
        if (
            rest[2:]
            or (keep is not None and getattr(keep, "value", None) not in (True, False))
            or (told is None and _is_int(keep))
        ):
            raise self.places.refusal("an axis alone is read here, and keepdims", rest[-1] if rest else node)
        text = ""
        if isinstance(axis, ast.Tuple | ast.List):
            text = f", axis=({', '.join(str(self._axis(part)) for part in axis.elts)})"
        elif axis is not None and not (isinstance(axis, ast.Constant) and axis.value is None):
            text = f", axis={self._axis(axis)}"
        if isinstance(keep, ast.Constant) and keep.value in (True, 1):
            text += ", keep=1"
        return text

    def _axis(self, node: ast.expr) -> int:
        try:
            return self.whole(node)
        except Unknown:
            raise self.places.refusal("an axis is a whole number", node) from None

    # ---- calls of functions that the file defines

    def _own(self, own: PythonFunction, node: ast.Call) -> Piece | Items:
        if isinstance(own.body, ast.Call) and own.name in LAYERS.values() and not own.parameters:
            made = ast.Call(ast.Attribute(ast.Name("F"), own.name), node.args, [*own.body.keywords, *node.keywords])
            for part in (made, made.func, *ast.iter_child_nodes(made.func)):
                ast.copy_location(part, node)
            return self._library(own.name, made, made.args)
        values: dict[str, Piece | Items] = {}
        for name, part in zip(own.parameters, node.args, strict=False):
            values[name] = self.value(part)
        for keyword in node.keywords:
            if keyword.arg not in own.parameters:
                raise self.places.refusal(f"{own.name} has no parameter {keyword.arg or '**'}", keyword.value)
            values[keyword.arg] = self.value(keyword.value)
        outside = self.names
        for name, default in own.defaults.items():
            if name not in values:
                self.names = own.made or outside
                values[name] = self.value(default)
                self.names = outside
        if len(node.args) > len(own.parameters) or len(values) != len(own.parameters):
            raise self.places.refusal(f"{own.name} takes {_arguments(own.parameters)}", node)
        return self.inlined(own, values, node)

    @abstractmethod
    def change(self, array: Piece, node: ast.AST, is_inside: bool = False) -> None:
        """Take note that entries of an array are changed in place."""

    @abstractmethod
    def inlined(self, own: PythonFunction, values: Mapping[str, Piece | Items], node: ast.Call) -> Piece | Items:
        """Return what a function of the file gives for some arguments."""


def _is_int(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _arguments(names: Sequence[str]) -> str:
    return f"{len(names)} argument{'s' if len(names) != 1 else ''}"
