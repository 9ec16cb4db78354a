"""The settings of captures beside their fields: the action that runs automatically, and the button for the editor."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from fanlight.core.panel.quick_actions import NONE, QuickActions
from fanlight.core.settings_store import SettingsStore
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.settings.actions_editor import ActionsEditor
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.form import EDITOR_WIDTH, FieldLabel


class ActionsSection(QWidget):
    def __init__(self, actions: QuickActions, settings_store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions, self._settings_store = actions, settings_store
        self.default = QComboBox()
        self.default.setAccessibleName(_("Quick action after a capture"))
        self.default.setMinimumWidth(in_text_size(EDITOR_WIDTH))
        self.edit_button = push(_("Edit Quick Actions…"))
        self.edit_button.clicked.connect(self.edit)
        hint = label(_("Runs automatically as soon as the rectangle is drawn."), "muted", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(FieldLabel(_("Quick action after a capture")), 0, 0)
        grid.addWidget(self.default, 0, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(hint, 1, 1)
        grid.addWidget(self.edit_button, 2, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._fill()
        self.default.activated.connect(
            lambda _unused: settings_store.choose(shot_default_action=self.default.currentData())
        )
        actions.changed.connect(self._fill)
        settings_store.changed.connect(self._fill)

    def edit(self) -> None:
        editor = ActionsEditor(self._actions, self.window())
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.exec()

    def _fill(self) -> None:
        self.default.clear()
        self.default.addItem(_("None (choose each time)"), NONE)
        for action in self._actions.shown_for("capture"):
            self.default.addItem(action.shown_label, action.name)
        self.default.setCurrentIndex(max(0, self.default.findData(self._settings_store.now.shot_default_action)))
