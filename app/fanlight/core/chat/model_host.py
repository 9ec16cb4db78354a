"""The model that is open: none, loading, ready, failed, or freed until it is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.job import Job
from fanlight.core.work.worker import Worker
from fanlight.domain.errors import ModelReduced
from fanlight.domain.models import ModelInfo, ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.settings import Settings, needs_reload

LoadEngine = Callable[[ModelSpec, Settings, Callable[[float], None], StopFlag], Engine]
"""Slow, on the worker's thread; progress from 0 to 1. Raises ModelError."""

Condition = Literal["none", "loading", "ready", "failed", "freed"]
"""freed: a model is chosen and not in memory; the next job loads it."""


class ModelHost(QObject):
    """Jobs may be submitted as soon as a model is chosen: they wait for it to be loaded.

    `spec` is the model that is chosen, `info` what the engine reports once it is loaded, `error` why it could not be
    loaded.
    """

    changed = Signal()
    """`condition`, `spec` or `info` has changed."""
    progress = Signal(float)
    failed = Signal(object)
    reduced = Signal(object)
    """A ModelReduced: the model is ready, and not as it was asked for."""
    needs_reload_changed = Signal(bool)
    serving_changed = Signal()
    """`answering_slot` has changed."""

    def __init__(self, load: LoadEngine, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load, self._settings_store = load, settings_store
        self.worker: Worker[Engine] = Worker("model", self, keep_failure=True, describe=lambda engine: engine.info)
        self.worker.progress.connect(self.progress)
        self.worker.loaded.connect(self._on_loaded)
        self.worker.load_failed.connect(self._on_load_failed)
        self.worker.serving_changed.connect(self.serving_changed)
        self.spec: ModelSpec | None = None
        self.info: ModelInfo | None = None
        self.error: Exception | None = None
        self.condition: Condition = "none"
        self.needs_reload = False
        """Settings have changed that the model uses only once it is loaded again."""
        self._loaded_settings = settings_store.now
        settings_store.changed.connect(self._check_reload)

    def open(self, spec: ModelSpec) -> None:
        """Load `spec` instead of what is open, whose memory is freed first; its jobs are stopped and end."""
        settings, load = self._settings_store.now, self._load
        self.worker.stop_all()
        self.worker.configure(lambda progress, stop: load(spec, settings, progress, stop), key=object())
        self.worker.prepare()
        self.spec, self.info, self.error = spec, None, None
        self.condition, self._loaded_settings = "loading", settings
        self.changed.emit()
        self._check_reload()

    def rename_open(self, spec: ModelSpec) -> None:
        """The model in these files is called otherwise now; where it is open, it stays loaded."""
        if self.spec is not None and self.spec.source == spec.source and self.spec != spec:
            self.spec = spec
            self.changed.emit()

    def reload(self) -> None:
        """Load the model that is chosen again, with the settings in force."""
        if self.spec is not None:
            self.open(self.spec)

    def submit(self, job: Job[Engine]) -> None:
        """Raises RuntimeError where no model was opened before."""
        if self.condition == "freed" and self.spec is not None:
            self.open(self.spec)
        if self.condition == "none":
            raise RuntimeError("no model was chosen")
        self.worker.submit(job)

    def free(self) -> None:
        """Give the model's memory back; its jobs are stopped and end. The next job waits while it is loaded again,
        and what was evaluated before is evaluated once more."""
        if self.condition not in ("none", "freed"):
            self.worker.stop_all()
            self.worker.unload()
            self.condition = "freed"
            self.changed.emit()
            self._check_reload()

    @property
    def chosen(self) -> bool:
        return self.condition != "none"

    @property
    def answering_job(self) -> AnswerJob | None:
        """The answer that is being generated: all others wait until it ends."""
        return next((job for job in self.worker.serving if isinstance(job, AnswerJob)), None)

    @property
    def answering_slot(self) -> Slot | None:
        """The slot of that answer."""
        return self.answering_job.slot if self.answering_job is not None else None

    @property
    def english_only(self) -> bool:
        """Whether questions that Fanlight asks in the user's place must be in English: the practice model was trained
        on no other language."""
        return self.spec is not None and self.spec.practice

    @property
    def supports_images(self) -> bool:
        """Whether pictures can be sent; True while that is not known yet."""
        return self.info.supports_images if self.info else self.spec is None or self.spec.supports_images

    def _check_reload(self) -> None:
        in_use = self.condition not in ("none", "freed")
        needed = in_use and needs_reload(self._loaded_settings, self._settings_store.now)
        if needed != self.needs_reload:
            self.needs_reload = needed
            self.needs_reload_changed.emit(needed)

    def _on_loaded(self, info: ModelInfo) -> None:
        self.info, self.condition = info, "ready"
        self.changed.emit()
        if info.notices:
            self.reduced.emit(ModelReduced(" ".join(info.notices)))

    def _on_load_failed(self, error: Exception) -> None:
        self.error, self.condition = error, "failed"
        self.changed.emit()
        self.failed.emit(error)
