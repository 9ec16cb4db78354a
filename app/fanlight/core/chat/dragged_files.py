"""Pictures as files for other programs, which read them after the drop: they stay until Fanlight ends."""

from __future__ import annotations

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

    def file_of(self, picture: Picture) -> Path:
        """A copy under the name that it came with. Raises StoreError where it is lost, or cannot be written."""
        from fanlight.exchange.markdown_text import ENDINGS, file_name  # a window appears without it

        data = picture.data
        stem = file_name(Path(picture.name).stem or _("Picture"))
        name = f"{stem}{ENDINGS.get(picture.kind, f'.{picture.kind}' if picture.kind.isalnum() else '')}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = Path(tempfile.mkdtemp(dir=self._folder)) / name
            path.write_bytes(data)
        except OSError as error:
            reason = os_reason(error)
            raise StoreError(_("The picture cannot be dragged out: {reason}.").format(reason=reason)) from error
        return path

    def remove_all(self) -> None:
        """Also those of a start that was killed. Never raises."""
        shutil.rmtree(self._folder, ignore_errors=True)
