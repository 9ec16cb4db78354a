"""What is offered: read once, and followed while downloads come and go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.catalog.computer import Computer
from fanlight.catalog.known_models import KnownFile, KnownModel, KnownModels
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.core.downloads.saved_downloads import write_saved
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import DownloadRequest, FileRole
from support.fake_fetching import FakeProcess
from support.fetching import wanted

ROSE = KnownModel("rose", "Rose", "MIT", (KnownFile(FileRole.MODEL, "x/rose", "1", "rose.gguf", "0" * 64),), tier_gb=4)


class Shelf:
    """A computer with 8 GB on which nothing is installed; `reads`: how often the catalog was read."""

    def __init__(self, worker: FileWorker, home: Path) -> None:
        self.reads = 0
        self.saved = home / "downloads.json"
        self.downloads = Downloads(
            self.saved, None, lambda _request: None, lambda _request: None, worker, make_process=FakeProcess
        )
        self.offers = ModelOffers(self._read, tuple, _request, self.downloads, worker, lambda: Computer(8 * 10**9))

    @property
    def offered(self) -> list[KnownModel]:
        return list(self.offers.offers)

    def _read(self) -> KnownModels:
        self.reads += 1
        return KnownModels((ROSE,))


def _request(model: KnownModel) -> DownloadRequest:
    files = (wanted(b"rose", "https://hub.example/x", name="rose.gguf"),)
    return DownloadRequest(model.id, model.name, files, Path("/nowhere"))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    FakeProcess.made.clear()
    worker = FileWorker()
    yield Shelf(worker, tmp_path)
    worker.close()
    worker.join(5)
    worker.drain()


def test_what_the_last_run_left_is_listed_without_reading_the_catalog(shelf: Shelf, qtbot: Any) -> None:
    write_saved(shelf.saved, [_request(ROSE)])
    shelf.downloads.restore()
    with qtbot.waitSignal(shelf.offers.changed):
        shelf.offers.refresh()
    assert (shelf.reads, shelf.offered) == (1, [])


def test_what_is_under_way_is_no_offer_and_one_again_when_it_is_canceled(shelf: Shelf, qtbot: Any) -> None:
    with qtbot.waitSignal(shelf.offers.changed):
        shelf.offers.refresh()
    assert shelf.offered == [ROSE]
    shelf.offers.get(ROSE)
    assert shelf.offered == []
    shelf.downloads.cancel(shelf.downloads.all[0])
    assert (shelf.reads, shelf.offered) == (1, [ROSE])
