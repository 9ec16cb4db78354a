"""The desktop's trash: files are moved there, and can be had back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile

from fanlight.domain.errors import StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrashedFile:
    """`path`: where it was; `in_trash`: where it is, None where the system does not say."""

    path: Path
    in_trash: Path | None


def move_to_trash(path: Path) -> TrashedFile:
    """Raises StoreError; then the file is where it was."""
    file = QFile(str(path))
    if not file.moveToTrash():
        raise StoreError(
            _("{path} could not be moved to the trash.").format(path=path), _("Delete it in your file manager.")
        )
    moved = Path(file.fileName())
    return TrashedFile(path, moved if moved != path and moved.exists() else None)


def take_from_trash(trashed: TrashedFile) -> None:
    """Back to where it was. Raises StoreError."""
    if trashed.in_trash is None:
        raise StoreError(_("{file} is in the trash.").format(file=trashed.path.name), _("Restore it from there."))
    try:
        trashed.path.parent.mkdir(parents=True, exist_ok=True)
        trashed.in_trash.rename(trashed.path)
    except OSError as error:
        raise StoreError(
            _("{file} could not be restored: {reason}.").format(file=trashed.path.name, reason=os_reason(error)),
            _("It may still be in the trash."),
        ) from error
    note = trashed.in_trash.parent.parent / "info" / f"{trashed.in_trash.name}.trashinfo"
    try:
        note.unlink(missing_ok=True)  # what the desktop's file manager lists it by
    except OSError as error:
        log.warning("%s stays: %s", note, error)
