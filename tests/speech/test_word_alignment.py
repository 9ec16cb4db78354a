"""Whisper's pieces as words; what two decodes agree on."""

from __future__ import annotations

import pytest

from fanlight.domain.speech import LiveTranscript, Word, joined
from fanlight.speech.word_alignment import (
    as_open_fragment,
    capitalized_after,
    evenly_timed,
    merge_subwords,
    shifted,
    stable_prefix_length,
)


def piece(word: str, start: float, end: float, probability: float = 0.9) -> dict[str, object]:
    return {"word": word, "start": start, "end": end, "probability": probability}


def test_punctuation_and_the_ends_of_words_go_to_the_word_before() -> None:
    pieces = [piece(" cold", 0, 1), piece("-hearted", 1, 2, 0.4), piece(",", 2, 3, 0.1), piece(" man", 3, 4)]
    words = merge_subwords(pieces, 5, "en")
    assert [(w.text, w.end, w.probability) for w in words] == [(" cold-hearted,", 2, 0.4), (" man", 4, 0.9)]
    assert joined(words) == "cold-hearted, man"


def test_an_opening_quote_stays_with_the_word_after_it() -> None:
    pieces = [piece(' "Yes', 0, 1), piece('"', 1, 1.1), piece(" no", 1.1, 2)]
    assert [w.text for w in merge_subwords(pieces, 2, "en")] == [' "Yes"', " no"]


def test_a_language_without_spaces_keeps_its_pieces() -> None:
    pieces = [piece("你", 0, 1), piece("好", 1, 2), piece("。", 2, 2.1)]
    assert [w.text for w in merge_subwords(pieces, 3, "zh")] == ["你", "好。"]


def test_times_outside_the_audio_or_out_of_order_are_put_right() -> None:
    words = merge_subwords([piece(" a", -1, 2), piece(" b", 1, 9), piece(" c", 4, 3)], 5, "en")
    assert [(w.start, w.end) for w in words] == [(0, 2), (2, 5), (5, 5)]


def test_what_begins_behind_the_audio_was_not_said() -> None:
    words = merge_subwords([piece(" a", 0, 1), piece("?", 1, 5.5), piece(" a", 5.5, 9), piece("?", 4, 9)], 5, "en")
    assert words == (Word(" a?", 0, 1, 0.9),)
    assert merge_subwords([piece(" a", 5.1, 6)], 5, "en") == ()


def test_a_stop_that_is_aligned_behind_the_audio_is_kept() -> None:
    words = merge_subwords([piece(" a", 0, 5.2), piece("?", 5.2, 5.5), piece(" a", 5.5, 9)], 5, "en")
    assert [(w.text, w.start, w.end) for w in words] == [(" a?", 0, 5)]


def test_punctuation_alone_is_no_word() -> None:
    assert evenly_timed(" ...", 2, 0.5) == ()
    assert [w.text for w in evenly_timed(" One two.", 2, 0.5)] == [" One", " two."]


def test_decodes_agree_up_to_the_first_other_word_whatever_its_spelling() -> None:
    assert (
        stable_prefix_length(evenly_timed("Ask not what, your", 4, 1), evenly_timed(" ask not, What you can", 5, 1))
        == 3
    )
    assert stable_prefix_length((), evenly_timed("a", 1, 1)) == 0


def test_later_words_keep_all_but_their_times() -> None:
    assert shifted([Word(" a", 1, 2, 0.5)], 10) == (Word(" a", 11, 12, 0.5),)


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("It was. It is.", "It was. It is,"),
        ("Was it? It was.", "Was it? It was,"),
        ("It was.", "It was."),
        ("It was. Is it?", "It was. Is it?"),
        ("It was. And so...", "It was. And so..."),
        ("It was. So", "It was. So"),
        ("3.5 metres.", "3.5 metres."),
        ("Yes. " + 40 * "and " + "so.", "Yes. " + 40 * "and " + "so."),  # the decoder does not see that far back
        ("", ""),
    ],
)
def test_a_pause_is_no_full_stop_to_the_decoder(said: str, seen: str) -> None:
    assert as_open_fragment(said) == seen


def test_words_behind_a_sentence_begin_with_a_capital() -> None:
    before, words = (Word(" then.", 0, 1),), (Word(" it", 1, 2, 0.5), Word(" was", 2, 3))
    assert capitalized_after(before, words) == (Word(" It", 1, 2, 0.5), words[1])
    assert capitalized_after((), words) == words
    assert capitalized_after((Word(" then,", 0, 1),), words) == words
    assert capitalized_after((Word(" then...", 0, 1),), words) == words
    assert capitalized_after(before, ()) == ()
    assert capitalized_after((Word("はい。", 0, 1),), (Word("はい", 1, 2),)) == (Word("はい", 1, 2),)


def test_no_word_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="no word"):
        Word("a", 2, 1)


def test_what_is_final_has_no_hypothesis() -> None:
    with pytest.raises(ValueError, match="no hypothesis"):
        LiveTranscript(hypothesis=(Word("a", 0, 1),), final=True)
