"""Which conversations the notes are put before, kept over restarts; and what is proposed to be noted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, SignalInstance

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.lasting_notes import LastingNotes
from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.domain.notes import proposed_note, with_line

NOTED = "conversations_with_notes"


class NotedConversations(QObject):
    """Off by default: `choose` turns it on for the conversation on the screen. `proposal` is a line that the user may
    add to the notes; nothing adds it but `accept`."""

    changed = Signal()

    def __init__(
        self,
        notes: LastingNotes,
        session_manager: SessionManager,
        settings_store: SettingsStore,
        window_state: WindowState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._notes, self._session_manager, self._window_state = notes, session_manager, window_state
        self._settings_store = settings_store
        self._ids = {int(one) for one in window_state.text(NOTED).split() if one.isdecimal()}
        self._connected: Conversation | None = None
        self.proposal = ""
        notes.changed.connect(self._on_notes_changed)
        session_manager.shown.connect(self._follow)
        self._follow()

    @property
    def in_use(self) -> bool:
        """Whether the notes are put before the conversation on the screen."""
        return self._session_manager.current.uses_notes

    def choose(self, wanted: bool) -> None:
        current = self._session_manager.current
        current.use_notes(self._read if wanted else None)
        self._note_id(current)
        self.changed.emit()

    def use_in_capture(self, conversation: Conversation) -> None:
        """Of a capture that was opened, where the settings say so."""
        if self._settings_store.now.notes_in_captures:
            conversation.use_notes(self._read)

    def accept(self) -> None:
        """Add the proposal to the notes."""
        line, self.proposal = self.proposal, ""
        if line:
            self._notes.add_line(line)
        self.changed.emit()

    def refuse(self) -> None:
        self.proposal = ""
        self.changed.emit()

    def _read(self) -> str:
        return self._notes.text

    def _follow(self) -> None:
        current = self._session_manager.current
        if self._connected is not None:
            for signal, slot in self._connections(self._connected):
                signal.disconnect(slot)
        self._connected = current
        for signal, slot in self._connections(current):
            signal.connect(slot)
        if self._settings_store.now.keep_history and current.conversation_id in self._ids:
            current.use_notes(self._read)
        self.refuse()

    def _connections(self, conversation: Conversation) -> tuple[tuple[SignalInstance, Callable[[], object]], ...]:
        return (conversation.answer_finished, self._on_answered), (conversation.saved, self._on_saved)

    def _on_answered(self) -> None:
        """A rule reads the last question and answer; the model itself writes nothing anywhere."""
        current = self._session_manager.current
        line = proposed_note(current.last_question, current.last_answer if current.uses_notes else "")
        notes = self._notes.text
        self.proposal = line if line and with_line(notes, line) != notes else ""
        self.changed.emit()

    def _on_saved(self) -> None:
        self._note_id(self._session_manager.current)

    def _on_notes_changed(self) -> None:
        if self.in_use:
            self._session_manager.current.prefetch()
        self.changed.emit()

    def _note_id(self, conversation: Conversation) -> None:
        id_ = conversation.conversation_id if self._settings_store.now.keep_history else None
        if id_ is None or conversation.private or (id_ in self._ids) == conversation.uses_notes:
            return
        self._ids ^= {id_}
        self._keep()

    def _keep(self) -> None:
        self._window_state.keep(**{NOTED: " ".join(map(str, sorted(self._ids)))})
