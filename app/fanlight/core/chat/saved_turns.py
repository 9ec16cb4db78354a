"""What the database holds of a conversation: made to equal what is on the screen, on the store's own thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fanlight.core.chat.turns import Turn
from fanlight.domain.messages import Message, Picture
from fanlight.domain.stored import ConversationRow, State, StoredMessage


class MessageStore(Protocol):
    """The part of store.database.Database that writes messages."""

    def create(self, title: str = "") -> int: ...

    def add_message(
        self, conversation_id: int, message: Message, pictures: Sequence[Picture] = (), state: State = "complete"
    ) -> int: ...

    def update_answer(self, message_id: int, text: str, thinking: str, state: State, footer: str = "") -> None: ...

    def truncate(self, conversation_id: int, from_message_id: int) -> None: ...

    def conversations(self) -> list[ConversationRow]: ...

    def messages(self, conversation_id: int) -> list[StoredMessage]: ...


@dataclass(frozen=True, slots=True)
class SavedPosition:
    conversation_id: int
    last_message_id: int


@dataclass(slots=True)
class SavedTurns:
    """Used on the store's thread only. `write` can be called again after any error: it does what is still missing."""

    conversation_id: int | None = None
    turns: list[tuple[Turn, int]] = field(default_factory=list)
    """With the ids of their messages."""
    _store: MessageStore | None = field(default=None, compare=False, repr=False)
    """The one that was written to last; a database that was repaired is another one."""

    def write(self, store: MessageStore, title: str, turns: Sequence[Turn]) -> SavedPosition:
        """Make the database hold exactly `turns`. Raises StoreError."""
        if store is not self._store:
            self._forget_lost(store)
            self._store = store
        if self.conversation_id is None:
            self.conversation_id = store.create(title)
        same = 0
        while same < min(len(turns), len(self.turns)) and turns[same].key == self.turns[same][0].key:
            same += 1
        if same < len(self.turns):
            store.truncate(self.conversation_id, self.turns[same][1])
            del self.turns[same:]
        for i, (old, message_id) in enumerate(self.turns):
            if turns[i] is not old and turns[i] != old:
                _update_message(store, message_id, turns[i])
            self.turns[i] = (turns[i], message_id)
        for turn in turns[same:]:
            pictures = [one.picture for one in turn.attachments if one.picture is not None]
            message_id = store.add_message(self.conversation_id, turn.message, pictures, turn.state)
            self.turns.append((turn, message_id))
            if turn.footer:
                _update_message(store, message_id, turn)
        return SavedPosition(self.conversation_id, self.turns[-1][1] if self.turns else 0)

    def _forget_lost(self, store: MessageStore) -> None:
        """What the database does not hold as it was is to be written again, with all that follows it. Raises
        StoreError."""
        if self.conversation_id is None:
            return
        there = {one.id: one for one in store.messages(self.conversation_id)}
        whole = 0
        while whole < len(self.turns) and _is_whole(self.turns[whole][0], there.get(self.turns[whole][1])):
            whole += 1
        if whole < len(self.turns):
            store.truncate(self.conversation_id, self.turns[whole][1])
            del self.turns[whole:]
        if not there and all(row.id != self.conversation_id for row in store.conversations()):
            self.conversation_id = None


def _is_whole(turn: Turn, stored: StoredMessage | None) -> bool:
    if stored is None:
        return False
    pictures = [one for one in turn.attachments if one.picture is not None]
    same = (stored.message.text, stored.message.thinking) == (turn.message.text, turn.message.thinking)
    return same and stored.role == turn.message.role and len(stored.pictures) >= len(pictures)


def _update_message(store: MessageStore, message_id: int, turn: Turn) -> None:
    store.update_answer(message_id, turn.message.text, turn.message.thinking, turn.state, turn.footer)
