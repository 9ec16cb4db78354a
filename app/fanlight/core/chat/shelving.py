"""A conversation that leaves the screen holds no pixels: what its pictures look like is read again when it is
needed."""

from __future__ import annotations

from shiboken6 import isValid

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.history import History
from fanlight.core.chat.stored_pictures import PictureShelf, ReadFile
from fanlight.core.chat.turns import Turn
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError


def give_back_pixels(
    conversation: Conversation, shelf: PictureShelf, history: History, file_worker: FileWorker
) -> None:
    """Where it is kept, and nothing goes on in it."""
    tree = conversation.tree
    is_kept = conversation.is_read and conversation.conversation_id is not None
    if conversation.busy or not is_kept or not any(turn.attachments for turn in (*tree.shown, *tree.aside)):
        return
    turns = tree.in_order

    def shelve(read: ReadFile) -> list[Turn]:
        return [shelf.shelved_turn(turn, read) for turn in turns]

    def on_shelved(found: list[Turn] | FanlightError) -> None:
        if not isinstance(found, FanlightError) and isValid(conversation):
            conversation.give_back_pixels(turns, found)

    history.read(lambda database: database.picture, lambda read: file_worker.call(lambda: shelve(read), on_shelved))
