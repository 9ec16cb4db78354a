"""What was fetched: put into the list of models, or removed again."""

from __future__ import annotations

import logging

from fanlight.catalog.catalog import Catalog
from fanlight.catalog.hub_models import listed_name
from fanlight.catalog.hub_names import repository_of_address
from fanlight.catalog.model_paths import is_in
from fanlight.catalog.rows import files_of
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
    repository = repository_of_address(request.files[0].sources[0])
    if any(is_in(spec, model) for spec in catalog.models()):
        return catalog.add(model, projector, repository=repository)
    try:
        return catalog.add(model, projector, listed_name(request.id), repository)
    except InputError:
        return catalog.add(model, projector, repository=repository)


def discard_fetched(catalog: Catalog, request: DownloadRequest) -> None:
    """Remove what is here of a download that was canceled; files that are in the list of models stay."""
    used = [path for spec in catalog.models() if isinstance(spec.source, ModelFiles) for path in files_of(spec.source)]
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
