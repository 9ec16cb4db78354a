"""Questions to the hub: a search, or what is in a repository. Each is asked by a process of its own, after a click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight.core.downloads.order_process import OrderProcess
from fanlight.domain.downloads import DownloadFailed, FailureReason, FetchPatience
from fanlight.domain.hub import HubAnswer, HubOrder, HubQuestion, hub_answer_of, hub_order_line
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
        self._order = OrderProcess(self)
        self._order.answered.connect(self._on_answered)
        self._order.busy_changed.connect(self.busy_changed)

    @property
    def busy(self) -> bool:
        """Whether a process may be connected."""
        return self._order.busy

    def search(self, words: str, endpoint: str) -> None:
        """Repositories with GGUF files. `endpoint`: of the hub (`catalog.download_requests.hub_endpoint`)."""
        self._ask(HubQuestion("search", words, endpoint))

    def look_at(self, repository: str, endpoint: str, revision: str = "") -> None:
        """The files of "owner/name"; `revision` "": the newest ones."""
        self._ask(HubQuestion("repository", repository, endpoint, revision))

    def stop(self) -> None:
        """No answer follows."""
        self._order.stop()

    def _ask(self, question: HubQuestion) -> None:
        order = HubOrder(question, language_in_use(), self._log_file, self._patience, self._token())
        self._order.start(hub_order_line(order))

    def _on_answered(self, written: bytes) -> None:
        answer = hub_answer_of(written)
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
