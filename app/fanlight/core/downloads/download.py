"""One download, as windows show it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal

from fanlight.domain.downloads import (
    DownloadDone,
    DownloadEnd,
    DownloadFailed,
    DownloadPaused,
    DownloadProgress,
    DownloadRequest,
    DownloadStep,
)
from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelSpec


class DownloadState(Enum):
    WAITING = "waiting"
    """For another download to end."""
    RUNNING = "running"
    """There is a process, and it may be connected."""
    PAUSED = "paused"
    """By the user, or by the end of Fanlight; what is here is kept."""
    FAILED = "failed"
    """`failure` says why; what is here is kept."""
    ADDING = "adding"
    """All is here; it is being put into the list of models."""
    DONE = "done"
    CANCELED = "canceled"
    """And what was here is removed."""


class Download(QObject):
    """Made and changed by `Downloads` alone; outlives the windows that show it.

    Attributes: `request`, `state`; `done_bytes` of `total_bytes` (None: not known); `step`, the last event while it
    runs; `failure` (a FanlightError) of one that failed; `spec` of one that is done and is a model."""

    changed = Signal()
    """Anything of it."""

    def __init__(self, request: DownloadRequest, state: DownloadState) -> None:
        super().__init__()
        self.request, self.state = request, state
        self.done_bytes = 0
        self.total_bytes = request.size_bytes
        self.step: DownloadStep | None = None
        self.failure: FanlightError | None = None
        self.failed: DownloadFailed | None = None
        self.spec: ModelSpec | None = None
        self.restarts = 0
        """Of its process by itself, since somebody has asked for it."""

    @property
    def is_active(self) -> bool:
        return self.state in (DownloadState.WAITING, DownloadState.RUNNING, DownloadState.ADDING)

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where the size is not known."""
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else None

    def enter(self, state: DownloadState) -> None:
        self.state = state
        if state is not DownloadState.RUNNING:
            self.step = None
        if state in (DownloadState.WAITING, DownloadState.RUNNING):
            self.failure = self.failed = None
        self.changed.emit()

    def take_step(self, step: DownloadStep) -> None:
        self.step = step
        if isinstance(step, DownloadProgress):
            self.done_bytes, self.total_bytes = step.done_bytes, step.total_bytes
        self.changed.emit()

    def end_fetch(self, end: DownloadEnd) -> None:
        """The process has ended with `end`."""
        match end:
            case DownloadPaused(done_bytes=done, total_bytes=total):
                self.done_bytes, self.total_bytes = done, total
                self.enter(DownloadState.PAUSED)
            case DownloadDone():
                self.done_bytes = self.total_bytes or self.done_bytes
                self.enter(DownloadState.ADDING)
            case DownloadFailed():
                self.failed, self.failure = end, end.error
                self.enter(DownloadState.FAILED)

    def end_adding(self, result: ModelSpec | FanlightError | None) -> None:
        """It is in the list of models, or why it is not; None for what is no model."""
        if isinstance(result, FanlightError):
            self.failure = result
            self.enter(DownloadState.FAILED)
        else:
            self.spec = result
            self.enter(DownloadState.DONE)
