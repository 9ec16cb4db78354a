"""Files that are opened with Fanlight, by a file manager or the command line, are attached as if they were dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.app import Application
from fanlight.core.remote_commands import ActivationRequest, OpenRequest
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.appearance import Appearance
from fanlight.ui.window.window import Window
from fanlight.ui.wiring.wiring import Wiring
from support.microphones import FakeSound
from support.transcribing import sound_file
from support.windows import parts, picture_file

pytestmark = pytest.mark.gui


@pytest.fixture
def wiring(qtbot: Any, home: Path) -> Iterator[Wiring]:
    settings = Settings(shot_hotkey_on=False, talk_hotkey_on=False)
    core = Application(parts(home, ScriptedEngine(["word "]), settings=settings, sound=FakeSound()))
    appearance = Appearance(core.settings_store, core)
    made = Wiring(core, appearance, lambda: Window(core, appearance))
    yield made
    made.close_unasked()
    made.window.deleteLater()
    if made.features.is_made("transcription"):
        made.features.transcription.window.deleteLater()


def open_files(wiring: Wiring, *files: Path) -> None:
    wiring._core.remote.open_requested.emit(OpenRequest(files, ActivationRequest()))


def test_a_picture_is_attached_and_the_window_comes_to_the_front(qtbot: Any, wiring: Wiring, tmp_path: Path) -> None:
    open_files(wiring, picture_file(tmp_path, "a.png"), picture_file(tmp_path, "b.png"))
    assert wiring.window.isVisible()
    attachments = wiring._core.session_manager.current.attachments
    qtbot.waitUntil(lambda: [item.name for item in attachments.items if item.attachment] == ["a.png", "b.png"])


def test_a_recording_goes_to_the_transcripts(qtbot: Any, wiring: Wiring, tmp_path: Path) -> None:
    found: list[object] = []
    wiring.window.recordings_dropped.disconnect()
    wiring.window.recordings_dropped.connect(found.append)
    open_files(wiring, talk := sound_file(tmp_path / "talk.wav"))
    qtbot.waitUntil(lambda: found == [[talk]])


def test_a_file_that_is_not_there_is_said(qtbot: Any, wiring: Wiring, tmp_path: Path) -> None:
    open_files(wiring, tmp_path / "gone.png")
    qtbot.waitUntil(lambda: "gone.png" in wiring.window.errors.text.text())
