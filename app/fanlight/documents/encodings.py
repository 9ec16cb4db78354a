"""Which encoding a text has that does not say so: the one in which its letters are those of one language.

A text is decoded as each encoding in question; where that works, the share of its characters beyond ASCII is taken that
are usual in one of the languages written so. The best share wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_SAMPLE = 20_000
"""Bytes that are looked at; characters beyond ASCII that are counted are at most as many."""
_SIGNS = "„“”‚‘’–—…«»‹›°§©®€£·×²³½\u00a0•™"
_WESTERN = ("äöüß", "éèêëàâîïôùûçœæ", "áéíóúüñ¿¡ãõâêôàç", "æøåäö", "àèéìòù", "äöåšž", "áéíóúýþðæö")
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "čćđšž", "äáčďéíľĺňóôŕšťúýž", "ăâîșțşţ")
_RUSSIAN = "".join(map(chr, range(0x430, 0x450))) + "ёєіїґ№"
_GREEK = "".join(map(chr, range(0x3B1, 0x3CF))) + "άέήίΰϊϋ"
_HEBREW = "".join(map(chr, range(0x5D0, 0x5EB)))
_ARABIC = "".join(map(chr, range(0x621, 0x653))) + "پچژگیک،؛؟"
_THAI = "".join(map(chr, range(0xE01, 0xE5C)))
_ALPHABETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cp1252", _WESTERN),
    ("cp1250", _CENTRAL),
    ("iso8859_2", _CENTRAL),
    ("cp1254", ("çğıöşüâî",)),
    ("cp1257", ("āčēģīķļņšūž", "ąčęėįšųūž", "äöüõšž")),
    ("cp1251", (_RUSSIAN, _RUSSIAN + "ўђћџљњј")),
    ("koi8_r", (_RUSSIAN,)),
    ("koi8_u", (_RUSSIAN,)),
    ("cp866", (_RUSSIAN,)),
    ("iso8859_5", (_RUSSIAN,)),
    ("mac_cyrillic", (_RUSSIAN,)),
    ("cp1255", (_HEBREW,)),
    ("cp1253", (_GREEK,)),
    ("iso8859_7", (_GREEK,)),
    ("cp1256", (_ARABIC,)),
    ("cp874", (_THAI,)),
    ("cp437", _WESTERN),
    ("mac_roman", _WESTERN),
)
"""Of one byte a letter; of two that fit equally well, the first one."""
_LATIN = {
    alphabet
    for encoding, all_ in _ALPHABETS
    for alphabet in all_
    if encoding in ("cp1252", "cp1250", "cp1254", "cp1257")
}
_RUSSIAN_VOWELS, _GREEK_VOWELS, _LEAST_VOWELS = "аеиоуыэюяёіїє", "αεηιουωάέήίόύώ", 0.3
_WIDE = ("gb18030", "big5", "cp932", "euc_jp", "cp949")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_WIDE_SIGN = re.compile("[\u3000-\u3020\uff01-\uff5e\u2010-\u2027]")
_HALF_KANA = re.compile("[\uff61-\uff9f]")
_INSIDE_WORD = re.compile("[a-z][^\x00-\x7f](?=[a-z\\W])")
_LEAST_KANA = 0.12
"""Of a Japanese text."""
_COMMON = 0.85
"""Of characters that writers of Chinese use often."""


def guessed_encoding(data: bytes) -> str:
    """For what is not UTF-8 or UTF-16; cp1252 where nothing fits."""
    if (escaped := guessed_by_escapes(data)) is not None:
        return escaped
    sample = data[:_SAMPLE]
    scored = [*_wide_scores(sample), *_narrow_scores(sample)]
    return max(scored, default=(0.0, "cp1252"), key=lambda each: each[0])[1]


def guessed_by_escapes(data: bytes) -> str | None:
    """Of ASCII that stands for something else: Japanese as mails had it."""
    sample = data[:_SAMPLE]
    if b"\x1b$" not in sample or not sample.isascii():
        return None
    return "iso2022_jp" if _decoded_strictly(sample, "iso2022_jp") is not None else None


def _narrow_scores(sample: bytes) -> Iterator[tuple[float, str]]:
    for encoding, alphabets in _ALPHABETS:
        text = _decoded_strictly(sample, encoding)
        if text is not None and (beyond := [letter for letter in text if ord(letter) > 127]):
            yield max(_share_usual(beyond, text, alphabet) for alphabet in alphabets), encoding


def _share_usual(beyond: list[str], text: str, alphabet: str) -> float:
    """What no language has counts against an alphabet: capitals inside words, two scripts in one word, and few
    vowels."""
    letters, signs = set(alphabet) | set(alphabet.upper()), set(_SIGNS)
    usual = sum(1.0 if one in letters else 0.7 if one in signs else 0.0 for one in beyond)
    is_latin = alphabet in _LATIN
    odd = sum(
        (before.islower() and after.isupper()) or (not is_latin and _is_mixed(before, after))
        for before, after in pairwise(text)
    )
    unlike = 0.3 if not _has_vowels(beyond, alphabet) else 0.0
    return (usual - odd) / len(beyond) - 0.05 * sum(one.isupper() for one in beyond) / len(beyond) - unlike


def _has_vowels(beyond: list[str], alphabet: str) -> bool:
    """As many as Russian and Greek have; True for what is asked of no other alphabet."""
    vowels = _RUSSIAN_VOWELS if _RUSSIAN in alphabet else _GREEK_VOWELS if alphabet == _GREEK else ""
    if not vowels:
        return True
    often = sum(one in vowels for one in beyond) >= _LEAST_VOWELS * len(beyond)
    return often and (alphabet == _GREEK or any(not "а" <= one <= "ъ" for one in beyond if one.isalpha()))


def _is_mixed(one: str, other: str) -> bool:
    """An ASCII letter beside a character of another script."""
    letter, beyond = (one, other) if one.isascii() else (other, one)
    return letter.isascii() and letter.isalpha() and not beyond.isascii() and beyond not in _SIGNS


def _wide_scores(sample: bytes) -> Iterator[tuple[float, str]]:
    for encoding in _WIDE:
        text = _decoded_strictly(sample, encoding)
        beyond = [letter for letter in text or "" if ord(letter) > 127]
        if not beyond or any(0xE000 <= ord(one) <= 0xF8FF for one in beyond):
            continue
        torn = len(_INSIDE_WORD.findall(text or "")) / len(beyond)
        yield _wide_share("".join(beyond), encoding) - torn, encoding


def _wide_share(beyond: str, encoding: str) -> float:
    """How much of it one language uses often."""
    count = len(beyond)
    kana, hangul, signs = (len(each.findall(beyond)) / count for each in (_KANA, _HANGUL, _WIDE_SIGN))
    if encoding in ("cp932", "euc_jp"):
        odd = len(_HALF_KANA.findall(beyond)) / count
        common = sum(_is_common(one, encoding) for one in beyond) / count if encoding == "cp932" else 0.3
        return (1.15 if kana > 0.5 else 1.0 if kana >= _LEAST_KANA else 0.9 * common) - odd
    if encoding == "cp949":
        return 1.1 * (hangul + signs) if hangul + signs > _COMMON else hangul
    common = sum(_is_common(one, encoding) for one in beyond) / count
    return (common + signs) * (1.0 if common + signs >= _COMMON else 0.6) - kana


def _is_common(letter: str, encoding: str) -> bool:
    """Of the first of the two levels that the standards have, which are sorted by use."""
    coded = letter.encode(encoding, "ignore")
    if len(coded) != 2:
        return False
    first, last = {"gb18030": (0xB0, 0xD7), "cp932": (0x88, 0x97)}.get(encoding, (0xA4, 0xC6))
    return first <= coded[0] <= last and (coded[1] >= 0xA1 or encoding != "gb18030")


def _decoded_strictly(sample: bytes, encoding: str) -> str | None:
    """A character that the end cuts is left out; None where other bytes mean nothing."""
    for end in range(4):
        try:
            return sample[: len(sample) - end].decode(encoding)
        except UnicodeDecodeError as error:
            if len(sample) < _SAMPLE or error.start < len(sample) - 4:
                return None
    return None
