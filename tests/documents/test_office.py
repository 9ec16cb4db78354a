"""Office documents, books, web pages, and mails are read as text with its headings, lists, and tables."""

from __future__ import annotations

import pytest

from fanlight.documents.files import is_document, read_document_bytes
from fanlight.documents.formats.converting import converted_texts
from fanlight.documents.kinds import FileFormat
from fanlight.domain.document_errors import DocumentError
from support.office_files import (
    SHEET,
    SLIDE,
    WORD,
    book,
    open_document,
    paragraph,
    relations,
    shape,
    slides,
    spreadsheet,
    word,
    zipped,
)
from support.pdf_files import pdf


def texts(data: bytes, file_format: FileFormat = "archive") -> list[str]:
    """As the parsing process does it, here."""
    return converted_texts(data, file_format, "“a”")


def test_a_document_of_word_is_read_in_the_parsing_process() -> None:
    table = "<w:tbl><w:tr><w:tc>" + paragraph("Pump") + "</w:tc><w:tc>" + paragraph("42 bar") + "</w:tc></w:tr></w:tbl>"
    document = read_document_bytes(
        word(paragraph("Handbook", "Heading1") + paragraph("Käse &amp; Brot") + table), "a.docx"
    )
    assert document.kind == "text"
    assert document.texts == ("# Handbook\n\nKäse & Brot\n\n| Pump | 42 bar |\n| --- | --- |",)
    assert document.data[:2] == b"PK"


def test_what_was_deleted_in_word_is_not_there_and_what_was_added_is() -> None:
    changed = (
        "<w:p><w:r><w:t>due on </w:t></w:r><w:del><w:r><w:delText>Monday</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>Friday</w:t></w:r></w:ins></w:p>"
    )
    assert texts(word(changed)) == ["due on Friday"]


def test_boxes_headers_controls_and_formulas_of_word_are_read() -> None:
    box = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="wps"><w:drawing><x:txbx xmlns:x="http://schemas.microsoft.com/office/word/2010/'
        f'wordprocessingShape"><w:txbxContent>{paragraph("Boxed")}</w:txbxContent></x:txbx></w:drawing></mc:Choice>'
        f'<mc:Fallback><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>{paragraph("Boxed")}'
        "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    control = f"<w:sdt><w:sdtContent>{paragraph('Chosen')}</w:sdtContent></w:sdt>"
    formula = (
        '<w:p><w:r><w:t>so </w:t></w:r><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
        "<m:r><m:t>x+1</m:t></m:r></m:oMath></w:p>"
    )
    parts = {
        "word/_rels/document.xml.rels": relations(("header", "header1.xml"), ("footer", "footer1.xml")),
        "word/header1.xml": f"<w:hdr {WORD}>{paragraph('Confidential')}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {WORD}>{paragraph('Page foot')}</w:ftr>",
    }
    (shown,) = texts(word(box + control + formula, **parts))
    assert shown == "Confidential\n\nPage foot\n\nBoxed\n\nChosen\n\nso x+1"


def test_cells_are_as_the_sheet_shows_them() -> None:
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
        '<numFmt numFmtId="165" formatCode="&quot;day&quot; 0.0"/></numFmts><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs>'
    )
    row = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>0.30000000000000004</v></c>'
        '<c r="D1" s="1"><v>45292</v></c>'
        '<c r="E1" s="2"><v>45292.75</v></c><c r="F1" s="3"><v>0.19</v></c><c r="G1" s="4"><v>7</v></c>'
        '<c r="H1" t="b"><v>1</v></c><c r="I1" t="e"><v>#N/A</v></c><c r="J1" s="5"><v>0.5</v></c>'
        '<c r="K1"><f>A1+1</f></c><c r="L1" t="inlineStr"><is><t>in</t><rPh><t>x</t></rPh></is></c></row>'
    )
    (page,) = texts(spreadsheet({"Costs": row}, ["a|b"], styles))
    shown = "a\\|b |  | 0.3 | 2024-01-01 | 2024-01-01 18:00 | 19 % | 7 | TRUE | #N/A | 12:00 | =A1+1 | in"
    assert page.splitlines()[:2] == ["## Costs", f"| {shown} |"]


def test_what_stands_in_boxes_and_comments_of_a_sheet_is_read() -> None:
    made = spreadsheet(
        {"S": '<row><c r="A1"><v>1</v></c></row>'},
        beside={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("drawing", "../d.xml"), ("comments", "../c.xml")),
            "xl/d.xml": f"<d {SLIDE}>{shape('Check this')}</d>",
            "xl/c.xml": f'<comments {SHEET}><comment ref="B2"><text><t>why?</t></text></comment></comments>',
        },
    )
    assert texts(made)[1] == "S: Check this\nS, B2: why?"


