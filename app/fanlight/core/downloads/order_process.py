"""One order for a process that fetches, carried out by a process of its own, which answers on its standard output."""

from __future__ import annotations

from PySide6.QtCore import QObject, QProcess, Signal

from fanlight.core.downloads.fetch_process import quiet_process
from fanlight.fetch.launching import fetch_command


class OrderProcess(QObject):
    """One at a time: a new one ends the one before, whose answer nobody waits for."""

    answered = Signal(bytes)
    """All that the process wrote: nothing where it did not start, or died."""
    busy_changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @property
    def busy(self) -> bool:
        """Whether a process may be connected."""
        return self._process is not None

    def start(self, line: str) -> None:
        self.stop()
        process = self._process = quiet_process(self)
        process.finished.connect(self._on_finished)
        program, *arguments = fetch_command()
        process.start(program, arguments)
        process.write(line.encode() + b"\n")
        self.busy_changed.emit()
        if not process.waitForStarted():
            self._on_finished()

    def stop(self) -> None:
        """No answer follows."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.kill()
            process.waitForFinished(1_000)
            process.deleteLater()
            self.busy_changed.emit()

    def _on_finished(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            answer = bytes(process.readAllStandardOutput().data())
            process.deleteLater()
            self.busy_changed.emit()
            self.answered.emit(answer)
