"""Recordings that come through a pipe. They are read more than once, so they are copied into the cache first."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path

from fanlight import paths
from fanlight.domain.errors import AudioError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import PathKind, home_expanded, look_at, same_file, shortened
from fanlight.domain.stop import StopFlag
from fanlight.files import open_descriptor
from fanlight.i18n import _

STDIN = Path("-")
_WAIT_SECONDS = 0.2
_BLOCK = 1 << 20
_KEPT_SECONDS = 24 * 3600


def recording_name(named: Path) -> str:
    """What the recording is called in messages, and its transcript by itself."""
    return "stdin" if named == STDIN or open_descriptor(named) == 0 else named.name or str(named)


class SoundInputs:
    """A context: what was copied is deleted at its end; after a kill, by the next run a day later."""

    def __init__(self) -> None:
        self._folders: list[Path] = []

    def __enter__(self) -> SoundInputs:
        return self

    def __exit__(self, *_: object) -> None:
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def file_of(self, named: Path, stop: StopFlag) -> Path:
        """A file with the recording that `named` leads to: - is stdin. A pipe is waited for. Raises AudioError."""
        path = home_expanded(named)
        descriptor = 0 if named == STDIN else open_descriptor(path)
        if descriptor is not None:
            return self._of_descriptor(descriptor, named, stop)
        found = look_at(path)
        if found.kind is PathKind.PIPE:
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a stop is heard before a writer has come
            except OSError as error:
                raise _unreadable(named, os_reason(error)) from error
            try:
                return self._copied(descriptor, named, stop)
            finally:
                os.close(descriptor)
        if not found.is_file:
            raise AudioError(found.refusal, _("Choose a sound or video file."))
        return path

    def _of_descriptor(self, descriptor: int, named: Path, stop: StopFlag) -> Path:
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError as error:
            raise _unreadable(named, os_reason(error)) from error
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) or stat.S_ISDIR(mode):
            raise AudioError(
                _("{file} is not connected to a recording.").format(file=recording_name(named)),
                _("Name a file, or send one: fanlight transcribe - < talk.mp3"),
            )
        real = Path(os.path.realpath(f"/dev/fd/{descriptor}"))
        if stat.S_ISREG(mode) and same_file(real, Path(f"/dev/fd/{descriptor}")):
            return real
        return self._copied(descriptor, named, stop)

    def _copied(self, descriptor: int, named: Path, stop: StopFlag) -> Path:
        try:
            target = self._new_folder() / recording_name(named)[:60]
            with target.open("wb") as file:
                while not stop.is_set() and (block := _read_block(descriptor)) != b"":
                    file.write(block or b"")
        except OSError as error:
            raise _unreadable(named, os_reason(error)) from error
        return target

    def _new_folder(self) -> Path:
        """One for each recording, which keeps its name. Raises OSError."""
        base = paths.cache() / "speech" / "pipes"
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in base.iterdir():
            with contextlib.suppress(OSError):
                if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
                    shutil.rmtree(old, ignore_errors=True)
        self._folders.append(Path(tempfile.mkdtemp(dir=base)))
        return self._folders[-1]


def _read_block(descriptor: int) -> bytes | None:
    """b"" at the end, None while nothing comes."""
    if sys.platform != "win32":
        import select

        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        if not poll.poll(_WAIT_SECONDS * 1000):
            return None
    try:
        return os.read(descriptor, _BLOCK)
    except BlockingIOError:
        return None


def _unreadable(named: Path, reason: str) -> AudioError:
    return AudioError(
        _("{file} cannot be read: {reason}.").format(file=shortened(recording_name(named)), reason=reason),
        _("Name a file, or send one: fanlight transcribe - < talk.mp3"),
    )
