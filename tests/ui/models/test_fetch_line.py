"""While something is fetched, the window says with whom it is connected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.downloads.downloads import Downloads
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import DownloadDone, DownloadProgress, DownloadRequest
from fanlight.ui.models.fetch_line import FetchLine
from support.fake_fetching import FakeProcess
from support.fetching import wanted
from support.window_hands import Open

pytestmark = pytest.mark.gui


@pytest.fixture
def downloads(tmp_path: Path) -> Iterator[Downloads]:
    FakeProcess.made.clear()
    worker = FileWorker()
    yield Downloads(tmp_path / "d.json", None, lambda _r: None, lambda _r: None, worker, make_process=FakeProcess)
    worker.close()
    worker.join(5)
    worker.drain()


def request(name: str) -> DownloadRequest:
    return DownloadRequest(name, name, (wanted(b"x", "https://hub.example/x", name=f"{name}.gguf"),), Path("/nowhere"))


def test_it_is_there_while_a_process_may_be_connected(qtbot: Any, downloads: Downloads) -> None:
    line = FetchLine(downloads)
    qtbot.addWidget(line)
    shown: list[str] = []
    line.models_requested.connect(lambda: shown.append("models"))
    assert line.isHidden()
    downloads.start(request("Rose"))
    assert not line.isHidden()
    assert line.text.text() == "Rose: Connecting to hub.example…"
    FakeProcess.made[0].event_arrived.emit(DownloadProgress("cdn.example", "f", 5, 10, 1e6, 61.0))
    assert line.text.text() == "Rose: 50% – Connected to cdn.example, 1.0 MB/s, 1 min left"
    line.show_button.click()
    assert shown == ["models"]
    downloads.pause(downloads.all[0])
    assert line.isHidden()


def test_it_follows_from_one_to_the_next(qtbot: Any, downloads: Downloads) -> None:
    line = FetchLine(downloads)
    qtbot.addWidget(line)
    downloads.start(request("One"))
    downloads.start(request("Two"))
    FakeProcess.made[0].ended.emit(DownloadDone(()))
    assert line.text.text().startswith("Two: ")
    FakeProcess.made[1].ended.emit(DownloadDone(()))
    assert line.isHidden()


def test_nothing_is_said_while_nothing_is_fetched(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    assert window.fetch_line.isHidden()
