"""What a conversation consists of, and what those who show it can ask."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.answer_stream import AnswerStream
from fanlight.core.chat.conversation_pages import ConversationPages
from fanlight.core.chat.draft import Draft
from fanlight.core.chat.entry import TranscriptEntry
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.chat.pending_question import PendingQuestion
from fanlight.core.chat.prefetch import DraftPrefetch
from fanlight.core.chat.turn_list import TurnList
from fanlight.core.chat.turns import Attachment, Turn, TurnTree
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.documents import Document
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import ThinkingMode
from fanlight.domain.slots import Slot

Condition = Literal["loading", "failed", "idle", "waiting", "answering"]
"""waiting: a `PendingQuestion` is open. loading, failed: so is the model, and nothing is asked."""


RECENT_MESSAGES = 20

_numbers = itertools.count(1)


class ConversationState(QObject):
    """`title`; `draft`, the question to come, and its `attachments`; `turns`; `queued`, the questions that wait for the
    answer to end; `slot` of the model's cache. The signals of its parts are its own, too: `turns_appended`,
    `turn_replaced`, `turns_truncated`, `branch_shown`, `captions_changed`, `rest_read` (TurnList), `event_arrived`,
    `answer_finished` (AnswerStream)."""

    changed = Signal()
    """Condition, queue, title, identity or `draft.editing`."""
    saved = Signal()
    """The database holds something new about this conversation."""
    prefetch_event = Signal(object)
    """A PrefetchEvent."""
    problem = Signal(object)

    def __init__(
        self,
        host: ModelHost,
        settings_store: SettingsStore,
        slot: Slot,
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self.number = next(_numbers)
        """Its own in this process, from 1 on."""
        self.private = False
        """It is to have no autosave: nothing of it may reach a disk."""
        self._host = host
        host.changed.connect(self._on_host_changed)
        self._pending: PendingQuestion | None = None
        self._queue: list[Turn] = []
        self.draft = Draft(host, self, lambda: self.slot)
        self.attachments = self.draft.attachments
        self._turns = turns = TurnList(self)
        turns.model_name = self._model_name
        self.pages = ConversationPages(turns, self.attachments)
        self.turns_appended, self.turn_replaced = turns.turns_appended, turns.turn_replaced
        self.turns_truncated, self.branch_shown = turns.turns_truncated, turns.branch_shown
        self.captions_changed, self.rest_read = turns.captions_changed, turns.rest_read
        self._ahead = DraftPrefetch(host, settings_store, slot, turns, self.draft, self._is_waited_for, self)
        self._ahead.prefetch.kept = lambda: host.kept_state_of(self.conversation_id)
        self._ahead.event_arrived.connect(self.prefetch_event)
        self._ahead.failed.connect(self.problem)
        self._stream = stream = AnswerStream(host, settings_store, turns, self._ahead.prefetch, self)
        self.event_arrived, self.answer_finished = stream.event_arrived, stream.answer_finished
        stream.started.connect(self.changed)

    def _model_name(self) -> str:
        spec = self._host.spec_in(self.slot)
        return spec.name if spec is not None else ""

    @property
    def title(self) -> str:
        return self._turns.title

    @property
    def condition(self) -> Condition:
        if self.busy:
            return "waiting" if self._is_pending else "answering"
        return {"loading": "loading", "failed": "failed"}.get(self._host.condition, "idle")  # type: ignore[return-value]

    @property
    def busy(self) -> bool:
        """Whether a question is waiting or being answered."""
        return self._is_pending or self._stream.answer is not None

    @property
    def is_read(self) -> bool:
        """Whether all of it is there; until then nothing of it changes but the draft."""
        return not self._turns.missing

    def _is_waited_for(self) -> bool:
        return self.busy or not self.is_read

    @property
    def _is_pending(self) -> bool:
        return self._pending is not None and self._pending.is_open

    def is_answered_by(self, job: AnswerJob) -> bool:
        return self._stream.is_served_by(job)

    @property
    def slot(self) -> Slot:
        return self._ahead.prefetch.slot

    @property
    def thinking_mode(self) -> ThinkingMode:
        return self._ahead.thinking_mode

    def settled_prompt(self) -> Sequence[Message]:
        """What the model has evaluated once it has nothing to do; () while more is asked, attached, or edited."""
        resting = not (self._is_waited_for() or self._queue or self.draft.editing or self.attachments.items)
        return self._ahead.messages(()) if resting and self._turns.all else ()

    @property
    def conversation_id(self) -> int | None:
        """In the database; None before the first question, and without an autosave."""
        return self._stream.autosave.conversation_id if self._stream.autosave is not None else None

    @property
    def is_behind(self) -> bool:
        """Whether something of it could not be saved."""
        return self._stream.autosave is not None and self._stream.autosave.is_behind

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Of the branch that is shown."""
        return self.tree.shown

    def pictures_of_answer(self, entry: int) -> tuple[Attachment, ...]:
        """Those that the answer of that entry is about, as its `PicturedAnswer` has them."""
        return self._turns.pictures_of_answer(entry)

    def turn_of(self, entry: int) -> Turn | None:
        """The one that entry of the transcript shows."""
        return self._turns.turn_of(entry)

    @property
    def tree(self) -> TurnTree:
        self._stream.join_pieces()
        return self._turns.tree

    @property
    def queued(self) -> tuple[Turn, ...]:
        return tuple(self._queue)

    def entries(self) -> tuple[TranscriptEntry, ...]:
        self._stream.join_pieces()
        return self._turns.entries()

    @property
    def uses_notes(self) -> bool:
        return self._turns.notes is not None

    @property
    def last_answer(self) -> str:
        """As it is copied."""
        self._stream.join_pieces()
        return self._turns.last_answer

    @property
    def last_question(self) -> str:
        """Its text, "" where there is none."""
        turn = self._turns.last_question
        return turn.message.text if turn is not None else ""

    @property
    def recent_text(self) -> str:
        """Of the last messages, the oldest first."""
        return "\n".join(turn.message.text for turn in self.turns[-RECENT_MESSAGES:])

    @property
    def all_attachments(self) -> tuple[Attachment, ...]:
        """Of the questions of all branches, and of the one to come."""
        asked = (one for turn in self._turns.tree.in_order for one in turn.attachments)
        return (*asked, *self.attachments.read)

    @property
    def first_attachment(self) -> Attachment | None:
        """Of a question, or of the one to come."""
        asked = (attachment for turn in self._turns.all for attachment in turn.attachments)
        return next(asked, None) or next(iter(self.attachments.read), None)

    def pages_to_draw(self) -> list[tuple[Document, int]]:
        """Of the documents of the shown branch, the pages whose thumbnails are missing."""
        attached = (one for turn in self._turns.all for one in turn.attachments)
        return [wanted for one in attached if (wanted := one.page_to_draw) is not None]

    def show_page_thumbnail(self, document_id: str, page: int, thumbnail: Image) -> None:
        self._turns.show_page_thumbnail(document_id, page, thumbnail)

    def type_ahead(self, text: str) -> None:
        """`text` is typed so far; it is kept by `set_draft_text` only."""
        self._ahead.type_ahead(text)

    def note_sound(self) -> None:
        """Something of the question to come was spoken, or is from a recording."""
        self.draft.heard = True

    def use_notes(self, notes: Callable[[], str] | None) -> None:
        """Put them before every question from now on; None: no longer."""
        if (notes is None) != (self._turns.notes is None):
            self._turns.notes = notes
            self._ahead.refresh()
            self.changed.emit()

    @property
    def can_continue(self) -> bool:
        return not self.busy and bool(self._turns.all) and self._turns.last.state in ("stopped", "failed")

    @property
    def has_rest(self) -> bool:
        """Whether the last answer has begun and stopped before its end, so that there is more of it to get."""
        return self.can_continue and bool(self._turns.last.message.text)

    def _on_host_changed(self) -> None:
        self._ahead.on_host_changed()
        self.changed.emit()
