"""Ollama: `manifests/HOST/NAMESPACE/MODEL/TAG`, JSON whose layers are files `blobs/sha256-…`; the layer of a vision
model's projector has a media type of its own (ollama/ollama, manifest/manifest.go; newer versions write manifests-v2,
whose files may be links to blobs, and lists of manifests by runner).

The folder is OLLAMA_MODELS, else ~/.ollama/models (envconfig/config.go); the service that the Linux installer sets up
runs as a user of its own, in /usr/share/ollama.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fanlight.catalog.programs.candidates import Candidate, LeftOut, read_json, unfinished, unreadable
from fanlight.catalog.programs.places import Places
from fanlight.domain.models import NO_PROJECTOR
from fanlight.domain.path_kinds import look_at
from fanlight.i18n import _

NAME = "Ollama"
_MODEL, _PROJECTOR = "application/vnd.ollama.image.model", "application/vnd.ollama.image.projector"
_ADAPTER = "application/vnd.ollama.image.adapter"
_LIST = "application/vnd.ollama.manifest.list.v2+json"
_DIGEST = re.compile(r"sha256[:-]([0-9a-fA-F]{64})")
_LEVELS = 4
"""Host, namespace, model, tag."""
_MOST_MANIFESTS = 5000
_RUNNERS = ("", "ollama", "llamacpp")
"""Those whose weights are GGUF; "" in manifests from before there were others."""


def models(places: Places) -> Iterator[Candidate | LeftOut]:
    for folder in dict.fromkeys(_folders(places)):
        names = set[str]()
        for manifests in (folder / "manifests-v2", folder / "manifests"):
            for found in _manifests(manifests):
                if isinstance(found, LeftOut):
                    yield found
                    continue
                name = _name(found.relative_to(manifests).parts)
                if name not in names:
                    names.add(name)
                    yield from _candidates(folder, found, name)


def _folders(places: Places) -> Iterator[Path]:
    if (named := places.named("OLLAMA_MODELS")) is not None:
        yield named
    if (own := places.named("OLLAMA_HOME")) is not None:
        yield own / "models"
    yield places.home / ".ollama" / "models"
    if places.platform not in ("win32", "darwin"):
        for service in ("usr/share/ollama", "var/lib/ollama"):
            yield places.root / service / ".ollama" / "models"


def _manifests(folder: Path) -> Iterator[Path | LeftOut]:
    waiting, count = [(folder, 0)], 0
    while waiting and count < _MOST_MANIFESTS:
        place, level = waiting.pop()
        try:
            with os.scandir(place) as found:
                names = sorted(entry.name for entry in found if not entry.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:
            yield LeftOut(place, unreadable(place, error).reason, _join_group())
            continue
        except OSError as error:
            yield unreadable(place, error)
            continue
        if level + 1 == _LEVELS:
            count += len(names)
            yield from (place / name for name in names if look_at(place / name).is_file)
        else:
            waiting += [(place / name, level + 1) for name in reversed(names)]


def _join_group() -> str:
    command = "sudo usermod -aG ollama $USER"
    return _("Join Ollama's group and log in again: {command}").format(command=f"`{command}`")


def _name(parts: tuple[str, ...]) -> str:
    """As `ollama list` writes it."""
    host, namespace, model, tag = parts
    if host != "registry.ollama.ai":
        return f"{host}/{namespace}/{model}:{tag}"
    return f"{model}:{tag}" if namespace == "library" else f"{namespace}/{model}:{tag}"


def _candidates(folder: Path, manifest: Path, name: str) -> Iterator[Candidate | LeftOut]:
    try:
        layers = _layers(folder, read_json(manifest))
    except OSError as error:
        yield unreadable(manifest, error)
        return
    except ValueError:
        text = _("The entry {name} in {path} cannot be read.").format(name=name, path=manifest)
        yield LeftOut(manifest, text, _("Get the model again: {command}").format(command=f"`ollama pull {name}`"))
        return
    if _MODEL not in layers:
        return  # a model in the cloud, or in another format
    if _ADAPTER in layers or len(layers[_MODEL]) > 1:
        yield _for_ollama_alone(name, manifest, is_adapted=_ADAPTER in layers)
        return
    model, projector = layers[_MODEL][0], layers.get(_PROJECTOR, [NO_PROJECTOR])[0]
    if isinstance(model, LeftOut):
        yield model
    elif isinstance(projector, LeftOut):
        yield projector
    else:
        yield Candidate(name, model, projector)


def _for_ollama_alone(name: str, manifest: Path, *, is_adapted: bool) -> LeftOut:
    """Without the rest of it the answers would be another model's."""
    if is_adapted:
        text = _("{name} is changed by an adapter (LoRA), which Fanlight cannot load.").format(name=name)
    else:
        text = _("{name} is in several files, as Ollama alone can load them.").format(name=name)
    return LeftOut(manifest, text, _("Ollama itself can answer with it: choose “Use a Server of Yours…” under “Add…”."))


def _layers(folder: Path, manifest: dict[str, Any]) -> dict[str, list[Path | LeftOut]]:
    """The files of each media type. Raises OSError, and ValueError for a manifest of another form."""
    if manifest.get("mediaType") == _LIST:
        manifest = _runnable(folder, manifest)
    listed = manifest.get("layers", [])
    if not isinstance(listed, list) or str(manifest.get("runner", "")).lower() not in _RUNNERS:
        listed = []
    layers: dict[str, list[Path | LeftOut]] = {}
    for layer in listed:
        if isinstance(layer, dict) and layer.get("mediaType") in (_MODEL, _PROJECTOR, _ADAPTER):
            file, size = _blob(folder, layer.get("digest")), layer.get("size")
            found = look_at(file)
            whole = found.is_file and (not isinstance(size, int) or size == found.size)
            layers.setdefault(layer["mediaType"], []).append(file if whole else unfinished(file))
    return layers


def _runnable(folder: Path, listed: dict[str, Any]) -> dict[str, Any]:
    """The manifest in a list whose weights are GGUF; an empty one where there is none."""
    entries = listed.get("manifests", [])
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and str(entry.get("runner", "")).lower() in _RUNNERS:
            return entry if "layers" in entry else read_json(_blob(folder, entry.get("digest")))
    return {}


def _blob(folder: Path, digest: object) -> Path:
    """Raises ValueError for what is no digest, and so might lead elsewhere."""
    match = _DIGEST.fullmatch(digest) if isinstance(digest, str) else None
    if match is None:
        raise ValueError("no digest")
    return folder / "blobs" / f"sha256-{match[1].lower()}"
