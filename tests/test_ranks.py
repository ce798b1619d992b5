"""The ranks: a module imports only from modules of a lower rank, or of its own without going in circles."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "gradcli"
CONTRIBUTING = PACKAGE.parent / "CONTRIBUTING.md"

# A room has one rank for all its files, save for homework, whose rooms look down on each other in this order.
RANKS = {
    0: "text errors",
    1: "files numbers",
    2: "calculus",
    3: "arrays",
    4: "language",
    5: "record",
    6: "drawing plotting rows homework.__init__ homework.claims",
    7: "homework.diagnosis",
    8: "homework.marking",
    9: "homework.classroom",
    10: "reports",
    11: "commands manual __init__ __main__",
}
RANK = {name: rank for rank, names in RANKS.items() for name in names.split()}
ROOT = {"text.py", "errors.py", "__init__.py", "__main__.py", "manual.py", "py.typed"}


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
    parts = name.split(".")
    return RANK.get(".".join(parts[:2]), RANK.get(parts[0]))


def room(name: str) -> str:
    """Return the room of a module: the longest name that has a rank."""
    parts = name.split(".")
    return next(r for r in (".".join(parts[:2]), parts[0]) if r in RANK)


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


def test_homework_pictures_plots_and_tables_know_nothing_of_each_other() -> None:
    aside = {"drawing", "plotting", "rows", "homework"}
    ends = [(i.user.split(".")[0], i.used.split(".")[0], i) for i in all_imports()]
    assert [i for user, used, i in ends if user in aside and used in aside - {user}] == []


def test_the_root_holds_rooms_and_little_else() -> None:
    files = {path.name for path in PACKAGE.iterdir() if path.is_file()}
    assert files == ROOT
    rooms = {path.parent for path in PACKAGE.rglob("*.py")} - {PACKAGE}
    assert [str(path) for path in sorted(rooms) if not (path / "__init__.py").read_text(encoding="utf-8").strip()] == []


def test_the_docstring_of_a_room_says_where_each_of_its_modules_comes_in() -> None:
    for init in PACKAGE.rglob("__init__.py"):
        if init.parent == PACKAGE:
            continue
        named = set(re.findall(r"`(\w+)`", ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""))
        rooms = {folder.name for folder in init.parent.iterdir() if (folder / "__init__.py").exists()}
        modules_here = {path.stem for path in init.parent.glob("*.py")} - {"__init__"}
        assert named == modules_here | rooms, init


def picture(found: list[Import]) -> list[str]:
    """Return the imports between rooms as a staircase: a row for each room, a column for each one above it."""
    used = {(room(i.user), room(i.used)) for i in found}
    rooms = [r for r in RANK if r not in ("__init__", "__main__", "homework.__init__")]
    lines = []
    for n, user in enumerate(rooms):
        marks = " ".join("●" if (user, below) in used else "·" for below in rooms[:n])
        lines.append(f"{user:20} {marks}".rstrip())
    return lines


def test_the_picture_in_contributing_is_that_of_the_code(request: pytest.FixtureRequest) -> None:
    before, opening, rest = CONTRIBUTING.read_text(encoding="utf-8").partition("<!-- rooms -->\n```text\n")
    _, closing, after = rest.partition("```\n")
    assert opening
    assert closing
    text = before + opening + "\n".join(picture(all_imports())) + "\n" + closing + after
    if request.config.getoption("--rewrite"):
        CONTRIBUTING.write_text(text, encoding="utf-8")
    assert CONTRIBUTING.read_text(encoding="utf-8") == text


def test_no_room_is_part_of_a_circle_of_rooms() -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for i in all_imports():
        if room(i.user) != room(i.used):
            sorter.add(room(i.user), room(i.used))
    sorter.prepare()  # raises a CycleError that names the rooms


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
