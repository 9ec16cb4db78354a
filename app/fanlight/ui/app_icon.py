"""Fanlight's own icon: of its windows, and in the tray."""

from __future__ import annotations

from PySide6.QtGui import QIcon

from fanlight import paths


def app_icon() -> QIcon:
    return QIcon(str(paths.resources() / "icons" / "fanlight.svg"))
