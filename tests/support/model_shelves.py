"""Catalogs for windows: one in memory, and a real one over small files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fanlight.catalog.catalog import Catalog
from fanlight.catalog.other_programs import look_around
from fanlight.catalog.programs.places import Places
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.domain.models import ModelAddress, ModelSpec
from support.gguf_drafts import projector, text_model


class MemoryCatalog:
    """These models, all of which fit; for windows that are about something else."""

    def __init__(self, models: Sequence[ModelSpec]) -> None:
        self._models = list(models)

    def models(self) -> Sequence[ModelSpec]:
        return list(self._models)

    def follow_renamed(self) -> Sequence[tuple[ModelSpec, ModelSpec]]:
        return ()

    def of_other_programs(self) -> tuple[Sequence[ModelSpec], Sequence[UnusableModel]]:
        return (), ()

    def describe(self, spec: ModelSpec, context_tokens: int) -> ModelRow:
        return ModelRow(spec, "text, pictures", 1_000_000, True, "needs 1 MB, 1.0 GB free: fits")

    def add(self, model: Path, projector: Path | None = None, name: str | None = None) -> ModelSpec:
        self._models.append(ModelSpec.of_files(name or model.stem, model, projector))
        return self._models[-1]

    def add_server(self, source: ModelAddress, name: str | None = None) -> ModelSpec:
        self._models.append(ModelSpec(name or source.model, source))
        return self._models[-1]

    def add_folder(self, folder: Path) -> tuple[Sequence[ModelSpec], Sequence[UnusableModel]]:
        return (), ()

    def keep(self, spec: ModelSpec) -> ModelSpec:
        return spec

    def rename(self, name: str, new_name: str) -> ModelSpec:
        place = next(i for i, spec in enumerate(self._models) if spec.name == name)
        self._models[place] = replace(self._models[place], name=new_name)
        return self._models[place]

    def remove(self, name: str) -> ModelSpec:
        return self._models.pop(next(i for i, spec in enumerate(self._models) if spec.name == name))

    def restore(self, spec: ModelSpec) -> ModelSpec:
        self._models.append(spec)
        return spec


class DrawnShelf:
    """A practice model, a user's home with models of LM Studio, and a folder of the user's own; under `root`."""

    def __init__(self, root: Path) -> None:
        self.home, self.user, self.mine = root / "shelf-home", root / "user", root / "mine"
        shipped = root / "shipped" / "practice"
        theirs = self.user / ".lmstudio" / "models" / "maker" / "Tulip-7B-GGUF"
        for folder in (self.home, shipped, theirs, self.mine):
            folder.mkdir(parents=True)
        text_model().write(shipped / "practice.gguf")
        projector().write(shipped / "practice-mmproj.gguf")
        self.tulip = text_model().set("general.name", "Tulip 7B Instruct").write(theirs / "Tulip-7B-Q4_K_M.gguf")
        (theirs / "Broken-7B.gguf").write_bytes(self.tulip.read_bytes()[:-2000])
        self.rose = text_model().set("general.name", "Rose 3B").write(self.mine / "rose-3b.gguf")
        self._shipped = shipped.parent

    def catalog(self) -> Catalog:
        places = Places(self.user, {}, "linux", self.user / "no-root")
        return Catalog(self._shipped, self.home, look_around=lambda: look_around(places))

    def fetched(self, name: str = "lily-1b") -> ModelSpec:
        """A model that Fanlight has downloaded itself."""
        folder = self.home / "models" / name
        folder.mkdir(parents=True)
        model = text_model().write(folder / f"{name}.gguf")
        return self.catalog().add(model, projector().write(folder / f"mmproj-{name}.gguf"), name)
