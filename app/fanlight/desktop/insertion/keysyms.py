"""Keys by what they write: X11 protocol, appendix A."""

from __future__ import annotations

RETURN, TAB, CONTROL_L = 0xFF0D, 0xFF09, 0xFFE3
_UNICODE = 0x01000000


def keysym_of(character: str) -> int:
    number = ord(character)
    if character in "\r\n":
        return RETURN
    if character == "\t":
        return TAB
    return number if 0x20 <= number <= 0x7E or 0xA0 <= number <= 0xFF else _UNICODE + number
