"""What values are read from: a picture, or one page of a document, as pixels and as words with their places."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fanlight.documents.passages import PageLine
from fanlight.documents.value_places import PageWords, words_of_lines, words_of_reading
from fanlight.domain.documents import Document
from fanlight.domain.messages import Image, Picture
from fanlight.domain.reading import TextLine, layout_text

DRAWN_SIDE = 2339
"""Pixels: A4 at 200 dots an inch, which is what OCR reads best."""
MOST_LETTERS = 12_000
"""Of a page that a model is given."""


@dataclass(frozen=True, slots=True)
class PageSubject:
    """`picture`, or page `number` of `document`."""

    name: str
    picture: Picture | None = None
    document: Document | None = None
    number: int = 1

    @property
    def page_count(self) -> int:
        return self.document.page_count if self.document is not None else 1

    def at_page(self, number: int) -> PageSubject:
        return replace(self, number=number)


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """`image` is what is shown, None where the page is text alone; `asked` what a model is given, at most as large as
    the settings say. `needs_reading`: its text is still to be read in the pixels. `lines`: its runs of text there."""

    subject: PageSubject
    image: Image | None
    asked: Image | None
    words: PageWords
    text: str
    needs_reading: bool = False
    lines: tuple[TextLine, ...] = field(default=(), repr=False)

    def with_reading(self, lines: tuple[TextLine, ...]) -> SubjectPage:
        """With what OCR has found in `image`."""
        image = self.image
        if image is None:
            return self
        words = PageWords(words_of_reading(lines, image.width, image.height), may_be_misread=True)
        return replace(self, words=words, text=layout_text(lines)[:MOST_LETTERS], needs_reading=False, lines=lines)


def load_page(subject: PageSubject, picture_side: int) -> SubjectPage:
    """Slow; any thread. Raises FanlightError."""
    if subject.document is not None:
        return _page_of(subject, subject.document, picture_side)
    picture = subject.picture
    if picture is None:
        raise ValueError("neither a picture nor a document")
    return SubjectPage(subject, _whole(picture), picture.image, PageWords(()), "", needs_reading=True)


def _whole(picture: Picture) -> Image:
    """Of one that is not kept, what the model is sent."""
    from fanlight.pictures.files import read_bytes

    return (
        read_bytes(picture.data, picture.name, DRAWN_SIDE, page=picture.page).image if picture.data else picture.image
    )


def _in_pixels(line: PageLine, image: Image) -> TextLine:
    left, top = line.left * image.width, line.top * image.height
    return TextLine(line.text, left, top, line.right * image.width - left, line.bottom * image.height - top)


def _page_of(subject: PageSubject, document: Document, picture_side: int) -> SubjectPage:
    text = document.texts[subject.number - 1]
    if document.kind != "pdf":
        rows = [PageLine(line, 0, place, 1, place + 1) for place, line in enumerate(text.split("\n"))]
        return SubjectPage(subject, None, None, PageWords(words_of_lines(rows)), text[:MOST_LETTERS])
    from fanlight.documents.files import page_pictures, page_with_lines

    image, lines = page_with_lines(document, subject.number, DRAWN_SIDE, document.password)
    if words := words_of_lines(lines):
        runs = tuple(_in_pixels(line, image) for line in lines)
        return SubjectPage(subject, image, None, PageWords(words), text[:MOST_LETTERS], lines=runs)
    asked = page_pictures(document, [subject.number], picture_side)[0]
    return SubjectPage(subject, image, asked, PageWords(()), text[:MOST_LETTERS], needs_reading=True)
