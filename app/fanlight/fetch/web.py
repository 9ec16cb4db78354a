"""Connections: one request, its redirects, its answer. urllib3 carries the bytes; nothing is decided here but what may
be sent to whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import exceptions
from urllib3.util import Timeout, make_headers

from fanlight import __version__
from fanlight.domain.downloads import FailureReason, FetchPatience, host_of
from fanlight.domain.file_names import SHA256
from fanlight.domain.installation import how_to_add_packages, package_name
from fanlight.fetch import web_errors
from fanlight.fetch.certificates import tls_context
from fanlight.fetch.pacing import BLOCK_BYTES
from fanlight.fetch.trouble import Trouble
from fanlight.i18n import _

MOST_REDIRECTS = 10
_SIGN_IN = (401, 403, 429)
_REDIRECTS = (301, 302, 303, 307, 308)
_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")

TokenOf = Callable[[str], str]
"""The token that may be sent to an address; "" for none. Asked for each address, redirects included."""


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """`host` gave it, after redirects; `is_origin`: without any. `start`: the byte that it begins with; `total`: of the
    whole file; `sha256`: as the hub says; each None, or "", where it is not said."""

    status: int
    host: str
    is_origin: bool
    headers: Mapping[str, str]
    start: int | None
    total: int | None
    sha256: str
    response: urllib3.BaseHTTPResponse

    def blocks(self, most_bytes: Callable[[], int] = lambda: BLOCK_BYTES) -> Generator[bytes, None, None]:
        """The content as it arrives. Raises Trouble where it ends too early."""
        try:
            while block := self.response.read1(most_bytes(), decode_content=False):
                yield block
        except (exceptions.HTTPError, OSError, ValueError) as error:
            raise web_errors.of_error(error, self.host) from error

    def close(self) -> None:
        with suppress(Exception):  # it is given up
            self.response.close()
            self.response.release_conn()


class Web:
    """One process's connections. Proxies are those of the environment, or of the system."""

    def __init__(self, patience: FetchPatience, token_of: TokenOf) -> None:
        self._timeout = Timeout(connect=patience.connect_seconds, read=patience.stall_seconds)
        self._token_of = token_of
        self._signs_in = False
        self._pools: dict[str, urllib3.PoolManager] = {}

    def get(self, source: str, start: int) -> WebAnswer:
        """The file at `source` from the byte `start` on. Raises Trouble; a status that is no success is an answer,
        too. A token says who asks, so it is sent only after the hub has refused to answer without."""
        answer = self._get(source, start)
        if answer.status in _SIGN_IN and answer.is_origin and not self._signs_in and self._token_of(source):
            self._signs_in = True
            answer.close()
            answer = self._get(source, start)
        return answer

    def _get(self, source: str, start: int) -> WebAnswer:
        address, size, sha256 = source, None, ""
        for _unused in range(MOST_REDIRECTS + 1):
            response = self._ask(address, start)
            headers = {name.lower(): value for name, value in response.headers.items()}
            size = size if size is not None else _number(headers.get("x-linked-size"))
            sha256 = sha256 or _sha256_in(headers.get("x-linked-etag", ""))
            if response.status not in _REDIRECTS or "location" not in headers:
                return _answer(response, headers, address, source, size, sha256)
            response.close()
            address = _followed(address, headers["location"])
        raise web_errors.unusable(host_of(address), _("{host} leads in a circle.").format(host=host_of(address)))

    def close(self) -> None:
        for pool in self._pools.values():
            pool.clear()

    def _ask(self, address: str, start: int) -> urllib3.BaseHTTPResponse:
        host = host_of(address)
        headers = {"User-Agent": f"fanlight/{__version__}", "Accept-Encoding": "identity", "Accept": "*/*"}
        if start:
            headers["Range"] = f"bytes={start}-"
        if self._signs_in and (token := self._token_of(address)):
            headers["Authorization"] = f"Bearer {token}"
        try:
            return self._pool(address).request(
                "GET", address, headers=headers, timeout=self._timeout,
                redirect=False, retries=False, preload_content=False, decode_content=False,
            )  # fmt: skip
        except (exceptions.HTTPError, OSError, ValueError) as error:
            raise web_errors.of_error(error, host) from error

    def _pool(self, address: str) -> urllib3.PoolManager:
        proxy = proxy_for(address)
        if proxy not in self._pools:
            self._pools[proxy] = _made_pool(proxy)
        return self._pools[proxy]


def proxy_for(address: str) -> str:
    """The proxy for this address; "" for none."""
    parts = urlsplit(address)
    if proxy_bypass(parts.netloc) or proxy_bypass(parts.hostname or ""):
        return ""
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


def _made_pool(proxy: str) -> urllib3.PoolManager:
    """Raises Trouble for a proxy that cannot be used."""
    if not proxy:
        return urllib3.PoolManager(ssl_context=tls_context())
    parts = urlsplit(proxy)
    if parts.scheme.startswith("socks"):
        try:
            from urllib3.contrib.socks import SOCKSProxyManager
        except ImportError:
            raise Trouble(
                FailureReason.PROXY,
                _("The proxy is a SOCKS proxy, and PySocks is not installed."),
                _("Set a proxy for HTTP instead.") if package_name() else how_to_add_packages("PySocks"),
                is_final=True,
            ) from None
        return SOCKSProxyManager(proxy, ssl_context=tls_context())
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    context = tls_context()
    try:
        return urllib3.ProxyManager(
            bare, proxy_headers=make_headers(proxy_basic_auth=credentials), ssl_context=context,
            proxy_ssl_context=context,
        )  # fmt: skip
    except (exceptions.HTTPError, ValueError):
        raise web_errors.proxy_trouble(_("The address of the proxy cannot be used.")) from None


def _answer(
    response: urllib3.BaseHTTPResponse, headers: Mapping[str, str], address: str, source: str, size: int | None,
    sha256: str,
) -> WebAnswer:  # fmt: skip
    found = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    if response.status in (206, 416):
        start = int(found[1]) if found and found[1] else None
        total = _number(found[3]) if found else None
    else:
        start, total = 0, _number(headers.get("content-length"))
    total = size if total is None else total
    host = host_of(address)
    is_origin = _origin(address) == _origin(source)
    return WebAnswer(response.status, host, is_origin, headers, start, total, sha256, response)


def _followed(address: str, location: str) -> str:
    """Raises Trouble for a place that a file is not fetched from."""
    host = host_of(address)
    try:
        target = urljoin(address, location)
        parts = urlsplit(target)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise web_errors.unusable(host, _("{host} leads to a place that is no web address.").format(host=host))
    if parts.scheme == "http" and urlsplit(address).scheme == "https":
        raise web_errors.unusable(host, _("{host} leads to an address that is not encrypted.").format(host=host))
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 20 else None


def _sha256_in(etag: str) -> str:
    """The hub's etag of a large file is its sha256."""
    bare = etag.strip().removeprefix("W/").strip('"').lower()
    return bare if SHA256.fullmatch(bare) else ""
