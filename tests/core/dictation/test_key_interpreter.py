"""What a key means, by a clock that the test moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.core.dictation.key_interpreter import DOUBLE_MS, TAP_MS, KeyInterpreter
from fanlight.core.dictation.targets import SpeechTarget, TextTarget
from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings
from support.timers import ManualClock


class Field:
    def begin_utterance(self) -> TextTarget:
        raise AssertionError("no words here")

    def nearby_text(self) -> str:
        return ""


class Actions:
    """What the key did, in order."""

    def __init__(self) -> None:
        self.hands_free = self.locked = self.recording = False
        self.done: list[str] = []

    def claim_microphone(self, target: SpeechTarget) -> None:
        self.done.append("claim")

    def resume_or_begin(self, target: SpeechTarget) -> None:
        self.recording = True
        self.done.append("begin")

    def lock(self) -> None:
        self.locked = True
        self.done.append("lock")

    def stop_recording(self) -> None:
        self.recording = self.locked = False
        self.done.append("stop")

    def finish_and_send(self) -> None:
        self.recording = False
        self.done.append("send")


class Key:
    def __init__(self, home: Path, mode: str) -> None:
        self.clock, self.actions, self.field = ManualClock(), Actions(), Field()
        store = SettingsStore(Settings(talk_mode=mode), home / "settings.json")
        self.key = KeyInterpreter(self.actions, store, None, self.clock.timer, lambda: self.clock.now)

    def hold(self, milliseconds: int) -> None:
        self.key.press_talk_key(self.field)
        self.clock.advance(milliseconds)
        self.key.release_talk_key()


@pytest.mark.parametrize(("mode", "held", "done"), [
    ("hold", 10, ["begin", "stop"]),
    ("hold", TAP_MS + 1, ["begin", "stop"]),
    ("either", TAP_MS, ["begin", "stop"]),
    ("either", TAP_MS - 1, ["begin"]),
    ("lock", TAP_MS + 1, ["begin"]),
])  # fmt: skip
def test_how_long_it_is_held_decides_whether_its_release_stops(
    tmp_path: Path, mode: str, held: int, done: list[str]
) -> None:
    key = Key(tmp_path, mode)
    key.hold(held)
    assert key.actions.done == done


def test_a_single_tap_stops_when_no_second_one_follows(tmp_path: Path) -> None:
    key = Key(tmp_path, "either")
    key.hold(50)
    key.clock.advance(DOUBLE_MS - 1)
    assert key.actions.done == ["begin"]
    key.clock.advance(1)
    assert key.actions.done == ["begin", "stop"]


def test_a_second_tap_in_time_locks_and_a_third_stops(tmp_path: Path) -> None:
    key = Key(tmp_path, "either")
    key.hold(50)
    key.clock.advance(DOUBLE_MS - 1)
    key.hold(50)
    key.clock.advance(10 * DOUBLE_MS)
    assert key.actions.done == ["begin", "lock"]
    key.hold(50)
    assert key.actions.done == ["begin", "lock", "stop"]


def test_the_times_of_the_events_count_where_there_are_any(tmp_path: Path) -> None:
    """A busy computer delivers them late."""
    key = Key(tmp_path, "either")
    key.key.press_talk_key(key.field, 1_000)
    key.clock.advance(5_000)
    key.key.release_talk_key(1_100)
    assert key.actions.done == ["begin"]


@pytest.mark.parametrize(("held", "done"), [(TAP_MS - 1, ["claim"]), (TAP_MS, ["claim", "send"])])
def test_hands_free_a_tap_takes_the_turn_and_a_hold_sends(tmp_path: Path, held: int, done: list[str]) -> None:
    key = Key(tmp_path, "either")
    key.actions.hands_free = key.actions.recording = True
    key.hold(held)
    assert key.actions.done == done
    assert key.actions.locked


def test_a_key_that_is_down_already_does_nothing(tmp_path: Path) -> None:
    key = Key(tmp_path, "hold")
    key.key.press_talk_key(key.field)
    key.key.press_talk_key(key.field)
    key.key.reset()
    key.key.release_talk_key()
    assert key.actions.done == ["begin"]
