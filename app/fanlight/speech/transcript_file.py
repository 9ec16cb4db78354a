"""Writing a transcript to a file."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from fanlight.domain.errors import InputError
from fanlight.domain.os_errors import DISK_FULL, NO_READER, os_reason
from fanlight.domain.path_kinds import shortened
from fanlight.files import write_output
from fanlight.i18n import _


def save_transcript(pieces: Iterable[str], target: Path) -> None:
    """Replaces a file in one step: a failure leaves it as it was. A device or a pipe is written to. Raises
    InputError."""
    try:
        write_output(target, "".join(pieces).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise _write_error(error, target) from error


def _write_error(error: OSError, target: Path) -> InputError:
    if error.errno in (*DISK_FULL, errno.EFBIG):
        return InputError(
            _("There is not enough disk space for {file}.").format(file=target.name),
            _("Free up disk space, or choose another folder."),
        )
    if error.errno in NO_READER:
        return InputError(
            _("Nothing reads from {path}.").format(path=shortened(str(target))),
            _("Start the program that reads from it first."),
        )
    return InputError(
        _("{path} cannot be written: {reason}.").format(path=target, reason=os_reason(error)),
        _("Choose another folder."),
    )
