"""Asks the model that answers captures what takes place at a date, and where."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.event_details import SCHEMA, details_in, details_request
from fanlight.domain.events import Event, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.slots import Slot
from fanlight.model_settings import sampling_of

_MOST_TOKENS = 160


class EventQuestion(QObject):
    """One question, once. Nothing is asked of the practice model, nor of a server: what is on the screen is sent there
    for a question of the user's alone."""

    answered = Signal(object)
    """The EventDetails that the text bears out; None where there are none."""

    def __init__(self, host: ModelHost, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host, self._settings_store = host, settings_store
        self._job: AnswerJob | None = None

    @property
    def can_ask(self) -> bool:
        host = self._host
        is_local = not host.shown_server_in(Slot.PANEL)
        return host.condition not in ("none", "failed") and not host.is_practice_in(Slot.PANEL) and is_local

    def ask(self, text: str, date: str) -> None:
        """`date` as it stands in `text`."""
        sampling = replace(
            sampling_of(self._settings_store.now),
            temperature=0.0,
            unset=(),
            max_tokens=_MOST_TOKENS,
            thinking="off",
            thinking_tokens=0,
            json_schema=SCHEMA,
            grammar=None,
        )
        answer = list[str]()
        self._job = job = AnswerJob([Message.of("user", details_request(text, date))], sampling, Slot.PANEL)

        def on_event(event: Event) -> None:
            if isinstance(event, TextDelta):
                answer.append(event.text)

        def on_done(error: Exception | None) -> None:
            if self._job is not None and not self._job.flag.is_set():
                self._job = None
                self.answered.emit(details_in("".join(answer), text) if error is None else None)

        job.event_arrived.connect(on_event)
        job.done.connect(on_done)
        self._host.submit(job)

    def stop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.stop()
