"""The conversations, newest first, in groups by date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from fanlight.ui.controls import label, push

ID = Qt.ItemDataRole.UserRole


class Row(Protocol):
    """What the list needs of a store.database.ConversationRow."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def updated(self) -> float: ...


class Sidebar(QFrame):
    new = Signal()
    opened = Signal(int)
    renamed = Signal(int, str)
    deleted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setMinimumWidth(180)
        self.new_button = push("New conversation", "plus")
        self.new_button.setToolTip("Ctrl+N")
        self.new_button.clicked.connect(self.new)
        self.list = _List()
        self.list.setAccessibleName("Conversations")
        self.empty = label("Conversations will be listed here.", "muted", wrap=True)
        self.quiet = label("0 connections", "muted")
        self.quiet.setToolTip("Nothing leaves this computer.")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 10, 12)
        column.setSpacing(10)
        column.addWidget(self.new_button)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.quiet)
        self._current: int | None = None
        self._titles: dict[int, str] = {}
        self.list.itemClicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.list.itemChanged.connect(self._edited)
        self.list.delete_pressed.connect(self._delete)
        self.list.customContextMenuRequested.connect(self._menu)
        self.show_rows(())

    def show_rows(self, rows: Sequence[Row], today: date | None = None) -> None:
        """Keeps what is selected and where one was; an inline rename under way is not disturbed."""
        if self.list.state() == QAbstractItemView.State.EditingState:
            return
        offset = self.list.verticalScrollBar().value()
        self.list.blockSignals(True)
        self.list.clear()
        self._titles = {row.id: row.title for row in rows}
        group = ""
        for row in rows:
            if (named := group_of(row.updated, today)) != group:
                group = named
                self.list.addItem(_heading(group))
            self.list.addItem(_item(row))
        self._mark()
        self.list.blockSignals(False)
        self.list.verticalScrollBar().setValue(offset)
        self.empty.setVisible(not rows)

    def select(self, conversation_id: int | None) -> None:
        """The conversation that is on the screen; None is a new one."""
        self._current = conversation_id
        self.list.blockSignals(True)
        self._mark()
        self.list.blockSignals(False)

    @property
    def ids(self) -> list[int]:
        """In the order shown."""
        return [item.data(ID) for item in self._items()]

    def rename_selected(self) -> None:
        if (item := self.list.currentItem()) and item.data(ID) is not None:
            self.list.editItem(item)

    def title(self, conversation_id: int) -> str:
        return self._titles.get(conversation_id, "")

    def _items(self) -> Iterable[QListWidgetItem]:
        items = (self.list.item(i) for i in range(self.list.count()))
        return (item for item in items if item.data(ID) is not None)

    def _mark(self) -> None:
        place = next((i for i in range(self.list.count()) if self.list.item(i).data(ID) == self._current), -1)
        self.list.setCurrentRow(place if self._current is not None else -1)

    def _open(self, item: QListWidgetItem) -> None:
        if item.data(ID) is not None and item.data(ID) != self._current:
            self.opened.emit(item.data(ID))

    def _edited(self, item: QListWidgetItem) -> None:
        conversation_id, title = item.data(ID), " ".join(item.text().split())
        if not title:
            item.setText(self._titles[conversation_id])
        elif title != self._titles[conversation_id]:
            self._titles[conversation_id] = title
            self.renamed.emit(conversation_id, title)

    def _delete(self) -> None:
        if (item := self.list.currentItem()) and item.data(ID) is not None:
            self.deleted.emit(item.data(ID))

    def _menu(self, where: QPoint) -> None:
        item = self.list.itemAt(where) or self.list.currentItem()
        if item is None or item.data(ID) is None:
            return
        menu = QMenu(self)
        menu.addAction("Rename", lambda: self.list.editItem(item)).setShortcut("F2")
        menu.addAction("Delete", lambda: self.deleted.emit(item.data(ID))).setShortcut("Del")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(where))


class _List(QListWidget):
    delete_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)


def _heading(text: str) -> QListWidgetItem:
    item = QListWidgetItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    font = item.font()
    font.setPixelSize(12)
    item.setFont(font)
    return item


def _item(row: Row) -> QListWidgetItem:
    item = QListWidgetItem(row.title or "Untitled")
    item.setData(ID, row.id)
    item.setToolTip(f"{row.title}\n{datetime.fromtimestamp(row.updated).astimezone():%x %H:%M}")
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
    return item


def group_of(updated: float, today: date | None = None) -> str:
    """The heading a conversation stands under."""
    today = today or datetime.now().astimezone().date()
    day = datetime.fromtimestamp(updated).astimezone().date()
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return "Last seven days"
    if day > today - timedelta(days=30):
        return "Last thirty days"
    return f"{day:%B %Y}"
