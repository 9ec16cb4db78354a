"""What a question is asked about: pictures as pixels, documents as the text of the pages that it needs, videos as
pictures with their times and the text of what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Literal

from fanlight.batch.asking import Tell, untold
from fanlight.batch.picture_sources import PictureSource
from fanlight.domain.clips import HeardWords
from fanlight.domain.document_errors import DocumentError, PasswordNeeded
from fanlight.domain.documents import MOST_PICTURED_PAGES, Document, given_text, page_ranges, room_for_pages
from fanlight.domain.messages import Image, ImagePart
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _, format_number, ngettext

AskPassword = Callable[[PasswordNeeded], str]
"""The password of a document; raises the error where nobody can be asked."""


def nobody_knows(needed: PasswordNeeded) -> str:
    """An `AskPassword` for where nobody can be asked."""
    hint = _("Nobody can be asked for it here. Save a copy of the document without its password.")
    raise PasswordNeeded(needed.message, hint)


Hear = Callable[[Path, tuple[float, float], StopFlag | None], Iterable[HeardWords]]
"""What is said in a file between two times in seconds (an end of 0 is the file's own). Raises FanlightError."""


def nobody_hears(_path: Path, _part: tuple[float, float], _stop: StopFlag | None) -> Iterable[HeardWords]:
    """A `Hear` for where sound is left out."""
    return ()


@dataclass(frozen=True, slots=True)
class InputOptions:
    """`reads_pictures`: the model looks at them, or their text is read for it. `context_tokens` 0: not known."""

    longest_side: int
    reads_pictures: bool
    context_tokens: int = 0
    tell: Tell = untold
    ask_password: AskPassword = nobody_knows
    stop: StopFlag | None = None
    hear: Hear = nobody_hears
    progress: Callable[[str, float], object] = lambda _name, _done: None
    """A video is being read: its name, and how much of it is done, 0 to 1."""


@dataclass(slots=True)
class QuestionInputs:
    """`texts`: one of each document, as the model is sent it."""

    pictures: list[ImagePart] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def images(self) -> list[Image]:
        return [picture.image for picture in self.pictures]

    def question(self, text: str) -> str:
        """What was asked, behind the documents; an empty question stays one."""
        return "\n\n".join([*self.texts, text]) if text.strip() else text


def read_inputs(sources: Sequence[PictureSource], question: str, how: InputOptions) -> QuestionInputs:
    """Slow. Raises PictureError, DocumentError."""
    groups = list(_grouped(sources))
    kinds = [kind for kind, _group in groups]
    inputs = QuestionInputs()
    for kind, group in groups:
        if kind == "document":
            room = room_for_pages(how.context_tokens) // kinds.count("document")
            _add_document(inputs, group, question, room, how)
        elif kind == "clip":
            from fanlight.batch.clip_inputs import add_clip

            for source in group:
                add_clip(inputs, source, question, how, kinds.count("clip") + len(group) - 1)
        else:
            inputs.pictures += [ImagePart(source.read(how.longest_side, how.stop, how.tell)) for source in group]
    return inputs


Kind = Literal["picture", "document", "clip"]


def _grouped(sources: Iterable[PictureSource]) -> Iterator[tuple[Kind, list[PictureSource]]]:
    """(what it is, its sources): the pages of one file side by side are one document."""
    for _file, same in groupby(sources, lambda source: (source.path, source.data)):
        group = list(same)
        kind = _kind_of(group[0])
        wholes = [source for source in group if source.page is None]
        yield kind, wholes[:1] if kind == "document" and wholes else group


def _kind_of(source: PictureSource) -> Kind:
    from fanlight.documents.files import is_document
    from fanlight.pictures.recordings import by_content, is_recording

    if is_document(source.path or source.data, source.name):
        return "document"
    if source.part is not None or (is_recording(source.path) if source.path else by_content(source.data)):
        return "clip"
    return "picture"


def _add_document(
    inputs: QuestionInputs, sources: Sequence[PictureSource], question: str, room: int, how: InputOptions
) -> None:
    document = _read(sources[0], how)
    named = [source.page for source in sources if source.page is not None]
    pages = _checked(named, document) if named else chosen_pages(document, question, room, how.tell)
    without_text = [page for page in pages if not document.texts[page - 1]]
    pictured = without_text[:MOST_PICTURED_PAGES] if how.reads_pictures and document.kind == "pdf" else []
    if without_text and len(pictured) < len(without_text):
        _tell_left_out(document, without_text[len(pictured) :], how)
    if pictured:
        from fanlight.documents.files import page_pictures

        drawn = page_pictures(document, pictured, how.longest_side, how.stop)
        inputs.pictures += [ImagePart(image) for image in drawn]
    inputs.texts.append(given_text(document, pages, pictured))


def _read(source: PictureSource, how: InputOptions) -> Document:
    """Raises DocumentError."""
    from fanlight.documents.files import read_document, read_document_bytes

    def read(password: str) -> Document:
        if source.path is None:
            return read_document_bytes(source.data, source.name, password, how.stop)
        return read_document(source.path, password, how.stop)

    try:
        return read("")
    except PasswordNeeded as needed:
        return read(how.ask_password(needed))


def _checked(pages: Sequence[int], document: Document) -> tuple[int, ...]:
    """Raises DocumentError for a page that is not there."""
    for page in pages:
        if page > document.page_count:
            text = ngettext(
                "“{name}” has {count} page; there is no page {page}.",
                "“{name}” has {count} pages; there is no page {page}.",
                document.page_count,
            )
            raise DocumentError(
                text.format(name=document.name, count=format_number(document.page_count), page=format_number(page)),
                _("Choose a page that is there; the first one has the number 1."),
            )
    return tuple(dict.fromkeys(pages))


def chosen_pages(document: Document, question: str, room: int, tell: Tell) -> tuple[int, ...]:
    """The pages that the question needs; where these are not all, it is said which."""
    from fanlight.documents.page_index import PageIndex

    if document.has_text:
        pages = PageIndex(document.texts).chosen(question, room)
    else:
        pages = tuple(range(1, document.page_count + 1))[:MOST_PICTURED_PAGES]
    if len(pages) < document.page_count:
        text = _("“{name}” is too long for the model: it is given the pages {pages} of {count}.")
        hint = _("Name others behind the file, as in {example}.")
        tell(
            text.format(name=document.name, pages=page_ranges(pages), count=format_number(document.page_count)),
            hint.format(example=f"{document.name}#2-4"),
        )
    return pages


def _tell_left_out(document: Document, pages: Sequence[int], how: InputOptions) -> None:
    text = ngettext(
        "Page {pages} of “{name}” has no text and is left out.",
        "The pages {pages} of “{name}” have no text and are left out.",
        len(pages),
    )
    hint = _("Choose a vision model. With `ask --ocr` a model gets the text that is read in pictures.")
    if how.reads_pictures:
        hint = _("Ask about fewer pages: {example}.").format(example=f"{document.name}#2-4")
    how.tell(text.format(pages=page_ranges(pages), name=document.name), hint)
