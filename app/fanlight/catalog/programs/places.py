"""The folders in which programs keep what belongs to a user, by the rules of each system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.path_kinds import home_expanded


@dataclass(frozen=True, slots=True)
class Places:
    """`root`: where the system's own folders are, such as usr."""

    home: Path
    environ: Mapping[str, str]
    platform: str = sys.platform
    root: Path = Path("/")

    @classmethod
    def of_this_user(cls) -> Places:
        return cls(home_expanded("~"), os.environ)

    def named(self, variable: str) -> Path | None:
        """The folder that a variable of the environment names; None where it names none, or a relative one, which
        would depend on where that program was started."""
        text = self.environ.get(variable, "").strip().strip("\"'")
        if text == "~" or text.startswith("~/"):
            return self.home / text[2:]
        return Path(text) if text and Path(text).is_absolute() else None

    @property
    def data(self) -> Path:
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        if self.platform == "win32":
            return self.named("APPDATA") or self.home / "AppData" / "Roaming"
        return self.named("XDG_DATA_HOME") or self.home / ".local" / "share"

    @property
    def local_data(self) -> Path:
        """As `data`; on Windows what does not follow the user to another computer."""
        if self.platform == "win32":
            return self.named("LOCALAPPDATA") or self.home / "AppData" / "Local"
        return self.data

    @property
    def config(self) -> Path:
        if self.platform == "win32":
            return self.data
        return self.named("XDG_CONFIG_HOME") or self.home / ".config"

    @property
    def cache(self) -> Path:
        if self.platform == "darwin":
            return self.home / "Library" / "Caches"
        if self.platform == "win32":
            return self.local_data
        return self.named("XDG_CACHE_HOME") or self.home / ".cache"
