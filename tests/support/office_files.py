"""Office documents, books, and mails as their programs write them, small."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{OFFICE}"'
SLIDE = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{OFFICE}"'
)
OPEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def relations(*found: tuple[str, str]) -> str:
    """(kind, target), by the ids r1, r2 and so on."""
    each = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(found, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{each}</Relationships>'


def office(main: str, kind: str, parts: Mapping[str, str | bytes]) -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
        "</Types>"
    )
    return zipped({"[Content_Types].xml": types, "_rels/.rels": relations(("officeDocument", main)), **parts})


def word(body: str, **parts: str) -> bytes:
    text = f"<w:document {WORD}><w:body>{body}</w:body></w:document>"
    return office("word/document.xml", "wordprocessingml.document", {"word/document.xml": text, **parts})


def paragraph(text: str, style: str = "") -> str:
    how = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{how}<w:r><w:t>{text}</w:t></w:r></w:p>"


def spreadsheet(
    sheets: Mapping[str, str],
    texts: Sequence[str] = (),
    styles: str = "",
    settings: str = "",
    beside: Mapping[str, str] | None = None,
) -> bytes:
    """`sheets`: by their names the rows as XML; `texts` are shared."""
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(sheets, 1)
    )
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f"<workbook {SHEET}>{settings}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            *(("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "styles.xml"),
        ),
        "xl/sharedStrings.xml": f"<sst {SHEET}>{shared}</sst>",
        "xl/styles.xml": f"<styleSheet {SHEET}>{styles}</styleSheet>",
    }
    for number, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet {SHEET}><sheetData>{rows}</sheetData></worksheet>"
    return office("xl/workbook.xml", "spreadsheetml.sheet", parts | dict(beside or {}))


def slides(*shapes: str, notes: str = "") -> bytes:
    """Of each slide its shapes as XML; `notes` belong to the first one."""
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="r{number}"/>' for number in range(1, len(shapes) + 1))
    parts: dict[str, str | bytes] = {
        "ppt/presentation.xml": f"<p:presentation {SLIDE}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            *(("slide", f"slides/slide{number}.xml") for number in range(1, len(shapes) + 1))
        ),
        "ppt/slides/_rels/slide1.xml.rels": relations(("notesSlide", "../notesSlides/notes1.xml")),
        "ppt/notesSlides/notes1.xml": f"<p:notes {SLIDE}>{shape('7', 'sldNum')}{shape(notes, 'body')}</p:notes>",
    }
    for number, each in enumerate(shapes, 1):
        parts[f"ppt/slides/slide{number}.xml"] = f"<p:sld {SLIDE}><p:cSld><p:spTree>{each}</p:spTree></p:cSld></p:sld>"
    return office("ppt/presentation.xml", "presentationml.presentation", parts)


def shape(text: str, place: str = "title") -> str:
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{place}"/></p:nvPr></p:nvSpPr><p:txBody>{lines}</p:txBody></p:sp>'


def open_document(body: str, kind: str = "text", manifest: str = "") -> bytes:
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {OPEN}><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>",
    }
    return zipped(parts | ({"META-INF/manifest.xml": manifest} if manifest else {}))


def book(*chapters: str, protection: str = "") -> bytes:
    items = "".join(f'<item id="c{number}" href="text/c%20{number}.xhtml"/>' for number in range(len(chapters)))
    order = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="OEBPS/book.opf"/></container>',
        "OEBPS/book.opf": f"<package><manifest>{items}</manifest><spine>{order}</spine></package>",
    }
    for number, text in enumerate(chapters):
        parts[f"OEBPS/text/c {number}.xhtml"] = f"<html><body>{text}</body></html>"
    return zipped(parts | ({"META-INF/encryption.xml": protection} if protection else {}))
