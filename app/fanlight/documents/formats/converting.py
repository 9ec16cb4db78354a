"""The texts of a document's pages, by what is in the file."""

from __future__ import annotations

import struct
import zipfile
import zlib
from contextlib import suppress
from xml.etree import ElementTree as ET
from xml.parsers.expat import ExpatError

from fanlight.documents.formats.archive import DocumentArchive, attribute, elements
from fanlight.documents.formats.book import add_book
from fanlight.documents.formats.mail import add_mail
from fanlight.documents.formats.markup import decode_markup, markdown_of
from fanlight.documents.formats.open_document import add_content, add_open_document
from fanlight.documents.formats.pages import TextPages
from fanlight.documents.formats.slides import add_slides
from fanlight.documents.formats.spreadsheet import Spreadsheet
from fanlight.documents.formats.word import add_word
from fanlight.documents.kinds import FileFormat
from fanlight.domain.document_errors import DocumentError, ProtectedForGood
from fanlight.domain.errors import FanlightError
from fanlight.i18n import _

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = (
    ArithmeticError, AttributeError, EOFError, ET.ParseError, ExpatError, LookupError, NotImplementedError, OSError,
    RuntimeError, StopIteration, TypeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What readers raise that believe a damaged file."""


def converted_texts(data: bytes, file_format: FileFormat, subject: str) -> list[str]:
    """Raises DocumentError."""
    pages = TextPages(subject)
    try:
        match file_format:
            case "old":
                raise _old(data, subject)
            case "html":
                pages.add_text(markdown_of(decode_markup(data, subject)))
            case "mail":
                add_mail(data, subject, pages)
            case "flat":
                add_content(ET.fromstring(data), pages)
            case _:
                _add_archive(data, subject, pages)
    except FanlightError:
        raise
    except _BROKEN as error:
        text = _("{subject} is damaged, or no document that Fanlight knows.").format(subject=subject)
        raise DocumentError(text, _("Copy or download it again.")) from error
    if not any(pages.texts):
        text = _("There is no text in {subject}.").format(subject=subject)
        raise DocumentError(text, _("Save it as a PDF document: its pages can be read as pictures."))
    return pages.texts


def _add_archive(data: bytes, subject: str, pages: TextPages) -> None:
    archive = DocumentArchive(data, subject)
    if not archive.has("[Content_Types].xml"):
        if archive.has("META-INF/container.xml"):
            add_book(archive, subject, pages)
        else:
            add_open_document(archive, subject, pages)
        return
    main, content = _main_part(archive)
    if "binary" in content or main.endswith(".bin"):
        raise _unsupported(subject)
    if "word" in content:
        add_word(archive, main, data, pages)
    elif "presentation" in content or content.startswith("ppt/"):
        add_slides(archive, main, pages)
    elif "sheet" in content or content.startswith("xl/"):
        Spreadsheet(archive, main).add_to(pages)
    else:
        raise _unsupported(subject)


def _main_part(archive: DocumentArchive) -> tuple[str, str]:
    """Its name, and what it is said to be. Raises LookupError."""
    main = next(name for kind, name in archive.related("").values() if kind == "officeDocument")
    types = elements(archive.xml("[Content_Types].xml"), "Override")
    said = {attribute(each, "PartName").lstrip("/").lower(): attribute(each, "ContentType") for each in types}
    return main, said.get(main.lower(), main)


def _old(data: bytes, subject: str) -> DocumentError:
    """Of files as Office wrote them until 2007, and as it writes protected ones."""
    with suppress(ValueError):
        data.index(_ENCRYPTED)
        return ProtectedForGood(subject)
    return _unsupported(subject)


def _unsupported(subject: str) -> DocumentError:
    text = _("{subject} has a format that Fanlight does not read.").format(subject=subject)
    return DocumentError(text, _("Open it in an office program, and save it as .docx, .xlsx, .pptx, or PDF."))
