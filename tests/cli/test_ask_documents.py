"""`fanlight ask -i` with documents, in this process, answered from a script."""

from __future__ import annotations

import getpass
import io
import sys
from pathlib import Path

import pytest

from fanlight.settings import Settings
from support.command_line import Run, Script
from support.pdf_files import numbered_pages, pdf, pdf_file


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    words = {31: "The guarantee of the pump ends after thirty months."}
    return pdf_file(tmp_path / "manual.pdf", numbered_pages(60, words))


def test_a_short_document_is_given_whole(fanlight: Run, scripted: Script, tmp_path: Path) -> None:
    engine = scripted("Soup [p. 2].")
    ran = fanlight("ask", "-i", pdf_file(tmp_path / "menu.pdf", ["Bread", "Soup"]), "What is hot?")
    assert (ran.status, ran.out, ran.err) == (0, "Soup [p. 2].\n", "")
    (question,) = engine.asked[0]
    assert question.text.startswith("From the document “menu.pdf” (2 pages).")
    assert "[p. 1]\nBread\n\n[p. 2]\nSoup" in question.text
    assert question.text.endswith("\n\nWhat is hot?")
    assert question.images == ()


def test_of_a_long_one_the_pages_that_the_question_needs_are_given(
    fanlight: Run, scripted: Script, manual: Path
) -> None:
    engine = scripted("Thirty months.")
    ran = fanlight("ask", "-i", manual, "How long is the guarantee of the pump?")
    assert ran.status == 0
    assert "it is given the pages" in ran.err
    assert "manual.pdf#2-4" in ran.err
    text = engine.asked[0][0].text
    assert "[p. 31]\n" in text
    assert "thirty months" in text
    assert text.count("[p. ") < 20


def test_pages_can_be_named(fanlight: Run, scripted: Script, manual: Path) -> None:
    engine = scripted("Ok.")
    ran = fanlight("ask", "-i", f"{manual}#2-3", "What is it about?")
    assert (ran.status, ran.err) == (0, "")
    text = engine.asked[0][0].text
    assert "(pages 2–3 of 60)" in text
    assert "[p. 3]\n" in text
    assert "[p. 4]" not in text
    ran = fanlight("ask", "-i", f"{manual}#61", "What is it about?")
    assert ran.status == 3
    assert "“manual.pdf” has 60 pages; there is no page 61." in ran.err


def test_a_page_without_text_is_a_picture_for_a_model_that_has_eyes(
    fanlight: Run, scripted: Script, tmp_path: Path
) -> None:
    engine = scripted("Blue.")
    scan = pdf_file(tmp_path / "scan.pdf", ["Text", b"0 0 1 rg 0 0 595 842 re f"])
    assert fanlight("ask", "-i", scan, "Which color is it?").status == 0
    (question,) = engine.asked[0]
    (image,) = question.images
    assert image.height == Settings().picture_side
    assert image.rgb[:3] == b"\0\0\xff"
    assert "[p. 2]\n(This page is one of the pictures.)" in question.text


def test_a_model_without_vision_is_told_that_pages_are_left_out(
    fanlight: Run, scripted: Script, tmp_path: Path
) -> None:
    engine = scripted("?", supports_images=False)
    ran = fanlight("ask", "-i", pdf_file(tmp_path / "scan.pdf", ["Text", ""]), "What is it?")
    assert ran.status == 0
    assert "Page 2 of “scan.pdf” has no text and is left out." in ran.err
    assert "ask --ocr" in ran.err
    assert "[p. 2]\n(This page has no text.)" in engine.asked[0][0].text


def test_documents_and_pictures_go_together(fanlight: Run, scripted: Script, picture: Path, tmp_path: Path) -> None:
    engine = scripted("Ok.")
    notes = tmp_path / "notes.md"
    notes.write_text("# Notes\nThe circle is red.\n", "utf-8")
    assert fanlight("ask", "-i", picture, "-i", notes, "Is it right?").status == 0
    (question,) = engine.asked[0]
    assert len(question.images) == 1
    assert "The circle is red." in question.text


def test_a_document_comes_from_stdin(fanlight: Run, scripted: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = scripted("Ok.")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pdf(["Piped text"]))))
    assert fanlight("ask", "-i", "-", "What is it?").status == 0
    assert "Piped text" in engine.asked[0][0].text


def test_without_a_terminal_a_protected_document_is_said(fanlight: Run, scripted: Script, tmp_path: Path) -> None:
    scripted("Ok.")
    ran = fanlight("ask", "-i", pdf_file(tmp_path / "a.pdf", ["x"], password="open"), "What is it?")
    assert ran.status == 3
    assert "is protected by a password" in ran.err
    assert "without its password" in ran.err


def test_on_a_terminal_its_password_is_asked_for(
    fanlight: Run, scripted: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = scripted("Ok.")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: "open")
    assert fanlight("ask", "-i", pdf_file(tmp_path / "a.pdf", ["Inside"], password="open"), "What?").status == 0
    assert "Inside" in engine.asked[0][0].text
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: "other")
    assert "This is not the password" in fanlight("ask", "-i", tmp_path / "a.pdf", "What?").err


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\nnothing"])
def test_a_damaged_document_is_a_sentence(fanlight: Run, scripted: Script, tmp_path: Path, data: bytes) -> None:
    scripted("Ok.")
    (tmp_path / "broken.pdf").write_bytes(data)
    ran = fanlight("ask", "-i", tmp_path / "broken.pdf", "What is it?")
    assert ran.status == 3
    assert "broken.pdf" in ran.err
    assert "Traceback" not in ran.err
