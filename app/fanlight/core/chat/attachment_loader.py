"""From files and data to the attachments of the conversation on the screen. Recordings are passed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachment_reader import (
    ScannedDocument,
    Source,
    in_other_detail,
    is_document,
    prepare_decoder,
    read_attachment,
    read_document,
)
from fanlight.core.chat.clip_loading import ClipLoading
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.page_choice import PageChoice
from fanlight.core.chat.page_texts import PageTexts, ReadPages
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.detail import Detail
from fanlight.domain.document_errors import DocumentError, PasswordNeeded
from fanlight.domain.documents import MOST_PICTURED_PAGES, Document
from fanlight.domain.errors import FanlightError, OcrError, PictureError
from fanlight.files import shown_name
from fanlight.i18n import _
from fanlight.pictures import recordings

MOST_PICTURES = 24
FIRST_PAGES = 2
"""Of a scan, that are read before it can be asked about."""
_EXPORTS = (".json", ".zip")


@dataclass(frozen=True, slots=True)
class ProtectedDocument:
    """One that waits for its password, in its place among the attachments. `problem` says so, or that the last one was
    wrong."""

    conversation: Conversation
    key: int
    source: Source
    name: str
    problem: PasswordNeeded


class AttachmentLoader(QObject):
    """A picture or a document is attached to the conversation that was on the screen when it arrived, even if it is
    read later."""

    problem = Signal(object)
    images_unsupported = Signal(object)
    """The model that is open does not support the pictures of this Conversation's next question."""
    recordings_found = Signal(object)
    """Sound and video files, as a list of paths."""
    detail_changed = Signal(object, object)
    """An Attachment, and the one in its place: the same picture in another detail."""
    password_wanted = Signal(object)
    """A ProtectedDocument: `unlock` or `leave_out` it."""
    exports_found = Signal(object)
    """Files with conversations of Fanlight or of another program, as a list of paths."""

    def __init__(
        self,
        session_manager: SessionManager,
        host: ModelHost,
        file_worker: FileWorker,
        longest_side: Callable[[], int],
        page_texts: PageTexts,
        detail: Callable[[], Detail] = lambda: "normal",
    ) -> None:
        """`longest_side`: of the pixels the model is sent, with normal detail; `detail`: of what is attached next."""
        super().__init__()
        self._page_texts = page_texts
        self._session_manager, self._host, self._file_worker = session_manager, host, file_worker
        self._longest_side, self._detail = longest_side, detail
        self._pages = PageChoice(file_worker, longest_side, self)
        self._pages.problem.connect(self.problem)
        self.clips = ClipLoading(host, file_worker, longest_side, self)
        self.clips.problem.connect(self.problem)
        self.clips.images_unsupported.connect(self.images_unsupported)
        self.clips.recordings_found.connect(self.recordings_found)

    def prepare(self) -> None:
        """A picture may come soon: what decodes it is started."""
        self._file_worker.call(prepare_decoder, lambda _: None)

    def load_files(self, files: Sequence[Path], *, attaches_recordings: bool = False) -> None:
        """Pictures at once; what has the name of a recording is looked into first. Recordings are passed on, unless
        they are to be attached, too."""
        named = [path for path in files if recordings.by_name(path)]
        exported = [path for path in files if is_export(path)]
        if exported:
            self.exports_found.emit(exported)
        for path in files:
            if path not in named and path not in exported:
                self.load(path, shown_name(path))
        if named:
            self._file_worker.call(
                lambda: recordings.sorted_out(named), lambda found: self._on_sorted(found, attaches_recordings)
            )

    def load(self, source: Source, name: str) -> None:
        """One picture for the conversation on the screen."""
        conversation, side, detail = self._session_manager.current, self._longest_side(), self._detail()
        if len(conversation.attachments.items) >= MOST_PICTURES:
            message = _("A question takes at most {count} pictures.").format(count=MOST_PICTURES)
            self.problem.emit(PictureError(message, _("Ask in two steps.")))
            return
        key, most = conversation.attachments.expect(name), self._most_pictured()
        self._file_worker.call(
            lambda: _read_picture(source, name, side, most, detail),
            lambda found: self._on_read(conversation, key, source, found, name),
        )

    def unlock(self, document: ProtectedDocument, password: str) -> None:
        """Read it with this password."""
        conversation, key, source, name = document.conversation, document.key, document.source, document.name
        side, most = self._longest_side(), self._most_pictured()
        self._file_worker.call(
            lambda: read_document(source, name, side, password, most_pictured=most),
            lambda found: self._on_read(conversation, key, source, found, name),
        )

    def leave_out(self, document: ProtectedDocument) -> None:
        document.conversation.attachments.remove(document.key)

    def choose_page(self, key: int, page: int) -> None:
        """Of the file that is attached with this key to the conversation on the screen."""
        self._pages.choose(self._session_manager.current.attachments, key, page)

    def choose_detail(self, key: int, detail: Detail) -> None:
        """Of the picture that is attached with this key to the conversation on the screen."""
        attachments, side = self._session_manager.current.attachments, self._longest_side()
        item = attachments.item(key)
        if item is None or item.attachment is None or item.attachment.detail in (None, detail):
            return
        before = attachments.expect_page(key)
        assert before is not None

        def on_read(found: Attachment | FanlightError) -> None:
            if isinstance(found, FanlightError):
                attachments.resolve(key, before)
                self.problem.emit(found)
            elif attachments.resolve(key, found):
                self.detail_changed.emit(before, found)

        self._file_worker.call(lambda: in_other_detail(before, detail, side), on_read)

    def note_draft(self, text: str) -> None:
        """Pages of scans that the question to come speaks of are read before the others."""
        conversation = self._session_manager.current
        asked = (one.document for one in conversation.attachments.read if one.document is not None)
        documents = [one for one in (*asked, *conversation.pages.documents) if self._page_texts.left_of(one.id)]
        if documents:
            from fanlight.documents.page_index import named_pages

            for document in documents:
                self._page_texts.want(document.id, named_pages(text))

    def _on_sorted(self, result: tuple[list[Path], list[Path]] | FanlightError, attaches_recordings: bool) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
            return
        pictures, sounds = result
        for path in pictures:
            self.load(path, shown_name(path))
        videos = [path for path in sounds if path.suffix.lower() in recordings.VIDEO_SUFFIXES]
        for path in videos:
            self.clips.load(self._session_manager.current, path)
        others = [path for path in sounds if path not in videos]
        for path in others if attaches_recordings else ():
            self.clips.load_recording(self._session_manager.current, path)
        if others and not attaches_recordings:
            self.recordings_found.emit(others)

    def _on_read(
        self,
        conversation: Conversation,
        key: int,
        source: Source,
        found: Attachment | ScannedDocument | Path | FanlightError,
        name: str,
    ) -> None:
        if isinstance(found, PasswordNeeded):
            self.password_wanted.emit(ProtectedDocument(conversation, key, source, name, found))
            return
        if isinstance(found, ScannedDocument):
            self._attach_scanned(conversation, key, found)
            return
        if isinstance(found, Attachment) and found.document is not None and self._waits_for_text(found.document):
            self._read_pages(conversation, key, source, found, name)
            return
        if isinstance(found, Attachment):
            pages = found.picture.pages if found.picture is not None else 1
            if pages > 1:
                self._pages.remember(key, source, found.name)
            if found.document is not None:
                found = replace(found, unread_pages=self._page_texts.left_of(found.document.id))
            attached = conversation.attachments.resolve(key, found, pages)
            if attached and found.document is not None:
                self._page_texts.begin(found.document)
            if attached and found.image is not None and not self._host.supports_images:
                self.images_unsupported.emit(conversation)
            return
        conversation.attachments.remove(key)
        if isinstance(found, Path):
            self.clips.load(conversation, found)
        else:
            self.problem.emit(found)

    def _most_pictured(self) -> int:
        """Pages of a scan that are sent as pictures: a longer one is read, and one for a model that reads only text."""
        return MOST_PICTURED_PAGES if self._host.supports_images else 0

    def _waits_for_text(self, document: Document) -> bool:
        """Begins to read the pages that have none; whether there is no other one."""
        if document.has_text:
            self._page_texts.begin(document)
        return not document.has_text

    def _read_pages(self, conversation: Conversation, key: int, source: Source, found: Attachment, name: str) -> None:
        """Of a scan: it is attached when its first pages are read, the others follow. Where nothing can read them, they
        are pictures."""
        document, side = found.document, self._longest_side()
        assert document is not None

        def on_first(read: ReadPages | OcrError) -> None:
            if isinstance(read, ReadPages):
                attached = found.with_pages_read(read.document, read.index, read.left)
                conversation.attachments.resolve(key, attached)
                return
            self._file_worker.call(
                lambda: read_document(source, name, side, document.password),
                lambda pictures: self._on_read(conversation, key, source, pictures, name),
            )

        self._page_texts.begin(document, range(1, min(FIRST_PAGES, document.page_count) + 1), on_first)

    def _attach_scanned(self, conversation: Conversation, key: int, found: ScannedDocument) -> None:
        """Its pages, the first in its place; what has no place among them is said."""
        attachments = conversation.attachments
        first, *others = found.pages
        if not attachments.resolve(key, first):
            return
        for page in others:
            attachments.resolve(attachments.expect(page.name), page)
        if not self._host.supports_images:
            self.images_unsupported.emit(conversation)
        if found.left_out:
            text = _("“{name}” has no text: its first {count} pages are attached as pictures.")
            hint = _("Save the pages that matter as a document of their own.")
            self.problem.emit(DocumentError(text.format(name=found.name, count=len(found.pages)), hint))


def is_export(path: Path) -> bool:
    """By its name: no picture and no recording is called like this."""
    return path.suffix.lower() in _EXPORTS


def _read_picture(
    source: Source, name: str, side: int, most_pictured: int, detail: Detail
) -> Attachment | ScannedDocument | Path:
    """The file itself where it is a recording, whatever it is called. Slow; any thread. Raises PictureError,
    DocumentError."""
    if is_document(source, name):
        return read_document(source, name, side, most_pictured=most_pictured)
    try:
        return read_attachment(source, name, side, detail=detail)
    except PictureError:
        if isinstance(source, Path) and recordings.is_recording(source):
            return source
        raise
