"""Document files become a `Document`: opened here, read in a parsing process unless they are text, and checked here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from fanlight.documents.kinds import HEAD_BYTES, FileFormat, file_format
from fanlight.documents.limits import MAX_BYTES, MOST_LETTERS, MOST_PAGES, check_bytes, subject_of, too_much_text
from fanlight.documents.parser_task import convert_document, read_pdf, render_pages
from fanlight.documents.passages import PageLine
from fanlight.documents.text_files import decode_text, text_pages
from fanlight.domain.document_errors import DocumentError, PasswordNeeded
from fanlight.domain.documents import Document, DocumentKind
from fanlight.domain.messages import Image
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import look_at
from fanlight.files import without_waiting
from fanlight.i18n import _
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import InputRefused, ParserCrashed, ParserOverdue, ParsingFailure
from fanlight.parsing.launching import ParserKind
from fanlight.parsing.pool import ParserPool, pool_of

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag

PARSER = ParserKind(
    "documents", ("fanlight.documents.parser_task", "fanlight.documents.pdf", "pypdfium2"), processes=2,
    memory_bytes=2 * 2**30,
)  # fmt: skip
"""Two: a page is shown while another document is read."""
SECONDS = 15.0
"""For one page."""
CONVERTING_SECONDS = 60.0
"""For all of a document that has no pages of its own."""
TOTAL_SECONDS = 240.0
"""For all of them."""


def parser() -> ParserPool:
    """The processes that read documents."""
    return pool_of(PARSER)


def prepare() -> None:
    """Have a process started ahead of the first document; returns at once, and raises nothing."""
    with suppress(ParsingFailure):  # said by the document that needs it
        parser().prepare()


def is_document(source: Path | bytes, name: str) -> bool:
    """Whether it is one by its first bytes or its name; False for what cannot be read, too."""
    if isinstance(source, bytes):
        return file_format(name, source[:HEAD_BYTES]) is not None
    if not look_at(source).is_file:
        return False
    try:
        with open(source, "rb", opener=without_waiting) as file:
            return file_format(name, file.read(HEAD_BYTES)) is not None
    except OSError:
        return False


def read_document(path: Path, password: str = "", stop: StopFlag | None = None) -> Document:
    """The document in a file. Slow; any thread. Raises DocumentError: missing, a folder, not readable, too large,
    damaged, without pages; PasswordNeeded, also for a wrong `password`."""
    name = path.name or str(path)
    found = look_at(path)
    if not found.is_file:
        raise DocumentError(found.refusal, _("Check the name and the folder."))
    check_bytes(found.size or 1, subject_of(name))  # a size of 0 is what files of /proc say
    try:
        with open(path, "rb", opener=without_waiting) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        text = _("{subject} cannot be read: {reason}.")
        raise DocumentError(
            text.format(subject=subject_of(name), reason=os_reason(error)), _("Check the name and the folder.")
        ) from error
    return read_document_bytes(data, name, password, stop)


def read_document_bytes(data: bytes, name: str, password: str = "", stop: StopFlag | None = None) -> Document:
    """As `read_document`, for the content of a file."""
    subject = subject_of(name)
    check_bytes(len(data), subject)
    kind = file_format(name, data[:HEAD_BYTES])
    if kind is None:
        raise DocumentError(_("{subject} is not a document that Fanlight can read.").format(subject=subject))
    texts = (
        text_pages(decode_text(data, subject)) if kind == "text" else _read_pages(data, subject, kind, password, stop)
    )
    shown: DocumentKind = "pdf" if kind == "pdf" else "text"
    return Document(hashlib.sha256(data).hexdigest(), name, shown, texts, data, password)


def page_pictures(
    document: Document, pages: Sequence[int], longest_side: int, stop: StopFlag | None = None
) -> list[Image]:
    """Of `pages`, counted from 1, of a PDF. Slow; any thread. Raises DocumentError, StoreError."""
    asked = {"pages": list(pages), "longest_side": longest_side, "lines": False, "password": document.password}
    return [image for image, _lines in _drawn(document, asked, longest_side, stop)]


def page_with_lines(
    document: Document, page: int, longest_side: int, password: str = ""
) -> tuple[Image, list[PageLine]]:
    """A page of a PDF and its runs of text. `password`: another one than the document's. Slow; any thread. Raises
    DocumentError, StoreError."""
    asked = {"pages": [page], "longest_side": longest_side, "lines": True, "password": password or document.password}
    return _drawn(document, asked, longest_side, None)[0]


def _drawn(
    document: Document, asked: dict[str, object], longest_side: int, stop: StopFlag | None
) -> list[tuple[Image, list[PageLine]]]:
    subject, pages = subject_of(document.name), asked["pages"]
    assert isinstance(pages, list)
    try:
        run = parser().run(render_pages, {**asked, "subject": subject}, [document.data], seconds=SECONDS, stop=stop)
        with closing(run) as replies:
            drawn = [(_image(reply, longest_side), _lines_of(reply)) for reply in replies]
        if len(drawn) != len(pages):
            raise ParserCrashed("another number of pages")
        return drawn
    except ParsingFailure as failure:
        raise _translated(failure, subject) from failure


def _read_pages(data: bytes, subject: str, kind: FileFormat, password: str, stop: StopFlag | None) -> tuple[str, ...]:
    """Raises DocumentError."""
    asked = {"subject": subject, "password": password, "format": kind}
    task, seconds = (read_pdf, SECONDS) if kind == "pdf" else (convert_document, CONVERTING_SECONDS)
    try:
        run = parser().run(task, asked, [data], seconds=seconds, stop=stop)
        with closing(run) as replies:
            return _collected(replies, subject)
    except ParsingFailure as failure:
        raise _translated(failure, subject) from failure


def _collected(replies: Generator[Packet, None, None], subject: str) -> tuple[str, ...]:
    """What the process sent, if it can be pages: a process that a file has taken over may send anything. Raises
    ParsingFailure, DocumentError."""
    until, count, letters = monotonic() + TOTAL_SECONDS, 0, 0
    texts: list[str] = []
    for reply in replies:
        if not count:
            count = _bounded(reply.values.get("pages"), MOST_PAGES)
            continue
        if len(texts) == count or len(reply.blobs) != 1:
            raise ParserCrashed("another number of pages")
        texts.append(reply.blobs[0].decode("utf-8", "replace"))
        letters += len(texts[-1])
        if letters > MOST_LETTERS:
            raise too_much_text(subject)
        if monotonic() > until:
            raise ParserOverdue(f"{TOTAL_SECONDS:g}")
    if not count or len(texts) != count:
        raise ParserCrashed("another number of pages")
    return tuple(texts)


def _image(reply: Packet, longest_side: int) -> Image:
    try:
        width, height = (_bounded(side, longest_side) for side in reply.values["size"])
        pixels, _lines = reply.blobs
        return Image.of(width, height, pixels)
    except (ValueError, LookupError, TypeError) as error:
        raise ParserCrashed(str(error)) from error


def _lines_of(reply: Packet) -> list[PageLine]:
    try:
        found = json.loads(reply.blobs[1])
        return [PageLine(str(text), *(min(1.0, max(0.0, float(side))) for side in box)) for text, *box in found]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ParserCrashed(str(error)) from error


def _bounded(value: object, most: int) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise ParserCrashed("no such number")
    return value


def _translated(failure: ParsingFailure, subject: str) -> DocumentError:
    message, hint = failure.explained(subject)
    if isinstance(failure, InputRefused) and failure.error == PasswordNeeded.__name__:
        return PasswordNeeded(message, hint)
    return DocumentError(message, hint)
