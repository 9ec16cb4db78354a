"""Models that can be fetched and suit this computer: what is offered before anything is searched for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight.catalog.choices import choices_for
from fanlight.catalog.computer import Computer
from fanlight.catalog.known_installed import installed_as
from fanlight.catalog.known_models import KnownModel, KnownModels
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import DownloadRequest
from fanlight.domain.errors import FanlightError, StoreError
from fanlight.domain.models import ModelFiles, ModelSpec
from fanlight.domain.path_kinds import look_at

_Files = frozenset[tuple[str, int]]
"""Names, in lower case, and sizes."""
_Read = tuple[KnownModels, KnownModel | None, tuple[KnownModel, ...], _Files, Computer, frozenset[str]]


class ModelOffers(QObject):
    """Attributes: `known`, the whole catalog; `offers`, a few of it that fit and are neither here nor under way, the
    best one first; `recommended`, the best one of all, also where it is here already; `computer`, this one;
    `parts_here`, the ids of speech models, voices, and embedders whose files are where they are fetched to. Nothing is
    read before `refresh` or the end of a download: what is under way is known without reading."""

    changed = Signal()
    problem = Signal(object)
    """A FanlightError."""

    def __init__(
        self,
        known_models: Callable[[], KnownModels],
        models: Callable[[], Sequence[ModelSpec]],
        request_of: Callable[[KnownModel], DownloadRequest] | None,
        downloads: Downloads,
        file_worker: FileWorker,
        computer: Callable[[], Computer],
        parent: QObject | None = None,
    ) -> None:
        """`known_models`, `models` and `computer` are called on a thread for files. Without `request_of` nothing
        can be fetched."""
        super().__init__(parent)
        self._known_models, self._models, self.request_of = known_models, models, request_of
        self._downloads, self._file_worker, self._read_computer = downloads, file_worker, computer
        self.known = KnownModels()
        self.computer = Computer(0)
        self.recommended: KnownModel | None = None
        self._suitable: tuple[KnownModel, ...] = ()
        self._installed: _Files = frozenset()
        self.parts_here = frozenset[str]()
        self._told = set[str]()
        for signal in (downloads.added, downloads.removed):
            signal.connect(lambda _download: self.changed.emit())
        downloads.finished.connect(lambda _download: self.refresh())

    @property
    def offers(self) -> tuple[KnownModel, ...]:
        return tuple(model for model in self._suitable if not self.is_under_way(model))

    def refresh(self) -> None:
        self._file_worker.call(self._read, self._show)

    def request(self, model: KnownModel) -> DownloadRequest | None:
        """What would be fetched, and from where; None, and a problem, where the settings of the network are wrong."""
        if self.request_of is None:
            return None
        try:
            return self.request_of(model)
        except FanlightError as error:
            self.problem.emit(error)
            return None

    def get(self, model: KnownModel) -> None:
        """Fetch it: the click."""
        if (request := self.request(model)) is not None:
            self._downloads.start(request)

    def is_under_way(self, model: KnownModel) -> bool:
        """Under whatever name: the hub and the catalog may know the same files."""
        sums = [file.sha256 for file in model.files]
        downloads = (download.request for download in self._downloads.all)
        return any(one.id == model.id or [file.sha256 for file in one.files] == sums for one in downloads)

    def is_here(self, model: KnownModel) -> bool:
        """Whether its file is, and not another one's of that name; as of the last reading."""
        file = model.files[0]
        named = [size for name, size in self._installed if name == file.name.casefold()]
        return bool(named) and (file.size_bytes is None or file.size_bytes in named)

    def _read(self) -> _Read:
        known = self._known_models()
        installed = tuple(self._models())
        missing = KnownModels(tuple(model for model in known.models if installed_as(model, installed) is None))
        computer = self._read_computer()
        files = frozenset(
            (path.name.casefold(), look_at(path).size) for spec in installed for path in _model_files(spec)
        )
        best = next(iter(choices_for(known, computer)), None)
        here = frozenset(model.id for model in known.models if model.kind != "model" and self._is_part_here(model))
        return known, best, tuple(choices_for(missing, computer)), files, computer, here

    def _is_part_here(self, model: KnownModel) -> bool:
        try:
            request = self.request_of(model) if self.request_of is not None else None
        except FanlightError:  # reported where something is to be fetched
            return False
        if request is None:
            return False
        found = ((look_at(path), file.size_bytes) for path, file in zip(request.paths, request.files, strict=True))
        return all(one.is_file and size in (None, one.size) for one, size in found)

    def _show(self, result: _Read | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
            return
        self.known, self.recommended, self._suitable, self._installed, self.computer, self.parts_here = result
        self.changed.emit()
        for sentence in self.known.problems:
            if sentence not in self._told:
                self._told.add(sentence)
                self.problem.emit(StoreError(sentence, ""))


def _model_files(spec: ModelSpec) -> tuple[Path, ...]:
    return (spec.source.model,) if isinstance(spec.source, ModelFiles) else ()
