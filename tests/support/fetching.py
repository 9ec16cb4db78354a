"""What tests of downloads share: contents, orders, and a download in this process or in one of its own."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fanlight.catalog.catalog_file import FILE
from fanlight.domain.download_lines import event_of
from fanlight.domain.downloads import (
    DownloadEnd,
    DownloadEvent,
    DownloadFile,
    DownloadRequest,
    FetchOrder,
    FetchPatience,
    FileRole,
    PartHashes,
)
from fanlight.fetch.pacing import Pacer
from fanlight.fetch.reporting import Reporter
from fanlight.fetch.run import fetch_all
from fanlight.fetch.tokens import Tokens
from fanlight.fetch.web import Web
from support.gguf_drafts import projector, text_model
from support.hub_server import HubServer
from support.practice import PRACTICE

PATIENCE = FetchPatience(
    connect_seconds=20.0, stall_seconds=60.0, least_bytes_per_second=512.0, first_wait_seconds=0.001,
    longest_wait_seconds=0.01, longest_retry_after_seconds=60.0, tries=6, offline_tries=20,
)  # fmt: skip
HASTY = replace(PATIENCE, stall_seconds=0.5)
"""For connections that stall; a busy computer may stall others, too, which are then tried again."""
REPOSITORY, COMMIT = "someone/A-Model-GGUF", "0123456789abcdef0123456789abcdef01234567"
NAME = "a-model-Q4_K_M.gguf"


def content_of(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wanted(
    content: bytes, *sources: str, name: str = NAME, role: FileRole = FileRole.MODEL, parts: int = 0
) -> DownloadFile:
    """`parts`: the bytes of each part whose hash is known."""
    hashes = None
    if parts:
        sums = (sha256_of(content[at : at + parts]) for at in range(0, len(content), parts))
        hashes = PartHashes(parts, tuple(sums))
    return DownloadFile(role, name, sources, sha256_of(content), len(content), hashes)


def order_of(folder: Path, *files: DownloadFile, limit: int = 0, patience: FetchPatience = PATIENCE) -> FetchOrder:
    request = DownloadRequest("a-model", "A model", files, folder)
    return FetchOrder(request, limit, "en", folder.parent / "downloads.log", patience)


@dataclass(frozen=True)
class Fetched:
    end: DownloadEnd
    events: list[DownloadEvent]

    def of(self, kind: type[DownloadEvent]) -> list[DownloadEvent]:
        return [event for event in self.events if isinstance(event, kind)]


def fetch_here(
    order: FetchOrder, hub: HubServer | None = None, pause: Callable[[float], object] = lambda _seconds: None
) -> Fetched:
    """In this process: the test is marked with `loopback`. `hub` gets tokens."""
    out = io.BytesIO()
    reporter = Reporter([file.size_bytes for file in order.request.files], out)
    web = Web(order.patience, Tokens(hub.address if hub else None).token_for)
    try:
        end = fetch_all(order, web, Pacer(order.bytes_per_second), reporter, pause)
    finally:
        web.close()
    events = [event for line in out.getvalue().splitlines() if (event := event_of(line)) is not None]
    return Fetched(end, events)


def offer_rose(hub: HubServer, home: Path, drafts: Path) -> Path:
    """Puts the pair "rose-3b" into the hub and into the user's own catalog; the folder that it will be in. Its files
    are written to the folder `drafts` first."""
    home.mkdir(exist_ok=True)
    entry = '[[model]]\nid = "rose-3b"\nname = "Rose 3B"\naliases = ["rose"]\nlicence = "MIT"\ngood_at = "Roses."\n'
    for role, name, draft in (("model", "rose.gguf", text_model()), ("projector", "mmproj.gguf", projector())):
        entry += _offered(hub, role, name, draft.write(drafts / name).read_bytes())
    (home / FILE).write_text(entry, "utf-8")
    return home / "models" / "rose-3b"


def offer_practice(hub: HubServer, home: Path) -> Path:
    """Puts the practice pair as "sample-eyes" into the hub and into the user's own catalog; the folder that it will be
    in."""
    home.mkdir(exist_ok=True)
    entry = (
        '[[model]]\nid = "sample-eyes"\nname = "Sample Eyes"\nlicence = "MIT"\ngood_at = "Shapes."\ntier_gb = 1\n'
        'inputs = ["pictures"]\nrecommended = true\n'
    )
    practice = PRACTICE.files
    for role, file in (("model", practice.model), ("projector", practice.projector)):
        assert file is not None
        entry += _offered(hub, role, f"eyes-{role}.gguf", file.read_bytes())
    (home / FILE).write_text(entry, "utf-8")
    return home / "models" / "sample-eyes"


def _offered(hub: HubServer, role: str, name: str, content: bytes) -> str:
    """A file's lines in the catalog."""
    hub.put(REPOSITORY, COMMIT, name, content)
    return (
        f'[[model.file]]\nrole = "{role}"\nrepository = "{REPOSITORY}"\ncommit = "{COMMIT}"\nname = "{name}"\n'
        f'bytes = {len(content)}\nsha256 = "{sha256_of(content)}"\n'
    )
