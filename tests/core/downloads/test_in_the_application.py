"""The application owns the downloads: they outlive windows, heed the setting, and are paused when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.app import Application
from fanlight.core.downloads.download import DownloadState
from fanlight.domain.downloads import DownloadRequest
from fanlight.domain.models import ModelSpec
from fanlight.settings import Settings
from fanlight.store.memory_store import MemoryStore
from support.fetching import COMMIT, NAME, REPOSITORY, content_of, wanted
from support.hub_server import HubServer
from support.windows import parts

pytestmark = pytest.mark.gui

CONTENT = content_of(1_000_000)


@pytest.fixture
def hub() -> Iterator[HubServer]:
    server = HubServer()
    server.bytes_per_second = 500_000
    yield server
    server.stop()


def application(home: Path, **more: Any) -> Application:
    return Application(replace(parts(home, **more), open_store=lambda keep: lambda *_: MemoryStore()))


def test_what_runs_at_the_end_is_paused_and_goes_on_after_the_next_start(
    qtbot: Any, home: Path, hub: HubServer
) -> None:
    source = hub.put(REPOSITORY, COMMIT, NAME, CONTENT)
    wish = DownloadRequest("one", "One", (wanted(CONTENT, source),), home / "models" / "one")
    first = application(home)
    download = first.downloads.start(wish)
    qtbot.waitUntil(lambda: download.done_bytes > 0)
    first.close(5.0)
    assert download.state is DownloadState.PAUSED
    hub.bytes_per_second = 0
    deps = replace(parts(home), open_store=lambda keep: lambda *_: MemoryStore())
    second = Application(replace(deps, add_fetched=lambda request: ModelSpec.of_files(request.id, request.paths[0])))
    second.start()
    (again,) = second.downloads.all
    assert (again.state, second.downloads.running) == (DownloadState.PAUSED, None)
    second.downloads.resume(again)
    qtbot.waitUntil(lambda: again.state is DownloadState.DONE)
    assert (wish.folder / NAME).read_bytes() == CONTENT
    assert hub.cdn.asked[-1].range.startswith("bytes=")
    second.close(5.0)


def test_the_setting_limits_their_speed(qtbot: Any, home: Path) -> None:
    core = application(home, settings=Settings(download_limit=2))
    assert core.downloads.bytes_per_second == 2_000_000
    core.settings_store.choose(download_limit=7)
    assert core.downloads.bytes_per_second == 7_000_000
    core.close(5.0)
