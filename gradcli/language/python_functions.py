"""Calls in a file of Python: those of libraries by their rows, and those of functions that the file defines."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from .arrays_needed import REDUCING
from .python_calls import CALLS, DRAWN, LAYERS, PAIRS, UNCHANGED, Row, elementwise, filled
from .python_expressions import Expressions, Unknown
from .python_libraries import Libraries
from .python_syntax import called, is_empty, is_random
from .python_text import MAX_STATEMENTS, POSTFIX, SUM, Items, Piece, PythonFunction, binary, call, number

AXIS, KEEP = ("axis", "dim"), ("keepdims", "keepdim")
# What says how to compute and not what: a call is the same without it.
IGNORED = frozenset(("dtype", "device", "requires_grad", "label", "copy", "inplace", "_children", "_op"))
FILLED, MOVED = ("zeros", "ones"), ("reshape", "permute", "transpose")  # what takes a shape
JOINS = {"concatenate": "concat", "cat": "concat", "concat": "concat", "stack": "stack"}


class Calls(Expressions, ABC):
    """Reads expressions with calls in them."""

    libraries: Libraries

    def _is_of_torch(self, func: ast.expr) -> bool:
        return self.libraries.of_torch(func, isinstance(func, ast.Attribute) and self.is_module(func))

    def _call(self, node: ast.Call) -> Piece | Items:
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
        if name == "transpose" and sorted(sizes) in (["0", "1"], ["-1", "-2"]):
            return Piece(f"{self.read(array).within(POSTFIX)}.T", POSTFIX)
        if name == "transpose" and len(sizes) < 3:
            raise self.places.refusal("transpose is read of a matrix, or with all axes", node)
        return call("permute" if name in ("transpose", "permute") else "reshape", self.read(array), *sizes)

    def _unsqueezed(self, array: ast.expr, node: ast.Call) -> Piece:
        axis = self._axis(node.args[-1])
        if axis not in (0, 1):
            raise self.places.refusal("a new axis is read in the first or second place", node, "write x[:, :, None]")
        return Piece(f"{self.read(array).within(POSTFIX)}[{'None' if axis == 0 else ':, None'}]", POSTFIX)

    def _clamped(self, array: ast.expr, node: ast.Call) -> Piece:
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        self._check_keywords(Row("", "x"), "clip", node, ["min", "max", "a_min", "a_max"])
        rest = [*node.args] if not node.args or node.args[0] is not array else [*node.args[1:]]
        low = rest[0] if rest else named.get("min", named.get("a_min"))
        high = rest[1] if len(rest) > 1 else named.get("max", named.get("a_max"))
        found = self.read(array)
        for word, bound in (("max", low), ("min", high)):
            if bound is not None and not (isinstance(bound, ast.Constant) and bound.value is None):
                found = call(word, found, self.read(bound))
        return found

    # ---- calls of libraries

    def _library(self, name: str, node: ast.Call, given: list[ast.expr]) -> Piece | Items:
        if name in UNCHANGED and given:
            inner = given[0]
            if name in ("float", "item") and isinstance(inner, ast.Call) and "squeeze" in ast.dump(inner.func):
                inner = inner.args[0] if inner.args else getattr(inner.func, "value", inner)  # it has one entry
            return self.value(inner)
        if name in JOINS and given and isinstance(items := self.value(given[0]), Items):
            axis = self._axis_text(node, given[1:2])
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
            return call("size", self.read(given[0]), "0")
        if name in REDUCING and self._is_builtin(name, node):
            return self._builtin(name, node, given)
        if name == "where" and len(given) == 3:
            condition, a, b = map(self.read, given)
            return self._choice(condition, a, b, node)
        if name == "norm" and given:
            given = self._of_order_two(node, given)
        told = [keyword for keyword in node.keywords if keyword.arg not in IGNORED]
        many = f"{name}/{len(given) + len(told)}"
        of_math = CALLS.get(f"math.{many}") if self.libraries.library_of(node.func) == "math" else None
        if (row := of_math or CALLS.get(many, CALLS.get(name))) is not None:
            return filled(row, *self._arguments(row, name, node, given))
        if (own := elementwise(name)) is not None and len(given) == 1:
            self._check_keywords(Row("", "x"), name, node, ["input"])
            return call(own, number(self.read(given[0])))
        raise self.places.refusal(f"{name} is not read", node, "write it as arithmetic and functions of numbers")

    def _of_order_two(self, node: ast.Call, given: list[ast.expr]) -> list[ast.expr]:
        """Return the arguments of a norm without its order, which is 2. Raises `InputError` for another one."""
        named = next((keyword.value for keyword in node.keywords if keyword.arg in ("ord", "p")), None)
        if len(given) < 2 and named is None:
            return given
        told = given[1] if len(given) > 1 else named
        order = told.value if isinstance(told, ast.Constant) else ""
        is_entrywise = self._is_of_torch(node.func) and "linalg" not in ast.dump(node.func)  # whatever the shape
        has_axis = len(given) > 2 or any(keyword.arg in AXIS for keyword in node.keywords)
        is_matrix = len(self.shapes.get(getattr(given[0], "id", ""), ())) > 1
        if order not in (2, None, "fro") or (order == 2 and not is_entrywise and not has_axis and is_matrix):
            hint = "norm(x) is the square root of the sum of squares"
            raise self.places.refusal("a norm of another order is not read", told or node, hint)
        return [given[0], *given[2:]]

    def is_pair(self, node: ast.expr) -> bool:
        """Whether PyTorch gives values and their places: x.max(1), torch.sort(x)."""
        if not (isinstance(node, ast.Call) and self._is_of_torch(node.func)):
            return False
        name = getattr(node.func, "attr", "")
        of_module = isinstance(node.func, ast.Attribute) and self.is_module(node.func)
        has_axis = len(node.args) > of_module or any(keyword.arg in AXIS for keyword in node.keywords)
        return name in PAIRS and (has_axis or name == "sort")

    def _subscript(self, node: ast.Subscript) -> Piece | Items:
        if not self.is_pair(node.value):
            return super()._subscript(node)
        if not (isinstance(node.slice, ast.Constant) and node.slice.value == 0):
            raise self.places.refusal("places of largest and smallest entries are not read", node)
        return self.value(node.value)

    def _sized(self, name: str, node: ast.Call, given: list[ast.expr]) -> Piece:
        if name in MOVED:
            return self._moved(name, given[0], ast.copy_location(ast.Call(node.func, given[1:], node.keywords), node))
        shape = given[0].elts if isinstance(given[0], ast.Tuple | ast.List) else given
        return call(name, *(self._bound(size) for size in shape))

    def _is_builtin(self, name: str, node: ast.Call) -> bool:
        """Whether sum, max or min is that of Python itself, not one that is imported or has an axis."""
        is_imported = not {name, "*"}.isdisjoint(self.libraries.roots)
        has_axis = any(keyword.arg in (*AXIS, *KEEP) for keyword in node.keywords)
        return isinstance(node.func, ast.Name) and not is_imported and not has_axis

    def _builtin(self, name: str, node: ast.Call, given: list[ast.expr]) -> Piece:
        """Return sum(...), max(...) and min(...) of Python itself."""
        started = [keyword.value for keyword in node.keywords if keyword.arg == "start" and name == "sum"]
        if other := [keyword for keyword in node.keywords if keyword.value not in started]:
            raise self.places.refusal(f"{other[0].arg or '**'}= of {name} is not read", other[0].value)
        if name == "sum":
            given, started = given[:1], [*given[1:], *started]
        if len(started) > 1:
            raise self.places.refusal("sum takes a list and a start", node)
        nothing = self.places.refusal("there is nothing to add up" if name == "sum" else f"{name} needs a value", node)
        if not given:
            raise nothing
        if name == "sum" and isinstance(given[0], ast.GeneratorExp | ast.ListComp):
            terms = self._generated(given[0])
        else:
            found = self.value(given[0]) if len(given) == 1 else Items([self.read(part) for part in given])
            if isinstance(found, Piece) and not started:
                return call(name, found)
            items = [call(name, found)] if isinstance(found, Piece) else found.items
            terms = [self.array(item, node) if isinstance(item, Items) else item for item in items]
        terms = [*map(self.read, started), *terms]
        if not terms:
            raise nothing
        if name != "sum":
            return call(name, *terms)
        total = terms[0]
        for term in terms[1:]:
            total = binary(total, "+", term, SUM)
        return total

    def _generated(self, node: ast.GeneratorExp | ast.ListComp) -> list[Piece]:
        """Return the items of a generator over range(n), a list, or several lists side by side."""
        loop, *inner = node.generators
        if inner or loop.ifs:
            raise self.places.refusal("this generator is not read", node, "write the terms, or a sum of an array")
        found = []
        for values in self.turns(loop.target, loop.iter):
            before = dict(self.names), dict(self.sizes)
            self.bind(values)
            found.append(self.read(node.elt))
            self.names, self.sizes = before
        return found

    def turns(self, target: ast.expr, over: ast.expr) -> list[Mapping[str, Piece | Items | int]]:
        """Return what the names of a loop stand for in each turn. Raises `InputError` where that is not known."""
        targets = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        names = [part.id for part in targets if isinstance(part, ast.Name)]
        columns = self._columns(over) if len(names) == len(targets) else []
        if not names or len(names) != len(columns):
            raise self.places.refusal("the names of this loop are not read", target)
        if all(column[MAX_STATEMENTS:] for column in columns):  # a range may be too long for len()
            raise self.places.limit(f"a loop of more than {MAX_STATEMENTS:,} turns", over)
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False)]

    def _columns(self, over: ast.expr) -> list[Sequence[Piece | Items | int]]:
        """Return what each name of a loop stands for, turn by turn; the shortest says how many turns there are."""
        if isinstance(over, ast.Call) and isinstance(over.func, ast.Name):
            name, count = over.func.id, len(over.args)
            if name == "range" and 1 <= count <= 3:
                bounds = [self._known(part, over, "the number of turns") for part in over.args]
                if 0 not in bounds[2:]:
                    return [range(*bounds)]
            if name == "zip":
                return [self._column(part) for part in over.args]
            if name == "enumerate" and count + len(over.keywords) in (1, 2) and count:
                told = [*over.args[1:], *(keyword.value for keyword in over.keywords)]
                start = self._known(told[0], over, "the first number") if told else 0
                return [range(start, start + MAX_STATEMENTS + 1), self._column(over.args[0])]
            if name == "reversed" and count == 1:
                return [self._column(over.args[0])[::-1]]
        found = self.value(over)
        if isinstance(found, Items):
            return [found.items]
        name = over.id if isinstance(over, ast.Name) else ""
        if self.shapes.get(name):
            return [[Piece(f"{found.within(POSTFIX)}[{k}]", POSTFIX) for k in range(self.shapes[name][0])]]
        raise self.places.refusal("what this loop runs over is not known while the file is read", over)

    def _column(self, over: ast.expr) -> Sequence[Piece | Items | int]:
        columns = self._columns(over)
        if len(columns) != 1:
            raise self.places.refusal("what is looped over here is read where it gives one value a turn", over)
        return columns[0]

    def _known(self, part: ast.expr, over: ast.Call, what: str) -> int:
        """Return a whole number in the head of a loop. Raises `InputError`."""
        try:
            return self.whole(part)
        except Unknown:
            hint = f"write {called(over)} with a number, or a length of numerals"
            raise self.places.refusal(f"{what} is not known while the file is read", over, hint) from None

    def bind(self, values: Mapping[str, Piece | Items | int]) -> None:
        """Let names stand for what they are in a turn of a loop, or in a function."""
        for name, value in values.items():
            self.sizes.pop(name, None)
            if isinstance(value, int):
                self.sizes[name] = value
            self.names[name] = Piece(str(value)) if isinstance(value, int) else value

    def _arguments(self, row: Row, name: str, node: ast.Call, given: list[ast.expr]) -> tuple[dict[str, Piece], str]:
        """Return the arguments of a row by name, and the text of its axis."""
        wanted = row.arguments.split()
        arrays = [word for word in wanted if not word.endswith("?")]
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
            if word not in known and word not in IGNORED and not usual and not takes_axis:
                raise self.places.refusal(f"{word}= of {name} is not read", value)
        if (
            name in ("var", "std")
            and self._is_of_torch(node.func)
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
        for name, default in own.defaults.items():
            if name not in values:
                values[name] = self.value(default)
        if len(node.args) > len(own.parameters) or len(values) != len(own.parameters):
            raise self.places.refusal(f"{own.name} takes {_arguments(own.parameters)}", node)
        return self.inlined(own, values, node)

    @abstractmethod
    def inlined(self, own: PythonFunction, values: Mapping[str, Piece | Items], node: ast.Call) -> Piece | Items:
        """Return what a function of the file gives for some arguments."""


def _arguments(names: Sequence[str]) -> str:
    return f"{len(names)} argument{'s' if len(names) != 1 else ''}"
