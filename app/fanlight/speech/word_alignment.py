"""Words with times from Whisper's tokens, and what words of two decodes have in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fanlight.domain.speech import Word

WITHOUT_SPACES = frozenset(("zh", "ja", "th", "lo", "my", "yue"))
"""Languages written without spaces; their pieces are characters."""
_CONTEXT_CHARACTERS = 150
"""At least so much of the text before is in the prompt (`whisper_prompt.CONTEXT_CHARACTERS`, less a word)."""


def evenly_timed(text: str, seconds: float, probability: float) -> tuple[Word, ...]:
    """The words of a text that was not aligned, in equal shares of `seconds`; none for punctuation alone."""
    if not any(map(_is_spoken, text)):
        return ()
    pieces = re.findall(r"\s*\S+", text)
    share = seconds / len(pieces)
    probability = min(1.0, max(0.0, probability))
    return tuple(Word(piece, i * share, (i + 1) * share, probability) for i, piece in enumerate(pieces))


def merge_subwords(aligned: Sequence[Mapping[str, Any]], seconds: float, language: str) -> tuple[Word, ...]:
    """faster-whisper's alignment (word, start, end, probability) as words: punctuation and the ends of words joined to
    the word they belong to, times in order and inside 0 to `seconds`. Punctuation does not lower a word's probability.

    Words that begin behind the audio are dropped: the decoder now and then repeats a sentence into the zeros that
    follow (5 of 60 short ones by synthetic voices; the copies began 0.5 s behind the end or later, the last word of
    all others at least 0.8 s before it)."""
    words: list[Word] = []
    latest = 0.0
    for piece in aligned:
        text = str(piece["word"])
        if not text:
            continue
        spoken = any(map(_is_spoken, text))
        if spoken and float(piece["start"]) > seconds:
            break  # only at a word: a full stop starts where the last word's alignment ends, perhaps behind the audio
        start = min(max(float(piece["start"]), latest), seconds)
        end = min(max(float(piece["end"]), start), seconds)
        word = Word(text, start, end, min(1.0, max(0.0, float(piece["probability"]))))
        if words and _belongs_to_word_before(text, spoken, language):
            word = _joined_words(words.pop(), word, spoken)
        words.append(word)
        latest = word.end
    return tuple(words)


def shifted(words: Sequence[Word], seconds: float) -> tuple[Word, ...]:
    """The same words, that much later."""
    return tuple(Word(word.text, word.start + seconds, word.end + seconds, word.probability) for word in words)


def as_open_fragment(text: str) -> str:
    """The text before a pause, as the decoder's context behind the pause: its last full stop becomes a comma.

    Whisper ends any fragment with a full stop, and begins a sentence behind one ("received for good or for evil", with
    a breath before the second word, became "For good, author evil"). Full stops before that one show how the text is
    punctuated; where the context has none it stays, or none would follow. 197 words at four volumes had 14 mistakes,
    with the stop 18; live utterances of 460 words 6, with the stop 7."""
    fragment = text.endswith(".") and not text.endswith("..")
    return f"{text[:-1]}," if fragment and re.search(r"[.?!]\s", text[-_CONTEXT_CHARACTERS:]) else text


def capitalized_after(before: Sequence[Word], words: Sequence[Word]) -> tuple[Word, ...]:
    """`words` as written after `before`: with a capital letter where a sentence ended."""
    if not before or not words or not before[-1].text.endswith((".", "?", "!")) or before[-1].text.endswith(".."):
        return tuple(words)
    text = words[0].text
    at = len(text) - len(text.lstrip())
    return (replace(words[0], text=text[:at] + text[at : at + 1].upper() + text[at + 1 :]), *words[1:])


def normalized(word: Word) -> str:
    """Equal for words that differ in case, punctuation or width alone."""
    return "".join(filter(_is_spoken, unicodedata.normalize("NFKC", word.text).casefold()))


def stable_prefix_length(before: Sequence[Word], now: Sequence[Word]) -> int:
    """How many words two decodes of growing speech begin with in common: these rarely change.

    Method: local agreement, Macháček et al. 2023 (arXiv 2307.14743), for display alone: as a prefix that constrains
    the decoder it would keep early mistakes."""
    count = 0
    for one, other in zip(before, now, strict=False):
        if normalized(one) != normalized(other):
            break
        count += 1
    return count


def _joined_words(before: Word, piece: Word, spoken: bool) -> Word:
    """A word and its next piece; of a piece that is not spoken the text alone."""
    text = before.text + piece.text
    if not spoken:
        return replace(before, text=text)
    return Word(text, before.start, piece.end, min(before.probability, piece.probability))


def _belongs_to_word_before(text: str, spoken: bool, language: str) -> bool:
    if not spoken:
        return not text.startswith(" ") or len(text.strip()) == 0 or text.strip() in ".,!?;:)]}\"'”’»…"
    return language not in WITHOUT_SPACES and not text.startswith(" ")


def _is_spoken(character: str) -> bool:
    """Letters, digits and combining marks."""
    return character.isalnum() or unicodedata.category(character).startswith("M")
