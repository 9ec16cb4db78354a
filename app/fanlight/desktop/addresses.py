"""The addresses in a drag or on the clipboard, read from their bytes: QUrl loses names that are no UTF-8."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QSysInfo, QUrl

URI_LIST, MOZILLA_URL = "text/uri-list", "text/x-moz-url"
_COPIED_FILES = ("x-special/gnome-copied-files", "x-special/mate-copied-files", "application/x-kde4-urilist")
"""What file managers offer, some of them without a list of addresses."""
_NAUTILUS = b"x-special/nautilus-clipboard"
"""The first line of the plain text that Nautilus 3.30 to 40 offers for copied files."""
_LINE = re.compile(rb"[\r\n]+")
_ADDRESS = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")

STORAGE = frozenset(
    [
        "admin",
        "afc",
        "afp",
        "archive",
        "baloosearch",
        "bluetooth",
        "burn",
        "camera",
        "computer",
        "dav",
        "davs",
        "desktop",
        "file",
        "fish",
        "ftp",
        "ftps",
        "gdrive",
        "google-drive",
        "gphoto2",
        "imap",
        "kdeconnect",
        "mailbox",
        "mtp",
        "network",
        "nfs",
        "obexftp",
        "onedrive",
        "recent",
        "recentlyused",
        "search",
        "sftp",
        "smb",
        "smb1",
        "ssh",
        "tags",
        "tar",
        "timeline",
        "trash",
        "webdav",
        "webdavs",
        "zip",
    ]
)
"""Schemes of files on other computers, on devices, and in places that are no folders; others are links."""

Place = Path | str
"""A file of this computer, or another address."""


def addresses(mime: QMimeData) -> list[Place]:
    """In their order; none where there are none."""
    return [place for line in _lines(mime) if (place := place_of(line)) is not None]


def is_storage(address: str) -> bool:
    """Whether it is a file somewhere else, and no link."""
    return address.partition(":")[0].lower() in STORAGE


def host_of(address: str) -> str:
    """Empty where the address names none. `blob:` and `view-source:` stand before another address."""
    inner = re.sub(r"^(?:blob|filesystem|view-source):", "", address.strip(), flags=re.IGNORECASE)
    return QUrl(inner).host()


def shown_address(address: str) -> str:
    """Without a password, and short enough for a sentence."""
    bare = re.sub(r"//[^/?#]*@", "//", address)
    text = QUrl(bare).toString() or bare
    return text if len(text) <= 80 else f"{text[:40]}…{text[-39:]}"


def _lines(mime: QMimeData) -> Iterator[bytes]:
    for kind in (URI_LIST, MOZILLA_URL, *_COPIED_FILES):
        data = bytes(mime.data(kind).data()) if mime.hasFormat(kind) else b""
        if found := _mozilla(data) if kind == MOZILLA_URL or b"\0" in data else _listed(data):
            yield from found
            return
    if mime.hasText() and (text := mime.text().encode("utf-8", "surrogatepass")).startswith(_NAUTILUS):
        yield from _listed(text)


def _listed(data: bytes) -> list[bytes]:
    """RFC 2483: one a line, comments begin with "#". The lists of file managers begin with what to do (copy, cut)."""
    lines = (line.strip() for line in _LINE.split(data))
    return [line for line in lines if line.startswith(b"/") or _ADDRESS.match(line)]


def _mozilla(data: bytes) -> list[bytes]:
    """UTF-16: an address and its title, in turn."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le", "replace")
    return [line.strip().encode() for line in text.replace("\0", "").split("\n")[::2] if line.strip()]


def place_of(line: bytes) -> Place | None:
    """`file://host/...` is a share of another computer: opening it would be a connection."""
    if line.startswith(b"/"):
        return Path(os.fsdecode(line))
    if line[:5].lower() != b"file:":
        return line.decode("utf-8", "replace")
    rest = line[5:]
    if rest.startswith(b"//"):
        host, slash, path = rest[2:].partition(b"/")
        if host.decode("utf-8", "replace").lower() not in ("", "localhost", QSysInfo.machineHostName().lower()):
            return line.decode("utf-8", "replace")
        rest = slash + path
    if os.name == "nt":
        return Path(QUrl(f"file://{rest.decode('utf-8', 'replace')}").toLocalFile())
    return Path(os.fsdecode(bytes(QByteArray.fromPercentEncoding(rest).data()))) if rest else None
