"""The microphone's thread, on a sound library that fails in every way it can."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from fanlight.audio import streams
from fanlight.audio.microphone import Microphone
from fanlight.audio.recording import RecordingLimits
from fanlight.domain.audio import (
    AudioDevice,
    DeviceOpened,
    RecordingEnded,
    RecordingMark,
    RecordingRefused,
    RecordingStarted,
    SoundLevel,
)
from fanlight.domain.errors import MicrophoneError, MicrophoneMissing
from support.holding import Held, until
from support.microphones import TONE, FakeSound, block

QUICK = RecordingLimits(first_block=0.6, last_word=0.1, post_roll=0.1, late=0.2, stall=0.5, longest=60)
OTHER = AudioDevice("other", "Other", 2, 48_000)


@pytest.fixture
def sound() -> FakeSound:
    return FakeSound()


@pytest.fixture
def microphone(sound: FakeSound, monkeypatch: pytest.MonkeyPatch) -> Iterator[Microphone]:
    monkeypatch.setattr(streams, "OPEN_SECONDS", 0.5)
    monkeypatch.setattr(streams, "STOP_SECONDS", 0.3)
    made = Microphone(sound, QUICK)
    yield made
    assert made.close(10)
    assert not sound.open_streams


def test_a_hold_is_opened_heard_released_and_closed(sound: FakeSound, microphone: Microphone) -> None:
    held = Held(microphone)
    until(lambda: held.blocks >= 5)
    held.recording.release()
    end = held.end()
    assert isinstance(end, RecordingEnded)
    assert end.why == "released"
    assert [type(one) for one in held.heard[:2]] == [DeviceOpened, RecordingStarted]
    assert held.marks == [RecordingMark.RELEASED, RecordingMark.ENDED]
    assert held.taken[-1] is RecordingMark.ENDED
    assert sound.opened[0].calls == ["start", "stop", "close"]
    assert not sound.open_streams


def test_nothing_is_called_before_the_first_press(sound: FakeSound, microphone: Microphone) -> None:
    assert microphone._thread.ident is None
    assert not sound.opened
    assert not sound.refreshes


def test_the_last_syllable_is_recorded_after_the_release(microphone: Microphone) -> None:
    held = Held(microphone)
    until(lambda: held.blocks >= 3)
    held.recording.release()
    held.end()
    after = held.taken[held.taken.index(RecordingMark.RELEASED) :]
    assert sum(isinstance(item, bytes) for item in after) * 0.02 >= 0.08


def test_what_a_slow_device_sends_late_is_waited_for(sound: FakeSound, microphone: Microphone) -> None:
    def lumps() -> Iterator[bytes]:
        while True:
            time.sleep(0.15)  # the pace of the device
            yield block(seconds=0.15)

    sound.source, sound.pace = lumps, 0.0
    held = Held(microphone)
    until(lambda: held.blocks >= 3)
    released = time.monotonic()
    first = held.heard[1]
    assert isinstance(first, RecordingStarted)
    held.recording.release()
    end = held.end()
    assert isinstance(end, RecordingEnded)
    assert time.monotonic() - released < QUICK.last_word + QUICK.late + 1
    after = held.taken[held.taken.index(RecordingMark.RELEASED) :]
    assert any(isinstance(item, bytes) for item in after)


def test_listening_is_said_after_the_first_block_and_never_before(sound: FakeSound, microphone: Microphone) -> None:
    sound.first_seconds = 0.2
    held = Held(microphone)
    until(lambda: held.of(DeviceOpened))
    assert not held.of(RecordingStarted)
    until(lambda: held.of(RecordingStarted))
    assert held.of(RecordingStarted)[0].seconds >= 0.2
    assert held.blocks >= 1
    held.recording.discard()
    held.end()


def test_the_level_moves_at_most_thirty_times_a_second(sound: FakeSound, microphone: Microphone) -> None:
    sound.pace = 0.002
    held = Held(microphone)
    until(lambda: held.blocks >= 100)
    held.recording.discard()
    held.end()
    levels = held.of(SoundLevel)
    assert -26 < levels[0].dbfs < -20  # a sine of 0.1 is -23 dB
    assert len(levels) < held.blocks / 5


def test_down_up_down_within_an_instant_is_one_hold(sound: FakeSound, microphone: Microphone) -> None:
    held = Held(microphone)
    held.recording.release()
    held.recording.resume()
    until(lambda: held.blocks * 0.02 > 2 * QUICK.last_word + QUICK.late)
    assert not held.of(RecordingEnded)
    held.recording.release()
    assert held.end() == held.heard[-1]
    assert len(sound.opened) == 1


def test_a_key_that_goes_up_before_the_first_block_still_records_a_little(
    sound: FakeSound, microphone: Microphone
) -> None:
    sound.first_seconds = 0.2
    held = Held(microphone)
    held.recording.release()
    end = held.end()
    assert isinstance(end, RecordingEnded)
    assert end.why == "released"
    assert end.seconds > 0


@pytest.mark.parametrize("knob", ["open_seconds", "start_seconds", "first_seconds"])
def test_forgetting_at_every_moment_leaves_nothing_open(sound: FakeSound, microphone: Microphone, knob: str) -> None:
    setattr(sound, knob, 0.15)
    for wait in (0.0, 0.05, 0.2, 0.3):
        held = Held(microphone)
        time.sleep(wait)
        held.recording.discard()
        assert held.end() == RecordingEnded("discarded", held.end().seconds, held.end().loudest)  # type: ignore[union-attr]
        assert held.marks[-1] is RecordingMark.DISCARDED
        until(lambda: not sound.open_streams)


@pytest.mark.parametrize("blocks", [0, 2, 10])
def test_a_device_that_dies_keeps_what_was_said(sound: FakeSound, microphone: Microphone, blocks: int) -> None:
    held = Held(microphone)
    until(lambda: held.of(RecordingStarted) and held.blocks >= blocks)
    sound.opened[0].die()
    end = held.end()
    assert isinstance(end, RecordingEnded)
    assert end.why == "lost"
    assert held.marks == [RecordingMark.ENDED]
    assert held.blocks >= 1
    assert sound.opened[0].calls[1:] == ["abort", "close"]


def test_after_a_death_the_devices_are_looked_for_anew(sound: FakeSound, microphone: Microphone) -> None:
    held = Held(microphone)
    until(lambda: held.of(RecordingStarted))
    sound.plugged = [OTHER]
    sound.opened[0].die()
    held.end()
    again = Held(microphone)
    until(lambda: again.of(RecordingStarted))
    assert again.of(DeviceOpened)[0].device == "other"
    assert sound.refreshes == 1
    again.recording.discard()
    again.end()


def test_a_device_that_falls_silent_ends_the_hold_and_is_not_drained(sound: FakeSound, microphone: Microphone) -> None:
    held = Held(microphone)
    until(lambda: held.of(RecordingStarted))
    sound.stalled = True
    end = held.end()
    assert isinstance(end, RecordingEnded)
    assert end.why == "stalled"
    assert held.marks == [RecordingMark.ENDED]
    assert "stop" not in sound.opened[0].calls


def test_a_device_that_never_sends_is_refused(sound: FakeSound, microphone: Microphone) -> None:
    sound.stalled = True
    end = Held(microphone).end()
    assert isinstance(end, RecordingRefused)
    assert "sends no sound" in end.error.message
    assert not sound.open_streams


def test_a_stop_that_hangs_is_freed_by_abort(sound: FakeSound, microphone: Microphone) -> None:
    sound.stop_hangs = True
    held = Held(microphone)
    until(lambda: held.blocks >= 3)
    held.recording.release()
    assert isinstance(held.end(), RecordingEnded)
    assert sound.opened[0].calls == ["start", "stop", "abort", "close"]


def test_a_device_that_can_never_be_closed_does_not_keep_the_next_one_away(
    sound: FakeSound, microphone: Microphone
) -> None:
    sound.abort_hangs = True
    held = Held(microphone)
    until(lambda: held.blocks >= 3)
    sound.opened[0].die()
    assert isinstance(held.end(), RecordingEnded)
    sound.abort_hangs = False
    again = Held(microphone)
    until(lambda: again.blocks >= 3)
    assert sound.refreshes == 0  # the library cannot end under a call that runs
    again.recording.release()
    assert isinstance(again.end(), RecordingEnded)
    sound.freed.set()
    sound.opened[0].close()


@pytest.mark.parametrize("knob", ["open_seconds", "start_seconds"])
def test_a_device_that_hangs_is_left_and_closed_when_it_returns(
    sound: FakeSound, microphone: Microphone, knob: str
) -> None:
    setattr(sound, knob, 1.0)
    begun = time.monotonic()
    end = Held(microphone).end()
    assert isinstance(end, RecordingRefused)
    assert "does not respond" in end.error.message
    assert time.monotonic() - begun < 5
    setattr(sound, knob, 0.0)
    until(lambda: sound.opened and not sound.open_streams)
    held = Held(microphone)
    until(lambda: held.of(RecordingStarted))
    held.recording.discard()
    held.end()


def test_no_device_is_a_sentence_with_a_way_on(sound: FakeSound, microphone: Microphone) -> None:
    sound.known = []
    end = Held(microphone).end()
    assert isinstance(end, RecordingRefused)
    assert isinstance(end.error, MicrophoneMissing)
    assert end.error.hint
    assert sound.refreshes == 1  # it looked again before it said so


def test_a_microphone_plugged_in_meanwhile_is_found(sound: FakeSound, microphone: Microphone) -> None:
    sound.known, sound.plugged = [], [TONE]
    held = Held(microphone)
    until(lambda: held.of(RecordingStarted))
    held.recording.discard()
    held.end()


def test_a_chosen_device_that_is_not_there_gives_way_to_the_systems(sound: FakeSound, microphone: Microphone) -> None:
    held = Held(microphone, "headset")
    until(lambda: held.of(DeviceOpened))
    assert held.of(DeviceOpened)[0].missed == "headset"
    assert held.of(DeviceOpened)[0].device == "tone"
    held.recording.discard()
    held.end()


def test_a_device_that_refuses_is_told_in_its_own_words(sound: FakeSound, microphone: Microphone) -> None:
    sound.start_error = MicrophoneError("The microphone “tone” cannot be opened: busy.")
    end = Held(microphone).end()
    assert isinstance(end, RecordingRefused)
    assert "busy" in end.error.message
    assert not sound.open_streams


def test_two_hundred_short_holds_leave_nothing_behind(sound: FakeSound) -> None:
    microphone = Microphone(sound, RecordingLimits(last_word=0.0, post_roll=0.0, late=0.0))
    sound.pace = 0.001
    before = threading.active_count()
    for _ in range(200):
        held = Held(microphone)
        held.recording.release()
        assert isinstance(held.end(), RecordingEnded)
        assert held.marks == [RecordingMark.RELEASED, RecordingMark.ENDED]
    assert not sound.open_streams
    assert threading.active_count() <= before + 2
    assert microphone.close(10)


def test_holds_that_follow_each_other_at_once_are_served_in_order(sound: FakeSound, microphone: Microphone) -> None:
    held = [Held(microphone) for _ in range(3)]
    for one in held:
        one.recording.release()
    for one in held:
        assert one.end() == one.heard[-1]
        assert one.marks == [RecordingMark.RELEASED, RecordingMark.ENDED]
    assert len(sound.opened) == 3


def test_a_hold_that_was_forgotten_before_its_turn_opens_nothing(sound: FakeSound, microphone: Microphone) -> None:
    first, second = Held(microphone), Held(microphone)
    second.recording.discard()
    first.recording.release()
    first.end()
    assert second.end() == RecordingEnded("discarded", 0.0)
    assert len(sound.opened) == 1


def test_kept_ready_the_half_second_before_the_key_is_there(sound: FakeSound, microphone: Microphone) -> None:
    microphone.keep_ready("")
    until(lambda: sound.opened and sound.opened[0].blocks_sent >= 40)
    held = Held(microphone)
    until(lambda: held.of(RecordingStarted))
    until(lambda: held.blocks >= 10)
    assert held.blocks <= 40
    held.recording.release()
    held.end()
    assert len(sound.open_streams) == 1
    microphone.keep_ready(None)
    until(lambda: not sound.open_streams)
    assert len(sound.opened) == 1


def test_a_device_kept_ready_that_dies_is_opened_anew_at_the_key(sound: FakeSound, microphone: Microphone) -> None:
    microphone.keep_ready("")
    until(lambda: sound.opened)
    sound.opened[0].die()
    until(lambda: not sound.open_streams)
    held = Held(microphone)
    until(lambda: held.of(RecordingStarted))
    held.recording.release()
    held.end()
    microphone.keep_ready(None)


def test_warming_opens_nothing(sound: FakeSound, microphone: Microphone) -> None:
    microphone.load_library()
    listed: list[Any] = []
    microphone.list_devices(listed.append)
    until(lambda: listed)
    assert not sound.opened
    assert sound.refreshes == 1  # for the list alone


def test_the_list_of_devices_is_new_each_time(sound: FakeSound, microphone: Microphone) -> None:
    sound.plugged = [TONE, OTHER]
    listed: list[Any] = []
    microphone.list_devices(listed.append)
    until(lambda: listed)
    assert [device.name for device in listed[0]] == ["tone", "other"]


def test_closing_forgets_what_is_recorded(sound: FakeSound, microphone: Microphone) -> None:
    held, waiting = Held(microphone), Held(microphone)
    until(lambda: held.of(RecordingStarted))
    assert microphone.close(10)
    assert held.marks == [RecordingMark.DISCARDED]
    assert waiting.marks == [RecordingMark.DISCARDED]
    assert not sound.open_streams
