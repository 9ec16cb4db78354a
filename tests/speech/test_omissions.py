"""What a word that is too long covers is decoded again, and never written twice."""

from __future__ import annotations

import pytest

from fanlight.domain.speech import Decoded, TranscriptionOptions, Word, joined
from fanlight.speech.audio import Audio, silence
from fanlight.speech.omissions import stretched_words, with_words_replaced
from fanlight.speech.whisper import WhisperTranscriber

OLD = (Word(" in", 0, 0.5), Word(" this", 0.5, 1), Word(" regard.", 1, 6), Word(" Yes.", 6, 6.5))


def spread(text: str, start: float, end: float) -> tuple[Word, ...]:
    pieces = text.split()
    share = (end - start) / len(pieces)
    return tuple(Word(f" {piece}", start + i * share, start + (i + 1) * share) for i, piece in enumerate(pieces))


def test_a_sentence_that_was_left_out_is_put_in() -> None:
    span = stretched_words(OLD)
    assert span == range(2, 3)
    found = spread("regard. Unless to be selfish.", 1, 5.9)
    assert joined(with_words_replaced(OLD, span, found)) == "in this regard. Unless to be selfish. Yes."
    cut_early = spread("Unless to be selfish", 1, 5)
    assert joined(with_words_replaced(OLD, span, cut_early)) == "in this Unless to be selfish regard. Yes."


def test_a_number_in_one_word_and_in_its_digits_is_one_number() -> None:
    number = (Word(" is", 0, 0.3), Word(" 0301234567.", 0.3, 8.5))
    digits = spread("0 3 0 1 2 3 4 5 6 7", 0.3, 8.5)
    assert with_words_replaced(number, range(1, 2), digits) == number
    for heard in ("0 3 0 1 2 3 4 5 6 8", "0 3 0, 1 2 3, 4 5 6 7."):
        text = joined(with_words_replaced(number, range(1, 2), spread(heard, 0.3, 8.5)))
        assert text.count("0") <= 2, text
    spelled = (Word(" 9-0-2-1-0", 0, 6),)
    text = joined(with_words_replaced(spelled, range(1), spread("nine zero two one zero", 0, 5.9)))
    assert text == "nine zero two one zero"


def test_a_word_may_be_as_long_as_its_digits_and_letters_take() -> None:
    assert stretched_words((Word(" 0301234567", 0, 8.5),)) is None
    assert stretched_words((Word(" 9-0-2-1-0", 0, 4.1),)) is None
    assert stretched_words((Word(" Donaudampfschifffahrtsgesellschaft", 0, 3.0),)) is None
    assert stretched_words((Word(" a", 0, 3.0),)) == range(1)


def test_what_has_no_more_words_changes_nothing() -> None:
    assert with_words_replaced(OLD, range(2, 3), spread("regards", 1, 6)) == OLD


@pytest.mark.model
@pytest.mark.parametrize(("end", "decodes"), [(0.02, 1), (0.4, 4)])
def test_an_end_is_not_looked_for_again_and_again(
    whisper: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch, end: float, decodes: int
) -> None:
    lengths: list[int] = []

    def decode_once(audio: Audio, *_others: object) -> Decoded:
        lengths.append(len(audio))
        return Decoded((Word(" Yes.", 0, end, 0.9),), "en")

    monkeypatch.setattr(whisper, "_decode_once", decode_once)
    whisper.decode(silence(25), TranscriptionOptions("en"), "final")
    assert len(lengths) == decodes
