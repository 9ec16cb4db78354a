"""The process that fetches, seen from the application: started, told, listened to, ended."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from fanlight.domain.download_lines import PAUSE, event_of, limit_line, order_line
from fanlight.domain.downloads import DownloadEnd, FetchOrder
from fanlight.fetch.launching import crashed, ended_unexpectedly, fetch_command, fetch_environment
from fanlight.i18n import _

MOST_LINE_BYTES = 1_000_000
"""Of what it says: more than that is no event."""


class Fetching(Protocol):
    """A process that fetches; a test puts another in its place."""

    event_arrived: Any
    """A signal: a DownloadEvent while it runs."""
    ended: Any
    """A signal: a DownloadEnd, exactly once and last."""

    def start(self, order: FetchOrder) -> None: ...

    def pause(self) -> None: ...

    def set_limit(self, bytes_per_second: int) -> None: ...

    def kill(self) -> None: ...

    def wait(self, milliseconds: int) -> bool: ...


class FetchProcess(QObject):
    """Implements `Fetching`. Its input is a pipe: when Fanlight ends, however it ends, so does the process."""

    event_arrived = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = quiet_process(self)
        self._end: DownloadEnd | None = None
        self._is_over = False
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    def start(self, order: FetchOrder) -> None:
        program, *arguments = fetch_command()
        self._process.start(program, arguments)
        self._say(order_line(order))

    def pause(self) -> None:
        self._say(PAUSE)

    def set_limit(self, bytes_per_second: int) -> None:
        self._say(limit_line(bytes_per_second))

    def kill(self) -> None:
        self._process.kill()

    def wait(self, milliseconds: int) -> bool:
        """Whether it has ended within that time."""
        return self._process.state() == QProcess.ProcessState.NotRunning or self._process.waitForFinished(milliseconds)

    def _say(self, line: str) -> None:
        self._process.write(line.encode() + b"\n")

    def _read(self) -> None:
        while self._process.canReadLine():
            event = event_of(bytes(self._process.readLine().data()))
            if isinstance(event, DownloadEnd):
                self._end = event
            elif event is not None and self._end is None:
                self.event_arrived.emit(event)
        if self._process.bytesAvailable() > MOST_LINE_BYTES:
            self._process.kill()

    def _on_finished(self) -> None:
        self._read()
        self._finish(self._end or ended_unexpectedly())

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            sentence = _("The process that fetches files cannot be started: {reason}.")
            self._finish(crashed(sentence.format(reason=self._process.errorString().rstrip("."))))

    def _finish(self, end: DownloadEnd) -> None:
        if not self._is_over:
            self._is_over = True
            self.ended.emit(end)


def quiet_process(parent: QObject) -> QProcess:
    """Not started yet; with the environment of the process that fetches, which writes its own log."""
    process = QProcess(parent)
    environment = QProcessEnvironment()
    for name, value in fetch_environment().items():
        environment.insert(name, value)
    process.setProcessEnvironment(environment)
    process.setStandardErrorFile(QProcess.nullDevice())
    return process
