"""From a quick panel into the window: a conversation that was in memory alone is saved from now on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.core.capture.questions import NAME
from fanlight.core.chat.attachment_reader import attachment_of
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.ui.panel.panel import QuickPanel


class PanelHandOver(QObject):
    """Until now the capture was pixels; the file that is kept is made on a thread."""

    done = Signal()
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
        self._session_manager, self._file_worker, self._settings_store = session_manager, file_worker, settings_store
        self._busy: set[int] = set()

    def take(self, panel: QuickPanel, question: str = "") -> None:
        """All that was said, and `question`, if any, asked next; the panel closes when that is safe."""
        number, image, side = panel.capture.number, panel.capture.image, self._settings_store.now.picture_side
        if number in self._busy:
            return
        self._busy.add(number)

        def then(found: Attachment | FanlightError) -> None:
            self._busy.discard(number)
            if isinstance(found, FanlightError):
                self.problem.emit(found)
            elif not panel.over:
                self._adopt(panel, found, question)

        self._file_worker.call(lambda: attachment_of(image.to_picture(NAME, side, kept=True)), then)

    def _adopt(self, panel: QuickPanel, capture: Attachment, question: str) -> None:
        conversation = panel.release_conversation()
        self._session_manager.adopt(conversation, capture)
        if question:
            conversation.send(question)
        self.done.emit()
