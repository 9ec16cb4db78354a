"""Words grouped into subtitles: two lines of at most 42 characters, between the ends of sentences and pauses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from fanlight.domain.sentence_ends import ends_sentence, is_abbreviation
from fanlight.domain.speech import Segment, Word, joined

LINE_CHARACTERS = 42
"""The usual measure. A wide character (Chinese, Japanese, Korean) counts as two."""
_LONGEST_SECONDS = 7.0
_PAUSE_SECONDS = 0.8
_MOST_WORDS = 100
"""A sentence without an end is divided after so many words."""
_CLAUSE_ENDS = (",", ";", ":", "–", "—", "，", "、", "；", "：", "،", "؛")
_CLAUSE_BONUS = 0.2
"""How far from the middle a cut behind a clause may be, as a share of the whole, and still be preferred."""
_SPACED_SCRIPTS_END = "\u0590"
"""Scripts up to here (Latin, Greek, Cyrillic, Armenian) write spaces between words."""


class SubtitleLines:
    """Groups words into segments, one a subtitle: between sentence ends and pauses, halved until they fit."""

    def __init__(self) -> None:
        self._open: list[Word] = []
        self._language = ""

    def add_words(self, words: Iterable[Word], language: str) -> Iterator[Segment]:
        """The segments that `words`, in order, complete."""
        for word in words:
            if self._open and self._ends_before(word):
                yield from self.flush()
            self._language = language
            self._open.append(word)

    def flush(self) -> Iterator[Segment]:
        """The rest, as if a sentence ended here."""
        for line in _halved(self._open):
            yield Segment(tuple(line), self._language)
        self._open = []

    @property
    def open(self) -> tuple[Word, ...]:
        """Words of the segment that has not ended."""
        return tuple(self._open)

    def _ends_before(self, word: Word) -> bool:
        last = self._open[-1]
        if len(self._open) >= _MOST_WORDS or ends_sentence(last.text, word.text):
            return True
        return word.start - last.end >= _PAUSE_SECONDS and not _binds(last, word)


def subtitle_lines(words: Sequence[Word]) -> list[str]:
    """One line, or two of about equal length. More only for a single word that is longer than two lines."""
    text = joined(words)
    if _width(text) <= LINE_CHARACTERS:
        return [text]
    if cut := _best_cut(words, both_fit=True):
        return [joined(words[:cut]), joined(words[cut:])]
    return list(_chopped(text))


def _halved(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Cut near the middle until each subtitle fits."""
    if not words:
        return
    width, seconds = _width(joined(words)), words[-1].end - words[0].start
    fits = width <= LINE_CHARACTERS or (width <= 2 * LINE_CHARACTERS + 1 and _best_cut(words, both_fit=True))
    if len(words) == 1 or (fits and seconds <= _LONGEST_SECONDS):
        yield words
        return
    cut = _best_cut(words) or 1
    yield from _halved(words[:cut])
    yield from _halved(words[cut:])


def _best_cut(words: Sequence[Word], *, both_fit: bool = False) -> int:
    """The number of words before the best cut: near the middle, rather behind a clause, never behind an abbreviation as
    long as there is another place. 0 when there is none where `both_fit` into a line."""
    length = _width(joined(words))
    before, best, least = 0, 0, float("inf")
    for count, (word, following) in enumerate(pairwise(words), 1):
        before += _width(word.text)
        if both_fit and max(_width(joined(words[:count])), _width(joined(words[count:]))) > LINE_CHARACTERS:
            continue
        off_center = abs(before - length / 2) / length
        off_center -= _CLAUSE_BONUS if word.text.endswith(_CLAUSE_ENDS) else 0
        off_center += 10 if _binds(word, following) else 0
        if off_center < least:
            best, least = count, off_center
    return best


def _binds(word: Word, following: Word) -> bool:
    """Whether a reader needs the two together: "Mr." and the name, or two pieces of one word."""
    text = word.text.strip()
    if text.endswith(".") and is_abbreviation(text[:-1].lstrip("\"'“‘„«(["), following.text.lstrip()):
        return True
    around = text[-1:] + following.text[:1]
    return len(around) == 2 and around.isalnum() and max(around) < _SPACED_SCRIPTS_END


def _chopped(text: str) -> Iterator[str]:
    """Lines cut anywhere: for an address, or a language whose words are not known."""
    line = ""
    for character in text:
        if _width(line + character) > LINE_CHARACTERS:
            yield line.strip()
            line = ""
        line += character
    if line.strip():
        yield line.strip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
