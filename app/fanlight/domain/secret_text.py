"""What in a line of text should not be shown to others: addresses, phone numbers, cards, bank accounts, tokens,
passwords. The text may have been read in a picture, where letters are taken for others that look alike: patterns run
over two copies of it, of which one has digits in their places and the other one letters.

Numbers are checked as their standards say (cards: Luhn, ISO/IEC 7812-1; accounts: ISO 7064 MOD 97-10), but one that is
grouped as such numbers are is found even if its check fails: a digit may have been misread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from fanlight.domain.found_items import placed_items

SecretKind = Literal["mail", "phone", "card", "account", "token", "password", "face"]

_DIGITS = str.maketrans("OoQDlI|!iZzSsBGgq", "00001111122558699")
_LETTERS = str.maketrans("01|!5$8", "olllssb")
_COUNTRY = str.maketrans("0158", "OISB"), str.maketrans("015", "DLS")
_MOST_LETTERS = 6
"""Of an account's number behind its country, where its check fails."""
_SURE = 0.6
"""Share of what stands for digits that was read as such."""

_MAIL = re.compile(
    r"(?<![\w.+-])(?:[\w+-]{1,40}[.,] ?(?=[a-z0-9]))*[\w.+'-]{1,64} ?[@©] ?"
    r"(?:[\w-]{1,63} ?[.,·] ?(?=[a-z0-9]))+[a-z0-9]{2,24}(?![\w-])"
    r"|(?<![\w.+-])[\w.+-]{2,64} ?[@©] ?[a-z0-9-]{2,60}(?:com|org|net|edu|gov|de|fr|es|it|uk|at|ch|io|eu|nl)\b",
    re.IGNORECASE,
)
_AT_READ_AS_LETTER = re.compile(
    r"(?<![\w.+-])[\w+-]+[.][\w.+-]+(?:\(a\)|\[at\]| at )[\w-]+\.[a-z]{2,24}\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w.,/+#$€£-])[(+]?\d(?:[ ().·/-]{0,3}\d){6,18}(?![\w/%]|[.,-]\d)")
