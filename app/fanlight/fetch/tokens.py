"""The token that shows the hub who asks, for files whose terms must be accepted first. It is sent to the hub's own host
over an encrypted connection, and written nowhere."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from fanlight.domain.downloads import HUB, is_token

SERVICE = "fanlight"
"""In the system's keyring; the name beside it is the hub's host."""
_MOST_READ = 501
"""Characters of a file: one more than a token has."""
_LEAST_PRIORITY = 1
"""Of the package `keyring`: backends below it keep nothing, or keep it unencrypted."""


class Tokens:
    """Looked up once, when it is first needed: HF_TOKEN, the system's keyring, the file of the hub's own programs."""

    def __init__(self, endpoint: str | None = None, given: str = "") -> None:
        """`given`: entered by the user for this run; it goes before all others."""
        self._hub = urlsplit((endpoint or os.environ.get("HF_ENDPOINT", "").strip() or HUB).rstrip("/"))
        self._token: str | None = given if is_token(given) else None

    def token_for(self, address: str) -> str:
        """ "" for an address that is not the hub's, or that others on the way could read."""
        parts = urlsplit(address)
        if (parts.scheme, parts.netloc) != (self._hub.scheme, self._hub.netloc):
            return ""
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            return ""
        if self._token is None:
            self._token = _found(self._hub.netloc)
        return self._token


def _found(host: str) -> str:
    for look in (_in_environment, lambda: in_keyring(host), _in_file):
        token = look().strip()
        if is_token(token):
            return token
    return ""


def keep_in_keyring(endpoint: str, token: str) -> bool:
    """Whether the system has a keyring that keeps it. One that writes it into a plain file does not count."""
    try:
        import keyring

        if keyring.get_keyring().priority < _LEAST_PRIORITY:
            return False
        host = urlsplit(endpoint).netloc
        keyring.set_password(SERVICE, host, token)
        return bool(keyring.get_password(SERVICE, host) == token)
    except Exception:  # the package is missing, or the keyring is locked; whatever it raises
        return False


def _in_environment() -> str:
    return os.environ.get("HF_TOKEN", "") or os.environ.get("HUGGING_FACE_HUB_TOKEN", "")


def in_keyring(host: str) -> str:
    """What `keep_in_keyring` has put there, "" for nothing: where the package `keyring` is installed
    and the system has one that is open."""
    try:
        import keyring
    except Exception:  # a package of the user's own; whatever its import raises
        return ""
    with suppress(Exception):
        return keyring.get_password(SERVICE, host) or ""
    return ""


def _in_file() -> str:
    named = os.environ.get("HF_TOKEN_PATH", "")
    hub_home = os.environ.get("HF_HOME", "") or Path.home() / ".cache" / "huggingface"
    with suppress(OSError, ValueError):
        return (Path(named) if named else Path(hub_home) / "token").read_text("utf-8")[:_MOST_READ]
    return ""
