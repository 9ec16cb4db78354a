"""The available models: the practice model, those the user has added, those that are installed as packages, and those
other programs have downloaded. All files stay where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from fanlight.catalog.catalog_file import load_known_models
from fanlight.catalog.download_requests import FOLDER
from fanlight.catalog.hub_names import HubName, hub_name
from fanlight.catalog.known_installed import from_repository, installed_as, with_file
from fanlight.catalog.known_models import KnownModel
from fanlight.catalog.model_paths import chosen_projector, first_part, is_in, model_file
from fanlight.catalog.names import checked_name, free_name, is_called, name_of_model
from fanlight.catalog.not_found import no_model_called, not_fetched, not_here, not_registered
from fanlight.catalog.other_programs import FoundModel, LookAround, identity_of, look_around, own_names
from fanlight.catalog.programs.candidates import LeftOut, gguf_files
from fanlight.catalog.registrations import Registrations
from fanlight.catalog.renamed_files import follow_renamed, followed_spec, note_marks, registered_elsewhere
from fanlight.catalog.rows import describe, free_memory
from fanlight.catalog.servers import place_of, register_server
from fanlight.domain.errors import InputError, ModelError, StoreError
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.domain.models import ModelAddress, ModelFiles, ModelSpec
from fanlight.domain.path_kinds import home_expanded, look_at
from fanlight.gguf.check import check
from fanlight.gguf.header import peek
from fanlight.i18n import N_, _

PRACTICE = "practice"
EMBEDDER = ("practice-embedding.gguf", "practice-embedding-mmproj.gguf")
FILE = "models.json"
FOLDER_LEVELS = 4
PROJECTOR = "clip"
"""The architecture of every projector."""
_PART_OF_FANLIGHT = N_("The practice model is part of Fanlight and cannot be renamed or removed.")


class Catalog:
    """`shipped`: the folder of bundled models; `home`: the user's folder; `packaged` finds models in packages,
    `look_around` those of other programs, for which it may take some seconds."""

    def __init__(
        self,
        shipped: Path,
        home: Path,
        packaged: Callable[[], Sequence[ModelSpec]] = tuple,
        look_around: Callable[[], LookAround] = look_around,
    ) -> None:
        self._shipped, self._home, self._packaged = shipped, home, packaged
        self._registered = Registrations(home / FILE)
        self._look_around = look_around
        self._own_files = home / FOLDER

    def models(self) -> list[ModelSpec]:
        """The practice model first. A registration is listed even when its files are gone. Raises StoreError."""
        practice, registered = self._practice(), self._registered.specs()
        names = {spec.name.casefold() for spec in registered}
        packaged = [
            spec
            for spec in self._packaged()
            if spec.name.casefold() not in names and not any(is_in(other, spec.files.model) for other in registered)
        ]
        return [*([practice] if practice else []), *registered, *packaged]

    def follow_renamed(self) -> list[tuple[ModelSpec, ModelSpec]]:
        """Find registered files again that have another name in their folder now: what such models were, and what they
        are. Reads parts of all files: not for the GUI thread. Raises StoreError."""
        return follow_renamed(self._registered)

    def of_other_programs(self) -> tuple[list[ModelSpec], Sequence[UnusableModel]]:
        """What other programs have that is not registered, and what of it cannot be used. Takes some seconds where a
        folder does not answer: not for the GUI thread. Raises StoreError."""
        found, left_out = self._of_other_programs()
        return [spec for spec, _repository in found], left_out

    def _of_other_programs(self) -> tuple[list[tuple[ModelSpec, str]], Sequence[UnusableModel]]:
        """With the repositories they come from, "" where that is not known."""
        registered = self.models()
        found = self._look_around()
        known = {identity_of(spec.source.model) for spec in registered if isinstance(spec.source, ModelFiles)}
        unknown: list[FoundModel] = [one for one in found.models if one.identity not in known]
        specs = own_names(unknown, [spec.name for spec in registered])
        return [(spec, one.repository) for spec, one in zip(specs, unknown, strict=True)], found.left_out

    def problem(self) -> StoreError | None:
        """What in the list of registrations cannot be used."""
        try:
            return self._registered.problem()
        except StoreError as error:
            return error

    def find(self, name_or_path: str, projector: Path | None = None, *, everywhere: bool = True) -> ModelSpec:
        """The model of that name, or the one in that file, which need not be registered: its projector is looked up in
        the same folder. `projector` replaces it (NO_PROJECTOR: by none). `everywhere`: also the models of other
        programs, which takes some seconds. Raises ModelMissing."""
        spec = followed_spec(self._registered, self._find(name_or_path, everywhere))
        if projector is None:
            return spec
        return replace(spec, source=ModelFiles(spec.files.model, chosen_projector(spec.files.model, projector)))

    def _find(self, asked: str, everywhere: bool) -> ModelSpec:
        models = self.models()
        if (spec := self._called_ever(models, asked)) is not None:
            return spec
        path, named = home_expanded(asked), hub_name(asked)
        if not look_at(path).is_missing:
            return self._in_file(path, models)
        known = self._known_model(asked)
        if (spec := self._meant(known, named, self._with_repositories(models))) is not None:
            return spec
        if path.suffix.lower() == ".gguf" and known is None and (named is None or not named.file):
            return self._in_file(path, models)
        others = self._of_other_programs()[0] if everywhere else []
        specs = [spec for spec, _repository in others]
        if (spec := _called(specs, asked) or self._meant(known, named, others)) is not None:
            return spec
        if known is not None:
            raise not_here(known)
        raise no_model_called(asked, [*models, *specs]) if named is None else not_fetched(named, asked)

    @staticmethod
    def _meant(
        known: KnownModel | None, named: HubName | None, models: Sequence[tuple[ModelSpec, str]]
    ) -> ModelSpec | None:
        """The first of `models` that is that one of the catalog, or of the hub."""
        specs = [spec for spec, _repository in models]
        if known is not None:
            return installed_as(known, specs)
        if named is None:
            return None
        return from_repository(named, models) or (with_file(named.file, specs) if named.file else None)

    def _with_repositories(self, models: Sequence[ModelSpec]) -> list[tuple[ModelSpec, str]]:
        repositories = self._registered.repositories()
        return [(spec, repositories.get(spec.name, "")) for spec in models]

    def _known_model(self, asked: str) -> KnownModel | None:
        known = load_known_models(self._shipped, self._home).find(asked)
        return known if known is not None and known.kind == "model" else None

    def add(
        self, model: Path, projector: Path | None = None, name: str | None = None, repository: str = ""
    ) -> ModelSpec:
        """Register a model's files, which stay in place. Without `projector` the model's own in its folder is used,
        with NO_PROJECTOR none; without `name` the file's name. A file that is registered already, perhaps from where it
        was before, gets the new name or projector. `repository`: of the hub, from which it was fetched.

        Raises ModelError for unusable files, InputError for an unusable name, StoreError.
        """
        model = first_part(model_file(model))
        projector = chosen_projector(model, projector)
        header = check(ModelSpec.of_files(name or model.stem, model, projector)).model
        with self._registered.lock:
            known = next((spec for spec in self._registered.specs() if is_in(spec, model)), None)
            known = known or registered_elsewhere(self._registered, model)
            taken = self._taken(besides=known)
            if name is not None:
                name = checked_name(name, taken)
            else:
                name = known.name if known else free_name(name_of_model(header), model.parent.name, taken)
            spec = ModelSpec.of_files(name, model, projector, owner=known.owner if known else "")
            if known and known.name != name:
                self._registered.rename(known.name, name)
            self._registered.add_or_replace(spec, repository)
            note_marks(self._registered, spec)
            return spec

    def add_server(self, source: ModelAddress, name: str | None = None) -> ModelSpec:
        """Register a model that a server of the user's own answers with. Without `name` it is called as there. Raises
        InputError for an unusable name, StoreError."""
        with self._registered.lock:
            return register_server(self._registered, source, name, lambda known: self._taken(besides=known))

    def add_folder(self, folder: Path) -> tuple[list[ModelSpec], list[UnusableModel]]:
        """Register the models in a folder and below; what of it cannot be used. Raises StoreError."""
        added: list[ModelSpec] = []
        left_out: list[UnusableModel] = []
        for found in gguf_files(folder, FOLDER_LEVELS):
            if isinstance(found, LeftOut):
                left_out.append(found.as_model_of(""))
                continue
            try:
                if peek(found) != PROJECTOR:
                    added.append(self.add(found))
            except ModelError as error:
                left_out.append(UnusableModel("", found.name, found, error.message, error.hint))
        return added, left_out

    def embedder(self, file: str) -> ModelSpec | None:
        """The embedding model in that file, with its projector; "" is the one that is shipped. None where that is
        missing. Raises ModelError."""
        if file:
            return self._in_file(home_expanded(file), [])
        model, projector = (self._shipped / "practice" / name for name in EMBEDDER)
        there = look_at(model).is_file and look_at(projector).is_file
        return ModelSpec.of_files(model.stem, model, projector) if there else None

    def describe(self, spec: ModelSpec, context_tokens: int) -> ModelRow:
        """For a list of models. Reads headers."""
        return describe(spec, context_tokens, free_memory(), self._own_files)

    def keep(self, spec: ModelSpec) -> ModelSpec:
        """Register another program's model under the name that it has now, so that it is found at once from now on.
        Raises StoreError."""
        with self._registered.lock:
            if spec.practice or any(known.source == spec.source for known in self._registered.specs()):
                return spec
            kept = replace(spec, name=free_name(spec.name, spec.owner, self._taken()))
            self._registered.add_or_replace(kept)
            return kept

    def rename(self, name: str, new_name: str) -> ModelSpec:
        """Raises ModelMissing, InputError for a name that cannot be had, StoreError."""
        spec = self._own(name)
        with self._registered.lock:
            renamed = replace(spec, name=checked_name(new_name, self._taken(besides=spec)))
            if self._registered_as(spec.name):
                self._registered.rename(spec.name, renamed.name)
            else:
                self._registered.add_or_replace(renamed)
        return renamed

    def remove(self, name: str) -> ModelSpec:
        """Forget a registration; its files stay. What it was. Raises ModelMissing, InputError for the practice model
        and for what is not registered, StoreError."""
        spec = self._own(name)
        if not self._registered_as(spec.name):
            raise not_registered(spec)
        self._registered.drop(spec.name)
        return spec

    def restore(self, spec: ModelSpec) -> ModelSpec:
        """Register again what was removed. Raises StoreError."""
        with self._registered.lock:
            kept = replace(spec, name=free_name(spec.name, place_of(spec), self._taken()))
            self._registered.add_or_replace(kept)
            return kept

    def current_name(self, name: str) -> str:
        """What the model is called that is meant by `name`, perhaps by the name that it had before. Raises
        StoreError."""
        spec = self._called_ever(self.models(), name)
        return spec.name if spec else name

    def _called_ever(self, models: Sequence[ModelSpec], asked: str) -> ModelSpec | None:
        """By its name, or by one that it had before."""
        if (spec := _called(models, asked)) is not None:
            return spec
        name_now = self._registered.former_names().get(asked.casefold())
        return _called(models, name_now) if name_now is not None else None

    def _own(self, name: str) -> ModelSpec:
        """The model of that name, which is not the practice model. Raises ModelMissing, InputError."""
        if name.casefold() == PRACTICE:
            raise InputError(_(_PART_OF_FANLIGHT), _("Name a model that you added."))
        registered = [spec for spec in self.models() if not spec.practice]
        if (spec := self._called_ever(registered, name)) is not None:
            return spec
        others = self.of_other_programs()[0]
        if (spec := _called(others, name)) is not None:
            return spec
        raise no_model_called(name, [*registered, *others])

    def _registered_as(self, name: str) -> bool:
        return any(spec.name == name for spec in self._registered.specs())

    def _taken(self, besides: ModelSpec | None = None) -> set[str]:
        """All names in use, in lower case, but for that of `besides`."""
        names = {spec.name.casefold() for spec in self.models() if besides is None or spec.name != besides.name}
        return names | {PRACTICE}

    def _practice(self) -> ModelSpec | None:
        folder = self._shipped / "practice"
        model, projector = folder / "practice.gguf", folder / "practice-mmproj.gguf"
        if not look_at(model).is_file:
            return None
        return ModelSpec.of_files(PRACTICE, model, projector if look_at(projector).is_file else None, practice=True)

    def _in_file(self, path: Path, models: list[ModelSpec]) -> ModelSpec:
        path = first_part(model_file(path))
        known = next((spec for spec in models if is_in(spec, path)), None)
        return known or ModelSpec.of_files(path.stem, path, chosen_projector(path, None))


def _called(models: Sequence[ModelSpec], asked: str) -> ModelSpec | None:
    """The model of exactly that name; else of a name that is nearly the same."""
    exact = (spec for spec in models if spec.name == asked)
    return next(exact, None) or next((spec for spec in models if is_called(spec.name, asked)), None)
