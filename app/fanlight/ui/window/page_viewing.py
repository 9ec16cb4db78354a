"""Clicks in the transcript, and searches, that show a page of a document. Other links are asked about."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWidgets import QWidget

from fanlight.core.app import Application
from fanlight.core.chat.clip_moments import frames_at, heard_at
from fanlight.core.chat.document_pages import cited_document, found_passage
from fanlight.core.chat.original_pictures import originals_of_pages
from fanlight.core.structured.page_subject import PageSubject
from fanlight.domain.documents import Document
from fanlight.domain.messages import DocumentPart
from fanlight.domain.search import SearchQuery
from fanlight.ui.composer.chips import ChipRow
from fanlight.ui.transcript.page_links import page_of
from fanlight.ui.transcript.time_links import time_of
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.links import ask_to_open
from fanlight.ui.window.page_viewer import PageViewer


class PageViewing(QObject):
    """`viewer` is None until a page is shown."""

    enlarge_wanted = Signal(object, int)
    """The Originals of a document's pages, and which of them is to be looked at closer."""
    values_wanted = Signal(object)
    """The PageSubject that is to be read by a schema."""

    def __init__(self, window: QWidget, core: Application, transcript: Transcript, chips: ChipRow) -> None:
        super().__init__(window)
        self._window, self._core = window, core
        self.viewer: PageViewer | None = None
        transcript.link_requested.connect(self.follow)
        transcript.picture_clicked.connect(self.show_attached)
        chips.opened.connect(self.show_attachment)
        chips.values_wanted.connect(self._read_attachment)

    def follow(self, address: QUrl) -> None:
        if (seconds := time_of(address)) is not None:
            self._show_moment(seconds)
            return
        if (cited := page_of(address)) is None:
            ask_to_open(address, self._window)
            return
        page, passage = cited
        document = cited_document(self._core.session_manager.current.turns, page)
        if document is not None:
            self._show_page(document, page, passage)

    def _show_moment(self, seconds: float) -> None:
        """The frame of the last clip at that time; where there are no frames, what is said then."""
        shown = self._core.session_manager.current.turns
        if (frames := frames_at(shown, seconds)) is not None:
            self.enlarge_wanted.emit(*frames)
        elif (heard := heard_at(shown, seconds)) is not None:
            self._show_page(*heard)

    def show_attached(self, entry: int, number: int) -> None:
        """The first page that the model was given of that document; nothing for a picture."""
        turn = self._core.session_manager.current.turn_of(entry)
        attached = [one.part for one in turn.attachments if one.thumbnail] if turn is not None else []
        part = attached[number] if number < len(attached) else None
        if isinstance(part, DocumentPart) and part.pages:
            self._show_page(part.document, part.pages[0])

    def show_attachment(self, key: int) -> None:
        """The document that is attached to the question to come with that key."""
        attached = self._core.session_manager.current.attachments.items
        item = next((item for item in attached if item.key == key), None)
        if item is not None and item.attachment is not None and item.attachment.document is not None:
            self._show_page(item.attachment.document, 1)

    def _read_attachment(self, key: int) -> None:
        attached = self._core.session_manager.current.attachments.items
        attachment = next((item.attachment for item in attached if item.key == key), None)
        if attachment is not None and (attachment.picture is not None or attachment.document is not None):
            self.values_wanted.emit(PageSubject(attachment.name, attachment.picture, attachment.document))

    def show_found(self, entry: int, query: SearchQuery) -> bool:
        """The page behind that entry on which the words are closest together; whether there is one."""
        turn = self._core.session_manager.current.turn_of(entry)
        found = found_passage(turn.message.documents, query) if turn is not None else None
        if found is not None:
            self._show_page(*found)
        return found is not None

    def _show_page(self, document: Document, page: int, passage: str = "") -> None:
        if self.viewer is None:
            self.viewer = PageViewer(self._core.file_worker, self._window)
            self.viewer.pin_changed.connect(self._pin)
            self.viewer.closer_wanted.connect(
                lambda shown, number: self.enlarge_wanted.emit(originals_of_pages(shown), number - 1)
            )
            self.viewer.values_wanted.connect(
                lambda shown, number: self.values_wanted.emit(PageSubject(shown.name, None, shown, number))
            )
            self.viewer.page_shown.connect(lambda shown, number: self._core.page_texts.want(shown.id, [number]))
        pages = self._core.session_manager.current.pages
        self.viewer.open(document, page, passage, pages.given(document.id), pages.pinned.get(document.id, ()))

    def _pin(self, document: Document, page: int, pinned: bool) -> None:
        self._core.session_manager.current.pages.pin(document.id, page, pinned=pinned)
