"""What is written in place of words that were spoken: the user's list, a line for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fanlight.domain.languages import code_of

_ARROW = re.compile(r"\s*(?:->|=>|→|=)\s*")
_LANGUAGE = re.compile(r"([^:]+):\s+")
_INNER_CAPITAL = re.compile(r"(?<=[^\W\d_]{2})(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ][^\W\d_])")


@dataclass(frozen=True, slots=True)
class Replacement:
    """`spoken` is a word or a phrase; `written` may be empty: then the words are left out. `language` is Whisper's
    code, "" for all."""

    spoken: str
    written: str
    language: str = ""


def read_replacements(text: str) -> tuple[Replacement, ...]:
    """One in each line: `spoken = written`, with `German:` or `de:` before it where it is for one language. Other lines
    do not count."""
    return tuple(found for line in text.splitlines() if (found := _read_line(line)) is not None)


def _read_line(line: str) -> Replacement | None:
    spoken, *written = _ARROW.split(line, maxsplit=1)
    language = ""
    if named := _LANGUAGE.match(spoken):
        language = code_of(named[1].strip()) or ""
        spoken = spoken[named.end() :] if language else spoken
    if not written or not re.search(r"\w", spoken):
        return None
    return Replacement(" ".join(spoken.split()), " ".join(written[0].split()), language)


def spellings(names: Sequence[str]) -> tuple[Replacement, ...]:
    """For names that have capitals inside: the recognizer hears WireGuard, and writes "wire guard"."""
    inside = (name for name in names if re.search(r"\w[A-ZÀ-Þ]", name) and name != name.upper())
    return tuple(Replacement(" ".join(_INNER_CAPITAL.split(name)), name) for name in inside)
