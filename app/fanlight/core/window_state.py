"""Geometry of the windows, and text that belongs to no conversation: `window.json` in the user's folder."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray

from fanlight.domain.errors import StoreError
from fanlight.edited_json import keep_broken, read_object, shown_names, written
from fanlight.files import replace_file
from fanlight.i18n import _

log = logging.getLogger(__name__)


class WindowState:
    """A small dictionary on disk. What cannot be read counts as missing; `problem` says so, and a copy of the file
    stays beside it as `window.broken`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        self._is_written = True
        self.problem: StoreError | None = None
        try:
            stored = read_object(path)
            self._values = stored.values
            broken = shown_names(stored.broken)
        except FileNotFoundError:
            return
        except (ValueError, OSError) as error:
            log.warning("%s: %s", path, error)
            broken = "…"
        if broken:
            self.problem = self._keep_broken(broken)

    def _keep_broken(self, names: str) -> StoreError:
        sentence = _("In {file}, this cannot be read: {names}.").format(file=self._path.name, names=names)
        try:
            return StoreError(sentence, _("A copy of the file is kept as {file}.").format(file=keep_broken(self._path)))
        except OSError as error:
            log.warning("no copy of %s was kept: %s", self._path, error)
            return StoreError(sentence, "")

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
        self.note(**values)
        self.write()

    def note(self, **values: bool | int | str | QByteArray | None) -> None:
        """As `keep`, but the file has them from the next `keep` or `write` on: that waits for the disk."""
        for key, value in values.items():
            new = value.toBase64().toStdString() if isinstance(value, QByteArray) else value
            self._is_written = self._is_written and key in self._values and self._values[key] == new
            self._values[key] = new

    def write(self) -> None:
        """Nothing where nothing has changed."""
        if self._is_written:
            return
        try:
            replace_file(self._path, written(self._values))
            self._is_written = True
        except OSError as error:
            log.warning("the window's state is not saved: %s", error)
