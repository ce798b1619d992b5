"""What the tests of the pictures share: programs, and the real programs that render them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from .test_drawing import FORK, NEURON, RUNNING

SVG = "{http://www.w3.org/2000/svg}"
HARD = ("(a-b)*(b-a)*max(a,b,c)+x**2*where(a<b,log(a)+q,2)", {"a": 1, "b": 2, "c": 3, "x": 3, "q": 1})
GREEK = ("σ = x*alpha1 + x_max; exp(-σ**2/1e5) - 1e-7*end", {"x": 1, "alpha1": 2, "x_max": 3, "end": 4})
PROGRAMS = [RUNNING, FORK, NEURON, HARD, GREEK, ("x*x", {"x": 3}), ("x", {"x": 1}), ("2*3", {}), ("3", {})]


def chromium() -> str:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("there is no Chromium here")
    return found


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"there is no {name} here")
    return found


def page(html: str, folder: Path) -> str:
    """Return the page as a browser leaves it after its scripts have run."""
    file = folder / "page.html"
    file.write_text(f'<!doctype html><meta charset="utf-8"><body>{html}</body>', encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--allow-file-access-from-files", f"--user-data-dir={profile}", "--virtual-time-budget=10000",
             "--dump-dom", file.as_uri()],
            capture_output=True, text=True, timeout=120, encoding="utf-8",
        )  # fmt: skip
    return done.stdout


def gradcli(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "FORCE_COLOR", "NO_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "gradcli", *words], capture_output=True,
        env={**clean, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip


def texts_of(root: ET.Element) -> dict[str, str]:
    """Return what stands at every label of an SVG picture: v3 is the value of node 3, g3 its gradient, s5-1 a share."""
    return {
        e.attrib["id"]: (e[0].tail if len(e) else e.text) or "" for e in root.iter(f"{SVG}text") if "id" in e.attrib
    }


def notes_of(root: ET.Element) -> list[str]:
    """Return the lines below an SVG picture."""
    return [e.text or "" for e in root.iter(f"{SVG}text") if e.get("class") == "note"]


def wires_of(root: ET.Element) -> set[tuple[int, int]]:
    """Return the nodes that the wires of an SVG picture lead from and to; the output leads to itself."""
    wires = [e for e in root.iter(f"{SVG}g") if "wire" in (e.get("class") or "").split()]
    return {(int(e.attrib["data-from"]), int(e.attrib["data-to"])) for e in wires}


def marked_gates(root: ET.Element) -> set[str]:
    """Return the titles of the gates of an SVG picture that are marked as kinks."""
    return {
        gate[0].text or ""
        for gate in root.iter(f"{SVG}g")
        if any(e.get("class") == "mark" for e in gate if e.tag == f"{SVG}text")
    }
