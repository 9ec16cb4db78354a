"""Ahead of the question: pictures are counted and encoded while it is typed."""

from __future__ import annotations

from typing import Any

from fanlight.core.chat.turns import Attachment
from fanlight.domain.events import ImageReady, TokensCounted
from fanlight.engine.scripted import ScriptedEngine
from support.pictures import image_id
from support.rooms import Open


def test_a_picture_is_encoded_while_the_question_is_typed(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["A"], seconds_per_image=0.05))
    said: list[object] = []
    room.session.prefetch_event.connect(said.append)
    room.session.attachments.set((red,))
    qtbot.waitUntil(lambda: len(said) >= 3)
    assert TokensCounted(image_id(red), 64) in said
    assert engine.prefilled[-1][-1].images == (red.image,)
    room.session.set_draft_text("What c")
    room.session.attachments.set((red,))
    assert len(engine.prefilled) == 1
    room.session.send("What colour?")
    qtbot.waitUntil(lambda: room.idle)
    assert "while you typed" in room.session.turns[-1].entry().footer_line


def test_a_picture_still_being_encoded_when_the_question_is_sent_is_encoded_once(
    qtbot: Any, enter: Open, red: Attachment
) -> None:
    room = enter(engine := ScriptedEngine(["A"], seconds_per_image=0.3))
    room.session.attachments.set((red,))
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    room.session.send("What colour?")
    qtbot.waitUntil(lambda: room.idle)
    assert room.session.turns[-1].entry().footer_line.startswith("picture read in 0.3 s · ")
    assert room.session.entries()[0].captions == ("160 × 120, 64 tokens",)
    assert any(isinstance(event, ImageReady) and event.seconds for event in room.heard)


def test_a_removed_picture_stops_its_encoding(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["A"], seconds_per_image=30))
    room.session.attachments.set((red,))
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    room.session.attachments.set(())
    room.session.send("Still there?")
    qtbot.waitUntil(lambda: room.idle, timeout=3000)
    assert room.texts[-1] == "A"


def test_a_second_picture_does_not_start_the_first_again(
    qtbot: Any, enter: Open, red: Attachment, blue: Attachment
) -> None:
    room = enter(engine := ScriptedEngine(["A"], seconds_per_image=0.1))
    room.session.attachments.set((red,))
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    room.session.attachments.set((red, blue))
    room.session.send("Which is larger?")
    qtbot.waitUntil(lambda: room.idle)
    counts = [len(messages[-1].images) for messages in engine.prefilled]
    assert [count for count in counts if count] in ([1], [1, 2])
    assert engine.asked[-1][-1].images == (red.image, blue.image)


def test_a_picture_attached_during_an_answer_is_encoded_after_it(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["x"] * 30, 0.01))
    room.session.send("first")
    room.session.attachments.set((red,))
    assert not engine.prefilled
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert [m.role for m in engine.prefilled[0]] == ["user", "assistant", "user"]


def test_the_standing_instruction_is_ready_before_the_first_question(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["A"]), system_prompt="Be brief.")
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert [m.role for m in engine.prefilled[0]] == ["system", "user"]
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.idle)
    assert engine.asked[-1][0].text == "Be brief."
