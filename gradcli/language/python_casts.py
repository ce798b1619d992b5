"""Calls that give back what they are given, but for whole numbers that they make and derivatives that they cut off."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from .python_expressions import Expressions
from .python_libraries import Libraries
from .python_text import LIST, NUMBER, NUMPY, PRODUCT, TORCH, TRUTHS, Items, Piece, number

FLOATS = frozenset(("float", "double", "half", "single", "float_", "floating", "bfloat16", "float16", "float32",
                    "float64"))  # fmt: skip
INTEGERS = frozenset(("int", "long", "short", "int_", "intp", "int8", "int16", "int32", "int64", "integer"))
STOPPING = ("detach", "stop_gradient")  # whatever the library
OF_TENSORS = ("item", "tolist", "numpy")  # these give numbers, which know no derivatives
MADE = ("tensor", "Parameter", "FloatTensor", "DoubleTensor", "Tensor", "LongTensor")  # they make inputs
COPIES = frozenset(("array", "copy", "clone", "astype", *MADE))
NUMBERS = ("Value", "float", "int", "item")
HARMLESS = frozenset(("dtype", "device", "requires_grad", "label", "copy", "non_blocking", "memory_format", "_children",
                      "_op", "data", "order"))  # fmt: skip
WHOLE_NUMERALS = re.compile(r"[\[\], ]|-?\d+(\.0*)?(?![\d.e])", re.I)


class Casts(Expressions):
    """Reads float(x), x.detach(), np.array(x), x.astype(int)."""

    libraries: Libraries

    def is_of_torch(self, func: ast.expr) -> bool:
        """Return whether a function is one of PyTorch."""
        return self.libraries.of_torch(func, isinstance(func, ast.Attribute) and self.is_module(func))

    def cast(self, name: str, node: ast.Call, given: Sequence[ast.expr]) -> Piece | Items:
        """Return what such a call gives. Raises `InputError` for arguments that change it."""
        self.check_cast(name, node, given)
        inner = given[0]
        if name in ("float", "item") and isinstance(inner, ast.Call) and "squeeze" in ast.dump(inner.func):
            inner = inner.args[0] if inner.args else getattr(inner.func, "value", inner)  # it has one entry
        found = self.value(inner)
        if isinstance(found, Items):
            if name in ("float", "int", "item", "long", "detach"):
                raise self.places.refusal(f"{name} of a list is not read", node)
            found = found if name in ("tolist", "copy") else self.array(found, node)
        if isinstance(found, Items):
            return Items(found.items)
        type_ = self.type_of(name, node, given)
        if found.is_truth and name in ("astype", "to", *FLOATS, *INTEGERS):
            found = number(found)._replace(kind="")
        elif type_ == "int":
            found = self.truncated(found)
        if name in STOPPING or (self.is_of_torch(node.func) and self._ends(name, node, found)):
            found = self.cut_off(found, name)
        kind = found.kind if found.kind != TRUTHS else ""
        if name in NUMBERS and kind in ("", NUMPY) and name != "int":
            kind = NUMBER if isinstance(node.func, ast.Name) else kind
        elif name in ("array", "asarray", "ascontiguousarray"):
            kind = NUMPY
        elif name in (*MADE, "as_tensor"):
            kind = TORCH
        elif name == "tolist":
            kind = LIST if found.rank else kind
        may_share = any(keyword.arg == "copy" for keyword in node.keywords) or name not in COPIES
        return found._replace(kind=kind, shares=found.shares if may_share and kind != NUMBER else frozenset())

    def _ends(self, name: str, node: ast.Call, found: Piece) -> bool:
        """Whether PyTorch follows no derivatives through a call: it gives plain numbers, or another input."""
        if name in OF_TENSORS or (name in ("float", "int") and isinstance(node.func, ast.Name)):
            return found.kind not in (NUMBER, LIST, NUMPY)
        return name in MADE and not (found.kind in (NUMBER, LIST, NUMPY) or found.text in self.values)

    def check_cast(self, name: str, node: ast.Call, given: Sequence[ast.expr]) -> None:
        """Raise `InputError` for arguments that change what such a call gives."""
        for keyword in node.keywords:
            if keyword.arg not in HARMLESS:
                raise self.places.refusal(f"{keyword.arg or '**'}= of {name} is not read", keyword.value)
        if len(given) > 1 and name not in ("astype", "to", "array", "asarray", "tensor", "Value", "clone", "copy"):
            raise self.places.refusal(f"{name} is read with one argument", given[1])

    def type_of(self, name: str, node: ast.Call, given: Sequence[ast.expr]) -> str:
        """Return float or int, for the numbers that a call makes. Raises `InputError` for others."""
        told = [keyword.value for keyword in node.keywords if keyword.arg == "dtype"]
        if name in INTEGERS or name == "LongTensor":
            return "int"
        if name in ("astype", "array", "asarray", "to"):
            told += given[1:2]
        for part in told:
            word = getattr(part, "attr", getattr(part, "id", getattr(part, "value", None)))
            if word in INTEGERS:
                return "int"
            if word not in FLOATS and name != "to" and word is not None:
                raise self.places.refusal("numbers of this type are not read", part, "float and int are")
        return "float"

    def truncated(self, found: Piece) -> Piece:
        """Return the whole part of a number, towards 0."""
        if found.kind == TRUTHS or self.is_of_integers(self.values.get(found.text, found.text)):
            return found
        text = f"sign({found.text})*floor(abs({found.text}))"
        return Piece(text, PRODUCT, kind=found.kind if found.kind == NUMBER else "", rank=found.rank)

    def is_of_integers(self, numerals: str) -> bool:
        """Whether numerals, or lists of them, are whole numbers that are written as such."""
        return "." not in numerals and self.is_whole(numerals)

    def is_whole(self, numerals: str) -> bool:
        """Whether numerals, or lists of them, are whole numbers."""
        return bool(numerals) and not WHOLE_NUMERALS.sub("", numerals)
