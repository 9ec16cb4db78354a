"""The manual in a window: pages on the left, the page on the right, a search field above it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QListWidget, QVBoxLayout, QWidget

from fanlight.i18n import _, language_in_use
from fanlight.ui.controls import label
from fanlight.ui.help.page_view import PageView
from fanlight.ui.help.pages import PAGES, PageLink, link_target, read_page
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.form import give_room
from fanlight.ui.widgets.links import ask_to_open

LIST_WIDTH, PAGE_WIDTH, PAGE_HEIGHT = 170, 860, 640
PAGES_LANGUAGE = "en"


class HelpWindow(QDialog):
    """Ctrl+F or typing in the field searches the page; Enter goes to the next place, Shift+Enter to the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Fanlight Help"))
        self.page = ""
        self.list = QListWidget()
        self.list.setAccessibleName(_("Help pages"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedWidth(in_text_size(LIST_WIDTH))
        self.list.addItems([_(title) for title in PAGES.values()])
        self.search = QLineEdit(clearButtonEnabled=True, placeholderText=_("Search this page"))
        self.search.setAccessibleName(_("Search this page"))
        self.view = PageView()
        self.language_note = label(_("These pages are in English."), "muted", wrap=True)
        self.language_note.setFixedWidth(in_text_size(LIST_WIDTH))
        self.language_note.setVisible(language_in_use() != PAGES_LANGUAGE)
        self._lay_out_help()
        self._connect_search()
        give_room(self, PAGE_WIDTH, PAGE_HEIGHT)
        self.list.setCurrentRow(0)

    def _lay_out_help(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.search)
        right.addWidget(self.view, 1)
        row = QHBoxLayout(self)
        row.setSpacing(14)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.language_note)
        row.addLayout(left)
        row.addLayout(right, 1)

    def _connect_search(self) -> None:
        self.list.currentRowChanged.connect(lambda row: self.open_page(PageLink(list(PAGES)[row])))
        self.view.anchorClicked.connect(self._open_link)
        self.search.returnPressed.connect(lambda: self.find_next(self.search.text()))
        self.search.textEdited.connect(lambda text: self.find_next(text, from_start=True))
        for keys, call in (
            (QKeySequence(QKeySequence.StandardKey.Find), self.search.setFocus),
            (QKeySequence("Shift+Return"), lambda: self.find_next(self.search.text(), backward=True)),
        ):
            QShortcut(keys, self, call)

    def sizeHint(self) -> QSize:
        return QSize(in_text_size(PAGE_WIDTH), in_text_size(PAGE_HEIGHT))

    def open_page(self, link: PageLink) -> None:
        """Show the page, at the heading."""
        if link.page != self.page:
            self.page = link.page
            try:
                text = read_page(link.page)
            except OSError:
                text = _("This page is missing from the installation. Installing Fanlight again brings it back.")
            self.view.show_markdown(text)
            self.list.setCurrentRow(list(PAGES).index(link.page))
        self.view.scroll_to_heading(link.heading)

    def find_next(self, text: str, *, backward: bool = False, from_start: bool = False) -> bool:
        """Select the next place where `text` stands, around the end of the page; whether there is one."""
        if from_start:
            self.view.moveCursor(QTextCursor.MoveOperation.Start)
        flags = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        if not text:
            return False
        found = self.view.find(text, flags)
        if not found:
            self.view.moveCursor(QTextCursor.MoveOperation.End if backward else QTextCursor.MoveOperation.Start)
            found = self.view.find(text, flags)
        if not found:
            announce(self, _("Not found"))
        return found

    def _open_link(self, url: QUrl) -> None:
        link = link_target(url, self.page)
        if link is None:
            ask_to_open(url, self)
        else:
            self.open_page(link)
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
