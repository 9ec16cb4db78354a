"""The model on the window: another one is chosen, opened from a file, loaded again, or used once it was fetched."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fanlight.core.app import Application
from fanlight.core.downloads.download import Download
from fanlight.i18n import _
from fanlight.ui.models.file_dialog import ModelFileDialog
from fanlight.ui.models.reload_offer import ReloadOffer
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.window.header import HeaderBar


class ModelControls(QObject):
    models_requested = Signal()

    def __init__(self, core: Application, header: HeaderBar, offers: Banner, window: QWidget) -> None:
        super().__init__(window)
        self._core, self._offers = core, offers
        self._file_dialog = ModelFileDialog(window)
        self._reload_offer = ReloadOffer(core.host, offers)
        menu = header.model_menu
        menu.chosen.connect(core.models.choose)
        menu.open_file.connect(self._file_dialog.ask)
        menu.models_requested.connect(self.models_requested)
        self._file_dialog.chosen.connect(core.models.add_file)
        core.downloads.finished.connect(self._offer_fetched)

    def _offer_fetched(self, download: Download) -> None:
        spec, part = download.spec, self._core.parts.find(download.request.id)
        text = _("{name} is here and can be used.").format(name=download.request.name)
        if spec is not None:
            self._offers.offer(text, _("Use It"), lambda: self._core.models.choose(spec))
        elif part is not None:
            self._offers.offer(text, _("Use It"), lambda: self._core.parts.use(part))
