"""What is shown over the window, and gone when it is closed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from fanlight.ui.window.shortcut_sheet import ShortcutSheet


def show_shortcuts(window: QWidget) -> None:
    _show(ShortcutSheet(window))


def show_help(window: QWidget) -> None:
    from fanlight.ui.help.window import HelpWindow  # not before the first paint: it takes some milliseconds

    _show(HelpWindow(window))


def _show(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.exec()
