"""The files that are transcribed, and how far each is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QWidget

from fanlight.core.transcription.transcription import Transcription
from fanlight.i18n import _, format_percent
from fanlight.ui.plain_text import plain_tip


class RecordingList(QListWidget):
    """Hidden while there are fewer than two."""

    chosen = Signal(object)
    """A Transcription."""
    removal_requested = Signal(object)
    """A Transcription, to be removed from the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recordings")
        self.setAccessibleName(_("Files"))
        self.setAccessibleDescription(_("Press Delete to remove a file from the list."))
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self._transcriptions: list[Transcription] = []
        self.currentRowChanged.connect(lambda row: self.chosen.emit(self._transcriptions[row]) if row >= 0 else None)
        self.hide()

    def add(self, one: Transcription) -> None:
        self._transcriptions.append(one)
        self.addItem(QListWidgetItem())
        self.refresh(one)
        self._fit_list()

    def drop(self, one: Transcription) -> None:
        row = self._transcriptions.index(one)
        self.blockSignals(True)  # the window chooses which one is shown next
        del self._transcriptions[row]
        self.takeItem(row)
        self.blockSignals(False)
        self._fit_list()

    def select(self, one: Transcription | None) -> None:
        self.setCurrentRow(self._transcriptions.index(one) if one in self._transcriptions else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentRow() >= 0:
            self.removal_requested.emit(self._transcriptions[self.currentRow()])
        else:
            super().keyPressEvent(event)

    def _show_menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is None:
            return
        one = self._transcriptions[self.row(item)]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Remove from List")).triggered.connect(lambda: self.removal_requested.emit(one))
        menu.popup(self.viewport().mapToGlobal(at))

    def refresh(self, one: Transcription) -> None:
        """Update its line."""
        if one not in self._transcriptions:
            return
        item = self.item(self._transcriptions.index(one))
        words = f"{one.path.name}\n{_shortened_file(one)}"
        if item.text() != words:
            item.setText(words)
            item.setToolTip(plain_tip(f"{one.path}\n{one.status()}"))

    def _fit_list(self) -> None:
        self.setVisible(len(self._transcriptions) > 1)


def _shortened_file(one: Transcription) -> str:
    match one.state:
        case "waiting":
            return _("waiting")
        case "working":
            return format_percent(one.share) if one.share is not None else _("in progress")
        case "live":
            return _("captions are on")
        case "stopped":
            return _("stopped")
        case "failed":
            return _("failed")
        case "done":
            return _("done")
