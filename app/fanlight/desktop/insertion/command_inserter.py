"""Text typed by a program of its own, as Wayland's compositors let some do. The text goes to its standard input: the
list of processes, which every user can read, does not show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess

from fanlight.desktop.insertion.backend import InsertionOutcome, InsertionRequest
from fanlight.desktop.insertion.blind_inserter import BlindInserter
from fanlight.desktop.insertion.insertion_run import InsertionRun

LONGEST_MS = 120_000
"""wtype takes 10 ms for a character."""


@dataclass(frozen=True, slots=True)
class TypingCommand:
    """`text` reads what it types; a line's end is the Enter key. `only_ascii`: it can write no other characters."""

    text: Sequence[str]
    only_ascii: bool = False


class CommandInserter(BlindInserter):
    """A `TextInserter`."""

    permission = None

    def __init__(self, command: TypingCommand, parent: QObject) -> None:
        super().__init__(parent)
        self._run = InsertionRun(self._stop, self)
        self._command = command
        self._process: QProcess | None = None
        self._late = self._timer(LONGEST_MS, lambda: self._run.finish(InsertionOutcome.UNAVAILABLE))

    def prepare(self) -> None:
        """Nothing takes time."""

    def cancel(self) -> bool:
        self._run.drop()
        return False

    def close(self) -> None:
        self.cancel()

    def _insert(self, request: InsertionRequest) -> None:
        if self._command.only_ascii and not request.text.isascii():
            self._run.finish(InsertionOutcome.UNAVAILABLE)
        else:
            self._late.start()
            self._type(f"{request.text}\n" if request.enter else request.text)

    def _type(self, text: str) -> None:
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
            self._run.finish(InsertionOutcome.UNAVAILABLE if code else InsertionOutcome.INSERTED)
            process.deleteLater()

    def _on_error(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if process is self._process and error is QProcess.ProcessError.FailedToStart:
            self._run.finish(InsertionOutcome.UNAVAILABLE)

    def _stop(self) -> None:
        self._let_go.stop()
        self._late.stop()
        process, self._process = self._process, None
        if process is not None and process.state() is not QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished(1_000)
