"""What is sent to whom: tokens, proxies, redirects; and how long servers ask to wait."""

from __future__ import annotations

import ssl
import sys
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fanlight.domain.downloads import DownloadDone, DownloadFailed, FailureReason
from fanlight.fetch import web
from fanlight.fetch.tokens import Tokens
from fanlight.fetch.trouble import Trouble
from fanlight.fetch.web_errors import wait_of
from support.fetching import COMMIT, NAME, REPOSITORY, content_of, fetch_here, order_of, wanted
from support.hub_server import Fault, HubServer

CONTENT = content_of(10_000)
CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "self-signed.pem"
TOKEN = "hf_" + "x" * 34


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))


def asked_with_token(server: HubServer) -> list[bool]:
    return ["authorization" in asked.headers for asked in server.hub.asked]


@pytest.mark.loopback
def test_a_token_goes_to_the_hub_that_asked_for_it_and_to_nobody_else(
    hub: HubServer, mirror: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    source = hub.put(REPOSITORY, COMMIT, NAME, CONTENT)
    hub.gated[source.removeprefix(hub.address)] = TOKEN
    second = mirror.put(REPOSITORY, COMMIT, NAME, CONTENT)
    mirror.cdn.plan.extend([Fault("cut", at=100), Fault("status", status=404), Fault("status", status=401)])
    mirror.hub.plan.extend([None, Fault("status", status=401), Fault("status", status=401)])
    order = order_of(tmp_path / "a", wanted(CONTENT, second, source))
    assert isinstance(fetch_here(order, hub).end, DownloadDone)
    assert asked_with_token(hub) == [False, True]
    assert not any(asked_with_token(mirror))
    for asked in (*hub.cdn.asked, *mirror.cdn.asked):
        assert "authorization" not in asked.headers
    assert order.log is None or not order.log.exists() or TOKEN not in order.log.read_text("utf-8")


@pytest.mark.loopback
def test_a_public_file_is_fetched_without_a_name(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    source = hub.put(REPOSITORY, COMMIT, NAME, CONTENT)
    assert isinstance(fetch_here(order_of(tmp_path / "a", wanted(CONTENT, source)), hub).end, DownloadDone)
    assert asked_with_token(hub) == [False]


@pytest.mark.loopback
def test_a_token_without_the_right_to_a_file_is_said(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    source = hub.put(REPOSITORY, COMMIT, NAME, CONTENT)
    hub.gated[source.removeprefix(hub.address)] = "another"
    end = fetch_here(order_of(tmp_path / "a", wanted(CONTENT, source)), hub).end
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.SIGN_IN
    assert f"{hub.address}/{REPOSITORY}" in end.hint
    assert TOKEN not in end.message + end.hint


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("https://huggingface.co/a/b/resolve/c/d", True),
        ("http://huggingface.co/a/b/resolve/c/d", False),
        ("https://cdn.huggingface.co/a", False),
        ("https://huggingface.co.evil.example/a", False),
        ("https://huggingface.co:8443/a", False),
        ("https://modelscope.cn/a", False),
    ],
)
def test_a_token_belongs_to_one_host(address: str, given: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert Tokens().token_for(address) == (TOKEN if given else "")


def test_a_token_is_read_from_the_file_of_the_hubs_own_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "token").write_text(f"{TOKEN}\n")
    assert Tokens().token_for("https://huggingface.co/x") == TOKEN


@pytest.mark.parametrize("token", ["two words", "grüße", "x" * 600, "a\nHost: evil"])
def test_a_token_that_no_header_can_hold_is_none(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    monkeypatch.setenv("HF_TOKEN", token)
    assert Tokens().token_for("https://huggingface.co/x") == ""


@pytest.mark.parametrize(
    ("location", "followed"),
    [
        ("/other/place", "https://host.example/other/place"),
        ("/api/resolve-cache/x?etag=%22a%22", "https://host.example/api/resolve-cache/x?etag=%22a%22"),
        ("https://huggingface.co/a/b", "https://huggingface.co/a/b"),
        ("https://cdn.example/x?sig=1#part", "https://cdn.example/x?sig=1"),
        ("https://name:secret@cdn.example/x", "https://cdn.example/x"),
        ("http://cdn.example/x", None),
        ("file:///etc/passwd", None),
        ("ftp://host.example/x", None),
        ("https://[half", None),
    ],
)
def test_a_redirect_leads_to_an_encrypted_web_address_or_nowhere(location: str, followed: str | None) -> None:
    if followed is None:
        with pytest.raises(Trouble):
            web._followed("https://host.example/start", location)
    else:
        assert web._followed("https://host.example/start", location) == followed


@pytest.mark.loopback
def test_what_is_fetched_goes_through_the_proxy(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stands in for a proxy: it gets the whole address."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://me:pass@{hub.hub.name}")
    order = order_of(tmp_path / "a", wanted(CONTENT, "http://models.example/a/file.gguf"))
    end = fetch_here(order).end
    assert isinstance(end, DownloadFailed)
    (asked,) = hub.hub.asked
    assert asked.path == "http://models.example/a/file.gguf"
    assert asked.headers["proxy-authorization"] == "Basic bWU6cGFzcw=="
    assert "pass" not in end.message


@pytest.mark.loopback
def test_a_proxy_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    end = fetch_here(order_of(tmp_path / "a", wanted(CONTENT, "https://models.example/a.gguf"))).end
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.PROXY


def test_hosts_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert web.proxy_for("https://inside.example/x") == ""
    assert web.proxy_for("https://outside.example/x") == "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({}, None),
        ({"ratelimit": '"resolvers";r=0;t=34'}, 34.0),
        ({"retry-after": formatdate(time.time() - 100)}, 0.0),
    ],
)
def test_how_long_a_server_asks_to_wait(said: dict[str, str], seconds: float | None) -> None:
    assert wait_of(said) == seconds


