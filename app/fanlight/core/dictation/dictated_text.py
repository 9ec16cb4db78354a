"""How dictated words are written into another program: spoken punctuation, code, and what follows the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanlight.core.dictation.spoken_marks import write_spoken_marks

_FULL_STOP = re.compile(r"(?<![.。])(?:\.(?=\s|$)|。)")
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?]\s)|(?<=\n))[^\W\d_][\w’'-]*")


@dataclass(frozen=True, slots=True)
class WritingStyle:
    """`spoken_marks`: "comma" and "new line" are written as such. `code`: no full stop, and no capital at the beginning
    of a sentence. `space_after`: a space, so that the next words do not touch these."""

    spoken_marks: bool = False
    code: bool = False
    space_after: bool = False


def written_text(text: str, language: str, style: WritingStyle) -> str:
    """`language` is Whisper's code; "" where it is not known. "" for no words."""
    text = text.strip()
    if style.spoken_marks:
        text = write_spoken_marks(text, language)
    if style.code:
        text = _as_code(text)
    return f"{text} " if text and style.space_after and not text.endswith("\n") else text


def _as_code(text: str) -> str:
    """Sentences are told apart by their full stops, which go."""
    return _FULL_STOP.sub("", _SENTENCE_START.sub(lambda found: _without_capital(found[0]), text)).rstrip()


def _without_capital(word: str) -> str:
    """An abbreviation, a name such as iPhone, and the English I keep theirs."""
    if word[1:] != word[1:].lower() or word == "I" or word.startswith(("I'", "I’")):
        return word
    return word[0].lower() + word[1:]
