"""Loops: the decoder writes one phrase over and over. A phrase that a person says many times is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fanlight.domain.speech import Word
from fanlight.speech.word_alignment import normalized

_LONGEST_PHRASE = 24
"""Words of a phrase that is searched for."""
_FEWEST_TIMES, _FEWEST_WORDS = 3, 6
_FASTEST, _LEAST_PROBABLE = 4.5, 0.74
"""Words a second, and their mean probability: nobody says a phrase over and over so fast, and what is said over and
over is heard well. Loops of Whisper base had 1.6 to 5 words a second at 0.54 to 0.68, or more at up to 0.83; repeated
speech up to 3.8 at 0.8 and more."""
_SYLLABLES = re.compile(r"([^\W\d]{1,4}?)\1{9,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Words `start` up to `end` are one phrase of `period` words over and over."""

    start: int
    end: int
    period: int


def is_loop(words: Sequence[Word]) -> bool:
    """Whether a phrase, or a syllable in a word, is repeated more often or with less certainty than anyone could say
    it."""
    return _loop(words) is not None or any(_SYLLABLES.search(word.text) for word in words)


def without_loops(words: Sequence[Word]) -> tuple[Word, ...]:
    """Of each loop the phrase once, with an ellipsis for the rest."""
    kept = tuple(replace(word, text=_SYLLABLES.sub(r"\1…", word.text)) for word in words)
    while (run := _loop(kept)) is not None:
        once = kept[: run.start + run.period]
        kept = (*once[:-1], replace(once[-1], text=once[-1].text.rstrip(".,;:!?…") + "…"), *kept[run.end :])
    return kept


def _loop(words: Sequence[Word]) -> Run | None:
    run = longest_run(words)
    if run is None:
        return None
    repeated = words[run.start : run.end]
    seconds = repeated[-1].end - repeated[0].start
    probable = sum(word.probability for word in repeated) / len(repeated)
    return run if len(repeated) > _FASTEST * seconds or probable < _LEAST_PROBABLE else None


def longest_run(words: Sequence[Word]) -> Run | None:
    """The longest stretch that is one phrase at least three times; a last one may be incomplete."""
    spoken = [normalized(word) for word in words]
    best: Run | None = None
    for period in range(1, min(_LONGEST_PHRASE, len(spoken) // _FEWEST_TIMES) + 1):
        start = 0
        for i in range(period, len(spoken) + 1):
            if i < len(spoken) and spoken[i] == spoken[i - period]:
                continue
            enough = i - start >= max(_FEWEST_TIMES * period, _FEWEST_WORDS)
            if enough and (best is None or i - start > best.end - best.start):
                best = Run(start, i, period)
            start = i - period + 1
    return best
