"""Measuring how a model is computed the fastest, in the place of the model that is open: both would not be measured
right in memory together."""

from __future__ import annotations

from collections.abc import Generator
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import ModelHost, TuneModel
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.job import Job, JobControl, Priority
from fanlight.domain.errors import InputError
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.tuning import TuningProgress, TuningResult

TuningState = Literal["idle", "running", "stopped", "interrupted", "done"]
"""stopped by the user; interrupted by a question for the model."""


class ModelTuning(QObject):
    """One at a time. `spec` is the model that is measured, or was last; `share` how much of it is done, from 0 to 1;
    `result` what was found."""

    changed = Signal()
    problem = Signal(object)

    def __init__(
        self, host: ModelHost, tune: TuneModel | None, settings_store: SettingsStore, parent: QObject | None = None
    ) -> None:
        """Without `tune` there is nothing to measure with."""
        super().__init__(parent)
        self._host, self._tune, self._settings_store = host, tune, settings_store
        self._job: Job[Engine] | None = None
        self._reopens = self._was_stopped = False
        self.state: TuningState = "idle"
        self.spec: ModelSpec | None = None
        self.share = 0.0
        self.result: TuningResult | None = None

    def start(self, spec: ModelSpec) -> None:
        tune, settings = self._tune, self._settings_store.now
        if self.state == "running" or tune is None:
            return

        def work(_place: Engine, control: JobControl) -> Generator[object, None, None]:
            yield from tune(spec, settings, control.flag)

        job = Job[Engine](work, Priority.BACKGROUND)
        job.event_arrived.connect(self._on_event)
        job.done.connect(self._on_done)
        try:
            self._reopens = self._host.lend(job)
        except InputError as error:
            self.problem.emit(error)
            return
        self._was_stopped, self.result, self.spec, self.share = False, None, spec, 0.0
        self.state, self._job = "running", job
        self.changed.emit()

    def stop(self) -> None:
        if self._job is not None:
            self._was_stopped = True
            self._job.stop()

    def dismiss(self) -> None:
        """What was found has been read."""
        if self.state != "running":
            self.state = "idle"
            self.changed.emit()

    def _on_event(self, event: object) -> None:
        if isinstance(event, TuningProgress):
            self.share = event.share
        elif isinstance(event, TuningResult):
            self.result = event
        self.changed.emit()

    def _on_done(self, error: Exception | None) -> None:
        self._job = None
        if error is not None:
            self.state = "idle"
            self.problem.emit(error)
        elif self.result is not None:
            self.state = "done"
        else:
            self.state = "stopped" if self._was_stopped else "interrupted"
        if self._reopens and self._host.condition == "freed":
            self._host.reload()
        self.changed.emit()
