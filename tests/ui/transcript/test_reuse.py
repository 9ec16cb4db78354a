"""A conversation that takes the widgets of the one before looks, reads, and acts as if it had its own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtGui import QAccessible, QCursor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import NOT_READ, TranscriptEntry
from fanlight.domain.messages import Image
from fanlight.domain.search import parse_query
from fanlight.ui.theme import DARK, LIGHT
from fanlight.ui.transcript import preload
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.marks import Marks
from fanlight.ui.transcript.message import MOST_REUSED, MessageView
from fanlight.ui.transcript.transcript import Transcript
from support.chat_samples import ANSWERS, CODE, QUESTIONS, one_table
from support.told_formulas import TALL, ToldTypesetter, X, square

pytestmark = pytest.mark.gui

TALKS: dict[str, list[TranscriptEntry]] = {}


def talk(name: str, *texts: str, **fields: object) -> None:
    TALKS[name] = [
        replace(TranscriptEntry("assistant" if at % 2 else "user", text), **(fields if at == len(texts) - 1 else {}))  # type: ignore[arg-type]
        for at, text in enumerate(texts)
    ]


talk("shapes", QUESTIONS[0], ANSWERS[0], QUESTIONS[1], ANSWERS[1], footer="0.4 s")
talk("code first", "?", f"```python\n{CODE}\n{'x = 1; ' * 40}\n```\nDone.")
talk("other code", "?", f"```\n{CODE[:90]}\n```")
talk("prose", QUESTIONS[2], ANSWERS[2], "שלום עולם", ANSWERS[4])
talk("table", "A table", one_table(4), "and `this`", "> quoted\n\n1. one\n2. two")
talk("formulas", "f", f"So {X} and {X}:\n\n{TALL}\n\nThat is all.")
talk("one word", "w", "x" * 5000)
talk("stopped", "Why?", "Because", state="stopped", footer="1 s", notice="The context was full.")
talk("failed", "Why?", "", state="failed", error="No room.")
talk("pictures", "Look", "I do.", "Again", "Yes.")
TALKS["pictures"][0] = replace(
    TALKS["pictures"][0], thumbnails=(Image.of(60, 40, bytes((200, 30, 30)) * 2400),), captions=("60 × 40",)
)
talk("thoughts", "Hm?", "So.", thinking="Let me see.")
talk("versions", "Hm?", "So.", version=2, versions=3)
talk("cites", "Where?", "On page 3.", cites_pages=True)
talk("short", "Hi", "Hello.")


@pytest.fixture(autouse=True)
def pointer_elsewhere(qapp: QApplication) -> None:
    """Two windows in one place would else differ by what the mouse is over."""
    QCursor.setPos(qapp.primaryScreen().geometry().bottomRight())


def made(qtbot: QtBot, theme: object = LIGHT) -> Transcript:
    transcript = Transcript(None, theme, 100)  # type: ignore[arg-type]
    transcript.set_typesetter(ToldTypesetter(**{X: square(), TALL: square(2.0, 1.0, 1.0)}))  # type: ignore[arg-type]
    qtbot.addWidget(transcript)
    transcript.resize(640, 700)
    with qtbot.waitExposed(transcript):
        transcript.show()
    return transcript


def seen(transcript: Transcript) -> QImage:
    QApplication.processEvents()  # a scroll bar that is needed now
    return transcript.viewport().grab().toImage()


def told(widget: QWidget) -> list[tuple[object, ...]]:
    """What a screen reader is told of what is to be seen in it, in the order in which it goes through it."""
    lines: list[tuple[object, ...]] = []
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisible():
            node = QAccessible.queryAccessibleInterface(child)
            lines.append((child.objectName(), node.text(QAccessible.Text.Name), node.text(QAccessible.Text.Value)))
            lines += told(child)
    return lines


def controls(transcript: Transcript) -> list[str]:
    return [f"{type(one).__name__} {one.accessibleName()}" for one in transcript._controls]


def assert_same(qtbot: QtBot, used: Transcript, entries: Sequence[TranscriptEntry], theme: object = LIGHT) -> None:
    fresh = made(qtbot, theme)
    fresh.show_entries(entries)
    assert seen(used) == seen(fresh)
    assert told(used.viewport()) == told(fresh.viewport())
    assert controls(used) == controls(fresh)
    assert used.content_height == fresh.content_height
    fresh.close()


def test_each_conversation_after_each_other_is_as_it_is_alone(qtbot: QtBot) -> None:
    used = made(qtbot)
    order = [name for name in TALKS for _twice in range(2)]
    random.Random(4).shuffle(order)
    for name in order:
        used.show_entries(TALKS[name])
        assert_same(qtbot, used, TALKS[name])


def test_widgets_are_used_again_and_few_are_kept(qtbot: QtBot) -> None:
    used = made(qtbot)
    used.show_entries(TALKS["cites"])
    before = set(used._views.values())
    used.show_entries(TALKS["short"])
    assert set(used._views.values()) == before
    used.show_entries([replace(one, text="long " * MOST_REUSED) for one in TALKS["short"]])
    used.show_entries(TALKS["short"])
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    assert len([one for one in used.viewport().children() if one.objectName() == ""]) <= 8


def test_the_first_conversation_finds_widgets_that_were_made_before(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preload, "FIRST_MILLISECONDS", 0)
    monkeypatch.setattr(preload, "TICK_MILLISECONDS", 0)
    monkeypatch.setattr(preload, "COMMON", ())
    used = made(qtbot)
    qtbot.waitUntil(lambda: used.preloader.ready)
    before = used.viewport().findChildren(MessageView)
    assert not any(view.isVisible() for view in before)
    used.show_entries(TALKS["shapes"])
    assert set(used._views.values()) <= set(before)
    assert_same(qtbot, used, TALKS["shapes"])
    used._make_spares()
    assert len(used.viewport().findChildren(MessageView)) == len(before)


def test_nothing_of_what_was_shown_is_left_in_a_widget(qtbot: QtBot) -> None:
    used = made(qtbot)
    used.show_entries([replace(one, text="nadelimheuhaufen") for one in TALKS["shapes"]])
    used.show_entries(TALKS["short"])
    used.show_entries([NOT_READ])
    used.show_entries([])
    for widget in used.findChildren(QWidget):
        assert not widget.isVisibleTo(used) or not isinstance(widget, MessageView)
        assert "nadel" not in widget.accessibleName()
        assert not isinstance(widget, MessageBody) or not widget.toPlainText()
    used.show_entries(TALKS["prose"])
    assert_same(qtbot, used, TALKS["prose"])


def test_what_was_marked_chosen_and_pressed_is_not_in_the_next_one(qtbot: QtBot) -> None:
    used = made(qtbot)
    used.show_entries(TALKS["prose"])
    used.show_marks(Marks(parse_query("picture"), (1, 0)))
    for view in used._views.values():
        view._parts["body"].selectAll()  # type: ignore[attr-defined]
    (last,) = [view for number, view in used._views.items() if number == 3]
    last._parts["copy"].click()  # type: ignore[attr-defined]
    used.show_marks(None)
    used.show_entries(TALKS["stopped"])
    assert_same(qtbot, used, TALKS["stopped"])
    used.show_entries(TALKS["short"])
    used.show_marks(Marks(parse_query("hello"), (1, 0)))
    used.show_entries(TALKS["prose"])
    used.show_marks(None)
    assert_same(qtbot, used, TALKS["prose"])


def test_a_theme_is_that_of_all(qtbot: QtBot) -> None:
    used = made(qtbot)
    used.show_entries(TALKS["shapes"])
    used.show_entries(TALKS["short"])
    used.set_theme(DARK)
    used.show_entries(TALKS["shapes"])
    assert_same(qtbot, used, TALKS["shapes"], DARK)


def test_what_is_asked_of_a_message_is_asked_of_its_new_number(qtbot: QtBot) -> None:
    used = made(qtbot)
    used.show_entries(TALKS["prose"])
    first = used.view(0)
    used.show_entries([*TALKS["short"], *TALKS["short"], *TALKS["prose"]])
    (number,) = [number for number, view in used._views.items() if view is first]
    wanted: list[int] = []
    used.edit_wanted.connect(wanted.append)
    assert first is not None
    (action,) = [one for one in first.menu(first.rect().center()).actions() if one.text() == "Edit"]
    action.trigger()
    assert wanted == ([number] if number != 6 else [])


def test_a_message_that_has_the_keyboard_is_left(qtbot: QtBot) -> None:
    used = made(qtbot)
    used.show_entries(TALKS["short"])
    body = used._views[1]._parts["body"]
    body.setFocus()
    qtbot.waitUntil(body.hasFocus)
    used.show_entries(TALKS["prose"])
    assert body not in [view._parts.get("body") for view in used._views.values()]
