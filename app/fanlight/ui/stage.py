"""The conversation on the screen: what its session says is shown, what the user types is given to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from fanlight.ui.attaching import Attaching
from fanlight.ui.banner import announce
from fanlight.ui.choices import Choices
from fanlight.ui.composer import Composer
from fanlight.ui.place import Place
from fanlight.ui.session.desk import Desk
from fanlight.ui.session.session import ChatSession
from fanlight.ui.session.turns import Attachment
from fanlight.ui.transcript.transcript import Transcript

DRAFT_MS = 700
RECOUNT_MS = 250


class Stage(QObject):
    changed = Signal()
    """The conversation is another one, or something about it is."""

    def __init__(
        self,
        desk: Desk,
        composer: Composer,
        transcript: Transcript,
        attaching: Attaching,
        place: Place,
        choices: Choices,
    ) -> None:
        super().__init__(composer)
        self._desk, self._composer, self._transcript = desk, composer, transcript
        self._attaching, self._place, self._choices = attaching, place, choices
        self._wired: ChatSession | None = None
        self._draft_soon = QTimer(self, interval=DRAFT_MS, singleShot=True)
        self._draft_soon.timeout.connect(self.keep_draft)
        self._recount_soon = QTimer(self, interval=RECOUNT_MS, singleShot=True)
        self._recount_soon.timeout.connect(self._recount)
        composer.text_changed.connect(self._draft_soon.start)
        composer.send.connect(self._send)
        composer.stop.connect(lambda: desk.current.stop())
        composer.edit_last.connect(self._edit_last)
        composer.leave_edit.connect(self._leave_edit)
        composer.unqueue.connect(self._unqueue)
        composer.pasted.connect(self.take)
        transcript.ask_again.connect(lambda: desk.current.ask_again())
        transcript.continue_requested.connect(lambda: desk.current.go_on())
        transcript.edit_last.connect(self._edit_last)
        desk.leaving.connect(self.keep_draft)
        desk.shown.connect(self.show_session)

    def show_session(self) -> None:
        """The desk's current conversation, as it is now and as it goes on."""
        session = self._desk.current
        if self._wired is not None:
            for signal, slot in self._wires(self._wired):
                signal.disconnect(slot)
        for signal, slot in self._wires(session):
            signal.connect(slot)
        self._wired = session
        self._transcript.show_entries(session.entries())
        self._composer.set_text(session.draft)
        self._attaching.refresh()
        self._changed()
        self._composer.input.setFocus()

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
        if text := self._desk.current.last_answer:
            QGuiApplication.clipboard().setText(text)
            announce(self._transcript, "Answer copied")

    def take(self, mime: QMimeData) -> None:
        """Pictures, or else text, from the clipboard or a drop."""
        if not self._attaching.take(mime):
            self._composer.input.insert_text(mime)

    def keep_draft(self) -> None:
        """What is typed and not sent; a conversation that has no question yet has no place but the window's."""
        self._draft_soon.stop()
        session, text = self._desk.current, self._composer.text
        if session.draft != text:
            session.set_draft(text)
        if session.conversation_id is None:
            self._place.keep(draft=text if self._choices.now.keep_history else "")

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
        session = self._desk.current
        if session.condition == "answering":
            self._recount_soon.start()
        elif self._transcript.follow:
            self._transcript.show_entries(session.entries())

    def _changed(self) -> None:
        session = self._desk.current
        queued = [turn.message.text for turn in session.queued]
        self._composer.show_state(session.condition == "answering", session.editing, queued)
        self.changed.emit()

    def _send(self, text: str) -> None:
        session, attachments = self._desk.current, self._composer.chips.attachments
        if session.conversation_id is None:
            self._place.keep(draft="")
        self._composer.clear()
        self._draft_soon.stop()
        session.send(text, attachments)
        self._take_up_aside(session)

    def _edit_last(self) -> None:
        session = self._desk.current
        if not session.editing:
            session.aside = self._composer.text, self._composer.chips.attachments
        if turn := session.edit():
            self._bring_back(turn.message.text, turn.attachments)

    def _leave_edit(self) -> None:
        session = self._desk.current
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
        turn = self._desk.current.unqueue(index)
        if not self._composer.text and not self._composer.chips.chips:
            self._bring_back(turn.message.text, turn.attachments)

    def _bring_back(self, text: str, attachments: tuple[Attachment, ...]) -> None:
        self.write(text)
        self._desk.current.attach(attachments)
        self._attaching.refresh()
