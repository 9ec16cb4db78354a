"""From a search to the place: the conversation is opened at the message that was found, with the words marked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fanlight.core.app import Application
from fanlight.core.chat.history_search import HistorySearch
from fanlight.domain.errors import FanlightError, InputError, PictureError
from fanlight.domain.folding import fold
from fanlight.domain.picture_finding import PictureHit, PicturePlace
from fanlight.domain.search import SearchHit, SearchQuery, parse_query
from fanlight.domain.search_filters import split_filters
from fanlight.files import shown_name
from fanlight.i18n import _
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.window.chat_controller import ChatController
from fanlight.ui.window.find_bar import FindBar
from fanlight.ui.window.page_viewing import PageViewing
from fanlight.ui.window.picture_grid import name_of
from fanlight.ui.window.picture_marking import PictureMarking
from fanlight.ui.window.search_palette import SearchPalette


class Searching(QObject):
    """Owns the palette over `window` and the bar that finds words in `transcript`."""

    def __init__(
        self, window: QWidget, transcript: Transcript, chat: ChatController, core: Application, pages: PageViewing
    ) -> None:
        super().__init__(window)
        self._pages = pages
        self._session_manager, self._transcript, self._chat = core.session_manager, transcript, chat
        self._pictures, self._loader = core.picture_search, core.attachment_loader
        self._search = HistorySearch(core.history, self)
        self.palette, self.find_bar = SearchPalette(self._search, self._pictures, window), FindBar(transcript)
        self._marking = PictureMarking(core.file_worker, core.texts, transcript.mark_picture, self)
        self._wanted: tuple[int, tuple[int, ...], str, bool] | None = None
        """A conversation, the way to a message of it, what was looked for, and whether in its pictures."""
        self.palette.chosen.connect(self._go)
        self.palette.pictures.shown_in_conversation.connect(self._go_to_picture)
        self.palette.pictures.asked.connect(self._ask_about)
        transcript.similar_wanted.connect(self._look_like)
        chat.changed.connect(self.find_bar.refresh)
        core.session_manager.shown.connect(self._on_shown)
        core.session_manager.read.connect(self._show_place)

    def actions(self) -> dict[str, Callable[[], object]]:
        """What the keys of the window do, by name."""
        return {
            "search": self.palette.open,
            "find": self.find_bar.open,
            "find_next": lambda: self.find_bar.step(1),
            "find_previous": lambda: self.find_bar.step(-1),
        }

    def _go(self, hit: SearchHit, text: str) -> None:
        if hit.message_id:
            self._open_at(hit.conversation_id, hit.message_id, text, in_picture=hit.kind == "picture")
        else:
            self._wanted = None
            self._session_manager.open(hit.conversation_id)

    def _go_to_picture(self, hit: PictureHit) -> None:
        self._open_at(hit.conversation_id, hit.message_id, "")

    def _open_at(self, conversation_id: int, message_id: int, text: str, *, in_picture: bool = False) -> None:
        def open_there(steps: tuple[int, ...]) -> None:
            self._wanted = (conversation_id, steps, text, in_picture)
            self._session_manager.open(conversation_id, end_first=False)
            self._show_place()

        self._search.steps_to(conversation_id, message_id, open_there)

    def _look_like(self, entry: int, number: int) -> None:
        """A picture on the screen: the index knows it by its content."""
        if (picture := self._chat.picture_of(entry, number)) is None:
            return
        try:
            place = PicturePlace(hashlib.sha256(picture.data).hexdigest(), kept=True)
        except FanlightError as error:
            self._loader.problem.emit(error)
            return
        self.palette.open_like(place, picture.name or _("Picture"))

    def _ask_about(self, hit: PictureHit) -> None:
        """Attach it to the next question."""

        def attach(source: bytes | Path | None) -> None:
            if source is None:
                gone = _("The picture {name} is no longer on this computer.").format(name=name_of(hit))
                self._loader.problem.emit(PictureError(gone, _("Search again: what is gone is not found then.")))
            else:
                self._loader.load(source, shown_name(Path(name_of(hit))))

        self._pictures.read_picture(hit.place, attach)
        self._chat.focus_question()

    def _on_shown(self) -> None:
        """Another conversation: what was looked for in the last one is over."""
        self.palette.hide()
        self.find_bar.close_bar()
        self._marking.stop()
        self._transcript.unmark_pictures()
        self._show_place()

    def _show_place(self) -> None:
        current = self._session_manager.current
        if self._wanted is None or self._session_manager.current_number != self._wanted[0] or not current.is_read:
            return
        _conversation, steps, text, in_picture = self._wanted
        self._wanted = None
        if (place := current.show_place(steps)) < 0:
            problem = _("This is in another version of the conversation, and an answer is under way.")
            self._session_manager.problem.emit(InputError(problem, _("Stop the answer, or wait until it ends.")))
            return
        words = " ".join(split_filters(text)[0].split())
        if words and in_picture:
            self._transcript.show_entry(place)
            self._marking.mark(place, self._chat.pictures_of(place), parse_query(words))
        elif words and not self._shows_page(place, parse_query(words)):
            self.find_bar.open_at(words, place)
        else:
            self._transcript.show_entry(place)

    def _shows_page(self, place: int, query: SearchQuery) -> bool:
        """What is not said in the message may be in a document behind it."""
        said = self._transcript.entries()[place].text
        return not query.matches(fold(said), parts=True) and self._pages.show_found(place, query)
