"""The model that is open: none, loading, ready, failed, or freed until it is needed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.lent_place import LentPlace
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.chat.picture_costs import PictureCosts
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.job import Job
from fanlight.core.work.worker import Worker
from fanlight.domain.downloads import host_of
from fanlight.domain.errors import FanlightError, InputError, ModelReduced
from fanlight.domain.models import ModelAddress, ModelInfo, ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.domain.tuning import TuningProgress, TuningResult
from fanlight.engine.pair import EnginePair, LoadModel
from fanlight.gguf.hearing import longest_heard_by
from fanlight.i18n import _
from fanlight.model_settings import needs_reload
from fanlight.settings import Settings

LoadEngine = Callable[[ModelSpec, Settings, Callable[[float], None], StopFlag], Engine]
"""Slow, on the worker's thread; progress from 0 to 1. Raises ModelError."""

TuneModel = Callable[[ModelSpec, Settings, StopFlag], Generator[TuningProgress | TuningResult, None, None]]
"""Slow, on the worker's thread. Raises ModelError."""

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

    def __init__(
        self,
        load: LoadEngine,
        settings_store: SettingsStore,
        parent: QObject | None = None,
        find_model: Callable[[str], ModelSpec] | None = None,
        fit_together: Callable[[Sequence[ModelSpec], int], bool] = lambda _specs, _context: True,
    ) -> None:
        """`find_model` by its name; raises FanlightError. `fit_together`: whether these models, with so many tokens of
        context, can be in memory at once; called on the worker's thread."""
        super().__init__(parent)
        self._load, self._settings_store = load, settings_store
        self._find_model, self._fit_together = find_model, fit_together
        self.kept_state_of: Callable[[int | None], Path | None] = lambda _conversation_id: None
        """Where it is kept what the model has read of a conversation; None where nothing is."""
        self.capture_spec: ModelSpec | None = None
        """The model that answers captures, where it is another one."""
        self._hearing_of: tuple[ModelSpec | None, int] = (None, 0)
        self.worker: Worker[Engine] = Worker("model", self, keep_failure=True, describe=lambda engine: engine.info)
        self.worker.progress.connect(self.progress)
        self.worker.loaded.connect(self._on_loaded)
        self.worker.described.connect(self._on_described)
        self.worker.load_failed.connect(self._on_load_failed)
        self.worker.serving_changed.connect(self.serving_changed)
        self.picture_costs = PictureCosts(lambda: settings_store.now.picture_side)
        self._capture_costs = PictureCosts(lambda: settings_store.now.picture_side)
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
        settings = self._settings_store.now
        self.capture_spec = self._capture_spec(spec, settings.capture_model)
        self.worker.stop_all()
        self.worker.configure(self._loading(spec, settings), key=object())
        self.worker.prepare()
        self.picture_costs.forget()
        self._capture_costs.forget()
        self.spec, self.info, self.error = spec, None, None
        self.condition, self._loaded_settings = "loading", settings
        self.changed.emit()
        self._check_reload()

    def rename_open(self, spec: ModelSpec) -> None:
        """The model in these files is called otherwise now; where it is open, it stays loaded."""
        if self.spec is not None and self.spec.source == spec.source and self.spec != spec:
            self.spec = spec
            self.changed.emit()

    def move_open(self, before: ModelSpec, now: ModelSpec) -> None:
        """Its files have other names now; where it is open, it stays loaded."""
        if self.capture_spec == before:
            self.capture_spec = now
        if self.spec == before:
            self.spec = now
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

    def lend(self, job: Job[Engine]) -> bool:
        """Serve `job`, which loads models itself, in the place of the model that is open, whose memory is freed first.
        It ends early as soon as another job is submitted; the model is loaded again then. Returns whether one was open.
        Raises InputError while an answer is being generated."""
        if self.answering_job is not None:
            raise InputError(_("The model is answering."), _("Wait for the end of the answer, or stop it."))
        was_open = self.condition in ("ready", "loading")
        self.free()
        self.worker.configure(lambda _progress, _stop: LentPlace(), key=object())
        self.worker.submit(job)
        return was_open

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

    def spec_in(self, slot: Slot) -> ModelSpec | None:
        """The model that answers in `slot`."""
        return self.capture_spec if slot is Slot.PANEL and self.capture_spec is not None else self.spec

    def supports_images_in(self, slot: Slot) -> bool:
        if slot is Slot.PANEL and self.capture_spec is not None:
            return self.capture_spec.supports_images
        return self.supports_images

    def picture_costs_in(self, slot: Slot) -> PictureCosts:
        """Where another model answers captures, its tokens are not known ahead."""
        return self._capture_costs if slot is Slot.PANEL and self.capture_spec is not None else self.picture_costs

    def is_practice_in(self, slot: Slot) -> bool:
        spec = self.spec_in(slot)
        return spec is not None and spec.practice

    def shown_server_in(self, slot: Slot) -> str:
        """Where the questions of `slot` go; "" for a model on this computer."""
        spec = self.spec_in(slot)
        if spec is None or not isinstance(spec.source, ModelAddress):
            return ""
        text = _("What you ask, with its pictures, is sent to {host}, where {name} answers.")
        return text.format(host=host_of(spec.source.url), name=spec.name)

    @property
    def hears_seconds(self) -> int:
        """The longest sound that can be sent; 0: none. Of a model that is not loaded its projector says it."""
        if self.info is not None:
            return self.info.hears_seconds
        if self.spec != self._hearing_of[0]:
            self._hearing_of = self.spec, longest_heard_by(self.spec) if self.spec is not None else 0
        return self._hearing_of[1]

    def hears_seconds_in(self, slot: Slot) -> int:
        return 0 if slot is Slot.PANEL and self.capture_spec is not None else self.hears_seconds

    @property
    def supports_images(self) -> bool:
        """Whether pictures can be sent; True while that is not known yet."""
        return self.info.supports_images if self.info else self.spec is None or self.spec.supports_images

    def _loading(self, spec: ModelSpec, settings: Settings) -> Callable[[Callable[[float], None], StopFlag], Engine]:
        load, other, fit_together = self._load, self.capture_spec, self._fit_together

        def one(progress: Callable[[float], None], stop: StopFlag) -> Engine:
            return load(spec, settings, progress, stop)

        if other is None:
            return one

        def again(which: ModelSpec) -> LoadModel:
            return lambda stop: load(which, settings, lambda _share: None, stop or StopFlag())

        def pair(progress: Callable[[float], None], stop: StopFlag) -> Engine:
            both = fit_together((spec, other), settings.context_tokens)
            return EnginePair(one(progress, stop), again(spec), again(other), fit_together=both)

        return pair

    def _capture_spec(self, spec: ModelSpec, name: str) -> ModelSpec | None:
        """None where it is `spec` itself, and where it is gone: then `spec` answers all."""
        if not name or name == spec.name or self._find_model is None:
            return None
        try:
            found = self._find_model(name)
        except FanlightError as error:
            self.failed.emit(error)
            return None
        return found if found.source != spec.source else None

    def _check_reload(self) -> None:
        in_use = self.condition not in ("none", "freed")
        needed = in_use and needs_reload(self._loaded_settings, self._settings_store.now)
        if needed != self.needs_reload:
            self.needs_reload = needed
            self.needs_reload_changed.emit(needed)

    def _on_loaded(self, info: ModelInfo) -> None:
        if self.condition != "loading":  # lent
            return
        self.info, self.condition = info, "ready"
        self.changed.emit()
        if info.notices:
            self.reduced.emit(ModelReduced(" ".join(info.notices)))

    def _on_described(self, info: ModelInfo) -> None:
        """It was loaded otherwise than before, for a question: a process of its own had died."""
        if self.condition == "ready":
            self.info = info
            self.changed.emit()

    def _on_load_failed(self, error: Exception) -> None:
        self.error, self.condition = error, "failed"
        self.changed.emit()
        self.failed.emit(error)
