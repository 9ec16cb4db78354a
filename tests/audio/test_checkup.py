"""What a microphone's test says in words."""

from __future__ import annotations

from fanlight.audio.checkup import Checkup
from fanlight.domain.audio import (
    DeviceOpened,
    RecordingEnded,
    RecordingRefused,
    RecordingStarted,
    SoundFormat,
    SoundLevel,
)
from fanlight.domain.errors import MicrophoneMissing


def checkup(*levels: float, first: float = 0.05, peak: float = -12.0, why: str = "released") -> Checkup:
    made = Checkup()
    made.add_event(DeviceOpened("headset", SoundFormat(44_100, 2)))
    made.add_event(RecordingStarted(first))
    for level in levels:
        made.add_event(SoundLevel(level, peak))
    made.add_event(RecordingEnded(why, 6.0))  # type: ignore[arg-type]
    return made


def said(made: Checkup, text: str | None = "hello") -> str:
    return " ".join(made.findings(text))


def test_a_good_microphone_is_named_with_its_figures() -> None:
    made = checkup(*[-60.0] * 5, *[-20.0] * 5)
    assert made.works
    assert made.findings("hello") == [
        "“headset” opens with 44,100 samples a second on 2 channels.",
        "The first sound came after 0.05 s.",
        "The noise is at -60 dB, the loudest sound at -20 dB.",
        "Heard: hello",
    ]


def test_what_is_wrong_comes_with_what_to_do() -> None:
    assert "Keep the microphone open" in said(checkup(-60, -20, first=0.8))
    assert "muted" in said(checkup(-90, -90))
    assert not checkup(-90, -90).works
    assert "turn the microphone down" in said(checkup(-60, -3, peak=0.0))
    assert "noisy" in said(checkup(-30, -20))
    assert "speak closer" in said(checkup(-60, -50))
    assert "was disconnected" in said(checkup(-60, -20, why="lost"))
    assert "No words" in said(checkup(-60, -20), "")


def test_without_a_microphone_it_says_the_error_and_its_hint() -> None:
    made = Checkup()
    made.add_event(RecordingRefused(MicrophoneMissing("There is no microphone.")))
    assert said(made) == f"There is no microphone. {MicrophoneMissing.hint}"
    assert not made.works


def test_where_nothing_listens_no_words_are_missed() -> None:
    assert "words" not in said(checkup(-60, -20), None)
