"""One conversation and what is going on in it: send, queue, stop, ask again, edit, go on. No widgets.

A message is on disk before the model starts; the open answer follows at most a second behind; an error of the store
costs nothing that is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from fanlight.core.chat.answer import Answer
from fanlight.core.chat.answer_stream import AnswerStream
from fanlight.core.chat.autosave import Autosave
from fanlight.core.chat.entry import TranscriptEntry
from fanlight.core.chat.history import History
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import TokenCountJob
from fanlight.core.chat.prefetch import Prefetch
from fanlight.core.chat.record import ConversationRecord
from fanlight.core.chat.turns import Attachment, Turn, prompt, question, title_of
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import error_text
from fanlight.domain.events import ImageReady, TokensCounted
from fanlight.domain.messages import Message
from fanlight.domain.stored import State

SAVE_MS = 500

Condition = Literal["loading", "idle", "answering", "failed"]


class ChatSession(QObject):
    """Shown or not: an answer goes on, and is kept, while another conversation is on the screen."""

    appended = Signal(object)
    """An Entry at the end."""
    replaced = Signal(object)
    """The last Entry is this one now."""
    truncated = Signal(int)
    heard = Signal(object)
    """An Event of the open, last entry."""
    finished = Signal(str, str, str)
    """Footer, state and error of the last entry, which is open no more."""
    recounted = Signal()
    """Captions of entries that were there say more than before."""
    changed = Signal()
    """Condition, queue, title, identity or `editing`."""
    listed = Signal()
    """The database holds something new about this conversation."""
    picture_said = Signal(object)
    """ImageReady, PromptProgress, Finished of a prefill, or TokensCounted."""
    problem = Signal(object)

    def __init__(self, host: ModelHost, history: History, settings_store: SettingsStore) -> None:
        super().__init__()
        self._host, self._history, self._settings_store = host, history, settings_store
        self.title = ""
        self.draft = ""
        self.attached: tuple[Attachment, ...] = ()
        self.editing = False
        self.aside: tuple[str, tuple[Attachment, ...]] = ("", ())
        """What was being written when the last question was taken up again."""
        self.shown = False
        self._turns: list[Turn] = []
        self._queue: list[Turn] = []
        self._saving = QTimer(self, interval=SAVE_MS)
        self._saving.timeout.connect(self._save_open_answer)
        self._autosave = Autosave(history, self)
        self._autosave.kept.connect(self.listed)
        self._prefetch = Prefetch(host, self)
        self._prefetch.said.connect(self._hear_ahead)
        self._prefetch.failed.connect(self.problem)
        self._answering = AnswerStream(host, self._prefetch, self)
        self._answering.heard.connect(self.heard)
        self._answering.ended.connect(self._answered)
        host.changed.connect(self._host_changed)

    # What it is.

    @property
    def condition(self) -> Condition:
        if self._answering.answer is not None:
            return "answering"
        return {"loading": "loading", "failed": "failed"}.get(self._host.condition, "idle")  # type: ignore[return-value]

    @property
    def conversation_id(self) -> int | None:
        return self._autosave.conversation_id

    @property
    def turns(self) -> tuple[Turn, ...]:
        return tuple(self._turns)

    @property
    def queued(self) -> tuple[Turn, ...]:
        return tuple(self._queue)

    def entries(self) -> tuple[TranscriptEntry, ...]:
        self._gather()
        return tuple(turn.entry() for turn in self._turns)

    @property
    def last_question(self) -> Turn | None:
        return next((turn for turn in reversed(self._turns) if turn.message.role == "user"), None)

    @property
    def last_answer(self) -> str:
        return next((turn.message.text for turn in reversed(self._turns) if turn.message.role == "assistant"), "")

    @property
    def can_go_on(self) -> bool:
        last = self._turns[-1] if self._turns else None
        return self._answering.answer is None and last is not None and last.state in ("stopped", "failed")

    # What the user does.

    def reopen(self, record: ConversationRecord, title: str, draft: str) -> None:
        """Be the conversation `record` knows; an answer that was open when the program died was stopped."""
        self.title, self.draft = title, draft
        self._autosave.reopen(record)
        self._turns = [
            replace(turn, state="stopped") if turn.state == "open" else turn for turn, _ in record.kept
        ]  # fmt: skip
        self.changed.emit()

    def take_over(self, turns: Sequence[Turn], title: str) -> None:
        """Be a conversation that was kept nowhere until now; from here on it is kept like any other."""
        self.title, self._turns = title, list(turns)
        self._autosave.keep(self.title, self._turns)
        self.changed.emit()

    def send(self, text: str, attachments: Sequence[Attachment] = ()) -> None:
        """Ask; while an answer runs, later. After `edit` it takes the last question's place."""
        turn = question(text, attachments)
        self.attached = ()
        if self.draft:
            self.set_draft("")
        if self.editing:
            self.editing = False
            self._cut(self._last_question_at())
        if self._answering.answer is not None:
            self._queue.append(turn)
            self.changed.emit()
        else:
            self._ask(turn)

    def unqueue(self, index: int) -> Turn:
        """Take a waiting question back."""
        turn = self._queue.pop(index)
        self.changed.emit()
        return turn

    def stop(self) -> None:
        """The answer ends soon, and stays; a prefill it waits for ends too."""
        self._answering.stop()

    def ask_again(self) -> None:
        """Another answer to the last question."""
        if self._answering.answer is None and self._last_question_at() < len(self._turns):
            self._cut(self._last_question_at() + 1)
            self._start_answer()

    def go_on(self) -> None:
        """Continue an answer that was stopped."""
        if not self.can_go_on:
            return
        if not self._turns[-1].message.text:
            self.ask_again()
            return
        last = self._turns[-1] = replace(self._turns[-1], state="open", footer="", notice="", error="")
        self.replaced.emit(last.entry())
        self._run(Answer(last.message.text, last.message.thinking))

    def edit(self) -> Turn | None:
        """The last question, to be asked differently: the next `send` replaces it and what followed."""
        if self.last_question is None:
            return None
        self.stop()
        self.editing = True
        self.changed.emit()
        return self.last_question

    def leave_edit(self) -> None:
        """The last question stays as it was."""
        self.editing = False
        if self._answering.answer is None:
            self._next()

    def rename(self, title: str) -> None:
        self.title = title
        if self.conversation_id is not None:
            self._history.rename(self.conversation_id, title)
        self.changed.emit()

    def set_draft(self, text: str) -> None:
        """What is typed and not sent."""
        self.draft = text
        if self.conversation_id is not None and not self.editing:
            self._history.set_draft(self.conversation_id, text)

    def attach(self, attachments: Sequence[Attachment]) -> None:
        """These pictures are in the question to come: they are counted, and encoded while the user types."""
        before, self.attached = self.attached, tuple(attachments)
        new = [attachment.picture.image for attachment in self.attached if attachment not in before]
        if new and self._host.chosen and self._host.supports_images:
            counting = TokenCountJob(new)
            counting.event_arrived.connect(self._hear_ahead)
            self._host.submit(counting)
        self.warm()

    def warm(self) -> None:
        """Prefill what is known of the next question, if this conversation is the one on the screen."""
        if not self.shown or (self.attached and not self._host.supports_images):
            self._prefetch.stop()
        elif self._answering.answer is None:
            self._prefetch.follow(self._messages_with(self.attached))

    def show(self, shown: bool) -> None:
        self.shown = shown
        self.warm()

    def close(self) -> None:
        """The program ends, or the database does: what is open is kept as stopped, and that was the last of it."""
        self._queue.clear()
        self._answering.end_now()
        self._prefetch.stop()
        self._autosave.detach()

    # The walk of a question.

    def _ask(self, turn: Turn) -> None:
        if not self.title:
            self.title = title_of(turn.message.text)
        self._turns.append(turn)
        self.appended.emit(turn.entry())
        self._start_answer()

    def _start_answer(self) -> None:
        turn = Turn(Message.of("assistant", ""), state="open")
        self._turns.append(turn)
        self.appended.emit(turn.entry())
        self._run(Answer())

    def _run(self, answer: Answer) -> None:
        """Keep first, then let the model work: the last turn is the open answer."""
        now, turns = self._settings_store.now, self._turns if self._turns[-1].message.text else self._turns[:-1]
        practice = self._host.spec is not None and self._host.spec.practice
        job = self._answering.prepare(answer, prompt(now.system_prompt, turns), now.sampling(practice=practice))
        self._saving.start()
        self._autosave.keep(self.title, self._turns, then=lambda: self._answering.submit(job))
        self.changed.emit()

    def _hear_ahead(self, event: object) -> None:
        """What a prefill or a count says of the pictures."""
        match event:
            case ImageReady(image_id, tokens) | TokensCounted(image_id, tokens):
                counted = [turn.counted(image_id, tokens) for turn in self._turns]
                if any(new is not old for new, old in zip(counted, self._turns, strict=True)):
                    self._turns = counted
                    self.recounted.emit()
        self.picture_said.emit(event)

    def _answered(self, answer: Answer, error: Exception | None) -> None:
        self._saving.stop()
        state: State = "failed" if error else "stopped" if answer.can_go_on else "complete"
        last = replace(self._turns[-1], message=answer.message, state=state, footer=answer.footer(),
                       notice="\n".join(answer.notices), error=error_text(error))  # fmt: skip
        self._turns[-1] = last
        self.finished.emit(last.footer, last.state, last.error)
        self._autosave.follow(self.title, self._turns)
        self._next()

    def _next(self) -> None:
        if self._queue and not self.editing:
            self._ask(self._queue.pop(0))
        elif self.attached:
            self.warm()
        self.changed.emit()

    def _save_open_answer(self) -> None:
        self._gather()
        self._autosave.follow(self.title, self._turns)

    def _gather(self) -> None:
        """The last turn holds all that was said so far."""
        if answer := self._answering.answer:
            answer.gather()
            self._turns[-1] = replace(self._turns[-1], message=answer.message)

    def _messages_with(self, attachments: Sequence[Attachment]) -> tuple[Message, ...]:
        turns = self._turns[: self._last_question_at()] if self.editing else self._turns
        return prompt(self._settings_store.now.system_prompt, [*turns, question("", attachments)])

    def _last_question_at(self) -> int:
        places = [i for i, turn in enumerate(self._turns) if turn.message.role == "user"]
        return places[-1] if places else len(self._turns)

    def _cut(self, count: int) -> None:
        self._answering.abandon()
        self._saving.stop()
        del self._turns[count:]
        self.truncated.emit(count)

    def _host_changed(self) -> None:
        if self._host.condition == "loading":  # another thread: it knows nothing of what the last one was asked
            self._prefetch.stop()
            attached, self.attached = self.attached, ()
            self.attach(attached)
        else:
            self.warm()
        self.changed.emit()
