"""The part of the settings about pictures by words: the folders they are in, and the index."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHBoxLayout, QListWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from fanlight.core.picture_search.indexer import PictureIndexer
from fanlight.core.picture_search.picture_search import PictureSearch
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import FanlightError
from fanlight.domain.picture_finding import IndexProgress
from fanlight.i18n import _, format_number, ngettext
from fanlight.settings import Settings
from fanlight.ui.controls import label, push
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import announce

LIST_HEIGHT = 110


class PicturesSection(QWidget):
    def __init__(
        self,
        settings_store: SettingsStore,
        search: PictureSearch,
        indexer: PictureIndexer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings_store, self._search, self._indexer = settings_store, search, indexer
        self.folders = QListWidget()
        self.folders.setAccessibleName(_("Folders with pictures"))
        self.folders.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.folders.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.folders.setFixedHeight(in_text_size(LIST_HEIGHT))
        self.add = push(_("Add Folder…"))
        self.remove = push(_("Remove from the List"))
        self.again = push(_("Look Again"))
        self.again.setAccessibleName(_("Look again for new pictures in the folders"))
        self.empty = push(_("Empty the Index"))
        self.state = label("", "muted", wrap=True)
        self._lay_out()
        self.add.clicked.connect(self._pick_folder)
        self.remove.clicked.connect(self.remove_chosen)
        self.again.clicked.connect(self._look_again)
        self.empty.clicked.connect(self._empty)
        self.folders.itemSelectionChanged.connect(self._show_buttons)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.folders)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.remove_chosen)
        settings_store.changed.connect(self._on_settings_changed)
        indexer.progress_changed.connect(self.show_progress)
        self._fill()
        self._ask_progress()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("Folders with pictures. They stay where they are; nothing is copied."), wrap=True))
        column.addWidget(self.folders)
        for buttons in ((self.add, self.remove), (self.again, self.empty)):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        column.addWidget(self.state)

    def add_folder(self, folder: str) -> None:
        """One that is in the list, or inside of one, is not added again."""
        known = self._settings_store.now.folders_of_pictures()
        inside = next((one for one in known if Path(folder).is_relative_to(one)), None)
        if inside is not None:
            self._say(_("{folder} is in the list already.").format(folder=inside))
            return
        kept = [one for one in known if not Path(one).is_relative_to(folder)]
        self._settings_store.choose(picture_folders="\n".join([*kept, folder]))

    def remove_chosen(self) -> None:
        gone = {item.text() for item in self.folders.selectedItems()}
        kept = [one for one in self._settings_store.now.folders_of_pictures() if one not in gone]
        if gone:
            self._settings_store.choose(picture_folders="\n".join(kept))

    def show_progress(self, progress: IndexProgress) -> None:
        total, left = progress.total, progress.unread
        pictures = ngettext("{count} picture can be found.", "{count} pictures can be found.", total).format(
            count=format_number(total)
        )
        waiting = ngettext(
            "{count} is still to be looked at; this is done while nothing else is.",
            "{count} are still to be looked at; this is done while nothing else is.",
            left,
        ).format(count=format_number(left))
        self.state.setText(f"{pictures} {waiting}" if left else pictures)

    def _pick_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Add a Folder with Pictures"), str(Path.home()))
        if chosen and isValid(self):
            self.add_folder(chosen)

    def _look_again(self) -> None:
        self._indexer.look_again()
        self._say(_("The folders are looked at again."))

    def _empty(self) -> None:
        self._indexer.empty()
        self._say(_("The index is empty. It is made again while nothing else is done, unless this is switched off."))

    def _ask_progress(self) -> None:
        if not self._search.is_on:
            self.state.setText(_("Pictures are not looked at."))
            return
        reads_kept = self._settings_store.now.read_kept_pictures
        self._search.run(
            lambda finder, _control: (finder.progress(reads_text=True, reads_kept=reads_kept), finder.problem),
            self._on_progress,
        )

    def _on_progress(self, found: tuple[IndexProgress, FanlightError | None]) -> None:
        if not isValid(self):
            return
        self.show_progress(found[0])
        if found[1] is not None:
            self.state.setText(f"{self.state.text()} {found[1].text}")

    def _fill(self) -> None:
        self.folders.clear()
        self.folders.addItems(list(self._settings_store.now.folders_of_pictures()))
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.remove.setEnabled(bool(self.folders.selectedItems()))
        self.again.setEnabled(self._search.is_on and self.folders.count() > 0)

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if before.picture_folders != now.picture_folders:
            self._fill()
        if (before.find_pictures, before.picture_model) != (now.find_pictures, now.picture_model):
            self._show_buttons()
            self._ask_progress()

    def _say(self, text: str) -> None:
        self.state.setText(text)
        announce(self, text)
