"""What is offered: read once, and followed while downloads come and go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fanlight.catalog.computer import Computer
from fanlight.catalog.known_models import KnownFile, KnownModel, KnownModels
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.core.downloads.saved_downloads import write_saved
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import DownloadFile, DownloadRequest, FileRole
from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelSpec
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


def test_files_that_are_under_way_by_another_name_are_under_way(shelf: Shelf) -> None:
    """The hub and the catalog may both know them."""
    assert not shelf.offers.is_under_way(ROSE)
    file = ROSE.files[0]
    same = DownloadFile(file.role, file.name, ("https://hub.example/x",), file.sha256)
    shelf.downloads.start(DownloadRequest("rose@12345678", "rose", (same,), Path("/nowhere")))
    assert shelf.offers.is_under_way(ROSE)
    assert not shelf.offers.is_under_way(replace(ROSE, id="lily", files=(replace(file, sha256="1" * 64),)))


def test_what_is_here_is_the_file_and_not_another_of_its_name(tmp_path: Path, qtbot: Any) -> None:
    (tmp_path / "Rose.gguf").write_bytes(b"rose")
    worker = FileWorker()
    downloads = Downloads(tmp_path / "d.json", None, lambda _one: None, lambda _one: None, worker)
    here = ModelSpec.of_files("mine", tmp_path / "Rose.gguf")
    offers = ModelOffers(KnownModels, lambda: [here], None, downloads, worker, lambda: Computer(8 * 10**9))
    with qtbot.waitSignal(offers.changed):
        offers.refresh()
    sized = [replace(ROSE, files=(replace(ROSE.files[0], size_bytes=size),)) for size in (4, 5, None)]
    assert [offers.is_here(model) for model in sized] == [True, False, True]
    worker.close()
    worker.join(5)
    worker.drain()


def test_what_is_wrong_in_a_catalog_of_ones_own_is_said_once(tmp_path: Path, qtbot: Any) -> None:
    worker = FileWorker()
    downloads = Downloads(tmp_path / "d.json", None, lambda _one: None, lambda _one: None, worker)
    known = KnownModels((ROSE,), ("In catalog.toml, the model 3 is left out: its field “id” cannot be used.",))
    offers = ModelOffers(lambda: known, tuple, None, downloads, worker, lambda: Computer(8 * 10**9))
    said: list[FanlightError] = []
    offers.problem.connect(said.append)
    for _unused in range(2):
        with qtbot.waitSignal(offers.changed):
            offers.refresh()
    assert [error.text for error in said] == list(known.problems)
    assert offers.known.models == (ROSE,)
    worker.close()
    worker.join(5)
    worker.drain()


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
