"""The files of an export: one, those of a folder, or those in an archive as it was downloaded.

ChatGPT sends a ZIP with `conversations.json`, large ones with `conversations-000.json` and so on, beside the pictures;
LM Studio keeps a folder of `….conversation.json`.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from fanlight.domain.errors import InputError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at, shortened
from fanlight.i18n import _

MOST_BYTES = 2 * 2**30
MOST_FILES = 100_000
_ALL_CONVERSATIONS = "conversations"
"""LM Studio's folder of them, in which the user's own folders are."""


@dataclass(frozen=True, slots=True)
class ExportContent:
    """`folders`: the names of those in which the file stands, below the one that holds all conversations."""

    data: bytes
    folders: tuple[str, ...] = ()


def contents_of(path: Path) -> Iterator[ExportContent]:
    """Raises InputError."""
    found = look_at(path)
    if found.is_folder:
        for file in _files_below(path):
            yield ExportContent(_read(file), _folders_of(file, file.relative_to(path)))
    elif found.is_file and is_archive(path):
        yield from _archived_files(path)
    else:
        yield ExportContent(_read(path), _folders_of(path, PurePath(path.name)))


def _folders_of(file: PurePath, below: PurePath) -> tuple[str, ...]:
    """`below`: what of the path was not chosen by the user."""
    parts = file.parts[:-1]
    if _ALL_CONVERSATIONS in parts:
        return parts[len(parts) - parts[::-1].index(_ALL_CONVERSATIONS) :]
    return below.parts[:-1]


def _files_below(folder: Path) -> list[Path]:
    found = [*folder.glob("conversations*.json"), *folder.rglob("*.conversation.json")]
    return sorted({file for file in found if file.is_file()})[:MOST_FILES]


def _read(path: Path) -> bytes:
    found = look_at(path)
    if not found.is_file:
        raise InputError(found.refusal)
    if found.size > MOST_BYTES:
        raise _too_large(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, os_reason(error)) from error


def is_archive(path: Path) -> bool:
    try:
        return path.suffix.lower() == ".zip" and zipfile.is_zipfile(path)
    except OSError:
        return False


def _archived_files(path: Path) -> Iterator[ExportContent]:
    """What a file says of its size is not believed: no more than MOST_BYTES come out of it."""
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            for member in _wanted(archive.infolist()):
                with archive.open(member) as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise _too_large(path)
                name = PurePosixPath(member.filename)
                yield ExportContent(data, _folders_of(name, name))
    except (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        reason = os_reason(error) if isinstance(error, OSError) else _("the archive is damaged or locked")
        raise _unreadable(path, reason) from error


def _wanted(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Conversations by their usual names, or else all JSON files."""
    paths = {PurePosixPath(one.filename): one for one in members if not one.is_dir()}
    files = {path: one for path, one in paths.items() if path.suffix == ".json" and "__MACOSX" not in path.parts}
    named = [one for path, one in files.items()
             if path.name.startswith("conversations") or path.name.endswith(".conversation.json")]  # fmt: skip
    return sorted(named or files.values(), key=lambda one: one.filename)[:MOST_FILES]


def _too_large(path: Path) -> InputError:
    return InputError(_("{path} is too large to be read.").format(path=shortened(str(path))))


def _unreadable(path: Path, reason: str) -> InputError:
    return InputError(_("{path} cannot be read: {reason}.").format(path=shortened(str(path)), reason=reason))
