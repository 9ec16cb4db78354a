"""Prefill ahead of the question: what is known of it already is encoded and evaluated while the user types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachments import PrefetchEvent
from fanlight.core.chat.document_pages import room_of
from fanlight.core.chat.draft import Draft
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import PrefillJob
from fanlight.core.chat.turn_list import TurnList
from fanlight.core.chat.turns import Attachment, prompt, question, thinking_mode
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.errors import FanlightError
from fanlight.domain.events import Event, Finished, ImageReady, TokensCounted
from fanlight.domain.messages import DocumentPart, ImagePart, Message, Part, SoundPart, TextPart
from fanlight.domain.models import ThinkingMode
from fanlight.domain.slots import Slot

_LAST_WORD = 12  # characters, where a script has no spaces between its words


@dataclass(frozen=True, slots=True)
class _Known:
    """What a prefill covers, cheap to compare."""

    before: tuple[tuple[str, ...], ...]
    attached: tuple[str, ...]
    typed: str
    thinking: ThinkingMode

    @classmethod
    def of(cls, messages: Sequence[Message], thinking: ThinkingMode) -> _Known:
        *before, last = messages
        marks = tuple((message.role, *map(_mark, message.parts)) for message in before)
        attached = tuple(_mark(part) for part in last.parts if not isinstance(part, TextPart))
        return cls(marks, attached, last.text, thinking)

    def begins(self, other: _Known) -> bool:
        if self.before != other.before or self.thinking != other.thinking:
            return False
        if self.typed:
            return self.attached == other.attached and other.typed.startswith(self.typed)
        return self.attached == other.attached[: len(self.attached)]

    def serves(self, other: _Known) -> bool:
        """Nothing is attached in `other` that this lacks: what is left of it is a part of the text."""
        return self.begins(other) and self.attached == other.attached


def _mark(part: Part) -> str:
    if isinstance(part, ImagePart):
        return part.image.id if part.moment is None else f"{part.image.id} {part.moment.time}"
    if isinstance(part, SoundPart):
        return part.sound.id
    if isinstance(part, DocumentPart) and part.sound is not None:
        return part.sound.id
    return part.text


def settled(text: str) -> str:
    """What is typed but for the last word, of which at most a few characters count: it may still change."""
    text = text.lstrip()
    words = text.rstrip()
    if words != text:
        return words
    return text[: max(text.rfind(" "), text.rfind("\n"), len(text) - _LAST_WORD, 0)].rstrip()


class Prefetch(QObject):
    """Keeps the model's cache ahead of one conversation, in its `slot`. The last message of a request is the question
    to come, as far as it is known: more may be attached to it, or its text may go on."""

    event_arrived = Signal(object)
    """ImageReady and PromptProgress of prefills; Finished when one has done all it was asked to."""
    failed = Signal(object)

    def __init__(self, host: ModelHost, slot: Slot, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host, self.slot = host, slot
        self._known: _Known | None = None
        self._jobs: list[PrefillJob] = []
        self._encoded_seconds = 0.0
        self.kept: Callable[[], Path | None] = lambda: None
        """Where it is on disk what was evaluated of the conversation."""

    def move_to(self, slot: Slot) -> None:
        """Use another slot from now on; nothing is evaluated there yet."""
        self.stop()
        self.slot = slot

    def request(self, messages: Sequence[Message], thinking: ThinkingMode = "auto") -> None:
        """Prefill `messages`; what runs already and is a beginning of it goes on, anything else stops."""
        known = _Known.of(messages, thinking)
        if known == self._known:
            return
        if self._host.condition == "freed" and not known.attached:
            return  # the user freed its memory: a question or a picture loads it again, older turns alone do not
        if self._known is None or not self._known.begins(known):
            self.stop()
        self._known = known
        if not self._host.chosen or not (known.before or known.attached or known.typed):
            return
        job = PrefillJob(messages, self.slot, thinking, self.kept(), builds_on=tuple(self._jobs))
        job.event_arrived.connect(self._on_event)
        job.done.connect(self._on_done)
        self._jobs.append(job)
        self._host.submit(job)

    def stop(self) -> None:
        self._known = None
        for job in self._jobs:
            job.stop()

    def helpers(self, messages: Sequence[Message], thinking: ThinkingMode = "auto") -> tuple[PrefillJob, ...]:
        """The prefills an answer to `messages` can build on; all others stop. The request is forgotten."""
        known, self._known = self._known, None
        if known is not None and known.serves(_Known.of(messages, thinking)):
            return tuple(self._jobs)
        self.stop()
        return ()

    def encoded_seconds(self) -> float:
        """How long pictures took to encode since this was last asked."""
        seconds, self._encoded_seconds = self._encoded_seconds, 0.0
        return seconds

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ImageReady):
            self._encoded_seconds += event.seconds
            self._host.picture_costs_in(self.slot).note(event)
        elif isinstance(event, Finished):
            self._host.picture_costs_in(self.slot).note(event.timings)
        if not isinstance(event, Finished) or event.reason == "end":
            self.event_arrived.emit(event)
        elif len(self._jobs) == 1:
            self._known = None  # interrupted by an answer elsewhere: the next request starts again

    def _on_done(self, error: Exception | None) -> None:
        self._jobs = [job for job in self._jobs if not job.over]
        if isinstance(error, FanlightError) and not self._jobs:
            self.failed.emit(error)


class DraftPrefetch(QObject):
    """Decides when a conversation is prefetched. `shown`: it is on the screen, so prefetching is worth it; `prefetch`
    does the work."""

    event_arrived = Signal(object)
    """A PrefetchEvent; `turns` and the draft's attachments know of it."""
    failed = Signal(object)

    def __init__(
        self,
        host: ModelHost,
        settings_store: SettingsStore,
        slot: Slot,
        turns: TurnList,
        draft: Draft,
        is_busy: Callable[[], bool],
        parent: QObject,
    ) -> None:
        """`is_busy`: a question waits or is being answered."""
        super().__init__(parent)
        self._host, self._settings_store, self._turns, self._draft = host, settings_store, turns, draft
        self._is_busy = is_busy
        self._typed = ""
        self.shown = False
        self.prefetch = Prefetch(host, slot, self)
        self.prefetch.event_arrived.connect(self._on_event)
        self.prefetch.failed.connect(self.failed)
        draft.attachments.attached.connect(self.refresh)
        draft.text_replaced.connect(self.forget_typed)
        draft.attachments.tokens_counted.connect(self._on_event)

    def type_ahead(self, text: str) -> None:
        """`text` is typed so far: evaluate it, too, but for the last word. Documents look it up."""
        for attached in self._draft.attachments.read:
            if attached.index is not None:
                attached.index.ranked(text)
        if (typed := settled(text)) != self._typed:
            self._typed = typed
            self.refresh()

    def forget_typed(self) -> None:
        """It was sent, or something else is in its place."""
        self._typed = ""

    def refresh(self) -> None:
        """Have the model evaluate what is known of the next question, if this conversation is on the screen."""
        if not self.shown:
            self.prefetch.stop()
            return
        if self._is_busy():
            return
        messages = self.messages(self._draft.attachments.read, self._typed)
        has_images = any(message.images for message in messages)
        if has_images and not self._host.supports_images_in(self.prefetch.slot):
            self.prefetch.stop()
        else:
            self.prefetch.request(messages, self.thinking_mode)

    def messages(self, attached: Sequence[Attachment], typed: str = "") -> Sequence[Message]:
        """What is known of the next question, to which this is attached. What is `typed` of it counts where it does not
        change what is attached: it chooses the pages of a document."""
        turns, draft = self._turns, self._draft
        before = turns.path_to(draft.follows) if draft.editing else turns.all
        if any(one.document or one.text for one in attached) or any(turn.message.documents for turn in before):
            typed = ""
        return prompt(
            turns.system(self._settings_store.now),
            [*before, question(typed, attached, room_of(self._host))],
            supports_images=self._host.supports_images_in(self.prefetch.slot),
            hears_seconds=self._host.hears_seconds_in(self.prefetch.slot),
        )

    @property
    def thinking_mode(self) -> ThinkingMode:
        return thinking_mode(self._settings_store.now, self.prefetch.slot)

    def on_host_changed(self) -> None:
        if self._host.condition == "loading":  # another model: its cache is empty
            self.prefetch.stop()
        self.refresh()

    def _on_event(self, event: PrefetchEvent) -> None:
        self._draft.attachments.on_event(event)
        if isinstance(event, (ImageReady, TokensCounted)):
            self._turns.set_tokens(event.image_id, event.tokens)
        self.event_arrived.emit(event)
