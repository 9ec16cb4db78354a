"""Of long documents, the page that answers a question is among those that the model is given."""

from __future__ import annotations

from fanlight.documents.page_index import PageIndex
from fanlight.domain.documents import room_for_pages
from support.long_documents import COUNTS, QUESTIONS_EACH, long_documents


def test_the_page_that_answers_is_given() -> None:
    missed = []
    for document in long_documents():
        index = PageIndex(document.pages)
        chosen = {question: index.chosen(question, room_for_pages(8192)) for question, _page in document.asked}
        missed += [(document.name, question) for question, page in document.asked if page not in chosen[question]]
        assert all(len(pages) < 14 for pages in chosen.values())
    assert len(COUNTS) * QUESTIONS_EACH == 60
    assert len(missed) <= 3, missed


def test_words_that_stand_together_count_more_than_words_of_a_page() -> None:
    pages = ["The front pump is red. " * 20 + "The rear valve weighs 3 kilograms."] * 30
    pages[20] = "The rear pump is red. " * 20 + "The front valve weighs 7 kilograms."
    assert PageIndex(pages).ranked("How many kilograms does the front valve weigh?")[0] == 21


def test_what_only_the_heading_names_is_found() -> None:
    pages = [f"Chapter {n}: The pump of hall {n * 7 % 40}\n" + "It is red and large. " * 40 for n in range(40)]
    pages[13] = "Chapter 13: The crusher\n" + "It is red and large. " * 40 + "It takes 400 watts."
    assert PageIndex(pages).ranked("How many watts does the crusher take?")[0] == 14


def test_a_pasted_page_is_a_question_too() -> None:
    document = next(long_documents())
    assert PageIndex(document.pages).ranked(document.pages[11])[0] == 12


def test_words_of_every_page_are_found_where_there_are_no_others() -> None:
    assert PageIndex(["a pump is red", "a valve", "the pump"]).ranked("pump") == [3, 1]
    assert len(PageIndex([f"the pump {number} is red" for number in range(90)]).ranked("the pump")) in (0, 90)
