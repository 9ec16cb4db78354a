"""Transcripts as text, subtitles and JSON."""

from __future__ import annotations

import json

import pytest

from fanlight.domain.speech import Segment, Word
from fanlight.speech import transcript_formats
from fanlight.speech.subtitle_lines import SubtitleLines


def words(text: str, start: float = 0.0, each: float = 0.4) -> list[Word]:
    return [Word(f" {w}", start + i * each, start + (i + 1) * each, 0.9) for i, w in enumerate(text.split())]


def lines(*parts: list[Word]) -> list[Segment]:
    maker = SubtitleLines()
    return [s for part in parts for s in maker.add_words(part, "en")] + list(maker.flush())


def test_a_sentence_ends_a_line_and_so_does_a_pause() -> None:
    made = lines(words("Yes. I will"), words("come", 5))
    assert [segment.text for segment in made] == ["Yes.", "I will", "come"]


def test_a_sentence_goes_on_over_the_end_of_a_part() -> None:
    assert [segment.text for segment in lines(words("one two"), words("three.", 0.8))] == ["one two three."]


def test_a_long_sentence_is_cut_after_a_comma_near_its_middle() -> None:
    text = "when we had everything before us in those days of old, we had nothing before us at all and knew it well."
    made = lines(words(text, each=0.2))
    assert made[0].text.endswith("old,")
    assert all(len(segment.text) <= 84 and segment.end - segment.start <= 7 for segment in made)
    assert " ".join(segment.text for segment in made) == text


def test_speech_that_never_ends_a_sentence_is_cut_all_the_same() -> None:
    made = lines(words("and so on " * 300, each=0.3))
    assert max(len(segment.text) for segment in made) <= 84
    assert sum(len(segment.words) for segment in made) == 900


def test_srt_has_numbers_commas_and_no_line_of_times_inside_a_text() -> None:
    made = [Segment((Word(" a --> b", 3661.5, 3662.25),), "en"), Segment((Word(" <i>", 3663, 3664),), "en")]
    assert "".join(transcript_formats.render_transcript(made, "srt")) == (
        "1\n01:01:01,500 --> 01:01:02,250\na → b\n\n2\n01:01:03,000 --> 01:01:04,000\n<i>\n\n"
    )


def test_vtt_has_a_head_points_and_escapes() -> None:
    made = [Segment((Word(" <b> & -->", 0, 1),), "en")]
    said = "".join(transcript_formats.render_transcript(made, "vtt"))
    assert said == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n&lt;b&gt; &amp; --&gt;\n\n"
    assert "".join(transcript_formats.render_transcript([], "vtt")) == "WEBVTT\n\n"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "00:00:00,000"), (59.9996, "00:01:00,000"), (359999.999, "99:59:59,999"), (360000, "100:00:00,000")],
)
def test_times_carry_over(seconds: float, said: str) -> None:
    made = [Segment((Word(" x", seconds, seconds + 1),), "en")]
    assert "".join(transcript_formats.render_transcript(made, "srt")).split("\n")[1].startswith(said)


def test_a_short_word_stays_long_enough_to_be_read_but_not_into_the_next() -> None:
    made = [Segment((Word(" a", 1, 1.1),), "en"), Segment((Word(" b", 1.5, 1.6),), "en")]
    times = [line for line in "".join(transcript_formats.render_transcript(made, "srt")).splitlines() if "-->" in line]
    assert times == ["00:00:01,000 --> 00:00:01,500", "00:00:01,500 --> 00:00:02,200"]


def test_text_has_a_paragraph_after_a_long_pause() -> None:
    made = lines(words("One. Two."), words("Three.", 9))
    assert "".join(transcript_formats.render_transcript(made, "text")) == "One. Two.\n\nThree.\n"
    assert "".join(transcript_formats.render_transcript([], "text")) == ""


def test_text_of_a_language_without_spaces_gets_none() -> None:
    made = [Segment((Word("你好。", 0, 1),), "zh"), Segment((Word("再见。", 1, 2),), "zh")]
    assert "".join(transcript_formats.render_transcript(made, "text")) == "你好。再见。\n"


def test_json_holds_the_words_with_times_and_probabilities() -> None:
    said = json.loads(transcript_formats.as_json(lines(words("Hello there.")), {"file": "a.wav"}))
    assert said["file"] == "a.wav"
    assert (said["language"], said["text"]) == ("en", "Hello there.")
    assert said["segments"][0]["words"][1] == {"text": "there.", "start": 0.4, "end": 0.8, "probability": 0.9}
    assert json.loads(transcript_formats.as_json([], {}))["segments"] == []
