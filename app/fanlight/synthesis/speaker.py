"""Speaks sentences as they arrive: synthesized ahead on one thread, played on another; the window never waits.

The loudspeaker is opened when the first sound is there and closed after the last. Calls that may hang go through
`DeadlineExecutor`. A stop takes effect at once: from then on the device gets silence, and is closed soon after.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue

from fanlight.audio.deadline_executor import DeadlineExceeded, DeadlineExecutor
from fanlight.audio.loudspeaker import Loudspeaker, Playing, PortAudioLoudspeaker, started
from fanlight.domain.audio import AudioDevice
from fanlight.domain.errors import SpeakerError
from fanlight.i18n import _
from fanlight.synthesis import backends as voices
from fanlight.synthesis.backends import BACKENDS, Pcm, Voice, VoiceBackend
from fanlight.synthesis.resample import at_rate
from fanlight.synthesis.spoken_text import SpokenSentence

log = logging.getLogger(__name__)

OPEN_SECONDS, STOP_SECONDS, STALL_SECONDS = 4.0, 1.0, 3.0
AHEAD_SECONDS = 15.0
"""At most so much sound is synthesized ahead."""
ROOM_SECONDS = 0.5
"""Sound in the buffer that the device reads."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The first sound is on its way to that device."""

    device: str


@dataclass(frozen=True, slots=True)
class SentenceStarted:
    """The loudspeaker has begun with that sentence, counted from 0; up to a quarter of a second late."""

    number: int


@dataclass(frozen=True, slots=True)
class SpeechOver:
    """Silence from now on: all was spoken, or it was stopped, or there was an error."""

    error: SpeakerError | None = None


SpeechEvent = SpeechStarted | SentenceStarted | SpeechOver
OnSpeechEvent = Callable[[SpeechEvent], object]


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """How it is spoken: `voice` and `device` by name, "" for the best and for the system's choice; `speed` 1.0 is the
    voice's own."""

    voice: str = ""
    speed: float = 1.0
    device: str = ""