"""In the copy with digits."""
_AMERICAN = re.compile(r"(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])\d{3}[ .-]\d{4}")
_INTERNATIONAL = re.compile(r"\(?(?:\+|00[1-9]|0[1-9])")
_CARD = re.compile(r"(?<![\w.,/+-])\d(?:[ -]{0,2}\d){11,18}(?!\w|[.,-]\d)")
_GROUPED_CARD = re.compile(
    r"[2-6]\d{3}([ -]{1,2})\d{4}[ -]{1,2}\d{4}[ -]{1,2}\d{1,7}|3\d{3}[ -]{1,2}\d{6}[ -]{1,2}\d{5}"
)
_ACCOUNT = re.compile(
    r"(?<![A-Za-z0-9])(?:IBAN ?:? ?)?([A-Z0-9]{2})[ ]?([0-9OoQDlI|SBZG]{2})((?: {0,2}[A-Za-z0-9|]){10,31})"
)
_TELEPHONE = re.compile(
    r"\b(?:tel|telefon|telephone|telefono|teléfono|téléphone|phone|mobile|mobil|mobiltelefon|móvil|portable|handy|fax|cell|call|"
    r"whatsapp|sms|rufnummer)\b[.:]*\s{0,3}(?:no\.?|number|nummer|nr\.?)?[:.\s]*"
)
_LABEL = re.compile(
    r"(?<![a-z])(?:pass ?word|passwort|kennwort|passwd|pass ?phrase|pwd|mot de passe|contrase[nñ]a|clave|"
    r"(?:secret|access|private|auth|account|encryption|license|licence)[ _-]?key|api[ _-]?(?:key|token|secret)|apikey|"
    r"(?:access|auth|refresh|bearer|session|bot|id|csrf)[ _-]?token|client[ _-]?secret|secret|token|"
    r"credentials?|pin(?:[ -]?code)?|puk|otp|tan|cvc|cvv|cvv2|security code|one-time code|verification code|"
    r"recovery code)"
    r"(?![a-z])\)?[\"']?"
)
"""In the copy with letters."""
_PASSWORD_LABELS = frozenset(("password", "passwort", "kennwort", "passphrase", "passwd", "pwd", "pin", "contraseña"))
_GIVEN = re.compile(r"\s{0,4}(?:[:=]|:=|=>|is\b|lautet\b|->|→)\s{0,4}[\"'`]?")
_PROSE = frozenset((
    "required", "needed", "forgot", "forgotten", "must", "should", "your", "the", "a", "an", "and", "or", "is",
    "was", "will", "can", "may", "not", "none", "empty", "invalid", "wrong", "incorrect", "expired", "changed",
    "change", "reset", "show", "hide", "strong", "weak", "confirm", "repeat", "new", "old", "again", "missing",
    "optional", "hidden", "erforderlich", "vergessen", "falsch", "ändern", "anzeigen", "neu", "leer", "obligatorio",
    "requis", "oublié", "true", "false", "null", "str", "string", "bytes", "int", "self", "type", "os", "function",
    "field", "value", "here", "see", "enter", "input",
))  # fmt: skip
"""What follows labels and is no password."""
_TOKEN_SIGNS = r"[A-Za-z0-9_\-]"
_READ_APART = re.compile(r"\S*[^\W\d]\S*\d \d\S{0,2}(?!\S)")
"""A word with digits that was read as two, where the digits stand wide."""
_KNOWN_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"[s5][kK][_\- ]{1,2}(?:[l1I][i1l]ve|te[s5]t|pr[o0]j|ant|or)[_\- ]{1,2}" + _TOKEN_SIGNS + r"{8,}"
    r"|[rp][kK][_\- ]{1,2}(?:[l1I][i1l]ve|te[s5]t)[_\- ]{1,2}" + _TOKEN_SIGNS + r"{8,}"
    r"|[s5]k-" + _TOKEN_SIGNS + r"{16,}"
    r"|[gq]h[pousr][_\- ]{1,2}[A-Za-z0-9]{12,}|github[_ ]{1,2}pat[_ ]{1,2}" + _TOKEN_SIGNS + r"{16,}"
    r"|g[l1I]pat[_\- ]" + _TOKEN_SIGNS + r"{12,}|x[o0]x[abposr]-" + _TOKEN_SIGNS + r"{10,}"
    r"|A[K][I1l]A ?[A-Z0-9]{12,20}|AS[I1l]A[A-Z0-9]{16}|A[I1l][zZ2]a" + _TOKEN_SIGNS + r"{20,}"
    r"|ya29\.[\w-]{16,}|hf[_ ][A-Za-z0-9]{16,}|npm[_ ][A-Za-z0-9]{20,}|pypi-" + _TOKEN_SIGNS + r"{16,}"
    r"|[S5]G\.[\w-]{10,}\.?[\w-]*|shp(?:at|ca|pa|ss)[_ ][a-fA-F0-9OlI]{16,}|dop[_ ]v1[_ ][a-fA-F0-9OlI]{20,}"
    r"|e[yv][JjI][A-Za-z0-9_\-]{8,}(?:[.,·] ?[A-Za-z0-9_\-+/=]{4,})*"
    r"|\d{8,10}:AA[A-Za-z0-9_-]{20,})"
)
_BEARER = re.compile(r"\b(?:bearer|basic|token)[ :]{1,2}([a-z0-9_\-.+/=]{16,})", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"://[^\s/:@]{1,64}:([^\s/@]{3,64})@")
_LONG_WORD = re.compile(r"(?<![\w./\\-])[A-Za-z0-9_\-+/=]{24,}(?![\w\\])")
_KEY_BEGIN = re.compile(r"-{2,5} ?BEGIN [A-Z0O ]*PRIVATE ?KEY[A-Z ]*-{0,5}|BEGIN PGP PRIVATE KEY", re.IGNORECASE)
_KEY_END = re.compile(r"-{2,5} ?END [A-Z0O ]*PRIVATE ?KEY", re.IGNORECASE)
_HIDDEN = re.compile(r"[*•●·.xX_ ]+")

ACCOUNT_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip  # fmt: skip
"""Of international bank account numbers, by country (SWIFT's registry)."""


@dataclass(frozen=True, slots=True)
class SecretSpan:
    """Characters `begin` to `end` of a text."""

    kind: SecretKind
    begin: int
    end: int


