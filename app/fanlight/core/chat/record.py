"""A conversation's place in the database: made to equal what is on the screen, on the store's own thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fanlight.core.chat.turns import Turn
from fanlight.domain.messages import Message, Picture
from fanlight.domain.stored import State


class RecordStore(Protocol):
    """What a record needs of a database (store.database.Database)."""

    def create(self, title: str = "") -> int: ...

    def add_message(
        self, conversation_id: int, message: Message, pictures: Sequence[Picture] = (), state: State = "complete"
    ) -> int: ...

    def update_answer(self, message_id: int, text: str, thinking: str, state: State, footer: str = "") -> None: ...

    def truncate(self, conversation_id: int, from_message_id: int) -> None: ...


@dataclass(slots=True)
class ConversationRecord:
    """Used on the store's thread only. `keep` can be called again after any error: it does what is still missing."""

    conversation_id: int | None = None
    kept: list[tuple[Turn, int]] = field(default_factory=list)
    """What the database holds, with the ids there."""

    def keep(self, shelf: RecordStore, title: str, turns: Sequence[Turn]) -> SavedPosition:
        """Make the database hold exactly `turns`. Raises StoreError."""
        if self.conversation_id is None:
            self.conversation_id = shelf.create(title)
        same = 0
        while same < min(len(turns), len(self.kept)) and turns[same].key == self.kept[same][0].key:
            same += 1
        if same < len(self.kept):
            shelf.truncate(self.conversation_id, self.kept[same][1])
            del self.kept[same:]
        for i, (old, message_id) in enumerate(self.kept):
            if turns[i] is not old and turns[i] != old:
                new = turns[i]
                shelf.update_answer(message_id, new.message.text, new.message.thinking, new.state, new.footer)
            self.kept[i] = (turns[i], message_id)
        for turn in turns[same:]:
            pictures = [attachment.picture for attachment in turn.attachments]
            message_id = shelf.add_message(self.conversation_id, turn.message, pictures, turn.state)
            self.kept.append((turn, message_id))
            if turn.footer:
                shelf.update_answer(message_id, turn.message.text, turn.message.thinking, turn.state, turn.footer)
        return SavedPosition(self.conversation_id, self.kept[-1][1] if self.kept else 0)


@dataclass(frozen=True, slots=True)
class SavedPosition:
    conversation_id: int
    last_message_id: int
