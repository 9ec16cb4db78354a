"""Which exports are imported, how far it is, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.core.chat.history import History
from fanlight.core.chat.importing import ConversationImport, ImportedExport
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _, format_number
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.window.file_outcomes import DONE_SECONDS


class Importing(QObject):
    """`offers` shows the progress, with a button that stops it."""

    def __init__(
        self,
        window: QWidget,
        history: History,
        file_worker: FileWorker,
        offers: Banner,
        open_conversation: Callable[[int], object],
    ) -> None:
        super().__init__(window)
        self._window, self._history, self._file_worker, self._offers = window, history, file_worker, offers
        self._open = open_conversation
        self._folder = Path.home()
        self._waiting: list[Path] = []
        self._import: ConversationImport | None = None
        self._done: list[ImportedExport] = []
        self._errors: list[FanlightError] = []
        self._percent = -1

    def ask(self) -> None:
        """Which files."""
        filters = (
            _("Exported conversations ({pattern})").format(pattern="*.json *.zip"),
            _("All files ({pattern})").format(pattern="*"),
        )
        names, _chosen = QFileDialog.getOpenFileNames(
            self._window, _("Import Conversations"), str(self._folder), ";;".join(filters)
        )
        if names:
            self._folder = Path(names[0]).parent
            self.import_files([Path(name) for name in names])

    def import_files(self, paths: Sequence[Path]) -> None:
        """After those that are being imported."""
        self._waiting += paths
        if self._import is not None or not self._waiting:
            return
        waiting, self._waiting, self._done, self._errors = self._waiting, [], [], []
        self._import = running = ConversationImport(self._history, self._file_worker, waiting, self)
        running.progressed.connect(self._show_progress)
        running.imported.connect(self._done.append)
        running.failed.connect(self._errors.append)
        running.finished.connect(self._on_finished)
        self._offers.offer(_("Reading the export."), _("Stop"), self._stop)
        running.start()

    def _show_progress(self, done: int, count: int) -> None:
        percent = 100 * done // max(1, count)
        if self._import is not None and count and percent != self._percent:
            self._percent = percent
            text = _("Importing: {done} of {count} conversations.")
            shown = text.format(done=format_number(done), count=format_number(count))
            self._offers.offer(shown, _("Stop"), self._stop)

    def _stop(self) -> None:
        if self._import is not None:
            self._import.stop()
            self._import = None
            self._waiting.clear()

    def _on_finished(self) -> None:
        from fanlight.exchange.reading import imported_text

        self._import = None
        said = [imported_text(len(one.numbers), one.there, one.broken, one.program) for one in self._done]
        last = next((one.numbers[-1] for one in reversed(self._done) if one.numbers), None)
        if last is not None:
            self._offers.offer(" ".join(said), _("Show"), lambda: self._open(last), DONE_SECONDS)
        elif said:
            self._offers.offer(" ".join(said), seconds=DONE_SECONDS)
        else:
            self._offers.dismiss()
        for error in self._errors:
            self._offers.add_error(error)
        self.import_files([])
