"""The models a user has added, as JSON in the user's folder: paths of files, or addresses."""

from __future__ import annotations

import errno
import logging
import re
from pathlib import Path
from typing import Any, assert_never

from fanlight.catalog.file_marks import FileMarks
from fanlight.domain.errors import DiskFull, StoreError
from fanlight.domain.models import ModelAddress, ModelFiles, ModelSpec
from fanlight.domain.os_errors import os_reason
from fanlight.edited_json import keep_broken, read_object, read_text, salvaged_objects, set_aside_broken, written
from fanlight.files import replace_file
from fanlight.i18n import _, format_number, ngettext
from fanlight.locks import FolderLock

log = logging.getLogger(__name__)

_MARK = re.compile(r"\d{1,20} [0-9a-f]{64}")


class Registrations:
    """The file is read each time and replaced in one step; unknown entries are kept for the version that wrote them.
    `lock`: held over a change; also by whoever looks first which names are taken."""

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, FolderLock(path.parent)

    def specs(self) -> list[ModelSpec]:
        return [spec for spec in map(_spec, self._load()["models"]) if spec is not None]

    def add_or_replace(self, spec: ModelSpec, repository: str = "") -> None:
        """Add a model, or replace the one of the same name. Raises StoreError."""
        more = {"owner": spec.owner, "repository": repository}
        entry = {"name": spec.name, **_entry(spec.source), **{key: value for key, value in more.items() if value}}
        with self.lock:
            stored = self._load()
            for i, known in enumerate(stored["models"]):
                if isinstance(known, dict) and known.get("name") == spec.name:
                    stored["models"][i] = {**known, **entry}
                    break
            else:
                stored["models"].append(entry)
            self._save(stored)

    def rename(self, name: str, new_name: str) -> None:
        """It stays in its place. Raises StoreError."""
        with self.lock:
            stored = self._load()
            for known in stored["models"]:
                if isinstance(known, dict) and known.get("name") == name:
                    known["name"] = new_name
                    known["formerly"] = [*_former(known), name]
            self._save(stored)

    def former_names(self) -> dict[str, str]:
        """The names that models had before they were renamed, in lower case, and what they are called now."""
        entries = [known for known in self._load()["models"] if isinstance(known, dict)]
        return {old.casefold(): str(known.get("name")) for known in entries for old in _former(known)}

    def repositories(self) -> dict[str, str]:
        """Those from which models were fetched, by the models' names."""
        entries = [known for known in self._load()["models"] if isinstance(known, dict)]
        return {str(one.get("name")): one["repository"] for one in entries if isinstance(one.get("repository"), str)}

    def marks(self) -> dict[str, FileMarks]:
        """What their files are known by, by the models' names."""
        entries = [known for known in self._load()["models"] if isinstance(known, dict)]
        return {str(one.get("name")): _marks(one.get("marks")) for one in entries}

    def note_files(self, spec: ModelSpec, files: ModelFiles, marks: FileMarks) -> None:
        """Where the files of `spec` are now, and what they are known by; nothing where it was changed meanwhile. Raises
        StoreError."""
        with self.lock:
            stored = self._load()
            for known in stored["models"]:
                if isinstance(known, dict) and _spec(known) == spec:
                    known |= {**_entry(files), "marks": {"model": marks.model, "projector": marks.projector}}
            self._save(stored)

    def drop(self, name: str) -> None:
        """Raises StoreError."""
        with self.lock:
            stored = self._load()
            stored["models"] = [
                known for known in stored["models"] if not isinstance(known, dict) or known.get("name") != name
            ]
            self._save(stored)

    def problem(self) -> StoreError | None:
        """What in the file cannot be used; a copy of such a file stays beside it as `models.broken`. Raises
        StoreError."""
        stored, sentence, kept = self._read()
        unknown = sum(_spec(entry) is None for entry in stored["models"])
        if not sentence and unknown:
            sentence = ngettext(
                "{count} entry of {file} is no model that Fanlight can use.",
                "{count} entries of {file} are no models that Fanlight can use.",
                unknown,
            ).format(count=format_number(unknown), file=self.path.name)
        hint = _("The file is kept as {file}.").format(file=kept) if kept else _("Check {path}.").format(path=self.path)
        return StoreError(sentence, hint) if sentence else None

    def _load(self) -> dict[str, Any]:
        return self._read()[0]

    def _read(self) -> tuple[dict[str, Any], str, str]:
        """What is stored; a sentence where not all could be read, and the name under which the file is kept then."""
        if (whole := self._whole()) is not None:
            return whole, "", ""
        with self.lock:  # what is set aside must not be what another process has just written
            return (whole, "", "") if (whole := self._whole()) is not None else self._salvage()

    def _whole(self) -> dict[str, Any] | None:
        """None where it is damaged. Raises StoreError."""
        try:
            stored = read_object(self.path)
        except FileNotFoundError:
            return {"models": []}
        except OSError as error:
            raise self._unreadable(error) from error
        except ValueError:
            return None
        return stored.values if isinstance(stored.values.get("models"), list) and not stored.broken else None

    def _unreadable(self, error: OSError) -> StoreError:
        return StoreError(
            _("The list of models cannot be read: {reason}.").format(reason=os_reason(error)),
            _("Check {path}.").format(path=self.path),
        )

    def _salvage(self) -> tuple[dict[str, Any], str, str]:
        """As `_read`, of a file that is damaged."""
        try:
            found = salvaged_objects(read_text(self.path).partition("[")[2])
        except OSError as error:
            raise self._unreadable(error) from error
        except ValueError:
            found = []
        if found:
            sentence = _("A part of the list of models in {file} cannot be read.").format(file=self.path.name)
        else:
            sentence = _("The list of models in {file} cannot be read.").format(file=self.path.name)
        return {"models": found}, sentence, self._keep(all_lost=not found)

    def _keep(self, *, all_lost: bool) -> str:
        try:
            kept = set_aside_broken(self.path) if all_lost else keep_broken(self.path)
        except OSError as error:
            log.warning("the list of models at %s is damaged and cannot be set aside: %s", self.path, error)
            return ""
        log.warning("the list of models at %s was damaged; it is kept as %s", self.path, kept)
        return kept

    def _save(self, stored: dict[str, Any]) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self.path, written(stored))
        except OSError as error:
            kind = DiskFull if error.errno == errno.ENOSPC else StoreError
            raise kind(
                _("The list of models cannot be written: {reason}.").format(reason=os_reason(error)),
                _("Check {path}.").format(path=self.path.parent),
            ) from error


