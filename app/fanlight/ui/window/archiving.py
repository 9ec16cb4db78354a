"""Conversations to files and back: what the list's own menu does."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fanlight.core.app import Application
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.window.backing_up import BackingUp
from fanlight.ui.window.exporting import Exporting
from fanlight.ui.window.importing import Importing
from fanlight.ui.window.sidebar import Sidebar


class Archiving(QObject):
    """`offers` shows how far each of them is."""

    def __init__(self, window: QWidget, core: Application, sidebar: Sidebar, offers: Banner) -> None:
        super().__init__(window)
        settings = core.settings_store
        self.exporting = Exporting(
            window, core.history, core.file_worker, core.formulas, offers, lambda: settings.now.picture_side
        )
        self.importing = Importing(window, core.history, core.file_worker, offers, core.session_manager.open)
        self.backing_up = BackingUp(window, core.history, core.settings_store, core.file_worker, core.home, offers)
        core.attachment_loader.exports_found.connect(self.importing.import_files)
        sidebar.import_requested.connect(self.importing.ask)
        sidebar.export_all_requested.connect(self.exporting.export_all)
        sidebar.backup_requested.connect(self.backing_up.ask_place)
        self._window, self._core, self._offers = window, core, offers
        sidebar.erase_requested.connect(self._erase)
        sidebar.restore_requested.connect(self.backing_up.ask_file)

    def _erase(self) -> None:
        rows = self._core.history.rows
        question = ngettext(
            "Delete {count} conversation and all that belongs to it?",
            "Delete all {count} conversations and all that belongs to them?",
            len(rows),
        ).format(count=format_number(len(rows)))
        consequence = _(
            "The trash, pictures, backups of the last days, drafts, notes, and kept transcripts leave this computer, "
            "too. Models, settings, and files that you have exported stay. Nothing of it can be restored."
        )
        if confirmed(self._window, question, consequence, _("Delete Everything")):
            self._core.erase_everything()
            self._offers.dismiss()
