"""Finished parts of a file's transcription, kept at once: a run that was killed goes on where it was.

One file of lines for each recording and way of asking, named by the recording's content, in the cache and for this
user's eyes only. It is dropped when the whole is done, and after a month.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight.domain.errors import AudioError
from fanlight.domain.speech import Asked, Word

log = logging.getLogger(__name__)

_VERSION = 1
_KEPT_SECONDS = 30 * 24 * 3600
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """What was said up to `upto` seconds, since the part before."""

    upto: float
    words: tuple[Word, ...]
    language: str


def fingerprint(
    path: Path, asked: Asked, model: str, going_on: Callable[[], bool], progress: Callable[[float], None]
) -> str:
    """Of a recording's content and of what is asked about it; the name plays no part. Reads the whole file; stops with
    an empty text when `going_on` says no. Raises AudioError."""
    digest = hashlib.sha256(json.dumps([_VERSION, model, asked.language, asked.translate, *asked.names]).encode())
    try:
        total = max(1, path.stat().st_size)
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if not going_on():
                    return ""
                digest.update(block)
                progress(min(1.0, file.tell() / total))
    except OSError as error:
        raise AudioError(f"{path} can not be read: {error.strerror}.") from error
    return digest.hexdigest()


class Journal:
    """Parts in order. A journal that can not be written is a journal less, not a transcription less."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}.jsonl"
        self._broken = False
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _drop_old(folder)
        except OSError as error:
            self._give_up(error)

    def parts(self) -> list[Part]:
        """What earlier runs finished. A last line that was cut off is dropped, from the file too."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            self._give_up(error)
            return []
        parts: list[Part] = []
        good = 0
        for line in raw.splitlines(keepends=True):
            part = _read(line)
            if part is None or (parts and part.upto <= parts[-1].upto):
                break
            parts.append(part)
            good += len(line)
        if good < len(raw):
            try:
                os.truncate(self._path, good)
            except OSError as error:
                self._give_up(error)
        return parts

    def add(self, part: Part) -> None:
        """On disk before the next part is begun."""
        if self._broken:
            return
        words = [[w.text, round(w.start, 3), round(w.end, 3), round(w.probability, 4)] for w in part.words]
        line = json.dumps({"upto": part.upto, "language": part.language, "words": words}) + "\n"
        try:
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "wb") as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self._give_up(error)

    def drop(self) -> None:
        """The whole is done."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self._broken = True
        log.warning("a transcription that is interrupted will begin anew: %s", error)


def _read(line: bytes) -> Part | None:
    try:
        if not line.endswith(b"\n"):
            return None
        said: dict[str, Any] = json.loads(line)
        words = tuple(Word(str(w[0]), float(w[1]), float(w[2]), float(w[3])) for w in said["words"])
        return Part(float(said["upto"]), words, str(said["language"]))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None


def _drop_old(folder: Path) -> None:
    for path in folder.glob("*.jsonl"):
        try:
            if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
                path.unlink()
        except OSError:
            continue  # another process was faster
