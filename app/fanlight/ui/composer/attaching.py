"""What the user chooses, drops or pastes, passed to the attachment loader; and what a drop is going to do, in words."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.core.chat.attachment_loader import AttachmentLoader, is_export
from fanlight.documents import kinds
from fanlight.domain.errors import InputError, RemoteFile, RemotePicture
from fanlight.domain.path_kinds import as_on_disk
from fanlight.i18n import _, ngettext
from fanlight.pictures import recordings

PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.avif *.heic"
DOCUMENTS = " ".join(f"*{suffix}" for suffix in kinds.PDF_SUFFIXES + kinds.CONVERTED_SUFFIXES + kinds.TEXT_SUFFIXES)
SOUNDS = " ".join(f"*{suffix}" for suffix in recordings.SUFFIXES)


class FilePicker:
    """The dialog opens where it was last closed."""

    def __init__(self) -> None:
        self._folder = str(Path.home())

    def pick(self, parent: QWidget) -> list[Path]:
        offered = (
            (_("Pictures, documents, videos, and recordings"), f"{PICTURES} {DOCUMENTS} {SOUNDS}"),
            (_("Pictures"), PICTURES),
            (_("Documents"), DOCUMENTS),
            (_("Videos and recordings"), SOUNDS),
            (_("All files"), "*"),
        )
        filters = ";;".join(f"{name} ({patterns})" for name, patterns in offered)
        title = _("Attach Files")
        names, _chosen = QFileDialog.getOpenFileNames(parent, title, self._folder, filters)
        if names:
            self._folder = str(Path(names[0]).parent)
        return [as_on_disk(Path(name)) for name in names]


def attach_from_mime(loader: AttachmentLoader, mime: QMimeData) -> str:
    """Attach the files and pictures in `mime`; returns the text where that is what is to be taken. Anything else is
    reported as a problem."""
    from fanlight.desktop import mime as desktop_mime

    found = desktop_mime.read_mime(mime)
    if found.remote is not None:
        loader.problem.emit(RemotePicture(found.remote))
    if found.elsewhere is not None:
        loader.problem.emit(RemoteFile(found.elsewhere))
    if found.is_withheld:
        message = _("The program that offers this picture does not hand it over.")
        loader.problem.emit(InputError(message, _("Wait a moment and try again, or copy a smaller part of it.")))
    elif not found and mime.formats():
        message = _("What you copied is neither text nor a picture nor a file.")
        loader.problem.emit(InputError(message, _("Copy it as text, or save it as a picture.")))
    loader.load_files(found.files)
    for name, data in found.blobs:
        loader.load(data, name or _("Pasted picture"))
    for image in found.images:
        loader.load(partial(desktop_mime.from_qimage, image), _("Pasted picture"))
    return found.text


def describe_drop(mime: QMimeData) -> str:
    """What `attach_from_mime` would do, by the names of the files alone; empty for what cannot be dropped."""
    from fanlight.desktop.mime import read_mime

    found = read_mime(mime, peek=True)
    if found.files:
        return _describe_files(found.files)
    if found.has_picture:
        return _describe_pictures(1)
    if found.elsewhere is not None:
        return _("This file is not on this computer: copy it to a folder here first")
    if found.remote is not None:
        return _("This is only a picture’s address: copy the picture itself and paste it")
    if not found.text:
        return ""
    return _("Drop to add the link to your question") if found.is_link else _("Drop to add the text to your question")


def _describe_files(files: list[Path]) -> str:
    if others := [path for path in files if not is_export(path)]:
        files = others
    else:
        return _("Drop to import the conversations in it")
    if all(map(recordings.is_video_name, files)):
        return ngettext("Drop to add the video to your question", "Drop to add the videos to your question", len(files))
    recorded = [recordings.by_name(path) for path in files]
    if all(recorded):
        return _("Drop to transcribe the recording")
    if any(recorded):
        return _("Drop to add the pictures to your question and transcribe the recordings")
    if all(f"*{path.suffix.lower()}" in PICTURES.split() for path in files):
        return _describe_pictures(len(files))
    if all(kinds.is_document_name(path.name) for path in files):
        one, several = _("Drop to add the document to your question"), _("Drop to add the documents to your question")
        return one if len(files) == 1 else several
    return ngettext("Drop to add the file to your question", "Drop to add the files to your question", len(files))


def _describe_pictures(count: int) -> str:
    return ngettext("Drop to add the picture to your question", "Drop to add the pictures to your question", count)
