"""Asks whether the tests notice a wrong edit: `python -m tests.mutation --seed 1 --count 150`.

Every edit is made in a copy of the tree, and the tests that run the edited lines are run there, quick ones first, until
one fails. What no test notices is shown to mypy, as CI does. Which tests run a line is measured once and kept outside
of the repository; `--measure` measures anew.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import py_compile
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from . import mutation_hooks as hooks
from .covering import Covering
from .ready_pytest import Ready
from .wrong_edits import Edit, places, target

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = tuple(f"tests/test_{name}.py" for name in ("golden", "transcripts", "readme", "manual"))
PYTEST = (
    "-q",
    "-p",
    "tests.mutation_hooks",
    "-p",
    "no:cacheprovider",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
HIGHEST = 1 << 32


class Verdict(NamedTuple):
    """How an edit ended: `how` is assertion, crash, timeout, golden only, types, survived or not run by any test."""

    how: str
    test: str
    asked: int
    seconds: float


class Tree:
    """A copy of the files of the repository, in which one edit at a time is made and tested."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "tree"
        for name in _output("git", "ls-files", "-z", "-co", "--exclude-standard").split("\0"):
            if name and (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        self.order = folder / "order.json"
        self.environment = {hooks.FOLDER: str(folder), hooks.TREE: str(self.root), hooks.ORDER: str(self.order)}
        self._ready: Ready | None = None
        self.failing: set[str] = set()  # tests that fail without an edit
        self.passing: set[str] = set()  # tests that have been seen to pass without one

    def __enter__(self) -> Tree:
        self._ready = Ready(self.root, self.folder / "log", {**os.environ, **self.environment})
        return self

    def __exit__(self, *_: object) -> None:
        assert self._ready is not None
        self._ready.close()

    def verdict(self, edit: Edit, batches: Sequence[Sequence[str]], *, golden: bool) -> Verdict:
        """Return what the tests say of an edit: those without golden texts first."""
        began = time.monotonic()
        path = self.root / edit.path
        source = path.read_bytes()
        plain = [[name for name in batch if not name.startswith(GOLDEN)] for batch in batches]
        texts = [name for batch in batches for name in batch if golden and name.startswith(GOLDEN)]
        how, test = "survived", ""
        for batch in filter(None, [*plain, texts]):
            how, test = self._death(path, source, edit.applied(source), batch)
            if how != "survived":
                how = f"golden only ({how})" if batch is texts else how
                break
        if how == "survived" and self._misfits(path, source, edit.applied(source)):
            how = "types"
        asked = sum(map(len, plain)) + len(texts)
        noticed = asked or how == "types"
        return Verdict(how if noticed else "run by no test", test, asked, time.monotonic() - began)

    def _misfits(self, path: Path, source: bytes, edited: bytes) -> bool:
        """Whether mypy refuses the edit. Raises `CalledProcessError` if mypy itself fails."""
        words = [sys.executable, "-m", "mypy", "--cache-dir", str(self.folder / "types"), "gradcli"]
        path.write_bytes(edited)
        found = subprocess.run(words, cwd=self.root, capture_output=True)
        _put(path, source)
        if found.returncode > 1:
            found.check_returncode()
        return found.returncode == 1

    def _death(self, path: Path, source: bytes, edited: bytes, tests: Sequence[str]) -> tuple[str, str]:
        """Return how the first test fails of an edit, and which; one that fails without the edit does not count."""
        while True:
            _put(path, edited)
            how, test = self._first_failure(tests)
            _put(path, source)
            if not test or test in self.passing or self._first_failure([test])[0] == "survived":
                self.passing.add(test)
                return how, test
            self.failing.add(test)

    def _first_failure(self, tests: Sequence[str]) -> tuple[str, str]:
        if self.failing.issuperset(tests):
            return "survived", ""
        note = self.folder / "verdict"
        self.order.write_text(json.dumps([tests, sorted(self.failing)]))
        note.write_text(json.dumps(["crash, before any test", ""]))
        assert self._ready is not None
        files = {name.partition("::")[0] for name in tests} - self.failing  # one that cannot be imported is not asked
        self._ready.run([*PYTEST, "-x", *sorted(files)])
        how, test = json.loads(note.read_text())
        return how, test


def _put(path: Path, source: bytes) -> None:
    """Write a source and compile it: two edits in one second leave a file that Python would take for the one before."""
    path.write_bytes(source)
    py_compile.compile(str(path), doraise=True)


def measured(folder: Path, jobs: int) -> None:
    """Run the suite once, and note which tests run which lines."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tree = Tree(folder)
    words = [sys.executable, "-m", "pytest", *PYTEST, *(["-n", str(jobs)] if jobs > 1 else [])]
    environment = {**os.environ, **tree.environment, hooks.MEASURE: "1"}
    with open(folder / "log", "wb") as log:
        subprocess.run(words, cwd=tree.root, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    subprocess.run(
        [sys.executable, "-m", "coverage", "combine", "-q", "--rcfile", str(folder / "coveragerc")],
        check=True,
        cwd=ROOT,
    )


def drawn(seed: int, count: int, room: str) -> Iterator[Edit]:
    """Return different wrong edits, each of another place. What would not compile is left out."""
    found = [
        place
        for path in sorted((ROOT / "gradcli").rglob("*.py"))
        if path.relative_to(ROOT / "gradcli").as_posix().startswith(room)
        for place in places(path)
    ]
    print(f"{len(found)} places, {sum(map(len, found))} edits, seed {seed}", flush=True)
    chosen = random.Random(seed)
    chosen.shuffle(found)
    for place in found:
        edit = chosen.choice(place)
        try:
            compile(edit.applied(edit.path.read_bytes()), str(edit.path), "exec")
        except SyntaxError:
            continue
        yield edit._replace(path=edit.path.relative_to(ROOT))
        count -= 1
        if not count:
            return


def written(text: str) -> Iterator[Edit]:
    """Return the edits of a text in the form in which they are printed: a file, `- old` lines, `+ new` lines.

    Where the old lines stand several times in the file, a line number behind its name says which is meant: the nearest.
    """
    for block in text.strip().split("\n\n"):
        name, *lines = block.splitlines()
        path, place = Path(name.split(":")[0]), re.match(r"[^:]*:(\d+):", name)
        source = (ROOT / path).read_bytes()
        old, new = ("\n".join(line[2:] for line in lines if line[0] == sign).encode() for sign in "-+")
        found = {
            found.start(): source.count(b"\n", 0, found.start()) + 1 for found in re.finditer(re.escape(old), source)
        }
        if not found or (len(found) > 1 and place is None):
            raise SystemExit(f"{path} has these lines {len(found)} times:\n{old.decode()}")
        start = min(found, key=lambda start: abs(found[start] - int(place[1] if place else 0)))
        first = found[start]
        last = first + old.count(b"\n")
        around = [node for node in ast.walk(ast.parse(source)) if _spans(node, first, last)]
        defined = next((target(node) for node in around if isinstance(node, ast.stmt)), None)
        if any(isinstance(node, ast.Lambda | ast.FunctionDef) for node in around):
            defined = None
        yield Edit(path, first, last, start, start + len(old), new.decode(), "written", defined)


def _spans(node: ast.AST, first: int, last: int) -> bool:
    return isinstance(node, ast.stmt | ast.expr) and node.lineno <= first and last <= (node.end_lineno or 0)


def _output(*words: str) -> str:
    return subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(HIGHEST))
    parser.add_argument("--count", type=int, default=150, help="how many edits")
    parser.add_argument("--room", default="", help="only files whose path in gradcli/ begins so: numbers, rows/jobs")
    parser.add_argument("--edits", type=Path, help="instead of drawn ones: a text of edits, as this prints them")
    parser.add_argument("--without-golden", action="store_true", help="ask no golden texts")
    parser.add_argument("--seconds", type=float, default=120, help="of tests for one edit, by their usual time")
    parser.add_argument("--jobs", type=int, default=2, help="at a time")
    parser.add_argument("--measure", action="store_true", help="find anew which tests run which lines")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "gradcli-mutation")
    return parser.parse_args()


def main() -> None:
    """Try the edits, and print for each what became of it, and how many ended so."""
    asked = options()
    if asked.measure or not (asked.cache / "tests.json").exists():
        print("finding which tests run which lines", flush=True)
        measured(asked.cache, asked.jobs)
    covering = Covering(ROOT, asked.cache)
    edits = list(written(asked.edits.read_text()) if asked.edits else drawn(asked.seed, asked.count, asked.room))
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        free: SimpleQueue[Tree] = SimpleQueue()
        for k in range(asked.jobs):
            folder = Path(scratch, str(k))
            folder.mkdir()
            free.put(stack.enter_context(Tree(folder)))
        pool = stack.enter_context(ThreadPoolExecutor(asked.jobs))

        def tried(edit: Edit) -> Verdict:
            batches = covering.tests(edit, asked.seconds)
            tree = free.get()
            try:
                return tree.verdict(edit, batches, golden=not asked.without_golden)
            finally:
                free.put(tree)

        shown = [edit.shown((ROOT / edit.path).read_bytes()) for edit in edits]
        ends: Counter[str] = Counter()
        for k, (edit, lines, verdict) in enumerate(zip(edits, shown, pool.map(tried, edits), strict=True), 1):
            ends[verdict.how.partition(",")[0].partition(" (")[0]] += 1
            about = f"{verdict.how}{f' in {verdict.test}' if verdict.test else f' ({verdict.asked} tests)'}"
            print(f"{edit.path}:{edit.first}: {k}: {edit.kind}: {about}; {verdict.seconds:.0f} s")
            print(lines, end="\n\n", flush=True)
    print(f"seed {asked.seed}: " + ", ".join(f"{n} {how}" for how, n in ends.most_common()))


if __name__ == "__main__":
    main()
