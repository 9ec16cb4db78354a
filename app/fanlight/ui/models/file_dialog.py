"""Asks for a GGUF file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.domain.path_kinds import as_on_disk
from fanlight.i18n import _


class ModelFileDialog(QObject):
    """Opens in the folder of the file chosen last."""

    chosen = Signal(object)
    """A Path."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._folder = window, Path.home()

    def ask(self) -> None:
        kinds = ";;".join((_("Models (*.gguf)"), _("All files (*)")))
        name, _kind = QFileDialog.getOpenFileName(self._window, _("Open a Model"), str(self._folder), kinds)
        if name:
            self._folder = Path(name).parent
            self.chosen.emit(as_on_disk(Path(name)))
