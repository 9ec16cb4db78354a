"""The user's replacements, applied to words that were heard."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from fanlight.domain.replacements import Replacement
from fanlight.domain.speech import Word

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
"""Letters of languages that are written without spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_GAP = r"[\s\-–,]*"
"""Between the words of a phrase: the recognizer writes a comma, a hyphen, or nothing, as it likes."""
_SOFT_MARKS, _ENDS = ",;:", (".", "?", "!", "…")


def with_replacements(words: tuple[Word, ...], replacements: Sequence[Replacement], language: str) -> tuple[Word, ...]:
    """`words` with what is written instead, the longest phrase first, each place once. A phrase becomes one word; the
    marks after it stay, and a text in small letters has a capital where its first word had one."""
    rules = tuple(one for one in replacements if one.language in ("", language))
    if not rules or not words:
        return words
    pattern, by_group = _compiled(rules)
    text = _WordText(words)
    pieces: list[_Piece] = []
    taken, capital = 0, False  # characters of the text; the first of its sentence was left out
    for found in pattern.finditer(text.all):
        if found.start() < taken:
            continue  # it begins with what was left out
        written = by_group[found.lastgroup or ""]
        start, end = found.span() if written else text.without(*found.span())
        pieces += text.between(taken, start, capital=capital)
        capital = capital and not text.all[taken:start].strip()
        if written:
            written = _in_case(written, found[0])
            pieces.append(text.instead(*found.span(), _capitalized(written) if capital else written))
        capital = not written and (capital or found[0][:1].isupper())
        taken = end
    return _put_together([*pieces, *text.between(taken, len(text.all), capital=capital)]) if taken else words


@lru_cache(maxsize=4)
def _compiled(rules: tuple[Replacement, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """All phrases at once, and what is written for each."""
    ordered = sorted(rules, key=lambda one: (len(one.spoken), bool(one.language)), reverse=True)
    parts = [f"(?P<p{i}>{_phrase(one.spoken)})" for i, one in enumerate(ordered)]
    return re.compile("|".join(parts), re.IGNORECASE), {f"p{i}": one.written for i, one in enumerate(ordered)}


def _phrase(spoken: str) -> str:
    pieces = [re.sub("['’]", "['’]", re.escape(piece)) for piece in re.split(r"[\s\-–]+", spoken)]
    before = "" if _UNSPACED.match(spoken) or not spoken[0].isalnum() else r"(?<!\w)"
    after = "" if _UNSPACED.match(spoken[-1]) or not spoken[-1].isalnum() else r"(?!\w)"
    return before + _GAP.join(piece for piece in pieces if piece) + after


def _in_case(written: str, spoken: str) -> str:
    if written == written.lower() and spoken[:1].isupper() and not spoken[1:2].isupper():
        return _capitalized(written)
    return written


def _capitalized(text: str) -> str:
    at = len(text) - len(text.lstrip())
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Of a text; `inside`: it goes on where a word was parted."""

    word: Word
    inside: bool


class _WordText:
    """The text of words, and where each of them stands in it."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        self.all = "".join(word.text for word in words)
        self._ends = list(accumulate(len(word.text) for word in words))

    def between(self, start: int, end: int, *, capital: bool) -> Iterator[_Piece]:
        """What the words have between these characters."""
        for i in range(bisect_right(self._ends, start), len(self._words)):
            word = self._words[i]
            begin = self._ends[i] - len(word.text)
            if begin >= end:
                return
            text = word.text[max(0, start - begin) : end - begin]
            if capital and text.strip():
                text, capital = _capitalized(text), False
            yield _Piece(Word(text, word.start, word.end, word.probability), start > begin)

    def instead(self, start: int, end: int, text: str) -> _Piece:
        """The word that stands for those between these characters."""
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, end - 1)
        begin = self._ends[first] - len(self._words[first].text)
        return _Piece(Word(text, self._words[first].start, self._words[last].end), start > begin)

    def without(self, start: int, end: int) -> tuple[int, int]:
        """Where words that are left out begin and end: with the comma after them, or that before them where a sentence
        ends."""
        while end < len(self.all) and self.all[end] in _SOFT_MARKS:
            end += 1
        if end == len(self.all) or self.all.startswith(_ENDS, end):
            start = len(self.all[:start].rstrip(_SOFT_MARKS + " "))
        return start, end


def _put_together(pieces: Sequence[_Piece]) -> tuple[Word, ...]:
    """The words again: a space goes to the word after it, a mark to the one before it."""
    words: list[Word] = []
    lead = ""
    for piece in pieces:
        one = piece.word
        if not one.text.strip():
            lead = one.text
        elif words and not lead and piece.inside:
            last = words[-1]
            words[-1] = Word(last.text + one.text, last.start, one.end, min(last.probability, one.probability))
        else:
            words.append(
                Word(one.text if one.text[0].isspace() else lead + one.text, one.start, one.end, one.probability)
            )
            lead = ""
    return tuple(words)
