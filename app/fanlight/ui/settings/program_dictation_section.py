"""The part of the settings about dictation into other programs: how the text gets there, and the global shortcut."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlight.core.hotkey_bindings import HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.insertion import InsertionBackend
from fanlight.i18n import _
from fanlight.ui.controls import label
from fanlight.ui.plain_text import with_quoted_code
from fanlight.ui.settings.hotkeys import HotkeySection


class ProgramDictationSection(QWidget):
    def __init__(
        self,
        settings_store: SettingsStore,
        backend: InsertionBackend,
        bindings: HotkeyBindings | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        text = backend.describe() if backend.inserts else f"{backend.describe()} {_(backend.needs)}"
        self.way = label(with_quoted_code(text), "muted" if backend.inserts else "notice", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.way)
        if bindings is not None:
            column.addWidget(HotkeySection(settings_store, bindings))
