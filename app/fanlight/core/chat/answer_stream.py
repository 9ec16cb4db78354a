"""One answer, from the saved question to its last token."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.answer import AT_LIMIT, Answer
from fanlight.core.chat.attachments import PrefetchEvent
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.chat.prefetch import Prefetch
from fanlight.domain.errors import ModelError
from fanlight.domain.events import EngineNotice, Event, Finished, ImageReady, PromptProgress
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.i18n import _


class AnswerStream(QObject):
    """At most one at a time: `prepare`, then `submit` once the question is kept."""

    event_arrived = Signal(object)
    """An Event of the answer, or of the prefill it waits for."""
    ended = Signal(object, object)
    """The Answer, and None or the exception that ended it."""

    def __init__(self, host: ModelHost, prefetch: Prefetch, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._prefetch = host, prefetch
        self._job: AnswerJob | None = None
        self.answer: Answer | None = None
        """The one that is under way."""
        prefetch.event_arrived.connect(self._on_prefetch_event)

    def prepare(self, answer: Answer, messages: Sequence[Message], sampling: Sampling) -> AnswerJob:
        """From now on `answer` is under way; what was prefilled for it is used."""
        helpers = self._prefetch.helpers(messages)
        answer.encoded_before = self._prefetch.encoded_seconds()
        job = AnswerJob(messages, sampling, self._prefetch.slot, helpers)
        job.event_arrived.connect(self._on_event)
        job.done.connect(self._on_done)
        self.answer, self._job = answer, job
        return job

    def submit(self, job: AnswerJob) -> None:
        """Let the model work, if this is still wanted."""
        if job is not self._job:
            return
        if self._host.chosen:
            self._host.submit(job)
        else:
            self._on_done(ModelError(_("No model is open."), _("Choose one at the top of the window.")))

    def stop(self) -> None:
        """It ends soon, with what it has."""
        if self._job is not None:
            self._job.stop()
            for helper in self._job.builds_on:
                helper.stop()

    def abandon(self) -> None:
        """It is not wanted any more: no signal reports its end."""
        self._disconnect_job()
        self.answer = None

    def end_now(self) -> None:
        """What is there is the answer."""
        self._disconnect_job()
        if self.answer is not None:
            self._on_done(None)

    def _disconnect_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.event_arrived.disconnect(self._on_event)
            job.done.disconnect(self._on_done)
            job.stop()

    def _on_prefetch_event(self, event: PrefetchEvent) -> None:
        if self.answer is not None and isinstance(event, (ImageReady, PromptProgress)):
            self.event_arrived.emit(event)

    def _on_event(self, event: Event) -> None:
        assert self.answer is not None
        if isinstance(event, Finished) and event.reason == "length":
            self._on_event(EngineNotice(_(AT_LIMIT)))
        self.answer.add(event)
        self.event_arrived.emit(event)

    def _on_done(self, error: Exception | None) -> None:
        answer, self.answer, self._job = self.answer, None, None
        assert answer is not None
        answer.join_pieces()
        answer.encoded_after = self._prefetch.encoded_seconds()
        self.ended.emit(answer, error)
