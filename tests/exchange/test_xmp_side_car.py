"""Side-cars as photo programs read them; those of other programs keep all that they say."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from fanlight.domain.errors import InputError
from fanlight.exchange.xmp_side_car import PictureWords, read_words, side_car_of, written_side_car

WORDS = PictureWords("A red pump <on> a table & more.", "Pump", ("pump", "Red", "pump"))
OTHERS = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:darktable="http://darktable.sf.net/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmp:Rating="4" darktable:history_end="3">
   <!-- kept -->
   <digiKam:TagsList><rdf:Seq><rdf:li>Places/Leeds</rdf:li></rdf:Seq></digiKam:TagsList>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Old</rdf:li>
     <rdf:li xml:lang="de">Alt</rdf:li></rdf:Alt></dc:description>
   <dc:subject><rdf:Bag><rdf:li>Leeds</rdf:li><rdf:li>PUMP</rdf:li></rdf:Bag></dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def test_a_new_one_says_it_in_the_three_properties() -> None:
    data = written_side_car(WORDS)
    assert read_words(data) == PictureWords("A red pump <on> a table & more.", "Pump", ("pump", "Red"))
    text = data.decode()
    assert text.startswith("<?xpacket begin=")
    for tag in (
        "<dc:description>",
        "<dc:subject>",
        "<Iptc4xmpCore:AltTextAccessibility>",
        '<rdf:li xml:lang="x-default">Pump',
    ):
        assert tag in text


def test_what_another_program_has_written_stays() -> None:
    text = written_side_car(WORDS, OTHERS).decode()
    for kept in ('xmp:Rating="4"', 'darktable:history_end="3"', "<digiKam:TagsList>", "Places/Leeds", "<!-- kept -->",
                 '<rdf:li xml:lang="de">Alt</rdf:li>', "<rdf:li>Leeds</rdf:li>", "XMP Core 4.4.0-Exiv2"):  # fmt: skip
        assert kept in text
    assert "Old" not in text
    assert read_words(text.encode()).keywords == ("Leeds", "PUMP", "Red")  # "pump" is there
    assert read_words(OTHERS).description == "Old"


def test_writing_the_same_again_changes_nothing() -> None:
    once = written_side_car(WORDS, OTHERS)
    assert written_side_car(WORDS, once) == once
    assert read_words(written_side_car(PictureWords(alt_text="Only this"), once)).description == WORDS.description


def test_a_plain_text_where_a_list_belongs_is_taken_over() -> None:
    plain = OTHERS.replace(
        b"<dc:subject><rdf:Bag><rdf:li>Leeds</rdf:li><rdf:li>PUMP</rdf:li></rdf:Bag></dc:subject>",
        b"<dc:subject>Leeds</dc:subject>",
    )
    assert read_words(written_side_car(WORDS, plain)).keywords == ("Leeds", "pump", "Red")
    bare = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    assert read_words(written_side_car(WORDS, bare)).alt_text == "Pump"


@pytest.mark.parametrize(
    "before",
    [
        b"no XML",
        b"<a/>",
        OTHERS[:300],
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + OTHERS,
        OTHERS + b" " * 8_000_000,
        b'<?xml version="1.0" encoding="no-such"?><a/>',
    ],
)
def test_what_is_no_side_car_is_left_as_it_is(before: bytes) -> None:
    with pytest.raises(InputError, match=r"a\.xmp is no XMP side-car"):
        written_side_car(WORDS, before, "a.xmp")


def test_letters_that_xml_has_not_are_left_out() -> None:
    data = written_side_car(PictureWords("a\x00b\ud800c", keywords=("\x0b", "x\x1fy")))
    ElementTree.fromstring(data)
    assert read_words(data) == PictureWords("abc", "", ("xy",))


def test_which_file_it_is(tmp_path: Path) -> None:
    picture, raw = tmp_path / "a.jpg", tmp_path / "a.tif"
    assert side_car_of(picture) == tmp_path / "a.jpg.xmp"
    (tmp_path / "a.xmp").write_bytes(OTHERS)
    assert side_car_of(picture) == tmp_path / "a.xmp"
    assert side_car_of(picture, [picture, raw]) == tmp_path / "a.jpg.xmp"  # it may be the other's
    (tmp_path / "a.jpg.xmp").write_bytes(OTHERS)
    assert side_car_of(picture) == tmp_path / "a.jpg.xmp"