def secret_spans(text: str) -> tuple[SecretSpan, ...]:
    """In the order of the text; spans that overlap are one, of the kind that was found first."""
    found: list[SecretSpan] = []
    for span in _found(text):
        clash = next((one for one in found if one.begin < span.end and span.begin < one.end), None)
        if clash is None:
            found.append(span)
        else:
            whole = SecretSpan(clash.kind, min(clash.begin, span.begin), max(clash.end, span.end))
            found[found.index(clash)] = whole
    return tuple(sorted(found, key=lambda span: span.begin))


def begins_key(text: str) -> bool:
    """Whether a private key follows, up to the line that `ends_key`."""
    return _KEY_BEGIN.search(text) is not None


def ends_key(text: str) -> bool:
    return _KEY_END.search(text) is not None


def label_end(text: str) -> int | None:
    """Where a label ends that asks for a password, a key or a code and has nothing but punctuation behind it."""
    lower = text.lower().translate(_LETTERS)
    last = None
    for match in _LABEL.finditer(lower):
        last = match
    if last is None or text[last.end() :].strip(" :=>*\"'|"):
        return None
    return last.end()


def is_password_label(text: str) -> bool:
    """Whether it asks for a password and says nothing else, so that an ordinary word beside it is one."""
    lower = text.lower().translate(_LETTERS).strip(" :*")
    return lower in _PASSWORD_LABELS


def is_secret_value(text: str, *, beside_colon: bool) -> bool:
    """Whether it may be what a label asks for: one word, and without a colon in front of it, not an ordinary one."""
    word = text.strip().strip("\"'`;,)")
    if len(word) < 3 or word.lower() in _PROSE or _HIDDEN.fullmatch(word):
        return False
    if " " in word and not _READ_APART.fullmatch(word):
        return False
    kinds = sum((any(map(str.islower, word)), any(map(str.isupper, word[1:])), any(map(str.isdigit, word))))
    signs = any(not sign.isalnum() for sign in word.strip(".:,?!"))
    return beside_colon or kinds + signs > 1 or word.isdigit()


def goes_on(word: str) -> bool:
    """Whether it may be the rest of a token that began in the line above."""
    return re.fullmatch(r"[A-Za-z0-9_\-+/=.]{6,}", word) is not None and not word.isalpha()


def is_card(number: str) -> bool:
    """By its length, and its check digit (Luhn, ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in number if sign.isdigit()]
    if not 12 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(reversed(digits), 1)]
    return sum(doubled) % 10 == 0


def is_account(number: str) -> bool:
    """By its country's length, and its check digits (ISO 7064 MOD 97-10)."""
    plain = re.sub(r"\s", "", number).upper()
    if ACCOUNT_LENGTHS.get(plain[:2]) != len(plain) or not plain.isascii() or not plain.isalnum():
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _found(text: str) -> Iterator[SecretSpan]:
    """What is less likely something else comes first."""
    if begins_key(text) or ends_key(text):
        yield SecretSpan("token", 0, len(text))
        return
    digits = text.translate(_DIGITS)
    yield from _spans("token", _KNOWN_TOKEN, text)
    yield from _spans("token", _BEARER, text)
    yield from _spans("token", _IN_ADDRESS, text)
    yield from _spans("mail", _MAIL, text)
    yield from _spans("mail", _AT_READ_AS_LETTER, text)
    yield from _accounts(text)
    yield from _cards(text, digits)
    yield from _labelled(text)
    yield from _phones(text, digits)
    yield from (SecretSpan("token", *match.span()) for match in _LONG_WORD.finditer(text) if _is_random(match[0]))


def _spans(kind: SecretKind, pattern: re.Pattern[str], text: str) -> Iterator[SecretSpan]:
    """Of its first group, where it has one."""
    for match in pattern.finditer(text):
        yield SecretSpan(kind, *match.span(1 if pattern.groups else 0))


def _is_sure(read: str, pattern: str = "0123456789") -> bool:
    """Whether enough of what stands for digits was read as digits."""
    signs = [sign for sign in read if sign.isalnum() or sign in "|!"]
    return sum(sign in pattern for sign in signs) >= _SURE * len(signs)


def _cards(text: str, digits: str) -> Iterator[SecretSpan]:
    for match in _CARD.finditer(digits):
        if _is_sure(text[match.start() : match.end()]) and (is_card(match[0]) or _GROUPED_CARD.fullmatch(match[0])):
            yield SecretSpan("card", *match.span())


