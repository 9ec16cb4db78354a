"""A page from a scanner, attached to the question to come; several in a row."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.desktop import scanners
from fanlight.desktop.scanners import Scanner
from fanlight.domain.errors import FanlightError
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.controls import label, push, show_busy
from fanlight.ui.widgets.form import fit_to_texts

_USUAL = 200


class ScanDialog(QDialog):
    """Asks for scanners as soon as it is shown, and scans when it is told to."""

    scanned = Signal(bytes, str)
    """A page as PNG, and what it is called."""

    def __init__(self, file_worker: FileWorker, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._file_worker = file_worker
        self._job: Job[NothingToLoad] | None = None
        self._flag: StopFlag | None = None
        self._pages = 0
        self.setWindowTitle(_("Scan a Page"))
        self.scanner, self.resolution, self.mode = QComboBox(), QComboBox(), QComboBox()
        for dots in scanners.RESOLUTIONS:
            self.resolution.addItem(_("{count} dots per inch").format(count=format_number(dots)), dots)
        self.resolution.setCurrentIndex(scanners.RESOLUTIONS.index(_USUAL))
        self.mode.addItem(_("Color"), True)
        self.mode.addItem(_("Gray"), False)
        self.again = push(_("Look Again"))
        self.stop_button, self.close_button = push(_("Stop")), push(_("Close"))
        self.scan_button = push(_("Scan"), kind="primary")
        self.scan_button.setDefault(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        show_busy(self.bar)
        self.state, self.problem = label(kind="muted", wrap=True), label(kind="error_line", wrap=True)
        self._lay_out()
        self.again.clicked.connect(self.look)
        self.scan_button.clicked.connect(self._scan)
        self.stop_button.clicked.connect(self._stop)
        self.close_button.clicked.connect(self.reject)
        self.finished.connect(self._stop)
        self._show(busy=False)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.addWidget(self.scanner, 1)
        first.addWidget(self.again)
        form = QFormLayout()
        form.addRow(_("Scanner"), first)
        form.addRow(_("Resolution"), self.resolution)
        form.addRow(_("Colors"), self.mode)
        for field, name in ((self.scanner, _("Scanner")), (self.resolution, _("Resolution")), (self.mode, _("Colors"))):
            field.setAccessibleName(name)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.stop_button, self.close_button, self.scan_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(form)
        for widget in (self.bar, self.state, self.problem):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)

    def look(self) -> None:
        """For scanners."""
        self.scanner.clear()
        self.state.setText(_("Looking for scanners…"))
        self._begin(scanners.list_scanners, self._on_listed)

    def _scan(self) -> None:
        device = self.scanner.currentData()
        if device is None or self._job is not None:
            return
        self.state.setText(_("Scanning…"))
        dots, color = self.resolution.currentData(), self.mode.currentData()
        self._begin(lambda flag: scanners.scan(device, dots, color=color, stop=flag), self._on_scanned)

    def _begin(self, work: Callable[[StopFlag], object], then: Callable[[object], object]) -> None:
        self._stop()
        self.problem.hide()
        self._flag = flag = StopFlag()
        self._job = self._file_worker.call(partial(work, flag), partial(self._on_done, then))
        self._show(busy=True)

    def _on_done(self, then: Callable[[object], object], found: object) -> None:
        self._job = self._flag = None
        if isinstance(found, FanlightError):
            self.state.setText("")
            self.problem.setText(found.text)
            self.problem.show()
        else:
            then(found)
        self._show(busy=False)

    def _on_listed(self, found: object) -> None:
        assert isinstance(found, list)
        for one in found:
            assert isinstance(one, Scanner)
            self.scanner.addItem(one.name, one.device)
        self.state.setText("" if found else _("No scanner was found. See that it is switched on and connected."))

    def _on_scanned(self, page: object) -> None:
        if isinstance(page, bytes) and page:
            self._pages += 1
            self.scanned.emit(page, _("Scanned page {number}.png").format(number=self._pages))
            text = ngettext("{count} page is attached.", "{count} pages are attached.", self._pages)
            self.state.setText(text.format(count=format_number(self._pages)))

    def _stop(self) -> None:
        if self._flag is not None and self._job is not None:
            self._flag.set()
            self._job.stop()
            self._job = self._flag = None
            self.state.setText("")
            self._show(busy=False)

    def _show(self, *, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.stop_button.setVisible(busy)
        self.again.setEnabled(not busy)
        self.scan_button.setEnabled(not busy and self.scanner.count() > 0)
        fit_to_texts(self, 460)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_to_texts(self, 460)
