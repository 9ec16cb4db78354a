"""Books (.epub): their chapters, in the order in which they are read."""

from __future__ import annotations

from fanlight.documents.formats.archive import DocumentArchive, attribute, elements, joined, without_escapes
from fanlight.documents.formats.markup import decode_markup, markdown_of
from fanlight.documents.formats.pages import TextPages
from fanlight.domain.document_errors import DocumentError
from fanlight.i18n import _

_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""How fonts alone are scrambled."""


def add_book(archive: DocumentArchive, subject: str, pages: TextPages) -> None:
    """Raises DocumentError."""
    scrambled = "META-INF/encryption.xml"
    if archive.has(scrambled):
        methods = {attribute(each, "Algorithm") for each in elements(archive.xml(scrambled), "EncryptionMethod")}
        if methods - set(_FONTS):
            text = _("{subject} is protected against being read by other programs.").format(subject=subject)
            raise DocumentError(text, _("Fanlight reads books without such a protection."))
    container = archive.xml("META-INF/container.xml")
    package = next(name for each in elements(container, "rootfile") if (name := attribute(each, "full-path")))
    book = archive.xml(package)
    files = {attribute(each, "id"): attribute(each, "href") for each in elements(book, "item")}
    for each in elements(book, "itemref"):
        name = joined(package, without_escapes(files.get(attribute(each, "idref"), "").partition("#")[0]))
        if archive.has(name):
            pages.add_text(markdown_of(decode_markup(archive.read(name), subject)))
