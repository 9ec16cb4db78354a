"""What the database holds of a conversation: made to equal what is on the screen, on the store's own thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fanlight.core.chat.turns import Turn, TurnTree
from fanlight.domain.messages import Message, Picture
from fanlight.domain.stored import ConversationRow, State, StoredMessage


class MessageStore(Protocol):
    """The part of store.database.Database that writes messages."""

    def create(self, title: str = "") -> int: ...

    def add_message(
        self,
        conversation_id: int,
        message: Message,
        pictures: Sequence[Picture] = (),
        state: State = "complete",
        follows: int | None = None,
        footer: str = "",
    ) -> int: ...

    def update_answer(self, message_id: int, text: str, thinking: str, state: State, footer: str = "") -> None: ...

    def truncate(self, conversation_id: int, from_message_id: int) -> None: ...

    def show_branch(self, conversation_id: int, end: int) -> None: ...

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
    turns: dict[int, tuple[Turn, int]] = field(default_factory=dict)
    """By their keys, with the ids of their messages."""
    shown_end: int = 0
    """The message that ends the shown branch."""
    is_read: bool = True
    """Whether it is known what the database holds; nothing may be written before."""
    _store: MessageStore | None = field(default=None, compare=False, repr=False)
    """The one that was written to last; a database that was repaired is another one."""

    def write(self, store: MessageStore, title: str, tree: TurnTree) -> SavedPosition:
        """Make the database hold exactly these turns. Raises StoreError."""
        if store is not self._store:
            self._forget_lost(store)
            self._store = store
        if self.conversation_id is None:
            self.conversation_id = store.create(title)
        wanted = tree.in_order
        self._remove(store, set(self.turns) - {turn.key for turn in wanted})
        for turn in wanted:
            if turn.key not in self.turns:
                self._add(store, self.conversation_id, turn)
                continue
            old, message_id = self.turns[turn.key]
            if turn is not old and turn != old:
                _update_message(store, message_id, turn)
            self.turns[turn.key] = (turn, message_id)
        end = self.turns[tree.shown[-1].key][1] if tree.shown else 0
        if end != self.shown_end:
            store.show_branch(self.conversation_id, end)
            self.shown_end = end
        return SavedPosition(self.conversation_id, end)

    def _add(self, store: MessageStore, conversation_id: int, turn: Turn) -> None:
        pictures = [one.picture for one in turn.attachments if one.picture is not None]
        follows = self._message_of(turn.parent)
        message_id = store.add_message(conversation_id, turn.message, pictures, turn.state, follows, turn.footer)
        self.turns[turn.key], self.shown_end = (turn, message_id), message_id

    def _remove(self, store: MessageStore, keys: set[int]) -> None:
        """With all that follows them, which is to be among them."""
        for key in sorted(keys):
            turn, message_id = self.turns[key]
            if turn.parent not in keys and self.conversation_id is not None:
                store.truncate(self.conversation_id, message_id)
        for key in keys:
            del self.turns[key]

    def _message_of(self, key: int) -> int:
        return self.turns[key][1] if key else 0

    def _forget_lost(self, store: MessageStore) -> None:
        """What the database does not hold as it was is to be written again, with all that follows it. Raises
        StoreError."""
        if self.conversation_id is None:
            return
        there = {one.id: one for one in store.messages(self.conversation_id)}
        lost = set[int]()
        for key in sorted(self.turns):
            turn, message_id = self.turns[key]
            if turn.parent in lost or not _is_whole(turn, there.get(message_id), self._message_of(turn.parent)):
                lost.add(key)
        self._remove(store, lost)
        self.shown_end = 0
        if not there and all(row.id != self.conversation_id for row in store.conversations()):
            self.conversation_id = None


def _is_whole(turn: Turn, stored: StoredMessage | None, follows: int) -> bool:
    if stored is None:
        return False
    pictures = [one for one in turn.attachments if one.picture is not None]
    if len(stored.documents) != len(turn.message.documents):
        return False
    same = (stored.message.text, stored.message.thinking) == (turn.message.text, turn.message.thinking)
    same = same and stored.parent == follows
    return same and stored.role == turn.message.role and len(stored.pictures) >= len(pictures)


def _update_message(store: MessageStore, message_id: int, turn: Turn) -> None:
    store.update_answer(message_id, turn.message.text, turn.message.thinking, turn.state, turn.footer)
