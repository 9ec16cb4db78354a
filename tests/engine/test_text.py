"""From bytes to what is said."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.events import TextDelta, ThinkingDelta
from fanlight.engine.detokenizer import StreamParser


def parsed(speech: StreamParser, pieces: Iterable[bytes]) -> tuple[str, str]:
    """Thinking and text."""
    thinking = text = ""
    for piece in pieces:
        for event in speech.feed(piece):
            assert event.text
            thinking += event.text if isinstance(event, ThinkingDelta) else ""
            text += event.text if isinstance(event, TextDelta) else ""
        if speech.stopped:
            break
    for event in speech.finish():
        thinking += event.text if isinstance(event, ThinkingDelta) else ""
        text += event.text if isinstance(event, TextDelta) else ""
    assert text == speech.text
    assert len(text) == speech.length
    return thinking, text


def cut(raw: bytes, places: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(raw) + 1) for place in places}), len(raw)]
    return [raw[a:b] for a, b in itertools.pairwise(edges)]


@given(st.text(), st.lists(st.integers(0, 10_000)))
def test_characters_split_anywhere_come_out_whole(text: str, places: list[int]) -> None:
    assert parsed(StreamParser(trim=False), cut(text.encode(), places)) == ("", text)
    assert parsed(StreamParser(), cut(text.encode(), places)) == ("", text.lstrip())


def test_the_space_before_an_answer_is_left_out_and_no_other() -> None:
    assert parsed(StreamParser(), [b" ", b"\n Two", b" of\n", b" them"]) == ("", "Two of\n them")


def test_half_a_character_waits_and_is_dropped_at_the_end() -> None:
    speech = StreamParser()
    assert speech.feed("né".encode()[:2]) == [TextDelta("n")]
    assert not speech.complete
    assert speech.finish() == []


def test_odd_bytes_do_not_stop_what_follows() -> None:
    assert parsed(StreamParser(), [b"\xff\xfe", b"fine"]) == ("", "��fine")


@given(
    st.text("ab<>|/", max_size=40),
    st.lists(st.text("ab<>|/", min_size=1, max_size=5), max_size=3),
    st.lists(st.integers(0, 99)),
)
def test_a_stop_string_ends_the_answer_before_it_wherever_tokens_end(
    text: str, stops: list[str], places: list[int]
) -> None:
    found = [at for stop in stops if (at := text.find(stop)) >= 0]
    speech = StreamParser(stops)
    _, said = parsed(speech, cut(text.encode(), places))
    assert speech.stopped == bool(found)
    if not found:
        assert said == text
    else:  # nothing of a stop string is said, and nothing before the first one that was complete is lost
        assert text.startswith(said)
        assert not any(stop in said for stop in stops)
        assert any(text[len(said) :].startswith(stop) for stop in stops)


def test_what_could_become_a_stop_string_is_held_back() -> None:
    speech = StreamParser(["END"])
    assert speech.feed(b"the E") == [TextDelta("the ")]
    assert not speech.complete
    assert speech.feed(b"N") == []
    assert speech.feed(b"X") == [TextDelta("ENX")]
    assert speech.complete


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_thinking_is_told_from_the_answer(size: int) -> None:
    raw = b"<think>\nLet me see.\nTwo.\n</think>\n\nThere are two."
    speech = StreamParser((), "<think>", "</think>")
    pieces = [raw[i : i + size] for i in range(0, len(raw), size)]
    assert parsed(speech, pieces) == ("Let me see.\nTwo.", "There are two.")
    assert speech.had_thinking
    assert not speech.thinking


def test_thinking_the_template_has_opened_needs_no_tag() -> None:
    speech = StreamParser((), "<think>", "</think>", thinking=True)
    assert parsed(speech, [b"Hm", b"m.\n", b"</th", b"ink>", b"\n\n", b"Yes."]) == ("Hmm.", "Yes.")


def test_an_answer_without_thinking_is_not_held_up() -> None:
    speech = StreamParser((), "<think>", "</think>")
    assert speech.feed(b"Yes") == [TextDelta("Yes")]
    assert parsed(StreamParser((), "<think>", "</think>"), [b"<", b"b>", b"bold</think>"]) == (
        "",
        "<b>bold</think>",
    )


def test_tags_inside_an_answer_are_text() -> None:
    text = "Write <think> like this."
    assert parsed(StreamParser((), "<think>", "</think>"), [text.encode()]) == ("", text)


def test_a_stop_string_does_not_end_the_thinking() -> None:
    speech = StreamParser(["stop"], "<think>", "</think>")
    assert parsed(speech, [b"<think>I should stop.</think>Now", b" stop it"]) == ("I should stop.", "Now ")


def test_thinking_that_is_cut_short_is_all_said() -> None:
    assert parsed(StreamParser((), "<think>", "</think>"), [b"<think>one </thi"]) == ("one </thi", "")
