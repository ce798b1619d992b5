"""Hostile inputs, where the collection of them lies beside this checkout: each through its runner, in a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradcli.commands.tree import COMMANDS

SHARED = Path(__file__).parent.parent.parent / "shared" / "cases"
INPUTS = SHARED / "hostile_inputs.json"
GROUPS = ("argv", "bindings", "csv", "injection", "io", "json", "math", "size", "syntax", "unicode")


def names(group: str) -> list[str]:
    cases = json.loads(INPUTS.read_text(encoding="utf-8"))["inputs"]
    return [
        case["id"]
        for case in cases
        if case["group"] == group
        and ("rows" in COMMANDS or "rows" not in json.dumps([case.get("argv"), case.get("shell")]))
    ]


@pytest.mark.skipif(not INPUTS.exists(), reason="the hostile inputs do not lie beside this checkout")
@pytest.mark.skipif(os.name != "posix", reason="the runner needs Unix")
@pytest.mark.parametrize("group", GROUPS)
def test_hostile_inputs(group: str, tmp_path: Path) -> None:
    program = tmp_path / "gradcli"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from gradcli.commands import main; main()" "$@"\n')
    program.chmod(0o755)
    wanted = names(group)
    if not wanted:
        pytest.skip("the command they are about does not exist")
    done = subprocess.run(
        [sys.executable, SHARED / "run_hostile.py", str(program), *wanted], capture_output=True, text=True, timeout=300
    )
    failures = [line for line in done.stdout.splitlines() if not line.startswith("  ")]
    assert failures == [f"{len(wanted)} passed, 0 failed"], done.stdout


@pytest.mark.skipif(not INPUTS.exists(), reason="the hostile inputs do not lie beside this checkout")
def test_every_group_is_run() -> None:
    assert {case["group"] for case in json.loads(INPUTS.read_text(encoding="utf-8"))["inputs"]} == set(GROUPS)
