"""A hold of the key, with a VAD by loudness, a transcriber that script what the test wants, and no real time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from fanlight.domain.errors import SpeechError
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, LiveTranscript, TranscriptionOptions, Word
from fanlight.speech.audio import Audio, silence
from fanlight.speech.live_transcription import LiveTranscription
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.streaming_limits import StreamingLimits
from fanlight.speech.vad import LoudnessVad

BLOCK = 0.1


def speech(seconds: float) -> Audio:
    """Loud: what the gate takes for speech."""
    return np.full(round(seconds * SAMPLE_RATE), 0.1, np.float32)


def counted(audio: Audio, effort: Effort) -> str:
    """One word for each half second that is loud."""
    return " ".join(f"w{i}" for i in range(round(2 * np.count_nonzero(audio) / SAMPLE_RATE)))


class Hold:
    """A key that is held: what is said goes in at its pace, a step after each block."""

    def __init__(
        self, script: Callable[[Audio, Effort], Decoded | str | SpeechError] | str = counted, cost: float = 0.2
    ):
        self.now = 0.0
        self.cost = cost
        self.shown: list[tuple[float, LiveTranscript]] = []
        self.transcriber = ScriptedTranscriber(self._costly(script))
        self.live = LiveTranscription(
            self.transcriber, LoudnessVad(), TranscriptionOptions("en"), StreamingLimits(), clock=lambda: self.now
        )
        self.fed = 0.0

    def _costly(
        self, script: Callable[[Audio, Effort], Decoded | str | SpeechError] | str
    ) -> Callable[[Audio, Effort], Decoded | str | SpeechError]:
        def call(audio: Audio, effort: Effort) -> Decoded | str | SpeechError:
            self.now += self.cost
            return script(audio, effort) if callable(script) else script

        return call

    def play(self, *pieces: Audio) -> Hold:
        audio = np.concatenate(pieces)
        block = round(BLOCK * SAMPLE_RATE)
        for i in range(0, len(audio), block):
            self.live.feed(audio[i : i + block])
            self.fed += len(audio[i : i + block]) / SAMPLE_RATE
            self.now = max(self.now, self.fed)
            if transcript := self.live.step():
                self.shown.append((self.fed, transcript))
        return self

    def release(self) -> LiveTranscript:
        self.live.decode_rest()
        self.live.feed(silence(0.3))
        return self.live.finish()

    @property
    def efforts(self) -> list[Effort]:
        return [call.effort for call in self.transcriber.calls]


def test_silence_is_never_decoded_and_nothing_is_kept_of_it() -> None:
    hold = Hold("invented").play(silence(120))
    assert hold.release() == LiveTranscript(language="en", final=True)
    assert hold.transcriber.calls == []
    assert hold.live.open_seconds == 0


def test_a_click_is_not_decoded() -> None:
    hold = Hold("invented").play(silence(1), speech(0.1), silence(1))
    assert hold.release().text == ""
    assert hold.transcriber.calls == []


def test_words_show_while_the_user_speaks_and_the_first_ones_soon() -> None:
    hold = Hold().play(speech(2))
    assert hold.shown[0][0] <= 0.7
    assert hold.shown[0][1].hypothesis
    assert not hold.shown[0][1].committed
    assert [len(transcript.hypothesis) for _, transcript in hold.shown] == sorted(
        len(transcript.hypothesis) for _, transcript in hold.shown
    )


def test_words_that_two_drafts_agree_on_are_told_apart() -> None:
    texts = iter(["as not", "ask not what", "ask not what your", "ask not what your country"])
    hold = Hold(lambda audio, effort: next(texts)).play(speech(3))
    assert [transcript.stable_count for _, transcript in hold.shown][:3] == [0, 0, 3]


def test_a_pause_settles_what_was_said_and_drops_its_audio() -> None:
    hold = Hold().play(speech(6), silence(0.8))
    assert [word.text for word in hold.live.transcript.committed][:2] == [" w0", " w1"]
    assert hold.live.transcript.hypothesis == ()
    assert hold.live.open_seconds < 1
    assert hold.efforts.count("final") == 1  # decoded ahead at the pause, and not again


def test_a_pause_that_passed_while_a_decode_was_running_settles_too() -> None:
    hold = Hold()
    hold.live.feed(np.concatenate([speech(5.5), silence(0.6), speech(1)]))
    transcript = hold.live.step()
    assert transcript is not None
    assert len(transcript.committed) == 11
    assert hold.transcriber.calls[-1].seconds == pytest.approx(5.8, abs=0.1)
    assert hold.live.open_seconds == pytest.approx(1.3, abs=0.1)
    assert len(hold.release().text.split()) == 13


def test_a_short_word_before_a_pause_waits_for_more_but_not_for_ever() -> None:
    hold = Hold().play(speech(1), silence(0.8))
    assert hold.live.transcript.committed == ()
    assert len(hold.live.transcript.hypothesis) == 2
    hold.play(silence(1.2))
    assert len(hold.live.transcript.committed) == 2


def test_letting_go_in_a_pause_decodes_nothing_more() -> None:
    hold = Hold().play(speech(2), silence(0.4))
    before = len(hold.transcriber.calls)
    transcript = hold.release()
    assert transcript.final
    assert len(transcript.committed) == 4
    assert len(hold.transcriber.calls) == before


def test_letting_go_in_the_middle_of_a_word_decodes_the_rest_once() -> None:
    hold = Hold().play(speech(5), silence(0.6), speech(1.5))
    before = len(hold.transcriber.calls)
    transcript = hold.release()
    assert len(hold.transcriber.calls) == before + 1
    assert hold.transcriber.calls[-1].seconds < 2.5  # the open part alone
    assert len(transcript.committed) == 13


def test_the_last_syllable_recorded_after_the_key_is_up_is_heard() -> None:
    hold = Hold().play(speech(2))
    hold.live.decode_rest()
    before = len(hold.transcriber.calls)
    hold.live.feed(speech(0.3))
    assert len(hold.live.finish().committed) == 5
    assert len(hold.transcriber.calls) == before + 1


def test_nothing_after_the_key_is_up_costs_nothing() -> None:
    hold = Hold().play(speech(2))
    hold.live.decode_rest()
    before = len(hold.transcriber.calls)
    hold.live.feed(np.concatenate([speech(0.05), silence(0.25)]))
    assert len(hold.live.finish().committed) == 4
    assert len(hold.transcriber.calls) == before


def test_speech_without_a_pause_is_cut_before_it_grows_long() -> None:
    hold = Hold().play(speech(40))
    transcript = hold.release()
    assert max(call.seconds for call in hold.transcriber.calls) <= 11
    assert 78 <= len(transcript.committed) <= 82
    ends = [word.end for word in transcript.committed]
    assert ends == sorted(ends)


def test_ten_minutes_cost_no_more_at_the_end_than_at_the_start() -> None:
    hold = Hold()
    most = 0.0
    for _ in range(100):
        hold.play(speech(5), silence(1))
        most = max(most, hold.live.open_seconds)
    calls = len(hold.transcriber.calls)
    transcript = hold.release()
    assert len(transcript.committed) == 1000
    assert len(hold.transcriber.calls) == calls
    assert most < 12
    assert max(call.seconds for call in hold.transcriber.calls) < 11
    assert max(len(call.context) for call in hold.transcriber.calls) < 500
    assert transcript.committed[-1].end == pytest.approx(599, abs=1)


def test_a_slow_machine_drafts_less_often() -> None:
    fast, slow = Hold(cost=0.1).play(speech(8)), Hold(cost=2.0).play(speech(8))
    assert slow.efforts.count("draft") < fast.efforts.count("draft") / 2


def test_a_hold_that_was_fed_without_steps_loses_nothing() -> None:
    hold = Hold()
    hold.live.feed(np.concatenate([silence(5), speech(33), silence(2), speech(4)]))
    transcript = hold.release()
    assert 72 <= len(transcript.committed) <= 76
    assert max(call.seconds for call in hold.transcriber.calls) <= 11


def test_a_doubtful_draft_is_not_shown_and_a_doubtful_final_is() -> None:
    def script(audio: Audio, effort: Effort) -> Decoded:
        loop = tuple(Word(" so", i / 10, i / 10) for i in range(9))
        return Decoded(loop, "en", loop=True)

    hold = Hold(script).play(speech(2))
    assert hold.live.transcript.hypothesis == ()
    assert len(hold.release().committed) == 9  # the decoder's own second look has been


def test_words_of_a_draft_that_the_final_takes_back_are_gone() -> None:
    hold = Hold(lambda audio, effort: "thank you" if effort == "draft" else "").play(speech(1), silence(0.1))
    assert hold.live.transcript.hypothesis
    assert hold.release().text == ""


def test_the_language_that_was_heard_is_the_likely_one_of_what_follows() -> None:
    def script(audio: Audio, effort: Effort) -> Decoded:
        return Decoded((Word(" ja", 0, 1),), "de", certainty=0.9)

    transcriber = ScriptedTranscriber(script)
    live = LiveTranscription(transcriber, LoudnessVad())
    for _ in range(2):
        for _ in range(40):
            live.feed(speech(0.1))
            live.step()
        for _ in range(10):
            live.feed(silence(0.1))
            live.step()
    assert live.finish().language == "de"
    assert {call.options.language for call in transcriber.calls} == {None}
    assert transcriber.calls[0].options.likely_language is None
    assert transcriber.calls[-1].options.likely_language == "de"


def test_another_language_behind_a_short_pause_is_decoded_by_itself() -> None:
    transcriber = ScriptedTranscriber(counted, heard_languages=("en", "fr"))
    live = LiveTranscription(transcriber, LoudnessVad())
    live.feed(np.concatenate([speech(3), silence(0.6), speech(2)]))
    assert len(live.finish().committed) == 10
    assert [call.seconds for call in transcriber.calls if call.effort == "final"] == pytest.approx([3.3, 2.3], abs=0.1)


def test_later_segments_know_the_words_before_them() -> None:
    hold = Hold("ask. ask not.").play(speech(6), silence(1), speech(1))
    assert hold.transcriber.calls[0].context == ""
    assert hold.transcriber.calls[-1].context == "ask. ask not,"
    assert hold.release().text == "ask. ask not. Ask. ask not."


def test_what_the_model_raises_reaches_the_caller_and_what_was_settled_stays() -> None:
    def script(audio: Audio, effort: Effort) -> str | SpeechError:
        return SpeechError("broken") if len(audio) < 2 * SAMPLE_RATE else "fine"

    hold = Hold(script).live
    hold.feed(np.concatenate([speech(6), silence(0.8)]))
    hold.step(), hold.step()
    hold.feed(speech(1))
    with pytest.raises(SpeechError, match="broken"):
        hold.finish()
    assert hold.transcript.text == "fine"


def test_after_the_end_nothing_is_taken() -> None:
    live = Hold().live
    assert live.finish() == live.finish()
    with pytest.raises(ValueError, match="after the end"):
        live.feed(silence(1))
