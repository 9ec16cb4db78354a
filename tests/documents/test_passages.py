"""The lines of a page that an answer is about."""

from __future__ import annotations

from fanlight.documents.files import page_with_lines, read_document_bytes
from fanlight.documents.passages import PageLine, passage_lines
from support.pdf_files import pdf

TEXTS = ["The pump is blue.", "The valve opens slowly.", "The guarantee ends after thirty months.", "The end."]
LINES = [PageLine(text, 0.1, 0.1 * place, 0.9, 0.1 * place + 0.08) for place, text in enumerate(TEXTS)]


def test_they_have_its_rare_words() -> None:
    assert passage_lines(LINES, "The guarantee of it ends after thirty months") == [LINES[2]]
    assert passage_lines(LINES, "It opens slowly, the valve.") == [LINES[1]]


def test_nothing_is_marked_for_other_words() -> None:
    assert passage_lines(LINES, "Nobody knows") == []
    assert passage_lines(LINES, "") == []
    assert passage_lines([], "anything") == []


def test_a_page_says_where_its_lines_are() -> None:
    document = read_document_bytes(pdf(["\n".join(TEXTS)]), "a.pdf")
    image, lines = page_with_lines(document, 1, 842)
    assert [line.text for line in lines] == TEXTS
    assert all(0 <= line.left < line.right <= 1 and 0 <= line.top < line.bottom <= 1 for line in lines)
    assert [line.top for line in lines] == sorted(line.top for line in lines)
    first = lines[0]
    rows = range(round(first.top * image.height), round(first.bottom * image.height))
    assert any(min(image.rgb[3 * row * image.width : 3 * (row + 1) * image.width]) < 128 for row in rows)
    above = range(max(0, rows.start - 12), rows.start - 4)
    assert all(min(image.rgb[3 * row * image.width : 3 * (row + 1) * image.width]) == 255 for row in above)
