"""From a capture's panel into the window: a conversation that was in memory alone is saved from now on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.core.capture.session import CaptureSession
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError


class CaptureHandOver(QObject):
    """Until now the capture was pixels; the file that is kept is made on the file worker."""

    finished = Signal()
    """It is the current conversation: show the window."""
    problem = Signal(object)

    def __init__(
        self,
        session_manager: SessionManager,
        file_worker: FileWorker,
        settings_store: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session_manager, self._file_worker = session_manager, file_worker
        self._settings_store = settings_store
        self._busy: set[int] = set()

    def move_to_window(self, session: CaptureSession, question: str = "") -> None:
        """The whole conversation, and `question`, if any, asked next; the panel closes when that is safe."""
        number, conversation = session.capture.number, session.conversation
        keep = session.questions.pictures.keeping(conversation.all_attachments)
        if number in self._busy:
            return
        self._busy.add(number)

        def on_read(found: dict[str, Attachment] | FanlightError) -> None:
            self._busy.discard(number)
            if isinstance(found, FanlightError):
                self.problem.emit(found)
            elif not session.is_over:
                self._adopt(session, found, question)

        self._file_worker.call(keep, on_read)

    def _adopt(self, session: CaptureSession, kept: dict[str, Attachment], question: str) -> None:
        conversation = session.release_conversation()
        self._session_manager.adopt(conversation, kept)
        if question:
            conversation.send(question)
        self.finished.emit()
