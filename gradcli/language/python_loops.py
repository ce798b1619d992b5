"""Loops in a file of Python: what their names stand for in each turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import count as counting
from itertools import islice

from .python_casts import Casts
from .python_sizes import Unknown
from .python_syntax import called
from .python_text import ATOM, MAX_STATEMENTS, NUMBER, SIGN, Items, Piece


class Loops(Casts):
    """Reads generators and the heads of loops."""

    def generated(self, node: ast.GeneratorExp | ast.ListComp) -> list[Piece]:
        """Return the items of a generator over range(n), a list, or several lists side by side."""
        loop, *inner = node.generators
        if inner or loop.ifs:
            raise self.places.refusal("this generator is not read", node, "write the terms, or a sum of an array")
        found = []
        for values in self.turns(loop.target, loop.iter):
            outside = self.names
            self.names = outside.new_child()
            self.names.update(values)
            found.append(self.read(node.elt))
            self.names = outside
        return found

    def turns(self, target: ast.expr, over: ast.expr) -> list[Mapping[str, Piece | Items]]:
        """Return what the names of a loop stand for in each turn. Raises `InputError` where that is not known."""
        return [self._unpacked(target, value) for value in self._gone_through(over)]

    def _unpacked(self, target: ast.expr, value: Piece | Items) -> dict[str, Piece | Items]:
        """Return what each name stands for, in tuples of names, too."""
        found: dict[str, Piece | Items] = {}
        pending = [(target, value)]
        while pending:
            part, value = pending.pop()
            if isinstance(part, ast.Name):
                found[part.id] = value
                continue
            parts = self._parts(value)
            if not isinstance(part, ast.Tuple | ast.List) or parts is None or len(part.elts) != len(parts):
                raise self.places.refusal("the names of this loop are not read", target)
            pending += reversed([*zip(part.elts, parts, strict=True)])
        return found

    def _parts(self, value: Piece | Items) -> Sequence[Piece | Items] | None:
        """Return the items of a list, or the entries of an array of a known shape; None for anything else."""
        if isinstance(value, Items):
            return value.items
        shape = self.shapes.get(value.text)
        return [self.entry(value, k, shape) for k in range(shape[0])] if shape else None

    def _gone_through(self, over: ast.expr) -> list[Piece | Items]:
        found = [*islice(self._items(over), MAX_STATEMENTS + 1)]  # a range may be too long for a list
        if found[MAX_STATEMENTS:]:
            raise self.places.limit(f"a loop of more than {MAX_STATEMENTS:,} turns", over)
        return found

    def _items(self, over: ast.expr) -> Iterator[Piece | Items]:
        """Return what a loop runs over, turn by turn; the shortest of several says how many turns there are."""
        if isinstance(over, ast.Call) and isinstance(over.func, ast.Name):
            name, count = over.func.id, len(over.args)
            if name == "range" and 1 <= count <= 3:
                bounds = [self._known(part, over, "the number of turns") for part in over.args]
                if 0 not in bounds[2:]:
                    return map(_whole, range(*bounds))
            if name == "zip":
                return _side_by_side([self._items(part) for part in over.args])
            if name == "enumerate" and count + len(over.keywords) in (1, 2) and count:
                told = [*over.args[1:], *(keyword.value for keyword in over.keywords)]
                start = self._known(told[0], over, "the first number") if told else 0
                return _side_by_side([map(_whole, counting(start)), self._items(over.args[0])])
            if name == "reversed" and count == 1:
                if called(over.args[0]) in ("zip", "enumerate", "reversed"):
                    raise self.places.refusal(f"Python reverses no {called(over.args[0])}", over)
                return reversed(self._gone_through(over.args[0]))
        found = self.value(over)
        if (parts := self._parts(found)) is not None:
            return iter(parts)
        raise self.places.refusal("what this loop runs over is not known while the file is read", over)

    def _known(self, part: ast.expr, over: ast.Call, what: str) -> int:
        """Return a whole number in the head of a loop. Raises `InputError`."""
        try:
            return self.whole(part)
        except Unknown:
            hint = f"write {called(over)} with a number, or a length of numerals"
            raise self.places.refusal(f"{what} is not known while the file is read", over, hint) from None


def _whole(k: int) -> Piece:
    return Piece(str(k), SIGN if k < 0 else ATOM, kind=NUMBER, rank=0, whole=k)


def _side_by_side(columns: Sequence[Iterator[Piece | Items]]) -> Iterator[Items]:
    return (Items(row, is_tuple=True) for row in zip(*columns, strict=False))
