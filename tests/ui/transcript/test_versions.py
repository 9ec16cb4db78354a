"""The arrows of a message that has others beside it: where they are, what they say, and who can use them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.domain.messages import Image
from fanlight.ui.panel.parts import PanelTranscript
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.transcript.versions import VersionSwitch

pytestmark = pytest.mark.gui

ASKED = TranscriptEntry("user", "one", version=2, versions=3)
TALK = (ASKED, TranscriptEntry("assistant", "1st"), TranscriptEntry("user", "two"), TranscriptEntry("assistant", "2nd"))


def show(qtbot: QtBot, *entries: TranscriptEntry) -> Transcript:
    transcript = Transcript()
    qtbot.addWidget(transcript)
    transcript.resize(800, 600)
    transcript.show_entries(entries)
    with qtbot.waitExposed(transcript):
        transcript.show()
    transcript.activateWindow()
    transcript.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is transcript)
    return transcript


def switch(transcript: Transcript, entry: int) -> VersionSwitch | None:
    view = transcript.view(entry)
    assert view is not None
    found = [one for one in view.findChildren(VersionSwitch) if not one.isHidden()]
    return found[0] if found else None


def arrows(transcript: Transcript, entry: int) -> tuple[bool, bool]:
    found = switch(transcript, entry)
    assert found is not None
    before, after = found.arrows
    return before.isEnabled(), after.isEnabled()


def test_arrows_are_only_where_there_is_more_than_one(qtbot: QtBot) -> None:
    transcript = show(qtbot, *TALK)
    assert [switch(transcript, entry) is not None for entry in range(4)] == [True, False, False, False]
    found = switch(transcript, 0)
    assert found is not None
    assert found.count.text() == "2 / 3"
    assert [arrow.accessibleName() for arrow in found.arrows] == [
        "Previous version; this is 2 of 3",
        "Next version; this is 2 of 3",
    ]


@pytest.mark.parametrize(("version", "expected"), [(1, (False, True)), (2, (True, True)), (3, (True, False))])
def test_an_arrow_that_leads_nowhere_cannot_be_pressed(qtbot: QtBot, version: int, expected: tuple[bool, bool]) -> None:
    assert arrows(show(qtbot, replace(ASKED, version=version), *TALK[1:]), 0) == expected


def test_no_arrow_can_be_pressed_while_an_answer_comes(qtbot: QtBot) -> None:
    transcript = show(qtbot, *TALK[:3], replace(TALK[3], state="open"))
    assert arrows(transcript, 0) == (False, False)
    transcript.replace_last(TALK[3])
    assert arrows(transcript, 0) == (True, True)


def test_arrows_say_which_message_and_which_way(qtbot: QtBot) -> None:
    transcript = show(qtbot, *TALK[:3], replace(TALK[3], version=2, versions=3))
    wanted: list[Any] = []
    transcript.version_wanted.connect(lambda *place: wanted.append(place))
    for entry in (0, 3):
        found = switch(transcript, entry)
        assert found is not None
        for arrow in found.arrows:
            qtbot.mouseClick(arrow, Qt.MouseButton.LeftButton)
    assert wanted == [(0, -1), (0, 1), (3, -1), (3, 1)]
    transcript.step_version(-1)  # the last one, while no message has the keyboard
    first = switch(transcript, 0)
    assert first is not None
    first.arrows[0].setFocus()
    transcript.step_version(1)
    assert wanted[4:] == [(3, -1), (0, 1)]


@pytest.mark.parametrize("pictures", [False, True], ids=["text", "a picture less"])
def test_the_keyboard_stays_on_the_arrow(qtbot: QtBot, pictures: bool) -> None:
    shown = (Image.of(8, 8, bytes(192)),) if pictures else ()
    transcript = show(qtbot, replace(ASKED, thumbnails=shown, captions=("8 × 8",) * len(shown)), *TALK[1:])
    found = switch(transcript, 0)
    assert found is not None
    found.arrows[1].setFocus()
    transcript.show_branch(0, [replace(ASKED, text="uno", version=1), TALK[1]])
    found = switch(transcript, 0)
    assert found is not None
    assert QApplication.focusWidget() is found.arrows[1]
    assert [entry.text for entry in transcript.entries()] == ["uno", "1st"]
    transcript.show_branch(0, [replace(ASKED, text="drei", version=3)])
    found = switch(transcript, 0)
    assert found is not None
    assert QApplication.focusWidget() is found.arrows[0]  # there is no later one


def test_what_is_read_stays_in_its_place(qtbot: QtBot) -> None:
    many = [TranscriptEntry("assistant" if n % 2 else "user", f"{n} " + "word " * 200) for n in range(20)]
    many[10] = replace(many[10], version=1, versions=2)
    transcript = show(qtbot, *many)
    transcript.show_entry(10)
    view = transcript.view(10)
    assert view is not None
    top = view.y()
    transcript.show_branch(10, [replace(many[10], text="another " * 90, version=2), *many[11:19]])
    view = transcript.view(10)
    assert view is not None
    assert (view.y(), view.entry.text, len(transcript.entries())) == (top, "another " * 90, 19)


def test_a_longer_version_at_the_end_begins_where_the_shorter_one_did(qtbot: QtBot) -> None:
    many = [TranscriptEntry("assistant" if n % 2 else "user", f"{n} " + "word " * 60) for n in range(20)]
    many[19] = replace(many[19], version=2, versions=2)
    transcript = show(qtbot, *many)
    view = transcript.view(19)
    assert view is not None
    top = view.y()
    transcript.show_branch(19, [replace(many[19], text="another " * 2_000, version=1)])
    assert transcript.view(19) is view
    assert view.y() == top


def test_the_menu_of_a_question_in_a_panel_does_not_offer_to_edit_it(qtbot: QtBot) -> None:
    for made, expected in ((Transcript(), ["Edit", "Edit"]), (PanelTranscript(), [])):
        qtbot.addWidget(made)
        made.resize(600, 500)
        made.show_entries(TALK)
        with qtbot.waitExposed(made):
            made.show()
        offered = []
        for entry in range(4):
            view = made.view(entry)
            assert view is not None
            menu = view.menu(view.rect().center())
            offered += [action.text() for action in menu.actions() if action.text() == "Edit"]
            menu.close()
        assert offered == expected
