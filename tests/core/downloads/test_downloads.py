"""Downloads of the application: one at a time, paused, resumed, canceled, kept over a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.downloads.download import Download, DownloadState
from fanlight.core.downloads.downloads import MOST_RESTARTS, Downloads
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import (
    DownloadDone,
    DownloadFailed,
    DownloadPaused,
    DownloadProgress,
    DownloadRequest,
    FailureReason,
)
from fanlight.domain.errors import FanlightError, ModelBroken
from fanlight.domain.models import ModelSpec
from support.fake_fetching import FakeProcess
from support.fetching import COMMIT, NAME, PATIENCE, REPOSITORY, content_of, wanted
from support.hub_server import HubServer


@pytest.fixture
def worker() -> Iterator[FileWorker]:
    FakeProcess.made.clear()
    worker = FileWorker()
    yield worker
    worker.close()
    worker.join(5)
    worker.drain()


Make = Callable[..., Downloads]


@pytest.fixture
def make(tmp_path: Path, worker: FileWorker) -> Make:
    """Keyword arguments replace the defaults."""

    def made(**more: Any) -> Downloads:
        deps: dict[str, Any] = {
            "add_fetched": lambda request: ModelSpec.of_files(request.id, request.paths[0]),
            "discard_fetched": lambda _request: None,
            "make_process": FakeProcess,
        }
        return Downloads(tmp_path / "downloads.json", tmp_path / "log", file_worker=worker, **(deps | more))

    return made


def request(name: str = "one", folder: Path = Path("/nowhere")) -> DownloadRequest:
    return DownloadRequest(name, name, (wanted(b"0123456789", "https://hub.example/x", name=f"{name}.gguf"),), folder)


def states(downloads: Downloads) -> list[DownloadState]:
    return [download.state for download in downloads.all]


def test_nothing_is_started_before_it_is_asked_for(make: Make) -> None:
    downloads = make()
    downloads.restore()
    assert FakeProcess.made == []
    assert downloads.running is None


def test_progress_then_the_list_of_models(make: Make, qtbot: Any) -> None:
    downloads = make()
    finished: list[Download] = []
    downloads.finished.connect(finished.append)
    download = downloads.start(request())
    assert (download.state, downloads.running) == (DownloadState.RUNNING, download)
    (process,) = FakeProcess.made
    step = DownloadProgress("hub.example", "one.gguf", 5, 10, 2.0, 2.5)
    process.event_arrived.emit(step)
    assert (download.step, download.share, download.done_bytes) == (step, 0.5, 5)
    process.ended.emit(DownloadDone((Path("/nowhere/one.gguf"),)))
    assert download.state is DownloadState.ADDING
    qtbot.waitUntil(lambda: bool(finished))
    assert (download.state, download.spec) == (DownloadState.DONE, ModelSpec.of_files("one", Path("/nowhere/one.gguf")))
    assert downloads.running is None


def test_one_at_a_time_and_the_next_follows(make: Make) -> None:
    downloads = make()
    first, second = downloads.start(request("a")), downloads.start(request("b"))
    assert states(downloads) == [DownloadState.RUNNING, DownloadState.WAITING]
    assert downloads.start(request("b")) is second
    FakeProcess.made[0].ended.emit(DownloadFailed(FailureReason.NOT_FOUND, "Gone.", "Choose another."))
    assert states(downloads) == [DownloadState.FAILED, DownloadState.RUNNING]
    assert first.failure is not None
    assert first.failure.text == "Gone. Choose another."
    downloads.resume(first)
    assert first.failure is None
    assert first.state is DownloadState.WAITING


def test_a_paused_one_has_no_process_and_goes_on(make: Make) -> None:
    downloads = make()
    download = downloads.start(request())
    downloads.pause(download)
    assert (download.state, downloads.running, download.done_bytes) == (DownloadState.PAUSED, None, 5)
    downloads.resume(download)
    assert download.state is DownloadState.RUNNING
    assert len(FakeProcess.made) == 2


def test_one_that_waits_can_be_paused(make: Make) -> None:
    downloads = make()
    downloads.start(request("a"))
    second = downloads.start(request("b"))
    downloads.pause(second)
    FakeProcess.made[0].ended.emit(DownloadPaused(1, 2))
    assert states(downloads) == [DownloadState.PAUSED, DownloadState.PAUSED]


def test_what_is_canceled_is_removed_and_can_be_started_again(make: Make, qtbot: Any) -> None:
    free = threading.Event()
    downloads = make(discard_fetched=lambda _request: free.wait(20))
    removed: list[Download] = []
    downloads.removed.connect(removed.append)
    download = downloads.start(request())
    downloads.cancel(download)
    downloads.cancel(download)
    assert downloads.all == ()
    assert removed == [download]
    again = downloads.start(request())
    assert again is not download
    assert states(downloads) == [DownloadState.WAITING]  # until what was here is gone
    free.set()
    qtbot.waitUntil(lambda: again.state is DownloadState.RUNNING)


def test_a_limit_reaches_the_one_that_runs_and_the_next(make: Make) -> None:
    downloads = make()
    downloads.set_limit(1000)
    downloads.start(request())
    (process,) = FakeProcess.made
    assert process.order is not None
    assert process.order.bytes_per_second == 1000
    downloads.set_limit(0)
    assert process.limits == [0]


def test_what_is_not_done_is_listed_after_a_restart_and_waits_for_a_click(make: Make, qtbot: Any) -> None:
    downloads = make()
    downloads.start(request("a"))
    downloads.start(request("b"))
    downloads.close(1.0)
    assert states(downloads) == [DownloadState.PAUSED, DownloadState.PAUSED]
    again = make()
    again.restore()
    assert [download.request for download in again.all] == [request("a"), request("b")]
    assert states(again) == [DownloadState.PAUSED, DownloadState.PAUSED]
    assert len(FakeProcess.made) == 1
    again.resume(again.all[0])
    FakeProcess.made[-1].ended.emit(DownloadDone(()))
    qtbot.waitUntil(lambda: again.all[0].state is DownloadState.DONE)
    third = make()
    third.restore()
    assert [download.request.id for download in third.all] == ["b"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"downloads": 1}', '{"downloads": [1, {"id": "x"}, null]}'])
def test_a_list_that_cannot_be_read_is_empty(make: Make, tmp_path: Path, text: str) -> None:
    (tmp_path / "downloads.json").write_text(text)
    downloads = make()
    downloads.restore()
    assert downloads.all == ()


def test_a_model_that_cannot_be_added_says_why(make: Make, qtbot: Any) -> None:
    def broken(_request: DownloadRequest) -> ModelSpec:
        raise ModelBroken("Not a model.")

    downloads = make(add_fetched=broken)
    download = downloads.start(request())
    FakeProcess.made[0].ended.emit(DownloadDone(()))
    qtbot.waitUntil(lambda: download.state is DownloadState.FAILED)
    assert isinstance(download.failure, FanlightError)


def test_a_real_process_fetches_and_survives_a_pause(make: Make, qtbot: Any, tmp_path: Path) -> None:
    from fanlight.core.downloads.fetch_process import FetchProcess

    content = content_of(2_000_000)
    hub = HubServer()
    hub.bytes_per_second = 3_000_000
    try:
        source = hub.put(REPOSITORY, COMMIT, NAME, content)
        downloads = make(make_process=FetchProcess, patience=PATIENCE)
        wish = DownloadRequest("one", "One", (wanted(content, source),), tmp_path / "models" / "one")
        download = downloads.start(wish)
        qtbot.waitUntil(lambda: download.done_bytes > 0)
        downloads.pause(download)
        qtbot.waitUntil(lambda: download.state is DownloadState.PAUSED)
        assert 0 < download.done_bytes < len(content)
        hub.bytes_per_second = 0
        downloads.resume(download)
        qtbot.waitUntil(lambda: download.state is DownloadState.DONE)
        assert (wish.folder / NAME).read_bytes() == content
    finally:
        hub.stop()


def died(process: FakeProcess) -> None:
    process.ended.emit(DownloadFailed(FailureReason.CRASHED, "It has ended."))


def test_a_process_that_the_system_ends_is_followed_by_another(make: Make) -> None:
    """The click was for the whole file."""
    downloads = make()
    download = downloads.start(request())
    for number in range(MOST_RESTARTS):
        died(FakeProcess.made[-1])
        assert (download.state, len(FakeProcess.made)) == (DownloadState.RUNNING, number + 2)
    died(FakeProcess.made[-1])
    assert (download.state, len(FakeProcess.made)) == (DownloadState.FAILED, MOST_RESTARTS + 1)
    downloads.resume(download)
    died(FakeProcess.made[-1])
    assert download.state is DownloadState.RUNNING


def test_one_that_is_ended_with_fanlight_stays_ended(make: Make) -> None:
    class Stuck(FakeProcess):
        def pause(self) -> None:
            return

        def wait(self, milliseconds: int) -> bool:
            return False

    downloads = make(make_process=Stuck)
    download = downloads.start(request())
    downloads.close(0.0)
    assert (download.state, len(Stuck.made)) == (DownloadState.FAILED, 1)


def test_a_process_that_dies_is_said(make: Make, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fanlight.core.downloads import fetch_process

    monkeypatch.setattr(fetch_process, "fetch_command", lambda: ["/no/such/program"])
    downloads = make(make_process=fetch_process.FetchProcess)
    download = downloads.start(request("a", tmp_path))
    qtbot.waitUntil(lambda: download.state is DownloadState.FAILED)
    assert download.failed is not None
    assert download.failed.reason is FailureReason.CRASHED
    monkeypatch.setattr(fetch_process, "fetch_command", lambda: ["/bin/false"])
    downloads.resume(download)
    qtbot.waitUntil(lambda: download.state is DownloadState.FAILED)
