"""Text files are given as they are, whatever their encoding."""

from __future__ import annotations

import codecs

import pytest

from fanlight.documents import text_files
from fanlight.documents.files import read_document_bytes
from fanlight.documents.text_files import PAGE_LETTERS, decode_text, text_pages
from fanlight.domain.document_errors import DocumentError

WORDS = "Größe; naïve; 42\n"


@pytest.mark.parametrize(
    "data",
    [
        WORDS.encode(),
        codecs.BOM_UTF8 + WORDS.encode(),
        WORDS.encode("utf-16"),
        WORDS.encode("utf-32"),
        WORDS.encode("utf-16-le"),
        WORDS.encode("utf-16-be"),
        WORDS.encode("cp1252"),
        WORDS.replace("\n", "\r\n").encode(),
    ],
)
def test_it_is_read_in_the_encoding_that_it_has(data: bytes) -> None:
    assert decode_text(data, "“a.csv”") == WORDS


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x7fELF" + bytes(200), b"\xff\xfe", b"\0" * 40])
def test_what_is_no_text_is_said(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"“a\.txt” is not text"):
        read_document_bytes(data, "a.txt")


def test_too_much_of_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "MAX_TEXT_BYTES", 100)
    with pytest.raises(DocumentError, match="at most 0 MB"):
        read_document_bytes(b"x" * 101, "a.txt")


@pytest.mark.parametrize(
    "text",
    ["short", "word " * 5000, "line of a file\n" * 2000, "x" * 10_000, "a\n\nb" * 3000, "é" * (PAGE_LETTERS + 1)],
)
def test_its_pages_are_the_text_again(text: str) -> None:
    pages = text_pages(text)
    assert "".join(pages) == text
    assert max(map(len, pages)) <= PAGE_LETTERS


def test_pages_end_where_lines_do() -> None:
    assert all(page.endswith("\n") for page in text_pages("a line of text\n" * 1000))


def test_a_text_file_is_a_document() -> None:
    document = read_document_bytes(b"name,age\nAda,36\n", "people.csv")
    assert (document.kind, document.texts) == ("text", ("name,age\nAda,36\n",))
