"""The editor of the quick actions: the list in its order, and the fields of the one that is selected. Changes apply at
once; while they are invalid, the error is shown and the last valid actions stay in force."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from fanlight.core.panel.edited_actions import EditedActions
from fanlight.core.panel.quick_actions import QuickActions
from fanlight.core.work.throttle import Debounce
from fanlight.domain.actions import GOES_TO, SUBJECTS
from fanlight.domain.errors import ActionsError
from fanlight.i18n import _
from fanlight.ui.controls import label, push, tool
from fanlight.ui.settings.action_words import ABOUT, NEW, PLACES, action_title, key_hint
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.form import WrappingCheckBox, give_room
from fanlight.ui.widgets.long_text_edit import LongTextEdit

APPLY_MS = 400
LIST_WIDTH = 230


class ActionsEditor(QDialog):
    def __init__(self, actions: QuickActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Quick actions"))
        self._actions = actions
        self._edited = EditedActions(actions.all, actions.shipped)
        self._filling = False
        self._soon = Debounce(self, self.apply, APPLY_MS)
        self._build_editors()
        self._connect_editors()
        self._list_actions(0)
        give_room(self, 780, 560)

    def apply(self) -> bool:
        """Put what was changed in force now. False where it is invalid; the error is shown."""
        self._soon.cancel()
        try:
            valid = self._edited.check()
        except ActionsError as error:
            self._show_error(error)
            return False
        self._show_error(None)
        return self._actions.save(valid)

    def done(self, result: int) -> None:
        """Changes that are invalid are lost; the actions in force stay."""
        if self._soon.pending:
            self.apply()
        super().done(result)

    # Widgets.

    def _build_editors(self) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName(_("Quick actions in order"))
        self.list.setFixedWidth(in_text_size(LIST_WIDTH))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.up = tool("chevron-up", _("Move up"))
        self.down = tool("chevron-down", _("Move down"))
        self.add = tool("plus", _("Add quick action"))
        self.remove = tool("trash", _("Remove this action"))
        self.label, self.key = QLineEdit(), QLineEdit()
        self.key.setMaxLength(1)
        self.key.setFixedWidth(in_text_size(56))
        self.prompt = LongTextEdit()
        self.prompt.setTabChangesFocus(True)
        self.prompt.setPlaceholderText(_("Leave empty to get the text in the picture, without asking a model"))
        self.reads_text = WrappingCheckBox(_("Send the text in the picture along with it"))
        self.goes_to = QComboBox()
        for place in GOES_TO:
            self.goes_to.addItem(_(PLACES[place]), place)
        self.about = QComboBox()
        for subject in SUBJECTS:
            self.about.addItem(_(ABOUT[subject]), subject)
        self.replaces = WrappingCheckBox(_("Offer to put the answer in the place of the selected text"))
        self.shown = WrappingCheckBox(_("Show in the panel"))
        self.error = label("", "error", wrap=True)
        self.error.hide()
        self.restore = push(_("Restore Default"))
        self.restore_all = push(_("Restore All"))
        self.close_button = push(_("Close"), kind="primary")
        names = {
            self.label: _("Label"), self.key: _("Key"), self.prompt: _("Prompt"), self.goes_to: _("Send the answer to"),
            self.about: _("Shown beside"),
        }  # fmt: skip
        for widget, name in names.items():
            widget.setAccessibleName(name)
        self.key.setAccessibleDescription(key_hint())
        self._lay_out_editors()

    def _lay_out_editors(self) -> None:
        halves = QHBoxLayout()
        halves.setSpacing(18)
        halves.addLayout(self._list_with_tools())
        halves.addLayout(self._fields(), 1)
        outer = QVBoxLayout(self)
        outer.setSpacing(14)
        outer.addLayout(halves, 1)
        outer.addLayout(self._buttons())

    def _list_with_tools(self) -> QVBoxLayout:
        tools = QHBoxLayout()
        tools.setSpacing(4)
        for button in (self.up, self.down, self.add, self.remove):
            tools.addWidget(button)
        tools.addStretch(1)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addLayout(tools)
        return left

    def _fields(self) -> QGridLayout:
        form = QGridLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        hint = label(key_hint(), "muted", wrap=True)
        beside = QHBoxLayout()
        beside.setSpacing(12)
        beside.addWidget(self.key)
        beside.addWidget(hint, 1)
        form.addWidget(label(_("Label")), 0, 0)
        form.addWidget(self.label, 0, 1)
        form.addWidget(label(_("Key")), 1, 0)
        form.addLayout(beside, 1, 1)
        form.addWidget(label(_("Prompt")), 2, 0, Qt.AlignmentFlag.AlignTop)
        form.addWidget(self.prompt, 2, 1)
        form.addWidget(label(_("{language} is the language chosen in the settings."), "muted", wrap=True), 3, 1)
        form.addWidget(label(_("Send the answer to"), wrap=True), 4, 0)
        form.addWidget(self.goes_to, 4, 1, Qt.AlignmentFlag.AlignLeft)
        form.addWidget(label(_("Shown beside"), wrap=True), 5, 0)
        form.addWidget(self.about, 5, 1, Qt.AlignmentFlag.AlignLeft)
        form.addWidget(self.reads_text, 6, 1)
        form.addWidget(self.replaces, 7, 1)
        form.addWidget(self.shown, 8, 1)
        form.addWidget(self.error, 9, 0, 1, 2)
        form.setRowStretch(2, 1)
        return form

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.restore_all)
        row.addWidget(self.restore)
        row.addStretch(1)
        row.addWidget(self.close_button)
        return row

    def _connect_editors(self) -> None:
        self.list.currentRowChanged.connect(self._show_action)
        self.up.clicked.connect(lambda: self._move_action(-1))
        self.down.clicked.connect(lambda: self._move_action(1))
        self.add.clicked.connect(self._add_action)
        self.remove.clicked.connect(self._remove_action)
        self.restore.clicked.connect(self._restore_action)
        self.restore_all.clicked.connect(self._restore_all)
        self.close_button.clicked.connect(self.accept)
        for changed in (
            self.label.textEdited, self.key.textEdited, self.prompt.textChanged, self.goes_to.currentIndexChanged,
            self.reads_text.toggled, self.shown.toggled, self.about.currentIndexChanged, self.replaces.toggled,
        ):  # fmt: skip
            changed.connect(self._on_edited)

    # The list.

    @property
    def _current_row(self) -> int:
        return self.list.currentRow()

    def _list_actions(self, row: int) -> None:
        """All rows anew, with this one chosen."""
        self._filling = True
        self.list.clear()
        for action in self._edited.now:
            self.list.addItem(action_title(action))
        self._filling = False
        self.list.setCurrentRow(max(0, min(row, len(self._edited.now) - 1)))

    def _show_action(self, row: int) -> None:
        """The fields of the action that is chosen."""
        if self._filling or not 0 <= row < len(self._edited.now):
            return
        action, is_own = self._edited.now[row], self._edited.shipped(row) is None
        self._filling = True
        self.label.setText(action.shown_label)
        self.key.setText(action.key.upper())
        self.prompt.setPlainText(action.prompt)
        self.goes_to.setCurrentIndex(self.goes_to.findData(action.goes_to))
        self.reads_text.setChecked(action.reads_text)
        self.shown.setChecked(not action.hidden)
        self.about.setCurrentIndex(self.about.findData(action.about))
        self.replaces.setChecked(action.replaces)
        self._show_fitting()
        self._filling = False
        self.up.setEnabled(row > 0)
        self.down.setEnabled(row < len(self._edited.now) - 1)
        self.remove.setEnabled(is_own)
        self.remove.setToolTip(_("Remove this action") if is_own else _("Built-in actions can only be hidden"))
        self.restore.setEnabled(self._edited.has_changed(row))

    def _on_edited(self) -> None:
        row = self._current_row
        if self._filling or not 0 <= row < len(self._edited.now):
            return
        before, text = self._edited.now[row], self.label.text()
        keeps_label = text == before.shown_label
        self._edited.now[row] = replace(
            before,
            label=before.label if keeps_label else text,
            is_label_shipped=before.is_label_shipped and keeps_label,
            key=self.key.text().lower(),
            prompt=self.prompt.toPlainText().strip(),
            goes_to=self.goes_to.currentData(),
            reads_text=self.reads_text.isChecked(),
            hidden=not self.shown.isChecked(),
            about=self.about.currentData(),
            replaces=self.replaces.isChecked(),
        )
        self._show_fitting()
        self.restore.setEnabled(self._edited.has_changed(row))
        self.list.item(row).setText(action_title(self._edited.now[row]))
        self._soon.request()

    def _show_fitting(self) -> None:
        """What means something to an action about this."""
        about_text = self.about.currentData() == "selection"
        self.reads_text.setVisible(not about_text)
        self.replaces.setVisible(about_text)

    def _move_action(self, by: int) -> None:
        row = self._current_row
        if self._edited.move(row, by):
            self._list_actions(row + by)
            self.apply()

    def _add_action(self) -> None:
        self._edited.add(NEW, _(NEW.label))
        self._list_actions(len(self._edited.now) - 1)
        self.label.setFocus()
        self.label.selectAll()
        self.apply()

    def _remove_action(self) -> None:
        row = self._current_row
        if self._edited.remove(row):
            self._list_actions(row)
            self.apply()

    def _restore_action(self) -> None:
        row = self._current_row
        if self._edited.restore(row):
            self._list_actions(row)
            self.apply()

    def _restore_all(self) -> None:
        self._edited.restore_all()
        self._list_actions(0)
        self.apply()

    def _show_error(self, error: ActionsError | None) -> None:
        text = error.text if error else ""
        self.error.setVisible(bool(text))
        if text and text != self.error.text():
            announce(self, text)
        self.error.setText(text)
        self.error.setAccessibleName(text)
