"""Text typed by a program of its own, as Wayland's compositors let some do. The text goes to its standard input: the
list of processes, which every user can read, does not show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess, QTimer
from PySide6.QtGui import QGuiApplication

from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionPlace, InsertionRequest

LET_GO_MS = 250
"""The hotkey's modifiers are mostly still down when the words are final, and nobody says when they are up."""
LONGEST_MS = 120_000
"""wtype takes 10 ms for a character."""


@dataclass(frozen=True, slots=True)
class TypingCommand:
    """`text` reads what it types; a line's end is the Enter key. `only_ascii`: it can write no other characters."""

    text: Sequence[str]
    only_ascii: bool = False


class CommandInserter(QObject):
    """A `TextInserter` that cannot see who has the keyboard, Fanlight itself aside."""

    permission = None

    def __init__(self, command: TypingCommand, parent: QObject) -> None:
        super().__init__(parent)
        self._command = command
        self._request: InsertionRequest | None = None
        self._ended: InsertionEnded | None = None
        self._process: QProcess | None = None
        self._soon = QTimer(self, interval=LET_GO_MS, singleShot=True)
        self._soon.timeout.connect(self._type)
        self._late = QTimer(self, interval=LONGEST_MS, singleShot=True)
        self._late.timeout.connect(lambda: self._finish(InsertionOutcome.UNAVAILABLE))

    def place(self) -> InsertionPlace:
        return InsertionPlace(own=QGuiApplication.focusWindow() is not None)

    def prepare(self) -> None:
        """Nothing takes time."""

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        self.cancel()
        self._request, self._ended = request, ended
        self._soon.start()

    def cancel(self) -> bool:
        self._request = self._ended = None
        self._stop()
        return False

    def can_undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return False  # it may be a terminal

    def undo(self, place: InsertionPlace) -> bool:  # noqa: ARG002
        return False

    def close(self) -> None:
        self.cancel()

    def _type(self) -> None:
        request = self._request
        if request is None:
            return
        if self.place().own:
            self._finish(InsertionOutcome.MOVED)
        elif self._command.only_ascii and not request.text.isascii():
            self._finish(InsertionOutcome.UNAVAILABLE)
        else:
            self._late.start()
            self._run(f"{request.text}\n" if request.enter else request.text)

    def _run(self, text: str) -> None:
        process = self._process = QProcess(self)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.finished.connect(lambda code, _status: self._on_finished(process, code))
        process.errorOccurred.connect(lambda error: self._on_error(process, error))
        program, *arguments = self._command.text
        process.start(program, arguments)
        process.write(text.encode())
        process.closeWriteChannel()

    def _on_finished(self, process: QProcess, code: int) -> None:
        if process is self._process:
            self._finish(InsertionOutcome.UNAVAILABLE if code else InsertionOutcome.INSERTED)
            process.deleteLater()

    def _on_error(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if process is self._process and error is QProcess.ProcessError.FailedToStart:
            self._finish(InsertionOutcome.UNAVAILABLE)

    def _finish(self, outcome: InsertionOutcome) -> None:
        ended, self._request, self._ended = self._ended, None, None
        self._stop()
        if ended is not None:
            ended(outcome)

    def _stop(self) -> None:
        self._soon.stop()
        self._late.stop()
        process, self._process = self._process, None
        if process is not None and process.state() is not QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished(1_000)
