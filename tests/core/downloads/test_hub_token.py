"""A token that the user enters: it is used from then on, and kept where the system keeps secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.downloads import order_process
from fanlight.core.downloads.download import DownloadState
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.downloads.hub_token import HubToken
from fanlight.core.downloads.server_keys import ServerKeys
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import DownloadRequest
from fanlight.domain.errors import InputError
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelAddress, ModelSpec, Sampling
from fanlight.fetch.served_engine import ServedEngine
from support.chat_server import ChatServer
from support.fetching import COMMIT, NAME, REPOSITORY, wanted
from support.hub_server import HubServer

TOKEN = "hf_" + "x" * 34
KEYRING = """
from pathlib import Path

FILE = Path(__file__).with_name("kept")


class Ring:
    priority = {priority}


def get_keyring():
    return Ring()


def set_password(service, name, token):
    FILE.write_text(f"{{service}} {{name}} {{token}}")


def get_password(service, name):
    return FILE.read_text().split()[-1] if FILE.exists() else None
"""


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package `keyring` for the processes that are started; what it keeps is in the file `kept`."""
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "keyring.py").write_text(KEYRING.format(priority=5))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    return folder


def entered(token: HubToken, text: str, qtbot: Any) -> bool:
    """Whether it is in the keyring."""
    with qtbot.waitSignal(token.kept) as kept:
        assert token.enter(text)
    assert kept.args is not None
    return bool(kept.args[0])


def test_it_is_kept_in_the_keyring_by_a_process_of_its_own(ring: Path, qtbot: Any) -> None:
    token = HubToken(lambda: "https://huggingface.co")
    assert token.read() == ""
    assert entered(token, f"  {TOKEN}\n", qtbot)
    assert (ring / "kept").read_text() == f"fanlight huggingface.co {TOKEN}"
    assert token.read() == TOKEN
    assert "keyring" not in sys.modules


@pytest.mark.parametrize("keyring", [None, "raise RuntimeError('locked')", KEYRING.format(priority=0.5)])
def test_without_a_keyring_it_lasts_for_this_run(ring: Path, qtbot: Any, keyring: str | None) -> None:
    """None is installed; it cannot be opened; it would write a plain file."""
    (ring / "keyring.py").write_text(keyring or "raise ImportError('keyring')")
    token = HubToken(lambda: "https://huggingface.co")
    assert not entered(token, TOKEN, qtbot)
    assert token.read() == TOKEN
    assert not (ring / "kept").exists()


def test_where_no_process_can_be_started_or_the_hub_is_not_known(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_process, "fetch_command", lambda: ["/no/such/program"])
    assert not entered(HubToken(lambda: "https://huggingface.co"), TOKEN, qtbot)

    def refuse() -> str:
        raise InputError("HF_ENDPOINT is no address.")

    assert not entered(HubToken(refuse), TOKEN, qtbot)


@pytest.mark.parametrize("text", ["", "  ", "two words", "grüße", "x" * 600, "a\nHost: evil"])
def test_what_is_no_token_is_not_taken(text: str) -> None:
    token = HubToken(lambda: "https://huggingface.co")
    assert not token.enter(text)
    assert token.read() == ""


def test_the_key_of_a_server_is_kept_and_found_as_a_token_is(ring: Path, qtbot: Any) -> None:
    server, entered_keys = ChatServer(), dict[str, str]()
    try:
        keys = ServerKeys(entered_keys)
        with pytest.raises(ValueError, match="token"):
            keys.enter(server.address, "two words")
        with qtbot.waitSignal(keys.kept) as kept:
            keys.enter(server.address, "sk-1")
        assert (kept.args, entered_keys) == ([True], {server.address: "sk-1"})
        assert (ring / "kept").read_text() == f"fanlight {server.host} sk-1"
        address = ModelAddress(server.address, "rose", has_key=True)
        list(ServedEngine(ModelSpec("Rose", address), address).generate([Message.of("user", "Hello!")], Sampling()))
        assert server.headers[0]["authorization"] == "Bearer sk-1"  # in the next run
        assert "keyring" not in sys.modules
    finally:
        server.stop()


@pytest.fixture
def worker() -> Iterator[FileWorker]:
    worker = FileWorker()
    yield worker
    worker.close()
    worker.join(5)
    worker.drain()


def test_a_download_that_was_refused_goes_on_with_it(
    ring: Path, qtbot: Any, worker: FileWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log and the list of downloads do not have it."""
    (ring / "keyring.py").write_text("raise ImportError('keyring')")
    hub = HubServer()
    try:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        source = hub.put(REPOSITORY, COMMIT, NAME, b"content")
        hub.gated[source.removeprefix(hub.address)] = TOKEN
        token = HubToken(lambda: hub.address)
        saved, log = tmp_path / "downloads.json", tmp_path / "downloads.log"
        downloads = Downloads(saved, log, lambda _request: None, lambda _request: None, worker, token=token.read)
        request = DownloadRequest("rose", "Rose", (wanted(b"content", source),), tmp_path / "rose")
        download = downloads.start(request)
        qtbot.waitUntil(lambda: not download.is_active)
        assert download.failed is not None
        assert download.failed.reason == "sign_in"
        entered(token, TOKEN, qtbot)
        downloads.resume(download)
        qtbot.waitUntil(lambda: not download.is_active)
        assert download.state is DownloadState.DONE
        assert request.paths[0].read_bytes() == b"content"
        assert not any(TOKEN in path.read_text("utf-8") for path in (saved, log))
    finally:
        hub.stop()
