"""Which tags one conversation has, or several: a field for new ones, and all that there are to be checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from fanlight.domain.tags import LONGEST_TAG, tag_key, typed_tags
from fanlight.i18n import _
from fanlight.ui.controls import label, push
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.widgets.entry_dialog import EntryDialog

_NAME = Qt.ItemDataRole.UserRole
_LINES = 8


class TagField(QLineEdit):
    """Completes the tags that there are. Enter adds what is typed; in an empty field it ends the dialog."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__()
        self.setPlaceholderText(_("Add a tag; a comma stands between several"))
        self.setAccessibleName(_("Add a tag"))
        self.setMaxLength(10 * LONGEST_TAG)
        self.setClearButtonEnabled(True)
        completer = QCompleter(QStringListModel(list(known), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)


class TagList(QListWidget):
    """All that there are, checked where all of the conversations have them, half checked where some have."""

    def __init__(self, known: Iterable[str], each: Sequence[Collection[str]]) -> None:
        """`each`: the tags of each of the conversations."""
        super().__init__()
        self.setAccessibleName(_("Tags"))
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        keys = [{tag_key(name) for name in names} for names in each]
        self._before: dict[str, Qt.CheckState] = {}
        for name in known:
            having = sum(tag_key(name) in one for one in keys)
            self._before[tag_key(name)] = state = _state(having, len(keys))
            self._add(name, state)

    def check(self, name: str) -> None:
        """A new one is the first line."""
        item = self._items.get(tag_key(name)) or self._add(name, Qt.CheckState.Checked, 0)
        item.setCheckState(Qt.CheckState.Checked)
        self.setCurrentItem(item)
        self.scrollToItem(item)

    @property
    def added(self) -> list[str]:
        """Those that all of the conversations are to have from now on."""
        return self._changed_to(Qt.CheckState.Checked)

    @property
    def removed(self) -> list[str]:
        return self._changed_to(Qt.CheckState.Unchecked)

    def _changed_to(self, state: Qt.CheckState) -> list[str]:
        unlisted = Qt.CheckState.Unchecked
        return [item.data(_NAME) for key, item in self._items.items()
                if item.checkState() == state and self._before.get(key, unlisted) != state]  # fmt: skip

    @property
    def _items(self) -> dict[str, QListWidgetItem]:
        items = [self.item(i) for i in range(self.count())]
        return {tag_key(item.data(_NAME)): item for item in items}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends the dialog; a list would take it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _add(self, name: str, state: Qt.CheckState, row: int = -1) -> QListWidgetItem:
        item = QListWidgetItem(name)
        item.setData(_NAME, name)
        item.setToolTip(plain_tip("" if len(name) < LONGEST_TAG // 4 else name))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(state)
        self.insertItem(self.count() if row < 0 else row, item)
        return item


class TagDialog(EntryDialog):
    """`what` says which conversations it is about."""

    def __init__(
        self, what: str, known: Iterable[str], each: Sequence[Collection[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(_("Tags"), parent)
        names = list(known)
        self.field, self.list = TagField(names), TagList(names, each)
        self.field.returnPressed.connect(self._take_typed)
        self.list.setMinimumHeight(_LINES * self.fontMetrics().height())
        self.list.setVisible(bool(names))
        save, cancel = push(_("Save"), kind="primary"), push(_("Cancel"))
        save.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.lay_out_entry((label(what, "muted", wrap=True), self.field, self.list), cancel, save)
        self.field.setFocus()

    def accept(self) -> None:
        """With what is still in the field."""
        for name in typed_tags(self.field.text()):
            self.list.check(name)
        super().accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.field.hasFocus():
            self.accept()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QDialog.keyPressEvent(self, event)

    def _take_typed(self) -> None:
        if not (names := typed_tags(self.field.text())):
            self.accept()
            return
        self.list.show()
        for name in names:
            self.list.check(name)
        self.field.clear()


def _state(having: int, of: int) -> Qt.CheckState:
    if having in (0, of):
        return Qt.CheckState.Checked if having else Qt.CheckState.Unchecked
    return Qt.CheckState.PartiallyChecked
