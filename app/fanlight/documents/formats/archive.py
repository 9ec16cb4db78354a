"""Documents that are ZIP files of XML: their parts, within bounds."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree as ET

from fanlight.domain.document_errors import DocumentError, ProtectedForGood
from fanlight.i18n import _

MOST_UNPACKED = 192 * 2**20
"""Bytes of all parts that are texts: a real book has some MB."""
MOST_PARTS = 20_000
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_TEXTS = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx")


class DocumentArchive:
    """Parts are found by their names, whatever their case and their slashes."""

    def __init__(self, data: bytes, subject: str) -> None:
        """Raises DocumentError, BadZipFile."""
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        entries = self._zip.infolist()
        texts = sum(entry.file_size for entry in entries if entry.filename.lower().endswith(_TEXTS))
        if len(entries) > MOST_PARTS or texts > MOST_UNPACKED:
            text = _("{subject} unpacks to more than {most} MB, which is more than Fanlight can read.")
            raise DocumentError(text.format(subject=subject, most=MOST_UNPACKED // 2**20), _("It may be a trap."))
        if any(entry.flag_bits & 1 for entry in entries):
            raise ProtectedForGood(subject)
        self._names = {_plain(entry.filename): entry.filename for entry in entries}

    def has(self, name: str) -> bool:
        return _plain(name) in self._names

    def open(self, name: str) -> IO[bytes]:
        """Raises KeyError where there is none. What is read is as long as the archive says, at most."""
        return self._zip.open(self._names[_plain(name)])

    def read(self, name: str) -> bytes:
        """Raises KeyError; ValueError for what is too long for a text."""
        with self.open(name) as part:
            data = part.read(MOST_UNPACKED + 1)
        if len(data) > MOST_UNPACKED:
            raise ValueError("too long")
        return data

    def xml(self, name: str) -> ET.Element:
        """Raises KeyError, ParseError."""
        return ET.fromstring(self.read(name))

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """By their ids, the kinds and names of the parts that the part `name` of an Office document refers to."""
        folder, file = posixpath.split(name)
        relations = posixpath.join(folder, "_rels", f"{file}.rels")
        if not self.has(relations):
            return {}
        found = {}
        for each in self.xml(relations):
            target = without_escapes(each.get("Target", ""))
            if each.get("TargetMode") != "External" and target:
                kind = each.get("Type", "").rpartition("/")[2]
                found[each.get("Id", "")] = (kind, joined(name, target))
        return found


def joined(beside: str, target: str) -> str:
    """The name of the part that `beside` calls `target`."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(beside), target))


def without_escapes(address: str) -> str:
    """Of an address within the archive: "%20" is a space."""
    whole = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), address.encode("utf-8", "replace"))
    return whole.decode("utf-8", "replace")


def local_name(element: ET.Element) -> str:
    """Without its namespace, of which each format has several."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: ET.Element, name: str) -> str:
    """The same for an attribute; "" where there is none."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def elements(root: ET.Element, *names: str) -> Iterator[ET.Element]:
    """Those with one of these names, at any depth, in their order."""
    return (element for element in root.iter() if local_name(element) in names)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
