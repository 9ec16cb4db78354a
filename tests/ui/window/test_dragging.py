"""An answer is dragged out as text, a picture as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from fanlight.core.chat import dragged_files
from fanlight.domain.errors import StoreError
from fanlight.ui.transcript.thumbs import Thumbnails
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read
from support.windows import picture_file

pytestmark = pytest.mark.gui


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[QMimeData]:
    """What a drop would get."""
    found: list[QMimeData] = []

    def execute(drag: QDrag, *_actions: object) -> Qt.DropAction:
        mime, kept = drag.mimeData(), QMimeData()
        for name in mime.formats():
            kept.setData(name, mime.data(name))
        found.append(kept)
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", execute)
    return found


@pytest.fixture
def window(home: Path, tmp_path: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    made = open_window()
    drop(made, mime_of(picture_file(tmp_path)))
    read(qtbot, made, 1)
    ask(qtbot, made, "What is it?")
    answered(qtbot, made)
    return made


def pull(widget: QWidget, by: int = 40) -> None:
    place = widget.rect().center()
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(widget, place + QPoint(2, 0))
    QTest.mouseMove(widget, place + QPoint(by, by))
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=place + QPoint(by, by))


def first_picture(window: WholeWindow) -> QWidget:
    (pictures,) = window.transcript.findChildren(Thumbnails)
    return pictures._cells[0][0]


def test_an_answer_is_dragged_by_its_copy_button(window: WholeWindow, dragged: list[QMimeData]) -> None:
    view = window.transcript.view(1)
    assert view is not None
    copy = view._parts["copy"]
    pull(copy, by=1)
    assert not dragged
    pull(copy)
    answer = window.session_manager.current.last_answer
    assert [mime.text() for mime in dragged] == [answer]
    assert bytes(dragged[0].data("text/markdown").data()).decode() == answer
    assert not copy.isDown()  # type: ignore[attr-defined]


def test_a_picture_is_dragged_as_a_file_that_goes_with_the_program(
    window: WholeWindow, home: Path, dragged: list[QMimeData]
) -> None:
    pull(first_picture(window))
    (url,) = dragged[0].urls()
    path = Path(url.toLocalFile())
    kept = window.session_manager.current.turns[0].attachments[0].picture
    assert kept is not None
    assert path.read_bytes() == kept.data
    assert path.suffix == ".png"
    assert path.parent.stat().st_mode & 0o077 == 0
    window.core.dragged_files.remove_all()
    assert not (home / dragged_files.FOLDER).exists()


def test_a_picture_that_is_lost_is_one_sentence(
    window: WholeWindow, dragged: list[QMimeData], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_arguments: object, **_more: object) -> Path:
        raise StoreError("The picture is gone.")

    monkeypatch.setattr(dragged_files.DraggedFiles, "file_of", lost)
    pull(first_picture(window))
    assert not dragged
    assert "The picture is gone." in "".join(window.errors.lines)
