"""What was fetched: put into the list of models, or removed again."""

from __future__ import annotations

import logging
from pathlib import Path

from fanlight.catalog.catalog import Catalog
from fanlight.domain.downloads import DownloadRequest, FileRole
from fanlight.domain.errors import InputError
from fanlight.domain.models import NO_PROJECTOR, ModelFiles, ModelSpec
from fanlight.domain.path_kinds import same_file

log = logging.getLogger(__name__)


def add_fetched(catalog: Catalog, request: DownloadRequest) -> ModelSpec | None:
    """The model in the list, under the download's id; under its own name where that one is taken. None for what is no
    model. Raises ModelError, StoreError."""
    model = request.path_of(FileRole.MODEL)
    if model is None:
        return None
    projector = request.path_of(FileRole.PROJECTOR) or NO_PROJECTOR
    known = next((spec for spec in catalog.models() if _is_in(spec, model)), None)
    if known is not None:
        return catalog.add(model, projector)
    try:
        return catalog.add(model, projector, request.id)
    except InputError:
        return catalog.add(model, projector)


def discard_fetched(catalog: Catalog, request: DownloadRequest) -> None:
    """Remove what is here of a download that was canceled; files that are in the list of models stay."""
    used = [path for spec in catalog.models() if isinstance(spec.source, ModelFiles) for path in _paths(spec.source)]
    for path in request.paths:
        if not any(same_file(path, other) for other in used):
            for leftover in (path, *request.leftovers_of(path)):
                try:
                    leftover.unlink(missing_ok=True)
                except OSError as error:
                    log.warning("%s is not removed: %s", leftover, error)
    try:
        request.folder.rmdir()
    except OSError:
        return  # something else is in it, or it was never made


def _is_in(spec: ModelSpec, path: Path) -> bool:
    return isinstance(spec.source, ModelFiles) and spec.source.model == path


def _paths(source: ModelFiles) -> list[Path]:
    return [source.model, *([source.projector] if source.projector else [])]
