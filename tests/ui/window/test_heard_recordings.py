"""A recording is attached in the window: by the paper clip, or from its transcript; its chip says what is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog

from fanlight.core.chat.model_host import ModelHost
from fanlight.engine.scripted import ScriptedEngine
from fanlight.speech import file_transcription
from fanlight.speech.scripted import ScriptedTranscriber
from support.recordings import recording, write_wav
from support.transcribing import FakeRecognizer
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, ready

pytestmark = pytest.mark.gui
WAIT = 20_000


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> FakeRecognizer:
    """The same words in any recording."""
    monkeypatch.setattr(file_transcription, "dereverberated", lambda audio: audio)
    fake = FakeRecognizer()
    fake.transcriber = ScriptedTranscriber("The lamp is green.")
    return fake


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "talk.wav", recording("austen880")[:48_000])


def attached(qtbot: Any, window: WholeWindow) -> None:
    chips = window.composer.chips
    qtbot.waitUntil(lambda: bool(chips.attachments) and not chips.reading, timeout=WAIT)


def choices(window: WholeWindow) -> dict[str, tuple[bool, bool]]:
    (chip,) = window.composer.chips.chips
    menu = window._chip_menu.menu(chip.item)
    return {one.text(): (one.isChecked(), one.isEnabled()) for one in menu.actions() if one.isCheckable()}


def choose(window: WholeWindow, text: str) -> None:
    (chip,) = window.composer.chips.chips
    next(one for one in window._chip_menu.menu(chip.item).actions() if one.text() == text).trigger()


TEXT, LISTEN = "Send What Is Said, as Text", "Let the Model Listen"


def test_the_paper_clip_attaches_a_recording_and_its_chip_has_the_choice(
    qtbot: Any,
    open_window: Open,
    talk: Path,
    heard: FakeRecognizer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = ScriptedEngine(["A lawyer."], hears_seconds=30)
    window: WholeWindow = open_window(engine, load_recognizer=heard.load)
    ready(qtbot, window)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(talk)], ""))
    window.composer.attach.emit()
    attached(qtbot, window)
    (chip,) = window.composer.chips.chips
    assert chip.accessibleName() == "Recording talk.wav, what is said in it, Ready"
    assert choices(window) == {TEXT: (True, True), LISTEN: (False, True)}
    assert "be told what is to be heard" in window.composer.input._invitation
    choose(window, LISTEN)
    qtbot.waitUntil(lambda: chip.ready and "tokens" in chip.facts, timeout=WAIT)
    assert chip.facts == "the sound itself, 3 seconds, 75 tokens"
    assert choices(window) == {TEXT: (False, True), LISTEN: (True, True)}
    ask(qtbot, window, "Who is it?")
    answered(qtbot, window)
    assert engine.asked[-1][-1].sounds
    assert window.transcript.entries()[0].captions == ("talk.wav, the sound itself, 3 seconds",)


def test_a_model_that_hears_less_at_once_has_no_choice(
    qtbot: Any, open_window: Open, talk: Path, heard: FakeRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["x"], hears_seconds=30), load_recognizer=heard.load)
    ready(qtbot, window)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(talk)], ""))
    window.composer.attach.emit()
    attached(qtbot, window)
    assert choices(window)
    monkeypatch.setattr(ModelHost, "hears_seconds", 2)  # of another model
    assert not choices(window)


def test_from_its_transcript_it_is_attached_and_a_model_that_does_not_hear_gets_text(
    qtbot: Any,
    open_window: Open,
    talk: Path,
    heard: FakeRecognizer,
) -> None:
    engine = ScriptedEngine(["A lawyer."])
    window: WholeWindow = open_window(engine, load_recognizer=heard.load)
    ready(qtbot, window)
    feature = window.features.transcription
    feature.transcribe([talk])
    button = feature.window.uses.attach_button
    qtbot.waitUntil(button.isEnabled, timeout=WAIT)
    button.click()
    attached(qtbot, window)
    (chip,) = window.composer.chips.chips
    assert chip.facts == "what is said in it"
    assert choices(window) == {}
    ask(qtbot, window, "Who is it?")
    answered(qtbot, window)
    assert not engine.asked[-1][-1].sounds
    assert engine.asked[-1][-1].documents