def _accounts(text: str) -> Iterator[SecretSpan]:
    for match in _ACCOUNT.finditer(text):
        read = match[1].upper()
        countries = (read.translate(one) for one in _COUNTRY)
        country = next((one for one in countries if one in ACCOUNT_LENGTHS), "")
        if not country:
            continue
        length = ACCOUNT_LENGTHS[country]
        rest, count = match[3], 0
        for place, sign in enumerate(rest):
            count += not sign.isspace()
            if count == length - 4:
                if _is_account_as_read(country, match[2], rest[: place + 1], follows=rest[place + 1 : place + 2]):
                    yield SecretSpan("account", match.start(1), match.start(3) + place + 1)
                break


def _is_account_as_read(country: str, check: str, rest: str, follows: str) -> bool:
    """One that fails its check is one still where most of it are digits and it ends where its country's do."""
    checked = check.translate(_DIGITS)
    if any(is_account(country + checked + one) for one in (rest, rest.translate(_DIGITS), rest.replace("O", "0"))):
        return True
    letters = sum(sign.isalpha() for sign in rest)
    return not follows.strip() and checked.isdecimal() and letters <= _MOST_LETTERS


def _phones(text: str, digits: str) -> Iterator[SecretSpan]:
    for start, item in placed_items(text):
        if item.kind == "phone" and not _is_measure(text, start, item.text):
            yield SecretSpan("phone", start, start + len(item.text))
    for match in _NUMBER.finditer(digits):
        read = text[match.start() : match.end()]
        count = sum(sign.isdigit() for sign in match[0])
        is_number = _INTERNATIONAL.match(match[0]) and 8 <= count <= 15 and len(re.split(r"[ ./()-]+", match[0])) > 1
        if not _is_sure(read) or _is_measure(text, match.start(), match[0]):
            continue
        if is_number or _AMERICAN.fullmatch(match[0]):
            yield SecretSpan("phone", *match.span())
    for match in _TELEPHONE.finditer(text.lower()):
        number = re.compile(r"[(+]?\d(?:[ ().·/-]{0,3}\d){4,16}").match(digits, match.end())
        if number is not None and _is_sure(text[number.start() : number.end()]):
            yield SecretSpan("phone", *number.span())


_MEASURE = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\d{1,2}[.:]\d\d\b|\d{4}-\d\d|0+\.\d|0\d*[.,]\d+$|\d{1,3}(?:\.\d{1,3}){2,3}$"
)
"""Dates, times, shares, versions and addresses of computers."""


def _is_measure(text: str, start: int, read: str) -> bool:
    before = text[max(0, start - 1) : start]
    return _MEASURE.match(read) is not None or before in {":", "x", "v", "#", "$", "="}


def _labelled(text: str) -> Iterator[SecretSpan]:
    lower = text.lower().translate(_LETTERS)
    for match in _LABEL.finditer(lower):
        given = _GIVEN.match(text, match.end())
        if given is None:
            continue
        rest = text[given.end() :]
        words = re.match(r"[^\s\"'`]+", rest)
        if words is None or not is_secret_value(words[0], beside_colon=True) or words[0].endswith(("(", "[", "{")):
            continue
        whole = _READ_APART.match(rest)
        value = whole[0] if whole else words[0]
        few = rest.strip() if len(rest.split()) <= 4 and len(rest.split()) > 1 else ""
        is_phrase = bool(few) and all(len(word) > 2 and word.lower() not in _PROSE for word in few.split())
        end = given.end() + (len(rest.rstrip()) if is_phrase and "  " not in few else len(value.rstrip("\"'`;,")))
        yield SecretSpan("password", given.end(), end)


def _is_random(word: str) -> bool:
    """Letters of both cases and digits in no order, or a long hexadecimal number; no path, no name in code."""
    core = word.strip("-_=/+")
    if len(core) < 24 or core.count("/") > len(core) / 12 or core.count("-") > 6 or core.count("_") > 3:
        return False
    kinds = ["d" if sign.isdigit() else "u" if sign.isupper() else "l" for sign in core if sign.isalnum()]
    changes = sum(one != other for one, other in pairwise(kinds))
    digits = kinds.count("d")
    return len(set(kinds)) == 3 and digits >= (2 if len(core) < 32 else 1) and changes >= len(kinds) / 4
