"""The model in the window's header: another one is chosen, opened from a file, or loaded again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fanlight.core.app import Application
from fanlight.ui.models.file_dialog import ModelFileDialog
from fanlight.ui.models.reload_offer import ReloadOffer
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.window.header import HeaderBar


class ModelControls(QObject):
    models_requested = Signal()

    def __init__(self, core: Application, header: HeaderBar, offers: Banner, window: QWidget) -> None:
        super().__init__(window)
        self._file_dialog = ModelFileDialog(window)
        self._reload_offer = ReloadOffer(core.host, offers)
        menu = header.model_menu
        menu.chosen.connect(core.models.choose)
        menu.open_file.connect(self._file_dialog.ask)
        menu.models_requested.connect(self.models_requested)
        self._file_dialog.chosen.connect(core.models.add_file)
