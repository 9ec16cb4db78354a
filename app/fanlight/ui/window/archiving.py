"""Conversations to files and back: what the list's own menu does."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fanlight.core.app import Application
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.window.backing_up import BackingUp
from fanlight.ui.window.exporting import Exporting
from fanlight.ui.window.importing import Importing
from fanlight.ui.window.sidebar import Sidebar


class Archiving(QObject):
    """`offers` shows how far each of them is."""

    def __init__(self, window: QWidget, core: Application, sidebar: Sidebar, offers: Banner) -> None:
        super().__init__(window)
        self.exporting = Exporting(window, core.history, core.file_worker, core.formulas, offers)
        self.importing = Importing(window, core.history, core.file_worker, offers, core.session_manager.open)
        self.backing_up = BackingUp(window, core.history, core.settings_store, core.file_worker, core.home, offers)
        core.attachment_loader.exports_found.connect(self.importing.import_files)
        sidebar.import_requested.connect(self.importing.ask)
        sidebar.export_all_requested.connect(self.exporting.export_all)
        sidebar.backup_requested.connect(self.backing_up.ask_place)
        sidebar.restore_requested.connect(self.backing_up.ask_file)
