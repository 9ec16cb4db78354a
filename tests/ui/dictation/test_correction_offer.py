"""A dictated word that is changed twice in the window's box."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from fanlight.domain.replacements import Replacement
from fanlight.domain.speech import LiveTranscript, Word
from support.window_hands import Open, answered, ready

pytestmark = pytest.mark.gui
HEARD = "Is graph on a red?"


def test_the_window_offers_to_write_it_from_now_on(open_window: Open, qtbot: Any) -> None:
    window = open_window()
    ready(qtbot, window)
    controls = window.features.voice.dictation_controls
    words = tuple(Word(f" {word}", i, i + 1) for i, word in enumerate(HEARD.split()))
    for times in (1, 2):
        assert not window.offers.lines
        passage = controls.composer_target.begin_utterance()
        passage.commit_transcript(LiveTranscript(words, language="en", final=True))
        assert window.composer.text == HEARD
        window.composer.input.setPlainText("Is Grafana red?")
        window.composer.submit()
        answered(qtbot, window, 2 * times, seconds=20)
    assert window.offers.lines == ("You have changed “graph on a” to “Grafana” twice.",)
    qtbot.mouseClick(window.offers.button, Qt.MouseButton.LeftButton)
    assert window.settings_store.now.replacements() == (Replacement("graph on a", "Grafana", "en"),)
    assert window.settings_store.now.names() == ("Grafana",)
