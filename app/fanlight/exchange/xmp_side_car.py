"""XMP side-cars: what is said about a picture, in a file beside it, as photo programs read it (XMP part 1, IPTC).

`photo.jpg.xmp` is what darktable, digiKam, and Immich write; `photo.xmp`, as of Adobe, is used where it is there
already. What a side-car says otherwise stays as it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from fanlight.domain.errors import InputError
from fanlight.domain.path_kinds import shortened
from fanlight.i18n import _

MOST_BYTES = 8_000_000
ENDING = ".xmp"
_X, _RDF = "adobe:ns:meta/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC, _IPTC = "http://purl.org/dc/elements/1.1/", "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
_XML = "http://www.w3.org/XML/1998/namespace"
_LANG, _DEFAULT = f"{{{_XML}}}lang", "x-default"
_DESCRIPTION, _KEYWORDS, _ALT = f"{{{_DC}}}description", f"{{{_DC}}}subject", f"{{{_IPTC}}}AltTextAccessibility"
_ABOUT = f"{{{_RDF}}}Description"
_USUAL = {"x": _X, "rdf": _RDF, "dc": _DC, "Iptc4xmpCore": _IPTC}
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_END = '\n<?xpacket end="w"?>\n'
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What is written; "" and () leave what is there."""

    description: str = ""
    alt_text: str = ""
    keywords: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.description.strip() or self.alt_text.strip() or self.keywords)


def side_car_of(picture: Path, others: Sequence[Path] = ()) -> Path:
    """The one that is there, else where a new one belongs. `others`: pictures of the same folder, one of which may have
    the same name with another ending: then `photo.xmp` is nobody's own."""
    beside = picture.with_name(picture.name + ENDING)
    for there in (beside, picture.with_name(picture.name + ENDING.upper())):
        if there.exists():
            return there
    if not any(other != picture and other.stem == picture.stem and other.parent == picture.parent for other in others):
        for there in (picture.with_suffix(ENDING), picture.with_suffix(ENDING.upper())):
            if there.exists():
                return there
    return beside


def written_side_car(words: PictureWords, before: bytes | None = None, name: str = "") -> bytes:
    """A side-car, or `before` with these words in it: the description and the alternative text in their default
    language are replaced, keywords are added. Raises InputError where `before` is none."""
    tree = _parsed(before, name) if before is not None and before.strip() else _new()
    top = tree if tree.tag == f"{{{_RDF}}}RDF" else tree.find(f"{{{_RDF}}}RDF")
    if top is None:
        raise _no_side_car(name)
    if words.description.strip():
        _set_text(top, _DESCRIPTION, words.description.strip())
    if words.alt_text.strip():
        _set_text(top, _ALT, words.alt_text.strip())
    if words.keywords:
        _add_keywords(top, words.keywords)
    ET.indent(tree, " ")
    return (_HEAD + ET.tostring(tree, "unicode") + _END).encode()


def read_words(data: bytes, name: str = "") -> PictureWords:
    """What a side-car says. Raises InputError."""
    tree = _parsed(data, name)
    texts = ["".join(_default_of(found).itertext()).strip() if (found := _first(tree, tag)) is not None else ""
             for tag in (_DESCRIPTION, _ALT)]  # fmt: skip
    return PictureWords(texts[0], texts[1], tuple(_keywords_of(_first(tree, _KEYWORDS))))


def _new() -> ET.Element:
    for prefix, address in _USUAL.items():
        ET.register_namespace(prefix, address)
    tree = ET.Element(f"{{{_X}}}xmpmeta")
    ET.SubElement(ET.SubElement(tree, f"{{{_RDF}}}RDF"), _ABOUT, {f"{{{_RDF}}}about": ""})
    return tree


def _parsed(data: bytes, name: str) -> ET.Element:
    """With the prefixes that it was written with: some programs look for those. Raises InputError."""
    if len(data) > MOST_BYTES or b"<!DOCTYPE" in data[:100_000] or b"<!ENTITY" in data:
        raise _no_side_car(name)
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    try:
        for prefix, address in _namespaces(data):
            if prefix and not re.fullmatch(r"ns\d+", prefix):
                ET.register_namespace(prefix, address)
        for prefix, address in _USUAL.items():
            ET.register_namespace(prefix, address)
        tree: ET.Element = ET.fromstring(data, parser)
    except (ET.ParseError, ValueError, LookupError, RecursionError) as error:
        raise _no_side_car(name) from error
    return tree


def _namespaces(data: bytes) -> Iterator[tuple[str, str]]:
    for _event, found in ET.iterparse(io.BytesIO(data), ("start-ns",)):
        yield found


def _no_side_car(name: str) -> InputError:
    text = _("{name} is no XMP side-car that can be read; it is left as it is.")
    return InputError(text.format(name=shortened(name)), _("Move it away, and write it again."))


def _first(tree: ET.Element, tag: str) -> ET.Element | None:
    return next((found for found in tree.iter(tag)), None)


def _property(top: ET.Element, tag: str, kind: str) -> ET.Element:
    """The list inside that property, which is made where there is none; a plain text in its place goes."""
    for about in top.findall(_ABOUT):
        about.attrib.pop(tag, None)
    found = _first(top, tag)
    if found is None:
        about_first = top.find(_ABOUT)
        if about_first is None:
            about_first = ET.SubElement(top, _ABOUT, {f"{{{_RDF}}}about": ""})
        found = ET.SubElement(about_first, tag)
    inner = next((one for one in found if str(one.tag).startswith(f"{{{_RDF}}}")), None)
    if inner is None:
        text, found.text = (found.text or "").strip(), None
        inner = ET.SubElement(found, f"{{{_RDF}}}{kind}")
        if text and kind != "Alt":
            ET.SubElement(inner, f"{{{_RDF}}}li").text = text
    return inner


def _set_text(top: ET.Element, tag: str, text: str) -> None:
    inner = _property(top, tag, "Alt")
    entry = next((one for one in inner if one.get(_LANG) == _DEFAULT), None)
    if entry is None:
        entry = ET.Element(f"{{{_RDF}}}li", {_LANG: _DEFAULT})
        inner.insert(0, entry)
    entry.text = _NOT_IN_XML.sub("", text)


def _add_keywords(top: ET.Element, keywords: Sequence[str]) -> None:
    inner = _property(top, _KEYWORDS, "Bag")
    known = {word.casefold() for word in _keywords_of(inner)}
    for word in keywords:
        plain = _NOT_IN_XML.sub("", word).strip()
        if plain and plain.casefold() not in known:
            known.add(plain.casefold())
            ET.SubElement(inner, f"{{{_RDF}}}li").text = plain


def _keywords_of(found: ET.Element | None) -> list[str]:
    items = found.iter(f"{{{_RDF}}}li") if found is not None else ()
    return [text for item in items if (text := (item.text or "").strip())]


def _default_of(found: ET.Element) -> ET.Element:
    items = list(found.iter(f"{{{_RDF}}}li"))
    return next((item for item in items if item.get(_LANG) == _DEFAULT), items[0] if items else found)
