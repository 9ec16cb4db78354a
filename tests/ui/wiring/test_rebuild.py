"""A window is replaced by another one around the same application: nothing is lost, and its texts are new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from fanlight import i18n
from fanlight.core.app import Application
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.appearance import Appearance
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.window.window import Window
from fanlight.ui.wiring.wiring import Wiring
from support.microphones import FakeSound
from support.transcribing import FakeRecognizer, sound_file
from support.windows import parts, picture_file

pytestmark = pytest.mark.gui


@pytest.fixture
def wiring(qtbot: Any, home: Path) -> Iterator[Wiring]:
    settings = Settings(shot_hotkey_on=False, talk_hotkey_on=False)
    deps = parts(home, ScriptedEngine(["word "] * 60, 0.02), settings=settings, sound=FakeSound())
    core = Application(deps)
    appearance = Appearance(core.settings_store, core)
    made = Wiring(core, appearance, lambda: Window(core, appearance))
    made.window.show()
    qtbot.waitUntil(lambda: core.host.condition == "ready")
    yield made
    made.close_unasked()
    made.window.deleteLater()
    if made.features.is_made("transcription"):
        made.features.transcription.window.deleteLater()
    core.deleteLater()  # its Appearance would style the application in the tests that follow
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def rebuild(wiring: Wiring) -> Window:
    """The new window; the old one is gone for good."""
    old = wiring.window
    wiring.rebuild_window()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert wiring.window is not old
    return wiring.window


def texts(window: Window) -> list[str]:
    return [entry.text for entry in window.transcript.entries()]


def test_the_open_answer_goes_on_and_the_draft_and_its_picture_are_there(
    qtbot: Any, wiring: Wiring, tmp_path: Path
) -> None:
    window = wiring.window
    window.composer.set_text("Count.")
    window.composer.submit()
    qtbot.waitUntil(lambda: "word word" in texts(window)[-1])
    window._core.attachment_loader.load_files([picture_file(tmp_path)])
    qtbot.waitUntil(lambda: len(window.composer.chips.attachments) == 1)
    window.composer.set_text("half a thought")
    window.resize(777, 555)
    again = rebuild(wiring)
    assert again.isVisible()
    assert again.size().width() == 777
    assert again.composer.text == "half a thought"
    assert len(again.composer.chips.attachments) == 1
    qtbot.waitUntil(lambda: texts(again)[-1].count("word") == 60)
    again.composer.submit()
    qtbot.waitUntil(lambda: len(texts(again)) == 4)


def test_the_old_window_hears_no_more_of_the_application(qtbot: Any, wiring: Wiring, dressed: QApplication) -> None:
    window = rebuild(wiring)
    window.sidebar.new_button.click()
    wiring.run_talk_command("start")
    qtbot.waitUntil(lambda: wiring.features.voice.dictation.push_to_talk.state == "listening")
    assert window.composer.voice_bar.talk_status.isVisible()
    wiring.run_talk_command("stop")
    window.composer.voice_bar.spoken_button.click()
    wiring._core.settings_store.choose(theme="dark", text_size=120)
    assert window.composer.voice_bar.spoken_button.isChecked()


def test_a_hidden_window_stays_hidden(wiring: Wiring) -> None:
    wiring.window.hide()
    assert not rebuild(wiring).isVisible()


def test_transcripts_go_on_in_a_new_window(qtbot: Any, wiring: Wiring, tmp_path: Path) -> None:
    heard = FakeRecognizer()
    wiring.features.voice.dictation.speech_worker._load_resource = heard.load  # type: ignore[assignment,method-assign]
    heard.goes_on.clear()
    wiring.features.transcription.transcribe([sound_file(tmp_path / "talk.wav")])
    qtbot.waitUntil(heard.under_way.is_set)
    queue = wiring.features.transcription.queue
    rebuild(wiring)
    assert wiring.features.transcription.queue is queue
    heard.goes_on.set()
    qtbot.waitUntil(lambda: queue.all[0].state == "done", timeout=20_000)
    view = wiring.features.transcription.window
    assert view.isVisible()
    qtbot.waitUntil(lambda: view.progress.status.text().startswith("Done"))


def test_a_new_language_rebuilds_the_window_once_the_settings_are_closed(
    qtbot: Any, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanlight.ui.wiring.wiring.apply_language", i18n.use)
    old = wiring.window

    def choose() -> None:
        (dialog,) = old.findChildren(SettingsDialog)
        wiring._core.settings_store.choose(language="xx")
        assert wiring.window is old
        dialog.accept()

    QTimer.singleShot(100, choose)
    old.settings_requested.emit()
    assert wiring.window is not old
    assert wiring.window.isVisible()
