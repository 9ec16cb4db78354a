"""Which conversations are in the list: those that are not archived, or those that are, and of them those with all of
the tags that are chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.history import History
from fanlight.core.chat.session_manager import SessionManager
from fanlight.domain.stored import ConversationRow
from fanlight.domain.tags import counted_tags, tag_key, tags_of


class ConversationListing(QObject):
    """`tags` are those that are chosen; one that no conversation has any more is left out."""

    changed = Signal()
    """What is chosen; what there is follows from `History.listed`."""

    def __init__(self, session_manager: SessionManager, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session_manager, self._history = session_manager, history
        self.shows_archived = False
        self._chosen: tuple[str, ...] = ()

    @property
    def rows(self) -> list[ConversationRow]:
        """Private ones and those that are not saved are never archived and have no tags."""
        wanted = {tag_key(name) for name in self.tags}
        return [
            row
            for row in self._session_manager.rows
            if row.archived == self.shows_archived and wanted <= {tag_key(name) for name in row.tags}
        ]

    @property
    def tags(self) -> tuple[str, ...]:
        known = {tag_key(name): name for name in self.all_tags}
        return tuple(known[key] for key in map(tag_key, self._chosen) if key in known)

    @property
    def all_tags(self) -> dict[str, int]:
        """In the order of the alphabet, and how many conversations have each, archived ones included."""
        return counted_tags(row.tags for row in self._history.rows)

    @property
    def archived_count(self) -> int:
        return sum(row.archived for row in self._history.rows)

    def show_archived(self, shown: bool) -> None:
        if shown != self.shows_archived:
            self.shows_archived = shown
            self.changed.emit()

    def choose_tags(self, names: Sequence[str]) -> None:
        """() for all conversations."""
        if tags_of(names) != self._chosen:
            self._chosen = tags_of(names)
            self.changed.emit()

    def row(self, conversation_id: int | None) -> ConversationRow | None:
        """One that is saved, listed or not."""
        return next((row for row in self._history.rows if row.id == conversation_id), None)

    def step(self, by: int) -> None:
        """Open the conversation `by` places below in the list."""
        ids, current = [row.id for row in self.rows], self._session_manager.current_number
        here = ids.index(current) if current in ids else -1
        if ids and (there := max(0, here + by)) != here and there < len(ids):
            self._session_manager.open(ids[there])
