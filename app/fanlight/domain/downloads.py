"""Downloads: what is asked for, and what is reported of it.

Values that Fanlight and the process that fetches (`fanlight.fetch`) exchange as lines of JSON (`download_lines.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from fanlight.domain.errors import DownloadError
from fanlight.domain.file_names import SHA256, WINDOWS_DEVICE

HUB = "https://huggingface.co"
_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(/\S*)?")
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
_LONGEST_NAME = 180
"""Bytes, so that the names of the part and its state fit into the 255 that file systems allow."""
_LONGEST_TOKEN = 500
PART, STATE, STATE_DRAFT = ".part", ".part.json", ".part.json.new"
"""Beside a file while it is not whole: what is here of it, what is known of that, and this while it is written."""


class FileRole(StrEnum):
    MODEL = "model"
    PROJECTOR = "projector"
    HEAD = "head"
    """Guesses tokens ahead for its model (multi-token prediction)."""
    OTHER = "other"
    """A file of a speech model or a voice."""


@dataclass(frozen=True, slots=True)
class PartHashes:
    """sha256 of each `part_bytes` of a file, the last part being shorter: a wrong one is found where it is."""

    part_bytes: int
    sha256: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.part_bytes <= 0 or not all(map(SHA256.fullmatch, self.sha256)):
            raise ValueError("hashes of parts are sha256, of parts of at least a byte")


@dataclass(frozen=True, slots=True)
class DownloadFile:
    """`name` on this computer. `sources`: complete addresses, best first, all of the same file; the first may be given
    the token of its host, no other is. `sha256` "" and `size_bytes` None: as the first source says."""

    role: FileRole
    name: str
    sources: tuple[str, ...]
    sha256: str = ""
    size_bytes: int | None = None
    parts: PartHashes | None = None

    def __post_init__(self) -> None:
        if not is_file_name(self.name):
            raise ValueError(f"not a file name: {self.name!r}")
        if not self.sources or not all(map(is_address, self.sources)):
            raise ValueError("a download needs http(s) addresses")
        if self.sha256 and not SHA256.fullmatch(self.sha256):
            raise ValueError("a sha256 is 64 lower-case hexadecimal digits")
        if self.size_bytes is not None and self.size_bytes < 0:
            raise ValueError("a size is not negative")


@dataclass(frozen=True, slots=True)
class DownloadRequest:
    """Files that belong together, into `folder`, which is made where it is missing. `id` names the download: there is
    one of each. `name` is what the model is called, here and in the list of models."""

    id: str
    name: str
    files: tuple[DownloadFile, ...]
    folder: Path

    def __post_init__(self) -> None:
        names = [file.name.casefold() for file in self.files]
        if not self.id or not names or len(set(names)) < len(names):
            raise ValueError("a download has an id and files with different names")

    @property
    def size_bytes(self) -> int | None:
        """Of all files; None where that of one is not known."""
        return total_size(file.size_bytes for file in self.files)

    @property
    def hosts(self) -> tuple[str, ...]:
        """What may be connected to, in that order; further hosts only where these lead to them."""
        return tuple(dict.fromkeys(host_of(source) for file in self.files for source in file.sources))

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where the files are placed."""
        return tuple(self.folder / file.name for file in self.files)

    @staticmethod
    def leftovers_of(path: Path) -> tuple[Path, ...]:
        """What is beside `path` while it is not whole."""
        return tuple(path.with_name(path.name + ending) for ending in (PART, STATE, STATE_DRAFT))

    def path_of(self, role: FileRole) -> Path | None:
        """Where the first file of that role is placed."""
        return next((self.folder / file.name for file in self.files if file.role is role), None)


class FailureReason(StrEnum):
    """What a skin may want to tell apart; the sentence is in the event."""

    NO_CONNECTION = "no_connection"
    TOO_SLOW = "too_slow"
    CERTIFICATE = "certificate"
    PROXY = "proxy"
    SIGN_IN = "sign_in"
    """The files are for people who have accepted terms, and whose token says so."""
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER = "server"
    OTHER_FILE = "other_file"
    """What is offered under this address is another file than the one that was asked for."""
    WRONG_CONTENT = "wrong_content"
    """All sources sent bytes that are not the file's."""
    DISK_FULL = "disk_full"
    NOT_WRITABLE = "not_writable"
    BUSY = "busy"
    """Another Fanlight fetches the same file."""
    NOT_INSTALLED = "not_installed"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """A few times a second while bytes arrive. `done_bytes` of `total_bytes` (None: not known yet) over all files;
    `host` is what the connection leads to, after redirects; `file` is the one under way."""

    host: str
    file: str
    done_bytes: int
    total_bytes: int | None
    bytes_per_second: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class DownloadChecking:
    """What is here already is read again and compared; nothing is fetched meanwhile."""

    file: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class DownloadWaiting:
    """Nothing arrives for `seconds`; then `host` is tried again. `why` is a sentence."""

    host: str
    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class DownloadSwitched:
    """It goes on from `host`; what is here stays. `why` is a sentence about the source before."""

    host: str
    why: str


