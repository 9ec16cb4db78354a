"""What the catalog has beside models that answer: speech models, voices, and the model that compares pictures with
words. Each is used by a setting."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QObject, Signal

from fanlight.catalog.known_models import KnownModel
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.downloads import DownloadRequest
from fanlight.domain.errors import FanlightError


class FetchedParts(QObject):
    """Known as soon as `offers` has read the catalog."""

    changed = Signal()

    def __init__(self, offers: ModelOffers, settings_store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offers, self._settings_store = offers, settings_store
        offers.changed.connect(self.changed)
        settings_store.changed.connect(lambda _before, _now: self.changed.emit())

    @property
    def listed(self) -> list[KnownModel]:
        """Those that are here, and those that can be fetched and are not on their way."""
        every = (model for model in self._offers.known.models if model.kind != "model")
        return [model for model in every if self.is_here(model) or not self._offers.is_under_way(model)]

    def find(self, known_id: str) -> KnownModel | None:
        return next((one for one in self._offers.known.models if one.id == known_id and one.kind != "model"), None)

    def is_here(self, model: KnownModel) -> bool:
        return model.id in self._offers.parts_here

    def folder(self, model: KnownModel) -> Path:
        """Of one that is here."""
        request = self._request(model)
        assert request is not None
        return request.folder

    def is_used(self, model: KnownModel) -> bool:
        settings = self._settings_store.now
        return any(getattr(settings, name) == value for name, value in self._settings_with(model).items())

    def use(self, model: KnownModel) -> None:
        """From now on; what comes with Fanlight is used again when the setting is emptied."""
        self._settings_store.choose(**self._settings_with(model))

    @staticmethod
    def lacks_program(model: KnownModel) -> bool:
        """Whether what speaks with it is still to be installed."""
        return model.kind == "voice" and shutil.which("piper") is None

    def _settings_with(self, model: KnownModel) -> dict[str, str]:
        request = self._request(model)
        return settings_with(model, request) if request is not None else {}

    def _request(self, model: KnownModel) -> DownloadRequest | None:
        try:
            return self._offers.request_of(model) if self._offers.request_of is not None else None
        except FanlightError:  # reported where something is to be fetched
            return None


def settings_with(model: KnownModel, request: DownloadRequest) -> dict[str, str]:
    """Which setting uses it, and the value for that."""
    first = request.paths[0]
    match model.kind:
        case "speech":
            return {"speech_model": str(request.folder)}
        case "voice":
            return {"spoken_voice": f"piper:{first.stem}"}
        case "embedder":
            return {"picture_model": str(first)}
        case "model":
            return {}
        case _:
            assert_never(model.kind)
