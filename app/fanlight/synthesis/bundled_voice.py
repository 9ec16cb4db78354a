"""hibari-tts: an English voice inside a Python package (Apache-2.0, 14 MB), for which nothing else has to be installed.

It speaks in this process: a sentence takes some tenths of a second at most. Only the voice in the package is ever asked
for, since the package would fetch others.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import threading
from collections.abc import Iterator, Sequence
from importlib import metadata
from threading import Event
from typing import Any

from fanlight.domain.errors import SpeakerError
from fanlight.domain.installation import how_to_replace
from fanlight.i18n import N_, _
from fanlight.synthesis.backend import Pcm, Voice
from fanlight.synthesis.english_words import read_in_english

log = logging.getLogger(__name__)

PACKAGE = "hibari-tts"
IDLE_SECONDS = 120.0
"""Without a sentence for so long, its networks and dictionaries are freed."""
RATE = 24_000
_LINK = re.compile(r"\](?=\()")
"""Behind a word in brackets, the package reads what is in parentheses as its pronunciation."""


class BundledVoice:
    """See `VoiceBackend`."""

    name = "hibari"
    needs = N_("Install the English voice that comes with Fanlight.")
    platforms = ("",)

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._loaded: Any = None
        self._idle: threading.Timer | None = None

    def is_available(self) -> bool:
        """By its distribution, too: another package has the name of the module."""
        try:
            metadata.distribution(PACKAGE)
        except metadata.PackageNotFoundError:
            return False
        return importlib.util.find_spec("hibari") is not None

    def voices(self) -> Sequence[Voice]:
        return (Voice(f"{self.name}:heart", "Heart, hibari", "en-us"),)

    def synthesize(self, text: str, voice: str, speed: float, stop: Event) -> Pcm:
        del voice  # there is one
        with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            try:
                data = b"".join(self._pieces(text, speed, stop))
            except Exception as error:  # onnxruntime's are no RuntimeErrors; a damaged file of it raises many others
                self._loaded = None
                log.warning("hibari failed", exc_info=True)
                raise SpeakerError(
                    _("The English voice does not work: {reason}.").format(reason=str(error) or type(error).__name__),
                    how_to_replace(PACKAGE),
                ) from error
            self._idle = threading.Timer(self._idle_seconds, self.close)
            self._idle.daemon = True
            self._idle.start()
        return Pcm(RATE, b"" if stop.is_set() else data)

    def close(self) -> None:
        """Free it."""
        with self._lock:
            self._loaded = None

    def _pieces(self, text: str, speed: float, stop: Event) -> Iterator[bytes]:
        """Sound of one sentence, or of a part of one that is very long, after the other."""
        import numpy as np

        if self._loaded is None:
            from hibari import Hibari

            self._loaded = Hibari()
        for sound in self._loaded.stream(read_in_english(_LINK.sub("] ", text)), speed=speed):
            if stop.is_set():
                return
            yield (np.clip(sound, -1, 1) * 32767).astype(np.int16).tobytes()
