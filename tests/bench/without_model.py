"""`python -m bench.without_model` opens the real window on a computer that has no model at all."""

from __future__ import annotations

import sys
from pathlib import Path
from unittest import mock

from fanlight import compose
from fanlight.domain.errors import ModelMissing
from fanlight.domain.models import ModelSpec


class NoModels:
    """In the catalog's place."""

    def models(self) -> list[ModelSpec]:
        return []

    def find(self, name_or_path: str) -> ModelSpec:
        raise ModelMissing(f"There is no model called {name_or_path}.")

    def add(self, path: Path) -> ModelSpec:
        return self.find(str(path))


if __name__ == "__main__":
    with mock.patch.object(compose, "catalog", NoModels):
        sys.exit(compose.window(sys.argv[:1]))
