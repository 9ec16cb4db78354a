"""Fanlight's real window while somebody speaks: a real engine answers or encodes, Whisper hears, words appear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from types import TracebackType

from PySide6.QtWidgets import QApplication

from bench import models
from bench.child import CanNotMeasure
from bench.heartbeat import Heartbeat, run_for, wait_until
from bench.mouth import Mouth
from bench.rig import Encoding
from fanlight import compose, paths
from fanlight.domain.events import TextDelta
from fanlight.settings import Settings
from fanlight.speech.audio import Audio
from support.whole_window import WholeWindow
from support.windows import parts

_SETTLE_SECONDS = 4.0
"""The window sets its start's objects aside after 3 s."""
_TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """One hold. Milliseconds: the longest that the window's thread was busy at a time; from the first block to the
    first word; from the release to the final text. `made` pieces of text by the other model meanwhile."""

    busy_max: float
    first_words: float
    release: float
    seconds: float
    made: int
    text: str


class Talking:
    """A context manager. The model is one of SmolVLM-256M's shape: it never runs out of words."""

    def __init__(self, speech_model: Path, spoken: Audio) -> None:
        self._application = QApplication.instance() or QApplication([])
        spec = models.smolvlm()
        settings = Settings(speech_model=str(speech_model), speech_language="en", max_tokens=2048)
        self._mouth = Mouth(spoken)
        made = parts(paths.home(), settings=settings, load_recognizer=compose.load_recognizer, sound=self._mouth)
        self._window = WholeWindow(
            replace(made, models=lambda: [spec], find_model=lambda name: spec, load=lambda *_: models.load(spec))
        )
        self._made = 0

    def __enter__(self) -> Talking:
        self._window.show()
        wait_until(lambda: self._window.host.condition == "ready", _TIMEOUT_SECONDS, "the model")
        self._encoding = Encoding(self._window)
        wait_until(lambda: self._encoding.ready, _TIMEOUT_SECONDS, "loading the model that encodes")
        self._window.features.voice.dictation.speech_worker.load_ahead(self._window.settings_store.now)
        wait_until(
            lambda: self._window.features.voice.dictation.speech_worker.ready, _TIMEOUT_SECONDS, "the speech model"
        )
        run_for(_SETTLE_SECONDS)
        self._heart = Heartbeat()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._encoding.close()
        self._window.close()

    def alone(self) -> Spoken:
        return self._hold()

    def while_it_answers(self) -> Spoken:
        """A question, and from its first word on a hold."""
        session_manager = self._window.session_manager
        session_manager.new()
        session = session_manager.current
        self._made = 0
        session.event_arrived.connect(self._hear)
        session.send("Tell me everything about it.")
        wait_until(lambda: self._made > 5, _TIMEOUT_SECONDS, "the answer's first words")
        spoken = self._hold()
        answering = session.condition == "answering"
        session.stop()
        wait_until(lambda: session.condition == "idle", _TIMEOUT_SECONDS, "the answer's end")
        if not answering:
            raise CanNotMeasure("the answer was over before the hold")
        return spoken

    def while_it_encodes(self) -> tuple[Spoken, float]:
        """A picture on a model's thread of its own, and a hold; and how long the picture took, in seconds."""
        before = len(self._encoding.seconds)
        self._encoding.begin()
        spoken = self._hold()
        self._wait_for_picture(before)
        return spoken, self._encoding.seconds[before]

    def encode_alone(self) -> float:
        """The seconds of a picture while nobody speaks."""
        before = len(self._encoding.seconds)
        self._encoding.begin()
        self._wait_for_picture(before)
        return self._encoding.seconds[before]

    def _wait_for_picture(self, before: int) -> None:
        wait_until(lambda: len(self._encoding.seconds) > before, _TIMEOUT_SECONDS, "a picture's end")
        self._encoding.end()
        run_for(1.0)

    def _hear(self, event: object) -> None:
        self._made += isinstance(event, TextDelta)

    def _hold(self) -> Spoken:
        window, talk = self._window, self._window.features.voice.dictation.push_to_talk
        window.composer.set_text("")
        shown: list[tuple[float, str]] = []
        made = self._made
        self._heart.restart()
        begun = perf_counter()
        talk.start_recording(window.features.voice.dictation_controls.composer_target)
        wait_until(lambda: talk.state == "listening", _TIMEOUT_SECONDS, "listening")
        listening = perf_counter()
        changed = window.composer.input.textChanged.connect(
            lambda: shown.append((perf_counter(), window.composer.text)) if window.composer.text else None
        )
        wait_until(lambda: self._mouth.done, _TIMEOUT_SECONDS, "the end of the recording")
        released = perf_counter()
        talk.stop_recording()
        wait_until(lambda: talk.state in ("done", "nothing", "error"), _TIMEOUT_SECONDS, "the final words")
        ended = perf_counter()
        run_for(0.5)
        window.composer.input.textChanged.disconnect(changed)
        texts = {text for _, text in shown}
        if talk.state == "error" or len(texts) < 3:
            raise CanNotMeasure(f"{len(texts)} texts were shown: {talk.status_text}")
        return Spoken(
            busy_max=max(self._heart.busy_ms),
            first_words=1000 * (shown[0][0] - listening),
            release=1000 * (ended - released),
            seconds=ended - begun,
            made=self._made - made,
            text=window.composer.text,
        )
