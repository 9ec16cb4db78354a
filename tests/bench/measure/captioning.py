"""Live captions of speech that a real sound server plays: from the end of a word until it is shown, and until it is
settled; wrong words; and how busy the processor is, in percent of one core."""

from __future__ import annotations

import math
import re
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import psutil
import pytest

from bench import places
from bench.readings import FEWEST, Notebook, percentile
from fanlight.audio.levels import measure_level
from fanlight.audio.loopback.backend import FORMAT
from fanlight.audio.loopback.listening_process import ListeningProcess
from fanlight.core.captions.feed import CaptionFeed
from fanlight.core.captions.run import CaptionRun
from fanlight.domain.speech import CaptionWords, TranscriptionOptions, Word
from fanlight.speech.model_files import whisper_base
from fanlight.speech.recognizer import WhisperRecognizer
from fanlight.speech.vad import load_session
from fanlight.speech.whisper import WhisperTranscriber
from support.recordings import NAMES, recording, transcript, write_wav
from support.sound_server import SoundServer, sound_server
from support.word_errors import Errors

PAUSE, REST = 0.7, 4.0
"""Seconds between recordings; after the last one, until all is settled."""
LOUD_DBFS = -50.0


@dataclass
class Shown:
    """When each word of the reference first stood there, and when it was settled, in seconds since the speech began.
    `elapsed` gives them."""

    spoken: list[Word]
    elapsed: Callable[[], float]
    first: dict[int, float] = field(default_factory=dict)
    settled: dict[int, float] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def note(self, words: CaptionWords) -> None:
        now = self.elapsed()
        self.text += [word.text for word in words.settled]
        self._match(self.text, self.settled, now)
        self._match([*self.text, *(word.text for word in words.hypothesis)], self.first, now)

    def _match(self, texts: list[str], seen: dict[int, float], now: float) -> None:
        reference = [_plain(word.text) for word in self.spoken if word.start < now]  # others cannot be meant
        heard = [_plain(text) for text in texts]
        for block in SequenceMatcher(None, reference, heard, autojunk=False).get_matching_blocks():
            for index in range(block.a, block.a + block.size):
                seen.setdefault(index, now)


class Clock:
    """When the first sample of the speech was played."""

    def __init__(self, feed: CaptionFeed, arrived: threading.Event) -> None:
        self._feed, self._arrived = feed, arrived
        self.began: float | None = None

    def hear(self, item: object) -> None:
        if not isinstance(item, bytes):
            return
        if self.began is None and measure_level(item).peak > LOUD_DBFS:
            samples = np.abs(np.frombuffer(item, np.float32))
            lead = int(np.argmax(samples > 10 ** (LOUD_DBFS / 20)))
            self.began = time.monotonic() - (len(samples) - lead) / FORMAT.rate
        self._feed.put(item)
        self._arrived.set()


def measure(notebook: Notebook, quick: bool) -> None:
    names = NAMES[:2] if quick else NAMES
    audio = np.concatenate(
        [part for name in names for part in (recording(name), np.zeros(round(PAUSE * 16_000), "f4"))]
    )
    with (
        closing(WhisperTranscriber.load(whisper_base(places.work("speech")))) as whisper,
        tempfile.TemporaryDirectory() as folder,
        sound_server(Path(folder)) as server,
    ):
        spoken = _spoken(WhisperRecognizer(whisper, load_session()), write_wav(Path(folder) / "said.wav", audio))
        recognizer = WhisperRecognizer(whisper, load_session())
        shown, busy = _captioned(server, recognizer, Path(folder) / "said.wav", spoken, len(audio) / 16_000)
    begin = int(np.argmax(np.abs(audio) > 10 ** (LOUD_DBFS / 20))) / 16_000
    for figure, seen in (("captions_latency_ms", shown.first), ("captions_settled_ms", shown.settled)):
        waits = [1000 * (at - (spoken[index].end - begin)) for index, at in sorted(seen.items())]
        for wait in waits:
            notebook.write(figure, wait)
        spread = ", ".join(f"{percent} %: {percentile(waits, percent):.0f} ms" for percent in (5, 50, 95, 100))
        print(f"{figure}: {len(waits)} of {len(spoken)} words; {spread}", flush=True)
    errors = Errors()
    errors.add(" ".join(transcript(name) for name in names), "".join(shown.text))
    print(f"{errors.wrong} of {errors.words} words wrong; {busy:.0f} % of a core", flush=True)
    for _ in range(FEWEST):  # each is one number for all of it
        notebook.write("captions_wer", errors.percent)
        notebook.write("captions_core_percent", busy)


def _spoken(recognizer: WhisperRecognizer, path: Path) -> list[Word]:
    """The words of the file with their times, as accurately as the speech model has them."""
    words: list[Word] = []
    for event in recognizer.transcribe_file(path, TranscriptionOptions("en"), fresh=True):
        words += getattr(event, "words", ())
    return words


def _captioned(
    server: SoundServer, recognizer: WhisperRecognizer, path: Path, spoken: list[Word], seconds: float
) -> tuple[Shown, float]:
    """What was shown, and the processor's share meanwhile."""
    feed, arrived = CaptionFeed(), threading.Event()
    clock = Clock(feed, arrived)
    shown = Shown(spoken, lambda: time.monotonic() - (clock.began or math.inf))
    run = CaptionRun(feed, TranscriptionOptions("en"), threading.Event(), time.monotonic())
    with pytest.MonkeyPatch.context() as patched:
        for name, value in server.needs.items():
            patched.setenv(name, value)
        source = ListeningProcess("fanlight.audio.loopback.pulse_monitor", clock.hear)
    try:
        assert arrived.wait(20), "nothing came of the sound server"
        player = server.start("paplay", "--latency-msec=50", "--device=loudspeaker", str(path))
        used, begun = sum(psutil.Process().cpu_times()[:2]), time.monotonic()
        until = begun + seconds + REST
        while time.monotonic() < until:
            arrived.wait(0.2)
            arrived.clear()
            run.step(recognizer, shown.note)
        busy = 100 * (sum(psutil.Process().cpu_times()[:2]) - used) / (time.monotonic() - begun)
        run.finish(recognizer, shown.note)
        player.wait(20)
    finally:
        source.close()
    assert clock.began is not None, "nothing was played"
    return shown, busy


def _plain(text: str) -> str:
    return re.sub(r"[^\w']", "", text).lower()
