"""Errors are complete where they are raised, and nobody reads their words back."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gradcli
from gradcli.calculus.notes import KinkError, Note
from gradcli.errors import GradcliError, InputError, LimitError, MathError, Source, StreamError, Within

PACKAGE = Path(gradcli.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "errors.py")
DATA = {"source", "span", "hint", "message", "kind", "instead", "is_foreign"}
BORDERS = {
    "language/python_reading.py",
    "language/syntax.py", "language/array_scope.py", "record/values.py", "record/gradient.py", "record/array_task.py",
    "record/array_gradient.py", "record/array_cost.py", "record/array_formulas.py", "record/enclosing.py",
    "record/update_rules.py",
    "rows/opened.py", "plotting/plot.py",
}  # fmt: skip
WORDS = {"message", "hint"}
READERS = {"startswith", "endswith", "partition", "rpartition", "split", "removeprefix", "removesuffix", "find"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_error_is_completed_after_it_was_raised(path: Path) -> None:
    found = []
    for node in ast.walk(tree(path)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr in DATA and ast.unparse(target.value) != "self":
                found.append(ast.unparse(target))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr":
            found += [ast.unparse(node) for a in node.args if isinstance(a, ast.Constant) and a.value in DATA]
    assert found == []


def test_sources_are_given_at_the_borders_alone() -> None:
    using = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if any(isinstance(node, ast.Call) and ast.unparse(node.func) == "Within" for node in ast.walk(tree(path)))
    }
    assert using == BORDERS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_code_reads_the_words_of_a_message(path: Path) -> None:
    """Not by its beginning or end, by a search in it, or by a regular expression."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            about = node.func.value
            if node.func.attr in READERS and isinstance(about, ast.Attribute) and about.attr in WORDS:
                found.append(ast.unparse(node))
            if ast.unparse(about) == "re" and any(isinstance(a, ast.Attribute) and a.attr in WORDS for a in node.args):
                found.append(ast.unparse(node))
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            read = [side for side in sides if isinstance(side, ast.Attribute) and side.attr in WORDS]
            texts = [
                side for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str) and side.value
            ]
            found += [ast.unparse(node)] if read and texts else []
    assert found == []


@pytest.mark.parametrize("kind", [InputError, MathError, LimitError, StreamError])
def test_another_error_keeps_what_is_not_changed(kind: type[GradcliError]) -> None:
    error = kind("what", span=(1, 2), hint="do", kind="name", instead=(["a"], ["b"]))
    other = error.but(message="else", source=Source("program", "x"))
    assert type(other) is kind
    assert (str(other), other.message, other.source) == ("else", "else", Source("program", "x"))
    assert (other.span, other.hint, other.kind, other.instead) == ((1, 2), "do", "name", (["a"], ["b"]))
    assert (other.status, other.is_foreign, other.but(is_foreign=True).is_foreign) == (kind.status, False, True)
    assert (str(error), error.source) == ("what", None)


def test_a_kink_keeps_its_note() -> None:
    note = Note("one-sided", 0, "x", "f", ("x",), -1.0, 1.0)
    error = KinkError(note, str).but(span=(0, 1))
    assert isinstance(error, KinkError)
    assert (error.note, error.write, error.span, error.kind) == (note, str, (0, 1), "kink")


def test_a_border_gives_its_source_to_errors_without_one() -> None:
    outer, inner = Source("program", "x"), Source("x", "1")
    with pytest.raises(InputError) as first, Within(outer):
        raise InputError("a")
    with pytest.raises(InputError) as second, Within(outer), Within(inner):
        raise InputError("b")
    assert (first.value.source, second.value.source) == (outer, inner)
