"""Live captions without a window: what is played becomes text, and what goes wrong becomes a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal

from fanlight.audio.loopback.backend import LoopbackEnded, OutputHeard, OutputMissing
from fanlight.core.captions.captions import AGAIN_MS, SILENT_SECONDS, Captions
from fanlight.core.captions.feed import MOST_SECONDS
from fanlight.core.captions.transcript import CaptionTranscript
from fanlight.core.transcription.queue import TranscriptionQueue
from fanlight.core.window_state import WindowState
from fanlight.domain.errors import LoopbackMissing, SpeechModelError
from fanlight.domain.speech import CaptionWords, joined
from support.dictating import TalkRig
from support.playing import SILENCE, SOUND, FakeLoopback

pytestmark = pytest.mark.gui


class Voice(QObject):
    """In place of `SpeechOutput`."""

    changed = Signal()
    active = False

    def speak(self, on: bool) -> None:
        self.active = on
        self.changed.emit()


class Rig:
    """`now` is moved by hand, and with it the timers."""

    def __init__(self, qtbot: Any, home: Path) -> None:
        self.qtbot = qtbot
        self.talk = TalkRig(qtbot, home)
        self.source, self.voice = FakeLoopback(), Voice()
        self.now, self.generating = 100.0, False
        self.captions = Captions(
            self.talk.hearing, self.talk.talk, self.voice, self.talk.settings_store,  # type: ignore[arg-type]
            lambda: self.generating, self.source.pick, lambda: "A sound server.",
            clock=lambda: self.now, make_timer=self.talk.clock.timer,
        )  # fmt: skip
        self.shown: list[CaptionWords] = []
        self.captions.words_arrived.connect(self.shown.append)

    def play(self, *blocks: bytes, seconds: float = 1.0) -> None:
        """One after the other, so long apart."""
        for block in blocks:
            self.now += seconds
            self.source.play(block)
            self.qtbot.waitUntil(lambda: self.captions._feed.is_empty or self.talk.talk.active, timeout=20_000)
            self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.captions._stepping, timeout=20_000)

    @property
    def transcript(self) -> CaptionTranscript:
        assert self.captions.transcript is not None
        return self.captions.transcript

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.captions.last(10_000))

    def wait(self, true: Any) -> None:
        self.qtbot.waitUntil(true, timeout=20_000)

    def close(self) -> None:
        self.captions.close()
        self.talk.close()


@pytest.fixture
def rig(qtbot: Any, home: Path) -> Iterator[Rig]:
    home.mkdir()
    made = Rig(qtbot, home)
    yield made
    made.close()


def begun(rig: Rig) -> Rig:
    rig.captions.start()
    rig.wait(lambda: rig.captions.state == "listening")
    return rig


def test_what_is_played_is_shown_as_it_comes_and_settles_and_is_a_transcript_afterwards(rig: Rig) -> None:
    begun(rig).play(SOUND, SOUND, SOUND)
    assert "Loudspeaker" in rig.captions.status
    assert [joined(words.hypothesis) for words in rig.shown if words.hypothesis] == ["how", "many", "shapes"]
    assert joined(word for words in rig.shown for word in words.settled) == "how many"
    assert rig.transcript.status().startswith("Captions are on")
    assert rig.text == "how many shapes"  # a question is about what is not settled, too
    rig.captions.stop()
    assert not rig.source.is_open
    rig.wait(lambda: rig.transcript.state == "done")
    assert "".join(segment.text for segment in rig.transcript.segments) == "how many shapes"
    known = len(rig.shown)
    rig.source.play(SOUND)  # what another thread was about to say
    rig.settle()
    assert rig.captions.status == ""
    assert len(rig.shown) == known


def test_nothing_is_heard_before_it_is_asked_for_and_a_second_start_changes_nothing(rig: Rig) -> None:
    assert rig.source.opened == 0
    begun(rig)
    rig.captions.start()
    assert rig.source.opened == 1
    rig.captions.toggle()
    assert not rig.source.is_open


def test_without_a_sound_server_they_do_not_begin_and_say_what_is_missing(rig: Rig) -> None:
    assert not rig.captions.why_not()
    rig.source.here = False
    assert "A sound server." in rig.captions.why_not()
    with pytest.raises(LoopbackMissing, match="cannot hear"):
        rig.captions.start()
    assert not rig.captions.on
    assert rig.captions.transcript is None


def test_the_output_may_change_go_and_come_back(rig: Rig) -> None:
    begun(rig).play(SOUND)
    rig.source.tell(OutputHeard("Headphones"))
    rig.wait(lambda: rig.captions.output == "Headphones")
    rig.source.tell(OutputMissing())
    rig.wait(lambda: rig.captions.state == "unplugged")
    assert "no sound output" in rig.captions.status
    rig.source.tell(OutputHeard("Loudspeaker"))
    rig.wait(lambda: rig.captions.state == "listening")


def test_a_sound_server_that_ends_is_tried_again_until_it_is_back_and_times_go_on(rig: Rig) -> None:
    begun(rig).play(SOUND, SOUND)
    rig.source.tell(LoopbackEnded("Connection terminated"))
    rig.wait(lambda: rig.captions.state == "disconnected")
    assert "sound server is gone" in rig.captions.status
    rig.now += 30
    rig.talk.clock.advance(AGAIN_MS)
    assert rig.source.opened == 2
    rig.wait(lambda: rig.captions.state == "listening")
    rig.play(SOUND)
    starts = [word.start for words in rig.shown for word in (*words.settled, *words.hypothesis)]
    assert starts[-1] > 30  # seconds since the start, as people count them
    rig.captions.stop()
    rig.source.tell(LoopbackEnded("late"))
    rig.talk.clock.advance(10 * AGAIN_MS)
    rig.wait(lambda: rig.transcript.state == "done")
    assert rig.source.opened == 2


def test_sound_waits_while_the_user_dictates_and_is_not_lost(rig: Rig) -> None:
    begun(rig).play(SOUND)
    rig.talk.press()
    rig.talk.until("listening")
    assert "wait while you speak" in rig.captions.status
    rig.play(SOUND, SOUND, SOUND)
    assert rig.text == "how"
    rig.talk.talk.discard_utterance()
    rig.wait(lambda: rig.text == "how many shapes are")


def test_sound_that_waits_too_long_is_let_go_from_its_beginning(rig: Rig) -> None:
    begun(rig).play(SOUND)
    rig.talk.press()
    rig.talk.until("listening")
    count = round(MOST_SECONDS / 0.08) + 100
    rig.source.play(*([SILENCE] * count))
    assert rig.captions._feed.lost_seconds == pytest.approx(100 * 0.08, abs=0.1)
    rig.talk.talk.discard_utterance()


def test_fanlights_own_voice_is_not_captioned(rig: Rig) -> None:
    begun(rig).play(SOUND)
    rig.voice.speak(True)
    assert "own voice" in rig.captions.status
    rig.play(SOUND, SOUND)
    rig.voice.speak(False)
    rig.play(SOUND, seconds=0.1)  # what is still on its way
    assert rig.text == "how"
    rig.play(SOUND)
    assert rig.text == "how many"


def test_silence_is_said_and_ends_with_the_next_sound(rig: Rig) -> None:
    begun(rig).play(SOUND)
    rig.play(SILENCE, SILENCE, seconds=SILENT_SECONDS)
    assert "Nothing is played" in rig.captions.status
    rig.play(SOUND)
    assert "Nothing is played" not in rig.captions.status


def test_a_speech_model_that_fails_ends_them_with_its_sentence(rig: Rig) -> None:
    rig.talk.listener.error = SpeechModelError("The speech model is broken.")
    begun(rig)
    rig.source.play(SOUND)
    rig.wait(lambda: rig.captions.state == "failed")
    assert "broken" in str(rig.captions.error)
    assert not rig.source.is_open
    assert "broken" in rig.transcript.status()
    rig.talk.listener.error = None
    first = rig.transcript
    begun(rig).play(SOUND)
    assert rig.text == "how"
    assert rig.transcript is not first


def test_a_new_run_begins_while_the_end_of_the_last_one_is_still_decoded(rig: Rig) -> None:
    begun(rig).play(SOUND, SOUND)
    first = rig.transcript
    rig.source.play(SOUND)
    rig.captions.stop()
    begun(rig).play(SOUND)
    rig.wait(lambda: first.state == "done")
    assert "".join(segment.text for segment in first.segments) == "how many shapes"
    assert rig.text == "how"


def test_the_last_minutes_are_the_last_minutes(rig: Rig) -> None:
    begun(rig)
    for _ in range(40):
        rig.play(SOUND, seconds=10)
    assert rig.text.count("how") == 40  # each behind a gap
    last = rig.captions.last(60)
    assert last[0].start > 300
    assert last[-1].end > 390


def test_captions_stand_among_the_transcripts_of_files_and_are_stopped_there(rig: Rig, home: Path) -> None:
    queue = TranscriptionQueue(
        rig.talk.hearing, rig.talk.talk, rig.talk.settings_store, WindowState(home / "window.json")
    )
    rig.captions.begun.connect(queue.show)
    begun(rig).play(SOUND, SOUND)
    assert queue.all == [rig.transcript]
    queue.stop()  # the window for transcripts is closed
    assert rig.captions.on
    rig.transcript.stop()  # its button
    assert not rig.captions.on
    rig.wait(lambda: rig.transcript.state == "done")
    assert "2 words" in rig.transcript.status()
    rig.transcript.restart()
    rig.transcript.resume()
    assert rig.transcript.state == "done"
    queue.remove(rig.transcript)
    assert queue.all == []
    queue.close()
    assert sorted(path.name for path in home.iterdir()) == []  # nothing on the disk
