"""The models in a repository of the hub, made of its list of files: each GGUF with the projector that belongs to it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from fanlight.catalog.hub_names import HubName, has_tag_that_begins
from fanlight.catalog.known_models import NOT_RUN, KnownFile, KnownModel, plain_name
from fanlight.domain.downloads import FileRole, is_file_name
from fanlight.domain.hub import HubFile, HubRepository

_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf", re.IGNORECASE)
_PREFERRED = ("q4_k_m", "q4_0", "q4_k_s", "q5_k_m", "iq4_xs", "q6_k", "q8_0", "q3_k_m", "bf16", "f16")
"""Which of several quantizations is offered first: the smallest that hardly loses anything."""
_PROJECTORS = ("f16", "bf16", "q8_0", "f32")
_NO_MODEL = re.compile(r"(?i)imatrix|(?:^|[-_.])mtp[-_.]|mmproj")
_QUANTIZATION = re.compile(r"(?i)(?:^|[-_.])(?:ud[-_])?(?:i?q\d\w*|b?f16|fp16|f32|mxfp4\w*)(?=$|[-_.])")
_ENOUGH_LETTERS = 6
"""Of a projector's name: "mmproj-model-f16" names no model."""
_LONGEST_ID, _DIGEST_DIGITS = 64, 8
_OWN = "@"
"""Between what a model is called and what tells it from others of that name: each conversion of one has the same."""


def models_in(repository: HubRepository) -> tuple[KnownModel, ...]:
    """The best first; empty where it has no GGUF file whose sha256 the hub says."""
    files = [file for file in repository.files if _is_usable(file)]
    projectors = [file for file in files if "mmproj" in _name(file).lower()]
    whole = _whole_models(file for file in files if not _NO_MODEL.search(_name(file)))
    made = [_model(repository, parts, _projector(parts[0], projectors, whole)) for parts in whole]
    return tuple(sorted(made, key=_rank))


def model_named(models: Sequence[KnownModel], named: HubName) -> KnownModel | None:
    """The one that a name or an address leads to, by any of its files; the best where it leads to the repository
    alone; None where what it leads to is not there."""
    if named.file:
        with_file = [model for model in models if any(file.path == named.file for file in model.files)]
        by_name = [model for model in models if any(file.name == named.file for file in model.files)]
        return next(iter((*with_file, *by_name)), None)
    tag = named.tag
    exact = (model for model in models if not tag or model.has_tag(tag))
    begun = (model for model in models if has_tag_that_begins(model.name, tag))
    return next(exact, None) or next(begun, None)


def listed_name(model_id: str) -> str:
    """What a model is called in the list of models, by its id."""
    return model_id.partition(_OWN)[0]


def _is_usable(file: HubFile) -> bool:
    return file.path.lower().endswith(".gguf") and bool(file.sha256) and is_file_name(_name(file))


def _name(file: HubFile) -> str:
    return file.path.rpartition("/")[2]


def _folder(file: HubFile) -> str:
    return file.path.rpartition("/")[0]


def _stem(file: HubFile) -> str:
    """Its name without the ending and the number of a part."""
    name = _name(file)
    split = _PART.fullmatch(name)
    return split[1] if split else name[: -len(".gguf")]


def _whole_models(files: Iterable[HubFile]) -> list[list[HubFile]]:
    """One file each, or all parts of one in several files; one that lacks a part is left out."""
    split: dict[tuple[str, int], dict[int, HubFile]] = {}
    whole: list[list[HubFile]] = []
    for file in files:
        if part := _PART.fullmatch(file.path):
            split.setdefault((part[1], int(part[3])), {})[int(part[2])] = file
        else:
            whole.append([file])
    for (_stem, count), parts in split.items():
        if sorted(parts) == list(range(1, count + 1)):
            whole.append([parts[number] for number in sorted(parts)])
    return whole


def _projector(model: HubFile, projectors: list[HubFile], whole: list[list[HubFile]]) -> HubFile | None:
    """That of the model's folder, where one has some. Of those for several models the one that shares the model's name:
    more of it than of any other model's."""
    folder = _folder(model)
    beside = [file for file in projectors if _folder(file) == folder] or projectors
    others = [parts[0] for parts in whole if parts[0] is not model]
    own = [file for file in beside if not _is_of_another(file, model, others)]
    return min(own, key=lambda file: (-_likeness(file, model), _place(_name(file), _PROJECTORS)), default=None)


def _is_of_another(projector: HubFile, model: HubFile, others: list[HubFile]) -> bool:
    """Whether its name is another model's, and less of it this one's."""
    likeness, named = _likeness(projector, model), min(len(_plain_stem(projector)), _ENOUGH_LETTERS)
    return any(_likeness(projector, other) > max(likeness, named - 1) for other in others)


def _likeness(projector: HubFile, model: HubFile) -> int:
    """How much of the model's name the projector's begins with."""
    pairs = zip(_plain_stem(projector), _plain_stem(model), strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _plain_stem(file: HubFile) -> str:
    """Letters and digits of its name, without the quantization."""
    return plain_name(_QUANTIZATION.sub("", _stem(file)).replace("mmproj", ""))


def _model(repository: HubRepository, parts: list[HubFile], projector: HubFile | None) -> KnownModel:
    stem = _stem(parts[0])
    files = [_file(repository, part, FileRole.OTHER if number else FileRole.MODEL) for number, part in enumerate(parts)]
    if projector is not None:
        files.append(_file(repository, projector, FileRole.PROJECTOR))
    return KnownModel(
        id=f"{_slug(stem)}{_OWN}{_digest(parts)}",
        name=stem,
        licence=repository.licence,
        files=tuple(files),
        inputs=("pictures",) if projector is not None else (),
        verified=NOT_RUN,
    )


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")[:_LONGEST_ID] or "model"


def _digest(parts: list[HubFile]) -> str:
    """Of their content."""
    return hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()[:_DIGEST_DIGITS]


def _file(repository: HubRepository, file: HubFile, role: FileRole) -> KnownFile:
    return KnownFile(
        role, repository.repository, repository.commit, _name(file), file.sha256, file.size_bytes, path=file.path
    )


def _rank(model: KnownModel) -> tuple[int, int]:
    return _place(model.name, _PREFERRED), model.size_bytes or 0


def _place(name: str, order: tuple[str, ...]) -> int:
    """Of the word in `order` that the name has, between other words; behind them where it has none."""
    words = name.lower()
    return next(
        (number for number, word in enumerate(order) if re.search(rf"(?<![a-z0-9]){word}(?![a-z0-9_])", words)), 99
    )
