"""The words of a sentence of Markdown: marks dropped, links by their names, pictures by their alternative text.

What is a mark is decided by the parser; all else is spoken as it is written, HTML too, which the window shows as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from gettext import NullTranslations
from typing import TYPE_CHECKING

from fanlight.i18n import N_, texts_in
from fanlight.markdown.formulas import FORMULA
from fanlight.markdown.half_marks import HALF_MARK
from fanlight.markdown.inline import inline_parser
from fanlight.synthesis.spoken_formula import spoken_formula

if TYPE_CHECKING:
    from markdown_it.token import Token

_URL = re.compile(r"\bhttps?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}*_~]")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:]+)")
_TIMES = re.compile(r"(?<=\d)\s*\*\s*(?=\d)")
_KEYCAP = re.compile("([0-9#*])\ufe0f?\u20e3")
_PICTOGRAPH = (
    "[\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c"
    "\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]"
)
_EMOJI = re.compile(f"(?:{_PICTOGRAPH}|[^\\s\\w]\ufe0f|[\u2122\u2139]\ufe0f)[\ufe0f\U000e0020-\U000e007f]*\u200d?")
"""What Unicode shows as a picture of its own accord (Emoji_Presentation), or by the variation selector behind it."""


class SentenceReader:
    """The sentences of one paragraph, in order: a mark of emphasis may have its other half in a later one."""

    def __init__(self) -> None:
        self._texts = texts_in("")
        self._begun = Counter[str]()

    def spoken_words(self, sentence: str, last: bool, texts: NullTranslations) -> str:
        """The sentence as it is spoken; "" when it has neither letters nor digits. `last`: none follows. `texts`: what
        is added is in their language."""
        self._texts = texts
        (token,) = inline_parser().parseInline(sentence)
        words = self._spoken(token.children or (), last)
        times = self._texts.gettext(N_("times"))
        words = _TIMES.sub(f" {times} ", _EMOJI.sub(" ", _KEYCAP.sub(r"\1", words)))
        words = re.sub(r" +(?=[.,!?;:](?:\s|$))", "", " ".join(words.split()))
        return words if any(letter.isalnum() for letter in words) else ""

    def _spoken(self, tokens: Sequence[Token], last: bool) -> str:
        pieces: list[str] = []
        links: list[tuple[int, str]] = []  # where each open link's pieces begin, and its address
        for token in tokens:
            match token.type:
                case "text":
                    pieces.append(_URL.sub(lambda found: _host(found[0]), token.content))
                case "text_special":  # an escaped character, or an entity
                    pieces.append(token.content)
                case "code_inline":
                    pieces.append(token.content.strip())
                case "image":
                    pieces.append(self._picture(self._spoken(token.children or (), True).strip()))
                case "link_open":
                    links.append((len(pieces), str(token.attrGet("href") or "")))
                case "link_close":
                    start, address = links.pop()
                    if not "".join(pieces[start:]).strip():
                        pieces.append(_host(address))
                case _ if token.type == FORMULA:
                    pieces.append(f" {spoken_formula(token.content, self._texts)} ")
                case _ if token.type == HALF_MARK:
                    pieces.append(self._half_mark(token, last))
                case "softbreak" | "hardbreak":
                    pieces.append(" ")
        return "".join(pieces)

    def _picture(self, name: str) -> str:
        if name:
            return self._texts.gettext(N_("picture: {name}")).format(name=name)
        return self._texts.gettext(N_("picture"))

    def _half_mark(self, token: Token, last: bool) -> str:
        """Nothing for one whose other half is in another sentence; the mark itself where it is none."""
        mark = token.content
        if token.meta["begins"]:
            self._begun[mark] += not last
            return mark if last else ""
        if self._begun[mark]:
            self._begun[mark] -= 1
            return ""
        return mark


def _host(address: str) -> str:
    found = _HOST.match(address)
    return found[1] if found else address
