"""The conversation on the screen: what its session says is shown, what the user types is given to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from fanlight.core.chat.session import ChatSession
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment
from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.i18n import _
from fanlight.ui.composer.attaching import AttachmentLoader
from fanlight.ui.composer.composer import Composer
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.banner import announce

DRAFT_MS = 700
RECOUNT_MS = 250


class ChatController(QObject):
    changed = Signal()
    """The conversation is another one, or something about it is."""

    def __init__(
        self,
        session_manager: SessionManager,
        composer: Composer,
        transcript: Transcript,
        attaching: AttachmentLoader,
        place: WindowState,
        settings_store: SettingsStore,
    ) -> None:
        super().__init__(composer)
        self._session_manager, self._composer, self._transcript = session_manager, composer, transcript
        self._attaching, self._place, self._settings_store = attaching, place, settings_store
        self._wired: ChatSession | None = None
        self._draft_soon = QTimer(self, interval=DRAFT_MS, singleShot=True)
        self._draft_soon.timeout.connect(self.keep_draft)
        self._recount_soon = QTimer(self, interval=RECOUNT_MS, singleShot=True)
        self._recount_soon.timeout.connect(self._recount)
        composer.text_changed.connect(self._draft_soon.start)
        composer.send.connect(self._send)
        composer.stop.connect(lambda: session_manager.current.stop())
        composer.edit_last.connect(self._edit_last)
        composer.leave_edit.connect(self._leave_edit)
        composer.unqueue.connect(self._unqueue)
        composer.pasted.connect(self.take)
        transcript.ask_again.connect(lambda: session_manager.current.ask_again())
        transcript.continue_requested.connect(lambda: session_manager.current.go_on())
        transcript.edit_last.connect(self._edit_last)
        session_manager.leaving.connect(self.keep_draft)
        session_manager.shown.connect(self.show_session)

    def show_session(self) -> None:
        """The desk's current conversation, as it is now and as it goes on."""
        session = self._session_manager.current
        self.detach()
        for signal, slot in self._wires(session):
            signal.connect(slot)
        self._wired = session
        self._transcript.show_entries(session.entries())
        self._composer.set_text(session.draft)
        self._attaching.refresh()
        self._changed()
        self._composer.input.setFocus()

    def detach(self) -> None:
        """The widgets are about to go; the conversation goes on without them."""
        if self._wired is not None:
            for signal, slot in self._wires(self._wired):
                signal.disconnect(slot)
            self._wired = None

    def write(self, text: str) -> None:
        """Put it into the composer, ready to be sent or changed."""
        self._composer.set_text(text)
        self._composer.input.setFocus()

    def ask_about(self, picture: Path, text: str) -> None:
        """`text` in the composer, and `picture` with it unless others are there."""
        if not self._composer.chips.chips:
            self._attaching.files([picture])
        self.write(text)

    def copy_answer(self) -> None:
        """The last one, to the clipboard."""
        if text := self._session_manager.current.last_answer:
            QGuiApplication.clipboard().setText(text)
            announce(self._transcript, _("Answer copied"))

    def take(self, mime: QMimeData) -> None:
        """Pictures, or else text, from the clipboard or a drop."""
        if not self._attaching.take(mime):
            self._composer.input.insert_text(mime)

    def keep_draft(self) -> None:
        """What is typed and not sent; a conversation that has no question yet has no place but the window's."""
        self._draft_soon.stop()
        session, text = self._session_manager.current, self._composer.text
        if session.draft != text:
            session.set_draft(text)
        if session.conversation_id is None:
            self._place.keep(draft=text if self._settings_store.now.keep_history else "")

    def _wires(self, session: ChatSession) -> tuple[tuple[Any, Callable[..., object]], ...]:
        transcript = self._transcript
        return (
            (session.appended, transcript.append),
            (session.replaced, transcript.replace_last),
            (session.truncated, transcript.truncate),
            (session.heard, transcript.hear),
            (session.finished, transcript.finish),
            (session.picture_said, self._attaching.hear),
            (session.recounted, self._recount_soon.start),
            (session.changed, self._changed),
        )

    def _recount(self) -> None:
        """Captions that know more now, unless someone is reading elsewhere: nothing moves under their eyes."""
        session = self._session_manager.current
        if session.condition == "answering":
            self._recount_soon.start()
        elif self._transcript.follow:
            self._transcript.show_entries(session.entries())

    def _changed(self) -> None:
        session = self._session_manager.current
        queued = [turn.message.text for turn in session.queued]
        self._composer.show_state(session.condition == "answering", session.editing, queued)
        self.changed.emit()

    def _send(self, text: str) -> None:
        session, attachments = self._session_manager.current, self._composer.chips.attachments
        if session.conversation_id is None:
            self._place.keep(draft="")
        self._composer.clear()
        self._draft_soon.stop()
        session.send(text, attachments)
        self._take_up_aside(session)

    def _edit_last(self) -> None:
        session = self._session_manager.current
        if not session.editing:
            session.aside = self._composer.text, self._composer.chips.attachments
        if turn := session.edit():
            self._bring_back(turn.message.text, turn.attachments)

    def _leave_edit(self) -> None:
        session = self._session_manager.current
        self._composer.clear()
        session.attach(())
        session.leave_edit()
        self._take_up_aside(session)

    def _take_up_aside(self, session: ChatSession) -> None:
        """Go on with what the edit interrupted."""
        (text, attachments), session.aside = session.aside, ("", ())
        if text or attachments:
            self._bring_back(text, attachments)

    def _unqueue(self, index: int) -> None:
        turn = self._session_manager.current.unqueue(index)
        if not self._composer.text and not self._composer.chips.chips:
            self._bring_back(turn.message.text, turn.attachments)

    def _bring_back(self, text: str, attachments: tuple[Attachment, ...]) -> None:
        self.write(text)
        self._session_manager.current.attach(attachments)
        self._attaching.refresh()
