"""Of long documents, the page that answers a question is among those that the model is given."""

from __future__ import annotations

import pytest

from fanlight.documents.page_index import PageIndex
from support.citing import asked_about
from support.long_documents import COUNTS, QUESTIONS_EACH, long_documents


@pytest.mark.gui
def test_the_page_that_answers_is_given_and_its_citation_shows_it(qapp: object) -> None:
    asked = [one for document in long_documents() for one in asked_about(document, 8192)]
    missed = [one for one in asked if not one.is_given]
    assert len(COUNTS) * QUESTIONS_EACH == len(asked) == 60
    assert len(missed) <= 3, missed
    assert all(len(one.given) < 14 for one in asked)
    assert [one for one in asked if one.is_given and one.shown_page != one.page] == []
    assert {one.shown_page for one in missed} <= {None}


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
