"""Which files are documents: by their content where that says so, or else by their name."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath
from typing import Literal

from fanlight.domain.clips import is_transport_stream

HEAD_BYTES = 1024
"""A PDF says so within these."""
PDF_SUFFIXES = (".pdf",)
TEXT_SUFFIXES = (
    ".txt", ".text", ".md", ".markdown", ".rst", ".adoc", ".org", ".tex", ".log", ".csv", ".tsv", ".diff", ".patch",
    ".py", ".pyi", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".cs", ".java",
    ".kt", ".go", ".rs", ".rb", ".php", ".pl", ".lua", ".swift", ".scala", ".hs", ".ml", ".r", ".jl", ".sh", ".bash",
    ".zsh", ".fish", ".ps1", ".bat", ".sql", ".css", ".scss", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".conf",
    ".cmake", ".mk", ".srt", ".vtt", ".bib", ".jsonl", ".ndjson", ".xml", ".ipynb", ".vue", ".svelte", ".dart", ".zig",
    ".ex", ".exs", ".erl", ".clj", ".fs", ".vb", ".asm", ".proto", ".graphql", ".tf", ".gradle", ".properties",
)  # fmt: skip
OFFICE_SUFFIXES = (
    ".docx", ".docm", ".dotx", ".xlsx", ".xlsm", ".xltx", ".pptx", ".pptm", ".ppsx", ".potx", ".odt", ".ott", ".ods",
    ".ots", ".odp", ".otp", ".odg", ".epub",
)  # fmt: skip
FLAT_SUFFIXES = (".fodt", ".fods", ".fodp")
PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".xht")
MAIL_SUFFIXES = (".eml", ".mht", ".mhtml")
CONVERTED_SUFFIXES = OFFICE_SUFFIXES + FLAT_SUFFIXES + PAGE_SUFFIXES + MAIL_SUFFIXES
OLD_SUFFIXES = (".doc", ".dot", ".xls", ".xlt", ".xlsb", ".ppt", ".pps", ".rtf", ".wps", ".msg")
"""Some of these are web pages or mails under an old name; of the others it is said that they are not read."""
TEXT_NAMES = ("makefile", "dockerfile", "readme", "license", "changelog")
_NO_TEXTS = (
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".svg", ".xpm", ".xbm", ".ppm",
    ".pgm", ".pbm", ".eps", ".ps", ".ico", ".json", ".zip", ".m3u", ".y4m",
)  # fmt: skip
"""Names of something else, whatever is in the files."""
_OLD, _ZIP, _RTF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"{\\rtf"
_IN_ARCHIVE = (b"[Content_Types].xml", b"mimetypeapplication/")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE)
_MAIL = re.compile(rb"^(?:MIME-Version|From|Date|Subject|Message-ID): ", re.IGNORECASE | re.MULTILINE)
_FLAT = b"office:document"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

FileFormat = Literal["pdf", "text", "archive", "flat", "html", "mail", "old"]
"""How a file is read. "archive": office documents and books; "old": those that are not read, with a sentence."""


def file_format(name: str, head: bytes) -> FileFormat | None:
    """`head`: the first HEAD_BYTES of the file. None for what is no document."""
    suffix = PurePath(name.lower()).suffix
    if b"%PDF-" in head[:HEAD_BYTES]:
        return "pdf"
    if head.startswith(_ZIP) and (suffix in OFFICE_SUFFIXES or any(mark in head for mark in _IN_ARCHIVE)):
        return "archive"
    if suffix in OFFICE_SUFFIXES + OLD_SUFFIXES:
        return _office_format(suffix, head)
    if suffix in FLAT_SUFFIXES:
        return "flat"
    if suffix in PAGE_SUFFIXES:
        return "html"
    if suffix in MAIL_SUFFIXES:
        return "mail"
    if suffix == ".ts" and is_transport_stream(head):
        return None
    return "text" if is_text_name(name) or _is_text(name, suffix, head) else None


def _office_format(suffix: str, head: bytes) -> FileFormat:
    """Programs save web pages, mails, tables as text, and XML under the names of office documents."""
    if head.startswith((_OLD, _RTF)):
        return "old"
    if _FLAT in head:
        return "flat"
    if _MARKUP.search(head):
        return "mail" if _MAIL.match(head) else "html"
    if _MAIL.match(head):
        return "mail"
    if suffix in OFFICE_SUFFIXES and b"<pkg:package" not in head:
        return "archive"
    return "text" if not head.lstrip().startswith(b"<") and _is_plain(head) else "old"


def _is_text(name: str, suffix: str, head: bytes) -> bool:
    """A file with a name that says nothing, and text in it."""
    return bool(name) and suffix not in _NO_TEXTS and b"<svg" not in head and _is_plain(head)


def _is_plain(head: bytes) -> bool:
    """Whether it is UTF-8 without control characters."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(text) and not _CONTROL.search(text)


def is_text_name(name: str) -> bool:
    path = PurePath(name.lower())
    return path.suffix in TEXT_SUFFIXES or path.name in TEXT_NAMES


def is_document_name(name: str) -> bool:
    """By the name alone."""
    return PurePath(name.lower()).suffix in PDF_SUFFIXES + CONVERTED_SUFFIXES or is_text_name(name)
