"""The models there are, those of other programs with them: listed, used, renamed, added, removed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.model_choice import ModelChoice
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.desktop.trash import TrashedFile, move_to_trash, take_from_trash
from fanlight.domain.errors import FanlightError
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.domain.models import ModelAddress, ModelFiles, ModelSpec
from fanlight.domain.ports import ModelCatalog


@dataclass(frozen=True, slots=True)
class RemovedModel:
    """`files`: those that went to the trash; none of a model whose files are not Fanlight's own."""

    spec: ModelSpec
    files: tuple[TrashedFile, ...] = ()


T = TypeVar("T")
Moved = Sequence[tuple[ModelSpec, ModelSpec]]
OwnRows = tuple[tuple[ModelRow, ...], Moved]
OtherRows = tuple[tuple[ModelRow, ...], tuple[UnusableModel, ...]]


class ModelList(QObject):
    """Nothing is read before `refresh`; folders and headers are read on the threads for files.

    Attributes: `own`, the practice model and those that are registered; `others`, what other programs have beside
    them; `left_out`, what cannot be used of what other programs have; `is_looking`: `others` is not complete yet."""

    changed = Signal()
    problem = Signal(object)
    """A FanlightError."""
    added = Signal(object, object)
    """ModelSpecs that are new, and UnusableModels that were left out."""
    removed = Signal(object)
    """A RemovedModel, for `restore`."""

    def __init__(
        self,
        catalog: Callable[[], ModelCatalog],
        choice: ModelChoice,
        host: ModelHost,
        settings_store: SettingsStore,
        file_worker: FileWorker,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalog, self._choice, self._host = catalog, choice, host
        self._settings_store, self._file_worker = settings_store, file_worker
        self._jobs: dict[str, Job[NothingToLoad]] = {}
        self.own: tuple[ModelRow, ...] = ()
        self.others: tuple[ModelRow, ...] = ()
        self.left_out: tuple[UnusableModel, ...] = ()
        self.is_looking = False
        host.changed.connect(self.changed)

    def is_open(self, spec: ModelSpec) -> bool:
        return self._host.spec is not None and self._host.spec.source == spec.source

    def refresh(self) -> None:
        """Read everything again; a listing that is under way is left."""
        catalog, context = self._catalog, self._settings_store.now.context_tokens
        self.is_looking = True
        self._read("own", lambda: _own_rows(catalog(), context), self._on_own)
        self._read("others", lambda: _other_rows(catalog(), context), self._on_others)
        self.changed.emit()

    def use(self, spec: ModelSpec) -> None:
        """Open it now and at the next start; another program's is registered, to be found at once from now on."""
        try:
            kept = self._catalog().keep(spec)
        except FanlightError as error:
            self.problem.emit(error)
            return
        self._choice.choose(kept)
        self._refresh_own(taken=spec)

    def is_for_captures(self, spec: ModelSpec) -> bool:
        """Whether the settings name it, another one than the model for conversations."""
        other = self._host.capture_spec
        return other is not None and other.source == spec.source

    def use_for_captures(self, spec: ModelSpec | None) -> None:
        """From now on; None: the model for conversations answers them, too."""
        try:
            name = "" if spec is None else self._catalog().keep(spec).name
        except FanlightError as error:
            self.problem.emit(error)
            return
        self._settings_store.choose(capture_model=name)
        self._host.reload()
        self._refresh_own(taken=spec)

    def rename(self, spec: ModelSpec, name: str) -> None:
        if not name.strip() or name.strip() == spec.name:
            return
        try:
            catalog = self._catalog()
            renamed = catalog.rename(catalog.keep(spec).name, name)
        except FanlightError as error:
            self.problem.emit(error)
            self.changed.emit()
            return
        if self._settings_store.now.model == spec.name:
            self._settings_store.choose(model=renamed.name)
        if self._settings_store.now.capture_model == spec.name:
            self._settings_store.choose(capture_model=renamed.name)
        self._host.rename_open(renamed)
        self._refresh_own(taken=spec)

    def remove(self, row: ModelRow) -> None:
        """Take it out of the list; Fanlight's own files go to the trash, others stay."""
        spec = row.spec
        try:
            self._catalog().remove(spec.name)
        except FanlightError as error:
            self.problem.emit(error)
            return
        if self._settings_store.now.capture_model == spec.name:
            self.use_for_captures(None)
        if self.is_open(spec) or self._settings_store.now.model == spec.name:
            self._open_another()
        self._refresh_own()
        if row.is_own_file and isinstance(spec.source, ModelFiles):
            files = spec.source
            self._file_worker.call(lambda: _into_trash(files), lambda result: self._on_trashed(spec, result))
        else:
            self.removed.emit(RemovedModel(spec))

    def restore(self, removed: RemovedModel) -> None:
        """Undo `remove`."""
        catalog = self._catalog

        def bring_back() -> ModelSpec:
            for file in removed.files:
                take_from_trash(file)
            return catalog().restore(removed.spec)

        self._file_worker.call(bring_back, self._on_restored)

    def add_file(self, path: Path) -> None:
        catalog = self._catalog
        self._file_worker.call(lambda: ((catalog().add(path),), ()), self._on_added)

    def add_server(self, source: ModelAddress) -> None:
        catalog = self._catalog
        self._file_worker.call(lambda: ((catalog().add_server(source),), ()), self._on_added)

    def add_folder(self, folder: Path) -> None:
        catalog = self._catalog
        self._file_worker.call(lambda: catalog().add_folder(folder), self._on_added)

    def _read(self, what: str, work: Callable[[], T], then: Callable[[T | FanlightError], object]) -> None:
        if (before := self._jobs.get(what)) is not None:
            before.stop()
        self._jobs[what] = self._file_worker.call(work, then)

    def _refresh_own(self, taken: ModelSpec | None = None) -> None:
        """`taken` is another program's no longer."""
        catalog, context = self._catalog, self._settings_store.now.context_tokens
        if taken is not None:
            self.others = tuple(row for row in self.others if row.spec.source != taken.source)
        self._read("own", lambda: _own_rows(catalog(), context), self._on_own)

    def _open_another(self) -> None:
        left = self._choice.known()
        if left:
            self._choice.choose(left[0])

    def _on_own(self, found: OwnRows | FanlightError) -> None:
        if isinstance(found, FanlightError):
            self.problem.emit(found)
        else:
            self.own, moved = found
            for before, now in moved:
                self._host.move_open(before, now)
        self.changed.emit()

    def _on_others(self, found: OtherRows | FanlightError) -> None:
        self.is_looking = False
        if isinstance(found, FanlightError):
            self.problem.emit(found)
        else:
            self.others, self.left_out = found
        self.changed.emit()

    def _on_trashed(self, spec: ModelSpec, result: tuple[TrashedFile, ...] | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
        self.removed.emit(RemovedModel(spec, () if isinstance(result, FanlightError) else result))

    def _on_restored(self, result: ModelSpec | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
        self._refresh_own()

    def _on_added(self, result: tuple[Sequence[ModelSpec], Sequence[UnusableModel]] | FanlightError) -> None:
        if isinstance(result, FanlightError):
            self.problem.emit(result)
            return
        self._refresh_own()
        self.added.emit(*result)


def _own_rows(catalog: ModelCatalog, context_tokens: int) -> OwnRows:
    moved = catalog.follow_renamed()
    return tuple(catalog.describe(spec, context_tokens) for spec in catalog.models()), moved


def _other_rows(catalog: ModelCatalog, context_tokens: int) -> OtherRows:
    specs, left_out = catalog.of_other_programs()
    return tuple(catalog.describe(spec, context_tokens) for spec in specs), tuple(left_out)


def _into_trash(source: ModelFiles) -> tuple[TrashedFile, ...]:
    """Raises StoreError; then some may be there already."""
    from fanlight.catalog.rows import files_of  # which reads model files: not at the start

    trashed = tuple(move_to_trash(file) for file in files_of(source) if file.is_file())
    with contextlib.suppress(OSError):  # something else is in it
        source.model.parent.rmdir()
    return trashed
