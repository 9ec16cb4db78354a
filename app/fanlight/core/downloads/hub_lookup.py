"""Questions to the hub: a search, or what is in a repository. Each is asked by a process of its own, after a click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from fanlight.core.downloads.fetch_process import quiet_process
from fanlight.domain.downloads import DownloadFailed, FailureReason, FetchPatience
from fanlight.domain.hub import HubAnswer, HubOrder, HubQuestion, QuestionKind, hub_answer_of, hub_order_line
from fanlight.fetch.launching import fetch_command
from fanlight.i18n import _, language_in_use


class HubLookup(QObject):
    """One question at a time: a new one ends the one before, whose answer nobody waits for."""

    answered = Signal(object)
    """A HubAnswer."""
    failed = Signal(object)
    """A DownloadFailed."""
    busy_changed = Signal()

    def __init__(
        self,
        log_file: Path | None,
        parent: QObject | None = None,
        patience: FetchPatience | None = None,
        token: Callable[[], str] = str,
    ) -> None:
        """`token`: that was entered for this run; "" for none."""
        super().__init__(parent)
        self._token = token
        self._log_file, self._patience = log_file, patience or FetchPatience()
        self._process: QProcess | None = None

    @property
    def busy(self) -> bool:
        """Whether a process may be connected."""
        return self._process is not None

    def search(self, words: str, endpoint: str) -> None:
        """Repositories with GGUF files. `endpoint`: of the hub (`catalog.download_requests.hub_endpoint`)."""
        self._ask("search", words, endpoint)

    def look_at(self, repository: str, endpoint: str) -> None:
        """The files of "owner/name"."""
        self._ask("repository", repository, endpoint)

    def stop(self) -> None:
        """No answer follows."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.kill()
            process.waitForFinished(1_000)
            process.deleteLater()
            self.busy_changed.emit()

    def _ask(self, kind: QuestionKind, text: str, endpoint: str) -> None:
        self.stop()
        question = HubQuestion(kind, text, endpoint)
        order = HubOrder(question, language_in_use(), self._log_file, self._patience, self._token())
        process = self._process = quiet_process(self)
        process.finished.connect(self._on_finished)
        program, *arguments = fetch_command()
        process.start(program, arguments)
        process.write(hub_order_line(order).encode() + b"\n")
        self.busy_changed.emit()
        if not process.waitForStarted():
            self._on_finished()

    def _on_finished(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        answer = hub_answer_of(bytes(process.readAllStandardOutput().data()))
        process.deleteLater()
        self.busy_changed.emit()
        if isinstance(answer, HubAnswer):
            self.answered.emit(answer)
        else:
            self.failed.emit(answer or _no_answer())


def _no_answer() -> DownloadFailed:
    return DownloadFailed(
        FailureReason.CRASHED,
        _("The process that fetches files has ended unexpectedly."),
        _("Try again. The log has the details."),
    )
