"""A folder's pictures as rows: what was answered about each, and what was written instead."""

from __future__ import annotations

import json
import logging
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fanlight import paths
from fanlight.batch.answer_journal import AnswerJournal, kept_places
from fanlight.core.many_pictures.run_templates import RunTemplate
from fanlight.core.picture_search.folders import ENDINGS
from fanlight.domain.errors import InputError
from fanlight.domain.path_kinds import shortened
from fanlight.domain.stop import StopFlag
from fanlight.files import replace_file
from fanlight.i18n import _

log = logging.getLogger(__name__)

RowState = Literal["waiting", "running", "answered", "failed"]
MOST = 50_000
MOST_RUNS = 60
"""Of which the answers are kept; the oldest go."""


@dataclass(slots=True)
class PictureRow:
    """`name` as seen from the folder. `answer` is the model's, `edited` what the user wrote; `error` a sentence."""

    path: Path
    name: str
    state: RowState = "waiting"
    answer: Any = None
    edited: Any = None
    error: str = ""

    @property
    def value(self) -> Any:
        return self.answer if self.edited is None else self.edited

    @property
    def has_value(self) -> bool:
        return self.value is not None


def rows_of_folder(folder: Path, with_folders_inside: bool, stop: StopFlag | None = None) -> list[PictureRow]:
    """In the order of their names; not in hidden folders, nor behind links. Slow; any thread. Raises InputError."""
    found: list[PictureRow] = []
    try:
        if not folder.is_dir():
            raise InputError(_("“{name}” is no folder.").format(name=shortened(str(folder))))
        os.listdir(folder)  # noqa: PTH208 - only whether it can be
    except OSError as error:
        text = _("“{name}” cannot be looked into.")
        raise InputError(text.format(name=shortened(str(folder))), _("Check its permissions.")) from error
    for parent, below, names in os.walk(folder):
        if stop is not None and stop.is_set():
            break
        below[:] = sorted(name for name in below if not name.startswith(".")) if with_folders_inside else []
        for name in sorted(names, key=str.casefold):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                path = Path(parent, name)
                shown = str(path.relative_to(folder)).encode("utf-8", "replace").decode()
                found.append(PictureRow(path, shown))
        if len(found) > MOST:
            text = _("There are more than {most} pictures in “{name}”.")
            raise InputError(text.format(most=MOST, name=shortened(str(folder))), _("Choose a folder inside it."))
    return found


class RunFiles:
    """Where the answers and corrections of one run are: of one folder with one template."""

    def __init__(self, folder: Path, template: RunTemplate) -> None:
        about = json.dumps([str(folder), template.name, template.prompt, template.schema])
        self._mark = f"{zlib.crc32(about.encode('utf-8', 'backslashreplace')):08x}"
        self._about = about
        self._place = paths.picture_runs() / f"{self._mark}.journal"
        self._edits = self._place.with_suffix(".edits")

    def journal(self) -> AnswerJournal:
        with suppress(OSError):
            self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _remove_oldest(self._place.parent, self._mark)
        return AnswerJournal([self._place, *kept_places(self._about)])

    def edits(self) -> dict[str, Any]:
        """By the names of rows; {} where none can be read."""
        try:
            found = json.loads(self._edits.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def write_edits(self, edits: dict[str, Any]) -> None:
        """Any thread. Raises OSError."""
        if not edits:
            self._edits.unlink(missing_ok=True)
            return
        self._edits.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._edits, json.dumps(edits, ensure_ascii=False).encode("utf-8", "backslashreplace"), mode=0o600)


def _remove_oldest(folder: Path, own: str) -> None:
    journals = sorted(folder.glob("*.journal"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in journals[MOST_RUNS:]:
        if old.stem != own:
            for path in folder.glob(f"{old.stem}.*"):
                path.unlink(missing_ok=True)
