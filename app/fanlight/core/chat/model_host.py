"""The model that is open: loading, ready or failed; switching is closing one thread and starting another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.worker import Job, ModelThread
from fanlight.domain.models import ModelInfo, ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.settings import Settings

LoadEngine = Callable[[ModelSpec, Settings, Callable[[float], None], StopFlag], Engine]

Condition = Literal["none", "loading", "ready", "failed", "freed"]
"""freed: a model is chosen and not in memory; the next job loads it."""


class ModelHost(QObject):
    """Owns the ModelThread. Jobs may be submitted as soon as a model is chosen: they wait for it to be loaded."""

    changed = Signal()
    """`condition`, `spec` or `info` is another one now."""
    progress = Signal(float)
    failed = Signal(object)
    turned = Signal()
    """`answering_slot` has changed."""

    def __init__(self, load: LoadEngine, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load, self._settings_store = load, settings_store
        self._thread: ModelThread | None = None
        self._old: list[ModelThread] = []
        self.spec: ModelSpec | None = None
        self.info: ModelInfo | None = None
        self.error: Exception | None = None
        self.condition: Condition = "none"

    def open(self, spec: ModelSpec) -> None:
        """Load `spec` instead of what is open; running jobs are stopped and end."""
        before = self._retire()
        settings, load = self._settings_store.now, self._load
        thread = ModelThread(lambda progress, stop: load(spec, settings, progress, stop), before)
        thread.progress.connect(self.progress)
        thread.loaded.connect(self._loaded)
        thread.failed.connect(self._failed)
        thread.turned.connect(self.turned)
        self._thread, self.spec, self.info, self.error = thread, spec, None, None
        self.condition = "loading"
        thread.start()
        self.changed.emit()

    def submit(self, job: Job) -> None:
        """Without any model the job waits for one: `open` is what to call first."""
        if self._thread is None and self.condition == "freed" and self.spec is not None:
            self.open(self.spec)
        if self._thread is None:
            raise RuntimeError("no model was chosen")
        self._thread.submit(job)

    def free(self) -> None:
        """Give the model's memory back; running jobs are stopped and end. The next job waits while it is loaded again,
        and what was evaluated before is evaluated once more."""
        if self._retire() is not None:
            self.condition = "freed"
            self.changed.emit()

    @property
    def chosen(self) -> bool:
        return self._thread is not None or self.condition == "freed"

    @property
    def answering_slot(self) -> Slot | None:
        """The slot whose answer is being generated: all others wait until it ends."""
        serving = self._thread.serving if self._thread is not None else None
        return serving.answers if serving is not None else None

    @property
    def supports_images(self) -> bool:
        """Whether pictures can be sent; True while that is not known yet."""
        return self.info.supports_images if self.info else self.spec is None or self.spec.supports_images

    def close(self, deadline_seconds: float) -> bool:
        """Stop, drain, wait. Whether every thread ended in time."""
        self._retire()
        threads = tuple(self._old)
        ended = [thread.join(deadline_seconds) for thread in threads]
        for thread in threads:
            thread.drain()
        return all(ended)

    def _retire(self) -> ModelThread | None:
        """Nothing is heard any more of what it loads; its jobs still end."""
        self._old = [thread for thread in self._old if not thread.join(0)]
        before, self._thread = self._thread, None
        if before is not None:
            before.progress.disconnect(self.progress)
            before.loaded.disconnect(self._loaded)
            before.failed.disconnect(self._failed)
            before.turned.disconnect(self.turned)
            before.close()
            self._old.append(before)
        return before

    def _loaded(self, info: ModelInfo) -> None:
        self.info, self.condition = info, "ready"
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self.error, self.condition = error, "failed"
        self.changed.emit()
        self.failed.emit(error)
