"""A file can be read in one sitting and a function on one screen: files below 400 lines, functions below 50."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .test_ranks import modules

FILE, FUNCTION = 400, 50
# Longer functions, and why splitting them would not help a reader.
OPTIONS = "its length is one decorated parameter an option; what it does is in other functions"
LONGER = {
    "commands.check.command": OPTIONS,
    "commands.grade.command": OPTIONS,
    "commands.rows.command": OPTIONS,
    "commands.sheet.command": OPTIONS,
}


def functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    """Yield every function below a node by its dotted name, with its lines: decorators not counted."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}.{node.name}", (node.end_lineno or 0) - node.lineno + 1
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        yield from functions(node, f"{prefix}.{node.name}" if named else prefix)


def test_every_file_is_short() -> None:
    counted = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: lines for name, lines in counted.items() if lines >= FILE} == {}


def test_every_function_is_short() -> None:
    found = {
        name: lines
        for module, path in modules().items()
        for name, lines in functions(ast.parse(path.read_text(encoding="utf-8")), module)
        if lines >= FUNCTION
    }
    assert {name: lines for name, lines in found.items() if name not in LONGER} == {}
    assert LONGER.keys() <= found.keys(), "an exception that nothing needs any longer"


def test_the_count_sees_methods_and_inner_functions() -> None:
    text = "class A:\n    @property\n    def f(self):\n        def g():\n            return 1\n        return g\n"
    assert list(functions(ast.parse(text), "m")) == [("m.A.f", 4), ("m.A.f.g", 2)]
