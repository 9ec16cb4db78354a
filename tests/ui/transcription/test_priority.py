"""Who speaks goes before a file that is transcribed; leaving waits for one part; a kill loses no finished part."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from fanlight.ipc.yield_lock import YieldWaiter
from fanlight.settings import Settings
from fanlight.ui.dictation.keys import REPEAT_MS
from support.microphones import FakeSound
from support.transcribing import FakeRecognizer, journals, sound_file
from support.whole_window import WholeWindow
from support.window_hands import Open, drop, mime_of, ready

pytestmark = pytest.mark.gui
WAIT = 20_000
PART = 0.15


@pytest.fixture
def heard() -> FakeRecognizer:
    return FakeRecognizer(PART)


@pytest.fixture
def sound() -> FakeSound:
    return FakeSound()


@pytest.fixture
def window(open_window: Open, qtbot: Any, heard: FakeRecognizer, sound: FakeSound) -> WholeWindow:
    chosen = Settings(talk_hotkey_on=False, shot_hotkey_on=False, talk_mode="hold")
    window = open_window(settings=chosen, load_recognizer=heard.load, sound=sound)
    ready(qtbot, window)
    return window


def key(window: WholeWindow, *, down: bool) -> None:
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    QApplication.sendEvent(window.composer.input, QKeyEvent(kind, Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier))


def begin(qtbot: Any, window: WholeWindow, path: Path, heard: FakeRecognizer) -> None:
    """Until it is in the middle of its first part but one."""
    drop(window, mime_of(path))
    qtbot.waitUntil(lambda: heard.files >= 1 and heard.under_way.is_set(), timeout=WAIT)


def test_a_hold_goes_before_the_next_part_and_the_file_goes_on_after_it(
    qtbot: Any, window: WholeWindow, heard: FakeRecognizer, tmp_path: Path
) -> None:
    begin(qtbot, window, sound_file(tmp_path / "talk.wav", 20), heard)
    recordings = window.features.transcription
    (one,) = recordings.queue.all
    key(window, down=True)
    under_way = heard.files
    talk = window.features.voice.dictation.push_to_talk
    qtbot.waitUntil(lambda: "hold" in heard.happened, timeout=WAIT)
    qtbot.waitUntil(lambda: "while you speak" in recordings.window.progress.status.text(), timeout=WAIT)
    qtbot.wait(round(1000 * 5 * PART))  # time for five parts
    assert heard.files <= under_way + 1  # the one that was under way when the key came down
    key(window, down=False)
    qtbot.waitUntil(lambda: talk.state == "done", timeout=WAIT)
    assert heard.files <= under_way + 1
    assert "spoken words" in window.composer.text
    qtbot.waitUntil(lambda: one.state == "done", timeout=WAIT)
    first, last = heard.happened.index("hold"), len(heard.happened) - heard.happened[::-1].index("hold")
    assert "file" not in heard.happened[first:last]
    assert len(one.segments) == 20


def test_fifty_holds_while_a_file_is_transcribed_lose_nothing_of_either(
    qtbot: Any, window: WholeWindow, heard: FakeRecognizer, sound: FakeSound, tmp_path: Path
) -> None:
    heard.seconds_per_part = 0.03
    begin(qtbot, window, sound_file(tmp_path / "talk.wav", 60), heard)
    (one,) = window.features.transcription.queue.all
    for _ in range(50):
        key(window, down=True)
        qtbot.wait(15)  # a person's finger: real threads and a real timer are the subject
        key(window, down=False)
        qtbot.wait(REPEAT_MS + 5)  # and longer than a repeat of the keyboard
    qtbot.waitUntil(lambda: one.state == "done", timeout=60_000)
    assert [segment.text for segment in one.segments] == [f"Part {n} has ended." for n in range(1, 61)]
    qtbot.waitUntil(lambda: not sound.open_streams, timeout=WAIT)


def test_other_processes_see_that_somebody_speaks_here(qtbot: Any, window: WholeWindow, home: Path) -> None:
    assert list(YieldWaiter(home).wait_until_free()) == []
    key(window, down=True)
    waiting = YieldWaiter(home).wait_until_free()
    next(waiting)
    key(window, down=False)
    qtbot.waitUntil(lambda: not window.features.voice.dictation.push_to_talk.active, timeout=WAIT)
    assert list(waiting) == []


def test_whoever_looks_at_the_moment_of_the_press_makes_nobody_wait(
    qtbot: Any, window: WholeWindow, home: Path
) -> None:
    over, looks = threading.Event(), list[None]()

    def look() -> None:
        while not over.is_set():
            looks.append(None)
            next(YieldWaiter(home, sleep=lambda _: None).wait_until_free(), None)

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    key(window, down=True)
    before = len(looks)
    qtbot.waitUntil(lambda: len(looks) > before + 1000, timeout=WAIT)
    over.set()
    for looker in lookers:
        looker.join()
    qtbot.waitUntil(lambda: next(YieldWaiter(home).wait_until_free(), "free") is None, timeout=WAIT)
    key(window, down=False)


def test_quitting_waits_for_no_more_than_the_part_under_way(
    qtbot: Any, window: WholeWindow, heard: FakeRecognizer, tmp_path: Path, home: Path
) -> None:
    heard.seconds_per_part = 0.5
    begin(qtbot, window, sound_file(tmp_path / "talk.wav", 30), heard)
    parts = heard.files
    started = time.monotonic()
    window.close()
    assert time.monotonic() - started < 3.0  # all of it would take 15
    assert heard.files <= parts + 1
    assert not [thread for thread in threading.enumerate() if thread.name == "speech"]
    assert len(journals(home)[0].read_text("utf-8").splitlines()) >= parts


CHILD = Path(__file__).parents[2] / "support" / "transcribing_child.py"


def test_a_window_that_is_killed_goes_on_after_its_last_finished_part(tmp_path: Path, home: Path) -> None:
    path = sound_file(tmp_path / "talk.wav", 12)

    def start(seconds: float) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(CHILD), str(path), str(seconds)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "FANLIGHT_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip

    first = start(0.3)
    assert first.stdout is not None
    lines = [first.stdout.readline() for _ in range(4)]
    assert lines == [f"part {n}\n" for n in range(1, 5)]  # so three are finished
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=60)
    finished = len(journals(home)[0].read_text("utf-8").splitlines())
    assert finished >= 3
    second = start(0.0)
    out, _ = second.communicate(timeout=120)
    assert second.returncode == 0
    *parts, note, count = out.splitlines()
    assert len(parts) == 12 - finished
    assert note.startswith("Resumed at 0:")
    assert count == "12 segments"
