"""Run by hatchling before a wheel, a source archive or an editable install is built: the catalogs are compiled."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileMessages(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's)
        script = runpy.run_path(str(Path(self.root) / "packaging" / "compile_messages.py"))
        script["compile_all"]()
