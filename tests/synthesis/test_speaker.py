"""Sentences become sound, one after the other, and stop at once."""

from __future__ import annotations

import shutil
import struct
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from fanlight.domain.audio import AudioDevice
from fanlight.domain.errors import SpeakerError
from fanlight.synthesis import backends
from fanlight.synthesis import speaker as speaking
from fanlight.synthesis.backends import Pcm, Voice
from fanlight.synthesis.espeak import Espeak
from fanlight.synthesis.piper import Piper
from fanlight.synthesis.program import SpeechProgram, run
from fanlight.synthesis.resample import at_rate
from fanlight.synthesis.speaker import (
    SentenceStarted,
    Speaker,
    SpeechEvent,
    SpeechOver,
    SpeechStarted,
    SpokenAnswer,
    VoiceConfig,
)
from fanlight.synthesis.spoken_text import SpokenSentence
from fanlight.synthesis.wave_file import read_pcm
from support.speaking import RATE, FakeLoudspeaker, FakeVoice

Heard = list[SpeechEvent]


@pytest.fixture
def voice() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
def box() -> FakeLoudspeaker:
    return FakeLoudspeaker()


@pytest.fixture
def speaker(voice: FakeVoice, box: FakeLoudspeaker) -> Iterator[Speaker]:
    made = Speaker(box, (voice,))
    yield made
    assert made.close(5)


def say(speaker: Speaker, *texts: str, heard: Heard | None = None, config: VoiceConfig | None = None) -> SpokenAnswer:
    speech = speaker.start_answer(config or VoiceConfig(), (heard if heard is not None else []).append)
    for text in texts:
        speech.add_sentence(SpokenSentence(text))
    return speech


