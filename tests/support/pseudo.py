"""A language made up in memory: every text in «», with accents, and 40 percent longer than in English, as German
or French may be. What shows no «» is not translatable; what is cut off has too little room."""

from __future__ import annotations

import gettext
import re

LONGER = 0.4

_ACCENTS = str.maketrans("aeiounycsAEIOUNYCS", "áéíóúñýçšÁÉÍÓÚÑÝÇŠ")
_KEPT = re.compile(r"\{[^}]*\}|%(?:\([a-z_]+\))?[a-z%]|`[^`]*`|&&|https?://\S+|<[^>]+>|[\n\t]")
"""Placeholders, code and marks, which a translation has as they are."""
_NUMBER_FORMATS = ("decimal separator", "thousands separator", "digits of the smallest grouped number", "percent")


def pseudo(text: str) -> str:
    """`text` as that language has it."""
    parts, start = [], 0
    for kept in _KEPT.finditer(text):
        parts += [text[start : kept.start()].translate(_ACCENTS), kept[0]]
        start = kept.end()
    parts.append(text[start:].translate(_ACCENTS))
    more = max(1, round(LONGER * len(_KEPT.sub("", text))))
    padding = ("~~~~~ " * (more // 6 + 1))[:more].strip() or "~"
    return f"«{''.join(parts)} {padding}»"


class Pseudo(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return message if context in _NUMBER_FORMATS else pseudo(message)
