"""The models in a repository of the hub, made of its list of files: each GGUF with the projector that belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fanlight.catalog.known_models import NOT_RUN, KnownFile, KnownModel
from fanlight.domain.downloads import FileRole, is_file_name
from fanlight.domain.hub import HubFile, HubRepository

_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf", re.IGNORECASE)
_PREFERRED = ("q4_k_m", "q4_0", "q4_k_s", "q5_k_m", "iq4_xs", "q6_k", "q8_0", "q3_k_m", "bf16", "f16")
"""Which of several quantizations is offered first: the smallest that hardly loses anything."""
_PROJECTORS = ("f16", "bf16", "q8_0", "f32")
_NO_MODEL = re.compile(r"(?i)imatrix|(?:^|[-_.])mtp[-_.]|mmproj")
_LONGEST_ID = 64


def models_in(repository: HubRepository) -> tuple[KnownModel, ...]:
    """The best first; empty where it has no GGUF file whose sha256 the hub says."""
    files = [file for file in repository.files if _is_usable(file)]
    projectors = [file for file in files if "mmproj" in _name(file).lower()]
    made = [
        _model(repository, parts, _projector(parts[0], projectors))
        for parts in _whole_models(file for file in files if not _NO_MODEL.search(_name(file)))
    ]
    return tuple(sorted(made, key=_rank))


def _is_usable(file: HubFile) -> bool:
    return file.path.lower().endswith(".gguf") and bool(file.sha256) and is_file_name(_name(file))


def _name(file: HubFile) -> str:
    return file.path.rpartition("/")[2]


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


def _projector(model: HubFile, projectors: list[HubFile]) -> HubFile | None:
    folder = model.path.rpartition("/")[0]
    beside = [file for file in projectors if file.path.rpartition("/")[0] == folder] or projectors
    return min(beside, key=lambda file: _place(_name(file), _PROJECTORS), default=None)


def _model(repository: HubRepository, parts: list[HubFile], projector: HubFile | None) -> KnownModel:
    first = _name(parts[0])
    split = _PART.fullmatch(first)
    stem = split[1] if split else first[: -len(".gguf")]
    files = [_file(repository, part, FileRole.OTHER if number else FileRole.MODEL) for number, part in enumerate(parts)]
    if projector is not None:
        files.append(_file(repository, projector, FileRole.PROJECTOR))
    return KnownModel(
        id=re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")[:_LONGEST_ID] or "model",
        name=stem,
        licence=repository.licence,
        files=tuple(files),
        inputs=("pictures",) if projector is not None else (),
        verified=NOT_RUN,
    )


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
