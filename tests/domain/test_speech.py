from __future__ import annotations

import pytest

from fanlight.domain.speech import Decoded, Word

SAID = (Word(" yes", 0, 1),)


@pytest.mark.parametrize(
    ("no_speech", "logprob", "invented"),
    [
        (0.55, -1.3, True),  # sounds that Whisper base took for words
        (0.72, -0.86, True),
        (0.95, -0.6, True),
        (0.95, -0.4, False),  # it is sure of the words
        (0.6, -0.8, False),
        (0.4, -2.0, False),  # words of few syllables, clean
        (0.0, -0.1, False),
    ],
)
def test_the_surer_it_is_that_nobody_spoke_the_less_it_may_guess(
    no_speech: float, logprob: float, invented: bool
) -> None:
    assert Decoded(SAID, "en", logprob=logprob, no_speech=no_speech).invented is invented


@pytest.mark.parametrize(
    ("decoded", "doubtful"),
    [
        (Decoded(SAID, "en", logprob=-0.9), False),
        (Decoded(SAID, "en", loop=True), True),
        (Decoded(SAID, "en", logprob=-1.1), True),
        (Decoded(SAID, "en", logprob=-0.999, no_speech=0.408), True),  # a sheep, "No!"
        (Decoded(SAID, "en", logprob=-0.8, no_speech=0.302), False),  # "And", said
        (Decoded(SAID, "en", cut=True), True),
    ],
)
def test_a_loop_a_guess_and_a_text_without_an_end_are_doubtful(decoded: Decoded, doubtful: bool) -> None:
    assert decoded.doubtful is doubtful
