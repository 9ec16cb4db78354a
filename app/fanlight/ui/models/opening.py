"""Which model is open: the one used last, one from the menu, or a GGUF file the user has, used where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.reader import Reader
from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelSpec
from fanlight.ui.app_deps import AppDeps

FILTER = "Models (*.gguf);;All files (*)"


class ModelOpener(QObject):
    problem = Signal(object)

    def __init__(
        self, parts: AppDeps, host: ModelHost, settings_store: SettingsStore, reader: Reader, window: QWidget
    ) -> None:
        super().__init__(window)
        self._parts, self._host, self._settings_store, self._reader, self._window = (
            parts,
            host,
            settings_store,
            reader,
            window,
        )
        self._folder = str(Path.home())

    def models(self) -> Sequence[ModelSpec]:
        """Those that are known."""
        try:
            return self._parts.models()
        except FanlightError as error:
            self.problem.emit(error)
            return ()

    def open_last(self) -> None:
        """The one used last; the practice model where that is gone."""
        try:
            self._host.open(self._parts.find_model(self._settings_store.now.model))
        except FanlightError as error:
            self.problem.emit(error)
            if others := self.models():
                self._host.open(others[0])

    def choose(self, spec: ModelSpec) -> None:
        """From now on, and at the next start."""
        self._settings_store.choose(model=spec.name)
        self._host.open(spec)

    def pick(self) -> None:
        """Ask for a file; its header is read on the reader's thread."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a model", self._folder, FILTER)
        if name:
            self._folder = str(Path(name).parent)
            self._reader.call(lambda: self._parts.add_model(Path(name)), self._added)

    def _added(self, result: ModelSpec | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
        else:
            self.choose(result)
