"""Numbers in answers, as people and models write them: 1,234.5 and 1.234,5, 12 %, −3, 1e3, three."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_SPACES = " \u00a0\u202f\u2009"
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>[-+−–]?)(?P<digits>\d{{1,3}}(?:[{_SPACES}'’]\d{{3}})+(?:[.,]\d+)?|\d[\d.,]*)"
    r"(?P<power>[eE][-+]?\d{1,3})?"
)
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_MOST_DIGITS = 400


def numbers_in(text: str) -> list[Decimal]:
    """In order. English words up to twenty count where there are no digits at all."""
    text = text.replace("{,}", ",")  # as TeX groups digits
    found = [number for match in _NUMBER.finditer(text) if (number := _value(match)) is not None]
    return found or [Decimal(_WORDS.index(match[0].lower())) for match in _WORD.finditer(text)]


def as_number(value: object) -> Decimal | None:
    """Of a JSON value: a number, or a text that is one number and perhaps a unit."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    if isinstance(value, str):
        found = numbers_in(value)
        return found[0] if len(found) == 1 else None
    return None


def _value(match: re.Match[str]) -> Decimal | None:
    digits = match["digits"].rstrip(".,")
    if len(digits) > _MOST_DIGITS:
        return None
    plain = _with_decimal_point(re.sub(rf"[{_SPACES}'’]", "", digits))
    try:
        return Decimal(("-" if match["sign"] in ("-", "−", "–") else "") + plain + (match["power"] or ""))
    except InvalidOperation:
        return None


def _with_decimal_point(digits: str) -> str:
    """Of two kinds of separators the last is the decimal one. One kind that comes several times groups digits, and so
    does a comma before exactly three."""
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        group = "." if comma > point else ","
        return digits.replace(group, "").replace(",", ".")
    separator = "," if comma >= 0 else "."
    if digits.count(separator) > 1:
        return digits.replace(separator, "")
    if comma > 0 and len(digits) - comma == 4 and digits[:comma] != "0":
        return digits.replace(",", "")
    return digits.replace(",", ".")