def until(true: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_sentences_are_heard_in_order_and_whole(speaker: Speaker, voice: FakeVoice, box: FakeLoudspeaker) -> None:
    heard: Heard = []
    speech = say(speaker, "One.", "And two.", "Three.", heard=heard, config=VoiceConfig("told:otto", 1.5, "headphones"))
    speech.end()
    assert speech.wait(5)
    assert heard == [SpeechStarted("headphones"), *map(SentenceStarted, range(3)), SpeechOver()]
    assert voice.said == [(text, "otto", 1.5) for text in ("One.", "And two.", "Three.")]
    assert [sample for sample in box.heard if sample] == [1] * 4 * 80 + [2] * 8 * 80 + [3] * 6 * 80
    assert box.opened[0].calls == ["start", "stop", "abort", "close"]
    assert box.open_now == 0


def test_a_pause_is_silence_after_the_sentence(speaker: Speaker, box: FakeLoudspeaker) -> None:
    speech = speaker.start_answer(VoiceConfig(), lambda _: None)
    speech.add_sentence(SpokenSentence("A", 0.5))
    speech.add_sentence(SpokenSentence("B"))
    until(lambda: 2 in box.heard)
    first = box.heard.index(2)
    assert list(box.heard[first - round(0.5 * RATE) : first]) == [0] * round(0.5 * RATE)


def test_a_sentence_is_reported_when_the_loudspeaker_begins_with_it(voice: FakeVoice) -> None:
    box = FakeLoudspeaker(pace=0.01)
    speaker = Speaker(box, (voice,))
    at: list[tuple[int, int]] = []

    def note(event: SpeechEvent) -> None:
        if isinstance(event, SentenceStarted):
            at.append((event.number, max(box.sentences, default=0)))

    speech = speaker.start_answer(VoiceConfig(), note)
    for text in ("A sentence of some length. " * 3, "Another one of the same length. " * 3, "The last one."):
        speech.add_sentence(SpokenSentence(text))
    speech.end()
    assert speech.wait(20)
    assert [number for number, _audible in at] == [0, 1, 2]
    assert all(audible >= number for number, audible in at), "none is reported before the one before it was heard"


def test_no_device_is_opened_before_there_is_something_to_say(speaker: Speaker, box: FakeLoudspeaker) -> None:
    speech = say(speaker)
    assert box.opened == []
    speech.end()
    assert speech.wait(5)
    assert box.opened == []


def test_what_comes_late_is_still_said(speaker: Speaker, voice: FakeVoice, box: FakeLoudspeaker) -> None:
    speech = say(speaker, "One.")
    until(lambda: box.sentences == [1] and box.heard[-1] == 0)
    speech.add_sentence(SpokenSentence("Two."))
    until(lambda: box.sentences == [1, 2])
    assert len(box.opened) == 1


def test_stop_is_silence_at_once_and_closes_the_device(voice: FakeVoice) -> None:
    box = FakeLoudspeaker(pace=0.02)
    speaker = Speaker(box, (voice,))
    speech = say(speaker, "A very long sentence. " * 20, "Another one.")
    until(lambda: box.sentences == [1])
    stopped = time.monotonic()
    speech.stop()
    assert time.monotonic() - stopped < 0.02
    assert speech.wait(5)
    assert box.last_sound_at - stopped < 0.1
    assert box.open_now == 0
    assert box.opened[0].calls[1:] == ["abort", "close"]


def test_stop_ends_a_voice_that_takes_long(voice: FakeVoice, box: FakeLoudspeaker) -> None:
    voice.seconds = 30
    speaker = Speaker(box, (voice,))
    heard: Heard = []
    speech = say(speaker, "One.", heard=heard)
    until(lambda: bool(voice.said))
    speech.stop()
    assert speech.wait(2)
    until(lambda: voice.stopped == 1)
    assert heard == [SpeechOver()]


def test_a_second_speech_silences_the_first(speaker: Speaker, box: FakeLoudspeaker) -> None:
    first = say(speaker, "A very long sentence. " * 200)
    until(lambda: box.sentences == [1])
    second = say(speaker, "Two.")
    second.end()
    assert second.wait(5)
    assert first.wait(0)
    assert box.sentences == [1, 2]


def test_a_voice_that_fails_is_told_after_what_it_had_said(
    speaker: Speaker, voice: FakeVoice, box: FakeLoudspeaker
) -> None:
    voice.fails_at = 2
    heard: Heard = []
    assert say(speaker, "One.", "Two.", "Three.", heard=heard).wait(5)
    assert [str(item.error) for item in heard if isinstance(item, SpeechOver)] == ["The voice is hoarse."]
    assert box.sentences == [1]


def test_without_a_voice_it_says_what_to_install(box: FakeLoudspeaker) -> None:
    speaker = Speaker(box, (FakeVoice(here=False),))
    heard: Heard = []
    assert say(speaker, "One.", heard=heard).wait(5)
    (over,) = heard
    assert isinstance(over, SpeechOver)
    assert over.error is not None
    assert over.error.hint == "Tell it to be there."
    assert str(speaker.unavailable_reason()) == "No voice is installed on this computer."


def test_a_loudspeaker_that_goes_away_is_one_error(speaker: Speaker, box: FakeLoudspeaker) -> None:
    heard: Heard = []
    speech = say(speaker, "A very long sentence. " * 200, heard=heard)
    until(lambda: box.sentences == [1])
    box.opened[0].die()
    assert speech.wait(5)
    assert [str(item.error) for item in heard if isinstance(item, SpeechOver)] == [
        "The speaker “box” was disconnected."
    ]
    assert box.open_now == 0


def test_a_loudspeaker_that_stalls_is_one_error(
    speaker: Speaker, box: FakeLoudspeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "STALL_SECONDS", 0.3)
    heard: Heard = []
    speech = say(speaker, "A very long sentence. " * 200, heard=heard)
    until(lambda: box.sentences == [1])
    box.stalled = True
    assert speech.wait(5)
    assert isinstance(heard[-1], SpeechOver)
    assert "has stopped playing" in str(heard[-1].error)


@pytest.mark.parametrize("trouble", ["error", "hangs"])
def test_a_loudspeaker_that_does_not_open_is_one_error(
    trouble: str, speaker: Speaker, box: FakeLoudspeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "OPEN_SECONDS", 0.1)
    if trouble == "error":
        box.open_error = SpeakerError("There is no loudspeaker.")
    else:
        box.open_seconds = 0.5
    heard: Heard = []
    assert say(speaker, "One.", heard=heard).wait(5)
    (over,) = heard
    assert isinstance(over, SpeechOver)
    assert isinstance(over.error, SpeakerError)
    until(lambda: box.open_now == 0)


def test_a_driver_that_hangs_when_it_stops_holds_nobody(
    speaker: Speaker, box: FakeLoudspeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "STOP_SECONDS", 0.2)
    box.stop_hangs = True
    speech = say(speaker, "One.")
    speech.end()
    assert speech.wait(3)
    assert box.opened[0].calls == ["start", "stop", "abort", "close"]


def test_a_device_that_wants_its_own_rate_gets_it(voice: FakeVoice) -> None:
    box = FakeLoudspeaker(own_rate=2 * RATE)
    speech = say(Speaker(box, (voice,)), "One.")
    speech.end()
    assert speech.wait(5)
    assert sum(1 for sample in box.heard if sample) == 2 * 4 * 80


def test_many_starts_and_stops_leave_nothing_open(speaker: Speaker, box: FakeLoudspeaker) -> None:
    for i in range(60):
        speech = say(speaker, "One sentence.", "Another one.")
        time.sleep(0.001 * (i % 7))
        (speech.stop, speech.end)[i % 2]()
    assert speaker.close(10)
    assert box.open_now == 0
    until(lambda: not [thread for thread in threading.enumerate() if thread.name in ("voice", "spoken answer")])


def test_voices_and_devices_are_asked_for_on_another_thread(speaker: Speaker) -> None:
    told: list[tuple[str, list[str], object]] = []

    def hear(known: Sequence[Voice], devices: Sequence[AudioDevice] | SpeakerError) -> None:
        told.append((threading.current_thread().name, [voice.name for voice in known], devices))

    speaker.list_voices(hear)
    until(lambda: bool(told))
    assert told == [("voices", ["told:anna", "told:otto"], FakeLoudspeaker().devices())]


# The voices.


def test_the_best_voice_that_is_there_speaks_where_the_chosen_one_has_gone() -> None:
    here, gone = FakeVoice(), FakeVoice(here=False)
    gone.name = "gone"
    assert backends.pick("gone:x", (gone, here)) == (here, "")
    assert backends.pick("told:anna", (gone, here)) == (here, "anna")
    assert backends.pick("", (gone, here)) == (here, "")


def test_another_rate_keeps_the_length_and_the_shape() -> None:
    assert (
        at_rate(Pcm(8_000, array("h", [0, 100, 200, 100]).tobytes()), 16_000).data
        == array("h", [0, 50, 100, 150, 200, 150, 100, 100]).tobytes()
    )
    half = at_rate(Pcm(44_100, bytes(2 * 44_100)), 22_050)
    assert (half.rate, half.seconds) == (22_050, 1.0)
    assert at_rate(Pcm(8_000, b""), 48_000).data == b""


def riff(samples: bytes, channels: int = 1, bits: int = 16, length: int = 0x7FFFF000) -> bytes:
    head = struct.pack("<HHIIHH", 1, channels, 8_000, 0, 0, bits)
    return b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + head + b"LIST\2\0\0\0xx" + b"data" + struct.pack("<I", length) + samples


def test_sound_from_a_pipe_is_read_whatever_its_head_says() -> None:
    samples = array("h", [1, 2, 3, 5]).tobytes()
    assert read_pcm(riff(samples), "x") == Pcm(8_000, samples)
    assert read_pcm(riff(samples + b"\1", 2), "x") == Pcm(8_000, array("h", [1, 4]).tobytes())
    assert read_pcm(riff(samples, length=4), "x").data == samples[:4]


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no sound at all", riff(b"", bits=8), riff(b"")[:40]])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(SpeakerError, match="produced no sound"):
        read_pcm(data, "x")


def test_a_program_that_fails_hangs_or_is_not_there_is_an_error() -> None:
    with pytest.raises(SpeakerError, match="cannot be started"):
        SpeechProgram(["/nowhere/at-all"])
    with pytest.raises(SpeakerError, match=r"could not speak: no voice\."):
        run([sys.executable, "-c", "import sys; sys.exit('no voice.')"])
    with pytest.raises(SpeakerError, match="did not respond"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], seconds=0.3)


