"""A process that fetches nothing, and says what a test makes it say."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from fanlight.domain.downloads import DownloadFailed, DownloadPaused, FailureReason, FetchOrder


class FakeProcess(QObject):
    """Implements `Fetching`; the test says what it says."""

    event_arrived = Signal(object)
    ended = Signal(object)
    made: list[FakeProcess] = []  # noqa: RUF012 - emptied by the tests

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.order: FetchOrder | None = None
        self.limits: list[int] = []
        self.made.append(self)

    def start(self, order: FetchOrder) -> None:
        self.order = order

    def pause(self) -> None:
        self.ended.emit(DownloadPaused(5, 10))

    def set_limit(self, bytes_per_second: int) -> None:
        self.limits.append(bytes_per_second)

    def kill(self) -> None:
        self.ended.emit(DownloadFailed(FailureReason.CRASHED, "Killed."))

    def wait(self, milliseconds: int) -> bool:
        return True
