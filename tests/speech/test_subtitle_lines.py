"""Subtitles: two lines of at most 42 characters, cut where a reader would."""

from __future__ import annotations

import random

import pytest

from fanlight.domain.speech import Segment, Word
from fanlight.speech.subtitle_lines import LINE_CHARACTERS, SubtitleLines, subtitle_lines
from fanlight.speech.transcript_formats import render_transcript


def words(text: str, start: float = 0.0, each: float = 0.3) -> list[Word]:
    return [Word(f" {w}", start + i * each, start + (i + 1) * each) for i, w in enumerate(text.split())]


def cues(*parts: list[Word], language: str = "en") -> list[Segment]:
    maker = SubtitleLines()
    return [segment for part in parts for segment in maker.add_words(part, language)] + list(maker.flush())


def test_no_cue_ends_after_an_abbreviation() -> None:
    made = cues(words("We met Mr. Jones and Dr. Smith at 5 p.m. in St. Ives. Then No. 7 was read by J. K. Bell."))
    assert [cue.text for cue in made] == [
        "We met Mr. Jones and Dr. Smith at 5 p.m. in St. Ives.",
        "Then No. 7 was read by J. K. Bell.",
    ]


def test_a_pause_or_a_full_cue_does_not_part_a_title_from_its_name() -> None:
    assert [cue.text for cue in cues(words("Then came Mr."), words("Jones.", 5))] == ["Then came Mr. Jones."]
    made = cues(
        words("of all those who had been invited to the house on that day only the old and tired Mr. Jones came")
    )
    assert not any(cue.text.endswith("Mr.") for cue in made)
    assert not any(line.endswith("Mr.") for cue in made for line in subtitle_lines(cue.words))


def test_a_sentence_in_quotes_or_brackets_ends_with_them() -> None:
    assert [cue.text for cue in cues(words('He said "Go." Then he went.'))] == ['He said "Go."', "Then he went."]


@pytest.mark.parametrize("language", ["latin", "chinese", "addresses"])
def test_every_cue_has_at_most_two_lines_of_the_usual_length(language: str) -> None:
    dice = random.Random(7)

    def word() -> str:
        match language:
            case "latin":
                return " " + "".join(dice.choices("abcdefghij", k=dice.randint(1, 16))) + dice.choice(["", "", "", ","])
            case "chinese":
                return dice.choice(["我", "们", "今天", "去", "，", "北京"])
            case _:
                return " " + "x" * dice.randint(1, 80)

    spoken = [Word(word(), i * 0.2, i * 0.2 + 0.2) for i in range(600)]
    made = cues(spoken)
    assert [w for cue in made for w in cue.words] == spoken
    for cue in made:
        lines = subtitle_lines(cue.words)
        assert 1 <= len(lines) <= 2
        assert all(0 < len(line) <= LINE_CHARACTERS for line in lines)
        assert cue.end - cue.start <= 7.01 or len(cue.words) == 1
        if language == "chinese":
            assert all(len(line) <= LINE_CHARACTERS // 2 for line in lines)


def test_the_two_lines_are_of_about_the_same_length_and_break_after_a_comma() -> None:
    assert subtitle_lines(words("It is a truth universally acknowledged that a single man")) == [
        "It is a truth universally",
        "acknowledged that a single man",
    ]
    assert subtitle_lines(words("When it was dark outside, we all went home again with him"))[0].endswith("outside,")


def test_pieces_of_one_word_stay_in_one_line() -> None:
    pieces = [
        *words("a long row of words that is not yet an"),
        Word(" ill-", 9, 9.1),
        Word("d", 9.1, 9.2),
        Word("isposed", 9.2, 9.3),
    ]
    assert subtitle_lines(pieces)[-1].endswith("ill-disposed")


def test_subtitle_files_have_the_break_and_text_has_none() -> None:
    made = cues(words("It is a truth universally acknowledged that a single man"))
    for form in ("srt", "vtt"):
        assert "universally\nacknowledged" in "".join(render_transcript(made, form))
    assert "universally acknowledged" in "".join(render_transcript(made, "text"))
