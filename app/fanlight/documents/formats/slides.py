"""Presentations of PowerPoint (.pptx): each slide is a page, with its tables, diagrams, and the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from fanlight.documents.formats.archive import DocumentArchive, attribute, elements, local_name
from fanlight.documents.formats.pages import TextPages, table_row, table_rule


def add_slides(archive: DocumentArchive, presentation: str, pages: TextPages) -> None:
    related = archive.related(presentation)
    for each in elements(archive.xml(presentation), "sldId"):
        _kind, slide = related.get(_relation(each), ("", ""))
        if slide and archive.has(slide):
            pages.add_page(_slide_text(archive, slide))


def _relation(slide: ET.Element) -> str:
    """A slide has two attributes that are called id, one of them with a namespace."""
    return next((value for key, value in slide.items() if key.endswith("}id")), "")


def _slide_text(archive: DocumentArchive, slide: str) -> str:
    blocks = list(drawn_blocks(archive.xml(slide)))
    for kind, part in archive.related(slide).values():
        if kind == "diagramData" and archive.has(part):
            blocks += drawn_blocks(archive.xml(part))
        if kind == "notesSlide" and archive.has(part) and (notes := "\n".join(_notes(archive.xml(part)))):
            blocks.append(f"Notes: {notes}")
    return "\n".join(blocks)


def drawn_blocks(root: ET.Element) -> Iterator[str]:
    """Paragraphs, and tables as rows."""
    for element in root:
        name = local_name(element)
        if name == "p":
            if text := _paragraph(element):
                yield text
        elif name == "tbl":
            yield from _table(element)
        elif name != "Fallback":  # for programs that do not know what it stands for
            yield from drawn_blocks(element)


def _table(table: ET.Element) -> Iterator[str]:
    for number, row in enumerate(elements(table, "tr")):
        cells = [" ".join(drawn_blocks(cell)) for cell in row if local_name(cell) == "tc"]
        yield table_row(cells)
        if not number:
            yield table_rule(len(cells))


def _notes(root: ET.Element) -> Iterator[str]:
    """What the speaker wrote, without the page's number and date."""
    for shape in elements(root, "sp"):
        if any(attribute(place, "type") == "body" for place in elements(shape, "ph")):
            yield from drawn_blocks(shape)


def _paragraph(paragraph: ET.Element) -> str:
    parts = []
    for element in paragraph.iter():
        match local_name(element):
            case "t":
                parts.append(element.text or "")
            case "br":
                parts.append("\n")
    return "".join(parts).strip()
