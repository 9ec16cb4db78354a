"""The models that Fanlight knows where to get: `models/catalog.toml`, with the user's own file of that name over it.

They are found by names as people write them: an id, a short name ("gemma4"), a repository, the address of one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from fanlight.catalog.hub_names import HubName, ends_with_tag, hub_name
from fanlight.domain.downloads import FileRole, total_size
from fanlight.domain.models import NOTHING_RECOMMENDED, RecommendedSampling
from fanlight.i18n import _

Kind = Literal["model", "embedder", "speech", "voice"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Thinking = Literal["unknown", "never", "optional", "always"]
THINKING: tuple[Thinking, ...] = get_args(Thinking)

NOT_RUN = "not run by us"
_SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file in a repository of the Hugging Face Hub, at one commit: names stay while contents change. `mirrors` are
    addresses of folders that hold the same file. `size_bytes` None: not known."""

    role: FileRole
    repository: str
    commit: str
    name: str
    sha256: str
    size_bytes: int | None = None
    mirrors: tuple[str, ...] = ()
    path: str = ""
    """In the repository, where it is not `name`."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """`tier_gb`: the memory of a computer it is for. `languages`: codes, or "many"; empty where its card does not say.
    `prompts`: what it must be asked with, for models that read text. `verified`: what was tried, or NOT_RUN.
    `recommended`: the first choice for its tier. `sampling`: what its card says of it. `is_shipped`: its words are
    Fanlight's own, and translated."""

    id: str
    name: str
    licence: str
    files: tuple[KnownFile, ...]
    aliases: tuple[str, ...] = ()
    kind: Kind = "model"
    good_at: str = ""
    tier_gb: int = 0
    inputs: tuple[str, ...] = ()
    thinking: Thinking = "unknown"
    languages: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    verified: str = NOT_RUN
    recommended: bool = False
    sampling: RecommendedSampling = NOTHING_RECOMMENDED
    is_shipped: bool = field(default=False, compare=False)

    @property
    def size_bytes(self) -> int | None:
        """To be fetched; None where the size of a file is not known."""
        return total_size(file.size_bytes for file in self.files)

    @property
    def shown_good_at(self) -> str:
        return _(self.good_at) if self.is_shipped else self.good_at

    def file(self, role: FileRole) -> KnownFile | None:
        return next((file for file in self.files if file.role is role), None)

    @property
    def keys(self) -> frozenset[str]:
        """What it is found by, in the form of `plain_name`."""
        names = [self.id, self.name, *self.aliases]
        for file in self.files:
            names += [file.repository, file.repository.partition("/")[2]]
            if file.role is FileRole.MODEL:
                names.append(file.name.removesuffix(".gguf"))
        keys = {plain_name(name) for name in names}
        return frozenset(keys | {key.removesuffix("gguf") for key in keys})

    def has_tag(self, tag: str) -> bool:
        """Whether that is its quantization."""
        folder, _slash, file = (self.files[0].path or self.files[0].name).rpartition("/")
        return ends_with_tag(folder, tag) or any(
            ends_with_tag(name, tag) for name in (self.name, file[: -len(".gguf")])
        )

    def is_meant_by(self, named: HubName) -> bool:
        """Whether it is what that name stands for; a repository alone may be that of its maker, without GGUF files."""
        repository = plain_name(named.repository)
        if named.revision and not any(file.commit.startswith(named.revision) for file in self.files):
            return False
        if named.file:
            files = [(plain_name(file.repository), file.path or file.name) for file in self.files]
            return (repository, named.file) in files
        return repository in self.keys and (not named.tag or self.has_tag(named.tag))


@dataclass(frozen=True, slots=True)
class KnownModels:
    """In the order of the file. `problems`: sentences about entries that cannot be used."""

    models: tuple[KnownModel, ...] = ()
    problems: tuple[str, ...] = ()

    def find(self, name: str) -> KnownModel | None:
        """By any name that people write. Of several that begin like it, the first."""
        if (named := hub_name(name)) is not None:
            return next((model for model in self.models if model.is_meant_by(named)), None)
        word = name.strip().removesuffix("/")
        word = word[: -len(".gguf")] if word.lower().endswith(".gguf") else word
        stem, _colon, tag = word.partition(":")
        found = self.called(word) or self._beginning_with(plain_name(word))
        if found is not None or not tag:
            return found
        found = self.called(stem)
        return found if found is not None and (tag.lower() == "latest" or found.has_tag(tag)) else None

    def called(self, name: str) -> KnownModel | None:
        """By one of its names in full."""
        written = plain_name(name)
        return next((model for model in self.models if written in model.keys), None) if written else None

    def _beginning_with(self, written: str) -> KnownModel | None:
        if len(written) < _SHORTEST_PREFIX:
            return None
        return next((model for model in self.models if any(key.startswith(written) for key in model.keys)), None)

    def close_to(self, name: str) -> KnownModel | None:
        """What may have been meant by a name that is misspelled."""
        names = {plain_name(one): model for model in reversed(self.models) for one in (model.id, *model.aliases)}
        close = difflib.get_close_matches(plain_name(name), names, n=1, cutoff=0.6)
        return names[close[0]] if close else None

    def of_kind(self, kind: Kind) -> Sequence[KnownModel]:
        return [model for model in self.models if model.kind == kind]


def merged_models(shipped: Iterable[KnownModel], own: Iterable[KnownModel]) -> tuple[KnownModel, ...]:
    """`own` ones replace those with the same id in their place; the others come last."""
    replacing = {model.id: model for model in own}
    merged = [replacing.pop(model.id, model) for model in shipped]
    return (*merged, *replacing.values())


def plain_name(name: str) -> str:
    """Letters and digits alone: people write qwen3-vl, Qwen3 VL, and qwen3_vl."""
    return "".join(char for char in name.casefold() if char.isalnum())
