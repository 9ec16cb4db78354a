"""A capture as a file of the user's, when he asks for one."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from fanlight.desktop.capture import CapturedImage
from fanlight.domain.errors import StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import home_expanded
from fanlight.files import replace_file
from fanlight.i18n import N_, _

SUFFIXES = {"png": ".png", "jpeg": ".jpg"}
_HINT = N_("Choose another folder for saved captures in the settings, or copy the picture.")


def pictures_folder(chosen: str) -> Path:
    """The folder that the settings name; without one, the desktop's folder for pictures."""
    if chosen.strip():
        return home_expanded(chosen.strip())
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(place or Path.home())


def save_picture(image: CapturedImage, taken: datetime, folder: Path) -> Path:
    """In full size, without loss, under a name that no file has; up to 0.5 s, on any thread. Raises PictureError and
    StoreError."""
    picture = image.to_picture("", max(image.width, image.height, 1), kept=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _claim_name(folder, f"Fanlight {taken:%Y-%m-%d %H.%M.%S}", SUFFIXES[picture.kind])
        replace_file(path, picture.data)
    except OSError as error:
        why = _("The picture could not be saved in {folder}: {reason}.")
        raise StoreError(why.format(folder=folder, reason=os_reason(error)), _(_HINT)) from error
    return path


def save_file(data: bytes, path: Path) -> Path:
    """What was found in a capture, where the user wants it. Raises StoreError."""
    try:
        replace_file(path, data)
    except OSError as error:
        why = _("{path} could not be written: {reason}.").format(path=path, reason=os_reason(error))
        raise StoreError(why, _("Choose another folder.")) from error
    return path


def _claim_name(folder: Path, stem: str, suffix: str) -> Path:
    """An empty file that was not there before, so that two pictures saved at once have two names. Raises OSError."""
    for number in itertools.count(2):
        path = folder / f"{stem}{suffix}"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            stem = f"{stem.partition(' (')[0]} ({number})"
        else:
            return path
    raise AssertionError  # count has no end
