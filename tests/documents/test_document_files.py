"""Documents are read in a process of their own; what is wrong with one is a sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.documents import files, limits
from fanlight.documents.files import is_document, page_pictures, page_with_lines, read_document, read_document_bytes
from fanlight.documents.pdf import in_reading_order, tidied
from fanlight.domain.document_errors import DocumentError, PasswordNeeded
from fanlight.domain.stop import StopFlag
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import ParserCrashed
from support import parser_tasks
from support.pdf_files import pdf, pdf_file

BLUE = b"0 0 1 rg 0 0 595 842 re f"


def test_each_page_has_its_text_and_its_lines(tmp_path: Path) -> None:
    path = pdf_file(tmp_path / "menu.pdf", ["Soup (hot)\nBread", "", "Café crème"])
    document = read_document(path)
    assert document.texts == ("Soup (hot)\nBread", "", "Café crème")
    assert (document.name, document.kind, document.page_count) == ("menu.pdf", "pdf", 3)
    assert document.data == path.read_bytes()


def test_what_was_filled_into_a_form_and_notes_are_read_and_drawn() -> None:
    document = read_document_bytes(pdf(["Name:"], note="Call back", filled_in="Ada Lovelace"), "form.pdf")
    assert "Ada Lovelace" in document.texts[0]
    assert "Call back" in document.texts[0]
    (empty,) = page_pictures(read_document_bytes(pdf(["Name:"]), "form.pdf"), [1], 200)
    image, lines = page_with_lines(document, 1, 200)
    assert image.rgb.count(b"\xff") < empty.rgb.count(b"\xff")
    assert {"Ada Lovelace", "Call back"} <= {line.text for line in lines}


def test_letters_without_a_meaning_are_no_text() -> None:
    """Some programs leave out what a font's glyphs mean: the page is as a scan."""
    written = b"BT /F2 12 Tf 50 700 Td <00410042004300440045004600470048> Tj ET"
    known = b"BT /F1 12 Tf 50 650 Td (A page with a symbol that nobody knows: ) Tj /F2 12 Tf <0041> Tj ET"
    assert read_document_bytes(pdf([written, known]), "a.pdf").texts[0] == ""
    assert "nobody knows" in read_document_bytes(pdf([written, known]), "a.pdf").texts[1]


@pytest.mark.parametrize(
    ("drawn", "written"),
    [
        ("of\ufb01ce \ufb02ow", "office flow"),
        ("\ufee3\ufeae\ufea3\ufe92\ufe8e", "مرحبا"),
        ("co\u00ad\noperate, sand\u00adbox", "cooperate, sandbox"),
        ("under\x02\r\nstand", "understand"),
        ("a\u200bb\ufeff", "ab"),
    ],
)
def test_letters_are_those_that_people_write(drawn: str, written: str) -> None:
    assert tidied(drawn) == written


class DrawnLetters:
    """A page of text of PDFium's: of each letter, how far right it is."""

    def __init__(self, *places: float) -> None:
        self._places = places

    def get_charbox(self, letter: int) -> tuple[float, float, float, float]:
        return self._places[letter], 10.0, self._places[letter] + 5, 20.0


@pytest.mark.parametrize(
    ("found", "places", "read"),
    [
        ("שלום", (40, 30, 20, 10), "שלום"),
        ("םולש", (10, 20, 30, 40), "שלום"),
        ("יביבח", (60, 60, 60, 60, 60), "חביבי"),
        ("سالم", (40, 30, 30, 20), "سلام"),
        ("الخ", (40, 30, 30), "الخ"),
        ("ab cd", (10, 20, 30, 40, 50), "ab cd"),
        ("a ג ב", (1, 2, 3, 4, 5), "a ב ג"),
    ],
)
def test_what_is_read_from_the_right_is_in_the_order_in_which_it_is_read(
    found: str, places: tuple[float, ...], read: str
) -> None:
    assert in_reading_order(DrawnLetters(*places), found) == read


def test_it_is_recognized_by_its_content_whatever_it_is_called(tmp_path: Path) -> None:
    path = pdf_file(tmp_path / "scan.png", ["Text"])
    assert is_document(path, path.name)
    assert read_document(path).texts == ("Text",)


