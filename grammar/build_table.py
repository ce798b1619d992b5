"""The build hook: writes the parser's table into the wheel, so that a start does not have to compute it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TableHook(BuildHookInterface[Any]):
    """Adds `gradcli/grammar/table.py`; `gradcli.parser` checks that it belongs to the grammar beside it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compute the table of the grammar as it is now; an editable install reads the grammar itself."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from gradcli.parser import table_module
        finally:
            sys.path.remove(self.root)
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name, "table.py")
        path.write_text(table_module(), encoding="utf-8")
        build_data["force_include"][str(path)] = "gradcli/grammar/table.py"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary copy of the table."""
        if version != "editable":
            self._folder.cleanup()
