"""The attachments of the question to come: one holder, whatever is read, counted, encoded or removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fanlight.core.chat.turns import Attachment
from fanlight.domain.events import Finished, ImageReady, PromptProgress, Timings, TokensCounted
from fanlight.engine.scripted import ScriptedEngine
from support.pictures import image_id
from support.rooms import Open
from support.windows import SPEC


def test_a_picture_is_read_encoded_and_ready(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(ScriptedEngine(["A"], tokens_per_image=36))
    attachments = room.session.attachments
    seen: list[list[tuple[str, str]]] = []
    attachments.changed.connect(lambda: seen.append([(item.name, item.status) for item in attachments.items]))
    key = attachments.expect("shapes.png")
    assert attachments.reading
    assert attachments.read == ()
    assert attachments.resolve(key, red)
    assert not attachments.reading
    qtbot.waitUntil(lambda: attachments.items[0].status == "ready")
    assert seen[0] == [("shapes.png", "reading")]
    assert seen[1] == [("shapes.png", "encoding")]
    qtbot.waitUntil(lambda: attachments.read[0].tokens == 36)


def test_a_picture_that_was_removed_while_it_was_read_does_not_come_back(enter: Open, red: Attachment) -> None:
    attachments = enter().session.attachments
    key = attachments.expect("shapes.png")
    attachments.remove(key)
    assert not attachments.resolve(key, red)
    assert attachments.items == ()


def test_what_is_still_read_stays_when_the_question_is_sent(enter: Open, red: Attachment, blue: Attachment) -> None:
    attachments = enter(opened=False).session.attachments
    attachments.set([red])
    key = attachments.expect("late.png")
    assert attachments.detach_read() == (red,)
    assert [item.name for item in attachments.items] == ["late.png"]
    attachments.resolve(key, blue)
    assert attachments.read == (blue,)


def test_pictures_keep_their_order_whichever_is_read_first(enter: Open, red: Attachment, blue: Attachment) -> None:
    attachments = enter(opened=False).session.attachments
    first, second = attachments.expect("red"), attachments.expect("blue")
    attachments.resolve(second, blue)
    attachments.resolve(first, red)
    assert attachments.read == (red, blue)


def test_another_picture_takes_the_place_of_one(enter: Open, red: Attachment, blue: Attachment) -> None:
    attachments = enter(opened=False).session.attachments
    key = attachments.expect("many.tiff")
    attachments.resolve(key, red, pages=3)
    attachments.expect_page(key)
    attachments.replace(key, blue)
    (item,) = attachments.items
    assert (item.attachment, item.status, item.pages, item.key) == (blue, "encoding", 1, key)
    attachments.remove(key)
    attachments.replace(key, red)
    assert attachments.items == ()


def test_progress_belongs_to_what_is_being_encoded(enter: Open, red: Attachment, blue: Attachment) -> None:
    attachments = enter(opened=False).session.attachments
    attachments.set([red])
    attachments.on_event(ImageReady(image_id(red), 36, 0.1))
    attachments.resolve(attachments.expect("blue.png"), blue)
    attachments.on_event(PromptProgress(10, 40))
    assert [(item.status, item.progress) for item in attachments.items] == [("ready", None), ("encoding", (10, 40))]
    attachments.on_event(TokensCounted(image_id(blue), 64))
    attachments.on_event(Finished("end", Timings()))
    assert [(item.status, item.progress) for item in attachments.items] == [("ready", None)] * 2
    assert [attachment.tokens for attachment in attachments.read] == [36, 64]


def test_a_model_that_supports_no_images_leaves_them_unencoded(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["A"], supports_images=False))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    room.session.attachments.set([red])
    assert [item.status for item in room.session.attachments.items] == ["unsupported"]
    assert engine.prefilled == []


def test_an_edit_gives_back_what_it_set_aside(qtbot: Any, enter: Open, red: Attachment, blue: Attachment) -> None:
    room = enter()
    session = room.session
    shown: list[str] = []
    session.draft.text_replaced.connect(shown.append)
    session.attachments.set([red])
    session.send("first")
    qtbot.waitUntil(lambda: room.idle)
    session.set_draft_text("half a thought")
    session.attachments.set([blue])
    session.begin_edit()
    assert (session.draft.text, session.attachments.read) == ("first", (red,))
    session.begin_edit()
    session.send("first, better")
    assert (session.draft.text, session.attachments.read) == ("half a thought", (blue,))
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["first, better", "An answer."]
    session.begin_edit()
    session.cancel_edit()
    assert (session.draft.text, session.attachments.read) == ("half a thought", (blue,))
    assert shown == ["", "first", "first", "half a thought", "first, better", "half a thought"]


def test_another_model_encodes_them_anew(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(ScriptedEngine(["A"], tokens_per_image=36))
    attachments = room.session.attachments
    attachments.set([red])
    qtbot.waitUntil(lambda: attachments.items[0].status == "ready")
    seen: list[str] = []
    attachments.changed.connect(lambda: seen.append(attachments.items[0].status))
    room.host.open(replace(SPEC, name="another"))
    assert seen[0] == "encoding"
    qtbot.waitUntil(lambda: attachments.items[0].status == "ready")
