"""Reads `catalog.toml`: one `[[model]]` a model, with one `[[model.file]]` a file. A wrong entry costs that entry."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fanlight.catalog.known_models import KINDS, THINKING, KnownFile, KnownModel, KnownModels, merged_models
from fanlight.domain.downloads import FileRole, is_address, is_file_name
from fanlight.domain.file_names import SHA256
from fanlight.domain.hub import REPOSITORY
from fanlight.domain.models import RecommendedSampling, Sampling
from fanlight.domain.os_errors import os_reason
from fanlight.edited_json import read_text
from fanlight.i18n import _

log = logging.getLogger(__name__)

FILE = "catalog.toml"
"""In the folder of shipped models, and in the user's folder."""
_MOST_BYTES = 4 * 2**20
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_REVISION = re.compile(r"[A-Za-z0-9][\w.-]{0,99}")
_TEXTS = ("name", "licence", "good_at", "verified")
_LISTS = ("aliases", "inputs", "languages", "prompts")
_LONGEST = 2_000


class _WrongEntry(Exception):
    """The name of the field."""


def load_known_models(shipped: Path, home: Path) -> KnownModels:
    """`shipped`: the folder of bundled models; `home`: the user's folder. Never raises: what is wrong is in
    `problems`."""
    own, problems = _load(home / FILE)
    known, of_ours = _load(shipped / FILE)
    ours = (replace(model, is_shipped=True) for model in known)
    return KnownModels(merged_models(ours, own), (*of_ours, *problems))


def parse_catalog(text: str, file: str = FILE) -> tuple[tuple[KnownModel, ...], tuple[str, ...]]:
    """The models of a file, and sentences about its entries that cannot be used; `file` is its name in them."""
    try:
        entries = tomllib.loads(text).get("model", [])
    except (ValueError, RecursionError) as error:
        return (), (_("{file} cannot be read: {reason}.").format(file=file, reason=str(error).rstrip(".")),)
    models: dict[str, KnownModel] = {}
    problems: list[str] = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        try:
            model = _model(entry)
            models.setdefault(model.id, model)
        except _WrongEntry as wrong:
            named = entry.get("id") if isinstance(entry, dict) else None
            sentence = _("In {file}, the model {name} is left out: its field “{field}” cannot be used.")
            problems.append(sentence.format(file=file, name=named or number, field=wrong))
    return tuple(models.values()), tuple(problems)


def _load(path: Path) -> tuple[tuple[KnownModel, ...], tuple[str, ...]]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise OSError(_("The file is too large"))
        models, problems = parse_catalog(read_text(path), str(path))
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        models, problems = (), (_("{file} cannot be read: {reason}.").format(file=path, reason=os_reason(error)),)
    except ValueError:
        models, problems = (), (_("{file} cannot be read: it is no text.").format(file=path),)
    for problem in problems:
        log.warning("%s", problem)
    return models, problems


def _model(entry: object) -> KnownModel:
    """Raises _WrongEntry."""
    if not isinstance(entry, dict):
        raise _WrongEntry("model")
    texts: dict[str, Any] = {key: _text(entry, key) for key in _TEXTS if key in entry}
    lists: dict[str, Any] = {key: _list(entry, key) for key in _LISTS if key in entry}
    files = entry.get("file", [])
    if not isinstance(files, list) or not files:
        raise _WrongEntry("file")
    model_id = _text(entry, "id")
    if not _ID.fullmatch(model_id):
        raise _WrongEntry("id")
    for needed in ("name", "licence"):
        if not texts.get(needed):
            raise _WrongEntry(needed)
    model = KnownModel(
        id=model_id, **texts, **lists,
        kind=_choice(entry, "kind", KINDS, "model"), thinking=_choice(entry, "thinking", THINKING, "unknown"),
        tier_gb=_whole(entry, "tier_gb") or 0, recommended=entry.get("recommended") is True,
        files=tuple(map(_file, files)), sampling=_sampling(entry.get("sampling", {})),
    )  # fmt: skip
    names = [file.name.casefold() for file in model.files]
    if len(set(names)) < len(names) or (model.kind == "model" and model.file(FileRole.MODEL) is None):
        raise _WrongEntry("file")
    return model


def _sampling(values: object) -> RecommendedSampling:
    """Numbers that answers can be sampled with."""
    if not isinstance(values, dict) or any(type(value) not in (int, float) for value in values.values()):
        raise _WrongEntry("sampling")
    try:
        Sampling(**values, unset=tuple(values))
        return RecommendedSampling(**values)
    except (TypeError, ValueError):
        raise _WrongEntry("sampling") from None


def _file(entry: object) -> KnownFile:
    if not isinstance(entry, dict):
        raise _WrongEntry("file")
    name, mirrors = _text(entry, "name"), _list(entry, "mirrors")
    if not is_file_name(name):
        raise _WrongEntry("file.name")
    if not all(map(is_address, mirrors)):
        raise _WrongEntry("file.mirrors")
    return KnownFile(
        role=FileRole(_choice(entry, "role", tuple(map(str, FileRole)), "")),
        repository=_matching(entry, "repository", REPOSITORY),
        commit=_matching(entry, "commit", _REVISION),
        name=name,
        sha256=_matching(entry, "sha256", SHA256),
        size_bytes=_whole(entry, "bytes"),
        mirrors=mirrors,
        path=_path(entry),
    )


def _path(entry: Mapping[str, Any]) -> str:
    """In the repository; it ends with a plain name, and leads nowhere else."""
    path = _text(entry, "path") if "path" in entry else ""
    if path and not all(map(is_file_name, path.split("/"))):
        raise _WrongEntry("file.path")
    return path


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST:
        raise _WrongEntry(key)
    return value.strip()


def _matching(entry: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = _text(entry, key)
    if pattern.fullmatch(value) is None or ".." in value:
        raise _WrongEntry(f"file.{key}")
    return value


def _list(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and len(one) <= _LONGEST for one in value):
        raise _WrongEntry(key)
    return tuple(value)


def _whole(entry: Mapping[str, Any], key: str) -> int | None:
    value = entry.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53):
        raise _WrongEntry(key)
    return value


def _choice(entry: Mapping[str, Any], key: str, choices: tuple[str, ...], default: str) -> Any:
    value = entry.get(key, default)
    if value not in choices:
        raise _WrongEntry(key)
    return value
