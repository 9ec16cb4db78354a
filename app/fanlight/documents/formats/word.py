"""Texts of Word (.docx), which mammoth converts. It leaves out headers, footers, and formulas: they are added here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from fanlight.documents.formats.archive import DocumentArchive, elements, local_name
from fanlight.documents.formats.markup import markdown_of
from fanlight.documents.formats.pages import TextPages
from fanlight.domain.document_errors import DocumentPartMissing

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def add_word(archive: DocumentArchive, main: str, data: bytes, pages: TextPages) -> None:
    """`main`: the part with the text. Raises DocumentPartMissing, and whatever mammoth raises for what is damaged."""
    try:
        import mammoth
    except ImportError as error:
        raise DocumentPartMissing(str(error)) from error
    whole = archive.read(main)
    source = _with_part(data, main, _formulas_as_text(whole)) if b"oMath" in whole else data
    converted = mammoth.convert_to_html(
        io.BytesIO(source),
        convert_image=mammoth.images.img_element(lambda _image: {}),
        include_embedded_style_map=False,
    )
    around = dict.fromkeys(_around(archive, main))
    pages.add_text("\n\n".join(filter(None, [*around, markdown_of(converted.value)])))


def _around(archive: DocumentArchive, main: str) -> Iterator[str]:
    """What stands above and below its pages."""
    for kind, part in archive.related(main).values():
        if kind in ("header", "footer") and archive.has(part):
            lines = (
                "".join(each.text or "" for each in elements(one, "t")) for one in elements(archive.xml(part), "p")
            )
            yield "\n".join(line for line in lines if line.strip())


def _formulas_as_text(part: bytes) -> bytes:
    """Each formula is a run of its letters, in their order."""
    root = ET.fromstring(part)
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            if local_name(child) in ("oMath", "oMathPara"):
                run = ET.Element(f"{_WORD}r")
                ET.SubElement(run, f"{_WORD}t").text = "".join(each.text or "" for each in elements(child, "t"))
                run.tail = child.tail
                parent[place] = run
    written: bytes = ET.tostring(root, "utf-8")
    return written


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The archive with another content of that part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            is_that = entry.filename.replace("\\", "/").lstrip("/").lower() == name.lower()
            if is_that or entry.filename.lower().endswith((".xml", ".rels")):
                new.writestr(entry.filename, content if is_that else old.read(entry))
    return out.getvalue()
