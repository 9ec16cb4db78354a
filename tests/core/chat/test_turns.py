"""What is shown, what is sent and what is said of it, as values."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from fanlight import i18n
from fanlight.core.chat.answer import Answer
from fanlight.core.chat.answer_footer import AnswerTimings, footer_text, seconds
from fanlight.core.chat.turns import Attachment, Turn, prompt, question
from fanlight.domain.events import Finished, TextDelta, ThinkingDelta, Timings
from fanlight.domain.messages import Image, Message, Picture
from fanlight.domain.titles import title_of
from fanlight.ui.window.conversation_list import group_of


def attached(width: int, height: int, original: tuple[int, int], tokens: int = 0) -> Attachment:
    image = Image.of(width, height, bytes(width * height * 3))
    return Attachment.of_picture(Picture(image, b"", "png", *original), Image.of(1, 1, bytes(3)), tokens)


def answer(text: str) -> Turn:
    return Turn(Message.of("assistant", text))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("What is this?", "What is this?"),
        ("\n\n  What is this?  \nMore", "What is this?"),
        ("", "Picture"),
        ("word " * 30, "word word word word word word word word word word word word…"),
        ("x" * 100, "x" * 60 + "…"),
    ],
)
def test_the_title_is_the_first_line_cut_at_a_word(text: str, title: str) -> None:
    assert title_of(text) == title


def test_a_caption_says_what_the_model_is_sent_and_a_smaller_copy_says_so() -> None:
    assert attached(4, 3, (4, 3), 36).caption == "4 × 3, 36 tokens"
    assert attached(4, 3, (4, 3)).caption == "4 × 3"
    assert attached(4, 3, (4, 3)).origin == ""
    assert "4,000 × 3,000" in attached(4, 3, (4000, 3000)).origin


def test_the_prompt_holds_the_instruction_and_all_that_was_said() -> None:
    turns = [question("one", [picture := attached(1, 1, (1, 1))]), answer("A"), question("two", [])]
    messages = prompt("Be brief.", turns)
    assert [(m.role, m.text) for m in messages] == [
        ("system", "Be brief."), ("user", "one"), ("assistant", "A"), ("user", "two"),
    ]  # fmt: skip
    assert messages[1].images == (picture.image,)
    assert [m.role for m in prompt("  ", turns)] == ["user", "assistant", "user"]


def test_questions_without_an_answer_between_them_become_one() -> None:
    red, blue = attached(1, 1, (1, 1)), attached(2, 1, (2, 1))
    messages = prompt("", [question("one", [red]), answer(""), question("two", [blue])])
    assert [(m.role, m.text) for m in messages] == [("user", "one\n\ntwo")]
    assert messages[0].images == (red.image, blue.image)


def test_what_the_model_thought_is_not_sent_back() -> None:
    thought = Turn(Message.of("assistant", "A", thinking="hm"))
    assert prompt("", [question("Q", []), thought])[1].thinking == ""


def test_the_line_under_an_answer_says_where_the_time_went() -> None:
    timings = Timings(
        encode_seconds=0.41, reused_tokens=36, evaluated_tokens=12, first_token_seconds=0.2, generated_tokens=108,
        generate_seconds=2.0, images_encoded=1, device="CPU",
    )  # fmt: skip
    assert AnswerTimings(timings).text() == (
        "picture read in 0.4 s · 12 tokens read · 36 tokens known from before · first word after 0.2 s · "
        "54 tokens/s · CPU"
    )
    later = Timings(reused_tokens=1500, evaluated_tokens=1, generated_tokens=1, generate_seconds=0.5)
    assert AnswerTimings(later, 0.04, encoded_before=1.25).text() == (
        "picture read while you typed, in 1.2 s · 1 token read · 1,500 tokens known from before · "
        "first word after 0.04 s · 2.0 tokens/s"
    )
    assert AnswerTimings(Timings(evaluated_tokens=3)).text() == "3 tokens read"
    assert AnswerTimings(Timings(reused_tokens=1)).text() == "1 token known from before"
    assert AnswerTimings().text() == ""


def test_it_is_kept_as_numbers_and_worded_in_the_language_in_use(catalogs: Path) -> None:
    timings = AnswerTimings(Timings(generated_tokens=5, generate_seconds=2.0, device="CPU"), 0.25)
    kept = timings.stored()
    assert footer_text(kept) == timings.text()
    assert "2.5 tokens/s" in footer_text(kept)
    try:
        i18n.use("de", catalogs)
        assert "2,5 Token/s" in footer_text(kept)
    finally:
        i18n.use("en")


@pytest.mark.parametrize("kept", ["", "0.4 s to the first word · CPU"])
def test_a_line_that_an_older_version_kept_stays_as_it_was(kept: str) -> None:
    assert footer_text(kept) == kept


@pytest.mark.parametrize(
    "kept", ["{", "{}", '{"timings": 3}', '{"timings": {"tokens": 1}}', '{"timings": {}, "more": 1}']
)
def test_a_damaged_line_is_left_out(kept: str) -> None:
    assert footer_text(kept) == ""


@pytest.mark.parametrize(("value", "words"), [(0.004, "0.00 s"), (0.25, "0.2 s"), (9.96, "10.0 s"), (12.3, "12 s")])
def test_seconds_have_as_many_digits_as_they_are_worth(value: float, words: str) -> None:
    assert seconds(value) == words


def test_an_answer_gathers_its_words_and_thoughts() -> None:
    heard = Answer("before ", "earlier ")
    for event in (ThinkingDelta("hm"), TextDelta("one "), TextDelta("two"), Finished("stopped", Timings())):
        heard.add(event)
    heard.join_pieces()
    assert (heard.text, heard.thinking) == ("before one two", "earlier hm")
    assert heard.can_continue
    heard.add(Finished("end", Timings()))
    assert not heard.can_continue


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 11, 22), "Today"),
        (date(2026, 11, 21), "Yesterday"),
        (date(2026, 11, 16), "Last 7 days"),
        (date(2026, 11, 15), "Last 30 days"),
        (date(2026, 10, 1), "October 2026"),
    ],
)
def test_conversations_stand_under_their_date(day: date, group: str) -> None:
    noon = datetime(day.year, day.month, day.day, 12).astimezone().timestamp()
    assert group_of(noon, date(2026, 11, 22)) == group


def test_the_line_of_timings_is_worded_when_an_entry_is_in_view() -> None:
    kept = AnswerTimings(Timings(generated_tokens=5, generate_seconds=2.0)).stored()
    entry = Turn(Message.of("assistant", "yes"), footer=kept).entry()
    assert entry.footer == kept
    assert "2.5 tokens/s" in entry.footer_line


def test_a_message_that_is_sent_as_it_is_kept_is_not_made_again() -> None:
    turns = [Turn(Message.of("user", "first")), Turn(Message.of("assistant", "yes")), Turn(Message.of("user", "then"))]
    assert all(sent is turn.message for sent, turn in zip(prompt("", turns), turns, strict=True))
    thought = Turn(Message.of("assistant", "yes", thinking="hm"))
    assert prompt("", [turns[0], thought])[1] == Message.of("assistant", "yes")
