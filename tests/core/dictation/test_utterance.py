"""A hold's last words, and why its recording ended, come by two threads: it is over when both are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event
from typing import Any

import pytest

from fanlight.audio.microphone import Microphone
from fanlight.audio.recording import RecordingLimits
from fanlight.core.dictation.speech_worker import SpeechWorker
from fanlight.core.dictation.utterance import Utterance
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.audio import RecordingMark, SoundFormat
from fanlight.domain.ports import OnProbabilities
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions
from fanlight.settings import Settings
from support.microphones import FakeSound
from support.scripted_recognizer import ScriptedRecognizer, words

pytestmark = pytest.mark.gui
QUICK = RecordingLimits(first_block=0.6, last_word=0.05, post_roll=0.05, late=0.1, stall=0.5, longest=60)


class LatePost(MainThreadDispatcher):
    """Carries nothing until it is `open`, as one does that has much to carry."""

    def __init__(self) -> None:
        super().__init__()
        self.open = True
        self._kept: list[Callable[[], object]] = []

    def __call__(self, call: Callable[[], object]) -> None:
        if self.open:
            super().__call__(call)
        else:
            self._kept.append(call)

    def deliver(self) -> None:
        self.open = True
        for call in self._kept:
            call()


class QuickRecognizer(ScriptedRecognizer):
    """Knows all when the recording ends."""

    def transcribe_live(
        self,
        sound_format: SoundFormat,
        incoming: SimpleQueue[bytes | RecordingMark],
        options: TranscriptionOptions,
        spare: Event,
        on_probabilities: OnProbabilities | None = None,
    ) -> Iterator[LiveTranscript]:
        while not isinstance(item := incoming.get(), RecordingMark) or item is RecordingMark.RELEASED:
            if on_probabilities is not None:
                on_probabilities([0.9])
        if item is RecordingMark.ENDED:
            yield LiveTranscript(words("all of it"), language="en", final=True)


@pytest.mark.parametrize("late", ["why it ended", "nothing"])
def test_the_device_that_died_is_known_with_the_last_words_whichever_comes_first(qtbot: Any, late: str) -> None:
    sound, dispatcher = FakeSound(), LatePost()
    microphone, hearing = Microphone(sound, QUICK), SpeechWorker(lambda _: QuickRecognizer())
    hold = Utterance(microphone, hearing, Settings(), dispatcher, dispatcher)
    results: list[object] = []
    probabilities: list[float] = []
    hold.transcribed.connect(lambda _hold, result: results.append((result.text, hold.ended.why if hold.ended else "?")))
    hold.vad_probabilities_arrived.connect(lambda _hold, values: probabilities.extend(values))
    try:
        qtbot.waitUntil(lambda: hold.stage == "listening" and bool(probabilities), timeout=20_000)
        dispatcher.open = late == "nothing"
        sound.opened[0].die()
        if late != "nothing":
            qtbot.waitUntil(lambda: not sound.open_streams and hold._final is not None, timeout=20_000)
            assert not results
            dispatcher.deliver()
        qtbot.waitUntil(lambda: bool(results), timeout=20_000)
        assert results == [("all of it", "lost")]
    finally:
        assert microphone.close(10)
        assert shutdown([hearing], 10)
