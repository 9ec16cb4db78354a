"""The memory of sampled tokens."""

from __future__ import annotations

from fanlight.engine.answers import SampledAnswer, SampledAnswers


def said(*pieces: str) -> SampledAnswer:
    """Tokens 0, 1, 2...; an empty piece is the first half of a character."""
    lengths, text = [], ""
    for piece in pieces:
        text += piece
        lengths.append(len(text) if piece else -1)
    return SampledAnswer(list(range(len(pieces))), lengths, text)


def test_an_answer_is_found_whole_and_in_part_where_a_token_ends() -> None:
    answers = SampledAnswers()
    answers.store(1, said("Two", " of", "", "é", "s"))
    assert answers.sampled_tokens(1, "Two ofés") == [0, 1, 2, 3, 4]
    assert answers.sampled_tokens(1, "Two of") == [0, 1]
    assert answers.sampled_tokens(1, "Two ofé") == [0, 1, 2, 3]
    assert answers.sampled_tokens(1, "Two o") is None
    assert answers.sampled_tokens(1, "Two ofés!") is None
    assert answers.sampled_tokens(3, "Two of") is None


def test_half_a_character_at_the_end_is_forgotten() -> None:
    answers = SampledAnswers()
    answers.store(1, said("Two", "", ""))
    assert answers.sampled_tokens(1, "Two") == [0]
    answers.store(1, said("", ""))
    assert answers.sampled_tokens(1, "") is None


def test_another_answer_in_the_same_place_is_kept_beside_the_first() -> None:
    answers = SampledAnswers()
    answers.store(1, said("Two"))
    answers.store(1, said("Th", "ree"))
    assert answers.sampled_tokens(1, "Two") == [0]
    assert answers.sampled_tokens(1, "Three") == [0, 1]


def test_the_oldest_are_forgotten() -> None:
    answers = SampledAnswers()
    for index in range(2000):
        answers.store(index, said("a", "b"))
    assert answers.sampled_tokens(0, "ab") is None
    assert answers.sampled_tokens(1999, "ab") == [0, 1]


def test_an_answer_that_went_on_is_one_answer() -> None:
    answer = said(" of", "s")
    answer.prepend("Two", [7, 8])
    assert answer == SampledAnswer([7, 8, 0, 1], [-1, 3, 6, 7], "Two ofs")
    empty = said("a")
    empty.prepend("", [])
    assert empty == said("a")
