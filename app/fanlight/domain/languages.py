"""The languages Whisper transcribes, by its codes (ISO 639-1 where there is one)."""

from __future__ import annotations

import difflib

from fanlight.domain.language_tags import code_of_alias, primary_subtag, spelled
from fanlight.i18n import N_, _

LANGUAGES: dict[str, str] = {
    "af": N_("Afrikaans"), "sq": N_("Albanian"), "am": N_("Amharic"), "ar": N_("Arabic"), "hy": N_("Armenian"),
    "as": N_("Assamese"), "az": N_("Azerbaijani"), "ba": N_("Bashkir"), "eu": N_("Basque"), "be": N_("Belarusian"),
    "bn": N_("Bengali"), "bs": N_("Bosnian"), "br": N_("Breton"), "bg": N_("Bulgarian"), "my": N_("Burmese"),
    "yue": N_("Cantonese"), "ca": N_("Catalan"), "zh": N_("Chinese"), "hr": N_("Croatian"), "cs": N_("Czech"),
    "da": N_("Danish"), "nl": N_("Dutch"), "en": N_("English"), "et": N_("Estonian"), "fo": N_("Faroese"),
    "fi": N_("Finnish"), "fr": N_("French"), "gl": N_("Galician"), "ka": N_("Georgian"), "de": N_("German"),
    "el": N_("Greek"), "gu": N_("Gujarati"), "ht": N_("Haitian Creole"), "ha": N_("Hausa"), "haw": N_("Hawaiian"),
    "he": N_("Hebrew"), "hi": N_("Hindi"), "hu": N_("Hungarian"), "is": N_("Icelandic"), "id": N_("Indonesian"),
    "it": N_("Italian"), "ja": N_("Japanese"), "jw": N_("Javanese"), "kn": N_("Kannada"), "kk": N_("Kazakh"),
    "km": N_("Khmer"), "ko": N_("Korean"), "lo": N_("Lao"), "la": N_("Latin"), "lv": N_("Latvian"),
    "ln": N_("Lingala"), "lt": N_("Lithuanian"), "lb": N_("Luxembourgish"), "mk": N_("Macedonian"),
    "mg": N_("Malagasy"), "ms": N_("Malay"), "ml": N_("Malayalam"), "mt": N_("Maltese"), "mi": N_("Maori"),
    "mr": N_("Marathi"), "mn": N_("Mongolian"), "ne": N_("Nepali"), "no": N_("Norwegian"), "nn": N_("Nynorsk"),
    "oc": N_("Occitan"), "ps": N_("Pashto"), "fa": N_("Persian"), "pl": N_("Polish"), "pt": N_("Portuguese"),
    "pa": N_("Punjabi"), "ro": N_("Romanian"), "ru": N_("Russian"), "sa": N_("Sanskrit"), "sr": N_("Serbian"),
    "sn": N_("Shona"), "sd": N_("Sindhi"), "si": N_("Sinhala"), "sk": N_("Slovak"), "sl": N_("Slovenian"),
    "so": N_("Somali"), "es": N_("Spanish"), "su": N_("Sundanese"), "sw": N_("Swahili"), "sv": N_("Swedish"),
    "tl": N_("Tagalog"), "tg": N_("Tajik"), "ta": N_("Tamil"), "tt": N_("Tatar"), "te": N_("Telugu"),
    "th": N_("Thai"), "bo": N_("Tibetan"), "tr": N_("Turkish"), "tk": N_("Turkmen"), "uk": N_("Ukrainian"),
    "ur": N_("Urdu"), "uz": N_("Uzbek"), "vi": N_("Vietnamese"), "cy": N_("Welsh"), "yi": N_("Yiddish"),
    "yo": N_("Yoruba"),
}  # fmt: skip
"""Code to English name, in the order of names; shown with `_`."""


def code_of(text: str) -> str | None:
    """The code for a code, a tag such as pt-BR, or a name: English, the language's own, or in the language in use, in
    any case, with or without its country. None for no known language."""
    tried = [text, primary_subtag(text) or "", *_without_country(text)]
    return next((code for name in tried if name and (code := _exact_code(name))), None)


def similar_languages(text: str) -> list[str]:
    """The English names, shown with `_`, of up to three languages that `text` may mean."""
    known = {spelled(name): name for name in LANGUAGES.values()}
    return [known[name] for name in difflib.get_close_matches(spelled(text), known, n=3, cutoff=0.6)]


def _exact_code(text: str) -> str | None:
    wanted = text.strip().casefold()
    if wanted in LANGUAGES:
        return wanted
    names = {spelled(shown): code for code, name in LANGUAGES.items() for shown in (name, _(name))}
    return names.get(spelled(text)) or code_of_alias(text)


def _without_country(text: str) -> list[str]:
    """The name alone: Portuguese, of "Portuguese (Brazil)" and of "Brazilian Portuguese"."""
    before, bracket, _rest = text.partition("(")
    words = text.split()
    return [before] if bracket else words[-1:] if len(words) == 2 else []
