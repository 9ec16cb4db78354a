"""Conversations as pages: nothing is cut through, formulas and pictures are in it, and a stop leaves nothing."""

from __future__ import annotations

import re
import zlib
from array import array
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from fanlight.core.chat.formula_typesetter import FormulaTypesetter
from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.errors import StoreError
from fanlight.domain.messages import TextPart
from fanlight.domain.picture_regions import REGION_COLORS
from fanlight.domain.stored import StoredPicture
from fanlight.markdown.typesetting import FormulaOutline
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.ui.theme import LIGHT
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.window import pdf_export
from fanlight.ui.window.pdf_pages import PageText, PdfPages
from support.chat_samples import CODE, PROSE
from support.whole_window import WholeWindow
from support.window_hands import Open
from support.windows import picture_file

pytestmark = pytest.mark.gui

TABLE = "| a | b |\n|---|---|\n" + "".join(f"| row {n} | {'many words ' * 9} |\n" for n in range(40))
SQUARE = FormulaOutline(1.0, 1.0, 0.0, "MLLLZ", array("f", (0, 0, 1, 0, 1, -1, 0, -1)))
BOX = '{"bbox_2d": [100, 100, 900, 900], "label": "all"}'
LONG = f"{PROSE * 4}\n\n{TABLE}\n\n```python\n{CODE * 5}\n```\n\n" + f"{PROSE}\n\n" * 8


@pytest.fixture
def window(home: Path, tmp_path: Path, open_window: Open, qtbot: Any) -> WholeWindow:
    data = picture_file(tmp_path, size=(900, 500)).read_bytes()
    picture = StoredPicture(name_of(data), "png", "shapes.png", 900, 500, "id")
    lost = StoredPicture("0" * 64, "png", "lost.png", 900, 500, "id")
    asked = ArchivedMessage("user", (lost, picture, TextPart("What is it?")), created=1.7e9)
    database = Database(home)
    for title, text in (("Short", f"A circle, $x^2$. Image 2: {BOX}"), ("Long", LONG)):
        messages = (asked, ArchivedMessage("assistant", (TextPart(text),), created=1.7e9))
        database.importing.add(ArchivedConversation(title, 1.7e9, 1.7e9, messages, False, {name_of(data): data}))
    database.close()
    made = open_window()
    qtbot.waitUntil(lambda: len(made.sidebar.ids) == 2)
    return made


def save_as(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    def chosen(_parent: object, _title: str, _place: str, filters: str) -> tuple[str, str]:
        return str(place), next(one for one in filters.split(";;") if "pdf" in one)

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)


def pages_in(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", data))


def test_conversations_are_exported_as_pages(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, drawn, picture = tmp_path / "all.pdf", list[QImage](), PdfPages.picture

    def kept(pages: PdfPages, image: QImage) -> None:
        drawn.append(image)
        picture(pages, image)

    monkeypatch.setattr(PdfPages, "picture", kept)
    save_as(monkeypatch, place)
    window.archiving.exporting.export_all()
    qtbot.waitUntil(lambda: window.offers.lines == (f"2 conversations are in {place}.",))
    data = place.read_bytes()
    assert data.startswith(b"%PDF")
    assert pages_in(data) >= 5
    assert data.count(b"/Subtype /Image") >= 1
    assert list(tmp_path.glob("all*")) == [place]
    assert len(drawn) == 3  # that of each question, and once more with the box
    colors = [image.pixelColor(90, 250).name() for image in drawn]
    assert colors.count(REGION_COLORS[0]) == 1


def test_a_file_that_cannot_be_written_is_one_sentence(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_as(monkeypatch, tmp_path / "none" / "all.pdf")
    window.archiving.exporting.export_all()
    qtbot.waitUntil(lambda: "cannot be written" in "".join(window.offers.lines))


def test_a_stop_and_an_unreadable_conversation_leave_nothing(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_as(monkeypatch, tmp_path / "all.pdf")
    window.archiving.exporting.export_all()
    window.offers.button.click()
    qtbot.waitUntil(lambda: not window.archiving.exporting.findChildren(pdf_export.PdfExport))
    assert not list(tmp_path.glob("all*"))

    def broken(*_arguments: object) -> None:
        raise StoreError("It cannot be read.")

    monkeypatch.setattr(Database, "messages", broken)
    window.archiving.exporting.export_all()
    qtbot.waitUntil(lambda: window.archiving.exporting._export is None)
    qtbot.waitUntil(lambda: "It cannot be read." in "".join(window.errors.lines))
    qtbot.waitUntil(lambda: not window.archiving.exporting.findChildren(pdf_export.PdfExport))
    assert not list(tmp_path.glob("all*"))


def test_pages_end_between_lines(qapp: Any) -> None:
    text = PageText(LONG, TextStyles(LIGHT), 600, markdown=True)
    lines, cuts = sorted(text._lines()), text.cuts()
    assert len(cuts) > 100
    assert cuts[-1] == text.height
    for cut in cuts[:-1]:
        assert not [line for line in lines if line[0] < cut - 0.5 and line[1] > cut + 0.5]


def test_a_line_that_is_higher_than_a_page_ends_and_long_questions_go_on(qapp: Any) -> None:
    device = QBuffer()
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    looks = TextStyles(LIGHT)
    pages = PdfPages(device, "x", looks)
    pages.text(PageText("word " * 9_000, looks, pages.width - 24, markdown=False), LIGHT.bubble, 12)
    pages.height = 10
    pages.next_page()
    pages.text(PageText("a\n\nb", looks, pages.width, markdown=True))
    assert pages.finish()
    assert pages_in(bytes(device.data().data())) > 8


def test_text_waits_for_its_formulas(qtbot: Any) -> None:
    typesetter = FormulaTypesetter(make=lambda source: SQUARE if "x" in source else None)
    text = PageText("A $x^2$ and $y$.", TextStyles(LIGHT, 100, typesetter), 600, markdown=True)
    assert not text.is_whole()
    qtbot.waitUntil(text.is_whole)
    assert [one.drawn for one in text._writer.formulas] == [True, False]
    typesetter.worker.close()


def test_what_is_drawn_is_in_the_file(qapp: Any) -> None:
    def size_of(text: str) -> int:
        device = QBuffer()
        device.open(QIODevice.OpenModeFlag.WriteOnly)
        looks = TextStyles(LIGHT)
        pages = PdfPages(device, "x", looks)
        pages.text(PageText(text, looks, pages.width, markdown=True))
        pages.finish()
        streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", bytes(device.data().data()), re.DOTALL)
        return max(len(_inflated(one)) for one in streams[:2])

    assert size_of(PROSE * 3) > size_of("a") + 500


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
