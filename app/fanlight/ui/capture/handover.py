"""From a quick panel into the window: what was said in memory becomes an ordinary conversation."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from fanlight.core.capture.questions import NAME
from fanlight.core.chat.attachment_reader import attachment_of
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment, Turn
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import ImagePart
from fanlight.ui.panel.panel import QuickPanel


class PanelHandOver(QObject):
    """Until now the capture was pixels; the file that is kept is made on the reader's thread."""

    done = Signal()
    """It is on the desk: show the window."""
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

    def _adopt(self, panel: QuickPanel, found: Attachment, question: str) -> None:
        said, doing = panel.talk.turns, panel.talk.condition
        turns = [_with_file(turn, found) for turn in (said[:-2] if doing == "waiting" else said)]
        if doing == "answering":
            turns[-1] = replace(turns[-1], state="stopped")
        seen = any(turn.attachments for turn in turns)
        session = self._session_manager.adopt(turns, panel.talk.title, () if seen or question else (found,))
        panel.give_way()
        if question:
            session.send(question, () if seen else (found,))
        elif doing == "answering":
            session.go_on()
        self.done.emit()


def _with_file(turn: Turn, found: Attachment) -> Turn:
    """Its capture as it is kept; a picture the model was sent stays one."""
    if not turn.attachments:
        return turn
    image = ImagePart(found.picture.image)
    parts = tuple(image if isinstance(part, ImagePart) else part for part in turn.message.parts)
    kept = replace(found, tokens=turn.attachments[0].tokens)
    return replace(turn, message=replace(turn.message, parts=parts), attachments=(kept,))