def _former(entry: dict[str, Any]) -> list[str]:
    names = entry.get("formerly")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _marks(stored: object) -> FileMarks:
    if not isinstance(stored, dict):
        return FileMarks()
    model, projector = (_MARK.fullmatch(str(stored.get(key))) for key in ("model", "projector"))
    return FileMarks(model[0] if model else "", projector[0] if projector else "")


def _entry(source: ModelFiles | ModelAddress) -> dict[str, Any]:
    match source:
        case ModelFiles(model, projector):
            return {"model": str(model), "projector": str(projector) if projector else None}
        case ModelAddress(url, model, supports_images, has_key):
            return {"address": url, "model": model, "supports_images": supports_images, "has_key": has_key}
        case _:
            assert_never(source)


def _spec(entry: object) -> ModelSpec | None:
    """The registration as a model; None, with a log line, for an unknown entry."""
    if isinstance(entry, dict):
        name, model, projector, url = (entry.get(key) for key in ("name", "model", "projector", "address"))
        if isinstance(name, str) and name and isinstance(model, str) and model:
            if isinstance(url, str) and url:
                supports_images, has_key = (entry.get(key) is True for key in ("supports_images", "has_key"))
                return ModelSpec(name, ModelAddress(url, model, supports_images, has_key))
            if url is None and isinstance(projector, str | None):
                owner = entry.get("owner")
                files = ModelFiles(Path(model), Path(projector) if projector else None)
                return ModelSpec(name, files, owner=owner if isinstance(owner, str) else "")
    log.warning("a registration of a model was not understood: %r", entry)
    return None