class SpokenAnswer:
    """One answer. Its methods return at once and may be called on any thread, in any order, more than once."""

    def __init__(
        self,
        loudspeaker: Loudspeaker,
        backends: tuple[VoiceBackend, ...],
        config: VoiceConfig,
        on_event: OnSpeechEvent,
        after: SpokenAnswer | None,
    ) -> None:
        """`on_event` is called on a thread of this answer, at last with SpeechOver. Starts when `after` has ended."""
        self._loudspeaker, self._backends, self._config, self._on_event = loudspeaker, backends, config, on_event
        self._after = after
        self._sentences: SimpleQueue[SpokenSentence | None] = SimpleQueue()
        self._stop = threading.Event()
        self._change = threading.Condition()
        self._ready: deque[Pcm] = deque()
        self._buffer = bytearray()
        self._begins: deque[int] = deque()
        """Of the sentences in the buffer that have not begun, in bytes from the first one's beginning."""
        self._queued = self._played = self._begun = 0
        self._all_synthesized = self._gone = False
        self._error: SpeakerError | None = None
        self._taken_at = 0.0
        self._calls = DeadlineExecutor("loudspeaker")
        self._audio = threading.Thread(target=self._play, name="spoken answer", daemon=True)
        threading.Thread(target=self._speak, name="voice", daemon=True).start()
        self._audio.start()

    def add_sentence(self, sentence: SpokenSentence) -> None:
        self._sentences.put(sentence)

    def end(self) -> None:
        """No more sentences will come."""
        self._sentences.put(None)

    def stop(self) -> None:
        """Silence at once."""
        self._stop.set()
        self._sentences.put(None)
        with self._change:
            self._change.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; whether it is over."""
        self._audio.join(seconds)
        return not self._audio.is_alive()

    # The voice's thread.

    def _speak(self) -> None:
        try:
            picked: dict[str, tuple[VoiceBackend, str]] = {}  # by language: to list voices takes a program
            while (sentence := self._sentences.get()) is not None and not self._stop.is_set():
                language = sentence.language
                if language not in picked:
                    picked[language] = voices.pick_for_language(self._config.voice, language, self._backends)
                backend, voice = picked[language]
                pcm = backend.synthesize(sentence.text, voice, self._config.speed, self._stop)
                rest = bytes(2 * round(pcm.rate * sentence.pause_seconds))
                with self._change:
                    self._ready.append(Pcm(pcm.rate, pcm.data + rest))
                    self._change.notify_all()
                    self._change.wait_for(lambda: self._stop.is_set() or self._ahead() < AHEAD_SECONDS)
        except SpeakerError as error:
            self._fail(error)
        finally:
            with self._change:
                self._all_synthesized = True
                self._change.notify_all()

    def _ahead(self) -> float:
        return sum(pcm.seconds for pcm in self._ready)

    def _fail(self, error: SpeakerError) -> None:
        """Record the error, of which the first is reported. Sound that is ready is still played."""
        log.warning("the answer is not spoken: %s", error)
        self._error = self._error or error

    # The loudspeaker's thread.

    def _play(self) -> None:
        try:
            if self._after is not None:
                self._after.wait(OPEN_SECONDS)
                self._after = None
            first = self._next_sound()
            if first is not None:
                playing = self._opened(first.rate)
                try:
                    self._on_event(SpeechStarted(playing.device))
                    self._feed(playing)
                finally:
                    self._shut(playing)
        except SpeakerError as error:
            self._fail(error)
        finally:
            self.stop()
            self._calls.close()
            self._on_event(SpeechOver(self._error))

    def _next_sound(self) -> Pcm | None:
        """The first sound, which stays in the queue; None when there is none."""
        with self._change:
            self._change.wait_for(lambda: bool(self._ready) or self._all_synthesized or self._stop.is_set())
            return self._ready[0] if self._ready and not self._stop.is_set() else None

    def _opened(self, rate: int) -> Playing:
        """A running stream to the device. Raises SpeakerError."""

        def opened() -> Playing:
            return started(self._loudspeaker.open(self._config.device, rate, self._fill, self._ended))

        self._taken_at = time.monotonic()
        try:
            return self._calls.run_within(opened, OPEN_SECONDS, undo=lambda playing: playing.close())
        except DeadlineExceeded:
            raise SpeakerError(_("The speaker does not respond."), _("Check the system's sound settings.")) from None

    def _feed(self, playing: Playing) -> None:
        """Fill the buffer until all is played, or it is stopped. Raises SpeakerError."""
        room = 2 * round(playing.rate * ROOM_SECONDS)
        while not self._stop.is_set():
            self._report_sentences()
            pcm = None
            with self._change:
                if self._gone or time.monotonic() - self._taken_at > STALL_SECONDS:
                    raise SpeakerError(
                        (
                            _("The speaker “{device}” was disconnected.")
                            if self._gone
                            else _("The speaker “{device}” has stopped playing.")
                        ).format(device=playing.device)
                    )
                if self._ready and len(self._buffer) < room:
                    pcm = self._ready.popleft()
                elif self._all_synthesized and not self._ready and not self._buffer:
                    return
                else:
                    self._change.wait(ROOM_SECONDS / 2)
            if pcm is not None:
                data = at_rate(pcm, playing.rate).data  # without the lock, which PortAudio's thread needs
                with self._change:
                    self._begins.append(self._queued)
                    self._queued += len(data)
                    self._buffer += data
                    self._change.notify_all()

    def _report_sentences(self) -> None:
        """Those that have begun by now."""
        with self._change:
            numbers = list[int]()
            while self._begins and self._begins[0] <= self._played:
                self._begins.popleft()
                numbers.append(self._begun)
                self._begun += 1
        for number in numbers:
            self._on_event(SentenceStarted(number))

    def _shut(self, playing: Playing) -> None:
        """Close the stream, unless its driver hangs. Buffered sound is played first, except after a stop."""
        played_out = not self._stop.is_set() and not self._gone
        for call in (playing.stop, playing.abort, playing.close) if played_out else (playing.abort, playing.close):
            try:
                self._calls.run_within(call, STOP_SECONDS)
            except DeadlineExceeded:
                log.error("the loudspeaker does not close in time: its driver hangs")

    # PortAudio's thread.

    def _fill(self, count: int) -> bytes:
        with self._change:
            self._taken_at = time.monotonic()
            if self._stop.is_set():
                return bytes(2 * count)
            data = bytes(self._buffer[: 2 * count])
            del self._buffer[: 2 * count]
            self._played += len(data)
            if not self._buffer:
                self._change.notify_all()
        return data.ljust(2 * count, b"\0")

    def _ended(self) -> None:
        with self._change:
            self._gone = True
            self._change.notify_all()


class Speaker:
    """At most one answer is audible at a time."""

    def __init__(self, loudspeaker: Loudspeaker | None = None, backends: tuple[VoiceBackend, ...] = BACKENDS) -> None:
        self._loudspeaker = loudspeaker or PortAudioLoudspeaker()
        self._backends = backends
        self._current: SpokenAnswer | None = None

    def start_answer(self, config: VoiceConfig, on_event: OnSpeechEvent) -> SpokenAnswer:
        """Begin an answer; the one before it is stopped."""
        before = self._current
        if before is not None:
            before.stop()
        self._current = SpokenAnswer(self._loudspeaker, self._backends, config, on_event, before)
        return self._current

    def list_voices(self, then: Callable[[Sequence[Voice], Sequence[AudioDevice] | SpeakerError], object]) -> None:
        """Call `then`, on a thread of its own, with the installed voices, and the loudspeakers or the error."""

        def look() -> None:
            found = voices.installed_voices(self._backends)
            devices: Sequence[AudioDevice] | SpeakerError
            calls = DeadlineExecutor("loudspeaker")
            try:
                devices = calls.run_within(self._loudspeaker.devices, OPEN_SECONDS)
            except SpeakerError as error:
                devices = error
            except DeadlineExceeded:
                devices = SpeakerError(_("The sound system does not respond."), _("Check the system's sound settings."))
            finally:
                calls.close()
            then(found, devices)

        threading.Thread(target=look, name="voices", daemon=True).start()

    def unavailable_reason(self) -> SpeakerError | None:
        """Why nothing can be spoken here, with what to install. Cheap."""
        try:
            voices.pick("", self._backends)
        except SpeakerError as error:
            return error
        return None

    def close(self, seconds: float) -> bool:
        """Stop, and wait at most so long; whether the device is closed."""
        if self._current is None:
            return True
        self._current.stop()
        return self._current.wait(seconds)
