"""The pages that a question needs are among those that the model is given."""

from __future__ import annotations

import pytest

from fanlight.documents.page_index import PageIndex
from fanlight.domain.documents import Document, given_text, page_ranges, page_tokens, room_for_pages
from support.pdf_files import numbered_pages

PAGES = numbered_pages(
    60,
    {
        7: "The guarantee of the pump ends after thirty months.",
        23: "Die Gewährleistungsfristen betragen zwei Jahre.",
        31: "水泵的保修期为三十个月。",
        42: "Invoice number 4711 was paid in Lisbon.",
        55: "The appendix lists the valves.",
    },
)
ROOM = 8 * page_tokens(PAGES[0])


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("How long is the guarantee of the pump?", 7),
        ("guarantees?", 7),
        ("Welche Gewährleistungsfrist gilt?", 23),
        ("水泵的保修期是多久？", 31),
        ("Where was 4711 paid?", 42),
        ("What is on page 50?", 50),
        ("Was steht auf Seite 12?", 12),
        ("Summarise pp. 33-34.", 34),
        ("list of VALVES", 55),
    ],
)
def test_the_right_page_is_given(question: str, page: int) -> None:
    chosen = PageIndex(PAGES).chosen(question, ROOM)
    assert page in chosen
    assert chosen == tuple(sorted(set(chosen)))
    assert sum(page_tokens(PAGES[number - 1]) for number in chosen) <= ROOM


def test_what_was_looked_up_while_it_was_typed_is_not_looked_up_again() -> None:
    index, asked = PageIndex(PAGES), list[str]()
    index._database.set_trace_callback(asked.append)
    first = index.ranked("Where was 4711 paid?")
    count = len(asked)
    assert count > 2
    first.clear()  # the caller's own
    assert index.ranked("Where was 4711 paid?")[0] == 42
    assert len(asked) == count
    index.ranked("Where was 4711 paid? And when?")
    assert sum("vocabulary" in sql for sql in asked[count:]) == 2  # the new words
    assert index.ranked("pump")[0] == 7


def test_the_pages_beside_the_best_one_come_along() -> None:
    assert {41, 42, 43} <= set(PageIndex(PAGES).chosen("invoice 4711", ROOM))


def test_a_short_document_is_given_whole() -> None:
    assert PageIndex(["one", "", "three"]).chosen("anything", 1000) == (1, 2, 3)


@pytest.mark.parametrize("question", ["", "?!", '"; DROP TABLE page; --', "NEAR(a b)", "* OR AND", "x" * 5000, "l'été"])
def test_any_question_can_be_asked(question: str) -> None:
    assert PageIndex(PAGES).chosen(question, ROOM)


def test_without_a_word_in_common_it_is_given_from_its_beginning() -> None:
    assert PageIndex(PAGES).chosen("zzz", ROOM)[:3] == (1, 2, 3)


def test_what_the_model_has_already_is_not_given_again() -> None:
    index = PageIndex(PAGES)
    first = index.chosen("invoice 4711", ROOM)
    assert not set(first) & set(index.chosen("invoice 4711", ROOM, left_out=first))
    assert PageIndex(["a", "b"]).chosen("a", 100, left_out=(1, 2)) == ()


def test_one_page_is_given_even_where_none_fits() -> None:
    assert len(PageIndex(["word " * 4000, "other " * 4000]).chosen("other", 10)) == 1


def test_the_model_is_told_which_pages_it_has() -> None:
    document = Document("id", "a.pdf", "pdf", ("One", "", "Three", "Four"))
    text = given_text(document, (2, 3, 4), pictured=(2,))
    assert text.startswith("From the document “a.pdf” (pages 2–4 of 4). Cite the pages that you use, as in [p. 2].")
    assert "[p. 2]\n(This page is one of the pictures.)\n\n[p. 3]\nThree\n\n[p. 4]\nFour" in text
    assert "(4 pages)" in given_text(document, (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("pages", "said"), [([], ""), ([3], "3"), ([1, 2, 3, 7, 9, 10], "1–3, 7, 9–10"), ([2, 1], "1–2")]
)
def test_pages_are_named_in_ranges(pages: list[int], said: str) -> None:
    assert page_ranges(pages) == said


def test_the_room_is_a_share_of_the_context() -> None:
    assert room_for_pages(10_000) == 6000
    assert room_for_pages(0) == room_for_pages(None) == room_for_pages(4096)
