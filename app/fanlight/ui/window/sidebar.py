"""The conversations, and a button for a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from fanlight.domain.stored import TrashRow
from fanlight.i18n import _, format_number
from fanlight.ui.controls import label, push, tool
from fanlight.ui.plain_text import plain_tip
from fanlight.ui.widgets.shortcuts import shown_keys
from fanlight.ui.window.conversation_list import ID, ConversationModel, ConversationView, ListRow
from fanlight.ui.window.conversation_menu import conversation_menu
from fanlight.ui.window.list_head import ListHead
from fanlight.ui.window.tag_button import TagButton
from fanlight.ui.window.trash import TrashView

_CHOOSING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Listing(Protocol):
    """The part of core.chat.listing.ConversationListing that is shown."""

    shows_archived: bool

    @property
    def archived_count(self) -> int: ...
    @property
    def all_tags(self) -> dict[str, int]: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


class Sidebar(QFrame):
    new = Signal()
    new_private = Signal()
    search = Signal()
    opened = Signal(int)
    renamed = Signal(int, str)
    deleted = Signal(object)
    """Numbers of conversations; so are the next ones."""
    pinned = Signal(object, bool)
    archived = Signal(object, bool)
    tagged = Signal(object)
    """Their tags are to be chosen."""
    archive_shown = Signal(bool)
    """Archived conversations are to be listed, or the others again."""
    exported = Signal(object)
    import_requested = Signal()
    export_all_requested = Signal()
    backup_requested = Signal()
    restore_requested = Signal()
    erase_requested = Signal()
    copied = Signal(int)
    """As Markdown."""
    entered = Signal()
    """The conversation on the screen was clicked twice: to write in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.new_button = push(_("New Conversation"), "plus")
        self.new_button.setToolTip(plain_tip(shown_keys("new")))
        self.new_button.clicked.connect(self.new)
        self.search_button = tool(
            "search", _("Search all conversations"), _("Search ({keys})").format(keys=shown_keys("search"))
        )
        self.search_button.clicked.connect(self.search)
        self.more_button = tool("more", _("Private conversation; import, export, back up, delete everything"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setMenu(self._archive_menu())
        self.model, self.list = ConversationModel(), ConversationView()
        self.list.setModel(self.model)
        self.tag_button, self.archive_head = TagButton(), ListHead(_("Archived"))
        self.archive_button = push(_("Archived"), "archive")
        self.trash, self.trash_button = TrashView(), push(_("Trash"), "trash")
        self.trash.hide()
        self.empty = label("", "muted", wrap=True)
        self.offline = label("", "muted", wrap=True)
        self.show_connection(False, "")
        self._current: int | None = None
        self._shows_archive = False
        self._archived = 0
        self._lay_out()
        self._connect()
        self._lay_out_view()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 10, 12)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(self.new_button, 1)
        head.addWidget(self.search_button)
        column.addLayout(head)
        for widget in (self.archive_head, self.tag_button, self.empty):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addWidget(self.trash, 1)
        for button in (self.archive_button, self.trash_button):
            column.addWidget(button)
        foot = QHBoxLayout()
        foot.addWidget(self.offline, 1)
        foot.addWidget(self.more_button)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.list.clicked.connect(self._open)
        self.list.activated.connect(self._open)
        self.list.delete_pressed.connect(self._delete)
        self.list.menu_requested.connect(self._menu)
        self.list.doubleClicked.connect(self._enter)
        self.model.renamed.connect(self.renamed)
        self.trash_button.clicked.connect(lambda: self.show_trash(True))
        self.trash.left.connect(lambda: self.show_trash(False))
        self.archive_button.clicked.connect(lambda: self._enter_archive(True))
        self.archive_head.left.connect(lambda: self._enter_archive(False))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the button at any text size."""
        hint = super().minimumSizeHint()
        buttons = self.new_button.sizeHint().width() + self.search_button.sizeHint().width()
        return QSize(max(180, buttons + 32), hint.height())

    def _archive_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(_("New Private Conversation")).triggered.connect(self.new_private)
        menu.addSeparator()
        menu.addAction(_("Import Conversations…")).triggered.connect(self.import_requested)
        menu.addAction(_("Export All…")).triggered.connect(self.export_all_requested)
        menu.addSeparator()
        menu.addAction(_("Back Up Everything…")).triggered.connect(self.backup_requested)
        menu.addAction(_("Restore a Backup…")).triggered.connect(self.restore_requested)
        menu.addSeparator()
        menu.addAction(_("Delete Everything…")).triggered.connect(self.erase_requested)
        return menu

    def show_connection(self, fetching: bool, server: str) -> None:
        """Whether a model is being fetched, in a process of its own, and where questions are sent; "" for nowhere."""
        if server:
            words, tip = _("Asks a server"), server
        elif fetching:
            words = _("Fetching a model")
            tip = _("Connected only to fetch the model you asked for. Nothing of yours is sent.")
        else:
            words = _("Works offline")
            tip = _("Fanlight opens no network connections. Nothing leaves this computer.")
        self.offline.setText(words)
        self.offline.setToolTip(plain_tip(tip))

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        """Keeps the selection and the scroll position; does nothing during an inline rename."""
        if self.list.state() == QAbstractItemView.State.EditingState:
            return
        offset = self.list.verticalScrollBar().value()
        if self.model.show(rows):
            self.select(self._current)
            self.list.verticalScrollBar().setValue(offset)
        self._lay_out_view()

    def show_listing(self, listing: Listing) -> None:
        """Whether the rows are the archived ones, how many of those there are, and by which tags they are chosen."""
        self._shows_archive, self._archived = listing.shows_archived, listing.archived_count
        self.tag_button.show_tags(listing.all_tags, listing.tags)
        self.archive_button.setText(_("Archived ({count})").format(count=format_number(self._archived)))
        self._lay_out_view()

    def show_deleted(self, rows: Sequence[TrashRow]) -> None:
        """What is in the trash; without anything there is no button that leads there."""
        self.trash.show_rows(rows)
        self.trash_button.setText(_("Trash ({count})").format(count=format_number(len(rows))))
        self._lay_out_view()
        if not rows and not self.trash.isHidden():
            self.show_trash(False)

    def show_trash(self, shown: bool) -> None:
        """The trash in the place of the conversations."""
        self.trash.setVisible(shown)
        self._lay_out_view()
        if shown:
            self.trash.list.setCurrentRow(0)
        (self.trash.list if shown else self.list).setFocus()

    def _enter_archive(self, shown: bool) -> None:
        self.archive_shown.emit(shown)
        self.list.setFocus()

    def _lay_out_view(self) -> None:
        """The conversations, the archived ones, or the trash."""
        in_trash, in_archive = not self.trash.isHidden(), self._shows_archive
        for widget in (self.new_button, self.search_button):
            widget.setVisible(not in_trash and not in_archive)
        self.archive_head.setVisible(not in_trash and in_archive)
        self.list.setVisible(not in_trash)
        self.more_button.setVisible(not in_trash)
        self.tag_button.setVisible(not in_trash and self.tag_button.has_tags)
        self.archive_button.setVisible(not in_trash and not in_archive and self._archived > 0)
        self.trash_button.setVisible(not in_trash and not in_archive and bool(self.trash.rows))
        self.empty.setVisible(not in_trash and not self.model.rows)
        if self.tag_button.isChecked():
            self.empty.setText(_("No conversation here has all of these tags."))
        else:
            usual = _("Your conversations will appear here.")
            self.empty.setText(_("Nothing is archived.") if in_archive else usual)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._shows_archive:
            self._enter_archive(False)
        else:
            super().keyPressEvent(event)

    def show_activity(self, answering: Mapping[int, bool]) -> None:
        """The conversations with a question, and whether it is being answered now or waits."""
        self.model.show_activity(answering)

    def select(self, conversation_id: int | None) -> None:
        """The conversation that is on the screen; None is a new one."""
        self._current = conversation_id
        if self._chosen(self.list.currentIndex()) != conversation_id:
            alone = QItemSelectionModel.SelectionFlag.ClearAndSelect  # by itself, Qt adds it while Ctrl is held
            self.list.selectionModel().setCurrentIndex(self.model.index_of(conversation_id), alone)

    @property
    def ids(self) -> list[int]:
        """In the order shown."""
        return [row.id for row in self.model.rows]

    def title(self, conversation_id: int) -> str:
        return next((row.title for row in self.model.rows if row.id == conversation_id), "")

    def rename_selected(self) -> None:
        if self._chosen(self.list.currentIndex()) is not None:
            self.list.edit(self.list.currentIndex())

    def _chosen(self, index: QModelIndex) -> int | None:
        """The conversation there; None at a heading or outside the list."""
        return self.model.data(index, ID) if index.isValid() else None

    @property
    def selected(self) -> list[int]:
        """All that are chosen, in the order shown."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        chosen = [self._chosen(self.model.index(row)) for row in rows]
        return [one for one in chosen if one is not None]

    def _open(self, index: QModelIndex) -> None:
        chosen = self._chosen(index)
        if chosen is not None and chosen != self._current and not QGuiApplication.keyboardModifiers() & _CHOOSING:
            self.opened.emit(chosen)

    def _enter(self, index: QModelIndex) -> None:
        if self._chosen(index) is not None:
            self._open(index)
            self.entered.emit()

    def _delete(self) -> None:
        if self.selected:
            self.deleted.emit(self.selected)

    def _menu(self, index: QModelIndex, where: QPoint) -> None:
        """Of all that are chosen, where the line is among them."""
        chosen = self._chosen(index)
        if chosen is None:
            return
        all_of_them = self.selected if chosen in self.selected else [chosen]
        self.menu(chosen, all_of_them).popup(where)

    def menu(self, chosen: int, all_of_them: Sequence[int]) -> QMenu:
        rows = [row for row in self.model.rows if row.id in set(all_of_them)]
        saved = [row.id for row in rows if row.id > 0]
        pinned = all(row.pinned for row in rows if row.id > 0)
        archived = all(row.archived for row in rows if row.id > 0)
        does: dict[str, Callable[[], object]] = {
            "rename": lambda: self.list.edit(self.model.index_of(chosen)),
            "copy": lambda: self.copied.emit(chosen),
            "pin": lambda: self.pinned.emit(saved, not pinned),
            "tag": lambda: self.tagged.emit(saved),
            "export": lambda: self.exported.emit(saved),
            "archive": lambda: self.archived.emit(saved, not archived),
            "delete": lambda: self.deleted.emit(list(all_of_them)),
        }
        return conversation_menu(self, rows, does)
