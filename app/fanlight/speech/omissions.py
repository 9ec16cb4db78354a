"""Words that last too long: the decoder left a sentence out, and alignment stretched a word over it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from fanlight.domain.speech import Word
from fanlight.speech.word_alignment import normalized

_LONGEST_WORD_SECONDS = 2.2
"""A long word and the longest pause that is not cut out."""
_DIGIT_SECONDS, _LETTER_SECONDS = 1.0, 0.15
"""The slowest: a number said digit by digit is one word to Whisper."""
_CUT_SECONDS = 0.3
"""A decode that ends so long before its audio lacks its last word."""
_ALIKE = 0.8
"""The same by so great a share of its letters is the same word, in another spelling."""


def stretched_words(words: Sequence[Word]) -> range | None:
    """Indices from the first to the last word that lasts longer than it can be said; None where there is none."""
    long = [i for i, word in enumerate(words) if word.end - word.start >= _longest_seconds(word)]
    return range(long[0], long[-1] + 1) if long else None


def with_words_replaced(words: Sequence[Word], span: range, found: Sequence[Word]) -> tuple[Word, ...]:
    """The words with `found`, a new decode of what `span` covers, in the place of these, where it has more words and is
    not the same text in more pieces. The last of the old ones stays where the new decode ends long before it."""
    old = [words[i] for i in span]
    if len(found) <= len(old) or _alike(_letters(found), _letters(old)):
        return tuple(words)
    last = old[-1]
    known = any(_alike(normalized(word), normalized(last)) for word in found)
    if last.end - found[-1].end >= _CUT_SECONDS and not known:
        found = (*found, Word(last.text, found[-1].end, last.end, last.probability))
    return (*words[: span.start], *found, *words[span.stop :])


def _longest_seconds(word: Word) -> float:
    spoken = normalized(word)
    digits = sum(map(str.isdigit, spoken))
    return max(_LONGEST_WORD_SECONDS, digits * _DIGIT_SECONDS + (len(spoken) - digits) * _LETTER_SECONDS)


def _letters(words: Sequence[Word]) -> str:
    return "".join(map(normalized, words))


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
