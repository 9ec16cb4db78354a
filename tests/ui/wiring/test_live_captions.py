"""Live captions in the whole window: the bar, the key, the tray, a question about the last minutes, the transcript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.audio import loopback
from fanlight.domain.errors import LoopbackMissing, SpeechModelError
from fanlight.ui.window.tray import Tray
from fanlight.ui.wiring.live_captions import LiveCaptionsFeature
from support.playing import SOUND, FakeLoopback
from support.scripted_recognizer import ScriptedRecognizer
from support.whole_window import WholeWindow
from support.window_hands import ready
from support.windows import parts

pytestmark = pytest.mark.gui


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> FakeLoopback:
    made = FakeLoopback()
    monkeypatch.setattr(loopback, "pick", made.pick)
    return made


@pytest.fixture
def recognizer() -> ScriptedRecognizer:
    return ScriptedRecognizer()


@pytest.fixture
def window(
    qtbot: Any, home: Path, source: FakeLoopback, recognizer: ScriptedRecognizer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WholeWindow]:
    monkeypatch.setattr(Tray, "available", staticmethod(lambda: False))
    made = WholeWindow(parts(home, load_recognizer=lambda _settings: recognizer))
    made.show()
    try:
        ready(qtbot, made)
        yield made
    finally:
        made.close_unasked()
        made.deleteLater()


def feature(window: WholeWindow) -> LiveCaptionsFeature:
    return window.features.live_captions


def played(qtbot: Any, window: WholeWindow, source: FakeLoopback, count: int = 3) -> None:
    captions = feature(window).captions
    for _ in range(count):
        source.play(SOUND)
        qtbot.waitUntil(lambda: captions._feed.is_empty and not captions._stepping, timeout=20_000)


def begin(qtbot: Any, window: WholeWindow) -> None:
    feature(window).run_command("start")
    qtbot.waitUntil(lambda: feature(window).captions.state == "listening", timeout=20_000)


def test_the_bar_is_there_as_long_as_anything_is_heard(qtbot: Any, window: WholeWindow, source: FakeLoopback) -> None:
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    bar = feature(window).bar
    assert bar.isVisible()
    assert source.is_open
    played(qtbot, window, source)
    assert bar.text.text == "how many shapes"
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert not source.is_open


def test_the_next_question_quotes_the_last_minutes(qtbot: Any, window: WholeWindow, source: FakeLoopback) -> None:
    begin(qtbot, window)
    bar = feature(window).bar
    assert not bar.ask_button.isEnabled()  # nothing was said yet
    played(qtbot, window, source)
    window.composer.set_text("What was it about?")
    qtbot.mouseClick(bar.ask_button, Qt.MouseButton.LeftButton)
    text = window.composer.text
    assert text.startswith("From Captions ")
    assert "> how many shapes" in text
    assert text.endswith("What was it about?")
    assert feature(window).captions.on


def commands(window: WholeWindow) -> dict[str, bool]:
    """Those that the palette offers, and whether they can be done."""
    window.searching.palette.open()
    buttons = window.searching.palette.commands.buttons
    return {button.text(): button.isEnabled() for button in buttons if button.isVisible()}


def test_the_palette_begins_them_and_asks_about_them(qtbot: Any, window: WholeWindow, source: FakeLoopback) -> None:
    source.here = False
    assert commands(window)["Live Captions"] is False
    (button,) = (one for one in window.searching.palette.commands.buttons if one.text() == "Live Captions")
    assert "Tell it" in button.toolTip() or "PulseAudio" in button.toolTip()
    source.here = True
    offered = commands(window)
    assert offered["Live Captions"] is True
    assert "Ask About the Last 5 Minutes" not in offered
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert feature(window).captions.on
    qtbot.waitUntil(lambda: feature(window).captions.state == "listening", timeout=20_000)
    played(qtbot, window, source)
    assert commands(window)["Ask About the Last 5 Minutes"] is True
    window.searching.palette.field.setText("minutes")
    (ask,) = (one for one in window.searching.palette.commands.buttons if one.isVisible())
    qtbot.mouseClick(ask, Qt.MouseButton.LeftButton)
    assert "how many shapes" in window.composer.text
    assert not window.searching.palette.isVisible()


def test_the_transcript_is_in_its_window_while_and_after(qtbot: Any, window: WholeWindow, source: FakeLoopback) -> None:
    begin(qtbot, window)
    played(qtbot, window, source)
    qtbot.mouseClick(feature(window).bar.transcript_button, Qt.MouseButton.LeftButton)
    shown = window.features.transcription.window
    assert shown.isVisible()
    assert shown.progress.stop_button.isVisible()
    assert not shown.progress.restart_button.isVisible()
    shown.close()
    assert feature(window).captions.on  # the bar goes on
    feature(window).run_command("stop")
    qtbot.waitUntil(lambda: shown.current is not None and shown.current.state == "done", timeout=20_000)
    qtbot.waitUntil(lambda: shown.text.toPlainText() == "how many shapes", timeout=20_000)
    window.features.transcription.open(window)
    assert shown.isVisible()
    assert not shown.progress.stop_button.isVisible()
    assert not shown.progress.restart_button.isVisible()


def test_without_a_sound_server_a_sentence_says_what_is_missing(
    qtbot: Any, window: WholeWindow, source: FakeLoopback
) -> None:
    source.here = False
    feature(window).toggle()
    assert "cannot hear what this computer plays" in window.errors.text.text()
    with pytest.raises(LoopbackMissing):
        window.core.remote.check_captions("start")
    window.core.remote.check_captions("stop")
    assert "bar" not in feature(window).__dict__


def test_an_error_stays_in_the_bar_until_it_is_put_away(
    qtbot: Any, window: WholeWindow, source: FakeLoopback, recognizer: ScriptedRecognizer
) -> None:
    recognizer.error = SpeechModelError("The speech model is broken.")
    begin(qtbot, window)
    source.play(SOUND)
    bar = feature(window).bar
    qtbot.waitUntil(lambda: "broken" in bar.error.text(), timeout=20_000)
    assert not bar.mark.isVisible()  # nothing is heard any more
    assert not source.is_open
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_captions_go_on_in_another_language_and_size(qtbot: Any, window: WholeWindow, source: FakeLoopback) -> None:
    begin(qtbot, window)
    played(qtbot, window, source)
    low = feature(window).bar.text.height()
    window.settings_store.choose(captions_size=200)
    assert feature(window).bar.text.height() > low
    old = feature(window).bar
    window.features.rebuild_windows()
    assert feature(window).bar is not old
    assert feature(window).bar.isVisible()
    assert feature(window).captions.on


def test_quitting_ends_them(qtbot: Any, window: WholeWindow, source: FakeLoopback) -> None:
    begin(qtbot, window)
    bar = feature(window).bar
    window.close_unasked()
    assert not source.is_open
    assert not bar.isVisible()
