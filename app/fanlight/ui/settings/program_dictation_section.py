"""The part of the settings about dictation into other programs: how the text gets there, whether the desktop lets it,
and the global shortcut."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fanlight.core.hotkey_bindings import HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.insertion import InsertionBackend, InsertionPermission, PermissionState
from fanlight.i18n import N_, _
from fanlight.ui.controls import label, push, repolish
from fanlight.ui.plain_text import with_quoted_code
from fanlight.ui.settings.hotkeys import HotkeySection

_STATES = {
    PermissionState.NEEDED: N_("The desktop has not been asked yet. It asks once, and you can take it back there."),
    PermissionState.REMEMBERED: N_("The desktop has allowed it. It may ask again after you have logged in anew."),
    PermissionState.ASKED: N_("Answer the question that the desktop shows."),
    PermissionState.GRANTED: N_("The desktop allows it."),
    PermissionState.REFUSED: N_("The desktop asked, and typing was not allowed."),
}


class ProgramDictationSection(QWidget):
    def __init__(
        self,
        settings_store: SettingsStore,
        backend: InsertionBackend,
        permission: InsertionPermission | None,
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
        if permission is not None:
            column.addWidget(InsertionPermissionRow(permission, _(backend.needs)))
        if bindings is not None:
            column.addWidget(HotkeySection(settings_store, bindings))


class InsertionPermissionRow(QWidget):
    """What the desktop says, and the button that asks it: from here, where Fanlight has the keyboard."""

    def __init__(self, permission: InsertionPermission, needs: str) -> None:
        super().__init__()
        self._permission, self._needs = permission, needs
        self.state = label("", "muted", wrap=True)
        self.allow = push(_("Allow Typing"))
        self.allow.clicked.connect(lambda: permission.ask(self.window().windowHandle()))
        row = QHBoxLayout()
        row.addWidget(self.allow)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.state)
        column.addLayout(row)
        permission.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        state = self._permission.state
        failed = state is PermissionState.FAILED
        self.state.setText(f"{self._permission.why} {self._needs}" if failed else _(_STATES[state]))
        kind = "notice" if state in (PermissionState.FAILED, PermissionState.REFUSED) else "muted"
        if self.state.property("kind") != kind:
            self.state.setProperty("kind", kind)
            repolish(self.state)
        self.allow.setVisible(state is not PermissionState.GRANTED)
        self.allow.setEnabled(state is not PermissionState.ASKED)
