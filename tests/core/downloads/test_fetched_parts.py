"""Speech models, voices, and the model that compares pictures: fetched by a click, and used by a setting."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanlight.catalog.catalog_file import load_known_models
from fanlight.catalog.computer import Computer
from fanlight.catalog.download_requests import download_request
from fanlight.catalog.known_models import KnownModel, KnownModels
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.downloads.fetched_parts import FetchedParts
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import DownloadRequest
from fanlight.domain.errors import InputError
from fanlight.settings import Settings
from fanlight.synthesis import piper
from support.fake_fetching import FakeProcess

SHIPPED = Path(__file__).parents[3] / "models"


class Shelf:
    """What the catalog knows, with files below `home`."""

    def __init__(self, home: Path) -> None:
        self.home, self.worker = home, FileWorker()
        self.downloads = Downloads(
            home / "downloads.json", None, lambda _request: None, lambda _request: None, self.worker,
            make_process=FakeProcess,
        )  # fmt: skip
        self.settings_store = SettingsStore(Settings(), home / "settings.json")
        self.offers = ModelOffers(
            self.known, tuple, self.request, self.downloads, self.worker, lambda: Computer(8 * 10**9)
        )
        self.parts = FetchedParts(self.offers, self.settings_store)

    def known(self) -> KnownModels:
        return load_known_models(SHIPPED, self.home)

    def request(self, model: KnownModel) -> DownloadRequest:
        return download_request(model, self.home)

    def refresh(self, qtbot: object) -> None:
        with qtbot.waitSignal(self.offers.changed):  # type: ignore[attr-defined]
            self.offers.refresh()

    def put(self, model: KnownModel) -> None:
        """All of its files, as large as they should be, and empty."""
        request = self.request(model)
        request.folder.mkdir(parents=True, exist_ok=True)
        for path, file in zip(request.paths, request.files, strict=True):
            with path.open("wb") as made:
                made.truncate(file.size_bytes or 0)


@pytest.fixture
def shelf(qtbot: object, tmp_path: Path) -> Iterator[Shelf]:
    FakeProcess.made.clear()
    shelf = Shelf(tmp_path)
    shelf.refresh(qtbot)
    yield shelf
    shelf.worker.close()
    shelf.worker.join(5)
    shelf.worker.drain()


def named(shelf: Shelf, known_id: str) -> KnownModel:
    found = shelf.parts.find(known_id)
    assert found is not None
    return found


def test_all_that_answers_nothing_is_listed_and_fetched_with_a_click(shelf: Shelf) -> None:
    kinds = [model.kind for model in shelf.parts.listed]
    assert set(kinds) == {"embedder", "speech", "voice"}
    assert len(kinds) == len([model for model in shelf.known().models if model.kind != "model"])
    assert shelf.parts.find("qwen3-vl-4b") is None
    voice = named(shelf, "voice-thorsten")
    shelf.offers.get(voice)
    assert voice not in shelf.parts.listed
    assert FakeProcess.made[0].order is not None


def test_what_is_here_whole_is_used_by_its_setting(qtbot: object, shelf: Shelf) -> None:
    speech, voice, embedder = (
        named(shelf, one) for one in ("whisper-small", "voice-thorsten", "qwen3-vl-embedding-2b")
    )
    for model in (speech, voice):
        shelf.put(model)
    shelf.refresh(qtbot)
    assert [shelf.parts.is_here(one) for one in (speech, voice, embedder)] == [True, True, False]
    for model in (speech, voice, embedder):
        assert not shelf.parts.is_used(model)
        shelf.parts.use(model)
        assert shelf.parts.is_used(model)
    now = shelf.settings_store.now
    assert now.speech_model == str(shelf.home / "models" / "whisper-small")
    assert now.picture_model.endswith("Qwen.Qwen3-VL-Embedding-2B.Q4_K_M.gguf")
    (shelf.home / "models" / "whisper-small" / "config.json").write_bytes(b"{}")
    shelf.refresh(qtbot)
    assert not shelf.parts.is_here(speech)


def test_the_voice_is_called_as_piper_calls_it(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    voice = named(shelf, "voice-thorsten")
    shelf.put(voice)
    model, facts = shelf.request(voice).paths
    facts.write_text('{"audio": {"sample_rate": 22050}, "language": {"code": "de_DE"}}', "utf-8")
    monkeypatch.setattr(piper, "_models", lambda: iter((model,)))
    (spoken,) = piper.Piper().voices()
    shelf.parts.use(voice)
    assert shelf.settings_store.now.spoken_voice == spoken.name


def test_it_is_said_where_piper_is_missing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert shelf.parts.lacks_program(named(shelf, "voice-thorsten"))
    assert not shelf.parts.lacks_program(named(shelf, "whisper-small"))
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert not shelf.parts.lacks_program(named(shelf, "voice-thorsten"))


def test_with_a_wrong_address_of_the_hub_nothing_is_here_and_nothing_fails(
    qtbot: object, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = named(shelf, "voice-thorsten")
    shelf.put(voice)
    monkeypatch.setenv("HF_ENDPOINT", "nonsense")
    with pytest.raises(InputError):
        shelf.request(voice)
    shelf.refresh(qtbot)
    assert not shelf.parts.is_here(voice)
    shelf.parts.use(voice)
    assert shelf.settings_store.now == Settings()
