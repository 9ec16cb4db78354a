"""Which conversation is on the screen; the others stay in memory for a while, and their answers go on."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.answer_wait import AnswerWait
from fanlight.core.chat.autosave import Autosave
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.history import History
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.opening import ConversationOpening
from fanlight.core.chat.page_texts import ReadPages
from fanlight.core.chat.page_thumbnails import PageThumbnails
from fanlight.core.chat.reopening import ReopenedConversation, ReopenedEnd
from fanlight.core.chat.saved_turns import SavedTurns
from fanlight.core.chat.shelving import give_back_pixels
from fanlight.core.chat.stored_pictures import PictureShelf
from fanlight.core.chat.turns import Attachment
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.domain.slots import Slot
from fanlight.domain.stored import ConversationRow

MOST_IN_MEMORY = 6
"""Conversations beside the one on the screen, busy ones not counted."""


class SessionManager(QObject):
    """`current` is the conversation on the screen."""

    leaving = Signal()
    """The conversation on the screen is about to be another: what is typed belongs to it."""
    shown = Signal()
    """`current` is another conversation now."""
    read = Signal()
    """All of `current` is there, which was shown before."""
    activity_changed = Signal()
    """What is answered, or what a question waits for, has changed."""
    problem = Signal(object)

    def __init__(
        self, host: ModelHost, history: History, settings_store: SettingsStore, file_worker: FileWorker
    ) -> None:
        super().__init__()
        self._host, self._history, self._settings_store, self._file_worker = host, history, settings_store, file_worker
        self._conversations: list[Conversation] = []
        self._wanted: int | None = None
        self._shelf = PictureShelf()
        self._opening = ConversationOpening(history, file_worker, settings_store, self._shelf, self)
        self._opening.end_read.connect(self._on_end_read)
        self._opening.read.connect(self._on_read)
        self._opening.failed.connect(self._on_unreadable)
        self._thumbnails = PageThumbnails(file_worker, lambda: self.current, self)
        host.serving_changed.connect(self.activity_changed)
        host.changed.connect(self.activity_changed)
        self.current = self._add(self._new_conversation(Autosave(history)))
        self.current.show(True)

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """Those in memory, the last shown last."""
        return tuple(self._conversations)

    @property
    def rows(self) -> tuple[ConversationRow, ...]:
        """All of them, the last used first; `core/chat/listing.py` chooses those in the list. Those that are not
        saved, or could not be, come before the saved ones, under numbers below zero, which `open` and `rename`
        understand."""
        unsaved = sorted(
            (one for one in reversed(self._conversations) if _number_of(one) < 0), key=lambda one: not one.private
        )
        rows = [ConversationRow(_number_of(one), one.title, time.time(), "", private=one.private) for one in unsaved]
        return (*rows, *self._history.rows)

    @property
    def current_number(self) -> int | None:
        """Of the conversation on the screen in the list; None where it is not listed."""
        return _number_of(self.current) or None

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return any(conversation.busy for conversation in self._conversations)

    @property
    def wait(self) -> AnswerWait | None:
        """What the question on the screen waits for; None where it is being answered, or there is none."""
        job, current = self._host.answering_job, self.current
        if current.condition != "answering" or (job is not None and current.is_answered_by(job)):
            return None
        if job is None:
            return AnswerWait() if self._host.condition == "loading" else None
        return AnswerWait(job, next((one for one in self._conversations if one.is_answered_by(job)), None))

    @property
    def answering(self) -> dict[int, bool]:
        """The saved conversations that have a question: whether the model is answering it now."""
        job = self._host.answering_job
        busy = [(one.conversation_id, one) for one in self._conversations if one.busy]
        return {key: job is not None and one.is_answered_by(job) for key, one in busy if key is not None}

    def show_waited_for(self) -> None:
        """The conversation whose answer the question on the screen waits for."""
        if (wait := self.wait) is not None and wait.conversation is not None:
            self._wanted = None
            self._show(wait.conversation)

    def new(self) -> None:
        """An empty conversation; it is saved from its first question on."""
        self._wanted = None
        if not _is_blank(self.current):
            empty = (one for one in self._conversations if _is_blank(one))
            self._show(next(empty, None) or self._add(self._new_conversation(Autosave(self._history))))

    def new_private(self) -> None:
        """An empty conversation that is in memory only, until it is discarded or the program ends."""
        self._wanted = None
        if not self.current.private or self.current.turns:
            conversation = self._new_conversation()
            conversation.private = True
            self._show(self._add(conversation))

    def discard(self, number: int) -> None:
        """A private conversation, for good."""
        found = next((one for one in self._conversations if one.private and _number_of(one) == number), None)
        if found is not None:
            found.stop()
            if found is self.current:
                self.new()
            self._conversations.remove(found)
            found.close()
            self._history.listed.emit()

    def open(self, conversation_id: int, *, end_first: bool = True) -> None:
        """Shown as soon as it is read, or of a long one its end; `end_first`: that is what is to be seen of it."""
        self._wanted = conversation_id
        known = next((one for one in self._conversations if _number_of(one) == conversation_id), None)
        if known is not None:
            self._show(known)
        else:
            self._opening.open(conversation_id, end_first=end_first)

    def archive(self, *conversation_ids: int) -> None:
        """Out of the list. An answer that is under way goes on; another conversation is on the screen."""
        if self.current.conversation_id in conversation_ids:
            self.new()
        self._history.set_archived(conversation_ids, True)

    def delete(self, *conversation_ids: int) -> None:
        """Into the trash, from where `restore` brings them back."""
        for conversation in [one for one in self._conversations if one.conversation_id in conversation_ids]:
            conversation.stop()
            if conversation is self.current:
                self.new()
        self._history.delete(*conversation_ids)

    def restore(self, *conversation_ids: int) -> None:
        """The first of them is shown."""
        self._history.restore(*conversation_ids)
        self.open(conversation_ids[0])

    def delete_for_good(self, conversation_ids: Sequence[int]) -> None:
        """What is in the trash."""
        gone = set(conversation_ids)
        self._conversations = [
            one for one in self._conversations if one is self.current or one.conversation_id not in gone
        ]
        self._history.delete_for_good(tuple(gone))

    def rename(self, conversation_id: int, title: str) -> None:
        for conversation in self._conversations:
            if _number_of(conversation) == conversation_id:
                conversation.rename(title)
                return
        self._history.rename(conversation_id, title)

    def adopt(self, conversation: Conversation, kept: Mapping[str, Attachment] | None = None) -> None:
        """Show a quick panel's conversation, and save it from now on. `kept` are its pictures with their files, by the
        ids of what the model is sent of them."""
        self._wanted = None
        conversation.setParent(None)
        conversation.move_to_window(Autosave(self._history), kept or {})
        self._show(self._add(conversation))

    def forget_all(self) -> None:
        """Start with an empty conversation: from now on they are saved elsewhere, or nowhere."""
        old, self._conversations = self._conversations, []
        self._show(self._add(self._new_conversation(Autosave(self._history))))
        for conversation in old:
            conversation.close()

    def close(self) -> None:
        for conversation in self._conversations:
            conversation.close()

    def _new_conversation(self, autosave: Autosave | None = None) -> Conversation:
        return Conversation(self._host, self._settings_store, Slot.WINDOW, autosave)

    def _add(self, conversation: Conversation) -> Conversation:
        conversation.saved.connect(self._history.refresh)
        conversation.problem.connect(self.problem)
        conversation.changed.connect(self.activity_changed)
        conversation.saved.connect(self.activity_changed)
        if conversation.private:
            conversation.changed.connect(self._history.listed)
        conversation.turns_appended.connect(self._thumbnails.show_missing)
        conversation.branch_shown.connect(self._thumbnails.show_missing)
        self._conversations.append(conversation)
        return conversation

    def _on_end_read(self, conversation_id: int, found: ReopenedEnd) -> None:
        if self._wanted == conversation_id:
            self._wanted = None  # it may have been asked for twice while it was read
            conversation, title, draft = self._added(conversation_id)
            autosave = Autosave(self._history, SavedTurns(conversation_id, is_read=False))
            conversation.reopen_end(autosave, found.turns, found.before, title, draft)
            self._show(conversation)
            self._opening.read_rest(conversation_id)

    def _on_read(self, conversation_id: int, found: ReopenedConversation) -> None:
        if (begun := self._begun(conversation_id)) is not None:
            begun.reopen_rest(found.saved, found.turns)
            if begun is self.current:
                self.read.emit()
                self._thumbnails.show_missing()
        elif self._wanted == conversation_id:
            self._wanted = None
            conversation, title, draft = self._added(conversation_id)
            conversation.reopen(Autosave(self._history, found.saved), found.turns, title, draft)
            self._show(conversation)

    def _on_unreadable(self, conversation_id: int, error: FanlightError | None) -> None:
        if (begun := self._begun(conversation_id)) is not None:
            if begun is self.current:
                self.new()
            self._conversations.remove(begun)
        if error is not None:
            self.problem.emit(error)

    def _begun(self, conversation_id: int) -> Conversation | None:
        """The one of which only the end was read."""
        here = (one for one in self._conversations if one.conversation_id == conversation_id and not one.is_read)
        return next(here, None)

    def _added(self, conversation_id: int) -> tuple[Conversation, str, str]:
        """A new one, with the title and the draft of that number."""
        row = next((row for row in self._history.rows if row.id == conversation_id), None)
        return self._add(self._new_conversation()), row.title if row else "", row.draft if row else ""

    def _show(self, conversation: Conversation) -> None:
        if conversation is self.current:
            return
        self.leaving.emit()
        self.current.show(False)
        give_back_pixels(self.current, self._shelf, self._history, self._file_worker)
        self.current = conversation
        self._conversations.remove(conversation)
        self._conversations.append(conversation)
        idle = [one for one in self._conversations[:-1] if not (one.busy or one.queued or one.is_behind)]
        idle = [one for one in idle if one.is_read and (not one.private or not one.turns)]
        for old in idle[:-MOST_IN_MEMORY]:
            self._conversations.remove(old)
        conversation.show(True)
        self.shown.emit()
        self._thumbnails.show_missing()

    def replace_picture(self, old: Collection[str], new: Attachment) -> None:
        """In all conversations in memory, instead of the pictures with these ids; not in the database."""
        for conversation in self._conversations:
            conversation.replace_picture(old, new)

    def show_pages_read(self, read: ReadPages) -> None:
        """In all conversations, and in the database."""
        for conversation in self._conversations:
            conversation.pages.show_read(read.document, read.index, read.left)
        id_, texts = read.document.id, read.document.texts
        self._history.submit(lambda database: database.update_document_texts(id_, texts))


def _number_of(conversation: Conversation) -> int:
    """In the database; below zero for one that is not saved, 0 for one that is not begun."""
    if conversation.conversation_id is not None:
        return conversation.conversation_id
    listed = conversation.is_behind or (conversation.private and conversation.turns)
    return -conversation.number if listed else 0


def _is_blank(conversation: Conversation) -> bool:
    """Nothing was asked in it, and what will be is saved."""
    return not conversation.turns and conversation.conversation_id is None and not conversation.private
