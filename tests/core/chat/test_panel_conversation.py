"""A conversation in memory alone: questions that wait for what goes into them, and the way into the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import InputError
from fanlight.domain.events import TextDelta
from fanlight.domain.slots import Slot
from fanlight.engine.scripted import ScriptedEngine
from support.rooms import Open, Room

Panel = Callable[..., tuple[Room, Conversation]]


@pytest.fixture
def panel(enter: Open) -> Panel:
    """A room, and a conversation of a quick panel on the same model."""

    def opened(*engine: ScriptedEngine) -> tuple[Room, Conversation]:
        room = enter(*engine)
        return room, Conversation(room.host, room.settings_store, Slot.PANEL)

    return opened


def texts(conversation: Conversation) -> list[str]:
    return [turn.message.text for turn in conversation.turns]


def test_a_question_is_shown_before_it_is_complete(qtbot: Any, panel: Panel, red: Attachment) -> None:
    _, talk = panel(engine := ScriptedEngine(["A shape."]))
    talk.attachments.set([red])
    pending = talk.begin_question("Why?")
    assert (talk.condition, [entry.text for entry in talk.entries()]) == ("waiting", ["Why?", ""])
    assert engine.asked == []
    pending.ask("Why?\n\nThe text: STOP", text_beside_picture=True)
    qtbot.waitUntil(lambda: not talk.busy)
    assert engine.asked[-1][-1].images == (red.image,)
    assert texts(talk) == ["Why?\n\nThe text: STOP", "A shape."]
    assert [entry.text for entry in talk.entries()] == ["Why?", "A shape."]
    assert talk.attachments.items == ()
    assert talk.first_attachment == red


def test_the_first_quick_action_is_not_shown_and_names_the_conversation(qtbot: Any, panel: Panel) -> None:
    _, talk = panel()
    appended: list[str] = []
    talk.turns_appended.connect(lambda entries: appended.extend(entry.text for entry in entries))
    talk.begin_question("Explain", title="Explain: capture", quick=True).ask("Explain the picture.")
    qtbot.waitUntil(lambda: not talk.busy)
    talk.begin_question("Translate", quick=True).ask("Translate it.")
    qtbot.waitUntil(lambda: not talk.busy)
    assert appended == ["", "Translate", ""]
    assert [entry.text for entry in talk.entries()] == ["An answer.", "Translate", "An answer."]
    assert talk.title == "Explain: capture"


def test_a_question_that_gave_way_comes_to_nothing_and_its_picture_is_attached_again(
    qtbot: Any, panel: Panel, red: Attachment
) -> None:
    _, talk = panel(engine := ScriptedEngine(["x "] * 1000, 0.002))
    talk.attachments.set([red])
    first = talk.begin_question("one")
    second = talk.begin_question("two")
    first.ask("late")
    first.fail(InputError("late", ""))
    assert talk.condition == "waiting"
    second.ask("two")
    qtbot.waitUntil(lambda: bool(engine.asked))
    third = talk.begin_question("three")
    assert talk.attachments.read == (red,)
    engine.pieces = ("three it is",)
    third.ask("three")
    third.ask("twice")
    qtbot.waitUntil(lambda: not talk.busy)
    assert texts(talk) == ["three", "three it is"]
    assert engine.asked[-1][-1].images == (red.image,)


def test_an_answer_that_is_known_asks_no_model(panel: Panel) -> None:
    _, talk = panel(engine := ScriptedEngine(["never"]))
    ends: list[tuple[str, str]] = []
    talk.answer_finished.connect(lambda end: ends.append((end.state, end.error)))
    talk.begin_question("Copy the text").answer_with("What is written?", "```\na\n```", "a")
    assert (talk.last_answer, texts(talk)[-1]) == ("a", "```\na\n```")
    talk.begin_question("Again").fail(InputError("No text was found.", "Drag closer."))
    waiting = talk.begin_question("And again")
    talk.stop()
    waiting.ask("too late")
    waiting.answer_with("too late", "too late")
    assert ends == [("complete", ""), ("failed", "No text was found. Drag closer."), ("stopped", "")]
    assert texts(talk)[-1] == ""
    assert engine.asked == []


def test_a_model_that_supports_no_images_is_asked_by_the_text_beside_the_picture(
    qtbot: Any, panel: Panel, red: Attachment
) -> None:
    room, talk = panel(engine := ScriptedEngine(["A"], supports_images=False))
    problems: list[object] = []
    talk.problem.connect(problems.append)
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    talk.attachments.set([red])
    talk.show(True)
    talk.begin_question("Read").fail(InputError("No text yet.", ""))
    talk.begin_question("What?").ask("What?\n\nThe text: STOP", text_beside_picture=True)
    qtbot.waitUntil(lambda: not talk.busy)
    assert [message.images for message in engine.asked[-1]] == [()]
    assert texts(talk)[-1] == "A"
    assert problems == []


def test_nothing_of_it_reaches_the_store(qtbot: Any, panel: Panel, red: Attachment, home: Path) -> None:
    room, talk = panel(ScriptedEngine(["zanzibar"]))
    talk.attachments.set([red])
    talk.begin_question("quagga").ask("quagga")
    qtbot.waitUntil(lambda: not talk.busy)
    talk.rename("quagga")
    talk.set_draft_text("quagga")
    assert talk.conversation_id is None
    talk.forget()
    assert (talk.turns, talk.first_attachment, talk.draft.text) == ((), None, "")
    assert room.kept() == []
    left = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"zanzibar" not in left
    assert b"quagga" not in left


def test_it_goes_on_in_the_window_and_is_saved_from_then_on(
    qtbot: Any, panel: Panel, red: Attachment, blue: Attachment
) -> None:
    room, talk = panel(engine := ScriptedEngine([f"{i} " for i in range(300)], 0.005))
    files = FileWorker()
    manager = SessionManager(room.host, room.history, room.settings_store, files)
    heard: list[str] = []
    talk.event_arrived.connect(lambda event: heard.append(event.text) if isinstance(event, TextDelta) else None)
    talk.attachments.set([red])
    talk.begin_question("Count", title="Count: capture", quick=True).ask("Count the shapes.")
    qtbot.waitUntil(lambda: len(heard) > 5)
    assert red.image is not None
    manager.adopt(talk, {red.image.id: blue})
    assert manager.current is talk
    assert (talk.slot, talk.busy, talk.title) == (Slot.WINDOW, True, "Count: capture")
    assert talk.entries()[0].text == "Count the shapes."
    qtbot.waitUntil(lambda: not talk.busy, timeout=10_000)
    assert len(engine.asked) == 1
    assert "".join(heard) == texts(talk)[-1]
    manager.close()
    files.close()
    assert files.join(5)
    assert room.kept() == [("Count the shapes.", "complete"), ("".join(heard), "complete")]


def test_a_question_that_waits_is_dropped_on_the_way_and_its_picture_stays_attached(
    qtbot: Any, panel: Panel, red: Attachment, blue: Attachment
) -> None:
    room, talk = panel()
    files = FileWorker()
    manager = SessionManager(room.host, room.history, room.settings_store, files)
    talk.attachments.set([red])
    pending = talk.begin_question("Read it")
    assert red.image is not None
    manager.adopt(talk, {red.image.id: blue})
    pending.ask("too late")
    assert (talk.turns, talk.attachments.read, talk.busy) == ((), (blue,), False)
    manager.close()
    files.close()
    assert files.join(5)
