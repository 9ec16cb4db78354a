"""Words beside the place where somebody speaks: of the open conversation, of a capture, of a selected text. Some of
them may be said next."""

from __future__ import annotations

import re

_MOST_CHARACTERS, _MOST_WORDS = 20_000, 400
_SHORTEST, _LONGEST = 4, 40
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|['’+#-](?=\w)|[+#])*")


def nearby_words(text: str) -> tuple[str, ...]:
    """Each once, the last ones of a long text; short words are none that a recognizer does not know."""
    words = dict.fromkeys(reversed(_WORD.findall(text[-_MOST_CHARACTERS:])))
    fitting = (word for word in words if _SHORTEST <= len(word) <= _LONGEST)
    return tuple(word for word, _unused in zip(fitting, range(_MOST_WORDS), strict=False))
