"""The composer's voice buttons say what they are: a word where there is room, a name and a key always."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from fanlight.ui import theme
from fanlight.ui.dictation.voice_bar import VoiceBar

pytestmark = pytest.mark.gui


@pytest.fixture
def bar(qtbot: Any, dressed: QApplication) -> VoiceBar:
    theme.apply(dressed, theme.LIGHT, 100)
    made = VoiceBar()
    made.setMinimumWidth(1)  # as in a composer that is squeezed
    qtbot.addWidget(made)
    made.resize(700, 40)
    made.show()
    return made


def buttons(bar: VoiceBar) -> list[QToolButton]:
    return [button for button in bar.findChildren(QToolButton) if button.isVisible()]


def worded(bar: VoiceBar) -> list[str]:
    beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    return [button.text() for button in buttons(bar) if button.toolButtonStyle() == beside]


def test_each_has_a_word_where_there_is_room(bar: VoiceBar) -> None:
    assert worded(bar) == ["Read aloud", "Hands-free", "Speak"]


def test_a_narrow_bar_drops_them_one_by_one_and_cuts_none(qtbot: Any, bar: VoiceBar) -> None:
    counts = []
    for width in range(420, 120, -10):
        bar.resize(width, 40)
        for button in buttons(bar):
            assert button.geometry().right() <= bar.width()
            spaces = 2 * button.fontMetrics().horizontalAdvance(" ")
            assert button.width() >= button.sizeHint().width() - spaces
        counts.append(len(worded(bar)))
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (3, 0)
    bar.resize(700, 40)
    assert len(worded(bar)) == 3


@pytest.mark.parametrize("text_size", [90, 100, 125])
def test_at_every_width_it_comes_to_rest(qtbot: Any, dressed: QApplication, text_size: int) -> None:
    """A change of the words asks for a new layout, which looks at the room again."""
    theme.apply(dressed, theme.LIGHT, text_size)
    bar = VoiceBar()
    qtbot.addWidget(bar)
    bar.setMinimumWidth(1)
    bar.stop_speaking_button.show()
    bar.show()
    for width in range(450, 120, -1):
        bar.resize(width, 40)
        before = worded(bar)
        bar.fit_words()
        assert worded(bar) == before, width


def test_the_microphones_state_takes_the_room_of_words(bar: VoiceBar) -> None:
    bar.resize(400, 40)
    before = len(worded(bar))
    bar.talk_status.show_state("listening", "Listening", False)
    assert len(worded(bar)) < before
    bar.talk_status.show_state("closed", "", False)
    assert len(worded(bar)) == before


def test_a_long_sentence_about_the_microphone_is_read_before_words_of_buttons(qtbot: Any, bar: VoiceBar) -> None:
    bar.resize(560, 40)
    bar.talk_status.show_state("listening", "Listening.", False)
    assert "Speak" in worded(bar)
    bar.talk_status.show_state("listening", "Listening. Press the key again to stop, or speak on.", False)
    qtbot.waitUntil(lambda: worded(bar) == [])
    qtbot.waitUntil(lambda: bar.talk_status.text.text() == "Listening. Press the key again to stop, or speak on.")
    bar.talk_status.show_state("listening", "Listening.", False)
    qtbot.waitUntil(lambda: "Speak" in worded(bar))


def test_all_have_a_name_and_their_key_in_the_tip(bar: VoiceBar) -> None:
    keys = {
        bar.spoken_button: "Ctrl+Shift+S", bar.hands_free_button: "Ctrl+Shift+H", bar.talk_button: "F9",
        bar.stop_speaking_button: "Esc",
    }  # fmt: skip
    for button, key in keys.items():
        assert button.accessibleName()
        assert key in button.toolTip()


def test_it_asks_for_no_more_room_than_its_icons_need(bar: VoiceBar) -> None:
    assert bar.minimumSizeHint().width() < bar.sizeHint().width() / 2
