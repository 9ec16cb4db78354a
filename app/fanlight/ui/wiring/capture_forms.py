"""Dates and tables that were found on the screen: their forms, and what leaves them when the user says so."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Qt, QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from fanlight.core.capture.event_question import EventQuestion
from fanlight.core.capture.saving import save_file
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError
from fanlight.domain.event_details import details_by_rules
from fanlight.domain.event_times import CalendarEvent
from fanlight.domain.found_items import FoundDate, FoundItem, FoundTable
from fanlight.domain.text_tables import TextTable
from fanlight.exchange import found_tables
from fanlight.exchange.calendar_file import calendar_file
from fanlight.exchange.table_files import markdown_table
from fanlight.i18n import _
from fanlight.ui.panel.event_dialog import EventDialog
from fanlight.ui.panel.table_dialog import TableDialog


class CaptureForms(QObject):
    """`dialogs`: those that are open."""

    def __init__(
        self, host: ModelHost, settings_store: SettingsStore, file_worker: FileWorker, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._host, self._settings_store, self._file_worker = host, settings_store, file_worker
        self.dialogs: list[QDialog] = []
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._handed_over: QTemporaryDir | None = None
        """Where files are that another program was asked to open; it goes with this."""

    def open(self, item: FoundItem, panel: QWidget | None) -> None:
        """A panel that lies above all windows is hidden meanwhile."""
        if isinstance(item, FoundDate):
            self._show(self._event_dialog(item), panel)
        elif isinstance(item, FoundTable):
            self._show(self._table_dialog(item.table), panel)

    def close(self) -> None:
        for dialog in self.dialogs[:]:
            dialog.reject()
        self._handed_over = None

    def _show(self, dialog: QDialog, panel: QWidget | None) -> None:
        is_hidden = panel is not None and bool(panel.windowFlags() & Qt.WindowType.X11BypassWindowManagerHint)
        if panel is not None and is_hidden:
            panel.hide()
            dialog.finished.connect(panel.show)  # a panel that is gone is no receiver any more
        self.dialogs.append(dialog)
        dialog.finished.connect(lambda _result: self._forget(dialog))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _forget(self, dialog: QDialog) -> None:
        self.dialogs.remove(dialog)
        dialog.deleteLater()

    # Events.

    def _event_dialog(self, item: FoundDate) -> EventDialog:
        dialog = EventDialog(item.time, details_by_rules(item.around, item.begin, item.end), item.around)
        dialog.save_wanted.connect(lambda event: self._save_event(dialog, event))
        dialog.open_wanted.connect(lambda event: self._open_event(dialog, event))
        question = EventQuestion(self._host, self._settings_store, dialog)
        if question.can_ask:
            question.answered.connect(dialog.suggest)
            dialog.finished.connect(question.stop)
            dialog.show_reading()
            question.ask(item.around, item.text)
        return dialog

    def _save_event(self, dialog: EventDialog, event: CalendarEvent) -> None:
        kinds = {_("Calendar ({pattern})").format(pattern="*.ics"): ".ics"}
        if (path := self._ask_place(dialog, _("Save the Event"), _("Event"), kinds)) is not None:
            data = calendar_file(event, datetime.now(UTC))
            self._write(dialog, data, path, dialog.show_wrong, lambda _path: dialog.accept())

    def _open_event(self, dialog: EventDialog, event: CalendarEvent) -> None:
        """In a folder of this run that others cannot read."""
        folder = self._handed_over = self._handed_over or QTemporaryDir()
        made = datetime.now(UTC)
        path = Path(folder.path()) / f"{made:%H%M%S%f}.ics"

        def on_written(written: Path) -> None:
            if QDesktopServices.openUrl(QUrl.fromLocalFile(str(written))):
                dialog.accept()
            else:
                dialog.show_wrong(_("No program here opens calendar files. Save the file instead."))

        self._write(dialog, calendar_file(event, made), path, dialog.show_wrong, on_written)

    # Tables.

    def _table_dialog(self, table: TextTable) -> TableDialog:
        dialog = TableDialog(table)
        dialog.copy_wanted.connect(lambda now: self._copy_cells(dialog, now))
        dialog.markdown_wanted.connect(lambda now: self._copy_markdown(dialog, now))
        dialog.save_wanted.connect(lambda now: self._save_table(dialog, now))
        return dialog

    def _copy_cells(self, dialog: TableDialog, table: TextTable) -> None:
        copied = QMimeData()
        copied.setText(found_tables.tab_text(table))
        copied.setData("text/html", found_tables.html_text(table).encode())
        QGuiApplication.clipboard().setMimeData(copied)
        dialog.say(_("Copied. It can be pasted into a spreadsheet or a document."))

    def _copy_markdown(self, dialog: TableDialog, table: TextTable) -> None:
        QGuiApplication.clipboard().setText(markdown_table(table.rows))
        dialog.say(_("Copied as Markdown."))

    def _save_table(self, dialog: TableDialog, table: TextTable) -> None:
        kinds = {
            _("Workbook for spreadsheets ({pattern})").format(pattern="*.xlsx"): ".xlsx",
            _("Text with commas ({pattern})").format(pattern="*.csv"): ".csv",
            _("Markdown ({pattern})").format(pattern="*.md"): ".md",
        }
        if (path := self._ask_place(dialog, _("Save the Table"), _("Table"), kinds)) is not None:
            data = found_tables.WRITERS[path.suffix.lower()](table)
            self._write(dialog, data, path, dialog.say, lambda saved: dialog.say(_("Saved: {path}").format(path=saved)))

    # Files.

    def _ask_place(self, dialog: QDialog, title: str, name: str, kinds: dict[str, str]) -> Path | None:
        """The ending that is typed decides; without one of these, the kind that is chosen."""
        endings = tuple(kinds.values())
        start = str(Path(self._folder) / f"{name}{endings[0]}")
        chosen, kind = QFileDialog.getSaveFileName(dialog, title, start, ";;".join(kinds))
        if not chosen:
            return None
        path = Path(chosen)
        self._folder = str(path.parent)
        if path.suffix.lower() in endings:
            return path
        ending = kinds.get(kind, endings[0])
        names = itertools.chain((path.name,), (f"{path.name} ({number})" for number in itertools.count(2)))
        named = (path.with_name(f"{name}{ending}") for name in names)  # the dialog has not asked about this name
        return next(one for one in named if not one.exists())

    def _write(
        self,
        dialog: QDialog,
        data: bytes,
        path: Path,
        on_failed: Callable[[str], object],
        on_written: Callable[[Path], object],
    ) -> None:
        def on_done(result: Path | FanlightError) -> None:
            if dialog not in self.dialogs:
                return
            if isinstance(result, FanlightError):
                on_failed(result.text)
            else:
                on_written(result)

        self._file_worker.call(lambda: save_file(data, path), on_done)
