"""From files and data to the attachments of the conversation on the screen. Recordings are passed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachment_reader import (
    ScannedDocument,
    Source,
    is_document,
    prepare_decoder,
    read_attachment,
    read_document,
)
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.page_choice import PageChoice
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.document_errors import DocumentError, PasswordNeeded
from fanlight.domain.errors import FanlightError, PictureError
from fanlight.files import shown_name
from fanlight.i18n import _
from fanlight.pictures import recordings

MOST_PICTURES = 24
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
    password_wanted = Signal(object)
    """A ProtectedDocument: `unlock` or `leave_out` it."""
    exports_found = Signal(object)
    """Files with conversations of Fanlight or of another program, as a list of paths."""

    def __init__(
        self, session_manager: SessionManager, host: ModelHost, file_worker: FileWorker, longest_side: Callable[[], int]
    ) -> None:
        """`longest_side`: of the pixels the model is sent."""
        super().__init__()
        self._session_manager, self._host, self._file_worker = session_manager, host, file_worker
        self._longest_side = longest_side
        self._pages = PageChoice(file_worker, longest_side, self)
        self._pages.problem.connect(self.problem)

    def prepare(self) -> None:
        """A picture may come soon: what decodes it is started."""
        self._file_worker.call(prepare_decoder, lambda _: None)

    def load_files(self, files: Sequence[Path]) -> None:
        """Pictures at once; what has the name of a recording is looked into first."""
        named = [path for path in files if recordings.by_name(path)]
        exported = [path for path in files if is_export(path)]
        if exported:
            self.exports_found.emit(exported)
        for path in files:
            if path not in named and path not in exported:
                self.load(path, shown_name(path))
        if named:
            self._file_worker.call(lambda: recordings.sorted_out(named), self._on_sorted)

    def load(self, source: Source, name: str) -> None:
        """One picture for the conversation on the screen."""
        conversation, side = self._session_manager.current, self._longest_side()
        if len(conversation.attachments.items) >= MOST_PICTURES:
            message = _("A question takes at most {count} pictures.").format(count=MOST_PICTURES)
            self.problem.emit(PictureError(message, _("Ask in two steps.")))
            return
        key = conversation.attachments.expect(name)
        self._file_worker.call(
            lambda: _read_picture(source, name, side),
            lambda found: self._on_read(conversation, key, source, found, name),
        )

    def unlock(self, document: ProtectedDocument, password: str) -> None:
        """Read it with this password."""
        conversation, key, source, name = document.conversation, document.key, document.source, document.name
        side = self._longest_side()
        self._file_worker.call(
            lambda: read_document(source, name, side, password),
            lambda found: self._on_read(conversation, key, source, found, name),
        )

    def leave_out(self, document: ProtectedDocument) -> None:
        document.conversation.attachments.remove(document.key)

    def choose_page(self, key: int, page: int) -> None:
        """Of the file that is attached with this key to the conversation on the screen."""
        self._pages.choose(self._session_manager.current.attachments, key, page)

    def _on_sorted(self, result: tuple[list[Path], list[Path]] | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
            return
        pictures, sounds = result
        for path in pictures:
            self.load(path, shown_name(path))
        if sounds:
            self.recordings_found.emit(sounds)

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
        if isinstance(found, Attachment):
            pages = found.picture.pages if found.picture is not None else 1
            if pages > 1:
                self._pages.remember(key, source, found.name)
            attached = conversation.attachments.resolve(key, found, pages)
            if attached and found.image is not None and not self._host.supports_images:
                self.images_unsupported.emit(conversation)
            return
        conversation.attachments.remove(key)
        if isinstance(found, Path):
            self.recordings_found.emit([found])
        else:
            self.problem.emit(found)

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


def _read_picture(source: Source, name: str, side: int) -> Attachment | ScannedDocument | Path:
    """The file itself where it is a recording, whatever it is called. Slow; any thread. Raises PictureError,
    DocumentError."""
    if is_document(source, name):
        return read_document(source, name, side)
    try:
        return read_attachment(source, name, side)
    except PictureError:
        if isinstance(source, Path) and recordings.is_recording(source):
            return source
        raise
