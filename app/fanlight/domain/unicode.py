"""Texts that have a UTF-8 form."""

from __future__ import annotations

import unicodedata


def well_formed(text: str) -> str:
    """With a replacement character for each lone half of a surrogate pair, which no encoding can hold: JavaScript cuts
    emoji into such halves, a paste can hold them, and Python stands them for bytes of an argument that are no UTF-8.
    Pairs become their character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def reads_right_to_left(text: str) -> bool:
    """By its first letter that has a direction, as Unicode's bidirectional algorithm does it (UAX 9, P2)."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((one != "L" for one in directions if one in ("L", "R", "AL")), False)
