"""The conversation on the screen: the transcript and the composer show it, and the user's actions are forwarded to
it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, QUrl, Signal
from PySide6.QtGui import QGuiApplication

from fanlight.core.chat.attachment_loader import AttachmentLoader
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.dragged_files import DraggedFiles
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.core.work.throttle import Debounce, Throttle
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Picture
from fanlight.i18n import _
from fanlight.ui.composer.attaching import attach_from_mime, describe_drop
from fanlight.ui.composer.composer import Composer
from fanlight.ui.composer.document_password import DocumentPasswords
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.banner import announce
from fanlight.ui.widgets.dragging import drag_out

DRAFT_MS = 700
TYPED_MS = 300
CAPTIONS_MS = 250


class ChatController(QObject):
    changed = Signal()
    """The conversation is another one, or something about it is."""
    begun = Signal()
    """The user asks something, or attaches something."""

    def __init__(
        self,
        session_manager: SessionManager,
        attachment_loader: AttachmentLoader,
        window_state: WindowState,
        settings_store: SettingsStore,
        composer: Composer,
        transcript: Transcript,
        dragged_files: DraggedFiles,
    ) -> None:
        super().__init__(composer)
        self._dragged_files = dragged_files
        self._session_manager, self._attachment_loader = session_manager, attachment_loader
        self._window_state, self._settings_store = window_state, settings_store
        self._composer, self._transcript = composer, transcript
        self._connected: Conversation | None = None
        self._draft_timer = Debounce(self, self.keep_draft, DRAFT_MS)
        self._captions_timer = Debounce(self, self._show_captions, CAPTIONS_MS)
        composer.text_changed.connect(self._draft_timer.request)
        self._typed_timer = Throttle(self, self._type_ahead, TYPED_MS)
        composer.input.typed.connect(self._typed_timer.request)
        composer.send.connect(self._send)
        composer.stop.connect(self.interrupt)
        composer.continue_requested.connect(lambda: self._current.continue_answer())
        composer.edit_last.connect(self._begin_edit)
        composer.leave_edit.connect(lambda: self._current.cancel_edit())
        composer.unqueue.connect(self._unqueue)
        composer.pasted.connect(self.attach_pasted)
        composer.page_chosen.connect(attachment_loader.choose_page)
        DocumentPasswords(attachment_loader, composer)
        composer.remove_attachment.connect(lambda key: self._current.attachments.remove(key))
        transcript.ask_again.connect(lambda: self._current.ask_again())
        transcript.continue_requested.connect(lambda: self._current.continue_answer())
        transcript.answer_now_requested.connect(lambda: self._current.answer_now())
        transcript.edit_last.connect(self._begin_edit)
        transcript.edit_wanted.connect(self._begin_edit)
        transcript.ask_again_wanted.connect(lambda entry: self._current.ask_again(entry))
        transcript.version_wanted.connect(lambda entry, by: self._current.show_version(entry, by))
        transcript.picture_dragged.connect(self._drag_picture)
        transcript.waited_for_requested.connect(session_manager.show_waited_for)
        transcript.stop_waited_for.connect(self._stop_waited_for)
        session_manager.activity_changed.connect(self._show_wait)
        transcript.wrap_requested.connect(lambda wrapped: settings_store.choose(wrap_code=wrapped))
        settings_store.changed.connect(self._show_as_chosen)
        self._show_as_chosen()
        session_manager.leaving.connect(self.keep_draft)
        session_manager.shown.connect(self.show_conversation)

    def actions(self) -> dict[str, Callable[[], object]]:
        """What the keys of the window do, by name."""
        return {
            "copy_answer": self.copy_answer,
            "previous_version": lambda: self._transcript.step_version(-1),
            "next_version": lambda: self._transcript.step_version(1),
        }

    @property
    def _current(self) -> Conversation:
        return self._session_manager.current

    def show_conversation(self) -> None:
        """Show the current conversation and follow its changes."""
        self.detach()
        conversation = self._connected = self._current
        for signal, slot in self._connections(conversation):
            signal.connect(slot)
        self._transcript.show_wait(self._session_manager.wait)
        self._transcript.show_entries(conversation.entries())
        self._composer.show_question(conversation.draft.text, conversation.attachments.items)
        self._on_changed()
        self._composer.input.setFocus()

    def detach(self) -> None:
        """Stop following the conversation: the widgets are about to be deleted, or to show another one."""
        if self._connected is not None:
            for signal, slot in self._connections(self._connected):
                signal.disconnect(slot)
            self._connected = None

    def write(self, text: str) -> None:
        """Put it into the composer, ready to be sent or changed."""
        self._composer.set_text(text)
        self._composer.input.setFocus()

    def focus_question(self) -> None:
        self._composer.input.setFocus()

    def ask_about(self, picture: Path, text: str) -> None:
        """`text` in the composer, and `picture` with it unless others are there."""
        if not self._current.attachments.items:
            self._attachment_loader.load_files([picture])
        self.write(text)

    def copy_answer(self) -> None:
        """The last one, to the clipboard."""
        if text := self._current.last_answer:
            QGuiApplication.clipboard().setText(text)
            announce(self._transcript, _("Answer copied"))

    def expect_drop(self, mime: QMimeData) -> str:
        """What a drop would do; empty for what cannot be dropped. What decodes pictures is started meanwhile."""
        if text := describe_drop(mime):
            self._attachment_loader.prepare()
        return text

    def attach_dropped(self, mime: QMimeData) -> None:
        """Attach, and activate the window, wherever the drag came from."""
        self._composer.activateWindow()
        self._composer.input.setFocus()
        self.attach_pasted(mime)

    def attach_pasted(self, mime: QMimeData) -> None:
        """Attach pictures, or else insert text."""
        self.begun.emit()
        if text := attach_from_mime(self._attachment_loader, mime):
            self._composer.input.insert_text(text)

    def interrupt(self) -> None:
        """Stop the answer; the questions that wait for it are in the composer again."""
        self.keep_draft()
        self._current.interrupt()

    def keep_draft(self) -> None:
        """Save what is typed and not sent; for a conversation that has no question yet, the window's state keeps it."""
        self._draft_timer.cancel()
        conversation, text = self._current, self._composer.text
        if conversation.draft.text != text:
            conversation.set_draft_text(text)
            self._attachment_loader.note_draft(text)
        if conversation.conversation_id is None and not conversation.private:
            settings = self._settings_store.now
            kept = settings.keep_history and settings.retention != "session"
            self._window_state.keep(draft=text if kept else "")

    def _connections(self, conversation: Conversation) -> tuple[tuple[Any, Callable[..., object]], ...]:
        transcript = self._transcript
        return (
            (conversation.turns_appended, transcript.append),
            (conversation.turn_replaced, transcript.replace_last),
            (conversation.turns_truncated, transcript.truncate),
            (conversation.branch_shown, transcript.show_branch),
            (conversation.rest_read, self._on_rest_read),
            (conversation.event_arrived, transcript.on_event),
            (conversation.answer_finished, transcript.on_finished),
            (conversation.captions_changed, self._on_captions_changed),
            (conversation.changed, self._on_changed),
            (conversation.draft.text_replaced, self._composer.set_text),
            (conversation.attachments.changed, self._on_attachments_changed),
        )

    def _on_rest_read(self) -> None:
        self._transcript.fill(self._current.entries())

    def _on_captions_changed(self) -> None:
        self._captions_timer.request()

    def _show_captions(self) -> None:
        """Only while the view follows the end: nothing moves while the user reads further up."""
        if self._current.busy:
            self._captions_timer.request()
        elif self._transcript.follow:
            self._transcript.fill(self._current.entries())

    def _on_changed(self) -> None:
        conversation = self._current
        queued = [turn.shown_text for turn in conversation.queued]
        self._composer.show_state(conversation.busy, conversation.draft.editing, queued, conversation.has_rest)
        self.changed.emit()

    def _show_as_chosen(self) -> None:
        settings = self._settings_store.now
        self._transcript.show_timings(settings.show_timings)
        self._transcript.show_wrapped(settings.wrap_code)

    def _show_wait(self) -> None:
        self._transcript.show_wait(self._session_manager.wait)

    def _type_ahead(self) -> None:
        self._current.type_ahead(self._composer.text)

    def _stop_waited_for(self) -> None:
        if (wait := self._session_manager.wait) is not None:
            wait.stop()

    def _on_attachments_changed(self) -> None:
        self._composer.show_attachments(self._current.attachments.items)

    def _send(self, text: str) -> None:
        self.begun.emit()
        if self._current.conversation_id is None:
            self._window_state.keep(draft="")
        self._current.send(text)
        self._draft_timer.cancel()
        self._typed_timer.cancel()

    def _begin_edit(self, entry: int | None = None) -> None:
        """Of the question of that entry, or the last one."""
        self.keep_draft()
        self._current.begin_edit(entry)
        self._composer.input.setFocus()

    def pictures_of(self, entry: int) -> list[Picture]:
        """Of an entry of the transcript, up to the first one that is none: a document's page."""
        turn = self._current.turn_of(entry)
        shown = [one.picture for one in turn.attachments if one.thumbnail is not None] if turn is not None else []
        return list(takewhile(lambda one: one is not None, shown))  # type: ignore[arg-type]

    def picture_of(self, entry: int, number: int) -> Picture | None:
        """That picture of an entry of the transcript."""
        turn = self._current.turn_of(entry)
        pictures = [one for one in turn.attachments if one.thumbnail is not None] if turn is not None else []
        return pictures[number].picture if number < len(pictures) else None

    def _drag_picture(self, entry: int, number: int) -> None:
        """As a file, under its name."""
        if (picture := self.picture_of(entry, number)) is not None:
            try:
                path = self._dragged_files.file_of(picture, private=self._current.private)
            except FanlightError as error:
                self._attachment_loader.problem.emit(error)
                return
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(str(path))])
            drag_out(self._transcript, mime)

    def _unqueue(self, index: int) -> None:
        conversation = self._current
        turn = conversation.unqueue(index)
        if not self._composer.text and not conversation.attachments.items:
            conversation.draft.replace(turn.message.text, turn.attachments)
            self._composer.input.setFocus()
