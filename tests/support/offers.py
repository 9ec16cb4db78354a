"""What programs offer in a drag or on the clipboard, and what Fanlight takes of it.

The formats are those that the programs use on Linux, taken from their sources, from bug reports and from the clipboard;
the contents are shortened. `python offers.py` serves them to another program one after the other: each line on standard
input is the number of an offer, which is put on the clipboard.
"""

from __future__ import annotations

import base64
import io
import sys
from dataclasses import dataclass, field
from typing import Literal

from PIL import Image

Taken = Literal["files", "picture", "text", "link", "remote", "elsewhere", "nothing"]

_canvas = io.BytesIO()
Image.new("RGB", (40, 30), (200, 30, 40)).save(_canvas, "PNG")
PNG = _canvas.getvalue()
_canvas = io.BytesIO()
Image.new("RGB", (40, 30), (200, 30, 40)).save(_canvas, "BMP")
BMP = _canvas.getvalue()
DATA = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
WORD_HEAD = (
    '<html xmlns:v="urn:schemas-microsoft-com:vml"><head><meta name=Generator content="Microsoft Word 15">'
    "<style><!-- /* Font Definitions */ @font-face {font-family:Calibri;} --></style>"
    "<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head><body lang=EN-US>"
)
START, END = "<!--StartFragment-->", "<!--EndFragment-->"


def moz(*lines: str) -> bytes:
    return "\n".join(lines).encode("utf-16-le")


@dataclass(frozen=True)
class Offer:
    program: str
    formats: dict[str, bytes | str]
    taken: Taken
    content: tuple[str, ...] = ()
    """Paths of files, or the text, or the host of a picture on the web, or the address of a file elsewhere."""
    also: tuple[str, ...] = field(default=())
    """What is refused beside what is taken."""