def test_a_date_to_wait_for() -> None:
    wait = wait_of({"retry-after": formatdate(time.time() + 100)})
    assert wait is not None
    assert 90 < wait <= 100


@pytest.fixture
def unknown_certificate() -> Iterator[str]:
    """The address of a server that shows a certificate of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.loopback
def test_a_certificate_that_nobody_knows_is_said(tmp_path: Path, unknown_certificate: str) -> None:
    end = fetch_here(order_of(tmp_path / "a", wanted(CONTENT, f"{unknown_certificate}/a.gguf"))).end
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.CERTIFICATE
    assert "SSL_CERT_FILE" in end.hint


@pytest.mark.loopback
@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_certificate_that_the_user_names_is_accepted(
    tmp_path: Path, unknown_certificate: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(CERTIFICATE))
    end = fetch_here(order_of(tmp_path / "a", wanted(CONTENT, f"{unknown_certificate}/a.gguf"))).end
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.SERVER  # it has no answer; the certificate was no trouble


@pytest.mark.loopback
def test_a_server_that_speaks_no_tls_is_no_connection(tmp_path: Path, hub: HubServer) -> None:
    source = hub.put(REPOSITORY, COMMIT, NAME, CONTENT).replace("http:", "https:")
    end = fetch_here(order_of(tmp_path / "a", wanted(CONTENT, source))).end
    assert isinstance(end, DownloadFailed)
    assert end.reason is FailureReason.NO_CONNECTION


class _Keyring:
    """Stands in for the package."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def get_password(self, service: str, name: str) -> str | None:
        assert (service, name) == ("fanlight", "huggingface.co")
        if self._token is None:
            raise RuntimeError("the keyring is locked")
        return self._token


def test_a_token_is_read_from_the_systems_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", _Keyring(TOKEN))
    assert Tokens().token_for("https://huggingface.co/x") == TOKEN
    monkeypatch.setitem(sys.modules, "keyring", _Keyring(None))
    assert Tokens().token_for("https://huggingface.co/x") == ""
