"""What the user chooses, drops or pastes, passed to the attachment loader."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.core.chat.attachment_loader import AttachmentLoader
from fanlight.domain.errors import RemotePicture
from fanlight.i18n import _
from fanlight.pictures import recordings

PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.avif *.heic"
SOUNDS = " ".join(f"*{suffix}" for suffix in recordings.SUFFIXES)


class FilePicker:
    """The dialog opens where it was last closed."""

    def __init__(self) -> None:
        self._folder = str(Path.home())

    def pick(self, parent: QWidget) -> list[Path]:
        kinds = (
            (_("Pictures and recordings"), f"{PICTURES} {SOUNDS}"),
            (_("Pictures"), PICTURES),
            (_("Recordings"), SOUNDS),
            (_("All files"), "*"),
        )
        filters = ";;".join(f"{name} ({patterns})" for name, patterns in kinds)
        title = _("Attach Pictures or Recordings")
        names, _chosen = QFileDialog.getOpenFileNames(parent, title, self._folder, filters)
        if names:
            self._folder = str(Path(names[0]).parent)
        return [Path(name) for name in names]


def attach_from_mime(loader: AttachmentLoader, mime: QMimeData) -> bool:
    """Attach the pictures in `mime`; whether it held any, or the address of one, which is reported as a problem."""
    from fanlight.desktop import mime as desktop_mime

    found = desktop_mime.pictures(mime)
    if found.remote:
        loader.problem.emit(RemotePicture(found.remote))
    loader.load_files(found.files)
    for name, data in found.blobs:
        loader.load(data, name or _("Pasted picture"))
    for image in found.images:
        loader.load(partial(desktop_mime.from_qimage, image), _("Pasted picture"))
    return bool(found)
