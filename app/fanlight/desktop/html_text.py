"""What a fragment of HTML shows, as plain text, and the addresses of its pictures. Nothing is loaded, and the time it
takes grows with the length alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 2_000_000
"""Characters; what is behind them is left out."""

_NAME = re.compile(r"/?[a-zA-Z][^\s/>]*")
_SOURCE = re.compile(r"""(?<![\w-])src\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_UNSEEN = {"style", "script", "title", "template"}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "dl", "figure"}
_LINES = {"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "hr", "figcaption"}
_SPACE = re.compile(r"[ \t\r\n\f\xa0\u200b\ufeff]+")
_QUOTE_OR_END = re.compile(r"""=\s*(["'])|>""")


class HtmlContent(NamedTuple):
    """`pictures`: the addresses of its `img`s, in their order."""

    text: str
    pictures: tuple[str, ...]

    @property
    def is_picture(self) -> bool:
        """Whether pictures are all there is to see: a copied paragraph that happens to hold one is text."""
        return bool(self.pictures) and not self.text


def read_html(source: str) -> HtmlContent:
    reader = _Reader()
    for tag, piece in _pieces(source[:LONGEST]):
        reader.add_tag(tag, piece) if tag else reader.add_text(html.unescape(piece))
    return HtmlContent(reader.text(), tuple(reader.pictures))


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """The name of each tag ("/name" at its end) with all of the tag, and the text between them under no name."""
    at = 0
    while at < len(source):
        start = source.find("<", at)
        if start != at:
            yield "", source[at:start] if start >= 0 else source[at:]
        if start < 0:
            return
        if source.startswith("<!--", start):
            end = source.find("-->", start + 4)
            at = end + 3 if end >= 0 else len(source)
        elif source.startswith(("<!", "<?"), start):
            end = source.find(">", start)
            at = end + 1 if end >= 0 else len(source)
        elif (name := _NAME.match(source, start + 1)) is None:
            yield "", "<"
            at = start + 1
        else:
            tag, at = name[0].lower(), _end_of_tag(source, name.end())
            yield tag, source[start:at]
            if tag in _UNSEEN:
                end_tag = re.compile(f"</{tag}", re.IGNORECASE).search(source, at)
                at = end_tag.start() if end_tag else len(source)


def _end_of_tag(source: str, at: int) -> int:
    """Behind its ">", which is not one inside quotes."""
    while (found := _QUOTE_OR_END.search(source, at)) is not None:
        quote = found[1]
        if not quote:
            return found.end()
        at = source.find(quote, found.end()) + 1
        if not at:  # it is never closed: no quote
            return (source.find(">", found.end()) + 1) or len(source)
    return len(source)


class _Reader:
    """Collapses white space as a browser does."""

    def __init__(self) -> None:
        self.pictures: list[str] = []
        self._out: list[str] = []
        self._preformatted = self._cells = 0
        self._gap = ""  # before the next text: a space, a tab, or line breaks

    def add_text(self, text: str) -> None:
        if self._preformatted:
            self._write(text.replace("\r\n", "\n"))
            return
        words = _SPACE.sub(" ", text)
        if words.startswith(" "):
            self._gap = self._gap or " "
        if bare := words.strip(" "):
            self._write(bare)
            self._gap = " " if words.endswith(" ") else ""

    def add_tag(self, tag: str, whole: str) -> None:
        name = tag.lstrip("/")
        if name == "img" and (found := _SOURCE.search(whole)):
            self.pictures.append(html.unescape(next(filter(None, found.groups()), "")))
        elif name == "pre":
            self._preformatted = max(0, self._preformatted + (-1 if tag.startswith("/") else 1))
        if name == "br":
            self._gap = f"{self._gap.strip(' ')}\n"
        elif name in _PARAGRAPHS:
            self._break("\n\n")
        elif name in _LINES:
            self._break("\n")
            self._cells = 0
            if tag == "li":
                self._gap += "- "
        elif tag in ("td", "th"):
            self._gap = self._gap.strip(" ") + ("\t" if self._cells else "")
            self._cells += 1

    def text(self) -> str:
        return "".join(self._out).strip("\n")

    def _break(self, lines: str) -> None:
        if self._gap.count("\n") < len(lines) and not self._gap.endswith("- "):
            self._gap = lines

    def _write(self, text: str) -> None:
        self._out.append((self._gap if self._out else self._gap.lstrip(" \n")) + text)
        self._gap = ""
