"""The available models: the practice model, those the user has added (their files stay in place), and those that are
installed as packages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from fanlight.catalog.catalog_file import load_known_models
from fanlight.catalog.known_installed import installed
from fanlight.catalog.registrations import Registrations
from fanlight.domain.errors import InputError, ModelMissing, StoreError
from fanlight.domain.models import NO_PROJECTOR, ModelFiles, ModelSpec
from fanlight.domain.path_kinds import absolute_path, home_expanded, look_at, same_file, shortened
from fanlight.gguf.check import check
from fanlight.gguf.header import Header
from fanlight.gguf.pair import choose_projector
from fanlight.gguf.split import parts
from fanlight.i18n import N_, _

PRACTICE = "practice"
FILE = "models.json"
MAX_NAME = 80
_NO_MODEL = N_("There is no model called “{name}”.")
_UNINFORMATIVE = frozenset(("model", "models", "hf", "gguf", "tmp", "output", "converted", "merged", "snapshot", "."))


class Catalog:
    """`shipped`: the folder of bundled models; `home`: the user's folder; `packaged` finds models in packages."""

    def __init__(self, shipped: Path, home: Path, packaged: Callable[[], Sequence[ModelSpec]] = tuple) -> None:
        self._shipped, self._home, self._packaged = shipped, home, packaged
        self._registered = Registrations(home / FILE)

    def models(self) -> list[ModelSpec]:
        """The practice model first. A registration is listed even when its files are gone. Raises StoreError."""
        practice, registered = self._practice(), self._registered.specs()
        names = {spec.name.casefold() for spec in registered}
        packaged = [
            spec
            for spec in self._packaged()
            if spec.name.casefold() not in names and not any(_is_in(other, spec.files.model) for other in registered)
        ]
        return [*([practice] if practice else []), *registered, *packaged]

    def problem(self) -> StoreError | None:
        """What in the list of registrations cannot be used."""
        try:
            return self._registered.problem()
        except StoreError as error:
            return error

    def find(self, name_or_path: str, projector: Path | None = None) -> ModelSpec:
        """The model of that name, or the one in that file, which need not be registered: its projector is looked up in
        the same folder. `projector` replaces it (NO_PROJECTOR: by none). Raises ModelMissing."""
        spec = self._find(name_or_path)
        if projector is None:
            return spec
        return replace(spec, source=ModelFiles(spec.files.model, _chosen(spec.files.model, projector)))

    def _find(self, name_or_path: str) -> ModelSpec:
        models = self.models()
        for same in (str.__eq__, lambda a, b: a.casefold() == b.casefold()):
            for spec in models:
                if same(spec.name, name_or_path):
                    return spec
        path = home_expanded(name_or_path)
        if not look_at(path).is_missing:
            return self._in_file(path, models)
        known = load_known_models(self._shipped, self._home).find(name_or_path)
        if known is not None and known.kind == "model":
            return installed(known, models)
        if path.suffix.lower() == ".gguf":
            return self._in_file(path, models)
        raise ModelMissing(_(_NO_MODEL).format(name=shortened(name_or_path)), _suggestion(name_or_path, models))

    def add(self, model: Path, projector: Path | None = None, name: str | None = None) -> ModelSpec:
        """Register a model's files, which stay in place. Without `projector` the model's own in its folder is used,
        with NO_PROJECTOR none; without `name` the model's own name. A file that is registered already gets the new name
        or projector.

        Raises ModelError for unusable files, InputError for an unusable name, StoreError.
        """
        model = _first_part(_model_file(model))
        known = next((spec for spec in self._registered.specs() if _is_in(spec, model)), None)
        projector = _chosen(model, projector)
        header = check(ModelSpec.of_files(name or model.stem, model, projector)).model
        taken = {spec.name.casefold() for spec in self.models() if known is None or spec.name != known.name}
        taken.add(PRACTICE)
        if name is not None:
            name = _checked_name(name, taken)
        else:
            name = known.name if known else _unused_name(_readable(header), model, taken)
        spec = ModelSpec.of_files(name, model, projector)
        if known and known.name != name:
            self._registered.drop(known.name)
        self._registered.add_or_replace(spec)
        return spec

    def remove(self, name: str) -> None:
        """Forget a registration; its files stay. Raises ModelMissing, or InputError for the practice model."""
        if name == PRACTICE:
            raise InputError(
                _("The practice model is part of Fanlight and cannot be removed."), _("Name a model that you added.")
            )
        registered = any(spec.name == name for spec in self._registered.specs())
        if not registered and any(spec.name == name for spec in self._packaged()):
            raise InputError(
                _("{name} is installed as a package of Python, not added to the list.").format(name=name),
                _("Its file stays available until the package is removed with pip."),
            )
        if not registered:
            raise ModelMissing(_(_NO_MODEL).format(name=name), _suggestion(name, self._registered.specs()))
        self._registered.drop(name)

    def _practice(self) -> ModelSpec | None:
        folder = self._shipped / "practice"
        model, projector = folder / "practice.gguf", folder / "practice-mmproj.gguf"
        if not look_at(model).is_file:
            return None
        return ModelSpec.of_files(PRACTICE, model, projector if look_at(projector).is_file else None, practice=True)

    def _in_file(self, path: Path, models: list[ModelSpec]) -> ModelSpec:
        path = _first_part(_model_file(path))
        known = next((spec for spec in models if _is_in(spec, path)), None)
        return known or ModelSpec.of_files(path.stem, path, _chosen(path, None))