def test_dates_that_begin_in_1904_are_right() -> None:
    styles = '<cellXfs><xf numFmtId="14"/></cellXfs>'
    row = '<row><c r="A1" s="0"><v>43830</v></c></row>'
    (page,) = texts(spreadsheet({"": row}, styles=styles, settings='<workbookPr date1904="1"/>'))
    assert "2024-01-01" in page


def test_each_page_of_a_long_sheet_begins_with_its_columns_names() -> None:
    rows = "".join(
        f'<row><c r="A{n}" t="inlineStr"><is><t>{"Name" if n == 1 else f"item {n}"}</t></is></c>'
        f'<c r="B{n}"><v>{n}</v></c></row>'
        for n in range(1, 1000)
    )
    pages = texts(spreadsheet({"Parts": rows, "Empty": ""}))
    assert len(pages) > 3
    assert all(page.startswith("## Parts\n| Name | 1 |\n| --- | --- |\n| item") for page in pages)
    assert "| item 999 | 999 |" in pages[-1]
    assert sum(page.count("| item 500 |") for page in pages) == 1


def test_a_slide_is_a_page_with_its_table_and_its_notes() -> None:
    table = "<a:tbl><a:tr>" + "".join(
        f"<a:tc><a:txBody><a:p><a:r><a:t>{n}</a:t></a:r></a:p></a:txBody></a:tc>" for n in "xy"
    )
    made = slides(shape("Plan\nfor spring") + table + "</a:tr></a:tbl>", "", shape("End"), notes="Say hello")
    assert texts(made) == ["Plan\nfor spring\n| x | y |\n| --- | --- |\nNotes: Say hello", "", "End"]


def test_open_documents_keep_headings_lists_and_footnotes() -> None:
    body = (
        '<text:h text:outline-level="2">Rent</text:h><text:p>Due<text:s text:c="2"/>monthly<text:note>'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>in advance</text:p>"
        "</text:note-body></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>keys</text:p><text:list><text:list-item><text:p>cellar</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
    )
    assert texts(open_document(body)) == ["## Rent\n\nDue  monthly (in advance).\n\n- keys\n  - cellar"]


def test_a_million_empty_cells_of_an_open_sheet_take_no_time() -> None:
    cell = '<table:table-cell table:number-columns-repeated="{}">{}</table:table-cell>'
    rows = (
        f"<table:table-row>{cell.format(1, '<text:p>Rent</text:p>')}{cell.format(16_000, '')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048000">{cell.format(16_000, "")}</table:table-row>'
    )
    table = f'<table:table table:name="Flat">{rows}</table:table>'
    assert texts(open_document(table, "spreadsheet")) == ["## Flat\n| Rent |\n| --- |"]
    filled = f'<table:table-row table:number-rows-repeated="9000">{cell.format(9000, "<text:p>x</text:p>")}'
    many = "\n".join(texts(open_document(f"<table:table>{filled}</table:table-row></table:table>", "spreadsheet")))
    assert 10_000 <= many.count("x") < 13_000


def test_chapters_of_a_book_come_in_their_order() -> None:
    assert texts(book("<h1>One</h1><p>It began.</p>", "<p>It ended.</p>")) == ["# One\n\nIt began.", "It ended."]


def test_a_web_page_is_its_text_without_scripts() -> None:
    page = (
        "<html><head><title>Offer</title><style>p {}</style><script>if (a < b) alert('<p>')</script></head><body>"
        "<p>Hello<br>there,  <b>you</b></p><ul><li>a<ol><li>b<li>c</ol></ul><pre>x\n  y</pre>"
        "<table><tr><th>Item<th>Price<tr><td>Tea<td>3&nbsp;€</table><img alt='a cat'>"
    )
    (shown,) = texts(page.encode(), "html")
    assert shown == (
        "Offer\n\nHello\nthere, you\n\n- a\n\n  1. b\n  2. c\n\nx\n  y\n\n"
        "| Item | Price |\n| --- | --- |\n| Tea | 3 € |\n\n[a cat]"
    )


def test_tables_that_only_place_things_are_paragraphs() -> None:
    inner = "<table><tr><td>Sum</td><td>12 €</td></tr></table>"
    page = f"<table><tr><td><p>{'Dear reader. ' * 40}</p></td><td>{inner}</td></tr></table><p>Bye</p>"
    (shown,) = texts(page.encode(), "html")
    assert shown.startswith("Dear reader.")
    assert shown.endswith("| Sum | 12 € |\n| --- | --- |\n\nBye")


@pytest.mark.parametrize(
    ("said", "encoding"),
    [("iso-8859-1", "cp1252"), ("Shift_JIS", "cp932"), ("windows-1251", "cp1251"), ("utf-8", "utf-8")],
)
def test_a_web_page_has_the_encoding_that_it_says(said: str, encoding: str) -> None:
    text = {"cp932": "日本語", "cp1251": "Погода"}.get(encoding, "“Grüße”")
    assert texts(f"<meta charset='{said}'><p>{text}".encode(encoding), "html") == [text]


