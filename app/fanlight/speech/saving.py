"""A transcript in a file: whole, or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from fanlight.domain.errors import InputError


def save(pieces: Iterable[str], target: Path) -> None:
    """Replaces `target` in one step; when that fails it is as it was, and nothing is left beside it. Raises
    InputError."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        _remove(draft)
        raise _translated(error, target) from error


def _remove(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        return  # the folder itself cannot be written, so that there is none


def _translated(error: OSError, target: Path) -> InputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return InputError(f"There is no room for {target.name}.", "Free some disk space, or choose another place.")
    reason = error.strerror or str(error)
    return InputError(f"{target} could not be written: {reason[:1].lower()}{reason[1:]}.", "Choose another place.")
