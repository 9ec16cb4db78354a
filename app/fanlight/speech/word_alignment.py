"""Whisper's pieces of text become words with times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fanlight.domain.speech import Word

WITHOUT_SPACES = frozenset(("zh", "ja", "th", "lo", "my", "yue"))
"""Languages that write no spaces; their pieces are characters."""
_SEEN_CHARACTERS = 150
"""Of the text before: so much the decoder is given at least (`whisper._CONTEXT_CHARACTERS`, less half a word)."""


def evenly_timed(text: str, seconds: float, probability: float) -> tuple[Word, ...]:
    """The words of a text whose times nobody looked up, in equal shares of `seconds`; none for punctuation alone."""
    if not any(map(_says, text)):
        return ()
    pieces = re.findall(r"\s*\S+", text)
    share = seconds / len(pieces)
    probability = min(1.0, max(0.0, probability))
    return tuple(Word(piece, i * share, (i + 1) * share, probability) for i, piece in enumerate(pieces))


def merge_subwords(aligned: Sequence[Mapping[str, Any]], seconds: float, language: str) -> tuple[Word, ...]:
    """faster-whisper's alignment (word, start, end, probability) as words: punctuation and the ends of words joined to
    what they belong to, times inside 0 to `seconds` and in order. Punctuation does not make a word less sure. What
    begins behind the audio is not in it: the decoder now and then says a sentence again into the zeros that follow (of
    60 short ones by synthetic voices 5; their copies began 0.5 s behind the end and more, no last word of the others
    later than 0.8 s before it)."""
    words: list[Word] = []
    latest = 0.0
    for piece in aligned:
        text = str(piece["word"])
        if not text:
            continue
        says = any(map(_says, text))
        if says and float(piece["start"]) > seconds:
            break  # at a word: a full stop stands where the last word's alignment ends, which may be behind the audio
        start = min(max(float(piece["start"]), latest), seconds)
        end = min(max(float(piece["end"]), start), seconds)
        probability = min(1.0, max(0.0, float(piece["probability"])))
        if words and _belongs(text, says, language):
            before = words.pop()
            words.append(
                Word(
                    before.text + text,
                    before.start,
                    end if says else before.end,
                    min(before.probability, probability) if says else before.probability,
                )
            )
        else:
            words.append(Word(text, start, end, probability))
        latest = words[-1].end
    return tuple(words)


def shifted(words: Sequence[Word], seconds: float) -> tuple[Word, ...]:
    """The same words, that much later."""
    return tuple(Word(word.text, word.start + seconds, word.end + seconds, word.probability) for word in words)


def as_open_fragment(text: str) -> str:
    """The text before a pause, as the decoder is to see it behind the pause: its last full stop is a comma. Whisper
    ends any fragment with a stop, and after one it hears a new sentence ("received for good or for evil", with a breath
    before the second word, became "For good, author evil"). The stops before that one show how the text is written;
    where the decoder sees none it stays, or none would follow. 197 words at four volumes had 14 mistakes, with the stop
    18; live holds of 460 words 6, with the stop 7."""
    fragment = text.endswith(".") and not text.endswith("..")
    return f"{text[:-1]}," if fragment and re.search(r"[.?!]\s", text[-_SEEN_CHARACTERS:]) else text


def capitalized_after(before: Sequence[Word], words: Sequence[Word]) -> tuple[Word, ...]:
    """`words` as they are written after `before`: a capital where a sentence ended."""
    if not before or not words or not before[-1].text.endswith((".", "?", "!")) or before[-1].text.endswith(".."):
        return tuple(words)
    text = words[0].text
    at = len(text) - len(text.lstrip())
    return (replace(words[0], text=text[:at] + text[at : at + 1].upper() + text[at + 1 :]), *words[1:])


def normalized(word: Word) -> str:
    """What two words have in common that differ in spelling only: case, punctuation, width."""
    return "".join(filter(_says, unicodedata.normalize("NFKC", word.text).casefold()))


def stable_prefix_length(before: Sequence[Word], now: Sequence[Word]) -> int:
    """How many words two decodes of growing speech begin with in common: these will hardly change.

    Method: local agreement, Macháček et al. 2023 (arXiv 2307.14743). It colours what is shown; it never binds a decode,
    which would keep early mistakes."""
    count = 0
    for one, other in zip(before, now, strict=False):
        if normalized(one) != normalized(other):
            break
        count += 1
    return count


def _belongs(text: str, says: bool, language: str) -> bool:
    """Whether a piece goes to the word before it."""
    if not says:
        return not text.startswith(" ") or len(text.strip()) == 0 or text.strip() in ".,!?;:)]}\"'”’»…"
    return language not in WITHOUT_SPACES and not text.startswith(" ")


def _says(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")