def _chosen(model: Path, projector: Path | None) -> Path | None:
    if projector == NO_PROJECTOR:
        return None
    return choose_projector(model).projector if projector is None else _model_file(projector)


def _model_file(path: Path) -> Path:
    """The absolute path of a file. Symbolic links are not resolved: the projector may be in the folder of the link.
    Raises ModelMissing."""
    path = absolute_path(home_expanded(path))
    found = look_at(path)
    if found.refusal:
        raise ModelMissing(found.refusal, _("Choose the .gguf file inside it.") if found.is_folder else None)
    return path


def _first_part(path: Path) -> Path:
    """The first file of a model in several files."""
    first = parts(path)[0]
    return first if look_at(first).is_file else path


def _is_in(spec: ModelSpec, path: Path) -> bool:
    """Whether the model is in this file, perhaps under another path."""
    return isinstance(spec.source, ModelFiles) and same_file(spec.source.model, path)


def _readable(header: Header) -> str:
    """The model's own name as a word for the command line: "Qwen2.5 VL 7B Instruct" becomes qwen2.5-vl-7b-instruct."""
    for name in (header.get("general.name", ""), header.path.stem):
        word = re.sub(r"[^\w.+-]+", "-", name.strip().casefold()).strip("-._")[:MAX_NAME]
        if len(word) > 1 and word not in _UNINFORMATIVE and not word.isdigit():
            return word.removesuffix(".gguf")
    return "model"


def _unused_name(word: str, model: Path, taken: set[str]) -> str:
    """`word`, if necessary with the quantization in the file's name, or with a number."""
    quantization = re.search(
        r"(?i)\b(i?q\d\w*|bf16|f16|f32|mxfp4\w*)\b", model.stem.replace("-", " ").replace(".", " ")
    )
    tries = [word, *([f"{word}-{quantization[1].lower()}"] if quantization else [])]
    tries += [f"{word}-{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in tries if name not in taken)


def _checked_name(name: str, taken: set[str]) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable() or "/" in name or name.lower().endswith(".gguf"):
        raise InputError(
            _("A model cannot be called “{name}”.").format(name=name), _("Choose a short name without slashes.")
        )
    if name.casefold() in taken:
        raise InputError(
            _("There is already a model called “{name}”.").format(name=name),
            _("Choose another name, or remove that model first."),
        )
    return name


def _suggestion(name: str, models: list[ModelSpec]) -> str:
    close = difflib.get_close_matches(name.casefold(), [spec.name.casefold() for spec in models], n=1, cutoff=0.5)
    near = next((spec.name for spec in models if close and spec.name.casefold() == close[0]), None)
    commands = _(
        "`fanlight models list` shows the models that are here, `fanlight models catalog` those that can be fetched."
    )
    if near is None:
        return commands
    question = _("Did you mean “{name}”?").format(name=near)
    return f"{question} {commands}"
