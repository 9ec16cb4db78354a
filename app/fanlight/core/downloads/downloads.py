"""All downloads of the application: one is fetched at a time, the others wait."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight.core.downloads.download import Download, DownloadState
from fanlight.core.downloads.fetch_process import Fetching, FetchProcess
from fanlight.core.downloads.saved_downloads import read_saved, write_saved
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import (
    DownloadEnd,
    DownloadFailed,
    DownloadRequest,
    DownloadStep,
    FailureReason,
    FetchOrder,
    FetchPatience,
)
from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelSpec
from fanlight.i18n import language_in_use

AddFetched = Callable[[DownloadRequest], ModelSpec | None]
"""Puts what was fetched into the list of models; None for what is no model. Slow; on any thread. Raises
FanlightError."""
DiscardFetched = Callable[[DownloadRequest], object]
"""Removes what is here of a download that is canceled. Slow; on any thread."""

_KILL_MS = 1_000
MOST_RESTARTS = 5
"""Of a process that the system ends, as for want of memory: the click was for the whole file."""


class Downloads(QObject):
    """No process runs, and nothing is connected, before `start` or `resume` is called: after a click. `restore` only
    lists what the last run of Fanlight left.

    It belongs to the application and outlives every window."""

    added = Signal(object)
    """A Download that is new in the list."""
    removed = Signal(object)
    """A Download that left the list."""
    finished = Signal(object)
    """A Download that is DONE: its files are in place, and it is in the list of models (`spec`)."""
    active_changed = Signal()
    """`running` is another one: a line that says so belongs on the screen."""

    def __init__(
        self,
        saved_file: Path,
        log_file: Path | None,
        add_fetched: AddFetched,
        discard_fetched: DiscardFetched,
        file_worker: FileWorker,
        parent: QObject | None = None,
        make_process: Callable[[QObject], Fetching] = FetchProcess,
        patience: FetchPatience | None = None,
        token: Callable[[], str] = str,
    ) -> None:
        """`token`: that was entered for this run; "" for none."""
        super().__init__(parent)
        self._saved_file, self._log_file = saved_file, log_file
        self._add_fetched, self._discard_fetched, self._file_worker = add_fetched, discard_fetched, file_worker
        self._make_process, self._patience = make_process, patience or FetchPatience()
        self._token = token
        self._downloads: list[Download] = []
        self._discarding: set[str] = set()
        self.bytes_per_second = 0
        """The limit for all together; 0: none."""
        self._process: Fetching | None = None
        self.running: Download | None = None
        """The one that has a process."""
        self._is_closed = False

    @property
    def all(self) -> tuple[Download, ...]:
        """In the order in which they were started; finished ones stay until `dismiss`."""
        return tuple(self._downloads)

    def find(self, download_id: str) -> Download | None:
        return next((download for download in self._downloads if download.request.id == download_id), None)

    def restore(self) -> None:
        """List what the last run left, paused."""
        for request in read_saved(self._saved_file):
            if self.find(request.id) is None:
                self._list(Download(request, DownloadState.PAUSED))

    def start(self, request: DownloadRequest) -> Download:
        """Fetch it; one that is in the list already goes on."""
        download = self.find(request.id)
        if download is None:
            download = Download(request, DownloadState.WAITING)
            self._list(download)
            self._save()
            self._run_next()
        elif not download.is_active:
            download.request = request
            self.resume(download)
        return download

    def pause(self, download: Download) -> None:
        """What is here is kept. The process ends: nothing stays connected."""
        if download is self.running and self._process is not None:
            self._process.pause()
        elif download.state is DownloadState.WAITING:
            download.enter(DownloadState.PAUSED)

    def resume(self, download: Download) -> None:
        """After a pause or a failure, or once more after it was done."""
        if not download.is_active:
            download.restarts = 0
            download.enter(DownloadState.WAITING)
            self._save()
            self._run_next()

    def cancel(self, download: Download) -> None:
        """It leaves the list, and what is here of it is removed."""
        if download not in self._downloads or download.state in (DownloadState.ADDING, DownloadState.DONE):
            return
        download.enter(DownloadState.CANCELED)
        self._discarding.add(download.request.id)
        self._drop(download)
        if download is self.running and self._process is not None:
            self._process.kill()  # what is here is removed when it has ended
        else:
            self._discard(download.request)

    def dismiss(self, download: Download) -> None:
        """Take one that is done, or failed, out of the list; its files stay."""
        if download in self._downloads and not download.is_active:
            self._drop(download)

    def set_limit(self, bytes_per_second: int) -> None:
        """For all together; 0: none."""
        self.bytes_per_second = bytes_per_second
        if self._process is not None:
            self._process.set_limit(bytes_per_second)

    def close(self, seconds: float) -> None:
        """At the end of Fanlight: what runs is paused, and can go on after the next start."""
        self._is_closed = True
        if (process := self._process) is not None:
            for download in self._downloads:
                if download.state is DownloadState.WAITING:
                    download.enter(DownloadState.PAUSED)
            process.pause()
            if not process.wait(round(1000 * seconds)):
                process.kill()
                process.wait(_KILL_MS)

    def _list(self, download: Download) -> None:
        self._downloads.append(download)
        self.added.emit(download)

    def _run_next(self) -> None:
        if self._process is not None:
            return
        ready = (one for one in self._downloads if one.request.id not in self._discarding)
        waiting = next((one for one in ready if one.state is DownloadState.WAITING), None)
        if waiting is None:
            return
        process = self._make_process(self)
        process.event_arrived.connect(self._on_step)
        process.ended.connect(self._on_ended)
        self._process, self.running = process, waiting
        waiting.enter(DownloadState.RUNNING)
        self.active_changed.emit()
        speed, language = self.bytes_per_second, language_in_use()
        process.start(FetchOrder(waiting.request, speed, language, self._log_file, self._patience, self._token()))

    def _on_step(self, step: DownloadStep) -> None:
        if self.running is not None and self.running.state is DownloadState.RUNNING:
            self.running.take_step(step)

    def _on_ended(self, end: DownloadEnd) -> None:
        process, self._process = self._process, None
        download, self.running = self.running, None
        assert download is not None
        if isinstance(process, QObject):
            process.deleteLater()
        if download.state is DownloadState.CANCELED:
            self._discard(download.request)
        elif self._goes_on(download, end):
            download.restarts += 1
            download.enter(DownloadState.WAITING)
        else:
            download.end_fetch(end)
            if download.state is DownloadState.ADDING:
                self._add(download)
        self.active_changed.emit()
        self._run_next()

    def _goes_on(self, download: Download, end: DownloadEnd) -> bool:
        """Whether its process has died, and another one follows."""
        is_crash = isinstance(end, DownloadFailed) and end.reason is FailureReason.CRASHED
        return is_crash and download.restarts < MOST_RESTARTS and not self._is_closed

    def _add(self, download: Download) -> None:
        self._file_worker.call(partial(self._add_fetched, download.request), partial(self._on_added, download))

    def _on_added(self, download: Download, result: ModelSpec | FanlightError | None) -> None:
        download.end_adding(result)
        self._save()
        if download.state is DownloadState.DONE:
            self.finished.emit(download)

    def _discard(self, request: DownloadRequest) -> None:
        """The same download may have been started again meanwhile: it waits until all of this one is gone."""

        def on_gone(_result: object) -> None:
            self._discarding.discard(request.id)
            self._run_next()

        self._file_worker.call(partial(self._discard_fetched, request), on_gone)

    def _drop(self, download: Download) -> None:
        self._downloads.remove(download)
        self._save()
        self.removed.emit(download)

    def _save(self) -> None:
        unfinished = (one for one in self._downloads if one.state is not DownloadState.DONE)
        write_saved(self._saved_file, [download.request for download in unfinished])
