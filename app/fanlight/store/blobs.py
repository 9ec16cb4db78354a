"""Pictures as files named by their sha256: written once, shared by all messages that show them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fanlight.domain.errors import StoreError
from fanlight.domain.file_names import SHA256
from fanlight.files import replace_file, sync_folder
from fanlight.i18n import _
from fanlight.store.failures import picture_gone


def name_of(data: bytes) -> str:
    """The sha256 that names the file of this picture."""
    return hashlib.sha256(data).hexdigest()


class Blobs:
    """The folder of pictures. Methods raise OSError; `read` also raises StoreError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder.parent)

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def write(self, data: bytes) -> str:
        """Write a picture; returns its sha256. Once this returns, the file and its name survive a power cut; a crash
        leaves no half file. A file that is there already is believed by its content: a damaged one is mended."""
        sha256 = name_of(data)
        path = self.path(sha256)
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return sha256
        new_folder = not path.parent.is_dir()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        replace_file(path, data, mode=0o600, durable=True)
        if new_folder:
            sync_folder(self._folder)
        return sha256

    def read(self, sha256: str) -> bytes:
        """Raises StoreError when the picture is gone or is no longer what was written."""
        if not SHA256.fullmatch(sha256):  # a damaged row
            raise picture_gone()
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise picture_gone() from None
        if name_of(data) != sha256:
            raise StoreError(_("The saved picture is damaged."), _("Add it again to ask about it."))
        return data

    def holds(self, sha256: str) -> bool:
        return SHA256.fullmatch(sha256) is not None and self.path(sha256).is_file()

    def names(self) -> set[str]:
        """Of all pictures."""
        return {path.name for path in self._folder.glob("*/*") if not path.name.endswith(".new")}

    def remove(self, sha256: str) -> None:
        """Nothing where a damaged row names something else than a picture."""
        if SHA256.fullmatch(sha256):
            self.path(sha256).unlink(missing_ok=True)

    def remove_drafts(self) -> None:
        """What a crash left half written: no row names it."""
        for draft in self._folder.glob("*/*.new"):
            draft.unlink(missing_ok=True)
