"""A document that is dropped becomes a chip, and its pages go with the question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from fanlight.core.chat import page_texts
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.composer.attaching import describe_drop
from fanlight.ui.composer.document_password import DocumentPasswordDialog
from support.pdf_files import numbered_pages, pdf_file
from support.reading import FakeReader
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, read, ready, texts

pytestmark = pytest.mark.gui


def test_it_is_dropped_asked_about_and_answered(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    engine = ScriptedEngine(["Thirty months [p. 31]."])
    window: WholeWindow = open_window(engine)
    ready(qtbot, window)
    words = {31: "The guarantee of the pump ends after thirty months."}
    drop(window, mime_of(pdf_file(tmp_path / "manual.pdf", numbered_pages(40, words))))
    (chip,) = read(qtbot, window, 1)
    qtbot.waitUntil(lambda: chip.facts == "40 pages")
    assert chip.accessibleName().startswith("Document manual.pdf, 40 pages")
    assert chip.page.isHidden()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    viewer = window.page_viewing.viewer
    assert viewer is not None
    assert viewer.strip.count() == 40
    viewer.strip.item(4).setCheckState(Qt.CheckState.Checked)
    viewer.close()
    assert "have it summarized" in window.composer.input._invitation
    ask(qtbot, window, "How long is the guarantee of the pump?")
    answered(qtbot, window)
    assert texts(window) == ["How long is the guarantee of the pump?", "Thirty months [p. 31]."]
    (part,) = engine.asked[-1][-1].documents
    assert {5, 31} <= set(part.pages)
    assert "thirty months" in part.text
    assert window.transcript.entries()[0].captions[0].startswith("manual.pdf, pages ")


def test_a_long_scan_is_asked_about_before_all_of_it_is_read(
    qtbot: Any, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_texts, "SIDE", 200)
    engine = ScriptedEngine(["A list."])
    window: WholeWindow = open_window(engine, load_reader=lambda: FakeReader(["Bread and soup"]))
    ready(qtbot, window)
    drop(window, mime_of(pdf_file(tmp_path / "scan.pdf", [""] * 12)))
    (chip,) = read(qtbot, window, 1)
    qtbot.waitUntil(lambda: chip.facts.startswith("12 pages"), timeout=20_000)
    ask(qtbot, window, "What is on page 2?")
    answered(qtbot, window)
    (part,) = engine.asked[-1][-1].documents
    assert "Bread and soup" in part.text
    assert "This page has no text" not in part.text
    current = window._core.session_manager.current
    qtbot.waitUntil(lambda: all(current.pages.documents[0].texts), timeout=20_000)
    qtbot.waitUntil(lambda: "being read" not in window.transcript.entries()[0].captions[0])


def test_a_protected_one_asks_for_its_password(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["Ok."]))
    ready(qtbot, window)

    def dialogs() -> list[DocumentPasswordDialog]:
        return [one for one in window.findChildren(DocumentPasswordDialog) if one.isVisible()]

    drop(window, mime_of(pdf_file(tmp_path / "a.pdf", ["Inside"], password="open")))
    qtbot.waitUntil(lambda: len(dialogs()) == 1, timeout=20_000)
    (dialog,) = dialogs()
    assert dialog.field.echoMode() == QLineEdit.EchoMode.Password
    assert not dialog.ok_button.isEnabled()
    dialog.field.setText("wrong")
    dialog.ok_button.click()
    qtbot.waitUntil(lambda: any(one is not dialog for one in dialogs()), timeout=20_000)
    second = next(one for one in dialogs() if one is not dialog)
    second.field.setText("open")
    second.ok_button.click()
    (chip,) = read(qtbot, window, 1)
    qtbot.waitUntil(lambda: chip.facts == "1 page", timeout=20_000)
    drop(window, mime_of(pdf_file(tmp_path / "b.pdf", ["Inside"], password="open")))
    qtbot.waitUntil(lambda: len(dialogs()) == 1, timeout=20_000)
    dialogs()[0].reject()
    qtbot.waitUntil(lambda: len(window.composer.chips.chips) == 1)


def test_one_that_cannot_be_read_is_a_sentence(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["Ok."]))
    ready(qtbot, window)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing")
    drop(window, mime_of(tmp_path / "broken.pdf"))
    qtbot.waitUntil(lambda: "broken.pdf" in window.errors.text.text(), timeout=20_000)
    assert not window.composer.chips.chips


def test_a_drop_is_described(tmp_path: Path) -> None:
    pdf_file(tmp_path / "a.pdf", ["x"])
    (tmp_path / "b.csv").write_text("a,b", "utf-8")
    assert describe_drop(mime_of(tmp_path / "a.pdf")) == "Drop to add the document to your question"
    both = describe_drop(mime_of(tmp_path / "a.pdf", tmp_path / "b.csv"))
    assert both == "Drop to add the documents to your question"
