"""The parts of a file's transcription that are done, on disk at once: a killed run resumes behind them.

One file of JSON lines for each recording and set of options, named by the recording's content, in the cache, readable
by this user alone. It is deleted when the transcript is stored elsewhere, or after a month.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from fanlight.domain.errors import AudioError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.speech import TranscriptionOptions, Word
from fanlight.domain.transcription import ScanProgress, TranscriptionPart
from fanlight.i18n import _

log = logging.getLogger(__name__)

_VERSION = 1
_KEPT_SECONDS = 30 * 24 * 3600
_BLOCK = 1 << 23
_END = b'{"end": true}\n'


def fingerprint(path: Path, options: TranscriptionOptions, model: str) -> Generator[ScanProgress, None, str]:
    """The sha256 of a recording's content and of the options, as hex digits; the file's name plays no part. Reads the
    whole file and yields its progress every few milliseconds: it may be left there. Raises AudioError."""
    digest = hashlib.sha256(json.dumps([_VERSION, model, options.language, options.translate, *options.names]).encode())
    try:
        total = max(1, path.stat().st_size)
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                yield ScanProgress(min(1.0, file.tell() / total))
    except OSError as error:
        raise AudioError(
            _("{file} cannot be read: {reason}.").format(file=path.name, reason=os_reason(error))
        ) from error
    return digest.hexdigest()


class Journal:
    """Parts in order. Where it cannot be written the transcription goes on without it. `whole`, known after `parts`:
    the recording is done to its end."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}.jsonl"
        self.whole = False
        self._broken = False
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _drop_old(folder)
        except OSError as error:
            self._give_up(error)

    def parts(self) -> list[TranscriptionPart]:
        """The parts of earlier runs. A last line that is cut off is dropped, from the file too."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            self._give_up(error)
            return []
        parts: list[TranscriptionPart] = []
        good = 0
        for line in raw.splitlines(keepends=True):
            if line == _END:
                self.whole = True
                good += len(line)
                break
            part = _read_entry(line)
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

    def add(self, part: TranscriptionPart) -> None:
        """Append a part; it is on disk before the next one is begun."""
        words = [[w.text, round(w.start, 3), round(w.end, 3), round(w.probability, 4)] for w in part.words]
        line = json.dumps({"upto": part.upto, "language": part.language, "words": words}) + "\n"
        self._write_entry(line.encode())

    def finish(self) -> None:
        """Marks the whole as done. The file stays for the next request."""
        self._write_entry(_END)
        self.whole = True

    def drop(self) -> None:
        """Deletes the file."""
        self.whole = False
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            self._give_up(error)

    def _write_entry(self, line: bytes) -> None:
        if self._broken:
            return
        try:
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "wb") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self._broken = True
        log.warning("a transcription that is interrupted will begin anew: %s", error)


def _read_entry(line: bytes) -> TranscriptionPart | None:
    try:
        if not line.endswith(b"\n"):
            return None
        fields: dict[str, Any] = json.loads(line)
        words = tuple(Word(str(w[0]), float(w[1]), float(w[2]), float(w[3])) for w in fields["words"])
        return TranscriptionPart(float(fields["upto"]), words, str(fields["language"]))
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        return None


def _drop_old(folder: Path) -> None:
    for path in folder.glob("*.jsonl"):
        try:
            if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
                path.unlink()
        except OSError:
            continue  # another process was faster
