"""A question from the command line, answered by the loaded model in a slot of its own: the open conversation keeps its
cache."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.domain import event_values
from fanlight.domain.events import Event, Finished
from fanlight.domain.slots import Slot
from fanlight.i18n import _
from fanlight.ipc import wire
from fanlight.ipc.single_instance import Caller


class CommandQuestion(QObject):
    """One question. A caller that goes away stops its job."""

    ended = Signal()
    """The model is free again."""

    def __init__(self, caller: Caller, host: ModelHost, parent: QObject) -> None:
        super().__init__(parent)
        self._caller, self._host = caller, host
        self._finished: Finished | None = None

    def start(self) -> None:
        request, blobs = self._caller.request, tuple(self._caller.blobs)
        try:
            sampling = wire.check_request(request, [len(blob) for blob in blobs])
        except ValueError:
            self._caller.send_refusal(
                _("The open window does not understand this question."), _("Quit it, then start again.")
            )
            self.deleteLater()
            return
        if why := self._obstacle(request.get("model")):
            self._caller.send_last_line({"end": "elsewhere", "why": why})
            self.deleteLater()
            return
        # Built on the worker's thread, because hashing large pictures is slow.
        self._submit(AnswerJob(lambda: wire.decode_messages(request, blobs), sampling, Slot.COMMAND))

    def _obstacle(self, model: object) -> str:
        """Why this window cannot answer; empty when it can."""
        if self._host.spec is None or self._host.condition in ("none", "failed"):
            return "the window has no model"
        return "" if wire.model_key(self._host.spec) == model else "the window has another model"

    def _submit(self, job: AnswerJob) -> None:
        job.event_arrived.connect(self._send_event)
        job.done.connect(self._on_done)
        self._caller.disconnected.connect(job.stop)
        self._host.changed.connect(self._send_wait)
        self._send_wait()
        self._host.submit(job)

    def _send_wait(self) -> None:
        """Send what the question waits for: the caller shows that, and chooses its timeout by it."""
        self._caller.send_line({"waits": "load" if self._host.condition == "loading" else "turn"})

    def _send_event(self, event: Event) -> None:
        if isinstance(event, Finished):
            self._finished = event  # it counts once the job is done
        else:
            self._caller.send_line(event_values.encode_event(event))

    def _on_done(self, error: Exception | None) -> None:
        self._host.changed.disconnect(self._send_wait)
        if error is not None:
            self._caller.send_last_line(wire.encode_failure(error))
        elif self._finished is None or self._finished.reason == "stopped":
            self._caller.send_last_line({"end": "elsewhere", "why": "the window stopped it"})
        else:
            self._caller.send_line(event_values.encode_event(self._finished))
            self._caller.send_last_line({"end": "done"})
        self.ended.emit()
        self.deleteLater()
