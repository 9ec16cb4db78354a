"""A recording's file and what its header says: common to both sides of a parsing process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fanlight.domain.errors import AudioError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at
from fanlight.i18n import _

SKIPPED_SECONDS = 10
"""Sound between two of the empty blocks that report progress before `start`."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """The audio track as in the file's header; `seconds` is None where it is not declared."""

    seconds: float | None
    channels: int
    tracks: int = 1
    track: int = 1
    """The one that is used, counted from 1."""


@contextmanager
def open_recording(path: Path) -> Iterator[BinaryIO]:
    """Raises AudioError where there is no such file, it may not be read, or nothing is in it."""
    if refusal := look_at(path).refusal:
        raise AudioError(refusal, _("Choose a sound or video file."))
    try:
        file = path.open("rb")
    except PermissionError as error:
        raise AudioError(
            _("You do not have permission to read {file}.").format(file=path.name), _("Change the file's permissions.")
        ) from error
    except OSError as error:
        raise AudioError(
            _("{file} cannot be read: {reason}.").format(file=path.name, reason=os_reason(error)),
            _("Check the name and the folder."),
        ) from error
    with file:
        if not os.fstat(file.fileno()).st_size:
            raise AudioError(_("{file} is empty.").format(file=path.name), _("Copy or record it again."))
        yield file
