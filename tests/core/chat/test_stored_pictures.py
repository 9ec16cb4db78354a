"""Pictures of saved conversations: what is in memory, and that all of it is what it was."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fanlight.core.chat.attachment_reader import read_attachment
from fanlight.core.chat.stored_pictures import PictureShelf, PixelCache, StoredFile, StoredImage
from fanlight.core.chat.turns import Attachment, Turn, question
from fanlight.domain.errors import StoreError
from fanlight.engine.scripted import ScriptedEngine
from support.window_hands import Open, answered, ask, drop, mime_of, open_saved, read, ready, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui


@pytest.fixture
def whole(tmp_path: Path) -> Attachment:
    """Larger than the model is sent it."""
    return read_attachment(picture_file(tmp_path, size=(400, 300)), "", 200)


def held(attachment: Attachment) -> int:
    """Bytes of pixels and files that the attachment holds by itself."""
    image, picture, thumbnail = attachment.image, attachment.picture, attachment.thumbnail
    sizes = [len(one.rgb) for one in (image, thumbnail) if one is not None and not isinstance(one, StoredImage)]
    return sum(sizes) + (len(picture.data) if picture is not None and not isinstance(picture, StoredFile) else 0)


def test_what_is_read_again_is_what_it_was(whole: Attachment) -> None:
    assert whole.picture is not None
    assert whole.image is not None
    reads: list[str] = []
    data = whole.picture.data

    def read_file(sha256: str) -> bytes:
        reads.append(sha256)
        return data

    kept = PictureShelf().shelved(whole, "abc", read_file)
    assert held(kept) == 0
    assert reads == []
    assert (kept, kept.caption, kept.origin) == (whole, whole.caption, whole.origin)
    assert (whole.image, hash(whole.image)) == (kept.image, hash(kept.image))
    assert kept.image is not None
    assert kept.picture is not None
    assert kept.thumbnail is not None
    assert whole.thumbnail is not None
    assert kept.image.rgb == whole.image.rgb
    assert kept.image.rgb == whole.image.rgb
    assert reads == ["abc"]  # the pixels used last are held for a while
    assert kept.picture.data == data
    assert len(kept.thumbnail.rgb) == len(whole.thumbnail.rgb)
    off = [abs(a - b) for a, b in zip(kept.thumbnail.rgb, whole.thumbnail.rgb, strict=True)]
    assert sum(off) / len(off) < 2


def test_only_so_many_pixels_are_held() -> None:
    cache = PixelCache(most_bytes=250)
    loads: list[int] = []

    def load(number: int) -> bytes:
        loads.append(number)
        return bytes(100)

    for number in (1, 2, 1, 3, 1, 2):
        cache.get(str(number), partial(load, number))
    assert loads == [1, 2, 3, 2]
    assert cache.size == 200
    assert len(cache.get("large", lambda: bytes(1_000))) == 1_000
    assert cache.size == 1_000


def test_what_is_not_on_disk_is_held(whole: Attachment) -> None:
    def gone(_sha256: str) -> bytes:
        raise StoreError("gone")

    turn = question("?", (whole,))
    assert PictureShelf().shelved_turn(turn, gone) is turn
    assert PictureShelf().shelved_turn(turn, lambda _sha256: b"another") is turn
    assert whole.picture is not None
    data = whole.picture.data
    given = PictureShelf().shelved_turn(turn, lambda _sha256: data)
    assert (given, given.key) == (turn, turn.key)
    assert isinstance(given.message.images[0], StoredImage)
    assert PictureShelf().shelved_turn(given, lambda _sha256: data) is given
    assert PictureShelf().shelved_turn(Turn(turn.message), gone).attachments == ()


def pictures_of(turns: tuple[Turn, ...]) -> list[Attachment]:
    return [one for turn in turns for one in turn.attachments]


def test_a_conversation_that_leaves_the_screen_gives_its_pixels_back_and_is_answered_as_before(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window(engine := ScriptedEngine(["An answer."]))
    ready(qtbot, window)
    for colour in ("red", "blue"):
        drop(window, mime_of(picture_file(tmp_path, f"{colour}.png", colour=colour)))
        read(qtbot, window, 1)
        ask(qtbot, window, f"Is it {colour}?")
        answered(qtbot, window, len(texts(window)))
    qtbot.waitUntil(lambda: len(texts(window)) == 4)
    answered(qtbot, window, 4)
    conversation = window.session_manager.current
    sent = [image.rgb for messages in engine.asked[-1:] for message in messages for image in message.images]
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    window.sidebar.new_button.click()
    qtbot.waitUntil(lambda: not any(map(held, pictures_of(conversation.turns))))
    window.sidebar.opened.emit(window.sidebar.ids[0])
    assert window.session_manager.current is conversation
    ask(qtbot, window, "And now?")
    answered(qtbot, window, 6)
    asked = engine.asked[-1]
    assert [image.rgb for message in asked for image in message.images] == sent
    window.close()
    again = open_window(engine := ScriptedEngine(["Again."]))
    open_saved(qtbot, again, 6)
    assert not any(map(held, pictures_of(again.session_manager.current.turns)))
    ask(qtbot, again, "Still?")
    answered(qtbot, again, 8)
    assert [image.rgb for message in engine.asked[-1] for image in message.images] == sent


def test_a_question_with_a_kept_picture_can_be_edited_and_keeps_it(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    ask(qtbot, window, "Waht?")
    answered(qtbot, window)
    window.close()
    again = open_window()
    open_saved(qtbot, again)
    again.transcript.edit_last.emit()
    read(qtbot, again, 1)
    again.composer.set_text("What?")
    again.composer.submit()
    qtbot.waitUntil(lambda: texts(again) == ["What?", "An answer."])
    answered(qtbot, again)
    assert isinstance(again.session_manager.current, QObject)
    again.close()
    third = open_window()
    qtbot.waitUntil(lambda: len(third.sidebar.ids) == 1)
    third.sidebar.opened.emit(third.sidebar.ids[0])
    qtbot.waitUntil(lambda: len(texts(third)) == 2)
    assert len(third.session_manager.current.turns[0].attachments) == 1
