"""The ranks: a module imports only from modules of a lower rank, or of its own without going in circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parent.parent / "gradcli"

# A sub-package has one rank for all its files.
RANKS = {
    0: "errors spreadsheets decimals",
    1: "outputs rules operations systems exact special bounded bounds balls closer spans coefficients "
    "series exponentials series_decisions series_system",
    2: "graph doubts notes laws roff folding",
    3: "lexer parser complaints foreign products mending scope shapes syntax writing latex sweeps linearization powers "
    "algebra",
    4: "symbolic canonical rulebook numeric beside sides",
    5: "passes gates certainty bindings settling gradient",
    6: "derivation formulas verification rows homework drawing plotting",
    7: "reports",
    8: "commands __init__ __main__",
    9: "manual",
}
RANK = {name: rank for rank, names in RANKS.items() for name in names.split()}


class Import(NamedTuple):
    user: str  # "commands.diff", "__init__", "reports.__init__"
    used: str
    line: int


def modules() -> dict[str, Path]:
    """Return every file of the package by its dotted name below it."""
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}


def imports(name: str, text: str, known: set[str]) -> Iterator[Import]:
    """Yield what a module imports from the package, wherever in the file that stands."""
    folder = name.split(".")[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = folder[: len(folder) - node.level + 1]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gradcli":
            node.module = ".".join((node.module or "").split(".")[1:])
            base = []
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "gradcli":
                    yield Import(name, ".".join(alias.name.split(".")[1:]) or "__init__", node.lineno)
            continue
        else:
            continue
        module = [*base, *(node.module.split(".") if node.module else [])]
        for alias in node.names:
            inner = ".".join([*module, alias.name])
            if inner in known:
                yield Import(name, inner, node.lineno)
            elif f"{inner}.__init__" in known:
                yield Import(name, f"{inner}.__init__", node.lineno)
            elif alias.name != "__version__":  # a constant of the package itself
                whole = ".".join(module)
                yield Import(name, whole if whole in known else f"{whole}.__init__".lstrip("."), node.lineno)


def all_imports() -> list[Import]:
    found = modules()
    return [i for name, path in found.items() for i in imports(name, path.read_text(encoding="utf-8"), set(found))]


def rank(name: str) -> int | None:
    return RANK.get(name.split(".")[0])


def faults(found: list[Import]) -> list[str]:
    return [
        f"{i.user}:{i.line} (rank {rank(i.user)}) imports {i.used} (rank {rank(i.used)})"
        for i in found
        if not (rank(i.used) or 0) <= (rank(i.user) or 0)
    ]


def test_every_module_has_a_rank() -> None:
    assert [name for name in modules() if rank(name) is None] == []


def test_no_module_imports_from_a_higher_rank() -> None:
    found = all_imports()
    assert len(found) > 100
    assert faults(found) == []


def test_no_rank_goes_in_circles() -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for i in all_imports():
        if rank(i.user) == rank(i.used) and i.user != i.used:
            sorter.add(i.user, i.used)
    sorter.prepare()  # raises a CycleError that names the modules


def test_the_check_sees_lazy_and_aliased_imports() -> None:
    text = "def f():\n    from ..commands import tree\n    from . import table\n    import gradcli.manual\n"
    known = {"commands.tree", "commands.__init__", "reports.table", "reports.json_text", "manual"}
    found = list(imports("reports.json_text", text, known))
    assert [i.used for i in found] == ["commands.tree", "reports.table", "manual"]
    assert len(faults(found)) == 2
