"""Deleted conversations: restore one, or delete it for good."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from fanlight.domain.stored import TrashRow
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.controls import label, push
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.window.list_head import ListHead

_ROW = Qt.ItemDataRole.UserRole


class TrashList(QListWidget):
    restore_pressed = Signal()
    delete_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Trash"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.restore_pressed.emit()
        else:
            super().keyPressEvent(event)


class TrashView(QWidget):
    """Shown in the sidebar, in the place of the conversations."""

    restored = Signal(int)
    deleted_for_good = Signal(object)
    """The numbers of conversations, which the user has confirmed."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        head = ListHead(_("Trash"))
        self.back_button = head.back_button
        self.list = TrashList()
        self.days = label("", "muted", wrap=True)
        self.restore_button = push(_("Restore"))
        self.delete_button = push(_("Delete for Good"), kind="danger")
        self.empty_button = push(_("Empty the Trash"), kind="danger")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(head)
        column.addWidget(self.list, 1)
        for widget in (self.days, self.restore_button, self.delete_button, self.empty_button):
            column.addWidget(widget)
        head.left.connect(self.left)
        self.list.currentItemChanged.connect(self._show_chosen)
        self.list.itemActivated.connect(self._restore_chosen)
        self.list.restore_pressed.connect(self._restore_chosen)
        self.list.delete_pressed.connect(self._delete_chosen)
        self.restore_button.clicked.connect(self._restore_chosen)
        self.delete_button.clicked.connect(self._delete_chosen)
        self.empty_button.clicked.connect(self._empty_trash)
        self._show_chosen()

    @property
    def rows(self) -> list[TrashRow]:
        """As they are shown."""
        return [self.list.item(i).data(_ROW) for i in range(self.list.count())]

    def show_rows(self, rows: Sequence[TrashRow]) -> None:
        """Keeps what is chosen, or chooses what stands in its place."""
        if list(rows) == self.rows:
            return
        place = self.list.currentRow()
        chosen = self._chosen_rows
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(row.title or _("Untitled"))
            item.setData(_ROW, row)
            self.list.addItem(item)
        same = next((i for i, row in enumerate(rows) if chosen and row.id == chosen.id), place)
        self.list.setCurrentRow(max(0, min(same, len(rows) - 1)))
        self._show_chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @property
    def _chosen_rows(self) -> TrashRow | None:
        place = self.list.currentRow()
        return self.rows[place] if place >= 0 else None

    def _show_chosen(self) -> None:
        row = self._chosen_rows
        for button in (self.restore_button, self.delete_button):
            button.setEnabled(row is not None)
        self.empty_button.setEnabled(self.list.count() > 0)
        self.days.setText(_days_left(row.days_left) if row is not None else _("The trash is empty."))

    def _restore_chosen(self) -> None:
        if (row := self._chosen_rows) is not None:
            self.restored.emit(row.id)

    def _delete_chosen(self) -> None:
        row = self._chosen_rows
        if row is None:
            return
        question = _("Delete “{title}” for good?").format(title=row.title or _("Untitled"))
        if confirmed(self, question, _("It cannot be restored then."), _("Delete for Good")):
            self.deleted_for_good.emit([row.id])

    def _empty_trash(self) -> None:
        ids = [row.id for row in self.rows]
        question = ngettext(
            "Delete {count} conversation for good?", "Delete {count} conversations for good?", len(ids)
        ).format(count=format_number(len(ids)))
        if ids and confirmed(self, question, _("They cannot be restored then."), _("Delete for Good")):
            self.deleted_for_good.emit(ids)


def _days_left(days: int) -> str:
    return ngettext(
        "Deleted for good after Fanlight has run on {count} more day.",
        "Deleted for good after Fanlight has run on {count} more days.",
        days,
    ).format(count=format_number(days))
