"""What is read of a long conversation behind its end takes its place without moving what is on the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import NOT_READ
from fanlight.ui.transcript.transcript import Transcript
from support.chat_samples import conversation

pytestmark = pytest.mark.gui

WHOLE = conversation(200)


@pytest.fixture
def transcript(qtbot: QtBot) -> Transcript:
    """The last 50 of WHOLE are there."""
    made = Transcript()
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show_entries([*(NOT_READ,) * 150, *WHOLE[150:]])
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_the_end_stays_the_same_widgets(transcript: Transcript) -> None:
    view = transcript.view(199)
    assert view is not None
    before, height = view.geometry(), transcript.content_height
    transcript.fill([replace(entry) for entry in WHOLE])
    assert transcript.view(199) is view
    assert view.geometry() == before
    assert transcript.follow
    assert transcript.content_height != height
    assert transcript.entries() == tuple(WHOLE)


def test_what_was_scrolled_to_before_is_shown_as_soon_as_it_is_read(transcript: Transcript) -> None:
    transcript.show_entry(20)
    first = transcript.first_visible
    transcript.fill(WHOLE)
    assert transcript.first_visible == first
    view = transcript.view(first)
    assert view is not None
    assert view.entry == WHOLE[first]
    assert not transcript.follow


def test_what_is_no_longer_there_is_shown_no_longer(transcript: Transcript) -> None:
    transcript.fill([])
    assert transcript.entries() == ()
    transcript.fill(WHOLE[:3])
    assert transcript.entries() == tuple(WHOLE[:3])
