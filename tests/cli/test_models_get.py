"""`fanlight models get` and `fanlight models catalog`, with a hub on this computer."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanlight.catalog.catalog import Catalog
from fanlight.catalog.catalog_file import FILE
from fanlight.domain.errors import ModelMissing
from fanlight.synthesis.piper import _models
from support.command_line import Ran, Run, interrupted
from support.fetching import COMMIT, REPOSITORY, offer_rose, sha256_of
from support.gguf_drafts import text_model
from support.hub_server import Fault, HubServer


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    server = HubServer()
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield server
    server.stop()


@pytest.fixture
def rose(hub: HubServer, home: Path, tmp_path: Path) -> Path:
    """A model of the user's own catalog, in the hub; where its files will be."""
    return offer_rose(hub, home, tmp_path)


def what_it_can(fanlight: Run, name: str) -> str:
    rows = json.loads(fanlight("models", "list", "--json").out)
    return str(next(row["can"] for row in rows if row["name"] == name))


def test_a_model_is_fetched_checked_and_added(fanlight: Run, hub: HubServer, rose: Path) -> None:
    ran = fanlight("models", "get", "Rose", "--yes")
    assert ran.status == 0, ran.err
    assert "rose-3b is ready." in ran.out
    assert sorted(path.name for path in rose.iterdir()) == ["mmproj.gguf", "rose.gguf"]
    assert what_it_can(fanlight, "rose-3b") == "text, pictures"
    asked = len(hub.hub.asked)
    assert fanlight("models", "get", "rose", "--yes").status == 0
    assert len(hub.hub.asked) == asked  # all of it is here


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("said", "fetched"), [("y\n", True), ("Yes\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_it_asks_first_with_size_and_host(
    fanlight: Run, hub: HubServer, rose: Path, said: str, fetched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal(said))
    ran = fanlight("models", "get", "rose-3b")
    assert ran.status == 0
    assert hub.hub.name in ran.out
    assert "MB" in ran.out
    assert str(rose) in ran.out
    assert rose.exists() == fetched
    assert bool(hub.hub.asked) == fetched


def test_what_is_here_already_is_said_before_it_is_fetched_again(
    fanlight: Run, hub: HubServer, rose: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    shutil.copy(tmp_path / "rose.gguf", theirs / "Rose.gguf")
    fanlight("models", "add", theirs / "Rose.gguf", "--name", "mine")
    monkeypatch.setattr(sys, "stdin", _Terminal("n\n"))
    assert f"It is here already, as mine: {theirs / 'Rose.gguf'}" in fanlight("models", "get", "rose").out
    (theirs / "Rose.gguf").write_bytes(b"another file")
    assert "It is here already" not in fanlight("models", "get", "rose").out


def test_without_a_terminal_it_fetches_nothing_unasked(fanlight: Run, hub: HubServer, rose: Path) -> None:
    ran = fanlight("models", "get", "rose")
    assert ran.status == 3
    assert "--yes" in ran.err
    assert hub.hub.asked == []
    assert not rose.exists()


def test_what_fails_is_one_sentence_and_a_hint(fanlight: Run, hub: HubServer, rose: Path) -> None:
    hub.hub.plan.append(Fault("status", status=401, headers={"X-Error-Code": "GatedRepo"}))
    ran = fanlight("models", "get", "rose", "--yes")
    assert ran.status == 1
    assert "accepted its terms" in ran.err
    assert "HF_TOKEN" in ran.err
    assert "Traceback" not in ran.err


def test_ctrl_c_pauses_and_says_how_to_go_on(fanlight: Run, hub: HubServer, rose: Path) -> None:
    hub.bytes_per_second = 2_000
    ran: Ran = interrupted(lambda: fanlight("models", "get", "rose", "--yes"), lambda: bool(hub.cdn.asked), 0.2)
    assert ran.status == 130
    assert "fanlight models get rose\n" in ran.err
    assert not (rose / "rose.gguf").exists()
    hub.bytes_per_second = 0
    assert fanlight("models", "get", "rose", "--yes").status == 0


def test_a_mirror_is_tried_first(fanlight: Run, hub: HubServer, rose: Path) -> None:
    mirror = HubServer()
    try:
        mirror.files, mirror._sums = hub.files, hub._sums
        assert fanlight("models", "get", "rose", "--yes", "--mirror", mirror.address).status == 0
        assert mirror.hub.asked
        assert not hub.hub.asked
    finally:
        mirror.stop()


@pytest.mark.parametrize("mirror", ["nowhere", "ftp://x", "file:///etc"])
def test_what_is_no_mirror_is_refused(fanlight: Run, rose: Path, mirror: str) -> None:
    assert fanlight("models", "get", "rose", "--yes", "--mirror", mirror).status == 3


@pytest.mark.parametrize(
    "address", ["https://huggingface.co/unsloth", "https://ollama.com/library/qwen3-vl", "https://x.example/m.gguf"]
)
def test_an_address_of_others_is_not_asked_for(fanlight: Run, hub: HubServer, address: str) -> None:
    ran = fanlight("models", "get", address, "--yes")
    assert ran.status == 3
    assert f"“{address}” is no address of a model on {hub.hub.name}" in ran.err
    assert hub.hub.asked == []


@pytest.mark.parametrize("name", ["rosé", "", "x", "../../etc/passwd", "\0"])
def test_a_name_that_nobody_knows_is_said(fanlight: Run, rose: Path, name: str) -> None:
    ran = fanlight("models", "get", name, "--yes")
    assert ran.status == 4
    assert "fanlight models catalog" in ran.err


@pytest.mark.parametrize("limit", ["-1", "nan", "fast", "1e99"])
def test_a_limit_is_a_number(fanlight: Run, limit: str) -> None:
    assert fanlight("models", "get", "rose", f"--limit={limit}").status == 2


def test_the_catalog_is_a_table_and_json(fanlight: Run, rose: Path) -> None:
    table = fanlight("models", "catalog").out
    assert table.startswith("ID")
    assert table.count(" * ") == 1
    assert "qwen3-vl-4b" in table
    assert "3.3 GB" in table
    entries = json.loads(fanlight("models", "catalog", "--json").out)
    assert entries[-1]["id"] == "rose-3b"
    assert entries[0]["files"][0]["sha256"]
    assert entries[0]["verified"] == "not run by us"


def test_a_wrong_entry_of_ones_own_is_said_and_the_rest_is_shown(fanlight: Run, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / FILE).write_text('[[model]]\nid = "BAD ID"\n')
    ran = fanlight("models", "catalog")
    assert ran.status == 0
    assert "BAD ID" in ran.err
    assert "qwen3-vl-4b" in ran.out


def test_a_known_model_that_is_not_here_is_the_one_command_away(fanlight: Run) -> None:
    ran = fanlight("ask", "--model", "gemma4", "Hello?")
    assert ran.status == 4
    assert "fanlight models get gemma-4-e2b" in ran.err


def test_a_repository_of_the_hub_that_is_in_no_catalog(
    fanlight: Run, hub: HubServer, home: Path, tmp_path: Path
) -> None:
    offer_rose(hub, home, tmp_path)
    (home / FILE).unlink()
    for address in (REPOSITORY, f"https://huggingface.co/{REPOSITORY}/blob/main/rose.gguf"):
        ran = fanlight("models", "get", address, "--yes")
        assert ran.status == 0, ran.err
        assert "rose is ready." in ran.out
    assert what_it_can(fanlight, "rose") == "text, pictures"
    ran = fanlight("models", "get", f"{REPOSITORY}/resolve/main/other.gguf", "--yes")
    assert ran.status == 4
    assert "other.gguf" in ran.err


def put_two(hub: HubServer, tmp_path: Path, repository: str = REPOSITORY) -> None:
    """A model in two quantizations, with different contents in each repository."""
    for name in ("tulip-Q4_K_M.gguf", "tulip-Q8_0.gguf"):
        draft = text_model().set("general.description", f"{repository} {name}").write(tmp_path / "draft.gguf")
        hub.put(repository, COMMIT, name, draft.read_bytes())


def test_the_quantization_that_is_named_is_the_one_that_is_fetched(
    fanlight: Run, hub: HubServer, home: Path, tmp_path: Path
) -> None:
    put_two(hub, tmp_path)
    ran = fanlight("models", "get", f"ollama run hf.co/{REPOSITORY}:Q8_0", "--yes")
    assert ran.status == 0, ran.err
    assert "tulip-q8_0 is ready." in ran.out
    ran = fanlight("models", "get", f"{REPOSITORY}:Q2_K", "--yes")
    assert ran.status == 4
    assert "There is no Q2_K in" in ran.err
    assert "tulip-Q4_K_M.gguf, tulip-Q8_0.gguf" in ran.err


def test_what_is_fetched_from_the_hub_is_found_by_its_address(
    fanlight: Run, hub: HubServer, home: Path, tmp_path: Path
) -> None:
    put_two(hub, tmp_path)
    address = f"https://huggingface.co/{REPOSITORY}/blob/main/tulip-Q8_0.gguf"
    ran = fanlight("ask", "--model", address, "Hello?")
    assert ran.status == 4
    assert f"fanlight models get {address}" in ran.err
    assert fanlight("models", "get", address, "--yes").status == 0
    catalog = Catalog(tmp_path, home)
    for asked in (address, REPOSITORY, f"hf.co/{REPOSITORY}:Q8_0", f"https://hf.co/{REPOSITORY}"):
        assert catalog.find(asked, everywhere=False).name == "tulip-q8_0"
    for asked in (f"{REPOSITORY}:Q4_K_M", "other/Tulip-GGUF"):
        with pytest.raises(ModelMissing, match="is not on this computer yet"):
            catalog.find(asked, everywhere=False)


def test_a_file_of_the_same_name_from_elsewhere_takes_no_others_place(
    fanlight: Run, hub: HubServer, home: Path, tmp_path: Path
) -> None:
    put_two(hub, tmp_path)
    put_two(hub, tmp_path, "else/Where-GGUF")
    for repository in (REPOSITORY, "else/Where-GGUF"):
        assert fanlight("models", "get", repository, "--yes").status == 0
    files = [spec.files.model for spec in Catalog(tmp_path, home).models()]
    assert [file.name for file in files] == ["tulip-Q4_K_M.gguf"] * 2
    assert files[0].read_bytes() != files[1].read_bytes()


def test_how_to_go_on_with_a_model_of_the_hub_is_a_command_that_does(
    fanlight: Run, hub: HubServer, home: Path, tmp_path: Path
) -> None:
    put_two(hub, tmp_path)
    ran = fanlight("models", "get", REPOSITORY)
    assert f"fanlight models get {REPOSITORY} --yes" in ran.err


def test_a_repository_of_the_maker_without_gguf_files_leads_to_who_has_converted_it(
    fanlight: Run, hub: HubServer, home: Path
) -> None:
    hub.put("Qwen/Qwen3.5-4B", COMMIT, "model.safetensors", b"x")
    ran = fanlight("models", "get", "https://huggingface.co/Qwen/Qwen3.5-4B", "--yes")
    assert ran.status == 4
    assert "fanlight models get qwen3.5-4b" in ran.err


def test_a_voice_is_put_where_piper_looks_for_it(
    fanlight: Run, hub: HubServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    entry = '[[model]]\nid = "voice-rose"\nname = "Rose"\nkind = "voice"\nlicence = "CC0"\n'
    for name in ("rose.onnx", "rose.onnx.json"):
        path, content = f"en/rose/{name}", name.encode()
        hub.put(REPOSITORY, COMMIT, path, content)
        entry += f'[[model.file]]\nrole = "other"\nrepository = "{REPOSITORY}"\ncommit = "{COMMIT}"\nname = "{name}"\n'
        entry += f'path = "{path}"\nbytes = {len(content)}\nsha256 = "{sha256_of(content)}"\n'
    home.mkdir(exist_ok=True)
    (home / FILE).write_text(entry, "utf-8")
    ran = fanlight("models", "get", "voice-rose", "--yes")
    assert ran.status == 0, ran.err
    assert "pipx install piper-tts" in ran.out
    assert "rose" in [voice.stem for voice in _models()]


def test_an_embedder_is_fetched_for_the_settings_and_is_not_asked(fanlight: Run, hub: HubServer, home: Path) -> None:
    entry = '[[model]]\nid = "eye"\nname = "Eye"\nkind = "embedder"\nlicence = "Apache-2.0"\n'
    for name in ("eye.gguf", "mmproj-eye.gguf"):
        hub.put(REPOSITORY, COMMIT, name, name.encode())
        entry += f'[[model.file]]\nrole = "other"\nrepository = "{REPOSITORY}"\ncommit = "{COMMIT}"\nname = "{name}"\n'
        entry += f'bytes = {len(name)}\nsha256 = "{sha256_of(name.encode())}"\n'
    home.mkdir(exist_ok=True)
    (home / FILE).write_text(entry, "utf-8")
    ran = fanlight("models", "get", "eye", "--yes")
    assert ran.status == 0, ran.err
    file = next(home.rglob("eye.gguf"))
    assert f"under “Pictures”: {file}" in ran.out
    assert file.with_name("mmproj-eye.gguf").is_file()
    assert "eye" not in fanlight("models", "list").out.lower()