def test_a_mail_has_its_headers_its_text_and_what_was_attached() -> None:
    mail = (
        b"From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\nTo: a@example.org\nSubject: Offer\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n"
        b"Content-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe\n--b\nContent-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename=offer.pdf\n\nx\n--b--\n"
    )
    (shown,) = texts(mail, "mail")
    assert shown.startswith("From: Jürgen <j@example.org>\nTo: a@example.org\nSubject: Offer\n\nGrüße")
    assert shown.endswith("Attached: offer.pdf")


def test_all_that_a_mail_shows_is_read_and_damaged_ones_are() -> None:
    head = b"Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/"
    html = b"--b\nContent-Type: text/html\nContent-Disposition: inline\n\n"
    (shown,) = texts(head + b"mixed; boundary=b\n\n" + html + b"<p>One\n" + html + b"<p>Two\n--b--\n", "mail")
    assert shown == "Subject: x\n\nOne\n\nTwo"
    plain = b"--b\nContent-Type: text/plain\n\nOne\n"
    (shown,) = texts(head + b"alternative; boundary=b\n\n" + plain + html + b"<p>One\n--b--\n", "mail")
    assert shown == "Subject: x\n\nOne"
    passed_on = b"--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nText\n"
    (shown,) = texts(head + b"mixed; boundary=b\n\n" + plain + passed_on, "mail")
    assert shown == "Subject: x\n\nOne\n\nSubject: inner\n\nText"
    (shown,) = texts(b"Subject: =?x?q?G=FC?=\nContent-Type: text/plain; charset=x-unknown\n\nGr\xfc\xdfe\n", "mail")
    assert shown.endswith("Grüße")
    (shown,) = texts(b'Content-Type: text/html; name="a.htm"\nContent-Disposition: attachment\n\n<p>One', "mail")
    assert shown == "One\n\nAttached: a.htm"


def test_files_are_recognized_by_what_is_in_them() -> None:
    made = word(paragraph("Text"))
    assert is_document(made, "download")
    assert is_document(open_document("<text:p>x</text:p>"), "")
    assert not is_document(zipped({"notes.txt": "x"}), "a.zip")
    assert read_document_bytes(b"<html><table><tr><td>1<td>2</table>", "export.xls").texts == (
        "| 1 | 2 |\n| --- | --- |",
    )
    assert read_document_bytes(pdf(["Text"]), "a.docx").kind == "pdf"
    assert read_document_bytes(b"a\tb\n1\t2\n", "export.xls").texts == ("a\tb\n1\t2\n",)
    assert is_document("Grüße".encode(), "notes.unknown")
    assert not is_document("Grüße".encode(), "notes.png")
    assert not is_document(b"<svg/>", "drawing")
    assert not is_document(b"\x00\x01", "notes.unknown")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DRM = '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>'
LOCKED = '<m xmlns="x"><encryption-data/></m>'


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "protected by a password"),
        (OLE, "a.doc", "format that Fanlight does not read"),
        (b'<?xml version="1.0"?><pkg:package/>', "a.docx", "format that Fanlight does not read"),
        (b"{\\rtf1 text}", "a.rtf", "format that Fanlight does not read"),
        (open_document("<text:p>x</text:p>", manifest=LOCKED), "a.odt", "protected by a password"),
        (book("x", protection=DRM), "a.epub", "protected against being read"),
        (word("")[:-30], "a.docx", "damaged"),
        (word(paragraph("x")).replace(b"word/document.xml", b"word/dxcument.xml"), "a.docx", "damaged"),
        (word("<w:p>"), "a.docx", "damaged"),
        (spreadsheet({"a": "<row>"}), "a.xlsx", "damaged"),
        (b"PK\x03\x04", "a.pptx", "damaged"),
        (b"x" * 100, "a.odt", "damaged"),
        (word(""), "a.docx", "no text"),
        (slides("", ""), "a.pptx", "no text"),
        (b"<html><script>x</script>", "a.html", "no text"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(data: bytes, name: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as refused:
        read_document_bytes(data, name)
    assert refused.value.hint


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": b" " * 200 * 2**20})
    with pytest.raises(DocumentError, match="unpacks to more than 192 MB"):
        texts(bomb)


def test_entities_that_multiply_end_with_a_sentence() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<!DOCTYPE d [<!ENTITY e0 "lol">{levels}]><w:document {WORD}><w:body>&e11;</w:body></w:document>'
    made = zipped({"mimetype": "application/x", "content.xml": body})
    with pytest.raises(DocumentError, match="damaged"):
        texts(made)


def test_parts_that_are_nested_without_end_end_with_a_sentence() -> None:
    deep = "<text:section>" * 20_000 + "<text:p>x</text:p>" + "</text:section>" * 20_000
    with pytest.raises(DocumentError, match="damaged"):
        texts(open_document(deep))
