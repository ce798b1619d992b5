"""sum, max and min of Python itself."""

from __future__ import annotations

import ast

from .python_differences import Differences
from .python_text import LIST, SUM, Items, Piece, binary, call

AXIS, KEEP = ("axis", "dim"), ("keepdims", "keepdim")


class Builtins(Differences):
    """Reads sums and extremes of lists, of arguments, and of arrays along their first axis."""

    def is_builtin(self, name: str, node: ast.Call) -> bool:
        """Whether sum, max or min is that of Python itself, not one that is imported or has an axis."""
        is_imported = not {name, "*"}.isdisjoint(self.libraries.roots)
        has_axis = any(keyword.arg in (*AXIS, *KEEP) for keyword in node.keywords)
        return isinstance(node.func, ast.Name) and not is_imported and not has_axis

    def builtin(self, name: str, node: ast.Call, given: list[ast.expr]) -> Piece:
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
            terms = self.generated(given[0])
        else:
            found = self.value(given[0]) if len(given) == 1 else Items([self.value(part) for part in given])
            if isinstance(found, Piece):
                found = self._of_rows(name, self.uncut(found, given[0]), node)
                if not started:
                    return found
            items = found.items if isinstance(found, Items) else [found]
            is_list = [isinstance(item, Items) or item.kind == LIST for item in items]
            if any(is_list) and name != "sum":
                raise self.places.refusal(f"{name} of lists compares the lists: it is not read", node)
            terms = [self.array(item, node) if isinstance(item, Items) else self.uncut(item, node) for item in items]
        terms = [*map(self.read, started), *terms]
        if not terms:
            raise nothing
        if name != "sum":
            return call(name, *terms)
        total = terms[0]
        for term in terms[1:]:
            total = binary(total, "+", term, SUM)
        return total

    def _of_rows(self, name: str, array: Piece, node: ast.Call) -> Piece:
        """Return sum, max or min of Python of an array, which runs over its first axis: over rows, of a matrix."""
        if name == "sum":
            rank = None if array.rank is None else array.rank - 1
            return Piece(f"sum({array.text}{', axis=0' if rank != 0 else ''})", rank=rank)
        if array.kind == LIST and array.rank != 1:
            raise self.places.refusal(f"{name} of lists compares the lists: it is not read", node)
        return call(name, array)
