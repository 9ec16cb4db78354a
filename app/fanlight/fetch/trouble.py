"""Why a file does not arrive, as exceptions that carry a sentence."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fanlight.domain.downloads import DownloadFailed, FailureReason
from fanlight.domain.os_errors import DISK_FULL, os_reason
from fanlight.i18n import _


@dataclass(eq=False)
class Trouble(Exception):
    """`is_final`: asking the same source again gives the same. `retry_after`: seconds that the server asks to wait;
    None: it did not say."""

    reason: FailureReason
    message: str
    hint: str = ""
    is_final: bool = False
    retry_after: float | None = None

    def __str__(self) -> str:
        return self.message

    @property
    def event(self) -> DownloadFailed:
        return DownloadFailed(self.reason, self.message, self.hint)


class HereTrouble(Trouble):
    """On this computer: no source can help."""


def disk_trouble(error: OSError, name: str) -> HereTrouble:
    """Of writing the file `name`."""
    if error.errno in DISK_FULL:
        return HereTrouble(
            FailureReason.DISK_FULL,
            _("The disk is full, and {file} is not here whole.").format(file=name),
            _("Free some disk space and start the download again: it goes on where it stopped."),
        )
    hint = _("Check the folder, or set FANLIGHT_HOME to another one.")
    if error.errno == errno.EFBIG:
        hint = _("This disk cannot hold files of that size (FAT32 ends at 4 GB). Set FANLIGHT_HOME to another disk.")
    return HereTrouble(
        FailureReason.NOT_WRITABLE,
        _("{file} cannot be written: {reason}.").format(file=name, reason=os_reason(error)),
        hint,
    )


@contextmanager
def disk_errors(name: str) -> Iterator[None]:
    """Errors of writing the file `name` leave the block as HereTrouble."""
    try:
        yield
    except OSError as error:
        raise disk_trouble(error, name) from error


def busy(name: str) -> HereTrouble:
    return HereTrouble(
        FailureReason.BUSY,
        _("Another Fanlight is fetching {file} already.").format(file=name),
        _("Wait until it is done, or stop it there."),
    )
