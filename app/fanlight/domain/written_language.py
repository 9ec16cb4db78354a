"""The language of a text, as far as its script and its commonest words tell: for the voice that speaks it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

LOOKED_AT = 2_000
"""Characters of a text, at most."""
_FEWEST_WORDS = 2
_HAN_WITHOUT_KANA = 10
"""Letters: so many without one of kana are no Japanese."""

_SCRIPTS: dict[str, tuple[str, ...]] = {
    "CYRILLIC": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt"), "GREEK": ("el",),
    "ARABIC": ("ar", "fa", "ur", "ps", "sd", "ug", "ku"), "HEBREW": ("he", "yi"), "ARMENIAN": ("hy",),
    "GEORGIAN": ("ka",), "ETHIOPIC": ("am", "ti"), "DEVANAGARI": ("hi", "mr", "ne", "sa", "kok"),
    "BENGALI": ("bn", "as"), "GURMUKHI": ("pa",), "GUJARATI": ("gu",), "ORIYA": ("or",), "TAMIL": ("ta",),
    "TELUGU": ("te",), "KANNADA": ("kn",), "MALAYALAM": ("ml",), "SINHALA": ("si",), "THAI": ("th",), "LAO": ("lo",),
    "TIBETAN": ("bo",), "MYANMAR": ("my", "shn"), "KHMER": ("km",), "HANGUL": ("ko",), "CJK": ("zh", "ja", "yue"),
    "HIRAGANA": ("ja",), "KATAKANA": ("ja",),
}  # fmt: skip
"""By the first word of their letters' names in Unicode; first the language that is meant where no other is known."""
_LETTERS_OF = (("uk", "іїєґ"), ("ur", "ٹڈڑںےہ"), ("fa", "پچژگ"))
_WORDS = {
    "en": "the and is are of to with that this it for you from not have has be was were which what how can your there",
    "de": "der die das und ist sind nicht ein eine einen mit für auf den dem von zu sich auch wie wird ich sie es was",
    "fr": "le la les des et est une un dans pour que qui pas sur avec vous nous ce cette sont du je il elle être au",
    "es": "el los las y es una un en para que con por no del se su está como más pero son lo al qué cómo",
    "it": "il gli di è una un che per non con sono della del nel come più questo anche si lo ma cosa alla",
    "pt": "o os as e é uma um para que com não do da em no na por mais como se está são você mas ao",
    "nl": "de het een en is van niet met voor op dat zijn te ik je aan er wat ook maar naar hoe bij",
}
_COMMON = {language: frozenset(words.split()) for language, words in _WORDS.items()}


def language_of(text: str, expected: str = "") -> str:
    """The code of its language ("de"), "" where that is not clear. `expected` is preferred where the script has it."""
    letters = [letter for letter in text[:LOOKED_AT] if unicodedata.category(letter)[0] in "LM"]
    scripts = Counter(unicodedata.name(letter, "?").split()[0].split("-")[0] for letter in letters)
    scripts = Counter({script: count for script, count in scripts.items() if script in _SCRIPTS})
    if not scripts or 4 * scripts.total() < len(letters):
        return _language_of_words(text[:LOOKED_AT].lower())
    if scripts["HIRAGANA"] + scripts["KATAKANA"]:
        return "ja"
    script = scripts.most_common(1)[0][0]
    languages = _SCRIPTS[script]
    for language, marks in _LETTERS_OF:
        if language in languages and any(letter in marks for letter in letters):
            return language
    if expected in languages and not (expected == "ja" and scripts["CJK"] >= _HAN_WITHOUT_KANA):
        return expected
    return languages[0]


def _language_of_words(text: str) -> str:
    words = Counter(re.findall(r"[^\W\d_]+", text))
    found = sorted(
        ((sum(words[word] for word in common), language) for language, common in _COMMON.items()), reverse=True
    )
    (most, language), (second, _other) = found[:2]
    return language if most >= _FEWEST_WORDS and 2 * most >= 3 * second else ""
