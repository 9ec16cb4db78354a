"""What a question is asked about: pictures as pixels, documents as the text of the pages that it needs, videos as
pictures with their times and the text of what is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal

from fanlight.batch.clip_inputs import add_clip
from fanlight.batch.input_options import InputOptions, QuestionInputs, chosen_pages
from fanlight.batch.picture_sources import PictureSource
from fanlight.domain.detail import side_of
from fanlight.domain.document_errors import DocumentError, PasswordNeeded
from fanlight.domain.documents import MOST_PICTURED_PAGES, Document, given_text, page_ranges, room_for_pages
from fanlight.domain.messages import ImagePart
from fanlight.i18n import _, format_number, ngettext

_PAGE = (210, 297)
"""The shape of a page that becomes a picture."""


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
            for source in group:
                add_clip(inputs, source, question, how, kinds.count("clip") + len(group) - 1)
        else:
            inputs.pictures += [
                ImagePart(source.read(how.longest_side, how.stop, how.tell, how.detail)) for source in group
            ]
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
    document = read_source(sources[0], how)
    named = [source.page for source in sources if source.page is not None]
    pages = _checked(named, document) if named else chosen_pages(document, question, room, how.tell)
    without_text = [page for page in pages if not document.texts[page - 1]]
    pictured = without_text[:MOST_PICTURED_PAGES] if how.reads_pictures and document.kind == "pdf" else []
    if without_text and len(pictured) < len(without_text):
        _tell_left_out(document, without_text[len(pictured) :], how)
    if pictured:
        from fanlight.documents.files import page_pictures

        side = side_of(how.detail, how.longest_side, *_PAGE)
        drawn = page_pictures(document, pictured, side, how.stop)
        inputs.pictures += [ImagePart(one.in_detail(how.detail)) for one in drawn]
    inputs.texts.append(given_text(document, pages, pictured))


def read_source(source: PictureSource, how: InputOptions) -> Document:
    """A document. Slow. Raises DocumentError."""
    from fanlight.documents.files import read_document, read_document_bytes

    def read(password: str) -> Document:
        if source.path is None:
            return read_document_bytes(source.data, source.name, password, how.stop)
        return read_document(source.path, password, how.stop)

    key, last = (source.path, source.data), how.last_document
    if last is not None and key in last:
        return last[key]
    try:
        document = read("")
    except PasswordNeeded as needed:
        document = read(how.ask_password(needed))
    if last is not None:
        last.clear()
        last[key] = document
    return document


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
