"""The detail of a picture: chosen on its chip or in the viewer, sent, kept, and the same when it is opened again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from fanlight.domain.archive import ArchivedConversation
from fanlight.domain.events import Finished, ImageReady, Timings
from fanlight.domain.stored import StoredPicture
from fanlight.engine.scripted import ScriptedEngine
from fanlight.exchange import own_json
from fanlight.store.database import Database
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, open_saved, read, ready
from support.windows import picture_file

pytestmark = pytest.mark.gui
SIZE = (2880, 1620)


@pytest.fixture
def screen(tmp_path: Path) -> Path:
    return picture_file(tmp_path, "screen.png", SIZE)


def sent_size(window: WholeWindow) -> tuple[int, int] | None:
    (attachment,) = window.composer.chips.attachments or (None,)
    return (attachment.image.width, attachment.image.height) if attachment and attachment.image else None


def menu_of(window: WholeWindow, number: int = 0) -> QMenu:
    return window._chip_menu.menu(window.composer.chips.chips[number].item)


def details(menu: QMenu) -> Sequence[QAction]:
    return [action for action in menu.actions() if action.data()]


def choose(qtbot: Any, window: WholeWindow, detail: str) -> None:
    (action,) = [action for action in details(menu_of(window)) if action.data() == detail]
    action.trigger()
    qtbot.waitUntil(lambda: not window.composer.chips.reading)


def test_a_detail_is_chosen_sent_and_kept(qtbot: Any, open_window: Open, screen: Path) -> None:
    engine = ScriptedEngine(["A circle."], counts_pixels=True)
    window = open_window(engine)
    ready(qtbot, window)
    drop(window, mime_of(screen))
    (chip,) = read(qtbot, window, 1)
    assert sent_size(window) == (1536, 864)
    for detail, size in (("high", (2048, 1152)), ("low", (512, 288)), ("normal", (1536, 864)), ("high", (2048, 1152))):
        choose(qtbot, window, detail)
        assert sent_size(window) == size
    assert "high detail" in chip.facts
    ask(qtbot, window, "What is it?")
    answered(qtbot, window)
    sent = engine.asked[0][0].images[0]
    window.close()
    again = open_window(another := ScriptedEngine(["Still a circle."], counts_pixels=True))
    ready(qtbot, again)
    open_saved(qtbot, again)
    again.session_manager.current.ask_again()
    answered(qtbot, again)
    assert another.asked[0][0].images == (sent,)
    assert again.session_manager.current.turns[0].attachments[0].detail == "high"


def test_low_detail_is_another_picture_for_the_cache_even_with_the_same_pixels(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window(engine := ScriptedEngine(["Small."], counts_pixels=True))
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    (before,) = window.composer.chips.attachments
    choose(qtbot, window, "low")
    (after,) = window.composer.chips.attachments
    assert before.image is not None
    assert after.image is not None
    assert (before.image.rgb, before.image.width) == (after.image.rgb, after.image.width)
    assert before.image != after.image
    ask(qtbot, window, "What is it?")
    answered(qtbot, window)
    assert engine.asked[0][0].images[0].low
    home = window.core.home
    window.close()
    database = Database(home)
    try:
        (row,) = database.conversations()
        question, _answer = database.messages(row.id)
        assert [part.detail for part in question.pictures] == ["low"]
    finally:
        database.close()


def test_tokens_and_seconds_are_said_before_anything_is_sent(qtbot: Any, open_window: Open, screen: Path) -> None:
    window = open_window(ScriptedEngine(["x"], counts_pixels=True))
    ready(qtbot, window)
    drop(window, mime_of(screen))
    read(qtbot, window, 1)
    qtbot.waitUntil(lambda: "tokens" in details(menu_of(window))[0].text())
    assert [action.text() for action in details(menu_of(window))] == [
        "Low detail: 512 × 288, 144 tokens",
        "Normal detail: 1,536 × 864, 1,296 tokens",
        "High detail: 2,048 × 1,152, 2,304 tokens",
    ]
    costs = window.host.picture_costs
    costs.note(ImageReady("x", 1296, 12.96))
    costs.note(Timings(evaluated_tokens=1000, prefill_seconds=10.0))
    assert [action.text().rpartition(", ")[2] for action in details(menu_of(window))] == [
        "about 3 s",
        "about 25 s",
        "about 45 s",
    ]
    assert [action.isChecked() for action in details(menu_of(window))] == [False, True, False]


def test_what_a_cached_picture_or_an_empty_prefill_took_says_nothing(qtbot: Any, open_window: Open) -> None:
    window = open_window(ScriptedEngine(["x"]))
    costs = window.host.picture_costs
    costs.note(ImageReady("x", 64, 0.0))
    costs.note(Finished("end", Timings(evaluated_tokens=3, prefill_seconds=9.0)).timings)
    assert (costs._encoding, costs._evaluating) == (0.0, 0.0)


def test_of_a_model_with_one_detail_that_is_said_and_nothing_can_be_chosen(
    qtbot: Any, open_window: Open, screen: Path
) -> None:
    window = open_window(ScriptedEngine(["x"], tokens_per_image=256))
    ready(qtbot, window)
    drop(window, mime_of(screen))
    read(qtbot, window, 1)
    qtbot.waitUntil(lambda: not details(menu_of(window)))
    texts = {action.text(): action.isEnabled() for action in menu_of(window).actions()}
    assert texts["This model sees each picture with 256 tokens"] is False


def test_the_default_is_a_setting_and_a_document_has_no_detail(
    qtbot: Any, open_window: Open, screen: Path, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Bread")
    window = open_window(ScriptedEngine(["x"]))
    window.core.settings_store.choose(picture_detail="low")
    drop(window, mime_of(screen, note))
    first, second = read(qtbot, window, 2)
    assert first.item.attachment is not None
    assert first.item.attachment.detail == "low"
    assert first.more_button.isVisible()
    assert second.more_button.isVisible()
    assert details(menu_of(window, 1)) == []
    window.core.attachment_loader.choose_detail(second.item.key, "high")
    window.core.attachment_loader.choose_detail(999, "high")
    assert not window.composer.chips.reading


def test_a_page_that_is_chosen_later_has_the_detail_of_the_one_before(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    from PIL import Image as Pillow

    first, second = (Pillow.new("RGB", (1200, 900), colour) for colour in ("red", "blue"))
    first.save(tmp_path / "scan.tif", save_all=True, append_images=[second])
    window = open_window(ScriptedEngine(["x"], counts_pixels=True))
    drop(window, mime_of(tmp_path / "scan.tif"))
    (chip,) = read(qtbot, window, 1)
    choose(qtbot, window, "low")
    assert chip.page.text() == "1 of 2"
    window.composer.page_chosen.emit(chip.item.key, 2)
    qtbot.waitUntil(lambda: sent_size(window) == (512, 384) and chip.page.value() == 2)
    (attachment,) = window.composer.chips.attachments
    assert attachment.image is not None
    assert attachment.image.rgb[:3] == b"\0\0\xff"
    assert attachment.detail == "low"


def test_the_keyboard_opens_the_menu_of_a_chip(
    qtbot: Any, open_window: Open, screen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(ScriptedEngine(["x"], counts_pixels=True))
    drop(window, mime_of(screen))
    (chip,) = read(qtbot, window, 1)
    shown: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: shown.append(menu))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), chip.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(chip, event)
    qtbot.mouseClick(chip.more_button, Qt.MouseButton.LeftButton)
    assert [len(details(menu)) for menu in shown] == [3, 3]
    assert "menu key" in chip.accessibleDescription()


def test_in_the_viewer_too_and_what_is_drawn_afterwards_still_replaces_it(
    qtbot: Any, open_window: Open, screen: Path
) -> None:
    window = open_window(ScriptedEngine(["x"], counts_pixels=True))
    ready(qtbot, window)
    drop(window, mime_of(screen))
    (chip,) = read(qtbot, window, 1)
    window.picture_viewing.show_attachment(chip.item.key)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    qtbot.waitUntil(lambda: viewer.view.image.width() == SIZE[0], timeout=20_000)
    viewer.detail.aboutToShow.emit()
    (_low, _normal, high) = details(viewer.detail)
    high.trigger()
    qtbot.waitUntil(lambda: sent_size(window) == (2048, 1152))
    assert viewer.original is not None
    (attached,) = window.composer.chips.attachments
    assert viewer.original.attachment is not None
    assert viewer.original.attachment.picture is attached.picture
    viewer.detail.aboutToShow.emit()
    assert [action.isChecked() for action in details(viewer.detail)] == [False, False, True]
    assert viewer.view.image.width() == SIZE[0]
    viewer.close()


def test_a_file_that_can_no_longer_be_read_leaves_the_picture_as_it_was(
    qtbot: Any, open_window: Open, screen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fanlight.core.chat import attachment_loader
    from fanlight.domain.errors import PictureError

    def fail(*_arguments: object) -> None:
        raise PictureError("It is damaged.")

    window = open_window(ScriptedEngine(["x"], counts_pixels=True))
    drop(window, mime_of(screen))
    read(qtbot, window, 1)
    monkeypatch.setattr(attachment_loader, "in_other_detail", fail)
    choose(qtbot, window, "high")
    qtbot.waitUntil(lambda: bool(window.errors.lines))
    assert sent_size(window) == (1536, 864)


def test_exports_hold_the_detail_and_old_ones_have_none() -> None:
    picture = StoredPicture("a" * 64, "png", "a.png", 4, 3, "id", "high")
    plain = own_json._plain_part(picture, ArchivedConversation("", 0, 0, ()), set())
    assert own_json._read_part(json.loads(json.dumps(plain)), {}) == picture
    del plain["detail"]
    assert own_json._read_part(plain, {}) == StoredPicture("a" * 64, "png", "a.png", 4, 3, "id")
    assert own_json._read_part({**plain, "detail": ["odd"]}, {}) == own_json._read_part(plain, {})
