"""Text files are given as they are, whatever their encoding."""

from __future__ import annotations

import codecs

import pytest

from fanlight.documents import text_files
from fanlight.documents.files import read_document_bytes
from fanlight.documents.text_files import PAGE_LETTERS, decode_text, text_pages
from fanlight.domain.document_errors import DocumentError

WORDS = "Größe; naïve; 42\n"


@pytest.mark.parametrize(
    "data",
    [
        WORDS.encode(),
        codecs.BOM_UTF8 + WORDS.encode(),
        WORDS.encode("utf-16"),
        WORDS.encode("utf-32"),
        WORDS.encode("utf-16-le"),
        WORDS.encode("utf-16-be"),
        WORDS.encode("cp1252"),
        WORDS.replace("\n", "\r\n").encode(),
    ],
)
def test_it_is_read_in_the_encoding_that_it_has(data: bytes) -> None:
    assert decode_text(data, "“a.csv”") == WORDS


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        ("Die Straße führt über die Brücke nach München.", "cp1252 cp437 mac_roman"),
        ("Ça va très bien près de la forêt, n’est-ce pas ?", "cp1252"),
        ("Kæmi ný öxi hér, ykist þjófum nú bæði víl og ádrepa.", "cp1252"),
        ("It’s a “quote” — and that’s all. 20 °C…", "cp1252"),
        ("Zażółć gęślą jaźń, a źdźbło trawy się kołysze.", "cp1250 iso8859_2"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy.", "cp1250 iso8859_2"),
        ("Pijamalı hasta yağız şoföre çabucak güvendi.", "cp1254"),
        ("Įlinkdama fechtuotojo špaga pragręžė apvalų arbūzą.", "cp1257"),
        ("Съешь же ещё этих мягких французских булок.", "cp1251 koi8_r cp866 iso8859_5"),
        ("Љубазни фењерџија чађавог лица хоће да ми покаже штос.", "cp1251"),
        ("Η γρήγορη καφέ αλεπού πηδάει πάνω από το σκυλί.", "cp1253 iso8859_7"),
        ("דג סקרן שט בים מאוכזב ולפתע מצא חברה.", "cp1255"),
        ("اليوم الطقس جميل ونحن نذهب للمشي.", "cp1256"),
        ("วันนี้อากาศดีมาก เราไปเดินเล่นกันเถอะ", "cp874"),
        ("日本語の文章です。今日は天気がいいので散歩に行きます。", "shift_jis euc_jp iso2022_jp"),
        ("テスト", "cp932 euc_jp"),
        ("日本語文書", "cp932"),
        ("测试GBK中文乱码", "gbk"),
        ("这是一个用来测试编码的中文句子。今天天气很好。", "gbk gb18030"),
        ("這是一個用來測試編碼的中文句子。今天天氣很好。", "big5"),
        ("이것은 인코딩을 시험하기 위한 한국어 문장입니다.", "euc_kr cp949"),
    ],
)
def test_what_says_nothing_of_its_encoding_is_read_in_its_language(text: str, encodings: str) -> None:
    for encoding in encodings.split():
        assert (encoding, decode_text(text.encode(encoding), "“a.txt”")) == (encoding, text)
        assert decode_text((text + "\n").encode(encoding) * 900, "“a.txt”").startswith(text)


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x7fELF" + bytes(200), b"\xff\xfe", b"\0" * 40])
def test_what_is_no_text_is_said(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"“a\.txt” is not text"):
        read_document_bytes(data, "a.txt")


def test_too_much_of_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "MAX_TEXT_BYTES", 100)
    with pytest.raises(DocumentError, match="at most 0 MB"):
        read_document_bytes(b"x" * 101, "a.txt")


@pytest.mark.parametrize(
    "text",
    ["short", "word " * 5000, "line of a file\n" * 2000, "x" * 10_000, "a\n\nb" * 3000, "é" * (PAGE_LETTERS + 1)],
)
def test_its_pages_are_the_text_again(text: str) -> None:
    pages = text_pages(text)
    assert "".join(pages) == text
    assert max(map(len, pages)) <= PAGE_LETTERS


def test_pages_end_where_lines_do() -> None:
    assert all(page.endswith("\n") for page in text_pages("a line of text\n" * 1000))


def test_a_text_file_is_a_document() -> None:
    document = read_document_bytes(b"name,age\nAda,36\n", "people.csv")
    assert (document.kind, document.texts) == ("text", ("name,age\nAda,36\n",))
