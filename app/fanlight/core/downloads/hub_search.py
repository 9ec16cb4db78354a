"""The hub searched for models: repositories by words, and the models that are in one of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fanlight.catalog.hub_models import model_named, models_in
from fanlight.catalog.hub_names import HubName, hub_name, is_other_address
from fanlight.catalog.known_models import KnownModel
from fanlight.catalog.not_found import no_hub_address
from fanlight.core.downloads.hub_lookup import HubLookup
from fanlight.domain.downloads import DownloadFailed, host_of
from fanlight.domain.errors import FanlightError, ModelMissing
from fanlight.domain.hub import HubAnswer, HubHit, HubRepository
from fanlight.i18n import _


class HubSearch(QObject):
    """Nothing is asked before `search` or `open_hit`: after a click, or Enter.

    Attributes: `hits` of the last words, None before any; `repository`, the one that was opened, with its `models`, the
    best first, and `chosen`, the one whose address was given."""

    changed = Signal()
    problem = Signal(object)
    """A FanlightError."""
    refused = Signal(object)
    """A DownloadFailed: what the hub, or the way to it, has against the question."""

    def __init__(self, lookup: HubLookup, endpoint: Callable[[], str], parent: QObject | None = None) -> None:
        """`endpoint` is that of the hub; it may raise FanlightError."""
        super().__init__(parent)
        self._lookup, self._endpoint = lookup, endpoint
        self.hits: tuple[HubHit, ...] | None = None
        self.repository: HubRepository | None = None
        self.models: tuple[KnownModel, ...] = ()
        self.chosen: KnownModel | None = None
        self._named: HubName | None = None
        lookup.answered.connect(self._on_answered)
        lookup.failed.connect(self._on_failed)
        lookup.busy_changed.connect(self.changed)

    @property
    def busy(self) -> bool:
        """Whether a process is connected, or about to be."""
        return self._lookup.busy

    @property
    def host(self) -> str:
        """Who is asked; "" where the settings of the network are wrong."""
        try:
            return host_of(self._endpoint())
        except FanlightError:
            return ""

    def search(self, text: str) -> None:
        """For words; a repository or an address of it, or of a file in it, is opened at once."""
        if not (text := text.strip()):
            return
        if is_other_address(text):
            self.problem.emit(no_hub_address(text, self.host))
            return
        named = self._named = hub_name(text)
        if named is not None:
            self._ask(lambda endpoint: self._lookup.look_at(named.repository, endpoint, named.revision))
        else:
            self._ask(lambda endpoint: self._lookup.search(text, endpoint))

    def open_hit(self, hit: HubHit) -> None:
        self._named = None
        self._ask(lambda endpoint: self._lookup.look_at(hit.repository, endpoint))

    def close_repository(self) -> None:
        """Back to the hits."""
        self.repository, self.models, self.chosen = None, (), None
        self.changed.emit()

    def stop(self) -> None:
        self._lookup.stop()

    def _ask(self, ask: Callable[[str], object]) -> None:
        try:
            ask(self._endpoint())
        except FanlightError as error:
            self.problem.emit(error)

    def _on_answered(self, answer: HubAnswer) -> None:
        if answer.repository is None:
            self.hits = answer.hits
            self.close_repository()
            return
        models = models_in(answer.repository)
        if not models:
            self.problem.emit(_without_models(answer.repository))
            return
        self.repository, self.models = answer.repository, models
        named = self._named
        is_exact = named is not None and bool(named.file or named.tag)
        self.chosen = model_named(models, named) if named is not None and is_exact else None
        self.changed.emit()

    def _on_failed(self, failed: DownloadFailed) -> None:
        self.refused.emit(failed)


def _without_models(repository: HubRepository) -> ModelMissing:
    name = repository.repository.partition("/")[2]
    return ModelMissing(
        _("There is no GGUF model in {repository}.").format(repository=repository.repository),
        _("Search for “{words} GGUF”: others may have converted it.").format(words=name),
    )
