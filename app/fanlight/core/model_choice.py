"""Which model is open: the one used last, one that is known, or a GGUF file of the user's, used where it lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelSpec


class ModelChoice(QObject):
    """Opens models in the `ModelHost` and keeps the choice in the settings."""

    problem = Signal(object)
    """A FanlightError."""

    def __init__(
        self,
        known_models: Callable[[], Sequence[ModelSpec]],
        find_model: Callable[[str], ModelSpec],
        add_model: Callable[[Path], ModelSpec],
        host: ModelHost,
        settings_store: SettingsStore,
        file_worker: FileWorker,
        parent: QObject | None = None,
    ) -> None:
        """The three functions are those of the catalog (`AppDeps`); each may raise FanlightError."""
        super().__init__(parent)
        self._known_models, self._find_model, self._add_model = known_models, find_model, add_model
        self._host, self._settings_store, self._file_worker = host, settings_store, file_worker

    def known(self) -> Sequence[ModelSpec]:
        """Empty where the catalog cannot be read; that is reported as a problem."""
        try:
            return self._known_models()
        except FanlightError as error:
            self.problem.emit(error)
            return ()

    def open_last(self) -> None:
        """The model used last; the first that is known where that one is gone."""
        try:
            self._host.open(self._find_model(self._settings_store.now.model))
        except FanlightError as error:
            self.problem.emit(error)
            if others := self.known():
                self._host.open(others[0])

    def choose(self, spec: ModelSpec) -> None:
        """Open it now and at the next start."""
        self._settings_store.choose(model=spec.name)
        self._host.open(spec)

    def add_file(self, path: Path) -> None:
        """Register a GGUF file and open it; its header is read on the thread for files."""
        self._file_worker.call(lambda: self._add_model(path), self._on_model_added)

    def _on_model_added(self, result: ModelSpec | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
        else:
            self.choose(result)
