"""OpenDocument: texts (.odt), spreadsheets (.ods), presentations (.odp), in their archives or flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from fanlight.documents.formats.archive import DocumentArchive, attribute, elements, local_name
from fanlight.documents.formats.pages import TextPages, table_row, table_rule
from fanlight.domain.document_errors import ProtectedForGood

_MOST_REPEATED = 100
"""Rows and columns that are said to stand there so often; a sheet's empty rest is repeated a million times."""
_SKIPPED = ("tracked-changes", "annotation", "annotation-end", "forms", "sequence-decls", "desc", "title")
_GROUPS = ("table-header-rows", "table-rows", "table-row-group")


def add_open_document(archive: DocumentArchive, subject: str, pages: TextPages) -> None:
    """Raises DocumentError."""
    manifest = "META-INF/manifest.xml"
    if archive.has(manifest) and next(elements(archive.xml(manifest), "encryption-data"), None) is not None:
        raise ProtectedForGood(subject)
    add_content(archive.xml("content.xml"), pages)


def add_content(root: ET.Element, pages: TextPages) -> None:
    """`root`: of content.xml, or of a flat document."""
    for body in elements(root, "body"):
        for kind in body:
            match local_name(kind):
                case "spreadsheet":
                    for table in elements(kind, "table"):
                        pages.add_table(attribute(table, "name"), _filled_rows(table))
                case "presentation" | "drawing":
                    for page in elements(kind, "page"):
                        pages.add_page("\n".join(_blocks(page)))
                case _:
                    pages.add_text("\n\n".join(_blocks(kind)))


def _blocks(root: ET.Element) -> Iterator[str]:
    for element in root:
        name = local_name(element)
        if name in ("h", "p"):
            marks = "#" * min(6, _number(element, "outline-level")) + " " if name == "h" else ""
            if text := _inline(element).strip():
                yield marks + text
            for frame in elements(element, "text-box"):
                yield from _blocks(frame)
        elif name == "list":
            yield "\n".join(_items(element, ""))
        elif name == "table":
            yield "\n".join(_table(element))
        elif name == "notes":
            if text := "\n".join(_blocks(element)):
                yield f"Notes: {text}"
        elif name not in _SKIPPED:
            yield from _blocks(element)


def _items(root: ET.Element, indent: str) -> Iterator[str]:
    for item in root:
        for element in item:
            if local_name(element) == "list":
                yield from _items(element, f"{indent}  ")
            elif text := _inline(element).strip():
                yield f"{indent}- {text}"


def _table(table: ET.Element) -> Iterator[str]:
    for number, row in enumerate(_filled_rows(table)):
        yield table_row(row)
        if not number:
            yield table_rule(len(row))


def _filled_rows(table: ET.Element) -> Iterator[Sequence[str]]:
    for row in _rows(table):
        cells: list[str] = []
        for cell in row:
            if local_name(cell) in ("table-cell", "covered-table-cell"):
                cells += [_cell(cell)] * min(_MOST_REPEATED, _number(cell, "number-columns-repeated"))
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield from [cells] * min(_MOST_REPEATED, _number(row, "number-rows-repeated"))


def _rows(table: ET.Element) -> Iterator[ET.Element]:
    """Those in groups, too; not those of a table in a cell."""
    for element in table:
        if local_name(element) == "table-row":
            yield element
        elif local_name(element) in _GROUPS:
            yield from _rows(element)


def _cell(cell: ET.Element) -> str:
    shown = " ".join(filter(None, _blocks(cell)))
    return shown or attribute(cell, "value") or attribute(cell, "string-value")


def _inline(element: ET.Element) -> str:
    """The text of a paragraph, with its footnotes where they belong; boxes in it are paragraphs of their own."""
    parts = [element.text or ""]
    for child in element:
        match local_name(child):
            case "s":
                parts.append(" " * min(_MOST_REPEATED, _number(child, "c")))
            case "tab":
                parts.append("\t")
            case "line-break":
                parts.append("\n")
            case "note":
                parts.append(f" ({' '.join(_blocks(child))})")
            case "frame" | "custom-shape" | "annotation" | "annotation-end":
                pass
            case _:
                parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _number(element: ET.Element, name: str) -> int:
    """1 where there is none."""
    text = attribute(element, name)
    return int(text) if text.isdecimal() and len(text) < 10 else 1
