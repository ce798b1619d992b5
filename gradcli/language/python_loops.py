"""Loops in a file of Python: what their names stand for in each turn."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from .python_casts import Casts
from .python_sizes import Unknown
from .python_syntax import called
from .python_text import MAX_STATEMENTS, NUMBER, Items, Piece


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
            self.bind(values)
            found.append(self.read(node.elt))
            self.names = outside
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
        if shape := self.shape_of(over):
            return [[self.entry(found, k, shape) for k in range(shape[0])]]
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
            if isinstance(value, int):
                value = Piece(str(value), kind=NUMBER, rank=0, whole=value)
            self.names[name] = value
