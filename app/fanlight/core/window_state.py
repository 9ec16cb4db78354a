"""Geometry of the windows, and text that belongs to no conversation: `window.json` in the user's folder."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray

from fanlight.files import replace_file

log = logging.getLogger(__name__)


class WindowState:
    """A small dictionary on disk. A file that cannot be read counts as none; nothing here is worth an error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        try:
            stored = json.loads(path.read_text("utf-8"))
            self._values = stored if isinstance(stored, dict) else {}
        except FileNotFoundError:
            pass
        except (ValueError, OSError) as error:
            log.warning("%s: %s", path, error)

    def text(self, key: str) -> str:
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    def flag(self, key: str, default: bool) -> bool:
        value = self._values.get(key)
        return value if isinstance(value, bool) else default

    def number(self, key: str) -> int | None:
        value = self._values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def data(self, key: str) -> QByteArray:
        """A geometry or splitter state of Qt's; empty where there is none."""
        return QByteArray.fromBase64(self.text(key).encode("ascii", "ignore"))

    def keep(self, **values: bool | int | str | QByteArray | None) -> None:
        """Replace these values, in one step on disk."""
        for key, value in values.items():
            self._values[key] = value.toBase64().toStdString() if isinstance(value, QByteArray) else value
        try:
            replace_file(self._path, json.dumps(self._values, indent=2, ensure_ascii=False).encode())
        except OSError as error:
            log.warning("the window's state is not saved: %s", error)