@dataclass(frozen=True, slots=True)
class DownloadPaused:
    """The process ends; what is here is kept, and is where it goes on."""

    done_bytes: int
    total_bytes: int | None


@dataclass(frozen=True, slots=True)
class DownloadDone:
    """All files are in place and have the right content."""

    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class DownloadFailed:
    """What is here is kept for the next try, unless its content was wrong."""

    reason: FailureReason
    message: str
    hint: str = ""

    @property
    def error(self) -> DownloadError:
        return DownloadError(self.message, self.hint or None)


DownloadEnd = DownloadPaused | DownloadDone | DownloadFailed
DownloadStep = DownloadProgress | DownloadChecking | DownloadWaiting | DownloadSwitched
"""What happens while it runs."""
DownloadEvent = DownloadStep | DownloadEnd


@dataclass(frozen=True, slots=True)
class FetchPatience:
    """Times of the process that fetches, in seconds."""

    connect_seconds: float = 20.0
    stall_seconds: float = 30.0
    """Without a byte, or slower than `least_bytes_per_second` all the while: the connection is given up."""
    least_bytes_per_second: float = 512.0
    first_wait_seconds: float = 1.0
    """Doubles with each try that brought nothing."""
    longest_wait_seconds: float = 60.0
    longest_retry_after_seconds: float = 900.0
    """A server that asks for a longer wait is given up."""
    tries: int = 12
    """In a row, without new bytes."""
    offline_tries: int = 1440
    """In a row, without a network that was there before: a day. A computer sleeps, a router starts again."""


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """All that the process is told at its start. `bytes_per_second` 0: as fast as it goes. `language` of its
    sentences. `log`: the file that names hosts and files; None: there is none. `token`: that the user has
    entered for the hub in this run."""

    request: DownloadRequest
    bytes_per_second: int = 0
    language: str = "en"
    log: Path | None = None
    patience: FetchPatience = FetchPatience()
    token: str = field(default="", repr=False)


def total_size(sizes: Iterable[int | None]) -> int | None:
    """None where one of them is not known."""
    total = 0
    for size in sizes:
        if size is None:
            return None
        total += size
    return total


def is_file_name(name: str) -> bool:
    """Whether it is a plain name that every system can store, and that stays in its folder."""
    return (
        bool(name.strip(" ."))
        and name[0] not in ".- "
        and name[-1] not in ". "
        and name.isprintable()
        and not set(name) & set('/\\:*?"<>|')
        and WINDOWS_DEVICE.fullmatch(name) is None
        and len(name.encode("utf-8", "replace")) <= _LONGEST_NAME
    )


def is_address(text: str) -> bool:
    """Whether it can be fetched: http or https, without a name and password in it."""
    return _ADDRESS.fullmatch(text) is not None and text.isprintable()


def is_token(text: str) -> bool:
    """Whether it can be sent as an access token."""
    return 0 < len(text) <= _LONGEST_TOKEN and text.isascii() and text.isprintable() and " " not in text


def host_of(address: str) -> str:
    """The host of an address, with its port where one is given: "huggingface.co", "127.0.0.1:8080"."""
    return re.split(r"[/?#]", address.partition("://")[2], maxsplit=1)[0].rpartition("@")[2].lower()


def hub_address(endpoint: str, repository: str, revision: str, name: str) -> str:
    """Of a file in a repository of the Hugging Face Hub, or of a mirror that is laid out in the same way."""
    return f"{endpoint.rstrip('/')}/{_quoted(repository)}/resolve/{_quoted(revision)}/{_quoted(name)}"


def address_in(folder: str, name: str) -> str:
    """Of the file `name` below the address of a folder."""
    return f"{folder.rstrip('/')}/{_quoted(name)}"


def _quoted(text: str) -> str:
    """Percent-encoded; `urllib` would bring the network in."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))
