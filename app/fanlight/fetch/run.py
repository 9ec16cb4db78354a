"""One download: its folder, its files one after the other, and how it ends."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import sleep

from fanlight.domain.amounts import size
from fanlight.domain.downloads import PART, DownloadDone, DownloadEnd, DownloadFile, FailureReason, FetchOrder
from fanlight.fetch.pacing import Pacer
from fanlight.fetch.part_file import READ_BYTES
from fanlight.fetch.reporting import Reporter, log
from fanlight.fetch.transfer import FileTransfer, open_part
from fanlight.fetch.trouble import HereTrouble, Trouble, disk_errors
from fanlight.fetch.web import Web
from fanlight.i18n import _

RESERVED_BYTES = 256 * 10**6
"""Left free on the disk: for conversations, and for other programs."""


def fetch_all(
    order: FetchOrder, web: Web, pacer: Pacer, reporter: Reporter, pause: Callable[[float], object] = sleep
) -> DownloadEnd:
    """Every way it can end, bugs aside."""
    request = order.request
    try:
        _make_folder(request.folder)
        missing = [(index, file) for index, file in enumerate(request.files) if not _is_placed(order, index, reporter)]
        _check_space(request.folder, [file for _index, file in missing])
        for index, file in missing:
            _fetch(order, index, file, web, pacer, reporter, pause)
    except Trouble as trouble:
        log.warning("%s: %s", request.id, trouble.message)
        return trouble.event
    log.info("%s: done", request.id)
    return DownloadDone(request.paths)


def _fetch(
    order: FetchOrder, index: int, file: DownloadFile, web: Web, pacer: Pacer, reporter: Reporter,
    pause: Callable[[float], object],
) -> None:  # fmt: skip
    part = open_part(file, order.request.folder, reporter)
    try:
        reporter.set_here(index, part.position)
        FileTransfer(file, index, part, web, pacer, reporter, order.patience, pause).fetch()
        with reporter.whole:
            part.place()
        log.info("%s: whole, %d bytes, sha256 %s", file.name, part.position, part.sha256)
    finally:
        part.close()


def _make_folder(folder: Path) -> None:
    with disk_errors(str(folder)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _is_placed(order: FetchOrder, index: int, reporter: Reporter) -> bool:
    """Whether that file is here already, whole and right."""
    file = order.request.files[index]
    path = order.request.folder / file.name
    try:
        here = path.stat().st_size
        if not file.sha256 or file.size_bytes not in (None, here):
            return False
        digest = hashlib.sha256()
        with path.open("rb") as opened:
            while data := opened.read(READ_BYTES):
                digest.update(data)
                reporter.on_checked(file.name, opened.tell(), here)
    except OSError:
        return False
    if digest.hexdigest() != file.sha256:
        log.warning("%s is here with another content, and is fetched again", file.name)
        return False
    for leftover in order.request.leftovers_of(path):
        with suppress(OSError):
            leftover.unlink(missing_ok=True)
    reporter.set_size(index, here)
    reporter.set_here(index, here)
    return True


def _check_space(folder: Path, files: list[DownloadFile]) -> None:
    """Before a byte is fetched. Raises HereTrouble."""
    needed = sum(max(0, (file.size_bytes or 0) - _part_bytes(folder / file.name)) for file in files)
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return
    if needed and needed + RESERVED_BYTES > free:
        raise HereTrouble(
            FailureReason.DISK_FULL,
            _("There is not enough room on the disk: {needed} are to be fetched, and {free} are free.").format(
                needed=size(needed), free=size(free)
            ),
            _("Free some disk space and start the download again. {reserved} stay free in any case.").format(
                reserved=size(RESERVED_BYTES)
            ),
        )


def _part_bytes(path: Path) -> int:
    try:
        return path.with_name(path.name + PART).stat().st_size
    except OSError:
        return 0