def test_a_program_is_ended_when_it_is_stopped() -> None:
    program, stop = SpeechProgram([sys.executable, "-c", "import time; time.sleep(60)"]), threading.Event()
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()
    assert program.communicate("x" * 1_000_000, stop) == b""
    assert time.monotonic() - began < 5
    assert not program.running


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_espeak_speaks_in_the_voice_and_at_the_speed_that_is_asked_for() -> None:
    espeak = Espeak()
    names = [voice.name for voice in espeak.voices()]
    assert {"espeak:en-us", "espeak:de"} <= set(names)
    assert len(names) == len(set(names))
    slow, fast = (espeak.synthesize("-v Thirty-seven shapes.", "en-us", pace, threading.Event()) for pace in (0.8, 2.0))
    assert slow.seconds > 1.7 * fast.seconds
    assert max(array("h", slow.data)) > 5_000
    assert espeak.synthesize("Hello.", "", 1.0, threading.Event()).seconds > 0.3
    with pytest.raises(SpeakerError, match="espeak-ng could not speak"):
        espeak.synthesize("x", "qqq", 1.0, threading.Event())


PIPER = """#!{python}
import sys, wave
options = sys.argv[1:]
folder, scale = (options[options.index(name) + 1] for name in ("--output_dir", "--length_scale"))
for number, line in enumerate(sys.stdin):
    if "hoarse" in line:
        sys.exit("The voice is hoarse.")
    print("Spoken in 0.1 s", file=sys.stderr, flush=True)
    with wave.open(f"{{folder}}/{{number}}.wav", "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(b"\\1\\0" * round(len(line.strip()) * 100 * float(scale)))
    print(f"INFO:Wrote {{folder}}/{{number}}.wav", file=sys.stderr, flush=True)
"""