OFFERS: tuple[Offer, ...] = (
    # Browsers
    Offer("Firefox: Copy Link", {
        "text/x-moz-url": moz("https://example.org/a?b=1", "A page"),
        "text/html": '<a href="https://example.org/a?b=1">A page</a>',
        "text/plain": "https://example.org/a?b=1"},
        "link", ("https://example.org/a?b=1",)),
    Offer("Firefox: Copy Link, the address of a picture", {
        "text/x-moz-url": moz("https://example.org/cat.jpg", "cat.jpg"),
        "text/html": '<a href="https://example.org/cat.jpg">cat.jpg</a>',
        "text/plain": "https://example.org/cat.jpg"},
        "link", ("https://example.org/cat.jpg",)),
    Offer("Firefox: a link is dragged", {
        "text/x-moz-url": moz("https://example.org/a", "A page"),
        "text/x-moz-url-data": moz("https://example.org/a"), "text/x-moz-url-desc": moz("A page"),
        "text/uri-list": "https://example.org/a\r\n", "_NETSCAPE_URL": "https://example.org/a\nA page",
        "text/html": '<a href="https://example.org/a">A page</a>', "text/plain": "https://example.org/a"},
        "link", ("https://example.org/a",)),
    Offer("Firefox: a tab or a bookmark is dragged", {
        "text/x-moz-place": '{"title":"A page","id":3,"type":"text/x-moz-place"}',
        "text/x-moz-url": moz("https://example.org/a", "A page"), "text/plain": "https://example.org/a",
        "text/html": '<A HREF="https://example.org/a">A page</A>'},
        "link", ("https://example.org/a",)),
    Offer("Firefox: Copy Image", {
        "text/html": '<img src="https://example.org/cat.jpg" alt="A cat">', "text/_moz_htmlcontext": "",
        "text/_moz_htmlinfo": "", "image/jpeg": PNG, "image/png": PNG, "image/bmp": BMP},
        "picture"),
    Offer("Firefox: a picture is dragged", {
        "text/x-moz-url": moz("https://cdn.example.org/cat.jpg", "cat.jpg"),
        "text/uri-list": "https://cdn.example.org/cat.jpg\r\n", "application/x-moz-file-promise": "",
        "application/x-moz-file-promise-url": "https://cdn.example.org/cat.jpg",
        "text/html": '<img src="https://cdn.example.org/cat.jpg" alt="A cat">',
        "text/plain": "https://cdn.example.org/cat.jpg"},
        "remote", ("cdn.example.org",)),
    Offer("Firefox: a picture that is a link is dragged", {
        "text/uri-list": "https://shop.example/item/3\r\n", "text/plain": "https://shop.example/item/3",
        "text/html": '<a href="https://shop.example/item/3"><img src="https://cdn.example.org/3.jpg"></a>'},
        "remote", ("cdn.example.org",)),
    Offer("Firefox: text is copied", {
        "text/html": "<meta charset=utf-8><p>Some <b>words</b></p>", "text/_moz_htmlcontext": "<html></html>",
        "text/_moz_htmlinfo": "0,0", "text/plain": "Some words"},
        "text", ("Some words",)),
    Offer("Firefox: text with a picture in it is copied", {
        "text/html": '<p>Some <img src="https://example.org/smile.png"> words</p>', "text/plain": "Some  words"},
        "text", ("Some  words",)),
    Offer("Chromium: Copy Image", {
        "text/html": '<meta http-equiv="content-type" content="text/html; charset=utf-8">'
                     '<img src="https://example.org/cat.png" alt="A cat"/>', "image/png": PNG},
        "picture"),
    Offer("Chromium: Copy Link Address", {"text/plain": "https://example.org/cat.png"},
          "text", ("https://example.org/cat.png",)),
    Offer("Chromium: a link is dragged", {
        "text/uri-list": "https://example.org/a\r\n", "text/x-moz-url": moz("https://example.org/a", "A page"),
        "_NETSCAPE_URL": "https://example.org/a\nA page", "text/plain": "https://example.org/a",
        "text/html": '<a href="https://example.org/a">A page</a>', "chromium/x-renderer-taint": ""},
        "link", ("https://example.org/a",)),
    Offer("Chromium: a picture is dragged", {
        "text/uri-list": "https://example.org/cat.png\r\n", "text/html": '<img src="https://example.org/cat.png"/>',
        "text/plain": "https://example.org/cat.png", "application/octet-stream": PNG},
        "picture"),
    Offer("Chromium on Wayland: a picture is dragged", {
        "text/uri-list": "https://example.org/cat.png\r\n", "text/html": '<img src="https://example.org/cat.png"/>',
        'application/octet-stream;name="cat.png"': PNG},
        "picture", ("cat.png",)),
    Offer("Chromium: a picture without its file is dragged", {
        "text/uri-list": "https://example.org/cat.png\r\n", "text/html": '<img src="https://example.org/cat.png"/>',
        "text/plain": "https://example.org/cat.png"},
        "remote", ("example.org",)),
    Offer("WhatsApp in a browser: a picture is dragged", {
        "text/uri-list": "blob:https://web.whatsapp.com/8a7b\r\n",
        "text/html": '<img src="blob:https://web.whatsapp.com/8a7b">'},
        "remote", ("web.whatsapp.com",)),
    Offer("A page with its pictures inside: one is dragged", {
        "text/uri-list": f"{DATA}\r\n", "text/html": f'<img src="{DATA}">'}, "picture"),
    Offer("A mail in a browser: a picture is copied as HTML alone", {"text/html": f"{START}<img src='{DATA}'>{END}"},
          "picture"),
    Offer("A page whose picture is named without a host", {"text/html": '<img src="/logo.png">'}, "remote", ("",)),
    Offer("A page whose picture names a file", {"text/html": '<img src="file:///etc/hostname">'}, "remote", ("",)),
    Offer("Two pictures are selected and copied", {
        "text/html": '<img src="https://a.example/1.png">\n<img src="https://b.example/2.png">', "text/plain": "\n"},
        "remote", ("a.example",)),
    # Office programs
    Offer("LibreOffice Calc: cells", {
        "application/x-openoffice-gdimetafile": b"VCLMTF", "image/png": PNG, "image/bmp": BMP,
        "text/html": '<html><head><meta name="generator" content="LibreOffice"/><style>td{}</style></head><body>'
                     "<table><tr><td>name</td><td>sum</td></tr><tr><td>a</td><td>3</td></tr></table></body></html>",
        "text/richtext": rb"{\rtf1 name}", "text/plain": "name\tsum\na\t3\n"},
        "text", ("name\tsum\na\t3\n",)),
    Offer("LibreOffice Calc: a chart", {
        "application/x-openoffice-gdimetafile": b"VCLMTF", "image/png": PNG, "image/bmp": BMP}, "picture"),
    Offer("LibreOffice Writer: a paragraph", {
        "text/rtf": rb"{\rtf1 Words}", "text/richtext": rb"{\rtf1 Words}", "image/png": PNG,
        "text/html": "<html><body><p>Words</p></body></html>", "text/plain": "Words"}, "text", ("Words",)),
    Offer("LibreOffice Writer: a picture", {
        "text/rtf": rb"{\rtf1 pict}", "image/png": PNG,
        "text/html": '<html><head><title></title></head><body><p><br/><img src="file:///tmp/lu.png"></p></body></html>',
        "text/plain": "\n"}, "picture"),
    Offer("Word: a paragraph", {
        "text/rtf": rb"{\rtf1 Dear all}", "image/png": PNG,
        "text/html": f"{WORD_HEAD}{START}<p class=MsoNormal>Dear all,<o:p></o:p></p>{END}</body></html>",
        "text/plain": "Dear all,\r\n"}, "text", ("Dear all,\r\n",)),
    Offer("Word: a picture", {
        "text/rtf": rb"{\rtf1 pict}", "image/png": PNG,
        "text/html": f"{WORD_HEAD}{START}<!--[if gte vml 1]><v:shape><v:imagedata src='a.png'/></v:shape><![endif]-->"
                     f"<![if !vml]><img width=9 src='file:///C:/Temp/clip_image001.png'><![endif]>{END}</body></html>",
        "text/plain": " "}, "picture"),
    Offer("Excel: cells that hold an address", {
        "image/png": PNG, "text/html": f"{WORD_HEAD}<table><tr><td>https://example.org</td></tr></table></body></html>",
        "text/plain": "https://example.org\r\n"}, "text", ("https://example.org\r\n",)),
    Offer("PowerPoint: a slide", {"image/png": PNG, "image/bmp": BMP}, "picture"),
    # File managers
    Offer("Nautilus: a picture is copied", {
        "x-special/gnome-copied-files": "copy\nfile:///home/a/my%20cat.png",
        "application/vnd.portal.filetransfer": "1234", "text/uri-list": "file:///home/a/my%20cat.png\r\n",
        "text/plain": "/home/a/my cat.png"}, "files", ("/home/a/my cat.png",)),
    Offer("Nautilus 40: a picture is copied", {
        "text/plain": "x-special/nautilus-clipboard\ncopy\nfile:///home/a/cat.png\n"}, "files", ("/home/a/cat.png",)),
    Offer("Caja: pictures are copied", {
        "x-special/mate-copied-files": "copy\nfile:///home/a/1.png\nfile:///home/a/2.png"},
        "files", ("/home/a/1.png", "/home/a/2.png")),
    Offer("Thunar: a picture is cut", {"x-special/gnome-copied-files": "cut\nfile:///home/a/cat.png"},
          "files", ("/home/a/cat.png",)),
    Offer("Dolphin: a picture is copied", {
        "text/uri-list": "file:///home/a/cat.png", "application/x-kde4-urilist": "file:///home/a/cat.png",
        "application/x-kde-cutselection": "0", "text/plain": "file:///home/a/cat.png"},
        "files", ("/home/a/cat.png",)),
    Offer("A file manager with a preview", {"text/uri-list": "file:///etc/passwd\r\n", "image/png": PNG},
          "files", ("/etc/passwd",)),
    Offer("An image viewer whose file is gone", {"text/uri-list": "file:///nowhere/at/all.png\r\n", "image/png": PNG},
          "picture"),
    Offer("A name that is no UTF-8", {"text/uri-list": b"file:///home/a/caf%E9.png\r\n"},
          "files", ("/home/a/caf\udce9.png",)),
    Offer("A name that is neither UTF-8 nor escaped", {"text/uri-list": b"file:///home/a/caf\xe9 1.png\r\n"},
          "files", ("/home/a/caf\udce9 1.png",)),
    Offer("Names with letters that addresses escape", {
        "text/uri-list": "file:///tmp/a%23b%3Fc%25.png\r\nfile:///tmp/%C3%A9%F0%9F%8C%8D.png\r\n"},
        "files", ("/tmp/a#b?c%.png", "/tmp/é🌍.png")),
    Offer("A list with comments, one slash, and localhost", {
        "text/uri-list": "# two files\r\nfile:/tmp/a.png\r\nfile://localhost/tmp/b.png\r\n\r\n"},
        "files", ("/tmp/a.png", "/tmp/b.png")),
    Offer("A list of bare paths", {"text/uri-list": "/tmp/a b.png\n/tmp/c.png\n"},
          "files", ("/tmp/a b.png", "/tmp/c.png")),
    Offer("A share of another computer", {"text/uri-list": "file://server/share/x.png\r\n"},
          "elsewhere", ("file://server/share/x.png",)),
    Offer("Dolphin: a file on a server", {
        "text/uri-list": "sftp://anna:secret@nas/pics/a.png", "text/plain": "sftp://nas/pics/a.png"},
        "elsewhere", ("sftp://nas/pics/a.png",)),
    Offer("Nautilus: a file on a share", {
        "x-special/gnome-copied-files": "copy\nsmb://nas/pics/a.png", "text/uri-list": "smb://nas/pics/a.png\r\n",
        "text/plain": "smb://nas/pics/a.png"}, "elsewhere", ("smb://nas/pics/a.png",)),
    Offer("A file manager: a telephone's picture", {"text/uri-list": "mtp://Pixel_7/DCIM/1.jpg\r\n"},
          "elsewhere", ("mtp://pixel_7/DCIM/1.jpg",)),
    Offer("The trash", {"text/uri-list": "trash:///cat.png\r\n"}, "elsewhere", ("trash:///cat.png",)),
    Offer("A mail's attachment is dragged", {
        "text/x-moz-message": "mailbox-message://inbox#1",
        "text/x-moz-url": moz("imap://anna@mail.example:993/fetch?part=1.2&filename=a.png", "a.png"),
        "application/x-moz-file-promise": ""},
        "elsewhere", ("imap://mail.example:993/fetch?part=1.2&filename=a.png",)),
    Offer("A file of this computer with one of another", {
        "text/uri-list": "file:///tmp/a.png\r\nsftp://nas/b.png\r\n"}, "files", ("/tmp/a.png",), ("sftp://nas/b.png",)),
    Offer("A file of this computer with a picture on the web", {
        "text/uri-list": "file:///tmp/a.png\r\nhttps://example.org/b.png\r\n"},
        "files", ("/tmp/a.png",), ("example.org",)),
    # Screenshots, painting programs
    Offer("A screenshot", {"image/png": PNG}, "picture"),
    Offer("A screenshot as bytes of a bitmap", {"image/bmp": BMP}, "picture"),
    Offer("A screenshot with its path as text", {"image/png": PNG, "text/plain": "/home/a/Screenshot 1.png"},
          "picture"),
    Offer("A chat: a picture with its address as text", {
        "image/png": PNG, "text/plain": "https://cdn.example.org/1.png"}, "picture"),
    Offer("GIMP: a selection", {
        "image/x-xcf": b"gimp xcf", "image/png": PNG, "image/tiff": b"", "image/bmp": BMP}, "picture"),
    Offer("Inkscape: a drawing", {
        "image/svg+xml": "<svg/>", "image/x-inkscape-svg": "<svg/>", "image/png": PNG}, "picture"),
    Offer("A drawing as SVG alone", {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>"}, "picture"),
    # Text
    Offer("A terminal", {"text/plain": "ls -l\n"}, "text", ("ls -l\n",)),
    Offer("Spaces alone", {"text/plain": "    "}, "text", ("    ",)),
    Offer("Text that ends with a null", {"text/plain": b"words\0"}, "text", ("words",)),
    Offer("HTML alone", {"text/html": "<p>One &amp; <i>two</i></p><ul><li>three<li>four</ul>"},
          "text", ("One & two\n\n- three\n- four",)),
    Offer("HTML alone, a table", {"text/html": "<table><tr><th>a<th>b<tr><td>1<td>2</table>"}, "text", ("a\tb\n1\t2",)),
    Offer("HTML alone, with scripts and styles", {
        "text/html": "<html><head><title>no</title><style>p{}</style><script>if (a<b) x()</script></head>"
                     "<body>  Just\n this <!-- not this --></body></html>"}, "text", ("Just this",)),
    Offer("Another kind of text", {"text/csv": "a,b\n1,2\n"}, "text", ("a,b\n1,2\n",)),
    Offer("Rich text alone", {"text/rtf": rb"{\rtf1 Words}"}, "nothing"),
    Offer("A contact", {"application/x-addressbook": b"\1\2"}, "nothing"),
)  # fmt: skip


def encoded(offer: Offer) -> dict[str, bytes]:
    return {
        kind: content if isinstance(content, bytes) else content.encode() for kind, content in offer.formats.items()
    }


def serve() -> int:
    from PySide6.QtCore import QSocketNotifier
    from PySide6.QtGui import QGuiApplication, QWindow

    from support.foreign_mime import ForeignMime
    from support.recorded_offers import EVERY_OFFER

    application = QGuiApplication(sys.argv[:1])
    window = QWindow()
    window.show()

    def put() -> None:
        line = sys.stdin.readline()
        if not line:
            application.quit()
            return
        application.clipboard().setMimeData(ForeignMime(encoded(EVERY_OFFER[int(line)])))
        print("offered", line.strip(), flush=True)

    notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
    notifier.activated.connect(put)
    print("ready", flush=True)
    return application.exec()


if __name__ == "__main__":
    sys.exit(serve())
