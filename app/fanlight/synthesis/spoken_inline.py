"""The words of a sentence of Markdown: marks dropped, links by their names, pictures by their alternative text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fanlight.i18n import _
from fanlight.markdown.inline import inline_parser

if TYPE_CHECKING:
    from markdown_it.token import Token

_URL = re.compile(r"\bhttps?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}*_~]")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:]+)")
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
_TIMES = re.compile(r"(?<=\d)\s*\*\s*(?=\d)")
_STRONG = re.compile(r"\*\*+|~~+")
_STAR = re.compile(r"(?<!\s)\*|\*(?!\s)")
_UNDERSCORE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")


def spoken_words(sentence: str) -> str:
    """The sentence as it is spoken; "" when it has neither letters nor digits."""
    (token,) = inline_parser().parseInline(sentence)
    words = _spoken(token.children or ())
    return words if any(letter.isalnum() for letter in words) else ""


def _spoken(tokens: Sequence[Token]) -> str:
    pieces: list[str] = []
    links: list[tuple[int, str]] = []  # where each open link's pieces begin, and its address
    for token in tokens:
        match token.type:
            case "text":
                pieces.append(_plain(token.content))
            case "text_special":  # an escaped character, or an entity
                pieces.append(token.content)
            case "code_inline":
                pieces.append(token.content.strip())
            case "image":
                name = _spoken(token.children or ())
                pieces.append(_("picture: {name}").format(name=name) if name else _("picture"))
            case "link_open":
                links.append((len(pieces), str(token.attrGet("href") or "")))
            case "link_close":
                start, address = links.pop()
                if not "".join(pieces[start:]).strip():
                    pieces.append(_host(address))
            case "softbreak" | "hardbreak" | "html_inline":
                pieces.append(" ")
    return " ".join("".join(pieces).split())


def _plain(text: str) -> str:
    """The text without marks whose other half is in another sentence."""
    text = _REFERENCE.sub(r"\1", _URL.sub(lambda found: _host(found[0]), text))
    text = _STRONG.sub("", _TIMES.sub(" " + _("times") + " ", text))
    return _UNDERSCORE.sub("", _STAR.sub("", text))


def _host(address: str) -> str:
    found = _HOST.match(address)
    return found[1] if found else address