def test_piper_is_used_where_it_and_a_voice_are(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    piper = Piper()
    assert not piper.is_available()
    program = tmp_path / "piper"
    program.write_text(PIPER.format(python=sys.executable))
    program.chmod(0o755)
    assert not piper.is_available()
    (home / "voices").mkdir(parents=True)
    (home / "voices" / "en_US-x.onnx").write_bytes(b"")
    assert not piper.is_available()
    facts = home / "voices" / "en_US-x.onnx.json"
    facts.write_text('{"audio": {"sample_rate": 16000}, "language": {"code": "en_US"}}')
    assert piper.is_available()
    assert [(voice.name, voice.language) for voice in piper.voices()] == [("piper:en_US-x", "en-US")]
    (home / "voices" / "broken.onnx").write_bytes(b"")
    (home / "voices" / "broken.onnx.json").write_text("{")
    assert [voice.name for voice in piper.voices()] == ["piper:en_US-x"]  # a damaged voice hides no other
    (home / "voices" / "broken.onnx").unlink()
    stop = threading.Event()
    for text in ("One.", "One more.", "Three\nlines."):
        pcm = piper.synthesize(text, "en_US-x", 1.0, stop)
        assert (pcm.rate, len(pcm.data)) == (16_000, 2 * 100 * len(text))
    assert len(piper.synthesize("Fast.", "gone", 2.0, stop).data) == 2 * 50 * 5
    with pytest.raises(SpeakerError, match=r"piper could not speak: The voice is hoarse\."):
        piper.synthesize("hoarse", "en_US-x", 1.0, stop)
    assert piper.synthesize("One.", "en_US-x", 1.0, stop).data
    stop.set()
    assert piper.synthesize("Two.", "en_US-x", 1.0, stop).data == b""
    piper.close()
    assert [folder for folder in tmp_path.glob("fanlight-*") if folder != home] == []
    facts.write_text("{}")
    with pytest.raises(SpeakerError, match="damaged"):
        piper.synthesize("x", "en_US-x", 1.0, threading.Event())
