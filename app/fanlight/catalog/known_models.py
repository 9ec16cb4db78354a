"""The models that Fanlight knows where to get: `models/catalog.toml`, with the user's own file of that name over it.

They are found by names as people write them: an id, a short name ("gemma4"), a repository, the address of one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from fanlight.domain.downloads import FileRole, total_size
from fanlight.i18n import _

Kind = Literal["model", "speech", "voice"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Thinking = Literal["unknown", "never", "optional", "always"]
THINKING: tuple[Thinking, ...] = get_args(Thinking)

NOT_RUN = "not run by us"
_SHORTEST_PREFIX = 4
_HUBS = re.compile(
    r"(?i)^(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com|modelscope\.(?:cn|ai)/models)/"
)
_IN_REPOSITORY = re.compile(r"^([^/]+/[^/]+)/(?:tree|blob|resolve)/[^/]+/?(.*)$")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


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
    `recommended`: the first choice for its tier. `is_shipped`: its words are Fanlight's own, and translated."""

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


@dataclass(frozen=True, slots=True)
class KnownModels:
    """In the order of the file. `problems`: sentences about entries that cannot be used."""

    models: tuple[KnownModel, ...] = ()
    problems: tuple[str, ...] = ()

    def find(self, name: str) -> KnownModel | None:
        """By any name that people write. Of several that begin like it, the first."""
        for written in _readings(name):
            if found := next((model for model in self.models if written in model.keys), None):
                return found
        for written in _readings(name):
            if len(written) >= _SHORTEST_PREFIX and (found := self._beginning_with(written)):
                return found
        return None

    def _beginning_with(self, written: str) -> KnownModel | None:
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


def repository_in(name: str) -> str:
    """The repository that is named, or that an address leads to: "Qwen/Qwen3-VL-4B-Instruct-GGUF"; "" for neither."""
    path = _path(name)
    inside = _IN_REPOSITORY.match(path)
    repository = inside[1] if inside else path.partition(":")[0]
    return repository if _REPOSITORY.fullmatch(repository) and not repository.lower().endswith(".gguf") else ""


def file_in(name: str) -> str:
    """The path in its repository of the file that an address leads to; ""."""
    inside = _IN_REPOSITORY.match(_path(name))
    return inside[2] if inside and inside[2].lower().endswith(".gguf") else ""


def tag_in(name: str) -> str:
    """What follows a repository behind a colon, as Ollama and llama.cpp write it: "Q4_K_M"; ""."""
    return _path(name).partition(":")[2] if repository_in(name) else ""


def is_other_address(name: str) -> bool:
    """Whether it is an address, and leads to no repository of the hub."""
    return "://" in name and not repository_in(name)


def _path(name: str) -> str:
    """Without the hub's address before it and what follows a path behind it."""
    return re.split(r"[?#]", _HUBS.sub("", name.strip()), maxsplit=1)[0].strip("/")


def _readings(name: str) -> list[str]:
    """What the name may mean, the most exact first: the file or the repository, the name with and without a tag."""
    path = _path(name)
    found: list[str] = []
    if file := file_in(name):
        found.append(file.rpartition("/")[2])
    elif inside := _IN_REPOSITORY.match(path):
        found.append(inside[1])
    else:
        found += [path, path.partition(":")[0]]
    found = [one[:-5] if one.lower().endswith(".gguf") else one for one in found]
    return list(dict.fromkeys(filter(None, map(plain_name, found))))
