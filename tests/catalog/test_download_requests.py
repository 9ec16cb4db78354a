"""From where a model is fetched, how that is said, and what becomes of what was fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.catalog.catalog import FILE, Catalog
from fanlight.catalog.download_requests import download_request, shown_progress, shown_time
from fanlight.catalog.fetched import add_fetched, discard_fetched
from fanlight.catalog.known_models import KnownFile, KnownModel
from fanlight.catalog.registrations import Registrations
from fanlight.domain.downloads import DownloadFile, DownloadProgress, DownloadRequest, FileRole
from fanlight.domain.errors import InputError, ModelBroken, ModelMissing
from fanlight.domain.models import ModelSpec
from support.gguf_drafts import projector, text_model

MODEL = KnownModel(
    "one", "The One", "MIT",
    (KnownFile(FileRole.MODEL, "me/one-GGUF", "abc", "the one.gguf", "a" * 64, 10, ("https://mirror.example/d/",)),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)


def sources(*mirrors: str) -> tuple[str, ...]:
    return download_request(MODEL, Path("/home"), mirrors).files[0].sources


def test_the_hub_comes_first_and_mirrors_stand_in() -> None:
    hub = "https://huggingface.co/me/one-GGUF/resolve/abc/the%20one.gguf"
    assert sources() == (hub, "https://mirror.example/d/the%20one.gguf")
    request = download_request(MODEL, Path("/home"))
    assert request.folder == Path("/home/models/one")
    assert request.hosts == ("huggingface.co", "mirror.example")
    assert request.size_bytes == 10


def test_mirrors_of_ones_own_come_before_the_hub() -> None:
    assert sources("https://near.example/")[0] == "https://near.example/me/one-GGUF/resolve/abc/the%20one.gguf"


@pytest.mark.parametrize("endpoint", ["https://hf.company.example", "http://127.0.0.1:7070/hub/public"])
def test_an_endpoint_of_ones_own_stands_for_all_others(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"{endpoint}/")
    assert sources() == (f"{endpoint}/me/one-GGUF/resolve/abc/the%20one.gguf",)


@pytest.mark.parametrize("value", ["hf-mirror.com", "ftp://x.example", "file:///etc", "https://user:word@host.example"])
def test_what_is_no_address_is_said(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(InputError):
        sources(value)
    monkeypatch.setenv("HF_ENDPOINT", value)
    with pytest.raises(InputError, match="HF_ENDPOINT"):
        sources()


def test_progress_is_one_line() -> None:
    progress = DownloadProgress("huggingface.co", "a.gguf", 10, 20, 12_000_000.0, 180.0)
    assert shown_progress(progress) == "Connected to huggingface.co, 12 MB/s, 3 min left"
    unknown = DownloadProgress("huggingface.co", "a.gguf", 10, None, 900_000.0, None)
    assert shown_progress(unknown) == "Connected to huggingface.co, 0.9 MB/s"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (59.4, "59 s"), (61, "1 min"), (5399, "90 min"), (7300, "2 h"), (1e6, "278 h")]
)
def test_how_long_it_takes_is_rounded(seconds: float, shown: str) -> None:
    assert shown_time(seconds) == shown


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "shipped", tmp_path / "home")


@pytest.fixture
def request_here(tmp_path: Path) -> DownloadRequest:
    """Its files are in place."""
    folder = tmp_path / "home" / "models" / "rose-3b"
    folder.mkdir(parents=True)
    text_model().set("general.name", "Grüne Rose").write(folder / "rose.gguf")
    projector().write(folder / "other-name.gguf")
    files = (
        DownloadFile(FileRole.MODEL, "rose.gguf", ("https://x.example/rose.gguf",)),
        DownloadFile(FileRole.PROJECTOR, "other-name.gguf", ("https://x.example/p.gguf",)),
    )
    return DownloadRequest("rose-3b", "Rose 3B", files, folder)


def test_what_was_fetched_is_in_the_list_as_a_pair(catalog: Catalog, request_here: DownloadRequest) -> None:
    spec = add_fetched(catalog, request_here)
    assert spec is not None
    assert (spec.name, spec.files.model, spec.files.projector) == ("rose-3b", *request_here.paths)
    assert add_fetched(catalog, request_here) == spec
    assert [one.name for one in catalog.models()] == ["rose-3b"]


def test_a_name_that_is_taken_is_left_to_its_model(
    catalog: Catalog, request_here: DownloadRequest, tmp_path: Path
) -> None:
    text_model().write(tmp_path / "mine.gguf")
    catalog.add(tmp_path / "mine.gguf", name="rose-3b")
    spec = add_fetched(catalog, request_here)
    assert spec is not None
    assert spec.name == request_here.paths[0].stem


def test_a_file_that_is_no_model_is_not_added(catalog: Catalog, request_here: DownloadRequest) -> None:
    request_here.paths[0].write_bytes(b"GGUF nothing")
    with pytest.raises(ModelBroken):
        add_fetched(catalog, request_here)


def test_what_is_canceled_leaves_nothing(catalog: Catalog, request_here: DownloadRequest) -> None:
    request_here.paths[0].rename(request_here.leftovers_of(request_here.paths[0])[0])
    discard_fetched(catalog, request_here)
    assert not request_here.folder.exists()


def test_what_is_in_the_list_of_models_stays(catalog: Catalog, request_here: DownloadRequest) -> None:
    add_fetched(catalog, request_here)
    discard_fetched(catalog, request_here)
    assert all(path.exists() for path in request_here.paths)


def test_all_parts_of_a_model_in_the_list_stay(catalog: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "models" / "rose"
    folder.mkdir(parents=True)
    names = [f"rose-{number:05d}-of-00002.gguf" for number in (1, 2)]
    for name in names:
        (folder / name).write_bytes(b"GGUF")
    Registrations(tmp_path / "home" / FILE).add_or_replace(ModelSpec.of_files("rose", folder / names[0]))
    roles = (FileRole.MODEL, FileRole.OTHER)
    files = tuple(
        DownloadFile(role, name, (f"https://x.example/{name}",)) for role, name in zip(roles, names, strict=True)
    )
    discard_fetched(catalog, DownloadRequest("rose", "Rose", files, folder))
    assert sorted(path.name for path in folder.iterdir()) == names


def test_a_known_model_that_is_not_here_says_how_to_get_it(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "models"
    with pytest.raises(ModelMissing) as missing:
        Catalog(shipped, tmp_path / "home").find("qwen3-vl")
    assert "Qwen3-VL 4B Instruct" in missing.value.message
    assert missing.value.hint == "Get it with: fanlight models get qwen3-vl-4b (3.3 GB)"


@pytest.mark.parametrize("written", ["qwen3-vl", "Qwen/Qwen3-VL-4B-Instruct-GGUF", "Qwen3VL-4B-Instruct-Q4_K_M.gguf"])
def test_a_known_model_is_found_under_any_of_its_names(tmp_path: Path, written: str) -> None:
    shipped = Path(__file__).parents[2] / "models"
    catalog = Catalog(shipped, tmp_path / "home")
    text_model().write(tmp_path / "Qwen3VL-4B-Instruct-Q4_K_M.gguf")
    catalog.add(tmp_path / "Qwen3VL-4B-Instruct-Q4_K_M.gguf", name="my eyes")
    assert catalog.find(written).name == "my eyes"
