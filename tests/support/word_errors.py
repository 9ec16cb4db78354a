"""Word error rate after Whisper's own normaliser of English, counted in words."""

from __future__ import annotations

from dataclasses import dataclass

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

_normalise = EnglishTextNormalizer()


@dataclass(slots=True)
class Errors:
    """Substituted, missing and added words, of so many that were spoken."""

    wrong: int = 0
    words: int = 0

    def add(self, spoken: str, heard: str) -> int:
        """The errors of one utterance, added to the rest."""
        reference, hypothesis = _normalise(spoken), _normalise(heard)
        length = len(reference.split())
        if hypothesis:
            found = jiwer.process_words(reference, hypothesis)
            wrong = found.substitutions + found.deletions + found.insertions
        else:
            wrong = length
        self.wrong += wrong
        self.words += length
        return wrong

    @property
    def percent(self) -> float:
        return 100 * self.wrong / max(1, self.words)
