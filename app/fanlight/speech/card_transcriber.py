"""Whisper on a graphics card that other programs use, too: where it has no memory left, or fails, speech goes on on the
processor, and what was asked is decoded again there. A file says while the card computes: one that is found without its
process is a death (`speech.device`)."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import psutil

from fanlight.domain.errors import SpeechModelError
from fanlight.domain.ports import Transcriber
from fanlight.domain.speech import Decoded, Effort, Samples, SpeechInfo, TranscriptionOptions

log = logging.getLogger(__name__)

T = TypeVar("T")
_MARKS = "card-*.json"


class CardTranscriber:
    """Implements `Transcriber`. `load` makes one for "cuda" or "cpu". Raises SpeechModelError where neither works."""

    def __init__(self, load: Callable[[str], Transcriber], folder: Path) -> None:
        self._load, self._folder = load, folder
        try:
            with card_in_use(folder):
                self._transcriber, self._on_card = load("cuda"), True
        except SpeechModelError as error:
            log.warning("speech stays on the processor: %s", error)
            self._transcriber, self._on_card = load("cpu"), False

    @property
    def info(self) -> SpeechInfo:
        return self._transcriber.info

    def decode(
        self, samples: Samples, options: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        return self._asked(lambda transcriber: transcriber.decode(samples, options, effort, context))

    def languages(
        self, samples: Samples, passages: Sequence[tuple[float, float]], options: TranscriptionOptions
    ) -> Sequence[str]:
        return self._asked(lambda transcriber: transcriber.languages(samples, passages, options))

    def close(self) -> None:
        self._transcriber.close()

    def _asked(self, ask: Callable[[Transcriber], T]) -> T:
        if not self._on_card:
            return ask(self._transcriber)
        try:
            with card_in_use(self._folder):
                return ask(self._transcriber)
        except SpeechModelError as error:
            log.warning("the card failed, speech goes on on the processor: %s", error)
            self._on_card = False
            self._transcriber.close()  # first: both together may be too much
            self._transcriber = self._load("cpu")
            return ask(self._transcriber)


@contextlib.contextmanager
def card_in_use(folder: Path) -> Iterator[None]:
    """Never raises: without the file, only a death goes unnoticed."""
    path = folder / f"card-{os.getpid()}.json"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(json.dumps({"pid": os.getpid(), "began": psutil.Process().create_time()}), "utf-8")
    except OSError as error:
        log.warning("it cannot be marked that the card computes: %s", error)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def take_card_deaths(folder: Path) -> int:
    """How many processes have ended while the card computed for them; their files are removed."""
    count = 0
    for path in folder.glob(_MARKS):
        try:
            about = json.loads(path.read_text("utf-8"))
            if _is_running(int(about["pid"]), float(about["began"])):
                continue
            count += 1
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            log.debug("%s says nothing", path)
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    return count


def _is_running(pid: int, began: float) -> bool:
    try:
        return abs(psutil.Process(pid).create_time() - began) < 1
    except psutil.Error:
        return False
