"""Models that can be fetched and suit this computer: what is offered before anything is searched for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from fanlight.catalog.choices import choices_for
from fanlight.catalog.computer import Computer
from fanlight.catalog.known_installed import installed_as
from fanlight.catalog.known_models import KnownModel, KnownModels
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.downloads import DownloadRequest
from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelSpec

_Read = tuple[KnownModels, tuple[KnownModel, ...], tuple[ModelSpec, ...], Computer]


class ModelOffers(QObject):
    """Attributes: `known`, the whole catalog; `offers`, a few of it that fit and are neither here nor under way, the
    recommended one first; `computer`, this one. Nothing is read before `refresh` or the end of
    a download: what is under way is known without reading."""

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
        self._known_models, self._models, self._request_of = known_models, models, request_of
        self._downloads, self._file_worker, self._read_computer = downloads, file_worker, computer
        self.known = KnownModels()
        self.computer = Computer(0)
        self._suitable: tuple[KnownModel, ...] = ()
        self._installed: tuple[ModelSpec, ...] = ()
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
        if self._request_of is None:
            return None
        try:
            return self._request_of(model)
        except FanlightError as error:
            self.problem.emit(error)
            return None

    def get(self, model: KnownModel) -> None:
        """Fetch it: the click."""
        if (request := self.request(model)) is not None:
            self._downloads.start(request)

    def is_under_way(self, model: KnownModel) -> bool:
        return self._downloads.find(model.id) is not None

    def is_here(self, model: KnownModel) -> bool:
        """As of the last reading."""
        return installed_as(model, self._installed) is not None

    def _read(self) -> _Read:
        known = self._known_models()
        installed = tuple(self._models())
        missing = KnownModels(tuple(model for model in known.models if installed_as(model, installed) is None))
        computer = self._read_computer()
        return known, tuple(choices_for(missing, computer)), installed, computer

    def _show(self, result: _Read | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
            return
        self.known, self._suitable, self._installed, self.computer = result
        self.changed.emit()
