"""Which tests run the lines of an edit, from what `python -m tests.mutation --measure` noted."""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from functools import cache, cached_property
from pathlib import Path

import coverage

from .wrong_edits import Edit, target

NEAR = 5  # files, tried first
ROUNDS = 3  # a table made of rows made of a constant


class Covering:
    """The tests of every line. A line that is run at import belongs to the tests that run what mentions its name."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.measured = folder / "tree"
        found = json.loads((folder / "tests.json").read_text())
        passed = {name: seconds for name, (seconds, passes) in found.items() if passes}
        # A test file may be gone since.
        self.seconds = {name: seconds for name, seconds in passed.items() if (root / _file(name)).exists()}
        self.data = coverage.CoverageData(str(folder / "lines"))
        self.data.read()

    def tests(self, edit: Edit, seconds: float) -> list[list[str]]:
        """Return the tests to run, as many as take so long: those of the files nearest to the edit, then the others.

        A test file is near that imports the module, or most of whose tests run the line. Of the others come the
        quickest of every file and of every way through the module, then the second of each.
        """
        found = self._of_lines(edit.path, edit.first, edit.last)
        if edit.name is not None:
            found = self._of_name(edit.path, edit.name) or found | self._of_module(edit.path)
            found |= {name for name in self.seconds if self._imports(_file(name), edit.path)}  # they may read data
        found = found or self._of_module(edit.path)
        known = {*map(_file, found)}
        files = [file for file in self._changed if file in known or self._imports(file, edit.path)]
        measured = [name for name in found & self.seconds.keys() if _file(name) in files]
        changed = [*sorted(measured, key=lambda name: self.seconds[name]), *files]  # the rest of the files comes last
        batches = self._batches(edit, {name for name in found if _file(name) not in files}, seconds)
        new = [file for file in self._changed if file not in files and not (self.measured / file).exists()]
        return [batch for batch in (changed, *batches, new) if batch]  # nobody knows which lines those of the end run

    def _batches(self, edit: Edit, found: set[str], seconds: float) -> list[list[str]]:
        by_file: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(found & self.seconds.keys(), key=lambda name: self.seconds[name]):
            by_file[_file(name)].append(name)
        ranked = sorted(by_file, key=lambda file: (not self._imports(file, edit.path), -self._share(file, by_file)))
        near = sorted((name for file in ranked[:NEAR] for name in by_file[file]), key=lambda name: self.seconds[name])
        others = [name for file in ranked[NEAR:] for name in by_file[file]]
        turns = [self._turns(others, key) for key in (_file, self._ways(edit.path).get)]
        others.sort(key=lambda name: (min(turn[name] for turn in turns), self.seconds[name]))
        batches: list[list[str]] = []
        for batch in (near, others):
            batches.append([])
            for name in batch:
                if self.seconds[name] <= seconds:
                    batches[-1].append(name)
                    seconds -= self.seconds[name]
        return [batch for batch in batches if batch]

    @cached_property
    def _changed(self) -> list[str]:
        """Return the test files that were not measured as they are now: they are run whole."""
        files = [path.relative_to(self.root) for path in sorted((self.root / "tests").glob("test_*.py"))]
        return [
            file.as_posix()
            for file in files
            if not (self.measured / file).exists()
            or (self.measured / file).read_bytes() != (self.root / file).read_bytes()
        ]

    def _turns(self, names: list[str], kind: Callable[[str], Hashable]) -> dict[str, int]:
        """Return how many tests of its kind are quicker than a test."""
        seen: Counter[Hashable] = Counter()
        found = {}
        for name in sorted(names, key=lambda name: self.seconds[name]):
            found[name] = seen[kind(name)]
            seen[kind(name)] += 1
        return found

    def _ways(self, path: Path) -> dict[str, Hashable]:
        """Return for every test which lines of a module it runs."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for line, tests in sorted(self._by_line(path).items()):
            for test in tests:
                found[test].append(line)
        return {test: tuple(lines) for test, lines in found.items()}

    def _share(self, file: str, by_file: dict[str, list[str]]) -> float:
        """Return which part of the tests of a file run the edit."""
        return len(by_file[file]) / self._sizes[file]

    @cached_property
    def _sizes(self) -> Counter[str]:
        return Counter(map(_file, self.seconds))

    @cache  # noqa: B019
    def _imports(self, file: str, path: Path) -> bool:
        *room, name = path.with_suffix("").parts
        package = re.escape(".".join(room))
        direct = rf"from {package}\.{name} import|from {package} import (?:\([^)]*|.*)\b{name}\b"
        return re.search(direct, (self.root / file).read_text(encoding="utf-8")) is not None

    @cache  # noqa: B019
    def _by_line(self, path: Path) -> dict[int, list[str]]:
        """Return the tests of every line that has not changed since the measurement."""
        new = (self.root / path).read_text(encoding="utf-8").splitlines()
        former = path if path in self._measured else max(self._measured, key=lambda p: len(self._measured[p] & {*new}))
        old = (self.measured / former).read_text(encoding="utf-8").splitlines()
        found = self.data.contexts_by_lineno(str(self.measured / former))
        same = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        return {b + k + 1: found.get(a + k + 1, []) for a, b, size in same for k in range(size)}

    @cached_property
    def _measured(self) -> dict[Path, set[str]]:
        """The lines of every file that was measured, so that one that was moved is found again."""
        paths = sorted((self.measured / "gradcli").rglob("*.py"))
        return {p.relative_to(self.measured): {*p.read_text(encoding="utf-8").splitlines()} for p in paths}

    def _of_lines(self, path: Path, first: int, last: int) -> set[str]:
        by_line = self._by_line(path)
        return {test for line in range(first, last + 1) for test in by_line.get(line, ())} - {""}

    def _of_module(self, path: Path) -> set[str]:
        return {test for tests in self._by_line(path).values() for test in tests} - {""}

    def _of_name(self, path: Path, name: str) -> set[str]:
        """Return the tests that run a function that mentions a name, or what is made of it at import."""
        names, found = {name}, set()
        for _ in range(ROUNDS):
            mentions = [mention for name in names for mention in self._mentions.get(name, ())]
            for where, first, last, _ in mentions:
                found |= self._of_lines(where, first, last)
            names = {made for *_, made in mentions if made}
        return found

    @cached_property
    def _mentions(self) -> dict[str, list[tuple[Path, int, int, str]]]:
        """Where every name is read: the file, the lines, and what is defined by that at import, if anything.

        A function mentions its own name, for the sake of its defaults.
        """
        found: dict[str, list[tuple[Path, int, int, str]]] = {}
        for path in sorted((self.root / "gradcli").rglob("*.py")):
            short = path.relative_to(self.root)
            for statement in ast.parse(path.read_bytes()).body:
                made = target(statement) or ""
                for node in ast.walk(statement):
                    match node:
                        case ast.FunctionDef(name=name, body=body):
                            place = (short, body[0].lineno, body[-1].end_lineno or 0, "")
                        case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
                            place = (short, node.lineno, node.lineno, made)
                        case _:
                            continue
                    found.setdefault(name, []).append(place)
        return found


def _file(test: str) -> str:
    return test.partition("::")[0]
