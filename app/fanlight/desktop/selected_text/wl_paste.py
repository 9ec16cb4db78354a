"""Wayland: wl-paste of wl-clipboard reads the primary selection. It is not said which program has selected it, and
nothing is replaced there."""

from __future__ import annotations

import shutil

from PySide6.QtCore import QObject, QProcess, QTimer

from fanlight.desktop.selected_text.backend import ReplaceEnded, ReplaceOutcome, SelectedText, SelectionRead
from fanlight.desktop.selected_text.checking import checked_text
from fanlight.desktop.session import is_wayland
from fanlight.domain.desktop_errors import SelectionError
from fanlight.domain.selected_text import LONGEST_SELECTION
from fanlight.i18n import N_

name = "wl-paste"
needs = N_("The program wl-paste (package wl-clipboard).")

COMMAND = ("wl-paste", "--primary", "--no-newline", "--type", "text")
LONGEST_MS = 3_000
_MOST_BYTES = 4 * LONGEST_SELECTION + 4
"""UTF-8 has at most four for a character: where there are more of them, the text is too long."""


def is_available() -> bool:
    return is_wayland() and shutil.which("wl-paste") is not None


def start(parent: QObject) -> WlPasteSelection:
    return WlPasteSelection(COMMAND, parent)


class WlPasteSelection(QObject):
    """A `SelectionAccess`."""

    def __init__(self, command: tuple[str, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._command = command
        self._process: QProcess | None = None
        self._then: SelectionRead | None = None
        self._read = bytearray()
        self._late = QTimer(self, interval=LONGEST_MS, singleShot=True)
        self._late.timeout.connect(self._finish)

    def read(self, then: SelectionRead) -> None:
        self.cancel()
        self._then, self._read = then, bytearray()
        process = self._process = QProcess(self)
        process.setStandardInputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(lambda: self._on_bytes(process))
        process.finished.connect(lambda: self._on_finished(process))
        process.errorOccurred.connect(lambda _error: self._on_finished(process))
        self._late.start()
        process.start(self._command[0], list(self._command[1:]))

    def replace(self, selected: SelectedText, text: str, ended: ReplaceEnded) -> None:  # noqa: ARG002
        QTimer.singleShot(0, self, lambda: ended(ReplaceOutcome.NOT_TAKEN))

    def cancel(self) -> None:
        self._then = None
        self._stop()

    def close(self) -> None:
        self.cancel()

    def _on_bytes(self, process: QProcess) -> None:
        if process is self._process:
            self._read += process.readAllStandardOutput().data()
            if len(self._read) > _MOST_BYTES:
                self._finish()

    def _on_finished(self, process: QProcess) -> None:
        if process is self._process:
            self._on_bytes(process)
            self._finish()

    def _finish(self) -> None:
        then, self._then = self._then, None
        self._stop()
        if then is None:
            return
        try:
            found = SelectedText(checked_text(self._read.decode("utf-8", "replace")))
        except SelectionError as error:
            then(error)
        else:
            then(found)

    def _stop(self) -> None:
        self._late.stop()
        process, self._process = self._process, None
        if process is not None:
            if process.state() is not QProcess.ProcessState.NotRunning:
                process.kill()
                process.waitForFinished(1_000)
            process.deleteLater()
