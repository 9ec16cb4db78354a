"""What people and programs call the languages of `domain.languages`, besides its codes and English names: the codes of
ISO 639-2 and 639-3, codes that were withdrawn (iw, in), tags of BCP 47 and of POSIX locales, other English names, and
the languages' own."""

from __future__ import annotations

import re
import unicodedata

_ALSO = {
    "af": "afr", "sq": "alb, sqi, shqip", "am": "amh, አማርኛ", "ar": "ara, arb, العربية", "hy": "arm, hye, հայերեն",
    "as": "asm, অসমীয়া", "az": "aze, azj, azeri, azərbaycan, azərbaycanca", "ba": "bak, башҡортса",
    "eu": "baq, eus, euskara", "be": "bel, belorussian, беларуская", "bn": "ben, bangla, বাংলা",
    "bs": "bos, bosanski",
    "br": "bre, brezhoneg", "bg": "bul, български", "my": "bur, mya, myanmar, မြန်မာ",
    "yue": "zh-yue, 粵語, 粤语, 廣東話, 广东话", "ca": "cat, valencian, català, valencià",
    "zh": "chi, zho, cmn, mandarin, putonghua, chinese simplified, chinese traditional, 中文, 汉语, 漢語, 普通话, 国语",
    "hr": "hrv, hrvatski", "cs": "cze, ces, čeština, česky", "da": "dan, dansk",
    "nl": "dut, nld, flemish, nederlands, vlaams",
    "en": "eng", "et": "est, ekk, eesti", "fo": "fao, faeroese, føroyskt", "fi": "fin, suomi",
    "fr": "fre, fra, français",
    "gl": "glg, galego", "ka": "geo, kat, ქართული", "de": "ger, deu, deutsch", "el": "gre, ell, ελληνικά",
    "gu": "guj, ગુજરાતી", "ht": "hat, haitian, creole, kreyòl ayisyen, kreyòl", "ha": "hau", "haw": "ʻōlelo hawaiʻi",
    "he": "heb, iw, עברית", "hi": "hin, हिन्दी, हिंदी", "hu": "hun, magyar", "is": "ice, isl, íslenska",
    "id": "ind, in, bahasa, bahasa indonesia", "it": "ita, italiano", "ja": "jpn, 日本語", "jw": "jav, jv, basa jawa",
    "kn": "kan, ಕನ್ನಡ", "kk": "kaz, қазақша, қазақ тілі", "km": "khm, cambodian, ខ្មែរ", "ko": "kor, 한국어",
    "lo": "ລາວ",
    "la": "lat, latina", "lv": "lav, lvs, latviešu", "ln": "lin, lingála", "lt": "lit, lietuvių",
    "lb": "ltz, letzeburgesch, lëtzebuergesch", "mk": "mac, mkd, македонски", "mg": "mlg, plt",
    "ms": "may, msa, zsm, melayu, bahasa melayu", "ml": "mal, മലയാളം", "mt": "mlt, malti",
    "mi": "mao, mri, te reo, te reo māori", "mr": "mar, मराठी", "mn": "mon, khk, монгол", "ne": "nep, npi, नेपाली",
    "no": "nor, nb, nob, bokmål, norwegian bokmål, norsk, norsk bokmål",
    "nn": "nno, new norwegian, norwegian nynorsk, norsk nynorsk", "oc": "oci", "ps": "pus, pbt, pushto, pashtu, پښتو",
    "fa": "per, fas, pes, prs, farsi, dari, فارسی", "pl": "pol, polski", "pt": "por, brazilian, português",
    "pa": "pan, panjabi, ਪੰਜਾਬੀ", "ro": "rum, ron, mo, mol, moldavian, moldovan, română", "ru": "rus, русский",
    "sa": "san, संस्कृतम्", "sr": "srp, sh, hbs, српски, srpski", "sn": "sna, chishona", "sd": "snd, سنڌي",
    "si": "sin, sinhalese, සිංහල", "sk": "slo, slk, slovenčina, slovensky", "sl": "slv, slovene, slovenščina",
    "so": "som, soomaali", "es": "spa, castilian, español, castellano", "su": "sun, basa sunda",
    "sw": "swa, swh, kiswahili", "sv": "swe, svenska", "tl": "tgl, fil, filipino", "tg": "tgk, тоҷикӣ",
    "ta": "tam, தமிழ்",
    "tt": "tat, татарча", "te": "tel, తెలుగు", "th": "tha, ไทย", "bo": "tib, bod, བོད་ཡིག", "tr": "tur, türkçe",
    "tk": "tuk, türkmençe", "uk": "ukr, українська", "ur": "urd, اردو", "uz": "uzb, uzn, o'zbek, oʻzbek, oʻzbekcha",
    "vi": "vie, việt, tiếng việt", "cy": "wel, cym, cymraeg", "yi": "yid, ji, ydd, ייִדיש, יידיש",
    "yo": "yor, yorùbá",
}  # fmt: skip

_TAG = re.compile(r"([a-z]{2,3})((?:[-_][a-z0-9]{1,8})+)", re.IGNORECASE)
_LOCALE_ENDING = re.compile(r"[.@].*")


def spelled(text: str) -> str:
    """For comparing: without case, accents, and doubled spaces."""
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


_CODES = {spelled(name): code for code, names in _ALSO.items() for name in names.split(", ")}


def code_of_alias(text: str) -> str | None:
    """The code for one of the names and codes of this module."""
    return _CODES.get(spelled(text))


def primary_subtag(text: str) -> str | None:
    """The language of a tag: "pt" of pt-BR, pt_BR.UTF-8 and pt-Latn-BR, "yue" of zh-yue-HK; None for no tag."""
    match = _TAG.fullmatch(_LOCALE_ENDING.sub("", text.strip()))
    if match is None:
        return None
    first, following = match[1].lower(), re.split("[-_]", match[2].lower())[1]
    return following if first == "zh" and following in ("yue", "cmn") else first
