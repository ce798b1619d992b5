"""The build hook: writes into the wheel the parser's table, which a start need not compute then, and the manual."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TableHook(BuildHookInterface[Any]):
    """Adds the manual, and `gradcli/grammar/table.py`; `gradcli.parser` checks that it belongs to its grammar."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compute the table of the grammar as it is now; an editable install reads the grammar itself.

        The pages of the manual go where the system looks for them.
        """
        for page in Path(self.root, "man").glob("gradcli*.[1-8]"):
            build_data["shared_data"][str(page)] = f"share/man/man{page.suffix[1:]}/{page.name}"
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        try:
            from gradcli.language.parser import table_module
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
