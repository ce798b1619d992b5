"""The manual that is installed: where its pages are, which there are, and a way to read them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = re.compile(r"gradcli(?:-(\w+(?:-\w+)*))?\.([1-8])")
PAGER = ("less", "more")
LESS = "FRX"  # leave at once what fits on a screen, show colours, and do not clear the screen


def manual() -> dict[str, Path]:
    """Return the files of the manual by their names, `gradcli` and then others, those of the checkout first."""
    found: dict[str, Path] = {}
    for path in sorted(_files(), key=lambda path: path.name):
        match = PAGE.fullmatch(path.name)
        if match is not None:
            found.setdefault(match[1] or "gradcli", path)
    return found


def _files() -> Iterator[Path]:
    """Yield the files that may be pages: beside the package in a checkout, or where the installer put them."""
    package = Path(__file__).resolve().parent.parent
    beside = package.parent / "man"
    if (package.parent / "pyproject.toml").is_file() and beside.is_dir():
        yield from beside.iterdir()
        return
    from importlib.metadata import PackageNotFoundError, files

    try:
        recorded = files("gradcli") or []
    except PackageNotFoundError:
        recorded = []
    installed = [Path(str(file.locate())).resolve() for file in recorded if PAGE.fullmatch(file.name)]
    yield from (path for path in installed if path.is_file())
    for folder in Path(sys.prefix, "share", "man").glob("man[1-8]"):
        yield from folder.iterdir()


def read(path: Path) -> str | None:
    """Return the source of a page, or None where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def show(text: str) -> None:
    """Write a text to standard output, through a pager where that is a terminal."""
    from .streams import emit

    if sys.stdin is None or sys.stdout is None or not (sys.stdin.isatty() and sys.stdout.isatty()) or not _page(text):
        emit(text)


def _page(text: str) -> bool:
    """Show a text in the reader's pager; return whether there is one."""
    import shlex
    import shutil
    import subprocess

    if os.environ.get("TERM", "dumb") == "dumb":
        return False
    wanted = os.environ.get("PAGER")
    if wanted is None:
        words = next(([name] for name in PAGER if shutil.which(name)), [])
    else:
        words = shlex.split(wanted)
    if not words or words == ["cat"]:
        return False
    environment = {**os.environ, "LESS": os.environ.get("LESS", LESS), "LESSCHARSET": "utf-8"}
    try:
        process = subprocess.Popen(words, stdin=subprocess.PIPE, env=environment)
    except (OSError, ValueError):
        return False
    try:
        process.communicate(text.encode("utf-8", "backslashreplace"))
    except KeyboardInterrupt:  # Ctrl-C is for the pager, which stays
        process.wait()
    return True
