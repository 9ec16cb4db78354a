"""A transcript in a file: whole, or not at all."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from fanlight.domain.errors import InputError
from fanlight.files import replace_file


def save_transcript(pieces: Iterable[str], target: Path) -> None:
    """Replaces `target` in one step; when that fails it is as it was, and nothing is left beside it. Raises
    InputError."""
    try:
        replace_file(target, "".join(pieces).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise _translated(error, target) from error


def _translated(error: OSError, target: Path) -> InputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return InputError(f"There is no room for {target.name}.", "Free some disk space, or choose another place.")
    reason = error.strerror or str(error)
    return InputError(f"{target} could not be written: {reason[:1].lower()}{reason[1:]}.", "Choose another place.")
