"""The models a user has added, as JSON in their folder: where the files are, not the files."""

from __future__ import annotations

import errno
import json
import logging
from pathlib import Path
from typing import Any

from fanlight.domain.errors import DiskFull, StoreError
from fanlight.domain.models import ModelSpec
from fanlight.domain.os_errors import os_reason
from fanlight.files import replace_file
from fanlight.i18n import _

log = logging.getLogger(__name__)


class Registrations:
    """Read anew each time, replaced in one step; what is not understood is kept for the version that wrote it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def specs(self) -> list[ModelSpec]:
        return [spec for spec in map(_spec, self._load()["models"]) if spec is not None]

    def put(self, spec: ModelSpec) -> None:
        """Add, or replace the one of the same name. Raises StoreError."""
        said = self._load()
        entry = {
            "name": spec.name,
            "model": str(spec.model),
            "projector": str(spec.projector) if spec.projector else None,
        }
        for i, known in enumerate(said["models"]):
            if isinstance(known, dict) and known.get("name") == spec.name:
                said["models"][i] = {**known, **entry}
                break
        else:
            said["models"].append(entry)
        self._save(said)

    def drop(self, name: str) -> None:
        """Raises StoreError."""
        said = self._load()
        said["models"] = [known for known in said["models"] if not isinstance(known, dict) or known.get("name") != name]
        self._save(said)

    def _load(self) -> dict[str, Any]:
        try:
            said = json.loads(self.path.read_text("utf-8"))
            if not isinstance(said, dict) or not isinstance(said.get("models"), list):
                raise ValueError("not a list of models")
        except FileNotFoundError:
            return {"models": []}
        except OSError as error:
            raise StoreError(
                _("The list of models cannot be read: {reason}.").format(reason=os_reason(error)),
                _("Check {path}.").format(path=self.path),
            ) from error
        except ValueError as error:
            self._set_aside(error)
            return {"models": []}
        return said

    def _set_aside(self, why: ValueError) -> None:
        kept = self.path.with_suffix(".broken")
        try:
            self.path.replace(kept)
        except OSError as error:
            log.warning("the list of models at %s is damaged (%s) and cannot be set aside: %s", self.path, why, error)
        else:
            log.warning("the list of models at %s was damaged (%s); it was set aside as %s", self.path, why, kept.name)

    def _save(self, said: dict[str, Any]) -> None:
        text = json.dumps(said, indent=2, ensure_ascii=False)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self.path, text.encode("utf-8", "surrogateescape"))
        except OSError as error:
            kind = DiskFull if error.errno == errno.ENOSPC else StoreError
            raise kind(
                _("The list of models cannot be written: {reason}.").format(reason=os_reason(error)),
                _("Check {path}.").format(path=self.path.parent),
            ) from error


def _spec(entry: object) -> ModelSpec | None:
    """The registration as a model, or None (said in the log) when it is none."""
    if isinstance(entry, dict):
        name, model, projector = entry.get("name"), entry.get("model"), entry.get("projector")
        if isinstance(name, str) and name and isinstance(model, str) and model and isinstance(projector, str | None):
            return ModelSpec(name, Path(model), Path(projector) if projector else None)
    log.warning("a registration of a model was not understood: %r", entry)
    return None
