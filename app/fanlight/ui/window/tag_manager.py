"""All tags: each can be called otherwise, or taken from all conversations."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fanlight.domain.tags import LONGEST_TAG, clean_tag, joined_tags, tag_key
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.controls import label, push
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.widgets.entry_dialog import EntryDialog

_NAME = Qt.ItemDataRole.UserRole
_LINES = 12
LONGEST_SHOWN = 36
"""Letters of a name before its number of conversations."""


class _NameDelegate(QStyledItemDelegate):
    """Edits the name alone; the number of conversations stands behind it."""

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(LONGEST_TAG)
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(_NAME)))

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> None:
        editor.setGeometry(option.rect)


class _AllTags(QListWidget):
    remove_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_pressed.emit()
        else:
            super().keyPressEvent(event)


class TagManager(EntryDialog):
    renamed = Signal(str, str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Edit Tags"), parent)
        self.list = _AllTags()
        self.list.setAccessibleName(_("Tags"))
        self.list.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.list.setItemDelegate(_NameDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(_LINES * self.fontMetrics().height())
        self.empty = label(_("No conversation has a tag."), "muted", wrap=True)
        self.rename_button, self.remove_button = push(_("Rename")), push(_("Remove"), kind="danger")
        close = push(_("Close"), kind="primary")
        self.rename_button.clicked.connect(lambda: self.list.editItem(self.list.currentItem()))
        self.remove_button.clicked.connect(self._remove)
        self.list.remove_pressed.connect(self._remove)
        self.list.itemChanged.connect(self._on_edited)
        self.list.currentItemChanged.connect(self._show_chosen)
        close.clicked.connect(self.accept)
        self.lay_out_entry((self.empty, self.list), self.rename_button, self.remove_button, close)
        self._counts: dict[str, int] = {}
        self.show_tags({})

    def show_tags(self, counts: Mapping[str, int]) -> None:
        """Keeps what is chosen, or chooses what stands in its place."""
        if dict(counts) == self._counts and self.list.count():
            return
        self._counts = dict(counts)
        place, chosen = self.list.currentRow(), self._chosen
        self.list.blockSignals(True)
        self.list.clear()
        for name, count in counts.items():
            item = QListWidgetItem(_line(name, count))
            item.setData(_NAME, name)
            item.setToolTip(plain_tip(name if len(name) > LONGEST_SHOWN else ""))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
        self.list.blockSignals(False)
        keys = [tag_key(name) for name in counts]
        same = keys.index(tag_key(chosen)) if tag_key(chosen) in keys else place
        self.list.setCurrentRow(max(0, min(same, len(keys) - 1)))
        self.empty.setVisible(not counts)
        self.list.setVisible(bool(counts))
        self._show_chosen()

    @property
    def _chosen(self) -> str:
        item = self.list.currentItem()
        return str(item.data(_NAME)) if item is not None else ""

    def _show_chosen(self) -> None:
        for button in (self.rename_button, self.remove_button):
            button.setEnabled(bool(self._chosen))

    def _on_edited(self, item: QListWidgetItem) -> None:
        """The line is as it was until the new name is in the database."""
        name, written = str(item.data(_NAME)), clean_tag(item.text())
        self.list.blockSignals(True)
        item.setText(_line(name, self._counts[name]))
        self.list.blockSignals(False)
        if written and written != name and self._may_join(name, written):
            self.renamed.emit(name, written)

    def _may_join(self, name: str, written: str) -> bool:
        """Another case of the same letters is the same tag."""
        there = next((one for one in self._counts if tag_key(one) == tag_key(written)), None)
        if there is None or tag_key(there) == tag_key(name):
            return True
        question = _("There is a tag “{tag}” already.").format(tag=there)
        return confirmed(self, question, _("“{name}” becomes the same tag.").format(name=name), _("Put Together"))

    def _remove(self) -> None:
        if self._chosen:
            self.removed.emit(self._chosen)


def _line(name: str, count: int) -> str:
    shown = name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 1]}…"
    return ngettext("{name} – {count} conversation", "{name} – {count} conversations", count).format(
        name=joined_tags([shown]), count=format_number(count)
    )
