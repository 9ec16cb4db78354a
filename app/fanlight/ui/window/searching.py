"""From a search to the place: the conversation is opened at the message that was found, with the words marked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fanlight.core.chat.history import History
from fanlight.core.chat.history_search import HistorySearch
from fanlight.core.chat.session_manager import SessionManager
from fanlight.domain.search import SearchHit
from fanlight.domain.search_filters import split_filters
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.window.chat_controller import ChatController
from fanlight.ui.window.find_bar import FindBar
from fanlight.ui.window.search_palette import SearchPalette


class Searching(QObject):
    """Owns the palette over `window` and the bar that finds words in `transcript`."""

    def __init__(
        self,
        window: QWidget,
        transcript: Transcript,
        chat: ChatController,
        session_manager: SessionManager,
        history: History,
    ) -> None:
        super().__init__(window)
        self._session_manager, self._transcript = session_manager, transcript
        self._search = HistorySearch(history, self)
        self.palette, self.find_bar = SearchPalette(self._search, window), FindBar(transcript)
        self._wanted: tuple[int, int, str] | None = None  # a conversation, a place in it, what was looked for
        self.palette.chosen.connect(self._go)
        chat.changed.connect(self.find_bar.refresh)
        session_manager.shown.connect(self._on_shown)

    def actions(self) -> dict[str, Callable[[], object]]:
        """What the keys of the window do, by name."""
        return {
            "search": self.palette.open,
            "find": self.find_bar.open,
            "find_next": lambda: self.find_bar.step(1),
            "find_previous": lambda: self.find_bar.step(-1),
        }

    def _go(self, hit: SearchHit, text: str) -> None:
        def open_there(place: int) -> None:
            self._wanted = (hit.conversation_id, place, "" if hit.kind == "picture" else text)
            self._session_manager.open(hit.conversation_id)
            self._show_place()

        if hit.message_id:
            self._search.place_of(hit.conversation_id, hit.message_id, open_there)
        else:
            self._wanted = None
            self._session_manager.open(hit.conversation_id)

    def _on_shown(self) -> None:
        """Another conversation: what was looked for in the last one is over."""
        self.palette.hide()
        self.find_bar.close_bar()
        self._show_place()

    def _show_place(self) -> None:
        if self._wanted is None or self._session_manager.current_number != self._wanted[0]:
            return
        _conversation, place, text = self._wanted
        self._wanted = None
        words = " ".join(split_filters(text)[0].split())
        if words:
            self.find_bar.open_at(words, place)
        else:
            self._transcript.show_entry(place)
