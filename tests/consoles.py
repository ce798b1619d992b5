"""Console blocks of documents: their commands are run, and what they print is compared or written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from gradcli.commands.roff import WIDTH
from gradcli.manual import page_names

ROOT = Path(__file__).parent.parent
CONSOLE = re.compile(r"(?<=```console\n)(.*?)(?=```\n)", re.DOTALL)

# Every document with console blocks that are run; of the manual's texts those that make a page.
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(path for path in ROOT.glob("*/README.md") if not path.parent.name.startswith(".")),
    *(ROOT / "man" / "text" / f"{name}.md" for name in page_names()),
]


def transcript(block: str, folder: Path, width: int | None = None) -> str:
    """Return the block with what its commands print now in a folder, messages after data as in a terminal.

    A line that begins with > continues the command before it.
    """
    unset = ("COLUMNS", "FORCE_COLOR", "NO_COLOR")
    environment = {k: v for k, v in os.environ.items() if k not in unset}
    environment["PATH"] = os.path.dirname(sys.executable) + os.pathsep + environment["PATH"]
    environment["PYTHONIOENCODING"] = "utf-8"
    if width is not None:
        environment["COLUMNS"] = str(width)
    out = []
    for command in re.findall(r"^\$ .*\n(?:>.*\n)*", block, re.MULTILINE):
        done = subprocess.run(
            re.sub(r"^[$>] ?", "", command, flags=re.MULTILINE), shell=True, env=environment, text=True,
            encoding="utf-8", cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        out.append(f"{command}{done.stdout}")
    return "".join(out)


def width_of(document: Path) -> int | None:
    """Return the width that the examples of a document are printed at; None where lines may be long."""
    return WIDTH if document.parent.name == "text" else None


def runnable(block: str) -> str:
    """Return a block without the commands that need jq, where there is none."""
    if "jq" in block and shutil.which("jq") is None:
        return "".join(re.findall(r"\$ (?!.*jq).*\n[^$]*", block))
    return block
