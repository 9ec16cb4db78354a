"""One conversation and what is going on in it: ask, queue, stop, ask again, edit, continue.

With an autosave a message is on disk before the model starts, and the open answer follows at most a second behind; an
error of the store costs nothing that is shown. Without one, nothing of the conversation can reach a disk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from fanlight.core.chat.autosave import Autosave
from fanlight.core.chat.conversation_state import ConversationState
from fanlight.core.chat.document_pages import more_pages, room_of
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.pending_question import PendingQuestion
from fanlight.core.chat.saved_turns import SavedTurns
from fanlight.core.chat.turns import Attachment, Turn, TurnTree, question
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.slots import Slot
from fanlight.domain.stored import HEARD
from fanlight.domain.titles import title_of


class Conversation(ConversationState):
    """Shown or not: an answer goes on while another conversation is on the screen."""

    def __init__(
        self,
        host: ModelHost,
        settings_store: SettingsStore,
        slot: Slot,
        autosave: Autosave | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(host, settings_store, slot, parent)
        self._stream.ended.connect(self._ask_next)
        self._sent: list[str] = []
        """Before all of it was read."""
        if autosave is not None:
            self._attach_autosave(autosave)

    # Where it is kept.

    def reopen(self, autosave: Autosave, turns: TurnTree, title: str, draft: str) -> None:
        """Take over what the database holds; an answer that was open when the program died becomes a stopped one."""
        self._turns.title, self.draft.text = title, draft
        self._attach_autosave(autosave)
        self._turns.set(map(_ended, turns.shown), map(_ended, turns.aside))
        self.changed.emit()

    def reopen_end(self, autosave: Autosave, turns: Sequence[Turn], before: int, title: str, draft: str) -> None:
        """As `reopen`, of a long one what is on the screen first; `reopen_rest` follows. What is sent meanwhile is
        asked then."""
        self._turns.title, self.draft.text = title, draft
        self._attach_autosave(autosave)
        self._turns.set(map(_ended, turns), missing=before)
        self.changed.emit()

    def reopen_rest(self, saved: SavedTurns, turns: TurnTree) -> None:
        if (autosave := self._stream.autosave) is not None:
            autosave.take_over(saved)
        self._turns.set(map(_ended, turns.shown), map(_ended, turns.aside))
        self._turns.rest_read.emit()
        sent, self._sent = self._sent, []
        for text in sent:
            self.send(text)
        self._ahead.refresh()
        self.changed.emit()

    def move_to_window(self, autosave: Autosave, kept: Mapping[str, Attachment]) -> None:
        """A quick panel's conversation goes on in the window, and is saved from now on like any other. `kept` are its
        pictures with their files, by the ids of what the model is sent of them. A question that still waits is
        dropped; an answer goes on."""
        if self._is_pending:
            self.remove_last_question()
        turns = self.tree
        shown, aside = ([turn.for_window(kept) for turn in part] for part in (turns.shown, turns.aside))
        self._turns.set(shown, aside)
        if self.attachments.read and kept:
            self.attachments.set([one.kept_among(kept) for one in self.attachments.read])
        self._ahead.prefetch.move_to(Slot.WINDOW)
        self._attach_autosave(autosave)
        if self._turns.all:
            autosave.save(self.title, self._turns.tree)
            if self._stream.answer is not None:
                autosave.begin_answer(self._stream.snapshot)
        self.changed.emit()

    def give_back_pixels(self, old: Sequence[Turn], new: Sequence[Turn]) -> None:
        """Hold the `new` turns, whose pictures are on disk, instead of the equal `old` ones."""
        if (autosave := self._stream.autosave) is not None and autosave.is_saved and not self.busy:
            self._turns.swap(old, new)
            autosave.save(self.title, self._turns.tree)

    def replace_picture(self, old: Collection[str], new: Attachment) -> None:
        """`new` wherever a picture with one of these ids is: in what was asked, what waits, and what is attached. The
        database is changed otherwise."""
        self._queue = [turn.with_picture(old, new) for turn in self._queue]
        self.draft.replace_picture(old, new)
        if self._turns.replace_picture(old, new):
            self._ahead.refresh()
            self.changed.emit()

    def _attach_autosave(self, autosave: Autosave) -> None:
        autosave.setParent(self)
        autosave.saved.connect(self.saved)
        autosave.repaired.connect(self._save_again)
        self._stream.autosave = autosave

    def _save_again(self) -> None:
        """The database was repaired."""
        if (autosave := self._stream.autosave) is not None and self._turns.all:
            autosave.save_again(self.title, self.tree)

    def rename(self, title: str) -> None:
        self._turns.title = title
        if (autosave := self._stream.autosave) is not None:
            autosave.rename(title)
        self.changed.emit()

    def set_draft_text(self, text: str) -> None:
        """What is typed and not sent."""
        self.draft.text = text
        self.draft.heard = self.draft.heard and bool(text)
        if (autosave := self._stream.autosave) is not None and not self.draft.editing:
            autosave.set_draft(text)

    # What the user does.

    def send(self, text: str) -> None:
        """Ask `text` with what is attached; while an answer runs, later. After `begin_edit` it is asked in the place of
        that question, which is in another branch then, with all that followed it."""
        if not self.is_read:
            self._sent.append(text)
            return
        room = room_of(self._host)
        before = self._turns.path_to(self.draft.follows) if self.draft.editing else self._turns.all
        pinned = self.pages.pinned
        attached = [*self.attachments.detach_read(), *more_pages(before, text, room, pinned)]
        turn = question(text, attached, room, pinned)
        turn = replace(turn, footer=HEARD if self.draft.heard or turn.brings_sound else "")
        if self.draft.editing:
            self._begin_branch(self.draft.follows)
        elif self.draft.text:
            self.set_draft_text("")
        self.draft.end_edit()
        self._ahead.forget_typed()
        if self._stream.answer is not None:
            self._queue.append(turn)
            self.changed.emit()
        else:
            self._stream.ask(turn)

    def unqueue(self, index: int) -> Turn:
        """Take a waiting question back."""
        turn = self._queue.pop(index)
        self.changed.emit()
        return turn

    def interrupt(self) -> None:
        """`stop`, and ask nothing more: the questions that wait are the draft again, above what is typed."""
        waiting, self._queue = self._queue, []
        self.stop()
        if waiting:
            self.draft.put_back(waiting)
            self.changed.emit()

    def stop(self) -> None:
        """End the answer soon and keep its text; a prefill it waits for ends, too."""
        if self._pending is not None:
            self._pending.stop()
        self._stream.stop()

    def answer_now(self) -> None:
        """End the model's thinking: it is to give its answer."""
        self._stream.answer_now()

    def ask_again(self, entry: int | None = None) -> None:
        """Another answer to the question that the one of that entry answers, or to the last one; the answer it has, and
        what followed that, is in another branch then."""
        asked = self._turns.last_question if entry is None else self._turns.answered_by(entry)
        if not self._is_waited_for() and asked is not None and asked.message.text:
            self._begin_branch(asked.key)
            self._stream.answer_again()

    def show_version(self, entry: int, by: int) -> None:
        """In the place of the message of that entry, the one `by` places beside it, and what followed that; not while
        an answer runs."""
        if not self._is_waited_for() and self._turns.show_version(entry, by):
            self._on_branch_shown()

    def show_place(self, steps: Sequence[int]) -> int:
        """The entry of the turn to which `steps` lead (`domain/branches.py`); its branch is shown, unless an answer
        runs: then, where it is in another one, -1."""
        if self._is_waited_for():
            return self._turns.entry_at(steps)
        before = self._turns.all[-1:]
        entry = self._turns.show_place(steps)
        if self._turns.all[-1:] != before:
            self._on_branch_shown()
        return entry

    def continue_answer(self) -> None:
        """Go on with an answer that was stopped or failed."""
        if not self.can_continue or not self.is_read:
            return
        if self._turns.last.message.text:
            self._stream.resume()
        else:
            self.ask_again()

    def begin_edit(self, entry: int | None = None) -> None:
        """Ask the question of that entry differently, or the last one: with the next `send`."""
        asked = self._turns.last_question if entry is None else self._turns.question_of(entry)
        if asked is not None and self.is_read:
            self.stop()
            self.draft.begin_edit(asked)
            self.changed.emit()

    def cancel_edit(self) -> None:
        """The last question stays as it was."""
        self.draft.end_edit()
        if self._stream.answer is None:
            self._ask_next()

    def remove_last_question(self) -> None:
        """As if it had not been asked: its pictures are attached again."""
        asked = self._turns.last_question
        self._truncate(self._turns.last_question_index)
        if asked is not None and asked.attachments and not self.attachments.items:
            self.attachments.set(asked.attachments)

    def show(self, shown: bool) -> None:
        """`shown`: it is on the screen, so prefetching is worth it."""
        self._ahead.shown = shown
        self._ahead.refresh()

    def prefetch(self) -> None:
        """Have the model evaluate what is known of the next question, if this conversation is on the screen."""
        self._ahead.refresh()

    def close(self) -> None:
        """The program ends, or the database does: an open answer is saved as stopped, nothing is saved afterwards."""
        self._queue.clear()
        self._stream.stop_now()
        self._ahead.prefetch.stop()
        if (autosave := self._stream.autosave) is not None:
            autosave.detach()

    def forget(self) -> None:
        """Discard everything; the object is of no use afterwards."""
        self._host.changed.disconnect(self._on_host_changed)
        self._ahead.shown = False
        self._truncate(0)
        self._ahead.prefetch.stop()
        self.draft.replace("")

    def begin_question(self, label: str, *, title: str = "", quick: bool = False) -> PendingQuestion:
        """Show a question called `label` before it is complete, and an open answer; the conversation's title is
        `title`, or made of `label`. `quick`: of a quick action; the first of these is not shown, because its button is
        marked. It replaces a question that is not answered yet."""
        if self.busy:
            self.remove_last_question()
        is_first = not self._turns.all
        if is_first:
            self._turns.title = title or title_of(label)
        self._pending = pending = PendingQuestion(self._turns, self._stream, self.attachments)
        pending.show(label, shown=not (quick and is_first))
        self.changed.emit()
        return pending

    def _ask_next(self) -> None:
        if self._queue and not self.draft.editing:
            self._stream.ask(self._queue.pop(0))
        else:
            self._ahead.refresh()
        self.changed.emit()

    def _begin_branch(self, follows: int) -> None:
        """What is asked or answered next follows that turn."""
        if self._pending is not None:
            self._pending.close()
        self._stream.leave()
        self._turns.begin_branch(follows)

    def _on_branch_shown(self) -> None:
        if (autosave := self._stream.autosave) is not None:
            autosave.save(self.title, self._turns.tree)
        self._ahead.refresh()
        self.changed.emit()

    def _truncate(self, count: int) -> None:
        """Keep the first `count` turns; an answer that is not one of them ends without a signal."""
        if self._pending is not None:
            self._pending.close()
        self._stream.truncate(count)


def _ended(turn: Turn) -> Turn:
    return replace(turn, state="stopped") if turn.state == "open" else turn
