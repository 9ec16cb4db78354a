"""Pictures as files for other programs, which read them after the drop: they stay until Fanlight ends."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from fanlight.domain.errors import StoreError
from fanlight.domain.messages import Picture
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _

FOLDER = "dragged"
"""In the user's folder."""


class DraggedFiles:
    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER
        self._name_in_memory = f"fanlight-{FOLDER}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"

    def file_of(self, picture: Picture, *, private: bool = False) -> Path:
        """A copy under the name that it came with; of a `private` conversation in memory, where there is such a place.
        Raises StoreError where it is lost, or cannot be written."""
        folder = (self._in_memory() if private else None) or self._folder
        from fanlight.exchange.markdown_text import ENDINGS, file_name  # a window appears without it

        data = picture.data
        stem = file_name(Path(picture.name).stem or _("Picture"))
        name = f"{stem}{ENDINGS.get(picture.kind, f'.{picture.kind}' if picture.kind.isalnum() else '')}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = Path(tempfile.mkdtemp(dir=folder)) / name
            path.write_bytes(data)
        except OSError as error:
            reason = os_reason(error)
            raise StoreError(_("The picture cannot be dragged out: {reason}.").format(reason=reason)) from error
        return path

    def remove_all(self) -> None:
        """Also those of a start that was killed. Never raises."""
        for folder in filter(None, (self._folder, self._in_memory())):
            shutil.rmtree(folder, ignore_errors=True)

    def _in_memory(self) -> Path | None:
        """A folder of the user's that is on no disk, where the system has one."""
        named = os.environ.get("XDG_RUNTIME_DIR", "")
        return Path(named) / self._name_in_memory if named and Path(named).is_dir() else None
