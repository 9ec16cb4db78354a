"""The model that a command asks, by its name."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from fanlight import compose
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.domain.stop import StopFlag
from fanlight.settings import Settings


def find_model(name: str | None, settings: Settings, projector: Path | None = None) -> ModelSpec:
    """The model that is named, or the settings' one, with its own projector or `projector`. Raises ModelMissing."""
    return compose.catalog().find(name or settings.model, projector)


def load_model(spec: ModelSpec, settings: Settings, stop: StopFlag) -> Engine:
    """Raises ModelError."""
    return compose.load_engine(spec, settings, stop=stop)


def with_detail(settings: Settings, options: argparse.Namespace) -> Settings:
    """With the detail of pictures that was asked for."""
    return replace(settings, picture_detail=options.detail) if options.detail else settings
