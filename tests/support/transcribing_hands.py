"""What a person does with the window of transcripts in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fanlight.core.transcription.transcription import Transcription
from fanlight.settings import Settings
from fanlight.ui.transcription.recordings import TranscriptionFeature
from support.timers import settled
from support.transcribing import FakeRecognizer
from support.whole_window import WholeWindow
from support.window_hands import Open, drop, mime_of, ready

WAIT = 20_000


def opened(open_window: Open, qtbot: Any, heard: FakeRecognizer, **settings: Any) -> WholeWindow:
    chosen = Settings(**{"talk_hotkey_on": False, "shot_hotkey_on": False, **settings})
    window = open_window(settings=chosen, load_recognizer=heard.load)
    ready(qtbot, window)
    return window


def dropped(qtbot: Any, window: WholeWindow, *paths: Path) -> TranscriptionFeature:
    """The window of transcripts, after these were let go over the main one."""
    count = len(window.features.transcription.queue.all)
    drop(window, mime_of(*paths))
    qtbot.waitUntil(lambda: len(window.features.transcription.queue.all) > count, timeout=WAIT)
    return window.features.transcription


def until(qtbot: Any, one: Transcription, *states: str) -> None:
    qtbot.waitUntil(lambda: one.state in states, timeout=WAIT)


def done(qtbot: Any, window: WholeWindow, *paths: Path) -> TranscriptionFeature:
    recordings = dropped(qtbot, window, *paths)
    for one in recordings.queue.all:
        until(qtbot, one, "done")
    qtbot.waitUntil(lambda: settled(recordings.window))
    return recordings


def click(qtbot: Any, button: QWidget) -> None:
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