@pytest.mark.parametrize("name", ["photo.png", "song.mp3", "data"])
def test_other_files_are_no_documents(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n")
    assert not is_document(tmp_path / name, name)
    assert not is_document(tmp_path / "missing.txt", "missing.txt")
    assert not is_document(tmp_path, "folder.txt")


def test_a_password_is_asked_for_and_reads_it() -> None:
    data = pdf(["Secret text"], password="fan light")
    with pytest.raises(PasswordNeeded, match="is protected by a password"):
        read_document_bytes(data, "a.pdf")
    with pytest.raises(PasswordNeeded, match=r"This is not the password of “a\.pdf”"):
        read_document_bytes(data, "a.pdf", "other")
    assert read_document_bytes(data, "a.pdf", "fan light").texts == ("Secret text",)


def _endless() -> bytes:
    """A page tree that is its own child."""
    return pdf(["x"]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n" + bytes(range(64)), "damaged"),
        (pdf(["x" * 500])[:-400].replace(b"/Catalog", b"/Cat"), "damaged"),
        (pdf([]), "(damaged|no pages)"),
        (b"no document at all", "not a document"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as refused:
        read_document_bytes(data, "" if data[:2] == b"no" else "a.pdf")
    assert refused.value.hint


def test_a_tree_of_pages_that_is_its_own_child_ends() -> None:
    document = read_document_bytes(_endless(), "a.pdf")
    assert document.texts == ("",)
    with pytest.raises(DocumentError, match=r"Page 1 of “a\.pdf” is damaged"):
        page_pictures(document, [1], 200)


def test_a_file_that_was_cut_off_gives_what_is_there_or_a_sentence() -> None:
    whole = pdf([f"Page {number}" for number in range(20)])
    for end in range(100, len(whole), len(whole) // 8):
        try:
            read = read_document_bytes(whole[:end], "a.pdf").texts
        except DocumentError as error:
            read = (error.message,)
        assert len(read) <= 20
        assert all("“a.pdf”" in text or "Page" in text or not text for text in read)


def test_files_that_are_not_there_or_no_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        read_document(tmp_path / "missing.pdf")
    with pytest.raises(DocumentError, match="is a folder"):
        read_document(tmp_path)
    os.mkfifo(tmp_path / "pipe.pdf")
    with pytest.raises(DocumentError, match="is a pipe"):
        read_document(tmp_path / "pipe.pdf")


def test_too_large_too_many_pages_and_too_much_text_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(limits.MAX_BYTES + 1)
    with pytest.raises(DocumentError, match="at most 128 MB"):
        read_document(large)
    monkeypatch.setattr(files, "MOST_LETTERS", 20)
    with pytest.raises(DocumentError, match="million letters"):
        read_document_bytes(pdf(["twelve words"] * 3), "a.pdf")
    with pytest.raises(DocumentError, match="has 5,001 pages"):
        limits.check_pages(limits.MOST_PAGES + 1, "“a.pdf”")


def test_pages_are_drawn_on_white_at_the_wanted_size() -> None:
    document = read_document_bytes(pdf(["Text", BLUE]), "a.pdf")
    text, blue = page_pictures(document, [1, 2], 200)
    assert (text.width, text.height) == (blue.width, blue.height)
    assert blue.height == 200
    assert abs(blue.width - 200 * 595 / 842) <= 1
    assert blue.rgb[:3] == b"\0\0\xff"
    assert text.rgb[:3] == b"\xff\xff\xff"
    assert min(text.rgb) < 200


@pytest.mark.parametrize(("size", "said"), [((4, 14000), "too narrow"), ((14000, 4), "too narrow")])
def test_a_page_of_an_odd_shape_is_said(size: tuple[float, float], said: str) -> None:
    document = read_document_bytes(pdf(["x"], size=size), "a.pdf")
    with pytest.raises(DocumentError, match=said):
        page_pictures(document, [1], 512)


def test_a_page_that_is_not_there_is_said() -> None:
    document = read_document_bytes(pdf(["x"]), "a.pdf")
    with pytest.raises(DocumentError, match="has no page 2"):
        page_pictures(document, [2], 512)


@pytest.mark.parametrize(
    "replies",
    [
        [],
        [Packet({"pages": 0})],
        [Packet({"pages": 2}), Packet({}, [b"x"])],
        [Packet({"pages": 1}), Packet({}, [b"x"]), Packet({}, [b"x"])],
        [Packet({"pages": 1}), Packet({}, [])],
        [Packet({"pages": True}), Packet({}, [b"x"])],
        [Packet({"pages": 10**9})],
    ],
)
def test_nonsense_from_the_process_is_refused(replies: list[Packet]) -> None:
    with pytest.raises(ParserCrashed):
        files._collected((reply for reply in replies), "“a.pdf”")


@pytest.fixture
def broken_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Processes that know `support.parser_tasks`, one of which can be put in the reader's place."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    files.parser().end_all()
    yield monkeypatch
    files.parser().end_all()


@pytest.mark.parametrize("task", [parser_tasks.crash, parser_tasks.fail, parser_tasks.answer_never])
def test_a_process_that_dies_costs_one_document(broken_reader: pytest.MonkeyPatch, task: Any) -> None:
    with broken_reader.context() as patch:
        patch.setattr(files, "read_pdf", task)
        with pytest.raises(DocumentError, match=r"^“a\.pdf” cannot be read"):
            read_document_bytes(pdf(["x"]), "a.pdf")
    assert read_document_bytes(pdf(["x"]), "a.pdf").texts == ("x",)


def test_reading_can_be_stopped(broken_reader: pytest.MonkeyPatch) -> None:
    broken_reader.setattr(files, "read_pdf", parser_tasks.sleep)
    stop = StopFlag()
    stop.set()
    with pytest.raises(DocumentError, match="was not read to its end"):
        read_document_bytes(pdf(["x"]), "a.pdf", stop=stop)


def test_one_that_never_ends_is_a_sentence(broken_reader: pytest.MonkeyPatch) -> None:
    broken_reader.setattr(files, "read_pdf", parser_tasks.sleep)
    broken_reader.setattr(files, "SECONDS", 0.2)
    with pytest.raises(DocumentError, match=r"was not decoded within 0\.2 s"):
        read_document_bytes(pdf(["x"]), "a.pdf")
    broken_reader.setattr(files, "read_pdf", parser_tasks.count_pages)
    broken_reader.setattr(files, "SECONDS", 15)
    broken_reader.setattr(files, "TOTAL_SECONDS", 0)
    with pytest.raises(DocumentError, match="was not decoded within 0 s"):
        read_document_bytes(pdf(["x"]), "a.pdf")
