"""What of the Hugging Face Hub is named: a repository as people write it, an address of it or of a file in it, or a
command that was copied from its page."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import PurePath

from fanlight.domain.downloads import host_of
from fanlight.domain.hub import REPOSITORY

_HOSTS = ("huggingface.co", "hf.co", "hf-mirror.com", "modelscope.cn", "modelscope.ai")
_SCHEMES = ("hf://", "modelscope://", "jan://models/huggingface/", "git@hf.co:")
"""Followed by a repository at once."""
_COMMANDS = ("ollama", "hf", "huggingface-cli", "modelscope", "git", "curl", "wget", "lms", "docker", "jan", "fanlight")
_LLAMA_CPP = re.compile(r"llama-(?:server|run|bench|simple|(?:[a-z0-9]+-)*cli)")
_AROUND = " \t\r\n\"'`<>[]()“”‘’«»,;"
_IN_REVISION = ("tree", "blob", "resolve", "raw", "blame", "commits", "commit", "edit")
_NO_OWNERS = (
    "api", "blog", "collections", "datasets", "docs", "join", "learn", "login", "organizations", "papers", "posts",
    "pricing", "settings", "spaces",
)  # fmt: skip
"""What stands in their place in addresses that lead to no model."""
_NEWEST = ("", "main", "master", "HEAD")
_FILE_PARAMETER = re.compile(r"[?&](?:show_file_info|file|filename)=([^&#]+)", re.IGNORECASE)
_MODEL_PARAMETER = re.compile(r"[?&]model=([^&#]+)", re.IGNORECASE)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class HubName:
    """`repository`: "owner/name"; `revision` "": its newest; `file`: the path in it of a GGUF file, ""; `tag`: which
    quantization, as llama.cpp and Ollama write it behind a colon ("Q4_K_M"), ""."""

    repository: str
    revision: str = ""
    file: str = ""
    tag: str = ""


def hub_name(written: str) -> HubName | None:
    """None for other names, and for words to search for."""
    text = written.strip(_AROUND).rpartition("](")[2]
    words = [word.strip(_AROUND) for word in text.split()]
    if len(words) < 2:
        return _in_word(words[0]) if words else None
    is_command = _is_command(words[0])
    for word in words:
        named = _in_word(word) if "://" in word or _host_in(word) or (is_command and "/" in word[1:]) else None
        if named is not None:
            file = next((one for one in words if one.lower().endswith(".gguf") and not _in_word(one)), "")
            return named if named.file or not file else HubName(named.repository, named.revision, file)
    return None


def is_other_address(written: str) -> bool:
    """Whether it is an address, and leads to no repository of the hub."""
    return "://" in written and hub_name(written) is None


def ends_with_tag(name: str, tag: str) -> bool:
    """Whether a file's name ends with that quantization: "Q2" is not that of "model-AVQ2", nor "Q4_XS" of
    "model-IQ4_XS"."""
    return f"_{_words(name)}".endswith(f"_{_words(tag)}")


def has_tag_that_begins(name: str, begins: str) -> bool:
    """As `ends_with_tag`, for "Q8" where the file's name has "Q8_0"."""
    return f"_{_words(begins)}" in f"_{_words(name)}"


def _words(name: str) -> str:
    return re.sub(r"[-_.\s]+", "_", name.casefold()).strip("_")


def _is_command(word: str) -> bool:
    name = PurePath(word.replace("\\", "/")).name.lower().removesuffix(".exe")
    return name in _COMMANDS or _LLAMA_CPP.fullmatch(name) is not None


def _host_in(word: str) -> str:
    """The beginning of it that says which hub; ""."""
    low = word.lower()
    plain = re.sub(r"^(?:git\+)?https?://", "", low).removeprefix("www.")
    own = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/").lower()
    hosts = (*_HOSTS, own.partition("://")[2]) if "://" in own else _HOSTS
    found = next((host for host in hosts if plain.startswith((f"{host}/", f"{host}:443/"))), "")
    return low[: low.index(found) + len(found)] if found else ""


def _in_word(word: str) -> HubName | None:
    if word.lower().startswith("lmstudio://"):
        model = _MODEL_PARAMETER.search(word)
        word = _decoded(model[1]) if model else word
    scheme = next((one for one in _SCHEMES if word.lower().startswith(one)), "")
    host = scheme or _host_in(word)
    if not host and ("://" in word or word[:1] in "./~"):
        return None
    path = re.split(r"[?#]", word[len(host) :], maxsplit=1)[0]
    pieces = [_decoded(piece) for piece in path.split("/") if piece not in ("", ".", ":443")]
    if host and not scheme:
        pieces = _behind_host(pieces)
    if len(pieces) < 2 or ".." in "/".join(pieces).split("/"):
        return None
    named = _FILE_PARAMETER.search(word)
    return _named(pieces, _decoded(named[1]) if named else "", has_host=bool(host))


def _behind_host(pieces: list[str]) -> list[str]:
    """The owner first; nothing where the address is of something else."""
    if pieces[:1] == ["api"]:
        pieces = pieces[1:]
    if pieces[:1] == ["models"]:
        pieces = pieces[1:]
    return [] if pieces[:1] and pieces[0].lower() in _NO_OWNERS else pieces


def _named(pieces: list[str], file: str, *, has_host: bool) -> HubName | None:
    owner, name, *rest = pieces
    name, _colon, tag = name.partition(":")
    name, _at, revision = name.partition("@")
    repository = f"{owner}/{name.removesuffix('.git')}"
    if not REPOSITORY.fullmatch(repository) or name.lower().endswith(".gguf"):
        return None
    if rest and rest[0] == "file" and rest[1:2] == ["view"]:  # ModelScope's pages
        rest = rest[1:]
    if rest and (rest[0] in _IN_REVISION or rest[0] == "view"):
        revision, *inside = ["/".join(rest[1:4]), *rest[4:]] if rest[1:2] == ["refs"] else rest[1:] or [""]
        file = file or "/".join(inside)
    elif rest and not has_host:
        return None
    elif rest and rest[-1].lower().endswith(".gguf"):
        file = file or "/".join(rest)
    if ".." in (*revision.split("/"), *file.split("/")):
        return None
    if tag.lower().endswith(".gguf"):
        file, tag = file or tag, ""
    return HubName(
        repository,
        "" if revision in _NEWEST else revision,
        file if file.lower().endswith(".gguf") else "",
        "" if tag.lower() == "latest" else tag,
    )


def _decoded(text: str) -> str:
    """Percent-decoded; `urllib` would bring the network in. What is no UTF-8 stays."""
    data = _PERCENT.sub(lambda found: bytes([int(found[1], 16)]), text.encode("utf-8", "replace"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return text


def repository_of_address(address: str) -> str:
    """The repository that a file's address is laid out with, on whatever host; ""."""
    before, found, _behind = address.partition("/resolve/")
    name = "/".join(before.rpartition("://")[2].split("/")[-2:])
    return name if found and host_of(address) and REPOSITORY.fullmatch(name) else ""
