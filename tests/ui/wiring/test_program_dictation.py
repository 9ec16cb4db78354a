"""Dictation into other programs in the whole window: the pill, the settings, and what is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from fanlight.desktop import insertion
from fanlight.desktop.insertion import InsertionOutcome
from fanlight.domain.speech import LiveTranscript
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.dictation.pill import DictationPill
from fanlight.ui.wiring.program_dictation import ProgramDictationFeature
from support.inserting import FakeInserter
from support.inserting import window as place
from support.scripted_recognizer import words
from support.whole_window import WholeWindow
from support.window_hands import ready
from support.windows import parts

pytestmark = pytest.mark.gui


@pytest.fixture
def inserter(monkeypatch: pytest.MonkeyPatch) -> FakeInserter:
    made = FakeInserter()
    monkeypatch.setattr(insertion, "pick", lambda: made)
    return made


@pytest.fixture
def window(qtbot: Any, home: Path, inserter: FakeInserter) -> Iterator[WholeWindow]:
    made = WholeWindow(parts(home, ScriptedEngine(["An answer."])))
    made.show()
    try:
        ready(qtbot, made)
        yield made
    finally:
        made.close_unasked()
        made.deleteLater()


def say(window: WholeWindow, text: str) -> ProgramDictationFeature:
    feature = window.features.voice.program_dictation
    feature.programs.begin_utterance().commit_transcript(LiveTranscript(words(text), final=True))
    return feature


def test_text_that_waits_is_inserted_by_its_button_and_copied_by_the_other(
    qtbot: Any, window: WholeWindow, inserter: FakeInserter
) -> None:
    inserter.takes = InsertionOutcome.NOT_TAKEN
    pill: DictationPill = say(window, "one").pill
    assert pill.isVisible()
    inserter.takes = InsertionOutcome.INSERTED
    qtbot.mouseClick(pill.insert_button, Qt.MouseButton.LeftButton)
    assert inserter.texts == [(1, "one")]
    inserter.takes = InsertionOutcome.NOT_TAKEN
    say(window, "two")
    qtbot.mouseClick(pill.copy_button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "two"
    assert not pill.isVisible()


def test_what_is_copied_stays_when_the_clipboard_that_was_lent_is_put_back(
    qtbot: Any, window: WholeWindow, inserter: FakeInserter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_back() -> bool:
        QApplication.clipboard().setText("old")
        return False

    monkeypatch.setattr(inserter, "cancel", give_back)
    inserter.takes = InsertionOutcome.NOT_TAKEN
    pill = say(window, "new").pill
    qtbot.mouseClick(pill.copy_button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "new"


def test_without_a_pill_the_window_says_where_the_text_is(
    window: WholeWindow, inserter: FakeInserter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", staticmethod(lambda: "wayland"))
    inserter.takes = InsertionOutcome.UNAVAILABLE
    feature = say(window, "words")
    assert "Copy a Recent Dictation" in window.errors.text.text()
    assert feature.programs.waiting_text == ""
    assert feature.recent() == ["words"]


def test_the_settings_say_how_text_gets_into_other_programs(window: WholeWindow) -> None:
    section = window.features.voice.program_dictation.sections()["Dictation"]()
    assert "Texts are kept by the test." in [label.text() for label in section.findChildren(QLabel)]
    section.deleteLater()


def test_by_command_words_go_into_the_box_while_fanlight_has_the_keyboard(
    window: WholeWindow, inserter: FakeInserter
) -> None:
    feature, talk = window.features.voice.program_dictation, window.features.voice.dictation.push_to_talk
    inserter.where = place(5, own=True)
    feature.run_command("start")
    assert talk.target is window.features.voice.dictation.window_target
    talk.discard_utterance()
    inserter.where = place(5)
    feature.run_command("start")
    assert talk.target is feature.programs
    talk.discard_utterance()


def test_erasing_everything_erases_the_list(window: WholeWindow, home: Path) -> None:
    window.settings_store.choose(dictate_keep_history=True)
    feature = say(window, "words")
    assert (home / "dictations.json").exists()
    window.services._core.erase_everything()
    assert feature.recent() == []
    assert not (home / "dictations.json").exists()
