"""Pictures in the window: dropped, pasted, removed, refused."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from fanlight.core.chat.attachment_loader import MOST_PICTURES
from fanlight.domain.messages import Picture
from fanlight.domain.models import ModelSpec
from fanlight.engine.scripted import ScriptedEngine
from fanlight.pictures import files
from support.foreign_mime import ForeignMime
from support.window_hands import Open, answered, ask, drop, idle, mime_of, open_saved, read, ready, texts
from support.windows import picture_file

pytestmark = pytest.mark.gui


def test_a_dropped_picture_and_a_typed_question_get_a_streamed_answer(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window(engine := ScriptedEngine(["A ", "red ", "circle."], 0.01, tokens_per_image=36))
    drop(window, mime_of(picture_file(tmp_path)), window.transcript)
    (chip,) = read(qtbot, window, 1)
    qtbot.waitUntil(lambda: chip.ready)
    assert chip.facts == "160 × 120, 36 tokens"
    assert not window._drop_area.isVisible()
    ask(qtbot, window, "What is it?")
    answered(qtbot, window)
    assert texts(window) == ["What is it?", "A red circle."]
    question, answer = window.transcript.entries()
    assert question.captions == ("160 × 120, 36 tokens",)
    assert "tokens/s" in answer.footer_line
    assert engine.asked[0][0].images[0].width == 160
    assert not window.composer.chips.chips
    assert not window.composer.text


def test_a_picture_on_a_slow_disk_does_not_delay_another(
    qtbot: Any, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, arrives, read_file = open_window(), threading.Event(), files.read_file

    def slowly(path: Path, longest_side: int = 1536, **more: Any) -> Picture:
        assert path.name != "slow.png" or arrives.wait(30)
        return read_file(path, longest_side, **more)

    monkeypatch.setattr(files, "read_file", slowly)
    drop(window, mime_of(picture_file(tmp_path, "slow.png"), picture_file(tmp_path, "quick.png", colour="blue")))
    chips = window.composer.chips
    qtbot.waitUntil(lambda: [one.name for one in chips.attachments] == ["quick.png"])
    arrives.set()
    qtbot.waitUntil(lambda: [one.name for one in chips.attachments] == ["slow.png", "quick.png"])


def test_a_picture_alone_is_described(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    drop(window, mime_of(picture_file(tmp_path)))
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Return)  # before it is read
    answered(qtbot, window)
    assert texts(window)[0] == "Describe the picture."
    assert window.transcript.entries()[0].captions


def test_up_in_an_empty_field_edits_the_last_question_with_its_pictures(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    drop(window, mime_of(picture_file(tmp_path)))
    read(qtbot, window, 1)
    ask(qtbot, window, "Waht?")
    answered(qtbot, window)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_Up)
    assert window.composer.text == "Waht?"
    assert len(window.composer.chips.attachments) == 1
    assert "Editing" in window.composer.strips.strips[0]._full
    window.composer.input.selectAll()
    ask(qtbot, window, "What?")
    qtbot.waitUntil(lambda: idle(window) and not window.session_manager.current.draft.editing)
    assert texts(window) == ["What?", "An answer."]


def test_delete_removes_a_picture_and_stops_its_encoding(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window(engine := ScriptedEngine(["A"], seconds_per_image=30))
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    (chip,) = read(qtbot, window, 1)
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert not chip.ready
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert not window.composer.chips.chips
    ask(qtbot, window, "Hello?")
    qtbot.waitUntil(lambda: idle(window) and texts(window)[-1] == "A", timeout=3000)


def test_several_files_at_once_and_each_bad_one_is_said_in_a_sentence(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    svg, cut = tmp_path / "drawing.svg", tmp_path / "cut.png"
    svg.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    cut.write_bytes(picture_file(tmp_path, "whole.png").read_bytes()[:200])
    good = [picture_file(tmp_path, f"{i}.png", colour=colour) for i, colour in enumerate(("red", "green"))]
    drop(window, mime_of(good[0], svg, cut, good[1]))
    qtbot.waitUntil(lambda: len(window.errors.lines) == 2 and len(window.composer.chips.attachments) == 2)
    assert not window.composer.chips.reading
    cut_off, unknown = sorted(window.errors.lines)
    assert "drawing.svg" in unknown
    assert "cut.png" in cut_off
    qtbot.mouseClick(window.errors.close_button, Qt.MouseButton.LeftButton)
    assert not window.errors.isVisible()


def test_a_question_takes_only_so_many_pictures(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    picture = picture_file(tmp_path, size=(8, 8))
    drop(window, mime_of(*[picture] * (MOST_PICTURES + 3)))
    read(qtbot, window, MOST_PICTURES)
    assert window.errors.lines == (f"A question takes at most {MOST_PICTURES} pictures. Ask in two steps.",)


def test_an_address_dragged_from_a_browser_is_not_fetched_but_said(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    mime = QMimeData()
    mime.setHtml("<img src='https://example.org/cat.png'>")
    drop(window, mime)
    assert "example.org" in window.errors.lines[0]
    assert "Copy the image in the browser and paste it." in window.errors.lines[0]
    assert not window.composer.chips.chips


def test_a_copied_image_is_pasted_as_a_picture_and_copied_text_as_text(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    QGuiApplication.clipboard().setImage(image)
    qtbot.keyClick(window.composer.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    (chip,) = read(qtbot, window, 1)
    assert chip.facts.startswith("64 × 48")
    QGuiApplication.clipboard().setText("some text")
    qtbot.keyClick(window.composer.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.composer.text == "some text"


def test_a_text_model_says_that_it_can_not_see(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window(
        ScriptedEngine(["A"], supports_images=False), models=(ModelSpec.of_files("blind", Path("b.gguf")),)
    )
    ready(qtbot, window)
    drop(window, mime_of(picture_file(tmp_path)))
    (chip,) = read(qtbot, window, 1)
    assert "does not support pictures" in window.offers.lines[0]
    assert "Not supported by this model" in chip.accessibleName()


def test_a_picture_whose_name_is_no_utf_8_is_read_asked_about_and_kept(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    path = tmp_path / os.fsdecode(b"caf\xe9 \xff.png")
    picture_file(tmp_path).rename(path)
    listed = b"".join(b"%%%02X" % byte for byte in os.fsencode(path.name))
    drop(window, ForeignMime({"text/uri-list": b"file://" + os.fsencode(tmp_path) + b"/" + listed}))
    (chip,) = read(qtbot, window, 1)
    assert chip.item.name == "caf\ufffd \ufffd.png"
    ask(qtbot, window, "What is it?")
    answered(qtbot, window)
    window.close()
    again = open_window()
    open_saved(qtbot, again)
    assert [one.name for one in again.session_manager.current.turns[0].attachments] == ["caf\ufffd \ufffd.png"]


def test_what_is_refused_beside_a_file_is_said(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    mime = mime_of(picture_file(tmp_path))
    mime.setUrls([*mime.urls(), QUrl("https://example.org/b.png"), QUrl("sftp://nas/c.png")])
    drop(window, mime)
    read(qtbot, window, 1)
    assert ["example.org" in line for line in window.errors.lines] == [True, False]
    assert "sftp://nas/c.png" in window.errors.lines[1]


def test_a_pasted_link_is_text_and_html_alone_becomes_text(qtbot: Any, open_window: Open) -> None:
    window = open_window()
    link = ForeignMime(
        {"text/uri-list": b"https://example.org/a", "text/html": b"<a href='https://example.org/a'>A</a>"}
    )
    window.composer.pasted.emit(link)
    assert window.composer.text == "https://example.org/a"
    window.composer.set_text("")
    window.composer.pasted.emit(ForeignMime({"text/html": b"<p>One</p><p>two</p>"}))
    assert window.composer.text == "One\n\ntwo"
    assert not window.errors.lines


@pytest.mark.parametrize(
    ("kind", "said"),
    [("application/x-addressbook", "neither text nor a picture"), ("image/png", "does not hand it over")],
)
def test_what_can_not_be_used_is_said(qtbot: Any, open_window: Open, kind: str, said: str) -> None:
    window = open_window()
    QGuiApplication.clipboard().setMimeData(ForeignMime({kind: b""}))
    try:
        qtbot.keyClick(window.composer.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert said in window.errors.lines[0]
    finally:
        QGuiApplication.clipboard().clear()  # Qt would ask for it when Python has ended
