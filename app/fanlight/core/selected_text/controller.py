"""Selected text, from a key or a command to its session, and into the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.hotkey_bindings import SELECTION_KEY
from fanlight.core.selected_text.session import SelectionSession
from fanlight.desktop.selected_text import SelectedText, SelectionAccess
from fanlight.domain.desktop_errors import SelectionError

MakeSelectionSession = Callable[[SelectedText, SelectionAccess], SelectionSession]


class SelectionController(QObject):
    """`sessions`: those with a panel, newest last. A new one ends the others that are not pinned."""

    started = Signal()
    """The selection is about to be read: whoever has the keyboard now gets it back."""
    session_opened = Signal(object)
    """A SelectionSession: show its panel."""
    moved_to_window = Signal()
    """Its conversation is the current one: show the window."""
    failed = Signal(object)
    """A FanlightError: why there is no panel."""

    def __init__(
        self,
        access: SelectionAccess,
        make_session: MakeSelectionSession,
        session_manager: SessionManager,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._access, self._make_session, self._session_manager = access, make_session, session_manager
        self.sessions: list[SelectionSession] = []
        self._reading = False

    def on_hotkey(self, name: str) -> None:
        """A key of Hotkeys was pressed."""
        if name == SELECTION_KEY:
            self.ask_about_selection()

    def ask_about_selection(self) -> None:
        """Nothing where the last one is still being read, or replaced."""
        if self._reading or any(session.replacing for session in self.sessions):
            return
        self._reading = True
        self.started.emit()
        self._access.read(self._on_read)

    def close(self) -> None:
        for session in tuple(self.sessions):
            session.forget()
        self._access.close()

    def _on_read(self, result: SelectedText | SelectionError) -> None:
        self._reading = False
        if isinstance(result, SelectionError):
            self.failed.emit(result)
            return
        old = [session for session in self.sessions if not session.pinned]
        session = self._make_session(result, self._access)
        session.closed.connect(lambda _forgotten: self.sessions.remove(session))
        session.move_wanted.connect(lambda question: self._move_to_window(session, question))
        self.sessions.append(session)
        self.session_opened.emit(session)
        for one in old:
            one.end_for_another()

    def _move_to_window(self, session: SelectionSession, question: str) -> None:
        """Where nothing was asked, the text is the draft."""
        if not question and not session.conversation.turns:
            session.conversation.set_draft_text(session.selected.text)
        conversation = session.release_conversation()
        self._session_manager.adopt(conversation)
        if question:
            conversation.send(question)
        self.moved_to_window.emit()
